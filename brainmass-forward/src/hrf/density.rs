//! The gamma density.

/// The density of the gamma distribution with a shape above one and a scale in seconds, per second.
///
/// (t/θ)^(k−1) e^(−t/θ) / (θ Γ(k)); its mass is one, its mean kθ, its peak at (k − 1)θ.
pub(super) fn gamma_density(time: f64, shape: f64, scale: f64) -> f64 {
    if time <= 0.0 {
        return 0.0;
    }
    let x = time / scale;
    ((shape - 1.0) * x.ln() - x - ln_gamma(shape)).exp() / scale
}

/// The same shape with a peak of one at `peak`: (x e^(1−x))^exponent with x = t/peak, exponent k − 1.
pub(super) fn gamma_bump(time: f64, peak: f64, exponent: f64) -> f64 {
    if time <= 0.0 {
        return 0.0;
    }
    let x = time / peak;
    (x * (1.0 - x).exp()).powf(exponent)
}

/// ln Γ(x) for x > 0: Stirling's series above 16, where its first neglected term is below 1e-15, and
/// Γ(x) = Γ(x + n)/(x (x + 1) …) below.
fn ln_gamma(x: f64) -> f64 {
    let (mut shifted, mut product) = (x, 1.0);
    while shifted < 16.0 {
        product *= shifted;
        shifted += 1.0;
    }
    let z = 1.0 / (shifted * shifted);
    let series =
        (1.0 / 12.0 - z * (1.0 / 360.0 - z * (1.0 / 1260.0 - z * (1.0 / 1680.0 - z / 1188.0)))) / shifted;
    (shifted - 0.5) * shifted.ln() - shifted + 0.5 * std::f64::consts::TAU.ln() + series - f64::ln(product)
}

#[cfg(test)]
mod tests {
    use super::*;

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

    #[test]
    fn bump_and_density_have_one_shape() {
        let peak = gamma_density(5.0, 6.0, 1.0);
        for time in [0.5, 3.0, 9.0, 30.0] {
            let ratio = gamma_density(time, 6.0, 1.0) / peak;
            approx::assert_relative_eq!(gamma_bump(time, 5.0, 5.0), ratio, max_relative = 1e-13);
        }
    }
}
