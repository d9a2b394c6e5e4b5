//! `cargo xtask validate`: the crates against closed forms, papers and reference vectors.
//!
//! A suite is a file with a list of [`Case`]s. A case calls the crates by their public interface and measures
//! how far they are from a number they did not make. Nothing that the crates compute is written here again;
//! closed forms are, as the oracle.

mod adaptive_neurons;
mod agreement;
mod agreement_in_rhythm;
mod balloon;
mod bifurcations;
mod case;
#[path = "../../../brainmass-nodes/tests/common/mod.rs"]
mod cases;
mod coils;
mod coloured;
mod contacts;
mod convolution;
mod couplings;
mod datasets;
mod delays;
mod design;
mod dynamics;
mod engine;
mod figures;
mod gradients;
mod gradients_by_duals;
mod hrf;
mod integrators;
mod invariants;
mod jansen_rit;
mod kuramoto;
mod lead_field;
mod levels;
mod mean_fields;
mod mixed;
mod networks;
mod nodes;
mod noise;
mod objectives;
mod observed_gradients;
mod oscillators;
mod recovery;
mod replay;
mod report;
mod rhythms;
mod shells;
mod spectra;
mod sphere;
mod stochastic;
mod synchronisation;
#[path = "../../../brainmass-network/tests/common/systems.rs"]
mod systems;
mod tools;
mod trajectories;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use case::{Case, Outcome, Suite};

use crate::{Result, root};

macro_rules! suites {
    ($($suite:ident),* $(,)?) => {
        &[$(Suite { name: stringify!($suite), cases: $suite::CASES }),*]
    };
}

/// In the order of the road: nodes, networks, forward models, objectives.
const SUITES: &[Suite] = suites![
    nodes,
    jansen_rit,
    oscillators,
    mean_fields,
    adaptive_neurons,
    bifurcations,
    rhythms,
    integrators,
    stochastic,
    trajectories,
    networks,
    mixed,
    replay,
    couplings,
    invariants,
    kuramoto,
    synchronisation,
    delays,
    noise,
    coloured,
    engine,
    levels,
    agreement,
    agreement_in_rhythm,
    hrf,
    convolution,
    balloon,
    design,
    sphere,
    shells,
    coils,
    contacts,
    lead_field,
    objectives,
    spectra,
    dynamics,
    gradients_by_duals,
    gradients,
    recovery,
    datasets,
];

/// A suite with what came out of its cases.
struct Ran {
    name: &'static str,
    rows: Vec<(&'static Case, Outcome)>,
    took: Duration,
}

/// Runs the cases whose names begin with one of `names`, or all; whether none failed.
pub(crate) fn command(names: &[&str]) -> Result<bool> {
    if names.contains(&"--list") {
        report::list(SUITES);
        return Ok(true);
    }
    if names.contains(&"--figures") {
        return draw_figures().map(|()| true);
    }
    let chosen = choose(names)?;
    let data = std::env::var_os("BRAINMASS_DATA").filter(|folder| !folder.is_empty());
    let data = data.map(absolute);
    let width =
        chosen.iter().flat_map(|(suite, cases)| cases.iter().map(|case| full_name(suite, case).len()));
    let table = report::Terminal::new(width.max().unwrap_or(0));
    let ran: Vec<Ran> = chosen.into_iter().map(|chosen| run(chosen, data.as_deref(), &table)).collect();
    report::summary(&ran);
    // The file is the whole table; a choice of rows is only shown.
    if names.is_empty() {
        draw_figures()?;
        let path = folder().join("validation.md");
        brainmass_datasets::write_atomically(&path, |file| report::markdown(&ran, file))?;
        report::written(&path);
    }
    let failed = |(_, outcome): &(&Case, Outcome)| matches!(outcome, Outcome::Failed { .. });
    Ok(!ran.iter().flat_map(|suite| &suite.rows).any(failed))
}

fn folder() -> PathBuf {
    root().join("target/validation")
}

fn draw_figures() -> Result<()> {
    std::fs::create_dir_all(folder())?;
    for drawing in figures::FIGURES {
        let figure = (drawing.draw)().map_err(|error| format!("figure {}: {error}", drawing.name))?;
        let path = folder().join(drawing.name).with_extension("svg");
        figure.save(&path)?;
        report::written(&path);
    }
    Ok(())
}

fn absolute(folder: OsString) -> PathBuf {
    std::path::absolute(&folder).unwrap_or_else(|_| folder.into())
}

fn full_name(suite: &str, case: &Case) -> String {
    format!("{suite}/{}", case.name)
}

type Chosen = (&'static str, Vec<&'static Case>);

fn choose(names: &[&str]) -> Result<Vec<Chosen>> {
    let wanted = |full: &str| names.is_empty() || names.iter().any(|name| full.starts_with(name));
    for name in names {
        let mut all =
            SUITES.iter().flat_map(|suite| suite.cases.iter().map(|case| full_name(suite.name, case)));
        if !all.any(|full| full.starts_with(name)) {
            return Err(
                format!("no row begins with `{name}`; `cargo xtask validate --list` lists them").into()
            );
        }
    }
    let of_suite = |suite: &'static Suite| {
        let cases = suite.cases.iter().filter(|case| wanted(&full_name(suite.name, case))).collect();
        (suite.name, cases)
    };
    Ok(SUITES.iter().map(of_suite).filter(|(_, cases): &Chosen| !cases.is_empty()).collect())
}

fn run((name, cases): Chosen, data: Option<&Path>, table: &report::Terminal) -> Ran {
    let begin = Instant::now();
    let mut rows = Vec::with_capacity(cases.len());
    for case in cases {
        let outcome = case.run(data);
        table.row(&full_name(name, case), case, &outcome);
        rows.push((case, outcome));
    }
    Ran { name, rows, took: begin.elapsed() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_named_once_and_explained() {
        let mut seen = std::collections::HashSet::new();
        for suite in SUITES {
            for case in suite.cases {
                let name = full_name(suite.name, case);
                assert!(seen.insert(name.clone()), "{name} stands twice");
                assert!(case.tolerance >= 0.0, "{name}");
                for text in [case.name, case.what, case.source, case.why] {
                    assert!(!text.is_empty() && text.trim() == text, "{name}");
                }
            }
        }
    }

    #[test]
    fn figures_belong_to_suites() {
        for drawing in figures::FIGURES {
            assert!(SUITES.iter().any(|suite| suite.name == drawing.suite), "{}", drawing.name);
        }
    }

    #[test]
    fn rows_are_chosen_by_prefix() {
        assert_eq!(choose(&[]).unwrap().len(), SUITES.len());
        let balloon = choose(&["balloon/steady"]).unwrap();
        assert_eq!((balloon.len(), balloon[0].0, balloon[0].1.len()), (1, "balloon", 1));
        assert!(choose(&["ballon"]).is_err_and(|error| error.to_string().contains("`ballon`")));
    }
}
