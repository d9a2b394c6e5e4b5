//! How many regions of a chunk are computed at once.

#[cfg(not(debug_assertions))]
use brainmass_core::Lanes;
use brainmass_core::Real;

use super::layout::{LANES, Scalar};

/// What is computed with, and which regions of a chunk it holds in each round of a loop.
pub(super) trait Abreast<T: Scalar> {
    type Number: Real;
    /// How many rounds a chunk takes.
    const ROUNDS: usize;
    /// A number for all regions of a round.
    fn both(value: T) -> Self::Number;
    /// The numbers of a round.
    fn pick(chunk: &[T; LANES], round: usize) -> Self::Number;
    /// Puts the numbers of a round in their places.
    fn put(chunk: &mut [T; LANES], round: usize, value: Self::Number);
}

/// Two, half a chunk apart: the compiler makes vectors of the rounds, and where one waits for a division the other goes
/// on, a fifth of the time of nodes whose parameters differ.
#[cfg(not(debug_assertions))]
pub(super) struct Pairs;

#[cfg(not(debug_assertions))]
impl<T: Scalar> Abreast<T> for Pairs {
    type Number = Lanes<T, 2>;
    const ROUNDS: usize = LANES / 2;

    #[inline(always)]
    fn both(value: T) -> Lanes<T, 2> {
        Lanes([value; 2])
    }

    #[inline(always)]
    fn pick(chunk: &[T; LANES], round: usize) -> Lanes<T, 2> {
        Lanes([chunk[round], chunk[round + LANES / 2]])
    }

    #[inline(always)]
    fn put(chunk: &mut [T; LANES], round: usize, Lanes(values): Lanes<T, 2>) {
        [chunk[round], chunk[round + LANES / 2]] = values;
    }
}

/// The whole chunk, for equations with loops: of those the compiler makes no vectors but operation by operation.
#[cfg(not(debug_assertions))]
pub(super) struct Whole;

#[cfg(not(debug_assertions))]
impl<T: Scalar> Abreast<T> for Whole {
    type Number = Lanes<T, LANES>;
    const ROUNDS: usize = 1;

    #[inline(always)]
    fn both(value: T) -> Lanes<T, LANES> {
        Lanes([value; LANES])
    }

    #[inline(always)]
    fn pick(chunk: &[T; LANES], _: usize) -> Lanes<T, LANES> {
        Lanes(*chunk)
    }

    #[inline(always)]
    fn put(chunk: &mut [T; LANES], _: usize, Lanes(values): Lanes<T, LANES>) {
        *chunk = values;
    }
}

/// One, in builds with debug assertions: it takes less to compile and gives the same bits.
#[cfg(debug_assertions)]
pub(super) struct Single;

#[cfg(debug_assertions)]
pub(super) use Single as Pairs;
#[cfg(debug_assertions)]
pub(super) use Single as Whole;

#[cfg(debug_assertions)]
impl<T: Scalar> Abreast<T> for Single {
    type Number = T;
    const ROUNDS: usize = LANES;

    #[inline(always)]
    fn both(value: T) -> T {
        value
    }

    #[inline(always)]
    fn pick(chunk: &[T; LANES], round: usize) -> T {
        chunk[round]
    }

    #[inline(always)]
    fn put(chunk: &mut [T; LANES], round: usize, value: T) {
        chunk[round] = value;
    }
}
