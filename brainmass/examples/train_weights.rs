//! Train a whole-brain model to empirical functional connectivity, by gradient: one parameter, then every region, then every weight.
//!
//! Regions are Stuart–Landau oscillators below their bifurcation, driven by noise and coupled diffusively; their BOLD is
//! compared with that of people at rest. The gradient passes through FC, haemodynamics and run, so ten thousand
//! parameters cost as much as ten.
//!
//! A fifth of the pairs of regions is held out of the second half of the fits: how well are they foretold? Scores are of an hour of
//! BOLD each with two seeds that no fit has seen; beside them stands the correlation in the runs that the fit saw.
//!
//! `cargo run --release --example train_weights`, with `BRAINMASS_DATA` for a hundred regions: docs/fits.md has what it found.
#![expect(clippy::print_stdout, reason = "an example shows its results")]

mod empirical;

use std::time::Instant;

use brainmass::core::Result;
use brainmass::core::units::{dimension::Dimensionless, hz, ms};
use brainmass::fitting::{
    Fit, FitParameter, FreeWeights, Lbfgs, Protocol, SimulationProblem, Target, Transform,
};
use brainmass::network::{Adjustable, Connection, Diffusive, Network, WhiteNoise};
use brainmass::nodes::StuartLandau;
use empirical::{Brain, Judged, bold, is_held_out};

type Hopf = Network<StuartLandau>;
type Problem = SimulationProblem<StuartLandau, Dimensionless>;

/// How many iterations the optimizer makes before it forgets.
const ROUND: usize = 40;

fn main() -> Result<()> {
    let started = Instant::now();
    let brain = Brain::load()?;
    println!("{} regions; FC correlation of the weights alone {:.3}", brain.fc.n_regions(), brain.structure);
    let dt = ms(60.0);
    // The toy is for a look at the way.
    let (minutes, iterations, hours) = if brain.is_toy { (4.0, 15, 0.1) } else { (15.0, 400, 1.0) };
    let training = bold(minutes, dt, &[1, 2])?;
    let unseen = bold(60.0 * hours, dt, &[101, 102])?;
    println!("{}   FC r, fitted runs", Judged::HEAD);
    let show = |name: &str, network: &Hopf| -> Result<Judged> {
        let (judged, seen) = (brain.judge(network, &unseen)?, brain.judge(network, &training)?);
        println!("{} {:19.3}   {:.0} s", judged.row(name), seen.all, started.elapsed().as_secs_f64());
        Ok(judged)
    };

    // 1. Before any fit, and with the best global coupling.
    let start = network(&brain)?;
    show("before", &start)?;
    let (uniform, g) = with_coupling(&brain, start, &training)?;
    let one = show("one parameter", &uniform)?;

    // 2. Each region its own distance from the bifurcation, and noise. 3. Each weight too. Once with all pairs of
    // regions as data, and once with four fifths of them.
    let mut best = one.all;
    for (of, everything) in [("", true), (", 4/5 of pairs", false)] {
        let counts = move |i: usize, j: usize| everything || !is_held_out(i, j);
        let (regional, values) = with_regions(&brain, &uniform, g, &training, &counts, iterations / 10)?;
        show(&format!("regions{of}"), &regional)?;
        let trained = with_weights(&brain, &regional, &values, &training, &counts, iterations)?;
        let judged = show(&format!("weights{of}"), &trained)?;
        if everything {
            println!("a picture: {}", brain.draw(&judged, "trained_fc.svg")?.display());
            best = judged.all;
        }
    }
    assert!(best > one.all, "what may change more fits better");
    Ok(())
}

/// Oscillators at 0.05 Hz, damped within two seconds.
fn network(brain: &Brain) -> Result<Hopf> {
    Network::new(StuartLandau { a: hz(-0.5), ..StuartLandau::default() }, brain.connectome.clone())
        .with_initial("x", 0.0)?
        .with_connection(Connection::new("x", "x_input", Diffusive::new(hz(0.5))))?
        .with_state_noise("x", WhiteNoise::new(0.02))
}

fn with_coupling(brain: &Brain, network: Hopf, training: &Protocol) -> Result<(Hopf, f64)> {
    let problem = SimulationProblem::new(network, training.clone(), brain.objective(|_, _| true)?)?
        .fitting(coupling(0.5)?, Adjustable::coupling(0, "g"))?;
    let found = Fit::new(&problem.space()?, &problem).with_most_iterations(20).run(&Lbfgs::default())?;
    Ok((problem.network(&found.values)?, found.values[0]))
}

/// Two numbers for each region and one coupling for all: a region whose own is small would be lost to the weights.
/// Handed back are the numbers of the regions, one kind after the other.
fn with_regions(
    brain: &Brain,
    uniform: &Hopf,
    g: f64,
    training: &Protocol,
    counts: &impl Fn(usize, usize) -> bool,
    iterations: usize,
) -> Result<(Hopf, Vec<f64>)> {
    let n = brain.fc.n_regions();
    let problem = SimulationProblem::new(uniform.clone(), training.clone(), brain.objective(counts)?)?
        .fitting(coupling(g)?, Adjustable::coupling(0, "g"))?
        .fitting(damping(&vec![-0.5; n])?, Target::regional(Adjustable::parameter("a")))?
        .fitting(noise(&vec![0.02; n])?, Target::regional(Adjustable::StateNoiseSigma(0)))?;
    let values = in_rounds(&problem, iterations)?;
    Ok((problem.network(&values)?, values[1..].to_vec()))
}

/// Every weight that is not zero, in both directions, beside the numbers of the regions.
fn with_weights(
    brain: &Brain,
    regional: &Hopf,
    values: &[f64],
    training: &Protocol,
    counts: &impl Fn(usize, usize) -> bool,
    iterations: usize,
) -> Result<Hopf> {
    let n = brain.fc.n_regions();
    let numbers = FreeWeights::new().numbers(regional)?;
    let weights = FitParameter::regional("w", &numbers, 1e-7, 3.0)?.with_transform(Transform::Log)?;
    let problem = SimulationProblem::new(regional.clone(), training.clone(), brain.objective(counts)?)?
        .fitting(damping(&values[..n])?, Target::regional(Adjustable::parameter("a")))?
        .fitting(noise(&values[n..2 * n])?, Target::regional(Adjustable::StateNoiseSigma(0)))?
        .fitting(weights, FreeWeights::new())?;
    problem.network(&in_rounds(&problem, iterations)?)
}

/// L-BFGS, begun anew every forty iterations: with ten thousand parameters its picture of the cost is soon out of date.
fn in_rounds(problem: &Problem, iterations: usize) -> Result<Vec<f64>> {
    let space = problem.space()?;
    let mut values = space.initial();
    for done in (0..iterations).step_by(ROUND) {
        let round = Fit::new(&space, problem).with_most_iterations(ROUND.min(iterations - done));
        values = round.with_start(&values)?.run(&Lbfgs::default())?.values;
    }
    Ok(values)
}

fn coupling(value: f64) -> Result<FitParameter> {
    FitParameter::new("g", value, 0.005, 15.0)?.with_transform(Transform::Log)
}

fn damping(values: &[f64]) -> Result<FitParameter> {
    FitParameter::regional("a", values, -10.0, -0.025)
}

fn noise(values: &[f64]) -> Result<FitParameter> {
    FitParameter::regional("sigma", values, 5e-4, 0.5)?.with_transform(Transform::Log)
}
