//! BOLD streamed within a run, beside the simulation.

use brainmass_core::units::show;
use serde_json::{Map, Value, json};

use super::super::bold::{ALONE, NONE, REGIONS as COUNTED, monitor};
use super::super::instructions::{can_count, instructions};
use super::super::progress::run;
use super::super::report::{Report, Table, digits, percent};
use super::super::workload::{Delayed, Parts, dt, monitors, network, simulator};
use super::measure::Stopwatch;
use crate::Result;

/// The models by the names under which children know them, and in words.
const MODELS: [(&str, &str); 4] = [
    ("convolution", "convolution, averages of 20 ms"),
    ("balloon", "Balloon, in its own steps of 5 ms"),
    ("positive", "Balloon with positive states, in steps of 5 ms"),
    ("every", "Balloon, in the steps of the simulation"),
];
/// Two lengths of a run a repetition time apart.
const LENGTHS: [usize; 2] = [7200, 14_400];
const REGIONS: usize = 1000;
/// Two repetition times and what lies before the first report of progress.
const STEPS: usize = 14_400 + 256;

/// Adds what each model of BOLD costs per region and step, by the clock and in instructions, and its share.
pub(super) fn add(stopwatch: &mut Stopwatch, report: &mut Report) -> Result<()> {
    let simulation = simulation(stopwatch)?;
    let alone = with_model(stopwatch, NONE)?;
    let counted = can_count().then(|| instructions_of_simulation(REGIONS)).transpose()?;
    let text = format!(
        "What a model of BOLD adds to a run, N = {REGIONS}, a volume every 720 ms, steps of {}: beside the simulation with \
         delays and noise, by the clock and in instructions.",
        show(dt()),
    );
    let head = ["run", "ns per region-step", "share", "instructions per region-step", "share"];
    let mut table = Table::new("BOLD", text, &head);
    let mut figures = Map::new();
    let mut add = |name: &str, words: &str, nanoseconds: f64, instructions: Option<f64>| {
        let share = |of: Option<(f64, f64)>| of.map_or("–".to_owned(), |(part, whole)| fine(part / whole));
        table.row(vec![
            words.to_owned(),
            digits(nanoseconds),
            share(Some((nanoseconds, simulation))),
            instructions.map_or("–".to_owned(), digits),
            share(instructions.zip(counted)),
        ]);
        figures.insert(
            name.to_owned(),
            json!({ "ns_per_region_step": nanoseconds, "instructions_per_region_step": instructions }),
        );
    };
    add("simulation", "simulation", simulation, counted);
    for (name, words) in MODELS {
        let nanoseconds = with_model(stopwatch, name)? - alone;
        add(name, words, nanoseconds, counted.map(|_| instructions_of(name)).transpose()?);
    }
    report.add("bold", &table, Value::Object(figures));
    Ok(())
}

/// A share with a digit after the point, where it is small.
fn fine(share: f64) -> String {
    if share < 0.1 { format!("{:.1} %", 100.0 * share) } else { percent(share) }
}

/// Nanoseconds per region and step of the simulation.
fn simulation(stopwatch: &mut Stopwatch) -> Result<f64> {
    let network = network(REGIONS, Parts { coupling: Some(Delayed(true)), noise: true })?;
    let simulator = simulator(&network)?;
    Ok(stopwatch.nanoseconds("BOLD simulation", || run(&simulator, 1024, &monitors()))? / REGIONS as f64)
}

/// The same of regions alone that stream into a model.
fn with_model(stopwatch: &mut Stopwatch, model: &str) -> Result<f64> {
    let network = network(REGIONS, ALONE)?;
    let simulator = simulator(&network)?;
    let monitors = [monitor(model)?];
    Ok(stopwatch.nanoseconds(&format!("BOLD {model}"), || run(&simulator, STEPS, &monitors))?
        / REGIONS as f64)
}

/// Instructions per region and step that a model adds to a run.
fn instructions_of(model: &str) -> Result<f64> {
    Ok(per_region_step(model)? - per_region_step(NONE)?)
}

/// Instructions per region and step of the simulation with delays and noise.
fn instructions_of_simulation(n: usize) -> Result<f64> {
    let count =
        |n_steps: usize| instructions(&["steps", &n.to_string(), &n_steps.to_string(), "euler", "noise"]);
    Ok((count(512)? - count(256)?) / (256 * n) as f64)
}

fn per_region_step(model: &str) -> Result<f64> {
    let [short, long] = LENGTHS.map(|n_steps| instructions(&["bold", model, &n_steps.to_string()]));
    Ok((long? - short?) / ((LENGTHS[1] - LENGTHS[0]) * COUNTED) as f64)
}
