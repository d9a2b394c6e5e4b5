//! Where an experiment's data come from: the registry, or files.

use std::path::{Path, PathBuf};

use brainmass_core::{Connectome, Error, Result};
use brainmass_datasets::{Registry, read_connectome, read_connectome_files, read_fc_of_regions};
use nalgebra::DMatrix;

/// A path of an experiment: relative to the experiment's folder, with a leading `$NAME` taken from the environment.
///
/// # Errors
/// [`Error::Setting`] if the variable is not set.
pub(crate) fn path(folder: &Path, text: &str) -> Result<PathBuf> {
    let Some(rest) = text.strip_prefix('$') else { return Ok(folder.join(text)) };
    let (name, rest) = rest.split_once('/').unwrap_or((rest, ""));
    match std::env::var_os(name) {
        Some(value) => Ok(Path::new(&value).join(rest)),
        None => Err(Error::setting(text, format!("the environment variable {name} is not set"))),
    }
}

/// Whether a name is that of a dataset.
pub(crate) fn is_dataset(name: &str) -> bool {
    Registry::default().list().any(|entry| entry.name == name)
}

/// A connectome: a name of the registry, a file or folder, or, with lengths, a matrix of weights.
pub(crate) fn connectome(
    name: &str,
    folder: &Path,
    tract_lengths: Option<&str>,
    labels: Option<&str>,
) -> Result<Connectome> {
    let registry = Registry::default();
    if is_dataset(name) {
        return match tract_lengths.or(labels) {
            None => Ok(registry.load(name)?.connectome),
            Some(file) => {
                let problem =
                    format!("is a dataset with lengths and labels of its own, so `{file}` has no place");
                Err(Error::setting(format!("connectome `{name}`"), problem))
            }
        };
    }
    let weights = path(folder, name)?;
    match tract_lengths {
        Some(lengths) => {
            let labels = labels.map(|labels| path(folder, labels)).transpose()?;
            read_connectome_files(&weights, &path(folder, lengths)?, labels.as_deref())
        }
        None if weights.exists() => read_connectome(&weights),
        None => {
            let known = registry.list().map(|entry| entry.name.clone()).collect::<Vec<_>>().join(", ");
            let problem = format!("is neither a file nor a dataset; the datasets are: {known}");
            Err(Error::setting(format!("connectome `{name}`"), problem))
        }
    }
}

/// Empirical functional connectivity: that of a dataset of the registry, or a file.
pub(crate) fn target_fc(name: &str, folder: &Path, regions: &[String]) -> Result<DMatrix<f64>> {
    let registry = Registry::default();
    if is_dataset(name) {
        let without =
            || Error::setting(format!("target_fc `{name}`"), "the dataset has no functional connectivity");
        return registry.load(name)?.fc.ok_or_else(without);
    }
    read_fc_of_regions(&path(folder, name)?, regions)
}
