//! The weighted sums of one connection: what arrives at the beginning of a step, or at both its ends.

use brainmass_core::{Archive, CpuLevel, Result};

use super::ahead::Ahead;
use super::delayed::Delayed;
use super::instant::Instant;
use super::layout::{Layout, Row, Scalar};
use crate::engine::pathways::Pathways;

/// Sums over the pairs of a connection, those with a delay first.
#[derive(Debug)]
pub(in crate::engine) struct Sums<T> {
    layout: Layout,
    instant: Instant<T>,
    late: Late<T>,
}

/// The pairs that have a delay.
#[derive(Debug)]
enum Late<T> {
    None,
    Delayed(Delayed<T>),
    /// Where couplings are taken at both ends of a step.
    Ahead(Ahead<T>),
}

impl<T: Scalar> Sums<T> {
    /// The sums over pathways; `sent_before(back)` is what all regions sent that many steps before t = 0.
    pub(in crate::engine) fn new(
        pathways: &Pathways,
        n_sent: usize,
        layout: Layout,
        both_ends: bool,
        sent_before: impl FnMut(usize) -> Vec<Vec<f64>>,
    ) -> Self {
        if both_ends {
            let late = Late::Ahead(Ahead::new(pathways, layout, n_sent, sent_before));
            return Self { layout, instant: Instant::new(&pathways.instant(), layout), late };
        }
        let delayed = Delayed::new(pathways, n_sent, sent_before);
        let late = delayed.map_or(Late::None, Late::Delayed);
        Self { layout, instant: Instant::new(pathways, layout), late }
    }

    /// Takes what the regions send at the beginning of a step, and gives what arrives then.
    pub(in crate::engine) fn arrive(
        &mut self,
        level: CpuLevel,
        step: usize,
        sent: &[Row<T>],
        sums: &mut [Row<T>],
    ) {
        match &mut self.late {
            Late::None => sums.iter_mut().flatten().for_each(|chunk| chunk.fill(T::zero())),
            Late::Delayed(delayed) => delayed.arrive(level, step, sent, sums),
            Late::Ahead(ahead) => ahead.arrive(level, step, sent, sums),
        }
        self.instant.arrive(level, self.layout, sent, sums);
    }

    /// What arrives at the end of the step that began with the last call of `arrive`, when regions send what is predicted.
    pub(in crate::engine) fn arrive_at_end(
        &mut self,
        level: CpuLevel,
        predicted: &[Row<T>],
        sums: &mut [Row<T>],
    ) {
        if let Late::Ahead(ahead) = &self.late {
            sums.clone_from_slice(ahead.end());
        }
        self.instant.arrive(level, self.layout, predicted, sums);
    }

    pub(in crate::engine) fn archive(&mut self, archive: &mut Archive) -> Result<()> {
        match &mut self.late {
            Late::None => Ok(()),
            Late::Delayed(delayed) => delayed.archive(archive),
            Late::Ahead(ahead) => ahead.archive(archive),
        }
    }
}
