//! What holds for every network: symmetries, lone nodes, same seed same bits.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use brainmass_core::units::{Hertz, hz, mm_per_ms, ms};
use brainmass_core::{Connectome, ObservationModel, TemporalAverage, conformance};
use brainmass_network::{
    Additive, Connection, Delays, Diffusive, Drive, HyperbolicTangent, HyperbolicTangentOfSum, Integrator,
    KuramotoSine, Monitor, Network, OrnsteinUhlenbeck, Sigmoidal, SigmoidalJansenRit, Simulator, WhiteNoise,
};
use brainmass_nodes::{JansenRit, WilsonCowan};
use nalgebra::DMatrix;
use proptest::prelude::*;

fn matrix(n: usize, high: f64) -> impl Strategy<Value = DMatrix<f64>> {
    prop::collection::vec(0.0..high, n * n).prop_map(move |values| DMatrix::from_vec(n, n, values))
}

/// A Wilson–Cowan network in an oscillating regime, with delays.
fn network(connectome: Connectome, initial: Vec<f64>) -> Network<WilsonCowan> {
    let connection =
        Connection::new("r_e", "e_input", Diffusive::new(0.8)).with_delays(Delays::at_speed(mm_per_ms(2.0)));
    Network::new(WilsonCowan::figure_11(), connectome)
        .with_initial("r_e", initial)
        .and_then(|network| network.with_connection(connection))
        .and_then(|network| network.with_drive("e_input", Drive::constant(1.25)))
        .unwrap()
}

fn run(network: &Network<WilsonCowan>, seed: u64) -> DMatrix<f64> {
    common::states(network, Integrator::Heun, ms(0.1), 200, seed).swap_remove(0)
}

#[test]
fn couplings_conform() {
    conformance::coupling(&Diffusive::new(0.7)).unwrap();
    conformance::coupling(&Additive::new(0.7)).unwrap();
    conformance::coupling(&Additive::new(0.7).with_offset(0.1)).unwrap();
    conformance::coupling(&Sigmoidal::new(2.0, 0.3).with_minimum(-1.0).with_midpoint(0.5)).unwrap();
    conformance::coupling(&HyperbolicTangent::new(0.7, 2.0).with_midpoint(0.5)).unwrap();
    conformance::coupling(&HyperbolicTangentOfSum::new(0.7, 2.0)).unwrap();
    conformance::coupling(&SigmoidalJansenRit::new(0.7)).unwrap();
    conformance::coupling(&KuramotoSine::new(0.7).with_phase_lag(0.2)).unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Each region sees the same neighbours in another order: equal up to the order of a sum, 1e-16 each step, which
    /// 200 steps of this limit cycle amplify by less than 1e3.
    #[test]
    fn permuting_regions_permutes_the_output(
        weights in matrix(5, 1.0), lengths in matrix(5, 6.0),
        initial in prop::collection::vec(0.0..0.4_f64, 5),
        order in Just(vec![0_usize, 1, 2, 3, 4]).prop_shuffle(),
    ) {
        let connectome = common::connectome(weights, &lengths);
        let straight = run(&network(connectome.clone(), initial.clone()), 0);
        let shuffled_initial = order.iter().map(|&k| initial[k]).collect();
        let shuffled = run(&network(connectome.permuted(&order).unwrap(), shuffled_initial), 0);
        for (row, &k) in order.iter().enumerate() {
            for step in 0..straight.ncols() {
                prop_assert!((shuffled[(row, step)] - straight[(k, step)]).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn zero_weights_give_lone_nodes(initial in prop::collection::vec(0.0..0.4_f64, 4), lengths in matrix(4, 6.0)) {
        let together = run(&network(common::connectome(DMatrix::zeros(4, 4), &lengths), initial.clone()), 0);
        for (region, start) in initial.iter().enumerate() {
            let alone = Network::single(WilsonCowan::figure_11())
                .with_initial("r_e", *start)
                .and_then(|network| network.with_drive("e_input", Drive::constant(1.25)))
                .unwrap();
            let alone = run(&alone, 0);
            prop_assert_eq!(together.row(region), alone.row(0));
        }
    }

    /// With symmetric weights and no delays the couplings cancel: the sum of all x changes as without them, to the
    /// rounding of some 36 products of a few thousandths.
    #[test]
    fn symmetric_diffusive_coupling_sums_to_zero(
        weights in matrix(6, 2.0), x in prop::collection::vec(-1.0..1.0_f64, 6), uniform in -1.0..1.0_f64,
    ) {
        let symmetric = &weights + weights.transpose();
        let after_one_step = |initial: Vec<f64>| {
            let connectome = Connectome::without_lengths(symmetric.clone()).unwrap();
            let network = Network::new(brainmass_nodes::Linear { gamma: hz(0.0) }, connectome)
                .with_initial("x", initial)
                .and_then(|network| network.with_connection(Connection::new("x", "x_input", Diffusive::new(hz(3.0)))))
                .unwrap();
            common::states(&network, Integrator::Euler, ms(1.0), 1, 0).swap_remove(0)
        };
        let moved = after_one_step(x.clone());
        prop_assert!((moved.sum() - x.iter().sum::<f64>()).abs() < 1e-14);
        let still = after_one_step(vec![uniform; 6]);
        prop_assert!(still.iter().all(|value| (value - uniform).abs() < 1e-16 * 20.0));
    }

    #[test]
    fn the_same_seed_gives_the_same_bits(seed in any::<u64>(), weights in matrix(3, 1.0), lengths in matrix(3, 6.0)) {
        let noisy = network(common::connectome(weights, &lengths), vec![0.1, 0.2, 0.3])
            .with_input_noise("e_input", OrnsteinUhlenbeck::new(0.3, ms(5.0)))
            .and_then(|network| network.with_state_noise("r_i", WhiteNoise::new(0.1)))
            .and_then(|network| network.with_random_initial("r_i", 0.0, 0.2))
            .unwrap();
        prop_assert_eq!(run(&noisy, seed), run(&noisy, seed));
        prop_assert_ne!(run(&noisy, seed), run(&noisy, seed.wrapping_add(1)));
    }

    /// One value per region is the value each region would have alone.
    #[test]
    fn regional_parameters_belong_to_their_regions(gains in prop::collection::vec(2e-3..5e-3_f64, 3)) {
        let regional = brainmass_core::units::Volt::new(gains.clone());
        let network = Network::new(JansenRit::default(), common::islands(3))
            .with_parameter("a_e", regional)
            .and_then(|network| network.with_drive("e_input", Drive::constant(hz(150.0))))
            .unwrap();
        let together = common::states(&network, Integrator::Heun, ms(0.1), 300, 0).swap_remove(1);
        for (region, gain) in gains.iter().enumerate() {
            let alone = Network::single(JansenRit { a_e: brainmass_core::units::v(*gain), ..JansenRit::default() })
                .with_drive("e_input", Drive::constant(hz(150.0)))
                .unwrap();
            let alone = common::states(&alone, Integrator::Heun, ms(0.1), 300, 0).swap_remove(1);
            prop_assert_eq!(together.row(region), alone.row(0));
        }
    }

    /// A strength per target region is the strength of each target.
    #[test]
    fn a_regional_strength_scales_what_arrives(g in prop::collection::vec(0.0..2.0_f64, 3), weights in matrix(3, 1.0)) {
        let connectome = Connectome::without_lengths(weights).unwrap();
        let one_step = |connection| {
            let network = Network::new(brainmass_nodes::Linear { gamma: hz(0.0) }, connectome.clone())
                .with_initial("x", vec![1.0, 2.0, 4.0])
                .and_then(|network| network.with_connection(connection))
                .unwrap();
            common::states(&network, Integrator::Euler, ms(1.0), 1, 0).swap_remove(0)
        };
        let regional = Connection::new("x", "x_input", Additive::new(hz(1.0))).with_parameter("g", Hertz::new(g.clone()));
        let regional = one_step(regional.unwrap());
        for (region, g) in g.iter().enumerate() {
            let uniform = one_step(Connection::new("x", "x_input", Additive::new(hz(*g))));
            prop_assert_eq!(uniform[region], regional[region]);
        }
    }
}

/// What a monitor computes during the run is what the model makes of the recorded series.
#[test]
fn monitors_stream_what_models_compute_afterwards() {
    let network = network(
        common::connectome(DMatrix::from_element(3, 3, 0.5), &DMatrix::from_element(3, 3, 3.0)),
        vec![0.1; 3],
    );
    let model = TemporalAverage::<brainmass_core::units::dimension::Dimensionless>::new(ms(0.7));
    let monitors = [
        Monitor::of("r_e"),
        Monitor::of("r_e").averaged(ms(0.7)).named("averaged"),
        Monitor::of("r_e").every(ms(0.5)).named("thin"),
        Monitor::of("r_e").observed(model).named("observed"),
    ];
    let simulator = Simulator::new(&network, ms(0.1)).unwrap();
    let mut recording = simulator.run(ms(70.0), ms(7.0), &monitors).unwrap();
    let mut take =
        |name: &str| recording.take::<brainmass_core::units::dimension::Dimensionless>(name).unwrap();
    let every_step = take("r_e");
    assert_eq!(every_step.n_samples(), 630);
    let averaged = take("averaged");
    assert_eq!(averaged.values(), model.observe(&every_step).unwrap().values());
    assert_eq!(averaged, take("observed"));
    assert!((averaged.start().value_unsafe - 7.7e-3).abs() < 1e-15);
    let thin = take("thin");
    assert_eq!(thin.n_samples(), 126);
    // The first thin sample is that of 7.5 ms, the fifth of the steps after 7 ms.
    assert_eq!(thin.values().column(0), every_step.values().column(4));
    assert!((thin.start().value_unsafe - 7.5e-3).abs() < 1e-15);
}
