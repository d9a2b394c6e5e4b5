//! The classical Runge–Kutta scheme.

use brainmass_core::{Node, Real};

use super::Region;

#[inline(always)]
pub(super) fn step<N: Node, T: Real>(region: &Region<'_, N, T>, x: &N::State<T>) -> N::State<T> {
    let (parameters, input, steps) = (&region.parameters.plain, &region.input, region.steps);
    let k1 = N::derivative(parameters, x, input);
    let k2 = N::derivative(parameters, &Region::<N, T>::moved(x, steps.half, &k1), input);
    let k3 = N::derivative(parameters, &Region::<N, T>::moved(x, steps.half, &k2), input);
    let k4 = N::derivative(parameters, &Region::<N, T>::moved(x, steps.dt, &k3), input);
    let mut sum = k1;
    for k in 0..N::STATE.len() {
        let middle = k2.as_ref()[k] + k3.as_ref()[k];
        sum.as_mut()[k] = k1.as_ref()[k] + (middle + middle) + k4.as_ref()[k];
    }
    region.with_noise(&Region::<N, T>::moved(x, steps.sixth, &sum))
}
