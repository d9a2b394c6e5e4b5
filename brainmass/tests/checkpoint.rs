//! Runs that are stopped in the middle and go on: by the library, and by the command as a user stops it.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use brainmass::Experiment;
use brainmass::experiment::Outcome;
use common::{send, stop};

/// Forty seconds of the example's first network and six of its second, saved after every 256 steps.
const RUN: [&str; 9] = [
    "run",
    "--set",
    "simulation.duration_ms=40000",
    "--set",
    "electrophysiology.simulation.duration_ms=6000",
    "--checkpoint",
    "run.checkpoint",
    "--checkpoint-every",
    "0",
];

fn command(more: &[&str], folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_brainmass"));
    command.args(RUN).args(more).current_dir(folder).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn succeed(more: &[&str], folder: &Path) -> String {
    let output = command(more, folder).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn fail(more: &[&str], folder: &Path) -> String {
    let Output { status, stderr, .. } = command(more, folder).output().unwrap();
    assert_eq!(status.code(), Some(1));
    String::from_utf8(stderr).unwrap()
}

/// How many networks a checkpoint holds: magic, version, experiment, networks, checksum.
fn n_networks(path: &Path) -> usize {
    let bytes = std::fs::read(path).unwrap_or_default();
    let mut fields = bytes.get(8..bytes.len().saturating_sub(4)).unwrap_or_default();
    let mut count = 0_usize;
    while let Some((length, rest)) = fields.split_first_chunk::<8>() {
        fields = &rest[usize::try_from(u64::from_le_bytes(*length)).unwrap()..];
        count += 1;
    }
    count.saturating_sub(2)
}

/// What a run wrote, without how long it took.
fn written(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<(String, Vec<u8>)> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| !path.ends_with("report.html"))
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read(path).unwrap()))
        .collect();
    files.sort_unstable();
    let summary = files.iter_mut().find(|(name, _)| name == "summary.json").unwrap();
    let mut json: serde_json::Value = serde_json::from_slice(&summary.1).unwrap();
    for (_, network) in json["networks"].as_object_mut().unwrap() {
        assert!(network.as_object_mut().unwrap().remove("wall_time_s").is_some());
    }
    summary.1 = json.to_string().into_bytes();
    files
}

#[cfg(unix)]
#[test]
fn a_stopped_run_goes_on_and_ends_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let checkpoint = folder.path().join("run.checkpoint");
    let said = succeed(&["--out", "unbroken"], folder.path());
    assert!(!said.contains("goes on from") && !checkpoint.exists(), "{said}");
    // Ctrl-C in the first network, a kill in the second.
    let arguments = [&RUN[..], &["--out", "stopped"]].concat();
    for (n_awaited, signal) in [(1, "-INT"), (2, "-KILL")] {
        let run = (&arguments[..], folder.path(), "stopped/summary.json");
        stop(run, || n_networks(&checkpoint) >= n_awaited, send(signal));
    }
    let foreign = fail(&["--out", "stopped", "--seed", "7"], folder.path());
    assert!(
        foreign.contains("run.checkpoint: is of another experiment: its experiment says")
            && foreign.contains("begin anew with --restart"),
        "{foreign}"
    );
    let said = succeed(&["--out", "stopped"], folder.path());
    assert!(said.starts_with("goes on from run.checkpoint\n"), "{said}");
    assert_eq!(written(&folder.path().join("stopped")), written(&folder.path().join("unbroken")));
    assert!(!checkpoint.exists());
}

#[test]
fn what_is_no_checkpoint_of_this_run_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let checkpoint = folder.path().join("run.checkpoint");
    std::fs::write(&checkpoint, "my notes").unwrap();
    for more in [&[][..], &["--restart"]] {
        let error = fail(more, folder.path());
        assert!(error.contains("run.checkpoint: is not a checkpoint of an experiment"), "{error}");
    }
    assert_eq!(std::fs::read_to_string(&checkpoint).unwrap(), "my notes");
    std::fs::write(&checkpoint, "BRNMSEXP and then nonsense").unwrap();
    assert!(fail(&[], folder.path()).contains("run.checkpoint: is damaged"));
    let begun_anew = succeed(&["--restart"], folder.path());
    assert!(!begun_anew.contains("goes on from") && !checkpoint.exists());
    let output = Command::new(env!("CARGO_BIN_EXE_brainmass"))
        .args(["run", "--checkpoint", "c", "--checkpoint-every", "-1"])
        .output()
        .unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.code() == Some(2) && error.contains("expected a number of seconds"), "{error}");
}

/// Two oscillators with delays, noise, BOLD and what the weights are read from.
fn small(folder: &Path, more: &str) -> Experiment {
    let text = format!(
        "[network]\nconnectome = 'brain'\n[network.coupling]\nsource = 'x'\ninput = 'x_input'\ng_hz = 1.0\n\
         conduction_speed_mm_per_ms = 1.0\n[node]\nmodel = 'stuart_landau'\na_hz = -0.2\n\
         [noise]\ninput = 'x_input'\nsigma_hz = 0.1\ntau_ms = 20\n\
         [simulation]\ndt_ms = 10\nduration_ms = 20000\n\
         [observe.bold]\nmodel = 'bold'\nsource = 'x'\nrepetition_time_ms = 1000\nstep_ms = 20\n{more}"
    );
    std::fs::write(folder.join("small.toml"), text).unwrap();
    Experiment::open(&folder.join("small.toml")).unwrap()
}

fn connect(folder: &Path, weight: f64) {
    std::fs::create_dir_all(folder.join("brain")).unwrap();
    std::fs::write(folder.join("brain/weights.csv"), format!("a,b\n0,{weight}\n1,0\n")).unwrap();
    std::fs::write(folder.join("brain/tract_lengths.csv"), "a,b\n0,100\n100,0\n").unwrap();
}

fn bits(outcome: &Outcome) -> Vec<u64> {
    outcome.signals().flat_map(|signal| signal.series.values().iter().map(|value| value.to_bits())).collect()
}

/// Runs, saving after every 256 of 2000 steps; what is left is a file saved near the end.
fn run_saving(experiment: &Experiment, path: &Path, restart: bool) -> brainmass::core::Result<Outcome> {
    let checked = experiment.check()?;
    let mut checkpoint = checked.checkpoint(path, Duration::ZERO, restart)?;
    checked.run_saving(&mut checkpoint, &mut |_| ())
}

#[test]
fn the_file_is_checked_byte_by_byte() {
    let folder = tempfile::tempdir().unwrap();
    let (folder, path) = (folder.path(), folder.path().join("c"));
    connect(folder, 1.0);
    let experiment = small(folder, "");
    let unbroken = bits(&experiment.run(&mut |_| ()).unwrap());
    assert_eq!(bits(&run_saving(&experiment, &path, false).unwrap()), unbroken);
    let good = std::fs::read(&path).unwrap();
    assert_eq!(bits(&run_saving(&experiment, &path, false).unwrap()), unbroken);
    let refused = |experiment: &Experiment| run_saving(experiment, &path, false).unwrap_err().to_string();
    for at in (8..good.len()).step_by(997).chain([8, 16, good.len() - 1]) {
        let mut damaged = good.clone();
        damaged[at] ^= 0x10;
        std::fs::write(&path, &damaged).unwrap();
        assert!(refused(&experiment).contains("is damaged"), "byte {at}");
    }
    for length in [8, 11, 20, good.len() - 1] {
        std::fs::write(&path, &good[..length]).unwrap();
        assert!(refused(&experiment).contains("is damaged"), "{length} bytes");
    }
    std::fs::write(&path, &good).unwrap();
    // What the state alone does not show: the same samples through another kernel.
    let mut other = experiment.clone();
    other.set("observe.bold.kernel=glover_motor").unwrap();
    assert!(refused(&other).contains("is of another experiment"));
    // The same text, but the data have changed.
    connect(folder, 2.0);
    let error = refused(&experiment);
    assert!(error.contains("is of another run") && error.contains("--restart"), "{error}");
    assert_ne!(bits(&run_saving(&experiment, &path, true).unwrap()), unbroken);
}
