//! Checks that recur wherever things are built.

use crate::units::{Dimension, SI, Second, Unit};
use crate::{Error, Result};

/// A time as a whole number of steps.
///
/// A quotient within 1e-6 of an integer counts as that integer: 0.3 s / 0.1 ms is 2999.9999999999995 in f64.
///
/// ```
/// use brainmass_core::{check, units::{ms, s}};
/// assert_eq!(check::steps("duration", s(0.3), "dt", ms(0.1)).unwrap(), 3000);
/// let error = check::steps("TR", ms(720.0), "dt", ms(7.0)).unwrap_err();
/// assert_eq!(error.to_string(), "TR: 720 ms is not a multiple of dt 7 ms (102.8571429 of them)");
/// ```
///
/// # Errors
/// [`Error::OutOfRange`] if the step is not positive or the time is negative, [`Error::NotMultiple`] otherwise.
pub fn steps(what: &str, time: Second, step_name: &str, step: Second) -> Result<usize> {
    positive(step_name, step)?;
    let (time, step) = (time.value_unsafe, step.value_unsafe);
    if !(time.is_finite() && time >= 0.0) {
        return Err(out_of_range(what, time, SECOND, "zero or more"));
    }
    let ratio = time / step;
    let whole = ratio.round();
    if (ratio - whole).abs() > 1e-6 {
        return Err(Error::NotMultiple {
            what: what.to_owned(),
            value: time,
            step_name: step_name.to_owned(),
            step,
        });
    }
    if whole > 2f64.powi(53) {
        return Err(out_of_range(what, time, SECOND, "at most 2^53 steps long"));
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked above")]
    Ok(whole as usize)
}

const SECOND: Unit = Unit::of::<crate::units::dimension::Second>();

/// A quantity that must be above zero and finite.
///
/// # Errors
/// [`Error::OutOfRange`] with the value in its unit.
pub fn positive<U: Dimension>(what: &str, quantity: SI<f64, U>) -> Result<()> {
    let value = quantity.value_unsafe;
    if value.is_finite() && value > 0.0 {
        return Ok(());
    }
    Err(out_of_range(what, value, Unit::of::<U>(), "above zero and finite"))
}

/// A plain number that must lie between two bounds, both included.
///
/// # Errors
/// [`Error::OutOfRange`].
pub fn between(what: &str, value: f64, lower: f64, upper: f64) -> Result<()> {
    if (lower..=upper).contains(&value) {
        return Ok(());
    }
    Err(out_of_range(what, value, Unit::DIMENSIONLESS, &format!("between {lower} and {upper}")))
}

/// A list of names without repetition.
///
/// # Errors
/// [`Error::Duplicate`] with both places.
pub fn unique(what: &str, names: &[String]) -> Result<()> {
    let mut seen = std::collections::HashMap::new();
    for (second, name) in names.iter().enumerate() {
        if let Some(first) = seen.insert(name, second) {
            return Err(Error::Duplicate { what: what.to_owned(), name: name.clone(), first, second });
        }
    }
    Ok(())
}

/// The position of a name among those that exist.
///
/// # Errors
/// [`Error::Unknown`], which lists them.
pub fn position<S: AsRef<str>>(kind: &str, name: &str, names: &[S]) -> Result<usize> {
    let found = names.iter().position(|known| known.as_ref() == name);
    found.ok_or_else(|| Error::unknown(kind, name, names.iter().map(|known| known.as_ref().to_owned())))
}

/// A matrix without NaN and infinities.
///
/// # Errors
/// [`Error::NotFinite`] with row and column of the first offender.
pub fn finite(what: &str, matrix: &nalgebra::DMatrix<f64>) -> Result<()> {
    let Some(index) = matrix.iter().position(|value| !value.is_finite()) else { return Ok(()) };
    let (row, column) = matrix.vector_to_matrix_index(index);
    Err(Error::NotFinite {
        what: what.to_owned(),
        place: format!("row {row}, column {column}"),
        value: matrix[(row, column)],
    })
}

/// An [`Error::OutOfRange`].
pub fn out_of_range(what: &str, value: f64, unit: Unit, requirement: &str) -> Error {
    Error::OutOfRange { what: what.to_owned(), value, unit, requirement: requirement.to_owned() }
}
