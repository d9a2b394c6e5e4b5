//! What of a network numbers can be put into when it stands.

use std::fmt;

use brainmass_core::node::{source, variable_index};
use brainmass_core::units::{MeterPerSecond, Second, Values};
use brainmass_core::{Error, Node, Result, check, parameter_index};
use nalgebra::DMatrix;

use super::Network;
use crate::coupling::Connection;
use crate::drive::Drive;
use crate::noise::WhiteNoise;
use crate::simulator::{Gradient, WithRespectTo};

/// Something of a network that takes one number for all regions, or one per region: for fits and sweeps, which know
/// numbers in coherent SI and names.
///
/// Connections and noises are counted from 0, in the order in which they were added; noises are counted among the
/// Ornstein–Uhlenbeck processes and the additive white noises that regions have for themselves, any other noise as a process.
///
/// ```
/// use brainmass_core::units::hz;
/// use brainmass_network::{Adjustable, Drive, Network};
/// use brainmass_nodes::Linear;
/// let network = Network::single(Linear { gamma: hz(-10.0) });
/// let faster = network.clone().adjusted(&Adjustable::parameter("gamma"), vec![-20.0])?;
/// assert_eq!(faster.parameter("gamma")?.at(0), -20.0);
/// assert!(network.adjusted(&Adjustable::parameter("tau"), vec![1.0]).is_err());
/// # Ok::<(), brainmass_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Adjustable {
    /// A parameter of the node.
    Parameter(String),
    /// A parameter of the coupling of a connection.
    Coupling(usize, String),
    /// The conduction speed of a connection with delays: one number. It has a derivative where delays are
    /// [interpolated](crate::Rounding::Interpolated), not where they are whole steps.
    Speed(usize),
    /// A constant drive on an input, beside the drives that are there.
    Drive(String),
    /// The standard deviation of a noise on an input.
    InputNoiseSigma(usize),
    /// The mean of a noise on an input.
    InputNoiseMean(usize),
    /// The time constant of a noise on an input: one number.
    InputNoiseTau(usize),
    /// The strength of a white noise.
    StateNoiseSigma(usize),
    /// The strength of a noise on an input that is coloured, or common or correlated between regions, counted among those.
    InputProcessSigma(usize),
    /// The strength of a white noise that is common, correlated or multiplicative, counted among those.
    StateProcessSigma(usize),
    /// Where a state variable starts.
    Initial(String),
}

impl Adjustable {
    /// A parameter of the node.
    pub fn parameter(name: impl Into<String>) -> Self {
        Self::Parameter(name.into())
    }

    /// A parameter of the coupling of a connection.
    pub fn coupling(connection: usize, parameter: impl Into<String>) -> Self {
        Self::Coupling(connection, parameter.into())
    }

    /// A constant drive on an input.
    pub fn drive(input: impl Into<String>) -> Self {
        Self::Drive(input.into())
    }

    /// Where a state variable starts.
    pub fn initial(state: impl Into<String>) -> Self {
        Self::Initial(state.into())
    }
}

impl fmt::Display for Adjustable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Parameter(name) => write!(f, "parameter `{name}`"),
            Self::Coupling(connection, name) => write!(f, "`{name}` of connection {connection}"),
            Self::Speed(connection) => write!(f, "conduction speed of connection {connection}"),
            Self::Drive(input) => write!(f, "constant drive of `{input}`"),
            Self::InputNoiseSigma(noise) => write!(f, "sigma of input noise {noise}"),
            Self::InputNoiseMean(noise) => write!(f, "mean of input noise {noise}"),
            Self::InputNoiseTau(noise) => write!(f, "tau of input noise {noise}"),
            Self::StateNoiseSigma(noise) => write!(f, "sigma of state noise {noise}"),
            Self::InputProcessSigma(noise) => write!(f, "sigma of input process {noise}"),
            Self::StateProcessSigma(noise) => write!(f, "sigma of state process {noise}"),
            Self::Initial(state) => write!(f, "initial value of `{state}`"),
        }
    }
}

/// One of several, counted from 0.
fn nth<'a, T>(kind: &str, all: &'a mut [T], index: usize) -> Result<&'a mut T> {
    let n = all.len();
    all.get_mut(index).ok_or_else(|| Error::unknown(kind, &index.to_string(), 0..n))
}

impl<N: Node> Network<N> {
    /// The network with numbers in coherent SI put somewhere: one for all regions, or one per region.
    ///
    /// # Errors
    /// As when the network is put together: [`Error::Unknown`] for what is not there, [`Error::Shape`], and
    /// [`Error::OutOfRange`] for numbers that make no sense; [`Error::Setting`] for the speed of a connection whose delays come of none.
    pub fn adjusted(mut self, what: &Adjustable, numbers: Vec<f64>) -> Result<Self> {
        match what {
            Adjustable::Parameter(name) => {
                let unit = N::PARAMETERS[parameter_index::<N>(name)?].unit;
                self.with_parameter(name, Values::new(numbers, unit))
            }
            Adjustable::Initial(state) => {
                let unit = N::STATE[variable_index("state variable", state, N::STATE)?].unit;
                self.with_initial(state, Values::new(numbers, unit))
            }
            Adjustable::Drive(input) => {
                let unit = N::INPUT[variable_index("input", input, N::INPUT)?].unit;
                self.with_drive(input, Drive::constant(Values::new(numbers, unit)))
            }
            Adjustable::Coupling(connection, parameter) => {
                self.reconnected(*connection, |old| old.with_numbers(parameter, numbers))
            }
            Adjustable::Speed(connection) => {
                self.reconnected(*connection, |old| at_speed(old, what, &numbers))
            }
            Adjustable::InputNoiseTau(index) => {
                let n_regions = self.n_regions();
                let (input, noise) = nth("input noise", &mut self.input_noise, *index)?;
                let tau = one(what, &numbers)?;
                *noise = noise.clone().with_tau(Second::new(tau));
                let input = &N::INPUT[*input];
                noise.check(&format!("`{}`", input.name), input.unit, n_regions)?;
                Ok(self)
            }
            Adjustable::InputNoiseSigma(noise) | Adjustable::InputNoiseMean(noise) => {
                let n_regions = self.n_regions();
                let (input, noise) = nth("input noise", &mut self.input_noise, *noise)?;
                let values = Values::new(numbers, noise.sigma().unit());
                *noise = if matches!(what, Adjustable::InputNoiseMean(_)) {
                    noise.clone().around(values)
                } else {
                    noise.clone().with_sigma(values)
                };
                let input = &N::INPUT[*input];
                noise.check(&format!("`{}`", input.name), input.unit, n_regions)?;
                Ok(self)
            }
            Adjustable::InputProcessSigma(index) => {
                let n_regions = self.n_regions();
                let (input, noise) = nth("input process", &mut self.input_processes, *index)?;
                let values = Values::new(numbers, noise.sigma().unit());
                *noise = noise.clone().with_sigma(values);
                let input = &N::INPUT[*input];
                noise.check(&format!("`{}`", input.name), input.unit, n_regions)?;
                Ok(self)
            }
            Adjustable::StateProcessSigma(index) => {
                let n_regions = self.n_regions();
                let (state, noise) = nth("state process", &mut self.state_processes, *index)?;
                let values = Values::new(numbers, noise.sigma().unit());
                *noise = noise.clone().with_sigma(values);
                let state = &N::STATE[*state];
                noise.check(&format!("`{}`", state.name), state.unit, n_regions)?;
                Ok(self)
            }
            Adjustable::StateNoiseSigma(noise) => {
                let n_regions = self.n_regions();
                let (state, noise) = nth("state noise", &mut self.state_noise, *noise)?;
                *noise = WhiteNoise::new(Values::new(numbers, noise.sigma().unit()));
                let state = &N::STATE[*state];
                noise.check(&format!("`{}`", state.name), state.unit, n_regions)?;
                Ok(self)
            }
        }
    }

    /// Checks that a run has derivatives by something that [`adjusted`](Self::adjusted) puts numbers into.
    ///
    /// # Errors
    /// [`Error::Setting`] for the speed of a connection whose delays are whole steps, or constant.
    pub fn check_differentiable(&self, what: &Adjustable) -> Result<()> {
        let Adjustable::Speed(connection) = what else { return Ok(()) };
        let delays = self.connections.get(*connection).and_then(Connection::delays);
        let problem = match delays {
            Some(delays) if delays.speed().is_none() => "there is none: delays are constant",
            Some(delays) if delays.are_interpolated() => return Ok(()),
            _ => "there is none: delays are whole steps, unless they are interpolated",
        };
        Err(Error::setting(format!("gradient by the {what}"), problem))
    }

    /// The network on the same regions with other weights.
    ///
    /// # Errors
    /// Those of [`Connectome::with_weights`](brainmass_core::Connectome::with_weights).
    pub fn with_weights(mut self, weights: DMatrix<f64>) -> Result<Self> {
        self.connectome = self.connectome.with_weights(weights)?;
        Ok(self)
    }

    /// The network with a connection made into another one between the same variables.
    fn reconnected(
        mut self,
        index: usize,
        change: impl FnOnce(Connection) -> Result<Connection>,
    ) -> Result<Self> {
        let n_regions = self.n_regions();
        let connection = nth("connection", &mut self.connections, index)?;
        *connection = change(connection.clone())?;
        let (_, variable) = source::<N>(connection.source())?;
        let input = &N::INPUT[variable_index("input", connection.input(), N::INPUT)?];
        connection.check(variable, input, n_regions)?;
        Ok(self)
    }
}

/// The number of something that has one only.
fn one(what: &Adjustable, numbers: &[f64]) -> Result<f64> {
    match numbers {
        [number] => Ok(*number),
        _ => Err(Error::shape(what.to_string(), "1 value", format!("{} values", numbers.len()))),
    }
}

fn at_speed(connection: Connection, what: &Adjustable, numbers: &[f64]) -> Result<Connection> {
    let Some(delays) = connection.delays().filter(|delays| delays.speed().is_some()) else {
        return Err(Error::setting(what.to_string(), "the connection has no delays that come of a speed"));
    };
    let speed = MeterPerSecond::new(one(what, numbers)?);
    check::positive(&what.to_string(), speed)?;
    let delays = delays.clone().with_speed(speed);
    Ok(connection.with_delays(delays))
}

impl WithRespectTo {
    /// And by something that [`Network::adjusted`] puts numbers into.
    ///
    /// [`Network::check_differentiable`] says whether a network has it.
    #[must_use]
    pub fn and(self, what: &Adjustable) -> Self {
        match what {
            Adjustable::Parameter(name) => self.and_parameter(name),
            Adjustable::Coupling(connection, name) => self.and_coupling(*connection, name),
            Adjustable::StateNoiseSigma(_) => self.and_state_noise(),
            Adjustable::Speed(connection) => self.and_speed(*connection),
            Adjustable::Drive(_)
            | Adjustable::Initial(_)
            | Adjustable::InputNoiseSigma(_)
            | Adjustable::InputNoiseMean(_)
            | Adjustable::InputNoiseTau(_)
            | Adjustable::InputProcessSigma(_)
            | Adjustable::StateProcessSigma(_) => self,
        }
    }
}

impl<N: Node> Gradient<N> {
    /// By something that [`Network::adjusted`] puts numbers into, in each region.
    ///
    /// # Errors
    /// [`Error::Unknown`] if it was not asked for, [`Error::Setting`] by σ where that is zero.
    pub fn by(&self, what: &Adjustable) -> Result<&[f64]> {
        match what {
            Adjustable::Parameter(name) => self.parameter(name),
            Adjustable::Coupling(connection, name) => self.coupling(*connection, name),
            Adjustable::Drive(input) => self.input(input),
            Adjustable::Initial(state) => self.initial(state),
            Adjustable::InputNoiseSigma(noise) => self.input_noise_sigma(*noise),
            Adjustable::InputNoiseMean(noise) => self.input_noise_mean(*noise),
            Adjustable::InputNoiseTau(noise) => self.input_noise_tau(*noise),
            Adjustable::StateNoiseSigma(noise) => self.state_noise_sigma(*noise),
            Adjustable::InputProcessSigma(noise) => self.input_process_sigma(*noise),
            Adjustable::StateProcessSigma(noise) => self.state_process_sigma(*noise),
            Adjustable::Speed(connection) => self.speed(*connection),
        }
    }
}
