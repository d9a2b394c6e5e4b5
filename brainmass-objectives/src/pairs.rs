//! Which pairs of regions count.

use brainmass_core::{Error, Result};

/// Pairs of regions by their place in the upper triangle, row by row; all of them by default.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Pairs(Option<Chosen>);

#[derive(Clone, Debug, PartialEq)]
struct Chosen {
    places: Vec<usize>,
    n_all: usize,
}

impl Pairs {
    /// Those i < j that count, at least so many.
    pub(crate) fn among(n: usize, counts: impl Fn(usize, usize) -> bool, at_least: usize) -> Result<Self> {
        let all = (0..n).flat_map(|i| (i + 1..n).map(move |j| (i, j)));
        let counted = all.enumerate().filter(|(_, (i, j))| counts(*i, *j));
        let places: Vec<usize> = counted.map(|(place, _)| place).collect();
        if places.len() < at_least {
            let expected = format!("{at_least} or more");
            return Err(Error::shape("pairs of regions that count", expected, places.len().to_string()));
        }
        Ok(Self(Some(Chosen { places, n_all: n * n.saturating_sub(1) / 2 })))
    }

    /// The numbers of an upper triangle that count.
    pub(crate) fn of(&self, triangle: Vec<f64>) -> Vec<f64> {
        match &self.0 {
            None => triangle,
            Some(chosen) => chosen.places.iter().map(|place| triangle[*place]).collect(),
        }
    }

    /// The transpose: numbers back at their places in the triangle, zero elsewhere.
    pub(crate) fn back(&self, numbers: Vec<f64>) -> Vec<f64> {
        let Some(chosen) = &self.0 else { return numbers };
        let mut triangle = vec![0.0; chosen.n_all];
        chosen.places.iter().zip(numbers).for_each(|(place, number)| triangle[*place] = number);
        triangle
    }
}
