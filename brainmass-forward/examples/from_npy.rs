//! EEG from sources in a `.npy`: `cargo run --release --example from_npy [sources.npy]`.
//!
//! The file holds sources × samples in volts, one sample a millisecond; without one, the example writes its own first.
//! The sources lie on a ring, 60 mm from the centre of the head.
#![expect(clippy::print_stdout, reason = "an example shows its results")]

use std::f64::consts::TAU;
use std::path::{Path, PathBuf};

use brainmass_core::units::dimension::Volt;
use brainmass_core::units::{Meter, mm, ms, nanoampere_meter_per_mv, show, v};
use brainmass_core::{ObservationModel, Result, TimeSeries};
use brainmass_datasets::{NpyArray, read_matrix, write_npy};
use brainmass_forward::{ElectrodeSystem, Points, Reference, Rereference, SphereModel, numbered};
use nalgebra::DMatrix;

fn main() -> Result<()> {
    let own = std::env::temp_dir().join("brainmass-sources.npy");
    let path = if let Some(path) = std::env::args().nth(1) {
        PathBuf::from(path)
    } else {
        write_example(&own)?;
        own
    };
    let potential = TimeSeries::<Volt>::unnamed(read_matrix(&path)?, ms(1.0), ms(1.0))?;

    let n = potential.n_channels();
    let ring = DMatrix::from_fn(3, n, |axis, source| {
        let angle = TAU * source as f64 / n as f64;
        0.06 * [0.8 * angle.cos(), 0.8 * angle.sin(), 0.6][axis]
    });
    let dipoles = Points::new(numbered(n), Meter::new(ring))?.radially_oriented()?;
    let head = SphereModel::four_shells(mm(90.0))?;
    let eeg = head
        .eeg(&dipoles, &ElectrodeSystem::TenTwenty.on(&head)?)?
        .of_potentials(nanoampere_meter_per_mv(10.0))?
        .then(Rereference::to(Reference::Electrode("Cz".to_owned())));
    let recorded = eeg.observe(&potential)?;
    println!("{n} sources of {}, {} samples, against Cz:", path.display(), recorded.n_samples());
    for (channel, row) in recorded.channels().iter().zip(recorded.values().row_iter()) {
        println!("  {channel:>4}  up to {}", show(v(row.amax())));
    }
    Ok(())
}

/// Four sources of 10 Hz that follow each other around the ring.
fn write_example(path: &Path) -> Result<()> {
    let wave =
        |source: usize, sample: usize| 5e-3 * (TAU * (0.01 * sample as f64 - 0.25 * source as f64)).sin();
    write_npy(path, &NpyArray::from_matrix(&DMatrix::from_fn(4, 2000, wave)))
}
