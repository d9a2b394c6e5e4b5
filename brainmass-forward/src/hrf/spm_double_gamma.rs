//! SPM's canonical response.

use brainmass_core::units::{Second, Unit, dimension, s};
use brainmass_core::{Real, Result, check};

use super::density::gamma_density;
use super::parametric::{Parametric, parametric};
use super::{Hrf, above};

/// A gamma density by its mean and its scale, as SPM names them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GammaDensity {
    /// The mean, shape times scale.
    pub delay: Second,
    /// The scale.
    pub dispersion: Second,
}

impl GammaDensity {
    fn check(&self, what: &str) -> Result<()> {
        check::positive(&format!("delay of the {what}"), self.delay)?;
        check::positive(&format!("dispersion of the {what}"), self.dispersion)?;
        above(&format!("delay over dispersion of the {what}"), self.shape(), 1.0)
    }

    fn shape(&self) -> f64 {
        self.delay.value_unsafe / self.dispersion.value_unsafe
    }
}

/// SPM's canonical response: a gamma density less a later one.
///
/// ```text
/// h(t) = [Γ(t; response) − Γ(t; undershoot)/ratio] / (1 − 1/ratio)      per second
/// ```
///
/// The default has delays of 6 and 16 s, dispersions of 1 s and a ratio of 6. It peaks at 5.00 s and falls
/// lowest at 15.75 s.
///
/// DIFFERENCE: its mass is one by the integral; SPM divides by the sum over the samples in use, so that its
/// values depend on the sampling. nilearn's `spm_hrf` comes one sample late besides.
///
/// # Example
/// ```
/// use brainmass_core::units::s;
/// use brainmass_forward::hrf::{Hrf, SpmDoubleGamma};
/// let kernel = SpmDoubleGamma::default();
/// let ratio = kernel.value(s(15.749)) / kernel.value(s(4.9985));
/// approx::assert_abs_diff_eq!(ratio, -0.0889, epsilon = 5e-5);
/// ```
///
/// # References
/// Friston et al. (1998), Neuroimage 7:30, doi:10.1006/nimg.1997.0306; SPM's `spm_hrf.m` with its default
/// parameters \[6 16 1 1 6 0 32\].
#[derive(Clone, Copy, Debug, PartialEq)]
#[doc(alias = "spm_hrf")]
#[doc(alias = "canonical HRF")]
pub struct SpmDoubleGamma {
    response: GammaDensity,
    undershoot: GammaDensity,
    ratio: f64,
}

impl SpmDoubleGamma {
    /// A response, its undershoot, and how many times larger the response is: above one.
    ///
    /// # Errors
    /// [`Error::OutOfRange`](brainmass_core::Error::OutOfRange), also for a dispersion not below its delay.
    pub fn new(response: GammaDensity, undershoot: GammaDensity, ratio: f64) -> Result<Self> {
        response.check("response")?;
        undershoot.check("undershoot")?;
        above("ratio of response to undershoot", ratio, 1.0)?;
        Ok(Self { response, undershoot, ratio })
    }
}

impl Default for SpmDoubleGamma {
    fn default() -> Self {
        let density = |delay| GammaDensity { delay: s(delay), dispersion: s(1.0) };
        Self { response: density(6.0), undershoot: density(16.0), ratio: 6.0 }
    }
}

impl Parametric<5> for SpmDoubleGamma {
    const PARAMETERS: [(&'static str, Unit); 5] = [
        ("response_delay", Unit::of::<dimension::Second>()),
        ("response_dispersion", Unit::of::<dimension::Second>()),
        ("undershoot_delay", Unit::of::<dimension::Second>()),
        ("undershoot_dispersion", Unit::of::<dimension::Second>()),
        ("ratio", Unit::DIMENSIONLESS),
    ];

    fn parameters(&self) -> [f64; 5] {
        let (response, undershoot) = (self.response, self.undershoot);
        let [a, b] = [response, undershoot].map(|d| [d.delay.value_unsafe, d.dispersion.value_unsafe]);
        [a[0], a[1], b[0], b[1], self.ratio]
    }

    fn from_parameters([a, b, c, d, ratio]: [f64; 5]) -> Result<Self> {
        let density = |delay, dispersion| GammaDensity { delay: s(delay), dispersion: s(dispersion) };
        Self::new(density(a, b), density(c, d), ratio)
    }

    fn shape<T: Real>(&self, [a, b, c, d, ratio]: [T; 5], time: f64) -> T {
        let density = |delay: T, dispersion| gamma_density(time, delay / dispersion, dispersion);
        (density(a, b) - density(c, d) / ratio) / (T::one() - ratio.recip())
    }
}

impl Hrf for SpmDoubleGamma {
    parametric!();

    fn duration(&self) -> Second {
        s(32.0)
    }
}
