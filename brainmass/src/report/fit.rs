//! Writing what a fit found: the numbers, the best experiment, pictures.

use std::path::Path;

use brainmass_core::units::{Second, dimension::Dimensionless, s};
use brainmass_core::{Result, TimeSeries};
use brainmass_datasets::{NpyArray, write_npy};
use brainmass_viz::{ColourMap, Figure, HeatMap, PhasePortrait};
use nalgebra::DMatrix;
use serde_json::{Value, json};

use super::figures::{self, Picture};
use super::files::{Written, claim_folder, write_text};
use super::table::{Row, row};
use crate::experiment::WEIGHTS;
use crate::fit::{Fitted, Parameter, Weights};

/// How near to the end of its axis a value is said to lie at a bound.
const AT_BOUND: f64 = 0.01;

/// The file of fitted weights.
const WEIGHTS_FILE: &str = "weights.npy";

/// The table of a fit.
pub fn fit_rows(fitted: &Fitted) -> Vec<Row> {
    let mut rows: Vec<Row> = parameters(fitted)
        .map(|(parameter, start, values)| {
            let (low, high) = parameter.bounds();
            let at_bounds: Vec<&str> =
                values.iter().filter_map(|value| at_bound(parameter, *value)).collect();
            let text = match (values, at_bounds.as_slice()) {
                ([value], []) => format!("{value:.6}, from {} between {low} and {high}", start[0]),
                ([value], [end, ..]) => {
                    format!("{value:.6}, from {} between {low} and {high}, at its {end} bound", start[0])
                }
                (many, at_bounds) => format!("{}, {} at a bound", summarized(many), at_bounds.len()),
            };
            row("Best values", parameter.key(), text)
        })
        .collect();
    let name = fitted.goal.name();
    let before = fitted.before.as_ref().map_or_else(ToString::to_string, |number| format!("{number:.4}"));
    rows.push(row("Result", format!("{name} before"), before));
    rows.push(row("Result", format!("{name} of the best"), format!("{:.4}", fitted.best)));
    if let Some(test) = fitted.test_fc_correlation {
        rows.push(row("Result", "FC correlation with data held out", format!("{test:.4}")));
    }
    let of_fitted = fitted.weights.as_ref().and(fitted.outcome.scored());
    let of_fitted = of_fitted.and_then(|score| score.structure_correlation);
    for (name, structure) in
        [("the weights alone", fitted.structure_correlation), ("fitted weights alone", of_fitted)]
    {
        if let Some(structure) = structure {
            rows.push(row("Result", format!("FC correlation of {name}"), format!("{structure:.4}")));
        }
    }
    let report = &fitted.report;
    let text = format!(
        "{} after {} candidates, {} of which failed",
        report.reason, report.evaluations, report.failed
    );
    rows.push(row("Result", fitted.optimizer.0.as_str(), text));
    rows
}

/// Writes `fit.json`, `best.toml`, `history` and, where FC was scored, `fc`, as SVG and PNG; for fitted weights `weights.npy`, which
/// `best.toml` names, and a picture of them. Each file appears under its name when it is complete, `fit.json` last.
///
/// # Errors
/// [`Error::Io`](brainmass_core::Error::Io) with the file.
pub fn write_fit(fitted: &Fitted, folder: &Path) -> Result<Written> {
    let mut pictures = vec![history(fitted)?];
    if let Some(score) = fitted.outcome.scored() {
        pictures.push(figures::fc(score, &fitted.outcome.parts[0])?);
    }
    if let Some(weights) = &fitted.weights {
        pictures.push(weights_before_and_after(fitted, weights)?);
    }
    claim_folder(folder)?;
    let mut files = Vec::new();
    let mut path = |name: String| {
        files.push(folder.join(name));
        files[files.len() - 1].clone()
    };
    for Picture { name, figure, .. } in &pictures {
        figure.save(path(format!("{name}.svg")))?;
        figure.save(path(format!("{name}.png")))?;
    }
    let mut experiment = fitted.experiment.clone();
    if let Some(weights) = &fitted.weights {
        write_npy(&path(WEIGHTS_FILE.to_owned()), &NpyArray::from_matrix(&weights.best))?;
        experiment.set(&format!("{WEIGHTS}='{WEIGHTS_FILE}'"))?;
    }
    write_text(&path("best.toml".to_owned()), &experiment.to_string())?;
    write_text(&path("fit.json".to_owned()), &format!("{:#}\n", summary(fitted)))?;
    Ok(Written { folder: folder.to_owned(), files })
}

/// What a fit found, as JSON. Values are in the units of their keys.
fn summary(fitted: &Fitted) -> Value {
    let one_or_list = |values: Vec<Value>| match <[Value; 1]>::try_from(values) {
        Ok([value]) => value,
        Err(values) => Value::Array(values),
    };
    let numbers = |values: &[f64]| one_or_list(values.iter().map(|value| json!(value)).collect());
    let parameter = |(parameter, start, values): (&Parameter, &[f64], &[f64])| {
        let (low, high) = parameter.bounds();
        let about = json!({
            "key": parameter.key(),
            "low": low,
            "high": high,
            "axis": parameter.transform().name(),
        });
        let found = if parameter.is_per_connection() {
            many_in_short(parameter, start, values)
        } else {
            let at_bounds = values.iter().map(|value| json!(at_bound(parameter, *value))).collect();
            json!({ "value": numbers(values), "start": numbers(start), "at_bound": one_or_list(at_bounds) })
        };
        merged(about, found)
    };
    let maps = fitted.maps.iter().map(|(key, values)| (key.clone(), json!(values)));
    let number = |cost: f64| fitted.goal.number_of(cost);
    let step = |step: &brainmass_fit::Progress| json!({ "iteration": step.iteration, "evaluations": step.evaluations, "best": number(step.best_cost) });
    let report = &fitted.report;
    let score = fitted.outcome.scored();
    json!({
        "goal": fitted.goal.to_string(),
        "best": fitted.best,
        "before": fitted.before.as_ref().ok(),
        "before_failed": fitted.before.as_ref().err().map(ToString::to_string),
        "parameters": parameters(fitted).map(parameter).collect::<Vec<_>>(),
        "maps": maps.collect::<serde_json::Map<_, _>>(),
        "fc_correlation_with_own_seed": score.map(|score| score.fc_correlation),
        "test_fc_correlation": fitted.test_fc_correlation,
        "structure_correlation": fitted.structure_correlation,
        "fitted_weights_correlation": fitted.weights.as_ref().and(score).and_then(|score| score.structure_correlation),
        "optimizer": fitted.optimizer.0,
        "seed": fitted.optimizer.1,
        "seeds_per_candidate": fitted.n_seeds,
        "stop_reason": report.reason.to_string(),
        "evaluations": report.evaluations,
        "failed": report.failed,
        "failure": report.failure,
        "history": report.history.iter().map(step).collect::<Vec<_>>(),
    })
}

/// The magnitudes of thousands of weights, which stand in a file of their own.
fn many_in_short(parameter: &Parameter, start: &[f64], values: &[f64]) -> Value {
    let n_at = |end: &str| values.iter().filter(|value| at_bound(parameter, **value) == Some(end)).count();
    let in_short = |values: &[f64]| {
        let (least, mean, most) = spread(values);
        json!({ "least": least, "mean": mean, "most": most })
    };
    json!({
        "value": WEIGHTS_FILE,
        "count": values.len(),
        "magnitudes": in_short(values),
        "start": in_short(start),
        "at_bound": { "lower": n_at("lower"), "upper": n_at("upper") },
    })
}

/// The keys of one object, then those of another.
fn merged(mut first: Value, second: Value) -> Value {
    if let (Value::Object(first), Value::Object(second)) = (&mut first, second) {
        first.extend(second);
    }
    first
}

/// Each parameter with its values at the start and at the best candidate.
fn parameters(fitted: &Fitted) -> impl Iterator<Item = (&Parameter, &[f64], &[f64])> {
    let mut from = 0;
    fitted.parameters.iter().zip(&fitted.counts).map(move |(parameter, count)| {
        let own = from..from + count;
        from += count;
        (parameter, &fitted.start[own.clone()], &fitted.report.values[own])
    })
}

/// Many values in a few words.
fn summarized(values: &[f64]) -> String {
    let (least, mean, most) = spread(values);
    format!("{} values from {least:.4} to {most:.4}, mean {mean:.4}", values.len())
}

/// The least of some values, their mean, the largest.
fn spread(values: &[f64]) -> (f64, f64, f64) {
    let least = values.iter().fold(f64::INFINITY, |least, value| least.min(*value));
    let most = values.iter().fold(f64::NEG_INFINITY, |most, value| most.max(*value));
    (least, values.iter().sum::<f64>() / values.len() as f64, most)
}

/// Which end of its axis a value lies at, if any: then the bounds have decided and not the data.
fn at_bound(parameter: &Parameter, value: f64) -> Option<&'static str> {
    let (low, high) = parameter.bounds();
    let axis = match parameter.transform() {
        brainmass_fit::Transform::Log => brainmass_fit::Transform::Log,
        _ => brainmass_fit::Transform::Linear,
    };
    let part = axis.free(value, low, high);
    // The upper end of a softplus axis is no bound.
    let has_end = parameter.transform() != brainmass_fit::Transform::Softplus;
    match part {
        part if part < AT_BOUND => Some("lower"),
        part if part > 1.0 - AT_BOUND && has_end => Some("upper"),
        _ => None,
    }
}

/// The best number over the candidates tried.
fn history(fitted: &Fitted) -> Result<Picture> {
    let steps = &fitted.report.history;
    // Before a first candidate could be judged there is no best one.
    let judged: Vec<_> = steps.iter().filter(|step| step.best_cost.is_finite()).collect();
    let line = |number: &dyn Fn(&brainmass_fit::Progress) -> f64| {
        let numbers = DMatrix::from_iterator(1, judged.len(), judged.iter().map(|step| number(step)));
        let period: Second = s(1.0);
        TimeSeries::<Dimensionless>::unnamed(numbers, period, period)
    };
    let tried = line(&|step| step.evaluations as f64)?;
    let best = line(&|step| fitted.goal.number_of(step.best_cost))?;
    let panel = PhasePortrait::new(("candidates tried", &tried), (fitted.goal.name(), &best))
        .title("Best so far")
        .panel()?
        .sized(520.0, 300.0)?;
    let caption = format!("{} of the best candidate as candidates were tried.", fitted.goal.name());
    Ok(Picture { name: "history".to_owned(), caption, figure: Figure::row(vec![panel])? })
}

/// The weights at the start and those that were found, in the same colours: equal ratios are equal steps of colour, unless some are
/// negative.
fn weights_before_and_after(fitted: &Fitted, weights: &Weights) -> Result<Picture> {
    let labels = fitted.outcome.parts[0].connectome.labels();
    let both = || weights.start.iter().chain(&weights.best).copied().filter(|weight| *weight != 0.0);
    let (least, _, most) = spread(&both().collect::<Vec<_>>());
    let largest = most.max(-least);
    let panel = |title: &str, matrix: &DMatrix<f64>| {
        let map = HeatMap::new(matrix).quantity("weight").axes("to region", "from region").labels(labels);
        let map = map.title(title);
        if least < 0.0 {
            map.map(ColourMap::BlueRed).limits(-largest, largest).panel()
        } else {
            map.logarithmic().limits(least, most).panel()
        }
    };
    let panels = vec![panel("Weights before", &weights.start)?, panel("Fitted weights", &weights.best)?];
    let caption = "The weights at the start of the fit, and of the best candidate.".to_owned();
    Ok(Picture { name: "weights".to_owned(), caption, figure: Figure::row(panels)? })
}
