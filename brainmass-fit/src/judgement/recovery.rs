//! Whether a fit finds what is known.

use brainmass_core::{Error, Result};

use crate::{Fit, Optimizer, Problem, Report, Space};

/// What a fit made of data whose parameters are known.
#[derive(Clone, Debug, PartialEq)]
pub struct Recovered {
    /// The name of each number.
    pub names: Vec<String>,
    /// The values that made the data.
    pub truth: Vec<f64>,
    /// The fit.
    pub report: Report,
    /// How far each number is from the truth, in free coordinates: for linear and logarithmic axes, in parts of the range.
    pub errors: Vec<f64>,
}

impl Recovered {
    /// The largest error.
    pub fn largest_error(&self) -> f64 {
        self.errors.iter().fold(0.0, |largest, error| largest.max(error.abs()))
    }
}

/// Fits data that were made with known values, to see whether a fit of real data could be believed.
///
/// `problem_of` makes the data of the true values, with noise if data have it, and the problem of fitting them. The fit begins at
/// the initial values of the space.
///
/// ```
/// use brainmass_core::Result;
/// use brainmass_fit::{FitParameter, Lbfgs, Problem, Space, recover};
/// /// Exponential decay at three times.
/// #[derive(Debug)]
/// struct Decay(Vec<f64>);
/// fn decay(rate: f64) -> Vec<f64> { [0.0, 0.5, 1.0].map(|t: f64| (-rate * t).exp()).to_vec() }
/// impl Problem for Decay {
///     fn cost(&self, v: &[f64]) -> Result<f64> { self.gradient(v).map(|(cost, _)| cost) }
///     fn gradient(&self, v: &[f64]) -> Result<(f64, Vec<f64>)> {
///         let apart: Vec<f64> = decay(v[0]).iter().zip(&self.0).map(|(y, data)| y - data).collect();
///         let slope = [0.0, 0.5, 1.0].iter().zip(&apart).map(|(t, d)| -2.0 * d * t * (-v[0] * t).exp()).sum();
///         Ok((apart.iter().map(|d| d * d).sum(), vec![slope]))
///     }
///     fn has_gradient(&self) -> bool { true }
/// }
/// let space = Space::new(vec![FitParameter::new("rate", 1.0, 0.0, 10.0)?])?;
/// let found = recover(&space, &[2.5], &Lbfgs::default(), |truth| Ok(Box::new(Decay(decay(truth[0])))))?;
/// assert!(found.largest_error() < 1e-7, "{found:?}");
/// # Ok::<(), brainmass_core::Error>(())
/// ```
///
/// # Errors
/// [`Error::Shape`] for another number of values, and those of `problem_of` and the fit.
pub fn recover<'p>(
    space: &Space,
    truth: &[f64],
    optimizer: &dyn Optimizer,
    problem_of: impl FnOnce(&[f64]) -> Result<Box<dyn Problem + 'p>>,
) -> Result<Recovered> {
    if truth.len() != space.len() {
        let expected = format!("{} numbers", space.len());
        return Err(Error::shape("true values of a fit", expected, truth.len().to_string()));
    }
    let problem = problem_of(truth)?;
    let report = Fit::new(space, &*problem).run(optimizer)?;
    let (found, due) = (space.free(&report.values), space.free(truth));
    let errors = found.iter().zip(&due).map(|(found, due)| found - due).collect();
    Ok(Recovered { names: space.names(), truth: truth.to_vec(), report, errors })
}
