//! From the events of an experiment to the columns of a design matrix, and to simulated BOLD of the same events.
//!
//! `cargo run -p brainmass-forward --example events_to_regressors`

use brainmass_core::units::{ms, s};
use brainmass_core::{ObservationModel, Result};
use brainmass_forward::design::{Event, Frames, Regressors, boxcar};
use brainmass_forward::hrf::SpmDoubleGamma;
use brainmass_forward::{BalloonWindkessel, FieldStrength, Haemodynamics};

#[expect(clippy::print_stdout, reason = "an example shows what it found")]
fn main() -> Result<()> {
    // Two types of blocks and one of brief events, as in a BIDS events file.
    let mut events = Vec::new();
    for block in 0..4 {
        let onset = 60.0 * f64::from(block);
        events.push(Event::new("faces", s(onset), s(15.0))?);
        events.push(Event::new("houses", s(onset + 30.0), s(15.0))?.with_modulation(0.8)?);
        events.push(Event::new("button", s(onset + 22.3), s(0.5))?);
    }
    // Volumes every 2 s, read at their end as the models of BOLD read theirs.
    let frames = Frames::new(120, s(2.0))?.with_slice_time_reference(1.0)?;
    let design = Regressors::new(SpmDoubleGamma::default(), frames).with_time_derivative().of(&events)?;

    // The same events as activity drive a Balloon at 3 T.
    let activity = boxcar(&events, ms(10.0), 24_000)?;
    let haemodynamics = Haemodynamics::friston_2003().with_field_strength(FieldStrength::ThreeTesla);
    let bold = BalloonWindkessel::new(haemodynamics).with_repetition_time(s(2.0)).observe(&activity)?;

    for (row, name) in bold.channels().iter().enumerate() {
        let column = design.channel(name)?;
        let recorded: Vec<f64> = bold.values().row(row).iter().copied().collect();
        println!(
            "{name}: the regressor explains {:.0} % of the Balloon's BOLD",
            100.0 * explained(&column, &recorded)
        );
    }
    Ok(())
}

/// The square of the correlation.
fn explained(x: &[f64], y: &[f64]) -> f64 {
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let (x_mean, y_mean) = (mean(x), mean(y));
    let sum = |f: &dyn Fn(f64, f64) -> f64| -> f64 {
        x.iter().zip(y).map(|(x, y)| f(x - x_mean, y - y_mean)).sum()
    };
    let (both, of_x, of_y) = (sum(&|x, y| x * y), sum(&|x, _| x * x), sum(&|_, y| y * y));
    both * both / (of_x * of_y)
}
