//! The band-pass against its closed-form gain.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::f64::consts::TAU;

use brainmass_core::TimeSeries;
use brainmass_core::units::dimension::Dimensionless;
use brainmass_core::units::{hz, s};
use brainmass_objectives::{BandPass, z_scored};
use nalgebra::{DMatrix, dmatrix};

type Bold = TimeSeries<Dimensionless>;

fn bold(n: usize, value: impl Fn(usize) -> f64) -> Bold {
    Bold::unnamed(DMatrix::from_fn(1, n, |_, t| value(t)), s(0.5), s(0.5)).unwrap()
}

/// Far from the ends a cosine keeps its phase and has the gain of the formula, whatever the order.
#[test]
fn sinusoids_have_the_gain_of_the_formula_and_their_phase() {
    for order in 1..=8 {
        for (from, to) in [(0.05, 0.2), (0.02, 0.9), (0.3, 0.4)] {
            let filter = BandPass::new(order, hz(from), hz(to)).unwrap();
            for frequency in [0.03, 0.05, 0.1, 0.2, 0.35, 0.6] {
                let wave = |t: usize| (TAU * frequency * 0.5 * t as f64 + 0.4).cos();
                let filtered = filter.apply_without_edges(&bold(8000, wave), s(1500.0)).unwrap();
                let gain = filter.gain(hz(frequency), s(0.5)).unwrap();
                let error = (0..2000).map(|k| (filtered.values()[k] - gain * wave(3000 + k)).abs());
                let error = error.fold(0.0, f64::max);
                assert!(error < 1e-8, "order {order}, {from} to {to}, {frequency}: {error:e}");
            }
        }
    }
}

#[test]
fn the_ends_of_the_band_are_halved_and_a_constant_vanishes() {
    let filter = BandPass::new(3, hz(0.05), hz(0.2)).unwrap();
    for frequency in [0.05, 0.2] {
        approx::assert_relative_eq!(filter.gain(hz(frequency), s(0.5)).unwrap(), 0.5, max_relative = 1e-12);
    }
    let constant = filter.apply(&bold(300, |_| 1000.0)).unwrap();
    assert!(constant.values().amax() < 1e-9);
}

#[test]
fn what_cannot_be_filtered_is_an_error() {
    assert!(BandPass::new(0, hz(0.1), hz(0.2)).is_err() && BandPass::new(9, hz(0.1), hz(0.2)).is_err());
    assert!(BandPass::new(2, hz(0.0), hz(0.2)).is_err());
    let error = BandPass::new(2, hz(0.2), hz(0.1)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "upper end of the band: 100 mHz, but it must be above the lower end, 200 mHz"
    );
    let filter = BandPass::new(2, hz(0.1), hz(1.0)).unwrap();
    let error = filter.apply(&bold(100, |t| t as f64)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "upper end of the band: 1 Hz, but it must be below half the sampling frequency, 1 Hz"
    );
    let filter = BandPass::new(2, hz(0.1), hz(0.2)).unwrap();
    assert!(filter.apply(&bold(1, |_| 0.0)).is_err());
    assert!(filter.apply(&bold(2, |t| t as f64)).is_ok());
    assert!(filter.apply_without_edges(&bold(100, |t| t as f64), s(25.0)).is_err());
    assert!(filter.apply_without_edges(&bold(100, |t| t as f64), s(0.3)).is_err());
    assert!(z_scored(&Bold::unnamed(dmatrix![1.0, 1.0], s(1.0), s(1.0)).unwrap()).is_err());
}
