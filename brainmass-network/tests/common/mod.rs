//! What the tests of this crate share.
#![allow(dead_code, clippy::unwrap_used, reason = "each test file uses its part; a test fails by panicking")]

use brainmass_core::units::{Meter, Second, Unit};
use brainmass_core::{Connectome, Node};
use brainmass_datasets::Npz;
use brainmass_network::{Integrator, Monitor, Network, Simulator};
use nalgebra::DMatrix;

/// A state variable as the reference names it and as we do, and how many coherent SI units its unit is.
pub(crate) struct Column {
    pub(crate) theirs: &'static str,
    pub(crate) ours: &'static str,
    pub(crate) factor: f64,
}

pub(crate) const fn column(theirs: &'static str, ours: &'static str, factor: f64) -> Column {
    Column { theirs, ours, factor }
}

pub(crate) const WILSON_COWAN: [Column; 2] = [column("rE", "r_e", 1.0), column("rI", "r_i", 1.0)];
pub(crate) const OSCILLATOR: [Column; 2] = [column("x", "x", 1.0), column("y", "y", 1.0)];
pub(crate) const JANSEN_RIT: [Column; 6] = [
    column("M", "m", 1e-3),
    column("E", "e", 1e-3),
    column("I", "i", 1e-3),
    column("Mv", "m_velocity", 1e-3),
    column("Ev", "e_velocity", 1e-3),
    column("Iv", "i_velocity", 1e-3),
];

pub(crate) fn reference(file: &str) -> Npz {
    Npz::open(format!("{}/../testdata/reference/{file}", env!("CARGO_MANIFEST_DIR")).as_ref()).unwrap()
}

/// Regions without connections.
pub(crate) fn islands(n: usize) -> Connectome {
    Connectome::without_lengths(DMatrix::zeros(n, n)).unwrap()
}

pub(crate) fn connectome(weights: DMatrix<f64>, lengths_mm: &DMatrix<f64>) -> Connectome {
    let labels = (0..weights.nrows()).map(|k| format!("R{k}")).collect();
    Connectome::new(weights, Meter::new(lengths_mm * 1e-3), labels).unwrap()
}

/// Runs and returns each state variable as a matrix of regions × steps.
pub(crate) fn states<N: Node>(
    network: &Network<N>,
    integrator: Integrator,
    dt: Second,
    n_steps: usize,
    seed: u64,
) -> Vec<DMatrix<f64>> {
    let simulator = Simulator::new(network, dt).unwrap().with_integrator(integrator).with_seed(seed);
    states_of(&simulator, n_steps)
}

/// Runs a simulator and returns each state variable as a matrix of regions × steps.
pub(crate) fn states_of<N: Node>(simulator: &Simulator<'_, N>, n_steps: usize) -> Vec<DMatrix<f64>> {
    let monitors: Vec<Monitor> = N::STATE.iter().map(|state| Monitor::of(state.name)).collect();
    let dt = simulator.dt();
    let mut recording = simulator.run(dt * n_steps as f64, dt * 0.0, &monitors).unwrap();
    N::STATE.iter().map(|state| take(&mut recording, state.name, state.unit)).collect()
}

fn take(recording: &mut brainmass_network::Recording, name: &str, unit: Unit) -> DMatrix<f64> {
    use brainmass_core::units::dimension::{Dimensionless, Hertz, Volt, VoltPerSecond};
    if unit == Unit::of::<Volt>() {
        recording.take::<Volt>(name).unwrap().values().clone()
    } else if unit == Unit::of::<VoltPerSecond>() {
        recording.take::<VoltPerSecond>(name).unwrap().values().clone()
    } else if unit == Unit::of::<Hertz>() {
        recording.take::<Hertz>(name).unwrap().values().clone()
    } else {
        recording.take::<Dimensionless>(name).unwrap().values().clone()
    }
}

/// Compares the steps a reference file stores, each relative to the largest value of its variable.
pub(crate) fn compare<N: Node>(
    file: &Npz,
    prefix: &str,
    columns: &[Column],
    found: &[DMatrix<f64>],
    tolerance: f64,
) {
    let steps = file.matrix("steps").unwrap();
    for column in columns {
        let expected = file.matrix(&format!("{prefix}{}", column.theirs)).unwrap();
        let index = N::STATE.iter().position(|state| state.name == column.ours).unwrap();
        let largest = expected.amax();
        for (row, step) in steps.iter().enumerate() {
            for region in 0..expected.ncols() {
                #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a step number")]
                let value = found[index][(region, *step as usize - 1)] / column.factor;
                let error = (value - expected[(row, region)]).abs() / largest;
                assert!(
                    error <= tolerance,
                    "{prefix}{} step {step} region {region}: {error:e}",
                    column.theirs
                );
            }
        }
    }
}
