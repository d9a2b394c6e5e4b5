//! All the noise of a network that is made row by row.

use brainmass_core::random::Stream;
use brainmass_core::units::Second;
use brainmass_core::{Archive, Dual, Node, Result};

use super::process::{MixedNormals, Process, Streams};
use super::white::Gain;
use super::{Correlation, WhiteNoise};
use crate::Integrator;
use crate::engine::Number;
use crate::network::Network;

/// Streams of random numbers, apart from those of the engines: bit 29; bit 28 for noise on states; then the number of the
/// noise, and in the lowest twelve bits its part. Bit 27 marks a series that regions share, the highest bit what is drawn
/// once, at the start.
const PROCESS: u32 = 1 << 29;
const ON_STATE: u32 = 1 << 28;
const SHARED: u32 = 1 << 27;
const START: u32 = 1 << 31;

fn stream(seed: u64, kind: u32, k: usize, part: u32) -> Stream {
    let number = u32::try_from(k).unwrap_or(u32::MAX) & 0x7fff;
    Stream::new(seed, PROCESS | kind | number << 12 | (part & 0xfff))
}

/// Populations may share a series; the series of their regions are apart from it.
fn shared(correlation: &Correlation) -> u32 {
    if correlation.is_common() { SHARED } else { 0 }
}

/// What makes it, noise by noise.
pub(crate) struct Processes {
    inputs: Vec<(usize, Process)>,
    states: Vec<(usize, Kick)>,
    row: Vec<f64>,
}

/// How a kick goes with the state it depends on, and with its strength.
#[derive(Clone, Copy, Debug)]
pub(crate) struct KickSlopes {
    pub(crate) by_state: f64,
    pub(crate) by_sigma: f64,
}

/// White noise on a state that regions share, or that depends on the state.
struct Kick {
    noise: WhiteNoise,
    normals: MixedNormals,
    stratonovich: bool,
    root: f64,
}

impl Processes {
    pub(crate) fn new<N: Node>(network: &Network<N>, integrator: Integrator, dt: Second, seed: u64) -> Self {
        let regions = network.numbers();
        let input = |(k, (input, noise)): (usize, &(usize, super::InputNoise))| {
            let shared = shared(noise.correlation());
            let streams = Streams {
                start: &|part| stream(seed, START | shared, k, part),
                steps: &|part| stream(seed, shared, k, part),
            };
            (*input, Process::new(noise, dt, &streams, regions))
        };
        let state = |(k, (state, noise)): (usize, &(usize, WhiteNoise))| {
            let normals = MixedNormals::new(
                stream(seed, ON_STATE | shared(noise.correlation()), k, 0),
                noise.correlation(),
                regions,
            );
            let stratonovich = integrator.is_stratonovich();
            (*state, Kick { noise: noise.clone(), normals, stratonovich, root: dt.value_unsafe.sqrt() })
        };
        Self {
            inputs: network.input_processes().iter().enumerate().map(input).collect(),
            states: network.state_processes().iter().enumerate().map(state).collect(),
            row: vec![0.0; network.n_regions()],
        }
    }

    /// Advances the noise on inputs and hands each value on: number of the noise and input, region, value.
    pub(crate) fn act(&mut self, step: u64, mut add: impl FnMut((usize, usize), usize, f64)) {
        for (k, (input, process)) in self.inputs.iter_mut().enumerate() {
            process.advance(step, &mut self.row);
            self.row.iter().enumerate().for_each(|(region, value)| add((k, *input), region, *value));
        }
    }

    /// Hands on what white noise does in a step, over √dt: state variable, region, value. `sigma` makes a number of the run of
    /// the strength of a noise in a region.
    pub(crate) fn kick<T: Number>(
        &mut self,
        step: u64,
        sigma: impl Fn(usize, usize, f64) -> T,
        state: impl Fn(usize, usize) -> T,
        mut add: impl FnMut(usize, usize, T),
    ) {
        for (k, (variable, kick)) in self.states.iter_mut().enumerate() {
            kick.normals.fill(step, &mut self.row);
            for (region, normal) in self.row.iter().enumerate() {
                let sigma = sigma(k, region, kick.noise.sigma().at(region));
                let kick = kick.of(state(*variable, region), sigma * T::from_f64(*normal));
                add(*variable, region, kick);
            }
        }
    }

    /// Hands on how the kicks of a noise go with state and strength in each region.
    pub(crate) fn kick_slopes(
        &mut self,
        step: u64,
        noise: usize,
        state: impl Fn(usize) -> f64,
        mut take: impl FnMut(usize, KickSlopes),
    ) {
        let (_, kick) = &mut self.states[noise];
        kick.normals.fill(step, &mut self.row);
        for (region, normal) in self.row.iter().enumerate() {
            let (state, strength) = (state(region), kick.noise.sigma().at(region) * normal);
            let along = |by_state: f64, by_strength: f64| {
                kick.of(Dual::moving(state, by_state), Dual::moving(strength, by_strength)).partials[0]
            };
            take(region, KickSlopes { by_state: along(1.0, 0.0), by_sigma: along(0.0, *normal) });
        }
    }

    /// The state that each white noise acts on.
    pub(crate) fn kicked(&self) -> impl Iterator<Item = usize> {
        self.states.iter().map(|(state, _)| *state)
    }

    pub(crate) fn archive(&mut self, archive: &mut Archive) -> Result<()> {
        self.inputs.iter_mut().try_for_each(|(_, process)| process.archive(archive))
    }
}

impl Kick {
    /// What σ ξ does at a state.
    fn of<T: Number>(&self, state: T, noise: T) -> T {
        let Some(gain) = self.noise.gain() else { return noise };
        let here = gain.at(state);
        if !self.stratonovich {
            return here * noise;
        }
        let there = gain.at(state + T::from_f64(self.root) * here * noise);
        T::from_f64(0.5) * (here + there) * noise
    }
}

impl Gain {
    /// Of a function no derivative is known; networks with one are not differentiated.
    fn at<T: Number>(&self, state: T) -> T {
        match self {
            Self::Proportional => state,
            Self::Function(function) => T::from_f64(function(state.value())),
        }
    }
}
