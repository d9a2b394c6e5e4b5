//! Heun's scheme and its stochastic form.

use brainmass_core::{Array, Node};

use super::Region;

pub(super) fn step<N: Node>(region: &Region<'_, N>, x: &N::State<f64>) -> N::State<f64> {
    let parameters = region.parameters();
    let first = N::derivative(&parameters, x, &region.input);
    let predicted = region.with_noise(&Region::<N>::moved(x, region.dt, &first));
    let second = N::derivative(&parameters, &predicted, &region.input);
    let sum = N::State::from_fn(|k| first.as_ref()[k] + second.as_ref()[k]);
    region.with_noise(&Region::<N>::moved(x, 0.5 * region.dt, &sum))
}
