//! Correlation of two series that may be late or early.

use brainmass_core::units::{Dimension, Second, Unit, dimension, s, show};
use brainmass_core::{Objective, Result, Sampling, TimeSeries, check};
use nalgebra::DMatrix;

use crate::agree;
use crate::correlation::{of_standardized, standardize};

/// A correlation with the lag it was found at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lag {
    /// By how much the simulated series comes after the data; negative if it comes before.
    pub lag: Second,
    /// The mean over the channels of the Pearson correlation at this lag.
    pub correlation: f64,
}

/// One minus the correlation of a simulated and a recorded series at the best of a few lags.
///
/// ```text
/// r(k) = mean over channels of the Pearson correlation of x_{t+k} and target_t, t where both exist
/// cost = 1 − max r(k),   |k| · period ≤ largest lag
/// ```
///
/// Two BOLD models answer the same activity with different latencies; at lag zero they would look less
/// alike than they are. The means and variances are those of the overlap. A lag is at most half the
/// series, since few samples correlate by chance. The series may be in different units.
///
/// ```
/// use brainmass_core::{units::{dimension::{Dimensionless, Volt}, s}, Objective, TimeSeries};
/// use brainmass_objectives::LaggedCorrelation;
/// use nalgebra::dmatrix;
/// let data = dmatrix![0.0, 1.0, 3.0, 2.0, 0.0, 0.0];
/// let late = dmatrix![0.0, 0.0, 1.0, 3.0, 2.0, 0.0];
/// let data = TimeSeries::<Volt>::unnamed(data, s(0.72), s(0.0)).unwrap();
/// let late = TimeSeries::<Dimensionless>::unnamed(late, s(0.72), s(0.0)).unwrap();
/// let objective = LaggedCorrelation::new(&data, s(1.44)).unwrap();
/// let best = objective.best(&late).unwrap();
/// assert_eq!(best.lag, s(0.72));
/// approx::assert_relative_eq!(best.correlation, 1.0, max_relative = 1e-15);
/// assert!(objective.cost(&late).unwrap() < 1e-15);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[doc(alias = "cross-correlation")]
pub struct LaggedCorrelation {
    /// Samples × channels: a channel is contiguous.
    target: DMatrix<f64>,
    sampling: Sampling,
    largest: usize,
}

impl LaggedCorrelation {
    /// The objective with the series to be reached and the largest lag, either way.
    ///
    /// # Errors
    /// [`Error::NotMultiple`](brainmass_core::Error::NotMultiple) if the lag is not a whole number of
    /// samples, [`Error::OutOfRange`](brainmass_core::Error::OutOfRange) if it is negative or more than half
    /// the series, [`Error::Constant`](brainmass_core::Error::Constant) if a channel is constant where it
    /// overlaps with itself at some lag.
    pub fn new<U: Dimension>(target: &TimeSeries<U>, largest_lag: Second) -> Result<Self> {
        let largest = check::steps("largest lag", largest_lag, "the sampling period", target.period())?;
        if 2 * largest > target.n_samples() {
            let requirement = format!("at most half of the {} of the data", show(target.duration()));
            let unit = Unit::of::<dimension::Second>();
            return Err(check::out_of_range("largest lag", largest_lag.value_unsafe, unit, &requirement));
        }
        let sampling = target.sampling().clone();
        let objective = Self { target: target.values().transpose(), sampling, largest };
        objective.at_each_lag(target)?;
        Ok(objective)
    }

    /// The correlations at all lags, earliest first.
    ///
    /// # Errors
    /// [`Error::Shape`](brainmass_core::Error::Shape) for other numbers of channels or samples,
    /// [`Error::OutOfRange`](brainmass_core::Error::OutOfRange) for another sampling period,
    /// [`Error::Setting`](brainmass_core::Error::Setting) for channels in another order,
    /// [`Error::Constant`](brainmass_core::Error::Constant) with the channel.
    pub fn at_each_lag<U: Dimension>(&self, simulated: &TimeSeries<U>) -> Result<Vec<Lag>> {
        agree::sampling(&self.sampling, self.target.nrows(), simulated)?;
        let simulated = simulated.values().transpose();
        // Shifted by `largest`, so that the counter stays in the natural numbers.
        let at = |shifted: usize| {
            let late = shifted as f64 - self.largest as f64;
            let starts = [shifted.saturating_sub(self.largest), self.largest.saturating_sub(shifted)];
            let correlation = self.mean_correlation(&simulated, starts)?;
            Ok(Lag { lag: s(late * self.sampling.period().value_unsafe), correlation })
        };
        (0..=2 * self.largest).map(at).collect()
    }

    /// The lag with the highest correlation; of equal ones that nearest to zero, the earlier one first.
    ///
    /// # Errors
    /// As [`at_each_lag`](Self::at_each_lag).
    pub fn best<U: Dimension>(&self, simulated: &TimeSeries<U>) -> Result<Lag> {
        let lags = self.at_each_lag(simulated)?;
        let magnitude = |lag: &Lag| lag.lag.value_unsafe.abs();
        let better = |best: Lag, lag: &Lag| {
            let nearer = lag.correlation == best.correlation && magnitude(lag) < magnitude(&best);
            if lag.correlation > best.correlation || nearer { *lag } else { best }
        };
        Ok(lags.iter().fold(lags[self.largest], better))
    }

    /// The mean correlation from a sample of the simulated series and a sample of the data onwards.
    fn mean_correlation(&self, simulated: &DMatrix<f64>, [x_start, y_start]: [usize; 2]) -> Result<f64> {
        let overlap = self.target.nrows() - x_start - y_start;
        let mut sum = 0.0;
        for (index, channel) in self.sampling.channels().iter().enumerate() {
            let cut = |from: &DMatrix<f64>, start: usize, whose: &str| {
                let mut values: Vec<f64> = from.column(index).rows(start, overlap).iter().copied().collect();
                standardize(&mut values, &format!("lagged correlation, {whose}"), channel)?;
                Ok(values)
            };
            let x = cut(simulated, x_start, "simulated series")?;
            sum += of_standardized(&x, &cut(&self.target, y_start, "data")?);
        }
        Ok(sum / self.sampling.n_channels() as f64)
    }
}

impl<U: Dimension> Objective<U> for LaggedCorrelation {
    fn name(&self) -> String {
        "lagged correlation distance".to_owned()
    }

    fn cost(&self, simulated: &TimeSeries<U>) -> Result<f64> {
        Ok(1.0 - self.best(simulated)?.correlation)
    }
}
