//! Heun's scheme and its stochastic form.

use brainmass_core::{Node, Real};

use super::Region;

#[inline(always)]
pub(super) fn step<N: Node, T: Real>(region: &Region<'_, N, T>, x: &N::State<T>) -> N::State<T> {
    let parameters = &region.parameters.plain;
    let mut sum = N::derivative(parameters, x, &region.input);
    let predicted = region.with_noise(&Region::<N, T>::moved(x, region.steps.dt, &sum));
    let second = N::derivative(parameters, &predicted, &region.input);
    for (sum, second) in sum.as_mut().iter_mut().zip(second.as_ref()) {
        *sum += *second;
    }
    region.with_noise(&Region::<N, T>::moved(x, region.steps.half, &sum))
}
