//! Gradients: what the derivatives of a recorded run cost, in runs.

use brainmass_core::units::{dimension::Dimensionless, ms};
use brainmass_network::{Integrator, Monitor, Simulator, WithRespectTo};
use brainmass_nodes::WilsonCowan;
use nalgebra::DMatrix;
use serde_json::{Value, json};

use super::super::progress::Taken;
use super::super::report::{Report, Table, digits, times};
use super::super::workload::{Delayed, Parts, dt, network};
use super::measure::{Stopwatch, clocked};
use crate::Result;

const REGIONS: usize = 80;
const STEPS: f64 = 1000.0;
/// What a run with checkpoints may keep: a third of what it leaves.
const BUDGET: usize = 1 << 20;

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
pub(super) fn add(stopwatch: &mut Stopwatch, report: &mut Report) -> Result<()> {
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
    }
    report.add("gradients", &table, Value::Array(figures));
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
