//! The gamma density.

use brainmass_core::Real;

/// The density of the gamma distribution with a shape above one and a scale in seconds, per second.
///
/// (t/θ)^(k−1) e^(−t/θ) / (θ Γ(k)); its mass is one, its mean kθ, its peak at (k − 1)θ.
pub(super) fn gamma_density<T: Real>(time: f64, shape: T, scale: T) -> T {
    if time <= 0.0 {
        return T::zero();
    }
    let x = T::from_f64(time) / scale;
    ((shape - T::one()) * x.ln() - x - ln_gamma(shape)).exp() / scale
}

/// The same shape with a peak of one at `peak`: (x e^(1−x))^exponent with x = t/peak, exponent k − 1.
pub(super) fn gamma_bump<T: Real>(time: f64, peak: T, exponent: T) -> T {
    if time <= 0.0 {
        return T::zero();
    }
    let x = T::from_f64(time) / peak;
    // Not a power of x e^(1−x), which is zero and without derivative where the tail underflows.
    ((x.ln() + T::one() - x) * exponent).exp()
}

/// ln Γ(x) for x > 0: Stirling's series above 16, where its first neglected term is below 1e-15, and
/// Γ(x) = Γ(x + n)/(x (x + 1) …) below.
fn ln_gamma<T: Real>(x: T) -> T {
    let number = T::from_f64;
    let (mut shifted, mut product) = (x, T::one());
    for _ in 0..16 {
        let small = shifted.less_than(number(16.0));
        product *= T::select(small, shifted, T::one());
        shifted += T::select(small, T::one(), T::zero());
    }
    let z = shifted.square().recip();
    // Coefficients of 1/x, 1/x³, …: the next one is that of z times what stands behind it.
    let coefficients = [1.0 / 12.0, 1.0 / 360.0, 1.0 / 1260.0, 1.0 / 1680.0, 1.0 / 1188.0];
    let series = coefficients.iter().rev().fold(T::zero(), |sum, c| number(*c) - z * sum) / shifted;
    (shifted - number(0.5)) * shifted.ln() - shifted + number(0.5 * std::f64::consts::TAU.ln()) + series
        - product.ln()
}

#[cfg(test)]
mod tests {
    use super::*;
    use brainmass_core::Dual;

    #[test]
    fn ln_gamma_knows_factorials_and_the_half() {
        let mut factorial = 1.0;
        for n in 1..25 {
            // ln Γ(25) is 54; a few roundings of it.
            approx::assert_abs_diff_eq!(ln_gamma(f64::from(n)), f64::ln(factorial), epsilon = 3e-14);
            factorial *= f64::from(n);
        }
        approx::assert_relative_eq!(ln_gamma(0.5), 0.5 * std::f64::consts::PI.ln(), max_relative = 1e-14);
        approx::assert_relative_eq!(ln_gamma(1e-3), 6.907_178_885_383_853, max_relative = 1e-14);
    }

    /// The slope of ln Γ is the digamma function: ψ(n) = Σ 1/k − γ.
    #[test]
    fn ln_gamma_has_its_slope() {
        let mut expected = -0.577_215_664_901_532_9;
        for n in 1..25 {
            let slope = ln_gamma(Dual::<f64, 1>::variable(f64::from(n), 0)).partials[0];
            approx::assert_abs_diff_eq!(slope, expected, epsilon = 1e-14);
            expected += 1.0 / f64::from(n);
        }
    }

    #[test]
    fn bump_and_density_have_one_shape() {
        let peak: f64 = gamma_density(5.0, 6.0, 1.0);
        for time in [0.5, 3.0, 9.0, 30.0] {
            let ratio: f64 = gamma_density(time, 6.0, 1.0) / peak;
            approx::assert_relative_eq!(gamma_bump(time, 5.0, 5.0), ratio, max_relative = 1e-13);
        }
    }
}
