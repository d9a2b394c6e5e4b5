//! The same optimizer from several places.

use brainmass_core::random::Stream;
use rayon::prelude::*;

use super::Optimizer;
use crate::StopReason;
use crate::task::{Stop, Task};

/// An optimizer begun at the start of the fit and at other places of the box, in parallel.
///
/// The other places are even over the middle half of the box on each axis, a stratum for each (a Latin hypercube). Each start may try
/// its share of the fit's candidates. The history has the starts one after the other.
#[derive(Debug)]
pub struct MultiStart<O> {
    optimizer: O,
    starts: usize,
    seed: u64,
}

impl<O: Optimizer> MultiStart<O> {
    /// An optimizer from so many places, one at least, drawn by a seed.
    pub fn new(optimizer: O, starts: usize, seed: u64) -> Self {
        Self { optimizer, starts: starts.max(1), seed }
    }
}

impl<O: Optimizer> MultiStart<O> {
    /// The places, in free coordinates; the first is the start of the fit.
    fn places(&self, task: &Task<'_>) -> Vec<Vec<f64>> {
        let (lower, upper) = task.bounds();
        let mut places = vec![task.start().to_vec(); self.starts];
        for (axis, stream) in (0..lower.len()).zip(0_u32..) {
            let stream = Stream::new(self.seed, stream);
            let uniform = |step: usize| {
                use rand::RngExt;
                stream.generator(0, step as u64).random::<f64>()
            };
            // Strata in an order of their own on each axis.
            let mut strata: Vec<usize> = (1..self.starts).collect();
            for last in (1..strata.len()).rev() {
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "an index below `last`"
                )]
                let other = (uniform(last) * (last + 1) as f64) as usize;
                strata.swap(last, other.min(last));
            }
            for (place, stratum) in places[1..].iter_mut().zip(&strata) {
                let part = (*stratum as f64 - uniform(self.starts + stratum)) / (self.starts - 1) as f64;
                place[axis] = lower[axis] + (upper[axis] - lower[axis]) * (0.25 + 0.5 * part);
            }
        }
        places
    }
}

impl<O: Optimizer> Optimizer for MultiStart<O> {
    fn name(&self) -> &'static str {
        self.optimizer.name()
    }

    fn needs_gradient(&self) -> bool {
        self.optimizer.needs_gradient()
    }

    fn minimize(&self, task: &Task<'_>) -> Result<StopReason, Stop> {
        let places = self.places(task);
        let run = |place: Vec<f64>| {
            let from_there = task.from(place, self.starts);
            let end = self.optimizer.minimize(&from_there);
            (from_there, end)
        };
        let ends: Vec<_> = places.into_par_iter().map(run).collect();
        let mut reasons = Vec::new();
        for (from_there, end) in ends {
            task.absorb(from_there);
            match end {
                Ok(reason) | Err(Stop::Reason(reason)) => reasons.push(reason),
                Err(Stop::Error(error)) => return Err(Stop::Error(error)),
            }
        }
        // One that was asked to stop speaks for the fit, else the first.
        let asked = reasons.iter().find(|reason| matches!(reason, StopReason::Asked | StopReason::Target));
        Ok(asked.or(reasons.first()).cloned().unwrap_or(StopReason::Iterations))
    }
}
