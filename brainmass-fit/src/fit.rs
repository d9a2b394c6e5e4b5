//! Fits: an optimizer on a problem, within limits, on record.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};

use brainmass_core::{Error, Result};

use crate::journal::Journal;
use crate::task::{Best, Limits, Memory, Progress, Stop, Task};
use crate::{Optimizer, Problem, Space};

/// Why a fit ended.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum StopReason {
    /// The optimizer's own criterion was met.
    Converged(String),
    /// The optimizer could not go on.
    Stalled(String),
    /// The cost came down to the target.
    Target,
    /// As many candidates were tried as the fit may try.
    Evaluations,
    /// As many iterations were done as the fit may do.
    Iterations,
    /// The fit was asked to stop; it can be continued.
    Asked,
}

impl fmt::Display for StopReason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Converged(how) => write!(formatter, "converged: {how}"),
            Self::Stalled(why) => write!(formatter, "stalled: {why}"),
            Self::Target => formatter.write_str("reached the target"),
            Self::Evaluations => formatter.write_str("tried as many candidates as it may"),
            Self::Iterations => formatter.write_str("did as many iterations as it may"),
            Self::Asked => formatter.write_str("was asked to stop"),
        }
    }
}

/// What a fit found.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// The values of the best candidate seen, not of the last.
    pub values: Vec<f64>,
    /// Its cost, priors included.
    pub cost: f64,
    /// How the best cost came down.
    pub history: Vec<Progress>,
    /// Why the fit ended.
    pub reason: StopReason,
    /// How many candidates were tried, those taken from the journal among them.
    pub evaluations: usize,
    /// How many of them failed.
    pub failed: usize,
    /// Why a candidate failed, if one did: of several, the first on the axes.
    pub failure: Option<String>,
}

/// A fit of parameters to whatever a [`Problem`] asks.
///
/// A candidate that fails, for example because its run diverges, is a bad candidate and no more. With a
/// [journal](Self::with_journal) a fit that is killed goes on where it was when it is run again: the optimizer takes the same way,
/// and what was computed is read, not computed.
///
/// ```
/// use brainmass_core::Result;
/// use brainmass_fit::{Fit, FitParameter, Lbfgs, Problem, Space};
/// #[derive(Debug)]
/// struct Rosenbrock;
/// impl Problem for Rosenbrock {
///     fn cost(&self, x: &[f64]) -> Result<f64> { self.gradient(x).map(|(cost, _)| cost) }
///     fn gradient(&self, x: &[f64]) -> Result<(f64, Vec<f64>)> {
///         let (a, b) = (1.0 - x[0], x[1] - x[0] * x[0]);
///         Ok((a * a + 100.0 * b * b, vec![-2.0 * a - 400.0 * x[0] * b, 200.0 * b]))
///     }
///     fn has_gradient(&self) -> bool { true }
/// }
/// let space = Space::new(vec![
///     FitParameter::new("x", -1.2, -2.0, 2.0)?,
///     FitParameter::new("y", 1.0, -2.0, 2.0)?,
/// ])?;
/// let report = Fit::new(&space, &Rosenbrock).run(&Lbfgs::default())?;
/// assert!((report.values[0] - 1.0).abs() < 1e-5 && report.cost < 1e-10);
/// # Ok::<(), brainmass_core::Error>(())
/// ```
#[derive(Debug)]
pub struct Fit<'a> {
    space: &'a Space,
    problem: &'a dyn Problem,
    start: Option<Vec<f64>>,
    limits: Limits,
    journal: Option<PathBuf>,
    stop: Arc<AtomicBool>,
}

impl<'a> Fit<'a> {
    /// A fit that tries at most 10 000 candidates.
    pub fn new(space: &'a Space, problem: &'a dyn Problem) -> Self {
        let limits = Limits { evaluations: 10_000, iterations: usize::MAX, target: f64::NEG_INFINITY };
        Self { space, problem, start: None, limits, journal: None, stop: Arc::default() }
    }

    /// The fit with another limit to the candidates it tries. It is looked at between iterations.
    #[must_use]
    pub fn with_most_evaluations(mut self, evaluations: usize) -> Self {
        self.limits.evaluations = evaluations;
        self
    }

    /// The fit with a limit to its iterations.
    #[must_use]
    pub fn with_most_iterations(mut self, iterations: usize) -> Self {
        self.limits.iterations = iterations;
        self
    }

    /// The fit ends when the cost is as low as this.
    #[must_use]
    pub fn with_target(mut self, cost: f64) -> Self {
        self.limits.target = cost;
        self
    }

    /// The fit begins elsewhere than at the initial values.
    ///
    /// # Errors
    /// [`Error::Shape`] unless there is a value for each number of the space.
    pub fn with_start(mut self, values: &[f64]) -> Result<Self> {
        if values.len() != self.space.len() {
            let expected = format!("{} values", self.space.len());
            return Err(Error::shape("start of a fit", expected, values.len().to_string()));
        }
        self.start = Some(values.to_vec());
        Ok(self)
    }

    /// Every candidate is written to a file as soon as it is judged, and read from there when the fit is run again.
    #[must_use]
    pub fn with_journal(mut self, path: impl AsRef<Path>) -> Self {
        self.journal = Some(path.as_ref().to_owned());
        self
    }

    /// The fit ends soon after this becomes true.
    #[must_use]
    pub fn with_stop(mut self, stop: Arc<AtomicBool>) -> Self {
        self.stop = stop;
        self
    }

    /// Runs the fit.
    ///
    /// # Errors
    /// [`Error::Setting`] for an optimizer that needs a gradient on a problem without one, or if no candidate could be
    /// judged; [`Error::Io`] and [`Error::Format`] of the journal.
    pub fn run(&self, optimizer: &dyn Optimizer) -> Result<Report> {
        if optimizer.needs_gradient() && !self.problem.has_gradient() {
            let problem = format!("{} needs a gradient, which this problem has not", optimizer.name());
            return Err(Error::setting("optimizer", problem));
        }
        let memory = Mutex::new(match &self.journal {
            None => Memory::default(),
            Some(path) => {
                let (journal, known) = Journal::open(path, &self.description())?;
                Memory::new(journal, known)
            }
        });
        let start = self.start.clone().unwrap_or_else(|| self.space.initial());
        let task = Task {
            space: self.space,
            problem: self.problem,
            start: self.space.free(&start),
            limits: self.limits,
            stop: &self.stop,
            memory: &memory,
            ledger: Mutex::default(),
        };
        let reason = match optimizer.minimize(&task) {
            Ok(reason) | Err(Stop::Reason(reason)) => reason,
            Err(Stop::Error(error)) => return Err(error),
        };
        self.report(&task, reason)
    }

    /// What must be alike for the costs of candidates to be those of this fit.
    fn description(&self) -> String {
        format!("{} of {}", self.problem.description(), self.space.names().join(", "))
    }

    fn report(&self, task: &Task<'_>, reason: StopReason) -> Result<Report> {
        let mut ledger = task.ledger();
        let evaluations = ledger.evaluations;
        let Some(Best { free, cost }) = ledger.best.take() else {
            let why = ledger.failure.take().map_or_else(|| reason.to_string(), |(_, why)| why);
            let problem = format!("none of {evaluations} candidates could be judged; one of them: {why}");
            return Err(Error::setting("fit", problem));
        };
        Ok(Report {
            values: self.space.values(&free),
            cost,
            history: std::mem::take(&mut ledger.history),
            reason,
            evaluations,
            failed: ledger.failed,
            failure: ledger.failure.take().map(|(_, why)| why),
        })
    }
}
