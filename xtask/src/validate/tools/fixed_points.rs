//! Fixed points of nodes and what happens near them.

use brainmass_core::{Array, Dual, Node};
use nalgebra::{Complex, DMatrix, DVector};

use crate::Result;

/// A fixed point and the exact Jacobian there.
pub(in super::super) struct FixedPoint<const D: usize> {
    pub(in super::super) state: [f64; D],
    jacobian: DMatrix<f64>,
}

/// Newton's method on the exact Jacobian from a guess; inputs that are not given are 0.
pub(in super::super) fn fixed_point<N: Node, const D: usize>(
    node: &N,
    guess: [f64; D],
    input: &[f64],
) -> Result<FixedPoint<D>> {
    let parameters = node.with(&mut |_, value| Dual::<f64, D>::constant(value));
    let u = N::Input::from_fn(|k| Dual::constant(input.get(k).copied().unwrap_or(0.0)));
    let mut state = DVector::from_column_slice(&guess);
    for _ in 0..60 {
        let x = N::State::from_fn(|k| Dual::variable(state[k], k));
        let f = N::derivative(&parameters, &x, &u);
        let jacobian = DMatrix::from_fn(D, D, |row, column| f.as_ref()[row].partials[column]);
        let slope = DVector::from_fn(D, |row, _| f.as_ref()[row].value);
        let step = jacobian.clone().lu().solve(&slope).ok_or("the Jacobian is singular")?;
        state -= &step;
        if step.amax() <= 1e-13 * state.amax() {
            return Ok(FixedPoint { state: std::array::from_fn(|k| state[k]), jacobian });
        }
    }
    Err(format!("no fixed point of {} found near {guess:?}", N::NAME).into())
}

impl<const D: usize> FixedPoint<D> {
    /// The largest real part.
    pub(in super::super) fn growth(&self) -> f64 {
        self.jacobian.complex_eigenvalues().iter().map(|value| value.re).fold(f64::NEG_INFINITY, f64::max)
    }

    /// The eigenvalue of the oscillation that grows fastest.
    pub(in super::super) fn oscillation(&self) -> Result<Complex<f64>> {
        let values = self.jacobian.complex_eigenvalues();
        let pair = values.iter().filter(|value| value.im > 0.0).max_by(|a, b| a.re.total_cmp(&b.re));
        Ok(*pair.ok_or("nothing oscillates near the fixed point")?)
    }
}
