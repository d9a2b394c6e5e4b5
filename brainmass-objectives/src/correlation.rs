//! Pearson correlation of two lists of numbers, the one place where it is computed.

use brainmass_core::{Error, Result};

/// Numbers whose standard deviation is at most this share of their largest magnitude count as constant.
///
/// It is 450 ε. A sample is the sum of many rounded terms (steps, kernel points, sources), and N roundings
/// of ε/2 add up to √N ε/2: a million of them make this much variation out of nothing. What varies more
/// has a correlation worth its name: the rounding of the stored samples, ε/√12 of the magnitude, is below
/// a thousandth of such a signal.
const CONSTANT: f64 = 1e-13;

/// Centres numbers and scales them to length one: the inner product of two such lists is their correlation.
///
/// ```text
/// z_k = (x_k − x̄) / √Σ_j (x_j − x̄)²
/// ```
///
/// Returns the length before, ‖x − x̄‖. Fails with [`Error::Constant`] under the names given, with
/// [`Error::Shape`] for less than two numbers.
pub(crate) fn standardize(values: &mut [f64], what: &str, channel: &str) -> Result<f64> {
    let n = values.len() as f64;
    if values.len() < 2 {
        return Err(Error::shape(what, "at least 2 values", values.len().to_string()));
    }
    let magnitude = magnitude(values);
    let mut mean = 0.0;
    // The second round takes off what rounding left in the first mean.
    for _ in 0..2 {
        let rest = values.iter().sum::<f64>() / n;
        mean += rest;
        for value in &mut *values {
            *value -= rest;
        }
    }
    let norm = values.iter().map(|value| value * value).sum::<f64>().sqrt();
    check_varies(what, channel, n, mean, norm, magnitude)?;
    for value in values {
        *value /= norm;
    }
    Ok(norm)
}

/// The largest absolute value.
pub(crate) fn magnitude(values: &[f64]) -> f64 {
    values.iter().fold(0.0, |largest, value| value.abs().max(largest))
}

/// Whether n numbers with a mean, a length ‖x − x̄‖ and a largest magnitude have a correlation at all.
pub(crate) fn check_varies(
    what: &str,
    channel: &str,
    n: f64,
    mean: f64,
    norm: f64,
    magnitude: f64,
) -> Result<()> {
    if !norm.is_finite() {
        let place = format!("the squares of channel `{channel}`");
        return Err(Error::NotFinite { what: what.to_owned(), place, value: norm });
    }
    let deviation = norm / n.sqrt();
    if deviation <= CONSTANT * magnitude {
        let (what, channel) = (what.to_owned(), channel.to_owned());
        return Err(Error::Constant { what, channel, mean, deviation });
    }
    Ok(())
}

/// From slopes by standardized numbers to slopes by the numbers themselves, in place.
///
/// ```text
/// ∂z_k/∂x_j = (δ_kj − 1/n − z_k z_j) / ‖x − x̄‖
/// ```
pub(crate) fn pull_back(slopes: &mut [f64], z: &[f64], norm: f64) {
    let mean = slopes.iter().sum::<f64>() / slopes.len() as f64;
    let along = slopes.iter().zip(z).map(|(slope, z)| slope * z).sum::<f64>();
    for (slope, z) in slopes.iter_mut().zip(z) {
        *slope = (*slope - mean - along * z) / norm;
    }
}

/// The correlation of two standardized lists of equal length.
pub(crate) fn of_standardized(x: &[f64], y: &[f64]) -> f64 {
    x.iter().zip(y).map(|(x, y)| x * y).sum::<f64>().clamp(-1.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn correlation(mut x: Vec<f64>, mut y: Vec<f64>) -> Result<f64> {
        standardize(&mut x, "x", "x")?;
        standardize(&mut y, "y", "y")?;
        Ok(of_standardized(&x, &y))
    }

    /// Deviations (−2, −1, 0, 1, 2) and (−1, −2, 0, 2, 1): r = 8/10.
    #[test]
    fn five_numbers_by_hand() {
        let (x, y) = (vec![1.0, 2.0, 3.0, 4.0, 5.0], vec![2.0, 1.0, 3.0, 5.0, 4.0]);
        approx::assert_relative_eq!(correlation(x, y).unwrap(), 0.8, max_relative = 1e-15);
    }

    /// One part in 10⁸ of variation on an offset: formulas that subtract squares have no digit left.
    #[test]
    fn an_offset_costs_only_its_own_rounding() {
        let x: Vec<f64> = [1.0, 2.0, 3.0, 4.0, 5.0].iter().map(|d| 1e8 + d).collect();
        let r = correlation(x, vec![2.0, 1.0, 3.0, 5.0, 4.0]).unwrap();
        approx::assert_relative_eq!(r, 0.8, max_relative = 1e-15);
    }

    #[test]
    fn a_constant_is_named_also_if_rounding_moves_it() {
        let wobbly: Vec<f64> = (0..100).map(|k| 0.1 + f64::from(k) - f64::from(k)).collect();
        assert!(wobbly.iter().any(|value| *value != 0.1));
        for mut values in [vec![0.0; 7], vec![0.1; 7], vec![1e300; 7], wobbly] {
            let error = standardize(&mut values, "FC", "V1").unwrap_err();
            assert!(matches!(&error, Error::Constant { channel, .. } if channel == "V1"), "{error}");
        }
        // Ten times above the criterion there is a signal.
        assert!(standardize(&mut [1.0, 1.0 + 2e-12, 1.0 - 1e-12], "FC", "V1").is_ok());
    }

    #[test]
    fn what_overflows_or_is_too_short_is_an_error() {
        assert!(matches!(correlation(vec![1e200, -1e200], vec![0.0, 1.0]), Err(Error::NotFinite { .. })));
        assert!(matches!(
            correlation(vec![f64::MAX, -f64::MAX], vec![0.0, 1.0]),
            Err(Error::NotFinite { .. })
        ));
        assert!(matches!(correlation(vec![1.0], vec![1.0]), Err(Error::Shape { .. })));
    }
}
