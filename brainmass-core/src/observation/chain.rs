//! Observation models in a row that are chosen when the program runs.

use std::fmt::Debug;
use std::sync::Arc;

use nalgebra::DMatrix;

use super::differentiable::joined;
use super::{Cotangents, Differentiable, Observer, Scalar, check_scalars};
use crate::units::Unit;
use crate::{Archive, Error, Result, Sampling, TimeSeries};

/// Differentiable observation models in a row, whose units are checked when they are put together.
///
/// It is what [`Then`](super::Then) is to the compiler, for models that come from a file, and one type whatever it
/// holds. Numbers are coherent SI.
///
/// ```
/// use brainmass_core::{units::{dimension::{Hertz, Volt}, ms}, observation::Chain, Sampling, Subsample, TemporalAverage};
/// use nalgebra::dmatrix;
/// let chain = Chain::of(TemporalAverage::<Volt>::new(ms(2.0))).then(Subsample::<Volt>::new(ms(4.0)))?;
/// let sampling = Sampling::new(vec!["V1".to_owned()], ms(1.0), ms(1.0))?;
/// let (values, sampling) = chain.observe(&dmatrix![1.0, 2.0, 3.0, 5.0], &sampling)?;
/// assert_eq!((values, sampling.period()), (dmatrix![4.0], ms(4.0)));
/// assert!(chain.then(Subsample::<Hertz>::new(ms(4.0))).is_err());
/// # Ok::<(), brainmass_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Chain {
    links: Vec<Arc<dyn Link>>,
}

impl Chain {
    /// A chain of one model.
    pub fn of<M: Differentiable + Debug + Send + Sync + 'static>(model: M) -> Self {
        Self { links: vec![Arc::new(Typed(model))] }
    }

    /// The chain followed by another model.
    ///
    /// # Errors
    /// [`Error::Unit`] if the model's sources are not what the chain records.
    pub fn then<M: Differentiable + Debug + Send + Sync + 'static>(mut self, model: M) -> Result<Self> {
        let (expected, found) = (Unit::of::<M::Input>(), self.output());
        if expected != found {
            return Err(Error::Unit { what: format!("sources of {model:?}"), expected, found });
        }
        self.links.push(Arc::new(Typed(model)));
        Ok(self)
    }

    /// The unit of the sources.
    pub fn input(&self) -> Unit {
        self.links[0].units().0
    }

    /// The unit of the channels.
    pub fn output(&self) -> Unit {
        self.links[self.links.len() - 1].units().1
    }

    /// The scalars of all models, as [`Differentiable::scalars`].
    pub fn scalars(&self) -> Vec<Scalar> {
        self.links.iter().fold(Vec::new(), |scalars, link| joined(scalars, link.scalars()))
    }

    /// The same chain with other values of its scalars.
    ///
    /// # Errors
    /// As [`Differentiable::with_scalars`].
    pub fn with_scalars(&self, values: &[f64]) -> Result<Self> {
        check_scalars("models in a row", values, self.scalars().len())?;
        let mut rest = values;
        let mut links = Vec::with_capacity(self.links.len());
        for link in &self.links {
            let (own, others) = rest.split_at(link.scalars().len());
            links.push(link.with_scalars(own)?);
            rest = others;
        }
        Ok(Self { links })
    }

    /// The recording of finished sources, and its sampling.
    ///
    /// # Errors
    /// As [`observe`](super::ObservationModel::observe).
    pub fn observe(&self, sources: &DMatrix<f64>, sampling: &Sampling) -> Result<(DMatrix<f64>, Sampling)> {
        let (first, others) = (&self.links[0], &self.links[1..]);
        others.iter().try_fold(first.observe(sources, sampling)?, |(values, sampling), link| {
            link.observe(&values, &sampling)
        })
    }

    /// Derivatives by sources and scalars, as [`Differentiable::pullback`].
    ///
    /// # Errors
    /// As there.
    pub fn pullback(
        &self,
        sources: &DMatrix<f64>,
        sampling: &Sampling,
        cotangent: &DMatrix<f64>,
    ) -> Result<Cotangents> {
        let mut between = vec![(sources.clone(), sampling.clone())];
        for link in &self.links[..self.links.len() - 1] {
            let (values, sampling) = &between[between.len() - 1];
            between.push(link.observe(values, sampling)?);
        }
        let mut pulled = Cotangents { sources: cotangent.clone(), scalars: Vec::new() };
        for (link, (values, sampling)) in self.links.iter().zip(&between).rev() {
            let mut earlier = link.pullback(values, sampling, &pulled.sources)?;
            earlier.scalars.append(&mut pulled.scalars);
            pulled = earlier;
        }
        Ok(pulled)
    }

    /// A state machine for sources with this sampling.
    ///
    /// # Errors
    /// As [`observer`](super::ObservationModel::observer).
    pub fn observer(&self, sources: &Sampling) -> Result<ChainObserver> {
        let mut observers: Vec<Box<dyn Observer>> = vec![self.links[0].observer(sources)?];
        for link in &self.links[1..] {
            let next = link.observer(observers[observers.len() - 1].sampling())?;
            observers.push(next);
        }
        Ok(ChainObserver { observers, between: Vec::new(), next: Vec::new() })
    }
}

/// The state machine of [`Chain`].
#[derive(Debug)]
pub struct ChainObserver {
    observers: Vec<Box<dyn Observer>>,
    between: Vec<f64>,
    next: Vec<f64>,
}

impl Observer for ChainObserver {
    fn sampling(&self) -> &Sampling {
        self.observers[self.observers.len() - 1].sampling()
    }

    fn push(&mut self, sources: &[f64], channels: &mut Vec<f64>) -> Result<()> {
        self.between.clear();
        self.between.extend_from_slice(sources);
        for observer in &mut self.observers {
            self.next.clear();
            observer.push(&self.between, &mut self.next)?;
            std::mem::swap(&mut self.between, &mut self.next);
        }
        channels.extend_from_slice(&self.between);
        Ok(())
    }

    fn reset(&mut self) {
        self.observers.iter_mut().for_each(Observer::reset);
    }

    fn archive(&mut self, archive: &mut Archive) -> Result<()> {
        self.observers.iter_mut().try_for_each(|observer| observer.archive(archive))
    }
}

/// A model without its types.
trait Link: Debug + Send + Sync {
    /// Of sources and of channels.
    fn units(&self) -> (Unit, Unit);
    fn scalars(&self) -> Vec<Scalar>;
    fn with_scalars(&self, values: &[f64]) -> Result<Arc<dyn Link>>;
    fn observe(&self, sources: &DMatrix<f64>, sampling: &Sampling) -> Result<(DMatrix<f64>, Sampling)>;
    fn pullback(
        &self,
        sources: &DMatrix<f64>,
        sampling: &Sampling,
        cotangent: &DMatrix<f64>,
    ) -> Result<Cotangents>;
    fn observer(&self, sources: &Sampling) -> Result<Box<dyn Observer>>;
}

#[derive(Debug)]
struct Typed<M>(M);

fn series<M: Differentiable>(values: &DMatrix<f64>, sampling: &Sampling) -> Result<TimeSeries<M::Input>> {
    TimeSeries::new(values.clone(), sampling.clone())
}

impl<M: Differentiable + Debug + Send + Sync + 'static> Link for Typed<M> {
    fn units(&self) -> (Unit, Unit) {
        (Unit::of::<M::Input>(), Unit::of::<M::Output>())
    }

    fn scalars(&self) -> Vec<Scalar> {
        self.0.scalars()
    }

    fn with_scalars(&self, values: &[f64]) -> Result<Arc<dyn Link>> {
        Ok(Arc::new(Self(self.0.with_scalars(values)?)))
    }

    fn observe(&self, sources: &DMatrix<f64>, sampling: &Sampling) -> Result<(DMatrix<f64>, Sampling)> {
        let recorded = self.0.observe(&series::<M>(sources, sampling)?)?;
        Ok((recorded.values().clone(), recorded.sampling().clone()))
    }

    fn pullback(
        &self,
        sources: &DMatrix<f64>,
        sampling: &Sampling,
        cotangent: &DMatrix<f64>,
    ) -> Result<Cotangents> {
        self.0.pullback(&series::<M>(sources, sampling)?, cotangent)
    }

    fn observer(&self, sources: &Sampling) -> Result<Box<dyn Observer>> {
        Ok(Box::new(self.0.observer(sources)?))
    }
}
