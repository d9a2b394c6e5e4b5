//! Objectives: how well a simulated signal agrees with data.

use std::fmt::Debug;

use nalgebra::DMatrix;

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

/// An objective that knows how its cost changes with every sample.
///
/// It ends the road of a gradient through a simulation: what it says about the samples is pulled back through
/// observation models and the network. Where a cost has a kink (a root at zero, a maximum that changes place)
/// the implementation says which of the one-sided slopes it gives.
///
/// The kit's `conformance::gradient` checks it against differences of the cost.
///
/// ```
/// use brainmass_core::{units::{dimension::Dimensionless, s}, DifferentiableObjective, Objective, Result, TimeSeries};
/// use nalgebra::{dmatrix, DMatrix};
/// /// Half the sum of squares.
/// #[derive(Debug)]
/// struct Energy;
/// impl Objective<Dimensionless> for Energy {
///     fn name(&self) -> String { "energy".to_owned() }
///     fn cost(&self, simulated: &TimeSeries<Dimensionless>) -> Result<f64> {
///         Ok(0.5 * simulated.values().norm_squared())
///     }
/// }
/// impl DifferentiableObjective<Dimensionless> for Energy {
///     fn gradient(&self, simulated: &TimeSeries<Dimensionless>) -> Result<(f64, DMatrix<f64>)> {
///         Ok((self.cost(simulated)?, simulated.values().clone()))
///     }
/// }
/// let series = TimeSeries::unnamed(dmatrix![3.0, 4.0], s(1.0), s(0.0)).unwrap();
/// assert_eq!(Energy.gradient(&series).unwrap(), (12.5, dmatrix![3.0, 4.0]));
/// ```
#[doc(alias = "backward")]
#[doc(alias = "adjoint")]
pub trait DifferentiableObjective<U: Dimension>: Objective<U> {
    /// The cost of a series and its derivative by each sample: a row per channel, a column per sample, in
    /// the unit of the cost per coherent SI unit of the series.
    ///
    /// # Errors
    /// Those of [`cost`](Objective::cost); [`Error::NotFinite`] if a slope overflows. Never NaN.
    fn gradient(&self, simulated: &TimeSeries<U>) -> Result<(f64, DMatrix<f64>)>;
}

impl<U: Dimension, O: DifferentiableObjective<U> + ?Sized> DifferentiableObjective<U> for Box<O> {
    fn gradient(&self, simulated: &TimeSeries<U>) -> Result<(f64, DMatrix<f64>)> {
        (**self).gradient(simulated)
    }
}

/// A sum of objectives with weights.
///
/// `O` is what the terms have in common: [`new`](Self::new) takes any objective,
/// [`differentiable`](Self::differentiable) those that have a gradient, so that the sum has one.
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
pub struct WeightedSum<O: ?Sized> {
    terms: Vec<(f64, Box<O>)>,
}

impl<O: ?Sized> Default for WeightedSum<O> {
    fn default() -> Self {
        Self { terms: Vec::new() }
    }
}

impl<U: Dimension> WeightedSum<dyn Objective<U>> {
    /// A sum of nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// The sum with one more term.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] for a weight that is negative or not finite.
    pub fn and(self, weight: f64, objective: impl Objective<U> + 'static) -> Result<Self> {
        self.with(weight, Box::new(objective))
    }
}

impl<U: Dimension> WeightedSum<dyn DifferentiableObjective<U>> {
    /// A sum of nothing, for terms that have a gradient.
    pub fn differentiable() -> Self {
        Self::default()
    }

    /// The sum with one more term.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] for a weight that is negative or not finite.
    pub fn and(self, weight: f64, objective: impl DifferentiableObjective<U> + 'static) -> Result<Self> {
        self.with(weight, Box::new(objective))
    }
}

impl<O: ?Sized> WeightedSum<O> {
    fn with(mut self, weight: f64, objective: Box<O>) -> Result<Self> {
        check::between("weight of an objective", weight, 0.0, f64::MAX)?;
        self.terms.push((weight, objective));
        Ok(self)
    }

    /// The weighted terms of the sum, each with its name.
    ///
    /// # Errors
    /// Those of the terms.
    pub fn terms<U: Dimension>(&self, simulated: &TimeSeries<U>) -> Result<Vec<(String, f64)>>
    where
        O: Objective<U>,
    {
        let cost =
            |(weight, objective): &(f64, Box<O>)| Ok((objective.name(), weight * objective.cost(simulated)?));
        self.terms.iter().map(cost).collect()
    }

    fn check_terms(&self) -> Result<()> {
        if self.terms.is_empty() {
            return Err(Error::shape("weighted sum of objectives", "at least one term", "none"));
        }
        Ok(())
    }
}

impl<U: Dimension, O: Objective<U> + ?Sized> Objective<U> for WeightedSum<O> {
    fn name(&self) -> String {
        let term = |(weight, objective): &(f64, Box<O>)| format!("{weight} × {}", objective.name());
        self.terms.iter().map(term).collect::<Vec<_>>().join(" + ")
    }

    fn cost(&self, simulated: &TimeSeries<U>) -> Result<f64> {
        self.check_terms()?;
        Ok(self.terms(simulated)?.iter().map(|(_, cost)| cost).sum())
    }
}

impl<U: Dimension, O: DifferentiableObjective<U> + ?Sized> DifferentiableObjective<U> for WeightedSum<O> {
    fn gradient(&self, simulated: &TimeSeries<U>) -> Result<(f64, DMatrix<f64>)> {
        self.check_terms()?;
        let mut costs = Vec::with_capacity(self.terms.len());
        let mut sum = DMatrix::zeros(simulated.n_channels(), simulated.n_samples());
        for (weight, objective) in &self.terms {
            let (cost, gradient) = objective.gradient(simulated)?;
            costs.push(weight * cost);
            sum += gradient * *weight;
        }
        Ok((costs.iter().sum(), sum))
    }
}
