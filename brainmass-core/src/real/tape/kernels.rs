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

    /// Puts the rows of inputs in their places, the first `n_steady` of `n_inputs` left out.
    pub(super) fn load(&mut self, n_steady: usize, n_inputs: usize, inputs: &[Chunk], n_chunks: usize) {
        let (first, width) = (self.first, self.width);
        let lines = self.values[n_steady * width..].chunks_exact_mut(width);
        for (values, row) in lines.zip(inputs.chunks_exact(n_chunks)).take(n_inputs - n_steady) {
            values.copy_from_slice(&row[first..first + width]);
        }
    }

    pub(super) fn values_of(&self, line: usize) -> &[Chunk] {
        &self.values[line * self.width..(line + 1) * self.width]
    }

    pub(super) fn cotangents_of(&self, line: usize) -> &[Chunk] {
        &self.cotangents[line * self.width..(line + 1) * self.width]
    }
}

/// What happens to the cotangent of a line when another hands something to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Edge {
    /// Nothing: no wanted input acts on the line.
    None,
    /// It begins with what it is handed.
    First,
    /// What it is handed is added.
    More,
}

/// A line on the way back.
#[derive(Clone, Copy, Debug)]
pub(super) struct Back {
    pub(super) line: u32,
    /// Whether the line is on the way to a branch that may not be taken: then its slopes may be infinite where its cotangent is
    /// zero.
    pub(super) guarded: bool,
    /// Towards its two operands; of a selection towards both branches.
    pub(super) edges: [Edge; 2],
}

/// Puts the cotangents of the outputs in their places.
pub(super) struct Seed<'a> {
    /// The line of each output.
    pub(super) lines: &'a [(u32, Edge)],
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
        for ((line, edge), row) in self.lines.iter().zip(self.outputs.chunks_exact(self.n_chunks)) {
            let (cotangents, row) = (row_mut(cotangents, *line, width), &row[first..first + width]);
            match edge {
                Edge::None => {}
                Edge::First => cotangents.copy_from_slice(row),
                Edge::More => add(cotangents, row),
            }
        }
    }
}

/// Adds the cotangents of wanted inputs to rows.
pub(super) struct Collect<'a> {
    /// The line of the first row.
    pub(super) first: usize,
    /// Which rows.
    pub(super) wanted: &'a [bool],
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
            if self.wanted[k] {
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
pub(super) fn row(values: &[Chunk], line: u32, width: usize) -> &[Chunk] {
    &values[line as usize * width..][..width]
}

#[inline(always)]
pub(super) fn rows(values: &[Chunk], [a, b, c, d]: [u32; 4], width: usize) -> [&[Chunk]; 4] {
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
pub(super) use for_each;

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
    pub(super) lines: &'a [Back],
    pub(super) block: &'a mut Block,
}

impl Kernel for Backwards<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let width = self.block.width;
        for back in self.lines {
            let line = back.line as usize;
            let (before, rest) = self.block.cotangents.split_at_mut(line * width);
            let hand = Hand { cotangent: &rest[..width], guarded: back.guarded };
            let values = &self.block.values;
            let value = &values[line * width..][..width];
            let [first, second] = back.edges;
            match self.tape[line] {
                Operation::Unary(function, a) => {
                    hand.through(function, row(values, a, width), value, first, row_mut(before, a, width));
                }
                Operation::Binary(operator, a, b) => {
                    let at = [row(values, a, width), row(values, b, width), value];
                    hand.to_first(operator, at, first, row_mut(before, a, width));
                    hand.to_second(operator, at, second, row_mut(before, b, width));
                }
                Operation::Select(operands) => {
                    let [a, b, _, _] = rows(values, operands, width);
                    let [_, _, yes, no] = operands;
                    hand.to_branch::<true>(a, b, first, row_mut(before, yes, width));
                    hand.to_branch::<false>(a, b, second, row_mut(before, no, width));
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

/// The cotangent of a line, to be handed on.
#[derive(Clone, Copy)]
struct Hand<'a> {
    cotangent: &'a [Chunk],
    guarded: bool,
}

/// Hands cotangent times slope on, chunk by chunk, in one loop for each way of doing so.
macro_rules! hand_on {
    ($hand:ident, $edge:ident, $sums:ident, $c:ident, $k:ident => $slope:expr) => {{
        let cotangent = &$hand.cotangent[..$sums.len()];
        match ($edge, $hand.guarded) {
            (Edge::None, _) => {}
            (Edge::First, false) => {
                for $c in 0..$sums.len() {
                    for $k in 0..LANES {
                        $sums[$c][$k] = cotangent[$c][$k] * $slope;
                    }
                }
            }
            (Edge::More, false) => {
                for $c in 0..$sums.len() {
                    for $k in 0..LANES {
                        $sums[$c][$k] += cotangent[$c][$k] * $slope;
                    }
                }
            }
            (_, true) => {
                for $c in 0..$sums.len() {
                    let product: Chunk = lanes!($k => cotangent[$c][$k] * $slope);
                    // Zero times infinity, of a branch that was not taken, is nothing.
                    let kept: Chunk = lanes!(k => if cotangent[$c][k] == 0.0 { 0.0 } else { product[k] });
                    let before: Chunk = if $edge == Edge::First { [0.0; LANES] } else { $sums[$c] };
                    $sums[$c] = lanes!(k => before[k] + kept[k]);
                }
            }
        }
    }};
}

impl Hand<'_> {
    #[inline(always)]
    fn through(self, function: Function, a: &[Chunk], value: &[Chunk], edge: Edge, sums: &mut [Chunk]) {
        let n = sums.len();
        let (a, value) = (&a[..n], &value[..n]);
        for_each!(function: Function in [Negate Exp ExpM1 Ln Sqrt Sin Cos Tanh Abs Sigmoid] => {
            hand_on!(self, edge, sums, c, k => function.slope(a[c][k], value[c][k]));
        });
    }

    #[inline(always)]
    fn to_first(self, operator: Operator, [a, b, _]: [&[Chunk]; 3], edge: Edge, sums: &mut [Chunk]) {
        let n = sums.len();
        let (a, b) = (&a[..n], &b[..n]);
        for_each!(operator: Operator in [Add Subtract Multiply Divide Power] => {
            hand_on!(self, edge, sums, c, k => operator.slope_of_first(a[c][k], b[c][k]));
        });
    }

    #[inline(always)]
    fn to_second(self, operator: Operator, [a, b, value]: [&[Chunk]; 3], edge: Edge, sums: &mut [Chunk]) {
        let n = sums.len();
        let (a, b, value) = (&a[..n], &b[..n], &value[..n]);
        for_each!(operator: Operator in [Add Subtract Multiply Divide Power] => {
            hand_on!(self, edge, sums, c, k => operator.slope_of_second(a[c][k], b[c][k], value[c][k]));
        });
    }

    /// To the branch that is taken where `a` is below `b`, or to the other.
    #[inline(always)]
    fn to_branch<const BELOW: bool>(self, a: &[Chunk], b: &[Chunk], edge: Edge, sums: &mut [Chunk]) {
        let n = sums.len();
        let (a, b) = (&a[..n], &b[..n]);
        let unguarded = Self { guarded: false, ..self };
        hand_on!(unguarded, edge, sums, c, k => if (a[c][k] < b[c][k]) == BELOW { 1.0 } else { 0.0 });
    }
}
