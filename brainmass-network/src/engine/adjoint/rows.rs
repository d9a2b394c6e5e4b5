//! What a run leaves for the way back.

use super::Chunks;
use crate::engine::LANES;

/// Where the rows of a step lie: states before it, then inputs, kicks, sums of the connections, values of the coloured noises.
/// If couplings are taken at both its ends, those of its end follow: states predicted, inputs, kicks once more, sums.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct StepRows {
    pub(crate) n_states: usize,
    pub(crate) n_inputs: usize,
    /// States that are kicked by white noise.
    pub(crate) noisy: Vec<usize>,
    /// How many numbers each connection sends.
    pub(crate) n_sent: Vec<usize>,
    pub(crate) n_input_noises: usize,
    pub(crate) n_chunks: usize,
    /// Whether couplings are taken at both ends of a step.
    pub(crate) both_ends: bool,
}

impl StepRows {
    pub(super) fn inputs(&self) -> usize {
        self.n_states
    }

    pub(super) fn kicks(&self) -> usize {
        self.inputs() + self.n_inputs
    }

    /// The first row of the sums of a connection.
    pub(in crate::engine) fn sums(&self, connection: usize) -> usize {
        self.kicks() + self.noisy.len() + self.n_sent[..connection].iter().sum::<usize>()
    }

    pub(in crate::engine) fn input_noise(&self, noise: usize) -> usize {
        self.sums(self.n_sent.len()) + noise
    }

    /// The first row of the step's end: from there rows up to the sums lie as those of its beginning do.
    pub(in crate::engine) fn end(&self) -> usize {
        self.input_noise(self.n_input_noises)
    }

    /// Chunks of all rows of a step.
    pub(crate) fn n_per_step(&self) -> usize {
        let at_end = if self.both_ends { self.input_noise(0) } else { 0 };
        (self.end() + at_end) * self.n_chunks
    }
}

/// Some steps of a run, one after the other, as the engine left them.
#[derive(Clone, Debug)]
pub(crate) struct TracedSteps {
    pub(super) rows: StepRows,
    pub(crate) chunks: Vec<[f64; LANES]>,
}

impl TracedSteps {
    pub(crate) fn new(rows: StepRows) -> Self {
        Self { rows, chunks: Vec::new() }
    }

    /// How the rows of a step lie.
    pub(crate) fn rows(&self) -> &StepRows {
        &self.rows
    }

    /// How many steps are held.
    pub(crate) fn len(&self) -> usize {
        self.chunks.len() / self.rows.n_per_step()
    }

    /// Some rows of a step, one after the other.
    pub(in crate::engine) fn of_step(&self, step: usize, first: usize, n: usize) -> &Chunks {
        let begin = step * self.rows.n_per_step() + first * self.rows.n_chunks;
        &self.chunks[begin..begin + n * self.rows.n_chunks]
    }
}
