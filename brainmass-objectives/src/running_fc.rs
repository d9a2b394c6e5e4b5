//! Functional connectivity of a signal that is not kept.

use std::marker::PhantomData;
use std::sync::Arc;

use brainmass_core::observation::check_block;
use brainmass_core::units::Dimension;
use brainmass_core::{Accumulator, Archive, Error, Result, Sampling, Statistic};
use nalgebra::DMatrix;

use crate::Fc;
use crate::correlation::{check_varies, magnitude};
use crate::product::gram;

/// How many samples are gathered before their products are added: enough for the sums to run in vectors.
const BLOCK: usize = 64;

/// Functional connectivity gathered while a signal passes by, in memory that does not grow with it.
///
/// Samples are gathered 64 at a time. Mean and products of a block around its own mean are joined with those
/// of all before:
///
/// ```text
/// C ← C + C_b + n m/(n + m) · δ δᵀ,   x̄ ← x̄ + m/(n + m) · δ,   δ = x̄_b − x̄
/// ```
///
/// So an offset costs no digits, as it does where squares are summed. The value equals that of
/// [`functional_connectivity`](crate::functional_connectivity) up to rounding (1e-12), constant channels
/// included: they are an error.
///
/// ```
/// use brainmass_core::{units::{dimension::Volt, ms}, Accumulator, Statistic, TimeSeries};
/// use brainmass_objectives::RunningFc;
/// use nalgebra::dmatrix;
/// let values = dmatrix![1.0, 2.0, 3.0, 4.0, 5.0; 2.0, 1.0, 3.0, 5.0, 4.0];
/// let series = TimeSeries::<Volt>::unnamed(values, ms(1.0), ms(1.0)).unwrap();
/// let mut running = RunningFc::<Volt>::new().accumulator(series.sampling()).unwrap();
/// for sample in series.samples().chunks(2) {
///     running.push(sample).unwrap();
/// }
/// approx::assert_relative_eq!(running.finish().unwrap().matrix()[(0, 1)], 0.8, max_relative = 1e-15);
/// ```
///
/// # References
/// Chan et al. (1983), The American Statistician 37:242, doi:10.1080/00031305.1983.10483115.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct RunningFc<U>(PhantomData<U>);

impl<U: Dimension> RunningFc<U> {
    /// Functional connectivity of a signal in this unit.
    pub fn new() -> Self {
        Self(PhantomData)
    }
}

impl<U: Dimension> Statistic for RunningFc<U> {
    type Input = U;
    type Output = Fc;
    type Accumulator = FcAccumulator;

    fn accumulator(&self, sources: &Sampling) -> Result<FcAccumulator> {
        let n = sources.n_channels();
        Ok(FcAccumulator {
            channels: sources.channels().clone(),
            joined: Joined {
                n_samples: 0,
                means: vec![0.0; n],
                magnitudes: vec![0.0; n],
                products: DMatrix::zeros(n, n),
            },
            block: Vec::with_capacity(BLOCK * n),
        })
    }
}

/// The state machine of [`RunningFc`].
#[derive(Clone, Debug)]
pub struct FcAccumulator {
    channels: Arc<[String]>,
    joined: Joined,
    /// Samples not yet joined.
    block: Vec<f64>,
}

/// Means, and sums of products around them.
#[derive(Clone, Debug)]
struct Joined {
    n_samples: u64,
    means: Vec<f64>,
    /// The largest magnitude of each channel: what varies less than its rounding is constant.
    magnitudes: Vec<f64>,
    products: DMatrix<f64>,
}

impl Joined {
    fn join(&mut self, block: &[f64]) {
        let n = self.means.len();
        let mut x = DMatrix::from_row_slice(block.len() / n, n, block);
        if x.nrows() == 0 {
            return;
        }
        let (before, added) = (self.n_samples as f64, x.nrows() as f64);
        let all = before + added;
        let mut deltas = vec![0.0; n];
        for (channel, mut samples) in x.column_iter_mut().enumerate() {
            self.magnitudes[channel] = self.magnitudes[channel].max(magnitude(samples.as_slice()));
            let mean = samples.iter().sum::<f64>() / added;
            samples.apply(|value| *value -= mean);
            // What rounding left in the mean.
            let rest = samples.iter().sum::<f64>() / added;
            samples.apply(|value| *value -= rest);
            deltas[channel] = mean - self.means[channel] + rest;
            self.means[channel] += added / all * deltas[channel];
        }
        let weight = before * added / all;
        let products = gram(&x);
        for j in 0..n {
            for i in 0..n {
                self.products[(i, j)] += products[(i, j)] + weight * deltas[i] * deltas[j];
            }
        }
        self.n_samples += x.nrows() as u64;
    }
}

impl Accumulator for FcAccumulator {
    type Output = Fc;

    fn push(&mut self, samples: &[f64]) -> Result<()> {
        let n = self.channels.len();
        check_block(samples, n)?;
        for sample in samples.chunks_exact(n) {
            self.block.extend_from_slice(sample);
            if self.block.len() == BLOCK * n {
                self.joined.join(&self.block);
                self.block.clear();
            }
        }
        Ok(())
    }

    fn finish(&self) -> Result<Fc> {
        let what = "running functional connectivity";
        let mut all = self.joined.clone();
        all.join(&self.block);
        if all.n_samples < 2 {
            return Err(Error::shape(what, "at least 2 samples", all.n_samples.to_string()));
        }
        let mut norms = Vec::with_capacity(all.means.len());
        for (index, channel) in self.channels.iter().enumerate() {
            let norm = all.products[(index, index)].sqrt();
            check_varies(what, channel, all.n_samples as f64, all.means[index], norm, all.magnitudes[index])?;
            norms.push(norm);
        }
        let correlation = |i: usize, j: usize| all.products[(i, j)] / norms[i] / norms[j];
        let matrix = DMatrix::from_fn(norms.len(), norms.len(), correlation);
        Ok(Fc::without_rounding(matrix, self.channels.clone()))
    }

    fn reset(&mut self) {
        self.joined.n_samples = 0;
        self.joined.means.fill(0.0);
        self.joined.magnitudes.fill(0.0);
        self.joined.products.fill(0.0);
        self.block.clear();
    }

    fn archive(&mut self, archive: &mut Archive) -> Result<()> {
        archive.position(&mut self.joined.n_samples)?;
        archive.numbers(&mut self.joined.means)?;
        archive.numbers(&mut self.joined.magnitudes)?;
        archive.numbers(self.joined.products.as_mut_slice())?;
        archive.series(&mut self.block)?;
        let n = self.channels.len();
        if self.block.len() >= BLOCK * n || !self.block.len().is_multiple_of(n) {
            let expected = format!("less than {BLOCK} whole samples of {n} channels");
            return Err(Error::shape("archived state", expected, format!("{} numbers", self.block.len())));
        }
        Ok(())
    }
}
