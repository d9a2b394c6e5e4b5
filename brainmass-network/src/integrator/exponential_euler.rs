//! Exponential Euler.

use brainmass_core::node::derivative_and_diagonal;
use brainmass_core::{Node, Real};

use super::Region;

#[inline(always)]
pub(super) fn step<N: Node, T: Real>(region: &Region<'_, N, T>, x: &N::State<T>) -> N::State<T> {
    let dt = region.steps.dt;
    let (slope, diagonal) = derivative_and_diagonal::<N, T>(&region.parameters.dual, x, &region.input);
    let mut next = *x;
    for k in 0..N::STATE.len() {
        let z = dt * diagonal.as_ref()[k];
        // ∫ e^(2J s) ds over the step is dt φ(2 dt J): the variance of the noise filtered by the decay.
        let kick = (dt * (z + z).exp_ratio()).sqrt();
        next.as_mut()[k] =
            x.as_ref()[k] + dt * z.exp_ratio() * slope.as_ref()[k] + kick * region.noise.as_ref()[k];
    }
    next
}
