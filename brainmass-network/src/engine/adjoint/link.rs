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
    pub(crate) speed: bool,
}

impl WantedOfLink {
    /// Whether what arrives along each pathway counts by itself.
    fn pairs(&self) -> bool {
        self.weights || self.speed
    }
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
    /// Where couplings are taken at both ends of a step.
    at_end: Option<AtEnd>,
    /// What was sent in the step, and what that is worth; what its sums are worth.
    sent: Vec<Row<f64>>,
    worth: Vec<Row<f64>>,
    sums_worth: Vec<Row<f64>>,
    /// Rows one after the other: the target and the sums, what they are worth, what the numbers sent are worth.
    arrived: Row<f64>,
    worth_of_arrived: Row<f64>,
    worth_of_sent: Row<f64>,
}

/// Sums at the end of a step: of what was sent at its beginning or before, and of what was predicted.
struct AtEnd {
    before: Transposed,
    predicted: Transposed,
    sums_worth: Vec<Row<f64>>,
    worth: Vec<Row<f64>>,
}

impl AtEnd {
    fn new(pathways: &Pathways, n_sent: usize, layout: Layout, wants_pairs: bool) -> Self {
        Self {
            before: Transposed::new(&pathways.a_step_ahead(), n_sent, layout, wants_pairs),
            predicted: Transposed::new(&pathways.instant(), n_sent, layout, wants_pairs),
            sums_worth: vec![layout.zeros(); n_sent],
            worth: vec![layout.zeros(); n_sent],
        }
    }
}

impl Link {
    pub(super) fn new(
        connection: &Connection,
        (source, input): (Source, usize),
        pathways: Pathways,
        layout: Layout,
        both_ends: bool,
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
            transposed: Transposed::new(&pathways, n_sent, layout, wanted.pairs()),
            at_end: both_ends.then(|| AtEnd::new(&pathways, n_sent, layout, wanted.pairs())),
            pathways,
            sent: vec![layout.zeros(); n_sent],
            worth: vec![layout.zeros(); n_sent],
            sums_worth: vec![layout.zeros(); n_sent],
            arrived: vec![[0.0; LANES]; (1 + n_sent) * layout.n_chunks()],
            worth_of_arrived: vec![[0.0; LANES]; (1 + n_sent) * layout.n_chunks()],
            worth_of_sent: vec![[0.0; LANES]; n_sent * layout.n_chunks()],
        })
    }

    /// Takes the cotangent of an input at the end of a step to that of the coupled quantity predicted there, which is added to.
    ///
    /// `predicted` is that quantity, `sums` what arrived from all sources.
    pub(super) fn end_back(
        &mut self,
        level: CpuLevel,
        predicted: &Chunks,
        sums: &Chunks,
        input: &Chunks,
        towards: &mut Chunks,
    ) {
        self.receive_back(level, predicted, sums, input, towards);
        let Some(at_end) = &mut self.at_end else { return };
        at_end.sums_worth.clone_from_slice(&self.sums_worth);
        self.coupling.send(level, predicted, &mut self.sent);
        at_end.predicted.step_back(level, &self.sent, &self.sums_worth, &mut self.worth);
        self.take_sent_back(level, predicted, towards);
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
        self.receive_back(level, present, sums, input, towards);
        self.send_back(level, present, towards);
    }

    /// Takes the cotangent of an input to that of the target, which is added to, and finds what the sums are worth.
    fn receive_back(
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
    }

    /// Takes what the sums of a step are worth to what was sent in it.
    fn send_back(&mut self, level: CpuLevel, present: &Chunks, towards: &mut Chunks) {
        self.coupling.send(level, present, &mut self.sent);
        self.transposed.step_back(level, &self.sent, &self.sums_worth, &mut self.worth);
        if let Some(at_end) = &mut self.at_end {
            at_end.before.step_back(level, &self.sent, &at_end.sums_worth, &mut at_end.worth);
            for (sum, row) in self.worth.iter_mut().zip(&at_end.worth) {
                super::add(sum, row);
            }
        }
        self.take_sent_back(level, present, towards);
    }

    /// Takes what the numbers sent are worth to the coupled quantity, which is added to.
    fn take_sent_back(&mut self, level: CpuLevel, present: &Chunks, towards: &mut Chunks) {
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
        let at_end = self.at_end.iter_mut().flat_map(|at_end| &mut at_end.sums_worth);
        self.sums_worth.iter_mut().chain(at_end).for_each(|row| row.fill([0.0; LANES]));
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

    /// The pathways, and the derivatives by the weight of each, but for its part in the sums of weights; none if they were not
    /// asked for.
    pub(super) fn pairs(self, level: CpuLevel) -> (Pathways, Vec<f64>) {
        let Self { transposed, pathways, at_end, .. } = self;
        let mut found = transposed.weights(level).unwrap_or_default();
        if let Some(AtEnd { before, predicted, .. }) = at_end {
            // Each holds some of the pathways, in the same order.
            let of_end = |transposed: Transposed| transposed.weights(level).into_iter().flatten();
            let (mut before, mut predicted) = (of_end(before), of_end(predicted));
            for ((_, pathway), found) in pathways.pairs().zip(&mut found) {
                let at_end = if pathway.delay == 0 { predicted.next() } else { before.next() };
                *found += at_end.unwrap_or(0.0);
            }
        }
        (pathways, found)
    }
}
