//! What criterion times.

mod many;
mod measure;
mod nodes;
mod peaks;
mod peers;
mod sizes;

use serde_json::json;

use super::child;
use super::options::Options;
use super::report::{Report, Table, digits};
use crate::Result;
pub(super) use many::print as print_many;
use measure::Stopwatch;

/// How often the first result is awaited.
const FIRST: usize = 5;

/// Adds all that is timed.
pub(super) fn add(options: &Options, report: &mut Report) -> Result<()> {
    peers::check(&options.pythons)?;
    let mut stopwatch = Stopwatch::new();
    let peaks = peaks::measure(&mut stopwatch)?;
    add_peaks(peaks, report);
    nodes::add(&mut stopwatch, report)?;
    let steps = sizes::add(&mut stopwatch, &options.regions, peaks, report)?;
    many::add(&options.regions, peaks[0], report)?;
    peers::add(&options.pythons, &steps, report)?;
    add_first(report)
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
