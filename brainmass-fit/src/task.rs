//! A fit under way, as an optimizer sees it.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use brainmass_core::Error;

use crate::journal::{Evaluation, Journal};
use crate::{Problem, Space, StopReason};

/// How the best cost has come down.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Progress {
    /// Iterations of the optimizer; generations of one that has them. A later start counts anew.
    pub iteration: usize,
    /// Candidates tried by then, those of earlier starts among them.
    pub evaluations: usize,
    /// The least cost by then, priors included.
    pub best_cost: f64,
}

/// Why an optimizer has to end.
#[derive(Clone, Debug, PartialEq)]
pub enum Stop {
    /// The fit has had enough.
    Reason(StopReason),
    /// The fit cannot go on.
    Error(Error),
}

impl std::fmt::Display for Stop {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Reason(reason) => reason.fmt(formatter),
            Self::Error(error) => error.fmt(formatter),
        }
    }
}

impl std::error::Error for Stop {}

/// The best candidate.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Best {
    pub(crate) free: Vec<f64>,
    pub(crate) cost: f64,
}

impl Best {
    fn is_before(&self, other: &Self) -> bool {
        (self.cost, &self.free) < (other.cost, &other.free)
    }
}

/// A fit under way: what an [`Optimizer`](crate::Optimizer) may ask.
///
/// Everything is in free coordinates, of the order of one. Costs include priors. What was asked before, in this run or in
/// the one it continues, is answered from memory.
#[derive(Debug)]
pub struct Task<'a> {
    pub(crate) space: &'a Space,
    pub(crate) problem: &'a dyn Problem,
    pub(crate) start: Vec<f64>,
    pub(crate) limits: Limits,
    pub(crate) stop: &'a AtomicBool,
    pub(crate) memory: &'a Mutex<Memory>,
    pub(crate) ledger: Mutex<Ledger>,
}

/// How much a fit may cost.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Limits {
    pub(crate) evaluations: usize,
    pub(crate) iterations: usize,
    pub(crate) target: f64,
}

/// The candidates that have been computed, in this run or in the one it continues.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    journal: Option<Journal>,
    known: HashMap<Vec<u64>, Evaluation>,
}

impl Memory {
    pub(crate) fn new(journal: Journal, evaluations: Vec<Evaluation>) -> Self {
        // A gradient asked for later replaces a cost alone.
        let known = evaluations.into_iter().map(|evaluation| (key(&evaluation.values), evaluation)).collect();
        Self { journal: Some(journal), known }
    }
}

/// What became of the candidates that an optimizer has tried.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    /// How many candidates were tried, one that was tried twice counting twice.
    pub(crate) evaluations: usize,
    /// The least and the largest cost.
    costs: Option<(f64, f64)>,
    pub(crate) failed: usize,
    /// Where one failed, and why: of several the first on the axes, whatever the number of threads.
    pub(crate) failure: Option<(Vec<f64>, String)>,
    pub(crate) best: Option<Best>,
    pub(crate) history: Vec<Progress>,
}

impl Ledger {
    fn meet(&mut self, free: &[f64], cost: Result<f64, &String>) {
        self.evaluations += 1;
        match cost {
            Err(reason) => {
                self.failed += 1;
                self.keep_failure(free.to_vec(), reason.clone());
            }
            Ok(cost) => {
                let (low, high) = self.costs.unwrap_or((cost, cost));
                self.costs = Some((low.min(cost), high.max(cost)));
                // Threads hand in candidates in any order: of equal ones the first on the axes counts.
                let candidate = Best { free: free.to_vec(), cost };
                if self.best.as_ref().is_none_or(|best| candidate.is_before(best)) {
                    self.best = Some(candidate);
                }
            }
        }
    }

    fn keep_failure(&mut self, free: Vec<f64>, reason: String) {
        if self.failure.as_ref().is_none_or(|(first, _)| free < *first) {
            self.failure = Some((free, reason));
        }
    }

    /// Takes over what another start of the fit has found.
    fn absorb(&mut self, other: Self) {
        let before = (self.evaluations, self.best.as_ref().map_or(f64::INFINITY, |best| best.cost));
        self.history.extend(other.history.iter().map(|progress| Progress {
            iteration: progress.iteration,
            evaluations: before.0 + progress.evaluations,
            best_cost: before.1.min(progress.best_cost),
        }));
        self.evaluations += other.evaluations;
        self.costs = self.costs.or(other.costs);
        self.failed += other.failed;
        if let Some((free, reason)) = other.failure {
            self.keep_failure(free, reason);
        }
        if let Some(candidate) = other.best
            && self.best.as_ref().is_none_or(|best| candidate.is_before(best))
        {
            self.best = Some(candidate);
        }
    }
}

fn key(values: &[f64]) -> Vec<u64> {
    values.iter().map(|value| value.to_bits()).collect()
}

impl Task<'_> {
    /// Where the optimizer begins.
    pub fn start(&self) -> &[f64] {
        &self.start
    }

    /// The bounds of the free coordinates.
    pub fn bounds(&self) -> (Vec<f64>, Vec<f64>) {
        self.space.free_bounds()
    }

    /// The cost of a candidate; none for one that cannot be judged.
    ///
    /// # Errors
    /// [`Stop`], when the fit is to end.
    pub fn cost(&self, free: &[f64]) -> Result<Option<f64>, Stop> {
        Ok(self.evaluate(free, false)?.map(|(cost, _)| cost))
    }

    /// The cost of a candidate and its derivative by each free coordinate.
    ///
    /// # Errors
    /// [`Stop`], when the fit is to end.
    pub fn gradient(&self, free: &[f64]) -> Result<Option<(f64, Vec<f64>)>, Stop> {
        self.evaluate(free, true)
    }

    /// Says that an iteration is done. Call it between candidates that belong together: limits count here, so that
    /// they fall in the same place whatever the number of threads.
    ///
    /// # Errors
    /// [`Stop`], when the fit is to end.
    pub fn iteration_done(&self, iteration: usize) -> Result<(), Stop> {
        let mut ledger = self.ledger();
        let evaluations = ledger.evaluations;
        let best_cost = ledger.best.as_ref().map_or(f64::INFINITY, |best| best.cost);
        ledger.history.push(Progress { iteration, evaluations, best_cost });
        if best_cost <= self.limits.target {
            return Err(Stop::Reason(StopReason::Target));
        }
        if evaluations >= self.limits.evaluations {
            return Err(Stop::Reason(StopReason::Evaluations));
        }
        if iteration >= self.limits.iterations {
            return Err(Stop::Reason(StopReason::Iterations));
        }
        self.asked_to_stop()
    }

    fn asked_to_stop(&self) -> Result<(), Stop> {
        if self.stop.load(Ordering::Relaxed) { Err(Stop::Reason(StopReason::Asked)) } else { Ok(()) }
    }

    /// More than any candidate has cost so far: where a line search should not go.
    pub fn worst(&self) -> f64 {
        self.ledger().costs.map_or(1.0, |(low, high)| high + (high - low) + 1.0)
    }

    /// The same fit from elsewhere, with one of `parts` shares of the candidates it may try.
    pub(crate) fn from(&self, start: Vec<f64>, parts: usize) -> Task<'_> {
        let limits = Limits { evaluations: self.limits.evaluations.div_ceil(parts), ..self.limits };
        let Self { space, problem, stop, memory, .. } = *self;
        Task { space, problem, start, limits, stop, memory, ledger: Mutex::default() }
    }

    /// Takes over what a fit from elsewhere has found.
    pub(crate) fn absorb(&self, other: Task<'_>) {
        let found = other.ledger.into_inner().unwrap_or_else(PoisonError::into_inner);
        self.ledger().absorb(found);
    }

    pub(crate) fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn evaluate(&self, free: &[f64], with_gradient: bool) -> Result<Option<(f64, Vec<f64>)>, Stop> {
        let values = self.space.values(free);
        let (penalty, penalty_slopes) = self.space.penalty(&values);
        let evaluation = self.known(&values, with_gradient)?;
        let cost = evaluation
            .cost
            .map(|cost| cost + penalty)
            .and_then(|cost| if cost.is_finite() { Ok(cost) } else { Err(format!("its cost is {cost}")) });
        self.ledger().meet(free, cost.as_ref().copied());
        let by_values = evaluation.gradient.unwrap_or_default();
        let by_values: Vec<f64> = by_values.iter().zip(penalty_slopes).map(|(a, b)| a + b).collect();
        Ok(cost.ok().map(|cost| (cost, self.space.pull_back(free, &by_values))))
    }

    /// What became of a candidate, from memory or anew.
    fn known(&self, values: &[f64], with_gradient: bool) -> Result<Evaluation, Stop> {
        let enough = |known: &&Evaluation| !with_gradient || known.gradient.is_some() || known.cost.is_err();
        if let Some(known) = self.memory().known.get(&key(values)).filter(enough) {
            return Ok(known.clone());
        }
        self.asked_to_stop()?;
        let found = if with_gradient {
            self.problem.gradient(values).map(|(cost, gradient)| (cost, Some(gradient)))
        } else {
            self.problem.cost(values).map(|cost| (cost, None))
        };
        let is_finite = |(cost, gradient): &(f64, Option<Vec<f64>>)| {
            cost.is_finite() && gradient.iter().flatten().all(|slope| slope.is_finite())
        };
        let (cost, gradient) = match found {
            Ok(found) if !is_finite(&found) => (Err("its cost or gradient is not finite".to_owned()), None),
            Ok((_, Some(gradient))) if gradient.len() != values.len() => {
                let (expected, found) = (format!("{} derivatives", values.len()), gradient.len().to_string());
                return Err(Stop::Error(Error::shape("gradient of a fit", expected, found)));
            }
            Ok((cost, gradient)) => (Ok(cost), gradient),
            Err(error) => (Err(error.to_string()), None),
        };
        let evaluation = Evaluation { values: values.to_vec(), cost, gradient };
        let mut memory = self.memory();
        if let Some(journal) = &mut memory.journal {
            journal.push(&evaluation).map_err(Stop::Error)?;
        }
        memory.known.insert(key(values), evaluation.clone());
        Ok(evaluation)
    }
}
