//! Neural mass models: what a region is made of.

mod macros;

use crate::parameter::Parameterized;
use crate::real::{Array, Dual};
use crate::units::Unit;
use crate::{Real, Result, check};

/// What is known about a state variable, an input or an output of a node.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Variable {
    /// Its name in code, files and tables.
    pub name: &'static str,
    /// Its coherent SI unit.
    pub unit: Unit,
    /// Where a state starts unless told otherwise; zero for inputs and outputs.
    pub initial: f64,
    /// The bounds that [`Node::project`] keeps, if there are any.
    pub domain: (f64, f64),
    /// What it is, in one line.
    pub description: &'static str,
}

/// A neural mass model: one region without its surroundings.
///
/// A node is its parameters and one derivative function over any scalar. The function is pure, cannot fail
/// and does not allocate; numbers inside are coherent SI. Write one with the [`node!`](crate::node!) macro,
/// and hand it to the checks of `conformance::node`.
#[doc(alias = "Model")]
#[doc(alias = "neural mass")]
pub trait Node: Parameterized + Clone + std::fmt::Debug + Send + Sync + 'static {
    /// The state variables of one region.
    type State<T: Real>: Array<T>;
    /// What may act on a region from outside: couplings, noise and stimuli are added up here.
    type Input<T: Real>: Array<T>;
    /// Quantities computed from the state, for couplings and monitors.
    type Output<T: Real>: Array<T>;

    /// Its name in files and tables.
    const NAME: &'static str;
    /// What it models, in one line.
    const SUMMARY: &'static str;
    /// The documentation of the type as it stands in the source: what it models, equations, references.
    ///
    /// [`node!`](crate::node!) takes it from the comments before `pub struct`, so that tables and pages of models
    /// say what the source says.
    const DOCUMENTATION: &'static str = "";
    /// Its names in papers and other libraries, one a line.
    const ALIASES: &'static str = "";
    /// Whether its equations contain loops, such as the sum of a long series.
    ///
    /// Compilers make one vector of several regions out of straight code only. A node with loops is computed for a whole
    /// vector of regions at once, operation by operation. This decides about time, never about numbers.
    const LOOPS: bool = false;
    /// The state variables, in order.
    #[doc(alias = "state_variables")]
    const STATE: &'static [Variable];
    /// The inputs, in order.
    const INPUT: &'static [Variable];
    /// The outputs beyond the states themselves, in order.
    const OUTPUT: &'static [Variable];

    /// dx/dt for parameters, state and input.
    #[doc(alias = "dfun")]
    fn derivative<T: Real>(
        parameters: &Self::With<T>,
        state: &Self::State<T>,
        input: &Self::Input<T>,
    ) -> Self::State<T>;

    /// The outputs for parameters and state.
    fn output<T: Real>(parameters: &Self::With<T>, state: &Self::State<T>) -> Self::Output<T>;

    /// Brings a state back into its domain after a step. Idempotent.
    #[inline(always)]
    fn project<T: Real>(mut state: Self::State<T>) -> Self::State<T> {
        for (value, variable) in state.as_mut().iter_mut().zip(Self::STATE) {
            let (lower, upper) = variable.domain;
            if lower > f64::NEG_INFINITY {
                *value = value.max(T::from_f64(lower));
            }
            if upper < f64::INFINITY {
                *value = value.min(T::from_f64(upper));
            }
        }
        state
    }

    /// The state a run starts from unless told otherwise.
    fn initial() -> Self::State<f64> {
        Self::State::from_fn(|index| Self::STATE[index].initial)
    }
}

/// The diagonal of the Jacobian ∂f/∂x, and f itself.
///
/// Exact, by one dual number per state variable. The parameters are constants as dual numbers.
#[inline(always)]
pub fn derivative_and_diagonal<N: Node, T: Real>(
    parameters: &N::With<Dual<T, 1>>,
    state: &N::State<T>,
    input: &N::Input<T>,
) -> (N::State<T>, N::State<T>) {
    let mut constant = N::Input::<Dual<T, 1>>::from_fn(|_| Dual::constant(T::zero()));
    for (held, value) in constant.as_mut().iter_mut().zip(input.as_ref()) {
        held.value = *value;
    }
    let mut seeded = N::State::<Dual<T, 1>>::from_fn(|_| Dual::constant(T::zero()));
    for (seed, value) in seeded.as_mut().iter_mut().zip(state.as_ref()) {
        seed.value = *value;
    }
    let mut derivative = *state;
    let mut diagonal = *state;
    for k in 0..N::STATE.len() {
        let mut towards = seeded;
        towards.as_mut()[k].partials[0] = T::one();
        let slope = N::derivative(parameters, &towards, &constant).as_ref()[k];
        derivative.as_mut()[k] = slope.value;
        diagonal.as_mut()[k] = slope.partials[0];
    }
    (derivative, diagonal)
}

/// A quantity of a node that can be coupled or monitored: a state variable or an output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The state variable with an index.
    State(usize),
    /// The output with an index.
    Output(usize),
}

/// Finds a state variable or an output by name.
///
/// # Errors
/// [`Error::Unknown`](crate::Error::Unknown), which lists both.
pub fn source<N: Node>(name: &str) -> Result<(Source, &'static Variable)> {
    let names: Vec<&str> = N::STATE.iter().chain(N::OUTPUT).map(|variable| variable.name).collect();
    let index = check::position("variable", name, &names)?;
    Ok(match index.checked_sub(N::STATE.len()) {
        None => (Source::State(index), &N::STATE[index]),
        Some(output) => (Source::Output(output), &N::OUTPUT[output]),
    })
}

/// Finds a variable of a list by name.
///
/// # Errors
/// [`Error::Unknown`](crate::Error::Unknown), which lists them.
pub fn variable_index(kind: &str, name: &str, variables: &[Variable]) -> Result<usize> {
    let names: Vec<&str> = variables.iter().map(|variable| variable.name).collect();
    check::position(kind, name, &names)
}
