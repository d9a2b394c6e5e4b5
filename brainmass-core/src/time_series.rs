//! Sampled signals of several channels, with their unit in the type.

use std::marker::PhantomData;
use std::ops::Add;
use std::sync::Arc;

use dimensioned::typenum::Sum;
use nalgebra::DMatrix;

use crate::units::{Dimension, SI, Second, Unit, s};
use crate::{Error, Result, check};

/// Names of the channels, sampling period and time of the first sample.
#[derive(Clone, Debug, PartialEq)]
pub struct Sampling {
    channels: Arc<[String]>,
    period: Second,
    start: Second,
}

impl Sampling {
    /// Channels that are sampled every `period`, first at `start`.
    ///
    /// # Errors
    /// [`Error::Shape`] without channels, [`Error::Duplicate`] for a name that occurs twice,
    /// [`Error::OutOfRange`] for a period that is not positive.
    pub fn new(channels: impl Into<Arc<[String]>>, period: Second, start: Second) -> Result<Self> {
        let channels = channels.into();
        if channels.is_empty() {
            return Err(Error::shape("channels", "at least one", "none"));
        }
        check::unique("channels", &channels)?;
        check::positive("sampling period", period)?;
        if !start.value_unsafe.is_finite() {
            let value = start.value_unsafe;
            return Err(Error::NotFinite { what: "sampling".to_owned(), place: "start".to_owned(), value });
        }
        Ok(Self { channels, period, start })
    }

    /// The names of the channels.
    pub fn channels(&self) -> &Arc<[String]> {
        &self.channels
    }

    /// How many channels there are.
    pub fn n_channels(&self) -> usize {
        self.channels.len()
    }

    /// The time from one sample to the next.
    #[doc(alias = "repetition_time")]
    #[doc(alias = "dt")]
    pub fn period(&self) -> Second {
        self.period
    }

    /// The time of the first sample.
    pub fn start(&self) -> Second {
        self.start
    }

    /// The same sampling of other channels.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn with_channels(&self, channels: impl Into<Arc<[String]>>) -> Result<Self> {
        Self::new(channels, self.period, self.start)
    }
}

/// A signal of several channels in a unit that the compiler knows.
///
/// A sample stands for the interval that ends at its time: the state after a step, the average over the
/// window just finished. Sample `k` belongs to `start + k · period`. The matrix has one row per channel and
/// one column per sample.
///
/// ```
/// use brainmass_core::{units::{dimension, ms, nanoampere_meter_per_mv}, TimeSeries};
/// use nalgebra::dmatrix;
/// let potential: TimeSeries<dimension::Volt> =
///     TimeSeries::unnamed(dmatrix![1e-3, 2e-3, 3e-3], ms(0.1), ms(0.1)).unwrap();
/// approx::assert_relative_eq!(potential.time(2).value_unsafe, 3e-4, max_relative = 1e-15);
/// // Volts times ampere-metres per volt are ampere-metres.
/// let dipole: TimeSeries<dimension::AmpereMeter> = potential.times(nanoampere_meter_per_mv(5.0)).unwrap();
/// approx::assert_relative_eq!(dipole.values()[(0, 1)], 10e-9, max_relative = 1e-15);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct TimeSeries<U: Dimension> {
    values: DMatrix<f64>,
    sampling: Sampling,
    unit: PhantomData<U>,
}

impl<U: Dimension> TimeSeries<U> {
    /// A series from a matrix of channels × samples in coherent SI.
    ///
    /// # Errors
    /// [`Error::Shape`] if the rows are not the channels, [`Error::NotFinite`] for a NaN or infinity.
    pub fn new(values: DMatrix<f64>, sampling: Sampling) -> Result<Self> {
        if values.nrows() != sampling.n_channels() {
            return Err(Error::shape(
                "time series",
                format!("{} rows, one per channel", sampling.n_channels()),
                format!("{} rows × {} samples", values.nrows(), values.ncols()),
            ));
        }
        if let Some(index) = values.iter().position(|value| !value.is_finite()) {
            let (channel, sample) = values.vector_to_matrix_index(index);
            return Err(Error::NotFinite {
                what: "time series".to_owned(),
                place: format!("channel `{}`, sample {sample}", sampling.channels()[channel]),
                value: values[(channel, sample)],
            });
        }
        Ok(Self { values, sampling, unit: PhantomData })
    }

    /// A series whose channels are named `0`, `1`, ….
    ///
    /// # Errors
    /// As [`new`](Self::new) and [`Sampling::new`].
    pub fn unnamed(values: DMatrix<f64>, period: Second, start: Second) -> Result<Self> {
        let channels: Vec<String> = (0..values.nrows()).map(|index| index.to_string()).collect();
        Self::new(values, Sampling::new(channels, period, start)?)
    }

    /// A series from samples that lie one after the other, all channels of a sample together.
    ///
    /// # Errors
    /// As [`new`](Self::new); [`Error::Shape`] if the last sample is not complete.
    pub fn from_samples(samples: Vec<f64>, sampling: Sampling) -> Result<Self> {
        let n_channels = sampling.n_channels();
        if !samples.len().is_multiple_of(n_channels) {
            let expected = format!("a multiple of {n_channels} numbers, one per channel");
            return Err(Error::shape("time series", expected, format!("{} numbers", samples.len())));
        }
        Self::new(DMatrix::from_vec(n_channels, samples.len() / n_channels, samples), sampling)
    }

    /// The numbers in coherent SI: a row per channel, a column per sample.
    pub fn values(&self) -> &DMatrix<f64> {
        &self.values
    }

    /// The numbers with their unit.
    pub fn quantity(&self) -> SI<&DMatrix<f64>, U> {
        SI::new(&self.values)
    }

    /// The numbers one after the other, all channels of a sample together.
    pub fn samples(&self) -> &[f64] {
        self.values.as_slice()
    }

    /// Channels, period and start.
    pub fn sampling(&self) -> &Sampling {
        &self.sampling
    }

    /// The names of the channels.
    pub fn channels(&self) -> &Arc<[String]> {
        self.sampling.channels()
    }

    /// The coherent SI unit, as a value.
    pub fn unit(&self) -> Unit {
        Unit::of::<U>()
    }

    /// How many channels there are.
    pub fn n_channels(&self) -> usize {
        self.values.nrows()
    }

    /// How many samples there are.
    pub fn n_samples(&self) -> usize {
        self.values.ncols()
    }

    /// The time from one sample to the next.
    pub fn period(&self) -> Second {
        self.sampling.period
    }

    /// The time of the first sample.
    pub fn start(&self) -> Second {
        self.sampling.start
    }

    /// The time a sample belongs to.
    pub fn time(&self, sample: usize) -> Second {
        self.sampling.start + self.sampling.period * sample as f64
    }

    /// The samples of one channel, by name.
    ///
    /// # Errors
    /// [`Error::Unknown`], which lists the channels.
    pub fn channel(&self, name: &str) -> Result<Vec<f64>> {
        let row = check::position("channel", name, self.channels())?;
        Ok(self.values.row(row).iter().copied().collect())
    }

    /// The samples after a time: those of a transient are dropped.
    ///
    /// # Errors
    /// [`Error::Shape`] if none is left.
    pub fn after(&self, time: Second) -> Result<Self> {
        // A sample within a millionth of a period of the time counts as at it.
        let limit = time + self.period() * 1e-6;
        let dropped = (0..self.n_samples()).take_while(|&sample| self.time(sample) <= limit).count();
        if dropped == self.n_samples() {
            let expected = format!("samples after {}", crate::units::show(time));
            return Err(Error::shape("time series", expected, format!("{dropped} samples up to then")));
        }
        let sampling = Sampling { start: self.time(dropped), ..self.sampling.clone() };
        let values = self.values.columns(dropped, self.n_samples() - dropped).into_owned();
        Ok(Self { values, sampling, unit: PhantomData })
    }

    /// The series in another unit: every value times a quantity.
    ///
    /// # Errors
    /// [`Error::NotFinite`] if the factor is not finite or a product overflows.
    #[expect(clippy::needless_pass_by_value, reason = "a quantity is one number")]
    pub fn times<V>(&self, factor: SI<f64, V>) -> Result<TimeSeries<Sum<U, V>>>
    where
        U: Add<V>,
        Sum<U, V>: Dimension,
    {
        let values = &self.values * factor.value_unsafe;
        TimeSeries::new(values, self.sampling.clone())
    }
}

impl<U: Dimension> TimeSeries<U> {
    /// The time of the last sample; the start of an empty series.
    pub fn end(&self) -> Second {
        if self.n_samples() == 0 { self.start() } else { self.time(self.n_samples() - 1) }
    }

    /// How much time the samples stand for.
    #[doc(alias = "length")]
    pub fn duration(&self) -> Second {
        s(self.period().value_unsafe * self.n_samples() as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::{dimension, ms};
    use nalgebra::dmatrix;

    type Volts = TimeSeries<dimension::Volt>;

    #[test]
    fn bad_input_is_named_with_its_place() {
        let nan = Volts::unnamed(dmatrix![0.0, 1.0; 2.0, f64::NAN], ms(1.0), ms(0.0)).unwrap_err();
        assert_eq!(
            nan.to_string(),
            "time series: NaN at channel `1`, sample 1, where a finite number is due"
        );
        let period = Volts::unnamed(dmatrix![0.0], ms(0.0), ms(0.0)).unwrap_err();
        assert_eq!(period.to_string(), "sampling period: 0 s, but it must be above zero and finite");
        let sampling = Sampling::new(vec!["a".to_owned(), "b".to_owned()], ms(1.0), ms(0.0)).unwrap();
        assert!(matches!(Volts::from_samples(vec![0.0; 3], sampling), Err(Error::Shape { .. })));
        let twice = Sampling::new(vec!["a".to_owned(), "a".to_owned()], ms(1.0), ms(0.0)).unwrap_err();
        assert_eq!(twice.to_string(), "channels: `a` stands at 0 and again at 1");
    }

    #[test]
    fn dropping_a_transient_keeps_the_times() {
        let series = Volts::unnamed(dmatrix![1.0, 2.0, 3.0, 4.0], ms(0.1), ms(0.1)).unwrap();
        let rest = series.after(ms(0.2)).unwrap();
        assert_eq!(rest.values(), &dmatrix![3.0, 4.0]);
        approx::assert_relative_eq!(rest.start().value_unsafe, 3e-4, max_relative = 1e-15);
        approx::assert_relative_eq!(rest.end().value_unsafe, 4e-4, max_relative = 1e-15);
        assert!(series.after(ms(0.4)).is_err());
    }
}
