//! What a run recorded.

use brainmass_core::units::{Dimension, Unit};
use brainmass_core::{Error, Result, Sampling, TimeSeries};
use nalgebra::DMatrix;

/// The samples of one monitor.
#[derive(Clone, Debug)]
pub(super) struct Recorded {
    pub(super) name: String,
    pub(super) unit: Unit,
    pub(super) sampling: Sampling,
    pub(super) samples: Vec<f64>,
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

    /// The names of the monitors whose series are still here.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.recorded.iter().map(|recorded| recorded.name.as_str())
    }

    /// Takes the series of a monitor out of the recording.
    ///
    /// # Errors
    /// [`Error::Unknown`], which lists the names; [`Error::Unit`] if the series has another unit.
    pub fn take<U: Dimension>(&mut self, name: &str) -> Result<TimeSeries<U>> {
        let index = self.index(name)?;
        let (expected, found) = (Unit::of::<U>(), self.recorded[index].unit);
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
    /// [`Error::Unknown`], which lists the names.
    pub fn take_numbers(&mut self, name: &str) -> Result<(DMatrix<f64>, Sampling, Unit)> {
        let index = self.index(name)?;
        let Recorded { unit, sampling, samples, .. } = self.recorded.remove(index);
        let n_channels = sampling.n_channels();
        Ok((DMatrix::from_vec(n_channels, samples.len() / n_channels, samples), sampling, unit))
    }

    fn index(&self, name: &str) -> Result<usize> {
        let found = self.names().position(|known| known == name);
        found.ok_or_else(|| Error::unknown("recording", name, self.names()))
    }
}
