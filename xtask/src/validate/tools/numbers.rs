//! Numbers: errors, roots, extremes.

use nalgebra::DMatrix;

use crate::Result;

/// The largest of some errors; NaN if one of them is.
pub(in super::super) fn largest(errors: impl IntoIterator<Item = f64>) -> f64 {
    errors
        .into_iter()
        .fold(0.0, |largest, error| if error > largest || error.is_nan() { error } else { largest })
}

/// |found − expected| / |expected|.
pub(in super::super) fn relative(found: f64, expected: f64) -> f64 {
    (found - expected).abs() / expected.abs()
}

/// The largest difference of two matrices, relative to the largest number expected.
pub(in super::super) fn largest_difference(found: &DMatrix<f64>, expected: &DMatrix<f64>) -> Result<f64> {
    if found.shape() != expected.shape() {
        return Err(format!("found {:?} numbers, expected {:?}", found.shape(), expected.shape()).into());
    }
    Ok(largest((found - expected).iter().map(|difference| difference.abs())) / expected.amax())
}

/// The root of a function that changes its sign between two points.
pub(in super::super) fn bisect(
    (mut low, mut high): (f64, f64),
    function: impl Fn(f64) -> Result<f64>,
) -> Result<f64> {
    let rising = function(low)? < 0.0;
    if rising == (function(high)? < 0.0) {
        return Err(format!("no change of sign between {low} and {high}").into());
    }
    while high - low > f64::EPSILON * (low.abs() + high.abs()) {
        let middle = 0.5 * (low + high);
        if (function(middle)? < 0.0) == rising { low = middle } else { high = middle }
    }
    Ok(0.5 * (low + high))
}

/// Place, in samples, and height of the largest sample, refined by the parabola through its neighbours.
///
/// The parabola misses the top of a smooth peak by the fourth power of the spacing.
pub(in super::super) fn parabolic_peak(samples: &[f64]) -> (f64, f64) {
    let best = (0..samples.len()).max_by(|a, b| samples[*a].total_cmp(&samples[*b])).unwrap_or(0);
    if best == 0 || best + 1 >= samples.len() {
        return (best as f64, samples.get(best).copied().unwrap_or(f64::NAN));
    }
    let [left, top, right] = [samples[best - 1], samples[best], samples[best + 1]];
    let shift = 0.5 * (left - right) / (left - 2.0 * top + right);
    (best as f64 + shift, top - 0.25 * (left - right) * shift)
}

/// Where a signal rises through the middle of its range.
pub(in super::super) struct RisingCrossings(Vec<f64>);

impl RisingCrossings {
    /// The crossings between samples, by straight lines.
    pub(in super::super) fn of(samples: &[f64]) -> Self {
        let high = samples.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let low = samples.iter().copied().fold(f64::INFINITY, f64::min);
        let middle = 0.5 * (high + low);
        let pairs = samples.windows(2).enumerate().filter(|(_, pair)| pair[0] < middle && middle <= pair[1]);
        Self(pairs.map(|(k, pair)| k as f64 + (middle - pair[0]) / (pair[1] - pair[0])).collect())
    }

    /// The mean time from one to the next, in samples.
    pub(in super::super) fn period(&self) -> Result<f64> {
        match self.0.as_slice() {
            [first, .., last] => Ok((last - first) / (self.0.len() as f64 - 1.0)),
            found => Err(format!("found {} rising crossings where two or more are due", found.len()).into()),
        }
    }
}

/// A whole number that a file stores as a float.
pub(in super::super) fn integer(value: f64) -> usize {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "counts of a file")]
    let integer = value as usize;
    integer
}

/// Nodes and weights of Gauss and Legendre on [−1, 1], by Newton's method on Pₙ.
pub(in super::super) fn gauss_legendre(n: u32) -> Vec<(f64, f64)> {
    let node = |k: u32| {
        let mut x = (std::f64::consts::PI * (f64::from(k) + 0.75) / (f64::from(n) + 0.5)).cos();
        let mut slope = 0.0;
        for _ in 0..20 {
            let (mut before, mut legendre) = (1.0, x);
            for order in 1..n {
                let order = f64::from(order);
                (before, legendre) =
                    (legendre, ((2.0 * order + 1.0) * x * legendre - order * before) / (order + 1.0));
            }
            slope = f64::from(n) * (before - x * legendre) / (1.0 - x * x);
            x -= legendre / slope;
        }
        (x, 2.0 / ((1.0 - x * x) * slope * slope))
    };
    (0..n).map(node).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_never_lost() {
        assert_eq!(largest([1.0, 3.0, 2.0]), 3.0);
        assert!(largest([1.0, f64::NAN, 2.0]).is_nan() && largest([f64::NAN]).is_nan());
        assert!(largest_difference(&DMatrix::zeros(1, 2), &DMatrix::zeros(2, 1)).is_err());
    }

    #[test]
    fn roots_peaks_and_periods_are_found() {
        assert!((bisect((1.0, 2.0), |x| Ok(x * x - 2.0)).unwrap() - 2f64.sqrt()).abs() < 1e-15);
        assert!(bisect((2.0, 3.0), |x| Ok(x * x - 2.0)).is_err());
        let wave: Vec<f64> = (0..1000).map(|k| (0.05 * f64::from(k)).sin()).collect();
        let (place, height) = parabolic_peak(&wave[..100]);
        assert!((place - 10.0 * std::f64::consts::PI).abs() < 1e-2 && (height - 1.0).abs() < 1e-5);
        let period = RisingCrossings::of(&wave).period().unwrap();
        assert!((period - 40.0 * std::f64::consts::PI).abs() < 1e-2);
        assert!(RisingCrossings::of(&wave[..100]).period().is_err());
    }
}
