//! Welch's spectra.

use std::f64::consts::TAU;

use brainmass_core::TimeSeries;
use brainmass_core::units::{dimension::Dimensionless, hz, ms, s};
use brainmass_objectives::{Detrend, Welch, Window};
use nalgebra::DMatrix;

use super::case::{Case, Check};
use super::tools::{REFERENCE, largest, normals, reference, relative};
use crate::Result;

type Series = TimeSeries<Dimensionless>;

pub(super) const CASES: &[Case] = &[
    Case {
        name: "vectors",
        what: "frequencies and densities of seven segmentations, symmetric window and no detrending as \
               there, relative",
        source: REFERENCE,
        tolerance: 1e-12,
        why: "transforms of up to 1000 points; densities fall by six orders of magnitude",
        check: Check::Alone(vectors),
    },
    Case {
        name: "parseval",
        what: "sum of the density against the mean square of the tapered segment, odd and even lengths, \
               relative",
        source: "Parseval's theorem",
        tolerance: 1e-13,
        why: "sums of 400 terms",
        check: Check::Alone(parseval),
    },
    Case {
        name: "sinusoid",
        what: "density of a cosine of amplitude A on a frequency: A²/3, and a quarter of it on both \
               sides, relative",
        source: "transform of a Hann window",
        tolerance: 1e-12,
        why: "transforms of 1000 points",
        check: Check::Alone(sinusoid),
    },
    Case {
        name: "peak-frequency",
        what: "refined peak of sinusoids from 8.1 to 12.9 Hz at a spacing of 0.5 Hz, largest distance, Hz",
        source: "frequency put in",
        tolerance: 0.01,
        why: "the parabola through a Hann window's main lobe is biased by a fiftieth of the spacing",
        check: Check::Alone(peak),
    },
    Case {
        name: "white-noise-level",
        what: "mean density of white noise of variance 9 at 2 ms against 2σ²T, in standard errors",
        source: "a one-sided density over half the sampling frequency has the variance as its integral",
        tolerance: 5.0,
        why: "the mean density is the variance of 200 000 samples; five standard errors happen once in 1e6",
        check: Check::Alone(white),
    },
];

fn vectors() -> Result<f64> {
    let data = reference("objectives/power_spectral_density")?;
    let series = Series::unnamed(data.matrix("signal")?.transpose(), ms(1.0), ms(0.0))?;
    let mut errors = Vec::new();
    for (case, (samples, overlap)) in
        [(125, 0.5), (256, 0.5), (255, 0.5), (200, 0.0), (200, 0.75), (256, 0.5), (1000, 0.5)]
            .into_iter()
            .enumerate()
    {
        let welch = Welch::in_samples(samples).with_overlap(overlap)?;
        let spectrum =
            welch.with_window(Window::HannSymmetric).with_detrend(Detrend::None).spectrum(&series)?;
        let frequencies = spectrum.frequencies().value_unsafe;
        let expected = data.matrix(&format!("c{case}_freq"))?;
        let density = data.matrix(&format!("c{case}_psd"))?;
        // Case 5 holds the band from 5 to 40 Hz alone.
        let first = frequencies.iter().position(|f| case != 5 || *f >= 5.0).unwrap_or(0);
        for row in 0..expected.len() {
            // The frequency 0 is 0.
            errors.push((frequencies[first + row] - expected[row]).abs() / expected[row].max(1.0));
            errors.extend((0..2).map(|k| relative(spectrum.density()[(k, first + row)], density[(row, k)])));
        }
    }
    Ok(largest(errors))
}

fn parseval() -> Result<f64> {
    let mut errors = Vec::new();
    for n in [399_u32, 400] {
        let x = normals(1, n);
        let welch = Welch::in_samples(n as usize).with_detrend(Detrend::None);
        let spectrum = welch.spectrum(&Series::unnamed(x.clone(), ms(4.0), ms(0.0))?)?;
        let found = spectrum.mean().iter().sum::<f64>() * spectrum.spacing().value_unsafe;
        let taper = |k: usize| (TAU * 0.5 * k as f64 / f64::from(n)).sin().powi(2);
        let tapered: f64 = x.iter().enumerate().map(|(k, x)| (taper(k) * x).powi(2)).sum();
        errors.push(relative(found, tapered / (0..x.len()).map(|k| taper(k).powi(2)).sum::<f64>()));
    }
    Ok(largest(errors))
}

/// A channel of 16 s at 1 ms.
fn tone(amplitude: f64, frequency: f64) -> Result<Series> {
    let value = |k: usize| amplitude * (TAU * frequency * 1e-3 * k as f64 + 0.3).cos();
    Ok(Series::unnamed(DMatrix::from_fn(1, 16_000, |_, k| value(k)), ms(1.0), ms(0.0))?)
}

/// A²/2 over three bins of 1 Hz, shared as 1 : 4 : 1.
fn sinusoid() -> Result<f64> {
    let density = Welch::new(s(1.0)).spectrum(&tone(2.0, 10.0)?)?.mean();
    let expected = [(9, 1.0 / 3.0), (10, 4.0 / 3.0), (11, 1.0 / 3.0)];
    Ok(largest(expected.map(|(bin, expected)| relative(density[bin], expected))))
}

fn peak() -> Result<f64> {
    let error = |k: u32| -> Result<f64> {
        let frequency = 8.1 + 0.2 * f64::from(k);
        let spectrum = Welch::new(s(2.0)).spectrum(&tone(1.0, frequency)?)?;
        Ok((spectrum.peak(hz(7.0), hz(14.0))?.refined.value_unsafe - frequency).abs())
    };
    Ok(largest((0..25).map(error).collect::<Result<Vec<f64>>>()?))
}

fn white() -> Result<f64> {
    let noise = Series::unnamed(normals(1, 200_000) * 3.0, ms(2.0), ms(0.0))?;
    let density = Welch::in_samples(400).spectrum(&noise)?.mean();
    // The ends are not doubled, and the lowest frequencies lose what detrending takes.
    let mean = density[2..199].iter().sum::<f64>() / 197.0;
    let standard_error = (2.0 / 200_000.0_f64).sqrt();
    Ok((mean / (2.0 * 9.0 * 2e-3) - 1.0).abs() / standard_error)
}
