//! Pulses at regular times.

use brainmass_core::units::{Second, Unit, dimension, show};
use brainmass_core::{Error, Result, check};

use super::Shape;
use super::moment::{Moment, at_least_a_step, finite};

/// Rectangular pulses, one each period.
///
/// ```text
/// 1 for onset + k period ≤ t < onset + k period + width, k = 0, 1, …, else 0
/// ```
///
/// Each pulse begins with the first step at or after its time.
///
/// ```
/// use brainmass_core::units::ms;
/// use brainmass_network::drive::{Moment, PulseTrain, Shape};
/// let train = PulseTrain::new(ms(1.0), ms(0.2), ms(0.5)).with_count(2);
/// let on: Vec<usize> = (0..100).filter(|step| train.at(Moment::new(*step, ms(0.1)), 0) == 1.0).collect();
/// assert_eq!(on, [10, 11, 15, 16]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PulseTrain {
    onset: Second,
    width: Second,
    period: Second,
    count: Option<u64>,
}

impl PulseTrain {
    /// Pulses of a width from an onset on, one each period, without end.
    pub fn new(onset: Second, width: Second, period: Second) -> Self {
        Self { onset, width, period, count: None }
    }

    /// So many pulses and no more.
    #[must_use]
    pub fn with_count(mut self, count: u64) -> Self {
        self.count = Some(count);
        self
    }
}

impl Shape for PulseTrain {
    fn at(&self, moment: Moment, _: usize) -> f64 {
        let (steps, period) = (moment.since(self.onset), moment.steps(self.period));
        // How many pulses have begun. A quotient just below a whole number is that number.
        let pulse = (steps / period + 1e-9).floor();
        let within = steps - pulse * period < moment.steps(self.width) - 1e-6;
        let counts = self.count.is_none_or(|count| pulse < count as f64);
        if steps > -1e-6 && within && counts { 1.0 } else { 0.0 }
    }

    fn check(&self, what: &str, _: usize) -> Result<()> {
        finite(&format!("onset of the {what}"), self.onset)?;
        check::positive(&format!("width of the {what}"), self.width)?;
        check::positive(&format!("period of the {what}"), self.period)?;
        if self.count == Some(0) {
            return Err(Error::setting(format!("count of the {what}"), "must be one or more"));
        }
        if self.width.value_unsafe < self.period.value_unsafe {
            return Ok(());
        }
        let requirement = format!("below the period, {}, or pulses run together", show(self.period));
        let second = Unit::of::<dimension::Second>();
        Err(check::out_of_range(
            &format!("width of the {what}"),
            self.width.value_unsafe,
            second,
            &requirement,
        ))
    }

    fn check_run(&self, what: &str, dt: Second) -> Result<()> {
        at_least_a_step(&format!("width of the {what}"), self.width, dt)?;
        at_least_a_step(&format!("gap between the pulses of the {what}"), self.period - self.width, dt)
    }
}
