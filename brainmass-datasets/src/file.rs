//! Files: read with a limit, written whole or not at all.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use brainmass_core::{Error, Result};
use bzip2::read::MultiBzDecoder;

/// The most bytes a file may hold once unpacked. The largest lead fields of the field stay far below.
pub(crate) const LIMIT: u64 = 1 << 30;
/// The most numbers or texts a file may hold.
pub(crate) const MOST_ELEMENTS: usize = 1 << 25;

/// The bytes of a file or of a member of an archive, and where they come from.
pub(crate) struct Loaded {
    pub(crate) path: PathBuf,
    pub(crate) bytes: Vec<u8>,
}

impl Loaded {
    /// Reads a file; see [`new`](Self::new).
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let file = File::open(path).map_err(|error| Error::io(path, &error))?;
        Self::new(path.to_owned(), read_limited(file, path, LIMIT)?)
    }

    /// Unpacks the bytes if their path ends in `.bz2`.
    pub(crate) fn new(path: PathBuf, packed: Vec<u8>) -> Result<Self> {
        let bytes = if is_packed(&path) {
            read_limited(MultiBzDecoder::new(&packed[..]), &path, LIMIT)?
        } else {
            packed
        };
        Ok(Self { path, bytes })
    }
}

/// Everything a reader gives. What a file declares is not believed: reading stops at the limit.
pub(crate) fn read_limited(reader: impl Read, path: &Path, limit: u64) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let read = reader.take(limit + 1).read_to_end(&mut bytes);
    read.map_err(|error| Error::format(path, format!("cannot be read: {error}")))?;
    if bytes.len() as u64 > limit {
        return Err(Error::format(path, format!("holds more than the limit of {limit} bytes")));
    }
    Ok(bytes)
}

/// Checks the number of elements before there is memory for them.
pub(crate) fn check_count(path: &Path, count: usize) -> Result<()> {
    if count <= MOST_ELEMENTS {
        return Ok(());
    }
    Err(Error::format(path, format!("holds {count} elements, but the limit is {MOST_ELEMENTS}")))
}

/// Name and extension in lower case, `.bz2` aside: `weights` and `txt` of `weights.TXT.bz2`.
pub(crate) fn stem_and_extension(path: &Path) -> (String, String) {
    let inner = if is_packed(path) { path.file_stem().map_or(path, Path::new) } else { path };
    let lower = |part: Option<&std::ffi::OsStr>| part.unwrap_or_default().to_string_lossy().to_lowercase();
    (lower(inner.file_stem()), lower(inner.extension()))
}

pub(crate) fn extension(path: &Path) -> String {
    stem_and_extension(path).1
}

fn is_packed(path: &Path) -> bool {
    path.extension().is_some_and(|end| end.eq_ignore_ascii_case("bz2"))
}

/// Adds the path to an error that does not name one yet.
pub(crate) fn name_path<T>(result: Result<T>, path: &Path) -> Result<T> {
    result.map_err(|error| match error {
        Error::Io { .. } | Error::Format { .. } => error,
        other => Error::format(path, other.to_string()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_holds_whatever_is_declared() {
        let error = read_limited(std::io::repeat(0), Path::new("zeros.npy"), 1000).unwrap_err();
        assert_eq!(error.to_string(), "zeros.npy: holds more than the limit of 1000 bytes");
        assert_eq!(read_limited(&[1, 2][..], Path::new("two"), 2).unwrap(), [1, 2]);
    }

    #[test]
    fn the_extension_is_that_of_the_content() {
        let parts = |name: &str| stem_and_extension(Path::new(name));
        assert_eq!(parts("a/weights.TXT.bz2"), ("weights".to_owned(), "txt".to_owned()));
        assert_eq!(parts("fc.rest.npy"), ("fc.rest".to_owned(), "npy".to_owned()));
        assert_eq!(parts("README").1, "");
    }
}
