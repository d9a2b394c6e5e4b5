//! `brainmass run`.

use std::path::PathBuf;

use brainmass::core::Result;
use brainmass::experiment::{Experiment, Progress};
use brainmass::report::{Row, claim_folder, rows, write};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};

#[derive(Args, Debug)]
pub(crate) struct Run {
    /// The experiment, a TOML file (see `brainmass init`); without it the main job on embedded data.
    experiment: Option<PathBuf>,
    /// Another connectome: a file, or the name of a dataset.
    #[arg(long, value_name = "FILE")]
    connectome: Option<String>,
    /// Other functional connectivity to score against: a file, or the name of a dataset.
    #[arg(long, value_name = "FILE")]
    target_fc: Option<String>,
    /// The folder to write to.
    #[arg(long, value_name = "FOLDER", default_value = "out")]
    out: PathBuf,
    /// Another seed.
    #[arg(long, value_parser = clap::value_parser!(u64).range(..=i64::MAX as u64))]
    seed: Option<u64>,
    /// Changes a key of the experiment, for example `simulation.duration_ms=5000`; may be repeated.
    #[arg(long, value_name = "KEY=VALUE")]
    set: Vec<String>,
}

impl Run {
    pub(crate) fn run(self) -> Result<()> {
        let experiment = self.experiment()?.check()?;
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

    fn experiment(&self) -> Result<Experiment> {
        let mut experiment = match &self.experiment {
            Some(path) => Experiment::open(path)?,
            None => Experiment::example(),
        };
        if let Some(connectome) = &self.connectome {
            experiment.set_connectome(connectome)?;
        }
        if let Some(target) = &self.target_fc {
            experiment.set_target_fc(target)?;
        }
        if let Some(seed) = self.seed {
            experiment.set_seed(seed)?;
        }
        self.set.iter().try_for_each(|assignment| experiment.set(assignment))?;
        Ok(experiment)
    }
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
            let style = ProgressStyle::with_template("{msg:18} {bar:40} {percent:>3} %, {eta} left");
            let style = style.unwrap_or_else(|_| ProgressStyle::default_bar());
            let bar = ProgressBar::new(progress.total as u64).with_message(progress.part).with_style(style);
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

fn print_table(rows: &[Row]) {
    let width = rows.iter().map(|row| row.name.chars().count()).max().unwrap_or(0);
    for group in rows.chunk_by(|a, b| a.group == b.group) {
        println!("\n{}", group[0].group);
        for row in group {
            println!("  {:width$}  {}", row.name, row.text);
        }
    }
}
