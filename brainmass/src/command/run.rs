//! `brainmass run`.

use std::path::PathBuf;

use brainmass::core::Result;
use brainmass::experiment::Progress;
use brainmass::report::{Row, claim_folder, rows, write};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};

use super::changes::Changes;

#[derive(Args, Debug)]
pub(crate) struct Run {
    #[command(flatten)]
    changes: Changes,
    /// The folder to write to.
    #[arg(long, value_name = "FOLDER", default_value = "out")]
    out: PathBuf,
}

impl Run {
    pub(crate) fn run(self) -> Result<()> {
        let experiment = self.changes.experiment()?.check()?;
        claim_folder(&self.out)?;
        let mut bars = Bars::default();
        let outcome = experiment.run(&mut |progress| bars.show(progress));
        bars.finish();
        let outcome = outcome?;
        let written = write(&outcome, &self.out)?;
        print_table(&rows(&outcome));
        let page = written.folder.join("report.html");
        println!(
            "\n{} files in {}; look at {}",
            written.files.len(),
            written.folder.display(),
            page.display()
        );
        Ok(())
    }
}

/// A bar with a name, how much is done, and the time left.
pub(super) fn bar(total: usize, name: &'static str) -> ProgressBar {
    let style = ProgressStyle::with_template("{msg:18} {bar:40} {percent:>3} %, {eta} left");
    let style = style.unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(total as u64).with_message(name).with_style(style)
}

/// One progress bar after the other; on a terminal only.
#[derive(Default)]
struct Bars {
    current: Option<(&'static str, ProgressBar)>,
}

impl Bars {
    fn show(&mut self, progress: Progress) {
        if self.current.as_ref().is_none_or(|(part, _)| *part != progress.part) {
            self.finish();
            self.current = Some((progress.part, bar(progress.total, progress.part)));
        }
        if let Some((_, bar)) = &self.current {
            bar.set_position(progress.done as u64);
        }
    }

    fn finish(&mut self) {
        if let Some((_, bar)) = self.current.take() {
            bar.finish_and_clear();
        }
    }
}

fn print_table(rows: &[Row]) {
    let width = rows.iter().map(|row| row.name.chars().count()).max().unwrap_or(0);
    for group in rows.chunk_by(|a, b| a.group == b.group) {
        println!("\n{}", group[0].group);
        for row in group {
            println!("  {:width$}  {}", row.name, row.text);
        }
    }
}
