//! Instructions per step, counted by valgrind: a figure that a busy machine does not change.

use std::path::Path;
use std::process::Command;

use serde_json::{Map, Value, json};

use super::report::{Report, Table, digits, percent};
use super::{child, machine};
use crate::{Result, root};

/// Where the counts on record stand.
const RECORD: &str = "xtask/instructions.json";
/// By how much a count may exceed the one on record: another patch release of the compiler moves it by less.
const TOLERANCE: f64 = 0.02;
/// Two lengths of a run; the difference leaves building and finishing out.
const LENGTHS: [usize; 2] = [2048, 4096];
/// The regions of the workload.
const REGIONS: usize = 80;

/// What is counted: a name, an integrator and whether there is noise.
const CASES: [(&str, &str, &str); 3] = [
    ("euler", "euler", "none"),
    ("euler with noise", "euler", "noise"),
    ("heun with noise", "heun", "noise"),
];

/// Instructions per step of a case.
pub(super) struct Count {
    name: &'static str,
    per_step: f64,
}

/// Whether there is a valgrind on the path.
pub(super) fn can_count() -> bool {
    Command::new("valgrind").arg("--version").output().is_ok()
}

/// Counts all cases, unless there is no valgrind.
pub(super) fn count() -> Result<Option<Vec<Count>>> {
    if !can_count() {
        return Ok(None);
    }
    let regions = &REGIONS.to_string();
    let mut counts = Vec::new();
    for (name, integrator, noise) in CASES {
        let [short, long] =
            LENGTHS.map(|n_steps| instructions(&["steps", regions, &n_steps.to_string(), integrator, noise]));
        let per_step = (long? - short?) / (LENGTHS[1] - LENGTHS[0]) as f64;
        counts.push(Count { name, per_step });
    }
    Ok(Some(counts))
}

/// The instructions of a child in all.
pub(super) fn instructions(words: &[&str]) -> Result<f64> {
    let valgrind = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"];
    let said = child::start(&valgrind, 1, words)?.stderr;
    collected(&String::from_utf8_lossy(&said)).ok_or_else(|| "valgrind names no count of instructions".into())
}

/// The line `==1== Collected : 123`.
fn collected(said: &str) -> Option<f64> {
    said.lines().find_map(|line| line.split_once("Collected : ")?.1.trim().parse().ok())
}

/// Adds the counts to the report beside those on record, or puts them on record; whether none is too high.
pub(super) fn add(counts: &[Count], update: bool, report: &mut Report) -> Result<bool> {
    let path = root().join(RECORD);
    if update {
        write(&path, counts)?;
    }
    let record = read(&path)?;
    let text = format!(
        "Instructions per step, N = {REGIONS}, with delays, counted by valgrind. More than {} above those on record \
         ({RECORD}, {}) fail.",
        percent(TOLERANCE),
        record["compiler"].as_str().unwrap_or("unknown compiler"),
    );
    let mut table = Table::new("Instructions", text, &["run", "per step", "on record", "verdict"]);
    let mut figures = Map::new();
    let mut passed = true;
    for count in counts {
        let recorded = record["per_step"][count.name].as_f64();
        let verdict = Verdict::of(count.per_step, recorded);
        passed &= verdict != Verdict::More;
        let on_record = recorded.map_or("none".to_owned(), digits);
        table.row(vec![count.name.to_owned(), digits(count.per_step), on_record, verdict.words().to_owned()]);
        figures.insert(count.name.to_owned(), json!({ "per_step": count.per_step, "on_record": recorded }));
    }
    report.add("instructions", &table, Value::Object(figures));
    Ok(passed)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    /// Above the record by more than the tolerance, or not on record.
    More,
    /// Below the record by more than the tolerance.
    Fewer,
    Same,
}

impl Verdict {
    fn of(per_step: f64, recorded: Option<f64>) -> Self {
        match recorded {
            Some(recorded) if per_step < recorded * (1.0 - TOLERANCE) => Self::Fewer,
            Some(recorded) if per_step <= recorded * (1.0 + TOLERANCE) => Self::Same,
            _ => Self::More,
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::More => "TOO MANY",
            Self::Fewer => "fewer: use --update",
            Self::Same => "same",
        }
    }
}

fn read(path: &Path) -> Result<Value> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(serde_json::from_str(&text)?)
}

fn write(path: &Path, counts: &[Count]) -> Result<()> {
    let per_step: Map<String, Value> =
        counts.iter().map(|count| (count.name.to_owned(), json!(count.per_step.round()))).collect();
    let record = json!({ "compiler": machine::compiler(), "per_step": per_step });
    brainmass_core::write_atomically(path, |file| {
        std::io::Write::write_all(file, format!("{record:#}\n").as_bytes())
    })?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_count_is_read_from_what_valgrind_says() {
        let said = "==7== Callgrind\n==7== \n==7== Events    : Ir\n==7== Collected : 123456789\n";
        assert_eq!(collected(said), Some(123_456_789.0));
        assert_eq!(collected("==7== Callgrind\n"), None);
    }

    #[test]
    fn more_than_the_tolerance_above_the_record_fails() {
        let verdicts = [1021.0, 1019.0, 981.0, 979.0].map(|count| Verdict::of(count, Some(1000.0)));
        assert_eq!(verdicts, [Verdict::More, Verdict::Same, Verdict::Same, Verdict::Fewer]);
        assert_eq!(Verdict::of(1.0, None), Verdict::More);
    }

    #[test]
    fn every_case_is_on_record() {
        let record = read(&root().join(RECORD)).unwrap();
        assert!(CASES.iter().all(|(name, ..)| record["per_step"][name].as_f64().is_some_and(|n| n > 0.0)));
    }
}
