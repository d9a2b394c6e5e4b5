//! Many runs at once: what a run of a panel costs, and what a second thread gives.

use rustix::time::{ClockId, clock_gettime};
use serde_json::{Value, json};

use brainmass_core::units::ms;
use brainmass_network::Simulator;

use super::super::child;
use super::super::report::{Report, Table, digits, percent, times};
use super::super::workload::{Delayed, Parts, dt, monitors, network, simulator};
use super::peaks::Peaks;
use crate::Result;

/// How many networks stand side by side in a panel.
const PANEL: usize = 8;
/// How many points a sweep has.
const POINTS: usize = 64;
/// How often a child repeats what it times.
const REPEATS: usize = 5;

/// Adds runs without delays in panels, and a sweep with delays on one thread and on two.
pub(super) fn add(regions: &[usize], peak: Peaks, report: &mut Report) -> Result<()> {
    add_panels(regions, peak, report)?;
    add_threads(report)
}

fn add_panels(regions: &[usize], peak: Peaks, report: &mut Report) -> Result<()> {
    let text = "Eight networks without delays and noise side by side (`Simulator::run_many`), f64, one thread; the \
                coupling is a step with it less a step without it.";
    let head = ["regions", "ns per step and run", "coupling, ns", "GFLOP/s", "of separate peak"];
    let mut table = Table::new("Panels", text, &head);
    let mut figures = Vec::new();
    for &n in regions {
        let cost = |coupling: &str| nanoseconds(n, coupling, PANEL, 1).map(|[processor, _]| processor);
        let (whole, uncoupled) = (cost("instant")?, cost("none")?);
        let coupling = whole - uncoupled;
        let gflops = (2 * n * (n - 1)) as f64 / coupling;
        let of_peak = gflops / peak.separate;
        let cells = [whole, coupling, gflops].map(digits);
        table.row([vec![n.to_string()], cells.to_vec(), vec![percent(of_peak)]].concat());
        figures.push(json!({
            "regions": n, "ns_per_step": whole, "coupling_ns": coupling, "gflops": gflops, "of_separate_peak": of_peak,
        }));
    }
    report.add("panels", &table, Value::Array(figures));
    Ok(())
}

fn add_threads(report: &mut Report) -> Result<()> {
    let wall = |threads: usize| nanoseconds(80, "delayed", POINTS, threads).map(|[_, wall]| wall);
    let (one, two) = (wall(1)?, wall(2)?);
    let text = format!("A sweep of {POINTS} networks of 80 regions with delays, by the clock on the wall.");
    let mut table = Table::new("Threads", text, &["threads", "ns per step and run", "against one"]);
    for (threads, nanoseconds) in [(1, one), (2, two)] {
        table.row(vec![threads.to_string(), digits(nanoseconds), times(one / nanoseconds)]);
    }
    report.add("threads", &table, json!({ "one_ns": one, "two_ns": two, "ratio": one / two }));
    Ok(())
}

/// The times of a step of one of several runs in a process of its own, ns: of the processor and of the wall.
fn nanoseconds(n: usize, coupling: &str, n_runs: usize, threads: usize) -> Result<[f64; 2]> {
    let words = ["many", &n.to_string(), coupling, &n_runs.to_string()];
    let said = String::from_utf8(child::start(&[], threads, &words)?.stdout)?;
    let numbers: Vec<f64> = said.split_whitespace().map(str::parse).collect::<std::result::Result<_, _>>()?;
    numbers.try_into().map_err(|_| format!("`bench child many` says `{said}`").into())
}

/// The child's part: prints these times.
pub(in super::super) fn print(n: usize, coupling: &str, n_runs: usize) -> Result<()> {
    let coupling = match coupling {
        "delayed" => Some(Delayed(true)),
        "instant" => Some(Delayed(false)),
        _ => None,
    };
    let network = network(n, Parts { coupling, noise: false })?;
    let simulators = vec![simulator(&network)?; n_runs];
    let n_steps = (200_000 / n / n_runs).max(1000);
    // A long run less a short one, so that building does not count.
    let [mut short, mut long] = [[f64::INFINITY; 2]; 2];
    for _ in 0..REPEATS {
        least(&mut short, seconds(&simulators, n_steps)?);
        least(&mut long, seconds(&simulators, 4 * n_steps)?);
    }
    let scale = 1e9 / (3 * n_steps * n_runs) as f64;
    println!("{} {}", scale * (long[0] - short[0]), scale * (long[1] - short[1]));
    Ok(())
}

fn least(least: &mut [f64; 2], seconds: [f64; 2]) {
    *least = std::array::from_fn(|k| least[k].min(seconds[k]));
}

/// What the runs take, s: of all processors, and of the wall.
fn seconds(simulators: &[Simulator<'_, brainmass_nodes::WilsonCowan>], n_steps: usize) -> Result<[f64; 2]> {
    let clocks = || {
        [ClockId::ProcessCPUTime, ClockId::Monotonic].map(|clock| {
            let time = clock_gettime(clock);
            time.tv_sec as f64 + 1e-9 * time.tv_nsec as f64
        })
    };
    let before = clocks();
    let recordings = Simulator::run_many(simulators, dt() * n_steps as f64, ms(0.0), &monitors());
    let after = clocks();
    recordings.into_iter().try_for_each(|recording| recording.map(|_| ()))?;
    Ok(std::array::from_fn(|k| after[k] - before[k]))
}
