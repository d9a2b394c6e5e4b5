//! The way back, from the last step to the first.

use brainmass_core::node::{source, variable_index};
use brainmass_core::{CpuLevel, Node, Result};
use nalgebra::DMatrix;

use super::Chunks;
use super::link::{Link, WantedOfLink};
use super::noise::{InputNoiseBack, StateNoiseBack};
use super::records::Record;
use super::region::RegionBack;
use super::rows::{StepRows, TracedSteps};
use crate::engine::blocked::{Layout, Row};
use crate::engine::pathways::Pathways;
use crate::engine::{LANES, Settings};
use crate::network::Network;

/// By what derivatives are asked for.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Wanted {
    /// Which parameters of the node.
    pub(crate) parameters: Vec<bool>,
    /// What of each connection.
    pub(crate) links: Vec<WantedOfLink>,
    /// Whether by the strength of white noises.
    pub(crate) state_noise: bool,
}

/// Derivatives of a cost, one per region unless said otherwise.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Gradient {
    /// By each parameter of the node.
    pub(crate) parameters: Vec<Vec<f64>>,
    /// By each state variable at t = 0.
    pub(crate) initial: Vec<Vec<f64>>,
    /// By what is added to each input all the time.
    pub(crate) inputs: Vec<Vec<f64>>,
    /// By σ and mean of each coloured noise.
    pub(crate) input_noise: Vec<[Vec<f64>; 2]>,
    /// By σ of each white noise.
    pub(crate) state_noise: Vec<Vec<f64>>,
    /// By each parameter of each connection.
    pub(crate) links: Vec<Vec<Vec<f64>>>,
    /// By each weight of each connection whose weights are asked for.
    pub(crate) weights: Vec<Option<DMatrix<f64>>>,
}

/// A run on its way back.
pub(crate) struct Adjoint {
    level: CpuLevel,
    layout: Layout,
    rows: StepRows,
    regions: RegionBack,
    links: Vec<Link>,
    wants_weights: Vec<bool>,
    input_noise: Vec<InputNoiseBack>,
    state_noise: Vec<StateNoiseBack>,
    records: Vec<Record>,
    /// Of each record the sample whose cotangents are held, and these.
    recorded: Vec<(Option<usize>, Row<f64>)>,
    /// Cotangents of the states after the step that comes next.
    after: Row<f64>,
    /// Cotangents of states, inputs and kicks before it.
    before: Row<f64>,
    /// The sum of the inputs' cotangents over all steps.
    inputs: Row<f64>,
    row: Row<f64>,
}

impl Adjoint {
    /// A run of a network about to be taken back, beginning with its last states.
    pub(crate) fn new<N: Node>(
        network: &Network<N>,
        settings: &Settings,
        rows: StepRows,
        wanted: &Wanted,
        records: Vec<Record>,
        last: &Chunks,
        n_steps: usize,
    ) -> Result<Self> {
        let layout = Layout { n_regions: network.n_regions(), n_networks: 1 };
        let connections = network.connections().iter().zip(&wanted.links);
        let links = connections.map(|(connection, wanted)| {
            let (source, _) = source::<N>(connection.source())?;
            let input = variable_index("input", connection.input(), N::INPUT)?;
            let pathways = Pathways::new(connection, network.connectome(), settings.dt)?;
            Link::new(connection, source, input, pathways, layout, wanted)
        });
        let links = links.collect::<Result<Vec<_>>>()?;
        let regions =
            RegionBack::new(network, settings, layout, &wanted.parameters, &rows.noisy, wanted.state_noise);
        let n_before = rows.n_states + rows.n_inputs + rows.noisy.len();
        let state_noise = network.state_noise().iter().enumerate().filter(|_| wanted.state_noise);
        let mut adjoint = Self {
            level: settings.level,
            layout,
            regions,
            links,
            wants_weights: wanted.links.iter().map(|link| link.weights).collect(),
            input_noise: network
                .input_noise()
                .iter()
                .map(|(input, noise)| InputNoiseBack::new(*input, noise, layout))
                .collect(),
            state_noise: state_noise
                .map(|(k, (state, _))| {
                    StateNoiseBack::new(*state, k, settings.seed, &rows, layout, network.numbers())
                })
                .collect(),
            recorded: vec![(None, layout.zeros()); records.len()],
            records,
            after: vec![[0.0; LANES]; rows.n_states * rows.n_chunks],
            before: vec![[0.0; LANES]; n_before * rows.n_chunks],
            inputs: vec![[0.0; LANES]; rows.n_inputs * rows.n_chunks],
            row: layout.zeros(),
            rows,
        };
        adjoint.take_records(n_steps, last);
        Ok(adjoint)
    }

    /// Adds what the records say of the states after so many steps.
    fn take_records(&mut self, n_steps: usize, states: &Chunks) {
        for (record, (held, row)) in self.records.iter().zip(&mut self.recorded) {
            let Some((sample, share)) = record.sample_of(n_steps) else { continue };
            // The steps of a mean share one row.
            if *held != Some(sample) {
                *held = Some(sample);
                let column = record.cotangent.column(sample);
                for (place, cotangent) in row.as_flattened_mut().iter_mut().zip(column.iter()) {
                    *place = share * cotangent;
                }
            }
            self.regions.take_back(self.level, record.source, states, row, &mut self.after);
        }
    }

    /// Takes some steps back, the last first; `first` is the number of the first of them.
    pub(crate) fn steps_back(&mut self, steps: &TracedSteps, first: usize) {
        for step in (0..steps.len()).rev() {
            self.step_back(steps, step, first + step);
        }
    }

    fn step_back(&mut self, steps: &TracedSteps, index: usize, step: usize) {
        let (level, n) = (self.level, self.rows.n_chunks);
        let all = steps.of_step(index, 0, self.before.len() / n);
        let states = &all[..self.after.len()];
        self.before.fill([0.0; LANES]);
        self.regions.step_back(level, all, &self.after, &mut self.before);
        let (towards, rest) = self.before.split_at_mut(self.after.len());
        let (inputs, kicks) = rest.split_at_mut(self.inputs.len());
        super::add(&mut self.inputs, inputs);
        let row = |k: usize| k * n..(k + 1) * n;
        for (k, noise) in self.input_noise.iter_mut().enumerate() {
            let values = steps.of_step(index, self.rows.input_noise(k), 1);
            noise.step_back(&inputs[row(noise.input)], values);
        }
        for noise in &mut self.state_noise {
            noise.step_back(level, step, &kicks[row(noise.kick)]);
        }
        for (k, link) in self.links.iter_mut().enumerate() {
            let sums = steps.of_step(index, self.rows.sums(k), self.rows.n_sent[k]);
            self.row.fill([0.0; LANES]);
            let present = self.regions.present(level, link.source, states);
            link.step_back(level, present, sums, &inputs[row(link.input)], &mut self.row);
            self.regions.take_back(level, link.source, states, &self.row, towards);
        }
        self.after.copy_from_slice(towards);
        self.take_records(step, states);
    }

    /// What is found once all steps are taken back; `start` are the states at t = 0.
    pub(crate) fn finish(mut self, start: &Chunks) -> Gradient {
        let level = self.level;
        for link in &mut self.links {
            let present = self.regions.present(level, link.source, start);
            self.row.fill([0.0; LANES]);
            link.before_start(level, self.layout, present, &mut self.row);
            self.regions.take_back(level, link.source, start, &self.row, &mut self.after);
        }
        let n = self.layout.n_regions;
        let numbers = |row: &Chunks| row.as_flattened()[..n].to_vec();
        let all = |rows: &Chunks| rows.chunks_exact(self.rows.n_chunks).map(numbers).collect::<Vec<_>>();
        let (mut links, mut weights) = (Vec::new(), Vec::new());
        for (mut link, wants_weights) in self.links.into_iter().zip(self.wants_weights) {
            let (parameters, in_strength) = link.parameters(level);
            links.push(parameters.iter().map(|row| numbers(row)).collect());
            weights.push(wants_weights.then(|| {
                let mut matrix = DMatrix::zeros(n, n);
                for (target, source, found) in link.weights(level, &in_strength) {
                    matrix[(target, source)] = found;
                }
                matrix
            }));
        }
        Gradient {
            parameters: self.regions.parameters(level).iter().map(|row| numbers(row)).collect(),
            initial: all(&self.after),
            inputs: all(&self.inputs),
            input_noise: self.input_noise.into_iter().map(|noise| noise.finish(n)).collect(),
            state_noise: self.state_noise.iter().map(|noise| numbers(&noise.sum)).collect(),
            links,
            weights,
        }
    }
}
