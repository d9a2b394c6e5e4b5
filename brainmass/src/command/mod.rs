//! What the command can do: one file per subcommand.

mod changes;
mod fit;
mod models;
mod run;
mod sweep;

use brainmass::core::Result;
use brainmass::experiment::EXAMPLE;
use clap::{Parser, Subcommand};

/// Whole-brain simulation: from a connectome to BOLD, EEG and MEG, and to a score against data.
#[derive(Debug, Parser)]
#[command(name = "brainmass", version, arg_required_else_help = true)]
pub(crate) struct Command {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Runs an experiment and writes what it gave to a folder; without a file, the main job on embedded data.
    Run(run::Run),
    /// Runs an experiment many times, over parameters and seeds, on all cores, into one table.
    Sweep(sweep::Command),
    /// Fits values of an experiment to data, with gradients or without: what its section [fit] says.
    Fit(fit::Fit),
    /// Prints a commented experiment file.
    Init,
    /// Lists the nodes with their parameters, units and defaults.
    Models(models::Models),
}

impl Command {
    pub(crate) fn run(self) -> Result<()> {
        match self.action {
            Action::Run(run) => run.run(),
            Action::Sweep(sweep) => sweep.run(),
            Action::Fit(fit) => fit.run(),
            Action::Init => {
                print!("{EXAMPLE}");
                Ok(())
            }
            Action::Models(models) => models.run(),
        }
    }
}
