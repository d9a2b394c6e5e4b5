//! Velocities of noise whose strength or mean moves; the random numbers are held.

use brainmass_core::units::Values;
use brainmass_core::{CpuLevel, Error, Result};

use super::Chunks;
use crate::engine::LANES;
use crate::engine::blocked::{Layout, Normals, Row};
use crate::engine::start;
use crate::network::{Adjustable, Direction};
use crate::noise::OrnsteinUhlenbeck;
use crate::numbers::Numbers;

/// A coloured noise η = μ + σ z of held z.
pub(super) struct InputNoiseAhead {
    pub(super) input: usize,
    mean: Row<f64>,
    /// Of each direction the velocity of the mean, and that of σ over σ.
    velocities: Vec<[Row<f64>; 2]>,
}

impl InputNoiseAhead {
    /// The noise with a number; none if no direction moves it.
    pub(super) fn new(
        number: usize,
        (input, noise): &(usize, OrnsteinUhlenbeck),
        layout: Layout,
        directions: &[Direction],
    ) -> Result<Option<Self>> {
        let places = [Adjustable::InputNoiseMean(number), Adjustable::InputNoiseSigma(number)];
        let mut velocities = Vec::with_capacity(directions.len());
        for direction in directions {
            let [mean, mut sigma]: [Row<f64>; 2] =
                places.each_ref().map(|place| layout.row(|region, _| direction.velocity(place, region)));
            for (region, velocity) in sigma.as_flattened_mut().iter_mut().enumerate() {
                *velocity = relative(noise.sigma(), region.min(layout.n_regions - 1), *velocity, number)?;
            }
            velocities.push([mean, sigma]);
        }
        let moves = velocities.iter().flatten().any(|row| moves(row));
        let mean = layout.row(|region, _| noise.mean().at(region));
        Ok(moves.then_some(Self { input: *input, mean, velocities }))
    }

    /// Adds the velocities of a step, in which the noise had some values, to those of its input.
    pub(super) fn add(&self, direction: usize, values: &Chunks, input: &mut Chunks) {
        let [mean, sigma] = &self.velocities[direction];
        for chunk in 0..input.len() {
            for lane in 0..LANES {
                let deviation = values[chunk][lane] - self.mean[chunk][lane];
                input[chunk][lane] += mean[chunk][lane] + sigma[chunk][lane] * deviation;
            }
        }
    }
}

fn relative(sigma: &Values, region: usize, velocity: f64, number: usize) -> Result<f64> {
    match (velocity == 0.0, sigma.at(region)) {
        (true, _) => Ok(0.0),
        (false, 0.0) => {
            Err(Error::setting(format!("gradient by the σ of input noise {number}"), "σ must not be zero"))
        }
        (false, sigma) => Ok(velocity / sigma),
    }
}

fn moves(row: &Chunks) -> bool {
    row.as_flattened().iter().any(|velocity| *velocity != 0.0)
}

/// A white noise σ ξ of held ξ.
pub(super) struct StateNoiseAhead {
    /// Which of the kicks it is part of.
    pub(super) kick: usize,
    normals: Normals,
    /// The velocity of σ along each direction.
    sigma: Vec<Row<f64>>,
}

impl StateNoiseAhead {
    /// The noise with a number, part of a kick; none if no direction moves it.
    pub(super) fn new(
        number: usize,
        kick: usize,
        seed: u64,
        (layout, regions): (Layout, &Numbers),
        directions: &[Direction],
    ) -> Option<Self> {
        let place = Adjustable::StateNoiseSigma(number);
        let row = |direction: &Direction| layout.row(|region, _| direction.velocity(&place, region));
        let sigma: Vec<Row<f64>> = directions.iter().map(row).collect();
        let normals = Normals::new(layout, vec![start::state_stream(seed, number)], regions.clone());
        sigma.iter().any(|row| moves(row)).then_some(Self { kick, normals, sigma })
    }

    /// Adds the velocities of a step to those of its kick.
    pub(super) fn add(&mut self, level: CpuLevel, step: usize, direction: usize, kick: &mut Chunks) {
        let normals = self.normals.of_step(level, step);
        for (chunk, sigma) in self.sigma[direction].iter().enumerate() {
            for lane in 0..LANES {
                kick[chunk][lane] += sigma[lane] * f64::from(normals[chunk][lane]);
            }
        }
    }
}
