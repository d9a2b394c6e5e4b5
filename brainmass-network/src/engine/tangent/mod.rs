//! Derivatives of a run along a few directions, which advance with it: forward mode.
//!
//! For a run x(t + dt) = Φ(x(t), u(t), ξ(t)) whose numbers p move along a direction ṗ, the velocities of the states obey
//!
//! ```text
//! ẋ(t + dt) = ∂Φ/∂x ẋ(t) + ∂Φ/∂u u̇(t) + ∂Φ/∂p ṗ
//! ```
//!
//! and u̇ is summed over the same delayed pathways as u. The fast engine computes values as ever; the velocities go through the
//! tapes of the equations, what all directions send through one delayed sum. The plain engine runs on dual numbers instead.

mod link;
mod noise;
mod region;
mod run;

use brainmass_core::node::Source;
use brainmass_core::{Dual, Node, Result};

use super::plain::Plain;
use super::{LANES, Settings, StepRows, TracedSteps};
use crate::network::{Direction, Network};

/// Numbers of all regions; several rows lie one after the other.
type Chunks = [[f64; LANES]];

/// Velocities of a run, one set for each direction.
pub(crate) trait Tangent {
    /// Follows the step that the run has just done, which is the only one in `steps`.
    fn follow(&mut self, steps: &TracedSteps);

    /// The velocities of a state variable or output of all regions along a direction; `states` are those after the step.
    fn read(&mut self, direction: usize, source: Source, states: &Chunks) -> Vec<f64>;
}

/// The velocities of a network at t = 0.
pub(crate) fn tangent<'n, N: Node>(
    network: &'n Network<N>,
    settings: &Settings,
    rows: Option<StepRows>,
    directions: &[Direction],
    start: &Chunks,
) -> Result<Box<dyn Tangent + 'n>> {
    if let Some(rows) = rows {
        return Ok(Box::new(run::TangentRun::new(network, settings, rows, directions, start)?));
    }
    // The plain engine leaves no rows.
    let plain = directions.iter().map(|direction| Plain::new(network, settings, direction));
    Ok(Box::new(Duals(plain.collect::<Result<_>>()?)))
}

/// The plain engine on dual numbers, once for each direction.
struct Duals<'n, N: Node>(Vec<Plain<'n, N, Dual<f64, 1>>>);

impl<N: Node> Tangent for Duals<'_, N> {
    fn follow(&mut self, _: &TracedSteps) {
        self.0.iter_mut().for_each(Plain::push);
    }

    fn read(&mut self, direction: usize, source: Source, _: &Chunks) -> Vec<f64> {
        self.0[direction].derivatives(source).collect()
    }
}
