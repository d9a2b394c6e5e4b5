//! The mixture of two gamma densities.

use brainmass_core::units::{Hertz, Second, Unit, dimension, hz, s};
use brainmass_core::{Real, Result, check};

use super::density::gamma_density;
use super::parametric::{Parametric, parametric};
use super::{Hrf, above, finite};

/// The difference of two gamma densities with one rate: a response and its undershoot.
///
/// ```text
/// h(t) = l (l t)^(a₁−1) e^(−l t)/Γ(a₁) − c · l (l t)^(a₂−1) e^(−l t)/Γ(a₂)      per second
/// ```
///
/// Its mass is 1 − c. DIFFERENCE: the Python library leaves out the factor l, so that its terms are
/// densities for l = 1/s only ([`reference_values`](Hrf::reference_values) gives its numbers).
///
/// # Example
/// ```
/// use brainmass_core::units::{hz, s};
/// use brainmass_forward::hrf::{Hrf, MixtureOfGammas};
/// let (slow, fast) = (MixtureOfGammas::default(), MixtureOfGammas::new(6.0, 13.0, hz(2.0), 0.4)?);
/// // Twice the rate: twice as high, in half the time.
/// approx::assert_relative_eq!(fast.value(s(2.5)), 2.0 * slow.value(s(5.0)), max_relative = 1e-12);
/// # Ok::<(), brainmass_core::Error>(())
/// ```
///
/// # References
/// Friston, Fletcher, Josephs, Holmes, Rugg & Turner (1998), Neuroimage 7:30, doi:10.1006/nimg.1997.0306.
/// Default values a₁ = 6, a₂ = 13, l = 1/s, c = 0.4 are those of The Virtual Brain.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MixtureOfGammas {
    a_1: f64,
    a_2: f64,
    l: Hertz,
    c: f64,
}

impl MixtureOfGammas {
    /// Shapes a₁ and a₂ above one, rate l, weight c of the undershoot.
    ///
    /// # Errors
    /// [`Error::OutOfRange`](brainmass_core::Error::OutOfRange),
    /// [`Error::NotFinite`](brainmass_core::Error::NotFinite).
    pub fn new(a_1: f64, a_2: f64, l: Hertz, c: f64) -> Result<Self> {
        above("a_1 of the mixture of gammas", a_1, 1.0)?;
        above("a_2 of the mixture of gammas", a_2, 1.0)?;
        check::positive("l of the mixture of gammas", l)?;
        finite("c of the mixture of gammas", c)?;
        Ok(Self { a_1, a_2, l, c })
    }
}

impl Default for MixtureOfGammas {
    fn default() -> Self {
        Self { a_1: 6.0, a_2: 13.0, l: hz(1.0), c: 0.4 }
    }
}

impl Parametric<4> for MixtureOfGammas {
    const PARAMETERS: [(&'static str, Unit); 4] = [
        ("a_1", Unit::DIMENSIONLESS),
        ("a_2", Unit::DIMENSIONLESS),
        ("l", Unit::of::<dimension::Hertz>()),
        ("c", Unit::DIMENSIONLESS),
    ];

    fn parameters(&self) -> [f64; 4] {
        [self.a_1, self.a_2, self.l.value_unsafe, self.c]
    }

    fn from_parameters([a_1, a_2, l, c]: [f64; 4]) -> Result<Self> {
        Self::new(a_1, a_2, hz(l), c)
    }

    fn shape<T: Real>(&self, [a_1, a_2, l, c]: [T; 4], time: f64) -> T {
        gamma_density(time, a_1, l.recip()) - c * gamma_density(time, a_2, l.recip())
    }
}

impl Hrf for MixtureOfGammas {
    parametric!();

    fn duration(&self) -> Second {
        s(20.0)
    }

    fn reference_values(&self, times: &[Second]) -> Vec<f64> {
        times.iter().map(|time| self.value(*time) / self.l.value_unsafe).collect()
    }
}
