//! `brainmass fit`.

use std::path::{Path, PathBuf};

use brainmass::core::{Error, Result};
use brainmass::fit::{ExperimentFit, Progress, Settings};
use brainmass::report::{claim_folder, fit_rows, write_fit};
use clap::Args;
use indicatif::ProgressBar;

use super::changes::Changes;
use super::run::{bar, print_table};

#[derive(Args, Debug)]
#[command(after_help = HELP)]
pub(crate) struct Fit {
    #[command(flatten)]
    changes: Changes,
    /// The folder to write to.
    #[arg(long, value_name = "FOLDER", default_value = "fit")]
    out: PathBuf,
    /// Where judged candidates are noted; FOLDER.partial unless given, which is removed at the end. One that is named stays, so that the
    /// same fit with more candidates goes on from it.
    #[arg(long, value_name = "FILE")]
    journal: Option<PathBuf>,
    /// How many runs go at once; as many as there are cores unless given. The result does not depend on it.
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    threads: usize,
    /// Begins anew, whatever was judged earlier.
    #[arg(long)]
    restart: bool,
}

const HELP: &str = "\
The section [fit] of the experiment says what may change:

  [fit]
  parameters = [\"network.coupling.g = log:0.05..2.0\", \"noise.sigma = 0.01..0.5 from 0.2\"]
  maximize = \"fc_correlation\"    # or minimize: any number of a sweep's table, such as \"fc_rmse\"
  optimizer = \"cma_es\"           # or \"differential_evolution\", \"nelder_mead\"; by gradient \"lbfgs\", \"adam\"
  seed = 0                       # of the optimizer
  most_evaluations = 200
  seeds = 4                      # the mean over as many seeds of the noise counts; without it the seed of the file
  observe = [\"bold\"]             # what a candidate records; for FC the scored signal unless given
  test_fc = \"held_out.csv\"       # FC of data that the fit does not see

A parameter is a key as in --set, its bounds, and where to begin: from the value of the file unless given. log: lays it on
a logarithmic axis; `per region` behind it, or `per group of FILE`, gives regions values of their own. Coefficients of maps
are keys too: node.w_ee.scale. `network.weights = log:1e-6..3 per connection` are all weights that are not zero: they are
written to weights.npy, which best.toml names. By gradient many values cost no more than a few: for fc_correlation, fc_rmse
and fcd_wasserstein of BOLD or an average. Without a file: brainmass fit --set 'fit.parameters=[\"network.coupling.g = log:0.05..2.0\"]'

Written are fit.json (best values, history, why it ended), best.toml for `brainmass run`, and pictures. A candidate
whose run fails is a bad candidate. Stopped by Ctrl-C or a kill, the same command goes on where it was and ends the same.";

impl Fit {
    pub(crate) fn run(self) -> Result<()> {
        let fit = ExperimentFit::new(self.changes.experiment()?)?;
        claim_folder(&self.out)?;
        let journal = self.journal.clone().unwrap_or_else(|| beside(&self.out));
        if self.restart && journal.exists() {
            std::fs::remove_file(&journal).map_err(|error| Error::io(&journal, &error))?;
        }
        let settings =
            Settings { threads: self.threads, journal: Some(journal.clone()), ..Settings::default() };
        let mut candidates = Candidates::default();
        let fitted = fit.run(&settings, &mut |progress| candidates.show(progress));
        candidates.finish();
        let fitted = fitted?;
        let written = write_fit(&fitted, &self.out)?;
        if self.journal.is_none() {
            std::fs::remove_file(&journal).map_err(|error| Error::io(&journal, &error))?;
        }
        print_table(&fit_rows(&fitted));
        println!(
            "\n{} files in {}; for all signals of the best: brainmass run {}",
            written.files.len(),
            written.folder.display(),
            written.folder.join("best.toml").display()
        );
        Ok(())
    }
}

/// The journal beside a folder, however its path ends.
fn beside(folder: &Path) -> PathBuf {
    let mut name = folder.components().collect::<PathBuf>().into_os_string();
    name.push(".partial");
    name.into()
}

/// The bar of a fit; on a terminal only.
#[derive(Default)]
struct Candidates(Option<ProgressBar>);

impl Candidates {
    fn show(&mut self, progress: Progress) {
        let bar = self.0.get_or_insert_with(|| {
            let bar = bar(progress.total, "candidates").with_position(progress.done as u64);
            // Candidates of an earlier run took no time in this one.
            bar.reset_eta();
            bar
        });
        if let Some(best) = progress.best {
            bar.set_message(format!("best {best:.4}"));
        }
        bar.set_position(progress.done as u64);
    }

    fn finish(&mut self) {
        if let Some(bar) = self.0.take() {
            bar.finish_and_clear();
        }
    }
}
