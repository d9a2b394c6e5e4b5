//! The fast engine against the plain one, which is written to be read: every node, by every integrator.
//!
//! 23 regions start apart, act on each other and are driven by noise, with delays of 0 to 100 steps on sparse weights
//! and without delays on dense ones. In each row one pair is also read one step late: a row that would not see that
//! fails.

use brainmass_core::random::Stream;
use brainmass_core::units::{Second, Values, mm_per_ms, s};
use brainmass_core::{Connectome, Node, Strength};
use brainmass_network::{
    Additive, Connection, Delays, EngineKind, Integrator, Network, OrnsteinUhlenbeck, Simulator,
};
use nalgebra::DMatrix;

use super::case::{Case, Check};
use super::systems::{Regime, regime, usual};
use super::tools::{labelled, largest, record};
use crate::Result;

pub(super) const REGIONS: usize = 23;
pub(super) const STEPS: usize = 4000;
pub(super) const TOLERANCE: f64 = 1e-12;

macro_rules! cases {
    ($($node:ident),*) => {
        &[$(Case {
            name: <brainmass_nodes::$node as Node>::NAME,
            what: "4000 steps of 23 regions by the fast engine, distance from the plain one relative to each state's \
                   largest value, by every integrator, with delays and without",
            source: "the plain engine",
            tolerance: TOLERANCE,
            why: "sums of 23 terms in another order differ by 1e-16, and regular orbits keep what they are given; one \
                  pair read a step late must be 100 tolerances away",
            check: Check::Alone(agreement::<brainmass_nodes::$node>),
        }),*]
    };
}

pub(super) const CASES: &[Case] = brainmass_nodes::for_each_node!(cases);

fn agreement<N: Node + Default>() -> Result<f64> {
    compare(network::<N>, regime(N::NAME).dt, |_| Ok(()))
}

/// The largest distance between the engines by every integrator, with delays and without; what the plain engine found is
/// shown to `look`.
pub(super) fn compare<N: Node>(
    network: impl Fn(Connectome) -> Result<Network<N>>,
    dt: Second,
    look: impl Fn(&[DMatrix<f64>]) -> Result<()>,
) -> Result<f64> {
    let mut errors = Vec::new();
    for (density, longest) in [(0.3, 100.0), (2.0, 0.0)] {
        let network = network(connectome(density, longest, 0)?)?;
        for integrator in Integrator::ALL {
            let [fast, plain] =
                [EngineKind::Blocked, EngineKind::Plain].map(|engine| run(&network, engine, integrator, dt));
            let plain = plain?;
            look(&plain)?;
            errors.push(distance(&fast?, &plain));
        }
    }
    let engines = [(EngineKind::Blocked, 1), (EngineKind::Plain, 0)];
    let [late, right] = engines
        .map(|(engine, late)| run(&network(connectome(0.3, 100.0, late)?)?, engine, Integrator::Heun, dt));
    let seen = distance(&late?, &right?);
    if seen.is_nan() || seen < 100.0 * TOLERANCE {
        return Err(format!("a pair one step late moves the states by {seen:.1e} only").into());
    }
    Ok(largest(errors))
}

/// Random weights, a part of them zero, and lengths up to `longest` steps, some of them zero; the first connected pair
/// is so many steps longer.
fn connectome(density: f64, longest: f64, late: u32) -> Result<Connectome> {
    let number = |stream: u32, i: usize, j: usize| {
        let region = u32::try_from(REGIONS * i + j).unwrap_or(0);
        (0.5 * Stream::new(5, stream).normal(region, 0)).abs().fract()
    };
    let weight = |i, j| if number(0, i, j) < density { number(1, i, j) / REGIONS as f64 } else { 0.0 };
    let weights = DMatrix::from_fn(REGIONS, REGIONS, weight);
    let length = |i, j| (longest * (1.2 * number(2, i, j) - 0.2)).max(0.0).round();
    let mut lengths = DMatrix::from_fn(REGIONS, REGIONS, length);
    let pair = (0..REGIONS * REGIONS).find(|k| k % (REGIONS + 1) != 0 && weights[*k] > 0.0).unwrap_or(0);
    lengths[pair] += f64::from(late);
    labelled(weights, &lengths)
}

/// Regions that start apart, coupled from the first state to the first input, and driven by noise there.
fn network<N: Node + Default>(connectome: Connectome) -> Result<Network<N>> {
    let Regime { dt, parameters, output, .. } = regime(N::NAME);
    let sent = N::OUTPUT.iter().find(|sent| Some(sent.name) == output);
    let (source, input) = (sent.unwrap_or(&N::STATE[0]), &N::INPUT[0]);
    let strength = usual(input.unit) / usual(source.unit);
    let coupling = Additive::new(Strength::new(strength, input.unit / source.unit));
    // One millimetre is one step.
    let delays = Delays::at_speed(mm_per_ms(1e-3 / dt.value_unsafe));
    let sigma = Values::new(vec![0.1 * usual(input.unit)], input.unit);
    let mut network = Network::new(N::default(), connectome)
        .with_connection(Connection::new(source.name, input.name, coupling).with_delays(delays))?
        .with_input_noise(input.name, OrnsteinUhlenbeck::new(sigma, dt * 100.0))?;
    for (name, value) in parameters {
        network = network.with_parameter(name, *value)?;
    }
    for (number, state) in (0..).zip(N::STATE) {
        let start = |region| state.initial + usual(state.unit) * Stream::new(7, number).normal(region, 0);
        let (low, high) = state.domain;
        let starts = (0..23).map(|region| start(region).clamp(low, high)).collect();
        network = network.with_initial(state.name, Values::new(starts, state.unit))?;
    }
    Ok(network)
}

/// All states over 4000 steps.
fn run<N: Node>(
    network: &Network<N>,
    engine: EngineKind,
    integrator: Integrator,
    dt: Second,
) -> Result<Vec<DMatrix<f64>>> {
    let names: Vec<&str> = N::STATE.iter().map(|state| state.name).collect();
    let simulator = Simulator::new(network, dt)?.with_engine(engine).with_integrator(integrator).with_seed(3);
    record(&simulator, dt * STEPS as f64, s(0.0), &names)
}

/// The largest distance of any state, relative to its largest value.
fn distance(fast: &[DMatrix<f64>], plain: &[DMatrix<f64>]) -> f64 {
    let relative = |(fast, plain): (&DMatrix<f64>, &DMatrix<f64>)| {
        // A state that stays zero in both agrees; `amax` passes over NaN, which a run does not hand out.
        if fast == plain { 0.0 } else { (fast - plain).amax() / plain.amax() }
    };
    largest(fast.iter().zip(plain).map(relative))
}
