//! Vectors of the Python library whose steps or rates are not those of the other files.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use approx::assert_relative_eq;
use brainmass_core::units::na_per_hz;
use brainmass_core::{Node, Parameterized};
use brainmass_datasets::Npz;
use brainmass_nodes::{HarmonicOscillator, WongWang};
use nalgebra::DMatrix;

fn reference(file: &str) -> Npz {
    let path = format!("{}/../testdata/reference/nodes/{file}.npz", env!("CARGO_MANIFEST_DIR"));
    Npz::open(path.as_ref()).unwrap()
}

/// Symplectic Euler in steps of 1 ms, written here as no integrator of ours is: y first, then x by the new y.
/// Rounding over 300 steps of a damped oscillation stays below 1e-13.
#[test]
fn harmonic_oscillator_follows_the_reference() {
    let file = reference("HORNStep");
    let read = |name: &str| file.matrix(name).unwrap();
    let (drive, steps) = (read("drive_inputs"), read("steps"));
    let expected = [read("traj_symplectic_euler_x"), read("traj_symplectic_euler_y")];
    let node = HarmonicOscillator::default().with(&mut |_, value| value);
    for region in 0..3 {
        let (mut x, mut y) = (read("init_x").as_slice()[region], read("init_y").as_slice()[region] * 1e3);
        let mut row = 0;
        for step in 0..300_u16 {
            let input = drive[(usize::from(step), region)];
            y += 1e-3 * HarmonicOscillator::derivative(&node, &[x, y], &[input])[1];
            x += 1e-3 * HarmonicOscillator::derivative(&node, &[x, y], &[input])[0];
            if row < steps.len() && steps.as_slice()[row] == f64::from(step + 1) {
                for (found, expected) in [x, y * 1e-3].iter().zip(&expected) {
                    let error = (found - expected[(row, region)]).abs() / expected.amax();
                    assert!(error < 1e-12, "step {}: {error:e}", step + 1);
                }
                row += 1;
            }
        }
        assert_eq!(row, steps.len());
    }
}

/// From 1 at rest x(t) = e^(−γt) (cos Ωt + γ/Ω sin Ωt) with Ω² = ω² − γ² solves the equation: its second derivative is the node's.
#[test]
fn harmonic_oscillator_decays() {
    let node = HarmonicOscillator::default();
    let (omega, gamma) = (node.omega.value_unsafe, node.gamma.value_unsafe);
    let frequency = (omega * omega - gamma * gamma).sqrt();
    for t in [0.0, 0.003, 0.011, 0.05_f64] {
        let (sin, cos) = (frequency * t).sin_cos();
        let decay = (-gamma * t).exp();
        let x = decay * (cos + gamma / frequency * sin);
        let y = -decay * omega * omega / frequency * sin;
        let acceleration = -decay * omega * omega * (cos - gamma / frequency * sin);
        let slope = HarmonicOscillator::derivative(&node, &[x, y], &[0.0]);
        assert_relative_eq!(slope[1], acceleration, max_relative = 1e-12);
    }
    let held = 4e4 * 0.6_f64.tanh() / (omega * omega);
    let slope = HarmonicOscillator::derivative(&node, &[held, 0.0], &[0.6]);
    // A difference of two terms of 2e4.
    assert!(slope[1].abs() < 1e-10);
}

/// The currents are the reference's and the gating follows; DIFFERENCE: its rates are threshold-linear.
#[test]
fn wong_wang_takes_the_rate_of_the_paper() {
    let file = reference("WongWangStep");
    let read = |name: &str| -> DMatrix<f64> { file.matrix(name).unwrap() };
    let node = WongWang { j_ext: na_per_hz(2.243e-4), ..WongWang::default() };
    let coherence = read("der_in_coherence");
    let mut largest: f64 = 0.0;
    for entry in 0..coherence.len() {
        let at = |name: &str| read(name)[entry];
        let state = [at("der_state_S1"), at("der_state_S2")];
        let stimulus = [30.0 * (1.0 + coherence[entry]), 30.0 * (1.0 - coherence[entry]), 0.0, 0.0];
        let slopes = WongWang::derivative(&node, &state, &stimulus);
        for (k, slope) in slopes.into_iter().enumerate() {
            let drive = 270.0 * at(["der_I1", "der_I2"][k]) - 108.0;
            let rate = drive / (1.0 - (-0.154 * drive).exp());
            let expected = -state[k] / 0.1 + (1.0 - state[k]) * 0.641 * rate;
            // The drive is a difference of two terms of 100 Hz.
            assert_relative_eq!(slope, expected, max_relative = 1e-12, epsilon = 1e-12);
            // With the reference's own rate its derivative comes out, so the gating is the same.
            let theirs = at(["der_r1", "der_r2"][k]);
            let gated = -state[k] / 0.1 + (1.0 - state[k]) * 0.641 * theirs;
            assert_relative_eq!(gated, 1e3 * at(["der_out_S1", "der_out_S2"][k]), max_relative = 1e-12);
            largest = largest.max((slope - gated).abs());
        }
    }
    assert!(largest > 1.0, "the two transfer functions differ by {largest} per second at most");
}
