//! Candidates made of differences of others.

use basin::{De, PopulationProgress};

use super::{Optimizer, bridge};
use crate::StopReason;
use crate::task::{Stop, Task};

/// Differential evolution over the whole box: slow and hard to mislead.
///
/// It does not begin at the start of the fit but anywhere in the box, and has no criterion of its own: limit the candidates.
/// Those of a generation are tried in parallel.
///
/// # References
/// Storn & Price (1997), J. Global Optim. 11:341–359, doi:10.1023/A:1008202821328.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DifferentialEvolution {
    seed: u64,
    population: Option<usize>,
}

impl DifferentialEvolution {
    /// With a seed; ten candidates for each number.
    pub fn new(seed: u64) -> Self {
        Self { seed, population: None }
    }

    /// The same with so many candidates, four at least.
    #[must_use]
    pub fn with_population(mut self, candidates: usize) -> Self {
        self.population = Some(candidates.max(4));
        self
    }
}

impl Optimizer for DifferentialEvolution {
    fn name(&self) -> &'static str {
        "differential_evolution"
    }

    fn needs_gradient(&self) -> bool {
        false
    }

    fn minimize(&self, task: &Task<'_>) -> Result<StopReason, Stop> {
        let mut solver = De::new(self.seed);
        if let Some(candidates) = self.population {
            solver = solver.with_pop_size(candidates);
        }
        bridge::run(task, solver, PopulationProgress::<Vec<f64>>::empty())
    }
}
