//! The weighted, delayed sums of one connection.

use std::sync::Arc;

use brainmass_core::{Archive, Result};

use crate::coupling::ErasedCoupling;
use crate::engine::pathways::Pathways;

/// A ring of what every region sent, and for each region where to read.
pub(in crate::engine) struct DelayLine {
    coupling: Arc<dyn ErasedCoupling>,
    n_sent: usize,
    /// How many steps the ring keeps: the longest delay and the present.
    depth: usize,
    /// What was sent: step, then region, then number.
    ring: Vec<f64>,
    step: usize,
    pathways: Pathways,
    in_strength: Vec<f64>,
}

impl DelayLine {
    /// A line whose past is as the connection says; `present` holds the coupled quantity at t = 0.
    pub(in crate::engine) fn new(
        coupling: &Arc<dyn ErasedCoupling>,
        pathways: Pathways,
        present: &[f64],
    ) -> Self {
        let (n_sent, depth) = (coupling.n_sent(), pathways.longest + 1);
        let mut line = Self {
            coupling: Arc::clone(coupling),
            n_sent,
            depth,
            ring: vec![0.0; depth * present.len() * n_sent],
            step: 0,
            in_strength: pathways.in_strength().collect(),
            pathways,
        };
        for back in 1..depth {
            let sent = line.pathways.past(back, present).into_owned();
            line.write(depth - back, &sent);
        }
        line
    }

    pub(in crate::engine) fn archive(&mut self, archive: &mut Archive) -> Result<()> {
        archive.numbers(&mut self.ring)?;
        archive.count(&mut self.step)?;
        if self.step > 0 {
            self.pathways.instead = None;
        }
        Ok(())
    }

    fn write(&mut self, slot: usize, values: &[f64]) {
        let row = values.len() * self.n_sent;
        let sent = self.ring[slot * row..(slot + 1) * row].chunks_exact_mut(self.n_sent);
        for ((region, sent), value) in sent.enumerate().zip(values) {
            self.coupling.send(region, *value, sent);
        }
    }

    /// Takes what the regions send now and adds what arrives at each to an input.
    pub(in crate::engine) fn arrive(&mut self, values: &[f64], input: &mut [f64]) {
        let n = values.len();
        match self.pathways.instead.take() {
            Some(first) => self.write(self.step % self.depth, &first),
            None => self.write(self.step % self.depth, values),
        }
        let mut sums = vec![0.0; self.n_sent];
        for (region, sources) in self.pathways.targets.iter().enumerate() {
            sums.fill(0.0);
            for pathway in sources {
                let slot = (self.step + self.depth - pathway.delay) % self.depth;
                let sent = &self.ring[(slot * n + pathway.source) * self.n_sent..][..self.n_sent];
                for (sum, sent) in sums.iter_mut().zip(sent) {
                    *sum += pathway.weight * sent;
                }
            }
            input[region] += self.coupling.receive(region, values[region], &sums, self.in_strength[region]);
        }
        self.step += 1;
    }
}
