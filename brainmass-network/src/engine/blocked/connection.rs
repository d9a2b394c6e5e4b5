//! One connection of one network, or of several side by side.

use brainmass_core::node::{Source, source, variable_index};
use brainmass_core::units::Second;
use brainmass_core::{Archive, CpuLevel, Error, Node, Result};

use super::layout::{LANES, Layout, Row, Scalar};
use super::sums::Sums;
use crate::coupling::{Arriving, ErasedCoupling, LaneCoupling};
use crate::engine::pathways::Pathways;
use crate::engine::start;
use crate::network::Network;

/// From what regions do to what arrives at an input.
pub(in crate::engine) struct LaneConnection<T> {
    pub(super) source: Source,
    pub(super) input: usize,
    coupling: Box<dyn LaneCoupling<T>>,
    over: Sums<T>,
    in_strength: Row<T>,
    /// What stands in the place of the first values sent, if not those.
    instead: Option<Row<T>>,
    sent: Vec<Row<T>>,
    sums: Vec<Row<T>>,
    /// Where couplings are taken at both ends of a step: the sums at its beginning.
    sums_at_start: Vec<Row<T>>,
}

impl<T: Scalar> LaneConnection<T> {
    /// The connection with an index of all networks; only a network alone may have delays.
    pub(super) fn new<N: Node>(
        networks: &[&Network<N>],
        index: usize,
        states: &[Vec<N::State<f64>>],
        dt: Second,
        both_ends: bool,
        layout: Layout,
    ) -> Result<Self> {
        let connection = &networks[0].connections()[index];
        let (source, _) = source::<N>(connection.source())?;
        let input = variable_index("input", connection.input(), N::INPUT)?;
        let pathways = Pathways::new(connection, networks[0].connectome(), dt)?;
        let peers: Vec<&dyn ErasedCoupling> =
            networks.iter().map(|network| network.connections()[index].coupling().as_ref()).collect();
        let present = start::present(networks[0], &states[0], source);
        Self::of((source, input), &peers, pathways, &present, both_ends, layout)
    }

    /// The connection along pathways; `present` holds the coupled quantity of all regions at t = 0.
    pub(in crate::engine) fn of(
        (source, input): (Source, usize),
        peers: &[&dyn ErasedCoupling],
        mut pathways: Pathways,
        present: &[f64],
        both_ends: bool,
        layout: Layout,
    ) -> Result<Self> {
        let coupling = T::in_lanes(peers, &layout).ok_or_else(|| {
            Error::setting("panel of networks", "a connection is not of one kind in all of them")
        })?;
        let n_sent = peers[0].n_sent();
        let in_strength: Vec<f64> = pathways.in_strength().collect();
        let instead = pathways.instead.take().map(|first| layout.row(|region, _| first[region]));
        let sent_before = |back| sent(peers[0], &pathways.past(back, present));
        Ok(Self {
            source,
            input,
            coupling,
            over: Sums::new(&pathways, n_sent, layout, both_ends, sent_before),
            in_strength: layout.row(|region, _| in_strength[region]),
            instead,
            sent: vec![layout.zeros(); n_sent],
            sums: vec![layout.zeros(); n_sent],
            sums_at_start: vec![layout.zeros(); if both_ends { n_sent } else { 0 }],
        })
    }

    /// What arrived in the last step, before the target's part; at its end if couplings are taken at both.
    pub(super) fn sums(&self) -> &[Row<T>] {
        &self.sums
    }

    /// What arrived at the beginning of the last step, before the target's part.
    pub(super) fn sums_at_start(&self) -> &[Row<T>] {
        if self.sums_at_start.is_empty() { &self.sums } else { &self.sums_at_start }
    }

    pub(in crate::engine) fn archive(&mut self, step: usize, archive: &mut Archive) -> Result<()> {
        if step > 0 {
            self.instead = None;
        }
        self.over.archive(archive)
    }

    /// Takes what regions do now and adds what arrives at each to an input.
    pub(in crate::engine) fn arrive(
        &mut self,
        level: CpuLevel,
        step: usize,
        present: &[[T; LANES]],
        input: &mut [[T; LANES]],
    ) {
        match self.instead.take() {
            Some(first) => self.coupling.send(level, &first, &mut self.sent),
            None => self.coupling.send(level, present, &mut self.sent),
        }
        self.over.arrive(level, step, &self.sent, &mut self.sums);
        self.receive(level, present, input);
    }

    /// Adds what arrives at the end of the step that began with the last call of `arrive`, when regions do `predicted`.
    pub(super) fn arrive_at_end(
        &mut self,
        level: CpuLevel,
        predicted: &[[T; LANES]],
        input: &mut [[T; LANES]],
    ) {
        self.coupling.send(level, predicted, &mut self.sent);
        std::mem::swap(&mut self.sums, &mut self.sums_at_start);
        self.over.arrive_at_end(level, &self.sent, &mut self.sums);
        self.receive(level, predicted, input);
    }

    /// Adds what the sums do at each region to an input.
    fn receive(&mut self, level: CpuLevel, present: &[[T; LANES]], input: &mut [[T; LANES]]) {
        let arriving = Arriving { targets: present, sums: &self.sums, in_strength: &self.in_strength };
        self.coupling.receive(level, arriving, input);
    }
}

/// What regions with these values send, one row per number.
fn sent(coupling: &dyn ErasedCoupling, values: &[f64]) -> Vec<Vec<f64>> {
    let mut rows = vec![vec![0.0; values.len()]; coupling.n_sent()];
    let mut numbers = vec![0.0; coupling.n_sent()];
    for (region, value) in values.iter().enumerate() {
        coupling.send(region, *value, &mut numbers);
        for (row, number) in rows.iter_mut().zip(&numbers) {
            row[region] = *number;
        }
    }
    rows
}
