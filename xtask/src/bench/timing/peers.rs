//! Other simulators on the same connectome, in their own interpreters.

use std::path::{Path, PathBuf};
use std::process::Command;

use brainmass_datasets::{NpyArray, write_npy};
use serde_json::{Value, json};

use super::super::report::{Report, Table, digits, times};
use super::super::workload::{DRIVE, SIGMA, SPEED, STRENGTH, connectome, dt, tau};
use super::sizes::Steps;
use crate::Result;

const SCRIPT: &str = concat!(include_str!("one_core.py"), include_str!("peers.py"));
/// In the order of [`Steps`].
const PRECISIONS: [&str; 2] = ["f64", "f32"];

/// Adds how long the simulators of these interpreters take for a step, and how much longer than the engine.
pub(super) fn add(pythons: &[PathBuf], steps: &Steps, report: &mut Report) -> Result<()> {
    if pythons.is_empty() {
        return Ok(());
    }
    let text = "The same connectome, with delays and noise, warm, on one core; their processor time, so that a busy \
                machine does not count. Against this engine in the same precision. They do not integrate the same \
                scheme: this compares the cost of a step, not of an accuracy.";
    let head = ["simulator", "precision", "regions", "µs per step", "here, µs per step", "ratio"];
    let mut table = Table::new("Other simulators", text, &head);
    let mut figures = Vec::new();
    let folder = tempfile::tempdir()?;
    for &(n, nanoseconds) in steps {
        for python in pythons {
            for (precision, nanoseconds) in PRECISIONS.into_iter().zip(nanoseconds) {
                write(folder.path(), n, precision)?;
                let mut timed = time(python, folder.path())?;
                if timed.is_null() {
                    continue;
                }
                let theirs = timed["us_per_step"].as_f64().ok_or("the script names no time")?;
                let ours = nanoseconds / 1000.0;
                let words = ["peer", "version", "scheme"].map(|key| timed[key].as_str().unwrap_or("?"));
                table.row(vec![
                    format!("{} {} ({})", words[0], words[1], words[2]),
                    precision.to_owned(),
                    n.to_string(),
                    digits(theirs),
                    digits(ours),
                    times(theirs / ours),
                ]);
                timed["regions"] = json!(n);
                timed["here_us_per_step"] = json!(ours);
                timed["ratio"] = json!(theirs / ours);
                figures.push(timed);
            }
        }
    }
    report.add("peers", &table, Value::Array(figures));
    Ok(())
}

/// Writes the connectome and the settings of the workload where the script finds them.
pub(super) fn write(folder: &Path, n: usize, precision: &str) -> Result<()> {
    let connectome = connectome(n)?;
    let millimetres = connectome.tract_lengths().value_unsafe * 1e3;
    write_npy(&folder.join("weights.npy"), &NpyArray::from_matrix(connectome.weights()))?;
    write_npy(&folder.join("lengths_mm.npy"), &NpyArray::from_matrix(&millimetres))?;
    let settings = json!({
        "precision": precision,
        "dt_ms": 1e3 * dt().value_unsafe,
        "speed_mm_per_ms": SPEED,
        "strength": STRENGTH,
        "drive": DRIVE,
        "sigma": SIGMA,
        "tau_ms": 1e3 * tau().value_unsafe,
        "n_steps": (400_000 / n).max(400),
    });
    std::fs::write(folder.join("settings.json"), settings.to_string())?;
    Ok(())
}

fn time(python: &Path, folder: &Path) -> Result<Value> {
    let said = run(python, SCRIPT, folder, &[folder])?;
    let last = said.lines().last().unwrap_or_default();
    serde_json::from_str(last).map_err(|_| format!("{} says `{last}`", python.display()).into())
}

/// The interpreters that can run a script.
pub(super) fn able(pythons: &[PathBuf], script: &str) -> Result<Vec<PathBuf>> {
    let folder = tempfile::tempdir()?;
    Ok(pythons.iter().filter(|python| run(python, script, folder.path(), &[]).is_ok()).cloned().collect())
}

/// Those with a simulator and those with MNE-Python; an error for one that has neither, before time is spent.
pub(super) fn sorted(pythons: &[PathBuf]) -> Result<[Vec<PathBuf>; 2]> {
    let [simulators, mne] = [able(pythons, SCRIPT)?, able(pythons, super::lead_field::SCRIPT)?];
    let neither = pythons.iter().find(|python| !simulators.contains(python) && !mne.contains(python));
    let Some(python) = neither else { return Ok([simulators, mne]) };
    let folder = tempfile::tempdir()?;
    run(python, SCRIPT, folder.path(), &[])?;
    Ok([simulators, mne])
}

/// Runs a script away from this folder, whose crates look like packages of Python.
pub(super) fn run(python: &Path, script: &str, folder: &Path, arguments: &[&Path]) -> Result<String> {
    let named = python.components().count() == 1;
    let program = if named { python.to_owned() } else { std::path::absolute(python)? };
    let mut command = Command::new(program);
    let output = command.args(["-W", "ignore", "-c", script]).args(arguments).current_dir(folder).output();
    let output = output.map_err(|error| format!("{}: {error}", python.display()))?;
    if output.status.success() {
        return Ok(String::from_utf8(output.stdout)?);
    }
    let complaint = String::from_utf8_lossy(&output.stderr);
    Err(format!("{}: {}", python.display(), complaint.trim()).into())
}
