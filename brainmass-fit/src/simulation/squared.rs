//! The square of an objective.

use brainmass_core::units::Dimension;
use brainmass_core::{DifferentiableObjective, Objective, Result, TimeSeries};
use nalgebra::DMatrix;

/// An objective squared: of a root mean square the mean square.
///
/// A root mean square has a kink at its minimum, where the gradient jumps and a quasi-Newton method comes to rest early.
/// Its square is smooth there.
///
/// ```
/// use brainmass_core::{units::{dimension::Dimensionless, s}, DifferentiableObjective, TimeSeries};
/// use brainmass_fit::Squared;
/// use brainmass_objectives::TimeSeriesRmse;
/// use nalgebra::dmatrix;
/// let series = |values| TimeSeries::<Dimensionless>::unnamed(values, s(1.0), s(1.0));
/// let mean_square = Squared(TimeSeriesRmse::new(series(dmatrix![1.0, 1.0])?)?);
/// // The mean of 3² and 1², and 2/2 of each difference.
/// let (cost, slopes) = mean_square.gradient(&series(dmatrix![4.0, 2.0])?)?;
/// assert!((cost - 5.0).abs() < 1e-14 && (slopes - dmatrix![3.0, 1.0]).amax() < 1e-14);
/// # Ok::<(), brainmass_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Squared<O>(pub O);

impl<U: Dimension, O: Objective<U>> Objective<U> for Squared<O> {
    fn name(&self) -> String {
        format!("square of {}", self.0.name())
    }

    fn cost(&self, simulated: &TimeSeries<U>) -> Result<f64> {
        Ok(self.0.cost(simulated)?.powi(2))
    }
}

impl<U: Dimension, O: DifferentiableObjective<U>> DifferentiableObjective<U> for Squared<O> {
    fn gradient(&self, simulated: &TimeSeries<U>) -> Result<(f64, DMatrix<f64>)> {
        let (cost, slopes) = self.0.gradient(simulated)?;
        Ok((cost * cost, slopes * (2.0 * cost)))
    }
}
