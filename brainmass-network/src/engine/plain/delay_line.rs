//! The weighted, delayed sums of one connection.

use std::sync::Arc;

use brainmass_core::{Archive, Result};

use super::Number;
use crate::coupling::ErasedCoupling;
use crate::engine::pathways::{Pathway, Pathways};
use crate::network::{Adjustable, Direction};

/// A ring of what every region sent, and for each region where to read.
pub(in crate::engine) struct DelayLine<T = f64> {
    coupling: Arc<dyn ErasedCoupling>,
    /// How fast the coupling's parameters move in each region.
    velocities: Vec<Vec<f64>>,
    n_sent: usize,
    /// How many steps the ring keeps: the longest delay and the present.
    depth: usize,
    /// What was sent: step, then region, then number.
    ring: Vec<T>,
    step: usize,
    pathways: Pathways,
    /// For each target the weights of its pathways.
    weights: Vec<Vec<T>>,
    in_strength: Vec<T>,
}

impl<T: Number> DelayLine<T> {
    /// The line of a connection whose past is as that says; `present` holds the coupled quantity at t = 0.
    pub(in crate::engine) fn new(
        coupling: &Arc<dyn ErasedCoupling>,
        pathways: Pathways,
        present: &[T],
        connection: usize,
        direction: &Direction,
    ) -> Self {
        let (n_sent, depth) = (coupling.n_sent(), pathways.longest + 1);
        let places: Vec<Adjustable> =
            coupling.parameter_names().map(|name| Adjustable::coupling(connection, name)).collect();
        let velocities =
            |region| places.iter().map(|place| direction.velocity(place, region)).collect::<Vec<_>>();
        let weights = pathways.targets.iter().enumerate().map(|(target, sources)| {
            let weight = |pathway: &Pathway| {
                T::moving(pathway.weight, Pathways::velocity(target, pathway, connection, direction))
            };
            sources.iter().map(weight).collect::<Vec<T>>()
        });
        let weights: Vec<Vec<T>> = weights.collect();
        let sum = |weights: &Vec<T>| {
            let mut sum = T::from_f64(-0.0);
            for weight in weights {
                sum += *weight;
            }
            sum
        };
        let mut line = Self {
            coupling: Arc::clone(coupling),
            velocities: (0..present.len()).map(velocities).collect(),
            n_sent,
            depth,
            ring: vec![T::zero(); depth * present.len() * n_sent],
            step: 0,
            in_strength: weights.iter().map(sum).collect(),
            weights,
            pathways,
        };
        for back in 1..depth {
            match line.pathways.given(back) {
                Some(given) => line.write_given(depth - back, &given),
                None => line.write(depth - back, present),
            }
        }
        line
    }

    fn write(&mut self, slot: usize, values: &[T]) {
        let row = values.len() * self.n_sent;
        let sent = self.ring[slot * row..(slot + 1) * row].chunks_exact_mut(self.n_sent);
        for ((region, sent), value) in sent.enumerate().zip(values) {
            T::send(&*self.coupling, region, &self.velocities[region], *value, sent);
        }
    }

    fn write_given(&mut self, slot: usize, values: &[f64]) {
        let values: Vec<T> = values.iter().map(|value| T::from_f64(*value)).collect();
        self.write(slot, &values);
    }

    /// Takes what the regions send now and adds what arrives at each to an input.
    pub(in crate::engine) fn arrive(&mut self, values: &[T], input: &mut [T]) {
        let n = values.len();
        match self.pathways.instead.take() {
            Some(first) => self.write_given(self.step % self.depth, &first),
            None => self.write(self.step % self.depth, values),
        }
        let mut sums = vec![T::zero(); self.n_sent];
        for (region, sources) in self.pathways.targets.iter().enumerate() {
            sums.fill(T::zero());
            for (pathway, weight) in sources.iter().zip(&self.weights[region]) {
                let slot = (self.step + self.depth - pathway.delay) % self.depth;
                let sent = &self.ring[(slot * n + pathway.source) * self.n_sent..][..self.n_sent];
                for (sum, sent) in sums.iter_mut().zip(sent) {
                    *sum += *weight * *sent;
                }
            }
            let arriving = (values[region], sums.as_slice(), self.in_strength[region]);
            input[region] += T::receive(&*self.coupling, region, &self.velocities[region], arriving);
        }
        self.step += 1;
    }

    /// Adds what arrives at the end of the step that began with the last call of `arrive`, when regions do `predicted`.
    pub(in crate::engine) fn arrive_at_end(&mut self, predicted: &[T], input: &mut [T]) {
        let n = predicted.len();
        let mut sums = vec![T::zero(); self.n_sent];
        let mut sent = sums.clone();
        for (region, sources) in self.pathways.targets.iter().enumerate() {
            sums.fill(T::zero());
            for (pathway, weight) in sources.iter().zip(&self.weights[region]) {
                let source = pathway.source;
                if pathway.delay == 0 {
                    T::send(&*self.coupling, source, &self.velocities[source], predicted[source], &mut sent);
                } else {
                    let slot = (self.step + self.depth - pathway.delay) % self.depth;
                    sent.copy_from_slice(&self.ring[(slot * n + source) * self.n_sent..][..self.n_sent]);
                }
                for (sum, sent) in sums.iter_mut().zip(&sent) {
                    *sum += *weight * *sent;
                }
            }
            let arriving = (predicted[region], sums.as_slice(), self.in_strength[region]);
            input[region] += T::receive(&*self.coupling, region, &self.velocities[region], arriving);
        }
    }
}

impl DelayLine {
    pub(in crate::engine) fn archive(&mut self, archive: &mut Archive) -> Result<()> {
        archive.numbers(&mut self.ring)?;
        archive.count(&mut self.step)?;
        if self.step > 0 {
            self.pathways.instead = None;
        }
        Ok(())
    }
}
