//! The parts of an engine that are laid out once: parameters and noise of all networks.

use brainmass_core::Node;
use brainmass_core::random::Stream;
use brainmass_core::units::Second;

use super::super::start;
use super::noise::{Coloured, White};
use super::{LANES, Layout, Normals, Scalar};
use crate::integrator::{Parameters, Sameness};
use crate::network::Network;
use crate::numbers::Numbers;

pub(super) fn parameters<N: Node, T: Scalar>(networks: &[&Network<N>], layout: Layout) -> Parameters<T> {
    let mut all = networks.iter().flat_map(|network| network.parameters());
    let sameness = match all.all(|values| values.as_slice().len() == 1) {
        true if networks.len() == 1 => Sameness::Lanes,
        true if LANES.is_multiple_of(networks.len()) => Sameness::Chunks,
        _ => Sameness::Nothing,
    };
    Parameters::new::<N>(layout.n_chunks(), sameness, |k, chunk| {
        layout.lanes(chunk, |region, network| networks[network].parameters()[k].at(region))
    })
}

fn normals(layout: Layout, seeds: &[u64], regions: &Numbers, stream: impl Fn(u64) -> Stream) -> Normals {
    Normals::new(layout, seeds.iter().map(|seed| stream(*seed)).collect(), regions.clone())
}

pub(super) fn input_noise<N: Node, T: Scalar>(
    networks: &[&Network<N>],
    dt: Second,
    seeds: &[u64],
    layout: Layout,
) -> Vec<Coloured<T>> {
    let regions = networks[0].numbers();
    let one = |(k, (input, _)): (usize, &(usize, _))| {
        let noises: Vec<_> = networks.iter().map(|network| &network.input_noise()[k].1).collect();
        let first = noises.iter().zip(seeds);
        let first: Vec<_> =
            first.map(|(noise, seed)| noise.start(start::input_start_stream(*seed, k), regions)).collect();
        let normals = normals(layout, seeds, regions, |seed| start::input_stream(seed, k));
        Coloured::new(*input, &noises, &first, dt, normals)
    };
    networks[0].input_noise().iter().enumerate().map(one).collect()
}

pub(super) fn state_noise<N: Node, T: Scalar>(
    networks: &[&Network<N>],
    seeds: &[u64],
    layout: Layout,
) -> Vec<White<T>> {
    let one = |(k, (state, _)): (usize, &(usize, _))| {
        let sigma = layout.row(|region, network| networks[network].state_noise()[k].1.sigma().at(region));
        let normals = normals(layout, seeds, networks[0].numbers(), |seed| start::state_stream(seed, k));
        White::new(*state, sigma, normals)
    };
    networks[0].state_noise().iter().enumerate().map(one).collect()
}
