//! Velocities of noise whose strength or mean moves; the random numbers are held.

use brainmass_core::units::{Second, Values};
use brainmass_core::{CpuLevel, Error, Result};

use super::Chunks;
use crate::engine::LANES;
use crate::engine::blocked::{Layout, Normals, Row};
use crate::engine::start;
use crate::network::{Adjustable, Direction};
use crate::noise::{InputNoise, OrnsteinUhlenbeck, Processes};
use crate::numbers::Numbers;

/// A coloured noise η = μ + w, w = σ z of held normal numbers: by τ it moves as the way back says.
pub(super) struct InputNoiseAhead {
    pub(super) input: usize,
    mean: Row<f64>,
    decay: f64,
    /// Of each direction the velocity of the mean, and that of σ over σ.
    velocities: Vec<[Row<f64>; 2]>,
    /// Of each direction c times the velocity of τ, and the velocity of w by τ.
    by_tau: Vec<(f64, Row<f64>)>,
    /// η of the step before.
    before: Row<f64>,
}

impl InputNoiseAhead {
    /// The noise with a number; none if no direction moves it.
    pub(super) fn new(
        number: usize,
        (input, noise): &(usize, OrnsteinUhlenbeck),
        (layout, dt): (Layout, Second),
        first: &[f64],
        directions: &[Direction],
    ) -> Result<Option<Self>> {
        let ((decay, kick), (slope, _)) = (noise.update(dt), noise.update_slopes(dt));
        let tau = |direction: &Direction| direction.velocity(&Adjustable::InputNoiseTau(number), 0);
        let by_tau = directions.iter().map(|direction| tau(direction) * slope / (kick * kick));
        let by_tau: Vec<_> = by_tau.map(|c| (c, layout.zeros())).collect();
        let places = [Adjustable::InputNoiseMean(number), Adjustable::InputNoiseSigma(number)];
        let mut velocities = Vec::with_capacity(directions.len());
        for direction in directions {
            let [mean, mut sigma]: [Row<f64>; 2] =
                places.each_ref().map(|place| layout.row(|region, _| direction.velocity(place, region)));
            for (region, velocity) in sigma.as_flattened_mut().iter_mut().enumerate() {
                *velocity = relative(noise.sigma(), region.min(layout.n_regions - 1), *velocity, &places[1])?;
            }
            velocities.push([mean, sigma]);
        }
        let moves =
            velocities.iter().flatten().any(|row| moves(row)) || by_tau.iter().any(|(c, _)| *c != 0.0);
        let mean = layout.row(|region, _| noise.mean().at(region));
        let before = layout.row(|region, _| first[region]);
        Ok(moves.then_some(Self { input: *input, mean, decay, velocities, by_tau, before }))
    }

    /// A noise that is made row by row; none if no direction moves it.
    pub(super) fn of_process(
        number: usize,
        (input, noise): &(usize, InputNoise),
        layout: Layout,
        directions: &[Direction],
    ) -> Result<Option<Self>> {
        let place = Adjustable::InputProcessSigma(number);
        let mut velocities = Vec::with_capacity(directions.len());
        for direction in directions {
            let mut sigma: Row<f64> = layout.row(|region, _| direction.velocity(&place, region));
            for (region, velocity) in sigma.as_flattened_mut().iter_mut().enumerate() {
                *velocity = relative(noise.sigma(), region.min(layout.n_regions - 1), *velocity, &place)?;
            }
            velocities.push([layout.zeros(), sigma]);
        }
        let moves = velocities.iter().flatten().any(|row| moves(row));
        let mean = noise.mean();
        Ok(moves.then(|| Self {
            input: *input,
            mean: layout.row(|region, _| mean.at(region)),
            decay: 0.0,
            velocities,
            by_tau: directions.iter().map(|_| (0.0, layout.zeros())).collect(),
            before: layout.zeros(),
        }))
    }

    /// Goes on to a step in which the noise has some values.
    pub(super) fn advance(&mut self, values: &Chunks) {
        for (c, velocity) in &mut self.by_tau {
            for chunk in 0..values.len() {
                for lane in 0..LANES {
                    let mean = self.mean[chunk][lane];
                    let (before, now) = (self.before[chunk][lane] - mean, values[chunk][lane] - mean);
                    let moved = *c * (before - self.decay * now);
                    velocity[chunk][lane] = self.decay * velocity[chunk][lane] + moved;
                }
            }
        }
        self.before.copy_from_slice(values);
    }

    /// Adds the velocities of a step, in which the noise had some values, to those of its input.
    pub(super) fn add(&self, direction: usize, values: &Chunks, input: &mut Chunks) {
        let [mean, sigma] = &self.velocities[direction];
        let (_, by_tau) = &self.by_tau[direction];
        for chunk in 0..input.len() {
            for lane in 0..LANES {
                let deviation = values[chunk][lane] - self.mean[chunk][lane];
                input[chunk][lane] +=
                    mean[chunk][lane] + sigma[chunk][lane] * deviation + by_tau[chunk][lane];
            }
        }
    }
}

fn relative(sigma: &Values, region: usize, velocity: f64, place: &Adjustable) -> Result<f64> {
    match (velocity == 0.0, sigma.at(region)) {
        (true, _) => Ok(0.0),
        (false, 0.0) => Err(Error::setting(format!("gradient by the {place}"), "σ must not be zero")),
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

/// White noises on states that regions share, or that depend on the state.
pub(super) struct ProcessesAhead {
    processes: Processes,
    noises: Vec<ProcessAhead>,
}

struct ProcessAhead {
    state: usize,
    /// Which of the kicks it is part of.
    kick: usize,
    /// The velocity of σ along each direction.
    sigma: Vec<Row<f64>>,
    /// The velocities of the kicks of the step along each direction.
    found: Vec<Row<f64>>,
}

impl ProcessesAhead {
    pub(super) fn new(
        processes: Processes,
        noisy: &[usize],
        layout: Layout,
        directions: &[Direction],
    ) -> Self {
        let one = |(k, state): (usize, usize)| {
            let place = Adjustable::StateProcessSigma(k);
            let sigma = |direction: &Direction| layout.row(|region, _| direction.velocity(&place, region));
            ProcessAhead {
                state,
                kick: noisy.iter().position(|noisy| *noisy == state).unwrap_or_default(),
                sigma: directions.iter().map(sigma).collect(),
                found: vec![layout.zeros(); directions.len()],
            }
        };
        let noises = processes.kicked().enumerate().map(one).collect();
        Self { processes, noises }
    }

    /// Goes on to a step that begins with some states, which have velocities along each direction.
    pub(super) fn advance(&mut self, step: usize, states: &Chunks, velocities: &[Row<f64>]) {
        for (k, noise) in self.noises.iter_mut().enumerate() {
            let n = noise.found.first().map_or(0, Vec::len);
            let rows = noise.state * n..(noise.state + 1) * n;
            let values = states[rows.clone()].as_flattened();
            self.processes.kick_slopes(
                step as u64,
                k,
                |region| values[region],
                |region, slopes| {
                    for (direction, found) in noise.found.iter_mut().enumerate() {
                        let state = velocities[direction][rows.clone()].as_flattened()[region];
                        let sigma = noise.sigma[direction].as_flattened()[region];
                        found.as_flattened_mut()[region] = slopes.by_state * state + slopes.by_sigma * sigma;
                    }
                },
            );
        }
    }

    /// Adds the velocities of the step to those of all kicks.
    pub(super) fn add(&self, direction: usize, kicks: &mut Chunks) {
        for noise in &self.noises {
            let found = &noise.found[direction];
            let begin = noise.kick * found.len();
            crate::engine::adjoint::add(&mut kicks[begin..begin + found.len()], found);
        }
    }
}
