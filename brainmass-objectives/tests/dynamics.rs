//! Dynamics of functional connectivity against closed forms, and their objectives.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use brainmass_core::random::Stream;
use brainmass_core::units::{Second, dimension, s};
use brainmass_core::{Error, Objective, TimeSeries, conformance};
use brainmass_objectives::{
    Distribution, FcdKolmogorovSmirnov, FcdWasserstein, SlidingWindow, functional_connectivity,
    matrix_correlation,
};
use nalgebra::DMatrix;
use proptest::prelude::*;

type Bold = TimeSeries<dimension::Dimensionless>;

const TR: Second = s(0.72);

fn series(values: DMatrix<f64>) -> Bold {
    Bold::unnamed(values, TR, TR).unwrap()
}

fn noise(seed: u64, n_channels: usize, n_samples: usize) -> Bold {
    let stream = Stream::new(seed, 0);
    let value = |i, t| stream.normal(u32::try_from(i).unwrap(), u64::try_from(t).unwrap());
    series(DMatrix::from_fn(n_channels, n_samples, value))
}

#[test]
fn it_is_the_correlation_of_the_fc_of_windows() {
    let x = noise(1, 5, 64);
    let fcd = SlidingWindow::in_samples(20, 6).fcd(&x).unwrap();
    // Windows from 0, 6, …, 42 on: the next would need 68 samples.
    assert_eq!(fcd.matrix().shape(), (8, 8));
    let fc = |window: usize| {
        functional_connectivity(&series(x.values().columns(6 * window, 20).into_owned())).unwrap()
    };
    for a in 0..8 {
        for b in 0..8 {
            let expected = matrix_correlation(fc(a).matrix(), fc(b).matrix()).unwrap();
            approx::assert_abs_diff_eq!(fcd.matrix()[(a, b)], expected, epsilon = 1e-13);
        }
        // The first sample is at one period; the middle of 20 is between the tenth and the eleventh.
        approx::assert_relative_eq!(
            fcd.centres()[a].value_unsafe,
            0.72 * (6.0 * a as f64 + 10.5),
            max_relative = 1e-14
        );
    }
    assert_eq!(fcd.distribution().unwrap().sorted().len(), 28);
    // Four windows later there is no sample in common: 4 + 3 + 2 + 1 pairs.
    let apart = fcd.distribution_without_overlap().unwrap();
    assert_eq!(apart.sorted().len(), 10);
    assert!(
        apart.sorted().contains(&fcd.matrix()[(0, 4)]) && !apart.sorted().contains(&fcd.matrix()[(0, 3)])
    );
    assert!(SlidingWindow::in_samples(40, 6).fcd(&x).unwrap().distribution_without_overlap().is_err());
}

/// A signal that repeats itself every step has the same FC in all windows.
#[test]
fn a_repeating_signal_has_no_dynamics() {
    let once = noise(2, 4, 10);
    let x = series(DMatrix::from_fn(4, 60, |i, t| once.values()[(i, t % 10)]));
    let fcd = SlidingWindow::new(TR * 20.0, TR * 10.0).fcd(&x).unwrap();
    approx::assert_abs_diff_eq!(fcd.matrix(), &DMatrix::repeat(5, 5, 1.0), epsilon = 1e-12);
}

#[test]
fn groups_keep_their_pairs_alone() {
    let x = noise(3, 6, 50);
    let all = SlidingWindow::in_samples(20, 10);
    assert_eq!(all.clone().within(vec![7; 6]).fcd(&x).unwrap(), all.fcd(&x).unwrap());
    // What the groups do to each other does not matter: turn one group over.
    let turned = series(DMatrix::from_fn(6, 50, |i, t| x.values()[(i, t)] * if i < 3 { 1.0 } else { -1.0 }));
    let hemispheres = all.clone().within(vec![0, 0, 0, 1, 1, 1]);
    let (a, b) = (hemispheres.fcd(&x).unwrap(), hemispheres.fcd(&turned).unwrap());
    approx::assert_abs_diff_eq!(a.matrix(), b.matrix(), epsilon = 1e-13);
    assert!((all.fcd(&x).unwrap().matrix() - all.fcd(&turned).unwrap().matrix()).amax() > 0.1);
    let error = all.clone().within(vec![0; 5]).fcd(&x).unwrap_err();
    assert_eq!(error.to_string(), "groups of regions: expected 6 groups, one per channel, found 5");
    assert!(all.within(vec![0, 0, 1, 1, 2, 3]).fcd(&x).is_err());
}

#[test]
fn what_does_not_fit_is_an_error_with_numbers() {
    let x = noise(4, 4, 30);
    let message = |window: SlidingWindow| window.fcd(&x).unwrap_err().to_string();
    assert_eq!(
        message(SlidingWindow::new(s(1.0), TR)),
        "FCD window: 1 s is not a multiple of the sampling period 720 ms (1.3888889 of them)"
    );
    assert_eq!(
        message(SlidingWindow::in_samples(28, 3)),
        "series for FC dynamics: expected 31 samples or more, for two windows, found 30"
    );
    for (window, step) in [(1, 1), (10, 0), (usize::MAX, 1), (10, usize::MAX)] {
        assert!(matches!(SlidingWindow::in_samples(window, step).fcd(&x), Err(Error::Shape { .. })));
    }
    assert!(SlidingWindow::in_samples(10, 5).fcd(&noise(4, 2, 30)).is_err());
    let mut still = x.values().clone();
    still.view_mut((2, 10), (1, 10)).fill(0.3);
    let error = SlidingWindow::in_samples(10, 5).fcd(&series(still)).unwrap_err();
    assert!(matches!(&error, Error::Constant { channel, .. } if channel == "2"), "{error}");
}

#[test]
fn objectives_keep_the_contract() {
    let (target, x) = (noise(5, 4, 60), noise(6, 4, 80));
    let windows = SlidingWindow::in_samples(15, 5);
    let ks = FcdKolmogorovSmirnov::of(windows.clone(), &target).unwrap();
    let wasserstein = FcdWasserstein::of(windows.clone(), &target).unwrap();
    conformance::objective(&ks, &x).unwrap();
    conformance::objective(&wasserstein, &x).unwrap();
    conformance::distance(&ks, &target).unwrap();
    conformance::distance(&wasserstein, &target).unwrap();
    // The same from the distribution alone.
    let distribution = windows.fcd(&target).unwrap().distribution().unwrap();
    let of_distribution = FcdWasserstein::new(windows.clone(), distribution.clone());
    assert_eq!(of_distribution.cost(&x), wasserstein.cost(&x));
    let found = windows.fcd(&x).unwrap().distribution().unwrap();
    assert_eq!(ks.cost(&x), Ok(found.kolmogorov_smirnov(&distribution)));
    assert!(FcdWasserstein::new(windows, Distribution::new(vec![0.5]).unwrap()).cost(&x).unwrap() > 0.0);
}

proptest! {
    #[test]
    fn scale_and_offset_of_channels_do_not_matter(seed in 0..1000_u64, scale in 0.01..100.0_f64, offset in -10.0..10.0_f64) {
        let x = noise(seed, 4, 40);
        let moved = series(DMatrix::from_fn(4, 40, |i, t| scale * (i + 1) as f64 * x.values()[(i, t)] + offset));
        let windows = SlidingWindow::in_samples(12, 4);
        let (a, b) = (windows.fcd(&x).unwrap(), windows.fcd(&moved).unwrap());
        // An offset of up to a thousand times the signal costs three digits, twice over.
        approx::assert_abs_diff_eq!(a.matrix(), b.matrix(), epsilon = 1e-9);
    }
}
