//! Noise: on inputs, with a memory, and on states, without.

mod ornstein_uhlenbeck;
mod white;

pub use ornstein_uhlenbeck::OrnsteinUhlenbeck;
pub(crate) use ornstein_uhlenbeck::OrnsteinUhlenbeckState;
pub use white::WhiteNoise;

use brainmass_core::random::Stream;

/// Standard normal numbers, one per region and step.
#[derive(Clone, Debug)]
pub(crate) struct NormalRow {
    stream: Stream,
    /// The numbers of odd steps, which come with those of the even step before.
    odd: Vec<f64>,
    odd_of: Option<u64>,
}

impl NormalRow {
    pub(crate) fn new(stream: Stream, n_regions: usize) -> Self {
        Self { stream, odd: vec![0.0; n_regions], odd_of: None }
    }

    /// The numbers of a step.
    pub(crate) fn fill(&mut self, step: u64, row: &mut [f64]) {
        let pair = step / 2;
        if step % 2 == 1 && self.odd_of == Some(pair) {
            row.copy_from_slice(&self.odd);
            return;
        }
        for ((region, value), odd) in (0_u32..).zip(row.iter_mut()).zip(&mut self.odd) {
            let normals = self.stream.normal_pair(region, pair);
            *odd = normals[1];
            *value = normals[usize::from(step % 2 == 1)];
        }
        self.odd_of = Some(pair);
    }
}
