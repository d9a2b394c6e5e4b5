//! Welch's estimate: the mean periodogram of overlapping windowed segments.

use std::f64::consts::TAU;

use brainmass_core::units::{Dimension, Second, Unit};
use brainmass_core::{Error, Real, Result, TimeSeries, check};
use nalgebra::DMatrix;

use super::Spectrum;
use super::segments::Segments;

/// The taper of a segment of n samples.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Window {
    /// Hann, periodic: (1 − cos 2πt/n)/2. What spectra want: a cosine at one of their frequencies
    /// stays in three bins.
    #[default]
    Hann,
    /// Hann, symmetric: (1 − cos 2πt/(n − 1))/2, zero at both ends; `numpy.hanning`.
    HannSymmetric,
}

/// What is taken off a segment before it is tapered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Detrend {
    /// The mean of the segment, which would leak into the lowest frequencies.
    #[default]
    Constant,
    /// Nothing.
    None,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Segment {
    Time(Second),
    Samples(usize),
}

/// Welch's estimate of the power spectrum.
///
/// The series is cut into overlapping segments of n samples; each loses its mean, is tapered by a window w
/// and Fourier transformed:
///
/// ```text
/// P_k = c_k · period / Σ_t w_t² · mean over segments |Σ_t w_t (x_t − x̄) e^(−2πi kt/n)|²
/// c_k = 2, but 1 at frequency zero and, for even n, at half the sampling frequency
/// ```
///
/// Periodic Hann window, overlap of one half and constant detrending, as `scipy.signal.welch`. Samples
/// after the last whole segment are not used. The length of the segments has no default: it is the choice
/// between fine frequencies (their spacing is one over it) and small variance.
///
/// DIFFERENCE: the Python library tapers with a symmetric window and does not detrend; `with_window(
/// Window::HannSymmetric).with_detrend(Detrend::None)` gives its numbers. It shortens a segment that is
/// longer than the series; here that is an error.
///
/// ```
/// use brainmass_core::{units::{dimension::Volt, hz, ms, s}, TimeSeries};
/// use brainmass_objectives::Welch;
/// use nalgebra::DMatrix;
/// // 3 mV at 10 Hz.
/// let wave = |_, t| 3e-3 * (std::f64::consts::TAU * 10.0 * t as f64 * 1e-3).sin();
/// let series = TimeSeries::<Volt>::unnamed(DMatrix::from_fn(1, 5000, wave), ms(1.0), ms(1.0)).unwrap();
/// let spectrum = Welch::new(s(2.0)).spectrum(&series).unwrap();
/// let peak = spectrum.peak(hz(8.0), hz(13.0)).unwrap();
/// assert_eq!((peak.frequency, spectrum.spacing()), (hz(10.0), hz(0.5)));
/// // All of the variance A²/2 is there.
/// let power = spectrum.mean().iter().sum::<f64>() * spectrum.spacing().value_unsafe;
/// approx::assert_relative_eq!(power, 4.5e-6, max_relative = 1e-12);
/// ```
///
/// # References
/// Welch (1967), IEEE Trans. Audio Electroacoust. 15:70, doi:10.1109/TAU.1967.1161901. On scaling:
/// Heinzel, Rüdiger & Schilling (2002), Spectrum and spectral density estimation by the discrete Fourier
/// transform, Albert-Einstein-Institut.
#[derive(Clone, Debug, PartialEq)]
#[doc(alias = "power_spectral_density")]
pub struct Welch {
    segment: Segment,
    overlap: f64,
    window: Window,
    detrend: Detrend,
}

impl Welch {
    /// Segments of this length, rounded to whole samples.
    pub fn new(segment: Second) -> Self {
        Self::of(Segment::Time(segment))
    }

    /// Segments of this many samples.
    #[doc(alias = "nperseg")]
    pub fn in_samples(segment: usize) -> Self {
        Self::of(Segment::Samples(segment))
    }

    fn of(segment: Segment) -> Self {
        Self { segment, overlap: 0.5, window: Window::default(), detrend: Detrend::default() }
    }

    /// The share of a segment that the next one covers again, 0 or more and below 1. It is rounded down to
    /// whole samples.
    ///
    /// # Errors
    /// [`Error::OutOfRange`].
    #[doc(alias = "noverlap")]
    pub fn with_overlap(self, fraction: f64) -> Result<Self> {
        if !(0.0..1.0).contains(&fraction) {
            return Err(check::out_of_range(
                "overlap",
                fraction,
                Unit::DIMENSIONLESS,
                "0 or more and below 1",
            ));
        }
        Ok(Self { overlap: fraction, ..self })
    }

    /// The same with another window.
    #[must_use]
    pub fn with_window(self, window: Window) -> Self {
        Self { window, ..self }
    }

    /// The same with another detrending.
    #[must_use]
    pub fn with_detrend(self, detrend: Detrend) -> Self {
        Self { detrend, ..self }
    }

    /// The power spectrum of a series.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] for a segment that is not positive, [`Error::Shape`] for one of less than three
    /// samples or of more than the series has, [`Error::NotFinite`] if squares overflow.
    pub fn spectrum<U: Dimension>(&self, series: &TimeSeries<U>) -> Result<Spectrum<U>> {
        let segments = self.segments(series)?;
        let mut density = DMatrix::zeros(series.n_channels(), segments.n_frequencies());
        let mut transform = segments.transform();
        for (row, mut spectrum) in density.row_iter_mut().enumerate() {
            let signal: Vec<f64> = series.values().row(row).iter().copied().collect();
            let mut power = vec![0.0; segments.n_frequencies()];
            for segment in segments.of(&signal) {
                segments.fill(segment, &mut transform)?;
                power.iter_mut().zip(&transform).for_each(|(sum, value)| *sum += value.norm_sqr());
            }
            for (bin, power) in power.into_iter().enumerate() {
                spectrum[bin] = segments.scale(bin) * (power / segments.count(signal.len()));
            }
        }
        Spectrum::new(density, series.channels().clone(), segments.spacing())
    }

    /// From slopes by the densities of each channel, those of the highest frequencies left out, to slopes by the
    /// samples: channels × samples.
    pub(super) fn pull_back<U: Dimension>(
        &self,
        series: &TimeSeries<U>,
        by_density: impl Fn(usize) -> Vec<f64>,
    ) -> Result<DMatrix<f64>> {
        let segments = self.segments(series)?;
        let (backward, mut transform) = (segments.backward(), segments.transform());
        let mut gradient = DMatrix::zeros(series.n_channels(), series.n_samples());
        for channel in 0..series.n_channels() {
            let signal: Vec<f64> = series.values().row(channel).iter().copied().collect();
            let mut slopes = by_density(channel);
            slopes.resize(segments.n_frequencies(), 0.0);
            for slope in &mut slopes {
                *slope /= segments.count(signal.len());
            }
            for (index, segment) in segments.of(&signal).enumerate() {
                segments.fill(segment, &mut transform)?;
                let by_sample = segments.pull_back(&slopes, &transform, &*backward)?;
                for (k, slope) in by_sample.into_iter().enumerate() {
                    gradient[(channel, index * segments.step() + k)] += slope;
                }
            }
        }
        Ok(gradient)
    }

    /// The segments of a series.
    pub(crate) fn segments<U: Dimension>(&self, series: &TimeSeries<U>) -> Result<Segments> {
        let length = self.length(series.period())?;
        if length > series.n_samples() {
            let expected = format!("3 samples or more, up to the {} of the series", series.n_samples());
            return Err(Error::shape("segment", expected, format!("{length} samples")));
        }
        Ok(self.segments_of(length, series.period()))
    }

    /// The segments of signals with a sampling period, however long they get.
    pub(super) fn segments_at(&self, period: Second) -> Result<Segments> {
        let length = self.length(period)?;
        // A segment is kept while it runs.
        if length > 1 << 31 {
            return Err(Error::shape("segment", "2^31 samples at most", format!("{length} samples")));
        }
        Ok(self.segments_of(length, period))
    }

    fn segments_of(&self, length: usize, period: Second) -> Segments {
        // Rounding must not turn 29 % of 100 samples into 28.
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most the length")]
        let overlap = (self.overlap * length as f64 + 1e-9).floor() as usize;
        let step = length - overlap.min(length - 1);
        Segments::new(period, self.window.taper(length), step, self.detrend)
    }

    /// The samples in a segment.
    fn length(&self, period: Second) -> Result<usize> {
        let length = match self.segment {
            Segment::Samples(samples) => samples,
            Segment::Time(time) => {
                check::positive("segment", time)?;
                #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates")]
                let samples = (time.value_unsafe / period.value_unsafe).round() as usize;
                samples
            }
        };
        // With two samples the symmetric window is zero.
        if length < 3 {
            return Err(Error::shape("segment", "3 samples or more", format!("{length} samples")));
        }
        Ok(length)
    }
}

impl Window {
    fn taper(self, length: usize) -> Vec<f64> {
        let period = match self {
            Self::Hann => length as f64,
            Self::HannSymmetric => length as f64 - 1.0,
        };
        (0..length).map(|t| 0.5 - 0.5 * Real::cos(TAU * t as f64 / period)).collect()
    }
}
