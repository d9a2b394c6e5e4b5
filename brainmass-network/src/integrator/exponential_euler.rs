//! Exponential Euler.

use brainmass_core::node::derivative_and_diagonal;
use brainmass_core::{Array, Node, Real};

use super::Region;

pub(super) fn step<N: Node>(region: &Region<'_, N>, x: &N::State<f64>) -> N::State<f64> {
    let mut load = |index: usize, _: f64| region.values[index];
    let (slope, diagonal) = derivative_and_diagonal(region.node, &mut load, x, &region.input);
    N::State::from_fn(|k| {
        let z = region.dt * diagonal.as_ref()[k];
        // ∫ e^(2J s) ds over the step is dt φ(2 dt J): the variance of the noise filtered by the decay.
        let kick = (region.dt * (2.0 * z).exp_ratio()).sqrt();
        x.as_ref()[k] + region.dt * z.exp_ratio() * slope.as_ref()[k] + kick * region.noise.as_ref()[k]
    })
}
