//! The table of what was computed, for people and for programs.

use brainmass_core::units::{show, show_value};
use serde_json::{Map, Value, json};

use crate::experiment::{AlphaSpectrum, FcdScore, Outcome, PartOutcome, Score, Signal};

/// One line of the table.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The heading it stands under.
    pub group: &'static str,
    /// What it is about.
    pub name: String,
    /// What it says.
    pub text: String,
}

/// The table of an outcome.
pub fn rows(outcome: &Outcome) -> Vec<Row> {
    let mut rows: Vec<Row> = outcome.parts.iter().map(network).collect();
    rows.extend(outcome.signals().map(signal));
    rows.extend(outcome.parts.iter().flat_map(|part| &part.spectra).map(rhythm));
    match &outcome.score {
        Some(Ok(score)) => {
            rows.extend(scores(score));
            rows.extend(outcome.signal(&score.signal).and_then(few_samples));
        }
        Some(Err(error)) => rows.push(row("Score", "undefined", error.to_string())),
        None => (),
    }
    rows
}

pub(super) fn row(group: &'static str, name: impl Into<String>, text: String) -> Row {
    Row { group, name: name.into(), text }
}

fn network(part: &PartOutcome) -> Row {
    let text = format!(
        "{}, {} regions, {} in steps of {}, simulated in {}",
        part.model,
        part.connectome.n_regions(),
        show(part.duration),
        show(part.dt),
        show(part.wall_time)
    );
    row("Networks", part.name, text)
}

fn signal(signal: &Signal) -> Row {
    let sampling = signal.series.sampling();
    let mut remarks = vec![format!(
        "{} channels × {} samples, every {} from {}, standard deviation {}",
        sampling.n_channels(),
        signal.series.values().ncols(),
        show(sampling.period()),
        show(sampling.start()),
        show_value(signal.series.fluctuation(), signal.series.unit())
    )];
    if let Some(dropped) = signal.dropped {
        let asked = show(dropped.asked);
        let is_short = dropped.dropped < dropped.asked;
        let why = if is_short {
            format!(", a quarter of a recording too short for the {asked} asked for")
        } else {
            String::new()
        };
        remarks.push(format!("first {} dropped{why}", show(dropped.dropped)));
    }
    if !signal.absent_channels.is_empty() {
        remarks.push(format!("absent channels: {}", signal.absent_channels.join(", ")));
    }
    row("Signals", &signal.name, remarks.join("; "))
}

fn rhythm(spectrum: &AlphaSpectrum) -> Row {
    let kind = if spectrum.is_local_maximum { "peak" } else { "no peak, the highest value of a slope" };
    row("Rhythm", &spectrum.signal, format!("{kind} at {}", show(spectrum.peak)))
}

fn scores(score: &Score) -> Vec<Row> {
    let number = |value: f64| format!("{value:.3}");
    let mut rows = vec![
        row("Score", format!("FC correlation of {}", score.signal), number(score.fc_correlation)),
        row("Score", format!("FC root mean square error of {}", score.signal), number(score.fc_rmse)),
    ];
    if let Some(FcdScore { kolmogorov_smirnov, wasserstein }) = score.fcd {
        let distances = [("Kolmogorov–Smirnov", kolmogorov_smirnov), ("Wasserstein", wasserstein)];
        rows.extend(distances.map(|(name, distance)| {
            row("Score", format!("FCD {name} distance of {}", score.signal), number(distance))
        }));
    }
    for (name, correlation) in &score.others {
        rows.push(row("Score", format!("FC correlation of {name}"), number(*correlation)));
    }
    for (name, lag, correlation) in &score.agreement {
        let text = format!("correlation {correlation:.3} at a lag of {}", show(*lag));
        rows.push(row("Score", format!("{name} against {}", score.signal), text));
    }
    if let Some(structure) = score.structure_correlation {
        rows.push(row("Score", "FC correlation of the weights alone", number(structure)));
    }
    rows
}

/// The standard error of a correlation of independent samples; those of BOLD are not, so it is larger still.
fn standard_error(n_samples: usize) -> f64 {
    1.0 / (n_samples as f64 - 1.0).sqrt()
}

/// A warning where a correlation of so few samples says little.
fn few_samples(scored: &Signal) -> Option<Row> {
    let n_samples = scored.series.values().ncols();
    let error = standard_error(n_samples);
    let text =
        format!("{n_samples} samples only: each correlation has a standard error of {error:.2} or more");
    (n_samples < 50).then(|| row("Score", "caution", text))
}

/// Every figure of the table as JSON.
///
/// At the top stand what pipelines ask for: `fc_correlation`, `n_bold_samples`, `alpha_peak_hz` (of the EEG, or of
/// the MEG where there is no EEG).
pub fn summary(outcome: &Outcome) -> Value {
    let mut top = match &outcome.score {
        Some(Ok(score)) => score_json(score),
        Some(Err(error)) => {
            let undefined = [("fc_correlation", Value::Null), ("score_error", json!(error.to_string()))];
            undefined.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
        }
        None => Map::new(),
    };
    let scored = outcome.scored().and_then(|score| outcome.signal(&score.signal));
    let bold = scored.or_else(|| outcome.signals().find(|signal| signal.dropped.is_some()));
    if let Some(bold) = bold {
        let n_samples = bold.series.values().ncols();
        top.insert("n_bold_samples".to_owned(), json!(n_samples));
        top.insert("correlation_standard_error_at_least".to_owned(), json!(standard_error(n_samples)));
    }
    let spectra = outcome.parts.iter().flat_map(|part| &part.spectra);
    for (index, spectrum) in spectra.enumerate() {
        let mut insert = |name: String| {
            top.insert(format!("alpha_peak{name}_hz"), json!(spectrum.peak.value_unsafe));
            top.insert(format!("alpha_peak{name}_is_local_maximum"), json!(spectrum.is_local_maximum));
        };
        if index == 0 {
            insert(String::new());
        }
        insert(format!("_{}", spectrum.signal));
    }
    let networks = outcome.parts.iter().map(|part| (part.name.to_owned(), network_json(part)));
    top.insert("networks".to_owned(), Value::Object(networks.collect()));
    let signals = outcome.signals().map(|signal| (signal.name.clone(), signal_json(signal)));
    top.insert("signals".to_owned(), Value::Object(signals.collect()));
    Value::Object(top)
}

fn score_json(score: &Score) -> Map<String, Value> {
    let mut top = Map::new();
    top.insert("scored_signal".to_owned(), json!(score.signal));
    top.insert("fc_correlation".to_owned(), json!(score.fc_correlation));
    top.insert("fc_rmse".to_owned(), json!(score.fc_rmse));
    if let Some(fcd) = score.fcd {
        top.insert("fcd_kolmogorov_smirnov".to_owned(), json!(fcd.kolmogorov_smirnov));
        top.insert("fcd_wasserstein".to_owned(), json!(fcd.wasserstein));
    }
    top.insert("structure_correlation".to_owned(), json!(score.structure_correlation));
    for (name, correlation) in &score.others {
        top.insert(format!("fc_correlation_{name}"), json!(correlation));
    }
    for (name, lag, correlation) in &score.agreement {
        top.insert(format!("lag_{name}_s"), json!(lag.value_unsafe));
        top.insert(format!("lagged_correlation_{name}"), json!(correlation));
    }
    top
}

fn network_json(part: &PartOutcome) -> Value {
    json!({
        "model": part.model,
        "n_regions": part.connectome.n_regions(),
        "duration_s": part.duration.value_unsafe,
        "dt_s": part.dt.value_unsafe,
        "wall_time_s": part.wall_time.value_unsafe,
    })
}

fn signal_json(signal: &Signal) -> Value {
    let sampling = signal.series.sampling();
    json!({
        "model": signal.model,
        "source": signal.source,
        "n_channels": sampling.n_channels(),
        "n_samples": signal.series.values().ncols(),
        "period_s": sampling.period().value_unsafe,
        "start_s": sampling.start().value_unsafe,
        "unit": signal.series.unit().to_string(),
        "standard_deviation": signal.series.fluctuation(),
        "dropped_s": signal.dropped.map(|dropped| dropped.dropped.value_unsafe),
        "dropped_asked_s": signal.dropped.map(|dropped| dropped.asked.value_unsafe),
        "absent_channels": signal.absent_channels,
    })
}
