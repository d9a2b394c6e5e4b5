//! Welch spectra against closed forms.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::f64::consts::TAU;

use brainmass_core::random::Stream;
use brainmass_core::units::{Dimension, Unit, dimension, hz, ms, s};
use brainmass_core::{Error, TimeSeries};
use brainmass_objectives::{Detrend, Welch, Window};
use nalgebra::DMatrix;
use proptest::prelude::*;

type Volts = TimeSeries<dimension::Volt>;

fn series(n_samples: usize, value: impl Fn(f64) -> f64) -> Volts {
    let at = |_, sample: usize| value(sample as f64 * 1e-3);
    Volts::unnamed(DMatrix::from_fn(1, n_samples, at), ms(1.0), ms(0.0)).unwrap()
}

/// A cosine of amplitude A at a frequency of the spectrum: A²/2 in three bins, shared 1 : 4 : 1.
#[test]
fn a_sinusoid_has_its_power_in_three_bins() {
    let signal = series(4000, |t| 2.0 * (TAU * 10.0 * t + 0.3).cos() + 5.0);
    let spectrum = Welch::new(s(1.0)).spectrum(&signal).unwrap();
    let density = spectrum.mean();
    for (bin, expected) in [(8, 0.0), (9, 1.0 / 3.0), (10, 4.0 / 3.0), (11, 1.0 / 3.0), (12, 0.0)] {
        approx::assert_relative_eq!(density[bin], expected, max_relative = 1e-12, epsilon = 1e-24);
    }
    let peak = spectrum.peak(hz(8.0), hz(13.0)).unwrap();
    assert!(peak.is_local_maximum);
    approx::assert_relative_eq!(peak.frequency.value_unsafe, 10.0, max_relative = 1e-15);
    approx::assert_relative_eq!(peak.refined.value_unsafe, 10.0, max_relative = 1e-12);
    assert_eq!(
        spectrum.unit(),
        Unit::of::<dimension::Volt>() * Unit::of::<dimension::Volt>() / Unit::of::<dimension::Hertz>()
    );
}

/// At zero and at half the sampling frequency a frequency is its own negative: nothing is doubled.
#[test]
fn the_ends_of_the_spectrum_are_not_doubled() {
    let welch = Welch::in_samples(100).with_detrend(Detrend::None);
    let constant = welch.spectrum(&series(100, |_| 2.0)).unwrap();
    // A constant c: c² (Σw)²/Σw² · period = 4 · (50² / 37.5) · 1 ms.
    approx::assert_relative_eq!(constant.mean()[0], 4.0 * 2500.0 / 37.5 * 1e-3, max_relative = 1e-12);
    let alternating = welch.spectrum(&series(100, |t| 2.0 * (TAU * 500.0 * t).cos())).unwrap();
    approx::assert_relative_eq!(alternating.mean()[50], constant.mean()[0], max_relative = 1e-12);
    assert_eq!(alternating.frequencies().value_unsafe[50], 500.0);
}

#[test]
fn a_constant_has_no_power_once_its_mean_is_off() {
    let spectrum = Welch::in_samples(100).spectrum(&series(1000, |_| 0.1)).unwrap();
    // The mean of a hundred times 0.1 is off by an ulp or two.
    assert!(spectrum.mean().iter().all(|power| *power < 1e-32));
    assert!(!spectrum.peak(hz(100.0), hz(200.0)).unwrap().density.is_nan());
}

/// Between two frequencies of the spectrum the parabola finds a sinusoid to 0.02 of their spacing.
#[test]
fn the_refined_peak_lies_between_the_bins() {
    for step in 0..20 {
        let frequency = 10.0 + f64::from(step) * 0.05;
        let spectrum = Welch::new(s(1.0)).spectrum(&series(8000, |t| (TAU * frequency * t).sin())).unwrap();
        let peak = spectrum.peak(hz(8.0), hz(13.0)).unwrap();
        assert!((peak.refined.value_unsafe - frequency).abs() < 0.02, "{frequency}: {peak:?}");
    }
}

/// White noise of variance σ² at period T has the density 2σ²T. The mean over the bins is in essence the
/// variance of the 400 000 samples, whose relative standard error is √(2/400 000) = 0.0022: four of them.
#[test]
fn white_noise_is_flat_at_its_level() {
    let stream = Stream::new(3, 1);
    let values = DMatrix::from_fn(1, 400_000, |_, t| 3.0 * stream.normal(0, u64::try_from(t).unwrap()));
    let noise = Volts::unnamed(values, ms(2.0), ms(0.0)).unwrap();
    let density = Welch::in_samples(400).spectrum(&noise).unwrap().mean();
    let mean = density[2..199].iter().sum::<f64>() / 197.0;
    approx::assert_relative_eq!(mean, 2.0 * 9.0 * 2e-3, max_relative = 0.01);
}

#[test]
fn segments_that_make_no_sense_are_an_error() {
    let signal = series(100, f64::sin);
    let message = |welch: Welch| welch.spectrum(&signal).unwrap_err().to_string();
    assert_eq!(
        message(Welch::new(s(0.2))),
        "segment: expected 3 samples or more, up to the 100 of the series, found 200 samples"
    );
    assert!(message(Welch::new(s(-1.0))).contains("-1 s"));
    assert!(Welch::new(s(f64::NAN)).spectrum(&signal).is_err());
    assert!(Welch::new(s(f64::MAX)).spectrum(&signal).is_err());
    assert!(Welch::in_samples(2).spectrum(&signal).is_err());
    for overlap in [-0.1, 1.0, f64::NAN] {
        assert!(Welch::in_samples(10).with_overlap(overlap).is_err());
    }
    let huge = Volts::unnamed(DMatrix::from_fn(1, 10, |_, t| 1e200 * t as f64), ms(1.0), ms(0.0)).unwrap();
    assert!(matches!(Welch::in_samples(10).spectrum(&huge), Err(Error::NotFinite { .. })));
    // 29 % of 100 samples are 29, though 0.29 · 100 is below it: segments start every 71 samples.
    let two = series(171, |t| (TAU * 20.0 * t).sin());
    let spectrum = |overlap| Welch::in_samples(100).with_overlap(overlap).unwrap().spectrum(&two).unwrap();
    assert_eq!(spectrum(0.29), spectrum(0.295));
    assert_ne!(spectrum(0.29), spectrum(0.28));
    // A length in seconds is rounded to the nearest sample.
    let nearest = Welch::new(ms(99.6)).with_overlap(0.29).unwrap().spectrum(&two);
    assert_eq!(nearest.unwrap(), spectrum(0.29));
}

fn power<U: Dimension>(welch: &Welch, signal: &TimeSeries<U>) -> f64 {
    let spectrum = welch.spectrum(signal).unwrap();
    spectrum.mean().iter().sum::<f64>() * spectrum.spacing().value_unsafe
}

proptest! {
    /// Parseval: all of the density is the mean square of the tapered segment over that of the taper, for
    /// odd and even lengths.
    #[test]
    fn the_density_sums_to_the_power(values in prop::collection::vec(-1.0..1.0_f64, 3..80)) {
        let n = values.len();
        let signal = Volts::unnamed(DMatrix::from_row_slice(1, n, &values), ms(4.0), ms(0.0)).unwrap();
        let welch = Welch::in_samples(n).with_detrend(Detrend::None);
        for (window, period) in [(Window::Hann, n as f64), (Window::HannSymmetric, n as f64 - 1.0)] {
            let taper: Vec<f64> = (0..n).map(|t| (TAU * 0.5 * t as f64 / period).sin().powi(2)).collect();
            let tapered: f64 = taper.iter().zip(&values).map(|(w, x)| (w * x).powi(2)).sum();
            let expected = tapered / taper.iter().map(|w| w * w).sum::<f64>();
            let found = power(&welch.clone().with_window(window), &signal);
            // Sums of 80 terms: a hundred roundings.
            prop_assert!((found - expected).abs() <= 1e-13 * (1.0 + expected), "{found} {expected}");
        }
    }

    /// Twice the signal has four times the power; an offset has none.
    #[test]
    fn scale_is_squared_and_offset_is_dropped(values in prop::collection::vec(-1.0..1.0_f64, 40..80), offset in -10.0..10.0_f64) {
        let n = values.len();
        let signal = |scale: f64, offset: f64| {
            let values = DMatrix::from_row_slice(1, n, &values).map(|x| scale * x + offset);
            Volts::unnamed(values, ms(4.0), ms(0.0)).unwrap()
        };
        let welch = Welch::in_samples(16);
        let plain = welch.spectrum(&signal(1.0, 0.0)).unwrap();
        let scaled = welch.spectrum(&signal(2.0, offset)).unwrap();
        // The offset costs ten ulps of each sample, the density is a square.
        approx::assert_abs_diff_eq!(scaled.density(), &(plain.density() * 4.0), epsilon = 1e-13);
    }
}
