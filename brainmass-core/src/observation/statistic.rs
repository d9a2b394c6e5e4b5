//! Statistics of a whole signal, gathered while it passes by.

use std::fmt::Debug;

use super::{ObservationModel, Observer};
use crate::time_series::Sampling;
use crate::units::Dimension;
use crate::{Archive, Result, TimeSeries};

/// What a signal amounts to: one value at its end, rather than samples on the way.
///
/// Functional connectivity and power spectra are such. Like an [`ObservationModel`] it is a description;
/// [`accumulator`](Self::accumulator) makes the state machine that eats samples, so that a run can be judged
/// without keeping its series.
pub trait Statistic {
    /// The dimension of the signal.
    type Input: Dimension;
    /// The value.
    type Output;
    /// The state machine.
    type Accumulator: Accumulator<Output = Self::Output> + 'static;

    /// A state machine for signals with this sampling.
    ///
    /// # Errors
    /// Whatever does not fit the sampling.
    fn accumulator(&self, sources: &Sampling) -> Result<Self::Accumulator>;

    /// The value of a finished series.
    ///
    /// # Errors
    /// Those of [`accumulator`](Self::accumulator) and [`Accumulator::finish`].
    fn of(&self, series: &TimeSeries<Self::Input>) -> Result<Self::Output> {
        let mut accumulator = self.accumulator(series.sampling())?;
        accumulator.push(series.samples())?;
        accumulator.finish()
    }

    /// The statistic of what an observation model records: the functional connectivity of BOLD.
    fn through<M: ObservationModel<Output = Self::Input>>(self, model: M) -> Through<M, Self>
    where
        Self: Sized,
    {
        Through { model, statistic: self }
    }
}

/// The state machine of a statistic.
///
/// Samples lie one after the other, all channels of a sample together. How a signal is cut into blocks does
/// not change the value by a bit.
pub trait Accumulator: Debug + Send {
    /// The value.
    type Output;

    /// Takes a block of samples.
    ///
    /// # Errors
    /// [`Error::Shape`](crate::Error::Shape) if the block is not a whole number of samples.
    fn push(&mut self, samples: &[f64]) -> Result<()>;

    /// The value of all samples so far. More may follow.
    ///
    /// # Errors
    /// [`Error::Shape`](crate::Error::Shape) for too few samples, [`Error::Constant`](crate::Error::Constant)
    /// where the value is undefined. Never NaN.
    fn finish(&self) -> Result<Self::Output>;

    /// Goes back to the beginning.
    fn reset(&mut self);

    /// Takes down, or brings back, what samples have left behind.
    ///
    /// # Errors
    /// Those of [`Archive`].
    fn archive(&mut self, archive: &mut Archive) -> Result<()>;
}

/// A statistic of what an observation model records; made by [`Statistic::through`].
#[derive(Clone, Debug)]
pub struct Through<M, S> {
    model: M,
    statistic: S,
}

impl<M: ObservationModel, S: Statistic<Input = M::Output>> Statistic for Through<M, S> {
    type Input = M::Input;
    type Output = S::Output;
    type Accumulator = ThroughAccumulator<M::Observer, S::Accumulator>;

    fn accumulator(&self, sources: &Sampling) -> Result<Self::Accumulator> {
        let observer = self.model.observer(sources)?;
        let accumulator = self.statistic.accumulator(observer.sampling())?;
        Ok(ThroughAccumulator { observer, accumulator, between: Vec::new() })
    }
}

/// The state machine of [`Through`].
#[derive(Debug)]
pub struct ThroughAccumulator<O, A> {
    observer: O,
    accumulator: A,
    between: Vec<f64>,
}

impl<O: Observer, A: Accumulator> Accumulator for ThroughAccumulator<O, A> {
    type Output = A::Output;

    fn push(&mut self, samples: &[f64]) -> Result<()> {
        self.between.clear();
        self.observer.push(samples, &mut self.between)?;
        self.accumulator.push(&self.between)
    }

    fn finish(&self) -> Result<A::Output> {
        self.accumulator.finish()
    }

    fn reset(&mut self) {
        self.observer.reset();
        self.accumulator.reset();
    }

    fn archive(&mut self, archive: &mut Archive) -> Result<()> {
        self.observer.archive(archive)?;
        self.accumulator.archive(archive)
    }
}
