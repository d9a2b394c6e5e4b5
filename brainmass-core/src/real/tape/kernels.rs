//! The way through a tape and back, for some chunks of regions.

use super::Tape;
use super::operation::{Chunk, Function, LANES, Operation, Operator, lanes};
use crate::Kernel;

/// Some chunks of regions.
#[derive(Clone, Debug)]
pub(super) struct Block {
    pub(super) first: usize,
    pub(super) width: usize,
    /// Line by line, in each chunk by chunk.
    pub(super) values: Vec<Chunk>,
    pub(super) cotangents: Vec<Chunk>,
}

impl Block {
    pub(super) fn new(tape: &Tape, first: usize, width: usize, steady: &[Vec<Chunk>], lines: &[u32]) -> Self {
        let n = tape.operations.len() * width;
        let mut block =
            Self { first, width, values: vec![[0.0; LANES]; n], cotangents: vec![[0.0; LANES]; n] };
        for (line, operation) in tape.operations.iter().enumerate() {
            let constant = match operation {
                Operation::Constant(value) => Some([*value; LANES]),
                _ => None,
            };
            for chunk in 0..width {
                let given = steady.get(line).and_then(|row| row.get(first + chunk).or(row.first()));
                let given = if line < tape.n_inputs { given.copied() } else { None };
                if let Some(value) = given.or(constant) {
                    block.values[line * width + chunk] = value;
                }
            }
        }
        Forwards { tape: &tape.operations, lines, block: &mut block }.run();
        block
    }

    pub(super) fn values_of(&self, line: usize) -> &[Chunk] {
        &self.values[line * self.width..(line + 1) * self.width]
    }

    pub(super) fn cotangents_of(&self, line: usize) -> &[Chunk] {
        &self.cotangents[line * self.width..(line + 1) * self.width]
    }
}

/// Puts the cotangents of the outputs in their places, and zeros where cotangents will add up.
pub(super) struct Seed<'a> {
    pub(super) lines: &'a [u32],
    pub(super) active: &'a [bool],
    pub(super) cleared: &'a [u32],
    /// Rows of all chunks.
    pub(super) outputs: &'a [Chunk],
    pub(super) n_chunks: usize,
    pub(super) block: &'a mut Block,
}

impl Kernel for Seed<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Block { first, width, ref mut cotangents, .. } = *self.block;
        for line in self.cleared {
            row_mut(cotangents, *line, width).fill([0.0; LANES]);
        }
        for (line, row) in self.lines.iter().zip(self.outputs.chunks_exact(self.n_chunks)) {
            if self.active[*line as usize] {
                add(row_mut(cotangents, *line, width), &row[first..first + width]);
            }
        }
    }
}

/// Adds the cotangents of wanted inputs to rows.
pub(super) struct Collect<'a> {
    /// The line of the first row.
    pub(super) first: usize,
    pub(super) active: &'a [bool],
    pub(super) cotangents: &'a mut [Chunk],
    pub(super) n_chunks: usize,
    pub(super) block: &'a Block,
}

impl Kernel for Collect<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let (first, width) = (self.block.first, self.block.width);
        for (k, row) in self.cotangents.chunks_exact_mut(self.n_chunks).enumerate() {
            if self.active[self.first + k] {
                add(&mut row[first..first + width], self.block.cotangents_of(self.first + k));
            }
        }
    }
}

#[inline(always)]
fn add(sums: &mut [Chunk], chunks: &[Chunk]) {
    for (sum, chunk) in sums.iter_mut().zip(chunks) {
        for lane in 0..LANES {
            sum[lane] += chunk[lane];
        }
    }
}

/// Computes lines in order.
pub(super) struct Forwards<'a> {
    pub(super) tape: &'a [Operation],
    pub(super) lines: &'a [u32],
    pub(super) block: &'a mut Block,
}

impl Kernel for Forwards<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let width = self.block.width;
        for line in self.lines {
            let line = *line as usize;
            let (before, rest) = self.block.values.split_at_mut(line * width);
            let values = &mut rest[..width];
            match self.tape[line] {
                Operation::Unary(function, a) => unary(function, row(before, a, width), values),
                Operation::Binary(operator, a, b) => {
                    binary(operator, row(before, a, width), row(before, b, width), values);
                }
                Operation::Select(operands) => {
                    let [a, b, yes, no] = rows(before, operands, width);
                    for c in 0..width {
                        values[c] = lanes!(k => if a[c][k] < b[c][k] { yes[c][k] } else { no[c][k] });
                    }
                }
                Operation::Input(_) | Operation::Constant(_) => {}
            }
        }
    }
}

#[inline(always)]
fn row(values: &[Chunk], line: u32, width: usize) -> &[Chunk] {
    &values[line as usize * width..][..width]
}

#[inline(always)]
fn rows(values: &[Chunk], [a, b, c, d]: [u32; 4], width: usize) -> [&[Chunk]; 4] {
    [row(values, a, width), row(values, b, width), row(values, c, width), row(values, d, width)]
}

/// One loop for each function: the choice is made once for all chunks.
macro_rules! for_each {
    ($value:ident: $type:ident in [$($variant:ident)*] => $body:block) => {
        match $value {
            $($type::$variant => {
                let $value = $type::$variant;
                $body
            })*
        }
    };
}

#[inline(always)]
fn unary(function: Function, a: &[Chunk], values: &mut [Chunk]) {
    for_each!(function: Function in [Negate Exp ExpM1 Ln Sqrt Sin Cos Tanh Abs Sigmoid] => {
        for (value, a) in values.iter_mut().zip(a) {
            *value = function.values(a);
        }
    });
}

#[inline(always)]
fn binary(operator: Operator, a: &[Chunk], b: &[Chunk], values: &mut [Chunk]) {
    for_each!(operator: Operator in [Add Subtract Multiply Divide Power] => {
        for ((value, a), b) in values.iter_mut().zip(a).zip(b) {
            *value = operator.values(a, b);
        }
    });
}

/// Hands cotangents from lines to their operands, the last line first.
pub(super) struct Backwards<'a> {
    pub(super) tape: &'a [Operation],
    pub(super) active: &'a [bool],
    pub(super) lines: &'a [u32],
    pub(super) block: &'a mut Block,
}

impl Kernel for Backwards<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let width = self.block.width;
        for line in self.lines {
            let line = *line as usize;
            let (before, rest) = self.block.cotangents.split_at_mut(line * width);
            let cotangent = &rest[..width];
            let values = &self.block.values;
            let value = &values[line * width..][..width];
            match self.tape[line] {
                Operation::Unary(function, a) => {
                    unary_back(function, row(values, a, width), value, cotangent, row_mut(before, a, width));
                }
                Operation::Binary(operator, a, b) => {
                    let at = [row(values, a, width), row(values, b, width), value];
                    if self.active[a as usize] {
                        first_back(operator, at, cotangent, row_mut(before, a, width));
                    }
                    if self.active[b as usize] {
                        second_back(operator, at, cotangent, row_mut(before, b, width));
                    }
                }
                Operation::Select(operands) => {
                    let [a, b, _, _] = rows(values, operands, width);
                    let [_, _, yes, no] = operands;
                    if self.active[yes as usize] {
                        let sums = row_mut(before, yes, width);
                        for c in 0..width {
                            let kept = lanes!(k => if a[c][k] < b[c][k] { cotangent[c][k] } else { 0.0 });
                            sums[c] = lanes!(k => sums[c][k] + kept[k]);
                        }
                    }
                    if self.active[no as usize] {
                        let sums = row_mut(before, no, width);
                        for c in 0..width {
                            let kept = lanes!(k => if a[c][k] < b[c][k] { 0.0 } else { cotangent[c][k] });
                            sums[c] = lanes!(k => sums[c][k] + kept[k]);
                        }
                    }
                }
                Operation::Input(_) | Operation::Constant(_) => {}
            }
        }
    }
}

#[inline(always)]
fn row_mut(cotangents: &mut [Chunk], line: u32, width: usize) -> &mut [Chunk] {
    &mut cotangents[line as usize * width..][..width]
}

/// Adds cotangent times slope, but nothing where the cotangent is zero.
#[inline(always)]
fn add_product(sum: &mut Chunk, cotangent: &Chunk, slope: &Chunk) {
    let product = lanes!(k => cotangent[k] * slope[k]);
    let product = lanes!(k => if cotangent[k] == 0.0 { 0.0 } else { product[k] });
    *sum = lanes!(k => sum[k] + product[k]);
}

#[inline(always)]
fn unary_back(function: Function, a: &[Chunk], value: &[Chunk], cotangent: &[Chunk], sums: &mut [Chunk]) {
    for_each!(function: Function in [Negate Exp ExpM1 Ln Sqrt Sin Cos Tanh Abs Sigmoid] => {
        for c in 0..sums.len() {
            add_product(&mut sums[c], &cotangent[c], &function.slopes(&a[c], &value[c]));
        }
    });
}

#[inline(always)]
fn first_back(operator: Operator, [a, b, _]: [&[Chunk]; 3], cotangent: &[Chunk], sums: &mut [Chunk]) {
    for_each!(operator: Operator in [Add Subtract Multiply Divide Power] => {
        for c in 0..sums.len() {
            add_product(&mut sums[c], &cotangent[c], &operator.slopes_by_first(&a[c], &b[c]));
        }
    });
}

#[inline(always)]
fn second_back(operator: Operator, [a, b, value]: [&[Chunk]; 3], cotangent: &[Chunk], sums: &mut [Chunk]) {
    for_each!(operator: Operator in [Add Subtract Multiply Divide Power] => {
        for c in 0..sums.len() {
            add_product(&mut sums[c], &cotangent[c], &operator.slopes_by_second(&a[c], &b[c], &value[c]));
        }
    });
}
