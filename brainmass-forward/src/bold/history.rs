//! What sources did before their first sample.

use brainmass_core::units::{Dimension, SI, Second, show};
use brainmass_core::{
    Error, ObservationModel, Observer, Result, Sampling, TemporalAverage, TimeSeries, check,
};
use nalgebra::DMatrix;

use super::ConvolutionBold;
use crate::names::check_same;

/// What the sources did before their first sample.
#[derive(Clone, Debug)]
pub(super) enum History<U: Dimension> {
    Rest,
    Constant(Vec<f64>),
    Series(TimeSeries<U>),
}

impl<U: Dimension> ConvolutionBold<U> {
    /// The same after sources that were constant: one value for all channels, or one per channel.
    #[must_use]
    pub fn with_constant_history(mut self, level: SI<Vec<f64>, U>) -> Self {
        self.history = History::Constant(level.value_unsafe);
        self
    }

    /// The same after these samples, which end where the sources begin. Before them, rest.
    #[must_use]
    pub fn with_history(mut self, samples: TimeSeries<U>) -> Self {
        self.history = History::Series(samples);
        self
    }

    /// The steps before the sources begin, oldest first, as far as the history says; a constant fills `count`.
    pub(super) fn past_steps(&self, sources: &Sampling, count: usize) -> Result<Vec<f64>> {
        let n = sources.n_channels();
        match &self.history {
            History::Rest => Ok(Vec::new()),
            History::Constant(level) => {
                if level.len() != 1 && level.len() != n {
                    let expected = format!("1 value or {n}, one per channel");
                    return Err(Error::shape("history", expected, format!("{} values", level.len())));
                }
                check::finite("history", &DMatrix::from_column_slice(level.len(), 1, level))?;
                Ok((0..count * n).map(|index| level[index % n % level.len()]).collect())
            }
            History::Series(series) => self.steps_of_series(series, sources),
        }
    }

    fn steps_of_series(&self, series: &TimeSeries<U>, sources: &Sampling) -> Result<Vec<f64>> {
        check_same("channels of the history", sources.channels(), series.channels())?;
        let begin = beginning(sources);
        if ((series.end() - begin).value_unsafe).abs() > 1e-6 * series.period().value_unsafe {
            let problem =
                format!("it ends at {}, but the sources begin at {}", show(series.end()), show(begin));
            return Err(Error::setting("history", problem));
        }
        // Whole steps that end where the sources begin; what is left over lies furthest back.
        let n = sources.n_channels();
        let window = check::steps("convolution step", self.step, "the history's period", series.period())?;
        let samples = &series.samples()[series.n_samples() % window * n..];
        let mut steps = Vec::with_capacity(samples.len() / window);
        TemporalAverage::<U>::new(self.step).observer(series.sampling())?.push(samples, &mut steps)?;
        Ok(steps)
    }
}

/// Where the interval of the first sample begins.
pub(super) fn beginning(sources: &Sampling) -> Second {
    sources.start() - sources.period()
}
