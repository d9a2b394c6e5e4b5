//! How many regions of a chunk a lane of the loop holds.
//!
//! Two, half a chunk apart, so that where one vector waits for a division the other goes on: a fifth of the time of nodes
//! whose parameters differ. Builds with debug assertions hold one, which takes less to compile and gives the same bits.

pub(super) use scalar::{Abreast, LOOP, both, pick, put};

#[cfg(not(debug_assertions))]
mod scalar {
    use super::super::layout::{LANES, Scalar};
    use brainmass_core::Lanes;

    /// What is computed with.
    pub(in super::super) type Abreast<T> = Lanes<T, 2>;
    /// How many lanes of a chunk the loop runs over.
    pub(in super::super) const LOOP: usize = LANES / 2;

    /// A number for all regions of a lane.
    #[inline(always)]
    pub(in super::super) fn both<T: Scalar>(value: T) -> Abreast<T> {
        Lanes([value; 2])
    }

    /// The numbers of a lane.
    #[inline(always)]
    pub(in super::super) fn pick<T: Scalar>(chunk: &[T; LANES], lane: usize) -> Abreast<T> {
        Lanes([chunk[lane], chunk[lane + LOOP]])
    }

    /// Puts the numbers of a lane in their places.
    #[inline(always)]
    pub(in super::super) fn put<T: Scalar>(chunk: &mut [T; LANES], lane: usize, Lanes(values): Abreast<T>) {
        [chunk[lane], chunk[lane + LOOP]] = values;
    }
}

#[cfg(debug_assertions)]
mod scalar {
    use super::super::layout::{LANES, Scalar};

    pub(in super::super) type Abreast<T> = T;
    pub(in super::super) const LOOP: usize = LANES;

    #[inline(always)]
    pub(in super::super) fn both<T: Scalar>(value: T) -> T {
        value
    }

    #[inline(always)]
    pub(in super::super) fn pick<T: Scalar>(chunk: &[T; LANES], lane: usize) -> T {
        chunk[lane]
    }

    #[inline(always)]
    pub(in super::super) fn put<T: Scalar>(chunk: &mut [T; LANES], lane: usize, value: T) {
        chunk[lane] = value;
    }
}
