//! The nodes' part of a step.
//!
//! Within a chunk the regions are independent and their numbers lie side by side, so that the compiler makes
//! one vector instruction of several regions. Nothing here may be left out of line.

use brainmass_core::{Array, Kernel, Lanes, Node, Real};

use super::abreast::{Abreast, Pairs, Whole};
use super::layout::{LANES, Row, Scalar};
use crate::Integrator;
use crate::integrator::{Parameters, Region, RegionParameters, StepSizes};

type Chunk<T> = Lanes<T, LANES>;

/// Advances the nodes of all regions by one step.
pub(super) struct Advance<'a, N: Node, T: Scalar> {
    pub(super) node: &'a N,
    pub(super) integrator: Integrator,
    pub(super) sizes: &'a StepSizes<T>,
    pub(super) parameters: &'a Parameters<T>,
    /// One row per state variable.
    pub(super) states: &'a mut [Row<T>],
    /// One row per input.
    pub(super) inputs: &'a [Row<T>],
    /// σ ξ of each state variable; no row where there is no noise.
    pub(super) kicks: &'a [Row<T>],
}

impl<N: Node, T: Scalar> Kernel for Advance<'_, N, T> {
    /// Zero in each lane whose states are all finite: of all chunks but the last, and of the last.
    type Output = [[T; LANES]; 2];

    #[inline(always)]
    fn run(self) -> Self::Output {
        if N::LOOPS { self.abreast::<Whole>() } else { self.abreast::<Pairs>() }
    }
}

impl<N: Node, T: Scalar> Advance<'_, N, T> {
    #[inline(always)]
    fn abreast<A: Abreast<T>>(self) -> [[T; LANES]; 2] {
        match (self.integrator, self.parameters.is_uniform()) {
            (Integrator::Euler, true) => self.advance::<A, true>(Integrator::Euler),
            (Integrator::Euler, false) => self.advance::<A, false>(Integrator::Euler),
            (Integrator::Heun, true) => self.advance::<A, true>(Integrator::Heun),
            (Integrator::Heun, false) => self.advance::<A, false>(Integrator::Heun),
            // Of the costlier schemes one form, which halves the time they take to compile.
            (Integrator::ExponentialEuler, _) => self.advance::<A, false>(Integrator::ExponentialEuler),
            (Integrator::RungeKutta4, _) => self.advance::<A, false>(Integrator::RungeKutta4),
        }
    }

    /// All chunks. Parameters that are the same everywhere are loaded once, and what is computed from them alone,
    /// such as a transfer function at rest, is computed once.
    #[inline(always)]
    fn advance<A: Abreast<T>, const UNIFORM: bool>(self, integrator: Integrator) -> [[T; LANES]; 2] {
        let first = self.parameters.of_chunk(0);
        let first = RegionParameters::new(self.node, |k| A::both(first[k][0]));
        let steps = &self.sizes.map(A::both);
        let (mut finite, mut last) = ([T::zero(); LANES], [T::zero(); LANES]);
        for index in 0..self.states[0].len() {
            let zero = Chunk::<T>::from_f64(0.0);
            let mut state = N::State::from_fn(|_| zero);
            let mut noise = state;
            for k in 0..N::STATE.len() {
                state.as_mut()[k].0 = self.states[k][index];
                if let Some(kick) = self.kicks[k].get(index) {
                    noise.as_mut()[k].0 = *kick;
                }
            }
            let mut input = N::Input::from_fn(|_| zero);
            for k in 0..N::INPUT.len() {
                input.as_mut()[k].0 = self.inputs[k][index];
            }
            for lane in 0..LANES {
                finite[lane] += last[lane];
            }
            last = [T::zero(); LANES];
            let parameters = &self.parameters.of_chunk(index)[..N::PARAMETERS.len()];
            for round in 0..A::ROUNDS {
                let region = Region {
                    parameters: if UNIFORM {
                        first
                    } else {
                        RegionParameters::new(self.node, |k| A::pick(&parameters[k], round))
                    },
                    input: input_of::<N, T, A>(&input, round),
                    noise: state_of::<N, T, A>(&noise, round),
                    steps,
                };
                let next = integrator.step(&region, &state_of::<N, T, A>(&state, round));
                for k in 0..N::STATE.len() {
                    let value = next.as_ref()[k];
                    A::put(&mut state.as_mut()[k].0, round, value);
                    // Zero times a number is zero, but NaN of NaN and infinities.
                    let finite = A::pick(&last, round) + value * A::both(T::zero());
                    A::put(&mut last, round, finite);
                }
            }
            for k in 0..N::STATE.len() {
                self.states[k][index] = state.as_ref()[k].0;
            }
        }
        [finite, last]
    }
}

/// The states of a round of a chunk.
#[inline(always)]
fn state_of<N: Node, T: Scalar, A: Abreast<T>>(
    chunk: &N::State<Chunk<T>>,
    round: usize,
) -> N::State<A::Number> {
    let mut state = N::State::from_fn(|_| A::both(T::zero()));
    for k in 0..N::STATE.len() {
        state.as_mut()[k] = A::pick(&chunk.as_ref()[k].0, round);
    }
    state
}

/// The inputs of a round of a chunk.
#[inline(always)]
fn input_of<N: Node, T: Scalar, A: Abreast<T>>(
    chunk: &N::Input<Chunk<T>>,
    round: usize,
) -> N::Input<A::Number> {
    let mut input = N::Input::from_fn(|_| A::both(T::zero()));
    for k in 0..N::INPUT.len() {
        input.as_mut()[k] = A::pick(&chunk.as_ref()[k].0, round);
    }
    input
}

/// The outputs of all regions.
pub(super) struct ReadOutputs<'a, N: Node, T: Scalar> {
    pub(super) node: &'a N,
    pub(super) parameters: &'a Parameters<T>,
    pub(super) states: &'a [Row<T>],
    pub(super) outputs: &'a mut [Row<T>],
}

impl<N: Node, T: Scalar> Kernel for ReadOutputs<'_, N, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        if N::LOOPS { self.abreast::<Whole>() } else { self.abreast::<Pairs>() }
    }
}

impl<N: Node, T: Scalar> ReadOutputs<'_, N, T> {
    #[inline(always)]
    fn abreast<A: Abreast<T>>(self) {
        for index in 0..self.states[0].len() {
            let mut state = N::State::from_fn(|_| Chunk::<T>::from_f64(0.0));
            for k in 0..N::STATE.len() {
                state.as_mut()[k].0 = self.states[k][index];
            }
            let values = &self.parameters.of_chunk(index)[..N::PARAMETERS.len()];
            for round in 0..A::ROUNDS {
                let parameters = self.node.with(&mut |k, _| A::pick(&values[k], round));
                let found = N::output(&parameters, &state_of::<N, T, A>(&state, round));
                for (row, value) in self.outputs.iter_mut().zip(found.as_ref()) {
                    A::put(&mut row[index], round, *value);
                }
            }
        }
    }
}
