//! `.npz` archives of named arrays.

use std::collections::BTreeMap;
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};

use brainmass_core::{Error, Result, check};
use nalgebra::DMatrix;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::archive::Archive;
use crate::file::Loaded;
use crate::{NpyArray, file, write_atomically};

/// The arrays of an `.npz` file, by name.
///
/// ```
/// use brainmass_datasets::{write_npz, NpyArray, Npz};
/// let path = std::env::temp_dir().join("brainmass-doc-example.npz");
/// let labels = NpyArray::text(vec!["left".to_owned(), "right".to_owned()]);
/// let weights = NpyArray::numbers(vec![2, 2], vec![0.0, 0.5, 1.0, 0.0]).unwrap();
/// write_npz(&path, &[("weights", weights), ("labels", labels)]).unwrap();
/// let file = Npz::open(&path).unwrap();
/// assert_eq!(file.matrix("weights").unwrap()[(1, 0)], 1.0);
/// # std::fs::remove_file(path).unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct Npz {
    path: PathBuf,
    /// An array that cannot be read does no harm until it is asked for.
    arrays: BTreeMap<String, Result<NpyArray>>,
}

impl Npz {
    /// Reads a file.
    ///
    /// # Errors
    /// [`Error::Io`] if it cannot be read, [`Error::Format`] if it is not a zip archive or a bomb.
    pub fn open(path: &Path) -> Result<Self> {
        Self::parse(&Loaded::read(path)?.bytes, path)
    }

    /// Reads the bytes of a file; `path` is for messages.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn parse(bytes: &[u8], path: &Path) -> Result<Self> {
        let mut archive = Archive::open(Cursor::new(bytes), path, file::LIMIT)?;
        let mut arrays = BTreeMap::new();
        let mut n_elements = 0;
        for name in archive.names()? {
            let Some(key) = name.strip_suffix(".npy") else { continue };
            let member = path.join(&name);
            let array = archive.read(&name).and_then(|bytes| NpyArray::parse(&bytes, &member));
            n_elements += array.as_ref().map_or(0, NpyArray::len);
            file::check_count(path, n_elements)?;
            arrays.insert(key.to_owned(), array);
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
    /// [`Error::Unknown`], which lists the names; [`Error::Format`] for anything but a whole array of numbers
    /// or text.
    pub fn array(&self, name: &str) -> Result<&NpyArray> {
        let kind = format!("array in {}", self.path.display());
        let found = self.arrays.get(name).ok_or_else(|| Error::unknown(&kind, name, self.names()))?;
        found.as_ref().map_err(Clone::clone)
    }

    /// An array of one or two axes as a matrix.
    ///
    /// # Errors
    /// As [`array`](Self::array); [`Error::Format`] for text or more axes.
    pub fn matrix(&self, name: &str) -> Result<DMatrix<f64>> {
        file::name_path(self.array(name)?.matrix(name), &self.path)
    }

    /// The array by name, or the only one there is.
    pub(crate) fn chosen(&self, name: Option<&str>) -> Result<&NpyArray> {
        let mut names = self.names();
        if let (Some(name), _, _) | (None, Some(name), None) = (name, names.next(), names.next()) {
            return self.array(name);
        }
        let names = self.names().collect::<Vec<_>>().join(", ");
        let problem = format!("name one of its arrays, as in `file.npz:name`; there are: {names}");
        Err(Error::format(&self.path, problem))
    }
}

/// Writes named arrays as a compressed `.npz` file, which numpy opens with `np.load`.
///
/// Equal arrays give equal bytes. The file is [written whole or not at all](write_atomically).
///
/// # Errors
/// [`Error::Io`] if it cannot be written, [`Error::Duplicate`] for a name that occurs twice.
#[doc(alias = "savez_compressed")]
pub fn write_npz(path: &Path, arrays: &[(&str, NpyArray)]) -> Result<()> {
    let names: Vec<String> = arrays.iter().map(|(name, _)| (*name).to_owned()).collect();
    file::name_path(check::unique("names of arrays", &names), path)?;
    write_atomically(path, |writer| {
        let mut archive = ZipWriter::new(writer);
        for (name, array) in arrays {
            let bytes = array.to_npy();
            let large = u32::try_from(bytes.len()).is_err();
            archive.start_file(format!("{name}.npy"), SimpleFileOptions::default().large_file(large))?;
            archive.write_all(&bytes)?;
        }
        archive.finish()?;
        Ok(())
    })
}

/// Writes one array as a `.npy` file, whole or not at all.
///
/// ```
/// use brainmass_datasets::{read_matrix, write_npy, NpyArray};
/// let path = std::env::temp_dir().join("brainmass-doc-example.npy");
/// write_npy(&path, &NpyArray::from_matrix(&nalgebra::dmatrix![1.0, 0.25; 0.25, 1.0])).unwrap();
/// assert_eq!(read_matrix(&path).unwrap()[(0, 1)], 0.25);
/// # std::fs::remove_file(path).unwrap();
/// ```
///
/// # Errors
/// [`Error::Io`] if it cannot be written.
pub fn write_npy(path: &Path, array: &NpyArray) -> Result<()> {
    write_atomically(path, |writer| writer.write_all(&array.to_npy()))
}
