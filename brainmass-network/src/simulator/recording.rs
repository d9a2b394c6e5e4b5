//! What a run recorded.

use brainmass_core::units::{Dimension, Unit};
use brainmass_core::{Error, Result, Sampling, TimeSeries};

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
        let Some(index) = self.names().position(|known| known == name) else {
            return Err(Error::unknown("recording", name, self.names()));
        };
        let (expected, found) = (Unit::of::<U>(), self.recorded[index].unit);
        if expected != found {
            return Err(Error::Unit { what: format!("recording `{name}`"), expected, found });
        }
        let recorded = self.recorded.remove(index);
        TimeSeries::from_samples(recorded.samples, recorded.sampling)
    }
}
