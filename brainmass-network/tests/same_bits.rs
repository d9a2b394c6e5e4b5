//! The same bits however a run is cut, stopped and continued, and on any CPU.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::path::{Path, PathBuf};

use brainmass_core::units::{mm_per_ms, ms};
use brainmass_core::{CpuLevel, Result};
use brainmass_network::{
    Additive, Connection, Delays, Diffusive, Drive, EngineKind, Integrator, Monitor, Network,
    OrnsteinUhlenbeck, Precision, Recording, Simulator, WhiteNoise,
};
use brainmass_nodes::WilsonCowan;
use nalgebra::DMatrix;
use proptest::prelude::*;

const STEPS: usize = 150;

/// 19 oscillating regions, more than a chunk and less than two, with delays of 0 to 90 steps and noise.
fn network() -> Network<WilsonCowan> {
    let weights =
        DMatrix::from_fn(19, 19, |i, j| if (i + 2 * j) % 3 == 0 { 0.0 } else { 0.03 + 0.001 * j as f64 });
    let lengths = DMatrix::from_fn(19, 19, |i, j| ((7 * i + 5 * j) % 31) as f64 * 0.3);
    let delayed =
        Connection::new("r_e", "e_input", Diffusive::new(0.9)).with_delays(Delays::at_speed(mm_per_ms(1.0)));
    Network::new(WilsonCowan::figure_11(), common::connectome(weights, &lengths))
        .with_connection(delayed)
        .and_then(|network| network.with_connection(Connection::new("r_i", "i_input", Additive::new(0.1))))
        .and_then(|network| network.with_drive("e_input", Drive::constant(1.25)))
        .and_then(|network| network.with_input_noise("e_input", OrnsteinUhlenbeck::new(0.1, ms(5.0))))
        .and_then(|network| network.with_state_noise("r_i", WhiteNoise::new(0.1)))
        .and_then(|network| network.with_random_initial("r_e", 0.0, 0.3))
        .unwrap()
}

fn monitors() -> [Monitor; 2] {
    [Monitor::of("r_e"), Monitor::of("r_i").averaged(ms(0.7)).named("average")]
}

fn simulator(network: &Network<WilsonCowan>, seed: u64) -> Simulator<'_, WilsonCowan> {
    Simulator::new(network, ms(0.1)).unwrap().with_seed(seed)
}

fn whole(simulator: &Simulator<'_, WilsonCowan>) -> [Vec<u64>; 2] {
    bits(simulator.run(ms(0.1) * STEPS as f64, ms(0.0), &monitors()).unwrap())
}

fn bits(mut recording: Recording) -> [Vec<u64>; 2] {
    ["r_e", "average"].map(|name| {
        let series = recording.take::<brainmass_core::units::dimension::Dimensionless>(name).unwrap();
        series.samples().iter().map(|value| value.to_bits()).collect()
    })
}

/// A file in a folder of its own, removed with it.
struct Checkpoint {
    _folder: tempfile::TempDir,
    path: PathBuf,
}

impl Checkpoint {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { path: folder.path().join("run.checkpoint"), _folder: folder }
    }
}

fn save(simulator: &Simulator<'_, WilsonCowan>, stop: usize, path: &Path) {
    let mut run = simulator.start(ms(0.1) * STEPS as f64, ms(0.0), &monitors()).unwrap();
    run.advance(stop).unwrap();
    run.save(path).unwrap();
}

fn resume(simulator: &Simulator<'_, WilsonCowan>, path: &Path) -> Result<[Vec<u64>; 2]> {
    let mut run = simulator.resume(ms(0.1) * STEPS as f64, ms(0.0), &monitors(), path)?;
    run.advance(STEPS)?;
    run.finish().map(bits)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn a_restart_changes_nothing(stop in 0..=STEPS, seed in any::<u64>(), which in 0..3_usize) {
        let network = network();
        let simulator = match which {
            0 => simulator(&network, seed),
            1 => simulator(&network, seed).with_precision(Precision::Single),
            _ => simulator(&network, seed).with_engine(EngineKind::Plain),
        };
        let checkpoint = Checkpoint::new();
        save(&simulator, stop, &checkpoint.path);
        prop_assert_eq!(resume(&simulator, &checkpoint.path).unwrap(), whole(&simulator));
    }

    #[test]
    fn cutting_a_run_changes_nothing(cuts in prop::collection::vec(1..60_usize, 20), seed in any::<u64>()) {
        let network = network();
        let simulator = simulator(&network, seed);
        let mut run = simulator.start(ms(0.1) * STEPS as f64, ms(0.0), &monitors()).unwrap();
        for cut in cuts {
            run.advance(cut).unwrap();
        }
        run.advance(STEPS).unwrap();
        prop_assert_eq!(bits(run.finish().unwrap()), whole(&simulator));
    }

    #[test]
    fn the_cpu_changes_nothing(seed in any::<u64>()) {
        let network = network();
        for integrator in Integrator::ALL {
            for precision in [Precision::Double, Precision::Single] {
                let simulator = simulator(&network, seed).with_integrator(integrator).with_precision(precision);
                let expected = whole(&simulator);
                for level in CpuLevel::available() {
                    prop_assert_eq!(&whole(&simulator.clone().with_cpu_level(level)), &expected, "{:?}", level);
                }
            }
        }
    }
}

#[test]
fn a_checkpoint_that_is_damaged_or_of_another_run_is_refused() {
    let network = network();
    let simulator = simulator(&network, 1);
    let checkpoint = Checkpoint::new();
    save(&simulator, 77, &checkpoint.path);
    let good = std::fs::read(&checkpoint.path).unwrap();
    let text =
        |simulator: &Simulator<'_, WilsonCowan>| resume(simulator, &checkpoint.path).unwrap_err().to_string();
    for at in (0..good.len()).step_by(997).chain([0, 8, 12, 16, good.len() - 1]) {
        let mut damaged = good.clone();
        damaged[at] ^= 0x10;
        std::fs::write(&checkpoint.path, &damaged).unwrap();
        let text = text(&simulator);
        let known =
            ["is damaged", "is not a checkpoint", "has version"].iter().any(|words| text.contains(words));
        assert!(known, "byte {at}: {text}");
    }
    for length in [0, 5, 11, 20, good.len() - 1] {
        std::fs::write(&checkpoint.path, &good[..length]).unwrap();
        assert!(resume(&simulator, &checkpoint.path).is_err(), "{length} bytes");
    }
    std::fs::write(&checkpoint.path, &good).unwrap();
    assert!(resume(&simulator, &checkpoint.path).is_ok());
    assert!(text(&simulator.clone().with_seed(2)).contains("is of another run"));
    assert!(text(&simulator.clone().with_precision(Precision::Single)).contains("is of another run"));
}

/// Checksums of whole runs, which hold on any machine. A change here is a change of simulated numbers, and has its
/// place in the changelog.
#[test]
fn golden_runs() {
    let network = network();
    let checksum = |integrator: Integrator, precision: Precision| {
        let simulator = simulator(&network, 42).with_integrator(integrator).with_precision(precision);
        let bytes: Vec<u8> = whole(&simulator).concat().iter().flat_map(|bits| bits.to_le_bytes()).collect();
        format!("{:08x}", crc32fast::hash(&bytes))
    };
    let found: Vec<[String; 2]> = Integrator::ALL
        .iter()
        .map(|integrator| {
            [Precision::Double, Precision::Single].map(|precision| checksum(*integrator, precision))
        })
        .collect();
    let golden = [
        ["5907c54b", "fc2d49bc"],
        ["aebf7415", "45ac5a3f"],
        ["2460983b", "e3cdca7a"],
        ["f96aa5be", "4c2c46f2"],
    ];
    assert_eq!(found, golden);
}
