//! The fast engine against the plain one, which is written to be read.
//!
//! Both compute the same equations; their sums over sources run in another order. Tolerance: 1e-12 of a
//! variable's largest value over 4000 steps. A sum of 23 terms differs by some 1e-16 of it, the phase of a limit
//! cycle keeps what it is given, so 4000 steps pile up 1e-13 or so. The regimes oscillate regularly: strong noise or
//! coupling through inhibition makes these networks magnify any difference a thousandfold.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use brainmass_core::random::Stream;
use brainmass_core::units::{Second, Values, hz, mm_per_ms, ms, mv, per_mv};
use brainmass_core::{Connectome, Node};
use brainmass_network::{
    Additive, Connection, Delays, Diffusive, Drive, EngineKind, HyperbolicTangent, Integrator, KuramotoSine,
    Network, OrnsteinUhlenbeck, Precision, Sigmoidal, Simulator, WhiteNoise, coupling,
};
use brainmass_nodes::{JansenRit, Kuramoto, Linear, StuartLandau, WilsonCowan};
use nalgebra::DMatrix;

/// Random weights, a part of them zero, and lengths up to `longest_mm`, some of them zero.
fn connectome(n: usize, density: f64, longest_mm: f64) -> Connectome {
    let number = |stream: u32, i: usize, j: usize| {
        let normal = Stream::new(5, stream).normal(u32::try_from(i).unwrap(), j as u64);
        (0.5 * normal).abs().fract()
    };
    let weight = |i, j| if number(0, i, j) < density { number(1, i, j) / n as f64 } else { 0.0 };
    let length = |i, j| longest_mm * (1.2 * number(2, i, j) - 0.2).max(0.0);
    common::connectome(DMatrix::from_fn(n, n, weight), &DMatrix::from_fn(n, n, length))
}

/// The largest difference of any state between two runs, relative to the state's largest value.
fn difference<N: Node>(
    networks: [&Network<N>; 2],
    kinds: [EngineKind; 2],
    integrator: Integrator,
    dt: Second,
    n_steps: usize,
) -> f64 {
    let run = |k: usize| {
        let simulator = Simulator::new(networks[k], dt).unwrap();
        let simulator = simulator.with_engine(kinds[k]).with_integrator(integrator).with_seed(3);
        common::states_of(&simulator, n_steps)
    };
    let (a, b) = (run(0), run(1));
    a.iter().zip(&b).map(|(a, b)| (a - b).amax() / a.amax()).fold(0.0, f64::max)
}

const KINDS: [EngineKind; 2] = [EngineKind::Blocked, EngineKind::Plain];
const DELAYED: [f64; 2] = [0.0, 100.0];

fn check<N: Node>(dt: Second, make: impl Fn(Connectome, Delays) -> Network<N>) {
    for longest in DELAYED {
        for density in [0.3, 2.0] {
            for integrator in Integrator::ALL {
                let delays = Delays::at_speed(mm_per_ms(10.0));
                let network = make(connectome(23, density, longest), delays);
                let found = difference([&network; 2], KINDS, integrator, dt, 4000);
                assert!(found < 1e-12, "{} {integrator:?}, {longest} mm, {density}: {found:e}", N::NAME);
            }
        }
    }
}

fn wilson_cowan(connectome: Connectome, delays: Delays) -> Network<WilsonCowan> {
    let onto_inhibition = Connection::new("r_i", "i_input", Additive::new(0.05)).with_self_connections();
    Network::new(WilsonCowan::figure_11(), connectome)
        .with_connection(Connection::new("r_e", "e_input", Diffusive::new(0.2)).with_delays(delays))
        .and_then(|network| network.with_connection(onto_inhibition))
        .and_then(|network| network.with_drive("e_input", Drive::constant(1.5)))
        .and_then(|network| network.with_input_noise("e_input", OrnsteinUhlenbeck::new(0.01, ms(5.0))))
        .and_then(|network| network.with_state_noise("r_i", WhiteNoise::new(0.001)))
        .and_then(|network| network.with_random_initial("r_e", 0.1, 0.2))
        .unwrap()
}

#[test]
fn wilson_cowan_runs_alike() {
    check(ms(0.1), wilson_cowan);
}

#[test]
fn jansen_rit_runs_alike() {
    check(ms(0.1), |connectome, delays| {
        let connection = Connection::new("rate", "e_input", Additive::new(10.0)).with_delays(delays);
        Network::new(JansenRit::default(), connectome)
            .with_connection(connection)
            .and_then(|network| network.with_drive("e_input", Drive::constant(hz(200.0))))
            .and_then(|network| {
                network.with_input_noise("e_input", OrnsteinUhlenbeck::new(hz(2.0), ms(20.0)))
            })
            .unwrap()
    });
}

#[test]
fn stuart_landau_runs_alike() {
    check(ms(0.1), |connectome, delays| {
        let node = StuartLandau { a: hz(20.0), omega: hz(60.0), ..StuartLandau::default() };
        Network::new(node, connectome)
            .with_connection(Connection::new("x", "x_input", Diffusive::new(hz(30.0))).with_delays(delays))
            .and_then(|network| network.with_random_initial("y", -1.0, 1.0))
            .unwrap()
    });
}

#[test]
fn linear_nodes_under_a_wave_run_alike() {
    check(ms(0.1), |connectome, delays| {
        let wave = Drive::function(|t, region| hz(30.0 * (50.0 * t.value_unsafe + region as f64).sin()));
        Network::new(Linear { gamma: hz(-20.0) }, connectome)
            .with_connection(Connection::new("x", "x_input", Additive::new(hz(15.0))).with_delays(delays))
            .and_then(|network| network.with_drive("x_input", wave))
            .unwrap()
    });
}

/// Two numbers per source. Phases grow to 60 rad, and their differences lock.
#[test]
fn kuramoto_phases_run_alike() {
    check(ms(0.1), |connectome, delays| {
        let coupling = KuramotoSine::new(hz(30.0)).with_phase_lag(0.2);
        let regional = (0..23).map(|region| 0.01 * f64::from(region)).collect::<Vec<f64>>();
        let connection = Connection::new("theta", "theta_input", coupling).with_parameter("alpha", regional);
        Network::new(Kuramoto { omega: hz(150.0) }, connectome)
            .with_connection(connection.unwrap().with_delays(delays))
            .and_then(|network| network.with_random_initial("theta", 0.0, 1.0))
            .unwrap()
    });
}

/// What saturates before the sum, and after it.
#[test]
fn sigmoids_run_alike() {
    check(ms(0.1), |connectome, delays| {
        let sum = Sigmoidal::new(hz(20.0), 0.5).with_minimum(hz(-20.0)).with_midpoint(0.1);
        let each = HyperbolicTangent::new(hz(10.0), 2.0).with_midpoint(0.3);
        Network::new(Linear { gamma: hz(-20.0) }, connectome)
            .with_connection(Connection::new("x", "x_input", sum).with_delays(delays.clone()))
            .and_then(|network| {
                network.with_connection(Connection::new("x", "x_input", each).with_delays(delays))
            })
            .and_then(|network| network.with_random_initial("x", -1.0, 1.0))
            .unwrap()
    });
}

/// A network with the coupling of a name; its parameters are those that the coupling needs, in the first units that fit.
fn coupled<N: Node>(network: &Network<N>, name: &str, source: &str, input: &str) -> Option<Network<N>> {
    let given =
        [None, Some(0.5.into()), Some(hz(20.0).into()), Some(mv(1.0).into()), Some(per_mv(0.5).into())];
    let parameters = coupling::parameters(name).unwrap();
    let n_choices = given.len().pow(u32::try_from(parameters.len()).unwrap());
    (0..n_choices).find_map(|choice| {
        let mut rest = choice;
        let mut chosen: Vec<(&str, Values)> = Vec::new();
        for parameter in parameters {
            chosen.extend(given[rest % given.len()].clone().map(|values| (parameter.name, values)));
            rest /= given.len();
        }
        let connection = coupling::by_name(name, source, input, &chosen).ok()?;
        network.clone().with_connection(connection.with_delays(Delays::at_speed(mm_per_ms(10.0)))).ok()
    })
}

/// Every coupling by its name in files: one that is new joins by itself.
#[test]
fn every_coupling_runs_alike() {
    for longest in DELAYED {
        let decay = Network::new(Linear { gamma: hz(-20.0) }, connectome(23, 0.3, longest))
            .with_random_initial("x", -1.0, 1.0)
            .and_then(|network| network.with_input_noise("x_input", OrnsteinUhlenbeck::new(hz(5.0), ms(5.0))))
            .unwrap();
        let column = Network::new(JansenRit::default(), connectome(23, 0.3, longest))
            .with_drive("e_input", Drive::constant(hz(200.0)))
            .and_then(|network| network.with_random_initial("e", mv(0.0), mv(5.0)))
            .unwrap();
        for name in coupling::NAMES {
            let found = if let Some(network) = coupled(&decay, name, "x", "x_input") {
                difference([&network; 2], KINDS, Integrator::Heun, ms(0.1), 4000)
            } else {
                let network = coupled(&column, name, "potential", "e_input");
                let network =
                    network.unwrap_or_else(|| panic!("{name}: none of these units and variables fits"));
                difference([&network; 2], KINDS, Integrator::Heun, ms(0.1), 4000)
            };
            assert!(found < 1e-12, "{name}, {longest} mm: {found:e}");
        }
    }
}

/// Steps so large that most delays are shorter than four of them.
#[test]
fn large_steps_run_alike() {
    check(ms(2.5), |connectome, delays| {
        let node = StuartLandau { a: hz(2.0), omega: hz(20.0), ..StuartLandau::default() };
        Network::new(node, connectome)
            .with_connection(Connection::new("x", "x_input", Diffusive::new(hz(3.0))).with_delays(delays))
            .and_then(|network| {
                network.with_connection(Connection::new("y", "y_input", Diffusive::new(hz(1.0))))
            })
            .and_then(|network| network.with_state_noise("x", WhiteNoise::new(0.01)))
            .unwrap()
    });
}

/// The control: one pair of 23², one step later, is far beyond the tolerance.
#[test]
fn a_delay_off_by_one_step_is_seen() {
    let right = connectome(23, 0.3, 100.0);
    let pairs = (0..23).flat_map(|i| (0..23).map(move |j| (i, j)));
    let pair = pairs.into_iter().find(|(i, j)| i != j && right.weights()[(*i, *j)] > 0.0).unwrap();
    let mut lengths = right.tract_lengths().value_unsafe * 1e3;
    lengths[pair] += 1.0;
    let wrong = common::connectome(right.weights().clone(), &lengths);
    let networks = [right, wrong].map(|c| wilson_cowan(c, Delays::at_speed(mm_per_ms(10.0))));
    let found = difference([&networks[0], &networks[1]], KINDS, Integrator::Heun, ms(0.1), 4000);
    assert!(found > 1e-6, "{found:e}");
}

/// Single precision follows until the phase of the oscillation drifts: 1e-7 a step, 400 steps.
#[test]
fn single_precision_follows_double() {
    let network = wilson_cowan(connectome(23, 2.0, 100.0), Delays::at_speed(mm_per_ms(10.0)));
    let run = |precision| {
        let simulator = Simulator::new(&network, ms(0.1)).unwrap().with_precision(precision);
        common::states_of(&simulator, 400).swap_remove(0)
    };
    let (double, single) = (run(Precision::Double), run(Precision::Single));
    let difference = (&double - &single).amax() / double.amax();
    assert!(difference > 0.0 && difference < 1e-4, "{difference:e}");
}
