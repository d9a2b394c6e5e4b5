//! Glover's response.

use brainmass_core::units::{Second, Unit, dimension, s};
use brainmass_core::{Real, Result, check};

use super::density::gamma_bump;
use super::parametric::{Parametric, parametric};
use super::{Hrf, above, finite};

/// Glover's response: two gamma shapes, each with a peak of one, the second subtracted in part.
///
/// ```text
/// h(t) = c₁ t^n₁ e^(−t/t₁) − a₂ c₂ t^n₂ e^(−t/t₂),   1/c_i = max t^n_i e^(−t/t_i), at n_i t_i
/// ```
///
/// # Example
/// ```
/// use brainmass_core::units::s;
/// use brainmass_forward::hrf::{Glover, Hrf};
/// // Later than the peak at n₁ t₁ = 5.4 s the undershoot has begun.
/// assert!(Glover::auditory().value(s(5.24)) > Glover::auditory().value(s(5.4)));
/// ```
///
/// # References
/// Glover (1999), Neuroimage 9:416, doi:10.1006/nimg.1998.0419: the fits to the responses of auditory and
/// motor cortex.
#[derive(Clone, Copy, Debug, PartialEq)]
#[doc(alias = "glover_hrf")]
pub struct Glover {
    n_1: f64,
    t_1: f64,
    n_2: f64,
    t_2: f64,
    a_2: f64,
}

impl Glover {
    /// Orders n above zero, not only whole numbers, time constants t, and the part a₂ of the second shape.
    ///
    /// # Errors
    /// [`Error::OutOfRange`](brainmass_core::Error::OutOfRange),
    /// [`Error::NotFinite`](brainmass_core::Error::NotFinite).
    pub fn new(n_1: f64, t_1: Second, n_2: f64, t_2: Second, a_2: f64) -> Result<Self> {
        above("n_1 of Glover's response", n_1, 0.0)?;
        check::positive("t_1 of Glover's response", t_1)?;
        above("n_2 of Glover's response", n_2, 0.0)?;
        check::positive("t_2 of Glover's response", t_2)?;
        finite("a_2 of Glover's response", a_2)?;
        Ok(Self { n_1, t_1: t_1.value_unsafe, n_2, t_2: t_2.value_unsafe, a_2 })
    }

    /// Auditory cortex: n₁ = 6, t₁ = 0.9 s, n₂ = 12, t₂ = 0.9 s, a₂ = 0.35. Peak 5.24 s, undershoot 12.26 s.
    pub fn auditory() -> Self {
        Self { n_1: 6.0, t_1: 0.9, n_2: 12.0, t_2: 0.9, a_2: 0.35 }
    }

    /// Motor cortex: n₁ = 5, t₁ = 1.1 s, n₂ = 12, t₂ = 0.9 s, a₂ = 0.4. Peak 5.27 s, undershoot 12.51 s.
    pub fn motor() -> Self {
        Self { n_1: 5.0, t_1: 1.1, n_2: 12.0, t_2: 0.9, a_2: 0.4 }
    }
}

impl Parametric<5> for Glover {
    const PARAMETERS: [(&'static str, Unit); 5] = [
        ("n_1", Unit::DIMENSIONLESS),
        ("t_1", Unit::of::<dimension::Second>()),
        ("n_2", Unit::DIMENSIONLESS),
        ("t_2", Unit::of::<dimension::Second>()),
        ("a_2", Unit::DIMENSIONLESS),
    ];

    fn parameters(&self) -> [f64; 5] {
        [self.n_1, self.t_1, self.n_2, self.t_2, self.a_2]
    }

    fn from_parameters([n_1, t_1, n_2, t_2, a_2]: [f64; 5]) -> Result<Self> {
        Self::new(n_1, s(t_1), n_2, s(t_2), a_2)
    }

    fn shape<T: Real>(&self, [n_1, t_1, n_2, t_2, a_2]: [T; 5], time: f64) -> T {
        gamma_bump(time, n_1 * t_1, n_1) - a_2 * gamma_bump(time, n_2 * t_2, n_2)
    }
}

impl Hrf for Glover {
    parametric!();

    fn duration(&self) -> Second {
        s(32.0)
    }
}
