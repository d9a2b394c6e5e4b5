//! Power spectra of a signal that is not kept.

use std::marker::PhantomData;
use std::sync::Arc;

use brainmass_core::observation::check_block;
use brainmass_core::units::Dimension;
use brainmass_core::{Accumulator, Archive, Error, Result, Sampling, Statistic};
use nalgebra::DMatrix;

use super::segments::Segments;
use super::{Spectrum, Welch};

/// A [`Welch`] spectrum gathered while a signal passes by: segments are averaged as they are completed.
///
/// Nothing but the running segment is kept. The value is that of [`Welch::spectrum`] to the last bit.
///
/// ```
/// use brainmass_core::{units::{dimension::Volt, ms, s}, Accumulator, Statistic, TimeSeries};
/// use brainmass_objectives::{RunningSpectrum, Welch};
/// use nalgebra::DMatrix;
/// let wave = |_, t| (0.1 * t as f64).sin();
/// let series = TimeSeries::<Volt>::unnamed(DMatrix::from_fn(1, 5000, wave), ms(1.0), ms(1.0)).unwrap();
/// let welch = Welch::new(s(1.0));
/// let mut running = RunningSpectrum::new(welch.clone()).accumulator(series.sampling()).unwrap();
/// series.samples().chunks(300).try_for_each(|block| running.push(block)).unwrap();
/// assert_eq!(running.finish(), welch.spectrum(&series));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct RunningSpectrum<U> {
    welch: Welch,
    unit: PhantomData<U>,
}

impl<U: Dimension> RunningSpectrum<U> {
    /// The spectrum by this estimate of a signal in this unit.
    pub fn new(welch: Welch) -> Self {
        Self { welch, unit: PhantomData }
    }
}

impl<U: Dimension> Statistic for RunningSpectrum<U> {
    type Input = U;
    type Output = Spectrum<U>;
    type Accumulator = SpectrumAccumulator<U>;

    fn accumulator(&self, sources: &Sampling) -> Result<SpectrumAccumulator<U>> {
        let segments = self.welch.segments_at(sources.period())?;
        Ok(SpectrumAccumulator {
            power: DMatrix::zeros(segments.n_frequencies(), sources.n_channels()),
            n_segments: 0,
            pending: Vec::new(),
            channels: sources.channels().clone(),
            segments,
            unit: PhantomData,
        })
    }
}

/// The state machine of [`RunningSpectrum`].
#[derive(Clone, Debug)]
pub struct SpectrumAccumulator<U> {
    segments: Segments,
    channels: Arc<[String]>,
    /// The sum over the segments of the squared magnitudes, frequencies × channels.
    power: DMatrix<f64>,
    n_segments: u64,
    /// The samples of the running segment.
    pending: Vec<f64>,
    unit: PhantomData<U>,
}

impl<U: Dimension> SpectrumAccumulator<U> {
    fn complete(&mut self) -> Result<()> {
        let n = self.channels.len();
        let mut transform = self.segments.transform();
        for (channel, mut power) in self.power.column_iter_mut().enumerate() {
            let segment: Vec<f64> = self.pending.iter().skip(channel).step_by(n).copied().collect();
            self.segments.fill(&segment, &mut transform)?;
            power.iter_mut().zip(&transform).for_each(|(sum, value)| *sum += value.norm_sqr());
        }
        self.n_segments += 1;
        self.pending.drain(..self.segments.step() * n);
        Ok(())
    }
}

impl<U: Dimension> Accumulator for SpectrumAccumulator<U> {
    type Output = Spectrum<U>;

    fn push(&mut self, samples: &[f64]) -> Result<()> {
        let n = self.channels.len();
        check_block(samples, n)?;
        for sample in samples.chunks_exact(n) {
            self.pending.extend_from_slice(sample);
            if self.pending.len() == self.segments.length() * n {
                self.complete()?;
            }
        }
        Ok(())
    }

    fn finish(&self) -> Result<Spectrum<U>> {
        if self.n_segments == 0 {
            let expected = format!("{} samples or more, a whole segment", self.segments.length());
            let found = (self.pending.len() / self.channels.len()).to_string();
            return Err(Error::shape("running spectrum", expected, found));
        }
        let density = |channel: usize, bin: usize| {
            self.segments.scale(bin) * (self.power[(bin, channel)] / self.n_segments as f64)
        };
        let (n, n_frequencies) = (self.channels.len(), self.segments.n_frequencies());
        Spectrum::new(
            DMatrix::from_fn(n, n_frequencies, density),
            self.channels.clone(),
            self.segments.spacing(),
        )
    }

    fn reset(&mut self) {
        self.power.fill(0.0);
        self.n_segments = 0;
        self.pending.clear();
    }

    fn archive(&mut self, archive: &mut Archive) -> Result<()> {
        archive.numbers(self.power.as_mut_slice())?;
        archive.position(&mut self.n_segments)?;
        archive.series(&mut self.pending)?;
        let (n, length) = (self.channels.len(), self.segments.length());
        if self.pending.len() >= length * n || !self.pending.len().is_multiple_of(n) {
            let expected = format!("less than {length} whole samples of {n} channels");
            return Err(Error::shape("archived state", expected, format!("{} numbers", self.pending.len())));
        }
        Ok(())
    }
}
