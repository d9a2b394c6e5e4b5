//! How strongly must regions be coupled for their BOLD to resemble the data? Eight strengths, four seeds each.
//!
//! `cargo run --release --example sweep_of_coupling`
#![expect(clippy::print_stdout, reason = "an example shows its results")]

use brainmass::Experiment;
use brainmass::core::Result;
use brainmass::sweep::{Axis, Settings, Sweep};

fn main() -> Result<()> {
    let mut experiment = Experiment::example();
    experiment.keep_observations(&["bold".to_owned()])?;
    experiment.set("simulation.duration_ms=120000")?;
    let strengths = Axis::linear("network.coupling.g", 0.1, 0.8, 8)?;
    let sweep = Sweep::new(experiment).with_axis(strengths)?.with_seeds(4)?;
    let results = sweep.run(&Settings::default(), &mut |_| ())?;

    // The seeds vary fastest: four rows in turn have the same strength.
    let correlations = results.column("fc_correlation").unwrap_or_default();
    for (rows, correlations) in results.rows().chunks(4).zip(correlations.chunks(4)) {
        let defined: Vec<f64> = correlations.iter().copied().flatten().collect();
        let mean = defined.iter().sum::<f64>() / defined.len() as f64;
        println!("g = {}: FC correlation {mean:.3}, mean of {} seeds", rows[0].values[0], defined.len());
    }
    Ok(())
}
