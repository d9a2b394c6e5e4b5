//! Noise: on inputs, with a memory, and on states, without.

mod ornstein_uhlenbeck;
mod white;

pub use ornstein_uhlenbeck::OrnsteinUhlenbeck;
pub(crate) use ornstein_uhlenbeck::OrnsteinUhlenbeckState;
pub use white::WhiteNoise;

use brainmass_core::CpuLevel;
use brainmass_core::random::Stream;

/// Standard normal numbers, one per region and step.
#[derive(Clone, Debug)]
pub(crate) struct NormalRow {
    stream: Stream,
    /// The numbers of four steps, which come together.
    rows: [Vec<f32>; 4],
    rows_of: Option<u64>,
}

impl NormalRow {
    pub(crate) fn new(stream: Stream, n_regions: usize) -> Self {
        Self { stream, rows: [(); 4].map(|()| vec![0.0; n_regions]), rows_of: None }
    }

    /// The numbers of a step.
    pub(crate) fn fill(&mut self, step: u64, row: &mut [f64]) {
        let quad = step / 4;
        if self.rows_of != Some(quad) {
            self.stream.normals_of_quad(
                CpuLevel::best(),
                quad,
                0,
                self.rows.each_mut().map(Vec::as_mut_slice),
            );
            self.rows_of = Some(quad);
        }
        for (value, &normal) in row.iter_mut().zip(&self.rows[(step % 4) as usize]) {
            *value = f64::from(normal);
        }
    }
}
