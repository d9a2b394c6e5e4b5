//! Correlation of two series that may be late or early.

use brainmass_core::units::{Dimension, Second, Unit, dimension, s, show};
use brainmass_core::{DifferentiableObjective, Objective, Result, Sampling, TimeSeries, check};
use nalgebra::DMatrix;

use crate::agree;
use crate::correlation::{of_standardized, pull_back, standardize};

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
        let at = |shifted: usize| {
            let late = shifted as f64 - self.largest as f64;
            let correlation = self.mean_correlation(&simulated, self.starts(shifted))?;
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
        Ok(lags[self.best_of(&lags)])
    }

    /// Where among all lags the best one stands.
    fn best_of(&self, lags: &[Lag]) -> usize {
        let magnitude = |lag: &Lag| lag.lag.value_unsafe.abs();
        let better = |best: usize, at: usize| {
            let (best_lag, lag) = (&lags[best], &lags[at]);
            let nearer = lag.correlation == best_lag.correlation && magnitude(lag) < magnitude(best_lag);
            if lag.correlation > best_lag.correlation || nearer { at } else { best }
        };
        (0..lags.len()).fold(self.largest, better)
    }

    /// The first sample of the simulated series and of the data that overlap at a lag, which is counted from
    /// the earliest one: so the counter stays in the natural numbers.
    fn starts(&self, shifted: usize) -> [usize; 2] {
        [shifted.saturating_sub(self.largest), self.largest.saturating_sub(shifted)]
    }

    /// The mean correlation from a sample of the simulated series and a sample of the data onwards.
    fn mean_correlation(&self, simulated: &DMatrix<f64>, starts: [usize; 2]) -> Result<f64> {
        let mut sum = 0.0;
        for index in 0..self.sampling.n_channels() {
            let (x, _, y) = self.overlap(simulated, starts, index)?;
            sum += of_standardized(&x, &y);
        }
        Ok(sum / self.sampling.n_channels() as f64)
    }

    /// The overlap of a channel, standardized: simulated, its length before, data.
    fn overlap(
        &self,
        simulated: &DMatrix<f64>,
        [x_start, y_start]: [usize; 2],
        index: usize,
    ) -> Result<(Vec<f64>, f64, Vec<f64>)> {
        let length = self.target.nrows() - x_start - y_start;
        let cut = |from: &DMatrix<f64>, start: usize, whose: &str| {
            let mut values: Vec<f64> = from.column(index).rows(start, length).iter().copied().collect();
            let what = format!("lagged correlation, {whose}");
            let norm = standardize(&mut values, &what, &self.sampling.channels()[index])?;
            Ok((values, norm))
        };
        let (x, norm) = cut(simulated, x_start, "simulated series")?;
        Ok((x, norm, cut(&self.target, y_start, "data")?.0))
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

/// The slope at the best lag. Where two lags are equally good the cost has a kink, and the slope is that of
/// the lag which [`best`](LaggedCorrelation::best) names.
impl<U: Dimension> DifferentiableObjective<U> for LaggedCorrelation {
    fn gradient(&self, simulated: &TimeSeries<U>) -> Result<(f64, DMatrix<f64>)> {
        let lags = self.at_each_lag(simulated)?;
        let best = self.best_of(&lags);
        let starts = self.starts(best);
        let values = simulated.values().transpose();
        let mut gradient = DMatrix::zeros(values.ncols(), values.nrows());
        for index in 0..values.ncols() {
            let (x, norm, y) = self.overlap(&values, starts, index)?;
            let mut slopes: Vec<f64> = y.iter().map(|y| -y / values.ncols() as f64).collect();
            pull_back(&mut slopes, &x, norm);
            for (k, slope) in slopes.into_iter().enumerate() {
                gradient[(index, starts[0] + k)] = slope;
            }
        }
        Ok((1.0 - lags[best].correlation, agree::finite_gradient(gradient)?))
    }
}
