//! A cloud of candidates that learns its shape.

use basin::{BoundedCmaEs, DenseMatrix, PopulationProgress};

use super::{Optimizer, bridge};
use crate::StopReason;
use crate::task::{Stop, Task};

/// CMA-ES: candidates from a normal distribution whose mean and covariance follow the better half.
///
/// The first choice without gradients, up to some hundred parameters. Candidates of a generation are tried in parallel.
///
/// # References
/// Hansen (2016), The CMA evolution strategy: a tutorial, arXiv:1604.00772.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CmaEs {
    seed: u64,
    sigma: f64,
    population: Option<usize>,
    tolerance: f64,
}

impl CmaEs {
    /// With a seed; candidates begin with a standard deviation of 0.2 in free coordinates, and it ends when the
    /// distribution has shrunk to 1e-9.
    pub fn new(seed: u64) -> Self {
        Self { seed, sigma: 0.2, population: None, tolerance: 1e-9 }
    }

    /// The same with another initial standard deviation; one that is not positive changes nothing.
    #[must_use]
    pub fn with_sigma(mut self, sigma: f64) -> Self {
        if sigma > 0.0 && sigma.is_finite() {
            self.sigma = sigma;
        }
        self
    }

    /// The same with so many candidates a generation, four at least. By default 4 + 3 ln n for n numbers.
    #[must_use]
    pub fn with_population(mut self, candidates: usize) -> Self {
        self.population = Some(candidates.max(4));
        self
    }

    /// The same, ended when the distribution is as narrow as this.
    #[must_use]
    pub fn with_tolerance(mut self, tolerance: f64) -> Self {
        self.tolerance = if tolerance.is_finite() { tolerance.max(0.0) } else { 0.0 };
        self
    }
}

impl Optimizer for CmaEs {
    fn name(&self) -> &'static str {
        "cma_es"
    }

    fn needs_gradient(&self) -> bool {
        false
    }

    fn minimize(&self, task: &Task<'_>) -> Result<StopReason, Stop> {
        let mut solver = BoundedCmaEs::<Vec<f64>, DenseMatrix>::new(self.seed, self.sigma)
            .with_absolute_distribution_size_tolerance(self.tolerance);
        if let Some(candidates) = self.population {
            solver = solver.with_lambda(candidates);
        }
        bridge::run(task, solver, PopulationProgress::<Vec<f64>>::from_point(task.start().to_vec()))
    }
}
