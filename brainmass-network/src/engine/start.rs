//! The state at t = 0 and the numbers of the streams of noise.

use brainmass_core::random::Stream;
use brainmass_core::{Array, Error, Node, Result};
use rand_distr::{Distribution, Uniform};

use crate::network::{Initial, Network};

/// Streams of random numbers: the k-th noise on an input has number 2k, the k-th on a state 2k + 1; the highest
/// bit marks what is drawn once, at the start.
const START: u32 = 1 << 31;

/// The stream of the k-th noise on an input.
pub(super) fn input_stream(seed: u64, k: usize) -> Stream {
    Stream::new(seed, number(k))
}

/// The stream from which the k-th noise on an input draws its first value.
pub(super) fn input_start_stream(seed: u64, k: usize) -> Stream {
    Stream::new(seed, number(k) | START)
}

/// The stream of the k-th noise on a state.
pub(super) fn state_stream(seed: u64, k: usize) -> Stream {
    Stream::new(seed, number(k) + 1)
}

fn number(k: usize) -> u32 {
    2 * u32::try_from(k).unwrap_or(u32::MAX / 4)
}

/// The initial states of all regions, within the node's domain.
pub(super) fn states<N: Node>(network: &Network<N>, seed: u64) -> Result<Vec<N::State<f64>>> {
    let mut columns = Vec::with_capacity(N::STATE.len());
    for (index, initial) in (0_u32..).zip(network.initial()) {
        columns.push(match initial {
            Initial::Values(values) => (0..network.n_regions()).map(|region| values.at(region)).collect(),
            Initial::Uniform { low, high } => {
                let uniform = Uniform::new(*low, *high)
                    .map_err(|error| Error::setting("random initial state", error.to_string()))?;
                let stream = Stream::new(seed, START | 1 << 30 | index);
                let draw = |region| uniform.sample(&mut stream.generator(region, 0));
                network.numbers().iter().map(draw).collect::<Vec<f64>>()
            }
        });
    }
    let state = |region: usize| N::project(N::State::from_fn(|index| columns[index][region]));
    Ok((0..network.n_regions()).map(state).collect())
}

/// The values of a state variable or output of all regions at t = 0.
pub(super) fn present<N: Node>(
    network: &Network<N>,
    states: &[N::State<f64>],
    source: brainmass_core::node::Source,
) -> Vec<f64> {
    use brainmass_core::node::Source;
    let value = |(region, state): (usize, &N::State<f64>)| match source {
        Source::State(index) => state.as_ref()[index],
        Source::Output(index) => {
            let parameters = network.node().with(&mut |k, _| network.parameters()[k].at(region));
            N::output(&parameters, state).as_ref()[index]
        }
    };
    states.iter().enumerate().map(value).collect()
}
