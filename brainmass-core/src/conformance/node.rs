//! The contract of a node.

use super::{Verdict, close, rule, uniform};
use crate::Variable;
use crate::node::{Node, derivative_and_diagonal};
use crate::parameter::parameter_values;
use crate::real::{Array, Dual, Lanes};

const CASES: u32 = 64;

/// Checks a node: names, finiteness, purity, projection, scalars and derivatives.
///
/// - every name of parameters, states, inputs and outputs is there once and has a description;
/// - parameters come in the order they are listed, within their ranges, and the arrays have the lengths of the lists;
/// - the derivative is finite at the initial state, at random states around it and at the edges of the domain, and a
///   function of its arguments alone;
/// - `project` is idempotent and leaves the initial state;
/// - `f32` gives the same to single precision, lanes give the same bits, dual numbers the same value and the slope of
///   a central difference.
///
/// Inputs are some tenths of their coherent SI unit. Where that is far more than the model ever sees, slopes are so
/// large that a difference of them says little: check such a node a second time, with gains of order one.
///
/// # Errors
/// The first rule that is broken, with the numbers.
pub fn node<N: Node>(node: &N) -> Verdict {
    names::<N>()?;
    lengths::<N>()?;
    parameters(node)?;
    projection::<N>()?;
    edges(node)?;
    (0..CASES).try_for_each(|case| derivative(node, case))
}

fn names<N: Node>() -> Verdict {
    let variables =
        |list: &'static [Variable]| list.iter().map(|variable| (variable.name, variable.description));
    let mut all: Vec<(&str, &str)> = N::PARAMETERS.iter().map(|p| (p.name, p.description)).collect();
    all.extend(variables(N::STATE).chain(variables(N::INPUT)).chain(variables(N::OUTPUT)));
    rule(N::NAME, "has a state", !N::STATE.is_empty(), || "no state variable".to_owned())?;
    for (index, (name, description)) in all.iter().enumerate() {
        rule(
            N::NAME,
            "every name stands once",
            !all[..index].iter().any(|(other, _)| other == name),
            || format!("`{name}` stands twice"),
        )?;
        rule(N::NAME, "everything is described", !description.is_empty(), || format!("`{name}` is not"))?;
    }
    Ok(())
}

fn lengths<N: Node>() -> Verdict {
    let lists = [N::STATE.len(), N::INPUT.len(), N::OUTPUT.len()];
    let arrays = [
        N::State::<f64>::from_fn(|_| 0.0).as_ref().len(),
        N::Input::<f64>::from_fn(|_| 0.0).as_ref().len(),
        N::Output::<f64>::from_fn(|_| 0.0).as_ref().len(),
    ];
    rule(N::NAME, "states, inputs and outputs have one number per name", arrays == lists, || {
        format!("{arrays:?} numbers for {lists:?} names")
    })
}

fn parameters<N: Node>(node: &N) -> Verdict {
    let values = parameter_values(node);
    rule(N::NAME, "`with` visits every parameter once", values.len() == N::PARAMETERS.len(), || {
        format!("{} visits for {} parameters", values.len(), N::PARAMETERS.len())
    })?;
    let mut next = 0;
    let mut in_order = true;
    node.with::<f64>(&mut |index, value| {
        in_order &= index == next;
        next += 1;
        value
    });
    rule(N::NAME, "`with` visits parameters in order", in_order, || "indices out of order".to_owned())?;
    for parameter in N::PARAMETERS {
        let (low, high) = parameter.range;
        rule(N::NAME, "defaults lie within their ranges", (low..=high).contains(&parameter.default), || {
            format!("`{}` is {} outside {low} to {high}", parameter.name, parameter.default)
        })?;
    }
    Ok(())
}

fn projection<N: Node>() -> Verdict {
    let initial = N::initial();
    let projected = N::project(initial);
    rule(N::NAME, "`project` leaves the initial state", projected.as_ref() == initial.as_ref(), || {
        format!("{:?} became {:?}", initial.as_ref(), projected.as_ref())
    })?;
    for case in 0..CASES {
        let once = N::project(state::<N>(case, 100.0));
        let twice = N::project(once);
        rule(N::NAME, "`project` is idempotent", once.as_ref() == twice.as_ref(), || {
            format!("{:?} became {:?}", once.as_ref(), twice.as_ref())
        })?;
    }
    Ok(())
}

/// The initial state with one variable after the other at its bounds, and all of them there.
fn edges<N: Node>(node: &N) -> Verdict {
    let parameters = node.with::<f64>(&mut |_, value| value);
    let n = N::STATE.len();
    for (which, is_upper) in (0..=n).flat_map(|which| [(which, false), (which, true)]) {
        let initial = N::initial();
        let x = N::State::<f64>::from_fn(|k| {
            let (lower, upper) = N::STATE[k].domain;
            let bound = if is_upper { upper } else { lower };
            if (k == which || which == n) && bound.is_finite() { bound } else { initial.as_ref()[k] }
        });
        let u = N::Input::<f64>::from_fn(|_| 0.0);
        let (f, y) = (N::derivative(&parameters, &x, &u), N::output(&parameters, &x));
        let finite = f.as_ref().iter().chain(y.as_ref()).all(|value| value.is_finite());
        rule(N::NAME, "derivative and output are finite at the edges of the domain", finite, || {
            format!("f = {:?}, y = {:?} at x = {:?}", f.as_ref(), y.as_ref(), x.as_ref())
        })?;
    }
    Ok(())
}

fn derivative<N: Node>(node: &N, case: u32) -> Verdict {
    let parameters = node.with::<f64>(&mut |_, value| value);
    // The first case is the initial state itself.
    let x = if case == 0 { N::initial() } else { N::project(state::<N>(case, 1.0)) };
    let u = N::Input::<f64>::from_fn(|k| uniform(case, 1000 + u32::try_from(k).unwrap_or(0)) - 0.5);
    let f = N::derivative(&parameters, &x, &u);
    let y = N::output(&parameters, &x);
    let finite = f.as_ref().iter().chain(y.as_ref()).all(|value| value.is_finite());
    rule(N::NAME, "derivative and output are finite", finite, || {
        format!("f = {:?}, y = {:?} at x = {:?}, u = {:?}", f.as_ref(), y.as_ref(), x.as_ref(), u.as_ref())
    })?;
    let again = N::derivative(&parameters, &x, &u);
    rule(N::NAME, "the derivative is a function of its arguments", again.as_ref() == f.as_ref(), || {
        format!("{:?}, then {:?}", f.as_ref(), again.as_ref())
    })?;
    single_precision(node, &x, &u, f.as_ref())?;
    lanes(node, case, &x, &u, f.as_ref())?;
    duals(node, &x, &u, f.as_ref())
}

fn single_precision<N: Node>(node: &N, x: &N::State<f64>, u: &N::Input<f64>, f: &[f64]) -> Verdict {
    #[expect(clippy::cast_possible_truncation, reason = "the rounding under test")]
    let single = |value: f64| value as f32;
    let parameters = node.with::<f32>(&mut |_, value| single(value));
    let rough = N::derivative(
        &parameters,
        &N::State::<f32>::from_fn(|k| single(x.as_ref()[k])),
        &N::Input::<f32>::from_fn(|k| single(u.as_ref()[k])),
    );
    let scale = f.iter().fold(0.0_f64, |largest, value| largest.max(value.abs()));
    let agree = f.iter().zip(rough.as_ref()).all(|(a, b)| close(*a, f64::from(*b), 1e-3, scale));
    rule(N::NAME, "f32 agrees with f64 to single precision", agree, || {
        format!("{:?} and {f:?}", rough.as_ref())
    })
}

/// Two regions side by side, the second at another state.
fn lanes<N: Node>(node: &N, case: u32, x: &N::State<f64>, u: &N::Input<f64>, f: &[f64]) -> Verdict {
    let other = N::project(state::<N>(case + CASES, 1.0));
    let alone = N::derivative(&node.with::<f64>(&mut |_, value| value), &other, u);
    let pair = N::derivative(
        &node.with::<Lanes<f64, 2>>(&mut |_, value| Lanes([value; 2])),
        &N::State::<Lanes<f64, 2>>::from_fn(|k| Lanes([x.as_ref()[k], other.as_ref()[k]])),
        &N::Input::<Lanes<f64, 2>>::from_fn(|k| Lanes([u.as_ref()[k]; 2])),
    );
    let bits = |value: &f64| value.to_bits();
    let expected = f.iter().zip(alone.as_ref());
    let same =
        pair.as_ref().iter().zip(expected).all(|(Lanes([first, second]), (one, two))| {
            bits(first) == bits(one) && bits(second) == bits(two)
        });
    rule(N::NAME, "lanes give the bits of one number after the other", same, || {
        format!("{:?}, alone {f:?} and {:?}", pair.as_ref(), alone.as_ref())
    })
}

fn duals<N: Node>(node: &N, x: &N::State<f64>, u: &N::Input<f64>, f: &[f64]) -> Verdict {
    let constants = node.with::<Dual<f64, 1>>(&mut |_, value| Dual::constant(value));
    let (value, diagonal) = derivative_and_diagonal::<N, f64>(&constants, x, u);
    let scale = f.iter().fold(1e-12_f64, |largest, v| largest.max(v.abs()));
    let same = value.as_ref().iter().zip(f).all(|(a, b)| close(*a, *b, 1e-13, scale));
    rule(N::NAME, "dual numbers give the same value", same, || format!("{:?} and {f:?}", value.as_ref()))?;
    let parameters = node.with::<f64>(&mut |_, value| value);
    for k in 0..N::STATE.len() {
        let h = 1e-5 * (1e-3 + x.as_ref()[k].abs());
        let at = |offset: f64| {
            let mut moved = *x;
            moved.as_mut()[k] += offset;
            N::derivative(&parameters, &moved, u).as_ref()[k]
        };
        let slope = (at(h) - at(-h)) / (2.0 * h);
        let found = diagonal.as_ref()[k];
        // Rounding of the difference is eps·|f|/h; curvature adds h²f‴, below it unless f is not smooth.
        let noise = 1e-14 * scale / h;
        let near = (found - slope).abs() <= 1e-4 * found.abs().max(slope.abs()) + noise;
        rule(N::NAME, "dual numbers give the slope", near, || {
            format!("∂f/∂{} = {found}, central difference {slope}, at x = {:?}", N::STATE[k].name, x.as_ref())
        })?;
    }
    Ok(())
}

/// A random state: the initial one moved by up to `spread` times its size, or times the domain's width.
fn state<N: Node>(case: u32, spread: f64) -> N::State<f64> {
    N::State::from_fn(|k| {
        let variable = &N::STATE[k];
        let (low, high) = variable.domain;
        let width = if (high - low).is_finite() { high - low } else { 0.1 + variable.initial.abs() };
        variable.initial + spread * width * (2.0 * uniform(case, u32::try_from(k).unwrap_or(0)) - 1.0)
    })
}
