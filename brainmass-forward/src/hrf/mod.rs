//! Haemodynamic response functions: the BOLD response to a pulse of activity, one kernel per file.
//!
//! | name | kernel | source |
//! |---|---|---|
//! | `gamma` | [`Gamma`] | Boynton et al. (1996) |
//! | `double_exponential` | [`DoubleExponential`] | Polonsky et al. (2000) |
//! | `mixture_of_gammas` | [`MixtureOfGammas`] | Friston et al. (1998) |
//! | `first_order_volterra` | [`FirstOrderVolterra`] | Friston et al. (2000) |
//! | `spm_double_gamma` | [`SpmDoubleGamma`] | SPM's canonical response |
//! | `glover_auditory`, `glover_motor` | [`Glover`] | Glover (1999) |

mod density;
mod double_exponential;
mod first_order_volterra;
mod gamma;
mod glover;
mod mixture_of_gammas;
mod parametric;
mod spm_double_gamma;

pub use double_exponential::{DampedSine, DoubleExponential};
pub use first_order_volterra::FirstOrderVolterra;
pub use gamma::Gamma;
pub use glover::Glover;
pub use mixture_of_gammas::MixtureOfGammas;
pub use spm_double_gamma::{GammaDensity, SpmDoubleGamma};

use std::fmt::Debug;

use brainmass_core::observation::check_scalars;
use brainmass_core::units::{Second, Unit};
use brainmass_core::{Error, Result, Scalar, check};

/// A haemodynamic response function.
///
/// Zero before time zero. A kernel is a plain number: what BOLD it makes of a source is set by the amplitude
/// of [`ConvolutionBold`](crate::ConvolutionBold).
///
/// ```
/// use brainmass_core::units::s;
/// use brainmass_forward::hrf::{Gamma, Hrf};
/// // The default peaks at (n − 1) τ = 2.16 s.
/// approx::assert_relative_eq!(Gamma::default().value(s(2.16)), 0.1, max_relative = 1e-12);
/// assert_eq!(Gamma::default().value(s(-1.0)), 0.0);
/// ```
#[doc(alias = "HRFKernel")]
#[doc(alias = "haemodynamic response function")]
pub trait Hrf: Debug + Send + Sync {
    /// The kernel at a time after the pulse.
    fn value(&self, time: Second) -> f64;

    /// How long the kernel is followed unless told otherwise; what comes later is neglected.
    fn duration(&self) -> Second;

    /// The parameters by which the kernel can be differentiated, at their values; none unless told.
    fn scalars(&self) -> Vec<Scalar> {
        Vec::new()
    }

    /// The same kernel with other values of its [`scalars`](Self::scalars).
    ///
    /// # Errors
    /// [`Error::Shape`] for another number of values; those of the kernel's constructor.
    fn with_scalars(&self, values: &[f64]) -> Result<Box<dyn Hrf>> {
        check_scalars("haemodynamic response function", values, self.scalars().len())?;
        Err(Error::setting(format!("{self:?}"), "it cannot be made anew from its scalars"))
    }

    /// The derivative of [`value`](Self::value) by each of the [`scalars`](Self::scalars).
    ///
    /// ```
    /// use brainmass_core::units::s;
    /// use brainmass_forward::hrf::{Gamma, Hrf};
    /// // τ, n and a: at the peak only the height a matters.
    /// approx::assert_abs_diff_eq!(Gamma::default().slopes(s(2.16))[..], [0.0, 0.0, 1.0], epsilon = 1e-12);
    /// ```
    fn slopes(&self, time: Second) -> Vec<f64> {
        let _ = time;
        Vec::new()
    }

    /// The kernel on a grid of times as the Python library brainmass gives it, for comparisons.
    ///
    /// DIFFERENCE: that library divides some kernels by their maximum over the given grid, so that the same
    /// time has another value on another grid. [`value`](Self::value) does not.
    fn reference_values(&self, times: &[Second]) -> Vec<f64> {
        times.iter().map(|time| self.value(*time)).collect()
    }
}

impl<H: Hrf + ?Sized> Hrf for Box<H> {
    fn value(&self, time: Second) -> f64 {
        (**self).value(time)
    }
    fn duration(&self) -> Second {
        (**self).duration()
    }
    fn scalars(&self) -> Vec<Scalar> {
        (**self).scalars()
    }
    fn with_scalars(&self, values: &[f64]) -> Result<Box<dyn Hrf>> {
        (**self).with_scalars(values)
    }
    fn slopes(&self, time: Second) -> Vec<f64> {
        (**self).slopes(time)
    }
    fn reference_values(&self, times: &[Second]) -> Vec<f64> {
        (**self).reference_values(times)
    }
}

type Make = fn() -> Box<dyn Hrf>;

const KERNELS: [(&str, Make); 7] = [
    ("gamma", || Box::new(Gamma::default())),
    ("double_exponential", || Box::new(DoubleExponential::default())),
    ("mixture_of_gammas", || Box::new(MixtureOfGammas::default())),
    ("first_order_volterra", || Box::new(FirstOrderVolterra::default())),
    ("spm_double_gamma", || Box::new(SpmDoubleGamma::default())),
    ("glover_auditory", || Box::new(Glover::auditory())),
    ("glover_motor", || Box::new(Glover::motor())),
];

/// The names of the kernels, for files.
pub const NAMES: [&str; KERNELS.len()] = {
    let mut names = [""; KERNELS.len()];
    let mut index = 0;
    while index < names.len() {
        names[index] = KERNELS[index].0;
        index += 1;
    }
    names
};

/// A kernel by name, with its default parameters.
///
/// ```
/// use brainmass_core::units::s;
/// use brainmass_forward::hrf::{self, Hrf};
/// assert_eq!(hrf::by_name("gamma")?.duration(), s(20.0));
/// assert!(hrf::by_name("gama").unwrap_err().to_string().contains("glover_motor"));
/// # Ok::<(), brainmass_core::Error>(())
/// ```
///
/// # Errors
/// [`Error::Unknown`], which lists the names.
pub fn by_name(name: &str) -> Result<Box<dyn Hrf>> {
    Ok(KERNELS[check::position("haemodynamic response function", name, &NAMES)?].1())
}

/// A plain number that must be above a bound and finite.
fn above(what: &str, value: f64, bound: f64) -> Result<()> {
    if value.is_finite() && value > bound {
        return Ok(());
    }
    Err(check::out_of_range(what, value, Unit::DIMENSIONLESS, &format!("above {bound} and finite")))
}

/// A plain number that must be finite.
fn finite(what: &str, value: f64) -> Result<()> {
    if value.is_finite() {
        return Ok(());
    }
    Err(Error::NotFinite { what: "haemodynamic response function".to_owned(), place: what.to_owned(), value })
}

/// The kernel divided by its largest value over the grid, if that is above zero, times `a`.
fn normalized_over_grid(kernel: impl Fn(Second) -> f64, times: &[Second], a: f64) -> Vec<f64> {
    let values: Vec<f64> = times.iter().map(|time| kernel(*time)).collect();
    let largest = values.iter().fold(f64::NEG_INFINITY, |largest, value| largest.max(*value));
    let divisor = if largest > 0.0 { largest } else { 1.0 };
    values.iter().map(|value| a * value / divisor).collect()
}
