//! Stimuli: when they act, how strongly and where.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use brainmass_core::units::{Second, hz, ms, mv, s};
use brainmass_network::drive::{
    Drive, Gaussian, Interpolation, Pulse, PulseTrain, Ramp, Samples, Shape, Sinusoid,
};
use brainmass_network::{EngineKind, Integrator, Network, Simulator};
use brainmass_nodes::Linear;
use nalgebra::{DMatrix, dmatrix};
use proptest::prelude::*;

const DT: Second = ms(0.1);

/// The drives as the regions felt them: nodes that forget at once have x(t + dt) = dt · input(t).
fn felt(drives: &[Drive], n_regions: usize, n_steps: usize) -> DMatrix<f64> {
    let network = Network::new(Linear { gamma: hz(-1e4) }, common::islands(n_regions));
    let network =
        drives.iter().fold(network, |network, drive| network.with_drive("x_input", drive.clone()).unwrap());
    let run = |kind| {
        let simulator = Simulator::new(&network, DT).unwrap();
        common::states_of(&simulator.with_integrator(Integrator::Euler).with_engine(kind), n_steps)
            .swap_remove(0)
    };
    let fast = run(EngineKind::Blocked);
    assert_eq!(fast, run(EngineKind::Plain));
    fast / 1e-4
}

/// The steps during which a drive of 1 Hz acts, which must act as a whole or not at all.
fn steps(shape: impl Shape, n_steps: usize) -> Vec<usize> {
    let felt = felt(&[Drive::shaped(hz(1.0), shape)], 1, n_steps);
    let on = |step: &usize| {
        let value = felt[*step];
        assert!(value == 0.0 || (value - 1.0).abs() < 1e-12, "{value}");
        value != 0.0
    };
    (0..n_steps).filter(on).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    /// In tenths of milliseconds, as people write them: 0.3 ms is 3 steps of 0.1 ms though 3 · 0.1 is not 0.3.
    #[test]
    fn a_pulse_lasts_its_steps(onset in 0_u16..150, duration in 1_u16..60) {
        let pulse = Pulse::new(ms(f64::from(onset) / 10.0), ms(f64::from(duration) / 10.0));
        let (first, end) = (usize::from(onset), usize::from(onset + duration));
        prop_assert_eq!(steps(pulse, 210), (first..end).collect::<Vec<_>>());
    }

    #[test]
    fn a_train_is_its_pulses(onset in 0_u16..30, width in 1_u16..9, gap in 1_u16..9, count in 1_u16..6) {
        let time = |tenths: u16| ms(f64::from(tenths) / 10.0);
        let period = width + gap;
        let train = PulseTrain::new(time(onset), time(width), time(period)).with_count(u64::from(count));
        let pulses = (0..count).flat_map(|k| (0..width).map(move |step| usize::from(onset + k * period + step)));
        prop_assert_eq!(steps(train, 130), pulses.collect::<Vec<_>>());
    }
}

#[test]
fn pulses_between_the_steps_begin_with_the_next_step() {
    assert_eq!(steps(Pulse::new(ms(1.25), ms(0.3)), 40), [13, 14, 15]);
    assert_eq!(steps(Pulse::new(ms(1.2), ms(0.25)), 40), [12, 13, 14]);
    // 0.35 ms: pulses at 0, 3.5, 7 and 10.5 steps.
    assert_eq!(steps(PulseTrain::new(ms(0.0), ms(0.1), ms(0.35)), 12), [0, 4, 7, 11]);
    // It may have begun before the run.
    assert_eq!(steps(Pulse::new(ms(-0.5), ms(0.7)), 10), [0, 1]);
}

/// Each shape against its formula at the beginning of each step, with weights, and drives of one input added up.
#[test]
fn shapes_are_their_formulas() {
    let (n, ramp, bell) = (400, Ramp::new(ms(10.0), ms(20.0)), Gaussian::new(ms(20.0), ms(4.0)));
    let sine = Sinusoid::new(hz(40.0)).with_phase(0.3).from(ms(5.0)).lasting(ms(25.0));
    let drives = [
        Drive::shaped(hz(3.0), ramp).with_weights(vec![1.0, 0.0, 0.5]),
        Drive::shaped(hz(5.0), bell).with_weights(vec![0.0, 1.0, 0.5]),
        Drive::shaped(hz(2.0), sine).with_weights(vec![0.0, 0.0, -1.0]),
        Drive::constant(hz(1.0)).with_weights(vec![0.25, 0.0, 0.0]),
    ];
    let felt = felt(&drives, 3, n);
    for step in 0..n {
        let t = step as f64 * 0.1;
        let ramp = 3.0 * ((t - 10.0) / 20.0).clamp(0.0, 1.0);
        let bell = 5.0 * (-0.5 * ((t - 20.0) / 4.0).powi(2)).exp();
        let on = (50..300).contains(&step);
        let sine = if on { 2.0 * (std::f64::consts::TAU * 0.04 * (t - 5.0) + 0.3).sin() } else { 0.0 };
        for (region, expected) in [ramp + 0.25, bell, 0.5 * (ramp + bell) - sine].into_iter().enumerate() {
            assert!((felt[(region, step)] - expected).abs() < 1e-12, "step {step}, region {region}");
        }
    }
}

#[test]
fn a_sine_keeps_its_phase_for_hours() {
    use brainmass_network::drive::Moment;
    let sine = Sinusoid::new(hz(10.0));
    // 36 hours of 0.1 ms, and a quarter of a cycle.
    assert!((sine.at(Moment::new(1_296_000_250, DT), 0) - 1.0).abs() < 1e-12);
}

#[test]
fn samples_are_taken_held_or_joined() {
    let values = dmatrix![1.0, 3.0, -1.0; 2.0, 2.0, 4.0];
    let drive = |samples: Samples| [Drive::shaped(hz(1.0), samples)];
    let near =
        |felt: DMatrix<f64>, expected: DMatrix<f64>| assert!((&felt - &expected).amax() < 1e-12, "{felt}");
    let each_step = Samples::new(values.clone(), DT).from(ms(0.1));
    near(felt(&drive(each_step), 2, 5), dmatrix![0.0, 1.0, 3.0, -1.0, 0.0; 0.0, 2.0, 2.0, 4.0, 0.0]);
    // A period of 0.25 ms: samples at 0, 2.5 and 5 steps.
    let slow = Samples::new(values, ms(0.25));
    let held = slow.clone().with_interpolation(Interpolation::Held);
    near(
        felt(&drive(held), 2, 9),
        dmatrix![1.0, 1.0, 1.0, 3.0, 3.0, -1.0, -1.0, -1.0, 0.0; 2.0, 2.0, 2.0, 2.0, 2.0, 4.0, 4.0, 4.0, 0.0],
    );
    let joined = slow.with_interpolation(Interpolation::Linear);
    near(
        felt(&drive(joined), 2, 9).rows(0, 1).into_owned(),
        dmatrix![1.0, 1.8, 2.6, 2.2, 0.6, -1.0, -1.0, -1.0, 0.0],
    );
}

#[test]
fn what_a_run_cannot_follow_is_refused() {
    let network =
        |drive: Drive| Network::new(Linear::default(), common::islands(2)).with_drive("x_input", drive);
    let built = |drive: Drive| network(drive).unwrap_err().to_string();
    let run = |drive: Drive| {
        let network = network(drive).unwrap();
        Simulator::new(&network, DT).unwrap().run(s(0.1), s(0.0), &[]).unwrap_err().to_string()
    };
    let pulse = Pulse::new(ms(1.0), ms(0.05));
    assert_eq!(
        run(Drive::shaped(hz(1.0), pulse)),
        "duration of the drive of `x_input`: 50 µs, but it must be at least a step, 100 µs"
    );
    assert!(built(Drive::shaped(mv(1.0), pulse)).contains("expected a quantity in Hz, found one in V"));
    assert_eq!(
        built(Drive::shaped(hz(1.0), pulse).with_weights(vec![1.0; 3])),
        "drive of `x_input`: expected 2 weights, one per region, found 3 weights"
    );
    assert!(built(Drive::shaped(hz(f64::NAN), pulse)).contains("amplitude"));
    assert!(built(Drive::shaped(hz(1.0), Pulse::new(ms(1.0), ms(0.0)))).contains("above zero"));
    assert!(
        built(Drive::shaped(hz(1.0), PulseTrain::new(ms(1.0), ms(2.0), ms(2.0))))
            .contains("below the period")
    );
    assert!(run(Drive::shaped(hz(1.0), PulseTrain::new(ms(1.0), ms(2.0), ms(2.05)))).contains("gap"));
    assert!(
        run(Drive::shaped(hz(1.0), Sinusoid::new(hz(5001.0))))
            .contains("at most half a cycle per step, 5 kHz")
    );
    assert!(run(Drive::shaped(hz(1.0), Gaussian::new(ms(1.0), ms(0.01)))).contains("width"));
    let samples = |period| Samples::new(dmatrix![1.0, 2.0], period);
    assert!(
        run(Drive::shaped(hz(1.0), samples(ms(0.2)))).contains("or an interpolation, found 200 µs from 0")
    );
    assert!(run(Drive::shaped(hz(1.0), samples(DT).from(ms(0.05)))).contains("or an interpolation"));
    assert!(built(Drive::shaped(hz(1.0), Samples::new(DMatrix::zeros(3, 4), DT))).contains("3 channels"));
    assert!(
        built(Drive::shaped(hz(1.0), Samples::new(DMatrix::zeros(1, 0), DT))).contains("expected samples")
    );
}
