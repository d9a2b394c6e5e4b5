//! What criterion times.

mod bold;
mod downstream;
mod gradients;
mod lead_field;
mod levels;
mod many;
mod measure;
mod nodes;
mod peaks;
mod peers;
mod sizes;

use std::path::PathBuf;

use brainmass_core::Error;
use serde_json::json;

use super::child;
use super::options::Options;
use super::report::{Report, Table, digits};
use crate::Result;
pub(super) use many::print as print_many;
use measure::Stopwatch;

/// How often the first result is awaited.
const FIRST: usize = 5;

/// What the sections share.
struct Bench<'a> {
    options: &'a Options,
    stopwatch: Stopwatch,
    report: &'a mut Report,
    /// What the processor can do in `f64` and in `f32`.
    peaks: [peaks::Peaks; 2],
    /// Interpreters with a simulator, and with MNE-Python.
    pythons: [Vec<PathBuf>; 2],
    /// The times of whole steps, once they are known.
    steps: sizes::Steps,
}

/// A name, and what measures and reports.
type Section = (&'static str, fn(&mut Bench<'_>) -> Result<()>);

/// The sections in the order of the document.
///
/// To add one: a file beside this one with a function that times things with the stopwatch and hands a table and the
/// same figures as JSON to [`Report::add`]; its name and the call here. `cargo xtask bench --section NAME` then runs it
/// alone, and `--write-docs` puts it into the document.
const SECTIONS: &[Section] = &[
    ("node", |bench| nodes::add(&mut bench.stopwatch, bench.report)),
    ("downstream", |bench| downstream::add(&mut bench.stopwatch, bench.report)),
    ("sizes", |bench| {
        let Bench { options, stopwatch, report, peaks, .. } = bench;
        bench.steps = sizes::add(stopwatch, &options.regions, *peaks, report)?;
        Ok(())
    }),
    ("levels", |bench| levels::add(&mut bench.stopwatch, bench.report)),
    ("many", |bench| many::add(&bench.options.regions, bench.peaks[0], bench.report)),
    ("peers", |bench| peers::add(&bench.pythons[0], &bench.steps, bench.report)),
    ("gradients", |bench| gradients::add(&mut bench.stopwatch, &bench.pythons[0], bench.report)),
    ("lead_fields", |bench| lead_field::add(&mut bench.stopwatch, &bench.pythons[1], bench.report)),
    ("bold", |bench| bold::add(&mut bench.stopwatch, bench.report)),
    ("first_result", |bench| add_first(bench.report)),
];

/// Adds all that is timed, or the sections that are asked for.
pub(super) fn add(options: &Options, report: &mut Report) -> Result<()> {
    let pythons = peers::sorted(&options.pythons)?;
    let known = || SECTIONS.iter().map(|(name, _)| *name);
    if let Some(wrong) = options.sections.iter().find(|asked| !known().any(|name| name == *asked)) {
        return Err(Error::unknown("section", wrong, known()).into());
    }
    let mut stopwatch = Stopwatch::new();
    let peaks = peaks::measure(&mut stopwatch)?;
    add_peaks(peaks, report);
    let mut bench = Bench { options, stopwatch, report, peaks, pythons, steps: Vec::new() };
    let asked =
        |name: &str| options.sections.is_empty() || options.sections.iter().any(|asked| asked == name);
    SECTIONS.iter().filter(|(name, _)| asked(name)).try_for_each(|(_, add)| add(&mut bench))
}

fn add_peaks(peaks: [peaks::Peaks; 2], report: &mut Report) {
    let text = "What one core does in registers. The engine rounds each product, so that results are the same bits \
                everywhere: the second column is its limit.";
    let mut table = Table::new("Peak", text, &["GFLOP/s", "fused multiply-add", "multiply, then add"]);
    for (name, peak) in ["f64", "f32"].into_iter().zip(peaks) {
        table.row(vec![name.to_owned(), digits(peak.fused), digits(peak.separate)]);
    }
    let figures = peaks.map(|peak| json!({ "fused_gflops": peak.fused, "separate_gflops": peak.separate }));
    report.add("peak", &table, json!({ "f64": figures[0], "f32": figures[1] }));
}

fn add_first(report: &mut Report) -> Result<()> {
    let text = "From a connectome to the recording of one second, N = 80, with delays and noise, in a fresh process; \
                the least of five.";
    let mut table = Table::new("First result", text, &["regions", "ms"]);
    let mut least = f64::INFINITY;
    for _ in 0..FIRST {
        least = least.min(child::number(&["first", "80"])?);
    }
    table.row(vec!["80".to_owned(), digits(least)]);
    report.add("first_result", &table, json!({ "regions": 80, "ms": least }));
    Ok(())
}
