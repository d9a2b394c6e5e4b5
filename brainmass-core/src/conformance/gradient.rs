//! The contract of an objective's gradient.

use nalgebra::DMatrix;

use super::{Verdict, close, rule, uniform};
use crate::units::Dimension;
use crate::{DifferentiableObjective, TimeSeries};

/// How far the samples are moved, in root mean squares of the series.
///
/// Two central differences at this step and at half of it are extrapolated: what is left is of its fourth
/// power, 1e-18, and the rounding of the cost over the step, 1e-11.
const STEP: f64 = 2e-5;

/// Checks the gradient of an objective at a series: it is the slope of the cost.
///
/// - cost and gradient are finite, the cost that of `cost`, the gradient a number for each sample;
/// - along random directions and along single samples it agrees to 1e-6 with central differences of the
///   cost, relative to the slope and to the gradient's share in it;
/// - where the cost is an error, so is the gradient.
///
/// The series must not lie on a kink of the cost.
///
/// # Errors
/// The first rule that is broken, with the numbers.
pub fn gradient<U: Dimension>(
    objective: &impl DifferentiableObjective<U>,
    series: &TimeSeries<U>,
) -> Verdict {
    let name = objective.name();
    let (cost, gradient) = match objective.gradient(series) {
        Ok(found) => found,
        Err(error) => return rule(&name, "the series has a gradient", false, || error.to_string()),
    };
    let (shape, due) = (gradient.shape(), series.values().shape());
    rule(&name, "there is a slope for each sample", shape == due, || {
        format!("{shape:?} instead of {due:?}")
    })?;
    let finite = cost.is_finite() && gradient.iter().all(|slope| slope.is_finite());
    rule(&name, "cost and gradient are finite", finite, || format!("{cost}, {gradient:?}"))?;
    let alone = objective.cost(series);
    rule(&name, "the cost beside the gradient is the cost", alone.as_ref() == Ok(&cost), || {
        format!("{cost} instead of {alone:?}")
    })?;
    for (case, direction) in directions(series.values()).into_iter().enumerate() {
        let exact = gradient.dot(&direction);
        let numeric = slope(objective, series, &direction);
        // Where the slope along a direction nearly cancels, its parts still have their rounding.
        let scale = gradient.norm() * direction.norm() / (series.values().len() as f64).sqrt();
        let agrees = matches!(numeric, Some(numeric) if close(exact, numeric, 1e-6, scale));
        rule(&name, "the gradient is the slope of the cost", agrees, || {
            format!("direction {case}: {exact} instead of {numeric:?}")
        })?;
    }
    let wider = series.values().clone().insert_row(0, 0.5);
    let other = TimeSeries::<U>::unnamed(wider, series.period(), series.start());
    let both = other.is_ok_and(|other| objective.cost(&other).is_ok() == objective.gradient(&other).is_ok());
    rule(&name, "there is a gradient where there is a cost", both, || "one without the other".to_owned())
}

/// Eight random directions and some single samples, as large as the series.
fn directions(values: &DMatrix<f64>) -> Vec<DMatrix<f64>> {
    let (rows, columns) = values.shape();
    let size = values.norm() / (values.len() as f64).sqrt();
    let random = |case: u32| {
        let mut k = 0;
        values.map(|_| {
            k += 1;
            size * (2.0 * uniform(100 + case, k) - 1.0)
        })
    };
    let single = |k: usize| {
        let mut direction = DMatrix::zeros(rows, columns);
        direction[k % values.len()] = size;
        direction
    };
    // 7919 is a prime: the samples are spread over channels and times.
    (0..8).map(random).chain((0..8).map(|k| single(k * 7919 + k))).collect()
}

/// The slope of the cost along a direction, by extrapolated central differences.
fn slope<U: Dimension>(
    objective: &impl DifferentiableObjective<U>,
    series: &TimeSeries<U>,
    direction: &DMatrix<f64>,
) -> Option<f64> {
    let cost = |step: f64| {
        let moved = TimeSeries::new(series.values() + direction * step, series.sampling().clone());
        objective.cost(&moved.ok()?).ok()
    };
    let central = |step: f64| Some((cost(step)? - cost(-step)?) / (2.0 * step));
    Some((4.0 * central(0.5 * STEP)? - central(STEP)?) / 3.0)
}
