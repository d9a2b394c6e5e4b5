//! The policy of domains, for every node: states with bounds are kept, those without lead back or end the run with an error.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use brainmass_core::units::{Second, Unit, Values, dimension, ms, s};
use brainmass_core::{Error, Node, Result, Variable};
use brainmass_network::{EngineKind, Integrator, Monitor, Network, Recording, Simulator, WhiteNoise};
use nalgebra::DMatrix;

const ENGINES: [EngineKind; 2] = [EngineKind::Plain, EngineKind::Blocked];

fn bounded(variable: &Variable) -> bool {
    variable.domain.0.is_finite() || variable.domain.1.is_finite()
}

/// The width of a domain, or some size of the variable.
fn size(variable: &Variable) -> f64 {
    let width = variable.domain.1 - variable.domain.0;
    if width.is_finite() {
        width
    } else if variable.unit == Unit::of::<dimension::Hertz>() {
        100.0
    } else {
        1.0
    }
}

/// Beyond the lower bound in even regions, beyond the upper in odd ones, where there is one.
fn beyond(variable: &Variable, region: usize) -> f64 {
    let (low, high) = variable.domain;
    let (below, above) = (low - 3.0 * size(variable), high + 3.0 * size(variable));
    if region.is_multiple_of(2) || !above.is_finite() { below } else { above }
}

/// Five regions of which every state with bounds starts where `start` says.
fn from<N: Node + Default>(start: fn(&Variable, usize) -> f64) -> Network<N> {
    let mut network = Network::new(N::default(), common::islands(5));
    for variable in N::STATE.iter().filter(|variable| bounded(variable)) {
        let starts = (0..5).map(|region| start(variable, region)).collect();
        network = network.with_initial(variable.name, Values::new(starts, variable.unit)).unwrap();
    }
    network
}

fn at_the_bound(variable: &Variable, region: usize) -> f64 {
    beyond(variable, region).clamp(variable.domain.0, variable.domain.1)
}

fn run<N: Node>(simulator: &Simulator<'_, N>, dt: Second, n_steps: f64) -> Result<Recording> {
    let monitors: Vec<Monitor> = N::STATE.iter().map(|state| Monitor::of(state.name)).collect();
    simulator.run(dt * n_steps, s(0.0), &monitors)
}

/// Every state as a matrix of regions × steps.
fn states<N: Node>(network: &Network<N>, engine: EngineKind, integrator: Integrator) -> Vec<DMatrix<f64>> {
    let simulator = Simulator::new(network, ms(0.1)).unwrap().with_engine(engine).with_integrator(integrator);
    let mut recording = run(&simulator, ms(0.1), 60.0).unwrap();
    N::STATE.iter().map(|state| recording.take_numbers(state.name).unwrap().0).collect()
}

/// Starts beyond the bounds begin at them, and noise of half a domain a step does not lead out.
fn keeps_its_domain<N: Node + Default>() {
    let (outside, inside) = (from::<N>(beyond), from::<N>(at_the_bound));
    let mut noisy = outside.clone();
    for variable in N::STATE.iter().filter(|variable| bounded(variable)) {
        let sigma = Values::new(vec![50.0 * size(variable)], variable.unit);
        noisy = noisy.with_state_noise(variable.name, WhiteNoise::new(sigma)).unwrap();
    }
    for engine in ENGINES {
        for integrator in Integrator::ALL {
            let what = format!("{} by {integrator:?}, {engine:?}", N::NAME);
            assert_eq!(states(&outside, engine, integrator), states(&inside, engine, integrator), "{what}");
            let found = states(&noisy, engine, integrator);
            for (variable, found) in N::STATE.iter().zip(&found) {
                let (low, high) = variable.domain;
                assert!(found.iter().all(|x| (low..=high).contains(x)), "{what}: `{}`", variable.name);
                // At a bound, or beyond it, noise of both signs would lead: the bounds were needed.
                let at_a_bound = found.iter().filter(|x| **x == low || **x == high).count();
                assert!(!bounded(variable) || at_a_bound > 10, "{what}: `{}`, {at_a_bound}", variable.name);
            }
        }
    }
}

/// What became of a run that starts at 1e200 in the second of three regions, in steps much longer than anything in it.
fn after_a_start_far_away<N: Node + Default>(engine: EngineKind) -> Result<()> {
    let far = N::STATE.iter().position(|variable| variable.domain.1 == f64::INFINITY);
    let mut network = Network::new(N::default(), common::islands(3));
    if let Some(variable) = far.map(|k| &N::STATE[k]) {
        let starts = vec![variable.initial, 1e200, variable.initial];
        network = network.with_initial(variable.name, Values::new(starts, variable.unit))?;
    }
    let simulator = Simulator::new(&network, s(1.0))?.with_engine(engine).with_integrator(Integrator::Euler);
    let mut recording = run(&simulator, s(1.0), 500.0)?;
    for variable in N::STATE {
        let found = recording.take_numbers(variable.name)?.0;
        assert!(found.iter().all(|x| x.is_finite()), "{}: `{}` is not finite", N::NAME, variable.name);
    }
    Ok(())
}

/// Whether it diverges, which both engines must say alike and of the right region, unless the others get there first.
fn diverges<N: Node + Default>() -> bool {
    let outcomes = ENGINES.map(after_a_start_far_away::<N>);
    // NaN is not equal to itself; its text is.
    assert_eq!(format!("{:?}", outcomes[0]), format!("{:?}", outcomes[1]), "{}", N::NAME);
    match &outcomes[0] {
        Ok(()) => false,
        Err(Error::Diverged { region, variable, step, time, value }) => {
            assert!(N::STATE.iter().any(|state| state.name == variable), "{}: `{variable}`", N::NAME);
            assert_eq!(region, "1", "{}: step {step}", N::NAME);
            assert!((1..=500).contains(step) && *time == *step as f64, "{}: {step}, {time}", N::NAME);
            assert!(!value.is_finite(), "{}: {value}", N::NAME);
            true
        }
        Err(other) => panic!("{}: {other}", N::NAME),
    }
}

macro_rules! tests {
    ($($Node:ident),*) => {
        #[test]
        fn states_with_bounds_are_kept() {
            $(if <brainmass_nodes::$Node as Node>::STATE.iter().any(bounded) {
                keeps_its_domain::<brainmass_nodes::$Node>();
            })*
        }

        #[test]
        fn what_grows_without_bounds_ends_with_region_variable_and_step() {
            let calm = [$((<brainmass_nodes::$Node as Node>::NAME, diverges::<brainmass_nodes::$Node>())),*];
            let calm = calm.into_iter().filter(|(_, diverges)| !diverges).map(|(name, _)| name);
            // Gatings and rates that jump below 0 begin again there; a phase only turns.
            assert_eq!(
                calm.collect::<Vec<_>>(),
                ["reduced_wong_wang", "reduced_wong_wang_exc_inh", "wong_wang", "kuramoto", "threshold_linear"]
            );
        }
    };
}

brainmass_nodes::for_each_node!(tests);
