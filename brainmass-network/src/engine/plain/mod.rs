//! The plain engine: one region after the other, one step after the other.
//!
//! It is written to be read and stays the oracle of faster ones.

mod delay_line;

pub(super) use delay_line::DelayLine;

use brainmass_core::node::{Source, source, variable_index};
use brainmass_core::{Archive, Array, Error, Node, Result};

use super::pathways::Pathways;
use super::{Engine, LANES, Layout, Population, Scalar, Settings, diverged, start};
use crate::integrator::{Parameters, Region, RegionParameters, StepSizes};
use crate::network::Network;
use crate::noise::{NormalRow, OrnsteinUhlenbeckState, Processes};

/// A network in motion.
pub(crate) struct Plain<'n, N: Node> {
    network: &'n Network<N>,
    settings: Settings,
    sizes: StepSizes<f64>,
    /// How many steps are done.
    step: usize,
    states: Vec<N::State<f64>>,
    parameters: Parameters<f64>,
    lines: Vec<Line>,
    input_noise: Vec<(usize, OrnsteinUhlenbeckState)>,
    state_noise: Vec<(usize, Vec<f64>, NormalRow)>,
    processes: Processes,
    /// The inputs of all regions, input by input.
    inputs: Vec<Vec<f64>>,
    /// What comes from other populations in this step: input and values.
    outside: Vec<(usize, Vec<f64>)>,
    row: Vec<f64>,
}

struct Line {
    source: Source,
    input: usize,
    delayed: DelayLine,
}

impl<'n, N: Node> Plain<'n, N> {
    pub(crate) fn new(network: &'n Network<N>, settings: &Settings) -> Result<Self> {
        let (n, seed, dt) = (network.n_regions(), settings.seed, settings.dt);
        let states = start::states::<N>(network, seed)?;
        let mut lines = Vec::new();
        for connection in network.connections() {
            let (source, _) = source::<N>(connection.source())?;
            let input = variable_index("input", connection.input(), N::INPUT)?;
            let pathways = Pathways::new(connection, network.connectome(), dt)?;
            let present = start::present(network, &states, source);
            lines.push(Line {
                source,
                input,
                delayed: DelayLine::new(connection.coupling(), pathways, &present),
            });
        }
        let input_noise = network.input_noise().iter().enumerate().map(|(k, (input, noise))| {
            let first = noise.start(start::input_start_stream(seed, k), network.numbers());
            let normals = NormalRow::new(start::input_stream(seed, k), network.numbers().clone());
            (*input, OrnsteinUhlenbeckState::new(noise, dt, first, normals))
        });
        let state_noise = network.state_noise().iter().enumerate().map(|(k, (state, noise))| {
            let sigma = (0..n).map(|region| noise.sigma().at(region)).collect();
            (*state, sigma, NormalRow::new(start::state_stream(seed, k), network.numbers().clone()))
        });
        let layout = Layout { n_regions: n, n_networks: 1 };
        let parameter = |k: usize, chunk| layout.lanes(chunk, |region, _| network.parameters()[k].at(region));
        Ok(Self {
            network,
            settings: *settings,
            sizes: StepSizes::new(dt.value_unsafe, f64::NEGLIGIBLE),
            step: 0,
            parameters: Parameters::new::<N>(layout.n_chunks(), false, parameter),
            states,
            lines,
            input_noise: input_noise.collect(),
            state_noise: state_noise.collect(),
            processes: Processes::new(network, settings.integrator, dt, seed),
            inputs: vec![vec![0.0; n]; N::INPUT.len()],
            outside: Vec::new(),
            row: vec![0.0; n],
        })
    }

    fn parameters_of(&self, region: usize) -> RegionParameters<N, f64> {
        RegionParameters::new(self.network.node(), self.parameters.of_chunk(region / LANES), region % LANES)
    }

    /// Puts the values of a state variable or output of all regions in `row`.
    fn read_row(&mut self, source: Source) {
        for (region, state) in self.states.iter().enumerate() {
            self.row[region] = match source {
                Source::State(index) => state.as_ref()[index],
                Source::Output(index) => N::output(&self.parameters_of(region).plain, state).as_ref()[index],
            };
        }
    }

    fn gather_inputs(&mut self) {
        for input in &mut self.inputs {
            input.fill(0.0);
        }
        let mut lines = std::mem::take(&mut self.lines);
        for line in &mut lines {
            self.read_row(line.source);
            line.delayed.arrive(&self.row, &mut self.inputs[line.input]);
        }
        self.lines = lines;
        for (input, arriving) in self.outside.drain(..) {
            for (value, arriving) in self.inputs[input].iter_mut().zip(arriving) {
                *value += arriving;
            }
        }
        for (input, drive) in self.network.drives() {
            for (region, value) in self.inputs[*input].iter_mut().enumerate() {
                *value += drive.at(self.step, self.settings.dt, region);
            }
        }
        for (input, noise) in &mut self.input_noise {
            noise.advance(self.step as u64, &mut self.inputs[*input]);
        }
        let inputs = &mut self.inputs;
        self.processes.act(self.step as u64, |input, region, value| inputs[input][region] += value);
    }

    /// σ ξ of each state of each region.
    fn kicks(&mut self) -> Vec<N::State<f64>> {
        let mut kicks = vec![N::State::<f64>::from_fn(|_| 0.0); self.states.len()];
        for (state, sigma, normals) in &mut self.state_noise {
            normals.fill(self.step as u64, &mut self.row);
            for ((kick, sigma), normal) in kicks.iter_mut().zip(sigma.iter()).zip(&self.row) {
                kick.as_mut()[*state] += sigma * normal;
            }
        }
        let states = &self.states;
        self.processes.kick(
            self.step as u64,
            |state, region| states[region].as_ref()[state],
            |state, region, value| kicks[region].as_mut()[state] += value,
        );
        kicks
    }
}

impl<N: Node> Engine for Plain<'_, N> {
    fn step(&self) -> usize {
        self.step
    }

    fn advance(&mut self) -> bool {
        self.gather_inputs();
        let kicks = self.kicks();
        for (index, noise) in kicks.into_iter().enumerate() {
            let input = N::Input::from_fn(|k| self.inputs[k][index]);
            let region = Region { parameters: self.parameters_of(index), input, noise, steps: &self.sizes };
            self.states[index] = self.settings.integrator.step(&region, &self.states[index]);
        }
        self.step += 1;
        self.states.iter().all(|state| state.as_ref().iter().all(|value| value.is_finite()))
    }

    fn divergence(&mut self, _: usize) -> Option<Error> {
        let state = |region: usize, k: usize| self.states[region].as_ref()[k];
        diverged(self.network, self.settings.dt, self.step, state)
    }

    fn archive(&mut self, archive: &mut Archive) -> Result<()> {
        archive.count(&mut self.step)?;
        self.states.iter_mut().try_for_each(|state| archive.numbers(state.as_mut()))?;
        self.lines.iter_mut().try_for_each(|line| line.delayed.archive(archive))?;
        self.input_noise.iter_mut().try_for_each(|(_, noise)| noise.archive(archive))?;
        self.processes.archive(archive)
    }

    fn read(&mut self, _: usize, source: Source, values: &mut Vec<f64>) {
        self.read_row(source);
        values.extend_from_slice(&self.row);
    }
}

impl<N: Node> Population for Plain<'_, N> {
    fn push(&mut self, input: usize, values: &[f64]) {
        self.outside.push((input, values.to_vec()));
    }
}
