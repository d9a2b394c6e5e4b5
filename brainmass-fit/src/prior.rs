//! What is believed of a parameter before the data speak.

use brainmass_core::{Result, check};

/// A prior: its negative logarithm, without constants, is added to the cost.
///
/// The cost should then be a negative log-likelihood, or the prior be understood as a penalty of its scale.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Prior {
    /// ½ ((v − mean)/deviation)².
    Normal {
        /// Where the penalty is zero.
        mean: f64,
        /// The distance at which it is one half.
        deviation: f64,
    },
    /// ½ (ln(v/median)/spread)², of positive values. Up to constants it is the density of ln v.
    LogNormal {
        /// Where the penalty is zero.
        median: f64,
        /// The distance of ln v at which it is one half.
        spread: f64,
    },
}

impl Prior {
    /// A normal prior.
    ///
    /// # Errors
    /// [`Error::OutOfRange`](brainmass_core::Error::OutOfRange) for a deviation that is not positive.
    pub fn normal(mean: f64, deviation: f64) -> Result<Self> {
        check::between("mean of a prior", mean, f64::MIN, f64::MAX)?;
        check::between("deviation of a prior", deviation, f64::MIN_POSITIVE, f64::MAX)?;
        Ok(Self::Normal { mean, deviation })
    }

    /// A log-normal prior.
    ///
    /// # Errors
    /// [`Error::OutOfRange`](brainmass_core::Error::OutOfRange) for a median or spread that is not positive.
    pub fn log_normal(median: f64, spread: f64) -> Result<Self> {
        check::between("median of a prior", median, f64::MIN_POSITIVE, f64::MAX)?;
        check::between("spread of a prior", spread, f64::MIN_POSITIVE, f64::MAX)?;
        Ok(Self::LogNormal { median, spread })
    }

    /// The penalty at a value, and its derivative. Infinite where the value is impossible.
    ///
    /// ```
    /// let prior = brainmass_fit::Prior::normal(1.0, 0.5)?;
    /// assert_eq!(prior.penalty(2.0), (2.0, 4.0)); // ½ 2², 2/0.5
    /// # Ok::<(), brainmass_core::Error>(())
    /// ```
    pub fn penalty(self, value: f64) -> (f64, f64) {
        match self {
            Self::Normal { mean, deviation } => {
                let z = (value - mean) / deviation;
                (0.5 * z * z, z / deviation)
            }
            Self::LogNormal { median, spread } if value > 0.0 => {
                let z = (value / median).ln() / spread;
                (0.5 * z * z, z / (spread * value))
            }
            Self::LogNormal { .. } => (f64::INFINITY, 0.0),
        }
    }
}
