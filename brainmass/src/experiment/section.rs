//! Reading a section of an experiment file: each key once, units in the keys, nothing unknown left over.

use std::cell::RefCell;
use std::collections::BTreeSet;

use brainmass_core::units::{Quantity, SI, ScaledUnit, Second, Unit, Values, dimension, split_key};
use brainmass_core::{Error, Result};
use nalgebra::DMatrix;
use toml::{Table, Value};

/// A table of an experiment file, with its place for messages and a record of which keys were asked for.
#[derive(Debug)]
pub(crate) struct Section<'t> {
    place: String,
    table: &'t Table,
    /// Keys of the file that were read.
    read: RefCell<BTreeSet<String>>,
    /// Keys that may stand here, for the message about one that may not.
    known: RefCell<Vec<String>>,
}

impl<'t> Section<'t> {
    pub(crate) fn new(place: impl Into<String>, table: &'t Table) -> Self {
        Self { place: place.into(), table, read: RefCell::default(), known: RefCell::default() }
    }

    /// Where the section stands, for example `[simulation]`.
    pub(crate) fn place(&self) -> &str {
        &self.place
    }

    /// The table itself, for those who read it later.
    pub(crate) fn table(&self) -> &'t Table {
        self.table
    }

    fn get(&self, key: &str) -> Option<&'t Value> {
        self.known.borrow_mut().push(key.to_owned());
        self.read.borrow_mut().insert(key.to_owned());
        self.table.get(key)
    }

    /// An error about a key of this section.
    pub(crate) fn error(&self, key: &str, problem: impl Into<String>) -> Error {
        Error::setting(format!("[{}] {key}", self.place), problem)
    }

    fn wrong_type(&self, key: &str, due: &str, found: &Value) -> Error {
        self.error(key, format!("expected {due}, found the {} {found}", found.type_str()))
    }

    /// A text, if it is there.
    pub(crate) fn text(&self, key: &str) -> Result<Option<&'t str>> {
        let Some(value) = self.get(key) else { return Ok(None) };
        value.as_str().map(Some).ok_or_else(|| self.wrong_type(key, "a text in quotes", value))
    }

    /// A text that must be there.
    pub(crate) fn required_text(&self, key: &str) -> Result<&'t str> {
        self.text(key)?.ok_or_else(|| self.error(key, "is missing"))
    }

    /// A list of texts; empty if it is not there.
    pub(crate) fn texts(&self, key: &str) -> Result<Vec<&'t str>> {
        let Some(value) = self.get(key) else { return Ok(Vec::new()) };
        let texts = value.as_array().and_then(|items| items.iter().map(Value::as_str).collect());
        texts.ok_or_else(|| self.wrong_type(key, "a list of texts in quotes", value))
    }

    /// A text, or a list of texts; empty if it is not there.
    pub(crate) fn one_or_more_texts(&self, key: &str) -> Result<Vec<&'t str>> {
        match self.get(key) {
            Some(Value::String(text)) => Ok(vec![text]),
            _ => self.texts(key),
        }
    }

    /// A matrix as a list of rows, or the text that stands in its place; none if neither is there.
    pub(crate) fn matrix_or_text(&self, key: &str) -> Result<Option<MatrixOrText<'t>>> {
        let value = match self.get(key) {
            None => return Ok(None),
            Some(Value::String(text)) => return Ok(Some(MatrixOrText::Text(text))),
            Some(value) => value,
        };
        let wrong = || self.wrong_type(key, "a list of rows, or the name of a file", value);
        let rows = value.as_array().ok_or_else(wrong)?.iter();
        let rows = rows.map(|row| if row.is_array() { self.numbers(key, row) } else { Err(wrong()) });
        let rows: Vec<Vec<f64>> = rows.collect::<Result<_>>()?;
        let n_columns = rows.first().map_or(0, Vec::len);
        if let Some((number, row)) = (0..).zip(&rows).find(|(_, row)| row.len() != n_columns) {
            let problem = format!("row {number} has {} numbers, the first one {n_columns}", row.len());
            return Err(self.error(key, problem));
        }
        let matrix = DMatrix::from_fn(rows.len(), n_columns, |row, column| rows[row][column]);
        Ok(Some(MatrixOrText::Matrix(matrix)))
    }

    /// A whole number of zero or more, if it is there.
    pub(crate) fn whole(&self, key: &str) -> Result<Option<u64>> {
        let Some(value) = self.get(key) else { return Ok(None) };
        let whole = value.as_integer().and_then(|number| u64::try_from(number).ok());
        whole.map(Some).ok_or_else(|| self.wrong_type(key, "a whole number of zero or more", value))
    }

    /// Yes or no, if it is there.
    pub(crate) fn flag(&self, key: &str) -> Result<Option<bool>> {
        let Some(value) = self.get(key) else { return Ok(None) };
        value.as_bool().map(Some).ok_or_else(|| self.wrong_type(key, "true or false", value))
    }

    /// A section within this one, if it is there.
    pub(crate) fn section(&self, key: &str) -> Result<Option<Section<'t>>> {
        let Some(value) = self.get(key) else { return Ok(None) };
        let table = value.as_table().ok_or_else(|| self.wrong_type(key, "a section", value))?;
        Ok(Some(Section::new(self.inside(key), table)))
    }

    /// A section that must be there.
    pub(crate) fn required_section(&self, key: &str) -> Result<Section<'t>> {
        self.section(key)?.ok_or_else(|| Error::setting(format!("[{}]", self.inside(key)), "is missing"))
    }

    /// The sections under a key: `[key]` or several `[[key]]`.
    pub(crate) fn sections(&self, key: &str) -> Result<Vec<Section<'t>>> {
        let Some(value) = self.get(key) else { return Ok(Vec::new()) };
        let tables = match value {
            Value::Table(table) => vec![table],
            Value::Array(list) => list
                .iter()
                .map(|item| item.as_table().ok_or_else(|| self.wrong_type(key, "sections", item)))
                .collect::<Result<_>>()?,
            _ => return Err(self.wrong_type(key, "a section", value)),
        };
        Ok(tables.into_iter().map(|table| Section::new(self.inside(key), table)).collect())
    }

    /// The names and sections of all sections within this one.
    pub(crate) fn all_sections(&self) -> Result<Vec<(&'t str, Section<'t>)>> {
        let mut found = Vec::new();
        for (key, value) in self.table {
            self.get(key);
            let table = value.as_table().ok_or_else(|| self.wrong_type(key, "a section", value))?;
            found.push((key.as_str(), Section::new(self.inside(key), table)));
        }
        Ok(found)
    }

    fn inside(&self, key: &str) -> String {
        if self.place.is_empty() { key.to_owned() } else { format!("{}.{key}", self.place) }
    }

    /// A quantity in whatever unit its key says: one number, or a list with one per region.
    pub(crate) fn any_quantity(&self, name: &str) -> Result<Option<Values>> {
        self.known.borrow_mut().push(format!("{name} (with its unit, as in {name}_ms)"));
        self.find(name, None)
    }

    /// A quantity in a unit; the key says in which multiple.
    pub(crate) fn quantity(&self, name: &str, unit: Unit) -> Result<Option<Values>> {
        let offered = match ScaledUnit::suffixes(unit).first() {
            Some(suffix) => format!("{name}_{suffix}"),
            None => name.to_owned(),
        };
        self.known.borrow_mut().push(offered);
        self.find(name, Some(unit))
    }

    fn find(&self, name: &str, due: Option<Unit>) -> Result<Option<Values>> {
        let mut found: Option<(&str, Values)> = None;
        for (key, value) in self.table {
            let Some((_, scaled)) = split_key(key, [name]) else { continue };
            let unit = scaled.map_or(Unit::DIMENSIONLESS, |scaled| scaled.unit);
            if let Some(due) = due
                && due != unit
            {
                let keys: Vec<_> =
                    ScaledUnit::suffixes(due).iter().map(|suffix| format!("{name}_{suffix}")).collect();
                let due =
                    if keys.is_empty() { format!("`{name}`, without a unit") } else { keys.join(" or ") };
                return Err(self.error(key, format!("has the unit {unit}; the key should be {due}")));
            }
            if let Some((other, _)) = found {
                return Err(self.error(key, format!("says again what {other} says")));
            }
            self.read.borrow_mut().insert(key.clone());
            let factor = scaled.map_or(1.0, |scaled| scaled.factor);
            let numbers = self.numbers(key, value)?;
            let values = numbers.into_iter().map(|number| number * factor).collect();
            found = Some((key, Values::new(values, unit)));
        }
        Ok(found.map(|(_, values)| values))
    }

    fn numbers(&self, key: &str, value: &Value) -> Result<Vec<f64>> {
        #[expect(clippy::cast_precision_loss, reason = "an integer in a file stands for a real number")]
        let number =
            |item: &Value| item.as_float().or_else(|| item.as_integer().map(|integer| integer as f64));
        let wrong = || self.wrong_type(key, "a number, or a list with one per region", value);
        match value {
            Value::Array(items) if !items.is_empty() => {
                items.iter().map(|item| number(item).ok_or_else(wrong)).collect()
            }
            _ => Ok(vec![number(value).ok_or_else(wrong)?]),
        }
    }

    /// A single quantity of a dimension, if it is there.
    pub(crate) fn single<U: brainmass_core::units::Dimension>(
        &self,
        name: &str,
    ) -> Result<Option<SI<f64, U>>> {
        let Some(values) = self.quantity(name, Unit::of::<U>())? else { return Ok(None) };
        match values.as_slice() {
            [value] => Ok(Some(SI::from_si(*value))),
            many => Err(self.error(name, format!("expected one number, found {}", many.len()))),
        }
    }

    /// A time, if it is there.
    pub(crate) fn time(&self, name: &str) -> Result<Option<Second>> {
        self.single::<dimension::Second>(name)
    }

    /// A time that must be there.
    pub(crate) fn required_time(&self, name: &str) -> Result<Second> {
        self.time(name)?.ok_or_else(|| self.error(&format!("{name}_ms"), "is missing"))
    }

    /// Fails for a key that nobody asked for.
    pub(crate) fn finish(self) -> Result<()> {
        let read = self.read.borrow();
        let Some(unknown) = self.table.keys().find(|key| !read.contains(*key)) else { return Ok(()) };
        let kind =
            if self.place.is_empty() { "section".to_owned() } else { format!("key in [{}]", self.place) };
        Err(Error::unknown(&kind, unknown, self.known.borrow().iter()))
    }
}

/// What [`Section::matrix_or_text`] finds.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum MatrixOrText<'t> {
    Matrix(DMatrix<f64>),
    Text(&'t str),
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(text: &str) -> Table {
        text.parse().unwrap()
    }

    #[test]
    fn units_stand_in_the_keys() {
        let table = table("dt_ms = 0.1\nspeed_mm_per_ms = 10\ngains_mv = [1, 2.5]");
        let section = Section::new("simulation", &table);
        assert_eq!(section.required_time("dt").unwrap(), brainmass_core::units::ms(0.1));
        let speed = section.any_quantity("speed").unwrap().unwrap();
        assert_eq!((speed.at(0), speed.unit()), (10.0, Unit::of::<dimension::MeterPerSecond>()));
        let gains = section.quantity("gains", Unit::of::<dimension::Volt>()).unwrap().unwrap();
        assert_eq!(gains.as_slice(), [1e-3, 2.5e-3]);
        section.finish().unwrap();
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        let message = |text: &str, read: &dyn Fn(&Section<'_>) -> Result<()>| {
            let table = table(text);
            let section = Section::new("simulation", &table);
            read(&section).and_then(|()| section.finish()).unwrap_err().to_string()
        };
        let time = |section: &Section<'_>| section.required_time("dt").map(|_| ());
        assert_eq!(message("", &time), "[simulation] dt_ms: is missing");
        assert_eq!(
            message("dt_mv = 1", &time),
            "[simulation] dt_mv: has the unit V; the key should be dt_ms or dt_s or dt_us"
        );
        assert_eq!(message("dt_ms = 1\ndt_s = 1", &time), "[simulation] dt_s: says again what dt_ms says");
        assert!(message("dt_ms = 'fast'", &time).starts_with("[simulation] dt_ms: expected a number"));
        assert_eq!(
            message("dt_ms = 1\nsteps = 3", &time),
            "unknown key in [simulation] `steps`; there are: dt_ms"
        );
    }
}
