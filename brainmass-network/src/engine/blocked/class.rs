//! Weighted sums of delayed signals, several steps at once.

use brainmass_core::Kernel;

use super::layout::Scalar;
use crate::engine::pathways::Pathways;

/// Steps of a block, the most that are summed at once.
pub(super) const BLOCK: usize = 32;

/// The sums of a block for one target, in whole lines of the cache: a vector across two lines costs twice.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
pub(super) struct Block<T>(pub(super) [T; BLOCK]);

/// How many sources of a target a tile should hold, so that its sum is loaded and stored seldom while the
/// history of the tile's sources stays in the first-level cache.
const SOURCES_PER_RUN: usize = 24;

/// The pairs whose delay is within a range, summed `WIDTH` steps at once.
///
/// A pair with a delay of d steps reads what was sent up to d steps before; when the present has been sent,
/// its contributions to this and the next d steps are known. In each sum the sources stand in ascending order.
#[derive(Debug, Default)]
pub(super) struct Class<T> {
    runs: Vec<Run>,
    weights: Vec<T>,
    /// Where in the history a pair reads, counted from the column `depth` before the present.
    offsets: Vec<u32>,
}

/// The pairs of one target in one tile of sources.
#[derive(Debug)]
struct Run {
    target: u32,
    end: u32,
}

impl<T: Scalar> Class<T> {
    /// The pairs with `low` ≤ delay < `high`; a source's history has `stride` columns of which the present has
    /// `depth` before it.
    pub(super) fn new(pathways: &Pathways, (low, high): (usize, usize), stride: usize, depth: usize) -> Self {
        let n = pathways.targets.len();
        let belongs = |delay: usize| (low..high).contains(&delay);
        let pairs = pathways.targets.iter().flatten().filter(|pathway| belongs(pathway.delay)).count();
        let tile =
            (SOURCES_PER_RUN * n * n).div_ceil(pairs.max(1)).clamp(SOURCES_PER_RUN, n.max(SOURCES_PER_RUN));
        let mut class =
            Self { runs: Vec::new(), weights: Vec::with_capacity(pairs), offsets: Vec::with_capacity(pairs) };
        // The next source of each target.
        let mut next = vec![0; n];
        for first in (0..n).step_by(tile) {
            for ((target, sources), next) in (0_u32..).zip(&pathways.targets).zip(&mut next) {
                let before = class.weights.len();
                while let Some(pathway) = sources.get(*next).filter(|pathway| pathway.source < first + tile) {
                    *next += 1;
                    if belongs(pathway.delay) {
                        class.weights.push(T::from_f64(pathway.weight));
                        class.offsets.push(index(pathway.source * stride + depth - pathway.delay));
                    }
                }
                if class.weights.len() > before {
                    class.runs.push(Run { target, end: index(class.weights.len()) });
                }
            }
        }
        class
    }

    pub(super) fn is_empty(&self) -> bool {
        self.weights.is_empty()
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a history has at most 2^28 numbers")]
fn index(value: usize) -> u32 {
    value as u32
}

/// Adds what a class contributes to `WIDTH` steps of each target's block.
pub(super) struct Accumulate<'a, T, const WIDTH: usize> {
    pub(super) class: &'a Class<T>,
    /// The history from the column `depth` before the present on.
    pub(super) history: &'a [T],
    pub(super) sums: &'a mut [Block<T>],
    /// The present as a step of the block.
    pub(super) first: usize,
}

impl<T: Scalar, const WIDTH: usize> Kernel for Accumulate<'_, T, WIDTH> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Class { runs, weights, offsets } = self.class;
        let mut begin = 0;
        for run in runs {
            let end = run.end as usize;
            let sums = &mut self.sums[run.target as usize].0[self.first..self.first + WIDTH];
            let mut total = [T::zero(); WIDTH];
            total.copy_from_slice(sums);
            for (weight, offset) in weights[begin..end].iter().zip(&offsets[begin..end]) {
                let from = *offset as usize;
                let sent = &self.history[from..from + WIDTH];
                for k in 0..WIDTH {
                    total[k] += *weight * sent[k];
                }
            }
            sums.copy_from_slice(&total);
            begin = end;
        }
    }
}
