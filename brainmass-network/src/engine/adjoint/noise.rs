//! Derivatives by what shapes the noise; the random numbers are held.

use brainmass_core::CpuLevel;
use brainmass_core::units::{Second, Values};

use super::Chunks;
use super::rows::StepRows;
use crate::engine::LANES;
use crate::engine::blocked::{Layout, Normals, Row};
use crate::engine::start;
use crate::noise::{OrnsteinUhlenbeck, Processes};
use crate::numbers::Numbers;

/// A coloured noise η = μ + w, w = σ z of held normal numbers.
///
/// ```text
/// w_n = a w_(n−1) + b σ ξ_n            a = e^(−dt/τ), b = √(1 − a²)
/// ẇ_n = a ẇ_(n−1) + c (w_(n−1) − a w_n)     by τ: c = ȧ/b², with σ ξ_n = (w_n − a w_(n−1))/b put in
/// λ_n = η̄_n + a λ_(n+1),  τ̄ = c Σ_n λ_n (w_(n−1) − a w_n)
/// ```
pub(super) struct InputNoiseBack {
    pub(super) input: usize,
    sigma: Row<f64>,
    mean: Row<f64>,
    decay: f64,
    by_sigma: Row<f64>,
    by_mean: Row<f64>,
    /// η̄ of the step, λ and w of the step after, and the sum of their terms.
    of_step: Row<f64>,
    lambda: Row<f64>,
    after: Row<f64>,
    by_tau: Row<f64>,
}

impl InputNoiseBack {
    /// A noise on an input: σ, mean, and how much of a value a step leaves, if its derivative by τ is to be known.
    pub(super) fn new(input: usize, (sigma, mean): (&Values, &Values), decay: f64, layout: Layout) -> Self {
        Self {
            input,
            sigma: layout.row(|region, _| sigma.at(region)),
            mean: layout.row(|region, _| mean.at(region)),
            decay,
            by_sigma: layout.zeros(),
            by_mean: layout.zeros(),
            of_step: layout.zeros(),
            lambda: layout.zeros(),
            after: layout.zeros(),
            by_tau: layout.zeros(),
        }
    }

    /// Takes the cotangent of the input in a step, or in a part of it, in which the noise had some values.
    pub(super) fn step_back(&mut self, input: &Chunks, values: &Chunks) {
        for chunk in 0..input.len() {
            for lane in 0..LANES {
                let cotangent = input[chunk][lane];
                let deviation = values[chunk][lane] - self.mean[chunk][lane];
                self.by_mean[chunk][lane] += cotangent;
                self.by_sigma[chunk][lane] += cotangent * deviation;
                self.of_step[chunk][lane] += cotangent;
            }
        }
    }

    /// Goes from a step, all parts of which were taken, to the one before.
    pub(super) fn advance_back(&mut self, values: &Chunks) {
        for chunk in 0..values.len() {
            for lane in 0..LANES {
                let deviation = values[chunk][lane] - self.mean[chunk][lane];
                let change = deviation - self.decay * self.after[chunk][lane];
                let lambda = self.lambda[chunk][lane];
                self.by_tau[chunk][lane] += lambda * change;
                self.lambda[chunk][lane] = self.of_step[chunk][lane] + self.decay * lambda;
                self.of_step[chunk][lane] = 0.0;
                self.after[chunk][lane] = deviation;
            }
        }
    }

    /// By σ, infinite or NaN where that is zero, by the mean, and by τ the share of each region; `noise` had the `first` values
    /// before the run.
    pub(super) fn finish(mut self, noise: &OrnsteinUhlenbeck, dt: Second, first: &[f64]) -> [Vec<f64>; 3] {
        let mut row = self.mean.clone();
        row.as_flattened_mut()[..first.len()].copy_from_slice(first);
        self.advance_back(&row);
        let by_sigma = self.by_sigma(first.len());
        let ((_, kick), (slope, _)) = (noise.update(dt), noise.update_slopes(dt));
        let by_tau = self.by_tau.as_flattened()[..first.len()].iter().map(|sum| sum * slope / (kick * kick));
        [by_sigma, self.by_mean.as_flattened()[..first.len()].to_vec(), by_tau.collect()]
    }

    /// By σ, infinite or NaN where that is zero.
    pub(super) fn by_sigma(&self, n_regions: usize) -> Vec<f64> {
        let sums = self.by_sigma.as_flattened().iter().zip(self.sigma.as_flattened());
        sums.take(n_regions).map(|(sum, sigma)| sum / sigma).collect()
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

/// White noises on states that regions share, or that depend on the state.
pub(super) struct ProcessesBack {
    processes: Processes,
    noises: Vec<ProcessBack>,
}

struct ProcessBack {
    state: usize,
    /// Which of the kicks it is part of.
    kick: usize,
    /// The cotangent of the kicks of the step.
    of_step: Row<f64>,
    by_sigma: Vec<f64>,
}

impl ProcessesBack {
    pub(super) fn new(processes: Processes, rows: &StepRows, layout: Layout) -> Self {
        let one = |state: usize| ProcessBack {
            state,
            kick: rows.noisy.iter().position(|noisy| *noisy == state).unwrap_or_default(),
            of_step: layout.zeros(),
            by_sigma: vec![0.0; layout.n_regions],
        };
        let noises = processes.kicked().map(one).collect();
        Self { processes, noises }
    }

    /// Takes the cotangents of all kicks in a step, or in a part of it.
    pub(super) fn step_back(&mut self, kicks: &Chunks) {
        for noise in &mut self.noises {
            let n = noise.of_step.len();
            super::add(&mut noise.of_step, &kicks[noise.kick * n..(noise.kick + 1) * n]);
        }
    }

    /// Goes from a step, all parts of which were taken, to the one before: takes cotangents of kicks to those of the states they
    /// depend on, which are added to.
    pub(super) fn advance_back(&mut self, step: usize, states: &Chunks, towards: &mut Chunks) {
        for (k, noise) in self.noises.iter_mut().enumerate() {
            let n = noise.of_step.len();
            let rows = noise.state * n..(noise.state + 1) * n;
            let (values, towards) = (states[rows.clone()].as_flattened(), towards[rows].as_flattened_mut());
            let cotangents = noise.of_step.as_flattened();
            self.processes.kick_slopes(
                step as u64,
                k,
                |region| values[region],
                |region, slopes| {
                    towards[region] += cotangents[region] * slopes.by_state;
                    noise.by_sigma[region] += cotangents[region] * slopes.by_sigma;
                },
            );
            noise.of_step.fill([0.0; LANES]);
        }
    }

    /// By σ of each noise, in each region.
    pub(super) fn finish(self) -> Vec<Vec<f64>> {
        self.noises.into_iter().map(|noise| noise.by_sigma).collect()
    }
}
