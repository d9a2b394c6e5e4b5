//! `f64` and `f32` as scalars of a model.

use num_traits::Float;

use super::Real;

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
                Float::exp(self)
            }
            #[inline(always)]
            fn exp_m1(self) -> Self {
                Float::exp_m1(self)
            }
            #[inline(always)]
            fn ln(self) -> Self {
                Float::ln(self)
            }
            #[inline(always)]
            fn sqrt(self) -> Self {
                Float::sqrt(self)
            }
            #[inline(always)]
            fn sin(self) -> Self {
                Float::sin(self)
            }
            #[inline(always)]
            fn cos(self) -> Self {
                Float::cos(self)
            }
            #[inline(always)]
            fn tanh(self) -> Self {
                Float::tanh(self)
            }
            #[inline(always)]
            fn powf(self, exponent: Self) -> Self {
                Float::powf(self, exponent)
            }
            #[inline(always)]
            fn abs(self) -> Self {
                Float::abs(self)
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
