//! Noise: on inputs, with a memory, and on states, without.

mod coloured;
mod correlation;
mod input;
mod ornstein_uhlenbeck;
mod process;
mod processes;
mod white;

pub use coloured::ColouredNoise;
pub use correlation::Correlation;
pub use input::InputNoise;
pub use ornstein_uhlenbeck::OrnsteinUhlenbeck;
pub(crate) use ornstein_uhlenbeck::OrnsteinUhlenbeckState;
pub(crate) use processes::Processes;
pub use white::WhiteNoise;

use brainmass_core::CpuLevel;
use brainmass_core::random::Stream;

use crate::numbers::Numbers;

/// Standard normal numbers, one per region and step.
#[derive(Clone, Debug)]
pub(crate) struct NormalRow {
    stream: Stream,
    pub(super) regions: Numbers,
    /// The numbers of four steps, which come together.
    rows: [Vec<f32>; 4],
    rows_of: Option<u64>,
}

impl NormalRow {
    pub(crate) fn new(stream: Stream, regions: Numbers) -> Self {
        let rows = [(); 4].map(|()| vec![0.0; regions.iter().count()]);
        Self { stream, regions, rows, rows_of: None }
    }

    /// The numbers of a step.
    pub(crate) fn fill(&mut self, step: u64, row: &mut [f64]) {
        let quad = step / 4;
        if self.rows_of != Some(quad) {
            let rows = self.rows.each_mut().map(Vec::as_mut_slice);
            self.regions.normals_of_quad(&self.stream, CpuLevel::best(), quad, rows);
            self.rows_of = Some(quad);
        }
        for (value, &normal) in row.iter_mut().zip(&self.rows[(step % 4) as usize]) {
            *value = f64::from(normal);
        }
    }
}
