//! Haemodynamic response functions: landmarks in closed form, bad parameters, the reference vectors.

use crate::common::reference;
use brainmass_core::units::{Second, hz, s};
use brainmass_forward::hrf::{self, DampedSine, DoubleExponential, FirstOrderVolterra, Gamma, Hrf};
use brainmass_forward::hrf::{Glover, MixtureOfGammas, SpmDoubleGamma};
use proptest::prelude::*;

/// The time in (low, high) where a function of time is largest, by golden section.
fn peak(low: f64, high: f64, value: impl Fn(f64) -> f64) -> f64 {
    let ratio = 0.5 * (5f64.sqrt() - 1.0);
    let (mut low, mut high) = (low, high);
    for _ in 0..100 {
        let (left, right) = (high - ratio * (high - low), low + ratio * (high - low));
        if value(left) > value(right) { high = right } else { low = left }
    }
    low
}

/// Times of the peak and of the deepest undershoot. Golden section finds a flat top to the root of rounding,
/// 1e-7 of the time; the landmarks are given to 0.005 s or better.
fn landmarks(kernel: &dyn Hrf, zero: f64, end: f64) -> (f64, f64) {
    let at = |time| kernel.value(s(time));
    (peak(0.0, zero, at), peak(zero, end, |time| -at(time)))
}

fn close(found: f64, expected: f64, epsilon: f64) {
    approx::assert_abs_diff_eq!(found, expected, epsilon = epsilon);
}

#[test]
fn peaks_and_undershoots_are_those_of_the_papers() {
    let spm = SpmDoubleGamma::default();
    let (top, low) = landmarks(&spm, 12.066, 32.0);
    close(top, 4.9985, 5e-5);
    close(low, 15.749, 5e-4);
    close(spm.value(s(low)) / spm.value(s(top)), -0.0889, 5e-5);
    close(spm.value(s(12.066)), 0.0, 1e-5);
    for (glover, top, low) in [(Glover::auditory(), 5.24, 12.26), (Glover::motor(), 5.27, 12.51)] {
        let found = landmarks(&glover, 9.0, 32.0);
        close(found.0, top, 5e-3);
        close(found.1, low, 5e-3);
    }
    let mixture = landmarks(&MixtureOfGammas::default(), 9.0, 30.0);
    close(mixture.0, 4.949, 5e-4);
    close(mixture.1, 13.181, 5e-4);
    let volterra = FirstOrderVolterra::default();
    let omega = (1.0 / 0.4 - 0.25 / 0.64_f64).sqrt();
    let (top, low) = landmarks(&volterra, std::f64::consts::PI / omega, 4.0);
    close(top, (1.6 * omega).atan() / omega, 1e-7);
    close(low, 2.9648, 5e-5);
    close(volterra.value(s(top)), 0.127_729, 5e-7);
    close(peak(0.0, 15.0, |time| DoubleExponential::default().value(s(time))), 5.9425, 5e-5);
}

/// Simpson's rule over 200 s: smooth kernels that have died out, exact to 1e-9.
fn mass(kernel: &dyn Hrf) -> f64 {
    let (steps, h) = (20_000_u32, 0.01);
    let weight = |k: u32| if k.is_multiple_of(2) { 2.0 } else { 4.0 };
    let inner: f64 = (1..steps).map(|k| weight(k) * kernel.value(s(h * f64::from(k)))).sum();
    inner * h / 3.0
}

#[test]
fn densities_have_their_mass() {
    close(mass(&SpmDoubleGamma::default()), 1.0, 1e-9);
    // DIFFERENCE: with the factor l the mass does not depend on l.
    for l in [0.5, 1.0, 3.0] {
        close(mass(&MixtureOfGammas::new(6.0, 13.0, hz(l), 0.4).unwrap()), 0.6, 1e-9);
    }
}

proptest! {
    #[test]
    fn normalised_kernels_peak_at_a(tau in 0.2..3.0_f64, n in 1.5..8.0_f64, a in 0.01..10.0_f64) {
        let gamma = Gamma::new(s(tau), n, a).unwrap();
        let top = (n - 1.0) * tau;
        prop_assert!((gamma.value(s(top)) / a - 1.0).abs() < 1e-12);
        prop_assert!(gamma.value(s(0.99 * top)) < a && gamma.value(s(1.01 * top)) < a);
        let sine = |tau, f| DampedSine { tau: s(tau), frequency: hz(f), amplitude: 1.0 };
        let double = DoubleExponential::new(sine(3.0 * tau, 0.03 * n), sine(2.0 * tau, 0.2), a).unwrap();
        let largest = (0..20_000).fold(0.0, |largest: f64, k| largest.max(double.value(s(0.003 * f64::from(k)))));
        // The grid misses the top by at most half a step: the curvature there times 1e-6.
        prop_assert!(largest <= a * (1.0 + 1e-12) && largest > a * (1.0 - 1e-4), "{largest} of {a}");
    }
}

#[test]
fn parameters_that_make_no_sense_are_refused() {
    let text = |error: brainmass_core::Error| error.to_string();
    assert_eq!(
        text(Gamma::new(s(0.0), 3.0, 1.0).unwrap_err()),
        "tau of the gamma kernel: 0 s, but it must be above zero and finite"
    );
    assert_eq!(
        text(Gamma::new(s(1.0), 1.0, 1.0).unwrap_err()),
        "n of the gamma kernel: 1, but it must be above 1 and finite"
    );
    assert!(Gamma::new(s(1.0), 3.0, f64::NAN).is_err());
    // DIFFERENCE: overdamped parameters are an error, not NaN.
    assert_eq!(
        text(FirstOrderVolterra::new(s(0.2), s(0.4), 1.0).unwrap_err()),
        "tau_f of the first-order Volterra kernel: 400 ms, but it must be below 4 tau_s² = 160 ms, or the response is overdamped"
    );
    assert!(MixtureOfGammas::new(6.0, 13.0, hz(-1.0), 0.4).is_err());
    let sine = |frequency| DampedSine { tau: s(7.0), frequency: hz(frequency), amplitude: 0.1 };
    assert!(DoubleExponential::new(sine(0.03), sine(400.0), 0.1).is_err());
    // Equal oscillations leave nothing to normalise.
    assert!(DoubleExponential::new(sine(0.03), sine(0.03), 0.1).is_err());
    for name in hrf::NAMES {
        assert!(hrf::by_name(name).unwrap().value(s(3.0)).is_finite(), "{name}");
    }
}

/// The library's kernels on its grids: a few roundings of numbers of order 0.1.
#[test]
fn kernels_are_those_of_the_reference_vectors() {
    let data = reference("hrf_kernels");
    let names = [
        ("gamma", "Gamma"),
        ("double_exponential", "DoubleExponential"),
        ("mixture_of_gammas", "MixtureOfGammas"),
        ("first_order_volterra", "FirstOrderVolterra"),
    ];
    for (name, theirs) in names {
        let kernel = hrf::by_name(name).unwrap();
        for grid in ["", "_irregular", "_before_peak"] {
            let values = |what: &str| {
                data.array(&format!("{theirs}{grid}_{what}")).unwrap().values().unwrap().to_vec()
            };
            let times: Vec<Second> = values("t").into_iter().map(s).collect();
            for (found, expected) in kernel.reference_values(&times).iter().zip(values("h")) {
                close(*found, expected, 1e-13);
            }
        }
    }
    // DIFFERENCE: the library leaves out the factor l.
    let fast = MixtureOfGammas::new(6.0, 13.0, hz(2.0), 0.4).unwrap();
    close(fast.reference_values(&[s(2.5)])[0], MixtureOfGammas::default().value(s(5.0)), 1e-15);
    // DIFFERENCE: where the grid stops before the peak, the library stretches what it has.
    let kernel = Gamma::default();
    let early = [s(0.1), s(0.2)];
    assert_eq!(kernel.reference_values(&early)[1], 0.1);
    assert!(kernel.value(early[1]) < 0.02);
}
