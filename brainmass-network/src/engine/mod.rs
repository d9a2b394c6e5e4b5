//! What advances a network step by step: a plain engine to be read, and a fast one.
//!
//! One step: couplings from the state at t and the history, then drives and noise on the inputs, then the nodes.

mod adjoint;
mod blocked;
mod mixed;
mod pathways;
mod plain;
mod start;
mod tangent;
mod tapes;

use std::any::Any;

use brainmass_core::node::Source;
use brainmass_core::{Archive, CpuLevel, Error, Node, Result};

use crate::Integrator;
use crate::mixed::MixedNetwork;
use crate::network::{Direction, Network};
use crate::subject::Subject;
use brainmass_core::units::Second;

pub(crate) use adjoint::{Adjoint, Gradient as Found, Record, StepRows, TracedSteps, Wanted, WantedOfLink};
use blocked::Blocked;
pub use blocked::PANEL;
pub(crate) use blocked::{LANES, Layout, Row, Scalar, fits_beside};
use mixed::Mixed;
pub(crate) use plain::Number;
use plain::Plain;
pub(crate) use tangent::tangent;

/// Which engine runs a network.
///
/// Both compute the same equations. Their sums over sources run in another order, so that results agree to
/// rounding, not to the bit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum EngineKind {
    /// Several regions at once in SIMD lanes, delayed couplings block by block in time.
    #[default]
    Blocked,
    /// One region after the other, one step after the other, always in double precision: several times slower,
    /// and written to be read. It is what the fast one is tested against.
    Plain,
}

/// How many digits states, couplings and noise of a run carry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Precision {
    /// `f64`: 16 digits.
    #[default]
    Double,
    /// `f32`: 7 digits, nearly twice as fast from some hundred regions on.
    Single,
}

/// One or more networks in motion, step by step.
pub(crate) trait Engine: Send {
    /// How many steps are done.
    fn step(&self) -> usize;

    /// Advances by one step; false once a state is not finite.
    fn advance(&mut self) -> bool;

    /// What is wrong with a network whose state has become other than finite; it is told once.
    fn divergence(&mut self, network: usize) -> Option<Error>;

    /// Takes down, or brings back, all that moves.
    fn archive(&mut self, archive: &mut Archive) -> Result<()>;

    /// How the rows that a step leaves for the way back lie; none if the engine cannot leave them.
    fn step_rows(&self) -> Option<StepRows> {
        None
    }

    /// Appends the rows of all states.
    fn leave_states(&self, _: &mut Vec<[f64; LANES]>) {}

    /// Appends what the step just done was made of beside the states: inputs, kicks, sums, values of noises.
    fn leave_step(&self, _: &mut Vec<[f64; LANES]>) {}

    /// Appends the values of a state variable or output of all regions of a network in a panel, or of a population
    /// of a mixed network.
    fn read(&mut self, part: usize, source: Source, values: &mut Vec<f64>);
}

/// What a run says beside its network.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Settings {
    pub(crate) integrator: Integrator,
    pub(crate) dt: Second,
    pub(crate) seed: u64,
    pub(crate) kind: EngineKind,
    pub(crate) precision: Precision,
    pub(crate) level: CpuLevel,
}

/// Part of a mixed network in motion.
pub(crate) trait Population: Engine {
    /// Adds what comes from other populations to an input in the next step.
    fn push(&mut self, input: usize, values: &[f64]);
}

/// Makes an engine at t = 0, of one network or of several side by side, each with its seed.
///
/// It is a pointer, so that a program holds the code of those precisions and engines alone that it asks for.
pub(crate) type Build<'n> = fn(&[&'n dyn Subject], &Settings, &[u64]) -> Result<Box<dyn Engine + 'n>>;

pub(crate) fn blocked<'n, N: Node, T: Scalar>(
    networks: &[&'n dyn Subject],
    settings: &Settings,
    seeds: &[u64],
) -> Result<Box<dyn Engine + 'n>> {
    Ok(Box::new(Blocked::<N, T>::new(&all_of(networks)?, settings, seeds)?))
}

pub(crate) fn plain<'n, N: Node>(
    networks: &[&'n dyn Subject],
    settings: &Settings,
    _: &[u64],
) -> Result<Box<dyn Engine + 'n>> {
    let networks: Vec<&'n Network<N>> = all_of(networks)?;
    Ok(Box::new(Plain::<N>::new(networks[0], settings, &Direction::default())?))
}

pub(crate) fn mixed<'n>(
    networks: &[&'n dyn Subject],
    settings: &Settings,
    _: &[u64],
) -> Result<Box<dyn Engine + 'n>> {
    let networks: Vec<&'n MixedNetwork> = all_of(networks)?;
    Ok(Box::new(Mixed::new(networks[0], settings)?))
}

/// Part of a mixed network at t = 0.
pub(crate) fn population<'n, N: Node>(
    network: &'n Network<N>,
    settings: &Settings,
) -> Result<Box<dyn Population + 'n>> {
    let mut connections = network.connections().iter();
    if let Some(found) = connections.find(|c| c.delays().is_some_and(crate::Delays::are_interpolated)) {
        return Err(mixed::not_interpolated(&found.what()));
    }
    let (networks, seeds) = ([network], [settings.seed]);
    Ok(match (settings.kind, settings.precision) {
        (EngineKind::Plain, _) => Box::new(Plain::<N>::new(network, settings, &Direction::default())?),
        (EngineKind::Blocked, Precision::Double) => {
            Box::new(Blocked::<N, f64>::new(&networks, settings, &seeds)?)
        }
        (EngineKind::Blocked, Precision::Single) => {
            Box::new(Blocked::<N, f32>::new(&networks, settings, &seeds)?)
        }
    })
}

/// A network as what it is.
pub(crate) fn downcast<'n, W: Any>(network: &'n dyn Subject) -> Option<&'n W> {
    (network as &'n dyn Any).downcast_ref()
}

fn all_of<'n, W: Any>(networks: &[&'n dyn Subject]) -> Result<Vec<&'n W>> {
    let networks: Option<Vec<&'n W>> = networks.iter().map(|network| downcast(*network)).collect();
    networks.ok_or_else(|| Error::setting("panel of networks", "they are not of one kind"))
}

/// The error of a state that is not finite.
fn diverged<N: Node>(
    network: &Network<N>,
    dt: Second,
    step: usize,
    mut state: impl FnMut(usize, usize) -> f64,
) -> Option<Error> {
    let variables = 0..N::STATE.len();
    let places = (0..network.n_regions()).flat_map(|region| variables.clone().map(move |k| (region, k)));
    for (region, k) in places {
        let value = state(region, k);
        if !value.is_finite() {
            return Some(Error::Diverged {
                step,
                time: dt.value_unsafe * step as f64,
                region: network.connectome().labels()[region].clone(),
                variable: N::STATE[k].name.to_owned(),
                value,
            });
        }
    }
    None
}
