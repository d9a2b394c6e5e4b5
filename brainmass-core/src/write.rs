//! Files that appear whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::{Error, Result};

/// Writes a file under its final name only once it is complete.
///
/// The content goes to a temporary name in the same folder, which is then renamed; an existing file is
/// replaced. If anything fails, the temporary file is removed and what stood under the final name stays.
///
/// ```
/// use std::io::Write;
/// let path = std::env::temp_dir().join("brainmass-doc-table.csv");
/// brainmass_core::write_atomically(&path, |writer| writeln!(writer, "region,rate")).unwrap();
/// assert_eq!(std::fs::read_to_string(&path).unwrap(), "region,rate\n");
/// # std::fs::remove_file(path).unwrap();
/// ```
///
/// # Errors
/// [`Error::Io`] with the final path and the system's words.
pub fn write_atomically(
    path: &Path,
    write: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>,
) -> Result<()> {
    let attempt = || {
        let (partial, file) = Partial::create(path)?;
        let mut writer = BufWriter::new(file);
        write(&mut writer)?;
        writer.flush()?;
        // Closed first: some systems do not rename an open file.
        drop(writer);
        fs::rename(&partial.0, path)
    };
    attempt().map_err(|error| Error::io(path, &error))
}

/// A file under a temporary name, removed when dropped unless it has been renamed.
struct Partial(PathBuf);

impl Partial {
    fn create(path: &Path) -> io::Result<(Self, File)> {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let name = path.file_name().ok_or_else(|| io::Error::other("not the name of a file"))?;
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let mut temporary = name.to_owned();
        temporary.push(format!(".{}-{number}.partial", std::process::id()));
        let partial = path.with_file_name(temporary);
        let file = OpenOptions::new().write(true).create(true).truncate(true).open(&partial)?;
        Ok((Self(partial), file))
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        // After a rename there is nothing to remove; after a failure nothing better to do.
        let _ = fs::remove_file(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_write_leaves_what_was_there() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("fc.csv");
        write_atomically(&path, |writer| writer.write_all(b"old")).unwrap();
        let failed = write_atomically(&path, |writer| {
            writer.write_all(b"new, but then the disk is full")?;
            Err(io::Error::from(io::ErrorKind::StorageFull))
        });
        assert!(failed.unwrap_err().to_string().starts_with(&path.display().to_string()));
        assert_eq!(fs::read(&path).unwrap(), b"old");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn places_that_cannot_be_written_are_named() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("file"), "").unwrap();
        for place in ["missing/out.npz", "file/out.npz", ".."] {
            let path = folder.path().join(place);
            let error = write_atomically(&path, |_| Ok(())).unwrap_err();
            assert!(matches!(&error, Error::Io { path: named, .. } if *named == path), "{error}");
        }
        let error = write_atomically(folder.path(), |_| Ok(())).unwrap_err();
        assert!(matches!(error, Error::Io { .. }), "a folder is not replaced by a file");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
