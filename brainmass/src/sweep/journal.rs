//! What is kept of a running sweep: a line for the sweep, then one for every finished point.
//!
//! The lines are JSON. A line counts once its end is written, so that a kill costs the points that were running and
//! nothing else.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use brainmass_core::{Error, Result};
use serde_json::{Map, Value, json};

use super::plan::Plan;
use super::row::{Record, Status};
use super::shard::Shard;
use crate::experiment::first_difference;

/// Which sweep a journal belongs to.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Header {
    pub(super) experiment: String,
    pub(super) plan: Plan,
    pub(super) shard: Option<Shard>,
}

/// Another version may give other numbers, so its points are not mixed with ours.
const VERSION: &str = env!("CARGO_PKG_VERSION");

impl Header {
    fn line(&self) -> String {
        let shard = self.shard.map(|shard| shard.to_string());
        let header = json!({
            "brainmass_sweep": VERSION,
            "shard": shard,
            "axes": self.plan.to_json(),
            "experiment": self.experiment,
        });
        format!("{header}\n")
    }

    fn parse(line: &str) -> std::result::Result<Self, String> {
        let is_none = || "is not the journal of a sweep".to_owned();
        let json: Value = serde_json::from_str(line).map_err(|_| is_none())?;
        let version = json["brainmass_sweep"].as_str().ok_or_else(is_none)?;
        if version != VERSION {
            return Err(format!("was begun by version {version}, this is {VERSION}"));
        }
        let shard = json["shard"].as_str().map(str::parse).transpose().map_err(|_| is_none())?;
        let plan = Plan::from_json(&json["axes"]).ok_or_else(is_none)?;
        let experiment = json["experiment"].as_str().ok_or_else(is_none)?.to_owned();
        Ok(Self { experiment, plan, shard })
    }

    /// How another sweep differs, its shard aside; none if it does not.
    pub(super) fn difference(&self, other: &Self) -> Option<String> {
        if self.plan != other.plan {
            let keys = |header: &Self| {
                let axes = header.plan.axes().map(|axis| format!("{} ({})", axis.key(), axis.values().len()));
                axes.collect::<Vec<_>>().join(", ")
            };
            let (ours, theirs) = (keys(self), keys(other));
            return Some(if ours == theirs {
                "its axes have other values".to_owned()
            } else {
                format!("its axes are {theirs}, not {ours}")
            });
        }
        first_difference(&self.experiment, &other.experiment)
    }

    /// How many points there are, those of other shards aside.
    pub(super) fn points(&self) -> impl Iterator<Item = usize> + Clone + Send + use<> {
        let shard = self.shard;
        (0..self.plan.n_points()).filter(move |point| shard.is_none_or(|shard| shard.contains(*point)))
    }
}

/// What stands in a journal.
#[derive(Debug)]
pub(super) struct Contents {
    pub(super) header: Header,
    pub(super) records: Vec<(usize, Record)>,
    /// Up to where its lines are complete, in bytes.
    length: usize,
}

/// Reads a journal. A last line without an end was being written and does not count.
pub(super) fn read(path: &Path) -> Result<Contents> {
    let bytes = std::fs::read(path).map_err(|error| Error::io(path, &error))?;
    parse(path, &bytes)
}

fn parse(path: &Path, bytes: &[u8]) -> Result<Contents> {
    let length = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |position| position + 1);
    let complete = bytes.get(..length).unwrap_or_default();
    let text = std::str::from_utf8(complete).map_err(|_| Error::format(path, "is not a text"))?;
    let mut lines = text.lines();
    let header = Header::parse(lines.next().unwrap_or_default());
    let header = header.map_err(|problem| Error::format(path, problem))?;
    let mut records = Vec::new();
    for (number, line) in (2..).zip(lines) {
        let record = record(line).filter(|(index, _)| *index < header.plan.n_points());
        let wrong = || Error::format(path, format!("line {number} is not the line of a point: {line:.60}"));
        records.push(record.ok_or_else(wrong)?);
    }
    Ok(Contents { header, records, length })
}

fn line(index: usize, record: &Record) -> String {
    let (status, reason) = match &record.status {
        Status::Done => ("ok", None),
        Status::Unscored(reason) => ("unscored", Some(reason)),
        Status::Failed(reason) => ("failed", Some(reason)),
    };
    let numbers: Map<String, Value> =
        record.numbers.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
    format!("{}\n", json!({ "point": index, "status": status, "reason": reason, "numbers": numbers }))
}

fn record(line: &str) -> Option<(usize, Record)> {
    let json: Value = serde_json::from_str(line).ok()?;
    let index = usize::try_from(json["point"].as_u64()?).ok()?;
    let number = |value: &Value| if value.is_null() { Some(None) } else { value.as_f64().map(Some) };
    let numbers = json["numbers"].as_object()?.iter();
    let numbers = numbers.map(|(name, value)| Some((name.clone(), number(value)?))).collect::<Option<_>>()?;
    let reason = || json["reason"].as_str().map(str::to_owned);
    let record = match json["status"].as_str()? {
        "ok" => Record::done(numbers),
        "unscored" => Record::unscored(reason()?, numbers),
        "failed" => Record::failed(reason()?),
        _ => return None,
    };
    Some((index, record))
}

/// A journal that is being written.
#[derive(Debug)]
pub(super) struct Journal {
    path: PathBuf,
    file: File,
}

impl Journal {
    /// Opens a journal, and reads what is in it; with `restart` it begins anew, whatever it held.
    ///
    /// # Errors
    /// [`Error::Setting`] if it belongs to another sweep, or another process is writing it.
    pub(super) fn open(path: &Path, header: &Header, restart: bool) -> Result<(Self, Vec<(usize, Record)>)> {
        let failed = |error: std::io::Error| Error::io(path, &error);
        let refused = |problem: String| Error::setting(path.display().to_string(), problem);
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)
            .map_err(failed)?;
        // Where a file system knows no locks, nobody else is assumed.
        if let Err(TryLockError::WouldBlock) = file.try_lock() {
            return Err(refused("another process is at this sweep".to_owned()));
        }
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(failed)?;
        let first_line = header.line();
        let begins_anew =
            restart || (bytes.len() < first_line.len() && first_line.as_bytes().starts_with(&bytes));
        let mut journal = Self { path: path.to_owned(), file };
        if begins_anew {
            journal.truncate(0)?;
            journal.write(&first_line)?;
            return Ok((journal, Vec::new()));
        }
        let contents = parse(path, &bytes)
            .map_err(|error| refused(format!("{}; begin anew with --restart", problem(&error))))?;
        let mut difference = header.difference(&contents.header);
        if header.shard != contents.header.shard {
            difference = Some("it is that of another shard".to_owned());
        }
        if let Some(difference) = difference {
            let problem = format!("is the journal of another sweep: {difference}; begin anew with --restart");
            return Err(refused(problem));
        }
        journal.truncate(contents.length as u64)?;
        Ok((journal, contents.records))
    }

    /// Notes a finished point.
    pub(super) fn note(&mut self, index: usize, record: &Record) -> Result<()> {
        self.write(&line(index, record))
    }

    /// Removes the file: the sweep is finished, or never began.
    pub(super) fn remove(self) -> Result<()> {
        let Self { path, file } = self;
        // Closed first: some systems do not remove an open file.
        drop(file);
        std::fs::remove_file(&path).map_err(|error| Error::io(path, &error))
    }

    fn truncate(&mut self, length: u64) -> Result<()> {
        let attempt = self.file.set_len(length).and_then(|()| self.file.seek(SeekFrom::Start(length)));
        attempt.map(|_| ()).map_err(|error| Error::io(&self.path, &error))
    }

    /// Hands a line to the system in one piece.
    fn write(&mut self, line: &str) -> Result<()> {
        self.file.write_all(line.as_bytes()).map_err(|error| Error::io(&self.path, &error))
    }
}

/// What is wrong with a file, without its name.
fn problem(error: &Error) -> String {
    match error {
        Error::Format { problem, .. } => problem.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn header(axis: &str) -> Header {
        let plan = Plan::default().with(vec![axis.parse().unwrap()]).unwrap();
        Header { experiment: "[node]\na = 1\n".to_owned(), plan, shard: None }
    }

    fn records() -> Vec<(usize, Record)> {
        let numbers = vec![("a".to_owned(), Some(0.1 + 0.2)), ("b".to_owned(), None)];
        vec![
            (2, Record::done(numbers.clone())),
            (0, Record::unscored("too \"short\"\n".to_owned(), numbers)),
            (1, Record::failed("diverged")),
        ]
    }

    fn written(path: &Path) -> Header {
        let header = header("a.b=1,2,3");
        let (mut journal, earlier) = Journal::open(path, &header, false).unwrap();
        assert_eq!(earlier, []);
        for (index, record) in records() {
            journal.note(index, &record).unwrap();
        }
        header
    }

    #[test]
    fn a_torn_line_is_dropped_and_the_rest_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal");
        let header = written(&path);
        let whole = std::fs::read(&path).unwrap();
        for length in 0..=whole.len() {
            std::fs::write(&path, &whole[..length]).unwrap();
            let n_lines = whole[..length].split(|byte| *byte == b'\n').count() - 1;
            let (mut journal, found) = Journal::open(&path, &header, false).unwrap();
            assert_eq!(found, records()[..n_lines.saturating_sub(1)], "cut at {length}");
            journal.note(2, &records()[0].1).unwrap();
            drop(journal);
            assert_eq!(read(&path).unwrap().records.len(), n_lines.saturating_sub(1) + 1, "cut at {length}");
        }
    }

    #[test]
    fn the_journal_of_another_sweep_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal");
        let ours = written(&path);
        let refused = |header: &Header| Journal::open(&path, header, false).unwrap_err().to_string();
        assert!(
            refused(&header("a.b=1,2,4")).contains("its axes have other values; begin anew with --restart")
        );
        assert!(refused(&header("a.c=1,2")).contains("its axes are a.b (3), not a.c (2)"));
        let other = Header { experiment: "[node]\na = 2\n".to_owned(), ..ours.clone() };
        assert!(refused(&other).contains("its experiment says `a = 1`, not `a = 2`"));
        let other = Header { experiment: "[node]\na = 1\nb = 2\n".to_owned(), ..ours.clone() };
        assert!(refused(&other).contains("other keys"));
        let shard = Header { shard: Some(Shard::new(1, 2).unwrap()), ..ours.clone() };
        assert!(refused(&shard).contains("another shard"));
        let open = Journal::open(&path, &ours, false).unwrap();
        assert!(refused(&ours).contains("another process is at this sweep"));
        drop(open);
        let (_, found) = Journal::open(&path, &other, true).unwrap();
        assert_eq!(found, []);
        for foreign in ["my notes", "my notes\n", "{\"brainmass_sweep\":\"0.0.1\"}\n"] {
            std::fs::write(&path, foreign).unwrap();
            assert!(refused(&ours).contains("begin anew with --restart"), "{foreign}");
            assert_eq!(std::fs::read_to_string(&path).unwrap(), foreign);
        }
    }

    #[test]
    fn lines_that_are_no_points_are_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal");
        written(&path);
        let mut text = std::fs::read_to_string(&path).unwrap();
        text.push_str("{\"point\":3,\"status\":\"ok\",\"reason\":null,\"numbers\":{}}\n");
        std::fs::write(&path, &text).unwrap();
        let error = read(&path).unwrap_err().to_string();
        assert!(error.contains("line 5 is not the line of a point: {\"point\":3"), "{error}");
    }

    proptest! {
        /// A number that is read back wrong in its last bit would make a resumed sweep another one.
        #[test]
        fn numbers_come_back_bit_by_bit(bits in any::<u64>()) {
            let value = Some(f64::from_bits(bits)).filter(|value| value.is_finite());
            let written = Record::done(vec![("a".to_owned(), value)]);
            let (index, read) = record(line(7, &written).trim_end()).unwrap();
            prop_assert_eq!(index, 7);
            prop_assert_eq!(read.numbers[0].1.map(f64::to_bits), value.map(f64::to_bits));
        }
    }
}
