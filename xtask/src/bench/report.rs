//! What comes out: tables on the terminal and in Markdown, all figures as JSON.

use std::io::Write;
use std::path::Path;

use serde_json::{Map, Value};

use super::options::Options;
use crate::{Result, root};

/// Where the tables stand for readers.
const DOCS: &str = "docs/benchmarks.md";

/// A table with a word before and after it.
pub(super) struct Table {
    pub(super) title: &'static str,
    pub(super) text: String,
    pub(super) head: Vec<String>,
    pub(super) rows: Vec<Vec<String>>,
}

impl Table {
    pub(super) fn new(title: &'static str, text: impl Into<String>, head: &[&str]) -> Self {
        let head = head.iter().map(|&word| word.to_owned()).collect();
        Self { title, text: text.into(), head, rows: Vec::new() }
    }

    pub(super) fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    fn widths(&self) -> Vec<usize> {
        let width = |cells: &Vec<String>, k: usize| cells.get(k).map_or(0, |cell| cell.chars().count());
        let rows = || self.rows.iter().chain([&self.head]);
        (0..self.head.len()).map(|k| rows().map(|cells| width(cells, k)).max().unwrap_or(0)).collect()
    }

    /// In Markdown, whose columns are as wide as their cells: what the terminal shows as well.
    fn markdown(&self) -> String {
        let widths = self.widths();
        let line = |cells: &[String]| {
            let padded = cells.iter().zip(&widths).enumerate().map(|(k, (cell, &width))| {
                if k == 0 { format!(" {cell:<width$} |") } else { format!(" {cell:>width$} |") }
            });
            format!("|{}\n", padded.collect::<String>())
        };
        let rule = widths.iter().enumerate().map(|(k, width)| {
            let dashes = "-".repeat(width + 1);
            if k == 0 { format!("{dashes}-|") } else { format!("{dashes}:|") }
        });
        let mut parts = vec![format!("## {}\n", self.title)];
        if !self.text.is_empty() {
            parts.push(format!("{}\n", self.text));
        }
        if !self.rows.is_empty() {
            let rows = self.rows.iter().map(|cells| line(cells));
            parts.push(format!(
                "{}|{}\n{}",
                line(&self.head),
                rule.collect::<String>(),
                rows.collect::<String>()
            ));
        }
        parts.join("\n")
    }
}

/// All sections of a run.
pub(super) struct Report {
    figures: Map<String, Value>,
    sections: Vec<String>,
}

impl Report {
    /// A report that begins with the machine.
    pub(super) fn new(machine: (Table, Value)) -> Self {
        let mut report = Self { figures: Map::new(), sections: Vec::new() };
        report.add("machine", &machine.0, machine.1);
        report
    }

    /// Adds a section and prints it.
    pub(super) fn add(&mut self, name: &str, table: &Table, figures: Value) {
        let text = table.markdown();
        println!("{text}");
        self.sections.push(text);
        self.figures.insert(name.to_owned(), figures);
    }

    /// Writes the files that the options name.
    pub(super) fn write(&self, options: &Options) -> Result<()> {
        if let Some(path) = &options.json {
            write(path, &format!("{:#}\n", Value::Object(self.figures.clone())))?;
        }
        if options.write_docs {
            write(&root().join(DOCS), &self.docs())?;
        }
        Ok(())
    }

    fn docs(&self) -> String {
        format!("{}\n{}", include_str!("docs.md"), self.sections.join("\n"))
    }
}

fn write(path: &Path, text: &str) -> Result<()> {
    brainmass_core::write_atomically(path, |writer| writer.write_all(text.as_bytes()))?;
    println!("written to {}", path.display());
    Ok(())
}

/// A number with three significant digits.
pub(super) fn digits(value: f64) -> String {
    let magnitude = value.abs();
    if !magnitude.is_finite() || magnitude >= 99.95 || magnitude == 0.0 {
        format!("{value:.0}")
    } else if magnitude >= 9.995 {
        format!("{value:.1}")
    } else {
        format!("{value:.2}")
    }
}

/// A ratio.
#[cfg(any(test, feature = "bench"))]
pub(super) fn times(value: f64) -> String {
    format!("{}×", digits(value))
}

/// A share.
pub(super) fn percent(value: f64) -> String {
    format!("{:.0} %", 100.0 * value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_markdown_with_aligned_columns() {
        let mut table = Table::new("Speed", "In ns.", &["N", "time"]);
        table.row(vec!["80".to_owned(), digits(1142.3)]);
        let expected = "## Speed\n\nIn ns.\n\n| N  | time |\n|----|-----:|\n| 80 | 1142 |\n";
        assert_eq!(table.markdown(), expected);
    }

    #[test]
    fn numbers_have_three_digits() {
        let numbers = [0.0, 1.234, 12.34, 123.4, 1_234.0, 9.996, f64::NAN];
        assert_eq!(numbers.map(digits), ["0", "1.23", "12.3", "123", "1234", "10.0", "NaN"]);
        assert_eq!((times(5.0), percent(0.412)), ("5.00×".to_owned(), "41 %".to_owned()));
    }
}
