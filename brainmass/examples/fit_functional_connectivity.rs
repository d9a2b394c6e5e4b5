//! Fit global coupling, conduction speed and noise of a whole-brain model to empirical functional connectivity, with BOLD in the loop.
//!
//! Regions are Stuart–Landau oscillators below their bifurcation, coupled with delays. These are interpolated between steps, so
//! that the cost has a derivative by the speed too, and L-BFGS follows the gradient: four fifths of the pairs of regions are its
//! data, the others are held out. The scores are of noise that the fit has not seen. Both matrices are drawn side by side.
//!
//! `cargo run --release --example fit_functional_connectivity`, with `BRAINMASS_DATA` for a hundred regions: docs/fits.md has what it
//! found.
#![expect(clippy::print_stdout, reason = "an example shows its results")]

mod empirical;

use brainmass::core::Result;
use brainmass::core::units::{hz, mm_per_ms, ms};
use brainmass::fitting::{Fit, FitParameter, Lbfgs, Problem, SimulationProblem, Transform};
use brainmass::network::{Adjustable, Connection, Delays, Diffusive, Network, Rounding, WhiteNoise};
use brainmass::nodes::StuartLandau;
use empirical::{Brain, Judged, bold, is_held_out};

fn main() -> Result<()> {
    let brain = Brain::load()?;
    println!("{} regions; FC correlation of the weights alone {:.3}", brain.fc.n_regions(), brain.structure);
    // Steps that tell 1 mm/ms from 20 over some ten centimetres.
    let dt = ms(10.0);
    let (minutes, evaluations) = (5.0, if brain.is_toy { 12 } else { 30 });
    let training = bold(minutes, dt, &[1, 2])?;
    let unseen = bold(2.0 * minutes, dt, &[101, 102])?;

    // 1. The problem: three numbers, all on logarithmic axes.
    let parameter = |name: &str, start: f64, low: f64, high: f64| {
        FitParameter::new(name, start, low, high)?.with_transform(Transform::Log)
    };
    let counts = |i: usize, j: usize| !is_held_out(i, j);
    let problem = SimulationProblem::new(network(&brain)?, training, brain.objective(counts)?)?
        .fitting(parameter("g", 0.5, 0.05, 15.0)?, Adjustable::coupling(0, "g"))?
        .fitting(parameter("speed", 5.0, 1.0, 20.0)?, Adjustable::Speed(0))?
        .fitting(parameter("sigma", 0.02, 0.002, 1.0)?, Adjustable::StateNoiseSigma(0))?;
    let space = problem.space()?;

    // 2. The fit.
    let start = problem.cost(&[0.5, 5.0, 0.02])?;
    let fit = Fit::new(&space, &problem).with_most_evaluations(evaluations);
    let report = fit.run(&Lbfgs::default())?;
    println!(
        "{} after {} candidates; cost {start:.3} → {:.3}",
        report.reason, report.evaluations, report.cost
    );
    assert!(report.cost < start, "it fits better than before");
    for (name, value) in space.names().iter().zip(&report.values) {
        println!("{name}: {value:.4}");
    }

    // 3. What it is worth.
    println!("{}", Judged::HEAD);
    let before = brain.judge(&network(&brain)?, &unseen)?;
    println!("{}", before.row("before"));
    let after = brain.judge(&problem.network(&report.values)?, &unseen)?;
    println!("{}", after.row("fitted"));
    println!("a picture: {}", brain.draw(&after, "fitted_fc.svg")?.display());
    Ok(())
}

/// Oscillators at 0.05 Hz, damped within two seconds.
fn network(brain: &Brain) -> Result<Network<StuartLandau>> {
    let connection = Connection::new("x", "x_input", Diffusive::new(hz(0.5)));
    let delays = Delays::at_speed(mm_per_ms(5.0)).with_rounding(Rounding::Interpolated);
    Network::new(StuartLandau { a: hz(-0.5), ..StuartLandau::default() }, brain.connectome.clone())
        .with_initial("x", 0.0)?
        .with_connection(connection.with_delays(delays))?
        .with_state_noise("x", WhiteNoise::new(0.02))
}
