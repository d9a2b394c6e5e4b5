//! `brainmass fit` by gradient, and stopped by signals.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::path::Path;

use serde_json::Value;

use common::{fail, send, stop, succeed};

/// The example's network, scored by the FC of 20 s of its activity, by gradient: a coupling, and eight strengths of noise.
const FIT: [&str; 13] = [
    "fit",
    "--set",
    "simulation.duration_ms=20000",
    "--set",
    "objective.signal='activity'",
    "--set",
    "electrophysiology.simulation.duration_ms=6000",
    "--set",
    "fit.parameters=['network.coupling.g = log:0.05..2.0 from 0.2', 'noise.sigma = log:0.05..1.0 per region']",
    "--set",
    "fit.optimizer='lbfgs'",
    "--set",
    "fit.most_evaluations=24",
];

fn with<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&FIT[..], more].concat()
}

fn json(path: &Path) -> Value {
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn n_lines(journal: &Path) -> usize {
    std::fs::read_to_string(journal).map_or(0, |text| text.matches('\n').count())
}

/// The first line of a journal says which fit it is of; every other one is a candidate that was judged.
#[cfg(unix)]
#[test]
fn a_stopped_fit_keeps_every_candidate_and_ends_the_same() {
    use std::os::unix::process::ExitStatusExt;
    let folder = tempfile::tempdir().unwrap();
    succeed(&with(&["--out", "unbroken", "--threads", "1"]), folder.path());
    // Ctrl-C and a kill end it as they end `brainmass run --checkpoint`: by the signal.
    for (n_awaited, signal, number) in [(4, "-INT", 2), (9, "-KILL", 9), (14, "-TERM", 15)] {
        let journal = folder.path().join("stopped.partial");
        let fit = (&with(&["--out", "stopped"])[..], folder.path(), "stopped/fit.json");
        let status = stop(fit, || n_lines(&journal) >= n_awaited, send(signal));
        assert_eq!(status.signal(), Some(number));
        assert!(n_lines(&folder.path().join("stopped.partial")) >= n_awaited, "nothing judged is lost");
    }
    // Where a line was cut off in the middle, that candidate is judged anew.
    let journal = folder.path().join("stopped.partial");
    let text = std::fs::read(&journal).unwrap();
    std::fs::write(&journal, &text[..text.len() - 7]).unwrap();
    succeed(&with(&["--out", "stopped"]), folder.path());
    for file in ["fit.json", "best.toml", "fc.svg", "history.svg"] {
        let read = |out: &str| std::fs::read_to_string(folder.path().join(out).join(file)).unwrap();
        assert_eq!(read("stopped"), read("unbroken"), "{file}");
    }
    let found = json(&folder.path().join("stopped/fit.json"));
    assert!(found["best"].as_f64().unwrap() > found["before"].as_f64().unwrap() + 0.05, "{found:#}");
    let sigma = &found["parameters"][1];
    assert_eq!(sigma["value"].as_array().unwrap().len(), 8);
    assert_eq!((&found["optimizer"], &sigma["at_bound"].as_array().unwrap().len()), (&"lbfgs".into(), &8));
    // The best experiment is one that runs, with the number the fit has seen.
    succeed(&["run", "stopped/best.toml"], folder.path());
    let again = json(&folder.path().join("out/summary.json"));
    let difference = again["fc_correlation"].as_f64().unwrap() - found["best"].as_f64().unwrap();
    assert!(difference.abs() < 1e-12, "{difference}");
}

#[test]
fn gradients_that_are_not_there_are_refused() {
    for (setting, said) in [
        ("fit.parameters='network.coupling.conduction_speed_mm_per_ms = 1..20'", "delays are whole steps"),
        ("fit.minimize='alpha_peak_eeg_hz'", "unknown number with a gradient"),
        ("objective.signal='eeg'", "no gradient passes through another"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let error = fail(&with(&["--set", setting]), folder.path());
        assert!(error.starts_with("error: ") && error.contains(said), "{setting}: {error}");
    }
}

/// One derivative by the conduction speed of interpolated delays, which must lead downhill.
#[test]
fn the_speed_of_interpolated_delays_is_fitted_by_gradient() {
    let folder = tempfile::tempdir().unwrap();
    let speed = with(&[
        "--set",
        "network.coupling.delay_rounding='interpolated'",
        "--set",
        "fit.parameters=['network.coupling.conduction_speed_mm_per_ms = log:2..20 from 5']",
        "--set",
        "fit.most_evaluations=8",
        "--out",
        "speed",
    ]);
    succeed(&speed, folder.path());
    let found = json(&folder.path().join("speed/fit.json"));
    assert!(found["best"].as_f64().unwrap() > found["before"].as_f64().unwrap() + 1e-4, "{found:#}");
    assert_ne!(found["parameters"][0]["value"].as_f64().unwrap(), 5.0);
}
