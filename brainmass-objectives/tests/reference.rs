//! The Python library's numbers, `testdata/reference/objectives`.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::path::Path;

use brainmass_core::units::{SI, dimension, s};
use brainmass_core::{Error, Objective, TimeSeries, WeightedSum};
use brainmass_datasets::Npz;
use brainmass_objectives::{
    CosineSimilarity, Detrend, Fc, FcCorrelation, FcRmse, TimeSeriesRmse, Welch, Window,
    functional_connectivity, matrix_correlation,
};
use nalgebra::DMatrix;

type Series = TimeSeries<dimension::Dimensionless>;

/// Sums of some hundred terms in another order: 1e-12 leaves room for a thousand roundings.
const TOLERANCE: f64 = 1e-12;

fn open(name: &str) -> Npz {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../testdata/reference/objectives");
    Npz::open(&folder.join(name)).unwrap()
}

struct Vectors(Npz);

impl Vectors {
    fn open() -> Self {
        Self(open("objectives.npz"))
    }
    fn number(&self, name: &str) -> f64 {
        self.0.array(name).unwrap().values().unwrap()[0]
    }
    fn series(&self, name: &str) -> Series {
        Series::unnamed(self.0.matrix(name).unwrap().transpose(), s(1.0), s(0.0)).unwrap()
    }
    fn fc(&self, name: &str) -> Fc {
        functional_connectivity(&self.series(name)).unwrap()
    }
    fn assert(&self, name: &str, found: f64) {
        approx::assert_relative_eq!(found, self.number(name), max_relative = TOLERANCE);
    }
}

#[test]
fn functional_connectivity_and_its_distances_agree() {
    let vectors = Vectors::open();
    let (x, fc_x, fc_y) = (vectors.series("x"), vectors.fc("x"), vectors.fc("y"));
    for (fc, name) in [(&fc_x, "fc_x"), (&fc_y, "fc_y")] {
        let expected = vectors.0.matrix(name).unwrap();
        approx::assert_abs_diff_eq!(fc.matrix(), &expected, epsilon = TOLERANCE);
        // What was read is an FC too, and the same one.
        approx::assert_abs_diff_eq!(
            fc.matrix(),
            Fc::unnamed(expected).unwrap().matrix(),
            epsilon = TOLERANCE
        );
    }
    vectors.assert("matrix_correlation", matrix_correlation(fc_x.matrix(), fc_y.matrix()).unwrap());
    let objective = FcCorrelation::new(fc_y).unwrap();
    vectors.assert("fc_corr", objective.correlation(&x).unwrap());
    vectors.assert("fc_corr_loss", objective.cost(&x).unwrap());
}

#[test]
fn series_distances_agree() {
    let vectors = Vectors::open();
    let (x, y) = (vectors.series("x"), vectors.series("y"));
    vectors.assert("timeseries_rmse", TimeSeriesRmse::new(y.clone()).unwrap().cost(&x).unwrap());
    let cosine = CosineSimilarity::new(y.clone()).unwrap();
    vectors.assert("cosine_sim_eps0", cosine.cosine(&x).unwrap());
    vectors.assert("cosine_loss", cosine.cost(&x).unwrap());
    let floored = |floor| cosine.clone().with_floor(SI::new(floor)).unwrap();
    vectors.assert("cosine_sim_eps0.001", floored(0.001).cosine(&x).unwrap());
    let tiny = x.times(SI::<f64, dimension::Dimensionless>::new(1e-5)).unwrap();
    vectors.assert("cosine_sim_tiny_eps10", floored(10.0).cosine(&tiny).unwrap());
    let sum = WeightedSum::new()
        .and(2.0, TimeSeriesRmse::new(y).unwrap())
        .and_then(|sum| sum.and(0.3, FcCorrelation::new(vectors.fc("y"))?))
        .unwrap();
    vectors.assert("combine", sum.cost(&x).unwrap());
}

/// DIFFERENCE: the reference averages over all N² entries, the zero diagonal included.
#[test]
fn fc_rmse_leaves_the_diagonal_out() {
    let vectors = Vectors::open();
    let objective = FcRmse::new(vectors.fc("y")).unwrap();
    let x = vectors.series("x");
    let ours = objective.cost(&x).unwrap();
    approx::assert_relative_eq!(
        ours,
        vectors.number("fc_rmse") * (6.0_f64 / 5.0).sqrt(),
        max_relative = TOLERANCE
    );
    vectors.assert("fc_rmse", objective.including_diagonal().cost(&x).unwrap());
}

/// DIFFERENCE: the reference correlates a constant channel to 0 with all others and scores the result.
#[test]
fn a_constant_channel_is_an_error() {
    let vectors = Vectors::open();
    let x = vectors.series("x_const");
    assert_eq!(vectors.0.matrix("fc_const").unwrap()[(2, 0)], 0.0);
    let named = |error: Error| matches!(error, Error::Constant { channel, .. } if channel == "2");
    assert!(named(functional_connectivity(&x).unwrap_err()));
    assert!(vectors.number("fc_corr_const").is_finite());
    assert!(named(FcCorrelation::new(vectors.fc("y")).unwrap().cost(&x).unwrap_err()));
}

/// DIFFERENCE: the reference turns a NaN into correlations of 0; here no series holds one.
#[test]
fn a_nan_is_an_error() {
    let vectors = Vectors::open();
    assert_eq!(vectors.0.matrix("fc_nan").unwrap()[(1, 0)], 0.0);
    let values = vectors.0.matrix("x_nan").unwrap().transpose();
    assert!(matches!(Series::unnamed(values, s(1.0), s(0.0)), Err(Error::NotFinite { .. })));
}

/// DIFFERENCE: the reference correlates a constant matrix to 0.
#[test]
fn a_constant_matrix_is_an_error() {
    let vectors = Vectors::open();
    assert_eq!(vectors.number("matrix_correlation_const"), 0.0);
    let found = matrix_correlation(&DMatrix::repeat(6, 6, 0.5), vectors.fc("y").matrix());
    assert!(matches!(found, Err(Error::Constant { .. })));
}

/// DIFFERENCE: the reference tapers with a symmetric window and does not detrend, which are options here,
/// and shortens a segment of 5000 samples to the 1000 there are, which is an error here.
#[test]
fn power_spectra_agree() {
    let vectors = open("power_spectral_density.npz");
    let signal = vectors.matrix("signal").unwrap().transpose();
    let series = Series::unnamed(signal, s(1e-3), s(0.0)).unwrap();
    let spectrum = |samples, overlap| {
        let welch = Welch::in_samples(samples).with_overlap(overlap).unwrap();
        welch.with_window(Window::HannSymmetric).with_detrend(Detrend::None).spectrum(&series)
    };
    let cases = [(125, 0.5), (256, 0.5), (255, 0.5), (200, 0.0), (200, 0.75), (256, 0.5), (1000, 0.5)];
    for (case, (samples, overlap)) in cases.into_iter().enumerate() {
        let found = spectrum(samples, overlap).unwrap();
        let frequencies = found.frequencies().value_unsafe;
        // Case 5 is the band from 5 to 40 Hz.
        let kept: Vec<usize> = (0..frequencies.len())
            .filter(|bin| case != 5 || (5.0..=40.0).contains(&frequencies[*bin]))
            .collect();
        let expected = vectors.matrix(&format!("c{case}_freq")).unwrap();
        assert_eq!(expected.len(), kept.len());
        let density = vectors.matrix(&format!("c{case}_psd")).unwrap();
        for (row, bin) in kept.into_iter().enumerate() {
            approx::assert_relative_eq!(frequencies[bin], expected[row], max_relative = TOLERANCE);
            for channel in 0..2 {
                let (found, expected) = (found.density()[(channel, bin)], density[(row, channel)]);
                approx::assert_relative_eq!(found, expected, max_relative = TOLERANCE);
            }
        }
    }
    let error = spectrum(5000, 0.5).unwrap_err();
    assert_eq!(
        error.to_string(),
        "segment: expected 3 samples or more, up to the 1000 of the series, found 5000 samples"
    );
}
