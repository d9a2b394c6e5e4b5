//! `f64` and `f32` as scalars of a model.

use super::{Real, elementary};

macro_rules! real_for_float {
    ($float:ty) => {
        impl Real for $float {
            type Mask = bool;

            #[inline(always)]
            #[allow(clippy::cast_possible_truncation, reason = "f32 rounds constants")]
            fn from_f64(value: f64) -> Self {
                value as $float
            }
            #[inline(always)]
            fn exp(self) -> Self {
                elementary::exp(self)
            }
            #[inline(always)]
            fn exp_m1(self) -> Self {
                elementary::exp_m1(self)
            }
            #[inline(always)]
            fn ln(self) -> Self {
                elementary::ln(self)
            }
            #[inline(always)]
            fn sqrt(self) -> Self {
                self.sqrt()
            }
            #[inline(always)]
            #[allow(clippy::cast_possible_truncation, clippy::cast_lossless, reason = "f32 goes through f64")]
            fn sin(self) -> Self {
                elementary::sin(self as f64) as $float
            }
            #[inline(always)]
            #[allow(clippy::cast_possible_truncation, clippy::cast_lossless, reason = "f32 goes through f64")]
            fn cos(self) -> Self {
                elementary::cos(self as f64) as $float
            }
            #[inline(always)]
            fn tanh(self) -> Self {
                elementary::tanh(self)
            }
            #[inline(always)]
            fn powf(self, exponent: Self) -> Self {
                elementary::Power::power(self, exponent)
            }
            #[inline(always)]
            fn abs(self) -> Self {
                self.abs()
            }
            #[inline(always)]
            fn less_than(self, other: Self) -> bool {
                self < other
            }
            #[inline(always)]
            fn select(mask: bool, if_true: Self, if_false: Self) -> Self {
                if mask { if_true } else { if_false }
            }
        }
    };
}

real_for_float!(f64);
real_for_float!(f32);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn exp_ratio_is_smooth_through_zero() {
        assert_eq!(Real::exp_ratio(0.0_f64), 1.0);
        // (e^z − 1)/z = Σ z^k/(k+1)!, summed far beyond double precision for |z| ≤ 1.
        let series = |z: f64| (0..40).rev().fold(0.0, |sum, k| 1.0 + sum * z / f64::from(k + 2));
        for exponent in -12..1 {
            for sign in [-1.0, 1.0] {
                let z = sign * 10f64.powi(exponent);
                approx::assert_relative_eq!(Real::exp_ratio(z), series(z), max_relative = 4e-15);
            }
        }
    }

    proptest! {
        #[test]
        fn clamp_keeps_bounds(x in -10.0..10.0_f64) {
            let y = Real::clamp(x, -1.0, 2.0);
            prop_assert!((-1.0..=2.0).contains(&y));
            prop_assert!(!(-1.0..=2.0).contains(&x) || y == x);
        }
    }
}
