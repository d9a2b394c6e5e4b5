//! Changes to an experiment: single keys, and what the command has options for.

use std::path::{Path, PathBuf};

use brainmass_core::{Error, Result};
use toml::{Table, Value};

use super::{Experiment, SECOND};
use crate::load;

/// Where a value stands in an experiment: `network.coupling.g`.
///
/// Of several sections with the same name, `[[noise]]`, one is meant by its number from 0: `noise.1.sigma`. Where there
/// is only one, it needs no number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Key {
    pub(super) sections: Vec<String>,
    pub(super) name: String,
}

impl std::fmt::Display for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.sections.join("."), self.name)
    }
}

impl Key {
    /// Reads `section.key`; none for anything else.
    pub(crate) fn parse(path: &str) -> Option<Self> {
        let mut sections: Vec<String> = path.split('.').map(|name| name.trim().to_owned()).collect();
        let name = sections.pop().filter(|name| !name.is_empty())?;
        sections.first().is_some_and(|first| !first.is_empty()).then_some(Self { sections, name })
    }

    /// The table the value stands in; sections that are missing are made.
    pub(super) fn table<'t>(&self, root: &'t mut Table) -> std::result::Result<&'t mut Table, String> {
        let mut table = root;
        let mut names = self.sections.iter().map(String::as_str).peekable();
        while let Some(name) = names.next() {
            let inner = table.entry(name).or_insert_with(|| Value::Table(Table::new()));
            table = match inner {
                Value::Table(inner) => inner,
                Value::Array(items) => {
                    let number = names.peek().and_then(|number| number.parse::<usize>().ok());
                    if number.is_some() {
                        names.next();
                    }
                    one_of(items, name, number)?
                }
                _ => return Err("is not in a section".to_owned()),
            };
        }
        Ok(table)
    }
}

/// One of the sections `[[name]]`.
fn one_of<'t>(
    items: &'t mut [Value],
    name: &str,
    number: Option<usize>,
) -> std::result::Result<&'t mut Table, String> {
    let count = items.len();
    let index = match number {
        Some(number) => number,
        None if count == 1 => 0,
        None => return Err(format!("there are {count} sections [[{name}]]: say which, as in `{name}.0`")),
    };
    let missing = || format!("there is no `{name}.{index}`, but {count} sections [[{name}]], counted from 0");
    items.get_mut(index).ok_or_else(missing)?.as_table_mut().ok_or_else(|| "is not in a section".to_owned())
}

/// A value as typed: TOML; what is not is taken as text.
pub(crate) fn value(text: &str) -> Value {
    let table = format!("value = {text}").parse::<Table>();
    let value = table.ok().filter(|table| table.len() == 1).and_then(|mut table| table.remove("value"));
    value.unwrap_or_else(|| Value::String(text.to_owned()))
}

impl Experiment {
    /// Changes a key: `simulation.duration_ms=5000`.
    ///
    /// The value is TOML; what is not is taken as text. Of several sections with the same name one is meant by its
    /// number from 0: `noise.1.sigma=0.1`. Keys that do not exist are found when the experiment is run.
    ///
    /// # Errors
    /// [`Error::Setting`] for anything but `section.key=value`, and for a section that cannot be told.
    pub fn set(&mut self, assignment: &str) -> Result<()> {
        let wrong = |problem: &str| Error::setting(format!("--set {assignment}"), problem);
        let parts = assignment.split_once('=').and_then(|(path, text)| Some((Key::parse(path)?, text)));
        let (key, text) = parts.ok_or_else(|| wrong("expected section.key=value"))?;
        self.put(&key, value(text)).map_err(|problem| wrong(&problem))
    }

    /// Puts a value at a key, or says why it cannot.
    pub(crate) fn put(&mut self, key: &Key, value: Value) -> std::result::Result<(), String> {
        key.table(&mut self.table)?.insert(key.name.clone(), value);
        Ok(())
    }

    /// A path of the experiment.
    pub(crate) fn path(&self, text: &str) -> Result<PathBuf> {
        load::path(&self.folder, text)
    }

    /// The number or the numbers that stand at a key, if there are any.
    pub(crate) fn numbers_at(&self, key: &Key) -> Option<Vec<f64>> {
        let mut root = self.table.clone();
        let value = key.table(&mut root).ok()?.get(&key.name)?.clone();
        #[expect(clippy::cast_precision_loss, reason = "an integer in a file stands for a real number")]
        let number =
            |value: &Value| value.as_float().or_else(|| value.as_integer().map(|integer| integer as f64));
        match &value {
            Value::Array(items) => items.iter().map(number).collect(),
            one => number(one).map(|number| vec![number]),
        }
    }

    /// The signal that the objective scores, if there is an objective.
    pub(crate) fn scored_signal(&self) -> Option<&str> {
        self.table.get("objective").map(|it| it.get("signal").and_then(Value::as_str).unwrap_or("bold"))
    }

    /// The same experiment for a file in any folder: paths that start at its own are made absolute.
    pub(crate) fn movable(mut self) -> Result<Self> {
        let folder = std::path::absolute(&self.folder);
        // The empty path is the current folder, and an error to make absolute.
        let folder = folder.or_else(|_| std::env::current_dir());
        let folder = folder.map_err(|error| Error::io(&self.folder, &error))?;
        make_absolute(&mut self.table, &folder);
        Ok(self)
    }

    /// Another connectome, relative to the current folder, for every network of the experiment.
    ///
    /// # Errors
    /// As [`set`](Self::set).
    pub fn set_connectome(&mut self, name: &str) -> Result<()> {
        if let Some(second) = self.table.get_mut(SECOND).and_then(|part| part.get_mut("network")) {
            second.as_table_mut().and_then(|network| network.remove("connectome"));
        }
        self.set_text("network", "connectome", &from_here(name)?)
    }

    /// Another target, relative to the current folder.
    ///
    /// # Errors
    /// As [`set`](Self::set).
    pub fn set_target_fc(&mut self, name: &str) -> Result<()> {
        self.set_text("objective", "target_fc", &from_here(name)?)
    }

    /// Another seed for every network of the experiment.
    ///
    /// # Errors
    /// As [`set`](Self::set).
    pub fn set_seed(&mut self, seed: u64) -> Result<()> {
        if self.has_second_network() {
            self.set(&format!("{SECOND}.simulation.seed={seed}"))?;
        }
        self.set(&format!("simulation.seed={seed}"))
    }

    /// Whether there is a second network.
    pub(crate) fn has_second_network(&self) -> bool {
        self.table.contains_key(SECOND)
    }

    /// Leaves a section out.
    pub(crate) fn leave_out(&mut self, section: &str) {
        self.table.remove(section);
    }

    /// Keeps these observations only. A second network none of whose observations stays is left out, and so is the
    /// objective if its signal goes.
    ///
    /// # Errors
    /// [`Error::Unknown`] for a name that is not observed.
    pub fn keep_observations(&mut self, names: &[String]) -> Result<()> {
        let known = self.observations();
        if let Some(name) = names.iter().find(|name| !known.contains(name)) {
            return Err(Error::unknown("observation", name, known));
        }
        let keep = |observe: &mut Value| {
            if let Some(observe) = observe.as_table_mut() {
                observe.retain(|name, _| names.iter().any(|kept| kept == name));
            }
        };
        self.table.get_mut("observe").into_iter().for_each(keep);
        let second = self.table.get_mut(SECOND).and_then(|part| part.get_mut("observe"));
        if let Some(observe) = second {
            keep(observe);
            if observe.as_table().is_some_and(Table::is_empty) {
                self.table.remove(SECOND);
            }
        }
        if self.scored_signal().is_some_and(|signal| !names.iter().any(|kept| kept == signal)) {
            self.table.remove("objective");
        }
        Ok(())
    }

    /// The names of all observations.
    fn observations(&self) -> Vec<String> {
        let second = self.table.get(SECOND).and_then(Value::as_table);
        let observed = [Some(&self.table), second].into_iter().flatten();
        let observed = observed.filter_map(|part| part.get("observe")?.as_table());
        observed.flat_map(|observe| observe.keys().cloned()).collect()
    }

    pub(super) fn set_text(&mut self, section: &str, key: &str, text: &str) -> Result<()> {
        self.set(&format!("{section}.{key}={}", Value::String(text.to_owned())))
    }
}

/// A file named on the command line is relative to where the command was called; anything else is a name.
fn from_here(name: &str) -> Result<String> {
    if !Path::new(name).exists() {
        return Ok(name.to_owned());
    }
    let absolute = std::path::absolute(name).map_err(|error| Error::io(name, &error))?;
    Ok(absolute.to_string_lossy().into_owned())
}

/// The keys whose value may be the path of a file.
const PATHS: [&str; 10] = [
    "connectome",
    "weights",
    "tract_lengths",
    "labels",
    "target_fc",
    "file",
    "lead_field",
    "sensors",
    "region_map",
    "correlation",
];

/// Makes paths of files that exist absolute, in a table and all within it. A dataset goes before a file of its name.
fn make_absolute(table: &mut Table, folder: &Path) {
    for (key, value) in table.iter_mut() {
        match value {
            Value::Table(inner) => make_absolute(inner, folder),
            Value::Array(items) => {
                items
                    .iter_mut()
                    .filter_map(Value::as_table_mut)
                    .for_each(|inner| make_absolute(inner, folder));
            }
            Value::String(text) if PATHS.contains(&key.as_str()) => {
                let path = folder.join(&*text);
                if path.exists() && !load::is_dataset(text) {
                    *text = path.to_string_lossy().into_owned();
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Experiment {
        Experiment { table: text.parse().unwrap(), folder: std::path::PathBuf::new() }
    }

    #[test]
    fn one_of_several_sections_is_meant_by_its_number() {
        let mut experiment = of("[[noise]]\nsigma = 1\n[[noise]]\nsigma = 2\n[[network.coupling]]\ng = 1");
        experiment.set("noise.1.sigma=3").unwrap();
        experiment.set("network.coupling.g=4").unwrap();
        let expected = of("[[noise]]\nsigma = 1\n[[noise]]\nsigma = 3\n[[network.coupling]]\ng = 4");
        assert_eq!(experiment.table, expected.table);
        let mut message = |assignment: &str| experiment.set(assignment).unwrap_err().to_string();
        assert!(
            message("noise.sigma=3").contains("there are 2 sections [[noise]]: say which, as in `noise.0`")
        );
        assert!(message("noise.2.sigma=3").contains("there is no `noise.2`, but 2 sections [[noise]]"));
        assert!(message("noise.0.sigma.x=3").contains("is not in a section"));
    }

    #[test]
    fn an_experiment_moves_with_its_files() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["sc.csv", "map.csv", "example"] {
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        let text = "[network]\nconnectome = 'sc.csv'\n[node]\nmodel = 'map.csv'\nw_ee = { file = 'map.csv' }\n\
                    [[stimulus]]\nfile = '$DATA/a'\n[objective]\ntarget_fc = 'example'";
        let experiment = Experiment { folder: folder.path().to_owned(), ..of(text) };
        let moved = experiment.movable().unwrap().table;
        let absolute = |name: &str| Some(folder.path().join(name).to_string_lossy().into_owned());
        let text = |value: &Value| value.as_str().map(str::to_owned);
        assert_eq!(text(&moved["network"]["connectome"]), absolute("sc.csv"));
        assert_eq!(text(&moved["node"]["w_ee"]["file"]), absolute("map.csv"));
        assert_eq!(moved["node"]["model"].as_str(), Some("map.csv"), "not a path");
        assert_eq!(moved["stimulus"][0]["file"].as_str(), Some("$DATA/a"));
        assert_eq!(moved["objective"]["target_fc"].as_str(), Some("example"), "a dataset");
    }

    #[test]
    fn what_is_not_toml_is_text() {
        assert_eq!(value("0.5"), Value::Float(0.5));
        assert_eq!(value("[1, 2]"), Value::Array(vec![Value::Integer(1), Value::Integer(2)]));
        for text in ["heun", "1\nother = 2", ""] {
            assert_eq!(value(text), Value::String(text.to_owned()));
        }
    }

    #[test]
    fn what_nobody_looks_at_is_left_out() {
        let kept = |names: &[&str]| {
            let mut experiment = Experiment::example();
            let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
            experiment.keep_observations(&names).map(|()| experiment)
        };
        let bold = kept(&["bold"]).unwrap();
        assert!(
            bold.observations() == ["bold"]
                && !bold.has_second_network()
                && bold.table.contains_key("objective")
        );
        let eeg = kept(&["eeg"]).unwrap();
        assert!(eeg.has_second_network() && !eeg.table.contains_key("objective"));
        assert!(kept(&["bald"]).unwrap_err().to_string().contains("there are: activity, balloon, bold, eeg"));
    }
}
