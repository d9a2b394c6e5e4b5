//! A step that takes couplings at both its ends.

use brainmass_core::Node;

use super::Blocked;
use super::layout::{LANES, Layout, Row, Scalar};
use crate::Integrator;
use crate::drive::Moment;

/// What a step between its ends needs beside the rest.
pub(super) struct BothEnds<T> {
    /// Inputs but couplings; after the step those at its beginning.
    pub(super) inputs: Vec<Row<T>>,
    /// The states at its beginning, and those predicted of its end.
    states: Vec<Row<T>>,
    pub(super) predicted: Vec<Row<T>>,
}

impl<T: Scalar> BothEnds<T> {
    pub(super) fn new(n_inputs: usize, n_states: usize, layout: Layout) -> Self {
        let rows = |n: usize| vec![layout.zeros(); n];
        Self { inputs: rows(n_inputs), states: rows(n_states), predicted: rows(n_states) }
    }
}

impl<N: Node, T: Scalar> Blocked<'_, N, T> {
    /// Heun's scheme over the whole network, as the mean of where a step begins and where two of Euler's lead:
    /// x + dt/2 (f + f̃) + σ √dt ξ = (x + (x̃ + dt f̃ + σ √dt ξ))/2 with x̃ = x + dt f + σ √dt ξ.
    pub(super) fn advance_between(&mut self, ends: &mut BothEnds<T>) -> [[T; LANES]; 2] {
        self.inputs.clone_from_slice(&self.constant);
        self.add_from_outside(Moment::middle_of(self.step, self.settings.dt));
        ends.inputs.clone_from_slice(&self.inputs);
        ends.states.clone_from_slice(&self.states);
        self.draw_kicks();
        self.add_couplings(false);
        self.advance_nodes(Integrator::Euler);
        std::mem::swap(&mut self.inputs, &mut ends.inputs);
        ends.predicted.clone_from_slice(&self.states);
        self.add_couplings(true);
        let finite = self.advance_nodes(Integrator::Euler);
        let half = T::from_f64(0.5);
        for (state, before) in self.states.iter_mut().flatten().zip(ends.states.iter().flatten()) {
            for (state, before) in state.iter_mut().zip(before) {
                *state = half * (*before + *state);
            }
        }
        finite
    }
}
