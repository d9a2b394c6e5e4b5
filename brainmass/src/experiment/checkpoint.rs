//! A file that holds an experiment under way, so that it goes on where it was stopped.
//!
//! Magic, version of the program, experiment, then for each network begun what its run saved, each with its length;
//! checksum of all before; numbers little-endian.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use brainmass_core::{Error, Result, write_atomically};

use super::{Checked, first_difference};

const MAGIC: [u8; 8] = *b"BRNMSEXP";
/// Another version may give other numbers, so its states are not taken on.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Where an experiment is saved now and then; made by [`Checked::checkpoint`].
///
/// The file holds the experiment, and of every network its states, histories, noise and what its observations hold and
/// have recorded. It appears under its name when it is complete; the save before stands until then.
#[derive(Debug)]
pub struct Checkpoint {
    path: PathBuf,
    every: Duration,
    saved: Instant,
    experiment: String,
    /// What the networks saved: those that are finished, then the one that is running.
    parts: Vec<Vec<u8>>,
}

impl Checked {
    /// A checkpoint of this experiment in a file: with what an earlier run saved there, or empty. With `restart` it
    /// begins anew, whatever the file holds. Time between saves is that of the wall clock.
    ///
    /// # Errors
    /// [`Error::Setting`] for a file that is damaged, of another version of the program or of another experiment, with
    /// the first line that differs.
    pub fn checkpoint(&self, path: &Path, every: Duration, restart: bool) -> Result<Checkpoint> {
        let empty = Checkpoint {
            path: path.to_owned(),
            every,
            saved: Instant::now(),
            experiment: self.experiment.clone(),
            parts: Vec::new(),
        };
        let earlier = match std::fs::read(path) {
            Ok(bytes) => Some(bytes),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
            Err(error) => return Err(Error::io(path, &error)),
        };
        if earlier.as_ref().is_some_and(|bytes| !bytes.starts_with(&MAGIC)) {
            // Whatever it is, it is not ours to write over.
            return Err(Error::setting(path.display().to_string(), "is not a checkpoint of an experiment"));
        }
        let Some(bytes) = earlier.filter(|_| !restart) else {
            // Whether it can be written is better known now than after the first hour.
            empty.write()?;
            return Ok(empty);
        };
        let parts = parse(&bytes, &self.experiment).map_err(|problem| empty.refused(&problem))?;
        Ok(Checkpoint { parts, ..empty })
    }
}

impl Checkpoint {
    /// Whether an earlier run saved something in it.
    pub fn is_begun(&self) -> bool {
        !self.parts.is_empty()
    }

    /// Removes the file: what it was kept for is written.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn remove(self) -> Result<()> {
        std::fs::remove_file(&self.path).map_err(|error| Error::io(&self.path, &error))
    }

    /// The file.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// What a network saved.
    pub(super) fn part(&self, number: usize) -> Option<&Vec<u8>> {
        self.parts.get(number)
    }

    /// Saves a network if it is time.
    pub(super) fn offer(&mut self, number: usize, state: &mut dyn FnMut() -> Result<Vec<u8>>) -> Result<()> {
        if self.saved.elapsed() < self.every {
            return Ok(());
        }
        self.keep(number, state()?);
        self.write()?;
        self.saved = Instant::now();
        Ok(())
    }

    /// Keeps the state of a network for the next time something is written.
    pub(super) fn keep(&mut self, number: usize, state: Vec<u8>) {
        self.parts.truncate(number);
        self.parts.push(state);
    }

    /// The error of a file that cannot be taken on.
    pub(super) fn refused(&self, problem: &str) -> Error {
        Error::setting(self.path.display().to_string(), format!("{problem}; begin anew with --restart"))
    }

    fn write(&self) -> Result<()> {
        let mut bytes = MAGIC.to_vec();
        let texts = [VERSION.as_bytes(), self.experiment.as_bytes()];
        for field in texts.into_iter().chain(self.parts.iter().map(Vec::as_slice)) {
            bytes.extend_from_slice(&(field.len() as u64).to_le_bytes());
            bytes.extend_from_slice(field);
        }
        bytes.extend_from_slice(&crc32fast::hash(&bytes).to_le_bytes());
        write_atomically(&self.path, |file| file.write_all(&bytes))
    }
}

/// What the networks saved, or why it cannot be taken on.
fn parse(bytes: &[u8], experiment: &str) -> std::result::Result<Vec<Vec<u8>>, String> {
    let damaged = || "is damaged: its checksum is not that of its content".to_owned();
    let (content, checksum) = bytes.split_last_chunk::<4>().ok_or_else(damaged)?;
    if crc32fast::hash(content) != u32::from_le_bytes(*checksum) {
        return Err(damaged());
    }
    let mut content = content.strip_prefix(&MAGIC).ok_or_else(damaged)?;
    let mut fields = Vec::new();
    while let Some((length, rest)) = content.split_first_chunk::<8>() {
        let length = usize::try_from(u64::from_le_bytes(*length)).map_err(|_| damaged())?;
        let (field, rest) = rest.split_at_checked(length).ok_or_else(damaged)?;
        fields.push(field.to_vec());
        content = rest;
    }
    let mut fields = fields.into_iter();
    let mut text =
        || fields.next().map(|field| String::from_utf8_lossy(&field).into_owned()).ok_or_else(damaged);
    let (version, saved) = (text()?, text()?);
    if version != VERSION {
        return Err(format!("was begun by version {version}, this is {VERSION}"));
    }
    match first_difference(experiment, &saved) {
        Some(difference) => Err(format!("is of another experiment: {difference}")),
        None => Ok(fields.collect()),
    }
}
