//! Quasi-Newton steps from a few past gradients.

use basin::{FirstOrderState, Lbfgsb};

use super::{Optimizer, bridge};
use crate::StopReason;
use crate::task::{Stop, Task};

/// L-BFGS-B: a quadratic model of the cost from the last gradients, within bounds.
///
/// The first choice for a smooth cost with a gradient. It ends when the projected gradient is small or the cost no longer
/// falls by more than rounding.
///
/// # References
/// Byrd, Lu, Nocedal & Zhu (1995), SIAM J. Sci. Comput. 16:1190–1208, doi:10.1137/0916069.
#[derive(Clone, Copy, Debug, PartialEq)]
#[doc(alias = "L-BFGS-B")]
pub struct Lbfgs {
    memory: usize,
    gradient_tolerance: f64,
}

impl Default for Lbfgs {
    /// Ten past gradients; a projected gradient below 1e-9 ends it.
    fn default() -> Self {
        Self { memory: 10, gradient_tolerance: 1e-9 }
    }
}

impl Lbfgs {
    /// The same with so many past gradients, one at least.
    #[must_use]
    pub fn with_memory(mut self, memory: usize) -> Self {
        self.memory = memory.max(1);
        self
    }

    /// The same, ended by a projected gradient of this size, in units of cost per free coordinate.
    #[must_use]
    pub fn with_gradient_tolerance(mut self, tolerance: f64) -> Self {
        self.gradient_tolerance = if tolerance.is_finite() { tolerance.max(0.0) } else { 0.0 };
        self
    }
}

impl Optimizer for Lbfgs {
    fn name(&self) -> &'static str {
        "lbfgs"
    }

    fn needs_gradient(&self) -> bool {
        true
    }

    fn minimize(&self, task: &Task<'_>) -> Result<StopReason, Stop> {
        let solver = Lbfgsb::new()
            .with_m_capacity(self.memory)
            .with_absolute_projected_gradient_tolerance(self.gradient_tolerance);
        bridge::run(task, solver, FirstOrderState::new(task.start().to_vec()))
    }
}
