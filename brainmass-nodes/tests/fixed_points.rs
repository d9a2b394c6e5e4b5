//! Fixed points and their stability, from numbers that were not made by the nodes.
//!
//! A derivative vanishes at a fixed point up to rounding of its terms, 1e-13 of the largest; where a number is
//! given with fewer digits, the tolerance is theirs.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use approx::assert_relative_eq;

use brainmass_core::{Array, Dual, Node};
use brainmass_nodes::{CoombesByrne, MontbrioPazoRoxin, WilsonCowanLinear};

/// The derivative at a state and its Jacobian, row by row.
fn linearised<N: Node, const D: usize>(
    node: &N,
    state: [f64; D],
    input: &[f64],
) -> ([f64; D], [[f64; D]; D]) {
    let parameters = node.with(&mut |_, value| Dual::<f64, D>::constant(value));
    let x = N::State::from_fn(|k| Dual::variable(state[k], k));
    let u = N::Input::from_fn(|k| Dual::constant(input.get(k).copied().unwrap_or(0.0)));
    let f = N::derivative(&parameters, &x, &u);
    (std::array::from_fn(|k| f.as_ref()[k].value), std::array::from_fn(|k| f.as_ref()[k].partials))
}

/// Asserts that a state is a fixed point: no component moves by more than a part of its own rate of change.
fn rests<const D: usize>((f, jacobian): &([f64; D], [[f64; D]; D]), state: [f64; D], tolerance: f64) {
    for k in 0..D {
        let scale: f64 = (0..D).map(|l| (jacobian[k][l] * state[l]).abs()).sum();
        assert!(f[k].abs() <= tolerance * scale, "component {k} of {state:?} moves: {} of {scale}", f[k]);
    }
}

fn trace<const D: usize>(jacobian: &[[f64; D]; D]) -> f64 {
    (0..D).map(|k| jacobian[k][k]).sum()
}

fn determinant(jacobian: &[[f64; 2]; 2]) -> f64 {
    jacobian[0][0] * jacobian[1][1] - jacobian[0][1] * jacobian[1][0]
}

/// Without synapses r = √(η + √(η² + Δ²))/(π√2 τ), v = −Δ/(2πτr).
#[test]
fn montbrio_pazo_roxin_without_synapses() {
    for (eta, expected) in [(0.0, 0.225_079_079_0), (1.0, 0.349_722_015_1), (-5.0, 0.070_826_458_1)] {
        let node = MontbrioPazoRoxin { eta, j: 0.0, ..MontbrioPazoRoxin::default() };
        let rate = (eta + eta.hypot(1.0)).sqrt() / (std::f64::consts::PI * 2f64.sqrt());
        assert_relative_eq!(rate, expected, epsilon = 1e-10);
        let state = [rate / 0.01, -1.0 / (std::f64::consts::TAU * rate)];
        rests(&linearised(&node, state, &[]), state, 1e-14);
    }
}

/// η = −5, J = 15, Δ = 1: roots of Δ²/4π² + ηr² + Jr³ − π²r⁴ = 0, found with 30 digits.
#[test]
fn montbrio_pazo_roxin_is_bistable() {
    let roots = [0.081_134_441_950_119_72, 0.472_980_340_684_684_1, 1.030_596_798_837_572];
    let found = roots.map(|rate| {
        let state = [rate / 0.01, -1.0 / (std::f64::consts::TAU * rate)];
        let at = linearised(&MontbrioPazoRoxin::default(), state, &[]);
        rests(&at, state, 1e-14);
        // In units of the time constant.
        (trace(&at.1) * 0.01, determinant(&at.1) * 1e-4)
    });
    assert!(found[0].0 < 0.0 && found[0].1 > 0.0 && found[1].1 < 0.0);
    // The focus: −0.30886 ± 3.31863i.
    assert_relative_eq!(found[2].0, -2.0 * 0.308_859_766_052_852_2, max_relative = 1e-12);
    let frequency = (found[2].1 - 0.25 * found[2].0.powi(2)).sqrt();
    assert_relative_eq!(frequency, 3.318_628_982_006_48, max_relative = 1e-12);
}

/// DIFFERENCE: at τ = 10 ms, r = 1 Hz, v = −1 and Δ/τ = 1 Hz the Python library has r′ = −1.97 Hz/ms for want of 1/τ.
#[test]
fn montbrio_pazo_roxin_keeps_its_time_constant() {
    let node = MontbrioPazoRoxin { delta: 0.01, ..MontbrioPazoRoxin::default() };
    let (slope, _) = linearised(&node, [1.0, -1.0], &[]);
    assert_relative_eq!(slope[0] * 1e-3, 0.1 / std::f64::consts::PI - 0.2, max_relative = 1e-14);
}

/// The one fixed point of the defaults, with eigenvalues −2.01332 ± 2.28963i, found with 30 digits.
#[test]
fn coombes_byrne_rests_in_a_focus() {
    let state = [0.184_725_544_026_604_6 / 0.01, -0.571_408_969_899_205_2];
    let at = linearised(&CoombesByrne::default(), state, &[]);
    rests(&at, state, 1e-14);
    assert_relative_eq!(trace(&at.1) * 0.01, -2.0 * 2.013_316_557_864_949, max_relative = 1e-12);
    let modulus = 2.013_316_557_864_949_f64.powi(2) + 2.289_626_915_369_332_f64.powi(2);
    assert_relative_eq!(determinant(&at.1) * 1e-4, modulus, max_relative = 1e-12);
}

/// Without refractory period and above threshold two linear equations: 0.2 E + 0.3 I = 0.4, −E + 1.85 I = 0.1.
#[test]
fn wilson_cowan_linear_solves_two_equations() {
    let node = WilsonCowanLinear { r: 0.0, ..WilsonCowanLinear::default() };
    let determinant = 0.2 * 1.85 + 0.3;
    let state = [(1.85 * 0.4 - 0.3 * 0.1) / determinant, (0.2 * 0.1 + 0.4) / determinant];
    rests(&linearised(&node, state, &[0.4, 0.1]), state, 1e-15);
}
