//! The gamma kernel.

use brainmass_core::units::{Second, Unit, dimension, s};
use brainmass_core::{Real, Result, check};

use super::density::gamma_bump;
use super::parametric::{Parametric, parametric};
use super::{Hrf, above, finite, normalized_over_grid};

/// The gamma kernel: a single hump without undershoot.
///
/// ```text
/// h(t) = a · g(t)/g(t_peak),   g(t) = (t/τ)^(n−1) e^(−t/τ),   t_peak = (n − 1) τ
/// ```
///
/// DIFFERENCE: normalised by its true peak; the Python library divides by the largest value on the grid in
/// use ([`reference_values`](Hrf::reference_values)).
///
/// # Example
/// ```
/// use brainmass_core::units::s;
/// use brainmass_forward::hrf::{Gamma, Hrf};
/// let kernel = Gamma::new(s(1.25), 3.0, 1.0)?;
/// approx::assert_relative_eq!(kernel.value(s(2.5)), 1.0, max_relative = 1e-12);
/// # Ok::<(), brainmass_core::Error>(())
/// ```
///
/// # References
/// Boynton, Engel, Glover & Heeger (1996), J. Neurosci. 16:4207, doi:10.1523/JNEUROSCI.16-13-04207.1996.
/// Default values τ = 1.08 s, n = 3, a = 0.1 are those of The Virtual Brain and the Python library.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gamma {
    tau: Second,
    n: f64,
    a: f64,
}

impl Gamma {
    /// A kernel with time constant τ, order n above one (not only whole numbers) and peak a.
    ///
    /// # Errors
    /// [`Error::OutOfRange`](brainmass_core::Error::OutOfRange),
    /// [`Error::NotFinite`](brainmass_core::Error::NotFinite).
    pub fn new(tau: Second, n: f64, a: f64) -> Result<Self> {
        check::positive("tau of the gamma kernel", tau)?;
        above("n of the gamma kernel", n, 1.0)?;
        finite("a of the gamma kernel", a)?;
        Ok(Self { tau, n, a })
    }
}

fn bump<T: Real>(time: f64, tau: T, n: T) -> T {
    let exponent = n - T::one();
    gamma_bump(time, exponent * tau, exponent)
}

impl Default for Gamma {
    fn default() -> Self {
        Self { tau: s(1.08), n: 3.0, a: 0.1 }
    }
}

impl Parametric<3> for Gamma {
    const PARAMETERS: [(&'static str, Unit); 3] =
        [("tau", Unit::of::<dimension::Second>()), ("n", Unit::DIMENSIONLESS), ("a", Unit::DIMENSIONLESS)];

    fn parameters(&self) -> [f64; 3] {
        [self.tau.value_unsafe, self.n, self.a]
    }

    fn from_parameters([tau, n, a]: [f64; 3]) -> Result<Self> {
        Self::new(s(tau), n, a)
    }

    fn shape<T: Real>(&self, [tau, n, a]: [T; 3], time: f64) -> T {
        a * bump(time, tau, n)
    }
}

impl Hrf for Gamma {
    parametric!();

    fn duration(&self) -> Second {
        s(20.0)
    }

    fn reference_values(&self, times: &[Second]) -> Vec<f64> {
        normalized_over_grid(|time| bump(time.value_unsafe, self.tau.value_unsafe, self.n), times, self.a)
    }
}
