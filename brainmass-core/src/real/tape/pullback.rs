//! A tape run backwards.

use super::Tape;
use super::kernels::{Backwards, Block, Collect, Forwards, Seed};
use super::operation::{Chunk, LANES};
use crate::CpuLevel;

/// The most chunks of regions that go through the tape together, so that reading the tape costs little and
/// what it leaves behind stays in the first cache.
const MOST_CHUNKS: usize = 4;

/// Turns derivatives by what an equation gives into derivatives by what goes in.
///
/// For f recorded on a [`Tape`] and a cotangent ȳ of its outputs, x̄ = (∂f/∂x)ᵀ ȳ, region by region. The first
/// inputs may be *steady*, such as parameters: they are given once, what depends on them alone is computed once, and
/// their cotangents add up over all pulls until [`steady_cotangents`](Self::steady_cotangents) asks for them.
///
/// Rows hold a number per region in chunks of 16. A lane whose cotangent is zero stays zero, whatever infinities lie
/// on its way, so that an untaken branch does no harm.
///
/// ```
/// use brainmass_core::{CpuLevel, tape::{Pullback, Tape}};
/// // y = p x², p steady: x̄ = 2 p x ȳ, p̄ = Σ x² ȳ.
/// let tape = Tape::record(2, |inputs| vec![inputs[0] * inputs[1] * inputs[1]]);
/// let mut pullback = Pullback::new(tape, &[vec![[3.0; 16]]], &[true, true], 1);
/// let mut x_bar = vec![[0.0; 16]];
/// for x in [2.0, 5.0] {
///     pullback.pull(CpuLevel::best(), &[[x; 16]], &[[1.0; 16]], &mut x_bar);
/// }
/// assert_eq!(x_bar[0][7], 12.0 + 30.0); // pulls add up
/// assert_eq!(pullback.steady_cotangents(CpuLevel::best())[0][0][7], 4.0 + 25.0);
/// ```
#[derive(Clone, Debug)]
pub struct Pullback {
    tape: Tape,
    n_steady: usize,
    /// Lines that change from pull to pull, without the inputs.
    moving: Vec<u32>,
    /// Of those the ones that the wanted inputs act on, last first, and the like among the steady lines.
    moving_backwards: Vec<u32>,
    steady_backwards: Vec<u32>,
    /// Lines that wanted inputs act on, the wanted inputs themselves among them.
    active: Vec<bool>,
    /// Active lines whose cotangents start from zero in each pull.
    cleared: Vec<u32>,
    n_chunks: usize,
    blocks: Vec<Block>,
}

impl Pullback {
    /// A tape for `n_chunks` chunks of regions.
    ///
    /// `steady` holds the rows of the first inputs, each one chunk for all regions or one per chunk; `wanted` says by which
    /// inputs derivatives are asked for. Rows that are missing count as zero.
    pub fn new(tape: Tape, steady: &[Vec<Chunk>], wanted: &[bool], n_chunks: usize) -> Self {
        let n_steady = steady.len().min(tape.n_inputs);
        let mut moves: Vec<bool> = Vec::with_capacity(tape.operations.len());
        let mut active: Vec<bool> = Vec::with_capacity(tape.operations.len());
        for (line, operation) in tape.operations.iter().enumerate() {
            let is_input = line < tape.n_inputs;
            let any = |flags: &[bool]| operation.operands().any(|operand| flags[operand as usize]);
            let moving = (is_input && line >= n_steady) || any(&moves);
            let acts = (is_input && wanted.get(line).copied().unwrap_or(false)) || any(&active);
            moves.push(moving);
            active.push(acts);
        }
        #[expect(clippy::cast_possible_truncation, reason = "indices of a tape are 32-bit numbers")]
        let lines = |kept: &dyn Fn(usize) -> bool| -> Vec<u32> {
            (0..tape.operations.len()).filter(|line| kept(*line)).map(|line| line as u32).collect()
        };
        let is_input = |line: usize| line < tape.n_inputs;
        let backwards = |moving: bool| {
            let mut kept = lines(&|line| active[line] && moves[line] == moving && !is_input(line));
            kept.reverse();
            kept
        };
        let (moving_backwards, steady_backwards) = (backwards(true), backwards(false));
        let moving = lines(&|line| moves[line] && !is_input(line));
        let cleared = lines(&|line| active[line] && moves[line]);
        let steady_lines = lines(&|line| !moves[line] && !is_input(line));
        let n_blocks = n_chunks.div_ceil(MOST_CHUNKS).max(1);
        let begin = |block: usize| block * n_chunks / n_blocks;
        let blocks = (0..n_blocks).map(|block| {
            let (first, width) = (begin(block), begin(block + 1) - begin(block));
            Block::new(&tape, first, width, steady, &steady_lines)
        });
        let blocks = blocks.collect();
        Self { tape, n_steady, moving, moving_backwards, steady_backwards, active, cleared, n_chunks, blocks }
    }

    /// Pulls one set of cotangents back.
    ///
    /// `inputs` holds the rows of the inputs that are not steady, one after the other, `outputs` the cotangents of the
    /// outputs; what the pull gives is added to `cotangents`, a row for each input that is not steady, if that input is wanted.
    ///
    /// # Panics
    /// If a slice does not hold its rows.
    pub fn pull(&mut self, level: CpuLevel, inputs: &[Chunk], outputs: &[Chunk], cotangents: &mut [Chunk]) {
        for index in 0..self.blocks.len() {
            self.load(index, inputs);
            let (tape, active, block) = (&self.tape.operations, &self.active, &mut self.blocks[index]);
            let n_chunks = self.n_chunks;
            level.run(Forwards { tape, lines: &self.moving, block });
            level.run(Seed {
                lines: &self.tape.outputs,
                active,
                cleared: &self.cleared,
                outputs,
                n_chunks,
                block,
            });
            level.run(Backwards { tape, active, lines: &self.moving_backwards, block });
            let first = self.n_steady;
            level.run(Collect { first, active, cotangents, n_chunks, block });
        }
    }

    /// Computes the outputs of all regions: the equation itself, from its tape.
    ///
    /// # Panics
    /// If a slice does not hold its rows.
    pub fn evaluate(&mut self, level: CpuLevel, inputs: &[Chunk], outputs: &mut [Chunk]) {
        for index in 0..self.blocks.len() {
            self.load(index, inputs);
            let block = &mut self.blocks[index];
            level.run(Forwards { tape: &self.tape.operations, lines: &self.moving, block });
            for (line, row) in self.tape.outputs.iter().zip(outputs.chunks_exact_mut(self.n_chunks)) {
                row[block.first..block.first + block.width].copy_from_slice(block.values_of(*line as usize));
            }
        }
    }

    /// Puts inputs in their places.
    fn load(&mut self, index: usize, inputs: &[Chunk]) {
        let block = &mut self.blocks[index];
        let (first, width) = (block.first, block.width);
        let lines = block.values[self.n_steady * width..].chunks_exact_mut(width);
        for (values, row) in
            lines.zip(inputs.chunks_exact(self.n_chunks)).take(self.tape.n_inputs - self.n_steady)
        {
            values.copy_from_slice(&row[first..first + width]);
        }
    }

    /// The sum over all pulls so far of the cotangents of the steady inputs, a row each; they start anew.
    pub fn steady_cotangents(&mut self, level: CpuLevel) -> Vec<Vec<Chunk>> {
        let mut rows = vec![vec![[0.0; LANES]; self.n_chunks]; self.n_steady];
        for block in &mut self.blocks {
            level.run(Backwards {
                tape: &self.tape.operations,
                active: &self.active,
                lines: &self.steady_backwards,
                block,
            });
            for (line, row) in rows.iter_mut().enumerate() {
                row[block.first..block.first + block.width].copy_from_slice(block.cotangents_of(line));
            }
            block.cotangents.fill([0.0; LANES]);
        }
        rows
    }
}
