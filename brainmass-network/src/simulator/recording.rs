//! What a run recorded.

use std::any::type_name;
use std::sync::Arc;

use brainmass_core::units::{Dimension, Unit};
use brainmass_core::{Error, Result, Sampling, TimeSeries};
use nalgebra::DMatrix;

use super::gatherer::AnyValue;

/// The samples of one monitor, or the value of its statistic.
#[derive(Clone, Debug)]
pub(super) struct Recorded {
    pub(super) name: String,
    pub(super) unit: Unit,
    pub(super) sampling: Sampling,
    pub(super) samples: Vec<f64>,
    /// In place of samples.
    pub(super) value: Option<Result<AnyValue>>,
}

/// What the monitors of a run recorded, by name.
#[derive(Clone, Debug)]
pub struct Recording {
    recorded: Vec<Recorded>,
}

impl Recording {
    pub(super) fn new(recorded: Vec<Recorded>) -> Self {
        Self { recorded }
    }

    /// The names of the monitors whose series or values are still here.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.recorded.iter().map(|recorded| recorded.name.as_str())
    }

    /// Takes the series of a monitor out of the recording.
    ///
    /// # Errors
    /// [`Error::Unknown`], which lists the names; [`Error::Unit`] if the series has another unit; [`Error::Setting`]
    /// if the monitor gathered a statistic.
    pub fn take<U: Dimension>(&mut self, name: &str) -> Result<TimeSeries<U>> {
        let index = self.series(name)?;
        let recorded = &self.recorded[index];
        let (expected, found) = (Unit::of::<U>(), recorded.unit);
        if expected != found {
            return Err(Error::Unit { what: format!("recording `{name}`"), expected, found });
        }
        let recorded = self.recorded.remove(index);
        TimeSeries::from_samples(recorded.samples, recorded.sampling)
    }

    /// Takes out numbers in coherent SI (regions × samples), their sampling and their unit, where a name decides which
    /// unit it is.
    ///
    /// # Errors
    /// [`Error::Unknown`], which lists the names; [`Error::Setting`] if the monitor gathered a statistic.
    pub fn take_numbers(&mut self, name: &str) -> Result<(DMatrix<f64>, Sampling, Unit)> {
        let index = self.series(name)?;
        let Recorded { unit, sampling, samples, .. } = self.recorded.remove(index);
        let n_channels = sampling.n_channels();
        Ok((DMatrix::from_vec(n_channels, samples.len() / n_channels, samples), sampling, unit))
    }

    /// Takes the value of the statistic of a [`gathered`](super::Monitor::gathered) monitor out of the recording.
    ///
    /// # Errors
    /// [`Error::Unknown`], which lists the names; [`Error::Setting`] if the monitor recorded a series, or the value
    /// is of another type; where the statistic has no value, what it says, such as [`Error::Constant`].
    pub fn take_value<T: Clone + Send + Sync + 'static>(&mut self, name: &str) -> Result<T> {
        let index = self.index(name)?;
        let wrong = |problem: String| Error::setting(format!("recording `{name}`"), problem);
        let Some(value) = &self.recorded[index].value else {
            return Err(wrong("is a series, no value of a statistic".to_owned()));
        };
        let value = value.clone()?.downcast::<T>();
        let value = value.map_err(|_| wrong(format!("its value is no `{}`", type_name::<T>())))?;
        self.recorded.remove(index);
        Ok(Arc::unwrap_or_clone(value))
    }

    /// A recording that is a series.
    fn series(&self, name: &str) -> Result<usize> {
        let index = self.index(name)?;
        match self.recorded[index].value {
            None => Ok(index),
            Some(_) => {
                Err(Error::setting(format!("recording `{name}`"), "is the value of a statistic, no series"))
            }
        }
    }

    fn index(&self, name: &str) -> Result<usize> {
        let found = self.names().position(|known| known == name);
        found.ok_or_else(|| Error::unknown("recording", name, self.names()))
    }
}
