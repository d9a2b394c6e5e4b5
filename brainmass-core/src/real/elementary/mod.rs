//! Elementary functions of our own: the same bits on every machine, alone or in lanes.
//!
//! | function | largest error seen in `f64` | in `f32` | method |
//! |---|---|---|---|
//! | `exp` | 1.0 ulp | 0.9 ulp | x = k ln 2 + r, a polynomial in r |
//! | `exp_m1` | 1.3 ulp | 1.1 ulp | the same |
//! | `ln` | 0.9 ulp | 0.9 ulp | x = 2ᵏ m, a polynomial in ((m − 1)/(m + 1))² |
//! | `tanh` | 1.5 ulp | 1.4 ulp | an odd polynomial below 0.55, else by `exp` |
//! | `sin`, `cos` | 0.9 ulp | 0.5 ulp | x = k π/2 + r, two polynomials in r² |
//! | `powf` | 0.9 ulp | 0.5 ulp | exp(y ln x), ln x to 66 bits |
//!
//! Only `+ − × ÷`, comparisons and operations on bits are used, each of which IEEE 754 defines to the last bit;
//! multiply and add are never fused. There is no branch and no table, so a loop over an array of numbers
//! becomes vector instructions as it stands. `f32` takes the way of `f64` for `sin`, `cos` and `powf`, and has
//! coefficients of its own for the others.
//!
//! The polynomials interpolate the function named beside them at the Chebyshev points of the stated interval,
//! computed with 60 digits and rounded. The stated error is that of the rounded polynomial's contribution,
//! relative to the function's value.

mod exponential;
mod hyperbolic;
mod logarithm;
mod power;
mod trigonometric;

pub(super) use exponential::{exp, exp_m1};
pub(super) use hyperbolic::tanh;
pub(super) use logarithm::ln;
pub(super) use power::Power;
pub(super) use trigonometric::{cos, sin};

use std::ops::{Add, Div, Mul, Neg, Sub};

/// What the functions need to know of `f64` and `f32`.
pub(super) trait Float:
    Copy
    + PartialOrd
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
{
    const ZERO: Self;
    const ONE: Self;
    const TWO: Self;
    const HALF: Self;
    const NAN: Self;
    const INFINITY: Self;
    const LOG2_E: Self;
    /// ln 2 with so few bits that k times it is exact for every exponent k, and the rest of ln 2.
    const LN_2: (Self, Self);
    /// 3/2 times the first number without a fraction: adding it rounds to a whole number k (ties to even) and
    /// leaves k in the low bits.
    const ROUNDER: Self;

    /// 2ᵏ from `ROUNDER + k`, for 2ᵏ neither subnormal nor infinite.
    fn power_of_two(rounded: Self) -> Self;
    /// This number times 2ᵏ from `ROUNDER + k`, for a result neither subnormal nor infinite.
    fn raise(self, rounded: Self) -> Self;
    /// This number times 2ᵏ from `ROUNDER + k`, for any k that leads from near 1 to subnormals or infinity.
    fn times_power_of_two(self, rounded: Self) -> Self;
    /// k and m with x = 2ᵏ m and m within [√½, √2), for x positive and finite.
    fn exponent_and_mantissa(self) -> (Self, Self);
    fn abs(self) -> Self;
    fn copysign(self, sign: Self) -> Self;
}

macro_rules! float {
    ($float:ident, $bits:ident, $ln_2:expr) => {
        const _: () = {
            /// Where the exponent begins.
            const SHIFT: u32 = $float::MANTISSA_DIGITS - 1;
            /// What is added to an exponent before it is stored.
            const BIAS: $bits = $float::MAX_EXP as $bits - 1;

            impl Float for $float {
                const ZERO: Self = 0.0;
                const ONE: Self = 1.0;
                const TWO: Self = 2.0;
                const HALF: Self = 0.5;
                const NAN: Self = $float::NAN;
                const INFINITY: Self = $float::INFINITY;
                const LOG2_E: Self = std::$float::consts::LOG2_E;
                const LN_2: (Self, Self) = $ln_2;
                const ROUNDER: Self = 1.5 / $float::EPSILON;

                #[inline(always)]
                fn power_of_two(rounded: Self) -> Self {
                    Self::from_bits((rounded.to_bits() << SHIFT).wrapping_add(Self::ONE.to_bits()))
                }
                #[inline(always)]
                fn raise(self, rounded: Self) -> Self {
                    Self::from_bits((rounded.to_bits() << SHIFT).wrapping_add(self.to_bits()))
                }
                #[inline(always)]
                fn times_power_of_two(self, rounded: Self) -> Self {
                    const OFFSET: $bits = (2 * BIAS).wrapping_sub($float::ROUNDER.to_bits());
                    // 2ᵏ itself may be out of range: two factors, the first product exact.
                    let both = rounded.to_bits().wrapping_add(OFFSET);
                    let first = both >> 1;
                    let second = both.wrapping_sub(first);
                    self * Self::from_bits(first << SHIFT) * Self::from_bits(second << SHIFT)
                }
                #[inline(always)]
                fn exponent_and_mantissa(self) -> (Self, Self) {
                    const ROOT_HALF: $bits = std::$float::consts::FRAC_1_SQRT_2.to_bits();
                    const TO_ONE: $bits = <$float as Float>::ONE.to_bits() - ROOT_HALF;
                    const WHOLE: $float = 1.0 / $float::EPSILON;
                    // Subnormals are scaled into the normal range, exactly.
                    const SCALE: $float = 2.0 / $float::EPSILON;
                    const SCALED_BY: $float = ((SCALE.to_bits() >> SHIFT) - BIAS) as $float;
                    let subnormal = self < $float::MIN_POSITIVE;
                    let normal = if subnormal { self * SCALE } else { self };
                    let offset = WHOLE + BIAS as $float + if subnormal { SCALED_BY } else { 0.0 };
                    let raised = normal.to_bits().wrapping_add(TO_ONE);
                    // The biased exponent becomes a float without a conversion, as the low bits of WHOLE.
                    let biased = Self::from_bits((raised >> SHIFT) | WHOLE.to_bits());
                    let mantissa = (raised & ((1 << SHIFT) - 1)).wrapping_add(ROOT_HALF);
                    (biased - offset, Self::from_bits(mantissa))
                }
                #[inline(always)]
                fn abs(self) -> Self {
                    self.abs()
                }
                #[inline(always)]
                fn copysign(self, sign: Self) -> Self {
                    self.copysign(sign)
                }
            }
        };
    };
}

float!(f64, u64, (0.693_147_180_559_890_3, 5.497_923_018_708_371e-14));
float!(f32, u32, (0.693_145_75, 1.428_606_8e-6));

/// Σ cₖ xᵏ in Estrin's form: pairs, then pairs of pairs, so that few operations wait for each other.
macro_rules! polynomial {
    ($x:expr; $c:expr $(,)?) => { $c };
    ($x:expr; $($c:expr),+ $(,)?) => {{
        let x = $x;
        polynomial!(@pairs x; []; $($c),+)
    }};
    (@pairs $x:ident; [$($done:expr),*]; $a:expr, $b:expr) => {
        polynomial!($x * $x; $($done,)* $a + $b * $x)
    };
    (@pairs $x:ident; [$($done:expr),*]; $a:expr) => {
        polynomial!($x * $x; $($done,)* $a)
    };
    (@pairs $x:ident; [$($done:expr),*]; $a:expr, $b:expr, $($rest:expr),+) => {
        polynomial!(@pairs $x; [$($done,)* $a + $b * $x]; $($rest),+)
    };
}
pub(crate) use polynomial;

#[cfg(test)]
mod tests;
