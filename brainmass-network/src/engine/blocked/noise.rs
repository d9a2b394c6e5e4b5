//! Noise on all regions in lanes.

use brainmass_core::random::Stream;
use brainmass_core::units::Second;
use brainmass_core::{Archive, CpuLevel, Kernel, Result};

use super::layout::{LANES, Layout, Row, Scalar};
use crate::noise::OrnsteinUhlenbeck;
use crate::numbers::Numbers;

/// Standard normal numbers of all regions, four steps at a time.
pub(in crate::engine) struct Normals {
    layout: Layout,
    /// One stream per network.
    streams: Vec<Stream>,
    regions: Numbers,
    quad: Option<u64>,
    rows: [Vec<[f32; LANES]>; 4],
}

impl Normals {
    pub(in crate::engine) fn new(layout: Layout, streams: Vec<Stream>, regions: Numbers) -> Self {
        Self {
            layout,
            streams,
            regions,
            quad: None,
            rows: std::array::from_fn(|_| vec![[0.0; LANES]; layout.n_chunks()]),
        }
    }

    /// The numbers of a step.
    pub(in crate::engine) fn of_step(&mut self, level: CpuLevel, step: usize) -> &[[f32; LANES]] {
        let quad = step as u64 / 4;
        if self.quad != Some(quad) {
            self.draw(level, quad);
            self.quad = Some(quad);
        }
        &self.rows[step % 4]
    }

    fn draw(&mut self, level: CpuLevel, quad: u64) {
        let [a, b, c, d] = self.rows.each_mut().map(|row| &mut row.as_flattened_mut()[..self.layout.len()]);
        if let [stream] = self.streams.as_slice() {
            self.regions.normals_of_quad(stream, level, quad, [a, b, c, d]);
            return;
        }
        let mut alone: [Vec<f32>; 4] = std::array::from_fn(|_| vec![0.0; self.layout.n_regions]);
        for (network, stream) in self.streams.iter().enumerate() {
            let rows = alone.each_mut().map(Vec::as_mut_slice);
            self.regions.normals_of_quad(stream, level, quad, rows);
            for (row, alone) in [&mut *a, &mut *b, &mut *c, &mut *d].into_iter().zip(&alone) {
                for (value, normal) in row[network..].iter_mut().step_by(self.layout.n_networks).zip(alone) {
                    *value = *normal;
                }
            }
        }
    }
}

/// Ornstein–Uhlenbeck noise on an input.
pub(super) struct Coloured<T> {
    pub(super) input: usize,
    normals: Normals,
    values: Row<T>,
    mean: Row<T>,
    decay: Row<T>,
    scale: Row<T>,
}

impl<T: Scalar> Coloured<T> {
    /// The noise of each network on one input, from its first values.
    pub(super) fn new(
        input: usize,
        noises: &[&OrnsteinUhlenbeck],
        first: &[Vec<f64>],
        dt: Second,
        normals: Normals,
    ) -> Self {
        let layout = normals.layout;
        let updates: Vec<(f64, f64)> = noises.iter().map(|noise| noise.update(dt)).collect();
        Self {
            input,
            values: layout.row(|region, network| first[network][region]),
            mean: layout.row(|region, network| noises[network].mean().at(region)),
            decay: layout.row(|_, network| updates[network].0),
            scale: layout.row(|region, network| noises[network].sigma().at(region) * updates[network].1),
            normals,
        }
    }

    /// The values in the last step.
    pub(super) fn values(&self) -> &Row<T> {
        &self.values
    }

    pub(super) fn archive(&mut self, archive: &mut Archive) -> Result<()> {
        self.normals.layout.archive(&mut self.values, archive)
    }

    /// Advances by one step and adds the values to the input.
    pub(super) fn advance(&mut self, level: CpuLevel, step: usize, input: &mut [[T; LANES]]) {
        level.run(Relax {
            values: &mut self.values,
            mean: &self.mean,
            decay: &self.decay,
            scale: &self.scale,
            normals: self.normals.of_step(level, step),
            input,
        });
    }
}

/// η ← μ + (η − μ) decay + scale ξ, added to an input.
struct Relax<'a, T> {
    values: &'a mut [[T; LANES]],
    mean: &'a [[T; LANES]],
    decay: &'a [[T; LANES]],
    scale: &'a [[T; LANES]],
    normals: &'a [[f32; LANES]],
    input: &'a mut [[T; LANES]],
}

impl<T: Scalar> Kernel for Relax<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        // One flat loop: of a loop over chunks the compiler makes gathers, which are four times slower.
        let (values, input) = (self.values.as_flattened_mut(), self.input.as_flattened_mut());
        let n = values.len();
        let [mean, decay, scale] = [self.mean, self.decay, self.scale].map(|row| &row.as_flattened()[..n]);
        let (normals, input) = (&self.normals.as_flattened()[..n], &mut input[..n]);
        for k in 0..n {
            let next = mean[k] + (values[k] - mean[k]) * decay[k] + scale[k] * widened(normals[k]);
            values[k] = next;
            input[k] += next;
        }
    }
}

/// White noise on a state.
pub(super) struct White<T> {
    pub(super) state: usize,
    normals: Normals,
    sigma: Row<T>,
}

impl<T: Scalar> White<T> {
    pub(super) fn new(state: usize, sigma: Row<T>, normals: Normals) -> Self {
        Self { state, normals, sigma }
    }

    /// Adds σ ξ of a step to the kicks of the state.
    pub(super) fn kick(&mut self, level: CpuLevel, step: usize, kicks: &mut [[T; LANES]]) {
        level.run(Scale { sigma: &self.sigma, normals: self.normals.of_step(level, step), kicks });
    }
}

struct Scale<'a, T> {
    sigma: &'a [[T; LANES]],
    normals: &'a [[f32; LANES]],
    kicks: &'a mut [[T; LANES]],
}

impl<T: Scalar> Kernel for Scale<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let kicks = self.kicks.as_flattened_mut();
        let n = kicks.len();
        let (sigma, normals) = (&self.sigma.as_flattened()[..n], &self.normals.as_flattened()[..n]);
        for k in 0..n {
            kicks[k] += sigma[k] * widened(normals[k]);
        }
    }
}

/// The number in the scalar of the run; exact.
#[inline(always)]
fn widened<T: Scalar>(normal: f32) -> T {
    T::from_f64(f64::from(normal))
}
