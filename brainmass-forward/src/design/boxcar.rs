//! Events as activity.

use brainmass_core::units::{Second, dimension::Dimensionless};
use brainmass_core::{Result, Sampling, TimeSeries};
use nalgebra::DMatrix;

use super::events::{Event, trial_types};

/// The activity that events stand for: a row per type of event, the modulation while it lasts and zero else.
///
/// A sample is the mean over the interval that ends at its time, so that no part of an event is lost or counted
/// twice. An event without duration is a pulse with the area of a second, in the sample that holds it. Events add
/// up where they overlap. The first sample ends one period after time zero.
///
/// ```
/// use brainmass_core::units::{ms, s};
/// use brainmass_forward::design::{boxcar, Event};
/// let events = [Event::new("tone", s(0.1), s(0.25))?];
/// let activity = boxcar(&events, ms(100.0), 5)?;
/// approx::assert_abs_diff_eq!(activity.values().as_slice()[..], [0.0, 1.0, 1.0, 0.5, 0.0], epsilon = 1e-12);
/// # Ok::<(), brainmass_core::Error>(())
/// ```
///
/// # Errors
/// [`Error::Shape`](brainmass_core::Error::Shape) without events,
/// [`Error::OutOfRange`](brainmass_core::Error::OutOfRange) for a period that is not above zero.
pub fn boxcar(events: &[Event], period: Second, n_samples: usize) -> Result<TimeSeries<Dimensionless>> {
    let types = trial_types(events)?;
    let sampling = Sampling::new(types.clone(), period, period)?;
    let width = period.value_unsafe;
    let mut values = DMatrix::zeros(types.len(), n_samples);
    for event in events {
        let row = types.iter().position(|name| name == event.trial_type()).unwrap_or(0);
        let (onset, end) = (event.onset().value_unsafe, event.end().value_unsafe);
        for sample in 0..n_samples {
            let (begin, stop) = (sample as f64 * width, (sample as f64 + 1.0) * width);
            let share = if end > onset {
                (end.min(stop) - onset.max(begin)).max(0.0)
            } else if (begin..stop).contains(&onset) {
                1.0
            } else {
                0.0
            };
            values[(row, sample)] += event.modulation() * share / width;
        }
    }
    TimeSeries::new(values, sampling)
}
