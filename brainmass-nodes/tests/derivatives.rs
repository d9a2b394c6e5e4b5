//! Derivatives against the vectors of the Python library, to 1e-12: both sides round the same formula, some
//! ten operations of 1e-16 each, and the terms cancel by up to two digits.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use brainmass_core::{Array, Node};
use brainmass_datasets::Npz;
use common::{Case, Visitor, every_case};

struct Derivatives(usize);

impl Visitor for Derivatives {
    fn visit<N: Node>(&mut self, case: &Case<'_, N>) {
        if !case.derivatives {
            return;
        }
        self.0 += 1;
        let path = format!("{}/../testdata/reference/nodes/{}.npz", env!("CARGO_MANIFEST_DIR"), case.file);
        let vectors = Npz::open(path.as_ref()).unwrap();
        let read = |name: String| vectors.matrix(&name).unwrap();
        let x: Vec<_> = case.states.iter().map(|pair| read(format!("der_state_{}", pair.theirs))).collect();
        let f: Vec<_> = case.states.iter().map(|pair| read(format!("der_out_{}", pair.theirs))).collect();
        let u: Vec<_> = case.inputs.iter().map(|pair| read(format!("der_in_{}", pair.theirs))).collect();
        let parameters = case.node.with(&mut |_, value| value);
        for entry in 0..x[0].len() {
            let state = N::State::from_fn(|k| x[k][entry] * case.states[k].factor);
            // Inputs that the reference lacks are silent.
            let input =
                N::Input::from_fn(|k| case.inputs.get(k).map_or(0.0, |pair| u[k][entry] * pair.factor));
            let found = N::derivative(&parameters, &state, &input);
            let scale = f.iter().map(|f| f[entry].abs()).fold(0.0, f64::max);
            for (k, pair) in case.states.iter().enumerate() {
                assert_eq!(pair.ours, N::STATE[k].name);
                // The library's time unit is the millisecond.
                let found = found.as_ref()[k] / pair.factor * 1e-3;
                assert!(found.is_finite(), "{}: d{}/dt = {found}", case.file, pair.theirs);
                let close = |found: &f64| {
                    approx::relative_eq!(*found, f[k][entry], max_relative = 1e-12, epsilon = 1e-14 * scale)
                };
                assert!(
                    close(&found),
                    "{}: d{}/dt = {found:e}, not {:e}",
                    case.file,
                    pair.theirs,
                    f[k][entry]
                );
            }
        }
        let named = case.inputs.iter().zip(N::INPUT).all(|(pair, input)| pair.ours == input.name);
        assert!(named, "{}: inputs out of order", case.file);
    }
}

#[test]
fn derivatives_agree_with_the_reference() {
    let mut derivatives = Derivatives(0);
    every_case(&mut derivatives);
    assert_eq!(derivatives.0, 22); // as many files have derivatives
}
