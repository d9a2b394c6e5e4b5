//! A coupling on all regions at once.

use brainmass_core::{Array, Coupling, CpuLevel, Kernel};

use crate::engine::{LANES, Row, Scalar};

/// A coupling behind a pointer that takes all regions at once, chunk by chunk.
pub(crate) trait LaneCoupling<T: Scalar>: Send {
    /// What all regions send, one row per number.
    fn send(&self, level: CpuLevel, source: &[[T; LANES]], sent: &mut [Row<T>]);
    /// Adds what arrives at all regions to an input.
    fn receive(&self, level: CpuLevel, arriving: Arriving<'_, T>, input: &mut [[T; LANES]]);
}

/// What a coupling makes its effect from.
#[derive(Clone, Copy)]
pub(crate) struct Arriving<'a, T> {
    pub(crate) targets: &'a [[T; LANES]],
    /// One row per number sent.
    pub(crate) sums: &'a [Row<T>],
    pub(crate) in_strength: &'a [[T; LANES]],
}

/// A coupling with the parameters of each chunk of regions, or of one chunk for all.
pub(super) struct Chunks<C, T> {
    coupling: C,
    /// Chunk by chunk, in each parameter by parameter.
    parameters: Vec<[T; LANES]>,
}

impl<C: Coupling, T: Scalar> Chunks<C, T> {
    pub(super) fn new(coupling: C, parameters: Vec<[T; LANES]>) -> Self {
        Self { coupling, parameters }
    }
}

impl<C: Coupling, T: Scalar> LaneCoupling<T> for Chunks<C, T> {
    fn send(&self, level: CpuLevel, source: &[[T; LANES]], sent: &mut [Row<T>]) {
        level.run(SendRow { chunks: self, source, sent });
    }

    fn receive(&self, level: CpuLevel, arriving: Arriving<'_, T>, input: &mut [[T; LANES]]) {
        level.run(ReceiveRow { chunks: self, arriving, input });
    }
}

impl<C: Coupling, T: Scalar> Chunks<C, T> {
    #[inline(always)]
    fn of_chunk(&self, chunk: usize) -> &[[T; LANES]] {
        let n = C::PARAMETERS.len();
        let first = if self.parameters.len() == n { 0 } else { chunk * n };
        &self.parameters[first..first + n]
    }
}

struct SendRow<'a, C, T> {
    chunks: &'a Chunks<C, T>,
    source: &'a [[T; LANES]],
    sent: &'a mut [Row<T>],
}

impl<C: Coupling, T: Scalar> Kernel for SendRow<'_, C, T> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        for (chunk, source) in self.source.iter().enumerate() {
            let values = self.chunks.of_chunk(chunk);
            let mut sent = [[T::zero(); LANES]; 2];
            for lane in 0..LANES {
                let parameters = self.chunks.coupling.with(&mut |k, _| values[k][lane]);
                let numbers = C::send(&parameters, source[lane]);
                for k in 0..C::N_SENT {
                    sent[k][lane] = numbers.as_ref()[k];
                }
            }
            for k in 0..C::N_SENT {
                self.sent[k][chunk] = sent[k];
            }
        }
    }
}

struct ReceiveRow<'a, C, T> {
    chunks: &'a Chunks<C, T>,
    arriving: Arriving<'a, T>,
    input: &'a mut [[T; LANES]],
}

impl<C: Coupling, T: Scalar> Kernel for ReceiveRow<'_, C, T> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        for (chunk, input) in self.input.iter_mut().enumerate() {
            let values = self.chunks.of_chunk(chunk);
            let (targets, in_strength) = (self.arriving.targets[chunk], self.arriving.in_strength[chunk]);
            let mut arrived = [[T::zero(); LANES]; 2];
            for k in 0..C::N_SENT {
                arrived[k] = self.arriving.sums[k][chunk];
            }
            let mut total = *input;
            for lane in 0..LANES {
                let parameters = self.chunks.coupling.with(&mut |k, _| values[k][lane]);
                let mut sums = C::Sent::from_fn(|_| T::zero());
                for k in 0..C::N_SENT {
                    sums.as_mut()[k] = arrived[k][lane];
                }
                total[lane] += C::receive(&parameters, targets[lane], &sums, in_strength[lane]);
            }
            *input = total;
        }
    }
}
