//! Empirical distributions and how far two are apart.

use brainmass_core::{Error, Result};

/// A sample of numbers, sorted: an empirical distribution.
///
/// Its distances are exact for samples of any two sizes.
///
/// ```
/// use brainmass_objectives::Distribution;
/// let a = Distribution::new(vec![0.0, 1.0, 2.0, 3.0]).unwrap();
/// let b = Distribution::new(vec![2.5, 0.5]).unwrap();
/// // Half of `a` is below 2, all of it below 3.5; half of `b` is 0.5.
/// assert_eq!(a.kolmogorov_smirnov(&b), 0.25);
/// // Each half of `a` moves by 0.5 on average to reach its half of `b`.
/// assert_eq!(a.wasserstein(&b), 0.5);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Distribution {
    sorted: Vec<f64>,
}

impl Distribution {
    /// The distribution of some numbers.
    ///
    /// # Errors
    /// [`Error::Shape`] for none, [`Error::NotFinite`].
    pub fn new(mut values: Vec<f64>) -> Result<Self> {
        if values.is_empty() {
            return Err(Error::shape("distribution", "at least one number", "none"));
        }
        if let Some(index) = values.iter().position(|value| !value.is_finite()) {
            let (what, place) = ("distribution".to_owned(), format!("number {index}"));
            return Err(Error::NotFinite { what, place, value: values[index] });
        }
        values.sort_unstable_by(f64::total_cmp);
        Ok(Self { sorted: values })
    }

    /// The numbers, smallest first.
    pub fn sorted(&self) -> &[f64] {
        &self.sorted
    }

    /// The Kolmogorov–Smirnov distance, the largest difference of the two distribution functions.
    ///
    /// ```text
    /// sup_x |F(x) − G(x)|,   F(x) = share of numbers ≤ x
    /// ```
    ///
    /// From 0 to 1.
    #[doc(alias = "ks_2samp")]
    pub fn kolmogorov_smirnov(&self, other: &Self) -> f64 {
        let (x, y) = (&self.sorted, &other.sorted);
        let (mut i, mut j, mut largest) = (0, 0, 0);
        while i < x.len() && j < y.len() {
            // Both functions have made all their steps up to and at this number when they are compared.
            let at = x[i].min(y[j]);
            i += x[i..].iter().take_while(|value| **value <= at).count();
            j += y[j..].iter().take_while(|value| **value <= at).count();
            largest = largest.max((i * y.len()).abs_diff(j * x.len()));
        }
        largest as f64 / (x.len() * y.len()) as f64
    }

    /// The Wasserstein-1 distance: how far the numbers of one must be moved on average to become the other.
    ///
    /// ```text
    /// ∫₀¹ |F⁻¹(q) − G⁻¹(q)| dq
    /// ```
    ///
    /// In the unit of the numbers. Samples that differ by a shift are that far apart.
    #[doc(alias = "earth mover distance")]
    pub fn wasserstein(&self, other: &Self) -> f64 {
        let parts = Quantiles::new(self.sorted.len(), other.sorted.len());
        let moved = parts.map(|(i, j, share)| share * (self.sorted[i] - other.sorted[j]).abs());
        moved.sum::<f64>() / (self.sorted.len() * other.sorted.len()) as f64
    }

    /// The slopes of [`wasserstein`](Self::wasserstein) by the sorted numbers of this distribution.
    ///
    /// A number that lies on its counterpart has a kink there; that part of its slope is zero.
    pub(crate) fn wasserstein_slopes(&self, other: &Self) -> Vec<f64> {
        let mut slopes = vec![0.0; self.sorted.len()];
        for (i, j, share) in Quantiles::new(self.sorted.len(), other.sorted.len()) {
            let (x, y) = (self.sorted[i], other.sorted[j]);
            slopes[i] += if x == y { 0.0 } else { share.copysign(x - y) };
        }
        let total = (self.sorted.len() * other.sorted.len()) as f64;
        slopes.into_iter().map(|slope| slope / total).collect()
    }
}

/// The pieces of [0, 1] on which the quantile functions of n and m numbers are both constant: the index of
/// either number and the length of the piece in units of 1/(n m), all of them whole.
struct Quantiles {
    n: usize,
    m: usize,
    at: usize,
}

impl Quantiles {
    fn new(n: usize, m: usize) -> Self {
        Self { n, m, at: 0 }
    }
}

impl Iterator for Quantiles {
    type Item = (usize, usize, f64);

    fn next(&mut self) -> Option<Self::Item> {
        if self.at == self.n * self.m {
            return None;
        }
        let (i, j) = (self.at / self.m, self.at / self.n);
        let end = ((i + 1) * self.m).min((j + 1) * self.n);
        let share = (end - self.at) as f64;
        self.at = end;
        Some((i, j, share))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(values: &[f64]) -> Distribution {
        Distribution::new(values.to_vec()).unwrap()
    }

    #[test]
    fn small_samples_by_hand() {
        // F steps to 1/3, 2/3, 1 at 1, 2, 4; G to 1/2, 1 at 2, 3: apart by 1/3 below 2 and between 3 and 4.
        let (a, b) = (of(&[1.0, 4.0, 2.0]), of(&[3.0, 2.0]));
        assert_eq!(a.kolmogorov_smirnov(&b), 2.0 / 6.0);
        // |F − G| is 1/3 on [1, 2], 1/6 on [2, 3], 1/3 on [3, 4].
        approx::assert_relative_eq!(a.wasserstein(&b), 5.0 / 6.0, max_relative = 1e-15);
        // By sixths: 1 to 2 (two), 2 to 2 (one), 2 to 3 (one), 4 to 3 (two).
        let slopes = a.wasserstein_slopes(&b);
        assert_eq!(slopes, [-2.0 / 6.0, -1.0 / 6.0, 2.0 / 6.0]);
        // Steps at the same numbers are made together, however often they occur.
        assert_eq!(of(&[1.0, 1.0, 2.0, 2.0]).kolmogorov_smirnov(&of(&[1.0, 2.0])), 0.0);
        assert_eq!(of(&[0.0]).kolmogorov_smirnov(&of(&[1.0, 2.0])), 1.0);
    }

    #[test]
    fn what_is_no_sample_is_an_error() {
        assert!(matches!(Distribution::new(vec![]), Err(Error::Shape { .. })));
        let error = Distribution::new(vec![0.0, f64::NAN]).unwrap_err();
        assert_eq!(error.to_string(), "distribution: NaN at number 1, where a finite number is due");
    }

    /// ∫|F − G| over the merged numbers, the other form of the same distance.
    fn by_distribution_functions(x: &Distribution, y: &Distribution) -> f64 {
        let mut merged = [x.sorted(), y.sorted()].concat();
        merged.sort_unstable_by(f64::total_cmp);
        let share = |of: &Distribution, at: f64| {
            of.sorted().iter().filter(|value| **value <= at).count() as f64 / of.sorted().len() as f64
        };
        merged
            .windows(2)
            .map(|pair| (share(x, pair[0]) - share(y, pair[0])).abs() * (pair[1] - pair[0]))
            .sum()
    }

    proptest! {
        #[test]
        fn both_are_distances(
            x in prop::collection::vec(-1.0..1.0_f64, 1..20), y in prop::collection::vec(-1.0..1.0_f64, 1..20)
        ) {
            let (a, b) = (of(&x), of(&y));
            prop_assert_eq!(a.kolmogorov_smirnov(&a), 0.0);
            prop_assert_eq!(a.wasserstein(&a), 0.0);
            prop_assert_eq!(a.kolmogorov_smirnov(&b), b.kolmogorov_smirnov(&a));
            prop_assert!((a.wasserstein(&b) - b.wasserstein(&a)).abs() < 1e-14);
            prop_assert!((a.wasserstein(&b) - by_distribution_functions(&a, &b)).abs() < 1e-13);
        }

        /// The same sample, shifted, and every number repeated: the distance is the shift.
        #[test]
        fn a_shift_is_its_own_distance(
            x in prop::collection::vec(-1.0..1.0_f64, 1..20), shift in -3.0..3.0_f64, copies in 1..4_usize
        ) {
            let moved: Vec<f64> = x.iter().flat_map(|x| vec![x + shift; copies]).collect();
            prop_assert!((of(&x).wasserstein(&of(&moved)) - shift.abs()).abs() < 1e-14);
        }
    }
}
