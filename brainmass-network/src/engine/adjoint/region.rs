//! A step of the regions' own equations, taken back.

use brainmass_core::node::Source;
use brainmass_core::tape::Pullback;
use brainmass_core::{CpuLevel, Node};

use super::Chunks;
use crate::engine::Settings;
use crate::engine::blocked::{Layout, Row};
use crate::engine::tapes::{output_tape, step_tape};
use crate::network::Network;

/// The equations of a step and of the outputs, recorded.
pub(super) struct RegionBack {
    step: Pullback,
    outputs: Vec<Pullback>,
    row: Row<f64>,
}

impl RegionBack {
    /// The equations of a network's node under an integrator, or where couplings are taken at both ends of a step of one of the
    /// two steps of Euler's that make it; `wanted` says by which parameters derivatives are asked for, `noisy` which states are
    /// kicked by white noise.
    pub(super) fn new<N: Node>(
        network: &Network<N>,
        settings: &Settings,
        layout: Layout,
        wanted: &[bool],
        noisy: &[usize],
        wants_noise: bool,
    ) -> Self {
        let values = network.parameters().iter();
        let parameters: Vec<Row<f64>> =
            values.map(|values| layout.row(|region, _| values.at(region))).collect();
        let (n_states, n_inputs) = (N::STATE.len(), N::INPUT.len());
        let mut flags = wanted.to_vec();
        flags.extend(std::iter::repeat_n(true, n_states + n_inputs));
        flags.extend(std::iter::repeat_n(wants_noise, noisy.len()));
        let step = step_tape(network.node(), settings, settings.integrator.of_parts(network), noisy);
        let step = Pullback::new(step, &parameters, &flags, layout.n_chunks());
        let output =
            |index| Pullback::new(output_tape(network.node(), index), &parameters, &flags, layout.n_chunks());
        Self { step, outputs: (0..N::OUTPUT.len()).map(output).collect(), row: layout.zeros() }
    }

    /// Takes cotangents of the states after a step to those of states, inputs and kicks before it, which are added to.
    pub(super) fn step_back(
        &mut self,
        level: CpuLevel,
        before: &Chunks,
        after: &Chunks,
        towards: &mut Chunks,
    ) {
        self.step.pull(level, before, after, towards);
    }

    /// The values of a state variable or output of all regions.
    pub(super) fn present<'a>(
        &'a mut self,
        level: CpuLevel,
        source: Source,
        states: &'a Chunks,
    ) -> &'a Chunks {
        let n = self.row.len();
        match source {
            Source::State(k) => &states[k * n..(k + 1) * n],
            Source::Output(k) => {
                self.outputs[k].evaluate(level, states, &mut self.row);
                &self.row
            }
        }
    }

    /// Takes the cotangent of a state variable or output to those of the states, which are added to.
    pub(super) fn take_back(
        &mut self,
        level: CpuLevel,
        source: Source,
        states: &Chunks,
        cotangent: &Chunks,
        towards: &mut Chunks,
    ) {
        let n = cotangent.len();
        match source {
            Source::State(k) => super::add(&mut towards[k * n..(k + 1) * n], cotangent),
            Source::Output(k) => self.outputs[k].pull(level, states, cotangent, towards),
        }
    }

    /// The derivatives by each parameter of each region.
    pub(super) fn parameters(&mut self, level: CpuLevel) -> Vec<Row<f64>> {
        let mut rows = self.step.steady_cotangents(level);
        for output in &mut self.outputs {
            for (sum, row) in rows.iter_mut().zip(output.steady_cotangents(level)) {
                super::add(sum, &row);
            }
        }
        rows
    }
}
