//! What happens at the sensors: average reference and noise.

use brainmass_core::random::Stream;
use brainmass_core::units::dimension::{Tesla, Volt};
use brainmass_core::units::{SI, ms, uv};
use brainmass_core::{Error, ObservationModel, TimeSeries, conformance};
use brainmass_forward::{Rereference, SensorNoise};
use nalgebra::{DMatrix, dmatrix};
use proptest::prelude::*;

use crate::common::{noise, reference, sampling};

proptest! {
    /// To rounding in the scale of the signal.
    #[test]
    fn the_average_reference_sums_to_zero_and_is_idempotent(n in 1..70_usize, offset in -100.0..100.0_f64) {
        let values = noise(n, 10, ms(1.0)).values().add_scalar(offset);
        let eeg: TimeSeries<Volt> = TimeSeries::unnamed(values, ms(1.0), ms(1.0)).unwrap();
        let once = Rereference::average().observe(&eeg).unwrap();
        let twice = Rereference::average().observe(&once).unwrap();
        let rounding = 1e-14 * eeg.values().amax();
        prop_assert!(once.values().row_sum().amax() < rounding * n as f64);
        prop_assert!((once.values() - twice.values()).amax() < rounding);
    }
}

fn covariance() -> DMatrix<f64> {
    dmatrix![4.0, 1.0, 0.5; 1.0, 2.0, -0.3; 0.5, -0.3, 1.0] * 1e-12
}

#[test]
fn noise_keeps_the_contract() {
    let model = SensorNoise::<Volt>::new(SI::new(covariance()), Stream::new(1, 2)).unwrap();
    conformance::observation("sensor noise", &model, &sampling(3, ms(1.0)), 200).unwrap();
    assert_eq!(
        model.observer(&sampling(2, ms(1.0))).unwrap_err().to_string(),
        "channels of the sensor noise: expected 3, found 2"
    );
}

/// The sample covariance of n draws has a standard error of the root of (product of variances + squared
/// covariance)/n; the bound is five of them.
#[test]
fn noise_has_the_covariance_asked_for() {
    let c = covariance();
    let model = SensorNoise::<Volt>::new(SI::new(c.clone()), Stream::new(3, 0)).unwrap();
    let n = 100_000;
    let silence = TimeSeries::unnamed(DMatrix::zeros(3, n), ms(1.0), ms(1.0)).unwrap();
    let recorded = model.observe(&silence).unwrap();
    let found = recorded.values() * recorded.values().transpose() / n as f64;
    for i in 0..3 {
        for j in 0..3 {
            let error = ((c[(i, i)] * c[(j, j)] + c[(i, j)].powi(2)) / n as f64).sqrt();
            assert!(
                (found[(i, j)] - c[(i, j)]).abs() < 5.0 * error,
                "({i}, {j}): {} of {}",
                found[(i, j)],
                c[(i, j)]
            );
        }
    }
    // DIFFERENCE: the reference's factor the wrong way round would give another covariance.
    let data = reference("leadfield");
    let (right, wrong) =
        (data.matrix("noise_cov").unwrap(), data.matrix("noise_cov_produced_by_brainmass_WRONG").unwrap());
    assert!((right - &wrong).amax() > 0.1 * wrong.amax());
}

#[test]
fn the_same_seed_gives_the_same_bits() {
    let signal: TimeSeries<Volt> = noise(3, 50, ms(1.0)).times(uv(1.0)).unwrap();
    let record = |stream| SensorNoise::new(SI::new(covariance()), stream).unwrap().observe(&signal).unwrap();
    assert_eq!(record(Stream::new(5, 1)), record(Stream::new(5, 1)));
    assert_ne!(record(Stream::new(5, 1)), record(Stream::new(5, 2)));
}

#[test]
fn covariances_are_checked() {
    let make = |covariance| SensorNoise::<Tesla>::new(SI::new(covariance), Stream::new(1, 0)).unwrap_err();
    // The third row is the sum of the first two, less one: the last pivot is −1.
    let indefinite = dmatrix![1.0, 0.0, 1.0; 0.0, 1.0, 1.0; 1.0, 1.0, 1.0];
    let Error::NotPositiveDefinite { pivot, value, .. } = make(indefinite) else { panic!("another error") };
    assert_eq!((pivot, value), (2, -1.0));
    let Error::NotPositiveDefinite { pivot, .. } = make(dmatrix![0.0]) else { panic!("another error") };
    assert_eq!(pivot, 0);
    assert_eq!(
        make(dmatrix![1.0, 0.5; 0.4, 1.0]).to_string(),
        "noise covariance: expected a symmetric matrix, found 4e-1 at (1, 0) and 5e-1 at (0, 1)"
    );
    assert!(matches!(make(DMatrix::zeros(2, 3)), Error::Shape { .. }));
    assert!(matches!(make(dmatrix![f64::NAN]), Error::NotFinite { .. }));
    // Variances of femtoteslas are as good as any other.
    assert!(SensorNoise::<Tesla>::new(SI::new(dmatrix![1e-32]), Stream::new(1, 0)).is_ok());
}
