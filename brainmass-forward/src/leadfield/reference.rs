//! References of EEG.

use std::marker::PhantomData;

use brainmass_core::observation::check_block;
use brainmass_core::units::Dimension;
use brainmass_core::{Archive, ObservationModel, Observer, Result, Sampling};

/// The average reference: each sample less its mean over channels.
///
/// The channels then sum to zero, and referencing once more changes nothing. Linear; zero at rest.
///
/// ```
/// use brainmass_core::{units::{dimension::Volt, ms}, ObservationModel, TimeSeries};
/// use brainmass_forward::AverageReference;
/// use nalgebra::dmatrix;
/// let eeg = TimeSeries::<Volt>::unnamed(dmatrix![1.0, 4.0; 3.0, 0.0], ms(1.0), ms(1.0))?;
/// assert_eq!(AverageReference::new().observe(&eeg)?.values(), &dmatrix![-1.0, 2.0; 1.0, -2.0]);
/// # Ok::<(), brainmass_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[doc(alias = "common average reference")]
pub struct AverageReference<U> {
    unit: PhantomData<U>,
}

impl<U> AverageReference<U> {
    /// The average reference.
    pub fn new() -> Self {
        Self { unit: PhantomData }
    }
}

impl<U: Dimension> ObservationModel for AverageReference<U> {
    type Input = U;
    type Output = U;
    type Observer = AverageReferenceObserver;

    fn observer(&self, sources: &Sampling) -> Result<AverageReferenceObserver> {
        Ok(AverageReferenceObserver { sampling: sources.clone() })
    }
}

/// The state machine of [`AverageReference`], which has no state.
#[derive(Clone, Debug)]
pub struct AverageReferenceObserver {
    sampling: Sampling,
}

impl Observer for AverageReferenceObserver {
    fn sampling(&self) -> &Sampling {
        &self.sampling
    }

    fn push(&mut self, sources: &[f64], channels: &mut Vec<f64>) -> Result<()> {
        let n = self.sampling.n_channels();
        check_block(sources, n)?;
        let begin = channels.len();
        channels.extend_from_slice(sources);
        channels[begin..].chunks_exact_mut(n).for_each(demean);
        Ok(())
    }

    fn reset(&mut self) {}

    fn archive(&mut self, _: &mut Archive) -> Result<()> {
        Ok(())
    }
}

/// Takes the mean of a sample from each of its numbers.
pub(super) fn demean(sample: &mut [f64]) {
    let mean = sample.iter().sum::<f64>() / sample.len() as f64;
    for value in sample {
        *value -= mean;
    }
}
