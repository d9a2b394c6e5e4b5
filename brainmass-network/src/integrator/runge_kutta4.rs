//! The classical Runge–Kutta scheme.

use brainmass_core::{Array, Node};

use super::Region;

pub(super) fn step<N: Node>(region: &Region<'_, N>, x: &N::State<f64>) -> N::State<f64> {
    let parameters = region.parameters();
    let slope = |state: &N::State<f64>| N::derivative(&parameters, state, &region.input);
    let dt = region.dt;
    let k1 = slope(x);
    let k2 = slope(&Region::<N>::moved(x, 0.5 * dt, &k1));
    let k3 = slope(&Region::<N>::moved(x, 0.5 * dt, &k2));
    let k4 = slope(&Region::<N>::moved(x, dt, &k3));
    let sum =
        N::State::from_fn(|k| k1.as_ref()[k] + 2.0 * (k2.as_ref()[k] + k3.as_ref()[k]) + k4.as_ref()[k]);
    region.with_noise(&Region::<N>::moved(x, dt / 6.0, &sum))
}
