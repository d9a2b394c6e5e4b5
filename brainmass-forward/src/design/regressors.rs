//! Columns of a design matrix.

use brainmass_core::units::{dimension::Dimensionless, s};
use brainmass_core::{Error, Result, Sampling, TimeSeries, check};
use nalgebra::DMatrix;

use super::events::{Event, Frames, trial_types};
use super::integral::Integral;
use crate::hrf::Hrf;

/// The response that a linear model expects of each type of event: columns of a design matrix.
///
/// ```text
/// x(T) = Σ a (H(T − t₀) − H(T − t₀ − d)),   H(t) = ∫₀ᵗ h;   a h(T − t₀) for an event without duration
/// ```
///
/// The sum runs over the events of a type; the kernel is followed for its [`duration`](Hrf::duration). Column names are the type, and with derivatives `type_derivative` and
/// `type_NAME` for a parameter of the kernel.
///
/// # Example
/// ```
/// use brainmass_core::units::s;
/// use brainmass_forward::{design::{Event, Frames, Regressors}, hrf::SpmDoubleGamma};
/// let events = [Event::new("faces", s(10.0), s(200.0))?, Event::new("houses", s(0.0), s(1.0))?];
/// let design = Regressors::new(SpmDoubleGamma::default(), Frames::new(50, s(2.0))?).of(&events)?;
/// assert_eq!(design.channels()[..], ["faces", "houses"]);
/// // The kernel has unit mass but for what is left after its 32 s: a long block ends up at one.
/// approx::assert_relative_eq!(design.values()[(0, 40)], 1.0, max_relative = 2e-4);
/// # Ok::<(), brainmass_core::Error>(())
/// ```
///
/// # References
/// Friston et al. (1998), Neuroimage 7:30, doi:10.1006/nimg.1997.0306, for the derivatives by time and dispersion.
#[derive(Debug)]
#[doc(alias = "compute_regressor")]
#[doc(alias = "make_first_level_design_matrix")]
pub struct Regressors {
    kernel: Box<dyn Hrf>,
    frames: Frames,
    resolution: Option<usize>,
    time_derivative: bool,
    parameters: Vec<usize>,
}

impl Regressors {
    /// Regressors by a kernel at the times of volumes.
    pub fn new(kernel: impl Hrf + 'static, frames: Frames) -> Self {
        Self {
            kernel: Box::new(kernel),
            frames,
            resolution: None,
            time_derivative: false,
            parameters: Vec::new(),
        }
    }

    /// The same with events that begin and end on a grid of so many bins per repetition time, rounded to the nearest.
    ///
    /// # Errors
    /// [`Error::Setting`] for none.
    #[doc(alias = "oversampling")]
    pub fn with_microtime_resolution(mut self, bins: usize) -> Result<Self> {
        if bins == 0 {
            return Err(Error::setting("microtime resolution", "at least 1 bin is needed, found 0"));
        }
        self.resolution = Some(bins);
        Ok(self)
    }

    /// The same with a column for the derivative by time, per second: what shifts the response.
    #[must_use]
    pub fn with_time_derivative(mut self) -> Self {
        self.time_derivative = true;
        self
    }

    /// The same with a column for the derivative by a parameter of the kernel, such as `response_dispersion`.
    ///
    /// # Errors
    /// [`Error::Unknown`], which lists the parameters.
    #[doc(alias = "dispersion derivative")]
    pub fn with_derivative_by(mut self, parameter: &str) -> Result<Self> {
        let names: Vec<String> = self.kernel.scalars().into_iter().map(|scalar| scalar.name).collect();
        self.parameters.push(check::position("parameter of the kernel", parameter, &names)?);
        Ok(self)
    }

    /// The columns for some events: a channel per column, a sample per volume.
    ///
    /// # Errors
    /// [`Error::Shape`] without events.
    pub fn of(&self, events: &[Event]) -> Result<TimeSeries<Dimensionless>> {
        let types = trial_types(events)?;
        let duration = self.kernel.duration().value_unsafe;
        let response = Integral::new(|t| self.kernel.value(s(t)), duration);
        let (mut names, mut rows): (Vec<String>, Vec<Vec<f64>>) = (Vec::new(), Vec::new());
        for name in types {
            names.push(name.clone());
            let own: Vec<&Event> = events.iter().filter(|event| event.trial_type() == name).collect();
            rows.push(self.row(&own, &|t| response.value(t), &|t| response.upto(t)));
            if self.time_derivative {
                names.push(format!("{name}_derivative"));
                rows.push(self.row(&own, &|t| slope(&*self.kernel, t), &|t| response.value(t)));
            }
            for index in &self.parameters {
                let by = Integral::new(|t| self.kernel.slopes(s(t))[*index], duration);
                names.push(format!("{name}_{}", self.kernel.scalars()[*index].name));
                rows.push(self.row(&own, &|t| by.value(t), &|t| by.upto(t)));
            }
        }
        let sampling = Sampling::new(names, self.frames.repetition_time(), self.frames.time(0))?;
        let values = DMatrix::from_fn(rows.len(), self.frames.count(), |row, volume| rows[row][volume]);
        TimeSeries::new(values, sampling)
    }

    /// The sum over events at each volume, from a function for pulses and its integral for blocks.
    fn row(&self, events: &[&Event], pulse: &dyn Fn(f64) -> f64, integral: &dyn Fn(f64) -> f64) -> Vec<f64> {
        let at = |volume: usize| {
            let time = self.frames.time(volume).value_unsafe;
            let response = |event: &&Event| {
                let (onset, end) = self.span(event);
                let lasts = event.duration().value_unsafe > 0.0;
                let shape =
                    if lasts { integral(time - onset) - integral(time - end) } else { pulse(time - onset) };
                event.modulation() * shape
            };
            events.iter().map(response).sum()
        };
        (0..self.frames.count()).map(at).collect()
    }

    /// Onset and end, rounded to the grid if there is one: what lasts, lasts a bin at least.
    fn span(&self, event: &Event) -> (f64, f64) {
        let (onset, end) = (event.onset().value_unsafe, event.end().value_unsafe);
        let Some(bins) = self.resolution else { return (onset, end) };
        let bin = self.frames.repetition_time().value_unsafe / bins as f64;
        let first = (onset / bin).round();
        (first * bin, (end / bin).round().max(first + 1.0) * bin)
    }
}

/// The slope of a kernel: Richardson's difference, exact to some 1e-11.
fn slope(kernel: &dyn Hrf, time: f64) -> f64 {
    let central = |h: f64| (kernel.value(s(time + h)) - kernel.value(s(time - h))) / (2.0 * h);
    (4.0 * central(5e-4) - central(1e-3)) / 3.0
}
