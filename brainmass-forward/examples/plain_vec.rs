//! BOLD and EEG from a plain `Vec`, without a network: `cargo run --release --example plain_vec`.
//!
//! Two sources in a spherical head oscillate at 10 Hz, the second in bursts. Their activity becomes BOLD, their
//! potentials become EEG.
#![expect(clippy::print_stdout, reason = "an example shows its results")]

use std::f64::consts::TAU;

use brainmass_core::units::dimension::{Dimensionless, Volt};
use brainmass_core::units::{Meter, mm, ms, nanoampere_meter_per_mv, s, show, v};
use brainmass_core::{ObservationModel, Result, Sampling, TimeSeries};
use brainmass_forward::{ConvolutionBold, Points, Rereference, SphereModel, hrf};
use nalgebra::dmatrix;

fn main() -> Result<()> {
    // Your own signals: all channels of a sample together, here for 60 s at 1 ms.
    let bursts = |t: f64| if (t / 10.0).fract() < 0.5 { 1.0 } else { 0.0 };
    let envelope = |k: u32| [0.5, bursts(1e-3 * f64::from(k))];
    let activity: Vec<f64> = (1..=60_000).flat_map(envelope).collect();
    let wave = |k: u32| envelope(k).map(|a| 5e-3 * a * (TAU * 10.0 * 1e-3 * f64::from(k)).sin());
    let potential: Vec<f64> = (1..=60_000).flat_map(wave).collect();

    let regions: Vec<String> = ["left", "right"].map(str::to_owned).to_vec();
    let sampling = Sampling::new(regions.clone(), ms(1.0), ms(1.0))?;
    let activity = TimeSeries::<Dimensionless>::from_samples(activity, sampling.clone())?;
    let potential = TimeSeries::<Volt>::from_samples(potential, sampling)?;

    let bold =
        ConvolutionBold::new(hrf::by_name("spm_double_gamma")?, s(2.0), ms(20.0)).observe(&activity)?;
    println!("BOLD: {} samples, one every {}", bold.n_samples(), show(bold.period()));
    for (region, row) in bold.channels().iter().zip(bold.values().row_iter()) {
        println!("  {region:>5}  {:6.3} to {:6.3}", row.columns(10, 20).min(), row.max());
    }

    let places = Meter::new(dmatrix![-0.04, 0.04; 0.0, 0.0; 0.05, 0.05]);
    let dipoles = Points::new(regions, places)?.radially_oriented()?;
    let electrodes = ["C3", "Cz", "C4"].map(str::to_owned).to_vec();
    let electrodes =
        Points::new(electrodes, Meter::new(dmatrix![-0.054, 0.0, 0.054; 0.0, 0.0, 0.0; 0.072, 0.09, 0.072]))?;
    let lead_field = SphereModel::four_shells(mm(90.0))?.eeg(&dipoles, &electrodes)?;
    let eeg = lead_field.of_potentials(nanoampere_meter_per_mv(10.0))?.then(Rereference::average());
    let recorded = eeg.observe(&potential)?;
    println!("EEG: {} samples, one every {}", recorded.n_samples(), show(recorded.period()));
    for (channel, row) in recorded.channels().iter().zip(recorded.values().row_iter()) {
        println!("  {channel:>5}  up to {}", show(v(row.max())));
    }
    Ok(())
}
