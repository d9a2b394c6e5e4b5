//! The table, on the terminal and in Markdown.

use std::io::{self, Write};
use std::path::Path;

use super::case::{Case, Check, Outcome, Suite};
use super::figures::{Drawing, FIGURES};
use super::{Ran, full_name};

/// Rows as they come, aligned.
pub(super) struct Terminal {
    name_width: usize,
}

impl Terminal {
    /// A table whose names have at most `name_width` characters, beginning with its head.
    pub(super) fn new(name_width: usize) -> Self {
        let table = Self { name_width };
        table.line(["case", "error", "tolerance", "verdict", "source"]);
        table
    }

    pub(super) fn row(&self, name: &str, case: &Case, outcome: &Outcome) {
        self.line([name, &error(outcome), &number(case.tolerance), verdict(outcome), case.source]);
        if let Some(remark) = remark(outcome) {
            println!("    {remark}");
        }
    }

    fn line(&self, [name, error, tolerance, verdict, source]: [&str; 5]) {
        let width = self.name_width;
        println!("{name:<width$}  {error:>8}  {tolerance:>9}  {verdict:<7}  {source}");
    }
}

pub(super) fn list(suites: &[Suite]) {
    for suite in suites {
        for case in suite.cases {
            println!("{}: {}", full_name(suite.name, case), case.what);
        }
    }
}

pub(super) fn summary(ran: &[Ran]) {
    println!();
    for suite in ran {
        println!("{:<19} {:>3} rows in {:>5.1} s", suite.name, suite.rows.len(), suite.took.as_secs_f64());
    }
    println!("{}", totals(ran));
}

pub(super) fn written(path: &Path) {
    println!("written to {}", path.display());
}

/// The report: a table for each suite, with links to its figures.
pub(super) fn markdown(ran: &[Ran], file: &mut impl Write) -> io::Result<()> {
    writeln!(file, "# Validation\n\n{}\n", totals(ran))?;
    writeln!(
        file,
        "Written by `cargo xtask validate`. A row marked DIFFERENCE stands where the Python library"
    )?;
    writeln!(
        file,
        "brainmass 0.1.1, the reference of the vectors, is wrong: its own number must be missed."
    )?;
    for suite in ran {
        writeln!(file, "\n## {} ({:.1} s)\n", suite.name, suite.took.as_secs_f64())?;
        writeln!(
            file,
            "| case | error | tolerance | verdict | source | what is compared | reason for the tolerance |"
        )?;
        writeln!(file, "|---|---:|---:|---|---|---|---|")?;
        for (case, outcome) in &suite.rows {
            let marked = match case.check {
                Check::Difference(_) => format!("`{}` DIFFERENCE", case.name),
                _ => format!("`{}`", case.name),
            };
            let verdict = match remark(outcome) {
                Some(remark) => format!("{}: {remark}", verdict(outcome)),
                None => verdict(outcome).to_owned(),
            };
            let (error, tolerance) = (error(outcome), number(case.tolerance));
            let cells = [&marked, &error, &tolerance, &verdict, case.source, case.what, case.why];
            let cells = cells.map(|cell| cell.replace('|', "\\|").replace('\n', " "));
            writeln!(file, "| {} |", cells.join(" | "))?;
        }
        for Drawing { name, caption, .. } in FIGURES.iter().filter(|drawing| drawing.suite == suite.name) {
            writeln!(file, "\n![{caption}]({name}.svg)\n\n*{caption}*")?;
        }
    }
    Ok(())
}

fn totals(ran: &[Ran]) -> String {
    let outcomes = || ran.iter().flat_map(|suite| &suite.rows).map(|(_, outcome)| outcome);
    let passed = outcomes().filter(|outcome| matches!(outcome, Outcome::Passed { .. })).count();
    let skipped = outcomes().filter(|outcome| matches!(outcome, Outcome::Skipped(_))).count();
    let took: f64 = ran.iter().map(|suite| suite.took.as_secs_f64()).sum();
    let failed = outcomes().count() - passed - skipped;
    format!("{passed} passed, {failed} failed, {skipped} skipped in {took:.1} s.")
}

fn verdict(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Passed { .. } => "ok",
        Outcome::Failed { .. } => "FAILED",
        Outcome::Skipped(_) => "skipped",
    }
}

fn error(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Passed { error, .. } | Outcome::Failed { error, .. } if error.is_finite() => number(*error),
        _ => "–".to_owned(),
    }
}

/// What is to be said beside the numbers.
fn remark(outcome: &Outcome) -> Option<String> {
    match outcome {
        Outcome::Passed { from_wrong: Some(distance), .. } => {
            Some(format!("the reference's own number is {} away", number(*distance)))
        }
        Outcome::Failed { reason: Some(reason), .. } => Some(reason.clone()),
        Outcome::Skipped(reason) => Some((*reason).to_owned()),
        _ => None,
    }
}

fn number(value: f64) -> String {
    if value == 0.0 { "0".to_owned() } else { format!("{value:.1e}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    const CASE: Case = Case {
        name: "a-case",
        what: "|x|",
        source: "a paper",
        tolerance: 1e-3,
        why: "rounding",
        check: Check::Difference(|| Err("unused".into())),
    };

    #[test]
    fn the_table_says_what_happened() {
        let rows = vec![
            (&CASE, Outcome::Passed { error: 0.0, from_wrong: Some(0.25) }),
            (&CASE, Outcome::Failed { error: 2e-3, reason: None }),
            (&CASE, Outcome::Failed { error: f64::NAN, reason: Some("no file".to_owned()) }),
            (&CASE, Outcome::Skipped("no data")),
        ];
        let ran = [Ran { name: "suite", rows, took: Duration::from_millis(1500) }];
        let mut text = Vec::new();
        markdown(&ran, &mut text).unwrap();
        let text = String::from_utf8(text).unwrap();
        assert!(text.contains("1 passed, 2 failed, 1 skipped in 1.5 s."));
        let expected = [
            "| `a-case` DIFFERENCE | 0 | 1.0e-3 | ok: the reference's own number is 2.5e-1 away | a paper |",
            "| 2.0e-3 | 1.0e-3 | FAILED | a paper | \\|x\\| | rounding |",
            "| – | 1.0e-3 | FAILED: no file |",
            "| skipped: no data |",
        ];
        for part in expected {
            assert!(text.contains(part), "{part} not in {text}");
        }
    }
}
