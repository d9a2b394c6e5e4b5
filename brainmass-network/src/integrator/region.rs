//! What a scheme knows of a region during one step.

use brainmass_core::{Dual, Node, Real};

use crate::engine::LANES;

/// What parameters have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sameness {
    /// All lanes have the same.
    Lanes,
    /// All chunks have the same, as those of networks side by side whose regions are alike.
    Chunks,
    /// Nothing.
    Nothing,
}

/// The parameters of all regions, in chunks of [`LANES`]; of one chunk if all have the same.
#[derive(Clone, Debug)]
pub(crate) struct Parameters<T> {
    per_chunk: usize,
    sameness: Sameness,
    /// Chunk by chunk, in each parameter by parameter.
    values: Vec<[T; LANES]>,
}

impl<T: Real> Parameters<T> {
    /// The parameters of `n_chunks` chunks; `value` gives the k-th parameter of a chunk.
    pub(crate) fn new<N: Node>(
        n_chunks: usize,
        sameness: Sameness,
        value: impl Fn(usize, usize) -> [T; LANES],
    ) -> Self {
        let per_chunk = N::PARAMETERS.len();
        let n_chunks = if sameness == Sameness::Nothing { n_chunks } else { 1 };
        let values = (0..n_chunks).flat_map(|chunk| (0..per_chunk).map(move |k| (k, chunk)));
        Self { per_chunk, sameness, values: values.map(|(k, chunk)| value(k, chunk)).collect() }
    }

    /// Whether all lanes have the same.
    pub(crate) fn is_uniform(&self) -> bool {
        self.sameness == Sameness::Lanes
    }

    /// The parameters of a chunk.
    #[inline(always)]
    pub(crate) fn of_chunk(&self, chunk: usize) -> &[[T; LANES]] {
        let first = if self.sameness == Sameness::Nothing { chunk * self.per_chunk } else { 0 };
        &self.values[first..first + self.per_chunk]
    }
}

/// The parameters of one region, as numbers and as dual numbers for the scheme that needs a slope.
pub(crate) struct RegionParameters<N: Node, T: Real> {
    pub(crate) plain: N::With<T>,
    pub(super) dual: N::With<Dual<T, 1>>,
}

#[expect(clippy::expl_impl_clone_on_copy, reason = "deriving it would ask N to be Copy")]
impl<N: Node, T: Real> Clone for RegionParameters<N, T> {
    #[inline(always)]
    fn clone(&self) -> Self {
        *self
    }
}

impl<N: Node, T: Real> Copy for RegionParameters<N, T> {}

impl<N: Node, T: Real> RegionParameters<N, T> {
    /// The same parameters as numbers and as dual numbers.
    pub(crate) fn of(plain: N::With<T>, dual: N::With<Dual<T, 1>>) -> Self {
        Self { plain, dual }
    }

    /// Those that `value` gives by their index.
    #[inline(always)]
    pub(crate) fn new(node: &N, value: impl Fn(usize) -> T) -> Self {
        Self { plain: node.with(&mut |k, _| value(k)), dual: node.with(&mut |k, _| Dual::constant(value(k))) }
    }
}

/// The step and the fractions of it that schemes use.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StepSizes<T> {
    /// The step, s.
    pub(super) dt: T,
    pub(super) root: T,
    pub(super) half: T,
    pub(super) sixth: T,
    /// States below this magnitude become zero: arithmetic on subnormal numbers is several times slower.
    negligible: T,
}

impl<T: Real> StepSizes<T> {
    pub(crate) fn new(dt: f64, negligible: f64) -> Self {
        Self {
            dt: T::from_f64(dt),
            root: T::from_f64(dt.sqrt()),
            half: T::from_f64(0.5 * dt),
            sixth: T::from_f64(dt / 6.0),
            negligible: T::from_f64(negligible),
        }
    }
}

impl<T: Copy> StepSizes<T> {
    /// The same in another scalar.
    #[inline(always)]
    pub(crate) fn map<S>(&self, other: impl Fn(T) -> S) -> StepSizes<S> {
        StepSizes {
            dt: other(self.dt),
            root: other(self.root),
            half: other(self.half),
            sixth: other(self.sixth),
            negligible: other(self.negligible),
        }
    }
}

/// One region during one step: everything but its state.
pub(crate) struct Region<'a, N: Node, T: Real> {
    pub(crate) parameters: RegionParameters<N, T>,
    pub(crate) input: N::Input<T>,
    /// σ ξ of each state: the increment of the noise over a second.
    pub(crate) noise: N::State<T>,
    pub(crate) steps: &'a StepSizes<T>,
}

impl<N: Node, T: Real> Region<'_, N, T> {
    /// x + h k, state by state.
    #[inline(always)]
    pub(super) fn moved(x: &N::State<T>, h: T, k: &N::State<T>) -> N::State<T> {
        let mut moved = *x;
        for (value, slope) in moved.as_mut().iter_mut().zip(k.as_ref()) {
            *value += h * *slope;
        }
        moved
    }

    /// The noise of the step where it simply adds up: σ √dt ξ.
    #[inline(always)]
    pub(super) fn with_noise(&self, x: &N::State<T>) -> N::State<T> {
        Self::moved(x, self.steps.root, &self.noise)
    }

    /// The state brought back into its domain, negligible numbers made zero.
    #[inline(always)]
    pub(super) fn settled(&self, x: N::State<T>) -> N::State<T> {
        let mut settled = N::project(x);
        for value in settled.as_mut() {
            *value = T::select(value.abs().less_than(self.steps.negligible), T::zero(), *value);
        }
        settled
    }
}
