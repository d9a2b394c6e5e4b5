//! EEG and BOLD of a signal that never ends, block by block: `cargo run --release --example streaming`.
//!
//! What is kept is the state of the models, the same after a minute and after a day.
#![expect(clippy::print_stdout, reason = "an example shows its results")]

use std::f64::consts::TAU;

use brainmass_core::units::dimension::{Dimensionless, Volt};
use brainmass_core::units::{Meter, mm, ms, nanoampere_meter_per_mv, s, show, uv};
use brainmass_core::{ObservationModel, Observer, Result, Sampling, Subsample};
use brainmass_forward::{ConvolutionBold, Points, Rereference, SphereModel, hrf};
use nalgebra::dmatrix;

/// How many samples of a millisecond a block has.
const BLOCK: usize = 250;

fn main() -> Result<()> {
    let regions: Vec<String> = ["left", "right"].map(str::to_owned).to_vec();
    let places = Meter::new(dmatrix![-0.04, 0.04; 0.0, 0.0; 0.05, 0.05]);
    let dipoles = Points::new(regions.clone(), places)?.radially_oriented()?;
    let electrodes = ["C3", "Cz", "C4"].map(str::to_owned).to_vec();
    let places = Meter::new(dmatrix![-0.054, 0.0, 0.054; 0.0, 0.0, 0.0; 0.072, 0.09, 0.072]);
    let lead_field = SphereModel::four_shells(mm(90.0))?.eeg(&dipoles, &Points::new(electrodes, places)?)?;

    // Project, refer to the average, keep every fourth sample; and beside it, BOLD every two seconds.
    let eeg = lead_field
        .of_potentials(nanoampere_meter_per_mv(10.0))?
        .then(Rereference::average())
        .then(Subsample::<Volt>::new(ms(4.0)));
    let bold = ConvolutionBold::<Dimensionless>::new(hrf::by_name("gamma")?, s(2.0), ms(20.0));
    let sampling = Sampling::new(regions, ms(1.0), ms(1.0))?;
    let (mut eeg, mut bold) = (eeg.observer(&sampling)?, bold.observer(&sampling)?);

    let (mut n_eeg, mut largest, mut images) = (0, 0.0_f64, Vec::new());
    for block in 0..240 {
        // Your source of samples: here 10 Hz on the left, and on the right every other ten seconds.
        let (mut activity, mut potential) = (Vec::new(), Vec::new());
        for t in (1..=BLOCK).map(|sample| 1e-3 * (block * BLOCK + sample) as f64) {
            let active = [1.0, f64::from(u8::from((t / 20.0).fract() < 0.5))];
            activity.extend(active);
            potential.extend(active.map(|a| 5e-3 * a * (TAU * 10.0 * t).sin()));
        }
        let mut recorded = Vec::new();
        eeg.push(&potential, &mut recorded)?;
        n_eeg += recorded.len() / eeg.sampling().n_channels();
        largest = recorded.iter().fold(largest, |largest, value| largest.max(value.abs()));
        bold.push(&activity, &mut images)?;
    }
    let period = show(eeg.sampling().period());
    println!("EEG: {n_eeg} samples, one every {period}, up to {}", show(uv(1e6 * largest)));
    println!("BOLD: {} images, the last one {:.3?}", images.len() / 2, &images[images.len() - 2..]);
    Ok(())
}
