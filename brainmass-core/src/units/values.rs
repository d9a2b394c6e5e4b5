//! Values with the unit they came with, where a name decides which unit is due.

use super::{Dimension, SI, Unit};
use crate::{Error, Result};

/// One number or one per region, with the unit it came with.
///
/// ```
/// use brainmass_core::units::{hz, Hertz, Unit, Values};
/// let uniform = Values::from(hz(220.0));
/// let regional = Values::from(Hertz::new(vec![120.0, 220.0]));
/// assert_eq!(uniform.at(7), 220.0);
/// assert_eq!((regional.at(1), regional.unit().to_string()), (220.0, "Hz".to_owned()));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Values {
    values: Vec<f64>,
    unit: Unit,
}

impl Values {
    /// Numbers in coherent SI with their unit; a single one is meant for all regions.
    pub fn new(values: Vec<f64>, unit: Unit) -> Self {
        Self { values, unit }
    }

    /// The coherent SI unit.
    pub fn unit(&self) -> Unit {
        self.unit
    }

    /// The number for a region. A single value serves every region.
    pub fn at(&self, region: usize) -> f64 {
        if self.values.len() == 1 { self.values[0] } else { self.values[region] }
    }

    /// The numbers as they were given: one, or one per region.
    pub fn as_slice(&self) -> &[f64] {
        &self.values
    }

    /// Checks that the unit is the expected one and that there is one value or one per region, all finite.
    ///
    /// # Errors
    /// [`Error::Unit`](crate::Error::Unit), [`Error::Shape`](crate::Error::Shape) or
    /// [`Error::NotFinite`](crate::Error::NotFinite), each with `what` in its text.
    pub fn check(&self, what: &str, unit: Unit, n_regions: usize) -> Result<()> {
        if self.unit != unit {
            return Err(Error::Unit { what: what.to_owned(), expected: unit, found: self.unit });
        }
        if self.values.len() != 1 && self.values.len() != n_regions {
            return Err(Error::Shape {
                what: what.to_owned(),
                expected: format!("1 value or {n_regions}, one per region"),
                found: format!("{} values", self.values.len()),
            });
        }
        match self.values.iter().position(|value| !value.is_finite()) {
            None => Ok(()),
            Some(region) => Err(Error::NotFinite {
                what: what.to_owned(),
                place: format!("region {region}"),
                value: self.values[region],
            }),
        }
    }
}

impl From<f64> for Values {
    fn from(value: f64) -> Self {
        Self::new(vec![value], Unit::DIMENSIONLESS)
    }
}

impl From<Vec<f64>> for Values {
    fn from(values: Vec<f64>) -> Self {
        Self::new(values, Unit::DIMENSIONLESS)
    }
}

impl<U: Dimension> From<SI<f64, U>> for Values {
    fn from(value: SI<f64, U>) -> Self {
        Self::new(vec![value.value_unsafe], Unit::of::<U>())
    }
}

impl<U: Dimension> From<SI<Vec<f64>, U>> for Values {
    fn from(values: SI<Vec<f64>, U>) -> Self {
        Self::new(values.value_unsafe, Unit::of::<U>())
    }
}
