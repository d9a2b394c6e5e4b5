//! The way back, from the last step to the first.

use brainmass_core::node::{source, variable_index};
use brainmass_core::{CpuLevel, Node, Result};
use nalgebra::DMatrix;

use super::Chunks;
use super::link::{Link, WantedOfLink};
use super::noise::{InputNoiseBack, ProcessesBack, StateNoiseBack};
use super::records::Record;
use super::region::RegionBack;
use super::rows::{StepRows, TracedSteps};
use crate::engine::blocked::{Layout, Row};
use crate::engine::pathways::Pathways;
use crate::engine::{LANES, Settings, start};
use crate::network::Network;
use crate::noise::Processes;

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
    /// By σ, mean and τ of each coloured noise; by τ the share of each region.
    pub(crate) input_noise: Vec<[Vec<f64>; 3]>,
    /// By σ of each white noise.
    pub(crate) state_noise: Vec<Vec<f64>>,
    /// By σ of each noise that is made row by row: on inputs, on states.
    pub(crate) processes: [Vec<Vec<f64>>; 2],
    /// By each parameter of each connection.
    pub(crate) links: Vec<Vec<Vec<f64>>>,
    /// By each weight of each connection whose weights are asked for.
    pub(crate) weights: Vec<Option<DMatrix<f64>>>,
    /// By the conduction speed of each connection where that is asked for: the share of what arrives in each region.
    pub(crate) speeds: Vec<Option<Vec<f64>>>,
}

/// A run on its way back.
pub(crate) struct Adjoint {
    level: CpuLevel,
    layout: Layout,
    rows: StepRows,
    regions: RegionBack,
    links: Vec<Link>,
    wanted: Vec<WantedOfLink>,
    input_noise: Vec<InputNoiseBack>,
    state_noise: Vec<StateNoiseBack>,
    state_processes: ProcessesBack,
    records: Vec<Record>,
    /// Of each record the sample whose cotangents are held, and these.
    recorded: Vec<(Option<usize>, Row<f64>)>,
    /// Cotangents of the states after the step that comes next.
    after: Row<f64>,
    /// Where couplings are taken at both ends of a step: what half of these is.
    half: Row<f64>,
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
            let pathways = if wanted.speed {
                Pathways::at_any_speed(connection, network.connectome(), settings.dt)?
            } else {
                Pathways::new(connection, network.connectome(), settings.dt)?
            };
            Link::new(connection, (source, input), pathways, layout, rows.both_ends, wanted)
        });
        let links = links.collect::<Result<Vec<_>>>()?;
        let wants_noise = wanted.state_noise || !network.state_processes().is_empty();
        let regions =
            RegionBack::new(network, settings, layout, &wanted.parameters, &rows.noisy, wants_noise);
        let n_before = rows.n_states + rows.n_inputs + rows.noisy.len();
        let state_noise = network.state_noise().iter().enumerate().filter(|_| wanted.state_noise);
        let simple = network.input_noise().iter().map(|(input, noise)| {
            let decay = noise.update(settings.dt).0;
            InputNoiseBack::new(*input, (noise.sigma(), noise.mean()), decay, layout)
        });
        let processes = network.input_processes().iter();
        let processes = processes
            .map(|(input, noise)| InputNoiseBack::new(*input, (noise.sigma(), &noise.mean()), 0.0, layout));
        let mut adjoint = Self {
            level: settings.level,
            layout,
            regions,
            links,
            wanted: wanted.links.clone(),
            input_noise: simple.chain(processes).collect(),
            state_processes: ProcessesBack::new(
                Processes::new(network, settings.integrator, settings.dt, settings.seed),
                &rows,
                layout,
            ),
            state_noise: state_noise
                .map(|(k, (state, _))| {
                    StateNoiseBack::new(*state, k, settings.seed, &rows, layout, network.numbers())
                })
                .collect(),
            recorded: vec![(None, layout.zeros()); records.len()],
            records,
            after: vec![[0.0; LANES]; rows.n_states * rows.n_chunks],
            half: vec![[0.0; LANES]; rows.n_states * rows.n_chunks],
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
        let states = steps.of_step(index, 0, self.rows.n_states);
        if self.rows.both_ends {
            // x(t + dt) = (x(t) + E(E(x(t))))/2, where E is a step of Euler's.
            self.after.as_flattened_mut().iter_mut().for_each(|cotangent| *cotangent *= 0.5);
            self.half.copy_from_slice(&self.after);
            self.part_back(steps, index, step, true);
            self.part_back(steps, index, step, false);
            super::add(&mut self.after, &self.half);
        } else {
            self.part_back(steps, index, step, false);
        }
        for (k, noise) in self.input_noise.iter_mut().enumerate() {
            noise.advance_back(steps.of_step(index, self.rows.input_noise(k), 1));
        }
        self.state_processes.advance_back(step, states, &mut self.after);
        self.take_records(step, states);
    }

    /// Takes back a step, or of one that takes couplings at both its ends the step of Euler's from one of them.
    fn part_back(&mut self, steps: &TracedSteps, index: usize, step: usize, at_end: bool) {
        let (level, n) = (self.level, self.rows.n_chunks);
        let first = if at_end { self.rows.end() } else { 0 };
        let all = steps.of_step(index, first, self.before.len() / n);
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
        self.state_processes.step_back(kicks);
        for (k, link) in self.links.iter_mut().enumerate() {
            let sums = steps.of_step(index, first + self.rows.sums(k), self.rows.n_sent[k]);
            self.row.fill([0.0; LANES]);
            let present = self.regions.present(level, link.source, states);
            let input = &inputs[row(link.input)];
            if at_end {
                link.end_back(level, present, sums, input, &mut self.row);
            } else {
                link.step_back(level, present, sums, input, &mut self.row);
            }
            self.regions.take_back(level, link.source, states, &self.row, towards);
        }
        self.after.copy_from_slice(towards);
    }

    /// What is found once all steps are taken back; `first` are the states at t = 0.
    pub(crate) fn finish<N: Node>(
        mut self,
        network: &Network<N>,
        settings: &Settings,
        first: &Chunks,
    ) -> Gradient {
        let level = self.level;
        for link in &mut self.links {
            let present = self.regions.present(level, link.source, first);
            self.row.fill([0.0; LANES]);
            link.before_start(level, self.layout, present, &mut self.row);
            self.regions.take_back(level, link.source, first, &self.row, &mut self.after);
        }
        let n = self.layout.n_regions;
        let numbers = |row: &Chunks| row.as_flattened()[..n].to_vec();
        let all = |rows: &Chunks| rows.chunks_exact(self.rows.n_chunks).map(numbers).collect::<Vec<_>>();
        let (mut links, mut weights, mut speeds) = (Vec::new(), Vec::new(), Vec::new());
        for (mut link, wanted) in self.links.into_iter().zip(self.wanted) {
            let (parameters, in_strength) = link.parameters(level);
            links.push(parameters.iter().map(|row| numbers(row)).collect());
            let by_sum = in_strength.as_flattened();
            let (pathways, found) = link.pairs(level);
            weights.push(wanted.weights.then(|| {
                let mut matrix = DMatrix::zeros(n, n);
                for ((target, pathway), found) in pathways.pairs().zip(&found) {
                    matrix[(target, pathway.source)] += pathway.by_weight * (found + by_sum[target]);
                }
                matrix
            }));
            speeds.push(wanted.speed.then(|| {
                let mut shares = vec![0.0; n];
                for ((target, pathway), found) in pathways.pairs().zip(&found) {
                    shares[target] += pathway.by_speed * found;
                }
                shares
            }));
        }
        let noises = network.input_noise().iter().enumerate();
        let processes = self.input_noise.split_off(noises.len());
        let input_processes = processes.iter().map(|back| back.by_sigma(n)).collect();
        let input_noise = self.input_noise.into_iter().zip(noises).map(|(back, (k, (_, noise)))| {
            let first = noise.start(start::input_start_stream(settings.seed, k), network.numbers());
            back.finish(noise, settings.dt, &first)
        });
        Gradient {
            parameters: self.regions.parameters(level).iter().map(|row| numbers(row)).collect(),
            initial: all(&self.after),
            inputs: all(&self.inputs),
            input_noise: input_noise.collect(),
            state_noise: self.state_noise.iter().map(|noise| numbers(&noise.sum)).collect(),
            processes: [input_processes, self.state_processes.finish()],
            links,
            weights,
            speeds,
        }
    }
}
