//! Delays that are not rounded to whole steps, and Heun's scheme over a whole network.
//!
//! x′ = −x(t − τ) from x = 1 before t = 0 is, by the method of steps,
//!
//! ```text
//! x(t) = Σ_k (−1)^k (t − (k − 1) τ)^k / k!,   k = 0 … ⌊t/τ⌋ + 1
//! ```
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use brainmass_core::units::{Meter, Second, hz, mm_per_ms, ms, s};
use brainmass_core::{Connectome, CpuLevel, Node};
use brainmass_network::{
    Additive, Connection, Delays, Diffusive, Drive, EngineKind, History, Integrator, KuramotoSine,
    MixedNetwork, Monitor, Network, OrnsteinUhlenbeck, Precision, Rounding, Sigmoidal, Simulator, WhiteNoise,
};
use brainmass_nodes::{Kuramoto, Linear, WilsonCowan};
use nalgebra::{DMatrix, dmatrix};

fn delays(rounding: Rounding) -> Delays {
    Delays::at_speed(mm_per_ms(1.0)).with_rounding(rounding)
}

/// One region that acts on itself after `tau` seconds.
fn delayed_decay(tau: f64, rounding: Rounding) -> Network<Linear> {
    let connection = Connection::new("x", "x_input", Additive::new(hz(-1.0)))
        .with_delays(delays(rounding))
        .with_self_connections();
    Network::new(Linear { gamma: hz(0.0) }, common::connectome(dmatrix![1.0], &dmatrix![1e3 * tau]))
        .with_initial("x", 1.0)
        .and_then(|network| network.with_connection(connection))
        .unwrap()
}

fn method_of_steps(tau: f64, t: f64) -> f64 {
    let (mut sum, mut factorial) = (1.0, 1.0);
    for k in 1..100 {
        let since = t - f64::from(k - 1) * tau;
        if since < 0.0 {
            break;
        }
        factorial *= -f64::from(k);
        sum += since.powi(k) / factorial;
    }
    sum
}

/// The largest error of the delayed decay over four seconds. (Up to 2τ the trapezoid is exact: x′ is made of straight lines.)
fn error(tau: f64, dt: f64, integrator: Integrator, rounding: Rounding) -> f64 {
    let network = delayed_decay(tau, rounding);
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "some thousands")]
    let n_steps = (4.0 / dt).round() as usize;
    let x = common::states(&network, integrator, s(dt), n_steps, 0).swap_remove(0);
    let errors = x.iter().zip(1..).map(|(x, step)| (x - method_of_steps(tau, f64::from(step) * dt)).abs());
    errors.fold(0.0, f64::max)
}

/// The order between steps of τ/(n + θ) and τ/(8 n + θ): the part θ that a delay leaves over enters the error, and at times
/// k τ, where a derivative jumps, k θ does. So it is kept.
fn order(tau: f64, (n, part): (f64, f64), integrator: Integrator, rounding: Rounding) -> f64 {
    let error = |n: f64| error(tau, tau / (n + part), integrator, rounding);
    (error(n) / error(8.0 * n)).log2() / 3.0
}

/// By hand: τ = 1.5 dt, dt = 1. The first step, x(0) = 1, ends at 1 − (1 + 1)/2 = 0: at both ends the delayed value is of
/// t ≤ 0. The second sees x(−0.5) = 1 and x(0.5) = (1 + 0)/2: 0 − (1 + 0.5)/2 = −0.75. The third x(0.5) and
/// x(1.5) = −0.375: −0.75 − (0.5 − 0.375)/2 = −0.8125.
#[test]
fn three_steps_by_hand() {
    for kind in [EngineKind::Plain, EngineKind::Blocked] {
        let network = delayed_decay(1.5, Rounding::Interpolated);
        let simulator = Simulator::new(&network, s(1.0)).unwrap().with_engine(kind);
        assert_eq!(common::states_of(&simulator, 3)[0].as_slice(), [0.0, -0.75, -0.8125], "{kind:?}");
    }
}

/// The same with τ = dt/2: the end of a step is seen halfway to what is predicted of it. From 1: at the beginning x(−0.5)
/// = 1, so 0 is predicted and the end sees (1 + 0)/2: 1 − (1 + 0.5)/2 = 0.25. Then x(0.5) = 0.625, so −0.375 is
/// predicted, the end sees (0.25 − 0.375)/2: 0.25 − (0.625 − 0.0625)/2 = −0.03125.
#[test]
fn a_delay_below_a_step_by_hand() {
    for kind in [EngineKind::Plain, EngineKind::Blocked] {
        let network = delayed_decay(0.5, Rounding::Interpolated);
        let simulator = Simulator::new(&network, s(1.0)).unwrap().with_engine(kind);
        assert_eq!(common::states_of(&simulator, 2)[0].as_slice(), [0.25, -0.03125], "{kind:?}");
    }
}

#[test]
fn heun_is_of_second_order_with_interpolated_delays() {
    // Whole steps, and between steps.
    for (tau, steps) in [(1.0, (40.0, 0.0)), (0.7351, (40.0, 0.351)), (0.7351, (40.0, 0.8))] {
        let heun = order(tau, steps, Integrator::Heun, Rounding::Interpolated);
        assert!((heun - 2.0).abs() < 0.05, "{tau} {steps:?}: {heun}");
        let euler = order(tau, steps, Integrator::Euler, Rounding::Interpolated);
        assert!((euler - 1.0).abs() < 0.05, "{tau} {steps:?}: {euler}");
    }
    // Rounded delays are held during a step: of first order, also where they are whole steps.
    for (tau, steps) in [(1.0, (40.0, 0.0)), (0.7351, (40.0, 0.8))] {
        let held = order(tau, steps, Integrator::Heun, Rounding::Nearest);
        assert!((held - 1.0).abs() < 0.05, "{tau} {steps:?}: {held}");
    }
    // A delay that stays a third of a step.
    let error = |dt: f64| error(0.35 * dt, dt, Integrator::Heun, Rounding::Interpolated);
    let short = (error(0.02) / error(0.0025)).log2() / 3.0;
    assert!((short - 2.0).abs() < 0.05, "{short}");
}

/// Sigmoidal, diffusive, phase and instantaneous couplings among nodes that are not linear, and a drive that moves.
/// Against steps sixteen times as fine, where the error is 256 times smaller.
#[test]
fn whole_networks_are_of_second_order() {
    let lengths = dmatrix![0.0, 3.21, 1.234; 0.057, 0.0, 7.7; 5.0, 2.468, 0.0];
    let weights = dmatrix![0.0, 0.7, 0.3; 1.0, 0.0, 0.4; 0.2, 0.9, 0.0];
    let wave = Drive::function(|t, region| 1.25 + 0.2 * (500.0 * t.value_unsafe + region as f64).sin());
    let late = Connection::new("r_e", "e_input", Sigmoidal::new(0.5, 4.0).with_midpoint(0.1));
    let populations = Network::new(WilsonCowan::figure_11(), common::connectome(weights.clone(), &lengths))
        .with_connection(late.with_delays(delays(Rounding::Interpolated)))
        .and_then(|network| network.with_connection(Connection::new("r_i", "i_input", Diffusive::new(0.2))))
        .and_then(|network| network.with_drive("e_input", wave))
        .and_then(|network| network.with_initial("r_e", vec![0.1, 0.2, 0.15]))
        .unwrap();
    assert_second_order(&populations, 0.025);
    let sine = Connection::new("theta", "theta_input", KuramotoSine::new(hz(40.0)));
    let phases = Network::new(Kuramoto::default(), common::connectome(weights, &lengths))
        .with_parameter("omega", brainmass_core::units::Hertz::new(vec![60.0, 70.0, 50.0]))
        .and_then(|network| network.with_connection(sine.with_delays(delays(Rounding::Interpolated))))
        .unwrap();
    assert_second_order(&phases, 0.1);
}

fn assert_second_order<N: Node>(network: &Network<N>, dt_ms: f64) {
    let n = 200;
    let last = |refined: usize| {
        let dt = ms(dt_ms / refined as f64);
        let states = common::states(network, Integrator::Heun, dt, n * refined, 0);
        DMatrix::from_fn(states.len(), network.n_regions(), |k, region| states[k][(region, n * refined - 1)])
    };
    let fine = last(64);
    let error = |refined| (last(refined) - &fine).amax();
    let order = (error(1) / error(4)).log2() / 2.0;
    assert!((order - 2.0).abs() < 0.15, "{}: {order}", N::NAME);
}

/// What is between two steps of a cosine, and the parts it is made of.
#[test]
fn delays_are_whole_steps_and_a_part() {
    let lengths = dmatrix![0.0, 80.0; 1.25, 0.04];
    let steps = |rounding| {
        delays(rounding).steps(Meter::new(&(&lengths * 1e-3)), ms(0.1)).unwrap().as_slice().to_vec()
    };
    assert_eq!(steps(Rounding::Interpolated), [0, 12, 800, 0]);
    assert_eq!(steps(Rounding::Nearest), [0, 12, 800, 0]);
    assert_eq!(steps(Rounding::Up), [0, 13, 800, 1]);
    // Region 1 takes what region 0 sent 2.25 steps before: dx/dt = 10 kHz (−x + input), and Euler forgets at once.
    let given = History::Given(dmatrix![5.0, 1.0, 2.0; 0.0, 0.0, 0.0]);
    let connection = Connection::new("x", "x_input", Additive::new(hz(1e4)))
        .with_delays(delays(Rounding::Interpolated).with_history(given));
    let connectome = common::connectome(dmatrix![0.0, 0.0; 1.0, 0.0], &dmatrix![0.0, 0.0; 0.225, 0.0]);
    let network = Network::new(Linear { gamma: hz(-1e4) }, connectome)
        .with_initial("x", vec![4.0, 0.0])
        .and_then(|network| network.with_connection(connection))
        .unwrap();
    let x = common::states(&network, Integrator::Euler, ms(0.1), 3, 0).swap_remove(0);
    for (step, [later, earlier]) in [[1.0, 5.0], [2.0, 1.0], [4.0, 2.0]].into_iter().enumerate() {
        let due = 0.75 * later + 0.25 * earlier;
        assert!((x[(1, step)] - due).abs() < 1e-14, "step {step}: {} instead of {due}", x[(1, step)]);
    }
}

/// 19 oscillating regions with delays of 0 to 9.6 ms, most of them between steps, connections with and without delays,
/// noise of all kinds, drives.
fn network(rounding: Rounding) -> Network<WilsonCowan> {
    let weights =
        DMatrix::from_fn(19, 19, |i, j| if (i + 2 * j) % 3 == 0 { 0.0 } else { 0.03 + 0.001 * j as f64 });
    let lengths = DMatrix::from_fn(19, 19, |i, j| ((7 * i + 5 * j) % 31) as f64 * 0.3137);
    let delayed = Connection::new("r_e", "e_input", Diffusive::new(0.2)).with_delays(delays(rounding));
    let wave = Drive::function(|t, region| 1.25 + 0.01 * (50.0 * t.value_unsafe + region as f64).sin());
    Network::new(WilsonCowan::figure_11(), common::connectome(weights, &lengths))
        .with_connection(delayed)
        .and_then(|network| network.with_connection(Connection::new("r_i", "i_input", Additive::new(0.05))))
        .and_then(|network| network.with_drive("e_input", wave))
        .and_then(|network| network.with_input_noise("e_input", OrnsteinUhlenbeck::new(0.01, ms(5.0))))
        .and_then(|network| network.with_state_noise("r_e", WhiteNoise::new(0.01).proportional()))
        .and_then(|network| network.with_state_noise("r_i", WhiteNoise::new(0.01)))
        .and_then(|network| network.with_random_initial("r_e", 0.1, 0.2))
        .unwrap()
}

fn simulator(network: &Network<WilsonCowan>) -> Simulator<'_, WilsonCowan> {
    Simulator::new(network, ms(0.1)).unwrap().with_seed(3)
}

/// Sums in another order: the tolerance and its reason are those of `engines.rs`.
#[test]
fn both_engines_interpolate_alike() {
    let network = network(Rounding::Interpolated);
    for integrator in Integrator::ALL {
        let run = |kind| {
            common::states_of(&simulator(&network).with_integrator(integrator).with_engine(kind), 2000)
        };
        let (fast, plain) = (run(EngineKind::Blocked), run(EngineKind::Plain));
        for (fast, plain) in fast.iter().zip(&plain) {
            let found = (fast - plain).amax() / plain.amax();
            assert!(found < 1e-12, "{integrator:?}: {found:e}");
            // It oscillates, so that a delay off by a step would show.
            let last = plain.columns(1500, 500);
            assert!(last.row(0).max() - last.row(0).min() > 0.05 * plain.amax());
        }
        // Rounding the delays does change the result.
        let rounded = self::network(Rounding::Nearest);
        let rounded = common::states_of(&simulator(&rounded).with_integrator(integrator), 2000);
        assert!((&rounded[0] - &plain[0]).amax() / plain[0].amax() > 1e-6, "{integrator:?}");
    }
}

#[test]
fn single_precision_follows() {
    let network = network(Rounding::Interpolated);
    let double = common::states_of(&simulator(&network), 200);
    let single = common::states_of(&simulator(&network).with_precision(Precision::Single), 200);
    assert!((&double[0] - &single[0]).amax() < 1e-5);
}

#[test]
fn stopped_and_continued_anywhere_it_gives_the_same_bits_on_any_cpu() {
    let network = network(Rounding::Interpolated);
    let monitors = [Monitor::of("r_e"), Monitor::of("r_i")];
    let bits = |mut recording: brainmass_network::Recording| {
        ["r_e", "r_i"].map(|name| {
            let series = recording.take::<brainmass_core::units::dimension::Dimensionless>(name).unwrap();
            series.samples().iter().map(|value| value.to_bits()).collect::<Vec<_>>()
        })
    };
    for kind in [EngineKind::Blocked, EngineKind::Plain] {
        let simulator = simulator(&network).with_engine(kind);
        let whole = bits(simulator.run(ms(15.0), ms(0.0), &monitors).unwrap());
        for level in CpuLevel::available() {
            let simulator = simulator.clone().with_cpu_level(level);
            assert_eq!(bits(simulator.run(ms(15.0), ms(0.0), &monitors).unwrap()), whole);
        }
        for stop in [0, 1, 2, 31, 32, 33, 77, 149] {
            let mut run = simulator.start(ms(15.0), ms(0.0), &monitors).unwrap();
            run.advance(stop).unwrap();
            let bytes = run.to_bytes().unwrap();
            let path = std::path::Path::new("memory");
            let mut run = simulator.resume_from(ms(15.0), ms(0.0), &monitors, bytes, path).unwrap();
            run.advance(150).unwrap();
            assert!(bits(run.finish().unwrap()) == whole, "{kind:?} stopped after {stop} steps");
        }
    }
}

/// Without delays couplings are taken at both ends as well, side by side as alone.
#[test]
fn a_panel_gives_the_bits_of_lone_runs() {
    let make = |k: u32| {
        let connection = Connection::new("r_e", "e_input", Diffusive::new(0.1 * f64::from(k)))
            .with_delays(delays(Rounding::Interpolated));
        let weights = dmatrix![0.0, 1.0, 0.5; 0.3, 0.0, 0.1; 0.9, 0.8, 0.0];
        Network::new(WilsonCowan::figure_11(), Connectome::without_lengths(weights).unwrap())
            .with_connection(connection)
            .and_then(|network| network.with_drive("e_input", Drive::constant(vec![1.0, 1.25, 1.5])))
            .unwrap()
    };
    let networks: Vec<Network<WilsonCowan>> = (0..8).map(make).collect();
    let simulators: Vec<_> = networks.iter().map(simulator).collect();
    let monitors = [Monitor::of("r_e")];
    let together = Simulator::run_many(&simulators, ms(20.0), ms(0.0), &monitors);
    for (together, simulator) in together.into_iter().zip(&simulators) {
        let [mut together, mut alone] =
            [together.unwrap(), simulator.run(ms(20.0), ms(0.0), &monitors).unwrap()];
        let take = |recording: &mut brainmass_network::Recording| {
            recording.take::<brainmass_core::units::dimension::Dimensionless>("r_e").unwrap()
        };
        assert_eq!(take(&mut together), take(&mut alone));
    }
}

/// A network whose weights are zero is its nodes: two steps of Euler's and their mean are Heun's step, to rounding.
#[test]
fn without_weights_it_is_the_nodes_own_scheme() {
    let lone = |rounding| {
        let lengths = DMatrix::from_element(2, 2, 1.234);
        let late = Connection::new("r_e", "e_input", Diffusive::new(1.0)).with_delays(delays(rounding));
        let network =
            Network::new(WilsonCowan::figure_11(), common::connectome(DMatrix::zeros(2, 2), &lengths))
                .with_connection(late)
                .and_then(|network| network.with_drive("e_input", Drive::constant(1.25)))
                .and_then(|network| network.with_state_noise("r_e", WhiteNoise::new(0.1)))
                .unwrap();
        common::states(&network, Integrator::Heun, ms(0.1), 2000, 1)
    };
    let (interpolated, rounded) = (lone(Rounding::Interpolated), lone(Rounding::Nearest));
    for (a, b) in interpolated.iter().zip(&rounded) {
        assert!((a - b).amax() < 1e-12, "{:e}", (a - b).amax());
    }
}

#[test]
fn mixed_networks_refuse() {
    let dt: Second = ms(0.1);
    let network = network(Rounding::Interpolated);
    let connectome = network.connectome().clone();
    let all = connectome.labels().to_vec();
    let within = Connection::new("x", "x_input", Additive::new(hz(1.0)));
    let within = within.with_delays(delays(Rounding::Interpolated));
    let mixed = MixedNetwork::new(connectome.clone())
        .with_population("all", &all, Linear::default(), |all| all.with_connection(within))
        .unwrap();
    let run = |mixed: &MixedNetwork| {
        let simulator = Simulator::mixed(mixed, dt).unwrap();
        simulator.run(ms(1.0), ms(0.0), &[Monitor::of("all.x")]).unwrap_err().to_string()
    };
    assert_eq!(
        run(&mixed),
        "delays of the coupling from `x` to `x_input`: those of a mixed network are whole steps"
    );
    let between = Connection::new("all.x", "other.x_input", Additive::new(hz(1.0)));
    let mixed = MixedNetwork::new(connectome)
        .with_population("all", &all[1..], Linear::default(), Ok)
        .and_then(|mixed| mixed.with_population("other", &all[..1], Linear::default(), Ok))
        .and_then(|mixed| mixed.with_connection(between.with_delays(delays(Rounding::Interpolated))))
        .unwrap();
    assert_eq!(
        run(&mixed),
        "delays of the coupling from `all.x` to `other.x_input`: those of a mixed network are whole steps"
    );
}

/// A series has one value a step; of what has a course the middle of the step counts, so that a pulse keeps its edges.
#[test]
fn drives_keep_their_edges_and_reach_second_order() {
    let run = |drive: Drive, n_steps: usize, dt: f64| {
        let network = delayed_decay(0.5, Rounding::Interpolated)
            .with_weights(dmatrix![0.0])
            .and_then(|network| network.with_initial("x", 0.0))
            .and_then(|network| network.with_drive("x_input", drive))
            .unwrap();
        common::states(&network, Integrator::Heun, s(dt), n_steps, 0).swap_remove(0)
    };
    let pulse = brainmass_network::drive::Pulse::new(s(0.2), s(0.3));
    let x = run(Drive::shaped(hz(1.0), pulse), 8, 0.1);
    for (found, due) in x.iter().zip([0.0, 0.0, 0.1, 0.2, 0.3, 0.3, 0.3, 0.3]) {
        assert!((found - due).abs() < 1e-15, "{x}");
    }
    let error = |n: u32| {
        let wave = Drive::function(|t, _| hz(t.value_unsafe.cos()));
        (run(wave, n as usize, 1.0 / f64::from(n))[(0, n as usize - 1)] - 1_f64.sin()).abs()
    };
    assert!(((error(10) / error(40)).log2() / 2.0 - 2.0).abs() < 0.01);
}
