//! Joining the shards of a sweep.

use std::collections::BTreeMap;
use std::path::PathBuf;

use brainmass_core::{Error, Result};

use super::journal::read;
use super::row::Results;
use super::shard::Shard;

/// Shards put together, and what they lack.
#[derive(Clone, Debug, PartialEq)]
pub struct Merged {
    /// The rows there are, in the order of the points: all of them give the very table of the sweep run in one piece.
    pub results: Results,
    /// The points that no file has.
    pub missing: Vec<usize>,
    /// How many points the sweep has.
    pub n_points: usize,
    /// How many shards the first file says there are.
    n_shards: usize,
}

/// Joins files that [`Sweep::run`](super::Sweep::run) left as journals, of shards or of a whole sweep, finished or not.
///
/// # Errors
/// [`Error::Setting`] for files of different sweeps and where there is no file, [`Error::Io`] and [`Error::Format`] for
/// those that cannot be read.
pub fn merge(files: &[PathBuf]) -> Result<Merged> {
    let mut contents = files.iter().map(|path| read(path).map(|contents| (path, contents)));
    let nothing = || Error::setting("merge", "there is no file to join");
    let (first_path, first) = contents.next().ok_or_else(nothing)??;
    let mut records: BTreeMap<_, _> = first.records.into_iter().collect();
    for contents in contents {
        let (path, contents) = contents?;
        if let Some(difference) = first.header.difference(&contents.header) {
            let problem = format!("is of another sweep than {}: {difference}", first_path.display());
            return Err(Error::setting(path.display().to_string(), problem));
        }
        records.extend(contents.records);
    }
    let n_points = first.header.plan.n_points();
    Ok(Merged {
        missing: (0..n_points).filter(|point| !records.contains_key(point)).collect(),
        n_points,
        n_shards: first.header.shard.map_or(1, Shard::of),
        results: Results::new(&first.header, records.into_iter().collect()),
    })
}

impl Merged {
    /// What is missing, in words; none if nothing is.
    pub fn gaps(&self) -> Option<String> {
        let lacking = |shard: Shard| {
            let count = self.missing.iter().filter(|point| shard.contains(**point)).count();
            let of = (0..self.n_points).filter(|point| shard.contains(*point)).count();
            (count > 0).then(|| format!("shard {shard} lacks {count} of {of}"))
        };
        let shards: Vec<String> = match self.n_shards {
            1 => Vec::new(),
            n_shards => Shard::all(n_shards).filter_map(lacking).collect(),
        };
        let colon = if shards.is_empty() { "" } else { ": " };
        let count = self.missing.len();
        (count > 0)
            .then(|| format!("{count} of {} points are missing{colon}{}", self.n_points, shards.join(", ")))
    }
}
