//! A tape run with dual numbers: derivatives along directions.

use super::Tape;
use super::block::{Block, write};
use super::kernels::{Forwards, for_each, row, rows};
use super::operation::{Aligned, Chunk, Function, LANES, Operation, Operator, lanes};
use super::pullback::n_blocks;
use super::way::spread;
use crate::{CpuLevel, Kernel};

/// Turns velocities of what goes into an equation into velocities of what it gives.
///
/// For f recorded on a [`Tape`] and a direction ẋ of its inputs, ẏ = (∂f/∂x) ẋ, region by region: what dual numbers
/// would give, but the values are computed once for all directions. The first inputs may be *steady*, such as parameters:
/// they and their velocities are given once.
///
/// ```
/// use brainmass_core::{CpuLevel, tape::{Pushforward, Tape}};
/// // y = p x², p steady: ẏ = x² ṗ + 2 p x ẋ. One direction moves p, another x alone.
/// let tape = Tape::record(2, |inputs| vec![inputs[0] * inputs[1] * inputs[1]]);
/// let directions = [vec![vec![[1.0; 16]]], vec![vec![[0.0; 16]]]];
/// let mut pushforward = Pushforward::new(tape, &[vec![[3.0; 16]]], &directions, 1);
/// let mut y = [[[0.0; 16]]; 2];
/// pushforward.evaluate(CpuLevel::best(), &[[5.0; 16]]);
/// pushforward.push(CpuLevel::best(), 0, &[[0.0; 16]], &mut y[0]);
/// pushforward.push(CpuLevel::best(), 1, &[[1.0; 16]], &mut y[1]);
/// assert_eq!((y[0][0][7], y[1][0][7]), (25.0, 30.0));
/// ```
#[derive(Clone, Debug)]
pub struct Pushforward {
    tape: Tape,
    n_steady: usize,
    /// Lines that change from push to push, without the inputs.
    moving: Vec<u32>,
    n_chunks: usize,
    blocks: Vec<Block>,
    directions: Vec<Direction>,
}

/// Velocities along one direction.
#[derive(Clone, Debug)]
struct Direction {
    /// The moving lines that have a velocity.
    lines: Vec<Ahead>,
    /// Which lines have one.
    active: Vec<bool>,
    /// Of each block, line by line, in each chunk by chunk.
    blocks: Vec<Vec<Aligned>>,
}

/// A line on the way forward, and which of its operands have a velocity; of a selection which branches.
#[derive(Clone, Copy, Debug)]
struct Ahead {
    line: u32,
    operands: [bool; 2],
}

impl Pushforward {
    /// A tape for `n_chunks` chunks of regions.
    ///
    /// `steady` holds the rows of the first inputs, each one chunk for all regions or one per chunk, `directions` their
    /// velocities along each direction in the same form.
    pub fn new(tape: Tape, steady: &[Vec<Chunk>], directions: &[Vec<Vec<Chunk>>], n_chunks: usize) -> Self {
        let n_steady = steady.len().min(tape.n_inputs);
        let moves = spread(&tape, |input| input >= n_steady);
        let is_computed = |line: &u32| *line as usize >= tape.n_inputs;
        let (moving, still): (Vec<u32>, Vec<u32>) =
            (0..).take(tape.operations.len()).filter(is_computed).partition(|line| moves[*line as usize]);
        let n = n_blocks(n_chunks);
        let begin = |block: usize| block * n_chunks / n;
        let block = |index: usize| {
            let (first, width) = (begin(index), begin(index + 1) - begin(index));
            Block::new(&tape, first, width, steady, &still)
        };
        let blocks: Vec<Block> = (0..n).map(block).collect();
        let directions =
            directions.iter().map(|velocities| Direction::new(&tape, n_steady, velocities, &moves, &blocks));
        let directions = directions.collect();
        Self { tape, n_steady, moving, n_chunks, blocks, directions }
    }

    /// Computes what the equation makes of inputs: the rows of those that are not steady, one after the other.
    ///
    /// # Panics
    /// If a slice does not hold its rows.
    pub fn evaluate(&mut self, level: CpuLevel, inputs: &[Chunk]) {
        for block in &mut self.blocks {
            block.load(self.n_steady, self.tape.n_inputs, inputs, self.n_chunks);
            level.run(Forwards { tape: &self.tape.operations, lines: &self.moving, block });
        }
    }

    /// The outputs of the last evaluation, a row each.
    ///
    /// # Panics
    /// If the slice does not hold its rows.
    pub fn outputs(&self, outputs: &mut [Chunk]) {
        for block in &self.blocks {
            for (line, row) in self.tape.outputs.iter().zip(outputs.chunks_exact_mut(self.n_chunks)) {
                block.read(block.values_of(*line as usize), row);
            }
        }
    }

    /// Velocities of the outputs along a direction at the last evaluation, from those of the inputs that are not steady.
    ///
    /// # Panics
    /// If a slice does not hold its rows, or there is no such direction.
    pub fn push(&mut self, level: CpuLevel, direction: usize, inputs: &[Chunk], outputs: &mut [Chunk]) {
        let Direction { lines, active, blocks } = &mut self.directions[direction];
        for (block, velocities) in self.blocks.iter().zip(blocks) {
            let width = block.width;
            let rows = velocities[self.n_steady * width..].chunks_exact_mut(width);
            let n_moving = self.tape.n_inputs - self.n_steady;
            for (velocities, row) in rows.zip(inputs.chunks_exact(self.n_chunks)).take(n_moving) {
                write(&row[block.first..block.first + width], velocities);
            }
            level.run(Duals { tape: &self.tape.operations, lines, block, velocities });
            for (line, row) in self.tape.outputs.iter().zip(outputs.chunks_exact_mut(self.n_chunks)) {
                let line = *line as usize;
                if active[line] {
                    block.read(&velocities[line * width..(line + 1) * width], row);
                } else {
                    row[block.first..block.first + width].fill([0.0; LANES]);
                }
            }
        }
    }
}

impl Direction {
    fn new(
        tape: &Tape,
        n_steady: usize,
        velocities: &[Vec<Chunk>],
        moves: &[bool],
        blocks: &[Block],
    ) -> Self {
        let is_moved = |row: &Vec<Chunk>| row.as_flattened().iter().any(|velocity| *velocity != 0.0);
        let active = spread(tape, |input| input >= n_steady || velocities.get(input).is_some_and(is_moved));
        let ahead = |line: u32| {
            let operands = match tape.operations[line as usize] {
                Operation::Input(_) | Operation::Constant(_) => return None,
                Operation::Unary(_, a) => [active[a as usize], false],
                Operation::Binary(_, a, b) | Operation::Select([_, _, a, b]) => {
                    [active[a as usize], active[b as usize]]
                }
            };
            (operands != [false; 2]).then_some(Ahead { line, operands })
        };
        let all = (0..).take(tape.operations.len()).filter_map(ahead);
        let (lines, still): (Vec<Ahead>, Vec<Ahead>) = all.partition(|ahead| moves[ahead.line as usize]);
        let of_block = |block: &Block| {
            let mut own = vec![Aligned([0.0; LANES]); tape.operations.len() * block.width];
            for (line, row) in velocities.iter().take(n_steady).enumerate() {
                for chunk in 0..block.width {
                    let given = row.get(block.first + chunk).or(row.first());
                    own[line * block.width + chunk].0 = given.copied().unwrap_or([0.0; LANES]);
                }
            }
            Duals { tape: &tape.operations, lines: &still, block, velocities: &mut own }.run();
            own
        };
        let blocks = blocks.iter().map(of_block).collect();
        Self { lines, active, blocks }
    }
}

/// Computes the velocities of lines in order.
struct Duals<'a> {
    tape: &'a [Operation],
    lines: &'a [Ahead],
    block: &'a Block,
    velocities: &'a mut [Aligned],
}

impl Kernel for Duals<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let width = self.block.width;
        let values = &self.block.values;
        for Ahead { line, operands } in self.lines {
            let line = *line as usize;
            let (before, rest) = self.velocities.split_at_mut(line * width);
            let (found, value) = (&mut rest[..width], &values[line * width..][..width]);
            match self.tape[line] {
                Operation::Unary(function, a) => {
                    unary(function, row(values, a, width), value, row(before, a, width), found);
                }
                Operation::Binary(operator, a, b) => {
                    let at = [row(values, a, width), row(values, b, width), value];
                    binary(operator, at, [row(before, a, width), row(before, b, width)], *operands, found);
                }
                Operation::Select(lines) => {
                    let [a, b, _, _] = rows(values, lines, width);
                    let [_, _, yes, no] = rows(before, lines, width);
                    for c in 0..width {
                        let yes = if operands[0] { yes[c].0 } else { [0.0; LANES] };
                        let no = if operands[1] { no[c].0 } else { [0.0; LANES] };
                        found[c].0 = lanes!(k => if a[c][k] < b[c][k] { yes[k] } else { no[k] });
                    }
                }
                Operation::Input(_) | Operation::Constant(_) => {}
            }
        }
    }
}

#[inline(always)]
fn unary(function: Function, a: &[Aligned], value: &[Aligned], velocity: &[Aligned], found: &mut [Aligned]) {
    let n = found.len();
    let (a, value, velocity) = (&a[..n], &value[..n], &velocity[..n]);
    for_each!(function: Function in [Negate Exp ExpM1 Ln Sqrt Sin Cos Tanh Abs Sigmoid] => {
        for c in 0..n {
            found[c].0 = lanes!(k => function.slope(a[c][k], value[c][k]) * velocity[c][k]);
        }
    });
}

#[inline(always)]
fn binary(
    operator: Operator,
    [a, b, value]: [&[Aligned]; 3],
    [first, second]: [&[Aligned]; 2],
    operands: [bool; 2],
    found: &mut [Aligned],
) {
    let n = found.len();
    let (a, b, value, first, second) = (&a[..n], &b[..n], &value[..n], &first[..n], &second[..n]);
    for_each!(operator: Operator in [Add Subtract Multiply Divide Power] => {
        match operands {
            [true, true] => {
                for c in 0..n {
                    found[c].0 = lanes!(k => operator.slope_of_first(a[c][k], b[c][k]) * first[c][k]
                        + operator.slope_of_second(a[c][k], b[c][k], value[c][k]) * second[c][k]);
                }
            }
            [true, false] => {
                for c in 0..n {
                    found[c].0 = lanes!(k => operator.slope_of_first(a[c][k], b[c][k]) * first[c][k]);
                }
            }
            _ => {
                for c in 0..n {
                    let slope = lanes!(k => operator.slope_of_second(a[c][k], b[c][k], value[c][k]));
                    found[c].0 = lanes!(k => slope[k] * second[c][k]);
                }
            }
        }
    });
}
