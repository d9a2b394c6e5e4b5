//! One observation model after another.

use super::{ObservationModel, Observer};
use crate::time_series::Sampling;
use crate::{Archive, Result};

/// Two observation models in a row; made by [`ObservationModel::then`].
#[derive(Clone, Debug)]
pub struct Then<A, B> {
    first: A,
    second: B,
}

impl<A, B> Then<A, B> {
    pub(super) fn new(first: A, second: B) -> Self {
        Self { first, second }
    }

    /// The model that takes the sources.
    pub fn first(&self) -> &A {
        &self.first
    }

    /// The model that takes what the first one records.
    pub fn second(&self) -> &B {
        &self.second
    }
}

impl<A: ObservationModel, B: ObservationModel<Input = A::Output>> ObservationModel for Then<A, B> {
    type Input = A::Input;
    type Output = B::Output;
    type Observer = ThenObserver<A::Observer, B::Observer>;

    fn observer(&self, sources: &Sampling) -> Result<Self::Observer> {
        let first = self.first.observer(sources)?;
        let second = self.second.observer(first.sampling())?;
        Ok(ThenObserver { first, second, between: Vec::new() })
    }
}

/// The state machine of [`Then`].
#[derive(Debug)]
pub struct ThenObserver<A, B> {
    first: A,
    second: B,
    between: Vec<f64>,
}

impl<A: Observer, B: Observer> Observer for ThenObserver<A, B> {
    fn sampling(&self) -> &Sampling {
        self.second.sampling()
    }

    fn push(&mut self, sources: &[f64], channels: &mut Vec<f64>) -> Result<()> {
        self.between.clear();
        self.first.push(sources, &mut self.between)?;
        self.second.push(&self.between, channels)
    }

    fn reset(&mut self) {
        self.first.reset();
        self.second.reset();
    }

    fn archive(&mut self, archive: &mut Archive) -> Result<()> {
        self.first.archive(archive)?;
        self.second.archive(archive)
    }
}
