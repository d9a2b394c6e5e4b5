//! Sweeps in parts, for several machines.

use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use brainmass_core::{Error, Result};

/// One of several parts of a sweep, typed `2/4`: the second of four.
///
/// Point `k`, counted from 0, belongs to shard `k mod n + 1`: neighbours, which tend to take the same time, are spread
/// evenly.
///
/// ```
/// let shard: brainmass::sweep::Shard = "2/4".parse()?;
/// let mine: Vec<usize> = (0..10).filter(|point| shard.contains(*point)).collect();
/// assert_eq!(mine, [1, 5, 9]);
/// # Ok::<(), brainmass::core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shard {
    of: usize,
    number: usize,
}

impl Shard {
    /// Shard `number`, from 1, of `of`.
    ///
    /// # Errors
    /// [`Error::Setting`] if there is no such shard.
    pub fn new(number: usize, of: usize) -> Result<Self> {
        if (1..=of).contains(&number) {
            return Ok(Self { of, number });
        }
        Err(Error::setting(format!("shard {number}/{of}"), "shards are counted from 1/N to N/N"))
    }

    /// Whether a point belongs to it.
    pub fn contains(self, point: usize) -> bool {
        point % self.of + 1 == self.number
    }

    /// The file of the shard beside that of the whole sweep: `sweep.csv.2-of-4`.
    pub fn file(self, out: &Path) -> PathBuf {
        with_ending(out, &format!(".{}-of-{}", self.number, self.of))
    }

    /// All shards there are of as many.
    pub(super) fn all(of: usize) -> impl Iterator<Item = Self> {
        (1..=of).map(move |number| Self { of, number })
    }

    /// How many shards there are.
    pub(super) fn of(self) -> usize {
        self.of
    }
}

impl FromStr for Shard {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let numbers =
            text.split_once('/').and_then(|(number, of)| Some((number.parse().ok()?, of.parse().ok()?)));
        let wrong = || Error::setting(format!("shard {text}"), "expected NUMBER/OF, as in 2/4");
        numbers.ok_or_else(wrong).and_then(|(number, of)| Self::new(number, of))
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.number, self.of)
    }
}

/// A path with something after its last name.
pub(super) fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name: OsString = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// The files of shards that lie beside a result: `sweep.csv.1-of-4` and so on, in their order.
///
/// # Errors
/// [`Error::Io`] if the folder cannot be read.
pub fn shard_files(out: &Path) -> Result<Vec<PathBuf>> {
    let folder = out.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let failed = |error: std::io::Error| Error::io(folder, &error);
    let name = out.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let file = entry.map_err(failed)?.file_name().to_string_lossy().into_owned();
        let ending = file.strip_prefix(&name).and_then(|ending| ending.strip_prefix('.'));
        let shard = ending.and_then(|ending| ending.replacen("-of-", "/", 1).parse::<Shard>().ok());
        // Read back the way it is written, so that `01-of-4` is not taken for it.
        found.extend(shard.filter(|shard| ending == Some(&format!("{}-of-{}", shard.number, shard.of))));
    }
    found.sort_unstable();
    Ok(found.into_iter().map(|shard| shard.file(out)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_point_belongs_to_one_shard() {
        for of in 1..=5 {
            for point in 0..20 {
                assert_eq!(Shard::all(of).filter(|shard| shard.contains(point)).count(), 1);
            }
        }
    }

    #[test]
    fn shards_that_do_not_exist_are_refused() {
        for text in ["0/4", "5/4", "1/0", "1", "a/b", "-1/4", "1/4/2"] {
            assert!(text.parse::<Shard>().unwrap_err().to_string().starts_with(&format!("shard {text}: ")));
        }
        assert_eq!("2/4".parse::<Shard>().unwrap().to_string(), "2/4");
    }

    #[test]
    fn shards_are_found_beside_the_result() {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("a.csv");
        for name in
            ["a.csv", "a.csv.10-of-12", "a.csv.2-of-12", "a.csv.02-of-12", "a.csv.partial", "b.csv.1-of-2"]
        {
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        let names: Vec<String> = shard_files(&out)
            .unwrap()
            .iter()
            .map(|path| path.file_name().unwrap().to_string_lossy().into_owned())
            .collect();
        assert_eq!(names, ["a.csv.2-of-12", "a.csv.10-of-12"]);
    }
}
