//! eˣ and eˣ − 1.

use super::{Float, polynomial};

pub(in crate::real) trait Exponential: Float {
    /// Between these eˣ is a normal number.
    const NORMAL: (Self, Self);
    /// Below the first, eˣ rounds to 0; above the second, to infinity.
    const RANGE: (Self, Self);
    /// Below this, eˣ − 1 rounds to −1.
    const LOWEST_M1: Self;
    /// Below this magnitude, eˣ − 1 rounds to x.
    const TINY: Self;
    /// q(r) = (eʳ − 1 − r)/r² for |r| ≤ ½ ln 2.
    fn tail(r: Self) -> Self;
}

impl Exponential for f64 {
    const NORMAL: (f64, f64) = (-708.0, 709.782_712_893_384);
    const RANGE: (f64, f64) = (-746.0, 710.0);
    const LOWEST_M1: f64 = -40.0;
    const TINY: f64 = f64::EPSILON / 4.0;

    /// Interval ±0.3467, error 4.1e-17 of eʳ − 1.
    #[inline(always)]
    fn tail(r: f64) -> f64 {
        polynomial!(r;
            0.500_000_000_000_000_1, 0.166_666_666_666_666_69, 0.041_666_666_666_624_04,
            0.008_333_333_333_330_055, 0.001_388_888_891_725_875_9, 0.000_198_412_698_630_882_55,
            2.480_152_122_598_643_2e-5, 2.755_726_840_619_079_5e-6, 2.762_012_171_738_193_3e-7,
            2.510_041_108_201_49e-8)
    }
}

impl Exponential for f32 {
    const NORMAL: (f32, f32) = (-87.0, 88.722_83);
    const RANGE: (f32, f32) = (-104.0, 89.0);
    const LOWEST_M1: f32 = -20.0;
    const TINY: f32 = f32::EPSILON / 4.0;

    /// Interval ±0.3467, error 1.8e-9 of eʳ − 1.
    #[inline(always)]
    fn tail(r: f32) -> f32 {
        polynomial!(r;
            0.5, 0.166_666_67, 0.041_666_463, 0.008_333_310_5, 0.001_393_367_4, 0.000_198_910_17)
    }
}

/// x = k ln 2 + high − low, as (`ROUNDER` + k, high, low); high is exact.
#[inline(always)]
fn reduce<F: Float>(x: F) -> (F, F, F) {
    let rounded = x * F::LOG2_E + F::ROUNDER;
    let k = rounded - F::ROUNDER;
    (rounded, x - k * F::LN_2.0, k * F::LN_2.1)
}

/// x within bounds; NaN stays.
#[inline(always)]
fn bound<F: Float>(x: F, (lowest, highest): (F, F)) -> F {
    let x = if lowest > x { lowest } else { x };
    if highest < x { highest } else { x }
}

/// eˣ: 0 where it would be subnormal (from 2 times the smallest normal number on), infinity above, NaN from NaN.
#[inline(always)]
pub(in crate::real) fn exp<F: Exponential>(x: F) -> F {
    let (rounded, high, low) = reduce(x);
    let r = high - low;
    let normal = (F::ONE + (r + r * r * F::tail(r))).raise(rounded);
    let result = if x < F::NORMAL.0 { F::ZERO } else { normal };
    // Infinity, or NaN.
    if x <= F::NORMAL.1 { result } else { x + F::INFINITY }
}

/// e to the power of an unevaluated sum, `low` being at most some roundings of `x`.
#[inline(always)]
pub(super) fn exp_of_sum<F: Exponential>(x: F, low: F) -> F {
    let (rounded, high, less) = reduce(bound(x, F::RANGE));
    let difference = high - less;
    let r = difference + low;
    let rest = ((high - difference) - less) + ((difference - r) + low);
    (F::ONE + (r + (r * r * F::tail(r) + rest))).times_power_of_two(rounded)
}

/// eˣ − 1; keeps the sign of zero.
#[inline(always)]
pub(in crate::real) fn exp_m1<F: Exponential>(x: F) -> F {
    let (rounded, high, low) = reduce(bound(x, (F::LOWEST_M1, F::RANGE.1)));
    let r = high - low;
    let tail = r * r * F::tail(r) + ((high - r) - low);
    // 2ᵏ(1 + r + tail) − 1 at half its size, as 2ᵏ itself may overflow; the sum of the two large terms is
    // kept with its rounding error.
    let half = F::power_of_two(rounded - F::ONE);
    let (large, small) = (half - F::HALF, half * r);
    let sum = large + small;
    let lost = small - (sum - large);
    let result = (sum + (lost + half * tail)) * F::TWO;
    if x.abs() < F::TINY { x } else { result }
}
