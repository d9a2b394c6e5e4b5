//! The first-order Volterra kernel.

use brainmass_core::units::{Second, Unit, dimension, s, show};
use brainmass_core::{Real, Result, check};

use super::parametric::{Parametric, parametric};
use super::{Hrf, finite};

/// The first-order Volterra kernel: the damped oscillation of blood flow in the linearised Balloon model.
///
/// ```text
/// h(t) = scaling · e^(−t/(2τ_s)) sin(ω t)/ω,   ω² = 1/(τ_f · 1 s) − 1/(4τ_s²)
/// ```
///
/// The response of a damped oscillator to a pulse of height `scaling`. The second time constant is one by name
/// only: the feedback 1/τ that it stands for is per square second. DIFFERENCE: overdamped parameters, where ω would not be
/// real, are an error; the Python library gives NaN.
///
/// # Example
/// ```
/// use brainmass_core::units::s;
/// use brainmass_forward::hrf::{FirstOrderVolterra, Hrf};
/// approx::assert_relative_eq!(FirstOrderVolterra::default().value(s(0.80174)), 0.127_729, max_relative = 1e-5);
/// assert!(FirstOrderVolterra::new(s(0.2), s(0.4), 1.0).is_err());
/// ```
///
/// # References
/// Friston, Mechelli, Turner & Price (2000), Neuroimage 12:466, doi:10.1006/nimg.2000.0630. Default values
/// 0.8 s, 0.4 s and a scaling of 1/3 are those of The Virtual Brain.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FirstOrderVolterra {
    tau_s: Second,
    tau_f: Second,
    scaling: f64,
}

impl FirstOrderVolterra {
    /// Time constants of the signal's decay and of the feedback by flow, and a factor.
    ///
    /// # Errors
    /// [`Error::OutOfRange`](brainmass_core::Error::OutOfRange) if `τ_f ≥ 4τ_s²/(1 s)`: no oscillation.
    pub fn new(tau_s: Second, tau_f: Second, scaling: f64) -> Result<Self> {
        check::positive("tau_s of the first-order Volterra kernel", tau_s)?;
        check::positive("tau_f of the first-order Volterra kernel", tau_f)?;
        finite("scaling of the first-order Volterra kernel", scaling)?;
        let squared = omega_squared(tau_s.value_unsafe, tau_f.value_unsafe);
        if squared.is_finite() && squared > 0.0 {
            return Ok(Self { tau_s, tau_f, scaling });
        }
        let limit = s(4.0 * tau_s.value_unsafe * tau_s.value_unsafe);
        let requirement = format!("below 4 tau_s² = {}, or the response is overdamped", show(limit));
        let unit = Unit::of::<dimension::Second>();
        let what = "tau_f of the first-order Volterra kernel";
        Err(check::out_of_range(what, tau_f.value_unsafe, unit, &requirement))
    }
}

fn omega_squared<T: Real>(tau_s: T, tau_f: T) -> T {
    tau_f.recip() - T::from_f64(0.25) / tau_s.square()
}

impl Default for FirstOrderVolterra {
    fn default() -> Self {
        Self { tau_s: s(0.8), tau_f: s(0.4), scaling: 1.0 / 3.0 }
    }
}

impl Parametric<3> for FirstOrderVolterra {
    const PARAMETERS: [(&'static str, Unit); 3] = [
        ("tau_s", Unit::of::<dimension::Second>()),
        ("tau_f", Unit::of::<dimension::Second>()),
        ("scaling", Unit::DIMENSIONLESS),
    ];

    fn parameters(&self) -> [f64; 3] {
        [self.tau_s.value_unsafe, self.tau_f.value_unsafe, self.scaling]
    }

    fn from_parameters([tau_s, tau_f, scaling]: [f64; 3]) -> Result<Self> {
        Self::new(s(tau_s), s(tau_f), scaling)
    }

    fn shape<T: Real>(&self, [tau_s, tau_f, scaling]: [T; 3], time: f64) -> T {
        let (omega, time) = (omega_squared(tau_s, tau_f).sqrt(), T::from_f64(time));
        scaling * (T::from_f64(-0.5) * time / tau_s).exp() * (omega * time).sin() / omega
    }
}

impl Hrf for FirstOrderVolterra {
    parametric!();

    fn duration(&self) -> Second {
        s(20.0)
    }
}
