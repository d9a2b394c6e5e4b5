//! Events and the times of volumes.

use brainmass_core::units::{Second, Unit, s};
use brainmass_core::{Error, Result, check};

/// Something that happened during a run: a row of a BIDS events file.
///
/// ```
/// use brainmass_core::units::s;
/// use brainmass_forward::design::Event;
/// let face = Event::new("face", s(4.0), s(2.0))?.with_modulation(1.5)?;
/// assert_eq!((face.trial_type(), face.end()), ("face", s(6.0)));
/// # Ok::<(), brainmass_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    trial_type: String,
    onset: Second,
    duration: Second,
    modulation: f64,
}

impl Event {
    /// An event of a type; a duration of zero is a pulse. Its modulation is one.
    ///
    /// # Errors
    /// [`Error::NotFinite`]; [`Error::OutOfRange`] for a duration below zero.
    pub fn new(trial_type: impl Into<String>, onset: Second, duration: Second) -> Result<Self> {
        let trial_type = trial_type.into();
        finite(&trial_type, "onset", onset.value_unsafe)?;
        finite(&trial_type, "duration", duration.value_unsafe)?;
        if duration.value_unsafe < 0.0 {
            let (what, unit) = (
                format!("duration of event `{trial_type}`"),
                Unit::of::<brainmass_core::units::dimension::Second>(),
            );
            return Err(check::out_of_range(&what, duration.value_unsafe, unit, "zero or more"));
        }
        Ok(Self { trial_type, onset, duration, modulation: 1.0 })
    }

    /// The same with another modulation: how strong it was.
    ///
    /// # Errors
    /// [`Error::NotFinite`].
    #[doc(alias = "amplitude")]
    pub fn with_modulation(mut self, modulation: f64) -> Result<Self> {
        finite(&self.trial_type, "modulation", modulation)?;
        self.modulation = modulation;
        Ok(self)
    }

    /// Its type: the name of its regressor.
    #[doc(alias = "condition")]
    pub fn trial_type(&self) -> &str {
        &self.trial_type
    }

    /// When it began.
    pub fn onset(&self) -> Second {
        self.onset
    }

    /// How long it lasted.
    pub fn duration(&self) -> Second {
        self.duration
    }

    /// When it ended.
    pub fn end(&self) -> Second {
        self.onset + self.duration
    }

    /// How strong it was.
    pub fn modulation(&self) -> f64 {
        self.modulation
    }
}

fn finite(trial_type: &str, place: &str, value: f64) -> Result<()> {
    if value.is_finite() {
        return Ok(());
    }
    Err(Error::NotFinite { what: format!("event `{trial_type}`"), place: place.to_owned(), value })
}

/// The types of events, in alphabetical order, as nilearn orders its columns.
pub(super) fn trial_types(events: &[Event]) -> Result<Vec<String>> {
    let types: std::collections::BTreeSet<_> = events.iter().map(|event| event.trial_type.clone()).collect();
    if types.is_empty() {
        return Err(Error::shape("design", "at least one event", "none"));
    }
    Ok(types.into_iter().collect())
}

/// When the volumes of a run are read.
///
/// Volume k belongs to (k + reference) TR after the beginning of the run. The reference is a fraction of the repetition
/// time: 0, its beginning, unless told otherwise, as in nilearn's first-level models; 0.5 after slice-timing correction
/// to the middle; 1 is where the models of BOLD in this crate read theirs.
///
/// ```
/// use brainmass_core::units::s;
/// use brainmass_forward::design::Frames;
/// let frames = Frames::new(100, s(2.0))?.with_slice_time_reference(0.5)?;
/// assert_eq!(frames.time(3), s(7.0));
/// # Ok::<(), brainmass_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[doc(alias = "frame_times")]
pub struct Frames {
    count: usize,
    repetition_time: Second,
    reference: f64,
}

impl Frames {
    /// So many volumes, each taken in a repetition time.
    ///
    /// # Errors
    /// [`Error::Shape`] for none, [`Error::OutOfRange`].
    pub fn new(count: usize, repetition_time: Second) -> Result<Self> {
        check::positive("repetition time", repetition_time)?;
        if count == 0 {
            return Err(Error::shape("volumes", "at least one", "none"));
        }
        Ok(Self { count, repetition_time, reference: 0.0 })
    }

    /// The same read at another fraction of the repetition time, between 0 and 1.
    ///
    /// SPM's microtime onset T₀ of a resolution T stands for about T₀/T.
    ///
    /// # Errors
    /// [`Error::OutOfRange`].
    #[doc(alias = "slice_time_ref")]
    #[doc(alias = "microtime onset")]
    pub fn with_slice_time_reference(mut self, reference: f64) -> Result<Self> {
        check::between("slice time reference", reference, 0.0, 1.0)?;
        self.reference = reference;
        Ok(self)
    }

    /// How many volumes there are.
    pub fn count(&self) -> usize {
        self.count
    }

    /// The repetition time.
    pub fn repetition_time(&self) -> Second {
        self.repetition_time
    }

    /// When a volume is read.
    pub fn time(&self, volume: usize) -> Second {
        s(self.repetition_time.value_unsafe * (volume as f64 + self.reference))
    }
}
