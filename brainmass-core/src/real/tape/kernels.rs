//! The way through a tape and back, for some chunks of regions.

use super::block::{Block, write};
use super::operation::{Aligned, Chunk, Function, LANES, Operation, Operator, lanes};
use crate::Kernel;

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
    /// The rows of its cotangent and of those of its two operands; of a selection of both branches.
    pub(super) rows: [u32; 3],
    /// Whether the line is on the way to a branch that may not be taken: then its slopes may be infinite where its cotangent is
    /// zero.
    pub(super) guarded: bool,
    /// Towards these two.
    pub(super) edges: [Edge; 2],
    /// The line of a steady divisor's reciprocal.
    pub(super) reciprocal: Option<u32>,
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
                Edge::First => write(row, cotangents),
                Edge::More => {
                    for (cotangent, chunk) in cotangents.iter_mut().zip(row) {
                        add(cotangent, chunk);
                    }
                }
            }
        }
    }
}

/// Adds the cotangents of wanted inputs to rows.
pub(super) struct Collect<'a> {
    /// The rows of the cotangents.
    pub(super) rows: &'a [u32],
    /// Which of them.
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
                let found = self.block.cotangents_of(self.rows[k] as usize);
                for (sum, chunk) in row[first..first + width].iter_mut().zip(found) {
                    add(sum, chunk);
                }
            }
        }
    }
}

#[inline(always)]
fn add(sum: &mut Chunk, chunk: &Chunk) {
    // Put down whole: of sums in their places the compiler makes gathers, or numbers one by one.
    *sum = lanes!(k => sum[k] + chunk[k]);
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
                        values[c].0 = lanes!(k => if a[c][k] < b[c][k] { yes[c][k] } else { no[c][k] });
                    }
                }
                Operation::Input(_) | Operation::Constant(_) => {}
            }
        }
    }
}

#[inline(always)]
pub(super) fn row(values: &[Aligned], line: u32, width: usize) -> &[Aligned] {
    &values[line as usize * width..][..width]
}

#[inline(always)]
pub(super) fn rows(values: &[Aligned], [a, b, c, d]: [u32; 4], width: usize) -> [&[Aligned]; 4] {
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
fn unary(function: Function, a: &[Aligned], values: &mut [Aligned]) {
    for_each!(function: Function in [Negate Exp ExpM1 Ln Sqrt Sin Cos Tanh Abs Sigmoid] => {
        for (value, a) in values.iter_mut().zip(a) {
            value.0 = function.values(a);
        }
    });
}

#[inline(always)]
fn binary(operator: Operator, a: &[Aligned], b: &[Aligned], values: &mut [Aligned]) {
    for_each!(operator: Operator in [Add Subtract Multiply Divide Power] => {
        for ((value, a), b) in values.iter_mut().zip(a).zip(b) {
            value.0 = operator.values(a, b);
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
            let values = &self.block.values;
            let value = row(values, back.line, width);
            let [first, second] = back.edges;
            match self.tape[back.line as usize] {
                Operation::Unary(function, a) => {
                    let (hand, sums) = back.hand(&mut self.block.cotangents, 1, width);
                    hand.through(function, row(values, a, width), value, first, sums);
                }
                Operation::Binary(operator, a, b) => {
                    let at = [row(values, a, width), row(values, b, width), value];
                    // x/y has the slope of x (1/y).
                    let (scaling, factor) = match back.reciprocal {
                        Some(line) => (Operator::Multiply, row(values, line, width)),
                        None => (operator, at[1]),
                    };
                    if first != Edge::None {
                        let (hand, sums) = back.hand(&mut self.block.cotangents, 1, width);
                        hand.to_first(scaling, [at[0], factor], first, sums);
                    }
                    if second != Edge::None {
                        let (hand, sums) = back.hand(&mut self.block.cotangents, 2, width);
                        hand.to_second(operator, at, second, sums);
                    }
                }
                Operation::Select(operands) => {
                    let [a, b, _, _] = rows(values, operands, width);
                    let (hand, sums) = back.hand(&mut self.block.cotangents, 1, width);
                    hand.to_branch::<true>(a, b, first, sums);
                    let (hand, sums) = back.hand(&mut self.block.cotangents, 2, width);
                    hand.to_branch::<false>(a, b, second, sums);
                }
                Operation::Input(_) | Operation::Constant(_) => {}
            }
        }
    }
}

#[inline(always)]
fn row_mut(cotangents: &mut [Aligned], line: u32, width: usize) -> &mut [Aligned] {
    &mut cotangents[line as usize * width..][..width]
}

impl Back {
    /// The cotangent of the line, and the sums it goes to: another row.
    #[inline(always)]
    fn hand<'a>(
        &self,
        cotangents: &'a mut [Aligned],
        towards: usize,
        width: usize,
    ) -> (Hand<'a>, &'a mut [Aligned]) {
        let [from, to] = [self.rows[0], self.rows[towards]].map(|row| row as usize * width);
        let (cotangent, sums) = if from > to {
            let (low, high) = cotangents.split_at_mut(from);
            (&high[..width], &mut low[to..to + width])
        } else {
            let (low, high) = cotangents.split_at_mut(to);
            (&low[from..from + width], &mut high[..width])
        };
        (Hand { cotangent, guarded: self.guarded }, sums)
    }
}

/// The cotangent of a line, to be handed on.
#[derive(Clone, Copy)]
struct Hand<'a> {
    cotangent: &'a [Aligned],
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
                    let before: Chunk = if $edge == Edge::First { [0.0; LANES] } else { $sums[$c].0 };
                    $sums[$c].0 = lanes!(k => before[k] + kept[k]);
                }
            }
        }
    }};
}

impl Hand<'_> {
    #[inline(always)]
    fn through(self, function: Function, a: &[Aligned], value: &[Aligned], edge: Edge, sums: &mut [Aligned]) {
        let n = sums.len();
        let (a, value) = (&a[..n], &value[..n]);
        for_each!(function: Function in [Negate Exp ExpM1 Ln Sqrt Sin Cos Tanh Abs Sigmoid] => {
            hand_on!(self, edge, sums, c, k => function.slope(a[c][k], value[c][k]));
        });
    }

    #[inline(always)]
    fn to_first(self, operator: Operator, [a, b]: [&[Aligned]; 2], edge: Edge, sums: &mut [Aligned]) {
        let n = sums.len();
        let (a, b) = (&a[..n], &b[..n]);
        for_each!(operator: Operator in [Add Subtract Multiply Divide Power] => {
            hand_on!(self, edge, sums, c, k => operator.slope_of_first(a[c][k], b[c][k]));
        });
    }

    #[inline(always)]
    fn to_second(self, operator: Operator, [a, b, value]: [&[Aligned]; 3], edge: Edge, sums: &mut [Aligned]) {
        let n = sums.len();
        let (a, b, value) = (&a[..n], &b[..n], &value[..n]);
        for_each!(operator: Operator in [Add Subtract Multiply Divide Power] => {
            hand_on!(self, edge, sums, c, k => operator.slope_of_second(a[c][k], b[c][k], value[c][k]));
        });
    }

    /// To the branch that is taken where `a` is below `b`, or to the other.
    #[inline(always)]
    fn to_branch<const BELOW: bool>(self, a: &[Aligned], b: &[Aligned], edge: Edge, sums: &mut [Aligned]) {
        let n = sums.len();
        let (a, b) = (&a[..n], &b[..n]);
        let unguarded = Self { guarded: false, ..self };
        hand_on!(unguarded, edge, sums, c, k => if (a[c][k] < b[c][k]) == BELOW { 1.0 } else { 0.0 });
    }
}
