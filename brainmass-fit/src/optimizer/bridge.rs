//! The way to the solvers of the crate `basin`.

use basin::{
    BoxBounds, ConstraintDescription, ConstraintSet, ConstraintSolveError, Constraints, CostFunction,
    Executor, Gradient, Solver, State, StepOutcome, Termination, TerminationReport,
};

use crate::StopReason;
use crate::task::{Stop, Task};

/// What a candidate that cannot be judged costs where costs are compared.
const FAILED: f64 = 1e30;

/// A task as a problem of that crate, in the box of free coordinates.
pub(super) struct Bridge<'a, 'p> {
    task: &'a Task<'p>,
    lower: Vec<f64>,
    upper: Vec<f64>,
}

impl<'a, 'p> Bridge<'a, 'p> {
    pub(super) fn new(task: &'a Task<'p>) -> Self {
        let (lower, upper) = task.bounds();
        Self { task, lower, upper }
    }
}

impl Constraints for Bridge<'_, '_> {
    type Set = ConstraintSet<BoxBounds<Vec<f64>>>;
    fn constraints(&self) -> <Self::Set as ConstraintDescription>::Borrowed<'_> {
        ConstraintSet::new().with_bounds(BoxBounds::new(Some(&self.lower), Some(&self.upper)))
    }
}

impl CostFunction for Bridge<'_, '_> {
    type Param = Vec<f64>;
    type Output = f64;
    type Error = Stop;

    fn cost(&self, free: &Vec<f64>) -> Result<f64, Stop> {
        Ok(self.task.cost(free)?.unwrap_or(FAILED))
    }
}

impl Gradient for Bridge<'_, '_> {
    type Gradient = Vec<f64>;

    fn gradient(&self, free: &Vec<f64>) -> Result<Vec<f64>, Stop> {
        self.cost_and_gradient(free).map(|(_, gradient)| gradient)
    }

    /// A candidate that fails lies on a plateau above all others, from which a line search comes back.
    fn cost_and_gradient(&self, free: &Vec<f64>) -> Result<(f64, Vec<f64>), Stop> {
        let found = self.task.gradient(free)?;
        Ok(found.unwrap_or_else(|| (self.task.worst(), vec![0.0; free.len()])))
    }
}

/// Runs a solver to its end, iteration by iteration.
pub(super) fn run<'a, 'p, So, S>(task: &'a Task<'p>, solver: So, state: S) -> Result<StopReason, Stop>
where
    S: State<Float = f64> + basin::CountsMirror,
    So: Solver<Bridge<'a, 'p>, S, Error = ConstraintSolveError<Stop>>,
{
    let stepper = Executor::new(Bridge::new(task), solver, state).max_iter(u64::MAX).into_stepper();
    let mut stepper = stepper.map_err(stop)?;
    for iteration in 1.. {
        let outcome = stepper.step().map_err(stop)?;
        task.iteration_done(iteration)?;
        if let StepOutcome::Stopped(report) = outcome {
            return Ok(reason(&report));
        }
    }
    Ok(StopReason::Iterations)
}

fn reason(report: &TerminationReport) -> StopReason {
    let code = format!("{:?}", report.termination.code());
    match &report.termination {
        Termination::Converged(_) | Termination::Target { .. } => StopReason::Converged(code),
        _ => StopReason::Stalled(code),
    }
}

fn stop(error: ConstraintSolveError<Stop>) -> Stop {
    match error {
        ConstraintSolveError::Evaluation(stop) => stop,
        other => Stop::Error(brainmass_core::Error::setting("bounds of a fit", other.to_string())),
    }
}
