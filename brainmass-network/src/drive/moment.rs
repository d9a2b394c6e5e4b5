//! When a step begins, or is half done.

use brainmass_core::units::{Second, Unit, dimension, show};
use brainmass_core::{Result, check};

/// The beginning or middle of a step, and times counted in steps from it.
///
/// Times are compared as numbers of steps; what is within a millionth of a whole step counts as whole. So a stimulus of
/// 10 ms lasts 100 steps of 0.1 ms, wherever it begins and however 0.1 ms is rounded.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moment {
    step: f64,
    dt: Second,
}

impl Moment {
    /// The beginning of a step, counted from 0.
    pub fn new(step: usize, dt: Second) -> Self {
        Self { step: step as f64, dt }
    }

    /// The middle of a step, counted from 0.
    pub fn middle_of(step: usize, dt: Second) -> Self {
        Self { step: step as f64 + 0.5, dt }
    }

    /// The time.
    pub fn time(&self) -> Second {
        self.dt * self.step
    }

    /// The step it belongs to.
    pub(super) fn step(&self) -> usize {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "made of one")]
        let step = self.step as usize;
        step
    }

    /// The step.
    pub fn dt(&self) -> Second {
        self.dt
    }

    /// A time in steps.
    ///
    /// ```
    /// use brainmass_core::units::{ms, s};
    /// use brainmass_network::drive::Moment;
    /// // 0.3/0.0001 is 2999.9999999999995.
    /// assert_eq!(Moment::new(7, ms(0.1)).steps(s(0.3)), 3000.0);
    /// ```
    pub fn steps(&self, time: Second) -> f64 {
        let steps = time.value_unsafe / self.dt.value_unsafe;
        let whole = steps.round();
        if (steps - whole).abs() < 1e-6 { whole } else { steps }
    }

    /// How many steps after a time this is; negative before it.
    pub fn since(&self, time: Second) -> f64 {
        self.step - self.steps(time)
    }

    /// Whether this is within a duration from an onset on.
    pub fn is_within(&self, onset: Second, duration: Second) -> bool {
        let steps = self.since(onset);
        steps > -1e-6 && steps < self.steps(duration) - 1e-6
    }
}

/// Checks that something lasts a step at least, so that no run misses it.
pub(super) fn at_least_a_step(what: &str, time: Second, dt: Second) -> Result<()> {
    if Moment::new(0, dt).steps(time) >= 1.0 {
        return Ok(());
    }
    let second = Unit::of::<dimension::Second>();
    Err(check::out_of_range(what, time.value_unsafe, second, &format!("at least a step, {}", show(dt))))
}

/// Checks that a time may stand before or after t = 0, but somewhere.
pub(super) fn finite(what: &str, time: Second) -> Result<()> {
    if time.value_unsafe.is_finite() {
        return Ok(());
    }
    Err(check::out_of_range(what, time.value_unsafe, Unit::of::<dimension::Second>(), "finite"))
}
