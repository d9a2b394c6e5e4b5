//! Slice timing: when within a repetition time each channel is read.

use std::collections::BTreeMap;

use brainmass_core::units::{Second, Unit, dimension, s};
use brainmass_core::{Error, Result, check};

/// When each channel is read, counted from the beginning of a volume: a scanner takes slice after slice.
///
/// A volume is a repetition time TR. Without slice timing all channels are read at its end, which is its time stamp; with
/// it the stamp stays and a channel of time τ is read TR − τ earlier: what slice-timing correction has to undo. A time
/// is a multiple of the step at which BOLD is known: the convolution step, or the Balloon's step.
///
/// ```
/// use brainmass_core::units::{ms, s, Second};
/// use brainmass_forward::SliceTiming;
/// // Four slices taken as 0, 2, 1, 3; two regions that lie in slices 1 and 2.
/// let slices = SliceTiming::of_order(&[0, 2, 1, 3], s(2.0))?.of_channels(&[1, 2])?;
/// assert_eq!(slices, SliceTiming::new(Second::new(vec![1.0, 0.5])));
/// # Ok::<(), brainmass_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[doc(alias = "slice_time_ref")]
pub struct SliceTiming {
    times: Vec<f64>,
}

impl SliceTiming {
    /// One time per channel, between zero and the repetition time.
    pub fn new(times: Second<Vec<f64>>) -> Self {
        Self { times: times.value_unsafe }
    }

    /// One time per slice, from the order in which they are taken: the k-th of n at k TR/n.
    ///
    /// # Errors
    /// [`Error::Setting`] unless each slice stands there once.
    pub fn of_order(order: &[usize], repetition_time: Second) -> Result<Self> {
        let mut times = vec![f64::NAN; order.len()];
        for (place, slice) in order.iter().enumerate() {
            let Some(time) = times.get_mut(*slice).filter(|time| time.is_nan()) else {
                let problem =
                    format!("{} slices, but {slice} stands at {place} or is one too many", order.len());
                return Err(Error::setting("order of slices", problem));
            };
            *time = repetition_time.value_unsafe * place as f64 / order.len() as f64;
        }
        Ok(Self { times })
    }

    /// The times of channels, from those of slices and the slice in which each channel lies.
    ///
    /// # Errors
    /// [`Error::Shape`] for a slice that does not exist.
    pub fn of_channels(&self, slices: &[usize]) -> Result<Self> {
        let time = |slice: &usize| {
            let expected = format!("a slice below {}", self.times.len());
            self.times
                .get(*slice)
                .copied()
                .ok_or_else(|| Error::shape("slice of a channel", expected, slice.to_string()))
        };
        Ok(Self { times: slices.iter().map(time).collect::<Result<_>>()? })
    }

    /// The times rounded to the nearest multiple of a step.
    #[must_use]
    pub fn rounded_to(mut self, step: Second) -> Self {
        let step = step.value_unsafe;
        self.times.iter_mut().for_each(|time| *time = (*time / step).round() * step);
        self
    }

    /// The times as numbers of steps, of which a volume has `every`.
    fn steps(&self, n_channels: usize, step_name: &str, step: Second, every: usize) -> Result<Vec<usize>> {
        if self.times.len() != n_channels {
            let expected = format!("{n_channels} times, one per channel");
            return Err(Error::shape("slice timing", expected, format!("{} times", self.times.len())));
        }
        let count = |time: &f64| {
            let steps = check::steps("slice time", s(*time), step_name, step)?;
            if steps <= every {
                return Ok(steps);
            }
            let unit = Unit::of::<dimension::Second>();
            Err(check::out_of_range("slice time", *time, unit, "within the repetition time"))
        };
        self.times.iter().map(count).collect()
    }
}

/// The channels that are read at each step of a volume.
#[derive(Clone, Debug)]
pub(super) struct Slices {
    /// Steps per volume.
    pub(super) every: usize,
    n_channels: usize,
    by_step: BTreeMap<usize, Vec<usize>>,
}

impl Slices {
    pub(super) fn new(
        timing: Option<&SliceTiming>,
        n_channels: usize,
        step_name: &str,
        step: Second,
        every: usize,
    ) -> Result<Self> {
        let steps = match timing {
            None => vec![every; n_channels],
            Some(timing) => timing.steps(n_channels, step_name, step, every)?,
        };
        let mut by_step: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (channel, step) in steps.into_iter().enumerate() {
            by_step.entry(step).or_default().push(channel);
        }
        Ok(Self { every, n_channels, by_step })
    }

    /// The greatest number of steps, up to `most`, of which all times of reading are multiples.
    pub(super) fn longest_step(&self, most: usize) -> usize {
        let fits = |count: &usize| self.by_step.keys().chain([&self.every]).all(|step| step % count == 0);
        (1..=most).rev().find(fits).unwrap_or(1)
    }

    /// The same counted in steps of so many, of which all times of reading are multiples.
    pub(super) fn in_steps_of(self, count: usize) -> Self {
        let by_step = self.by_step.into_iter().map(|(step, channels)| (step / count, channels)).collect();
        Self { every: self.every / count, by_step, ..self }
    }

    /// The channels read at a step of a volume, from 0 to `every`.
    pub(super) fn at(&self, step: usize) -> &[usize] {
        self.by_step.get(&step).map_or(&[], Vec::as_slice)
    }

    /// Whether these are all channels.
    pub(super) fn is_all(&self, channels: &[usize]) -> bool {
        channels.len() == self.n_channels
    }

    /// Channels and the volume for which they are read after so many steps since the beginning.
    pub(super) fn after(&self, steps: usize) -> impl Iterator<Item = (usize, usize)> {
        let (volume, within) = (steps / self.every, steps % self.every);
        let first = self.at(within).iter().map(move |channel| (*channel, volume));
        // The end of a volume is the beginning of the next.
        let last: &[usize] = if within == 0 { self.at(self.every) } else { &[] };
        let ended = last.iter().filter(move |_| volume > 0).map(move |channel| (*channel, volume - 1));
        ended.chain(first)
    }
}
