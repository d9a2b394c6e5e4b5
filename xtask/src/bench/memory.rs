//! Peak memory: a run ten times as long must not need more of it.

use serde_json::json;

use super::child;
use super::report::{Report, Table, digits, percent};
use crate::Result;

const REGIONS: usize = 1000;
/// The simulated durations that are compared, s.
const SECONDS: [f64; 2] = [60.0, 600.0];

/// Adds the peak memory of a short and a long run.
pub(super) fn add(report: &mut Report) -> Result<()> {
    let peak = |seconds: f64| child::number(&["memory", &REGIONS.to_string(), &seconds.to_string()]);
    let [short, long] = [peak(SECONDS[0])?, peak(SECONDS[1])?].map(|kib| kib / 1024.0);
    let text = format!(
        "Peak memory of a process, N = {REGIONS}, with delays and noise, steps of 1 ms, BOLD of every region streamed."
    );
    let mut table = Table::new("Memory", text, &["simulated", "peak, MiB", "more than the first"]);
    for (seconds, mib) in SECONDS.into_iter().zip([short, long]) {
        table.row(vec![format!("{} min", seconds / 60.0), digits(mib), percent(mib / short - 1.0)]);
    }
    report.add(
        "memory",
        &table,
        json!({ "regions": REGIONS, "seconds": SECONDS, "mebibytes": [short, long] }),
    );
    Ok(())
}
