//! The velocities of a run of the fast engine.

use brainmass_core::node::{Source, source, variable_index};
use brainmass_core::{CpuLevel, Node, Result};

use super::link::{LinkAhead, Present};
use super::noise::{InputNoiseAhead, ProcessesAhead, StateNoiseAhead};
use super::region::RegionAhead;
use super::{Chunks, Tangent};
use crate::engine::blocked::{Layout, Row};
use crate::engine::pathways::Pathways;
use crate::engine::{LANES, Settings, StepRows, TracedSteps, start};
use crate::network::{Adjustable, Direction, Network};
use crate::noise::Processes;

/// Velocities of states, inputs and kicks along some directions.
pub(super) struct TangentRun {
    level: CpuLevel,
    layout: Layout,
    rows: StepRows,
    step: usize,
    regions: RegionAhead,
    links: Vec<LinkAhead>,
    /// Of each direction the velocities of constant drives: rows of the inputs, one after the other.
    drives: Vec<Row<f64>>,
    input_noise: Vec<(usize, InputNoiseAhead)>,
    state_noise: Vec<StateNoiseAhead>,
    state_processes: ProcessesAhead,
    /// Of each direction rows of states, inputs and kicks, one after the other.
    before: Vec<Row<f64>>,
    after: Row<f64>,
    /// Where couplings are taken at both ends of a step: those of the states at its beginning, of each direction.
    starts: Vec<Row<f64>>,
    present: Row<f64>,
    /// Velocities of the coupled quantity along each direction.
    velocities: Vec<Row<f64>>,
}

impl TangentRun {
    pub(super) fn new<N: Node>(
        network: &Network<N>,
        settings: &Settings,
        rows: StepRows,
        directions: &[Direction],
        first: &Chunks,
    ) -> Result<Self> {
        let layout = Layout { n_regions: network.n_regions(), n_networks: 1 };
        let n_before = rows.n_states + rows.n_inputs + rows.noisy.len();
        let place = |place: Adjustable, direction: &Direction| {
            layout.row::<f64>(|region, _| direction.velocity(&place, region))
        };
        let before = |direction: &Direction| {
            let initial = N::STATE.iter().flat_map(|state| place(Adjustable::initial(state.name), direction));
            let mut row: Row<f64> = initial.collect();
            row.resize(n_before * rows.n_chunks, [0.0; LANES]);
            row
        };
        let drives = |direction: &Direction| {
            let drives = N::INPUT.iter().flat_map(|input| place(Adjustable::drive(input.name), direction));
            drives.collect::<Row<f64>>()
        };
        let input_noise = network.input_noise().iter().enumerate().map(|(k, noise)| {
            let first = noise.1.start(start::input_start_stream(settings.seed, k), network.numbers());
            let on = (layout, settings.dt);
            Ok(InputNoiseAhead::new(k, noise, on, &first, directions)?.map(|noise| (k, noise)))
        });
        let n_simple = network.input_noise().len();
        let processes = network.input_processes().iter().enumerate().map(|(k, noise)| {
            let ahead = InputNoiseAhead::of_process(k, noise, layout, directions)?;
            Ok(ahead.map(|noise| (n_simple + k, noise)))
        });
        let input_noise = input_noise.chain(processes).collect::<Result<Vec<_>>>()?;
        let state_noise = network.state_noise().iter().enumerate().filter_map(|(k, (state, _))| {
            let kick = rows.noisy.iter().position(|noisy| noisy == state)?;
            StateNoiseAhead::new(k, kick, settings.seed, (layout, network.numbers()), directions)
        });
        let mut run = Self {
            level: settings.level,
            layout,
            step: 0,
            regions: RegionAhead::new(network, settings, layout, &rows.noisy, directions),
            links: Vec::new(),
            drives: directions.iter().map(drives).collect(),
            input_noise: input_noise.into_iter().flatten().collect(),
            state_noise: state_noise.collect(),
            state_processes: ProcessesAhead::new(
                Processes::new(network, settings.integrator, settings.dt, settings.seed),
                &rows.noisy,
                layout,
                directions,
            ),
            before: directions.iter().map(before).collect(),
            after: vec![[0.0; LANES]; rows.n_states * rows.n_chunks],
            starts: vec![vec![[0.0; LANES]; rows.n_states * rows.n_chunks]; directions.len()],
            present: layout.zeros(),
            velocities: vec![layout.zeros(); directions.len()],
            rows,
        };
        for (number, connection) in network.connections().iter().enumerate() {
            let (source, _) = source::<N>(connection.source())?;
            let input = variable_index("input", connection.input(), N::INPUT)?;
            let pathways = if directions.iter().any(|direction| direction.moves_speed(number)) {
                Pathways::at_any_speed(connection, network.connectome(), settings.dt)?
            } else {
                Pathways::new(connection, network.connectome(), settings.dt)?
            };
            run.look(source, first);
            let present = Present { level: run.level, values: &run.present, velocities: &run.velocities };
            let ends = (source, input);
            let on = (layout, run.rows.both_ends);
            let link = LinkAhead::new(number, connection, ends, &pathways, on, directions, &present);
            run.links.push(link?);
        }
        Ok(run)
    }

    /// Puts values and velocities of a state variable or output in their rows.
    fn look(&mut self, source: Source, states: &Chunks) {
        self.regions.values(self.level, source, states, &mut self.present);
        for (direction, row) in self.velocities.iter_mut().enumerate() {
            let states = &self.before[direction][..states.len()];
            self.regions.velocities(self.level, source, direction, states, row);
        }
    }

    /// Velocities of the inputs and kicks in a step that was left behind, at its beginning or its end.
    fn gather(&mut self, steps: &TracedSteps, at_end: bool) {
        let (n, level) = (self.rows.n_chunks, self.level);
        let first = if at_end { self.rows.end() } else { 0 };
        let states = steps.of_step(0, first, self.rows.n_states);
        let first_input = self.rows.n_states;
        let n_kicks = first_input + self.rows.n_inputs;
        for (before, drives) in self.before.iter_mut().zip(&self.drives) {
            before[first_input * n..n_kicks * n].copy_from_slice(drives);
            before[n_kicks * n..].fill([0.0; LANES]);
        }
        let mut links = std::mem::take(&mut self.links);
        for (k, link) in links.iter_mut().enumerate() {
            self.look(link.source, states);
            let sums = steps.of_step(0, first + self.rows.sums(k), self.rows.n_sent[k]);
            link.arrive(level, (&self.present[..], &self.velocities[..]), sums, at_end);
            let begin = (first_input + link.input) * n;
            for (direction, before) in self.before.iter_mut().enumerate() {
                link.add(level, direction, &self.velocities[direction], &mut before[begin..begin + n]);
            }
        }
        self.links = links;
        for (direction, before) in self.before.iter_mut().enumerate() {
            for (k, noise) in &self.input_noise {
                let begin = (first_input + noise.input) * n;
                let values = steps.of_step(0, self.rows.input_noise(*k), 1);
                noise.add(direction, values, &mut before[begin..begin + n]);
            }
            for noise in &mut self.state_noise {
                let begin = (n_kicks + noise.kick) * n;
                noise.add(level, self.step, direction, &mut before[begin..begin + n]);
            }
            self.state_processes.add(direction, &mut before[n_kicks * n..]);
        }
    }

    /// Pushes velocities through a step, or of one that takes couplings at both its ends through the step of Euler's from one.
    fn push(&mut self, steps: &TracedSteps, at_end: bool) {
        self.gather(steps, at_end);
        let first = if at_end { self.rows.end() } else { 0 };
        let n_before = self.rows.n_states + self.rows.n_inputs + self.rows.noisy.len();
        self.regions.evaluate(self.level, steps.of_step(0, first, n_before));
        for (direction, before) in self.before.iter_mut().enumerate() {
            self.regions.push(self.level, direction, before, &mut self.after);
            before[..self.after.len()].copy_from_slice(&self.after);
        }
    }
}

impl Tangent for TangentRun {
    fn follow(&mut self, steps: &TracedSteps) {
        let both_ends = self.rows.both_ends;
        for (k, noise) in &mut self.input_noise {
            noise.advance(steps.of_step(0, self.rows.input_noise(*k), 1));
        }
        self.state_processes.advance(self.step, steps.of_step(0, 0, self.rows.n_states), &self.before);
        if both_ends {
            for (start, before) in self.starts.iter_mut().zip(&self.before) {
                let n = start.len();
                start.copy_from_slice(&before[..n]);
            }
        }
        self.push(steps, false);
        if both_ends {
            // x(t + dt) = (x(t) + E(E(x(t))))/2, where E is a step of Euler's.
            self.push(steps, true);
            for (start, before) in self.starts.iter().zip(&mut self.before) {
                let ends = before.as_flattened_mut().iter_mut();
                ends.zip(start.as_flattened()).for_each(|(end, start)| *end = 0.5 * (start + *end));
            }
        }
        self.step += 1;
    }

    fn read(&mut self, direction: usize, source: Source, states: &Chunks) -> Vec<f64> {
        self.regions.values(self.level, source, states, &mut self.present);
        let own = &self.before[direction][..states.len()];
        self.regions.velocities(self.level, source, direction, own, &mut self.velocities[direction]);
        self.velocities[direction].as_flattened()[..self.layout.n_regions].to_vec()
    }
}
