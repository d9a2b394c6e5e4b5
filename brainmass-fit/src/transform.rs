//! Transforms: from numbers without bounds or scale to the values of parameters.

use brainmass_core::Real;

/// How the values of a parameter lie on the axis along which an optimizer moves.
///
/// With bounds `low` and `high`, and a *free* coordinate z:
///
/// ```text
/// Linear     v = low + (high − low) z                0 ≤ z ≤ 1
/// Log        v = low (high/low)^z                    0 ≤ z ≤ 1
/// Logit      v = low + (high − low)/(1 + e^−z)       any z
/// Softplus   v = low + (high − low) ln(1 + e^z)      any z; high is a scale, not a bound
/// ```
///
/// A logarithmic axis may also lie below zero, with two negative bounds.
///
/// Free coordinates are of the order of one whatever the unit, so that one step size fits all parameters.
///
/// ```
/// use brainmass_fit::Transform;
/// let z = Transform::Log.free(20.0, 2.0, 200.0);
/// assert!((z - 0.5).abs() < 1e-15);
/// assert!((Transform::Log.value(z, 2.0, 200.0) - 20.0).abs() < 1e-13);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Transform {
    /// Evenly between the bounds, which may be reached.
    #[default]
    Linear,
    /// Evenly in the logarithm between bounds of one sign, which may be reached.
    Log,
    /// Within the bounds, which are never reached.
    Logit,
    /// Above the lower bound, without an upper one.
    Softplus,
}

/// Beyond this a logistic function is its bound to a few parts in a million.
const FAR: f64 = 12.0;

impl Transform {
    /// The value at a free coordinate.
    pub fn value(self, free: f64, low: f64, high: f64) -> f64 {
        match self {
            Self::Linear => low + (high - low) * free,
            Self::Log => low * Real::powf(high / low, free),
            Self::Logit => low + (high - low) * free.sigmoid(),
            Self::Softplus => low + (high - low) * softplus(free),
        }
    }

    /// The coordinate of a value, wherever it is: infinite at an end that is never reached, not a number beyond it.
    pub(crate) fn coordinate(self, value: f64, low: f64, high: f64) -> f64 {
        let part = (value - low) / (high - low);
        match self {
            Self::Linear => part,
            Self::Log => Real::ln(value / low) / Real::ln(high / low),
            Self::Logit => Real::ln(part / (1.0 - part)),
            // ln(e^p − 1), which is p for a large p.
            Self::Softplus => part + Real::ln(-Real::exp_m1(-part)),
        }
    }

    /// The free coordinate of a value, kept within the [box](Self::bounds) of free coordinates.
    pub fn free(self, value: f64, low: f64, high: f64) -> f64 {
        let free = self.coordinate(value, low, high);
        let (lower, upper) = self.bounds();
        // A bound itself is infinitely far on the logistic axis.
        if free.is_nan() { lower } else { free.clamp(lower, upper) }
    }

    /// dv/dz.
    pub fn slope(self, free: f64, low: f64, high: f64) -> f64 {
        match self {
            Self::Linear => high - low,
            Self::Log => self.value(free, low, high) * Real::ln(high / low),
            // The smaller of a part and its rest has all its digits.
            Self::Logit => (high - low) * free.sigmoid() * (-free).sigmoid(),
            Self::Softplus => (high - low) * free.sigmoid(),
        }
    }

    /// The least and the largest free coordinate.
    pub fn bounds(self) -> (f64, f64) {
        match self {
            Self::Linear | Self::Log => (0.0, 1.0),
            Self::Logit => (-FAR, FAR),
            Self::Softplus => (-FAR, 1e3),
        }
    }

    /// Its name in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Linear => "linear",
            Self::Log => "log",
            Self::Logit => "logit",
            Self::Softplus => "softplus",
        }
    }

    /// All transforms.
    pub const ALL: [Self; 4] = [Self::Linear, Self::Log, Self::Logit, Self::Softplus];
}

/// ln(1 + e^z), with all its digits where it is small.
fn softplus(z: f64) -> f64 {
    let x = Real::exp(-z.abs());
    let sum = 1.0 + x;
    // The logarithm of the rounded sum, times what rounding has made of x.
    let log = if sum > 1.0 { Real::ln(sum) * (x / (sum - 1.0)) } else { x };
    z.max(0.0) + log
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn values_go_there_and_back(part in 0.001..0.999_f64, low in 0.1..1.0_f64, span in 0.5..100.0_f64) {
            let (high, value) = (low + span, low + part * span);
            for transform in Transform::ALL {
                let free = transform.free(value, low, high);
                // Near the middle of the box no digit is lost but those of the logarithms.
                approx::assert_relative_eq!(transform.value(free, low, high), value, max_relative = 1e-12);
                // A central difference: h² of the third derivative, about 1e-10, plus rounding of 1e-16/h.
                let h = 1e-5;
                let slope = (transform.value(free + h, low, high) - transform.value(free - h, low, high)) / (2.0 * h);
                approx::assert_relative_eq!(transform.slope(free, low, high), slope, max_relative = 1e-6);
            }
        }

        #[test]
        fn bounds_are_kept(free in -1e3..1e3_f64) {
            for transform in Transform::ALL {
                let (lower, upper) = transform.bounds();
                let value = transform.value(free.clamp(lower, upper), 2.0, 5.0);
                prop_assert!(value >= 2.0 && value.is_finite());
                prop_assert!(transform == Transform::Softplus || value <= 5.0 * (1.0 + 1e-15));
            }
        }
    }

    /// Below zero the logarithmic axis is the mirror image of the one above.
    #[test]
    fn a_logarithmic_axis_may_lie_below_zero() {
        for value in [-5.0, -0.5, -0.025] {
            let free = Transform::Log.free(value, -5.0, -0.025);
            assert!((free - (1.0 - Transform::Log.free(-value, 0.025, 5.0))).abs() < 1e-15);
            approx::assert_relative_eq!(
                Transform::Log.value(free, -5.0, -0.025),
                value,
                max_relative = 1e-15
            );
            // It rises with the coordinate, from the lower bound to the upper.
            assert!(Transform::Log.slope(free, -5.0, -0.025) > 0.0);
        }
    }

    /// e^z − e^2z/2 + …, of which a plain logarithm of one and something would lose five digits.
    #[test]
    fn softplus_has_all_its_digits_far_below_zero() {
        let x = (-12.0_f64).exp();
        let expected = x - x * x / 2.0 + x * x * x / 3.0;
        let found = Transform::Softplus.value(-12.0, 0.0, 1.0);
        approx::assert_relative_eq!(found, expected, max_relative = 1e-15);
        assert_eq!(Transform::Softplus.value(-40.0, 0.0, 1.0), Real::exp(-40.0_f64));
    }

    #[test]
    fn bounds_themselves_have_a_place() {
        for transform in Transform::ALL {
            for value in [2.0, 5.0] {
                let free = transform.free(value, 2.0, 5.0);
                assert!((transform.value(free, 2.0, 5.0) - value).abs() < 1e-4, "{transform:?} {value}");
            }
        }
    }
}
