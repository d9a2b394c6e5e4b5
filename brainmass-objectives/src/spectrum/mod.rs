//! Power over frequency.

mod cross;
mod distance;
mod running;
mod segments;
mod welch;

pub use cross::CrossSpectrum;
pub use distance::{SpectrumDistance, SpectrumScale};
pub use running::{RunningSpectrum, SpectrumAccumulator};
pub use welch::{Detrend, Welch, Window};

use std::marker::PhantomData;
use std::ops::Range;
use std::sync::Arc;

use brainmass_core::units::{Dimension, Hertz, Unit, dimension, show};
use brainmass_core::{Error, Result, check};
use nalgebra::DMatrix;

/// One-sided power spectral density of several channels, made by [`Welch`].
///
/// In `U`² per hertz, at the frequencies k/(n·period), k = 0 … n/2, for segments of n samples. One-sided:
/// the sum over all frequencies times their [spacing](Self::spacing) estimates the variance.
///
/// ```
/// use brainmass_core::{units::{dimension::Volt, hz, ms, s}, TimeSeries};
/// use brainmass_objectives::Welch;
/// use nalgebra::DMatrix;
/// let wave = |_, t| (std::f64::consts::TAU * 10.3 * t as f64 * 1e-3).sin();
/// let series = TimeSeries::<Volt>::unnamed(DMatrix::from_fn(1, 5000, wave), ms(1.0), ms(1.0)).unwrap();
/// let spectrum = Welch::new(s(1.0)).spectrum(&series).unwrap();
/// let peak = spectrum.channel_peak("0", hz(8.0), hz(13.0)).unwrap();
/// assert_eq!((peak.frequency, peak.is_local_maximum), (hz(10.0), true));
/// approx::assert_abs_diff_eq!(peak.refined.value_unsafe, 10.3, epsilon = 0.02);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[doc(alias = "PSD")]
#[doc(alias = "power spectrum")]
pub struct Spectrum<U: Dimension> {
    density: DMatrix<f64>,
    channels: Arc<[String]>,
    spacing: Hertz,
    unit: PhantomData<U>,
}

/// The largest density of a spectrum in a band.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Peak {
    /// The frequency with the largest density.
    pub frequency: Hertz,
    /// Where between the frequencies of the spectrum the peak is: the top of the parabola through the
    /// logarithms of the largest density and its two neighbours. For a lone sinusoid under a Hann window it
    /// is off by less than 0.02 of the spacing. Without a local maximum, `frequency`.
    pub refined: Hertz,
    /// The largest density, in the unit of the spectrum.
    pub density: f64,
    /// Whether the density falls on both sides. If not, the band holds the slope of something else, as
    /// the lower edge of any band does in a 1/f spectrum.
    pub is_local_maximum: bool,
}

impl<U: Dimension> Spectrum<U> {
    fn new(density: DMatrix<f64>, channels: Arc<[String]>, spacing: Hertz) -> Result<Self> {
        check::finite("power spectrum", &density)?;
        Ok(Self { density, channels, spacing, unit: PhantomData })
    }

    /// The density in `U`² per hertz: a row per channel, a column per frequency.
    pub fn density(&self) -> &DMatrix<f64> {
        &self.density
    }

    /// The coherent SI unit of the density, as a value.
    pub fn unit(&self) -> Unit {
        Unit::of::<U>() * Unit::of::<U>() / Unit::of::<dimension::Hertz>()
    }

    /// The names of the channels.
    pub fn channels(&self) -> &Arc<[String]> {
        &self.channels
    }

    /// From one frequency to the next: one over the length of a segment.
    #[doc(alias = "resolution")]
    pub fn spacing(&self) -> Hertz {
        self.spacing
    }

    /// The frequencies, from zero to half the sampling frequency.
    pub fn frequencies(&self) -> Hertz<Vec<f64>> {
        Hertz::new((0..self.density.ncols()).map(|bin| self.frequency(bin).value_unsafe).collect())
    }

    /// The density of one channel, by name.
    ///
    /// # Errors
    /// [`Error::Unknown`], which lists the channels.
    pub fn channel(&self, name: &str) -> Result<Vec<f64>> {
        let row = check::position("channel", name, &self.channels)?;
        Ok(self.density.row(row).iter().copied().collect())
    }

    /// The mean density over the channels.
    pub fn mean(&self) -> Vec<f64> {
        self.density.row_mean().iter().copied().collect()
    }

    /// The largest mean density over the channels in a band, both ends included.
    ///
    /// # Errors
    /// [`Error::Shape`] if no frequency of the spectrum lies in the band.
    pub fn peak(&self, from: Hertz, to: Hertz) -> Result<Peak> {
        self.peak_of(&self.mean(), from, to)
    }

    /// The largest density of one channel in a band, both ends included.
    ///
    /// # Errors
    /// [`Error::Shape`] if no frequency of the spectrum lies in the band, [`Error::Unknown`] for a channel
    /// that does not exist.
    pub fn channel_peak(&self, name: &str, from: Hertz, to: Hertz) -> Result<Peak> {
        self.peak_of(&self.channel(name)?, from, to)
    }

    fn frequency(&self, bin: usize) -> Hertz {
        self.spacing * bin as f64
    }

    /// The frequencies in a band, both ends included.
    pub(crate) fn bins(&self, from: Hertz, to: Hertz) -> Result<Range<usize>> {
        // Rounding of the bounds, 1e-9 of the spacing, does not push a frequency out of the band.
        let slack = self.spacing * 1e-9;
        let band = from - slack..=to + slack;
        let n = self.density.ncols();
        let start = (0..n).find(|bin| band.contains(&self.frequency(*bin)));
        let Some(start) = start else {
            let highest = self.frequency(n.saturating_sub(1));
            let found = format!("one every {} up to {}", show(self.spacing), show(highest));
            let expected = format!("a frequency of the spectrum in {} to {}", show(from), show(to));
            return Err(Error::shape("band", expected, found));
        };
        let end = (start..n).find(|bin| !band.contains(&self.frequency(*bin))).unwrap_or(n);
        Ok(start..end)
    }

    fn peak_of(&self, density: &[f64], from: Hertz, to: Hertz) -> Result<Peak> {
        let bins = self.bins(from, to)?;
        let first = bins.start;
        let bin = bins.fold(first, |best, bin| if density[bin] > density[best] { bin } else { best });
        let neighbours = bin.checked_sub(1).map(|below| density[below]).zip(density.get(bin + 1).copied());
        let offset = neighbours.and_then(|(below, above)| top(below, density[bin], above));
        let frequency = self.frequency(bin);
        Ok(Peak {
            frequency,
            refined: frequency + self.spacing * offset.unwrap_or(0.0),
            density: density[bin],
            is_local_maximum: offset.is_some(),
        })
    }
}

/// Where the parabola through the logarithms of three densities has its top, in spacings from the middle
/// one; `None` if the middle one is not a maximum.
fn top(below: f64, middle: f64, above: f64) -> Option<f64> {
    if !(middle >= below && middle >= above && middle > below.min(above)) {
        return None;
    }
    if below.min(above) <= 0.0 {
        return Some(0.0);
    }
    let (left, right) = ((middle / below).ln(), (middle / above).ln());
    Some(0.5 * (left - right) / (left + right))
}

#[cfg(test)]
mod tests {
    use super::*;
    use brainmass_core::units::hz;

    /// A parabola with its top at 0.3 goes through (−1, −1.69), (0, −0.09), (1, −0.49).
    #[test]
    fn the_top_of_a_parabola_is_found() {
        let [below, middle, above] = [-1.69_f64, -0.09, -0.49].map(f64::exp);
        approx::assert_relative_eq!(top(below, middle, above).unwrap(), 0.3, max_relative = 1e-14);
        assert_eq!(top(1.0, 2.0, 2.0), Some(0.5));
        assert_eq!(top(0.0, 2.0, 1.0), Some(0.0));
        for slope in [(1.0, 2.0, 3.0), (3.0, 2.0, 1.0), (2.0, 2.0, 2.0), (0.0, 0.0, 0.0)] {
            assert_eq!(top(slope.0, slope.1, slope.2), None);
        }
    }

    #[test]
    fn a_band_without_a_frequency_and_an_edge_are_told_apart_from_a_peak() {
        let density = DMatrix::from_row_slice(2, 5, &[9.0, 4.0, 1.0, 2.0, 1.0, 7.0, 4.0, 1.0, 4.0, 1.0]);
        let names: Vec<String> = vec!["a".to_owned(), "b".to_owned()];
        let spectrum = Spectrum::<dimension::Volt>::new(density, names.into(), hz(0.1)).unwrap();
        let peak = spectrum.peak(hz(0.2), hz(0.3)).unwrap(); // 0.3 is below 3 × 0.1
        assert_eq!((peak.density, peak.is_local_maximum), (3.0, true));
        assert_eq!(spectrum.channel_peak("b", hz(0.2), hz(0.4)).unwrap().density, 4.0);
        let slope = spectrum.peak(hz(0.1), hz(0.2)).unwrap();
        assert_eq!((slope.frequency, slope.refined, slope.is_local_maximum), (hz(0.1), hz(0.1), false));
        let zero = spectrum.peak(hz(0.0), hz(0.0)).unwrap();
        assert_eq!((zero.density, zero.is_local_maximum), (8.0, false));
        assert!(spectrum.channel_peak("c", hz(0.0), hz(1.0)).is_err());
        let between = spectrum.peak(hz(0.11), hz(0.19)).unwrap_err();
        assert_eq!(
            between.to_string(),
            "band: expected a frequency of the spectrum in 110 mHz to 190 mHz, found one every 100 mHz up to 400 mHz"
        );
        assert!(spectrum.peak(hz(f64::NAN), hz(1.0)).is_err());
        assert!(spectrum.peak(hz(0.3), hz(0.1)).is_err());
    }
}
