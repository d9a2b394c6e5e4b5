//! A connection, taken back.

use std::borrow::Cow;

use brainmass_core::node::Source;
use brainmass_core::tape::Pullback;
use brainmass_core::{CpuLevel, Result};

use super::Chunks;
use super::transposed::Transposed;
use crate::coupling::{Connection, LaneCoupling};
use crate::engine::LANES;
use crate::engine::Scalar;
use crate::engine::blocked::{Layout, Row};
use crate::engine::pathways::Pathways;

/// What is asked for of a connection.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct WantedOfLink {
    pub(crate) parameters: Vec<bool>,
    pub(crate) weights: bool,
}

/// A connection on its way back.
pub(super) struct Link {
    pub(super) source: Source,
    pub(super) input: usize,
    coupling: Box<dyn LaneCoupling<f64>>,
    send: Pullback,
    receive: Pullback,
    transposed: Transposed,
    pathways: Pathways,
    /// What was sent in the step, and what that is worth; what its sums are worth.
    sent: Vec<Row<f64>>,
    worth: Vec<Row<f64>>,
    sums_worth: Vec<Row<f64>>,
    /// Rows one after the other: the target and the sums, what they are worth, what the numbers sent are worth.
    arrived: Row<f64>,
    worth_of_arrived: Row<f64>,
    worth_of_sent: Row<f64>,
}

impl Link {
    pub(super) fn new(
        connection: &Connection,
        source: Source,
        input: usize,
        pathways: Pathways,
        layout: Layout,
        wanted: &WantedOfLink,
    ) -> Result<Self> {
        let erased = connection.coupling();
        let n_sent = erased.n_sent();
        let coupling = <f64 as Scalar>::in_lanes(&[erased.as_ref()], &layout);
        let coupling = coupling.ok_or_else(|| {
            brainmass_core::Error::setting("coupling of a gradient", "it has no form in lanes")
        })?;
        let n_parameters = erased.n_parameters();
        let mut steady: Vec<Row<f64>> =
            (0..n_parameters).map(|k| layout.row(|region, _| erased.parameter(k, region))).collect();
        let (send, receive) = erased.tapes();
        let mut flags = wanted.parameters.clone();
        flags.resize(n_parameters, false);
        flags.push(true);
        let send = Pullback::new(send, &steady, &flags, layout.n_chunks());
        let in_strength: Vec<f64> = pathways.in_strength().collect();
        steady.push(layout.row(|region, _| in_strength[region]));
        // In-strength, the target and the sums.
        flags[n_parameters] = wanted.weights;
        flags.extend(std::iter::repeat_n(true, 1 + n_sent));
        let receive = Pullback::new(receive, &steady, &flags, layout.n_chunks());
        Ok(Self {
            source,
            input,
            coupling,
            send,
            receive,
            transposed: Transposed::new(&pathways, n_sent, layout, wanted.weights),
            pathways,
            sent: vec![layout.zeros(); n_sent],
            worth: vec![layout.zeros(); n_sent],
            sums_worth: vec![layout.zeros(); n_sent],
            arrived: vec![[0.0; LANES]; (1 + n_sent) * layout.n_chunks()],
            worth_of_arrived: vec![[0.0; LANES]; (1 + n_sent) * layout.n_chunks()],
            worth_of_sent: vec![[0.0; LANES]; n_sent * layout.n_chunks()],
        })
    }

    /// Takes the cotangent of an input in a step to that of the coupled quantity, which is added to.
    ///
    /// `present` is the coupled quantity at the beginning of the step, `sums` what arrived from all sources.
    pub(super) fn step_back(
        &mut self,
        level: CpuLevel,
        present: &Chunks,
        sums: &Chunks,
        input: &Chunks,
        towards: &mut Chunks,
    ) {
        let n = present.len();
        self.arrived[..n].copy_from_slice(present);
        self.arrived[n..].copy_from_slice(sums);
        self.worth_of_arrived.fill([0.0; LANES]);
        self.receive.pull(level, &self.arrived, input, &mut self.worth_of_arrived);
        let (target, sums) = self.worth_of_arrived.split_at(n);
        super::add(towards, target);
        for (row, found) in self.sums_worth.iter_mut().zip(sums.chunks_exact(n)) {
            row.copy_from_slice(found);
        }
        self.send_back(level, present, towards);
    }

    /// Takes what the sums of a step are worth to what was sent in it.
    fn send_back(&mut self, level: CpuLevel, present: &Chunks, towards: &mut Chunks) {
        self.coupling.send(level, present, &mut self.sent);
        self.transposed.step_back(level, &self.sent, &self.sums_worth, &mut self.worth);
        for (found, row) in self.worth_of_sent.chunks_exact_mut(present.len()).zip(&self.worth) {
            found.copy_from_slice(row);
        }
        self.send.pull(level, present, &self.worth_of_sent, towards);
    }

    /// Goes on before t = 0, when `present` was sent unless another past was given; adds what `present` is worth.
    pub(super) fn before_start(
        &mut self,
        level: CpuLevel,
        layout: Layout,
        present: &Chunks,
        towards: &mut Chunks,
    ) {
        self.sums_worth.iter_mut().for_each(|row| row.fill([0.0; LANES]));
        let numbers = &present.as_flattened()[..layout.n_regions];
        for back in 1..=self.pathways.longest {
            let past = self.pathways.past(back, numbers);
            let is_given = matches!(past, Cow::Owned(_));
            let past: Row<f64> = layout.row(|region, _| past[region]);
            let mut of_past: Row<f64> = layout.zeros();
            self.send_back(level, &past, &mut of_past);
            if !is_given {
                super::add(towards, &of_past);
            }
        }
    }

    /// The derivatives by each parameter in each region, and by the sum of weights into each.
    pub(super) fn parameters(&mut self, level: CpuLevel) -> (Vec<Row<f64>>, Row<f64>) {
        let mut rows = self.receive.steady_cotangents(level);
        let in_strength = rows.pop().unwrap_or_default();
        for (sum, row) in rows.iter_mut().zip(self.send.steady_cotangents(level)) {
            super::add(sum, &row);
        }
        (rows, in_strength)
    }

    /// The derivatives by each weight: target, source, derivative; `in_strength` those by the sums of weights.
    pub(super) fn weights(self, level: CpuLevel, in_strength: &Row<f64>) -> Vec<(usize, usize, f64)> {
        let Self { transposed, pathways, .. } = self;
        let found = transposed.weights(level).unwrap_or_default();
        let pairs = pathways.targets.iter().enumerate();
        let pairs = pairs.flat_map(|(target, sources)| sources.iter().map(move |p| (target, p.source)));
        let by_sum = in_strength.as_flattened();
        pairs.zip(found).map(|((target, source), found)| (target, source, found + by_sum[target])).collect()
    }
}
