//! A bell.

use brainmass_core::units::Second;
use brainmass_core::{Real, Result, check};

use super::Shape;
use super::moment::{Moment, at_least_a_step, finite};

/// A Gaussian bell.
///
/// ```text
/// e^(−(t − centre)²/(2 width²))
/// ```
///
/// The width is the standard deviation; at 2.355 widths it is full at half of its height.
///
/// ```
/// use brainmass_core::units::ms;
/// use brainmass_network::drive::{Gaussian, Moment, Shape};
/// let bell = Gaussian::new(ms(5.0), ms(1.0));
/// assert_eq!(bell.at(Moment::new(50, ms(0.1)), 0), 1.0);
/// assert!((bell.at(Moment::new(60, ms(0.1)), 0) - (-0.5_f64).exp()).abs() < 1e-16);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gaussian {
    centre: Second,
    width: Second,
}

impl Gaussian {
    /// A bell around a centre, of a standard deviation.
    pub fn new(centre: Second, width: Second) -> Self {
        Self { centre, width }
    }
}

impl Shape for Gaussian {
    fn at(&self, moment: Moment, _: usize) -> f64 {
        let widths = moment.since(self.centre) / moment.steps(self.width);
        Real::exp(-0.5 * widths * widths)
    }

    fn check(&self, what: &str, _: usize) -> Result<()> {
        finite(&format!("centre of the {what}"), self.centre)?;
        check::positive(&format!("width of the {what}"), self.width)
    }

    fn check_run(&self, what: &str, dt: Second) -> Result<()> {
        at_least_a_step(&format!("width of the {what}"), self.width, dt)
    }
}
