//! Optimizers: which candidate to try next.

mod adam;
mod bridge;
mod cma_es;
mod differential_evolution;
mod lbfgs;
mod multi_start;
mod nelder_mead;

pub use adam::Adam;
pub use cma_es::CmaEs;
pub use differential_evolution::DifferentialEvolution;
pub use lbfgs::Lbfgs;
pub use multi_start::MultiStart;
pub use nelder_mead::NelderMead;

use std::fmt::Debug;

use crate::StopReason;
use crate::task::{Stop, Task};

/// A way to bring a cost down.
///
/// An optimizer asks the [`Task`] for the cost of candidates, says when an iteration is done, and hands on every
/// [`Stop`]. The best candidate is the fit's to remember. Random numbers come from a seed of its own.
pub trait Optimizer: Debug + Send + Sync {
    /// Its name in tables.
    fn name(&self) -> &'static str;

    /// Whether it asks for gradients.
    fn needs_gradient(&self) -> bool;

    /// Tries candidates until its own criterion is met.
    ///
    /// # Errors
    /// [`Stop`], as the task gives it.
    fn minimize(&self, task: &Task<'_>) -> Result<StopReason, Stop>;
}
