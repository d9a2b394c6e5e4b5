//! Derivatives by what shapes the noise; the random numbers are held.

use brainmass_core::CpuLevel;

use super::Chunks;
use super::rows::StepRows;
use crate::engine::LANES;
use crate::engine::blocked::{Layout, Normals, Row};
use crate::engine::start;
use crate::noise::OrnsteinUhlenbeck;
use crate::numbers::Numbers;

/// A coloured noise η = μ + σ z of held z.
pub(super) struct InputNoiseBack {
    pub(super) input: usize,
    sigma: Row<f64>,
    mean: Row<f64>,
    by_sigma: Row<f64>,
    by_mean: Row<f64>,
}

impl InputNoiseBack {
    pub(super) fn new(input: usize, noise: &OrnsteinUhlenbeck, layout: Layout) -> Self {
        Self {
            input,
            sigma: layout.row(|region, _| noise.sigma().at(region)),
            mean: layout.row(|region, _| noise.mean().at(region)),
            by_sigma: layout.zeros(),
            by_mean: layout.zeros(),
        }
    }

    /// Takes the cotangent of the input in a step in which the noise had some values.
    pub(super) fn step_back(&mut self, input: &Chunks, values: &Chunks) {
        for chunk in 0..input.len() {
            for lane in 0..LANES {
                let cotangent = input[chunk][lane];
                let deviation = values[chunk][lane] - self.mean[chunk][lane];
                self.by_mean[chunk][lane] += cotangent;
                self.by_sigma[chunk][lane] += cotangent * deviation;
            }
        }
    }

    /// By σ, infinite or NaN where that is zero, and by the mean.
    pub(super) fn finish(self, n_regions: usize) -> [Vec<f64>; 2] {
        let sums = self.by_sigma.as_flattened().iter().zip(self.sigma.as_flattened());
        let by_sigma = sums.take(n_regions).map(|(sum, sigma)| sum / sigma).collect();
        [by_sigma, self.by_mean.as_flattened()[..n_regions].to_vec()]
    }
}

/// A white noise σ ξ of held ξ.
pub(super) struct StateNoiseBack {
    /// Which of the kicks it is part of.
    pub(super) kick: usize,
    normals: Normals,
    pub(super) sum: Row<f64>,
}

impl StateNoiseBack {
    /// The noise with a number, on a state.
    pub(super) fn new(
        state: usize,
        number: usize,
        seed: u64,
        rows: &StepRows,
        layout: Layout,
        regions: &Numbers,
    ) -> Self {
        let kick = rows.noisy.iter().position(|noisy| *noisy == state).unwrap_or_default();
        let normals = Normals::new(layout, vec![start::state_stream(seed, number)], regions.clone());
        Self { kick, normals, sum: layout.zeros() }
    }

    /// Takes the cotangent of the kicks in a step.
    pub(super) fn step_back(&mut self, level: CpuLevel, step: usize, kicks: &Chunks) {
        let normals = self.normals.of_step(level, step);
        for chunk in 0..kicks.len() {
            for lane in 0..LANES {
                self.sum[chunk][lane] += kicks[chunk][lane] * f64::from(normals[chunk][lane]);
            }
        }
    }
}
