//! A pulse.

use brainmass_core::units::Second;
use brainmass_core::{Result, check};

use super::Shape;
use super::moment::{Moment, at_least_a_step, finite};

/// A rectangular pulse.
///
/// ```text
/// 1 for onset ≤ t < onset + duration, else 0
/// ```
///
/// The steps that begin within it belong to it: a duration of n steps acts during n steps.
///
/// ```
/// use brainmass_core::units::ms;
/// use brainmass_network::drive::{Moment, Pulse, Shape};
/// let pulse = Pulse::new(ms(1.0), ms(0.3));
/// let on: Vec<usize> = (0..100).filter(|step| pulse.at(Moment::new(*step, ms(0.1)), 0) == 1.0).collect();
/// assert_eq!(on, [10, 11, 12]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pulse {
    onset: Second,
    duration: Second,
}

impl Pulse {
    /// A pulse from an onset on.
    pub fn new(onset: Second, duration: Second) -> Self {
        Self { onset, duration }
    }
}

impl Shape for Pulse {
    fn at(&self, moment: Moment, _: usize) -> f64 {
        if moment.is_within(self.onset, self.duration) { 1.0 } else { 0.0 }
    }

    fn check(&self, what: &str, _: usize) -> Result<()> {
        finite(&format!("onset of the {what}"), self.onset)?;
        check::positive(&format!("duration of the {what}"), self.duration)
    }

    fn check_run(&self, what: &str, dt: Second) -> Result<()> {
        at_least_a_step(&format!("duration of the {what}"), self.duration, dt)
    }
}
