//! A ramp.

use brainmass_core::units::Second;
use brainmass_core::{Result, check};

use super::Shape;
use super::moment::{Moment, finite};

/// A rise along a straight line.
///
/// ```text
/// 0 before the onset, (t − onset)/duration during the rise, 1 after it
/// ```
///
/// ```
/// use brainmass_core::units::ms;
/// use brainmass_network::drive::{Moment, Ramp, Shape};
/// let ramp = Ramp::new(ms(1.0), ms(0.4));
/// assert_eq!([9, 10, 11, 14, 99].map(|step| ramp.at(Moment::new(step, ms(0.1)), 0)), [0.0, 0.0, 0.25, 1.0, 1.0]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ramp {
    onset: Second,
    duration: Second,
}

impl Ramp {
    /// A rise from an onset on.
    pub fn new(onset: Second, duration: Second) -> Self {
        Self { onset, duration }
    }
}

impl Shape for Ramp {
    fn at(&self, moment: Moment, _: usize) -> f64 {
        (moment.since(self.onset) / moment.steps(self.duration)).clamp(0.0, 1.0)
    }

    fn check(&self, what: &str, _: usize) -> Result<()> {
        finite(&format!("onset of the {what}"), self.onset)?;
        check::positive(&format!("duration of the {what}"), self.duration)
    }
}
