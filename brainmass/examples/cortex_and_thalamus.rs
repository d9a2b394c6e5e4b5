//! A silent cortex that the thalamus paces: Jansen–Rit columns and a Stuart–Landau oscillator in one network.
//!
//! `cargo run --release --example cortex_and_thalamus`
#![expect(clippy::print_stdout, reason = "an example shows its results")]

use brainmass::core::units::dimension::Volt;
use brainmass::core::units::{Meter, hz, mm_per_ms, ms, s};
use brainmass::core::{Connectome, Result, TimeSeries};
use brainmass::network::{Additive, Connection, Delays, Drive, MixedNetwork, Monitor, Simulator};
use brainmass::nodes::{JansenRit, StuartLandau};
use nalgebra::dmatrix;

fn main() -> Result<()> {
    let alone = potential(0.0)?;
    let paced = potential(1.0)?;
    let (before, after) = (1e3 * range(&alone), 1e3 * range(&paced));
    let rhythm = frequency(&paced);
    println!("V1 alone moves by {before:.4} mV, with its thalamus by {after:.2} mV at {rhythm:.1} Hz");
    // Below 113 Hz of input a column is at rest; the oscillator has 10 Hz, and five seconds have 50 periods.
    assert!(before < 1e-3 && after > 0.1 && (rhythm - 10.0).abs() < 0.3);
    Ok(())
}

/// Five seconds of the potential of two areas above a thalamus that acts on them with a weight.
fn potential(weight: f64) -> Result<TimeSeries<Volt>> {
    let labels = ["V1", "V2", "LGN"].map(str::to_owned).to_vec();
    let weights = dmatrix![0.0, 0.5, weight; 0.5, 0.0, weight; 0.2, 0.0, 0.0];
    let lengths = Meter::new(dmatrix![0.0, 0.02, 0.08; 0.02, 0.0, 0.09; 0.08, 0.09, 0.0]);
    let late = || Delays::at_speed(mm_per_ms(10.0));
    let oscillator =
        StuartLandau { a: hz(4.0), omega: hz(20.0 * std::f64::consts::PI), ..StuartLandau::default() };
    let network = MixedNetwork::new(Connectome::new(weights, lengths, labels)?)
        .with_population("cortex", ["V1", "V2"], JansenRit::default(), |cortex| {
            cortex
                .with_drive("e_input", Drive::constant(hz(60.0)))?
                .with_connection(Connection::new("rate", "e_input", Additive::new(1.0)).with_delays(late()))
        })?
        .with_population("thalamus", ["LGN"], oscillator, |thalamus| thalamus.with_initial("x", 1.0))?
        .with_connection(
            Connection::new("thalamus.x", "cortex.e_input", Additive::new(hz(10.0))).with_delays(late()),
        )?
        .with_connection(
            Connection::new("cortex.rate", "thalamus.x_input", Additive::new(1.0)).with_delays(late()),
        )?;
    Simulator::mixed(&network, ms(0.1))?
        .run(s(10.0), s(5.0), &[Monitor::of("cortex.potential")])?
        .take("cortex.potential")
}

/// From the lowest to the highest value of the first channel.
fn range(series: &TimeSeries<Volt>) -> f64 {
    let channel = series.values().row(0);
    channel.max() - channel.min()
}

/// How often per second the first channel rises through its mean.
fn frequency(series: &TimeSeries<Volt>) -> f64 {
    let channel: Vec<f64> = series.values().row(0).iter().copied().collect();
    let mean = channel.iter().sum::<f64>() / channel.len() as f64;
    let rises = channel.windows(2).filter(|pair| pair[0] < mean && pair[1] >= mean).count();
    rises as f64 / 5.0
}
