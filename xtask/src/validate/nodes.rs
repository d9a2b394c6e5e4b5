//! Derivatives of nodes against the reference vectors.

use brainmass_core::units::{hz, khz};
use brainmass_core::{Array, Node};
use brainmass_nodes::{JansenRit, Linear, StuartLandau, WilsonCowan};

use super::case::{Case, Check};
use super::tools::{REFERENCE, largest, reference};
use crate::Result;

const fn case(name: &'static str, check: fn() -> Result<f64>) -> Case {
    Case {
        name,
        what: "dx/dt at 60 random states and inputs, relative, with a floor of a hundredth of the largest \
               dx/dt",
        source: REFERENCE,
        tolerance: 1e-12,
        why: "both sides round the same formula, some ten operations of 1e-16 whose terms cancel by two \
              digits",
        check: Check::Alone(check),
    }
}

pub(super) const CASES: &[Case] = &[
    case("wilson-cowan", || {
        derivatives(
            "WilsonCowanStep",
            &WilsonCowan::default(),
            &[("rE", 1.0), ("rI", 1.0)],
            &[("rE_inp", 1.0), ("rI_inp", 1.0)],
        )
    }),
    case("jansen-rit", || {
        let states = ["M", "E", "I", "Mv", "Ev", "Iv"].map(|name| (name, 1e-3));
        let inputs = [("M_inp", 1e-3), ("E_inp", 1.0), ("I_inp", 1e-3)];
        derivatives("JansenRitStep", &JansenRit::default(), &states, &inputs)
    }),
    case("stuart-landau", || oscillator("StuartLandauStep")),
    case("hopf", || oscillator("HopfStep")),
    case("linear", || {
        derivatives("LinearStep", &Linear { gamma: hz(-1e4) }, &[("x", 1.0)], &[("x_inp", 1e3)])
    }),
];

fn oscillator(file: &str) -> Result<f64> {
    let node = StuartLandau { a: khz(0.25), omega: khz(0.2), beta: khz(1.0) };
    derivatives(file, &node, &[("x", 1.0), ("y", 1.0)], &[("x_inp", 1e3), ("y_inp", 1e3)])
}

/// Variables of a file with how many coherent SI units one of their numbers is.
type Columns<'c> = &'c [(&'static str, f64)];

fn derivatives<N: Node>(file: &str, node: &N, states: Columns, inputs: Columns) -> Result<f64> {
    let vectors = reference(&format!("nodes/{file}"))?;
    let read = |kind: &str, columns: Columns| {
        let matrix = |(name, _): &(&str, f64)| Ok(vectors.matrix(&format!("der_{kind}_{name}"))?);
        columns.iter().map(matrix).collect::<Result<Vec<_>>>()
    };
    let (x, f, u) = (read("state", states)?, read("out", states)?, read("in", inputs)?);
    let parameters = node.with(&mut |_, value| value);
    let errors = (0..x[0].len()).map(|entry| {
        let state = N::State::from_fn(|k| x[k][entry] * states[k].1);
        let input = N::Input::from_fn(|k| u[k][entry] * inputs[k].1);
        let found = N::derivative(&parameters, &state, &input);
        let scale = largest(f.iter().map(|f| f[entry].abs()));
        largest((0..states.len()).map(|k| {
            // The library's time unit is the millisecond.
            let found = found.as_ref()[k] / states[k].1 * 1e-3;
            (found - f[k][entry]).abs() / f[k][entry].abs().max(1e-2 * scale)
        }))
    });
    Ok(largest(errors))
}
