//! ln.

use super::{Float, polynomial};

pub(in crate::real) trait Logarithm: Float {
    /// (ln m − 2 s)/s³ from z = s², where s = (m − 1)/(m + 1) and m lies within [√½, √2).
    fn tail(z: Self) -> Self;
}

impl Logarithm for f64 {
    /// Interval 0 ≤ z ≤ 0.02944, error 4.4e-18.
    #[inline(always)]
    fn tail(z: f64) -> f64 {
        polynomial!(z;
            0.666_666_666_666_667, 0.399_999_999_998_994_44, 0.285_714_286_260_032_7,
            0.222_222_111_302_598_78, 0.181_828_894_556_749_47, 0.153_317_106_182_107_73,
            0.146_165_854_248_886_23)
    }
}

impl Logarithm for f32 {
    /// Interval 0 ≤ z ≤ 0.02944, error 3.0e-10.
    #[inline(always)]
    fn tail(z: f32) -> f32 {
        polynomial!(z; 0.666_666_7, 0.400_001_23, 0.285_508_16, 0.233_305_83)
    }
}

/// Natural logarithm: −∞ from ±0, NaN from negative numbers, subnormals included.
#[inline(always)]
pub(in crate::real) fn ln<F: Logarithm>(x: F) -> F {
    let (k, m) = x.exponent_and_mantissa();
    let f = m - F::ONE;
    let s = f / (F::TWO + f);
    let z = s * s;
    // 2 s = f − s f = f − f²/2 + s f²/2: the leading terms of ln(1 + f), of which f is exact.
    let half_square = F::HALF * f * f;
    let rest = s * (half_square + z * F::tail(z)) + k * F::LN_2.1;
    let result = k * F::LN_2.0 + (f - (half_square - rest));
    outside(x, result)
}

/// `ln_x`, except where x is not positive and finite.
#[inline(always)]
pub(super) fn outside<F: Float>(x: F, ln_x: F) -> F {
    let not_above = if x < F::ZERO { F::NAN } else { -F::INFINITY };
    let result = if x > F::ZERO { ln_x } else { not_above };
    // Infinity, and NaN, which is above nothing.
    if x < F::INFINITY { result } else { x }
}
