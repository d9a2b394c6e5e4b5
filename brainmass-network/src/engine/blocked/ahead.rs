//! Delayed coupling a step ahead: what arrives at the end of a step, before the step is made.

use brainmass_core::{Archive, CpuLevel, Result};

use super::delayed::Delayed;
use super::instant::Instant;
use super::layout::{Layout, Row, Scalar};
use crate::engine::pathways::Pathways;

/// The sums over delayed pairs at both ends of a step.
///
/// What arrives at t + dt from pairs with a delay was sent at t at the latest. It is the sum at t over the same pairs with
/// delays a step shorter; at the next step it is the sum at the beginning.
#[derive(Debug)]
pub(super) struct Ahead<T> {
    layout: Layout,
    delayed: Option<Delayed<T>>,
    /// The pairs with a delay of one step.
    instant: Instant<T>,
    /// What was sent at t = −dt, for the first step.
    before: Option<Vec<Row<T>>>,
    /// The sums at the beginning of the step and at its end.
    here: Vec<Row<T>>,
    end: Vec<Row<T>>,
}

impl<T: Scalar> Ahead<T> {
    /// The delayed pairs of a connection; `sent_before(back)` is what all regions sent that many steps before t = 0.
    pub(super) fn new(
        pathways: &Pathways,
        layout: Layout,
        n_sent: usize,
        mut sent_before: impl FnMut(usize) -> Vec<Vec<f64>>,
    ) -> Self {
        let ahead = pathways.a_step_ahead();
        let row = |numbers: &Vec<f64>| layout.row(|region, _| numbers[region]);
        let before = (pathways.longest > 0).then(|| sent_before(1).iter().map(row).collect());
        Self {
            layout,
            delayed: Delayed::new(&ahead, n_sent, |back| sent_before(back + 1)),
            instant: Instant::new(&ahead, layout),
            before,
            here: vec![layout.zeros(); n_sent],
            end: vec![layout.zeros(); n_sent],
        }
    }

    /// Takes what the regions send at the beginning of a step, and gives what arrives late then.
    pub(super) fn arrive(&mut self, level: CpuLevel, step: usize, sent: &[Row<T>], sums: &mut [Row<T>]) {
        // It is kept: an engine may be put back to its beginning.
        if step == 0
            && let Some(before) = self.before.take()
        {
            self.take(level, 0, &before);
            self.before = Some(before);
        }
        std::mem::swap(&mut self.here, &mut self.end);
        self.take(level, step + 1, sent);
        sums.clone_from_slice(&self.here);
    }

    /// What arrives late at the end of the step.
    pub(super) fn end(&self) -> &[Row<T>] {
        &self.end
    }

    fn take(&mut self, level: CpuLevel, step: usize, sent: &[Row<T>]) {
        match &mut self.delayed {
            Some(delayed) => delayed.arrive(level, step, sent, &mut self.end),
            None => self.end.iter_mut().flatten().for_each(|chunk| chunk.fill(T::zero())),
        }
        self.instant.arrive(level, self.layout, sent, &mut self.end);
    }

    pub(super) fn archive(&mut self, archive: &mut Archive) -> Result<()> {
        self.end.iter_mut().try_for_each(|row| self.layout.archive(row, archive))?;
        self.delayed.as_mut().map_or(Ok(()), |delayed| delayed.archive(archive))
    }
}
