//! The experiment of a command, with the changes that its options make.

use std::path::PathBuf;

use brainmass::core::Result;
use brainmass::experiment::Experiment;
use clap::Args;

#[derive(Args, Debug)]
pub(super) struct Changes {
    /// The experiment, a TOML file (see `brainmass init`); without it the main job on embedded data.
    experiment: Option<PathBuf>,
    /// Another connectome: a file, or the name of a dataset.
    #[arg(long, value_name = "FILE")]
    connectome: Option<String>,
    /// Other functional connectivity to score against: a file, or the name of a dataset.
    #[arg(long, value_name = "FILE")]
    target_fc: Option<String>,
    /// Another seed.
    #[arg(long, value_parser = clap::value_parser!(u64).range(..=i64::MAX as u64))]
    seed: Option<u64>,
    /// Changes a key of the experiment, for example `simulation.duration_ms=5000`; may be repeated.
    #[arg(long, value_name = "KEY=VALUE")]
    set: Vec<String>,
}

impl Changes {
    pub(super) fn experiment(&self) -> Result<Experiment> {
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
