//! Derivatives of random small systems: the way back, the way forward, and dual numbers on the plain engine.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "common/systems.rs"]
#[allow(dead_code, reason = "`cargo xtask validate` uses the rest")]
mod systems;

use brainmass_core::units::{Meter, hz, mm_per_ms, ms, s};
use brainmass_core::{Connectome, Node};
use brainmass_network::{
    Additive, Adjustable, Connection, Delays, Direction, EngineKind, Integrator, Monitor, Network,
    OrnsteinUhlenbeck, Precision, Rounding, Simulator, WithRespectTo,
};
use brainmass_nodes::{JansenRit, Kuramoto, Linear, MontbrioPazoRoxin, ReducedWongWangExcInh, WilsonCowan};
use nalgebra::dmatrix;
use proptest::prelude::*;
use systems::{Moving, System};

/// Sums in another order, through some hundred steps that magnify a rounding of 1e-16 by less than a thousand.
const TOLERANCE: f64 = 1e-10;

fn agrees<N: Node + Default>(system: &System) {
    let all = Moving::<N>::new(system).unwrap().derivatives(false).unwrap();
    let weights = all.iter().find(|found| found.kind == "weights").unwrap().largest();
    for found in all {
        let [duals, _] = found.errors();
        // A delay of d steps that moves takes weight from one step and gives it to the next, d times as fast. Where the two are
        // nearly alike, as before the start, little is left of either, but their rounding is.
        let cancelled = if found.kind == "speed" { system.longest * weights / found.largest() } else { 0.0 };
        let duals = if cancelled > 1.0 { duals / cancelled } else { duals };
        // A lone region is not delayed, and what is sent now may arrive after the run.
        let depends = found.kind == "speed" || found.sizes.iter().any(|size| *size > 0.0);
        assert!(depends, "{}: nothing depends on {}", N::NAME, found.kind);
        assert!(duals < TOLERANCE, "{} of {}: {duals:e} in {system:?}", found.kind, N::NAME);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn all_ways_give_the_same_derivatives(
        n_regions in 1..=6_usize, seed in 0..1000_u64, node in 0..5_usize, coupling in 0..5_usize,
        integrator in 0..4_usize, longest in 0.0..50.0_f64, interpolated in any::<bool>(), noisy in any::<bool>(), n_steps in 6..120_usize, memory in 0..200_000_usize,
    ) {
        let names = ["diffusive", "additive", "sigmoidal", "hyperbolic_tangent", "hyperbolic_tangent_of_sum"];
        let coupling = match (node, coupling) {
            (1, 0) => "sigmoidal_jansen_rit",
            (2, 0) => "kuramoto",
            _ => names[coupling],
        };
        let integrator = Integrator::ALL[integrator];
        let n_steps = n_steps.next_multiple_of(3);
        let system = System { n_regions, seed, coupling, longest, interpolated, noisy, integrator, n_steps, memory };
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

/// One step of x′ = w² · 3 from a neighbour: x = 3 dt w², and dx/dw = 6 dt w. What stays within regions has no weight to move.
#[test]
fn squared_weights_have_the_derivative_of_a_square() {
    let weights = dmatrix![0.0, 0.7; 0.0, 0.0];
    let labels = ["a", "b"].map(str::to_owned).to_vec();
    let connectome = Connectome::new(weights, Meter::new(dmatrix![0.0, 0.0; 0.0, 0.0]), labels).unwrap();
    let connection = Connection::new("x", "x_input", Additive::new(hz(1.0)));
    let network = Network::new(Linear { gamma: hz(0.0) }, connectome)
        .with_initial("x", vec![0.0, 3.0])
        .and_then(|network| network.with_connection(connection.clone().with_squared_weights()))
        .and_then(|network| network.with_connection(connection.within_regions()))
        .unwrap();
    let simulator = Simulator::new(&network, ms(1.0)).unwrap().with_integrator(Integrator::Euler);
    let (_, trace) = simulator.trace(ms(1.0), ms(0.0), &[Monitor::of("x")], 1 << 20).unwrap();
    let by = WithRespectTo::nothing().and_weights(0).and_weights(1);
    let gradient = trace.pull_back(&[("x", dmatrix![1.0; 0.0])], &by).unwrap();
    assert!((gradient.weights(0).unwrap()[(0, 1)] - 6e-3 * 0.7).abs() < 1e-17);
    assert_eq!(gradient.weights(1).unwrap(), &dmatrix![0.0, 0.0; 0.0, 0.0]);
    let direction = Direction::default().and_weights(dmatrix![0.0, 1.0; 0.0, 0.0]);
    let pushed = simulator.push_forward(ms(1.0), ms(0.0), &[Monitor::of("x")], &[direction]).unwrap();
    assert!((pushed.1.of("x", 0).unwrap()[(0, 0)] - 6e-3 * 0.7).abs() < 1e-17);
}

/// x′ = −x(t − τ) from 1 with dt = 1 s at 1 m/s, by Heun's scheme. τ = 1 + θ: x₁ = 0, x₂ = −(1 + θ)/2, and the third step
/// sees θ and (1 − θ) x₂: x₃ = x₂ − θ/2 + (1 − θ²)/4, so dx₃/dθ = −1 − θ/2. τ = θ: x₁ = 1 − (1 + θ)/2. And dθ/dv = −τ/v.
/// At τ = 2 a faster conduction is on the way from θ = 1; a slower one would have dx₃/dθ = −1/2.
#[test]
fn the_conduction_speed_has_the_derivatives_of_its_formula() {
    for (tau, n, expected) in [(1.5, 3, 1.25 * 1.5), (0.5, 1, 0.5 * 0.5), (2.0, 3, 1.5 * 2.0)] {
        let connectome = Connectome::new(dmatrix![1.0], Meter::new(dmatrix![tau]), vec!["R".to_owned()]);
        let delays = Delays::at_speed(mm_per_ms(1.0)).with_rounding(Rounding::Interpolated);
        let connection = Connection::new("x", "x_input", Additive::new(hz(-1.0)))
            .with_delays(delays)
            .with_self_connections();
        let network = Network::new(Linear { gamma: hz(0.0) }, connectome.unwrap())
            .with_initial("x", 1.0)
            .and_then(|network| network.with_connection(connection))
            .unwrap();
        let simulator = Simulator::new(&network, s(1.0)).unwrap();
        let times = (s(f64::from(n)), s(f64::from(n - 1)));
        let by_speed = Direction::along(Adjustable::Speed(0), vec![1.0]);
        let mut found = Vec::new();
        for engine in [EngineKind::Blocked, EngineKind::Plain] {
            let simulator = simulator.clone().with_engine(engine);
            let pushed = simulator.push_forward(
                times.0,
                times.1,
                &[Monitor::of("x")],
                std::slice::from_ref(&by_speed),
            );
            found.push(pushed.unwrap().1.of("x", 0).unwrap()[(0, 0)]);
        }
        let (_, trace) = simulator.trace(times.0, times.1, &[Monitor::of("x")], 1 << 20).unwrap();
        let by = WithRespectTo::nothing().and_speed(0);
        found.push(trace.pull_back(&[("x", dmatrix![1.0])], &by).unwrap().speed(0).unwrap()[0]);
        assert!(found.iter().all(|found| (found - expected).abs() < 1e-15 * 4.0), "{tau}: {found:?}");
    }
}

#[test]
fn whole_steps_have_no_derivative_by_the_speed() {
    let connectome = Connectome::new(dmatrix![1.0], Meter::new(dmatrix![1.0]), vec!["R".to_owned()]).unwrap();
    let connection = Connection::new("x", "x_input", Additive::new(hz(-1.0)))
        .with_delays(Delays::at_speed(mm_per_ms(1.0)))
        .with_self_connections();
    let network = Network::new(Linear { gamma: hz(0.0) }, connectome);
    let network = network.with_connection(connection).unwrap();
    let simulator = Simulator::new(&network, s(1.0)).unwrap();
    let monitors = [Monitor::of("x")];
    let by_speed = Direction::along(Adjustable::Speed(0), vec![1.0]);
    let forwards = simulator.push_forward(s(3.0), s(0.0), &monitors, &[by_speed]).map(|_| ()).unwrap_err();
    let (_, trace) = simulator.trace(s(3.0), s(0.0), &monitors, 1 << 20).unwrap();
    let backwards = trace.pull_back(&[], &WithRespectTo::nothing().and_speed(0)).unwrap_err();
    for error in [forwards, backwards] {
        assert!(error.to_string().contains("delays are whole steps"), "{error}");
    }
}

/// x′ = η from 0 by Euler's scheme, dt = 1 s, with η₁ = a η₀ + b σ ξ₁ in the only step: dη₁/dτ = (a η₀ − a² b⁻¹ σ ξ₁)/τ², and τ is
/// one number.
#[test]
fn the_time_constant_of_noise_has_the_derivative_of_its_formula() {
    let tau: f64 = 3.0;
    let network = |tau: f64| {
        Network::single(Linear { gamma: hz(0.0) })
            .with_input_noise("x_input", OrnsteinUhlenbeck::new(hz(2.0), s(tau)))
            .unwrap()
    };
    let eta = |tau: f64| {
        let network = network(tau);
        let simulator = Simulator::new(&network, s(1.0)).unwrap().with_integrator(Integrator::Euler);
        let mut recording = simulator.run(s(1.0), s(0.0), &[Monitor::of("x")]).unwrap();
        recording.take_numbers("x").unwrap().0[(0, 0)]
    };
    // Two time constants tell η₀ and σ ξ₁, which do not depend on them.
    let update = |tau: f64| ((-1.0 / tau).exp(), (1.0 - (-2.0 / tau).exp()).sqrt());
    let ((a, b), (c, d)) = (update(tau), update(1.0));
    let (first, second) = (eta(tau), eta(1.0));
    let determinant = a * d - b * c;
    let (start, kick) = ((first * d - b * second) / determinant, (a * second - c * first) / determinant);
    let expected = (a * start - a * a / b * kick) / (tau * tau);
    let network = network(tau);
    let simulator = Simulator::new(&network, s(1.0)).unwrap().with_integrator(Integrator::Euler);
    let by_tau = Direction::along(Adjustable::InputNoiseTau(0), vec![1.0]);
    let monitors = [Monitor::of("x")];
    let pushed = simulator.push_forward(s(1.0), s(0.0), &monitors, std::slice::from_ref(&by_tau)).unwrap().1;
    let (_, trace) = simulator.trace(s(1.0), s(0.0), &monitors, 1 << 20).unwrap();
    let pulled = trace.pull_back(&[("x", dmatrix![1.0])], &WithRespectTo::nothing()).unwrap();
    for found in [pushed.of("x", 0).unwrap()[(0, 0)], pulled.input_noise_tau(0).unwrap()[0]] {
        assert!((found - expected).abs() < 1e-14, "{found} {expected}");
    }
    let two = Direction::along(Adjustable::InputNoiseTau(0), vec![1.0, 2.0]);
    assert!(simulator.push_forward(s(1.0), s(0.0), &monitors, &[two]).is_err());
    assert!(network.adjusted(&Adjustable::InputNoiseTau(0), vec![-1.0]).is_err());
}
