//! References of EEG.

use std::fmt;
use std::marker::PhantomData;
use std::ops::Sub;

use brainmass_core::observation::check_block;
use brainmass_core::units::dimension::Volt;
use brainmass_core::units::{Dimension, SI};
use brainmass_core::{Archive, Error, ObservationModel, Observer, Result, Sampling, check};

use super::LeadField;

/// What the potentials of electrodes are measured against.
///
/// ```
/// use brainmass_core::units::mm;
/// use brainmass_forward::{ElectrodeSystem, Points, Reference, SphereModel, numbered};
/// let head = SphereModel::four_shells(mm(90.0))?;
/// let place = brainmass_core::units::Meter::new(nalgebra::dmatrix![0.0; -0.03; 0.06]);
/// let dipole = Points::new(numbered(1), place)?.radially_oriented()?;
/// let eeg = head.eeg(&dipole, &ElectrodeSystem::TenTen.on(&head)?)?;
/// assert_eq!(eeg.reference(), &Reference::Infinity);
/// let linked = eeg.referenced(Reference::Linked("T9".to_owned(), "T10".to_owned()))?;
/// let of = |name: &str| linked.gain().value_unsafe[(linked.channels().iter().position(|n| n == name).unwrap(), 0)];
/// approx::assert_abs_diff_eq!(of("T9") + of("T10"), 0.0, epsilon = 1e-12);
/// # Ok::<(), brainmass_core::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Reference {
    /// A place without potential: infinitely far away, or, for a head in an insulator, the mean over its whole
    /// surface. What a lead field is computed with; no recording can be brought to it.
    #[default]
    Infinity,
    /// The mean of all channels.
    #[doc(alias = "common average reference")]
    Average,
    /// One electrode, which is then zero.
    Electrode(String),
    /// The mean of two, such as the mastoids.
    #[doc(alias = "linked mastoids")]
    Linked(String, String),
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Infinity => f.write_str("infinity"),
            Self::Average => f.write_str("average"),
            Self::Electrode(name) => f.write_str(name),
            Self::Linked(one, other) => write!(f, "{one}+{other}"),
        }
    }
}

/// What is taken from each channel of a sample.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Offset {
    /// The mean of all.
    Mean,
    /// A channel.
    Channel(usize),
    /// The mean of two.
    Two(usize, usize),
}

impl Offset {
    /// The offset of a reference among channels.
    pub(super) fn of(reference: &Reference, channels: &[String]) -> Result<Self> {
        let place = |name: &String| check::position("reference electrode", name, channels);
        match reference {
            Reference::Average => Ok(Self::Mean),
            Reference::Electrode(name) => Ok(Self::Channel(place(name)?)),
            Reference::Linked(one, other) => Ok(Self::Two(place(one)?, place(other)?)),
            Reference::Infinity => {
                let problem = "no recording can be brought to it: its potential was lost";
                Err(Error::setting("reference at infinity", problem))
            }
        }
    }

    pub(super) fn take_from(&self, sample: &mut [f64]) {
        let offset = match *self {
            Self::Mean => return demean(sample),
            Self::Channel(channel) => sample[channel],
            Self::Two(one, other) => f64::midpoint(sample[one], sample[other]),
        };
        for value in sample {
            *value -= offset;
        }
    }
}

impl<S> LeadField<Volt, S> {
    /// What its potentials are measured against: infinity for those that are computed, and for others unless
    /// [`known_as`](Self::known_as) says otherwise.
    pub fn reference(&self) -> &Reference {
        &self.reference
    }

    /// The same numbers, known to be measured against a reference: for lead fields made elsewhere.
    #[must_use]
    pub fn known_as(mut self, reference: Reference) -> Self {
        self.reference = reference;
        self
    }
}

impl<S: Dimension> LeadField<Volt, S>
where
    Volt: Sub<S>,
{
    /// The lead field of recordings with another reference. What it was before does not matter, and doing it once
    /// more changes nothing.
    ///
    /// # Errors
    /// [`Error::Unknown`] for an electrode that is not among the channels; [`Error::Setting`] on the way back to
    /// infinity.
    pub fn referenced(&self, reference: Reference) -> Result<Self> {
        if reference == self.reference {
            return Ok(self.clone());
        }
        let offset = Offset::of(&reference, self.channels())?;
        let mut gain = self.gain().value_unsafe.clone();
        let n = gain.nrows();
        gain.as_mut_slice().chunks_exact_mut(n).for_each(|column| offset.take_from(column));
        Ok(Self::new(SI::new(gain), self.channels().clone(), self.sources().clone())?.known_as(reference))
    }
}

/// A recording brought to another reference: each sample less its mean, or less what an electrode or a pair records.
///
/// What the reference was before does not matter, and referencing once more changes nothing. Linear; zero at rest.
///
/// ```
/// use brainmass_core::{units::{dimension::Volt, ms}, ObservationModel, TimeSeries};
/// use brainmass_forward::{Reference, Rereference};
/// use nalgebra::dmatrix;
/// let eeg = TimeSeries::<Volt>::unnamed(dmatrix![1.0, 4.0; 3.0, 0.0], ms(1.0), ms(1.0))?;
/// assert_eq!(Rereference::average().observe(&eeg)?.values(), &dmatrix![-1.0, 2.0; 1.0, -2.0]);
/// let to_first = Rereference::to(Reference::Electrode("0".to_owned()));
/// assert_eq!(to_first.observe(&eeg)?.values(), &dmatrix![0.0, 0.0; 2.0, -4.0]);
/// # Ok::<(), brainmass_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rereference<U> {
    reference: Reference,
    unit: PhantomData<U>,
}

impl<U> Rereference<U> {
    /// To the mean of all channels, which then sum to zero.
    #[doc(alias = "AverageReference")]
    pub fn average() -> Self {
        Self::to(Reference::Average)
    }

    /// To any reference but infinity, which is refused when the names of the channels are known.
    pub fn to(reference: Reference) -> Self {
        Self { reference, unit: PhantomData }
    }

    /// What it refers to.
    pub fn reference(&self) -> &Reference {
        &self.reference
    }
}

impl<U: Dimension> ObservationModel for Rereference<U> {
    type Input = U;
    type Output = U;
    type Observer = RereferenceObserver;

    fn observer(&self, sources: &Sampling) -> Result<RereferenceObserver> {
        let offset = Offset::of(&self.reference, sources.channels())?;
        Ok(RereferenceObserver { offset, sampling: sources.clone() })
    }
}

/// The state machine of [`Rereference`], which has no state.
#[derive(Clone, Debug)]
pub struct RereferenceObserver {
    offset: Offset,
    sampling: Sampling,
}

impl Observer for RereferenceObserver {
    fn sampling(&self) -> &Sampling {
        &self.sampling
    }

    fn push(&mut self, sources: &[f64], channels: &mut Vec<f64>) -> Result<()> {
        let n = self.sampling.n_channels();
        check_block(sources, n)?;
        let begin = channels.len();
        channels.extend_from_slice(sources);
        channels[begin..].chunks_exact_mut(n).for_each(|sample| self.offset.take_from(sample));
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
