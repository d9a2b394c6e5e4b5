//! The fast engine: regions in SIMD lanes, delayed couplings block by block in time.
//!
//! Several networks that differ in numbers only may run side by side, as a panel: then the lanes hold the
//! networks of one region, and the product of weights and activity is as fast as the CPU multiplies.
//!
//! Results do not depend on the CPU, on how a run is cut, or on whether a network runs alone or in a panel:
//! every sum has one order, stated where it is computed.

mod abreast;
mod ahead;
mod both_ends;
mod build;
mod class;
mod connection;
mod delayed;
mod instant;
mod layout;
mod node;
mod noise;
mod panel;
mod sums;

pub(super) use connection::LaneConnection;
pub(super) use delayed::Delayed;
pub(super) use instant::Instant;
pub(crate) use layout::{LANES, Layout, Row, Scalar};
pub(super) use noise::Normals;
pub use panel::PANEL;
pub(crate) use panel::fits_beside;
pub(super) use sums::Sums;

use brainmass_core::node::Source;
use brainmass_core::{Archive, CpuLevel, Error, Node, Result};

use super::{Engine, Population, Settings, StepRows, diverged, start};
use crate::Integrator;
use crate::drive::Moment;
use crate::integrator::{Parameters, StepSizes};
use crate::network::Network;
use crate::noise::Processes;
use both_ends::BothEnds;
use build::{input_noise, parameters, state_noise};
use node::{Advance, ReadOutputs};
use noise::{Coloured, White};

/// One network in motion, or a panel of them.
pub(crate) struct Blocked<'n, N: Node, T: Scalar> {
    networks: Vec<&'n Network<N>>,
    settings: Settings,
    level: CpuLevel,
    layout: Layout,
    step: usize,
    sizes: StepSizes<T>,
    parameters: Parameters<T>,
    states: Vec<Row<T>>,
    connections: Vec<LaneConnection<T>>,
    /// The sum of constant drives on each input.
    constant: Vec<Row<T>>,
    input_noise: Vec<Coloured<T>>,
    state_noise: Vec<White<T>>,
    /// Noise that is made row by row, of each network, and what that on inputs was in the last step.
    processes: Vec<Processes>,
    process_values: Vec<Row<T>>,
    inputs: Vec<Row<T>>,
    /// What comes from other populations in this step: input and values.
    outside: Vec<(usize, Vec<f64>)>,
    /// σ ξ of each state; empty where there is no noise.
    kicks: Vec<Row<T>>,
    /// All outputs, and whether they are those of the states as they are.
    outputs: Vec<Row<T>>,
    outputs_are_fresh: bool,
    /// Where couplings are taken at both ends of a step.
    both_ends: Option<BothEnds<T>>,
    /// Networks whose divergence was told.
    diverged: Vec<bool>,
}

impl<'n, N: Node, T: Scalar> Blocked<'n, N, T> {
    /// A network alone, or a panel of networks of one structure, each with its seed.
    pub(crate) fn new(networks: &[&'n Network<N>], settings: &Settings, seeds: &[u64]) -> Result<Self> {
        let layout = Layout { n_regions: networks[0].n_regions(), n_networks: networks.len() };
        let starts = networks.iter().zip(seeds).map(|(network, seed)| start::states(network, *seed));
        let starts = starts.collect::<Result<Vec<_>>>()?;
        let n_connections = networks[0].connections().len();
        let both_ends = settings.integrator.takes_both_ends(networks[0]);
        let connection =
            |index| LaneConnection::new(networks, index, &starts, settings.dt, both_ends, layout);
        let connections = (0..n_connections).map(connection).collect::<Result<Vec<_>>>()?;
        let state = |k: usize| layout.row(|region, network| starts[network][region].as_ref()[k]);
        let constant = |input| layout.row(|region, network| networks[network].constant_drive(input, region));
        let white =
            networks.iter().flat_map(|network| network.state_noise().iter().chain(network.state_processes()));
        let noisy_states: Vec<usize> = white.map(|(state, _)| *state).collect();
        let noisy = |k: usize| noisy_states.contains(&k);
        let processes = networks.iter().zip(seeds);
        let processes =
            processes.map(|(network, seed)| Processes::new(network, settings.integrator, settings.dt, *seed));
        let kicks = |k: usize| if noisy(k) { layout.zeros() } else { Row::new() };
        let rows = |n: usize| vec![layout.zeros(); n];
        let both_ends = both_ends.then(|| BothEnds::new(N::INPUT.len(), N::STATE.len(), layout));
        Ok(Self {
            networks: networks.to_vec(),
            settings: *settings,
            level: settings.level,
            layout,
            step: 0,
            sizes: StepSizes::new(settings.dt.value_unsafe, T::NEGLIGIBLE),
            parameters: parameters(networks, layout),
            states: (0..N::STATE.len()).map(state).collect(),
            connections,
            constant: (0..N::INPUT.len()).map(constant).collect(),
            input_noise: input_noise(networks, settings.dt, seeds, layout),
            state_noise: state_noise(networks, seeds, layout),
            processes: processes.collect(),
            process_values: rows(networks[0].input_processes().len()),
            inputs: rows(N::INPUT.len()),
            outside: Vec::new(),
            kicks: (0..N::STATE.len()).map(kicks).collect(),
            outputs: rows(N::OUTPUT.len()),
            outputs_are_fresh: false,
            both_ends,
            diverged: vec![false; networks.len()],
        })
    }

    fn gather_inputs(&mut self) {
        self.inputs.clone_from_slice(&self.constant);
        self.add_couplings(false);
        self.add_from_outside(Moment::new(self.step, self.settings.dt));
    }

    /// What connections bring at the beginning of the step, or at its end.
    fn add_couplings(&mut self, at_end: bool) {
        for index in 0..self.connections.len() {
            let source = self.connections[index].source;
            self.refresh(source);
            let present = match source {
                Source::State(k) => &self.states[k],
                Source::Output(k) => &self.outputs[k],
            };
            let connection = &mut self.connections[index];
            let input = &mut self.inputs[connection.input];
            if at_end {
                connection.arrive_at_end(self.level, present, input);
            } else {
                connection.arrive(self.level, self.step, present, input);
            }
        }
    }

    /// Other populations, drives that move, and noise.
    fn add_from_outside(&mut self, moment: Moment) {
        for (input, arriving) in self.outside.drain(..) {
            for (value, arriving) in self.inputs[input].as_flattened_mut().iter_mut().zip(arriving) {
                *value += T::from_f64(arriving);
            }
        }
        for (number, network) in self.networks.iter().enumerate() {
            for (input, drive) in network.drives().iter().filter(|(_, drive)| !drive.is_constant()) {
                let row = self.inputs[*input].as_flattened_mut()[number..self.layout.len()].iter_mut();
                for (region, value) in row.step_by(self.layout.n_networks).enumerate() {
                    *value += T::from_f64(drive.at(moment, region));
                }
            }
        }
        for noise in &mut self.input_noise {
            noise.advance(self.level, self.step, &mut self.inputs[noise.input]);
        }
        let (layout, inputs, values) = (self.layout, &mut self.inputs, &mut self.process_values);
        for (network, processes) in self.processes.iter_mut().enumerate() {
            processes.act(self.step as u64, |(noise, input), region, value| {
                let position = layout.position(region, network);
                inputs[input].as_flattened_mut()[position] += T::from_f64(value);
                values[noise].as_flattened_mut()[position] = T::from_f64(value);
            });
        }
    }

    fn draw_kicks(&mut self) {
        for row in &mut self.kicks {
            row.fill([T::zero(); LANES]);
        }
        for noise in &mut self.state_noise {
            noise.kick(self.level, self.step, &mut self.kicks[noise.state]);
        }
        let (layout, states, kicks) = (self.layout, &self.states, &mut self.kicks);
        for (network, processes) in self.processes.iter_mut().enumerate() {
            let position = |region| layout.position(region, network);
            processes.kick(
                self.step as u64,
                |_, _, sigma| sigma,
                |state, region| states[state].as_flattened()[position(region)].into(),
                |state, region, value| {
                    kicks[state].as_flattened_mut()[position(region)] += T::from_f64(value);
                },
            );
        }
    }

    /// Advances the nodes by a step.
    fn advance_nodes(&mut self, integrator: Integrator) -> [[T; LANES]; 2] {
        self.outputs_are_fresh = false;
        self.level.run(Advance {
            node: self.networks[0].node(),
            integrator,
            sizes: &self.sizes,
            parameters: &self.parameters,
            states: &mut self.states,
            inputs: &self.inputs,
            kicks: &self.kicks,
        })
    }

    /// Makes outputs those of the states as they are, if one is wanted: once, however many connections and monitors ask.
    fn refresh(&mut self, source: Source) {
        if matches!(source, Source::State(_)) || self.outputs_are_fresh {
            return;
        }
        self.level.run(ReadOutputs::<N, T> {
            node: self.networks[0].node(),
            parameters: &self.parameters,
            states: &self.states,
            outputs: &mut self.outputs,
        });
        self.outputs_are_fresh = true;
    }

    /// Whether the lanes of all networks that have not diverged before are zero.
    fn is_finite(&self, [before, last]: [[T; LANES]; 2]) -> bool {
        let n_last = self.layout.len() - (self.layout.n_chunks() - 1) * LANES;
        // Counted, not searched: the compiler makes vectors of it, and this is asked at every step.
        let broken = |lanes: &[T]| lanes.iter().filter(|lane| **lane != T::zero()).count();
        if broken(&before) + broken(&last[..n_last]) == 0 {
            return true;
        }
        let lanes = before.iter().chain(&last[..n_last]).zip((0..LANES).chain(0..LANES));
        lanes
            .into_iter()
            .all(|(value, lane)| *value == T::zero() || self.diverged[lane % self.layout.n_networks])
    }
}

impl<N: Node, T: Scalar> Engine for Blocked<'_, N, T> {
    fn step(&self) -> usize {
        self.step
    }

    fn advance(&mut self) -> bool {
        let finite = if let Some(mut ends) = self.both_ends.take() {
            let finite = self.advance_between(&mut ends);
            self.both_ends = Some(ends);
            finite
        } else {
            self.gather_inputs();
            self.draw_kicks();
            self.advance_nodes(self.settings.integrator)
        };
        self.step += 1;
        self.is_finite(finite)
    }

    fn divergence(&mut self, network: usize) -> Option<Error> {
        if self.diverged[network] {
            return None;
        }
        let position = |region| self.layout.position(region, network);
        let state = |region: usize, k: usize| self.states[k].as_flattened()[position(region)].into();
        let error = diverged(self.networks[network], self.settings.dt, self.step, state);
        self.diverged[network] = error.is_some();
        error
    }

    fn archive(&mut self, archive: &mut Archive) -> Result<()> {
        self.outputs_are_fresh = false;
        archive.count(&mut self.step)?;
        self.states.iter_mut().try_for_each(|row| self.layout.archive(row, archive))?;
        self.connections.iter_mut().try_for_each(|connection| connection.archive(self.step, archive))?;
        self.input_noise.iter_mut().try_for_each(|noise| noise.archive(archive))?;
        self.processes.iter_mut().try_for_each(|processes| processes.archive(archive))
    }

    fn step_rows(&self) -> Option<StepRows> {
        T::as_double(self.states.first()?)?;
        let is_noisy = |k: &usize| !self.kicks[*k].is_empty();
        Some(StepRows {
            n_states: N::STATE.len(),
            n_inputs: N::INPUT.len(),
            noisy: (0..N::STATE.len()).filter(is_noisy).collect(),
            n_sent: self.connections.iter().map(|connection| connection.sums().len()).collect(),
            n_input_noises: self.input_noise.len() + self.process_values.len(),
            n_chunks: self.layout.n_chunks(),
            both_ends: self.both_ends.is_some(),
        })
    }

    fn leave_states(&self, chunks: &mut Vec<[f64; LANES]>) {
        self.states.iter().filter_map(|row| T::as_double(row)).for_each(|row| chunks.extend_from_slice(row));
    }

    fn leave_step(&self, chunks: &mut Vec<[f64; LANES]>) {
        let inputs = self.both_ends.as_ref().map_or(&self.inputs, |ends| &ends.inputs);
        let sums = self.connections.iter().flat_map(LaneConnection::sums_at_start);
        let noises = self.input_noise.iter().map(Coloured::values).chain(&self.process_values);
        let rows = inputs.iter().chain(&self.kicks).chain(sums).chain(noises);
        rows.filter_map(|row| T::as_double(row)).for_each(|row| chunks.extend_from_slice(row));
        if let Some(ends) = &self.both_ends {
            let sums = self.connections.iter().flat_map(LaneConnection::sums);
            let rows = ends.predicted.iter().chain(&self.inputs).chain(&self.kicks).chain(sums);
            rows.filter_map(|row| T::as_double(row)).for_each(|row| chunks.extend_from_slice(row));
        }
    }

    fn read(&mut self, network: usize, source: Source, values: &mut Vec<f64>) {
        self.refresh(source);
        let row = match source {
            Source::State(k) => &self.states[k],
            Source::Output(k) => &self.outputs[k],
        };
        self.layout.append(network, row, values);
    }
}

impl<N: Node, T: Scalar> Population for Blocked<'_, N, T> {
    fn push(&mut self, input: usize, values: &[f64]) {
        self.outside.push((input, values.to_vec()));
    }
}
