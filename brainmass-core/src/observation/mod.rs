//! Observation models: from what regions do to what a device records.

mod chain;
mod differentiable;
mod resample;
mod statistic;
mod then;

pub use chain::{Chain, ChainObserver};
pub use differentiable::{Cotangents, Differentiable, Scalar, check_cotangent, check_scalars};
pub use resample::{Subsample, TemporalAverage};
pub use statistic::{Accumulator, Statistic, Through, ThroughAccumulator};
pub use then::Then;

use std::fmt::Debug;

use crate::time_series::Sampling;
use crate::units::{Dimension, show};
use crate::{Archive, Error, Result, TimeSeries};

/// A map from source signals to recorded channels.
///
/// The model is a description; [`observer`](Self::observer) makes the state machine that eats samples. So
/// the same model runs on a finished series ([`observe`](Self::observe)) and inside a running simulation,
/// block by block, with equal results.
#[doc(alias = "Monitor")]
#[doc(alias = "forward model")]
pub trait ObservationModel {
    /// The dimension of the sources.
    type Input: Dimension;
    /// The dimension of the channels.
    type Output: Dimension;
    /// The state machine.
    type Observer: Observer + 'static;

    /// A state machine for sources with this sampling.
    ///
    /// # Errors
    /// Whatever does not fit: the number of sources, a period that is not a multiple of the sources'.
    fn observer(&self, sources: &Sampling) -> Result<Self::Observer>;

    /// The channels of a finished series.
    ///
    /// # Errors
    /// Those of [`observer`](Self::observer), and a series too short to give one sample.
    fn observe(&self, sources: &TimeSeries<Self::Input>) -> Result<TimeSeries<Self::Output>> {
        let mut observer = self.observer(sources.sampling())?;
        let mut channels = Vec::new();
        observer.push(sources.samples(), &mut channels)?;
        if channels.is_empty() {
            let first = observer.sampling().start();
            let expected = format!("sources up to {} at least, when the first sample is due", show(first));
            let found = format!("{} samples up to {}", sources.n_samples(), show(sources.end()));
            return Err(Error::shape("observed series", expected, found));
        }
        TimeSeries::from_samples(channels, observer.sampling().clone())
    }

    /// This model followed by another: average, then haemodynamics; sources, then EEG, then noise.
    fn then<M: ObservationModel<Input = Self::Output>>(self, next: M) -> Then<Self, M>
    where
        Self: Sized,
    {
        Then::new(self, next)
    }
}

/// The state machine of an observation model.
///
/// Samples lie one after the other, all channels of a sample together. How a signal is cut into blocks does
/// not change what comes out.
pub trait Observer: Debug + Send {
    /// The channels, period and start of what comes out.
    fn sampling(&self) -> &Sampling;

    /// Takes a block of source samples and appends the recorded samples that are complete.
    ///
    /// # Errors
    /// [`Error::Shape`] if the block is not a whole number of samples, or what goes
    /// wrong in the physics, such as a Balloon that bursts.
    fn push(&mut self, sources: &[f64], channels: &mut Vec<f64>) -> Result<()>;

    /// Goes back to the beginning.
    fn reset(&mut self);

    /// Takes down, or brings back, what samples have left behind: a machine brought back goes on as if it had
    /// never stopped.
    ///
    /// # Errors
    /// Those of [`Archive`].
    fn archive(&mut self, archive: &mut Archive) -> Result<()>;
}

impl Observer for Box<dyn Observer> {
    fn sampling(&self) -> &Sampling {
        (**self).sampling()
    }
    fn push(&mut self, sources: &[f64], channels: &mut Vec<f64>) -> Result<()> {
        (**self).push(sources, channels)
    }
    fn reset(&mut self) {
        (**self).reset();
    }
    fn archive(&mut self, archive: &mut Archive) -> Result<()> {
        (**self).archive(archive)
    }
}

/// Checks that a block is a whole number of samples, for implementors of [`Observer::push`].
///
/// # Errors
/// [`Error::Shape`] with both numbers.
pub fn check_block(sources: &[f64], n_sources: usize) -> Result<()> {
    if sources.len().is_multiple_of(n_sources) {
        return Ok(());
    }
    let expected = format!("a multiple of {n_sources} numbers, one per source");
    Err(Error::shape("block of samples", expected, format!("{} numbers", sources.len())))
}
