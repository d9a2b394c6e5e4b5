//! The nodes' part of a step.
//!
//! Within a chunk the regions are independent and their numbers lie side by side, so that the compiler makes
//! one vector instruction of several regions. Nothing here may be left out of line.

use brainmass_core::{Array, Kernel, Lanes, Node, Real};

use super::abreast::{Abreast, LOOP, both, pick, put};
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
        match (self.integrator, self.parameters.is_uniform()) {
            (Integrator::Euler, true) => self.advance::<true>(Integrator::Euler),
            (Integrator::Euler, false) => self.advance::<false>(Integrator::Euler),
            (Integrator::Heun, true) => self.advance::<true>(Integrator::Heun),
            (Integrator::Heun, false) => self.advance::<false>(Integrator::Heun),
            // Of the costlier schemes one form, which halves the time they take to compile.
            (Integrator::ExponentialEuler, _) => self.advance::<false>(Integrator::ExponentialEuler),
            (Integrator::RungeKutta4, _) => self.advance::<false>(Integrator::RungeKutta4),
        }
    }
}

impl<N: Node, T: Scalar> Advance<'_, N, T> {
    /// All chunks. Parameters that are the same everywhere are loaded once, and what is computed from them alone,
    /// such as a transfer function at rest, is computed once.
    #[inline(always)]
    fn advance<const UNIFORM: bool>(self, integrator: Integrator) -> [[T; LANES]; 2] {
        let first = self.parameters.of_chunk(0);
        let first = RegionParameters::new(self.node, |k| both(first[k][0]));
        let steps = &self.sizes.map(both);
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
            for lane in 0..LOOP {
                let region = Region {
                    parameters: if UNIFORM {
                        first
                    } else {
                        RegionParameters::new(self.node, |k| pick(&parameters[k], lane))
                    },
                    input: input_of::<N, T>(&input, lane),
                    noise: state_of::<N, T>(&noise, lane),
                    steps,
                };
                let next = integrator.step(&region, &state_of::<N, T>(&state, lane));
                for k in 0..N::STATE.len() {
                    let value = next.as_ref()[k];
                    put(&mut state.as_mut()[k].0, lane, value);
                    // Zero times a number is zero, but NaN of NaN and infinities.
                    let finite = pick(&last, lane) + value * both(T::zero());
                    put(&mut last, lane, finite);
                }
            }
            for k in 0..N::STATE.len() {
                self.states[k][index] = state.as_ref()[k].0;
            }
        }
        [finite, last]
    }
}

/// The states of a lane of a chunk.
#[inline(always)]
fn state_of<N: Node, T: Scalar>(chunk: &N::State<Chunk<T>>, lane: usize) -> N::State<Abreast<T>> {
    let mut state = N::State::from_fn(|_| both(T::zero()));
    for k in 0..N::STATE.len() {
        state.as_mut()[k] = pick(&chunk.as_ref()[k].0, lane);
    }
    state
}

/// The inputs of a lane of a chunk.
#[inline(always)]
fn input_of<N: Node, T: Scalar>(chunk: &N::Input<Chunk<T>>, lane: usize) -> N::Input<Abreast<T>> {
    let mut input = N::Input::from_fn(|_| both(T::zero()));
    for k in 0..N::INPUT.len() {
        input.as_mut()[k] = pick(&chunk.as_ref()[k].0, lane);
    }
    input
}

/// An output of all regions.
pub(super) struct ReadOutput<'a, N: Node, T: Scalar> {
    pub(super) node: &'a N,
    pub(super) index: usize,
    pub(super) parameters: &'a Parameters<T>,
    pub(super) states: &'a [Row<T>],
    pub(super) row: &'a mut [[T; LANES]],
}

impl<N: Node, T: Scalar> Kernel for ReadOutput<'_, N, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        for (index, row) in self.row.iter_mut().enumerate() {
            let mut state = N::State::from_fn(|_| Chunk::<T>::from_f64(0.0));
            for k in 0..N::STATE.len() {
                state.as_mut()[k].0 = self.states[k][index];
            }
            let values = &self.parameters.of_chunk(index)[..N::PARAMETERS.len()];
            for lane in 0..LOOP {
                let parameters = self.node.with(&mut |k, _| pick(&values[k], lane));
                put(row, lane, N::output(&parameters, &state_of::<N, T>(&state, lane)).as_ref()[self.index]);
            }
        }
    }
}
