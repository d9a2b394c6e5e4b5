//! Objectives: how well a simulated signal agrees with data.

use std::fmt::Debug;

use crate::units::Dimension;
use crate::{Error, Result, TimeSeries, check};

/// A cost of a simulated series: the smaller, the better.
///
/// An objective holds its data. `U` is the unit of the series it can judge: correlations take any,
/// differences only their own.
#[doc(alias = "loss")]
pub trait Objective<U: Dimension>: Debug + Send + Sync {
    /// Its name in tables.
    fn name(&self) -> String;

    /// The cost of a series.
    ///
    /// # Errors
    /// [`Error::Shape`] if the series does not fit the data, [`Error::Constant`] where a correlation is
    /// undefined. Never NaN.
    fn cost(&self, simulated: &TimeSeries<U>) -> Result<f64>;
}

impl<U: Dimension, O: Objective<U> + ?Sized> Objective<U> for Box<O> {
    fn name(&self) -> String {
        (**self).name()
    }
    fn cost(&self, simulated: &TimeSeries<U>) -> Result<f64> {
        (**self).cost(simulated)
    }
}

/// A sum of objectives with weights.
///
/// ```
/// use brainmass_core::{units::{dimension::Dimensionless, s}, Objective, Result, TimeSeries, WeightedSum};
/// #[derive(Debug)]
/// struct Mean;
/// impl Objective<Dimensionless> for Mean {
///     fn name(&self) -> String { "mean".to_owned() }
///     fn cost(&self, simulated: &TimeSeries<Dimensionless>) -> Result<f64> { Ok(simulated.values().mean()) }
/// }
/// let series = TimeSeries::unnamed(nalgebra::dmatrix![1.0, 3.0], s(1.0), s(0.0)).unwrap();
/// let sum = WeightedSum::new().and(2.0, Mean).unwrap().and(0.5, Mean).unwrap();
/// assert_eq!(sum.cost(&series).unwrap(), 5.0);
/// ```
#[derive(Debug)]
pub struct WeightedSum<U: Dimension> {
    terms: Vec<(f64, Box<dyn Objective<U>>)>,
}

impl<U: Dimension> Default for WeightedSum<U> {
    fn default() -> Self {
        Self { terms: Vec::new() }
    }
}

impl<U: Dimension> WeightedSum<U> {
    /// A sum of nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// The sum with one more term.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] for a weight that is negative or not finite.
    pub fn and(mut self, weight: f64, objective: impl Objective<U> + 'static) -> Result<Self> {
        check::between("weight of an objective", weight, 0.0, f64::MAX)?;
        self.terms.push((weight, Box::new(objective)));
        Ok(self)
    }

    /// The weighted terms of the sum, each with its name.
    ///
    /// # Errors
    /// Those of the terms.
    pub fn terms(&self, simulated: &TimeSeries<U>) -> Result<Vec<(String, f64)>> {
        let cost = |(weight, objective): &(f64, Box<dyn Objective<U>>)| {
            Ok((objective.name(), weight * objective.cost(simulated)?))
        };
        self.terms.iter().map(cost).collect()
    }
}

impl<U: Dimension> Objective<U> for WeightedSum<U> {
    fn name(&self) -> String {
        let term =
            |(weight, objective): &(f64, Box<dyn Objective<U>>)| format!("{weight} × {}", objective.name());
        self.terms.iter().map(term).collect::<Vec<_>>().join(" + ")
    }

    fn cost(&self, simulated: &TimeSeries<U>) -> Result<f64> {
        if self.terms.is_empty() {
            return Err(Error::shape("weighted sum of objectives", "at least one term", "none"));
        }
        Ok(self.terms(simulated)?.iter().map(|(_, cost)| cost).sum())
    }
}
