//! Derivatives by weights: how what arrives at one end goes with what was sent at the other.

use brainmass_core::{CpuLevel, Kernel};

use crate::engine::blocked::Row;
use crate::engine::pathways::Pathways;

/// Steps that are correlated at once.
const BLOCK: usize = 128;
/// Sums in flight: four vectors of AVX-512.
const WIDTH: usize = 32;
/// Sums that are kept of a pair from block to block, one vector: of a sum to one number at the end of a block the compiler
/// would make the narrowest vectors throughout.
const KEPT: usize = WIDTH / 4;
/// Targets of a tile: what their sums are worth in a block stays in the first-level cache.
const TILE: usize = 12;

/// A pair of regions.
#[derive(Clone, Copy, Debug)]
struct Pair {
    target: usize,
    delay: usize,
    /// Which it is of all, targets and sources ascending.
    number: usize,
}

/// The sum over time of `S̄_i(t + d_ij) s_j(t)` for every pair, fed against time.
#[derive(Debug)]
pub(super) struct Correlation {
    n_regions: usize,
    n_sent: usize,
    depth: usize,
    /// Columns of a row of `sums`.
    n_columns: usize,
    /// Tile by tile, in each the sources and the ends of their pairs.
    runs: Vec<(usize, usize)>,
    pairs: Vec<Pair>,
    found: Vec<[f64; KEPT]>,
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
        let mut number = 0;
        let mut tile: Vec<Vec<Pair>> = vec![Vec::new(); n];
        let (mut runs, mut pairs) = (Vec::new(), Vec::new());
        for (target, sources) in pathways.targets.iter().enumerate() {
            for pathway in sources {
                tile[pathway.source].push(Pair { target, delay: pathway.delay, number });
                number += 1;
            }
            if (target + 1).is_multiple_of(TILE) || target + 1 == n {
                for (source, found) in tile.iter_mut().enumerate().filter(|(_, found)| !found.is_empty()) {
                    pairs.append(found);
                    runs.push((source, pairs.len()));
                }
            }
        }
        Self {
            n_regions: n,
            n_sent,
            depth,
            n_columns: depth + BLOCK,
            runs,
            found: vec![[0.0; KEPT]; pairs.len()],
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

    /// The sums, pair by pair, targets and sources ascending.
    pub(super) fn finish(mut self, level: CpuLevel) -> Vec<f64> {
        if self.filled > 0 {
            self.sent.iter_mut().for_each(|block| block[self.filled..].fill(0.0));
            self.correlate(level);
        }
        let mut ordered = vec![0.0; self.found.len()];
        for (pair, found) in self.pairs.iter().zip(&self.found) {
            ordered[pair.number] = found.iter().sum();
        }
        ordered
    }

    fn correlate(&mut self, level: CpuLevel) {
        let n = self.n_regions;
        for k in 0..self.n_sent {
            level.run(Products {
                runs: &self.runs,
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
    runs: &'a [(usize, usize)],
    pairs: &'a [Pair],
    found: &'a mut [[f64; KEPT]],
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
        for (source, end) in self.runs {
            // A copy of its own stays in the registers of AVX-512.
            let sent = self.sent[*source];
            for (pair, found) in self.pairs[begin..*end].iter().zip(&mut self.found[begin..*end]) {
                let row = &self.sums[pair.target * self.n_columns..][..self.n_columns];
                let worth = &row[self.depth - pair.delay..][..BLOCK];
                let mut total = [0.0; WIDTH];
                for first in (0..BLOCK).step_by(WIDTH) {
                    for lane in 0..WIDTH {
                        total[lane] += worth[first + lane] * sent[first + lane];
                    }
                }
                for lane in 0..KEPT {
                    let quarters = [0, 1, 2, 3].map(|quarter| total[lane + quarter * KEPT]);
                    found[lane] += (quarters[0] + quarters[1]) + (quarters[2] + quarters[3]);
                }
            }
            begin = *end;
        }
    }
}
