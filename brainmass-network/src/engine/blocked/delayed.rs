//! Delayed coupling: what was sent, and the sums over it, block by block in time.

use brainmass_core::{Archive, CpuLevel, Result};

use super::class::{Accumulate, BLOCK, Block, Class};
use super::layout::{Row, Scalar, archive_all};
use crate::engine::pathways::Pathways;

/// The history of one connection and the pairs that have a delay.
///
/// Each pair belongs to the largest class of 32, 16, 8, 4 or 2 steps that its delay allows. A class is summed
/// at every multiple of its width, for as many steps. So a sum is that of the classes from the widest to the
/// narrowest, in each over sources in ascending order, however the run is cut.
#[derive(Debug)]
pub(in crate::engine) struct Delayed<T> {
    n_regions: usize,
    /// The longest delay.
    depth: usize,
    /// How many columns the window of a source has, the last of them unused.
    stride: usize,
    n_columns: usize,
    /// The column of the step that comes next.
    present: usize,
    /// What was sent: number, source, column.
    history: Vec<T>,
    classes: [Class<T>; 5],
    /// What arrives in each step of the block: number, target, step.
    sums: Vec<Block<T>>,
}

/// The least delay of each class, and that of the next: a class of width b takes b − 1 steps and more.
const CLASSES: [(usize, usize); 5] = [(31, usize::MAX), (15, 31), (7, 15), (3, 7), (1, 3)];

impl<T: Scalar> Delayed<T> {
    /// The delayed pairs of a connection, if there are any; `sent_before(k, back)` is number k of what all
    /// regions sent that many steps before t = 0.
    pub(in crate::engine) fn new(
        pathways: &Pathways,
        n_sent: usize,
        mut sent_before: impl FnMut(usize) -> Vec<Vec<f64>>,
    ) -> Option<Self> {
        let mut delayed = Self::at_rest(pathways, n_sent)?;
        for back in 1..=delayed.depth {
            for (k, row) in sent_before(back).iter().enumerate() {
                delayed.write(k, delayed.depth - back, row.iter().map(|value| T::from_f64(*value)));
            }
        }
        Some(delayed)
    }

    /// The same where nothing was sent before t = 0.
    pub(in crate::engine) fn at_rest(pathways: &Pathways, n_sent: usize) -> Option<Self> {
        let (n_regions, depth) = (pathways.targets.len(), pathways.longest);
        if depth == 0 {
            return None;
        }
        let n_columns = depth + depth.max(8 * BLOCK);
        let stride = stride::<T>(n_columns);
        Some(Self {
            n_regions,
            depth,
            stride,
            n_columns,
            present: depth,
            history: vec![T::zero(); n_sent * n_regions * stride],
            classes: CLASSES.map(|range| Class::new(pathways, range, stride, depth)),
            sums: vec![Block([T::zero(); BLOCK]); n_sent * n_regions],
        })
    }

    fn write(&mut self, number: usize, column: usize, values: impl Iterator<Item = T>) {
        let rows = self.history[number * self.n_regions * self.stride..].chunks_exact_mut(self.stride);
        for (row, value) in rows.zip(values) {
            row[column] = value;
        }
    }

    /// Takes what the regions send now and puts into `sums` what arrives with a delay.
    pub(in crate::engine) fn arrive(
        &mut self,
        level: CpuLevel,
        step: usize,
        sent: &[Row<T>],
        sums: &mut [Row<T>],
    ) {
        let n = self.n_regions;
        for (k, row) in sent.iter().enumerate() {
            self.write(k, self.present, row.as_flattened()[..n].iter().copied());
        }
        let first = step % BLOCK;
        for k in 0..sent.len() {
            self.accumulate(level, k, first);
            let block = &self.sums[k * n..(k + 1) * n];
            for (sum, block) in sums[k].as_flattened_mut().iter_mut().zip(block) {
                *sum = block.0[first];
            }
        }
        self.present += 1;
        if self.present == self.n_columns {
            self.move_window();
        }
    }

    /// Takes down, or brings back, the history that delays reach and the sums of the block.
    pub(in crate::engine) fn archive(&mut self, archive: &mut Archive) -> Result<()> {
        self.move_window();
        for row in self.history.chunks_exact_mut(self.stride) {
            archive_all(&mut row[..self.depth], archive)?;
        }
        self.sums.iter_mut().try_for_each(|block| archive_all(&mut block.0, archive))
    }

    fn accumulate(&mut self, level: CpuLevel, number: usize, first: usize) {
        let n = self.n_regions;
        let sums = &mut self.sums[number * n..(number + 1) * n];
        if first == 0 {
            sums.fill(Block([T::zero(); BLOCK]));
        }
        let history = &self.history[number * n * self.stride + self.present - self.depth..];
        let [c32, c16, c8, c4, c2] = &self.classes;
        let due = |class: &Class<T>, width: usize| !class.is_empty() && first.is_multiple_of(width);
        if due(c32, 32) {
            level.run(Accumulate::<T, 32> { class: c32, history, sums, first });
        }
        if due(c16, 16) {
            level.run(Accumulate::<T, 16> { class: c16, history, sums, first });
        }
        if due(c8, 8) {
            level.run(Accumulate::<T, 8> { class: c8, history, sums, first });
        }
        if due(c4, 4) {
            level.run(Accumulate::<T, 4> { class: c4, history, sums, first });
        }
        if due(c2, 2) {
            level.run(Accumulate::<T, 2> { class: c2, history, sums, first });
        }
    }

    /// Moves the last `depth` columns to the front, so that rows stay contiguous in time.
    fn move_window(&mut self) {
        for row in self.history.chunks_exact_mut(self.stride) {
            row.copy_within(self.present - self.depth..self.present, 0);
        }
        self.present = self.depth;
    }
}

/// Columns of a row in memory: 64 bytes beyond a multiple of 512, so that the rows of neighbouring sources
/// fall into different sets of the caches.
fn stride<T>(n_columns: usize) -> usize {
    let size = size_of::<T>();
    (n_columns * size).next_multiple_of(512) / size + 64 / size
}
