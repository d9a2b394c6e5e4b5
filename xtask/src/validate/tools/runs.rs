//! Short ways to run networks.

use brainmass_core::random::Stream;
use brainmass_core::units::dimension::{Ampere, Dimensionless, Hertz, Volt, VoltPerSecond};
use brainmass_core::units::{Meter, Second, Unit, s};
use brainmass_core::{Connectome, Node};
use brainmass_network::{Integrator, Monitor, Network, Recording, Simulator};
use nalgebra::DMatrix;

use crate::Result;

/// Regions without connections.
pub(in super::super) fn islands(n: usize) -> Result<Connectome> {
    Ok(Connectome::without_lengths(DMatrix::zeros(n, n))?)
}

/// A connectome with lengths in millimetres.
pub(in super::super) fn labelled(weights: DMatrix<f64>, lengths_mm: &DMatrix<f64>) -> Result<Connectome> {
    let labels = (0..weights.nrows()).map(|region| format!("R{region}")).collect();
    Ok(Connectome::new(weights, Meter::new(lengths_mm * 1e-3), labels)?)
}

/// Every state variable as a matrix of regions × steps.
pub(in super::super) fn states<N: Node>(
    network: &Network<N>,
    integrator: Integrator,
    dt: Second,
    n_steps: usize,
    seed: u64,
) -> Result<Vec<DMatrix<f64>>> {
    let names: Vec<&str> = N::STATE.iter().map(|state| state.name).collect();
    let simulator = Simulator::new(network, dt)?.with_integrator(integrator).with_seed(seed);
    record(&simulator, dt * n_steps as f64, s(0.0), &names)
}

/// State variables or outputs as matrices of regions × steps, those after the transient.
pub(in super::super) fn record<N: Node>(
    simulator: &Simulator<'_, N>,
    duration: Second,
    transient: Second,
    names: &[&str],
) -> Result<Vec<DMatrix<f64>>> {
    let monitors: Vec<Monitor> = names.iter().map(|name| Monitor::of(*name)).collect();
    let mut recording = simulator.run(duration, transient, &monitors)?;
    let values = |name: &&str| {
        let (_, variable) = brainmass_core::node::source::<N>(name)?;
        take(&mut recording, name, variable.unit)
    };
    names.iter().map(values).collect()
}

fn take(recording: &mut Recording, name: &str, unit: Unit) -> Result<DMatrix<f64>> {
    macro_rules! of_unit {
        ($($dimension:ty),*) => {
            $(if unit == Unit::of::<$dimension>() {
                return Ok(recording.take::<$dimension>(name)?.values().clone());
            })*
        };
    }
    of_unit!(Dimensionless, Volt, VoltPerSecond, Hertz, Ampere);
    Err(format!("`{name}` is in {unit}, which no suite has needed so far").into())
}

/// Independent standard normal numbers, the same in every run.
pub(in super::super) fn normals(rows: u32, columns: u32) -> DMatrix<f64> {
    let stream = Stream::new(11, 0);
    let draw = |row: u32| (0..columns).map(move |column| stream.normal(row, u64::from(column)));
    DMatrix::from_row_iterator(rows as usize, columns as usize, (0..rows).flat_map(draw))
}
