//! How channels vary together at a frequency.

use std::sync::Arc;

use brainmass_core::units::{Dimension, Hertz};
use brainmass_core::{Error, Result, TimeSeries, check};
use nalgebra::{Complex, DMatrix};

use super::{Spectrum, Welch};

/// Cross-spectral densities of all pairs of channels, made by [`Welch::cross_spectrum`].
///
/// ```text
/// S_ij(f) = c s · mean over segments X_i(f) X_j*(f)
/// ```
///
/// with the scale c s of the power spectrum, which is its diagonal: S is Hermitian. The phase of `S_ij` is
/// that of i before j.
///
/// ```
/// use brainmass_core::{units::{dimension::Volt, hz, ms, s}, TimeSeries};
/// use brainmass_objectives::Welch;
/// use nalgebra::DMatrix;
/// // At 10 Hz the second channel is a quarter of a period late.
/// let wave = |i: usize, t: usize| (std::f64::consts::TAU * 10.0 * (t as f64 * 1e-3 - 0.025 * i as f64)).sin();
/// let series = TimeSeries::<Volt>::unnamed(DMatrix::from_fn(2, 5000, wave), ms(1.0), ms(1.0)).unwrap();
/// let cross = Welch::new(s(1.0)).cross_spectrum(&series).unwrap();
/// let at_10_hz = cross.density(10).unwrap()[(0, 1)];
/// approx::assert_relative_eq!(at_10_hz.arg(), std::f64::consts::FRAC_PI_2, max_relative = 1e-9);
/// let coherence = cross.coherence(hz(10.0), hz(10.0)).unwrap();
/// approx::assert_relative_eq!(coherence[(0, 1)], 1.0, max_relative = 1e-9);
/// ```
///
/// # References
/// Nolte et al. (2004), Clin. Neurophysiol. 115:2292, doi:10.1016/j.clinph.2004.04.029, for the imaginary
/// part of coherency.
#[derive(Clone, Debug, PartialEq)]
#[doc(alias = "csd")]
pub struct CrossSpectrum<U: Dimension> {
    /// One Hermitian matrix per frequency.
    densities: Vec<DMatrix<Complex<f64>>>,
    power: Spectrum<U>,
    n_segments: usize,
}

impl Welch {
    /// The cross-spectra of a series.
    ///
    /// It holds N² complex numbers per frequency.
    ///
    /// # Errors
    /// As [`spectrum`](Self::spectrum).
    #[doc(alias = "csd")]
    pub fn cross_spectrum<U: Dimension>(&self, series: &TimeSeries<U>) -> Result<CrossSpectrum<U>> {
        let power = self.spectrum(series)?;
        let segments = self.segments(series)?;
        let (n, n_frequencies) = (series.n_channels(), segments.n_frequencies());
        let signals = series.values().transpose();
        let mut densities = vec![DMatrix::zeros(n, n); n_frequencies];
        let mut transforms = DMatrix::zeros(n_frequencies, n);
        let starts = (0..=series.n_samples() - segments.length()).step_by(segments.step());
        let n_segments = starts.clone().count();
        for start in starts {
            for (signal, mut transform) in signals.column_iter().zip(transforms.column_iter_mut()) {
                let segment = signal.rows(start, segments.length());
                segments.fill(segment.as_slice(), transform.as_mut_slice())?;
            }
            for (bin, density) in densities.iter_mut().enumerate() {
                for j in 0..n {
                    let other = transforms[(bin, j)].conj();
                    for i in 0..n {
                        density[(i, j)] += transforms[(bin, i)] * other;
                    }
                }
            }
        }
        for (bin, density) in densities.iter_mut().enumerate() {
            let scale = segments.scale(bin) / n_segments as f64;
            density.apply(|value| *value *= scale);
        }
        Ok(CrossSpectrum { densities, power, n_segments })
    }
}

impl<U: Dimension> CrossSpectrum<U> {
    /// The densities at the k-th frequency, k times [`spacing`](Spectrum::spacing), in `U`² per hertz.
    ///
    /// # Errors
    /// [`Error::Shape`] beyond half the sampling frequency.
    pub fn density(&self, k: usize) -> Result<&DMatrix<Complex<f64>>> {
        self.densities.get(k).ok_or_else(|| {
            let expected = format!("a frequency below the {}th", self.densities.len());
            Error::shape("cross-spectrum", expected, format!("number {k}"))
        })
    }

    /// The power spectra, which are the diagonal.
    pub fn power(&self) -> &Spectrum<U> {
        &self.power
    }

    /// The names of the channels.
    pub fn channels(&self) -> &Arc<[String]> {
        self.power.channels()
    }

    /// Magnitude-squared coherence, its mean over the frequencies of a band, both ends included.
    ///
    /// ```text
    /// |S_ij|² / (S_ii S_jj)
    /// ```
    ///
    /// From 0 to 1. Of n independent segments of unrelated signals it is 1/n on average, not 0.
    ///
    /// # Errors
    /// [`Error::Shape`] if no frequency lies in the band, or for a single segment, whose coherence is 1
    /// whatever the signals; [`Error::OutOfRange`] where a channel has no power.
    pub fn coherence(&self, from: Hertz, to: Hertz) -> Result<DMatrix<f64>> {
        self.mean_over_band(from, to, |coherency| coherency.norm_sqr().min(1.0))
    }

    /// The imaginary part of coherency, its mean over the frequencies of a band, both ends included.
    ///
    /// ```text
    /// Im S_ij / √(S_ii S_jj)
    /// ```
    ///
    /// From −1 to 1, positive where i comes before j. What arrives at two channels at once, as one source does
    /// by volume conduction, does not count.
    ///
    /// # Errors
    /// As [`coherence`](Self::coherence).
    pub fn imaginary_coherency(&self, from: Hertz, to: Hertz) -> Result<DMatrix<f64>> {
        self.mean_over_band(from, to, |coherency| coherency.im.clamp(-1.0, 1.0))
    }

    fn mean_over_band(
        &self,
        from: Hertz,
        to: Hertz,
        measure: impl Fn(Complex<f64>) -> f64,
    ) -> Result<DMatrix<f64>> {
        if self.n_segments < 2 {
            return Err(Error::shape("coherence", "2 segments or more", "1"));
        }
        let bins = self.power.bins(from, to)?;
        let n = self.channels().len();
        let mut mean = DMatrix::zeros(n, n);
        for bin in bins.clone() {
            let density = &self.densities[bin];
            for (channel, name) in self.channels().iter().enumerate() {
                let power = density[(channel, channel)].re;
                if power <= 0.0 {
                    let what = format!("power density of `{name}` at frequency {bin}");
                    return Err(check::out_of_range(&what, power, self.power.unit(), "above zero"));
                }
            }
            for (i, j) in (0..n).flat_map(|i| (0..n).map(move |j| (i, j))) {
                let norm = density[(i, i)].re.sqrt() * density[(j, j)].re.sqrt();
                mean[(i, j)] += measure(density[(i, j)] / norm) / bins.len() as f64;
            }
        }
        Ok(mean)
    }
}
