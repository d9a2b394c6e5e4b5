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

/// Every weight that is not zero, by the gradient, stopped on the way.
#[cfg(unix)]
#[test]
fn weights_are_fitted_and_saved_beside_the_best_experiment() {
    let folder = tempfile::tempdir().unwrap();
    let weights = |out: &'static str| {
        with(&[
            "--set",
            "fit.parameters=['network.weights = log:1e-4..20 per connection', 'noise.sigma = log:0.05..1.0']",
            "--set",
            "fit.most_evaluations=16",
            "--out",
            out,
        ])
    };
    let said = succeed(&weights("unbroken"), folder.path());
    let values = said.lines().find(|line| line.contains("network.weights")).unwrap();
    assert!(values.contains(" values from ") && values.len() < 120, "{said}");
    let journal = folder.path().join("stopped.partial");
    stop((&weights("stopped"), folder.path(), "stopped/fit.json"), || n_lines(&journal) >= 5, send("-KILL"));
    succeed(&weights("stopped"), folder.path());
    let read = |file: &str| std::fs::read(folder.path().join(file)).unwrap();
    for file in ["fit.json", "best.toml", "weights.npy", "weights.svg"] {
        assert!(read(&format!("stopped/{file}")) == read(&format!("unbroken/{file}")), "{file}");
    }

    // The numbers of many weights are in their file and not in the others.
    let found = json(&folder.path().join("unbroken/fit.json"));
    let parameter = &found["parameters"][0];
    assert_eq!((&parameter["value"], &parameter["key"]), (&"weights.npy".into(), &"network.weights".into()));
    assert!(read("unbroken/fit.json").len() < 10_000 && read("unbroken/best.toml").len() < 10_000);
    let (best, before) = (found["best"].as_f64().unwrap(), found["before"].as_f64().unwrap());
    assert!(best > before + 0.05, "{found:#}");
    // Structure alone is said of the connectome and of what was fitted.
    assert_ne!(found["structure_correlation"], found["fitted_weights_correlation"]);

    // Which are not zero has not changed; what they are has.
    let fitted = brainmass::datasets::read_matrix(&folder.path().join("unbroken/weights.npy")).unwrap();
    let own = brainmass::datasets::example_connectome();
    assert_eq!(fitted.map(|weight| weight == 0.0), own.weights().map(|weight| weight == 0.0));
    assert!(fitted.min() >= 0.0 && (&fitted - own.weights()).amax() > 0.01);
    let count = fitted.iter().filter(|weight| **weight != 0.0).count();
    assert_eq!(parameter["count"].as_u64(), Some(count as u64));

    // The best experiment runs with them, from any folder, and is where another fit begins.
    std::fs::create_dir(folder.path().join("elsewhere")).unwrap();
    let elsewhere = folder.path().join("elsewhere");
    succeed(&["run", "../unbroken/best.toml"], &elsewhere);
    let again = json(&elsewhere.join("out/summary.json"))["fc_correlation"].as_f64().unwrap();
    assert!((again - best).abs() < 1e-12, "{again} {best}");
    let more = "fit.parameters='noise.sigma = log:0.05..1.0'";
    let more =
        ["fit", "../unbroken/best.toml", "--set", more, "--set", "fit.most_evaluations=5", "--out", "more"];
    succeed(&more, &elsewhere);
    let more = json(&elsewhere.join("more/fit.json"));
    assert!((more["before"].as_f64().unwrap() - best).abs() < 1e-12);
    // And the best of that names the same weights.
    succeed(&["run", "elsewhere/more/best.toml", "--out", "third"], folder.path());
    let third = json(&folder.path().join("third/summary.json"))["fc_correlation"].as_f64().unwrap();
    assert!((third - more["best"].as_f64().unwrap()).abs() < 1e-12);
}

/// Noise by its time constant, and noises that are coloured, shared by regions or proportional to the state by their strength, each back
/// to what made the data: the FC with the seed that made it is reached when they are right. They are weak, so that the network stays at
/// its fixed point: beyond, trajectories part, and the FC of 20 s is a rough function of everything.
#[test]
fn noises_are_fitted_by_gradient_to_what_made_the_data() {
    const SLOW: &str = "{input='e_input', sigma=0.02, tau_ms=20}";
    for (second, key, truth, start, bounds) in [
        ("", "noise.0.tau_ms", 20.0, 30.0, "log:5..100"),
        (
            "{input='i_input', kind='pink', low_hz=1, high_hz=100, sigma=0.03}",
            "noise.1.sigma",
            0.03,
            0.01,
            "log:0.002..0.1",
        ),
        (
            "{input='e_input', sigma=0.015, tau_ms=50, common=[1,1,1,1,0,0,0,0]}",
            "noise.1.sigma",
            0.015,
            0.005,
            "log:0.002..0.1",
        ),
        ("{state='r_e', sigma=0.3, multiplicative='proportional'}", "noise.1.sigma", 0.3, 0.1, "log:0.02..2"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let mut experiment: toml::Table = brainmass::experiment::EXAMPLE.parse().unwrap();
        let mut noises: toml::Table = format!("noise = [{SLOW}, {second}]").parse().unwrap();
        experiment.insert("noise".to_owned(), noises.remove("noise").unwrap());
        std::fs::write(folder.path().join("my.toml"), experiment.to_string()).unwrap();
        let shared = [&["my.toml"], &FIT[1..7]].concat();
        // The data: the FC of the model itself.
        succeed(&[&["run"], &shared[..], &["--out", "truth"]].concat(), folder.path());
        let own = "objective.target_fc='truth/fc.npz:simulated'";
        let begun = format!("{key}={start}");
        let fitted = format!("fit.parameters='{key} = {bounds}'");
        let fit = ["--set", own, "--set", &begun, "--set", &fitted, "--set", "fit.optimizer='lbfgs'"];
        let limited = ["--set", "fit.most_evaluations=40", "--out", "found"];
        succeed(&[&["fit"], &shared[..], &fit, &limited].concat(), folder.path());
        let found = json(&folder.path().join("found/fit.json"));
        let value = found["parameters"][0]["value"].as_f64().unwrap();
        // The cost is flat to second order there: half the digits of what ends the fit.
        assert!((value / truth - 1.0).abs() < 1e-5, "{key}: {found:#}");
        assert!(found["best"].as_f64().unwrap() > 0.999_999_99, "{key}: {found:#}");
    }
}
