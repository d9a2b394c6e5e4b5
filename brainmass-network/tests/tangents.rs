//! Derivatives of random small systems: the way back, the way forward, and dual numbers on the plain engine.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "common/systems.rs"]
#[allow(dead_code, reason = "`cargo xtask validate` uses the rest")]
mod systems;

use brainmass_core::Node;
use brainmass_core::units::{hz, ms};
use brainmass_network::{
    Adjustable, Direction, EngineKind, Integrator, Monitor, Network, Precision, Simulator,
};
use brainmass_nodes::{JansenRit, Kuramoto, Linear, MontbrioPazoRoxin, ReducedWongWangExcInh, WilsonCowan};
use proptest::prelude::*;
use systems::{Moving, System};

/// Sums in another order, through some hundred steps that magnify a rounding of 1e-16 by less than a thousand.
const TOLERANCE: f64 = 1e-10;

fn agrees<N: Node + Default>(system: &System) {
    for found in Moving::<N>::new(system).unwrap().derivatives(false).unwrap() {
        let [duals, _] = found.errors();
        assert!(found.sizes.iter().any(|size| *size > 0.0), "{}: nothing depends on {}", N::NAME, found.kind);
        assert!(duals < TOLERANCE, "{} of {}: {duals:e} in {system:?}", found.kind, N::NAME);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn all_ways_give_the_same_derivatives(
        n_regions in 1..=6_usize, seed in 0..1000_u64, node in 0..5_usize, coupling in 0..5_usize,
        integrator in 0..4_usize, longest in 0.0..50.0_f64, n_steps in 6..120_usize, memory in 0..200_000_usize,
    ) {
        let any = ["diffusive", "additive", "sigmoidal", "hyperbolic_tangent", "hyperbolic_tangent_of_sum"];
        let coupling = match (node, coupling) {
            (1, 0) => "sigmoidal_jansen_rit",
            (2, 0) => "kuramoto",
            _ => any[coupling],
        };
        let integrator = Integrator::ALL[integrator];
        let n_steps = n_steps.next_multiple_of(3);
        let system = System { n_regions, seed, coupling, longest, integrator, n_steps, memory };
        match node {
            0 => agrees::<WilsonCowan>(&system),
            1 => agrees::<JansenRit>(&system),
            2 => agrees::<Kuramoto>(&system),
            3 => agrees::<MontbrioPazoRoxin>(&system),
            _ => agrees::<ReducedWongWangExcInh>(&system),
        }
    }
}

#[test]
fn directions_that_make_no_sense_are_refused() {
    let network = Network::single(Linear { gamma: hz(-10.0) });
    let simulator = Simulator::new(&network, ms(1.0)).unwrap();
    let push = |simulator: &Simulator<'_, Linear>, direction: Direction| {
        let found = simulator.push_forward(ms(10.0), ms(0.0), &[Monitor::of("x")], &[direction]);
        found.map(|_| ()).map_err(|error| error.to_string())
    };
    let along = |what: Adjustable, velocity: Vec<f64>| push(&simulator, Direction::along(what, velocity));
    assert!(along(Adjustable::parameter("gamma"), vec![1.0]).is_ok());
    assert!(along(Adjustable::parameter("tau"), vec![1.0]).unwrap_err().contains("gamma"));
    assert!(along(Adjustable::parameter("gamma"), vec![1.0, 2.0]).unwrap_err().contains("2 values"));
    assert!(along(Adjustable::parameter("gamma"), vec![f64::NAN]).is_err());
    assert!(along(Adjustable::coupling(0, "g"), vec![1.0]).is_err());
    assert!(along(Adjustable::Speed(0), vec![1.0]).is_err());
    assert!(along(Adjustable::StateNoiseSigma(0), vec![1.0]).is_err());
    let weights = Direction::default().and_weights(nalgebra::DMatrix::zeros(2, 2));
    assert!(push(&simulator, weights).unwrap_err().contains("2 × 2"));
    let single = simulator.clone().with_precision(Precision::Single);
    assert!(push(&single, Direction::default()).is_err());
    let plain = simulator.clone().with_engine(EngineKind::Plain);
    assert!(push(&plain, Direction::default()).is_ok());
}

/// `x = (1 + γ dt)^n x₀ + Σ (1 + γ dt)^k dt u` after n steps of Euler: all derivatives are known.
#[test]
fn a_decay_has_the_derivatives_of_its_formula() {
    let (gamma, dt, n) = (-10.0, 1e-3, 50);
    let network = Network::single(Linear { gamma: hz(gamma) }).with_initial("x", 2.0).unwrap();
    let directions = [
        Direction::along(Adjustable::parameter("gamma"), vec![1.0]),
        Direction::along(Adjustable::initial("x"), vec![1.0]),
        Direction::along(Adjustable::drive("x_input"), vec![1.0]),
        // Along both at once the derivatives add up.
        Direction::along(Adjustable::initial("x"), vec![3.0]).and(Adjustable::drive("x_input"), vec![-1.0]),
    ];
    let factor: f64 = 1.0 + gamma * dt;
    let by_drive = dt * (0..n).map(|k| factor.powi(k)).sum::<f64>();
    let expected = [
        2.0 * f64::from(n) * dt * factor.powi(n - 1),
        factor.powi(n),
        by_drive,
        3.0 * factor.powi(n) - by_drive,
    ];
    for engine in [EngineKind::Blocked, EngineKind::Plain] {
        let simulator = Simulator::new(&network, ms(1.0)).unwrap();
        let simulator = simulator.with_integrator(Integrator::Euler).with_engine(engine);
        let (_, tangents) =
            simulator.push_forward(ms(50.0), ms(49.0), &[Monitor::of("x")], &directions).unwrap();
        for (direction, expected) in expected.iter().enumerate() {
            let found = tangents.of("x", direction).unwrap()[(0, 0)];
            assert!((found - expected).abs() < 1e-14, "{engine:?} {direction}: {found} {expected}");
        }
    }
}
