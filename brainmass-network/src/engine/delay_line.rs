//! The weighted, delayed sums of one connection.

use std::sync::Arc;

use brainmass_core::units::{Second, Unit, dimension, show};
use brainmass_core::{Connectome, Result, check};
use nalgebra::DMatrix;

use crate::coupling::{Connection, Kernel};
use crate::delays::{Delays, History};

/// The most numbers a history may hold: 2 GiB.
const LARGEST_RING: usize = 1 << 28;

/// A ring of what every region sent, and for each region where to read.
pub(super) struct DelayLine {
    kernel: Arc<dyn Kernel>,
    n_sent: usize,
    /// How many steps the ring keeps: the longest delay and the present.
    depth: usize,
    /// What was sent: step, then region, then number.
    ring: Vec<f64>,
    step: usize,
    /// For each target the sources in ascending order: (source, weight, delay in steps).
    sources: Vec<Vec<(usize, f64, usize)>>,
    in_strength: Vec<f64>,
    /// What stands in the place of the first values sent, if not those.
    instead: Option<Vec<f64>>,
}

impl DelayLine {
    /// A line whose past is as the connection says; `present` holds the coupled quantity at t = 0.
    pub(super) fn new(
        connection: &Connection,
        connectome: &Connectome,
        dt: Second,
        present: &[f64],
    ) -> Result<Self> {
        let n = connectome.n_regions();
        let steps = match connection.delays() {
            Some(delays) => delays.steps(connectome.tract_lengths(), dt)?,
            None => DMatrix::zeros(n, n),
        };
        let counts = |i: usize, j: usize| {
            let weight = connectome.weights()[(i, j)];
            (weight != 0.0 && (i != j || connection.has_self_connections())).then_some((
                j,
                weight,
                steps[(i, j)],
            ))
        };
        let sources: Vec<Vec<_>> =
            (0..n).map(|i| (0..n).filter_map(|j| counts(i, j)).collect::<Vec<_>>()).collect();
        let longest = sources.iter().flatten().map(|(_, _, delay)| *delay).max().unwrap_or(0);
        let kernel = Arc::clone(connection.kernel());
        let n_sent = kernel.n_sent();
        check_size(connection, longest, n * n_sent, dt)?;
        let mut line = Self {
            in_strength: sources.iter().map(|list| list.iter().map(|(_, weight, _)| weight).sum()).collect(),
            kernel,
            n_sent,
            depth: longest + 1,
            ring: vec![0.0; (longest + 1) * n * n_sent],
            step: 0,
            sources,
            instead: None,
        };
        if let Some(delays) = connection.delays() {
            let what = format!("`{}`", connection.source());
            delays.check_history(&what, n, longest)?;
            line.fill_past(delays, present);
        }
        Ok(line)
    }

    fn fill_past(&mut self, delays: &Delays, present: &[f64]) {
        let column = |values: &DMatrix<f64>, back: usize| {
            values.column(values.ncols() - back).iter().copied().collect::<Vec<f64>>()
        };
        for back in 1..self.depth {
            let sent = match delays.history() {
                History::Constant => present.to_vec(),
                History::Given(values) => column(values, back),
                History::BufferWithTimeZero(values) => column(values, back + 1),
            };
            self.write(self.depth - back, &sent);
        }
        if let History::BufferWithTimeZero(values) = delays.history() {
            self.instead = Some(column(values, 1));
        }
    }

    fn write(&mut self, slot: usize, values: &[f64]) {
        let row = values.len() * self.n_sent;
        let sent = self.ring[slot * row..(slot + 1) * row].chunks_exact_mut(self.n_sent);
        for ((region, sent), value) in sent.enumerate().zip(values) {
            self.kernel.send(region, *value, sent);
        }
    }

    /// Takes what the regions send now and adds what arrives at each to an input.
    pub(super) fn arrive(&mut self, values: &[f64], input: &mut [f64]) {
        let n = values.len();
        match self.instead.take() {
            Some(first) => self.write(self.step % self.depth, &first),
            None => self.write(self.step % self.depth, values),
        }
        let mut sums = vec![0.0; self.n_sent];
        for (region, sources) in self.sources.iter().enumerate() {
            sums.fill(0.0);
            for (source, weight, delay) in sources {
                let slot = (self.step + self.depth - delay) % self.depth;
                let sent = &self.ring[(slot * n + source) * self.n_sent..][..self.n_sent];
                for (sum, sent) in sums.iter_mut().zip(sent) {
                    *sum += weight * sent;
                }
            }
            input[region] += self.kernel.receive(region, values[region], &sums, self.in_strength[region]);
        }
        self.step += 1;
    }
}

/// Refuses a history that would not fit into memory.
fn check_size(connection: &Connection, longest: usize, row: usize, dt: Second) -> Result<()> {
    let numbers = longest.saturating_add(1).saturating_mul(row);
    if numbers <= LARGEST_RING {
        return Ok(());
    }
    let what = format!("longest delay from `{}` to `{}`", connection.source(), connection.input());
    let limit = show(dt * (LARGEST_RING / row) as f64);
    let requirement = format!("below {limit}, where its history of {longest} steps would not fit into 2 GiB");
    Err(check::out_of_range(
        &what,
        dt.value_unsafe * longest as f64,
        Unit::of::<dimension::Second>(),
        &requirement,
    ))
}
