//! Vectors of the Python library whose steps or rates are not those of the other files.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use approx::assert_relative_eq;
use brainmass_core::units::na_per_hz;
use brainmass_core::Node;
use brainmass_datasets::Npz;
use brainmass_nodes::WongWang;
use nalgebra::DMatrix;

fn reference(file: &str) -> Npz {
    let path = format!("{}/../testdata/reference/nodes/{file}.npz", env!("CARGO_MANIFEST_DIR"));
    Npz::open(path.as_ref()).unwrap()
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
