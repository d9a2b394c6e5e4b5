//! The plain engine: one region after the other, one step after the other.
//!
//! It is written to be read and stays the oracle of faster ones. One step: couplings from the state at t and
//! the history, then drives and noise on the inputs, then the nodes.

mod delay_line;

use brainmass_core::node::Source;
use brainmass_core::random::Stream;
use brainmass_core::units::Second;
use brainmass_core::{Array, Error, Node, Result};
use rand_distr::{Distribution, Uniform};

use crate::Integrator;
use crate::integrator::Region;
use crate::network::{Initial, Network};
use crate::noise::{NormalRow, OrnsteinUhlenbeckState};
use delay_line::DelayLine;

/// Streams of random numbers: the k-th noise on an input has number 2k, the k-th on a state 2k + 1; the highest
/// bit marks what is drawn once, at the start.
const START: u32 = 1 << 31;

/// A network in motion.
pub(crate) struct Engine<'n, N: Node> {
    network: &'n Network<N>,
    integrator: Integrator,
    dt: Second,
    /// How many steps are done.
    step: usize,
    states: Vec<N::State<f64>>,
    /// The parameters' values of each region.
    parameters: Vec<Vec<f64>>,
    lines: Vec<Line>,
    input_noise: Vec<(usize, OrnsteinUhlenbeckState)>,
    state_noise: Vec<(usize, Vec<f64>, NormalRow)>,
    /// The inputs of all regions, input by input.
    inputs: Vec<Vec<f64>>,
    row: Vec<f64>,
}

struct Line {
    source: Source,
    input: usize,
    delayed: DelayLine,
}

impl<'n, N: Node> Engine<'n, N> {
    pub(crate) fn new(
        network: &'n Network<N>,
        integrator: Integrator,
        dt: Second,
        seed: u64,
    ) -> Result<Self> {
        let n = network.n_regions();
        let parameters: Vec<Vec<f64>> = (0..n)
            .map(|region| network.parameters().iter().map(|values| values.at(region)).collect())
            .collect();
        let stream = |k: usize, kind: u32| 2 * u32::try_from(k).unwrap_or(u32::MAX / 4) + kind;
        let input_noise = network.input_noise().iter().enumerate();
        let state_noise = network.state_noise().iter().enumerate();
        let mut engine = Self {
            network,
            integrator,
            dt,
            step: 0,
            states: start::<N>(network, seed)?,
            parameters,
            lines: Vec::new(),
            input_noise: input_noise
                .map(|(k, (input, noise))| (*input, noise.start(seed, stream(k, 0), n, dt)))
                .collect(),
            state_noise: state_noise
                .map(|(k, (state, noise))| {
                    let sigma = (0..n).map(|region| noise.sigma().at(region)).collect();
                    (*state, sigma, NormalRow::new(Stream::new(seed, stream(k, 1)), n))
                })
                .collect(),
            inputs: vec![vec![0.0; n]; N::INPUT.len()],
            row: vec![0.0; n],
        };
        for connection in network.connections() {
            let (source, _) = brainmass_core::node::source::<N>(connection.source())?;
            let input = brainmass_core::node::variable_index("input", connection.input(), N::INPUT)?;
            engine.read(source);
            let delayed = DelayLine::new(connection, network.connectome(), dt, &engine.row)?;
            engine.lines.push(Line { source, input, delayed });
        }
        Ok(engine)
    }

    /// Puts the values of a state variable or output of all regions in `row` and returns them.
    pub(crate) fn read(&mut self, source: Source) -> &[f64] {
        for (region, value) in self.row.iter_mut().enumerate() {
            *value = match source {
                Source::State(index) => self.states[region].as_ref()[index],
                Source::Output(index) => {
                    let values = &self.parameters[region];
                    let parameters = self.network.node().with(&mut |index, _| values[index]);
                    N::output(&parameters, &self.states[region]).as_ref()[index]
                }
            };
        }
        &self.row
    }

    /// Advances by one step.
    pub(crate) fn advance(&mut self) -> Result<()> {
        self.gather_inputs();
        let mut kicks = vec![N::State::<f64>::from_fn(|_| 0.0); self.states.len()];
        for (state, sigma, normals) in &mut self.state_noise {
            normals.fill(self.step as u64, &mut self.row);
            for ((kick, sigma), normal) in kicks.iter_mut().zip(sigma.iter()).zip(&self.row) {
                kick.as_mut()[*state] += sigma * normal;
            }
        }
        for (index, state) in self.states.iter_mut().enumerate() {
            let region = Region {
                node: self.network.node(),
                values: &self.parameters[index],
                input: N::Input::from_fn(|k| self.inputs[k][index]),
                noise: kicks[index],
                dt: self.dt.value_unsafe,
            };
            *state = self.integrator.step(&region, state);
        }
        self.step += 1;
        self.check()
    }

    fn gather_inputs(&mut self) {
        for input in &mut self.inputs {
            input.fill(0.0);
        }
        let mut lines = std::mem::take(&mut self.lines);
        for line in &mut lines {
            self.read(line.source);
            line.delayed.arrive(&self.row, &mut self.inputs[line.input]);
        }
        self.lines = lines;
        for (input, drive) in self.network.drives() {
            drive.add(self.step, self.dt, &mut self.inputs[*input]);
        }
        for (input, noise) in &mut self.input_noise {
            noise.advance(self.step as u64, &mut self.inputs[*input]);
        }
    }

    /// A state that is not finite ends the run.
    fn check(&self) -> Result<()> {
        for (region, state) in self.states.iter().enumerate() {
            let Some(index) = state.as_ref().iter().position(|value| !value.is_finite()) else { continue };
            return Err(Error::Diverged {
                step: self.step,
                time: self.dt.value_unsafe * self.step as f64,
                region: self.network.connectome().labels()[region].clone(),
                variable: N::STATE[index].name.to_owned(),
                value: state.as_ref()[index],
            });
        }
        Ok(())
    }
}

/// The initial states of all regions, within the node's domain.
fn start<N: Node>(network: &Network<N>, seed: u64) -> Result<Vec<N::State<f64>>> {
    let mut columns = Vec::with_capacity(N::STATE.len());
    for (index, initial) in (0_u32..).zip(network.initial()) {
        columns.push(match initial {
            Initial::Values(values) => (0..network.n_regions()).map(|region| values.at(region)).collect(),
            Initial::Uniform { low, high } => {
                let uniform = Uniform::new(*low, *high)
                    .map_err(|error| Error::setting("random initial state", error.to_string()))?;
                let stream = Stream::new(seed, START | 1 << 30 | index);
                let draw = |region| uniform.sample(&mut stream.generator(region, 0));
                (0_u32..).take(network.n_regions()).map(draw).collect::<Vec<f64>>()
            }
        });
    }
    let state = |region: usize| N::project(N::State::from_fn(|index| columns[index][region]));
    Ok((0..network.n_regions()).map(state).collect())
}
