//! Noise on inputs in motion, one row of regions at a time.
//!
//! Both engines run these in `f64`; Ornstein–Uhlenbeck noise of independent regions has faster code in each.

use brainmass_core::random::Stream;
use brainmass_core::units::{Second, Values};
use brainmass_core::{Archive, Result};

use super::coloured::{Colour, ColouredNoise};
use super::{Correlation, InputNoise, NormalRow, OrnsteinUhlenbeck};
use crate::numbers::Numbers;

/// Normal numbers of all regions with what they have in common.
pub(super) struct MixedNormals {
    normals: NormalRow,
    correlation: Correlation,
    independent: Vec<f64>,
}

impl MixedNormals {
    pub(super) fn new(stream: Stream, correlation: &Correlation, regions: &Numbers) -> Self {
        let sources = correlation.sources(regions);
        let independent = vec![0.0; sources.iter().count()];
        Self { normals: NormalRow::new(stream, sources), correlation: correlation.clone(), independent }
    }

    pub(super) fn fill(&mut self, step: u64, row: &mut [f64]) {
        self.normals.fill(step, &mut self.independent);
        self.correlation.mix(&self.independent, row);
    }
}

/// The streams of the parts of a process: of what is drawn at the start, and of each step.
pub(super) struct Streams<'a> {
    pub(super) start: &'a dyn Fn(u32) -> Stream,
    pub(super) steps: &'a dyn Fn(u32) -> Stream,
}

/// A process that makes the noise of one input.
pub(super) struct Process {
    motion: Motion,
    sigma: Values,
    mean: Values,
    normals: Vec<f64>,
}

enum Motion {
    /// A sum of relaxations of variance 1, and what it is multiplied by.
    Relaxations { parts: Vec<Relaxation>, factor: f64 },
    /// Its differences from step to step.
    Differences { parts: Vec<Relaxation>, factor: f64, last: Vec<f64> },
    /// A random walk.
    Walk { values: Vec<f64>, root: f64, normals: MixedNormals },
    /// Differences of normal numbers.
    WhiteDifferences { last: Vec<f64>, normals: MixedNormals },
}

/// An Ornstein–Uhlenbeck process of variance 1 in each region.
struct Relaxation {
    decay: f64,
    kick: f64,
    values: Vec<f64>,
    normals: MixedNormals,
}

impl Process {
    pub(super) fn new(noise: &InputNoise, dt: Second, streams: &Streams<'_>, regions: &Numbers) -> Self {
        let normals = vec![0.0; regions.iter().count()];
        let motion = match noise {
            InputNoise::OrnsteinUhlenbeck(noise) => {
                let parts = vec![Relaxation::new(0, noise.update(dt), streams, noise.correlation(), regions)];
                Motion::Relaxations { parts, factor: 1.0 }
            }
            InputNoise::Coloured(noise) => Motion::new(noise, dt, streams, regions),
        };
        Self { motion, sigma: noise.sigma().clone(), mean: noise.mean(), normals }
    }

    /// Advances by one step; `row` becomes the noise of the step.
    pub(super) fn advance(&mut self, step: u64, row: &mut [f64]) {
        match &mut self.motion {
            Motion::Relaxations { parts, factor } => {
                sum(parts, step, row, &mut self.normals);
                for value in row.iter_mut() {
                    *value *= *factor;
                }
            }
            Motion::Differences { parts, factor, last } => {
                sum(parts, step, row, &mut self.normals);
                for (value, last) in row.iter_mut().zip(last) {
                    let now = *value;
                    *value = *factor * (now - *last);
                    *last = now;
                }
            }
            Motion::Walk { values, root, normals } => {
                normals.fill(step, row);
                for (value, position) in row.iter_mut().zip(values) {
                    *position += *root * *value;
                    *value = *position;
                }
            }
            Motion::WhiteDifferences { last, normals } => {
                normals.fill(step, row);
                for (value, last) in row.iter_mut().zip(last) {
                    let now = *value;
                    *value = std::f64::consts::FRAC_1_SQRT_2 * (now - *last);
                    *last = now;
                }
            }
        }
        for (region, value) in row.iter_mut().enumerate() {
            *value = self.mean.at(region) + self.sigma.at(region) * *value;
        }
    }

    pub(super) fn archive(&mut self, archive: &mut Archive) -> Result<()> {
        let moving = |parts: &mut Vec<Relaxation>, archive: &mut Archive| {
            parts.iter_mut().try_for_each(|part| archive.numbers(&mut part.values))
        };
        match &mut self.motion {
            Motion::Relaxations { parts, .. } => moving(parts, archive),
            Motion::Differences { parts, last, .. } => {
                moving(parts, archive)?;
                archive.numbers(last)
            }
            Motion::Walk { values, .. } => archive.numbers(values),
            Motion::WhiteDifferences { last, .. } => archive.numbers(last),
        }
    }
}

impl Motion {
    fn new(noise: &ColouredNoise, dt: Second, streams: &Streams<'_>, regions: &Numbers) -> Self {
        let normals = |stream| MixedNormals::new(stream, &noise.correlation, regions);
        let first = |row: &mut Vec<f64>| normals((streams.start)(0)).fill(0, row);
        let mut last = vec![0.0; regions.iter().count()];
        match noise.colour {
            Colour::Brown => Self::Walk {
                values: last,
                root: dt.value_unsafe.sqrt(),
                normals: normals((streams.steps)(0)),
            },
            Colour::Violet => {
                first(&mut last);
                Self::WhiteDifferences { last, normals: normals((streams.steps)(0)) }
            }
            Colour::Pink(band) => {
                let parts = parts(&band.time_constants(), noise, dt, streams, regions);
                let factor = 1.0 / (parts.len() as f64).sqrt();
                Self::Relaxations { parts, factor }
            }
            Colour::Blue(band) => {
                let parts = parts(&band.time_constants(), noise, dt, streams, regions);
                // The variance of a difference of two values of a relaxation is 2(1 − decay).
                let variance: f64 = parts.iter().map(|part| 2.0 * (1.0 - part.decay)).sum();
                for part in &parts {
                    last.iter_mut().zip(&part.values).for_each(|(last, value)| *last += value);
                }
                Self::Differences { parts, factor: 1.0 / variance.sqrt(), last }
            }
        }
    }
}

fn parts(
    time_constants: &[f64],
    noise: &ColouredNoise,
    dt: Second,
    streams: &Streams<'_>,
    regions: &Numbers,
) -> Vec<Relaxation> {
    let one = |(k, tau): (u32, &f64)| {
        let update = OrnsteinUhlenbeck::new(1.0, Second::new(*tau)).update(dt);
        Relaxation::new(k, update, streams, &noise.correlation, regions)
    };
    (0..).zip(time_constants).map(one).collect()
}

/// Advances all parts; `row` becomes their sum.
fn sum(parts: &mut [Relaxation], step: u64, row: &mut [f64], normals: &mut [f64]) {
    row.fill(0.0);
    for part in parts {
        part.normals.fill(step, normals);
        for ((value, normal), sum) in part.values.iter_mut().zip(normals.iter()).zip(row.iter_mut()) {
            *value = *value * part.decay + part.kick * *normal;
            *sum += *value;
        }
    }
}

impl Relaxation {
    fn new(
        k: u32,
        (decay, kick): (f64, f64),
        streams: &Streams<'_>,
        correlation: &Correlation,
        regions: &Numbers,
    ) -> Self {
        let mut values = vec![0.0; regions.iter().count()];
        MixedNormals::new((streams.start)(k), correlation, regions).fill(0, &mut values);
        Self { decay, kick, values, normals: MixedNormals::new((streams.steps)(k), correlation, regions) }
    }
}
