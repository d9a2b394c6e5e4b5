//! The polynomials of the response against the solver that they stand for, and their edges.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use brainmass_core::units::{Volt, v_per_s};
use brainmass_core::{Dual, Real};
use brainmass_nodes::ExponentialIntegrateAndFire;
use brainmass_nodes::response::{MU, Response, SIGMA, mu_at, sigma_at};

/// Between the points that the polynomials were made from.
fn places(n: u32) -> impl Iterator<Item = (f64, f64)> {
    let at = move |k: u32| 2.0 * f64::from(k) / f64::from(n - 1) - 1.0;
    (0..n).flat_map(move |i| (0..n).map(move |j| (mu_at(at(i)), sigma_at(at(j)))))
}

/// Rates and potentials, to the errors that the functions own up to.
#[test]
fn polynomials_are_the_solver_s_steady_state() {
    let neuron = ExponentialIntegrateAndFire::default();
    for (mu, sigma) in places(15) {
        let due = neuron.steady_state(v_per_s(mu), Volt::new(sigma)).unwrap();
        let (rate, potential) = (due.rate.value_unsafe, due.mean_potential.value_unsafe);
        let found = Response::to(mu, sigma);
        // The passage time is right to 7e-4, and longer than e^60 s nowhere.
        let tolerance = (7e-4 * rate).min(0.03) + 1e-26;
        assert!((found.rate() - rate).abs() <= tolerance, "rate at {mu}, {sigma}: {} {rate}", found.rate());
        let error = (found.mean_potential() - potential).abs();
        assert!(error < 6e-6, "potential at {mu}, {sigma}: off by {error} V");
    }
}

/// Up to 60 Hz to half a percent. Above, the solver's time constant jumps by percents where a resonance at the rate moves
/// through the frequencies that it is fitted to; the polynomials go through the middle.
#[test]
fn polynomials_are_the_solver_s_time_constant() {
    let neuron = ExponentialIntegrateAndFire::default();
    for (mu, sigma) in places(4) {
        let due = neuron.time_constant(v_per_s(mu), Volt::new(sigma)).unwrap().value_unsafe;
        let found = Response::to(mu, sigma);
        let tolerance = if found.rate() < 60.0 { 0.005 } else { 0.08 };
        let error = (found.time_constant() / due - 1.0).abs();
        assert!(error < tolerance, "at {mu}, {sigma}: {} {due}", found.time_constant());
    }
}

#[test]
fn the_value_at_an_edge_is_held_beyond_it() {
    let within = |mu, sigma| {
        let response = Response::<f64>::to(mu, sigma);
        [response.rate(), response.mean_potential(), response.time_constant()]
    };
    assert_eq!(within(-9.0, 0.05), within(MU[0], 0.05));
    assert_eq!(within(1e9, 0.0), within(MU[1], SIGMA[0]));
    assert_eq!(within(1.0, f64::INFINITY), within(1.0, SIGMA[1]));
}

/// At 10⁻⁴⁰ Hz, below the smallest number of single precision, nothing overflows, derivatives neither.
#[test]
fn silence_is_finite_in_single_precision() {
    let one = f32::from_f64(1.0);
    let (mu, sigma) =
        (Dual::<f32, 1> { value: -one, partials: [one] }, Dual::constant(f32::from_f64(SIGMA[0])));
    let rate = Response::to(mu, sigma).rate();
    assert!(rate.value > 0.0 && rate.value < 2e-26, "{}", rate.value);
    assert_eq!(rate.partials, [0.0]);
}
