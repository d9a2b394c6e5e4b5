//! Matrices and lists in text: separated by commas, semicolons, tabs or white space.

use std::path::Path;

use brainmass_core::{Error, Result};
use csv::{ReaderBuilder, StringRecord, Terminator, Trim};
use nalgebra::DMatrix;

use crate::file::{self, Loaded};

/// What is done with NaN, `NA`, `n/a` and empty cells.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Missing {
    Refused,
    Kept,
}

/// The lines of a text that are neither empty nor comments, cut into fields.
pub(crate) struct Lines<'a> {
    path: &'a Path,
    lines: Vec<(usize, StringRecord)>,
}

/// Numbers, with the names of columns and rows if there are any.
pub(crate) struct Table {
    pub(crate) values: DMatrix<f64>,
    pub(crate) columns: Option<Vec<String>>,
    pub(crate) rows: Option<Vec<String>>,
}

/// A column of numbers, with what stands in the first column if that holds names.
pub(crate) struct Column {
    pub(crate) values: Vec<f64>,
    pub(crate) names: Option<Vec<String>>,
}

/// The text of a file, without a byte-order mark.
pub(crate) fn decode(file: &Loaded) -> Result<&str> {
    let text = std::str::from_utf8(&file.bytes).map_err(|error| {
        Error::format(&file.path, format!("not UTF-8 text: byte {} is invalid", error.valid_up_to()))
    })?;
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
}

impl<'a> Lines<'a> {
    /// Cuts a text. The first line tells the separator: `;`, else `,`, else white space; in `.tsv` a tab.
    pub(crate) fn new(file: &'a Loaded) -> Result<Self> {
        let path = file.path.as_path();
        let text = decode(file)?;
        let is_content = |line: &str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
        let content = text.lines().enumerate().filter(|(_, line)| is_content(line));
        let first = content.clone().next().map_or("", |(_, line)| line);
        let separator = if file::extension(path) == "tsv" {
            Some(b'\t')
        } else {
            [b';', b','].into_iter().find(|separator| first.contains(char::from(*separator)))
        };
        let n_fields = match separator {
            Some(byte) => text.bytes().filter(|other| *other == byte).count() + content.clone().count(),
            None => text.split_whitespace().count(),
        };
        file::check_count(path, n_fields)?;
        let cut = |(index, line)| {
            let fields = separator.map_or_else(|| Ok(cut_at_white_space(line)), |byte| cut_at(byte, line));
            let fields =
                fields.map_err(|error| Error::format(path, format!("line {}: {error}", index + 1)))?;
            Ok((index + 1, fields))
        };
        let lines = content.map(cut).collect::<Result<_>>()?;
        Ok(Self { path, lines })
    }

    /// Takes off the first line if it is a header: none of its fields is a number, or the first is empty.
    ///
    /// Where empty cells stand for missing numbers, an empty first cell before numbers is such a cell.
    fn take_header(&mut self, missing: Missing) -> Option<StringRecord> {
        let (_, first) = self.lines.first()?;
        let has_names = first.iter().all(|field| number(field).is_none());
        let is_header = has_names || (first.get(0) == Some("") && missing == Missing::Refused);
        is_header.then(|| self.lines.remove(0).1)
    }

    /// A matrix of numbers. A header with an empty first field says that the first column names the rows.
    pub(crate) fn table(mut self, missing: Missing) -> Result<Table> {
        let header = self.take_header(missing);
        let named_rows = header.as_ref().is_some_and(|header| header.get(0) == Some(""));
        let skipped = usize::from(named_rows);
        let (n_columns, first) = match (&header, self.lines.first()) {
            (_, None) => return Err(Error::format(self.path, "holds no numbers")),
            (Some(header), _) => (header.len(), "the header".to_owned()),
            (None, Some((number, line))) => (line.len(), format!("line {number}")),
        };
        // Without a capacity: lines × columns means something only once the lines are equally long.
        let mut values = Vec::new();
        for (number, line) in &self.lines {
            if line.len() != n_columns {
                let found = line.len();
                return Err(self.problem(*number, &format!("{found} columns, but {first} has {n_columns}")));
            }
            for column in skipped..n_columns {
                values.push(self.value(*number, line, column, missing)?);
            }
        }
        let names = |fields: &mut dyn Iterator<Item = &str>| fields.map(str::to_owned).collect();
        Ok(Table {
            values: DMatrix::from_row_slice(self.lines.len(), n_columns - skipped, &values),
            columns: header.as_ref().map(|header| names(&mut header.iter().skip(skipped))),
            rows: named_rows.then(|| names(&mut self.lines.iter().map(|(_, line)| &line[0]))),
        })
    }

    /// A column of numbers, or the one line there is. The first column holds names if one of its cells is no number,
    /// or if all are among `known`.
    pub(crate) fn column(mut self, wanted: Option<&str>, known: &[String]) -> Result<Column> {
        let header = self.take_header(Missing::Refused);
        let n_columns = match (&header, self.lines.first()) {
            (_, None) => return Err(Error::format(self.path, "holds no numbers")),
            (Some(header), _) => header.len(),
            (None, Some((_, line))) => line.len(),
        };
        for (number, line) in &self.lines {
            if line.len() != n_columns {
                let first = if header.is_some() { "the header" } else { "the first line" };
                let problem = format!("{} columns, but {first} has {n_columns}", line.len());
                return Err(self.problem(*number, &problem));
            }
        }
        let names: Vec<&str> = self.lines.iter().map(|(_, line)| &line[0]).collect();
        let is_known = |name: &&str| known.iter().any(|known| known == name);
        let named =
            n_columns > 1 && (names.iter().any(|name| number(name).is_none()) || names.iter().all(is_known));
        if let ([(number, line)], None, None, false) = (self.lines.as_slice(), &header, wanted, named) {
            let values = (0..n_columns).map(|column| self.value(*number, line, column, Missing::Refused));
            return Ok(Column { values: values.collect::<Result<_>>()?, names: None });
        }
        let chosen = self.choose(header.as_ref(), usize::from(named), n_columns, wanted)?;
        if let (Some(header), true) = (&header, chosen > 0 && !named && numbers_rows(&names)) {
            let (first, column) = (known.first().map_or("", String::as_str), &header[0]);
            let problem = format!(
                "column `{column}` numbers the rows, but the regions have names, the first `{first}`"
            );
            return Err(Error::format(self.path, problem));
        }
        let names = named.then(|| names.into_iter().map(str::to_owned).collect());
        let value =
            |(number, line): &(usize, StringRecord)| self.value(*number, line, chosen, Missing::Refused);
        Ok(Column { values: self.lines.iter().map(value).collect::<Result<_>>()?, names })
    }

    /// The column with a name, or the only one from `first` on.
    fn choose(
        &self,
        header: Option<&StringRecord>,
        first: usize,
        n_columns: usize,
        wanted: Option<&str>,
    ) -> Result<usize> {
        let names = || header.into_iter().flat_map(|header| header.iter().skip(first));
        let problem = match wanted {
            Some(wanted) if header.is_none() => format!("has no header, so no column `{wanted}`"),
            Some(wanted) => match names().position(|name| name == wanted) {
                Some(position) => return Ok(first + position),
                None => Error::unknown("column", wanted, names()).to_string(),
            },
            None if n_columns == first + 1 => return Ok(first),
            None => match names().next() {
                Some(name) => {
                    let all: Vec<&str> = names().collect();
                    format!("holds the columns {}: say which, as in column = \"{name}\"", all.join(", "))
                }
                None => format!("{n_columns} columns without names, where one number per region is due"),
            },
        };
        Err(Error::format(self.path, problem))
    }

    /// Names and positions: `label x y z` on each line; what follows is left out. N × 3.
    pub(crate) fn positions(mut self) -> Result<(Vec<String>, DMatrix<f64>)> {
        self.take_header(Missing::Refused);
        let mut values = Vec::with_capacity(3 * self.lines.len());
        for (number, line) in &self.lines {
            if line.len() < 4 {
                return Err(
                    self.problem(*number, &format!("`label x y z` expected, found {} fields", line.len()))
                );
            }
            for column in 1..4 {
                values.push(self.value(*number, line, column, Missing::Refused)?);
            }
        }
        let labels = self.lines.iter().map(|(_, line)| line[0].to_owned()).collect();
        Ok((labels, DMatrix::from_row_slice(self.lines.len(), 3, &values)))
    }

    fn value(&self, line: usize, fields: &StringRecord, column: usize, missing: Missing) -> Result<f64> {
        let field = &fields[column];
        let place = format!("line {line}, column {}", column + 1);
        match number(field) {
            Some(value) if value.is_finite() || (value.is_nan() && missing == Missing::Kept) => Ok(value),
            Some(_) => {
                Err(Error::format(self.path, format!("{place}: `{field}`, where a finite number is due")))
            }
            None => Err(Error::format(self.path, format!("{place}: `{field}` is not a number"))),
        }
    }

    fn problem(&self, line: usize, problem: &str) -> Error {
        Error::format(self.path, format!("line {line}: {problem}"))
    }
}

/// Whether cells are whole numbers, each once.
fn numbers_rows(cells: &[&str]) -> bool {
    let numbers: std::collections::HashSet<i64> = cells.iter().filter_map(|cell| cell.parse().ok()).collect();
    numbers.len() == cells.len()
}

/// The number that a field stands for: NaN if it is marked as missing.
fn number(field: &str) -> Option<f64> {
    match field {
        "" | "NA" | "n/a" | "N/A" => Some(f64::NAN),
        _ => field.parse().ok(),
    }
}

fn cut_at_white_space(line: &str) -> StringRecord {
    let content = line.split_once('#').map_or(line, |(content, _)| content);
    content.split_whitespace().collect()
}

/// Cuts a line at a separator; fields may stand in quotes.
///
/// Line by line, as the positions that a reader of whole files gives do not count lines left out.
fn cut_at(separator: u8, line: &str) -> csv::Result<StringRecord> {
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .delimiter(separator)
        .terminator(Terminator::Any(b'\n'))
        .trim(Trim::All)
        .buffer_capacity(line.len())
        .from_reader(line.as_bytes());
    let mut fields = StringRecord::new();
    reader.read_record(&mut fields)?;
    Ok(fields)
}

#[cfg(test)]
mod tests {
    use super::*;
    use nalgebra::dmatrix;

    fn loaded(name: &str, bytes: impl Into<Vec<u8>>) -> Loaded {
        Loaded { path: name.into(), bytes: bytes.into() }
    }

    fn table(name: &str, text: &str, missing: Missing) -> Result<Table> {
        Lines::new(&loaded(name, text))?.table(missing)
    }

    fn message(name: &str, text: &str) -> String {
        table(name, text, Missing::Refused).err().map(|error| error.to_string()).unwrap_or_default()
    }

    #[test]
    fn one_matrix_in_every_dress() {
        for (name, text) in [
            ("a.csv", "0,1.5\n-2e3,3\n"),
            ("a.csv", "\u{feff}0;1.5\r\n-2e3;3"),
            ("a.csv", "0 1.5\n-2e3 3"),
            ("a.txt", "# weights\n\n 0\t1.5  # inline\n\n-2e3   3 \n\n"),
            ("a.tsv", "\tleft\tright hand\nleft\t0\t1.5\n\t-2e3\t3\n"),
            ("a.tsv", "left\tright hand\n0\t1.5\n-2e3\t3\n"),
            ("a.csv", "# weights\n\"left, up\",right\n0,\"1.5\"\n-2e3,3\n"),
            ("a.csv", ",left,right\nleft,0,1.5\nright,-2e3,3\n"),
            ("a.csv", ",0,1\n0,0,1.5\n1,-2e3,3\n"),
        ] {
            let found = table(name, text, Missing::Refused).unwrap();
            assert_eq!(found.values, dmatrix![0.0, 1.5; -2e3, 3.0], "{text:?}");
        }
    }

    #[test]
    fn names_come_along() {
        let found = table("a.csv", ",\"x, y\",z\nfirst,0,1\n", Missing::Refused).unwrap();
        assert_eq!(found.columns.unwrap(), ["x, y", "z"]);
        assert_eq!(found.rows.unwrap(), ["first"]);
        assert_eq!(table("a.txt", "x y\n0 1\n", Missing::Refused).unwrap().columns.unwrap(), ["x", "y"]);
        assert!(table("a.txt", "0 1\n", Missing::Refused).unwrap().columns.is_none());
    }

    #[test]
    fn the_line_is_named() {
        assert_eq!(message("a.csv", "0,1\n\n# x\n2,3,4\n"), "a.csv: line 4: 3 columns, but line 1 has 2");
        assert_eq!(message("a.txt", "x y\n0 1\n2\n"), "a.txt: line 3: 1 columns, but the header has 2");
        assert_eq!(message("a.txt", "# x\n0 1\n2 3,5\n"), "a.txt: line 3, column 2: `3,5` is not a number");
        assert_eq!(
            message("a.csv", "0,1\n\n2,\n"),
            "a.csv: line 3, column 2: ``, where a finite number is due"
        );
        assert_eq!(message("a.csv", "0,1x\n2,3\n"), "a.csv: line 1, column 2: `1x` is not a number");
        assert_eq!(message("a.txt", "0 nan"), "a.txt: line 1, column 2: `nan`, where a finite number is due");
        for empty in ["", "# only\n", "x y\n"] {
            assert_eq!(message("a.txt", empty), "a.txt: holds no numbers");
        }
        let latin = Lines::new(&loaded("a.txt", *b"r\xe9gion 1")).err().unwrap();
        assert_eq!(latin.to_string(), "a.txt: not UTF-8 text: byte 1 is invalid");
    }

    #[test]
    fn ragged_lines_reserve_no_memory() {
        // A rectangle of these sides would take 512 GiB.
        let text = format!("{}\n{}", "0 ".repeat(1 << 18), "0\n".repeat(1 << 18));
        assert_eq!(message("a.txt", &text), "a.txt: line 2: 1 columns, but line 1 has 262144");
    }

    #[test]
    fn missing_numbers_are_kept_where_allowed() {
        let kept = table("a.csv", "0,NaN,\nn/a,NA,1\n", Missing::Kept).unwrap().values;
        assert_eq!(kept.map(|value| u8::from(value.is_nan())), dmatrix![0, 1, 1; 1, 1, 0]);
        let infinite = table("a.csv", "0,inf\n", Missing::Kept).err().unwrap();
        assert_eq!(infinite.to_string(), "a.csv: line 1, column 2: `inf`, where a finite number is due");
    }

    #[test]
    fn positions_may_be_followed_by_more() {
        let read = |text: &str| Lines::new(&loaded("centres.txt", text)).and_then(Lines::positions);
        let (labels, positions) = read("label x y z\nrA1 1 2 3 None\nlA1\t-1 2 3 0 0 1\n").unwrap();
        assert_eq!(labels, ["rA1", "lA1"]);
        assert_eq!(positions, dmatrix![1.0, 2.0, 3.0; -1.0, 2.0, 3.0]);
        let short = read("rA1 1 2\n").unwrap_err();
        assert_eq!(short.to_string(), "centres.txt: line 1: `label x y z` expected, found 3 fields");
        let word = read("rA1 1 2 3\nrA2 1 2 high\n").unwrap_err();
        assert_eq!(word.to_string(), "centres.txt: line 2, column 4: `high` is not a number");
    }
}
