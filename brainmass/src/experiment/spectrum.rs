//! The spectrum of EEG, MEG and sEEG, and its alpha peak.

use brainmass_core::units::{Dimension, Hertz, Unit, hz, s};
use brainmass_core::{Result, TimeSeries};
use brainmass_objectives::Welch;
use nalgebra::DMatrix;

use super::observe::Signal;
use super::signal::AnySeries;

/// Where the peak of the rhythm is looked for: slower lies the drift, faster the harmonics.
const SEARCH: (Hertz, Hertz) = (hz(2.0), hz(40.0));

/// A Welch spectrum and its highest peak between 2 and 40 Hz, mean over channels.
#[derive(Clone, Debug)]
pub struct AlphaSpectrum {
    /// The name of the signal.
    pub signal: String,
    /// Frequencies.
    pub frequencies: Hertz<Vec<f64>>,
    /// Density, channels × frequencies, in the square of the signal's unit per hertz.
    pub density: DMatrix<f64>,
    /// The unit of the signal.
    pub unit: Unit,
    /// The frequency of the peak, refined between bins.
    pub peak: Hertz,
    /// Whether the peak is higher than both its neighbours, and not the edge of a slope.
    pub is_local_maximum: bool,
}

/// The spectra of all EEG, then MEG, then sEEG signals that are long enough.
pub(super) fn alpha_spectra(signals: &[Signal]) -> Result<Vec<AlphaSpectrum>> {
    let of = |model: &'static str| signals.iter().filter(move |signal| signal.model == model);
    let mut spectra = Vec::new();
    for signal in of("eeg").chain(of("meg")).chain(of("seeg")) {
        spectra.extend(match &signal.series {
            AnySeries::Potential(series) => spectrum(&signal.name, series)?,
            AnySeries::Field(series) => spectrum(&signal.name, series)?,
            AnySeries::Gradient(series) => spectrum(&signal.name, series)?,
            _ => None,
        });
    }
    Ok(spectra)
}

fn spectrum<U: Dimension>(name: &str, series: &TimeSeries<U>) -> Result<Option<AlphaSpectrum>> {
    // Four seconds resolve a quarter of a hertz; a short recording is cut in two halves at least.
    let segment = (series.duration().value_unsafe / 2.0).min(4.0);
    let resolves = segment * SEARCH.0.value_unsafe >= 2.0
        && series.period().value_unsafe * 2.0 * SEARCH.1.value_unsafe <= 1.0;
    if !resolves {
        return Ok(None);
    }
    let spectrum = Welch::new(s(segment)).spectrum(series)?;
    let peak = spectrum.peak(SEARCH.0, SEARCH.1)?;
    Ok(Some(AlphaSpectrum {
        signal: name.to_owned(),
        frequencies: spectrum.frequencies(),
        density: spectrum.density().clone(),
        unit: series.unit(),
        peak: peak.refined,
        is_local_maximum: peak.is_local_maximum,
    }))
}
