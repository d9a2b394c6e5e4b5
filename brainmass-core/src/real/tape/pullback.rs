//! A tape run backwards.

use super::Tape;
use super::block::Block;
use super::kernels::{Back, Backwards, Collect, Edge, Forwards, Seed};
use super::operation::{Aligned, Chunk, LANES};
use super::way::{WayBack, needed, spread};
use crate::{CpuLevel, Kernel};

/// The most chunks of regions that go through the tape together, so that reading the tape costs little and
/// what it leaves behind stays in the first cache.
const MOST_CHUNKS: usize = 6;

/// Into how many blocks so many chunks go.
pub(super) fn n_blocks(n_chunks: usize) -> usize {
    n_chunks.div_ceil(MOST_CHUNKS).max(1)
}

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
    /// Those of them whose values the way back needs.
    needed: Vec<u32>,
    /// The line of each output, and what happens to it there.
    outputs: Vec<(u32, Edge)>,
    /// The moving lines on the way back, last first, and the steady ones.
    moving_back: Vec<Back>,
    steady_back: Vec<Back>,
    /// In which rows the cotangents of the moving inputs stand, and which of them are wanted.
    rows: Vec<u32>,
    collected: Vec<bool>,
    n_chunks: usize,
    blocks: Vec<Block>,
}

impl Pullback {
    /// A tape for `n_chunks` chunks of regions.
    ///
    /// `steady` holds the rows of the first inputs, each one chunk for all regions or one per chunk; `wanted` says by which
    /// inputs derivatives are asked for. Rows that are missing count as zero.
    pub fn new(mut tape: Tape, steady: &[Vec<Chunk>], wanted: &[bool], n_chunks: usize) -> Self {
        let n_steady = steady.len().min(tape.n_inputs);
        let moves = spread(&tape, |input| input >= n_steady);
        let active = spread(&tape, |input| wanted.get(input).copied().unwrap_or(false));
        let mut way = WayBack::new(&tape, &moves, &active);
        let needed = needed(&tape, &moves, &way);
        way.add_reciprocals(&mut tape, &moves);
        let is_computed = |line: &u32| *line as usize >= tape.n_inputs;
        let lines = (0..).take(tape.operations.len()).filter(is_computed);
        // Reciprocals are steady.
        let (moving, steady_lines): (Vec<u32>, Vec<u32>) =
            lines.partition(|line| moves.get(*line as usize) == Some(&true));
        let n_blocks = n_blocks(n_chunks);
        let begin = |block: usize| block * n_chunks / n_blocks;
        let blocks = (0..n_blocks).map(|block| {
            let (first, width) = (begin(block), begin(block + 1) - begin(block));
            Block::new(&tape, first, width, steady, &steady_lines)
        });
        Self {
            n_steady,
            moving,
            needed,
            outputs: way.outputs,
            moving_back: way.moving,
            steady_back: way.steady,
            rows: way.rows[n_steady..tape.n_inputs].to_vec(),
            collected: active[n_steady..tape.n_inputs].to_vec(),
            n_chunks,
            blocks: blocks.collect(),
            tape,
        }
    }

    /// Pulls one set of cotangents back.
    ///
    /// `inputs` holds the rows of the inputs that are not steady, one after the other, `outputs` the cotangents of the
    /// outputs; what the pull gives is added to `cotangents`, a row for each input that is not steady, if that input is wanted.
    ///
    /// # Panics
    /// If a slice does not hold its rows.
    pub fn pull(&mut self, level: CpuLevel, inputs: &[Chunk], outputs: &[Chunk], cotangents: &mut [Chunk]) {
        level.run(Pull { pullback: self, inputs, outputs, cotangents });
    }

    /// Computes the outputs of all regions: the equation itself, from its tape.
    ///
    /// # Panics
    /// If a slice does not hold its rows.
    pub fn evaluate(&mut self, level: CpuLevel, inputs: &[Chunk], outputs: &mut [Chunk]) {
        for block in &mut self.blocks {
            block.load(self.n_steady, self.tape.n_inputs, inputs, self.n_chunks);
            level.run(Forwards { tape: &self.tape.operations, lines: &self.moving, block });
            for (line, row) in self.tape.outputs.iter().zip(outputs.chunks_exact_mut(self.n_chunks)) {
                block.read(block.values_of(*line as usize), row);
            }
        }
    }

    /// The sum over all pulls so far of the cotangents of the steady inputs, a row each; they start anew.
    pub fn steady_cotangents(&mut self, level: CpuLevel) -> Vec<Vec<Chunk>> {
        let mut rows = vec![vec![[0.0; LANES]; self.n_chunks]; self.n_steady];
        for block in &mut self.blocks {
            level.run(Backwards { tape: &self.tape.operations, lines: &self.steady_back, block });
            for (line, row) in rows.iter_mut().enumerate() {
                block.read(block.cotangents_of(line), row);
            }
            block.cotangents.fill(Aligned([0.0; LANES]));
        }
        rows
    }
}

/// A pull as one piece of work: each time code for the CPU's features is entered costs as much as some lines.
struct Pull<'a> {
    pullback: &'a mut Pullback,
    inputs: &'a [Chunk],
    outputs: &'a [Chunk],
    cotangents: &'a mut [Chunk],
}

impl Kernel for Pull<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Self { pullback, inputs, outputs, cotangents } = self;
        let (tape, n_chunks) = (&pullback.tape.operations, pullback.n_chunks);
        let (rows, wanted) = (&pullback.rows, &pullback.collected);
        for block in &mut pullback.blocks {
            block.load(pullback.n_steady, pullback.tape.n_inputs, inputs, n_chunks);
            Forwards { tape, lines: &pullback.needed, block }.run();
            Seed { lines: &pullback.outputs, outputs, n_chunks, block }.run();
            Backwards { tape, lines: &pullback.moving_back, block }.run();
            Collect { rows, wanted, cotangents, n_chunks, block }.run();
        }
    }
}
