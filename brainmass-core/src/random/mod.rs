//! Random numbers as a pure function of (seed, stream, region, step).
//!
//! Nothing here has a position that moves: the number for a step of a region is the same whichever thread
//! asks, in whatever order, in one run or after a restart. Nobody else in the workspace makes random numbers.

mod philox;

pub use philox::{Philox, philox4x32};

use crate::Real;

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

    /// Two independent standard normal numbers: those of steps `2·pair` and `2·pair + 1`.
    ///
    /// Box–Muller on two uniform numbers of 53 bits from one Philox block; the largest magnitude is 8.6.
    pub fn normal_pair(&self, region: u32, pair: u64) -> [f64; 2] {
        let [u, v] = self.uniform_pair(region, pair);
        // The workspace's own functions, which give the same bits on every machine.
        let radius = Real::sqrt(-2.0 * Real::ln(u));
        let angle = std::f64::consts::TAU * v;
        [radius * Real::cos(angle), radius * Real::sin(angle)]
    }

    /// The standard normal number of a step.
    pub fn normal(&self, region: u32, step: u64) -> f64 {
        self.normal_pair(region, step / 2)[usize::from(step % 2 == 1)]
    }

    /// Two uniform numbers in (0, 1].
    fn uniform_pair(&self, region: u32, pair: u64) -> [f64; 2] {
        let [low, high] = halves(pair);
        let [a, b, c, d] = philox4x32([low, high, region, self.stream], self.key);
        [unit_interval(a, b), unit_interval(c, d)]
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

/// 53 random bits as a number in (0, 1].
fn unit_interval(high: u32, low: u32) -> f64 {
    let bits = (u64::from(high) << 32 | u64::from(low)) >> 11;
    (bits + 1) as f64 * 2f64.powi(-53)
}

#[expect(clippy::cast_possible_truncation, reason = "the halves of a u64 are u32")]
fn halves(value: u64) -> [u32; 2] {
    [value as u32, (value >> 32) as u32]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Mean, variance, skewness, excess kurtosis and neighbour correlations of 10⁶ numbers: each estimate
    /// has a known standard error, the bound is five of them.
    #[test]
    fn normals_have_the_moments_and_independence_of_normals() {
        let n = 1_000_000_u32;
        let stream = Stream::new(7, 3);
        let draw = |k: u32| stream.normal(k % 1000, u64::from(k / 1000));
        let moment = |power: i32| (0..n).map(|k| draw(k).powi(power)).sum::<f64>() / f64::from(n);
        let error = 5.0 / f64::from(n).sqrt();
        assert!(moment(1).abs() < error);
        assert!((moment(2) - 1.0).abs() < error * 2f64.sqrt());
        assert!(moment(3).abs() < error * 15f64.sqrt());
        assert!((moment(4) - 3.0).abs() < error * 96f64.sqrt());
        let product = |f: &dyn Fn(u32, u32) -> f64| -> f64 {
            (0..1000).flat_map(|r| (0..999).map(move |t| (r, t))).map(|(r, t)| f(r, t)).sum::<f64>()
                / 999_000.0
        };
        let at = |region, step: u32| stream.normal(region, u64::from(step));
        assert!(product(&|r, t| at(r, t) * at(r, t + 1)).abs() < error);
        assert!(product(&|r, t| at(r, t) * at((r + 1) % 1000, t)).abs() < error);
    }

    /// Value stability: a change of these is a change of every simulated number. The literals come from a
    /// transcription of the definition into another language.
    #[test]
    fn the_numbers_of_a_seed_stay() {
        let stream = Stream::new(42, 0);
        let found = [stream.normal(0, 0), stream.normal(0, 1), stream.normal(5, 123_456)];
        let expected = [0.886_497_505_901_440_9, 0.439_356_069_437_927_15, -1.639_717_547_773_594_1];
        for (value, literal) in found.iter().zip(expected) {
            assert!((value - literal).abs() < 1e-12, "{found:?}");
        }
    }
}
