//! The contract of an objective.

use nalgebra::DMatrix;

use super::{Verdict, rule};
use crate::units::Dimension;
use crate::{Objective, TimeSeries};

/// Checks an objective against a series it can judge: finite, pure, and an error where it is undefined.
///
/// - the cost is finite and the same each time;
/// - a series with another number of channels is an error;
/// - a constant series is an error or gives a finite cost, never NaN.
///
/// # Errors
/// The first rule that is broken, with the numbers.
pub fn objective<U: Dimension>(objective: &impl Objective<U>, series: &TimeSeries<U>) -> Verdict {
    let name = objective.name();
    let cost = |series: &TimeSeries<U>| objective.cost(series);
    let first = cost(series);
    rule(&name, "the cost is finite", matches!(first, Ok(value) if value.is_finite()), || {
        format!("{first:?}")
    })?;
    rule(&name, "the cost is a function of the series", cost(series) == first, || {
        format!("{first:?}, then another")
    })?;
    let constant = series_of(DMatrix::from_element(series.n_channels(), series.n_samples(), 1.0), series);
    let flat = cost(&constant);
    rule(
        &name,
        "a constant series never gives NaN",
        !matches!(flat, Ok(value) if !value.is_finite()),
        || format!("{flat:?}"),
    )?;
    // One channel twice: nothing but their number is unusual.
    let mut wider = series.values().clone().insert_row(0, 0.0);
    wider.set_row(0, &series.values().row(0));
    let other = TimeSeries::<U>::unnamed(wider, series.period(), series.start());
    let refused = other.is_ok_and(|other| cost(&other).is_err());
    rule(&name, "another number of channels is an error", refused, || "it was accepted".to_owned())
}

/// Checks that the cost of the data themselves is zero.
///
/// # Errors
/// The rule that is broken, with the cost.
pub fn distance<U: Dimension>(objective: &impl Objective<U>, target: &TimeSeries<U>) -> Verdict {
    let cost = objective.cost(target);
    let zero = matches!(cost, Ok(value) if value.abs() < 1e-12);
    rule(&objective.name(), "the cost of the target is zero", zero, || format!("{cost:?}"))
}

fn series_of<U: Dimension>(values: DMatrix<f64>, like: &TimeSeries<U>) -> TimeSeries<U> {
    TimeSeries::new(values, like.sampling().clone()).unwrap_or_else(|_| like.clone())
}
