//! Derivatives by weights: how what arrives at one end goes with what was sent at the other.

use brainmass_core::{CpuLevel, Kernel};

use crate::engine::blocked::Row;
use crate::engine::pathways::Pathways;

/// Steps that are correlated at once.
const BLOCK: usize = 128;
/// Sums in flight.
const WIDTH: usize = 16;

/// The sum over time of `S̄_i(t + d_ij) s_j(t)` for every pair, fed against time.
#[derive(Debug)]
pub(super) struct Correlation {
    n_regions: usize,
    n_sent: usize,
    depth: usize,
    /// Columns of a row of `sums`.
    n_columns: usize,
    /// For each target the end of its pairs; of each pair the source and the delay.
    ends: Vec<usize>,
    pairs: Vec<(usize, usize)>,
    found: Vec<f64>,
    /// What the sums are worth: number, target, steps against time, of which the first `depth` have been used.
    sums: Vec<f64>,
    /// What was sent in the steps of the block: number, source, step.
    sent: Vec<[f64; BLOCK]>,
    /// Steps in the block.
    filled: usize,
}

impl Correlation {
    pub(super) fn new(pathways: &Pathways, n_sent: usize) -> Self {
        let (n, depth) = (pathways.targets.len(), pathways.longest);
        let pairs = pathways.targets.iter().flatten().map(|pathway| (pathway.source, pathway.delay));
        let pairs: Vec<_> = pairs.collect();
        let ends = pathways.targets.iter().scan(0, |end, sources| {
            *end += sources.len();
            Some(*end)
        });
        Self {
            n_regions: n,
            n_sent,
            depth,
            n_columns: depth + BLOCK,
            ends: ends.collect(),
            found: vec![0.0; pairs.len()],
            pairs,
            sums: vec![0.0; n_sent * n * (depth + BLOCK)],
            sent: vec![[0.0; BLOCK]; n_sent * n],
            filled: 0,
        }
    }

    /// Takes the step before the last one taken: what was sent, and what its sums are worth.
    pub(super) fn push(&mut self, level: CpuLevel, sent: &[Row<f64>], sums: &[Row<f64>]) {
        let n = self.n_regions;
        let column = self.depth + self.filled;
        for k in 0..self.n_sent {
            let numbers = sums[k].as_flattened()[..n].iter().zip(&sent[k].as_flattened()[..n]);
            for (region, (worth, sent)) in numbers.enumerate() {
                self.sums[(k * n + region) * self.n_columns + column] = *worth;
                self.sent[k * n + region][self.filled] = *sent;
            }
        }
        self.filled += 1;
        if self.filled == BLOCK {
            self.correlate(level);
        }
    }

    /// The sums, pair by pair.
    pub(super) fn finish(mut self, level: CpuLevel) -> Vec<f64> {
        if self.filled > 0 {
            self.sent.iter_mut().for_each(|block| block[self.filled..].fill(0.0));
            self.correlate(level);
        }
        self.found
    }

    fn correlate(&mut self, level: CpuLevel) {
        let n = self.n_regions;
        for k in 0..self.n_sent {
            level.run(Products {
                ends: &self.ends,
                pairs: &self.pairs,
                found: &mut self.found,
                depth: self.depth,
                n_columns: self.n_columns,
                sums: &self.sums[k * n * self.n_columns..(k + 1) * n * self.n_columns],
                sent: &self.sent[k * n..(k + 1) * n],
            });
        }
        for row in self.sums.chunks_exact_mut(self.n_columns) {
            row.copy_within(BLOCK.., 0);
        }
        self.filled = 0;
    }
}

struct Products<'a> {
    ends: &'a [usize],
    pairs: &'a [(usize, usize)],
    found: &'a mut [f64],
    depth: usize,
    n_columns: usize,
    sums: &'a [f64],
    sent: &'a [[f64; BLOCK]],
}

impl Kernel for Products<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let mut begin = 0;
        for (row, end) in self.sums.chunks_exact(self.n_columns).zip(self.ends) {
            for (found, (source, delay)) in self.found[begin..*end].iter_mut().zip(&self.pairs[begin..*end]) {
                let sent = &self.sent[*source];
                let worth = &row[self.depth - delay..][..BLOCK];
                let mut total = [0.0; WIDTH];
                for first in (0..BLOCK).step_by(WIDTH) {
                    for lane in 0..WIDTH {
                        total[lane] += worth[first + lane] * sent[first + lane];
                    }
                }
                // Halves are added to halves, so that the order of the sum is the same on every CPU.
                let mut half = WIDTH / 2;
                while half > 0 {
                    for lane in 0..half {
                        total[lane] += total[lane + half];
                    }
                    half /= 2;
                }
                *found += total[0];
            }
            begin = *end;
        }
    }
}
