//! Datasets by name.

use std::fmt;
use std::path::Path;

use brainmass_core::units::dimension::Dimensionless;
use brainmass_core::{Connectome, Result, TimeSeries, check};
use nalgebra::DMatrix;

use crate::bundle::Bundle;
use crate::file::name_path;
use crate::matrix::{check_count_of_regions, check_names, check_symmetric, parse_table};
use crate::text::Missing;
use crate::{connectome, example_connectome, example_fc, example_signal};

/// A connectome, and what simulations of it can be compared with.
#[derive(Clone, Debug, PartialEq)]
pub struct Dataset {
    /// The structure.
    pub connectome: Connectome,
    /// Empirical functional connectivity, N × N.
    pub fc: Option<DMatrix<f64>>,
    /// The signal that the functional connectivity is of.
    pub signal: Option<TimeSeries<Dimensionless>>,
}

impl Dataset {
    /// Reads what [`read_connectome`](crate::read_connectome) does and, if there is one, the matrix `fc`.
    ///
    /// # Errors
    /// As [`read_connectome`](crate::read_connectome); [`Error::Format`](brainmass_core::Error::Format) for an `fc` that is not a symmetric
    /// N × N matrix.
    pub fn read(path: &Path) -> Result<Self> {
        let mut bundle = Bundle::open(path)?;
        let connectome = connectome::from_bundle(&mut bundle)?;
        let mut read_fc = || {
            let Some(file) = bundle.find(&["fc"])? else { return Ok(None) };
            let table = parse_table(&file, None, Missing::Refused)?;
            let fits = check_names(&table, connectome.labels())
                .and_then(|()| check_symmetric(&table.values))
                .and_then(|()| check_count_of_regions(&table.values, connectome.labels()));
            name_path(fits, &file.path).map(|()| Some(table.values))
        };
        let fc = read_fc()?;
        Ok(Self { connectome, fc, signal: None })
    }
}

/// What a registry tells of a dataset before it is loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The name it is loaded by.
    pub name: String,
    /// What it is, in one line.
    pub description: String,
    /// How large it is, such as `8 regions`.
    pub size: String,
    /// Where it comes from and under which licence.
    pub source: String,
}

type Loader = Box<dyn Fn() -> Result<Dataset> + Send + Sync>;

/// Datasets by name: those that come with the crate, and those that are registered.
///
/// ```
/// use brainmass_datasets::Registry;
/// let registry = Registry::default();
/// assert_eq!(registry.list().next().unwrap().size, "8 regions, 500 samples");
/// assert_eq!(registry.load("example").unwrap().connectome.n_regions(), 8);
/// let error = registry.load("exmaple").unwrap_err();
/// assert_eq!(error.to_string(), "unknown dataset `exmaple`; there are: example");
/// ```
pub struct Registry {
    entries: Vec<(Entry, Loader)>,
}

impl Default for Registry {
    fn default() -> Self {
        let entry = Entry {
            name: "example".to_owned(),
            description: "eight regions on a ring, with a signal and its FC".to_owned(),
            size: "8 regions, 500 samples".to_owned(),
            source: "synthetic, from brainmass 0.1.1 for Python, Apache-2.0".to_owned(),
        };
        let load = || {
            Ok(Dataset {
                connectome: example_connectome(),
                fc: Some(example_fc()),
                signal: Some(example_signal()),
            })
        };
        Self { entries: vec![(entry, Box::new(load))] }
    }
}

impl Registry {
    /// What there is, in the order of registration.
    pub fn list(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().map(|(entry, _)| entry)
    }

    /// Loads a dataset.
    ///
    /// # Errors
    /// [`Error::Unknown`](brainmass_core::Error::Unknown), which lists the names, and whatever goes wrong in loading it.
    pub fn load(&self, name: &str) -> Result<Dataset> {
        let names: Vec<&str> = self.list().map(|entry| entry.name.as_str()).collect();
        let index = check::position("dataset", name, &names)?;
        (self.entries[index].1)()
    }

    /// Adds a dataset that a function loads.
    ///
    /// # Errors
    /// [`Error::Duplicate`](brainmass_core::Error::Duplicate) if the name is taken.
    pub fn register(
        &mut self,
        entry: Entry,
        load: impl Fn() -> Result<Dataset> + Send + Sync + 'static,
    ) -> Result<()> {
        let names = self.list().map(|entry| entry.name.clone());
        check::unique("registry", &names.chain([entry.name.clone()]).collect::<Vec<_>>())?;
        self.entries.push((entry, Box::new(load)));
        Ok(())
    }

    /// Adds the zip, `.npz` or folder of files at a path, read by [`Dataset::read`] when it is loaded.
    ///
    /// # Errors
    /// [`Error::Duplicate`](brainmass_core::Error::Duplicate) if the name is taken.
    pub fn register_path(&mut self, name: &str, path: &Path) -> Result<()> {
        let entry = Entry {
            name: name.to_owned(),
            description: "files of the user".to_owned(),
            size: "known when loaded".to_owned(),
            source: path.display().to_string(),
        };
        let path = path.to_owned();
        self.register(entry, move || Dataset::read(&path))
    }
}

impl fmt::Debug for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.list()).finish()
    }
}
