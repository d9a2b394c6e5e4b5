//! Experiments as files: a network, what is observed of it, and how it is judged.
//!
//! A TOML file has the sections `network`, `node`, `noise`, `simulation`, `observe` and `objective`, with
//! units in the keys, `sweep` for what varies over many runs, and `fit` for what is fitted. A second network on the same connectome, for signals faster than BOLD, may stand
//! under `electrophysiology` with the same sections.
//!
//! # Several kinds of nodes
//!
//! Sections `population.NAME` in place of `node` and `noise` make a
//! [mixed network](brainmass_network::MixedNetwork): each names its `model` and its `regions`, and has what `node` has,
//! with `noise` within it. Variables and inputs are named with their population, `cortex.r_e`, in couplings,
//! observations and stimuli. What differs between regions has one number per region of the population, in the order in which
//! they were named; a coupling's parameters have one per region of the connectome.
//!
//! # Maps
//!
//! Where a quantity may differ between regions (parameters of nodes, strengths of couplings, noise, drives, initial values),
//! the value is a number, a list with one number per region, or a map from a file:
//! `{ file = "maps.csv", column = "myelin", scale = 0.5, offset = 12.0 }` stands for offset + scale × number, in the
//! unit of the key. The sum of several maps is `{ offset = 12.0, maps = [{ file = "a.txt", scale = 0.5 }, { file = "b.txt" }] }`.
//! [`read_region_values`](brainmass_datasets::read_region_values) says which files there are and how
//! their numbers find their regions. A sweep may vary `node.w_ee.scale`.
//!
//! A sum of maps knows no sign and no bounds. With a `link` it is taken on another axis, and what comes back keeps them in every region
//! ([`Link`](brainmass_fit::Link)). The offset stays a value: that where all maps are zero. With η = Σ scale × number:
//!
//! | `link` | value |
//! |---|---|
//! | `"log"` | offset × e^η, of the sign of the offset |
//! | `"logit:LOW..HIGH"` | low + (high − low)/(1 + e^−(z + η)), between bounds; z is where the offset lies |
//! | `"softplus:LOW..SCALE"` | low + (scale − low) ln(1 + e^(z + η)), above LOW, or below it if SCALE is |
//!
//! `a_hz = { link = "log", offset = -0.5, maps = [{ file = "myelin.txt", scale = 0.3 }] }` is negative whatever the scale. Offset and
//! bounds are in the unit of the key; scales have none.
//!
//! # Weights
//!
//! `weights` in `[network]`, a file or a list of rows, stands for those of the connectome once it is normalised; lengths and names stay those
//! of the connectome. `weights[i][j]` goes from j to i.
//!
//! # Feedback inhibition
//!
//! For the model `reduced_wong_wang_exc_inh`, a section `[node.feedback_inhibition]` makes `j_i` of every region such that all of them
//! fire at one mean rate, `target_rate_hz` or that of Deco et al. (2014): see
//! [`FeedbackInhibition`](brainmass_nodes::FeedbackInhibition). It follows what a sweep or a fit without gradients changes.
//!
//! # Outside the domain of a model
//!
//! | what | what happens |
//! |---|---|
//! | a parameter outside the range that its model admits | refused before anything runs, with the range |
//! | a state outside its bounds, at the start or after a step | brought back to the bound; models without bounds keep the state |
//! | a state that is not finite | the run ends with region, variable, step and time; nothing is written |
//!
//! ```
//! use brainmass::Experiment;
//! let mut experiment = Experiment::example();
//! experiment.set("simulation.duration_ms=30000")?;
//! experiment.set("electrophysiology.simulation.duration_ms=4000")?;
//! let outcome = experiment.run(&mut |_| ())?;
//! assert_eq!(outcome.signal("bold").unwrap().series.sampling().n_channels(), 8);
//! # Ok::<(), brainmass_core::Error>(())
//! ```

mod beside;
mod change;
mod checkpoint;
mod gradient;
mod head;
mod inhibition;
mod link;
mod map;
mod network;
mod nodes;
mod noise;
mod observe;
mod part;
mod place;
mod population;
mod score;
mod score_fcd;
mod section;
mod sensors;
mod shafts;
mod signal;
mod spectrum;
mod stimulus;

pub(crate) use change::{Key, value};
pub use checkpoint::Checkpoint;
pub(crate) use link::bounds;
pub use observe::{Dropped, MODELS, Signal};
pub use part::PartOutcome;
pub(crate) use place::{Place, WEIGHTS};
pub use score::Score;
pub use score_fcd::FcdScore;
pub(crate) use section::Section;
pub use signal::AnySeries;
pub(crate) use signal::with_series;
pub use spectrum::AlphaSpectrum;

use std::path::{Path, PathBuf};

use brainmass_core::{Error, Result, check};
use nalgebra::DMatrix;
use toml::Table;

use part::Part;
use score::ObjectiveSettings;

use crate::fit;
use crate::sweep::Declared;

/// The commented file of the main job, as `brainmass init` prints it.
pub const EXAMPLE: &str = include_str!("../example.toml");

/// The section of the second network.
const SECOND: &str = "electrophysiology";

/// An experiment file with what was changed on the command line.
#[derive(Clone, Debug)]
pub struct Experiment {
    table: Table,
    folder: PathBuf,
}

/// The experiment as a TOML text.
impl std::fmt::Display for Experiment {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.table.fmt(formatter)
    }
}

/// How far a run is: which part, and how much of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Progress {
    /// What is simulated.
    pub part: &'static str,
    /// How many steps are done.
    pub done: usize,
    /// Of how many.
    pub total: usize,
}

/// What an experiment gave.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The networks that were run: one, or two.
    pub parts: Vec<PartOutcome>,
    /// How well it agrees with the data, if there is an objective; an error where that is undefined, for example
    /// after a run of two BOLD samples.
    pub score: Option<Result<Score>>,
    /// The experiment as it was run, as a TOML text.
    pub experiment: String,
}

impl Outcome {
    /// A signal by the name of its observation.
    pub fn signal(&self, name: &str) -> Option<&Signal> {
        self.signals().find(|signal| signal.name == name)
    }

    /// The score, if there is an objective and it is defined.
    pub fn scored(&self) -> Option<&Score> {
        self.score.as_ref().and_then(|score| score.as_ref().ok())
    }

    /// All signals.
    pub fn signals(&self) -> impl Iterator<Item = &Signal> {
        self.parts.iter().flat_map(|part| &part.signals)
    }
}

impl Experiment {
    /// The main job: BOLD of a Wilson–Cowan network, EEG and MEG of Jansen–Rit columns, on the embedded connectome.
    ///
    /// # Panics
    /// Never: the embedded file is checked by a test.
    pub fn example() -> Self {
        let table = EXAMPLE.parse().unwrap_or_default();
        Self { table, folder: PathBuf::new() }
    }

    /// Reads a file. Relative paths in it start at its folder.
    ///
    /// # Errors
    /// [`Error::Io`] if it cannot be read, [`Error::Format`] with line and column if it is not TOML.
    pub fn open(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path).map_err(|error| Error::io(path, &error))?;
        let table =
            text.parse::<Table>().map_err(|error| Error::format(path, error.to_string().trim_end()))?;
        Ok(Self { table, folder: path.parent().map(Path::to_owned).unwrap_or_default() })
    }

    /// Checks everything that can be checked without running: keys, units, names, times, files.
    ///
    /// # Errors
    /// Whatever is wrong with the file or its data.
    pub fn check(&self) -> Result<Checked> {
        let root = Section::new("", &self.table);
        let main = Part::read("network", &root, &self.folder, None)?;
        let connectome = main.connectome().clone();
        let mut parts = vec![main];
        if let Some(section) = root.section(SECOND)? {
            parts.push(Part::read(SECOND, &section, &self.folder, Some(&connectome))?);
            section.finish()?;
        }
        let objective = root.section("objective")?;
        let objective = objective
            .map(|section| ObjectiveSettings::read(section, &connectome, &self.folder))
            .transpose()?;
        // What varies over many runs says nothing of one, but its keys are checked.
        Declared::read(&root)?;
        fit::Declared::read(&root)?;
        root.finish()?;
        let observed: Vec<String> =
            parts.iter().flat_map(Part::observation_names).map(str::to_owned).collect();
        check::unique("observations", &observed)?;
        if let Some(objective) = &objective {
            objective.check(&observed)?;
            parts.iter().try_for_each(|part| objective.check_part(part))?;
        }
        parts.iter().try_for_each(Part::check)?;
        let structure = beside::structure(&self.table);
        Ok(Checked { parts, objective, experiment: self.table.to_string(), structure })
    }

    /// What it says of a sweep.
    pub(crate) fn declared_sweep(&self) -> Result<Declared> {
        Declared::read(&Section::new("", &self.table))
    }

    /// What it says of a fit.
    pub(crate) fn declared_fit(&self) -> Result<Option<fit::Declared>> {
        fit::Declared::read(&Section::new("", &self.table))
    }

    /// Other FC for the regions of the experiment, checked like the target of its objective.
    pub(crate) fn read_fc(&self, name: &str) -> Result<DMatrix<f64>> {
        let mut other = self.clone();
        other.set_text("objective", "target_fc", name)?;
        let missing = || Error::setting("[objective]", "is missing");
        Ok(other.check()?.objective.ok_or_else(missing)?.target().clone())
    }

    /// Checks, runs the networks, observes and scores them.
    ///
    /// # Errors
    /// Those of [`check`](Self::check), before anything is run; [`Error::Diverged`] in a run.
    pub fn run(&self, progress: &mut dyn FnMut(Progress)) -> Result<Outcome> {
        self.check()?.run(progress)
    }
}

/// An experiment whose files are read and found in order.
#[derive(Debug)]
pub struct Checked {
    parts: Vec<Part>,
    objective: Option<ObjectiveSettings>,
    experiment: String,
    structure: String,
}

impl Checked {
    /// Runs the networks, observes and scores them.
    ///
    /// # Errors
    /// [`Error::Diverged`], and a Balloon that bursts.
    pub fn run(self, progress: &mut dyn FnMut(Progress)) -> Result<Outcome> {
        let parts = self.parts.iter().map(|part| part.run(progress)).collect::<Result<Vec<_>>>()?;
        Ok(self.finish(parts))
    }

    /// Runs as [`run`](Self::run) and saves on the way. From a checkpoint that is begun the run goes on: to the bit as if it
    /// had never stopped.
    ///
    /// The file stays, for whoever has written the results to remove it. Data files are compared as far as they make the
    /// network; a lead field is read anew.
    ///
    /// # Errors
    /// As [`run`](Self::run); [`Error::Setting`] if what is saved is of another network, as when a data file has changed;
    /// [`Error::Io`] if the file cannot be written: the save before it stays.
    pub fn run_saving(
        self,
        checkpoint: &mut Checkpoint,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Outcome> {
        let run = |(number, part): (usize, &Part)| part.run_saving(number, checkpoint, progress);
        let parts = self.parts.iter().enumerate().map(run).collect::<Result<Vec<_>>>()?;
        Ok(self.finish(parts))
    }

    /// Scores what the networks gave.
    fn finish(self, parts: Vec<PartOutcome>) -> Outcome {
        let mut outcome = Outcome { parts, score: None, experiment: self.experiment };
        outcome.score = self.objective.map(|objective| objective.score(&outcome));
        outcome
    }
}

/// The first line that another experiment, as a text, has otherwise; none if there is none.
pub(crate) fn first_difference(ours: &str, theirs: &str) -> Option<String> {
    let mut lines = ours.lines().zip(theirs.lines());
    match lines.find(|(ours, theirs)| ours != theirs) {
        Some((ours, theirs)) => Some(format!("its experiment says `{theirs}`, not `{ours}`")),
        None => (ours != theirs).then(|| "its experiment has other keys".to_owned()),
    }
}
