//! Steps of a size that each coordinate's gradients have earned.

use super::Optimizer;
use crate::StopReason;
use crate::task::{Stop, Task};

/// Adam: gradients averaged over some steps, divided by their size.
///
/// For costs too rough or too many-dimensional for [`Lbfgs`](super::Lbfgs), such as that of a whole weight matrix.
/// With m and v the running means of the gradient and of its square, free of their initial bias,
///
/// ```text
/// z ← z − rate m/(√v + ε)
/// ```
///
/// and z kept within its bounds. After a candidate that cannot be judged it returns to the one before and halves the rate.
/// It has no criterion of its own but a rate that has become nothing.
///
/// # References
/// Kingma & Ba (2015), Adam: a method for stochastic optimization, arXiv:1412.6980, algorithm 1, with its β₁ = 0.9, β₂ = 0.999.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Adam {
    rate: f64,
    decay: f64,
}

const BETA_1: f64 = 0.9;
const BETA_2: f64 = 0.999;
const EPSILON: f64 = 1e-8;

impl Adam {
    /// With steps of about this size in free coordinates; one that is not positive becomes 0.01.
    pub fn new(rate: f64) -> Self {
        Self { rate: if rate > 0.0 && rate.is_finite() { rate } else { 0.01 }, decay: 1.0 }
    }

    /// The same with a rate that is multiplied by this after each step, above 0 and at most 1.
    #[must_use]
    pub fn with_decay(mut self, decay: f64) -> Self {
        if decay > 0.0 && decay <= 1.0 {
            self.decay = decay;
        }
        self
    }
}

impl Optimizer for Adam {
    fn name(&self) -> &'static str {
        "adam"
    }

    fn needs_gradient(&self) -> bool {
        true
    }

    fn minimize(&self, task: &Task<'_>) -> Result<StopReason, Stop> {
        let (lower, upper) = task.bounds();
        let (mut z, mut rate) = (task.start().to_vec(), self.rate);
        let (mut mean, mut square) = (vec![0.0; z.len()], vec![0.0; z.len()]);
        let (mut powers, mut before) = ((1.0, 1.0), z.clone());
        for iteration in 1.. {
            if let Some((_, gradient)) = task.gradient(&z)? {
                before.clone_from(&z);
                powers = (powers.0 * BETA_1, powers.1 * BETA_2);
                for (k, slope) in gradient.iter().enumerate() {
                    mean[k] += (1.0 - BETA_1) * (slope - mean[k]);
                    square[k] += (1.0 - BETA_2) * (slope * slope - square[k]);
                }
            } else {
                rate *= 0.5;
            }
            for k in 0..z.len() {
                let size = (square[k] / (1.0 - powers.1)).sqrt() + EPSILON;
                let step = if powers.1 < 1.0 { rate * mean[k] / (1.0 - powers.0) / size } else { 0.0 };
                z[k] = (before[k] - step).clamp(lower[k], upper[k]);
            }
            task.iteration_done(iteration)?;
            rate *= self.decay;
            if z == before {
                return Ok(StopReason::Converged("steps have become nothing".to_owned()));
            }
        }
        Ok(StopReason::Iterations)
    }
}
