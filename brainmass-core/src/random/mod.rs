//! Random numbers as a pure function of (seed, stream, region, step).
//!
//! Nothing here has a position that moves: the number for a step of a region is the same whichever thread
//! asks, in whatever order, in one run or after a restart. Nobody else in the workspace makes random numbers.

mod normal;
mod philox;
mod rows;

pub use philox::{Philox, philox4x32};

use crate::CpuLevel;
use normal::four_normals;
use rows::NormalRows;

/// One source of noise: a seed and the number of the stream it stands for.
///
/// ```
/// use brainmass_core::random::Stream;
/// let stream = Stream::new(42, 0);
/// assert_eq!(stream.normal(3, 1000), Stream::new(42, 0).normal(3, 1000));
/// assert_ne!(stream.normal(3, 1000), Stream::new(42, 1).normal(3, 1000));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stream {
    key: [u32; 2],
    stream: u32,
}

impl Stream {
    /// The stream with a number under a seed.
    pub fn new(seed: u64, stream: u32) -> Self {
        Self { key: halves(seed), stream }
    }

    /// The standard normal number of a step.
    ///
    /// Steps 4q to 4q + 3 of a region share one Philox block, of which the transform of Box and Muller in `f32`
    /// makes four numbers; the largest magnitude is 6.66.
    pub fn normal(&self, region: u32, step: u64) -> f64 {
        let [low, high] = halves(step / 4);
        let words = philox4x32([low, high, region, self.stream], self.key);
        f64::from(four_normals(words)[(step % 4) as usize])
    }

    /// The normal numbers of four steps: `rows[k][r]` becomes that of step `4·quad + k` and region `first_region + r`.
    ///
    /// The numbers of [`normal`](Self::normal), at a fraction of its cost. Rows have one length; what is longer than the
    /// shortest row stays as it is.
    ///
    /// ```
    /// use brainmass_core::{CpuLevel, random::Stream};
    /// let (stream, mut rows) = (Stream::new(42, 0), [[0.0; 80]; 4]);
    /// stream.normals_of_quad(CpuLevel::best(), 250, 0, rows.each_mut().map(|row| &mut row[..]));
    /// assert_eq!(f64::from(rows[3][17]), stream.normal(17, 1003));
    /// ```
    pub fn normals_of_quad(&self, level: CpuLevel, quad: u64, first_region: u32, rows: [&mut [f32]; 4]) {
        level.run(NormalRows { stream: *self, quad, first_region, rows });
    }

    /// A generator for `rand` and `rand_distr`, of its own for each (stream, region, step).
    ///
    /// ```
    /// use brainmass_core::random::Stream;
    /// use rand_distr::{Distribution, Uniform};
    /// let initial = Uniform::new(0.0, 0.1).unwrap();
    /// let values: Vec<f64> = (0..8).map(|region| initial.sample(&mut Stream::new(1, 7).generator(region, 0))).collect();
    /// assert!(values.iter().all(|x| (0.0..0.1).contains(x)));
    /// ```
    pub fn generator(&self, region: u32, step: u64) -> Philox {
        // A key of its own, drawn from the stream's block: distinct from every noise counter.
        let [low, high] = halves(step);
        let [a, b, c, d] = philox4x32([low, high, region, self.stream], self.key);
        Philox::from_key([a ^ c, b ^ d])
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the halves of a u64 are u32")]
fn halves(value: u64) -> [u32; 2] {
    [value as u32, (value >> 32) as u32]
}

#[cfg(test)]
mod tests;
