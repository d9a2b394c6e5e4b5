//! `brainmass run`.

use std::path::PathBuf;
use std::time::Duration;

use brainmass::core::Result;
use brainmass::experiment::{Checkpoint, Progress};
use brainmass::report::{Row, claim_folder, rows, write};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};

use super::changes::Changes;

#[derive(Args, Debug)]
#[command(after_help = HELP)]
pub(crate) struct Run {
    #[command(flatten)]
    changes: Changes,
    /// The folder to write to.
    #[arg(long, value_name = "FOLDER", default_value = "out")]
    out: PathBuf,
    /// Saves the run now and then in a file, and goes on from what an earlier one saved there.
    #[arg(long, value_name = "FILE")]
    checkpoint: Option<PathBuf>,
    /// How many seconds of the wall clock lie between two saves.
    #[arg(long, value_name = "SECONDS", default_value = "60", requires = "checkpoint", value_parser = seconds, allow_negative_numbers = true)]
    checkpoint_every: Duration,
    /// Begins anew, whatever the checkpoint holds.
    #[arg(long, requires = "checkpoint")]
    restart: bool,
}

const HELP: &str = "\
With --checkpoint a run that was stopped, by Ctrl-C, a kill or a power cut, loses what it did since the last save: the
same command typed again goes on from there and gives the same files, bit for bit, but for the time it took. The file
holds all networks of the experiment. It is removed once the results are written, and stays if the run ends in an
error. One that is damaged, or of another experiment, is refused with the reason.";

/// A time between saves.
fn seconds(text: &str) -> std::result::Result<Duration, String> {
    let duration = text.parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    duration.ok_or_else(|| "expected a number of seconds, zero or more".to_owned())
}

impl Run {
    pub(crate) fn run(self) -> Result<()> {
        let experiment = self.changes.experiment()?.check()?;
        claim_folder(&self.out)?;
        let open = |path: &PathBuf| experiment.checkpoint(path, self.checkpoint_every, self.restart);
        let mut checkpoint = self.checkpoint.as_ref().map(open).transpose()?;
        if let (Some(path), true) = (&self.checkpoint, checkpoint.as_ref().is_some_and(Checkpoint::is_begun))
        {
            println!("goes on from {}", path.display());
        }
        let mut bars = Bars::default();
        let mut progress = |progress| bars.show(progress);
        let outcome = match &mut checkpoint {
            Some(checkpoint) => experiment.run_saving(checkpoint, &mut progress),
            None => experiment.run(&mut progress),
        };
        bars.finish();
        let outcome = outcome?;
        let written = write(&outcome, &self.out)?;
        checkpoint.map_or(Ok(()), Checkpoint::remove)?;
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
            let bar = bar(progress.total, progress.part).with_position(progress.done as u64);
            // What an earlier run did took no time in this one.
            bar.reset_eta();
            self.current = Some((progress.part, bar));
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

pub(super) fn print_table(rows: &[Row]) {
    let width = rows.iter().map(|row| row.name.chars().count()).max().unwrap_or(0);
    for group in rows.chunk_by(|a, b| a.group == b.group) {
        println!("\n{}", group[0].group);
        for row in group {
            println!("  {:width$}  {}", row.name, row.text);
        }
    }
}
