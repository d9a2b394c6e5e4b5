//! Whole steps of networks of several sizes, and what parts of a step cost.

use brainmass_core::Real;
use brainmass_network::Precision;
use serde_json::{Value, json};

use super::super::naive::Naive;
use super::super::progress::run;
use super::super::report::{Report, Table, digits, percent, times};
use super::super::workload::{Delayed, Parts, connectome, monitors, network, simulator};
use super::measure::{Stopwatch, clocked};
use super::peaks::Peaks;
use crate::Result;

/// What a step of one size costs, ns.
struct Size {
    n: usize,
    precision: Precision,
    delayed: bool,
    whole: f64,
    coupling: f64,
    node: f64,
    noise: f64,
    naive_whole: f64,
    naive_coupling: f64,
}

/// The time of a whole step with delays and noise, ns, in `f64` and in `f32`, by the number of regions.
pub(super) type Steps = Vec<(usize, [f64; 2])>;

/// Adds tables of speed, of the coupling, and of shares.
pub(super) fn add(
    stopwatch: &mut Stopwatch,
    regions: &[usize],
    peaks: [Peaks; 2],
    report: &mut Report,
) -> Result<Steps> {
    let mut sizes = Vec::new();
    for &n in regions {
        for delayed in [true, false] {
            sizes.push(Size::measure::<f64>(stopwatch, n, delayed, Precision::Double)?);
            sizes.push(Size::measure::<f32>(stopwatch, n, delayed, Precision::Single)?);
        }
    }
    report.add("speed", &speed(&sizes), Value::Array(sizes.iter().map(Size::figures).collect()));
    report.add("coupling", &coupling(&sizes, peaks), sizes.iter().map(|size| size.rates(peaks)).collect());
    report.add("shares", &shares(&sizes), sizes.iter().map(Size::parts).collect());
    let whole = |n: usize, precision: Precision| {
        let found = sizes.iter().find(|size| size.n == n && size.delayed && size.precision == precision);
        found.map_or(f64::NAN, |size| size.whole)
    };
    let both = |n: usize| [Precision::Double, Precision::Single].map(|precision| whole(n, precision));
    Ok(regions.iter().map(|&n| (n, both(n))).collect())
}

impl Size {
    fn measure<T: Real<Mask = bool>>(
        stopwatch: &mut Stopwatch,
        n: usize,
        delayed: bool,
        precision: Precision,
    ) -> Result<Self> {
        let lags = if delayed { " delays" } else { "" };
        let name = |what: &str| format!("{what} N={n} {}{lags}", scalar(precision));
        let structure = connectome(n)?;
        let n_steps = (40_000 / n).max(8);
        let mut naive = Naive::<T>::new(&structure, delayed)?;
        // Side by side, so that a machine that slows down slows both.
        let coupling = Some(Delayed(delayed));
        let naive_coupling =
            stopwatch.nanoseconds(&name("naive coupling"), || Ok(clocked(n_steps, || naive.couple())))?;
        let node = engine(stopwatch, &name("node"), n, precision, Parts { coupling: None, noise: false })?;
        let noisy =
            engine(stopwatch, &name("node, noise"), n, precision, Parts { coupling: None, noise: true })?;
        let whole = engine(stopwatch, &name("whole"), n, precision, Parts { coupling, noise: true })?;
        let naive_whole =
            stopwatch.nanoseconds(&name("naive whole"), || Ok(clocked(n_steps, || naive.advance(true))))?;
        Ok(Self {
            n,
            precision,
            delayed,
            whole,
            coupling: whole - noisy,
            node,
            noise: noisy - node,
            naive_whole,
            naive_coupling,
        })
    }

    /// A multiplication and an addition for every pair of regions.
    fn gflops(&self) -> f64 {
        (2 * self.n * (self.n - 1)) as f64 / self.coupling
    }

    fn peak(&self, [double, single]: [Peaks; 2]) -> Peaks {
        if self.precision == Precision::Single { single } else { double }
    }

    fn name(&self) -> Vec<String> {
        vec![
            format!("{}", self.n),
            scalar(self.precision).to_owned(),
            if self.delayed { "yes" } else { "no" }.to_owned(),
        ]
    }

    fn key(&self) -> Value {
        json!({ "regions": self.n, "precision": scalar(self.precision), "delays": self.delayed })
    }

    fn with(&self, figures: Value) -> Value {
        let mut all = self.key();
        if let (Value::Object(all), Value::Object(figures)) = (&mut all, figures) {
            all.extend(figures);
        }
        all
    }

    fn figures(&self) -> Value {
        self.with(json!({
            "ns_per_step": self.whole,
            "ns_per_region_step": self.whole / self.n as f64,
            "naive_ns_per_step": self.naive_whole,
            "against_naive": self.naive_whole / self.whole,
        }))
    }

    fn rates(&self, peaks: [Peaks; 2]) -> Value {
        let peak = self.peak(peaks);
        self.with(json!({
            "ns_per_step": self.coupling,
            "naive_ns_per_step": self.naive_coupling,
            "against_naive": self.naive_coupling / self.coupling,
            "gflops": self.gflops(),
            "of_fused_peak": self.gflops() / peak.fused,
            "of_separate_peak": self.gflops() / peak.separate,
        }))
    }

    fn parts(&self) -> Value {
        self.with(json!({ "coupling_ns": self.coupling, "node_ns": self.node, "noise_ns": self.noise }))
    }
}

fn engine(
    stopwatch: &mut Stopwatch,
    name: &str,
    n: usize,
    precision: Precision,
    parts: Parts,
) -> Result<f64> {
    let network = network(n, parts)?;
    let simulator = simulator(&network)?.with_precision(precision);
    let n_steps = 256 * (1280 / n).max(3);
    stopwatch.nanoseconds(name, || run(&simulator, n_steps, &monitors()))
}

fn scalar(precision: Precision) -> &'static str {
    if precision == Precision::Single { "f32" } else { "f64" }
}

const KEY: [&str; 3] = ["regions", "precision", "delays"];

fn speed(sizes: &[Size]) -> Table {
    let head = ["ns per step", "ns per region-step", "naive, ns per step", "against naive"];
    let text = "A whole step with noise: coupling, noise, nodes, recording. The naive engine pulls from a table of \
                offsets and does one region after the other, in the same precision.";
    let mut table = Table::new("Speed", text, &[&KEY[..], &head].concat());
    for size in sizes {
        let figures = [size.whole, size.whole / size.n as f64, size.naive_whole].map(digits);
        table.row([size.name(), figures.to_vec(), vec![times(size.naive_whole / size.whole)]].concat());
    }
    table
}

fn coupling(sizes: &[Size], peaks: [Peaks; 2]) -> Table {
    let head = [
        "ns per step",
        "naive, ns per step",
        "against naive",
        "GFLOP/s",
        "of fused peak",
        "of separate peak",
    ];
    let text = "The coupling alone: a step with it less a step without it.";
    let mut table = Table::new("Coupling", text, &[&KEY[..], &head].concat());
    for size in sizes {
        let peak = size.peak(peaks);
        let figures = vec![
            digits(size.coupling),
            digits(size.naive_coupling),
            times(size.naive_coupling / size.coupling),
            digits(size.gflops()),
            percent(size.gflops() / peak.fused),
            percent(size.gflops() / peak.separate),
        ];
        table.row([size.name(), figures].concat());
    }
    table
}

fn shares(sizes: &[Size]) -> Table {
    let text = "By differences of whole runs; recording counts with the nodes.";
    let mut table =
        Table::new("Shares of a step", text, &[&KEY[..], &["coupling", "node", "noise"]].concat());
    for size in sizes {
        let parts = [size.coupling, size.node, size.noise].map(|part| percent(part / size.whole));
        table.row([size.name(), parts.to_vec()].concat());
    }
    table
}
