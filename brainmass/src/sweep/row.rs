//! What a sweep gave: a row for every point, in their order.

use std::fmt;

use toml::Value;

use super::journal::Header;
use super::numbers::Number;

/// How a point ended. As text: `ok`, or the reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    /// It ran, and all its numbers are there as far as they are defined.
    Done,
    /// It ran, but its score is undefined, with the reason; the other numbers are there.
    Unscored(String),
    /// It did not run to its end, with the reason: a value out of its range, or a run that diverged. It has no numbers.
    Failed(String),
}

impl fmt::Display for Status {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Done => formatter.write_str("ok"),
            Self::Unscored(reason) | Self::Failed(reason) => formatter.write_str(reason),
        }
    }
}

/// What became of a point, before it is known which columns the others have.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Record {
    pub(super) status: Status,
    pub(super) numbers: Vec<Number>,
}

impl Record {
    pub(super) fn done(numbers: Vec<Number>) -> Self {
        Self { status: Status::Done, numbers }
    }

    pub(super) fn unscored(reason: String, numbers: Vec<Number>) -> Self {
        Self { status: Status::Unscored(reason), numbers }
    }

    pub(super) fn failed(reason: impl fmt::Display) -> Self {
        Self { status: Status::Failed(reason.to_string()), numbers: Vec::new() }
    }

    pub(super) fn is_failed(&self) -> bool {
        matches!(self.status, Status::Failed(_))
    }
}

/// One point.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Its number, from 0.
    pub index: usize,
    /// The values of the axes.
    pub values: Vec<Value>,
    /// How it ended.
    pub status: Status,
    /// The numbers, as many as [`Results::columns`]; none where a number is undefined.
    pub numbers: Vec<Option<f64>>,
}

/// All rows of a sweep, or of a part of it, in the order of the points.
#[derive(Clone, Debug, PartialEq)]
pub struct Results {
    keys: Vec<String>,
    columns: Vec<String>,
    rows: Vec<Row>,
    experiment: String,
}

impl Results {
    /// Rows for records in the order of their points.
    pub(super) fn new(header: &Header, records: Vec<(usize, Record)>) -> Self {
        let columns = columns(&records);
        let row = |(index, record): (usize, Record)| Row {
            index,
            values: header.plan.values(index).into_iter().cloned().collect(),
            status: record.status,
            numbers: aligned(record.numbers, &columns),
        };
        Self {
            keys: header.plan.axes().map(|axis| axis.key().to_owned()).collect(),
            rows: records.into_iter().map(row).collect(),
            columns,
            experiment: header.experiment.clone(),
        }
    }

    /// The keys of the axes.
    pub fn keys(&self) -> &[String] {
        &self.keys
    }

    /// The names of the numbers, with their units: `fc_correlation`, `alpha_peak_eeg_hz`.
    ///
    /// They are those of `summary.json`, and for each signal `n_samples_NAME` and `standard_deviation_NAME`.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// The rows.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// A number by its name, for every row; none if there is no such column.
    pub fn column(&self, name: &str) -> Option<Vec<Option<f64>>> {
        let position = self.columns.iter().position(|column| column == name)?;
        Some(self.rows.iter().map(|row| row.numbers.get(position).copied().flatten()).collect())
    }

    /// How many points failed.
    pub fn n_failed(&self) -> usize {
        self.rows.iter().filter(|row| matches!(row.status, Status::Failed(_))).count()
    }

    /// The experiment whose keys were varied, as a TOML text.
    pub fn experiment(&self) -> &str {
        &self.experiment
    }
}

/// Every name that occurs, each where the first row that has it has it: after the name before it.
fn columns(records: &[(usize, Record)]) -> Vec<String> {
    let mut columns: Vec<String> = Vec::new();
    for (_, record) in records {
        let is_known = record.numbers.len() == columns.len()
            && record.numbers.iter().zip(&columns).all(|((name, _), column)| name == column);
        if is_known {
            continue;
        }
        let mut next = 0;
        for (name, _) in &record.numbers {
            let known = columns.iter().position(|column| column == name);
            if known.is_none() {
                columns.insert(next, name.clone());
            }
            next = known.unwrap_or(next) + 1;
        }
    }
    columns
}

fn aligned(numbers: Vec<Number>, columns: &[String]) -> Vec<Option<f64>> {
    let mut aligned = vec![None; columns.len()];
    for (name, value) in numbers {
        if let Some(position) = columns.iter().position(|column| *column == name) {
            aligned[position] = value;
        }
    }
    aligned
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_where_the_rows_have_them() {
        let record =
            |names: &[&str]| Record::done(names.iter().map(|name| ((*name).to_owned(), Some(1.0))).collect());
        let records = [record(&[]), record(&["a", "d"]), record(&["a", "b", "c", "d"]), record(&["z", "b"])];
        let records: Vec<_> = (0..).zip(records).collect();
        assert_eq!(columns(&records), ["z", "a", "b", "c", "d"]);
        assert_eq!(
            aligned(records[1].1.numbers.clone(), &columns(&records)),
            [None, Some(1.0), None, None, Some(1.0)]
        );
    }
}
