//! A step of the regions' own equations, for velocities.

use brainmass_core::node::Source;
use brainmass_core::tape::Pushforward;
use brainmass_core::{CpuLevel, Node};

use super::Chunks;
use crate::engine::Settings;
use crate::engine::blocked::{Layout, Row};
use crate::engine::tapes::{output_tape, step_tape};
use crate::network::{Adjustable, Direction, Network};

/// The equations of a step and of the outputs, with velocities.
pub(super) struct RegionAhead {
    step: Pushforward,
    outputs: Vec<Pushforward>,
    n_chunks: usize,
}

impl RegionAhead {
    pub(super) fn new<N: Node>(
        network: &Network<N>,
        settings: &Settings,
        layout: Layout,
        noisy: &[usize],
        directions: &[Direction],
    ) -> Self {
        let values = network.parameters().iter();
        let parameters: Vec<Row<f64>> =
            values.map(|values| layout.row(|region, _| values.at(region))).collect();
        let velocities = |direction: &Direction| {
            let places = N::PARAMETERS.iter().map(|parameter| Adjustable::parameter(parameter.name));
            let row = |place: Adjustable| layout.row(|region, _| direction.velocity(&place, region));
            places.map(row).collect::<Vec<Row<f64>>>()
        };
        let velocities: Vec<_> = directions.iter().map(velocities).collect();
        let n_chunks = layout.n_chunks();
        let push = |tape| Pushforward::new(tape, &parameters, &velocities, n_chunks);
        Self {
            step: push(step_tape(network.node(), settings, settings.integrator.of_parts(network), noisy)),
            outputs: (0..N::OUTPUT.len()).map(|index| push(output_tape(network.node(), index))).collect(),
            n_chunks,
        }
    }

    /// Takes states, inputs and kicks before a step, for the velocities that [`push`](Self::push) asks for.
    pub(super) fn evaluate(&mut self, level: CpuLevel, before: &Chunks) {
        self.step.evaluate(level, before);
    }

    /// Velocities of the states after the step from those of states, inputs and kicks before it.
    pub(super) fn push(&mut self, level: CpuLevel, direction: usize, before: &Chunks, after: &mut Chunks) {
        self.step.push(level, direction, before, after);
    }

    /// The values of a state variable or output of all regions.
    pub(super) fn values(&mut self, level: CpuLevel, source: Source, states: &Chunks, row: &mut Chunks) {
        match source {
            Source::State(k) => row.copy_from_slice(&states[k * self.n_chunks..(k + 1) * self.n_chunks]),
            Source::Output(k) => {
                self.outputs[k].evaluate(level, states);
                self.outputs[k].outputs(row);
            }
        }
    }

    /// Their velocities along a direction at the states that [`values`](Self::values) was last asked for.
    pub(super) fn velocities(
        &mut self,
        level: CpuLevel,
        source: Source,
        direction: usize,
        states: &Chunks,
        row: &mut Chunks,
    ) {
        match source {
            Source::State(k) => row.copy_from_slice(&states[k * self.n_chunks..(k + 1) * self.n_chunks]),
            Source::Output(k) => self.outputs[k].push(level, direction, states, row),
        }
    }
}
