//! A connection, for velocities.

use brainmass_core::node::Source;
use brainmass_core::tape::Pushforward;
use brainmass_core::{CpuLevel, Error, Result};

use super::Chunks;
use crate::coupling::{Connection, LaneCoupling};
use crate::engine::blocked::{Layout, Row, Sums};
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
    over: Sums<f64>,
    sums: Vec<Row<f64>>,
    /// Of directions that move weights or the conduction speed: the direction, and the sums of what is sent by the velocities of
    /// the weights of pathways.
    weights: Vec<(usize, Sums<f64>)>,
    by_weights: Vec<Row<f64>>,
    n_sent: usize,
    step: usize,
    sent: Vec<Row<f64>>,
    moved: Vec<Row<f64>>,
    arrived: Row<f64>,
    row: Row<f64>,
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
        (layout, both_ends): (Layout, bool),
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
        let moved = directions.iter().map(|direction| moved(pathways, number, direction));
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
        let over = Sums::new(pathways, n_sent * directions.len(), layout, both_ends, |back| {
            before.velocities(&mut send, back, n_sent)
        });
        let weights =
            moved.into_iter().enumerate().filter_map(|(direction, moved)| Some((direction, moved?)));
        let weights = weights.map(|(direction, moved)| {
            let before = |back| before.values(&*coupling, back, n_sent);
            (direction, Sums::new(&moved, n_sent, layout, both_ends, before))
        });
        Ok(Self {
            source,
            input,
            layout,
            weights: weights.collect(),
            coupling,
            send,
            receive,
            over,
            sums: vec![layout.zeros(); n_sent * directions.len()],
            by_weights: vec![layout.zeros(); n_sent],
            n_sent,
            step: 0,
            sent: vec![layout.zeros(); n_sent],
            moved: vec![layout.zeros(); n_sent * directions.len()],
            arrived: vec![[0.0; LANES]; (1 + n_sent) * layout.n_chunks()],
            row: vec![[0.0; LANES]; n_sent * layout.n_chunks()],
        })
    }

    /// Takes the coupled quantity and its velocities at the beginning of a step, or as predicted of its end, and `sums` that
    /// arrived there.
    pub(super) fn arrive(
        &mut self,
        level: CpuLevel,
        (present, velocities): (&Chunks, &[Row<f64>]),
        sums: &Chunks,
        at_end: bool,
    ) {
        let n = self.layout.n_chunks();
        self.send.evaluate(level, present);
        for (direction, velocity) in velocities.iter().enumerate() {
            self.send.push(level, direction, velocity, &mut self.row);
            for (k, row) in self.row.chunks_exact(n).enumerate() {
                self.moved[direction * self.n_sent + k].copy_from_slice(row);
            }
        }
        let step = self.step;
        let arrive = |over: &mut Sums<f64>, sent: &[Row<f64>], sums: &mut [Row<f64>]| {
            if at_end {
                over.arrive_at_end(level, sent, sums);
            } else {
                over.arrive(level, step, sent, sums);
            }
        };
        arrive(&mut self.over, &self.moved, &mut self.sums);
        if !self.weights.is_empty() {
            self.coupling.send(level, present, &mut self.sent);
        }
        for (direction, by_weights) in &mut self.weights {
            arrive(by_weights, &self.sent, &mut self.by_weights);
            for (k, row) in self.by_weights.iter().enumerate() {
                crate::engine::adjoint::add(&mut self.sums[*direction * self.n_sent + k], row);
            }
        }
        self.arrived[..n].copy_from_slice(present);
        self.arrived[n..].copy_from_slice(sums);
        self.receive.evaluate(level, &self.arrived);
        self.step += usize::from(!at_end);
    }

    /// Adds the velocity of what arrives along a direction to that of the input.
    pub(super) fn add(&mut self, level: CpuLevel, direction: usize, velocity: &Chunks, input: &mut Chunks) {
        let n = self.layout.n_chunks();
        self.arrived[..n].copy_from_slice(velocity);
        for k in 0..self.n_sent {
            let sums = &self.sums[direction * self.n_sent + k];
            self.arrived[(1 + k) * n..(2 + k) * n].copy_from_slice(sums);
        }
        self.receive.push(level, direction, &self.arrived, &mut self.row[..n]);
        crate::engine::adjoint::add(input, &self.row[..n]);
    }
}

/// The pathways of a connection by the velocities of their weights, if these move.
fn moved(pathways: &Pathways, number: usize, direction: &Direction) -> Option<Pathways> {
    if direction.weights().is_none() && !direction.moves_speed(number) {
        return None;
    }
    let targets = pathways.targets.iter().enumerate().map(|(target, sources)| {
        let velocity = |p: &Pathway| Pathways::velocity(target, p, number, direction);
        let moved = |p: &Pathway| Pathway { weight: velocity(p), ..*p };
        sources.iter().map(moved).filter(|pathway| pathway.weight != 0.0).collect()
    });
    Some(Pathways::without_past(targets.collect()))
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
