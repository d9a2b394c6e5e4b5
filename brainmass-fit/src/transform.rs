//! Transforms: from numbers without bounds or scale to the values of parameters.

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
    /// Evenly in the logarithm between positive bounds, which may be reached.
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
            Self::Log => low * (high / low).powf(free),
            Self::Logit => low + (high - low) / (1.0 + (-free).exp()),
            Self::Softplus => low + (high - low) * (free.max(0.0) + (-free.abs()).exp().ln_1p()),
        }
    }

    /// The free coordinate of a value, kept within the [box](Self::bounds) of free coordinates.
    pub fn free(self, value: f64, low: f64, high: f64) -> f64 {
        let part = (value - low) / (high - low);
        let free = match self {
            Self::Linear => part,
            Self::Log => (value / low).ln() / (high / low).ln(),
            Self::Logit => (part / (1.0 - part)).ln(),
            // ln(e^p − 1), which is p for a large p.
            Self::Softplus => part + (-(-part).exp_m1()).ln(),
        };
        let (lower, upper) = self.bounds();
        // A bound itself is infinitely far on the logistic axis.
        if free.is_nan() { lower } else { free.clamp(lower, upper) }
    }

    /// dv/dz.
    pub fn slope(self, free: f64, low: f64, high: f64) -> f64 {
        match self {
            Self::Linear => high - low,
            Self::Log => self.value(free, low, high) * (high / low).ln(),
            Self::Logit => {
                let part = 1.0 / (1.0 + (-free).exp());
                (high - low) * part * (1.0 - part)
            }
            Self::Softplus => (high - low) / (1.0 + (-free).exp()),
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
