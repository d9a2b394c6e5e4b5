//! Many runs at once: each as if it were alone, whatever stands beside it and however many threads there are.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use brainmass_core::units::{Volt, dimension::Dimensionless, hz, mm_per_ms, ms, v};
use brainmass_core::{Connectome, Error, Node, Result};
use brainmass_network::{
    Additive, Connection, Delays, Diffusive, Drive, Integrator, Monitor, Network, OrnsteinUhlenbeck,
    Precision, Simulator, WhiteNoise,
};
use brainmass_nodes::{JansenRit, Linear, WilsonCowan};
use nalgebra::DMatrix;
use proptest::prelude::*;

/// Networks of 11 regions that differ in strength, parameters, drive, noise and seed; dense or sparse.
fn networks(n: usize, density: usize, delays: Option<&Delays>) -> Vec<Network<WilsonCowan>> {
    let weight = |i, j| if (3 * i + j) % 4 < density { 0.05 + 0.01 * i as f64 } else { 0.0 };
    let connectome =
        common::connectome(DMatrix::from_fn(11, 11, weight), &DMatrix::from_element(11, 11, 2.0));
    let network = |k: usize| {
        let x = k as f64 / n as f64;
        let mut connection = Connection::new("r_e", "e_input", Diffusive::new(0.2 + x));
        if let Some(delays) = delays {
            connection = connection.with_delays(delays.clone());
        }
        let regional = Connection::new("r_i", "i_input", Additive::new(0.1))
            .with_parameter("g", (0..11).map(|region| x * f64::from(region)).collect::<Vec<f64>>());
        Network::new(WilsonCowan::figure_11(), connectome.clone())
            .with_connection(connection)
            .and_then(|network| network.with_connection(regional.unwrap()))
            .and_then(|network| network.with_parameter("tau_i", ms(1.0 + x)))
            .and_then(|network| network.with_drive("e_input", Drive::constant(1.0 + x)))
            .and_then(|network| {
                network.with_drive("e_input", Drive::function(move |t, _| x * t.value_unsafe))
            })
            .and_then(|network| {
                network.with_input_noise("e_input", OrnsteinUhlenbeck::new(0.1 * x, ms(1.0 + x)))
            })
            .and_then(|network| network.with_state_noise("r_i", WhiteNoise::new(0.01)))
            .unwrap()
    };
    (0..n).map(network).collect()
}

fn bits(recording: Result<brainmass_network::Recording>) -> Vec<u64> {
    let series = recording.unwrap().take::<Dimensionless>("r_e").unwrap();
    series.samples().iter().map(|value| value.to_bits()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn company_changes_nothing(
        n in 1..20_usize, density in 1..5_usize, seed in any::<u32>(), delayed in any::<bool>(), single in any::<bool>(),
        which in 0..4_usize, threads in 1..3_usize,
    ) {
        let delays = Delays::at_speed(mm_per_ms(1.0));
        let networks = networks(n, density, delayed.then_some(&delays));
        let precision = if single { Precision::Single } else { Precision::Double };
        let simulators: Vec<_> = (u64::from(seed)..)
            .zip(&networks)
            .map(|(seed, network)| {
                let simulator = Simulator::new(network, ms(0.1)).unwrap().with_seed(seed);
                simulator.with_precision(precision).with_integrator(Integrator::ALL[which])
            })
            .collect();
        let monitors = [Monitor::of("r_e")];
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let together = pool.install(|| Simulator::run_many(&simulators, ms(10.0), ms(0.0), &monitors));
        prop_assert_eq!(together.len(), n);
        for (simulator, recording) in simulators.iter().zip(together) {
            prop_assert_eq!(bits(recording), bits(simulator.run(ms(10.0), ms(0.0), &monitors)));
        }
    }
}

/// In a panel of eight, one grows without bound; it alone is an error, with its own region and step.
#[test]
fn a_network_that_diverges_does_not_cost_the_others_their_run() {
    let growth = |k: i32| if k == 3 { hz(1e5) } else { hz(-10.0) };
    let networks: Vec<_> = (0..8)
        .map(|k| {
            Network::new(Linear { gamma: growth(k) }, common::islands(2))
                .with_initial("x", vec![0.0, 1.0])
                .unwrap()
        })
        .collect();
    let simulators: Vec<_> =
        networks.iter().map(|network| Simulator::new(network, ms(1.0)).unwrap()).collect();
    let monitors = [Monitor::of("x")];
    let recordings = Simulator::run_many(&simulators, ms(1000.0), ms(0.0), &monitors);
    for (k, recording) in recordings.into_iter().enumerate() {
        match (k, recording) {
            (3, Err(error)) => {
                let alone = simulators[3].run(ms(1000.0), ms(0.0), &monitors).unwrap_err();
                assert!(matches!(&error, Error::Diverged { region, .. } if region == "1"), "{error}");
                assert_eq!(error.to_string(), alone.to_string());
            }
            (3, Ok(_)) => panic!("it should diverge"),
            (_, recording) => {
                assert!(recording.unwrap().take::<Dimensionless>("x").unwrap().values().amax() <= 1.0);
            }
        }
    }
}

/// A network that does not start has its reason; so has one whose output is coupled in another way.
#[test]
fn failures_stand_in_their_places() {
    let make = |a_e: Volt| {
        let connectome = Connectome::without_lengths(DMatrix::from_element(3, 3, 1.0)).unwrap();
        Network::new(JansenRit { a_e, ..JansenRit::default() }, connectome)
            .with_connection(Connection::new("rate", "e_input", Additive::new(1.0)))
            .unwrap()
    };
    let networks: Vec<_> = (0..10).map(|k| make(v(if k == 6 { -1.0 } else { 3.25e-3 }))).collect();
    let simulators: Vec<_> =
        networks.iter().map(|network| Simulator::new(network, ms(0.1)).unwrap()).collect();
    let monitors = [Monitor::of(JansenRit::OUTPUT[1].name)];
    for (k, recording) in
        Simulator::run_many(&simulators, ms(5.0), ms(0.0), &monitors).into_iter().enumerate()
    {
        assert_eq!(recording.is_err(), k == 6, "{k}");
    }
}
