//! Phase locking, synchrony and coherence against closed forms.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::f64::consts::{FRAC_PI_3, PI, TAU};

use brainmass_core::random::Stream;
use brainmass_core::units::dimension::{Dimensionless, Volt};
use brainmass_core::units::{hz, ms, s};
use brainmass_core::{Error, TimeSeries};
use brainmass_objectives::{Phases, Synchrony, Welch};
use nalgebra::DMatrix;

type Volts = TimeSeries<Volt>;

fn volts(values: DMatrix<f64>) -> Volts {
    Volts::unnamed(values, ms(1.0), ms(1.0)).unwrap()
}

fn noise(channel: u32, t: usize) -> f64 {
    Stream::new(5, 0).normal(channel, t as u64)
}

/// Whole periods: the Hilbert transform of a cosine is the sine.
#[test]
fn the_analytic_signal_of_a_cosine_is_a_turning_arrow() {
    for n_samples in [999, 1000] {
        let turn = |t: usize| TAU * 5.0 * t as f64 / n_samples as f64;
        let series =
            volts(DMatrix::from_fn(2, n_samples, |i, t| 7.0 + 2.0 * (turn(t) - FRAC_PI_3 * i as f64).cos()));
        let phases = Phases::of_analytic_signal(&series, s(0.0)).unwrap();
        let angles = phases.angles().unwrap();
        for t in 0..n_samples {
            for i in 0..2 {
                let expected = turn(t) - FRAC_PI_3 * i as f64;
                let error = (angles.values()[(i, t)] - expected).sin();
                assert!(error.abs() < 1e-12, "{i} {t} {error}");
            }
        }
        approx::assert_relative_eq!(phases.locking()[(0, 1)], 1.0, max_relative = 1e-13);
        // |1 + e^(−iπ/3)|/2 = cos(π/6), at all times.
        let synchrony = phases.synchrony().unwrap();
        approx::assert_relative_eq!(synchrony.mean, 0.75_f64.sqrt(), max_relative = 1e-12);
        assert!(synchrony.metastability < 1e-12);
    }
}

#[test]
fn edges_are_dropped_with_their_times() {
    // Not a whole number of periods: the ends are wrong, the middle is right to the leakage that is left.
    let series = volts(DMatrix::from_fn(1, 1000, |_, t| (TAU * 10.3e-3 * t as f64).cos()));
    let worst = |edge| {
        let phases = Phases::of_analytic_signal(&series, edge).unwrap();
        let angles = phases.angles().unwrap();
        let error = |k: usize| {
            let t = (angles.time(k).value_unsafe * 1e3).round() - 1.0;
            (angles.values()[(0, k)] - TAU * 10.3e-3 * t).sin().abs()
        };
        (angles.n_samples(), (0..angles.n_samples()).map(error).fold(0.0, f64::max))
    };
    let ((all, with_ends), (kept, middle)) = (worst(s(0.0)), worst(ms(300.0)));
    assert_eq!((all, kept), (1000, 400));
    assert!(with_ends > 0.1 && middle < 0.03, "{with_ends} {middle}");
    assert!(matches!(Phases::of_analytic_signal(&series, ms(500.0)), Err(Error::Shape { .. })));
    assert!(matches!(Phases::of_analytic_signal(&series, ms(0.5)), Err(Error::NotMultiple { .. })));
    let still = volts(DMatrix::repeat(1, 10, 0.1));
    assert!(matches!(Phases::of_analytic_signal(&still, s(0.0)), Err(Error::Constant { .. })));
}

#[test]
fn order_is_one_in_sync_and_zero_in_balance() {
    let of = |angle: fn(usize, usize) -> f64| {
        let angles = DMatrix::from_fn(6, 50, angle);
        let angles = TimeSeries::<Dimensionless>::unnamed(angles, ms(1.0), ms(1.0)).unwrap();
        Phases::from_angles(&angles).unwrap()
    };
    let same = of(|_, t| 0.3 * t as f64);
    assert!(same.order().unwrap().samples().iter().all(|r| (r - 1.0).abs() < 1e-14));
    approx::assert_relative_eq!(same.locking(), DMatrix::repeat(6, 6, 1.0), max_relative = 1e-13);
    let balanced = of(|i, t| 0.3 * t as f64 + TAU * i as f64 / 6.0);
    assert!(balanced.order().unwrap().samples().iter().all(|r| r.abs() < 1e-14));
    // In sync for one half of the time, two opposite groups for the other.
    let alternating = of(|i, t| if t % 2 == 0 { 0.0 } else { PI * (i % 2) as f64 });
    let Synchrony { mean, metastability } = alternating.synchrony().unwrap();
    approx::assert_relative_eq!(mean, 0.5, max_relative = 1e-14);
    approx::assert_relative_eq!(metastability, 0.5, max_relative = 1e-14);
}

/// N independent phases of T samples: PLV² is 1/T on average, R² is 1/N.
#[test]
fn independent_phases_are_locked_by_chance_alone() {
    let angles = DMatrix::from_fn(20, 1000, |i, t| TAU * 40.0 * noise(u32::try_from(i).unwrap(), t));
    let angles = TimeSeries::<Dimensionless>::unnamed(angles, ms(1.0), ms(1.0)).unwrap();
    let phases = Phases::from_angles(&angles).unwrap();
    let locking = phases.locking();
    let squares: f64 =
        (0..20).flat_map(|i| (i + 1..20).map(move |j| (i, j))).map(|p| locking[p].powi(2)).sum();
    // 190 exponential variables of mean 1/1000: five standard errors are 36 %.
    assert!((squares / 190.0 * 1000.0 - 1.0).abs() < 0.36, "{squares}");
    let squares: f64 = phases.order().unwrap().samples().iter().map(|r| r.powi(2)).sum();
    // A thousand of mean 1/20: five standard errors are 16 %.
    assert!((squares / 1000.0 * 20.0 - 1.0).abs() < 0.16, "{squares}");
}

/// y = x + noise of the same power: `|S_xy|²/(S_xx S_yy)` = 1/2; the imaginary part is zero.
#[test]
fn coherence_is_the_share_that_is_common() {
    let n_samples = 200_000;
    let values = DMatrix::from_fn(3, n_samples, |i, t| match i {
        0 => noise(0, t),
        1 => noise(0, t) + noise(1, t),
        _ => noise(2, t),
    });
    let cross = Welch::in_samples(200).with_overlap(0.0).unwrap().cross_spectrum(&volts(values)).unwrap();
    let coherence = cross.coherence(hz(50.0), hz(450.0)).unwrap();
    // 1000 segments and 81 frequencies: the standard error of a coherence c is √(2c)(1 − c)/√1000 each.
    approx::assert_abs_diff_eq!(coherence[(0, 1)], 0.5, epsilon = 5.0 * 0.5 / (81_000_f64).sqrt() + 1e-3);
    // Unrelated signals: 1/1000.
    assert!(coherence[(0, 2)] < 2e-3 && coherence[(0, 2)] > 5e-4, "{}", coherence[(0, 2)]);
    assert!(cross.imaginary_coherency(hz(50.0), hz(450.0)).unwrap()[(0, 1)].abs() < 0.02);
    approx::assert_relative_eq!(coherence[(1, 1)], 1.0, max_relative = 1e-12);
    assert!(cross.density(101).is_err());
}

#[test]
fn the_diagonal_is_the_power_spectrum_and_the_matrix_is_hermitian() {
    let series = volts(DMatrix::from_fn(3, 900, |i, t| noise(u32::try_from(i).unwrap(), t)));
    let welch = Welch::in_samples(100);
    let (cross, power) = (welch.cross_spectrum(&series).unwrap(), welch.spectrum(&series).unwrap());
    for bin in 0..51 {
        let density = cross.density(bin).unwrap();
        assert_eq!(density, &density.adjoint());
        for channel in 0..3 {
            let (found, expected) = (density[(channel, channel)].re, power.density()[(channel, bin)]);
            approx::assert_relative_eq!(found, expected, max_relative = 1e-13);
        }
    }
    assert_eq!(cross.power(), &power);
    let single = Welch::in_samples(900).cross_spectrum(&series).unwrap();
    let error = single.coherence(hz(10.0), hz(20.0)).unwrap_err();
    assert_eq!(error.to_string(), "coherence: expected 2 segments or more, found 1");
    let silent = volts(DMatrix::from_fn(2, 900, |i, t| if i == 0 { noise(0, t) } else { 0.0 }));
    let error = welch.cross_spectrum(&silent).unwrap().coherence(hz(10.0), hz(20.0)).unwrap_err();
    assert!(error.to_string().starts_with("power density of `1` at frequency 1: 0"), "{error}");
}
