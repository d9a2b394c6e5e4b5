//! Derivatives against the vectors of the Python library, to 1e-12: both sides round the same formula, some
//! ten operations of 1e-16 each, and the terms of Jansen–Rit cancel by up to two digits.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use approx::assert_relative_eq;
use brainmass_core::units::{hz, khz, mv};
use brainmass_core::{Array, Node};
use brainmass_datasets::Npz;
use brainmass_nodes::{JansenRit, Linear, StuartLandau, WilsonCowan};

/// A column of a vector file: its name and how many coherent SI units one of its numbers is.
type Column = (&'static str, f64);

fn compare<N: Node>(file: &str, node: &N, states: &[Column], inputs: &[Column]) {
    let path = format!("{}/../testdata/reference/nodes/{file}.npz", env!("CARGO_MANIFEST_DIR"));
    let vectors = Npz::open(path.as_ref()).unwrap();
    let read = |name: String| vectors.matrix(&name).unwrap();
    let x: Vec<_> = states.iter().map(|(name, _)| read(format!("der_state_{name}"))).collect();
    let f: Vec<_> = states.iter().map(|(name, _)| read(format!("der_out_{name}"))).collect();
    let u: Vec<_> = inputs.iter().map(|(name, _)| read(format!("der_in_{name}"))).collect();
    let parameters = node.with(&mut |_, value| value);
    for entry in 0..x[0].len() {
        let state = N::State::from_fn(|k| x[k][entry] * states[k].1);
        let input = N::Input::from_fn(|k| u[k][entry] * inputs[k].1);
        let found = N::derivative(&parameters, &state, &input);
        // The library's time unit is the millisecond.
        let scale = (0..states.len()).map(|k| f[k][entry].abs()).fold(0.0, f64::max);
        for (k, (name, factor)) in states.iter().enumerate() {
            let in_file_units = found.as_ref()[k] / factor * 1e-3;
            assert_relative_eq!(in_file_units, f[k][entry], max_relative = 1e-12, epsilon = 1e-14 * scale);
            assert!(in_file_units.is_finite(), "{name}");
        }
    }
}

#[test]
fn wilson_cowan() {
    compare(
        "WilsonCowanStep",
        &WilsonCowan::default(),
        &[("rE", 1.0), ("rI", 1.0)],
        &[("rE_inp", 1.0), ("rI_inp", 1.0)],
    );
}

#[test]
fn jansen_rit() {
    let (potential, velocity) = (1e-3, 1e-3);
    let states = ["M", "E", "I"].map(|name| (name, potential)).into_iter();
    let states: Vec<Column> = states.chain(["Mv", "Ev", "Iv"].map(|name| (name, velocity))).collect();
    let inputs = [("M_inp", 1e-3), ("E_inp", 1.0), ("I_inp", 1e-3)];
    compare("JansenRitStep", &JansenRit::default(), &states, &inputs);
    assert_eq!(JansenRit::<f64>::default().a_i, mv(22.0));
}

#[test]
fn stuart_landau() {
    let node = StuartLandau { a: khz(0.25), omega: khz(0.2), beta: khz(1.0) };
    let columns = ([("x", 1.0), ("y", 1.0)], [("x_inp", 1e3), ("y_inp", 1e3)]);
    compare("StuartLandauStep", &node, &columns.0, &columns.1);
    compare("HopfStep", &node, &columns.0, &columns.1);
}

#[test]
fn linear() {
    compare("LinearStep", &Linear { gamma: hz(-1e4) }, &[("x", 1.0)], &[("x_inp", 1e3)]);
}
