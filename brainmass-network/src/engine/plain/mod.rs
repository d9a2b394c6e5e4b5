//! The plain engine: one region after the other, one step after the other.
//!
//! It is written to be read and stays the oracle of faster ones.

mod delay_line;
mod number;

pub(super) use delay_line::DelayLine;
pub(crate) use number::Number;

use brainmass_core::node::{Source, source, variable_index};
use brainmass_core::{Archive, Array, Dual, Error, Node, Result};

use super::pathways::Pathways;
use super::{Engine, LANES, Layout, Population, Scalar, Settings, diverged, start};
use crate::Integrator;
use crate::drive::Moment;
use crate::integrator::{Parameters, Region, RegionParameters, Sameness, StepSizes};
use crate::network::{Adjustable, Direction, Network};
use crate::noise::{NormalRow, OrnsteinUhlenbeckState, Processes};

/// A network in motion; with dual numbers its derivatives along a direction move with it.
pub(crate) struct Plain<'n, N: Node, T: Number = f64> {
    network: &'n Network<N>,
    settings: Settings,
    sizes: StepSizes<T>,
    /// How many steps are done.
    step: usize,
    states: Vec<N::State<T>>,
    parameters: Parameters<T>,
    lines: Vec<Line<T>>,
    /// Constant drives that move.
    drives: Vec<(usize, Vec<T>)>,
    input_noise: Vec<(usize, OrnsteinUhlenbeckState<T>)>,
    state_noise: Vec<(usize, Vec<T>, NormalRow)>,
    processes: Processes,
    moved: MovedProcesses,
    /// The inputs of all regions, input by input.
    inputs: Vec<Vec<T>>,
    /// What comes from other populations in this step: input and values.
    outside: Vec<(usize, Vec<f64>)>,
    row: Vec<T>,
    normals: Vec<f64>,
}

struct Line<T> {
    source: Source,
    input: usize,
    delayed: DelayLine<T>,
}

impl<'n, N: Node, T: Number> Plain<'n, N, T> {
    /// A network whose numbers move along a direction, if they are duals.
    pub(crate) fn new(network: &'n Network<N>, settings: &Settings, direction: &Direction) -> Result<Self> {
        let (n, seed, dt) = (network.n_regions(), settings.seed, settings.dt);
        let starts = start::states::<N>(network, seed)?;
        let initial: Vec<Adjustable> = N::STATE.iter().map(|state| Adjustable::initial(state.name)).collect();
        let state = |(region, start): (usize, &N::State<f64>)| {
            let velocity = |k: usize| direction.velocity(&initial[k], region);
            N::State::from_fn(|k| T::moving(start.as_ref()[k], velocity(k)))
        };
        let layout = Layout { n_regions: n, n_networks: 1 };
        let places: Vec<Adjustable> =
            N::PARAMETERS.iter().map(|parameter| Adjustable::parameter(parameter.name)).collect();
        let parameter = |k: usize, chunk: usize| {
            std::array::from_fn(|lane| {
                let region = (chunk * LANES + lane).min(n - 1);
                T::moving(network.parameters()[k].at(region), direction.velocity(&places[k], region))
            })
        };
        let mut plain = Self {
            network,
            settings: *settings,
            sizes: StepSizes::new(dt.value_unsafe, f64::NEGLIGIBLE),
            step: 0,
            parameters: Parameters::new::<N>(layout.n_chunks(), Sameness::Nothing, parameter),
            states: starts.iter().enumerate().map(state).collect(),
            lines: Vec::new(),
            drives: moving_drives::<N, T>(n, direction),
            input_noise: input_noise(network, settings, direction),
            state_noise: state_noise(network, settings, direction),
            processes: Processes::new(network, settings.integrator, dt, seed),
            moved: MovedProcesses::new(network, direction),
            inputs: vec![vec![T::zero(); n]; N::INPUT.len()],
            outside: Vec::new(),
            row: vec![T::zero(); n],
            normals: vec![0.0; n],
        };
        for (index, connection) in network.connections().iter().enumerate() {
            let (source, _) = source::<N>(connection.source())?;
            let input = variable_index("input", connection.input(), N::INPUT)?;
            let pathways = if direction.moves_speed(index) {
                Pathways::at_any_speed(connection, network.connectome(), dt)?
            } else {
                Pathways::new(connection, network.connectome(), dt)?
            };
            plain.read_row(source);
            let delayed = DelayLine::new(connection.coupling(), pathways, &plain.row, index, direction);
            plain.lines.push(Line { source, input, delayed });
        }
        Ok(plain)
    }

    fn parameters_of(&self, region: usize) -> RegionParameters<N, T> {
        let chunk = self.parameters.of_chunk(region / LANES);
        RegionParameters::new(self.network.node(), |k| chunk[k][region % LANES])
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
        self.inputs.iter_mut().for_each(|input| input.fill(T::zero()));
        self.add_couplings(false);
        self.add_from_outside(Moment::new(self.step, self.settings.dt));
    }

    /// What connections bring at the beginning of the step, or at its end.
    fn add_couplings(&mut self, at_end: bool) {
        let mut lines = std::mem::take(&mut self.lines);
        for line in &mut lines {
            self.read_row(line.source);
            let input = &mut self.inputs[line.input];
            if at_end {
                line.delayed.arrive_at_end(&self.row, input);
            } else {
                line.delayed.arrive(&self.row, input);
            }
        }
        self.lines = lines;
    }

    /// Other populations, drives and noise.
    fn add_from_outside(&mut self, moment: Moment) {
        for (input, arriving) in self.outside.drain(..) {
            for (value, arriving) in self.inputs[input].iter_mut().zip(arriving) {
                *value += T::from_f64(arriving);
            }
        }
        for (input, drive) in self.network.drives() {
            for (region, value) in self.inputs[*input].iter_mut().enumerate() {
                *value += T::from_f64(drive.at(moment, region));
            }
        }
        for (input, drive) in &self.drives {
            for (value, drive) in self.inputs[*input].iter_mut().zip(drive) {
                *value += *drive;
            }
        }
        for (input, noise) in &mut self.input_noise {
            noise.advance(self.step as u64, &mut self.inputs[*input]);
        }
        let (inputs, moved) = (&mut self.inputs, &self.moved);
        self.processes.act(self.step as u64, |(noise, input), region, value| {
            let (mean, by_deviation) = moved.inputs[noise][region];
            inputs[input][region] += T::moving(value, by_deviation * (value - mean));
        });
    }

    fn advance_nodes(&mut self, integrator: Integrator, kicks: &[N::State<T>]) {
        for (index, noise) in kicks.iter().enumerate() {
            let (parameters, noise) = (self.parameters_of(index), *noise);
            let input = N::Input::from_fn(|k| self.inputs[k][index]);
            let region = Region { parameters, input, noise, steps: &self.sizes };
            self.states[index] = integrator.step(&region, &self.states[index]);
        }
    }

    /// Heun's scheme over the whole network: (x + E(E(x)))/2, where E is a step of Euler's with the couplings of its end.
    fn advance_between(&mut self) {
        self.inputs.iter_mut().for_each(|input| input.fill(T::zero()));
        self.add_from_outside(Moment::middle_of(self.step, self.settings.dt));
        let (outside, before, kicks) = (self.inputs.clone(), self.states.clone(), self.kicks());
        self.add_couplings(false);
        self.advance_nodes(Integrator::Euler, &kicks);
        self.inputs = outside;
        self.add_couplings(true);
        self.advance_nodes(Integrator::Euler, &kicks);
        for (state, before) in self.states.iter_mut().zip(&before) {
            for (value, before) in state.as_mut().iter_mut().zip(before.as_ref()) {
                *value = T::from_f64(0.5) * (*before + *value);
            }
        }
    }

    /// σ ξ of each state of each region.
    fn kicks(&mut self) -> Vec<N::State<T>> {
        let mut kicks = vec![N::State::<T>::from_fn(|_| T::zero()); self.states.len()];
        for (state, sigma, normals) in &mut self.state_noise {
            normals.fill(self.step as u64, &mut self.normals);
            for ((kick, sigma), normal) in kicks.iter_mut().zip(sigma.iter()).zip(&self.normals) {
                kick.as_mut()[*state] += *sigma * T::from_f64(*normal);
            }
        }
        let (states, moved) = (&self.states, &self.moved);
        self.processes.kick(
            self.step as u64,
            |noise, region, sigma| T::moving(sigma, moved.states[noise][region]),
            |state, region| states[region].as_ref()[state],
            |state, region, value| kicks[region].as_mut()[state] += value,
        );
        kicks
    }

    fn next(&mut self) {
        if self.settings.integrator.takes_both_ends(self.network) {
            self.advance_between();
        } else {
            self.gather_inputs();
            let kicks = self.kicks();
            self.advance_nodes(self.settings.integrator, &kicks);
        }
        self.step += 1;
    }
}

/// How the strengths of noise that is made row by row move.
struct MovedProcesses {
    /// Of each noise on an input its mean in each region, and the velocity of σ over σ.
    inputs: Vec<Vec<(f64, f64)>>,
    /// Of each noise on a state the velocity of σ in each region.
    states: Vec<Vec<f64>>,
}

impl MovedProcesses {
    fn new<N: Node>(network: &Network<N>, direction: &Direction) -> Self {
        let n = network.n_regions();
        let input = |(k, (_, noise)): (usize, &(usize, crate::InputNoise))| {
            let (mean, place) = (noise.mean(), Adjustable::InputProcessSigma(k));
            let relative = |region| match direction.velocity(&place, region) {
                0.0 => 0.0,
                velocity => velocity / noise.sigma().at(region),
            };
            (0..n).map(|region| (mean.at(region), relative(region))).collect()
        };
        let state = |k| {
            let place = Adjustable::StateProcessSigma(k);
            (0..n).map(|region| direction.velocity(&place, region)).collect()
        };
        Self {
            inputs: network.input_processes().iter().enumerate().map(input).collect(),
            states: (0..network.state_processes().len()).map(state).collect(),
        }
    }
}

/// Drives that are zero and move.
fn moving_drives<N: Node, T: Number>(n: usize, direction: &Direction) -> Vec<(usize, Vec<T>)> {
    let drive = |(index, input): (usize, &brainmass_core::Variable)| {
        let place = Adjustable::drive(input.name);
        let velocity: Vec<f64> = (0..n).map(|region| direction.velocity(&place, region)).collect();
        let moves = velocity.iter().any(|velocity| *velocity != 0.0);
        moves.then(|| (index, velocity.into_iter().map(|velocity| T::moving(0.0, velocity)).collect()))
    };
    N::INPUT.iter().enumerate().filter_map(drive).collect()
}

fn input_noise<N: Node, T: Number>(
    network: &Network<N>,
    settings: &Settings,
    direction: &Direction,
) -> Vec<(usize, OrnsteinUhlenbeckState<T>)> {
    let (n, seed) = (network.n_regions(), settings.seed);
    let one = |(k, (input, noise)): (usize, &(usize, crate::OrnsteinUhlenbeck))| {
        let row = |values: &brainmass_core::units::Values, place: &Adjustable| {
            (0..n).map(|i| T::moving(values.at(i), direction.velocity(place, i))).collect::<Vec<T>>()
        };
        let mean = row(noise.mean(), &Adjustable::InputNoiseMean(k));
        let sigma = row(noise.sigma(), &Adjustable::InputNoiseSigma(k));
        let normals = NormalRow::new(start::input_stream(seed, k), network.numbers().clone());
        let first = start::input_start_stream(seed, k);
        let (decay, kick) = noise.update(settings.dt);
        let slopes = noise.update_slopes(settings.dt);
        let tau = direction.velocity(&Adjustable::InputNoiseTau(k), 0);
        let update = (T::moving(decay, slopes.0 * tau), T::moving(kick, slopes.1 * tau));
        (*input, OrnsteinUhlenbeckState::new(update, (mean, sigma), first, normals))
    };
    network.input_noise().iter().enumerate().map(one).collect()
}

fn state_noise<N: Node, T: Number>(
    network: &Network<N>,
    settings: &Settings,
    direction: &Direction,
) -> Vec<(usize, Vec<T>, NormalRow)> {
    let one = |(k, (state, noise)): (usize, &(usize, crate::WhiteNoise))| {
        let velocity = |region| direction.velocity(&Adjustable::StateNoiseSigma(k), region);
        let sigma = |region| T::moving(noise.sigma().at(region), velocity(region));
        let sigma = (0..network.n_regions()).map(sigma).collect();
        let stream = start::state_stream(settings.seed, k);
        (*state, sigma, NormalRow::new(stream, network.numbers().clone()))
    };
    network.state_noise().iter().enumerate().map(one).collect()
}

impl<N: Node> Plain<'_, N, Dual<f64, 1>> {
    /// Advances by one step.
    pub(super) fn push(&mut self) {
        self.next();
    }

    /// The derivatives of a state variable or output of all regions along the direction.
    pub(super) fn derivatives(&mut self, source: Source) -> impl Iterator<Item = f64> {
        self.read_row(source);
        self.row.iter().map(|dual| dual.partials[0])
    }
}

impl<N: Node> Engine for Plain<'_, N> {
    fn step(&self) -> usize {
        self.step
    }

    fn advance(&mut self) -> bool {
        self.next();
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
