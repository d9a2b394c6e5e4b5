//! Euler and Euler–Maruyama.

use brainmass_core::Node;

use super::Region;

pub(super) fn step<N: Node>(region: &Region<'_, N>, x: &N::State<f64>) -> N::State<f64> {
    let slope = N::derivative(&region.parameters(), x, &region.input);
    region.with_noise(&Region::<N>::moved(x, region.dt, &slope))
}
