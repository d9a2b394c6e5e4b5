//! Operations in the order in which they were done, each once.

use std::collections::HashMap;

use super::operation::{Key, Operation};
use super::traced::Traced;

/// A tape while it is recorded.
#[derive(Debug)]
pub(super) struct Recorder {
    n_inputs: u32,
    pub(super) operations: Vec<Operation>,
    pub(super) outputs: Vec<u32>,
    /// Where an operation stands already.
    known: HashMap<Key, u32>,
}

impl Recorder {
    pub(super) fn new(n_inputs: usize) -> Self {
        let mut recorder =
            Self { n_inputs: 0, operations: Vec::new(), outputs: Vec::new(), known: HashMap::new() };
        for _ in 0..n_inputs {
            let index = recorder.push(Operation::Input(recorder.n_inputs));
            recorder.n_inputs = index + 1;
        }
        recorder
    }

    pub(super) fn inputs(&self) -> std::ops::Range<u32> {
        0..self.n_inputs
    }

    /// The index of an operation, which is put down unless it stands there already.
    #[expect(clippy::cast_possible_truncation, reason = "an equation has far fewer operations than 2^32")]
    pub(super) fn push(&mut self, operation: Operation) -> u32 {
        *self.known.entry(operation.key()).or_insert_with(|| {
            self.operations.push(operation);
            self.operations.len() as u32 - 1
        })
    }

    /// The index of a number.
    pub(super) fn operand(&mut self, number: Traced) -> u32 {
        match number {
            Traced::Constant(value) => self.push(Operation::Constant(value)),
            Traced::Variable(index) => index,
        }
    }

    pub(super) fn output(&mut self, number: Traced) {
        let index = self.operand(number);
        self.outputs.push(index);
    }
}
