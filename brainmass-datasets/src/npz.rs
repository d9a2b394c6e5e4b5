//! Reading `.npz` archives.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::path::{Path, PathBuf};

use brainmass_core::{Error, Result};
use nalgebra::DMatrix;

use crate::NpyArray;
use crate::archive::Archive;

/// The arrays of an `.npz` file, by name.
///
/// ```no_run
/// let file = brainmass_datasets::Npz::open("signal.npz".as_ref())?;
/// println!("{:?}", file.array("signal")?.shape());
/// # Ok::<(), brainmass_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Npz {
    path: PathBuf,
    arrays: BTreeMap<String, NpyArray>,
}

impl Npz {
    /// Reads a file.
    ///
    /// # Errors
    /// [`Error::Io`] if it cannot be read, [`Error::Format`] if it is not a whole `.npz`.
    pub fn open(path: &Path) -> Result<Self> {
        let bytes = std::fs::read(path).map_err(|error| Error::io(path, &error))?;
        Self::parse(&bytes, path)
    }

    /// Reads the bytes of a file; `path` is for messages.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn parse(bytes: &[u8], path: &Path) -> Result<Self> {
        let mut archive = Archive::open(Cursor::new(bytes), path)?;
        let mut arrays = BTreeMap::new();
        for name in archive.names()? {
            if let Some(key) = name.strip_suffix(".npy") {
                let member = path.join(&name);
                arrays.insert(key.to_owned(), NpyArray::parse(&archive.read(&name)?, &member)?);
            }
        }
        Ok(Self { path: path.to_owned(), arrays })
    }

    /// The names of the arrays.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.arrays.keys().map(String::as_str)
    }

    /// An array by name.
    ///
    /// # Errors
    /// [`Error::Unknown`], which lists the names.
    pub fn array(&self, name: &str) -> Result<&NpyArray> {
        let kind = format!("array in {}", self.path.display());
        self.arrays.get(name).ok_or_else(|| Error::unknown(&kind, name, self.names()))
    }

    /// An array of one or two axes as a matrix.
    ///
    /// # Errors
    /// [`Error::Unknown`] or [`Error::Shape`].
    pub fn matrix(&self, name: &str) -> Result<DMatrix<f64>> {
        self.array(name)?.matrix(name)
    }
}
