//! Statistics gathered inside a run, against those of the recorded series.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use brainmass_core::Error;
use brainmass_core::units::dimension::{Dimensionless, Volt};
use brainmass_core::units::{Second, Unit, mm_per_ms, ms, s};
use brainmass_network::{
    Connection, Delays, Diffusive, Drive, Monitor, Network, OrnsteinUhlenbeck, Recording, Simulator,
};
use brainmass_nodes::WilsonCowan;
use brainmass_objectives::{Fc, RunningFc, functional_connectivity};
use nalgebra::DMatrix;
use proptest::prelude::*;

const DT: Second = ms(0.5);
const STEPS: usize = 1800;
const TRANSIENT: Second = ms(101.0);

/// Noisy regions with delays of 0 to 12 steps.
fn network(delays: Option<Delays>) -> Network<WilsonCowan> {
    let weights = DMatrix::from_fn(5, 5, |i, j| if i == j { 0.0 } else { 0.1 + 0.05 * (i + 2 * j) as f64 });
    let lengths = DMatrix::from_fn(5, 5, |i, j| ((i + 2 * j) % 4) as f64 * 2.0);
    let connection = Connection::new("r_e", "e_input", Diffusive::new(0.8));
    let connection = match delays {
        Some(delays) => connection.with_delays(delays),
        None => connection,
    };
    Network::new(WilsonCowan::figure_11(), common::connectome(weights, &lengths))
        .with_connection(connection)
        .and_then(|network| network.with_drive("e_input", Drive::constant(1.25)))
        .and_then(|network| network.with_input_noise("e_input", OrnsteinUhlenbeck::new(0.3, ms(5.0))))
        .unwrap()
}

fn delays() -> Delays {
    Delays::at_speed(mm_per_ms(1.0))
}

/// Series and, beside each, its functional connectivity.
fn monitors() -> Vec<Monitor> {
    let series =
        [Monitor::of("r_e"), Monitor::of("r_i").every(ms(1.5)), Monitor::of("r_e").averaged(ms(1.0))];
    let both = |(number, series): (usize, Monitor)| {
        let gathered = series.clone().gathered(RunningFc::<Dimensionless>::new());
        [series.named(format!("series {number}")), gathered.named(format!("fc {number}"))]
    };
    (0..).zip(series).flat_map(both).collect()
}

fn duration() -> Second {
    DT * STEPS as f64
}

fn pairs(mut recording: Recording) -> Vec<(DMatrix<f64>, DMatrix<f64>)> {
    let pair = |number: usize| {
        let series = recording.take::<Dimensionless>(&format!("series {number}")).unwrap();
        let fc: Fc = recording.take_value(&format!("fc {number}")).unwrap();
        assert_eq!(fc.labels(), series.channels());
        (functional_connectivity(&series).unwrap().matrix().clone(), fc.matrix().clone())
    };
    let pairs = (0..3).map(pair).collect();
    assert_eq!(recording.names().count(), 0);
    pairs
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// Mean and products are summed in blocks, so equal up to the rounding of some 1600 samples, 1e-12; to the bit
    /// however the run is cut, and after a restart.
    #[test]
    fn running_connectivity_is_that_of_the_recorded_series(
        cuts in prop::collection::vec(1..700_usize, 3),
        seed in any::<u64>(),
    ) {
        let network = network(Some(delays()));
        let simulator = Simulator::new(&network, DT).unwrap().with_seed(seed);
        let whole = pairs(simulator.run(duration(), TRANSIENT, &monitors()).unwrap());
        for (expected, found) in &whole {
            prop_assert!((expected - found).amax() < 1e-12, "{expected} {found}");
            prop_assert!(found[(0, 1)].abs() < 0.999, "nothing is to be seen");
        }
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("run.checkpoint");
        let mut run = simulator.start(duration(), TRANSIENT, &monitors()).unwrap();
        for cut in cuts {
            run.advance(cut).unwrap();
        }
        run.save(&path).unwrap();
        let mut resumed = simulator.resume(duration(), TRANSIENT, &monitors(), &path).unwrap();
        for run in [&mut run, &mut resumed] {
            run.advance(STEPS).unwrap();
        }
        prop_assert_eq!(pairs(run.finish().unwrap()), whole.clone());
        prop_assert_eq!(pairs(resumed.finish().unwrap()), whole);
    }
}

#[test]
fn a_panel_gathers_as_a_run_alone() {
    let network = network(None);
    let simulators: Vec<_> =
        (0..9).map(|seed| Simulator::new(&network, DT).unwrap().with_seed(seed)).collect();
    let recordings = Simulator::run_many(&simulators, duration(), TRANSIENT, &monitors());
    for (simulator, recording) in simulators.iter().zip(recordings) {
        let alone = simulator.run(duration(), TRANSIENT, &monitors()).unwrap();
        assert_eq!(pairs(recording.unwrap()), pairs(alone));
    }
}

/// What a run holds is what it writes down.
#[test]
fn memory_does_not_grow() {
    let network = network(Some(delays()));
    let simulator = Simulator::new(&network, DT).unwrap();
    let held = |monitor: Monitor| {
        let mut run = simulator.start(s(60.0), s(0.0), &[monitor]).unwrap();
        // Whole blocks of 64 samples leave nothing pending.
        let mut at = |step: usize| {
            run.advance(step - run.step()).unwrap();
            run.to_bytes().unwrap().len()
        };
        [at(640), at(64_000)]
    };
    let [early, late] = held(Monitor::of("r_e").gathered(RunningFc::<Dimensionless>::new()));
    assert_eq!(early, late);
    let [early, late] = held(Monitor::of("r_e"));
    assert_eq!(late - early, (64_000 - 640) * 5 * size_of::<f64>());
}

#[test]
fn what_does_not_fit_is_an_error() {
    let network = network(None);
    let simulator = Simulator::new(&network, DT).unwrap();
    let fc = || Monitor::of("r_e").gathered(RunningFc::<Dimensionless>::new()).named("fc");
    let run = |monitors: &[Monitor]| simulator.run(ms(50.0), s(0.0), monitors);

    let volts = Monitor::of("r_e").gathered(RunningFc::<Volt>::new());
    let error = run(&[volts]).unwrap_err();
    let (expected, found) = (Unit::of::<Volt>(), Unit::of::<Dimensionless>());
    assert_eq!(error, Error::Unit { what: "monitor `r_e` of `r_e`".to_owned(), expected, found });

    let mut recording = run(&[fc(), Monitor::of("r_e")]).unwrap();
    let message = |error: Error| error.to_string();
    let series = recording.take::<Dimensionless>("fc").map_err(message).unwrap_err();
    assert_eq!(series, "recording `fc`: is the value of a statistic, no series");
    let value = recording.take_value::<Fc>("r_e").map_err(message).unwrap_err();
    assert_eq!(value, "recording `r_e`: is a series, no value of a statistic");
    let number = recording.take_value::<f64>("fc").map_err(message).unwrap_err();
    assert_eq!(number, "recording `fc`: its value is no `f64`");
    assert!(matches!(recording.take_value::<Fc>("bold"), Err(Error::Unknown { .. })));
    recording.take_value::<Fc>("fc").unwrap();
    assert!(matches!(recording.take_value::<Fc>("fc"), Err(Error::Unknown { .. })));

    // One sample has no functional connectivity; what was recorded beside it stays.
    let mut short = simulator.run(ms(1.0), ms(0.5), &[fc(), Monitor::of("r_e")]).unwrap();
    assert!(matches!(short.take_value::<Fc>("fc"), Err(Error::Shape { .. })));
    assert_eq!(short.take::<Dimensionless>("r_e").unwrap().n_samples(), 1);

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run.checkpoint");
    simulator.start(ms(50.0), s(0.0), &[fc()]).unwrap().save(&path).unwrap();
    let series = Monitor::of("r_e").named("fc");
    let error = simulator.resume(ms(50.0), s(0.0), &[series], &path).map(|_| ()).unwrap_err();
    assert!(error.to_string().contains("is of another run"), "{error}");
}
