//! Feedback inhibition control, seen from simulations of whole networks.
//!
//! The rate is read from the gating, `r = s_e/((1 − s_e) γ_e τ_e)`, which holds at rest.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use approx::assert_relative_eq;
use brainmass_core::units::dimension::Dimensionless;
use brainmass_core::units::{Ampere, Second, hz, mm_per_ms, ms, na, s};
use brainmass_core::{Connectome, Normalization, Result};
use brainmass_datasets::example_connectome;
use brainmass_network::{Additive, Connection, Delays, Monitor, Network, Simulator, WhiteNoise};
use brainmass_nodes::{FeedbackInhibition, MeanGating, ReducedWongWangExcInh};

/// An isolated region at −0.026 nA, from the paper's equations with 30 digits: its rate and its `j_i`.
const RATE: f64 = 3.063_085_424_268_007;
const J_ALONE: f64 = 1.001_939_699_625_363e-9;

fn connectome() -> Connectome {
    example_connectome().normalized(Normalization::LargestInStrength).unwrap()
}

fn means(
    (node, g): (ReducedWongWangExcInh, f64),
    j_i: &Ampere<Vec<f64>>,
    sigma: f64,
    (duration, transient): (Second, Second),
) -> Result<MeanGating> {
    let connection =
        Connection::new("s_e", "s_input", Additive::new(g)).with_delays(Delays::at_speed(mm_per_ms(5.0)));
    let network = Network::new(node, connectome())
        .with_connection(connection)?
        .with_parameter("j_i", j_i.clone())?
        .with_state_noise("s_e", WhiteNoise::new(sigma))?;
    let monitors = ["s_e", "s_i"].map(|name| Monitor::of(name).averaged(ms(100.0)));
    let mut recording = Simulator::new(&network, ms(1.0))?.run(duration, transient, &monitors)?;
    let mut mean = |name: &str| -> Result<Vec<f64>> {
        Ok(recording.take::<Dimensionless>(name)?.values().column_mean().iter().copied().collect())
    };
    Ok(MeanGating { s_e: mean("s_e")?, s_i: mean("s_i")? })
}

fn rates(node: &ReducedWongWangExcInh, s_e: &[f64]) -> Vec<f64> {
    let rate = |s: &f64| s / ((1.0 - s) * node.gamma_e * node.tau_e.value_unsafe);
    s_e.iter().map(rate).collect()
}

/// After 20 s, many of the slowest time constants, what is left is rounding; the step has no part in where a run rests.
#[test]
fn every_region_rests_at_the_target_rate() {
    for (lambda, g) in [(0.0, 0.0), (0.0, 0.8), (0.5, 0.8)] {
        let node = ReducedWongWangExcInh { lambda, ..ReducedWongWangExcInh::default() };
        let control = FeedbackInhibition::new(node, &connectome(), g);
        let j_i = control.at_fixed_point().unwrap();
        assert_relative_eq!(control.target_rate().value_unsafe, RATE, max_relative = 1e-13);
        let found = means((node, g), &j_i, 0.0, (s(20.0), s(19.9))).unwrap();
        for rate in rates(&node, &found.s_e) {
            assert_relative_eq!(rate, RATE, max_relative = 1e-9);
        }
        if g == 0.0 {
            assert_relative_eq!(j_i.value_unsafe[3], J_ALONE, max_relative = 1e-12);
        } else {
            // Untuned, excitation runs away.
            let untuned = Ampere::new(vec![J_ALONE; 8]);
            let found = means((node, g), &untuned, 0.0, (s(20.0), s(19.9))).unwrap();
            assert!(rates(&node, &found.s_e).into_iter().fold(0.0, f64::max) > 4.0 * RATE);
        }
    }
}

#[test]
fn other_target_rates_are_reached() {
    let node = ReducedWongWangExcInh::default();
    for rate in [0.5, 3.0, 12.0] {
        let control = FeedbackInhibition::new(node, &connectome(), 0.5).with_target_rate(hz(rate)).unwrap();
        assert_relative_eq!(control.target_rate().value_unsafe, rate, max_relative = 1e-13);
        let found = means((node, 0.5), &control.at_fixed_point().unwrap(), 0.0, (s(20.0), s(19.9))).unwrap();
        for found in rates(&node, &found.s_e) {
            assert_relative_eq!(found, rate, max_relative = 1e-9);
        }
    }
}

/// Without noise the iteration ends where the closed form is: a current of 1e-6 nA is 1e-6/s_i, 3e-5 nA, of `j_i`,
/// and the feedback of the network makes a few of it.
#[test]
fn iteration_finds_the_closed_form() {
    let node = ReducedWongWangExcInh::default();
    let control = FeedbackInhibition::new(node, &connectome(), 0.8).with_tolerance(na(1e-6)).unwrap();
    let simulate = |j_i: &Ampere<Vec<f64>>| means((node, 0.8), j_i, 0.0, (s(10.0), s(9.0)));
    let tuned = control.by_iteration(Ampere::new(vec![1e-9; 8]), 30, simulate).unwrap();
    for (found, expected) in tuned.j_i.value_unsafe.iter().zip(control.at_fixed_point().unwrap().value_unsafe)
    {
        assert!((found - expected).abs() < 3e-4 * 1e-9, "{found} for {expected}");
    }
    assert!(tuned.farthest.value_unsafe <= 1e-15 && (3..=10).contains(&tuned.rounds), "{tuned:?}");
}

/// Noise of half the paper's 0.01 per √ms: the curvature of the transfer function raises rates, and inhibition has to follow.
#[test]
fn iteration_holds_the_current_under_noise() {
    let node = ReducedWongWangExcInh::default();
    let control = FeedbackInhibition::new(node, &connectome(), 0.8);
    let simulate = |j_i: &Ampere<Vec<f64>>| means((node, 0.8), j_i, 0.158, (s(22.0), s(2.0)));
    let start = Ampere::new(vec![1e-9; 8]);
    let tuned = control.by_iteration(start.clone(), 20, simulate).unwrap();
    assert!(tuned.farthest.value_unsafe <= na(0.005).value_unsafe);
    let error = control.by_iteration(start, 1, simulate).unwrap_err().to_string();
    assert!(error.contains("after 1 simulations a region is still"), "{error}");
}

#[test]
fn what_cannot_be_tuned_is_said() {
    let node = ReducedWongWangExcInh { i_0: na(0.1), ..ReducedWongWangExcInh::default() };
    let control = FeedbackInhibition::new(node, &connectome(), 0.0);
    let error = control.at_fixed_point().unwrap_err().to_string();
    assert!(error.contains("feedback inhibition `j_i` of ") && error.contains("between 0 A and"), "{error}");
    assert!(
        control.clone().with_target_rate(hz(0.0)).is_err()
            && control.clone().with_tolerance(na(-1.0)).is_err()
    );
    let control = FeedbackInhibition::new(ReducedWongWangExcInh::default(), &connectome(), 0.8);
    let error =
        control.by_iteration(Ampere::new(vec![1e-9; 3]), 5, |_| unreachable!()).unwrap_err().to_string();
    assert!(error.contains("expected 8 values, one per region, found 3"), "{error}");
    let nothing = |_: &Ampere<Vec<f64>>| Ok(MeanGating { s_e: vec![f64::NAN; 8], s_i: vec![0.0; 8] });
    let error = control.by_iteration(Ampere::new(vec![1e-9; 8]), 5, nothing).unwrap_err().to_string();
    assert!(error.contains("mean s_e"), "{error}");
}
