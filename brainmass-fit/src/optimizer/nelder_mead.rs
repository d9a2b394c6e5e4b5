//! A simplex that tumbles downhill.

use basin::{NelderMead as Simplex, SimplexProgress};

use super::{Optimizer, bridge};
use crate::StopReason;
use crate::task::{Stop, Task};

/// Nelder and Mead's simplex within bounds: for a handful of parameters, one candidate after the other.
///
/// # References
/// Nelder & Mead (1965), Comput. J. 7:308–313, doi:10.1093/comjnl/7.4.308; with the coefficients of Gao & Han (2012),
/// Comput. Optim. Appl. 51:259–277, doi:10.1007/s10589-010-9329-3, for two parameters and more.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct NelderMead;

impl Optimizer for NelderMead {
    fn name(&self) -> &'static str {
        "nelder_mead"
    }

    fn needs_gradient(&self) -> bool {
        false
    }

    fn minimize(&self, task: &Task<'_>) -> Result<StopReason, Stop> {
        // A tenth of the box, towards its middle, so that no corner lies outside.
        let start = task.start();
        let mut corners = vec![start.to_vec()];
        for index in 0..start.len() {
            let mut corner = start.to_vec();
            corner[index] += if corner[index] > 0.5 { -0.1 } else { 0.1 };
            corners.push(corner);
        }
        // Their shrinking factor is 1 − 1/n, which leaves nothing of a simplex in one dimension.
        let simplex = if start.len() == 1 { Simplex::new() } else { Simplex::adaptive() };
        bridge::run(task, simplex.projected(), SimplexProgress::from_simplex(corners))
    }
}
