//! What a cost says of what was recorded.

use brainmass_core::node::Source;
use nalgebra::DMatrix;

/// The cotangent of one recorded series.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    pub(crate) source: Source,
    /// Steps from sample to sample.
    pub(crate) length: usize,
    /// Whether a sample is the mean of its steps, or the last of them.
    pub(crate) mean: bool,
    /// Samples that were dropped at the beginning.
    pub(crate) n_dropped: usize,
    /// Regions × samples.
    pub(crate) cotangent: DMatrix<f64>,
}

impl Record {
    /// The sample that the state after so many steps goes into, and how much of it.
    pub(crate) fn sample_of(&self, n_steps: usize) -> Option<(usize, f64)> {
        let last = self.mean || n_steps.is_multiple_of(self.length);
        let sample = (n_steps.checked_sub(1)? / self.length).checked_sub(self.n_dropped)?;
        let share = if self.mean { 1.0 / self.length as f64 } else { 1.0 };
        (last && sample < self.cotangent.ncols()).then_some((sample, share))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_are_those_of_the_monitors() {
        let record = |mean| Record {
            source: Source::State(0),
            length: 3,
            mean,
            n_dropped: 1,
            cotangent: DMatrix::zeros(1, 2),
        };
        let of = |mean: bool| (0..11).map(|n| record(mean).sample_of(n).map(|(k, _)| k)).collect::<Vec<_>>();
        // Steps 1 to 3 make the sample that is dropped, 4 to 6 and 7 to 9 those kept, 10 begins another.
        let none = [None; 4];
        assert_eq!(of(true), [&none[..], &[Some(0); 3], &[Some(1); 3], &none[..1]].concat());
        let last = [None, None, None, None, None, None, Some(0), None, None, Some(1), None];
        assert_eq!(of(false), last);
        assert_eq!(record(true).sample_of(5), Some((0, 1.0 / 3.0)));
    }
}
