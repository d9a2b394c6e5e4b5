//! Euler and Euler–Maruyama.

use brainmass_core::{Node, Real};

use super::Region;

#[inline(always)]
pub(super) fn step<N: Node, T: Real>(region: &Region<'_, N, T>, x: &N::State<T>) -> N::State<T> {
    let slope = N::derivative(&region.parameters.plain, x, &region.input);
    region.with_noise(&Region::<N, T>::moved(x, region.steps.dt, &slope))
}
