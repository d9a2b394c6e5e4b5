//! What holds a run under way, in a file or in memory.
//!
//! Magic, version, checksum of the run's description, length of the state, the state, checksum of all before;
//! numbers little-endian.

use std::fmt::{self, Debug, Write as _};
use std::path::Path;

use brainmass_core::{Error, Result};
use crc32fast::Hasher;

use super::monitor::Running;
use crate::engine::Settings;

const MAGIC: [u8; 8] = *b"BRNMSRUN";
const VERSION: u32 = 1;
/// Magic, version, description and length.
const HEADER: usize = 8 + 4 + 4 + 8;

/// A network and how it is run.
pub(super) struct Description<'a> {
    pub(super) node: &'static str,
    pub(super) network: &'a dyn Debug,
    pub(super) settings: &'a Settings,
    pub(super) monitors: &'a [Running],
}

impl Description<'_> {
    fn checksum(&self) -> u32 {
        let mut hash = Hash(Hasher::new());
        // Writing to a hash does not fail.
        let Settings { integrator, dt, seed, kind, precision, level: _ } = self.settings;
        let _ = write!(hash, "{} {:?} {integrator:?} {kind:?} {precision:?}", self.node, self.network);
        let _ = write!(hash, " {seed} {:?}", dt.value_unsafe);
        for monitor in self.monitors {
            let _ = write!(hash, " {}", monitor.description());
        }
        hash.0.finalize()
    }
}

struct Hash(Hasher);

impl fmt::Write for Hash {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.update(text.as_bytes());
        Ok(())
    }
}

pub(super) fn pack(description: &Description<'_>, state: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(HEADER + state.len() + 4);
    bytes.extend_from_slice(&MAGIC);
    bytes.extend_from_slice(&VERSION.to_le_bytes());
    bytes.extend_from_slice(&description.checksum().to_le_bytes());
    bytes.extend_from_slice(&(state.len() as u64).to_le_bytes());
    bytes.extend_from_slice(state);
    bytes.extend_from_slice(&crc32fast::hash(&bytes).to_le_bytes());
    bytes
}

/// The state in bytes that belong to this run; `path` is where they are from, for messages.
pub(super) fn unpack(mut bytes: Vec<u8>, path: &Path, description: &Description<'_>) -> Result<Vec<u8>> {
    let wrong = |problem: String| Error::format(path, problem);
    let word =
        |at: usize| bytes.get(at..at + 4).and_then(|word| word.try_into().ok()).map(u32::from_le_bytes);
    if !bytes.starts_with(&MAGIC) {
        return Err(wrong("is not a checkpoint of brainmass".to_owned()));
    }
    match word(8) {
        Some(VERSION) => {}
        Some(version) => return Err(wrong(format!("has version {version}, this program reads {VERSION}"))),
        None => return Err(wrong("ends in its header".to_owned())),
    }
    let end = bytes.len().saturating_sub(4);
    if bytes.len() < HEADER + 4 || word(end) != Some(crc32fast::hash(&bytes[..end])) {
        return Err(wrong("is damaged: its checksum is not that of its content".to_owned()));
    }
    if word(12) != Some(description.checksum()) {
        let problem = "is of another run: network, settings, seed, transient and monitors must be the same";
        return Err(wrong(problem.to_owned()));
    }
    bytes.truncate(end);
    Ok(bytes.split_off(HEADER))
}
