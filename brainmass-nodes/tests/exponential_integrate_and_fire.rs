//! The exponential integrate-and-fire neuron against closed forms and the tables of neurolib.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use brainmass_core::units::{Volt, VoltPerSecond, hz, ms, mv, s, v_per_s};
use brainmass_nodes::ExponentialIntegrateAndFire;

/// mV/√ms as volts a root of a second piles up.
fn noise(millivolts: f64) -> Volt {
    mv(millivolts * 1000_f64.sqrt())
}

fn rate(neuron: &ExponentialIntegrateAndFire, mu: f64, sigma: f64) -> f64 {
    neuron.steady_state(v_per_s(mu), noise(sigma)).unwrap().rate.value_unsafe
}

/// Spikes that begin at once: what is left is a leaky integrator with a threshold.
fn leaky() -> ExponentialIntegrateAndFire {
    ExponentialIntegrateAndFire {
        delta_t: Volt::new(1e-7),
        v_s: mv(-50.0),
        ..ExponentialIntegrateAndFire::default()
    }
}

/// Cells of 0.1 mV below the reset, where the density falls e-fold within σ²/2μ = 1 mV or less, make (0.1/1)²/12 of a twentieth.
/// Without a leak the mean time from reset to threshold is their distance over μ, whatever the noise.
#[test]
fn a_perfect_integrator_fires_with_its_drift() {
    let neuron = ExponentialIntegrateAndFire { tau: s(1e9), t_ref: s(0.0), ..leaky() };
    for (mu, sigma) in [(0.5, 1.0), (1.0, 3.0), (0.4, 2.0)] {
        approx::assert_relative_eq!(rate(&neuron, mu, sigma), mu / 0.02, max_relative = 5e-5);
    }
}

/// Siegert's formula as one integral: T = τ ∫ e^(−t²) (e^(2bt) − e^(2at))/t dt over t > 0, with threshold and reset a, b in
/// units of σ√τ from the free mean.
#[test]
fn a_leaky_integrator_fires_as_siegert_says() {
    let neuron = leaky();
    for (mu, sigma) in [(-0.5, 3.0), (0.3, 1.5), (0.75, 1.0), (1.5, 2.0), (4.0, 4.0)] {
        let scale = sigma * 20_f64.sqrt();
        let [a, b] = [-70.0, -50.0].map(|v| (v + 65.0 - 20.0 * mu) / scale);
        let n = 200_000_u32;
        let end = 8.0 + b.abs();
        let step = end / f64::from(n);
        let integrand = |t: f64| ((2.0 * b * t - t * t).exp() - (2.0 * a * t - t * t).exp()) / t;
        // Midpoints, since the integrand at 0 reads 0/0.
        let time = 20.0 * step * (0..n).map(|k| integrand((f64::from(k) + 0.5) * step)).sum::<f64>();
        approx::assert_relative_eq!(rate(&neuron, mu, sigma), 1e3 / (time + 1.5), max_relative = 1e-5);
    }
}

#[test]
fn slow_changes_move_the_rate_by_its_slope() {
    let neuron = ExponentialIntegrateAndFire::default();
    for (mu, sigma) in [(0.0, 1.5), (0.75, 1.5), (2.0, 3.0)] {
        let slope = (rate(&neuron, mu + 1e-4, sigma) - rate(&neuron, mu - 1e-4, sigma)) / 2e-4;
        let [real, imaginary] = neuron.response(v_per_s(mu), noise(sigma), &[hz(0.0)]).unwrap()[0];
        approx::assert_relative_eq!(real, slope, max_relative = 1e-4);
        // Late by some milliseconds, at the 1e-4 Hz that stand for zero.
        assert!(imaginary.abs() < 1e-4 * real);
    }
}

/// Fourcaud-Trocmé et al. (2003): the gain falls as r/(iω `Δ_T`), a quarter of a turn late.
#[test]
fn fast_changes_are_followed_as_the_spike_is_sharp() {
    let neuron = ExponentialIntegrateAndFire { v_s: mv(-15.0), ..ExponentialIntegrateAndFire::default() };
    let (mu, sigma, frequency) = (v_per_s(1.0), noise(2.0), 5000.0);
    let due = neuron.steady_state(mu, sigma).unwrap().rate.value_unsafe
        / (std::f64::consts::TAU * frequency * 1.5e-3);
    let [real, imaginary] = neuron.response(mu, sigma, &[hz(frequency)]).unwrap()[0];
    approx::assert_relative_eq!(-imaginary, due, max_relative = 0.03);
    assert!(real.abs() < 0.2 * due, "{real} beside {due}");
}

/// Numbers of neurolib 0.6.2, `quantities_cascade.h5` (Augustin et al. 2017, first-order cells of 8 µV): μ, σ, rate in kHz, mean
/// potential in mV, time constant in ms.
const TABLE: [[f64; 5]; 8] = [
    [0.008_595_988_538_681_931, 1.5, 3.781_954_991_819_997e-5, -64.841_780_502_630_74, 19.731],
    [0.489_971_346_704_870_97, 1.5, 0.005_482_922_697_801_029, -57.508_440_307_434_08, 8.741],
    [0.742_120_343_839_541_4, 1.0, 0.012_327_216_378_455_174, -55.341_889_280_649_74, 5.371],
    [0.994_269_340_974_212, 1.5, 0.024_244_548_325_931_044, -56.619_963_425_377_34, 2.531],
    [1.498_567_335_243_553, 2.0, 0.042_888_634_575_600_74, -57.230_321_451_366_14, 1.331],
    [2.002_865_329_512_893_8, 3.0, 0.059_721_853_430_257_36, -58.144_915_938_977_06, 0.961],
    [-1.0, 4.0, 0.000_307_913_936_056_352_74, -85.154_745_588_566_16, 14.401],
    [3.997_134_670_487_106, 5.0, 0.114_091_034_226_002_78, -58.882_322_793_854_556, 0.461],
];

#[test]
fn the_tables_of_neurolib_are_found_again() {
    let neuron = ExponentialIntegrateAndFire::default();
    for [mu, sigma, rate, potential, tau] in TABLE {
        let (mu, sigma): (VoltPerSecond, Volt) = (v_per_s(mu), noise(sigma));
        let state = neuron.steady_state(mu, sigma).unwrap();
        // First-order cells of 8 µV err by 8 µV in the reset and more in the spike.
        approx::assert_relative_eq!(state.rate.value_unsafe, 1e3 * rate, max_relative = 5e-4);
        approx::assert_relative_eq!(state.mean_potential.value_unsafe, 1e-3 * potential, epsilon = 1e-5);
        // Rounded there to 0.01 ms, and relative to the gain at 0.25 Hz with its phase: a lag of 2πfτ less makes them up to
        // 2 % shorter.
        let found = neuron.time_constant(mu, sigma).unwrap().value_unsafe;
        approx::assert_relative_eq!(found, 1e-3 * tau, max_relative = 0.04);
    }
}

#[test]
fn what_is_no_neuron_is_refused() {
    let neuron = ExponentialIntegrateAndFire::default();
    assert!(neuron.steady_state(v_per_s(0.0), mv(0.0)).is_err());
    assert!(neuron.steady_state(v_per_s(f64::NAN), mv(1.0)).is_err());
    assert!(
        ExponentialIntegrateAndFire { tau: ms(0.0), ..neuron }.steady_state(v_per_s(0.0), mv(1.0)).is_err()
    );
    assert!(
        ExponentialIntegrateAndFire { v_r: mv(-30.0), ..neuron }.steady_state(v_per_s(0.0), mv(1.0)).is_err()
    );
}
