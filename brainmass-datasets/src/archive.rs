//! Zip archives, read with care for what they may hold.

use std::io::{Read, Seek};
use std::path::{Path, PathBuf};

use brainmass_core::{Error, Result};
use zip::ZipArchive;

/// The most a member may unpack to. The largest lead fields and connectomes of the field stay far below.
const LIMIT: u64 = 1 << 30;

pub(crate) struct Archive<R> {
    archive: ZipArchive<R>,
    path: PathBuf,
}

impl<R: Read + Seek> Archive<R> {
    pub(crate) fn open(reader: R, path: &Path) -> Result<Self> {
        let archive = ZipArchive::new(reader)
            .map_err(|error| Error::format(path, format!("not a whole zip archive: {error}")))?;
        Ok(Self { archive, path: path.to_owned() })
    }

    pub(crate) fn names(&self) -> Result<Vec<String>> {
        let names = self.archive.file_names().map(|name| name.map(std::borrow::Cow::into_owned));
        names
            .collect::<std::result::Result<_, _>>()
            .map_err(|error| Error::format(&self.path, error.to_string()))
    }

    /// The bytes of a member. What it declares is not believed: reading stops at the limit.
    pub(crate) fn read(&mut self, name: &str) -> Result<Vec<u8>> {
        let path = self.path.join(name);
        let fail = |problem: String| Error::format(&path, problem);
        let member = self.archive.by_name(name).map_err(|error| fail(error.to_string()))?;
        let mut bytes = Vec::new();
        let read = member.take(LIMIT + 1).read_to_end(&mut bytes);
        read.map_err(|error| fail(format!("cannot be unpacked: {error}")))?;
        if bytes.len() as u64 > LIMIT {
            return Err(fail(format!("unpacks to more than {} MiB", LIMIT >> 20)));
        }
        Ok(bytes)
    }
}
