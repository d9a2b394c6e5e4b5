//! The candidates of a fit, kept on disk: what has been computed once is never computed again.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use brainmass_core::{Error, Result};
use serde_json::{Value, json};

/// What became of a candidate.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Evaluation {
    /// Its values.
    pub(crate) values: Vec<f64>,
    /// Its cost, or why it has none.
    pub(crate) cost: std::result::Result<f64, String>,
    /// The derivative of the cost by each value, if it was asked for.
    pub(crate) gradient: Option<Vec<f64>>,
}

/// A file with a line for the fit, then one for every candidate. A line counts once its end is written.
#[derive(Debug)]
pub(crate) struct Journal {
    path: PathBuf,
    file: File,
}

const NAME: &str = "brainmass_fit";
/// Another version may give other costs.
const VERSION: &str = env!("CARGO_PKG_VERSION");

impl Journal {
    /// Opens the journal of a fit, or begins one; gives what stands in it.
    pub(crate) fn open(path: &Path, fit: &str) -> Result<(Self, Vec<Evaluation>)> {
        let bytes = match std::fs::read(path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(Error::io(path, &error)),
        };
        let length = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |position| position + 1);
        let begun = format!("{{\"{NAME}\"");
        let ours = begun.as_bytes().iter().zip(&bytes).all(|(ours, found)| ours == found);
        if !ours {
            return Err(Error::format(path, "is not the journal of a fit"));
        }
        let evaluations = parse(path, &bytes[..length], fit)?;
        let file = OpenOptions::new().create(true).append(true).open(path);
        let file = file.map_err(|error| Error::io(path, &error))?;
        // What follows the last whole line was being written when the fit was killed.
        file.set_len(length as u64).map_err(|error| Error::io(path, &error))?;
        let mut journal = Self { path: path.to_owned(), file };
        if length == 0 {
            journal.write(&json!({ NAME: VERSION, "fit": fit }))?;
        }
        Ok((journal, evaluations))
    }

    pub(crate) fn push(&mut self, evaluation: &Evaluation) -> Result<()> {
        let Evaluation { values, cost, gradient } = evaluation;
        self.write(&match cost {
            Ok(cost) => json!({ "values": values, "cost": cost, "gradient": gradient }),
            Err(reason) => json!({ "values": values, "failed": reason }),
        })
    }

    fn write(&mut self, line: &Value) -> Result<()> {
        let line = format!("{line}\n");
        let written = self.file.write_all(line.as_bytes()).and_then(|()| self.file.flush());
        written.map_err(|error| Error::io(&self.path, &error))
    }
}

fn parse(path: &Path, bytes: &[u8], fit: &str) -> Result<Vec<Evaluation>> {
    let text = std::str::from_utf8(bytes).map_err(|_| Error::format(path, "is not a text"))?;
    let mut lines = (1..).zip(text.lines());
    let Some((_, header)) = lines.next() else { return Ok(Vec::new()) };
    let header: Value = serde_json::from_str(header).unwrap_or_default();
    let version = header[NAME].as_str().ok_or_else(|| Error::format(path, "is not the journal of a fit"))?;
    if version != VERSION {
        return Err(Error::format(path, format!("was begun by version {version}, this is {VERSION}")));
    }
    if header["fit"].as_str() != Some(fit) {
        let theirs = header["fit"].as_str().unwrap_or_default();
        return Err(Error::format(path, format!("belongs to another fit: {theirs:.200}, not {fit:.200}")));
    }
    let wrong = |number: usize| Error::format(path, format!("line {number} is not the line of a candidate"));
    lines.map(|(number, line)| evaluation(line).ok_or_else(|| wrong(number))).collect()
}

fn evaluation(line: &str) -> Option<Evaluation> {
    let json: Value = serde_json::from_str(line).ok()?;
    let numbers = |key: &str| json[key].as_array()?.iter().map(Value::as_f64).collect::<Option<Vec<_>>>();
    let cost = match json["failed"].as_str() {
        Some(reason) => Err(reason.to_owned()),
        None => Ok(json["cost"].as_f64()?),
    };
    let gradient = if json["gradient"].is_null() { None } else { Some(numbers("gradient")?) };
    Some(Evaluation { values: numbers("values")?, cost, gradient })
}
