//! What wider vectors give: the same run at each level of vector instructions.

use brainmass_core::CpuLevel;
use serde_json::json;

use super::super::progress::run;
use super::super::report::{Report, Table, digits, times};
use super::super::workload::{Delayed, Parts, monitors, network, simulator};
use super::measure::Stopwatch;
use crate::Result;

const SIZES: [usize; 2] = [80, 400];

/// Adds the cost of nodes, and of the coupling with delays and without, at every level.
pub(super) fn add(stopwatch: &mut Stopwatch, report: &mut Report) -> Result<()> {
    let text = "Nodes alone, and the coupling as a step with it less a step without it, in f64 at each level of vector \
                instructions; the results are the same bits. Against the level before.";
    let head = ["regions", "level", "node, ns per step", "", "with delays", "", "without delays", ""];
    let mut table = Table::new("Vector instructions", text, &head);
    let mut figures = Vec::new();
    for n in SIZES {
        let mut before: Option<[f64; 3]> = None;
        for level in CpuLevel::available() {
            let costs = costs(stopwatch, n, level)?;
            let mut row = vec![n.to_string(), format!("{level:?}")];
            for k in 0..3 {
                let gain = before.map_or(String::new(), |before| times(before[k] / costs[k]));
                row.extend([digits(costs[k]), gain]);
            }
            table.row(row);
            let [node, delayed, instant] = costs;
            figures.push(json!({
                "regions": n, "level": format!("{level:?}"), "node_ns": node, "delayed_ns": delayed, "instant_ns": instant,
            }));
            before = Some(costs);
        }
    }
    report.add("levels", &table, figures.into());
    Ok(())
}

/// Nanoseconds per step of the nodes, of a coupling with delays, and of one without.
fn costs(stopwatch: &mut Stopwatch, n: usize, level: CpuLevel) -> Result<[f64; 3]> {
    let mut cost = |coupling: Option<Delayed>| {
        let network = network(n, Parts { coupling, noise: false })?;
        let simulator = simulator(&network)?.with_cpu_level(level);
        let name = format!("{level:?} N={n} {coupling:?}");
        stopwatch.nanoseconds(&name, || run(&simulator, 256 * (1280 / n).max(3), &monitors()))
    };
    let node = cost(None)?;
    Ok([node, cost(Some(Delayed(true)))? - node, cost(Some(Delayed(false)))? - node])
}
