//! A network: nodes, connectome, connections, noise and drives, checked when put together.

mod adjustable;
mod direction;

pub use adjustable::Adjustable;
pub use direction::Direction;

use brainmass_core::node::{source, variable_index};
use brainmass_core::units::Values;
use brainmass_core::{Connectome, Error, Node, Result, parameter_index, parameter_values};

use crate::coupling::Connection;
use crate::drive::{Drive, Moment};
use crate::noise::{InputNoise, OrnsteinUhlenbeck, WhiteNoise};
use crate::numbers::Numbers;

/// Regions of one kind of node, connected.
///
/// Everything is named and checked when it is added: an unknown variable, a quantity in the wrong unit or a
/// number of values that does not fit the regions is an error there, not in the run.
///
/// ```
/// use brainmass_core::{units::{hz, mm_per_ms, ms}, Connectome};
/// use brainmass_network::{Connection, Delays, Diffusive, Network, OrnsteinUhlenbeck};
/// use brainmass_nodes::WilsonCowan;
/// let connectome = Connectome::without_lengths(nalgebra::dmatrix![0.0, 1.0; 1.0, 0.0])?;
/// let network = Network::new(WilsonCowan::default(), connectome)
///     .with_parameter("tau_e", ms(8.0))?
///     .with_connection(Connection::new("r_e", "e_input", Diffusive::new(0.5)))?
///     .with_input_noise("e_input", OrnsteinUhlenbeck::new(0.3, ms(20.0)))?;
/// assert_eq!(network.parameter("tau_e")?.at(1), 0.008);
/// let wrong = network.with_drive("e_input", brainmass_network::Drive::constant(hz(1.0)));
/// assert_eq!(wrong.unwrap_err().to_string(), "drive of `e_input`: expected a quantity in 1, found one in Hz");
/// # Ok::<(), brainmass_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Network<N: Node> {
    node: N,
    connectome: Connectome,
    numbers: Numbers,
    parameters: Vec<Values>,
    initial: Vec<Initial>,
    connections: Vec<Connection>,
    drives: Vec<(usize, Drive)>,
    input_noise: Vec<(usize, OrnsteinUhlenbeck)>,
    state_noise: Vec<(usize, WhiteNoise)>,
    /// Noise that is more than the engines' own kinds.
    input_processes: Vec<(usize, InputNoise)>,
    state_processes: Vec<(usize, WhiteNoise)>,
}

/// Where a state variable starts.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Initial {
    Values(Values),
    Uniform { low: f64, high: f64 },
}

impl<N: Node> Network<N> {
    /// A network without connections yet.
    pub fn new(node: N, connectome: Connectome) -> Self {
        let pairs = N::PARAMETERS.iter().zip(parameter_values(&node));
        let parameters = pairs.map(|(parameter, value)| Values::new(vec![value], parameter.unit)).collect();
        let start = N::initial();
        let states = N::STATE.iter().zip(start.as_ref());
        let initial =
            states.map(|(state, value)| Initial::Values(Values::new(vec![*value], state.unit))).collect();
        let numbers = Numbers::all(connectome.n_regions());
        Self {
            node,
            connectome,
            numbers,
            parameters,
            initial,
            connections: Vec::new(),
            drives: Vec::new(),
            input_noise: Vec::new(),
            state_noise: Vec::new(),
            input_processes: Vec::new(),
            state_processes: Vec::new(),
        }
    }

    /// One node without a network.
    pub fn single(node: N) -> Self {
        Self::new(node, Connectome::single())
    }

    /// A parameter set for all regions, or one value per region.
    ///
    /// # Errors
    /// [`Error::Unknown`], [`Error::Unit`], [`Error::Shape`], [`Error::NotFinite`].
    pub fn with_parameter(mut self, name: &str, values: impl Into<Values>) -> Result<Self> {
        let (index, values) = (parameter_index::<N>(name)?, values.into());
        values.check(&format!("parameter `{name}`"), N::PARAMETERS[index].unit, self.n_regions())?;
        self.parameters[index] = values;
        self.check_parameters()?;
        Ok(self)
    }

    /// Checks that every parameter lies within the range its model admits.
    pub(crate) fn check_parameters(&self) -> Result<()> {
        for (parameter, values) in N::PARAMETERS.iter().zip(&self.parameters) {
            let what = format!("parameter `{}` of {}", parameter.name, N::NAME);
            values.as_slice().iter().try_for_each(|value| parameter.check(&what, *value))?;
        }
        Ok(())
    }

    /// The value or values a state variable starts from.
    ///
    /// # Errors
    /// As [`with_parameter`](Self::with_parameter).
    pub fn with_initial(mut self, state: &str, values: impl Into<Values>) -> Result<Self> {
        let (index, values) = (variable_index("state variable", state, N::STATE)?, values.into());
        values.check(&format!("initial value of `{state}`"), N::STATE[index].unit, self.n_regions())?;
        self.initial[index] = Initial::Values(values);
        Ok(self)
    }

    /// A state variable that starts anywhere between two values, another place in each region, by the seed.
    ///
    /// # Errors
    /// As [`with_parameter`](Self::with_parameter); [`Error::Setting`] unless `low` is below `high`.
    pub fn with_random_initial<Q: Into<Values>>(mut self, state: &str, low: Q, high: Q) -> Result<Self> {
        let index = variable_index("state variable", state, N::STATE)?;
        let what = format!("initial value of `{state}`");
        let bounds = [low.into(), high.into()];
        for bound in &bounds {
            bound.check(&what, N::STATE[index].unit, 1)?;
        }
        let (low, high) = (bounds[0].at(0), bounds[1].at(0));
        if low >= high {
            return Err(Error::setting(what, format!("the range from {low} to {high} is empty")));
        }
        self.initial[index] = Initial::Uniform { low, high };
        Ok(self)
    }

    /// One more connection; those to the same input add up.
    ///
    /// # Errors
    /// [`Error::Unknown`] for a variable that does not exist, [`Error::Unit`] if the strength times the source
    /// is not in the unit of the input.
    pub fn with_connection(mut self, connection: Connection) -> Result<Self> {
        let (_, variable) = source::<N>(connection.source())?;
        let input = &N::INPUT[variable_index("input", connection.input(), N::INPUT)?];
        connection.check(variable, input, self.n_regions())?;
        self.connections.push(connection);
        Ok(self)
    }

    /// One more drive; those of the same input add up.
    ///
    /// # Errors
    /// As [`with_parameter`](Self::with_parameter).
    pub fn with_drive(mut self, input: &str, drive: Drive) -> Result<Self> {
        let index = variable_index("input", input, N::INPUT)?;
        drive.check(&format!("`{input}`"), N::INPUT[index].unit, self.n_regions())?;
        self.drives.push((index, drive));
        Ok(self)
    }

    /// One more noise on an input.
    ///
    /// # Errors
    /// As [`with_parameter`](Self::with_parameter); [`Error::OutOfRange`] for a negative σ or a τ that is not
    /// positive.
    pub fn with_input_noise(mut self, input: &str, noise: impl Into<InputNoise>) -> Result<Self> {
        let noise = noise.into();
        let index = variable_index("input", input, N::INPUT)?;
        noise.check(&format!("`{input}`"), N::INPUT[index].unit, self.n_regions())?;
        match noise {
            InputNoise::OrnsteinUhlenbeck(noise) if noise.is_simple() => {
                self.input_noise.push((index, noise));
            }
            noise => self.input_processes.push((index, noise)),
        }
        Ok(self)
    }

    /// One more noise on a state variable.
    ///
    /// # Errors
    /// As [`with_input_noise`](Self::with_input_noise).
    pub fn with_state_noise(mut self, state: &str, noise: WhiteNoise) -> Result<Self> {
        let index = variable_index("state variable", state, N::STATE)?;
        noise.check(&format!("`{state}`"), N::STATE[index].unit, self.n_regions())?;
        let list = if noise.is_simple() { &mut self.state_noise } else { &mut self.state_processes };
        list.push((index, noise));
        Ok(self)
    }

    /// The node.
    pub fn node(&self) -> &N {
        &self.node
    }

    /// The connectome.
    pub fn connectome(&self) -> &Connectome {
        &self.connectome
    }

    /// How many regions there are.
    pub fn n_regions(&self) -> usize {
        self.connectome.n_regions()
    }

    /// The value or values of a parameter, in coherent SI.
    ///
    /// # Errors
    /// [`Error::Unknown`].
    pub fn parameter(&self, name: &str) -> Result<&Values> {
        Ok(&self.parameters[parameter_index::<N>(name)?])
    }

    /// The connections.
    pub fn connections(&self) -> &[Connection] {
        &self.connections
    }

    /// Whether a connection has delays that are not rounded.
    pub(crate) fn has_interpolated_delays(&self) -> bool {
        let mut delays = self.connections.iter().filter_map(Connection::delays);
        delays.any(crate::Delays::are_interpolated)
    }

    /// Which regions of the whole connectome these are.
    pub(crate) fn numbers(&self) -> &Numbers {
        &self.numbers
    }

    /// The network as a part of one on a larger connectome.
    pub(crate) fn with_numbers(self, numbers: Numbers) -> Self {
        Self { numbers, ..self }
    }

    pub(crate) fn parameters(&self) -> &[Values] {
        &self.parameters
    }

    pub(crate) fn initial(&self) -> &[Initial] {
        &self.initial
    }

    pub(crate) fn drives(&self) -> &[(usize, Drive)] {
        &self.drives
    }

    /// The sum of the constant drives on an input of a region.
    pub(crate) fn constant_drive(&self, input: usize, region: usize) -> f64 {
        let drives = self.drives.iter().filter(|(index, drive)| *index == input && drive.is_constant());
        drives.map(|(_, drive)| drive.at(Moment::new(0, brainmass_core::units::s(0.0)), region)).sum()
    }

    pub(crate) fn input_noise(&self) -> &[(usize, OrnsteinUhlenbeck)] {
        &self.input_noise
    }

    pub(crate) fn input_processes(&self) -> &[(usize, InputNoise)] {
        &self.input_processes
    }

    pub(crate) fn state_processes(&self) -> &[(usize, WhiteNoise)] {
        &self.state_processes
    }

    pub(crate) fn state_noise(&self) -> &[(usize, WhiteNoise)] {
        &self.state_noise
    }
}
