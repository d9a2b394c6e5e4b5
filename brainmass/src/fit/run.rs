//! Running a fit.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError};

use brainmass_core::{Error, Result};
use brainmass_fit::{Fit, Problem, Report, Space};
use brainmass_objectives::matrix_correlation;
use nalgebra::DMatrix;
use rayon::prelude::*;

use super::{Declared, Goal, Parameter};
use crate::experiment::{Experiment, Outcome};

/// How a fit is run. The default is on all cores, from the beginning, all in memory.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// How many runs go at once; zero for as many as there are cores. The result does not depend on it.
    pub threads: usize,
    /// Where judged candidates are noted, so that a fit that was killed goes on where it was; none to forget them.
    pub journal: Option<PathBuf>,
    /// Becomes true when the fit is to end soon, with what it has found by then.
    pub stop: Arc<AtomicBool>,
}

/// How far a fit is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Progress {
    /// How many candidates are judged, those of an earlier run among them.
    pub done: usize,
    /// How many may be.
    pub total: usize,
    /// How many failed in this run.
    pub failed: usize,
    /// The best number in this run.
    pub best: Option<f64>,
}

/// A fit that an experiment describes.
#[derive(Clone, Debug)]
pub struct ExperimentFit {
    /// All of it, for the result.
    experiment: Experiment,
    /// What a candidate needs of it.
    lean: Experiment,
    declared: Declared,
    space: Space,
    test_fc: Option<DMatrix<f64>>,
}

/// What a fit of an experiment found.
#[derive(Clone, Debug)]
pub struct Fitted {
    /// The best values, in the units of their keys; the history of the cost, which is the number or, if it is maximized, its negative.
    pub report: Report,
    /// What may change.
    pub parameters: Vec<Parameter>,
    /// Where it began.
    pub start: Vec<f64>,
    /// What it aims at.
    pub goal: Goal,
    /// The optimizer and its seed.
    pub optimizer: (String, u64),
    /// How many runs a candidate had; none for one with the seed of the experiment.
    pub n_seeds: Option<usize>,
    /// The number at the start, or why there is none.
    pub before: Result<f64>,
    /// The number of the best candidate.
    pub best: f64,
    /// The experiment with the best values.
    pub experiment: Experiment,
    /// What it gives with its own seed, as far as candidates were observed.
    pub outcome: Outcome,
    /// How well its FC correlates with that of the data that the fit did not see.
    pub test_fc_correlation: Option<f64>,
}

impl ExperimentFit {
    /// Reads `[fit]`.
    ///
    /// # Errors
    /// [`Error::Setting`] if there is none; whatever is wrong with it, and with the data held out.
    pub fn new(mut experiment: Experiment) -> Result<Self> {
        let missing = "the experiment does not say what may change: add a section [fit], or \
                       --set 'fit.parameters=[\"network.coupling.g = log:0.05..2.0\"]'";
        let declared = experiment.declared_fit()?.ok_or_else(|| Error::setting("fit", missing))?;
        experiment.leave_out("fit");
        experiment.leave_out("sweep");
        let of_parameter = |parameter: &Parameter| parameter.in_fit(&experiment);
        let space = Space::new(declared.parameters.iter().map(of_parameter).collect::<Result<_>>()?)?;
        let observe = match declared.observe.as_slice() {
            [] if declared.goal.is_score() => {
                experiment.scored_signal().map(str::to_owned).into_iter().collect()
            }
            names => names.to_vec(),
        };
        let mut lean = experiment.clone();
        if !observe.is_empty() {
            lean.keep_observations(&observe)?;
        }
        let test_fc = declared.test_fc.as_deref().map(|name| lean.read_fc(name)).transpose()?;
        Ok(Self { experiment, lean, declared, space, test_fc })
    }

    /// Looks for the best values.
    ///
    /// # Errors
    /// What is wrong with the experiment at the start, before anything runs; a number that its runs do not have; those of
    /// [`Fit::run`].
    pub fn run(&self, settings: &Settings, progress: &mut (dyn FnMut(Progress) + Send)) -> Result<Fitted> {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(settings.threads).build();
        let pool = pool.map_err(|error| Error::setting("threads", error.to_string()))?;
        pool.install(|| self.run_here(settings, progress))
    }

    fn run_here(&self, settings: &Settings, progress: &mut (dyn FnMut(Progress) + Send)) -> Result<Fitted> {
        let Declared { goal, parameters, most_evaluations, .. } = &self.declared;
        let start = self.space.initial();
        self.with_values(&self.experiment, &start)?.check()?;
        let before = self.number(&start);
        if let Err(error @ Error::Unknown { .. }) = before {
            return Err(error);
        }
        let done = settings.journal.as_deref().map_or(0, n_judged);
        let state = Progress { done, total: *most_evaluations, failed: 0, best: None };
        let runs = Runs { fit: self, watch: Mutex::new((progress, state)) };
        let mut fit = Fit::new(&self.space, &runs)
            .with_most_evaluations(*most_evaluations)
            .with_stop(settings.stop.clone());
        if let Some(journal) = &settings.journal {
            fit = fit.with_journal(journal);
        }
        let report = fit.run(&*self.declared.optimizer())?;
        let outcome = self.with_values(&self.lean, &report.values)?.run(&mut |_| ())?;
        let test = match (&self.test_fc, outcome.scored()) {
            (Some(test), Some(score)) => Some(matrix_correlation(&score.simulated, test)?),
            _ => None,
        };
        Ok(Fitted {
            best: goal.number_of(report.cost),
            experiment: self.with_values(&self.experiment, &report.values)?.movable()?,
            test_fc_correlation: test,
            parameters: parameters.clone(),
            goal: goal.clone(),
            optimizer: (self.declared.optimizer.clone(), self.declared.seed),
            n_seeds: self.declared.n_seeds,
            start,
            before,
            outcome,
            report,
        })
    }

    fn with_values(&self, experiment: &Experiment, values: &[f64]) -> Result<Experiment> {
        let mut experiment = experiment.clone();
        let mut each = self.declared.parameters.iter().zip(values);
        each.try_for_each(|(parameter, value)| parameter.apply(*value, &mut experiment))?;
        Ok(experiment)
    }

    /// The number at some values: that of one run, or the mean over seeds.
    fn number(&self, values: &[f64]) -> Result<f64> {
        let experiment = self.with_values(&self.lean, values)?;
        let run = |experiment: &Experiment| self.declared.goal.number(&experiment.run(&mut |_| ())?);
        let Some(n_seeds) = self.declared.n_seeds else { return run(&experiment) };
        let run = |seed: usize| {
            let mut experiment = experiment.clone();
            experiment.set_seed(seed as u64)?;
            run(&experiment)
        };
        let numbers = (0..n_seeds).into_par_iter().map(run).collect::<Result<Vec<f64>>>()?;
        Ok(numbers.iter().sum::<f64>() / n_seeds as f64)
    }
}

/// How many candidates a journal holds: all its whole lines but the first.
fn n_judged(journal: &Path) -> usize {
    std::fs::read_to_string(journal).map_or(0, |text| text.matches('\n').count().saturating_sub(1))
}

/// The runs of a fit as a problem, watched.
struct Runs<'a> {
    fit: &'a ExperimentFit,
    watch: Mutex<(&'a mut (dyn FnMut(Progress) + Send), Progress)>,
}

impl fmt::Debug for Runs<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fit.fmt(formatter)
    }
}

impl Problem for Runs<'_> {
    fn cost(&self, values: &[f64]) -> Result<f64> {
        let goal = &self.fit.declared.goal;
        let number = self.fit.number(values);
        let mut watch = self.watch.lock().unwrap_or_else(PoisonError::into_inner);
        let (progress, state) = &mut *watch;
        state.done += 1;
        match &number {
            Ok(number) => {
                let is_better = |best: f64| goal.cost(*number) < goal.cost(best);
                state.best = if state.best.is_none_or(is_better) { Some(*number) } else { state.best };
            }
            Err(_) => state.failed += 1,
        }
        progress(*state);
        number.map(|number| goal.cost(number))
    }

    /// The values that are fitted stand in it as the experiment has them; the candidates have others.
    fn description(&self) -> String {
        let Declared { goal, n_seeds, .. } = &self.fit.declared;
        let seeds = n_seeds.map_or("the seed of the file".to_owned(), |n_seeds| format!("{n_seeds} seeds"));
        format!("{goal} over {seeds} in the experiment\n{}", self.fit.lean)
    }
}
