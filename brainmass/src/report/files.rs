//! Writing an outcome to a folder: arrays, pictures, the summary and the page.

use std::path::{Path, PathBuf};

use brainmass_core::{Error, Result};
use brainmass_datasets::{NpyArray, write_atomically, write_npz};

use super::figures::{Picture, pictures};
use super::{html, table};
use crate::experiment::{Outcome, Score, Signal, with_series};

/// The file that is written last.
const SUMMARY: &str = "summary.json";

/// What was written.
#[derive(Clone, Debug)]
pub struct Written {
    /// The folder.
    pub folder: PathBuf,
    /// The files in it.
    pub files: Vec<PathBuf>,
}

/// Makes the folder and checks that it can be written to, before anything is simulated.
///
/// # Errors
/// [`Error::Io`] with the folder.
pub fn claim_folder(folder: &Path) -> Result<()> {
    let failed = |error: std::io::Error| Error::io(folder, &error);
    std::fs::create_dir_all(folder).map_err(failed)?;
    let trial = folder.join(".brainmass-trial");
    std::fs::write(&trial, []).map_err(failed)?;
    std::fs::remove_file(&trial).map_err(failed)
}

/// Writes everything of an outcome. Each file appears under its name when it is complete, `summary.json` last.
///
/// # Errors
/// [`Error::Io`] with the file.
pub fn write(outcome: &Outcome, folder: &Path) -> Result<Written> {
    // First what may fail for another reason than the disk.
    let pictures = pictures(outcome)?;
    let page = html::page(outcome, &pictures);
    claim_folder(folder)?;
    let mut files = Vec::new();
    let mut path = |name: String| {
        files.push(folder.join(name));
        files[files.len() - 1].clone()
    };
    for signal in outcome.signals() {
        write_signal(signal, &path(format!("{}.npz", signal.name)))?;
    }
    if let Some(score) = outcome.scored() {
        write_fc(score, outcome.parts[0].connectome.labels(), &path("fc.npz".to_owned()))?;
    }
    for Picture { name, figure, .. } in &pictures {
        figure.save(path(format!("{name}.svg")))?;
        figure.save(path(format!("{name}.png")))?;
    }
    write_text(&path("experiment.toml".to_owned()), &outcome.experiment)?;
    write_text(&path("report.html".to_owned()), &page)?;
    let summary_path = path(SUMMARY.to_owned());
    let names: Vec<String> =
        files.iter().filter_map(|file| Some(file.file_name()?.to_str()?.to_owned())).collect();
    remove_stale(&summary_path, &names);
    let mut summary = table::summary(outcome);
    summary["files"] = names.into();
    write_text(&summary_path, &format!("{summary:#}\n"))?;
    Ok(Written { folder: folder.to_owned(), files })
}

/// Removes what an earlier run left in the folder, by its own list, and this one did not write anew.
fn remove_stale(summary: &Path, fresh: &[String]) {
    let earlier = std::fs::read_to_string(summary).ok();
    let earlier = earlier.and_then(|text| serde_json::from_str::<serde_json::Value>(&text).ok());
    let listed = earlier.as_ref().and_then(|summary| summary["files"].as_array());
    for name in listed.into_iter().flatten().filter_map(|name| name.as_str()) {
        // A plain name within the folder, whatever the list says.
        let is_plain = Path::new(name).file_name().is_some_and(|file| file == name);
        if is_plain && !fresh.iter().any(|file| file == name) {
            // What cannot be removed stays; the new list does not name it.
            let _ = std::fs::remove_file(summary.with_file_name(name));
        }
    }
}

/// `values` (samples × channels), `time_s`, `channels` and `unit`.
fn write_signal(signal: &Signal, path: &Path) -> Result<()> {
    let values = signal.series.values();
    let times = with_series!(&signal.series, series => {
        (0..values.ncols()).map(|sample| series.time(sample).value_unsafe).collect::<Vec<f64>>()
    });
    // Samples lie one after the other in memory, which is numpy's order of (samples, channels).
    let samples = NpyArray::numbers(vec![values.ncols(), values.nrows()], values.as_slice().to_vec())?;
    let arrays = [
        ("values", samples),
        ("time_s", NpyArray::numbers(vec![times.len()], times)?),
        ("channels", NpyArray::text(signal.series.sampling().channels().to_vec())),
        ("unit", NpyArray::text(vec![signal.series.unit().to_string()])),
    ];
    write_npz(path, &arrays)
}

fn write_fc(score: &Score, labels: &[String], path: &Path) -> Result<()> {
    let arrays = [
        ("simulated", NpyArray::from_matrix(&score.simulated)),
        ("target", NpyArray::from_matrix(&score.target)),
        ("labels", NpyArray::text(labels.to_vec())),
    ];
    write_npz(path, &arrays)
}

pub(super) fn write_text(path: &Path, text: &str) -> Result<()> {
    write_atomically(path, |writer| std::io::Write::write_all(writer, text.as_bytes()))
}
