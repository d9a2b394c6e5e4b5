//! Accumulators whose values are of any type.

use std::any::Any;
use std::fmt::Debug;
use std::sync::Arc;

use brainmass_core::{Accumulator, Archive, Result};

/// The value of a statistic.
pub(super) type AnyValue = Arc<dyn Any + Send + Sync>;

/// An [`Accumulator`] that has forgotten the type of its value.
pub(super) trait Gatherer: Debug + Send {
    fn take_in(&mut self, samples: &[f64]) -> Result<()>;

    fn value(&self) -> Result<AnyValue>;

    fn take_down(&mut self, archive: &mut Archive) -> Result<()>;
}

impl<A: Accumulator> Gatherer for A
where
    A::Output: Send + Sync + 'static,
{
    fn take_in(&mut self, samples: &[f64]) -> Result<()> {
        self.push(samples)
    }

    fn value(&self) -> Result<AnyValue> {
        Ok(Arc::new(self.finish()?))
    }

    fn take_down(&mut self, archive: &mut Archive) -> Result<()> {
        self.archive(archive)
    }
}
