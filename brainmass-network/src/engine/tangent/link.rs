//! A connection, for velocities.

use brainmass_core::node::Source;
use brainmass_core::tape::Pushforward;
use brainmass_core::{CpuLevel, Error, Result};
use nalgebra::DMatrix;

use super::Chunks;
use crate::coupling::{Connection, LaneCoupling};
use crate::engine::blocked::{Delayed, Instant, Layout, Row};
use crate::engine::pathways::{Pathway, Pathways};
use crate::engine::{LANES, Scalar};
use crate::network::{Adjustable, Direction};

/// A connection whose sums move along each direction.
pub(super) struct LinkAhead {
    pub(super) source: Source,
    pub(super) input: usize,
    layout: Layout,
    coupling: Box<dyn LaneCoupling<f64>>,
    send: Pushforward,
    receive: Pushforward,
    /// The sums over what all directions send: direction by direction, in each number by number.
    sums: Sums,
    /// Of directions that move weights: the direction, and the sums of what is sent by their velocities.
    weights: Vec<(usize, Sums)>,
    n_sent: usize,
    step: usize,
    sent: Vec<Row<f64>>,
    moved: Vec<Row<f64>>,
    arrived: Row<f64>,
    row: Row<f64>,
}

/// Weighted sums with delays and without.
struct Sums {
    delayed: Option<Delayed<f64>>,
    instant: Instant<f64>,
    found: Vec<Row<f64>>,
}

/// The coupled quantity at t = 0, and its velocity along each direction.
pub(super) struct Present<'a> {
    pub(super) level: CpuLevel,
    pub(super) values: &'a Chunks,
    pub(super) velocities: &'a [Row<f64>],
}

impl LinkAhead {
    /// The connection with a number, from a source to an input.
    pub(super) fn new(
        number: usize,
        connection: &Connection,
        (source, input): (Source, usize),
        pathways: &Pathways,
        layout: Layout,
        directions: &[Direction],
        present: &Present<'_>,
    ) -> Result<Self> {
        let erased = connection.coupling();
        let n_sent = erased.n_sent();
        let coupling = <f64 as Scalar>::in_lanes(&[erased.as_ref()], &layout)
            .ok_or_else(|| Error::setting("coupling of a gradient", "it has no form in lanes"))?;
        let mut steady: Vec<Row<f64>> =
            (0..erased.n_parameters()).map(|k| layout.row(|region, _| erased.parameter(k, region))).collect();
        let places: Vec<Adjustable> =
            erased.parameter_names().map(|name| Adjustable::coupling(number, name)).collect();
        let velocities = |direction: &Direction| {
            let row = |place| layout.row(|region, _| direction.velocity(place, region));
            places.iter().map(row).collect::<Vec<Row<f64>>>()
        };
        let mut velocities: Vec<_> = directions.iter().map(velocities).collect();
        let (send, receive) = erased.tapes();
        let mut send = Pushforward::new(send, &steady, &velocities, layout.n_chunks());
        let moved = directions.iter().map(|direction| direction.weights().map(|w| moved(pathways, w)));
        let moved: Vec<Option<Pathways>> = moved.collect();
        let strengths = |pathways: &Pathways| {
            let sums: Vec<f64> = pathways.in_strength().collect();
            layout.row(|region, _| sums[region])
        };
        steady.push(strengths(pathways));
        for (velocities, moved) in velocities.iter_mut().zip(&moved) {
            velocities.push(moved.as_ref().map_or(layout.zeros(), strengths));
        }
        let receive = Pushforward::new(receive, &steady, &velocities, layout.n_chunks());
        let before = Before { pathways, layout, level: present.level, present };
        let sums = Sums::new(pathways, n_sent * directions.len(), layout, |back| {
            before.velocities(&mut send, back, n_sent)
        });
        let weights =
            moved.into_iter().enumerate().filter_map(|(direction, moved)| Some((direction, moved?)));
        let weights = weights.map(|(direction, moved)| {
            (direction, Sums::new(&moved, n_sent, layout, |back| before.values(&*coupling, back, n_sent)))
        });
        Ok(Self {
            source,
            input,
            layout,
            weights: weights.collect(),
            coupling,
            send,
            receive,
            sums,
            n_sent,
            step: 0,
            sent: vec![layout.zeros(); n_sent],
            moved: vec![layout.zeros(); n_sent * directions.len()],
            arrived: vec![[0.0; LANES]; (1 + n_sent) * layout.n_chunks()],
            row: vec![[0.0; LANES]; n_sent * layout.n_chunks()],
        })
    }

    /// Takes the coupled quantity and its velocities at the beginning of a step, and `sums` that arrived in it.
    pub(super) fn arrive(
        &mut self,
        level: CpuLevel,
        present: &Chunks,
        velocities: &[Row<f64>],
        sums: &Chunks,
    ) {
        let n = self.layout.n_chunks();
        self.send.evaluate(level, present);
        for (direction, velocity) in velocities.iter().enumerate() {
            self.send.push(level, direction, velocity, &mut self.row);
            for (k, row) in self.row.chunks_exact(n).enumerate() {
                self.moved[direction * self.n_sent + k].copy_from_slice(row);
            }
        }
        self.sums.arrive(level, self.step, self.layout, &self.moved);
        if !self.weights.is_empty() {
            self.coupling.send(level, present, &mut self.sent);
        }
        for (direction, by_weights) in &mut self.weights {
            by_weights.arrive(level, self.step, self.layout, &self.sent);
            for (k, row) in by_weights.found.iter().enumerate() {
                crate::engine::adjoint::add(&mut self.sums.found[*direction * self.n_sent + k], row);
            }
        }
        self.arrived[..n].copy_from_slice(present);
        self.arrived[n..].copy_from_slice(sums);
        self.receive.evaluate(level, &self.arrived);
        self.step += 1;
    }

    /// Adds the velocity of what arrives along a direction to that of the input.
    pub(super) fn add(&mut self, level: CpuLevel, direction: usize, velocity: &Chunks, input: &mut Chunks) {
        let n = self.layout.n_chunks();
        self.arrived[..n].copy_from_slice(velocity);
        for k in 0..self.n_sent {
            let sums = &self.sums.found[direction * self.n_sent + k];
            self.arrived[(1 + k) * n..(2 + k) * n].copy_from_slice(sums);
        }
        self.receive.push(level, direction, &self.arrived, &mut self.row[..n]);
        crate::engine::adjoint::add(input, &self.row[..n]);
    }
}

/// The pathways by the velocities of their weights.
fn moved(pathways: &Pathways, velocities: &DMatrix<f64>) -> Pathways {
    let targets = pathways.targets.iter().enumerate().map(|(target, sources)| {
        let moved = |p: &Pathway| Pathway { weight: velocities[(target, p.source)], ..*p };
        sources.iter().map(moved).filter(|pathway| pathway.weight != 0.0).collect()
    });
    Pathways::without_past(targets.collect())
}

impl Sums {
    fn new(
        pathways: &Pathways,
        n_rows: usize,
        layout: Layout,
        sent_before: impl FnMut(usize) -> Vec<Vec<f64>>,
    ) -> Self {
        Self {
            delayed: Delayed::new(pathways, n_rows, sent_before),
            instant: Instant::new(pathways, layout),
            found: vec![layout.zeros(); n_rows],
        }
    }

    fn arrive(&mut self, level: CpuLevel, step: usize, layout: Layout, sent: &[Row<f64>]) {
        match &mut self.delayed {
            Some(delayed) => delayed.arrive(level, step, sent, &mut self.found),
            None => self.found.iter_mut().for_each(|row| row.fill([0.0; LANES])),
        }
        self.instant.arrive(level, layout, sent, &mut self.found);
    }
}

/// What was sent before t = 0.
struct Before<'a> {
    pathways: &'a Pathways,
    layout: Layout,
    level: CpuLevel,
    present: &'a Present<'a>,
}

impl Before<'_> {
    fn values(&self, coupling: &dyn LaneCoupling<f64>, back: usize, n_sent: usize) -> Vec<Vec<f64>> {
        let mut sent = vec![self.layout.zeros(); n_sent];
        coupling.send(self.level, &self.at(back).0, &mut sent);
        sent.iter().map(|row| self.numbers(row)).collect()
    }

    /// Velocities of all directions: a past that was given does not move.
    fn velocities(&self, send: &mut Pushforward, back: usize, n_sent: usize) -> Vec<Vec<f64>> {
        let (past, is_given) = self.at(back);
        let mut rows = vec![[0.0; LANES]; n_sent * self.layout.n_chunks()];
        let mut all = Vec::new();
        send.evaluate(self.level, &past);
        for (direction, velocity) in self.present.velocities.iter().enumerate() {
            let still = self.layout.zeros();
            send.push(self.level, direction, if is_given { &still } else { velocity }, &mut rows);
            all.extend(rows.chunks_exact(self.layout.n_chunks()).map(|row| self.numbers(row)));
        }
        all
    }

    /// The coupled quantity, and whether it was given.
    fn at(&self, back: usize) -> (Row<f64>, bool) {
        match self.pathways.given(back) {
            Some(given) => (self.layout.row(|region, _| given[region]), true),
            None => (self.present.values.to_vec(), false),
        }
    }

    fn numbers(&self, row: &Chunks) -> Vec<f64> {
        row.as_flattened()[..self.layout.n_regions].to_vec()
    }
}
