//! An equation recorded once, and then pulled back or pushed forward for many regions at once.

mod block;
mod kernels;
mod operation;
mod pullback;
mod pushforward;
mod recorder;
mod traced;
mod way;

pub use pullback::Pullback;
pub use pushforward::Pushforward;
pub use traced::{Traced, TracedMask};

use operation::Operation;

/// The operations of an equation, in their order.
///
/// The equations of this project have no branches, so that one recording holds for all values. Each operation
/// stands once, and what depends on constants alone not at all. A [`Pullback`] turns derivatives by the outputs
/// into derivatives by the inputs, whatever their number, at the cost of a few evaluations; a [`Pushforward`] gives the
/// derivatives of the outputs along a few directions of the inputs.
///
/// ```
/// use brainmass_core::{Real, tape::Tape};
/// fn rate<T: Real>(slope: T, x: T) -> T {
///     (slope * x).sigmoid() + (slope * x).sigmoid()
/// }
/// let tape = Tape::record(2, |inputs| vec![rate(inputs[0], inputs[1])]);
/// assert_eq!(tape.n_operations(), 3); // a product, a sigmoid, a sum
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Tape {
    n_inputs: usize,
    /// The inputs first.
    operations: Vec<Operation>,
    outputs: Vec<u32>,
}

impl Tape {
    /// Records what `equation` does with `n_inputs` numbers.
    pub fn record(n_inputs: usize, equation: impl FnOnce(&[Traced]) -> Vec<Traced>) -> Self {
        let recorder = traced::record(n_inputs, equation);
        Self { n_inputs, operations: recorder.operations, outputs: recorder.outputs }
    }

    /// How many operations there are, inputs and constants left out.
    pub fn n_operations(&self) -> usize {
        let counts = |operation: &&Operation| operation.operands().next().is_some();
        self.operations.iter().filter(counts).count()
    }

    /// How many numbers go in.
    pub fn n_inputs(&self) -> usize {
        self.n_inputs
    }

    /// How many come out.
    pub fn n_outputs(&self) -> usize {
        self.outputs.len()
    }
}

#[cfg(test)]
mod tests;
