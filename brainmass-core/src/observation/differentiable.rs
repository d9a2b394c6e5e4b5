//! Observation models that can be differentiated.

use nalgebra::DMatrix;

use super::{ObservationModel, Subsample, TemporalAverage, Then};
use crate::units::{Dimension, Second, Unit};
use crate::{Error, Result, TimeSeries, check};

/// A number of a model by which its recording can be differentiated.
#[derive(Clone, Debug, PartialEq)]
pub struct Scalar {
    /// Its name, the only one of its kind within the model.
    pub name: String,
    /// Its coherent SI unit.
    pub unit: Unit,
    /// Its value, in coherent SI.
    pub value: f64,
}

impl Scalar {
    /// A scalar.
    pub fn new(name: impl Into<String>, unit: Unit, value: f64) -> Self {
        Self { name: name.into(), unit, value }
    }
}

/// Derivatives of a number by what a recording was made of.
#[derive(Clone, Debug, PartialEq)]
pub struct Cotangents {
    /// By each source and sample, like the sources.
    pub sources: DMatrix<f64>,
    /// By each scalar, in the order of [`Differentiable::scalars`].
    pub scalars: Vec<f64>,
}

/// An observation model whose recording can be differentiated by its sources and by its scalars.
///
/// For a number L that depends on the recording y, a *cotangent* is ∂L/∂y. [`pullback`](Self::pullback) takes it to
/// ∂L/∂x for the sources x and ∂L/∂p for the scalars p: the transpose of the Jacobian, at the cost of a few recordings
/// whatever the number of sources. It is that of the very numbers that
/// [`observe`](ObservationModel::observe) gives, step errors included. Noise is held as it was drawn.
///
/// ```
/// use brainmass_core::{units::{dimension::Volt, ms}, Differentiable, TemporalAverage, TimeSeries};
/// use nalgebra::dmatrix;
/// let series = TimeSeries::<Volt>::unnamed(dmatrix![1.0, 2.0, 3.0, 4.0, 9.0], ms(1.0), ms(1.0)).unwrap();
/// let pulled = TemporalAverage::new(ms(2.0)).pullback(&series, &dmatrix![1.0, -2.0]).unwrap();
/// assert_eq!(pulled.sources, dmatrix![0.5, 0.5, -1.0, -1.0, 0.0]);
/// assert!(pulled.scalars.is_empty());
/// ```
#[doc(alias = "adjoint")]
#[doc(alias = "vector-Jacobian product")]
pub trait Differentiable: ObservationModel + Sized {
    /// The scalars it can be differentiated by, at their values.
    fn scalars(&self) -> Vec<Scalar>;

    /// The same model with other values of its scalars, in their order.
    ///
    /// # Errors
    /// [`Error::Shape`] for another number of values, and whatever makes no sense to the model.
    fn with_scalars(&self, values: &[f64]) -> Result<Self>;

    /// Derivatives by sources and scalars, from those by the recording: channels × samples.
    ///
    /// # Errors
    /// Those of [`observe`](ObservationModel::observe), and [`Error::Shape`] for a cotangent that is not like the
    /// recording.
    fn pullback(&self, sources: &TimeSeries<Self::Input>, cotangent: &DMatrix<f64>) -> Result<Cotangents>;
}

/// Checks the number of values, for implementors of [`Differentiable::with_scalars`].
///
/// # Errors
/// [`Error::Shape`] with both numbers.
pub fn check_scalars(what: &str, values: &[f64], expected: usize) -> Result<()> {
    if values.len() == expected {
        return Ok(());
    }
    Err(Error::shape(format!("scalars of the {what}"), format!("{expected}"), format!("{}", values.len())))
}

/// Checks the shape of a cotangent, for implementors of [`Differentiable::pullback`].
///
/// # Errors
/// [`Error::Shape`] with both shapes, [`Error::NotFinite`].
pub fn check_cotangent(cotangent: &DMatrix<f64>, n_channels: usize, n_samples: usize) -> Result<()> {
    if cotangent.shape() != (n_channels, n_samples) {
        let expected = format!("{n_channels} channels × {n_samples} samples, like the recording");
        let found = format!("{} × {}", cotangent.nrows(), cotangent.ncols());
        return Err(Error::shape("cotangent", expected, found));
    }
    check::finite("cotangent", cotangent)
}

/// What a model without scalars says of them.
macro_rules! no_scalars {
    ($what:literal) => {
        fn scalars(&self) -> Vec<Scalar> {
            Vec::new()
        }

        fn with_scalars(&self, values: &[f64]) -> Result<Self> {
            check_scalars($what, values, 0)?;
            Ok(self.clone())
        }
    };
}

/// How many samples make a window, and how many windows are full.
fn windows<U: Dimension>(what: &str, period: Second, sources: &TimeSeries<U>) -> Result<(usize, usize)> {
    let length = check::steps(what, period, "the sources' period", sources.period())?;
    check::positive(what, period)?;
    Ok((length, sources.n_samples() / length))
}

impl<U: Dimension> Differentiable for TemporalAverage<U> {
    no_scalars!("temporal average");

    fn pullback(&self, sources: &TimeSeries<U>, cotangent: &DMatrix<f64>) -> Result<Cotangents> {
        let (length, n_windows) = windows("averaging period", self.period(), sources)?;
        check_cotangent(cotangent, sources.n_channels(), n_windows)?;
        let mut pulled = DMatrix::zeros(sources.n_channels(), sources.n_samples());
        for sample in 0..n_windows * length {
            pulled.set_column(sample, &(cotangent.column(sample / length) / length as f64));
        }
        Ok(Cotangents { sources: pulled, scalars: Vec::new() })
    }
}

impl<U: Dimension> Differentiable for Subsample<U> {
    no_scalars!("subsampling");

    fn pullback(&self, sources: &TimeSeries<U>, cotangent: &DMatrix<f64>) -> Result<Cotangents> {
        let (length, n_windows) = windows("sampling period", self.period(), sources)?;
        check_cotangent(cotangent, sources.n_channels(), n_windows)?;
        let mut pulled = DMatrix::zeros(sources.n_channels(), sources.n_samples());
        for window in 0..n_windows {
            pulled.set_column((window + 1) * length - 1, &cotangent.column(window));
        }
        Ok(Cotangents { sources: pulled, scalars: Vec::new() })
    }
}

/// The scalars of two models in a row. A name of the second that the first has as well gets a stroke.
pub(super) fn joined(mut first: Vec<Scalar>, second: Vec<Scalar>) -> Vec<Scalar> {
    for mut scalar in second {
        while first.iter().any(|other| other.name == scalar.name) {
            scalar.name.push('\'');
        }
        first.push(scalar);
    }
    first
}

impl<A: Differentiable, B: Differentiable<Input = A::Output>> Differentiable for Then<A, B> {
    fn scalars(&self) -> Vec<Scalar> {
        joined(self.first().scalars(), self.second().scalars())
    }

    fn with_scalars(&self, values: &[f64]) -> Result<Self> {
        let n_first = self.first().scalars().len();
        check_scalars("models in a row", values, n_first + self.second().scalars().len())?;
        let (first, second) = values.split_at(n_first);
        Ok(Self::new(self.first().with_scalars(first)?, self.second().with_scalars(second)?))
    }

    fn pullback(&self, sources: &TimeSeries<A::Input>, cotangent: &DMatrix<f64>) -> Result<Cotangents> {
        let between = self.first().observe(sources)?;
        let second = self.second().pullback(&between, cotangent)?;
        let mut first = self.first().pullback(sources, &second.sources)?;
        first.scalars.extend(second.scalars);
        Ok(first)
    }
}
