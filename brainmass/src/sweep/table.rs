//! The rows as CSV.

use std::io::{self, Write};
use std::path::Path;

use brainmass_core::{Error, Result, write_atomically};
use toml::Value;

use super::row::{Results, Row};

/// The format of a table, by the ending of its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Csv,
    #[cfg(feature = "parquet")]
    Parquet,
}

impl Format {
    fn of(path: &Path) -> Result<Self> {
        let refused = |problem: &str| Err(Error::setting(path.display().to_string(), problem));
        match path.extension().and_then(|ending| ending.to_str()) {
            Some("csv") => Ok(Self::Csv),
            #[cfg(feature = "parquet")]
            Some("parquet") => Ok(Self::Parquet),
            #[cfg(not(feature = "parquet"))]
            Some("parquet") => refused("for Parquet, build with `--features parquet`"),
            _ => refused("a table is written as .csv or .parquet"),
        }
    }
}

/// Checks that a table can be written to a file, before anything is run for it.
///
/// # Errors
/// [`Error::Setting`] for an ending that stands for no format, and for a folder.
pub fn check_out(path: &Path) -> Result<()> {
    Format::of(path)?;
    if path.is_dir() {
        return Err(Error::setting(path.display().to_string(), "is a folder"));
    }
    Ok(())
}

impl Results {
    /// Writes the rows as `.csv`, or as `.parquet` if the feature `parquet` is on; the file appears when it is complete.
    ///
    /// The columns are `index`, the keys of the axes, `status` (`ok`, or why not) and [`columns`](Self::columns). An
    /// undefined number is an empty field. Numbers are written with as many digits as bring back the same bits.
    ///
    /// # Errors
    /// [`Error::Setting`] for another ending, [`Error::Io`] with the file.
    pub fn write(&self, path: &Path) -> Result<()> {
        match Format::of(path)? {
            Format::Csv => write_atomically(path, |writer| self.write_csv(writer)),
            #[cfg(feature = "parquet")]
            Format::Parquet => super::parquet::write(self, path),
        }
    }

    fn write_csv(&self, writer: &mut impl Write) -> io::Result<()> {
        let names = ["index"].into_iter().chain(self.keys().iter().map(String::as_str));
        let names = names.chain(["status"]).chain(self.columns().iter().map(String::as_str));
        let head: Vec<String> = names.map(field).collect();
        writeln!(writer, "{}", head.join(","))?;
        self.rows().iter().try_for_each(|row| writeln!(writer, "{}", fields(row).join(",")))
    }
}

fn fields(row: &Row) -> Vec<String> {
    let mut fields = vec![row.index.to_string()];
    fields.extend(row.values.iter().map(|value| field(&text(value))));
    fields.push(field(&row.status.to_string()));
    fields.extend(row.numbers.iter().map(|value| value.map_or_else(String::new, number)));
    fields
}

/// A value of an axis as text: a text without its quotes, anything else as TOML writes it.
pub(super) fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Float(value) => number(*value),
        other => other.to_string(),
    }
}

/// The shortest digits that give the same bits, with an exponent where there would be many zeros.
fn number(value: f64) -> String {
    let size = value.abs();
    if size == 0.0 || (1e-5..1e16).contains(&size) { format!("{value}") } else { format!("{value:e}") }
}

/// A field of a line, in quotes where it needs them.
fn field(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_quoted_where_they_must_be() {
        assert_eq!(field("ok"), "ok");
        assert_eq!(field("`w`: \"1\", no"), "\"`w`: \"\"1\"\", no\"");
        assert_eq!(text(&Value::Array(vec![Value::Float(1.0), Value::Integer(2)])), "[1.0, 2]");
        assert_eq!(text(&Value::from("heun")), "heun");
    }

    #[test]
    fn numbers_are_short_and_come_back() {
        for (value, written) in [
            (0.1 + 0.2, "0.30000000000000004"),
            (1.0, "1"),
            (-0.0, "-0"),
            (5.25e-15, "5.25e-15"),
            (1e16, "1e16"),
        ] {
            assert_eq!(number(value), written);
            assert_eq!(number(value).parse::<f64>().unwrap().to_bits(), value.to_bits());
        }
    }

    #[test]
    fn what_cannot_be_written_is_said_beforehand() {
        let message = |path: &Path| check_out(path).unwrap_err().to_string();
        assert_eq!(message(Path::new("sweep.xlsx")), "sweep.xlsx: a table is written as .csv or .parquet");
        assert_eq!(message(Path::new("sweep")), "sweep: a table is written as .csv or .parquet");
        let folder = tempfile::Builder::new().suffix(".csv").tempdir().unwrap();
        assert!(message(folder.path()).ends_with("is a folder"));
        check_out(Path::new("sweep.csv")).unwrap();
    }
}
