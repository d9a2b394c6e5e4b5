//! A sine.

use std::f64::consts::TAU;

use brainmass_core::units::{Hertz, Second, Unit, dimension, s, show};
use brainmass_core::{Real, Result, check};

use super::Shape;
use super::moment::{Moment, finite};

/// A sine of one frequency.
///
/// ```text
/// sin(2π frequency (t − onset) + phase) for onset ≤ t, and t < onset + duration if one is given; else 0
/// ```
///
/// ```
/// use brainmass_core::units::{hz, ms};
/// use brainmass_network::drive::{Moment, Shape, Sinusoid};
/// let sine = Sinusoid::new(hz(10.0)).from(ms(50.0));
/// // A quarter of 100 ms after the onset.
/// assert_eq!(sine.at(Moment::new(750, ms(0.1)), 0), 1.0);
/// assert_eq!(sine.at(Moment::new(499, ms(0.1)), 0), 0.0);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sinusoid {
    frequency: Hertz,
    phase: f64,
    onset: Second,
    duration: Option<Second>,
}

impl Sinusoid {
    /// A sine from t = 0 on, without end.
    pub fn new(frequency: Hertz) -> Self {
        Self { frequency, phase: 0.0, onset: s(0.0), duration: None }
    }

    /// The same sine from another phase, in radians, on.
    #[must_use]
    pub fn with_phase(mut self, phase: f64) -> Self {
        self.phase = phase;
        self
    }

    /// The same sine from an onset on, where it has its phase.
    #[must_use]
    pub fn from(mut self, onset: Second) -> Self {
        self.onset = onset;
        self
    }

    /// The same sine for a while.
    #[must_use]
    pub fn lasting(mut self, duration: Second) -> Self {
        self.duration = Some(duration);
        self
    }
}

impl Shape for Sinusoid {
    fn at(&self, moment: Moment, _: usize) -> f64 {
        let steps = moment.since(self.onset);
        if steps < -1e-6 || self.duration.is_some_and(|duration| !moment.is_within(self.onset, duration)) {
            return 0.0;
        }
        let cycles = steps * (self.frequency.value_unsafe * moment.dt().value_unsafe);
        // Whole turns are taken away first: what is left is as exact as the time.
        Real::sin(TAU * (cycles - cycles.floor()) + self.phase)
    }

    fn check(&self, what: &str, _: usize) -> Result<()> {
        check::positive(&format!("frequency of the {what}"), self.frequency)?;
        finite(&format!("onset of the {what}"), self.onset)?;
        check::between(&format!("phase of the {what}, radians,"), self.phase, -1e6, 1e6)?;
        self.duration.map_or(Ok(()), |duration| check::positive(&format!("duration of the {what}"), duration))
    }

    fn check_run(&self, what: &str, dt: Second) -> Result<()> {
        let limit = Hertz::new(0.5 / dt.value_unsafe);
        if self.frequency.value_unsafe <= limit.value_unsafe {
            return Ok(());
        }
        let requirement = format!("at most half a cycle per step, {}", show(limit));
        let hertz = Unit::of::<dimension::Hertz>();
        Err(check::out_of_range(
            &format!("frequency of the {what}"),
            self.frequency.value_unsafe,
            hertz,
            &requirement,
        ))
    }
}
