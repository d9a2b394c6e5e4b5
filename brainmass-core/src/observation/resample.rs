//! Fewer samples: averages over windows, or every n-th sample.

use std::marker::PhantomData;

use super::{ObservationModel, Observer, check_block};
use crate::time_series::Sampling;
use crate::units::{Dimension, Second};
use crate::{Archive, Result, check};

/// The mean over consecutive windows.
///
/// A window's mean is stamped with the end of the window, as every sample stands for the interval that ends
/// at its time. Samples of an unfinished window at the end are not used.
///
/// DIFFERENCE: a period that is not a multiple of the sources' is an error; the Python library rounds, so
/// that its rows drift away from their times.
///
/// ```
/// use brainmass_core::{units::{dimension::Volt, ms}, ObservationModel, TemporalAverage, TimeSeries};
/// use nalgebra::dmatrix;
/// let series = TimeSeries::<Volt>::unnamed(dmatrix![1.0, 2.0, 3.0, 4.0, 9.0], ms(1.0), ms(1.0)).unwrap();
/// let average = TemporalAverage::new(ms(2.0)).observe(&series).unwrap();
/// assert_eq!(average.values(), &dmatrix![1.5, 3.5]);
/// assert_eq!((average.start(), average.period()), (ms(2.0), ms(2.0)));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TemporalAverage<U> {
    period: Second,
    unit: PhantomData<U>,
}

impl<U: Dimension> TemporalAverage<U> {
    /// Averages over windows of this length.
    pub fn new(period: Second) -> Self {
        Self { period, unit: PhantomData }
    }

    /// The length of a window.
    pub fn period(&self) -> Second {
        self.period
    }
}

impl<U: Dimension> ObservationModel for TemporalAverage<U> {
    type Input = U;
    type Output = U;
    type Observer = Windows;

    fn observer(&self, sources: &Sampling) -> Result<Windows> {
        Windows::new("averaging period", self.period, sources, true)
    }
}

/// Every n-th sample, the last of each period.
///
/// ```
/// use brainmass_core::{units::{dimension::Volt, ms}, ObservationModel, Subsample, TimeSeries};
/// use nalgebra::dmatrix;
/// let series = TimeSeries::<Volt>::unnamed(dmatrix![1.0, 2.0, 3.0, 4.0, 9.0], ms(1.0), ms(1.0)).unwrap();
/// assert_eq!(Subsample::new(ms(2.0)).observe(&series).unwrap().values(), &dmatrix![2.0, 4.0]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[doc(alias = "decimate")]
pub struct Subsample<U> {
    period: Second,
    unit: PhantomData<U>,
}

impl<U: Dimension> Subsample<U> {
    /// Keeps one sample per period.
    pub fn new(period: Second) -> Self {
        Self { period, unit: PhantomData }
    }

    /// The time from one kept sample to the next.
    pub fn period(&self) -> Second {
        self.period
    }
}

impl<U: Dimension> ObservationModel for Subsample<U> {
    type Input = U;
    type Output = U;
    type Observer = Windows;

    fn observer(&self, sources: &Sampling) -> Result<Windows> {
        Windows::new("sampling period", self.period, sources, false)
    }
}

/// The state machine of [`TemporalAverage`] and [`Subsample`].
#[derive(Clone, Debug)]
pub struct Windows {
    sampling: Sampling,
    length: usize,
    mean: bool,
    filled: usize,
    sums: Vec<f64>,
}

impl Windows {
    fn new(what: &str, period: Second, sources: &Sampling, mean: bool) -> Result<Self> {
        check::positive(what, period)?;
        let length = check::steps(what, period, "the sources' period", sources.period())?;
        // The first window ends with its last sample.
        let start = sources.start() + sources.period() * (length as f64 - 1.0);
        let sampling = Sampling::new(sources.channels().clone(), period, start)?;
        Ok(Self { sums: vec![0.0; sources.n_channels()], sampling, length, mean, filled: 0 })
    }
}

impl Observer for Windows {
    fn sampling(&self) -> &Sampling {
        &self.sampling
    }

    fn push(&mut self, sources: &[f64], channels: &mut Vec<f64>) -> Result<()> {
        check_block(sources, self.sums.len())?;
        for sample in sources.chunks_exact(self.sums.len()) {
            self.filled += 1;
            let is_last = self.filled == self.length;
            match (self.mean, is_last) {
                (true, _) => {
                    for (sum, value) in self.sums.iter_mut().zip(sample) {
                        *sum += *value;
                    }
                }
                (false, true) => channels.extend_from_slice(sample),
                (false, false) => {}
            }
            if is_last {
                if self.mean {
                    channels.extend(self.sums.iter().map(|sum| sum / self.length as f64));
                }
                self.reset();
            }
        }
        Ok(())
    }

    fn reset(&mut self) {
        self.filled = 0;
        self.sums.fill(0.0);
    }

    fn archive(&mut self, archive: &mut Archive) -> Result<()> {
        archive.count(&mut self.filled)?;
        archive.numbers(&mut self.sums)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::TimeSeries;
    use crate::units::{dimension::Dimensionless, ms};
    use nalgebra::DMatrix;

    #[test]
    fn a_period_that_does_not_fit_is_an_error_with_both_numbers() {
        let series = TimeSeries::<Dimensionless>::unnamed(DMatrix::zeros(1, 9), ms(0.3), ms(0.3)).unwrap();
        let error = TemporalAverage::new(ms(1.0)).observe(&series).unwrap_err();
        let text =
            "averaging period: 1 ms is not a multiple of the sources' period 300 µs (3.3333333 of them)";
        assert_eq!(error.to_string(), text);
        assert!(TemporalAverage::new(ms(0.0)).observe(&series).is_err());
    }

    /// DIFFERENCE: the Python library gives no rows and no error.
    #[test]
    fn a_series_shorter_than_a_window_is_an_error() {
        let series = TimeSeries::<Dimensionless>::unnamed(DMatrix::zeros(2, 60), ms(1.0), ms(1.0)).unwrap();
        let error = TemporalAverage::new(ms(100.0)).observe(&series).unwrap_err();
        let text = "observed series: expected sources up to 100 ms at least, when the first sample is due, found 60 samples up to 60 ms";
        assert_eq!(error.to_string(), text);
    }
}
