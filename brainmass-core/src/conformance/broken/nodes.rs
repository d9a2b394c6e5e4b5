//! Broken nodes.
#![expect(unreachable_pub, unused_imports, reason = "the macro is made for nodes of other crates")]

use std::any::Any;
use std::sync::atomic::{AtomicU32, Ordering};

use super::broken;
use crate::conformance;
use crate::units::{Hertz, Number, Unit, hz};
use crate::{Dual, Lanes, Node, Parameter, Parameterized, Real, Variable, node};

/// A node x′ = −r x, starting at some value, whose slope goes through a function.
macro_rules! through {
    ($Node:ident, $start:expr, $function:ident) => {
        node! {
            /// Broken on purpose.
            pub struct $Node = "broken", "Broken on purpose.";
            parameters {
                /// Rate.
                rate: Hertz = hz(1.0), hz(0.0) => hz(10.0);
            }
            state {
                /// Activity.
                x: Number = $start, 0.0 => 1.0;
            }
            input {}
            output {}
            derivative { [-(rate * $function(x))] }
        }
    };
}

through!(Sound, 0.5, same);
through!(Impure, 0.5, counted);
through!(Infinite, 0.5, inverse);
through!(Rootless, 0.0, root_of_square);
through!(Rough, 0.5, another_as_f32);
through!(Tangled, 0.5, another_in_lanes);
through!(Wrong, 0.5, another_as_dual);
through!(Cut, 0.5, cut_from_its_slope);

fn same<T: Real>(x: T) -> T {
    x
}

/// Not a function of its argument: it counts its calls.
fn counted<T: Real>(x: T) -> T {
    static CALLS: AtomicU32 = AtomicU32::new(0);
    x + T::from_f64(f64::from(CALLS.fetch_add(1, Ordering::Relaxed)))
}

/// Not a number at zero, where the domain begins.
fn inverse<T: Real>(x: T) -> T {
    x.square() / x
}

/// |x| by a branch-free detour that has no slope at zero, where a run starts.
fn root_of_square<T: Real>(x: T) -> T {
    x.square().sqrt()
}

fn another_as<S: Real, T: Real>(x: T) -> T {
    if (&x as &dyn Any).is::<S>() { x + x } else { x }
}

fn another_as_f32<T: Real>(x: T) -> T {
    another_as::<f32, T>(x)
}

fn another_in_lanes<T: Real>(x: T) -> T {
    another_as::<Lanes<f64, 2>, T>(x)
}

fn another_as_dual<T: Real>(x: T) -> T {
    another_as::<Dual<f64, 1>, T>(x)
}

/// Passes a dual number on as a constant: its branch forgets the slope.
fn cut_from_its_slope<T: Real>(x: T) -> T {
    match (&x as &dyn Any).downcast_ref::<Dual<f64, 1>>() {
        Some(dual) => T::from_f64(dual.value),
        None => x,
    }
}

#[test]
fn broken_derivatives_are_named() {
    assert_eq!(conformance::node(&Sound::default()), Ok(()));
    let rule = "the derivative is a function of its arguments";
    assert_eq!(broken(conformance::node(&Impure::default())), rule);
    let rule = "derivative and output are finite at the edges of the domain";
    assert_eq!(broken(conformance::node(&Infinite::default())), rule);
    assert_eq!(broken(conformance::node(&Rootless::default())), "dual numbers give the slope");
    assert_eq!(broken(conformance::node(&Cut::default())), "dual numbers give the slope");
    assert_eq!(broken(conformance::node(&Wrong::default())), "dual numbers give the same value");
    assert_eq!(broken(conformance::node(&Rough::default())), "f32 agrees with f64 to single precision");
    let rule = "lanes give the bits of one number after the other";
    assert_eq!(broken(conformance::node(&Tangled::default())), rule);
}

/// A sound node of one state without parameters, written by hand, with some parts replaced.
macro_rules! by_hand {
    ($Node:ident, parameters $parameters:tt, numbers $numbers:literal, states $states:tt, $($rest:tt)*) => {
        #[derive(Clone, Debug)]
        struct $Node;

        by_hand!(parameters $parameters for $Node);

        impl Node for $Node {
            type State<T: Real> = [T; $numbers];
            type Input<T: Real> = [T; 0];
            type Output<T: Real> = [T; 0];
            const NAME: &'static str = stringify!($Node);
            const SUMMARY: &'static str = "Broken on purpose.";
            const STATE: &'static [Variable] = &$states;
            const INPUT: &'static [Variable] = &[];
            const OUTPUT: &'static [Variable] = &[];
            fn derivative<T: Real>(_: &Self::With<T>, state: &[T; $numbers], _: &[T; 0]) -> [T; $numbers] {
                state.map(|x| -x)
            }
            fn output<T: Real>(_: &Self::With<T>, _: &[T; $numbers]) -> [T; 0] {
                []
            }
            $($rest)*
        }
    };
    (parameters [] for $Node:ident) => {
        impl Parameterized for $Node {
            type With<T: Real> = [T; 0];
            const PARAMETERS: &'static [Parameter] = &[];
            fn with<T: Real>(&self, _: &mut impl FnMut(usize, f64) -> T) -> [T; 0] {
                []
            }
        }
    };
    (parameters [$first:expr, $second:expr; $i:literal, $j:literal] for $Node:ident) => {
        impl Parameterized for $Node {
            type With<T: Real> = [T; 2];
            const PARAMETERS: &'static [Parameter] = &[$first, $second];
            fn with<T: Real>(&self, source: &mut impl FnMut(usize, f64) -> T) -> [T; 2] {
                [source($i, 1.0), source($j, 1.0)]
            }
        }
    };
}

const X: Variable = Variable {
    name: "x",
    unit: Unit::DIMENSIONLESS,
    initial: 0.0,
    domain: (-1.0, 1.0),
    description: "Activity.",
};
const A: Parameter =
    Parameter { name: "a", unit: Unit::DIMENSIONLESS, default: 1.0, range: (0.0, 2.0), description: "Gain." };
const B: Parameter = Parameter { name: "b", ..A };

by_hand!(Whole, parameters [A, B; 0, 1], numbers 1, states [X],);
by_hand!(Stateless, parameters [], numbers 0, states [],);
by_hand!(TooMany, parameters [], numbers 2, states [X],);
by_hand!(Twice, parameters [], numbers 2, states [X, X],);
by_hand!(Mute, parameters [], numbers 1, states [Variable { description: "", ..X }],);
by_hand!(OutOfOrder, parameters [A, B; 1, 0], numbers 1, states [X],);
by_hand!(OutOfRange, parameters [A, Parameter { default: 3.0, ..B }; 0, 1], numbers 1, states [X],);
by_hand!(Halving, parameters [], numbers 1, states [X],
    fn project<T: Real>(state: [T; 1]) -> [T; 1] { state.map(|x| x * T::from_f64(0.5)) });
by_hand!(Moving, parameters [], numbers 1, states [X],
    fn project<T: Real>(_: [T; 1]) -> [T; 1] { [T::one()] });

#[test]
fn broken_declarations_and_projections_are_named() {
    assert_eq!(conformance::node(&Whole), Ok(()));
    assert_eq!(broken(conformance::node(&Stateless)), "has a state");
    let rule = "states, inputs and outputs have one number per name";
    assert_eq!(broken(conformance::node(&TooMany)), rule);
    assert_eq!(broken(conformance::node(&Twice)), "every name stands once");
    assert_eq!(broken(conformance::node(&Mute)), "everything is described");
    assert_eq!(broken(conformance::node(&OutOfOrder)), "`with` visits parameters in order");
    assert_eq!(broken(conformance::node(&OutOfRange)), "defaults lie within their ranges");
    assert_eq!(broken(conformance::node(&Halving)), "`project` is idempotent");
    assert_eq!(broken(conformance::node(&Moving)), "`project` leaves the initial state");
    let verdict = conformance::node(&Halving).unwrap_err();
    assert!(verdict.to_string().starts_with("Halving breaks the rule \"`project` is idempotent\": ["));
}
