//! The gamma kernel.

use brainmass_core::units::{Second, s};
use brainmass_core::{Result, check};

use super::density::gamma_bump;
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

    fn bump(&self, time: Second) -> f64 {
        let exponent = self.n - 1.0;
        gamma_bump(time.value_unsafe, exponent * self.tau.value_unsafe, exponent)
    }
}

impl Default for Gamma {
    fn default() -> Self {
        Self { tau: s(1.08), n: 3.0, a: 0.1 }
    }
}

impl Hrf for Gamma {
    fn value(&self, time: Second) -> f64 {
        self.a * self.bump(time)
    }

    fn duration(&self) -> Second {
        s(20.0)
    }

    fn reference_values(&self, times: &[Second]) -> Vec<f64> {
        normalized_over_grid(|time| self.bump(time), times, self.a)
    }
}
