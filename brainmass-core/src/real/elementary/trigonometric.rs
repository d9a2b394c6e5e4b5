//! sin and cos.

use std::f64::consts::FRAC_2_PI;

use super::{Float, polynomial};

/// π/2 in four parts. The first three have so few bits that k times them is exact for k ≤ 2²⁰.
const HALF_PI: [f64; 4] = [
    1.570_796_326_734_125_6,
    6.077_100_506_303_966e-11,
    2.022_266_248_711_166_5e-21,
    8.478_427_660_368_9e-32,
];

/// 2⁴⁵: here neighbouring numbers are 0.008 rad apart, and nothing is left of an angle.
const LARGEST: f64 = 35_184_372_088_832.0;

/// Sine of x in radians: odd to the bit.
///
/// Up to |x| = 2²⁰ π/2 the error is below 2 ulp. Beyond, it grows to the distance between neighbouring
/// numbers near x, and from 2⁴⁵ on the result is that of 0. NaN from infinity.
#[inline(always)]
pub(in crate::real) fn sin(x: f64) -> f64 {
    let sign = x.to_bits() & (1 << 63);
    f64::from_bits(wave(x.abs(), 0).to_bits() ^ sign)
}

/// Cosine of x in radians, in the range of [`sin`]: even to the bit.
#[inline(always)]
pub(in crate::real) fn cos(x: f64) -> f64 {
    wave(x.abs(), 1)
}

/// sin(x + q π/2) for x ≥ 0.
#[inline(always)]
fn wave(x: f64, quarters: u64) -> f64 {
    let x = if x < LARGEST { x } else { 0.0 * x };
    let rounded = x * FRAC_2_PI + f64::ROUNDER;
    let (r, low) = remainder(x, rounded - f64::ROUNDER);
    let quarter = rounded.to_bits().wrapping_add(quarters);
    // An odd quarter exchanges sine and cosine, half a turn changes the sign.
    let odd = (quarter & 1).wrapping_neg();
    let sign = (quarter & 2) << 62;
    let (sine, cosine) = (sine(r, low).to_bits(), cosine(r, low).to_bits());
    f64::from_bits(((sine & !odd) | (cosine & odd)) ^ sign)
}

/// x − k π/2 as the sum of two numbers, |x − k π/2| ≤ π/4.
#[inline(always)]
fn remainder(x: f64, k: f64) -> (f64, f64) {
    let (first, lost_first) = subtract(x - k * HALF_PI[0], k * HALF_PI[1]);
    let (second, lost_second) = subtract(first, k * HALF_PI[2]);
    let rest = lost_first + (lost_second - k * HALF_PI[3]);
    let r = second + rest;
    (r, (second - r) + rest)
}

/// a − b and its rounding error, whichever is larger.
#[inline(always)]
fn subtract(a: f64, b: f64) -> (f64, f64) {
    let difference = a - b;
    let a_part = difference + b;
    let b_part = a_part - difference;
    (difference, (a - a_part) - (b - b_part))
}

/// sin(r + low) for |r| ≤ π/4: r + r³ S(r²). Interval |r| ≤ 0.8, error 6.8e-18.
#[inline(always)]
fn sine(r: f64, low: f64) -> f64 {
    let z = r * r;
    let tail = polynomial!(z;
        -0.166_666_666_666_666_66, 0.008_333_333_333_333_331, -0.000_198_412_698_412_641,
        2.755_731_921_860_257_5e-6, -2.505_210_598_135_075_2e-8, 1.605_849_255_672_989_2e-10,
        -7.584_436_884_170_301e-13);
    r + (r * (z * tail) + low)
}

/// cos(r + low) for |r| ≤ π/4: 1 − r²/2 + r⁴ C(r²). Interval |r| ≤ 0.8, error 9.3e-19.
#[inline(always)]
fn cosine(r: f64, low: f64) -> f64 {
    let z = r * r;
    let tail = polynomial!(z;
        0.041_666_666_666_666_664, -0.001_388_888_888_888_709_6, 2.480_158_729_831_839_5e-5,
        -2.755_731_704_403_567e-7, 2.087_609_969_231_492_6e-9, -1.137_933_858_529_813_6e-11);
    let half_square = 0.5 * z;
    let leading = 1.0 - half_square;
    leading + (((1.0 - leading) - half_square) + (z * (z * tail) - r * low))
}
