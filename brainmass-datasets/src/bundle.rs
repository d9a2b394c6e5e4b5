//! Files that belong together: in a folder, a zip archive or an `.npz`.

use std::io::Cursor;
use std::path::{Path, PathBuf};

use brainmass_core::{Error, Result};

use crate::archive::Archive;
use crate::file::{self, Loaded};
use crate::matrix;

/// Files found by what their names say, whatever their format.
pub(crate) struct Bundle {
    pub(crate) path: PathBuf,
    names: Vec<String>,
    /// `None` for a folder.
    archive: Option<Archive<Cursor<Vec<u8>>>>,
}

impl Bundle {
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let is_folder = std::fs::metadata(path).map_err(|error| Error::io(path, &error))?.is_dir();
        if !is_folder {
            return match file::extension(path).as_str() {
                "zip" | "npz" => Self::from_zip(Loaded::read(path)?.bytes, path),
                _ => Err(Error::format(
                    path,
                    "neither a .zip, nor an .npz, nor a folder of files; weights alone need `tract_lengths` beside them",
                )),
            };
        }
        let entries = std::fs::read_dir(path).map_err(|error| Error::io(path, &error))?;
        let names = entries.map(|entry| entry.map(|entry| entry.file_name().to_string_lossy().into_owned()));
        let names = names.collect::<std::io::Result<_>>().map_err(|error| Error::io(path, &error))?;
        Ok(Self { path: path.to_owned(), names, archive: None })
    }

    pub(crate) fn from_zip(bytes: Vec<u8>, path: &Path) -> Result<Self> {
        let archive = Archive::open(Cursor::new(bytes), path, file::LIMIT)?;
        Ok(Self { path: path.to_owned(), names: archive.names()?, archive: Some(archive) })
    }

    /// The file with one of these names, its folder and extensions aside; `None` if there is none.
    pub(crate) fn find(&mut self, stems: &[&str]) -> Result<Option<Loaded>> {
        let mut found = self.names.iter().filter(|name| is_one_of(name, stems));
        let Some(name) = found.next() else { return Ok(None) };
        if let Some(second) = found.next() {
            let problem = format!("both `{name}` and `{second}` could be the {}", stems[0]);
            return Err(Error::format(&self.path, problem));
        }
        let path = self.path.join(name);
        match &mut self.archive {
            Some(archive) => Loaded::new(path, archive.read(name)?).map(Some),
            None => Loaded::read(&path).map(Some),
        }
    }

    /// The file with one of these names.
    pub(crate) fn require(&mut self, stems: &[&str]) -> Result<Loaded> {
        self.find(stems)?.ok_or_else(|| {
            let found = self.names.join(", ");
            let problem = format!("no file `{}` in it; there are: {found}", stems.join("` or `"));
            Error::format(&self.path, problem)
        })
    }
}

fn is_one_of(name: &str, stems: &[&str]) -> bool {
    let (stem, extension) = file::stem_and_extension(Path::new(name));
    stems.contains(&stem.as_str()) && matrix::EXTENSIONS.contains(&extension.as_str())
}
