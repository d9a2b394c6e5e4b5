//! What stands on a tape, for some chunks of regions.

use super::Tape;
use super::kernels::Forwards;
use super::operation::{Aligned, Chunk, LANES, Operation};
use crate::Kernel;

/// Some chunks of regions.
#[derive(Clone, Debug)]
pub(super) struct Block {
    pub(super) first: usize,
    pub(super) width: usize,
    /// Line by line, in each chunk by chunk.
    pub(super) values: Vec<Aligned>,
    pub(super) cotangents: Vec<Aligned>,
}

impl Block {
    pub(super) fn new(tape: &Tape, first: usize, width: usize, steady: &[Vec<Chunk>], lines: &[u32]) -> Self {
        let n = tape.operations.len() * width;
        let mut block = Self {
            first,
            width,
            values: vec![Aligned([0.0; LANES]); n],
            cotangents: vec![Aligned([0.0; LANES]); n],
        };
        for (line, operation) in tape.operations.iter().enumerate() {
            let constant = match operation {
                Operation::Constant(value) => Some([*value; LANES]),
                _ => None,
            };
            for chunk in 0..width {
                let given = steady.get(line).and_then(|row| row.get(first + chunk).or(row.first()));
                let given = if line < tape.n_inputs { given.copied() } else { None };
                if let Some(value) = given.or(constant) {
                    block.values[line * width + chunk].0 = value;
                }
            }
        }
        Forwards { tape: &tape.operations, lines, block: &mut block }.run();
        block
    }

    /// Puts the rows of inputs in their places, the first `n_steady` of `n_inputs` left out.
    #[inline(always)]
    pub(super) fn load(&mut self, n_steady: usize, n_inputs: usize, inputs: &[Chunk], n_chunks: usize) {
        let (first, width) = (self.first, self.width);
        let lines = self.values[n_steady * width..].chunks_exact_mut(width);
        for (values, row) in lines.zip(inputs.chunks_exact(n_chunks)).take(n_inputs - n_steady) {
            write(&row[first..first + width], values);
        }
    }

    pub(super) fn values_of(&self, line: usize) -> &[Aligned] {
        &self.values[line * self.width..(line + 1) * self.width]
    }

    /// Puts chunks of the block in their places in a row of all.
    pub(super) fn read(&self, chunks: &[Aligned], row: &mut [Chunk]) {
        for (place, chunk) in row[self.first..self.first + self.width].iter_mut().zip(chunks) {
            *place = chunk.0;
        }
    }

    #[inline(always)]
    pub(super) fn cotangents_of(&self, line: usize) -> &[Aligned] {
        &self.cotangents[line * self.width..(line + 1) * self.width]
    }
}

/// Puts chunks in their places.
#[inline(always)]
pub(super) fn write(chunks: &[Chunk], places: &mut [Aligned]) {
    for (place, chunk) in places.iter_mut().zip(chunks) {
        place.0 = *chunk;
    }
}
