//! `brainmass sweep`.

use std::path::{Path, PathBuf};

use brainmass::core::{Error, Result};
use brainmass::experiment::Experiment;
use brainmass::sweep::{
    Axis, Progress, Results, Settings, Shard, Status, Sweep, check_out, merge, shard_files,
};
use clap::{Args, Subcommand};
use indicatif::ProgressBar;

use super::changes::Changes;
use super::run::bar;

#[derive(Args, Debug)]
#[command(args_conflicts_with_subcommands = true, after_help = HELP)]
pub(crate) struct Command {
    #[command(subcommand)]
    action: Option<Action>,
    #[command(flatten)]
    options: Options,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Joins the files of shards into one table, and says what is missing.
    Merge(Merge),
}

const HELP: &str = "\
VALUES are
  0.1,0.2,0.5       these; TOML, and what is not TOML is taken as text
  0.1..1.0/10       ten numbers from 0.1 to 1.0, equally far apart
  log:0.01..10/7    seven numbers from 0.01 to 10, each the same multiple of the one before
  1..8              the whole numbers from 1 to 8
The key `seed` is the seed of every network. Of several sections with the same name one is meant by its
number from 0: noise.1.sigma.

The table has a row for every point, in order, the last axis fastest: index, the values, status (`ok`, or why
not) and the numbers of the run. Finished points are kept in TABLE.partial: the same command goes on where a
sweep was stopped.

On several machines:
  brainmass sweep my.toml --vary seed=1..100 --out sweep.csv --shard 1/2    # writes sweep.csv.1-of-2
  brainmass sweep my.toml --vary seed=1..100 --out sweep.csv --shard 2/2    # writes sweep.csv.2-of-2
  brainmass sweep merge sweep.csv                                           # joins what lies beside it";

#[derive(Args, Debug)]
struct Options {
    #[command(flatten)]
    changes: Changes,
    /// Varies a key, for example `network.coupling.g=0.1..1.0/10`; may be repeated, for every combination. In place of
    /// what the file says under [sweep].
    #[arg(long, value_name = "KEY=VALUES")]
    vary: Vec<Axis>,
    /// Takes the values of all keys together, the first of each, then the second, instead of every combination.
    #[arg(long, requires = "vary")]
    zip: bool,
    /// Runs everything with as many seeds, from 0 on.
    #[arg(long, value_name = "N")]
    seeds: Option<usize>,
    /// Keeps these observations only, by their names, and leaves out networks that nobody observes.
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    observe: Vec<String>,
    /// The table to write: .csv, or .parquet if built with that feature.
    #[arg(long, value_name = "TABLE", default_value = "sweep.csv")]
    out: PathBuf,
    /// How many points run at once; as many as there are cores unless given. The results do not depend on it.
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    threads: usize,
    /// Runs a part of the sweep only, for example 2/4: every fourth point from the second on.
    #[arg(long, value_name = "I/N")]
    shard: Option<Shard>,
    /// Begins anew, whatever was finished earlier.
    #[arg(long)]
    restart: bool,
}

#[derive(Args, Debug)]
struct Merge {
    /// The table to write: .csv, or .parquet if built with that feature.
    table: PathBuf,
    /// The files to join; without any, those of shards that lie beside the table.
    files: Vec<PathBuf>,
    /// Writes what there is, though points are missing.
    #[arg(long)]
    incomplete: bool,
}

impl Command {
    pub(crate) fn run(self) -> Result<()> {
        match self.action {
            Some(Action::Merge(merge)) => merge.run(),
            None => self.options.run(),
        }
    }
}

impl Options {
    fn run(self) -> Result<()> {
        check_out(&self.out)?;
        let sweep = self.sweep()?;
        let settings =
            Settings { threads: self.threads, shard: self.shard, journal: None, restart: self.restart };
        let settings = settings.with_journal_beside(&self.out);
        let mut points = Points::default();
        let results = sweep.run(&settings, &mut |progress| points.show(progress));
        points.finish();
        let results = results?;
        if self.shard.is_none() {
            finish(&results, &self.out, &settings)?;
        }
        let file = settings.journal.filter(|_| self.shard.is_some()).unwrap_or(self.out);
        print_summary(&results, &file);
        Ok(())
    }

    fn sweep(&self) -> Result<Sweep> {
        let mut experiment = self.changes.experiment()?;
        if !self.observe.is_empty() {
            experiment.keep_observations(&self.observe)?;
        }
        let sweep = self.varied(experiment)?;
        let sweep = match self.seeds {
            Some(n_seeds) => sweep.with_seeds(n_seeds)?,
            None => sweep,
        };
        if sweep.axes().next().is_none() {
            let problem =
                "nothing varies; say what, as in --vary network.coupling.g=0.1..1.0/10 or --seeds 8";
            return Err(Error::setting("sweep", problem));
        }
        Ok(sweep)
    }

    fn varied(&self, experiment: Experiment) -> Result<Sweep> {
        match self.vary.as_slice() {
            [] => Sweep::described_by(experiment),
            axes if self.zip => Sweep::new(experiment).with_zipped(axes.to_vec()),
            axes => axes.iter().cloned().try_fold(Sweep::new(experiment), Sweep::with_axis),
        }
    }
}

/// The table in place of its journal.
fn finish(results: &Results, out: &Path, settings: &Settings) -> Result<()> {
    results.write(out)?;
    match &settings.journal {
        Some(journal) => std::fs::remove_file(journal).map_err(|error| Error::io(journal, &error)),
        None => Ok(()),
    }
}

impl Merge {
    fn run(self) -> Result<()> {
        check_out(&self.table)?;
        let files = if self.files.is_empty() { shard_files(&self.table)? } else { self.files };
        if files.is_empty() {
            let problem = "no files of shards lie beside it; name those to join";
            return Err(Error::setting(self.table.display().to_string(), problem));
        }
        let merged = merge(&files)?;
        let gaps = merged.gaps();
        if let Some(gaps) = &gaps
            && !self.incomplete
        {
            let problem = format!("{gaps}; to write it all the same, add --incomplete");
            return Err(Error::setting(self.table.display().to_string(), problem));
        }
        merged.results.write(&self.table)?;
        print_summary(&merged.results, &self.table);
        if let Some(gaps) = gaps {
            println!("{gaps}");
        }
        Ok(())
    }
}

/// The bar of a sweep; on a terminal only.
#[derive(Default)]
struct Points(Option<ProgressBar>);

impl Points {
    fn show(&mut self, progress: Progress) {
        let bar = self.0.get_or_insert_with(|| {
            let bar = bar(progress.total, "points").with_position(progress.done as u64);
            // Points of an earlier run took no time in this one.
            bar.reset_eta();
            bar
        });
        if progress.failed > 0 {
            bar.set_message(format!("points, {} failed", progress.failed));
        }
        bar.set_position(progress.done as u64);
    }

    fn finish(&mut self) {
        if let Some(bar) = self.0.take() {
            bar.finish_and_clear();
        }
    }
}

fn print_summary(results: &Results, file: &Path) {
    println!("{} points in {}", results.rows().len(), file.display());
    let failed = results.rows().iter().filter(|row| matches!(row.status, Status::Failed(_)));
    if let Some(first) = failed.clone().next() {
        println!("{} failed; the first, point {}: {}", failed.count(), first.index, first.status);
    }
}
