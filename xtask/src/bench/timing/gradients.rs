//! Gradients: what the derivatives of a recorded run cost, in runs.

use std::path::PathBuf;

use brainmass_core::units::{dimension::Dimensionless, ms};
use brainmass_network::{Adjustable, Direction, Integrator, Monitor, Simulator, WithRespectTo};
use brainmass_nodes::WilsonCowan;
use nalgebra::DMatrix;
use serde_json::{Value, json};

use super::super::progress::Taken;
use super::super::report::{Report, Table, digits, times};
use super::super::workload::{Delayed, Parts, dt, network};
use super::measure::{Stopwatch, clocked};
use super::peers;
use crate::Result;

const REGIONS: usize = 80;
const STEPS: f64 = 1000.0;
/// What a run with checkpoints may keep: a third of what it leaves.
const BUDGET: usize = 1 << 20;
/// The same gradients by brainmass on JAX.
const SCRIPT: &str = concat!(include_str!("one_core.py"), include_str!("peer_gradients.py"));

/// By what the run is differentiated, and in how much memory.
fn cases() -> [(&'static str, WithRespectTo, usize); 3] {
    let two = WithRespectTo::nothing().and_parameter("tau_e").and_coupling(0, "g");
    let weights = two.clone().and_weights(0);
    [
        ("2 parameters", two, usize::MAX),
        ("2 parameters, all weights", weights.clone(), usize::MAX),
        ("the same with checkpoints", weights, BUDGET),
    ]
}

/// Adds the cost of gradients for Euler's and Heun's method.
pub(super) fn add(stopwatch: &mut Stopwatch, pythons: &[PathBuf], report: &mut Report) -> Result<()> {
    let ours = add_ours(stopwatch, report)?;
    add_peers(pythons, ours, report)
}

/// Milliseconds by two parameters and by all weights, with Euler's method.
type Ours = [f64; 2];

fn add_ours(stopwatch: &mut Stopwatch, report: &mut Report) -> Result<Ours> {
    let mut ours = [f64::INFINITY; 2];
    let text = "Wilson–Cowan with delays and noise, N = 80, 1000 steps, the mean of every millisecond recorded. A run and a \
                gradient begin with a network: engines are built anew. Memory is what the way back needs of the run.";
    let head = ["scheme", "by", "run, ms", "gradient, ms", "in runs", "memory, MiB"];
    let mut table = Table::new("Gradients", text, &head);
    let mut figures: Vec<Value> = Vec::new();
    let network = network(REGIONS, Parts { coupling: Some(Delayed(true)), noise: true })?;
    for integrator in [Integrator::Euler, Integrator::Heun] {
        let simulator = Simulator::new(&network, dt())?.with_integrator(integrator);
        let name = integrator.name();
        let run =
            stopwatch.nanoseconds(&format!("gradient/{name}/run"), || timed(|| run(&simulator)))? * 1e-6;
        for (by, respect, memory) in cases() {
            let label = format!("gradient/{name}/{by}");
            let mut kept = 0;
            let taken = stopwatch.nanoseconds(&label, || {
                timed(|| {
                    kept = gradient(&simulator, &respect, memory)?;
                    Ok(())
                })
            })? * 1e-6;
            let kept = kept as f64 / f64::from(1 << 20);
            if integrator == Integrator::Euler && memory == usize::MAX {
                ours[usize::from(by.contains("weights"))] = taken;
            }
            table.row(vec![
                name.to_owned(),
                by.to_owned(),
                digits(run),
                digits(taken),
                times(taken / run),
                digits(kept),
            ]);
            figures.push(
                json!({ "scheme": name, "by": by, "run_ms": run, "gradient_ms": taken, "memory_mib": kept }),
            );
        }
        for n in 1..=2 {
            let by = format!("{n} of them, forwards");
            let label = format!("gradient/{name}/{by}");
            let taken = stopwatch.nanoseconds(&label, || timed(|| forwards(&simulator, n)))? * 1e-6;
            let cells =
                [name.to_owned(), by.clone(), digits(run), digits(taken), times(taken / run), digits(0.0)];
            table.row(cells.to_vec());
            figures.push(
                json!({ "scheme": name, "by": by, "run_ms": run, "gradient_ms": taken, "memory_mib": 0.0 }),
            );
        }
    }
    report.add("gradients", &table, Value::Array(figures));
    Ok(ours)
}

/// Adds how long the other library takes for the same.
fn add_peers(pythons: &[PathBuf], ours: Ours, report: &mut Report) -> Result<()> {
    let able = peers::able(pythons, SCRIPT)?;
    if able.is_empty() {
        return Ok(());
    }
    let text = "The sum of squares of all regions and steps, differentiated in reverse mode, compiled and warm, on one core; \
                their processor time. They go by exponential Euler, here it is Euler, and f64 against both precisions.";
    let head = ["brainmass on JAX", "by", "ms", "here, ms", "ratio"];
    let mut table = Table::new("Gradients against JAX", text, &head);
    let mut figures = Vec::new();
    let folder = tempfile::tempdir()?;
    for (python, precision) in
        able.iter().flat_map(|python| ["f64", "f32"].map(|precision| (python, precision)))
    {
        peers::write(folder.path(), REGIONS, precision)?;
        let said = peers::run(python, SCRIPT, folder.path(), &[folder.path()])?;
        let said: Value = serde_json::from_str(said.lines().last().unwrap_or_default())?;
        for ((by, theirs), ours) in ["2 parameters", "all weights"].iter().zip([0, 1]).zip(ours) {
            let theirs = said["timed"][theirs]["ms"].as_f64().ok_or("the script names no time")?;
            let name = format!("{}, {precision}", said["version"].as_str().unwrap_or("?"));
            table.row(vec![name, (*by).to_owned(), digits(theirs), digits(ours), times(theirs / ours)]);
            figures.push(json!({
                "precision": precision, "by": by, "ms": theirs, "here_ms": ours, "ratio": theirs / ours,
            }));
        }
    }
    report.add("gradients_against_jax", &table, Value::Array(figures));
    Ok(())
}

fn timed(mut work: impl FnMut() -> Result<()>) -> Result<Taken> {
    let mut failed = None;
    let taken = clocked(1, || failed = work().err());
    failed.map_or(Ok(taken), Err)
}

fn monitor() -> [Monitor; 1] {
    [Monitor::of("r_e").averaged(ms(1.0))]
}

fn run(simulator: &Simulator<'_, WilsonCowan>) -> Result<()> {
    simulator.run(dt() * STEPS, ms(0.0), &monitor())?;
    Ok(())
}

/// The derivatives of Σ x², and how much memory they took.
fn gradient(simulator: &Simulator<'_, WilsonCowan>, respect: &WithRespectTo, memory: usize) -> Result<usize> {
    let (mut recording, trace) = simulator.trace(dt() * STEPS, ms(0.0), &monitor(), memory)?;
    let kept = trace.memory();
    let series = recording.take::<Dimensionless>("r_e")?;
    let cotangent: DMatrix<f64> = 2.0 * series.values();
    trace.pull_back(&[("r_e", cotangent)], respect)?;
    Ok(kept)
}

/// The same forwards, by the first of both parameters or by both.
fn forwards(simulator: &Simulator<'_, WilsonCowan>, n: usize) -> Result<()> {
    let both = [Adjustable::parameter("tau_e"), Adjustable::coupling(0, "g")];
    let directions = both.map(|what| Direction::along(what, vec![1.0]));
    let (mut recording, tangents) =
        simulator.push_forward(dt() * STEPS, ms(0.0), &monitor(), &directions[..n])?;
    let series = recording.take::<Dimensionless>("r_e")?;
    tangents.along(&[("r_e", 2.0 * series.values())])?;
    Ok(())
}
