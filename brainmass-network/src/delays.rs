//! Delays: how late what a region sends arrives.

use brainmass_core::units::{Meter, MeterPerSecond, Second, Unit, dimension};
use brainmass_core::{Error, Result, check};
use nalgebra::DMatrix;

/// How a delay becomes a number of steps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Rounding {
    /// To the nearest step, ties to even: half a step of error at most, none on average.
    #[default]
    Nearest,
    /// Up, as the Python library brainmass does it, including its treatment of rounding errors: 2.1 ms at steps
    /// of 0.3 ms are 8 steps, because the quotient is 7.000000000000001.
    Up,
    /// Not rounded: what a source sent is taken on the straight line between the steps before and after. A delay of
    /// d + θ steps is the weight w (1 − θ) at d steps and w θ at d + 1, so that a delay below one step reaches into the
    /// present.
    ///
    /// A network with such a connection is second order in dt under [`Integrator::Heun`](crate::Integrator::Heun), which
    /// then takes every coupling anew at the end of the step. Whole networks of one kind of node can do this.
    #[doc(alias = "linear interpolation")]
    Interpolated,
}

/// What was sent before t = 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum History {
    /// The initial state, for ever.
    #[default]
    Constant,
    /// Values of the coupled quantity, regions × steps, oldest first; the last column belongs to t = −dt.
    Given(DMatrix<f64>),
    /// The delay buffer of the Python library brainmass, regions × steps, oldest first: its last column stands
    /// in the place of t = 0, where the true initial state belongs.
    ///
    /// DIFFERENCE: there, source and target of a coupling contradict each other at t = 0. Use it to replay its
    /// runs only.
    BufferWithTimeZero(DMatrix<f64>),
}

/// Delays: from tract lengths and conduction speed, or one for all pairs.
///
/// ```
/// use brainmass_core::units::{mm_per_ms, ms, Meter};
/// use brainmass_network::Delays;
/// use nalgebra::dmatrix;
/// let lengths = dmatrix![0.0, 0.0124; 0.0124, 0.0];
/// let steps = Delays::at_speed(mm_per_ms(10.0)).steps(Meter::new(&lengths), ms(0.1)).unwrap();
/// assert_eq!(steps[(0, 1)], 12); // 1.24 ms
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Delays {
    basis: Basis,
    rounding: Rounding,
    history: History,
}

/// What makes a delay.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Basis {
    Speed(MeterPerSecond),
    Constant(Second),
}

impl Delays {
    /// Delays at a conduction speed, rounded to the nearest step, with the initial state before t = 0.
    #[doc(alias = "conduction_speed")]
    #[doc(alias = "signalV")]
    pub fn at_speed(speed: MeterPerSecond) -> Self {
        Self::on(Basis::Speed(speed))
    }

    /// The same delay for every pair, whatever the tract lengths: of synapses, or within regions.
    pub fn constant(delay: Second) -> Self {
        Self::on(Basis::Constant(delay))
    }

    fn on(basis: Basis) -> Self {
        Self { basis, rounding: Rounding::default(), history: History::default() }
    }

    /// The same at another speed.
    #[must_use]
    pub fn with_speed(mut self, speed: MeterPerSecond) -> Self {
        self.basis = Basis::Speed(speed);
        self
    }

    /// The same delays with another rounding.
    #[must_use]
    pub fn with_rounding(mut self, rounding: Rounding) -> Self {
        self.rounding = rounding;
        self
    }

    /// The same delays with another past.
    #[must_use]
    pub fn with_history(mut self, history: History) -> Self {
        self.history = history;
        self
    }

    /// What was sent before t = 0.
    pub fn history(&self) -> &History {
        &self.history
    }

    /// In m/s, unless they are constant.
    pub(crate) fn speed(&self) -> Option<f64> {
        match self.basis {
            Basis::Speed(speed) => Some(speed.value_unsafe),
            Basis::Constant(_) => None,
        }
    }

    /// Whether delays are not rounded.
    pub(crate) fn are_interpolated(&self) -> bool {
        self.rounding == Rounding::Interpolated
    }

    /// The delay of each pair in steps; `[(i, j)]` from j to i. Of interpolated delays it is the whole part.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] for a speed or step that is not positive, a delay that is negative or beyond 2³² steps.
    #[doc(alias = "idelays")]
    pub fn steps(&self, tract_lengths: Meter<&DMatrix<f64>>, dt: Second) -> Result<DMatrix<usize>> {
        Ok(self.parts(tract_lengths, dt)?.map(|(whole, _)| whole))
    }

    /// The delay of each pair as whole steps and a part of a step, which only interpolated delays have.
    pub(crate) fn parts(
        &self,
        tract_lengths: Meter<&DMatrix<f64>>,
        dt: Second,
    ) -> Result<DMatrix<(usize, f64)>> {
        check::positive("dt", dt)?;
        match self.basis {
            Basis::Speed(speed) => check::positive("conduction speed", speed)?,
            Basis::Constant(delay) => check_constant(delay)?,
        }
        // In millimetres and milliseconds, the units delays are given in: so that 80 mm at 10 mm/ms and steps of
        // 0.1 ms are 80 steps, not 80.00000000000001.
        let dt = dt.value_unsafe * 1e3;
        let parts = tract_lengths.value_unsafe.map(|length| {
            let ratio = match self.basis {
                Basis::Speed(speed) => length * 1e3 / speed.value_unsafe / dt,
                Basis::Constant(delay) => delay.value_unsafe * 1e3 / dt,
            };
            match self.rounding {
                Rounding::Nearest => (ratio.round_ties_even(), 0.0),
                Rounding::Up => (ratio.ceil(), 0.0),
                // Off a whole number by no more than the rounding of the quotient itself, it is that number.
                Rounding::Interpolated if (ratio - ratio.round()).abs() <= 4.0 * f64::EPSILON * ratio => {
                    (ratio.round(), 0.0)
                }
                Rounding::Interpolated => (ratio.floor(), ratio.fract()),
            }
        });
        let longest = parts.iter().fold(0.0, |longest, (whole, _)| f64::max(longest, *whole));
        if longest > f64::from(u32::MAX) {
            let second = Unit::of::<dimension::Second>();
            let requirement = format!("at most 2^32 steps of dt; it is {longest:e} steps");
            return Err(check::out_of_range("longest delay", longest * dt * 1e-3, second, &requirement));
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "checked above; lengths are not negative"
        )]
        Ok(parts.map(|(whole, part)| (whole as usize, part)))
    }

    /// Checks that a given past is as long as the longest delay.
    pub(crate) fn check_history(&self, what: &str, n_regions: usize, longest: usize) -> Result<()> {
        let (given, due) = match &self.history {
            History::Constant => return Ok(()),
            History::Given(values) => (values, longest),
            History::BufferWithTimeZero(values) => (values, longest + 1),
        };
        check::finite(&format!("history of {what}"), given)?;
        if given.nrows() == n_regions && given.ncols() >= due {
            return Ok(());
        }
        let expected = format!("{n_regions} regions × at least {due} steps");
        Err(Error::shape(
            format!("history of {what}"),
            expected,
            format!("{} × {}", given.nrows(), given.ncols()),
        ))
    }
}

fn check_constant(delay: Second) -> Result<()> {
    if (0.0..f64::INFINITY).contains(&delay.value_unsafe) {
        return Ok(());
    }
    let second = Unit::of::<dimension::Second>();
    Err(check::out_of_range("delay", delay.value_unsafe, second, "finite and not negative"))
}
