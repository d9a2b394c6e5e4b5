//! tanh.

use super::exponential::{Exponential, exp};
use super::polynomial;

pub(in crate::real) trait Hyperbolic: Exponential {
    /// Below this the polynomial holds.
    const SMALL: Self;
    /// (tanh x − x)/x³ from z = x².
    fn tail(z: Self) -> Self;
}

impl Hyperbolic for f64 {
    const SMALL: f64 = 0.55;

    /// Interval 0 ≤ z ≤ 0.3026, error 7.0e-18.
    #[inline(always)]
    fn tail(z: f64) -> f64 {
        polynomial!(z;
            -0.333_333_333_333_333_3, 0.133_333_333_333_327_14, -0.053_968_253_967_431_74,
            0.021_869_488_493_563_037, -0.008_863_234_395_418_095, 0.003_592_110_347_096_177,
            -0.001_455_661_577_570_236_5, 0.000_588_934_807_244_702_8, -0.000_234_631_045_283_004_06,
            8.510_707_927_354_112e-5, -2.059_855_667_327_516_6e-5)
    }
}

impl Hyperbolic for f32 {
    const SMALL: f32 = 0.55;

    /// Interval 0 ≤ z ≤ 0.3026, error 4.0e-9.
    #[inline(always)]
    fn tail(z: f32) -> f32 {
        polynomial!(z;
            -0.333_333_34, 0.133_333_24, -0.053_964_697, 0.021_818_403, -0.008_526_141, 0.002_526_109)
    }
}

/// Hyperbolic tangent: odd to the bit, ±1 at infinity.
#[inline(always)]
pub(in crate::real) fn tanh<F: Hyperbolic>(x: F) -> F {
    let size = x.abs();
    let z = size * size;
    let small = size + size * (z * <F as Hyperbolic>::tail(z));
    let large = F::ONE - F::TWO / (exp(size + size) + F::ONE);
    let result = if size < F::SMALL { small } else { large };
    result.copysign(x)
}
