//! How the numbers of a fit become one number per region.

use brainmass_core::{Error, Result, check};
use nalgebra::{DMatrix, DVector};

use crate::Link;

/// How a parameter of a fit is spread over the regions.
///
/// ```text
/// Uniform      p_i = a
/// Regional     p_i = a_i
/// Groups       p_i = a_{g(i)}
/// Maps         p_i = a_0 + Σ_k a_k m_ki
/// LinkedMaps   p_i = link(a_0 + Σ_k a_k m_ki)
/// ```
///
/// A sum of maps may make what must be positive negative in some region; through a [`Link`] it cannot.
///
/// ```
/// use brainmass_fit::Spread;
/// use nalgebra::dmatrix;
/// let myelin = Spread::Maps(dmatrix![-1.0, 0.0, 1.0]);
/// assert_eq!(myelin.n_numbers(3), 2);
/// assert_eq!(myelin.regions(&[5.0, 2.0]), [3.0, 5.0, 7.0]);
/// // A derivative by each region becomes one by the offset and one by the slope.
/// assert_eq!(myelin.pull_back(&[5.0, 2.0], &[1.0, 1.0, 3.0]), [5.0, 2.0]);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[doc(alias = "heterogeneity")]
pub enum Spread {
    /// One number for all regions.
    Uniform,
    /// A number for each region.
    Regional,
    /// A number for each group; for each region its group, counted from 0.
    Groups(Vec<usize>),
    /// An offset and a slope for each map, a row of maps × regions: myelin, gradients of connectivity.
    Maps(DMatrix<f64>),
    /// The same sum through a link, whose axis all numbers are on: [`Link::sum`] says where a value lies on it.
    LinkedMaps(Link, DMatrix<f64>),
}

impl Spread {
    /// The groups that labels make, in the order in which they first appear.
    ///
    /// ```
    /// use brainmass_fit::Spread;
    /// assert_eq!(Spread::groups(&["visual", "motor", "visual"]), Spread::Groups(vec![0, 1, 0]));
    /// ```
    pub fn groups<'a, S: AsRef<str>>(labels: &'a [S]) -> Self {
        let mut names: Vec<&str> = Vec::new();
        let group = |label: &'a S| {
            let label = label.as_ref();
            names.iter().position(|known| *known == label).unwrap_or_else(|| {
                names.push(label);
                names.len() - 1
            })
        };
        Self::Groups(labels.iter().map(group).collect())
    }

    /// How many numbers it takes.
    pub fn n_numbers(&self, n_regions: usize) -> usize {
        match self {
            Self::Uniform => 1,
            Self::Regional => n_regions,
            Self::Groups(groups) => groups.iter().max().map_or(0, |last| last + 1),
            Self::Maps(maps) | Self::LinkedMaps(_, maps) => maps.nrows() + 1,
        }
    }

    /// One number per region, or one for all if they are alike by construction.
    pub fn regions(&self, numbers: &[f64]) -> Vec<f64> {
        match self {
            Self::Uniform | Self::Regional => numbers.to_vec(),
            Self::Groups(groups) => groups.iter().map(|group| numbers[*group]).collect(),
            Self::Maps(maps) => sums(maps, numbers),
            Self::LinkedMaps(link, maps) => {
                sums(maps, numbers).into_iter().map(|sum| link.value(sum)).collect()
            }
        }
    }

    /// How fast each region moves with one of some numbers, or all of them if they are alike by construction.
    pub(super) fn velocity(&self, numbers: &[f64], number: usize, n_regions: usize) -> Vec<f64> {
        let where_it_is = |is: &dyn Fn(usize) -> bool| {
            (0..n_regions).map(|region| f64::from(u8::from(is(region)))).collect::<Vec<f64>>()
        };
        match self {
            Self::Uniform => vec![1.0],
            Self::Regional => where_it_is(&|region| region == number),
            Self::Groups(groups) => where_it_is(&|region| groups[region] == number),
            Self::Maps(_) if number == 0 => vec![1.0],
            Self::Maps(maps) => maps.row(number - 1).iter().copied().collect(),
            Self::LinkedMaps(link, maps) => {
                let map = |region: usize| if number == 0 { 1.0 } else { maps[(number - 1, region)] };
                let sums = sums(maps, numbers).into_iter().enumerate();
                sums.map(|(region, sum)| link.slope(sum) * map(region)).collect()
            }
        }
    }

    /// Derivatives by each region at some numbers turned into derivatives by the numbers.
    pub fn pull_back(&self, numbers: &[f64], by_regions: &[f64]) -> Vec<f64> {
        match self {
            Self::Uniform => vec![by_regions.iter().sum()],
            Self::Regional => by_regions.to_vec(),
            Self::Groups(groups) => {
                let mut sums = vec![0.0; self.n_numbers(by_regions.len())];
                groups.iter().zip(by_regions).for_each(|(group, slope)| sums[*group] += slope);
                sums
            }
            Self::Maps(maps) => by_numbers(maps, by_regions),
            Self::LinkedMaps(link, maps) => {
                let sums = sums(maps, numbers).into_iter().zip(by_regions);
                by_numbers(maps, &sums.map(|(sum, slope)| link.slope(sum) * slope).collect::<Vec<_>>())
            }
        }
    }

    pub(super) fn check(&self, n_regions: usize) -> Result<()> {
        let found = match self {
            Self::Uniform | Self::Regional => return Ok(()),
            Self::Groups(groups) => groups.len(),
            Self::Maps(maps) | Self::LinkedMaps(_, maps) => maps.ncols(),
        };
        if found != n_regions {
            let expected = format!("{n_regions} regions");
            return Err(Error::shape("groups or maps of a parameter", expected, found.to_string()));
        }
        if let Self::Groups(groups) = self {
            let empty = (0..self.n_numbers(n_regions)).find(|group| !groups.contains(group));
            return empty.map_or(Ok(()), |group| {
                Err(Error::setting("groups of a parameter", format!("no region is in group {group}")))
            });
        }
        if let Self::Maps(maps) | Self::LinkedMaps(_, maps) = self {
            check::finite("maps of a parameter", maps)?;
        }
        Ok(())
    }
}

/// An offset and what maps add to it, region by region.
fn sums(maps: &DMatrix<f64>, numbers: &[f64]) -> Vec<f64> {
    let slopes = DVector::from_column_slice(&numbers[1..]);
    maps.tr_mul(&slopes).iter().map(|sum| numbers[0] + sum).collect()
}

/// Derivatives by such sums turned into derivatives by the offset and by each slope.
fn by_numbers(maps: &DMatrix<f64>, by_sums: &[f64]) -> Vec<f64> {
    let by_slopes = maps * DVector::from_column_slice(by_sums);
    std::iter::once(by_sums.iter().sum()).chain(by_slopes.iter().copied()).collect()
}
