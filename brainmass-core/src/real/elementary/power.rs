//! xʸ.
#![expect(clippy::needless_bitwise_bool, reason = "lanes have no branches")]

use super::exponential::{exp, exp_of_sum};
use super::logarithm::{ln, outside};
use super::{Float, polynomial};

pub(in crate::real) trait Power {
    /// xʸ with the special cases of IEEE 754 `pow`.
    fn power(self, exponent: Self) -> Self;
}

impl Power for f64 {
    #[inline(always)]
    fn power(self, exponent: f64) -> f64 {
        let (high, low) = ln_extended(self.abs());
        let (product, lost) = multiply(exponent, high);
        let low = lost + exponent * low;
        // Beyond the range of exp the product may have overflowed, and its error be NaN.
        let low = if product.abs() < 800.0 { low } else { 0.0 };
        with_special_cases(self, exponent, exp_of_sum(product, low))
    }
}

impl Power for f32 {
    /// The rounding errors of `f64` are far below those of `f32`, so the product needs no low part.
    #[inline(always)]
    #[expect(clippy::cast_possible_truncation, reason = "rounds the result")]
    fn power(self, exponent: f32) -> f32 {
        let (x, y) = (f64::from(self), f64::from(exponent));
        with_special_cases(x, y, exp(y * ln(x.abs()))) as f32
    }
}

/// xʸ from |x|ʸ.
#[inline(always)]
fn with_special_cases(x: f64, y: f64, size: f64) -> f64 {
    let whole = is_whole(y.abs());
    let odd = whole & !is_whole(0.5 * y.abs());
    let signed = if odd { size.copysign(x) } else { size };
    let no_root = (x < 0.0) & (x > f64::NEG_INFINITY) & !whole;
    let result = if no_root { f64::NAN } else { signed };
    let is_one = (y == 0.0) | (x == 1.0) | ((x == -1.0) & (y.abs() == f64::INFINITY));
    if is_one { 1.0 } else { result }
}

#[inline(always)]
fn is_whole(size: f64) -> bool {
    // From here on no number has a fraction, and adding it rounds to a whole one.
    const WHOLE: f64 = 1.0 / f64::EPSILON;
    (size >= WHOLE) | ((size + WHOLE) - WHOLE == size)
}

/// ln x as the sum of two numbers, to about 66 bits.
#[inline(always)]
fn ln_extended(x: f64) -> (f64, f64) {
    let (k, m) = x.exponent_and_mantissa();
    // s = f/(2 + f), with the remainder of the division.
    let f = m - 1.0;
    let (divisor, divisor_low) = add(2.0, f);
    let s = f / divisor;
    let (product, lost) = multiply(s, divisor);
    let s_low = ((f - product) - lost - s * divisor_low) / divisor;
    // ln m = 2 s + 2 s³ P(s²), P(z) = 1/3 + z Q(z).
    let (z, lost) = multiply(s, s);
    let z_low = lost + 2.0 * s * s_low;
    let (p, lost) = add(THIRD, z * atanh_tail(z));
    let p_low = lost + THIRD_LOW;
    let (zp, lost) = multiply(z, p);
    let zp_low = lost + (z * p_low + z_low * p);
    let (cubic, lost) = multiply(s, zp);
    let cubic_low = lost + (s * zp_low + s_low * zp);
    // k ln 2 + ln m, the largest term first.
    let (sum, lost_first) = add(k * f64::LN_2.0, 2.0 * s);
    let (sum, lost_second) = add(sum, 2.0 * cubic);
    let low = lost_first + (lost_second + (k * f64::LN_2.1 + 2.0 * (s_low + cubic_low)));
    let (high, low) = add(sum, low);
    (outside(x, high), low)
}

const THIRD: f64 = 1.0 / 3.0;
/// 1/3 − `THIRD`.
const THIRD_LOW: f64 = 1.850_371_707_708_594e-17;

/// Q(z) = (artanh s − s − s³/3)/s⁵ from z = s². Interval 0 ≤ z ≤ 0.02944, error 1.0e-20 of artanh s.
#[inline(always)]
fn atanh_tail(z: f64) -> f64 {
    polynomial!(z;
        0.2, 0.142_857_142_857_146_82, 0.111_111_111_108_279_43, 0.090_909_091_676_964_01,
        0.076_922_974_812_592_15, 0.066_674_023_469_236_55, 0.058_531_181_697_456_03, 0.058_615_893_119_382_59)
}

/// a + b and its rounding error, for |a| ≥ |b| or a = 0.
#[inline(always)]
fn add(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    (sum, b - (sum - a))
}

/// a b and its rounding error, from halves of the factors whose products are exact.
#[inline(always)]
fn multiply(a: f64, b: f64) -> (f64, f64) {
    let ((a_high, a_low), (b_high, b_low)) = (split(a), split(b));
    let product = a * b;
    (product, ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low)
}

/// A number's upper 26 bits and the rest.
#[inline(always)]
fn split(x: f64) -> (f64, f64) {
    let high = f64::from_bits(x.to_bits() & (u64::MAX << 27));
    (high, x - high)
}
