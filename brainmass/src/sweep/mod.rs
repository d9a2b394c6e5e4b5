//! Sweeps: an experiment run many times, over parameters and seeds, on all cores.
//!
//! A point that fails keeps its reason, and the others run on. Finished points are noted in a journal, so that a sweep that
//! was killed goes on where it was. The rows come in the order of the points, and do not depend on how many run at once.
//!
//! ```
//! use brainmass::Experiment;
//! use brainmass::sweep::{Settings, Sweep};
//!
//! let mut experiment = Experiment::example();
//! experiment.keep_observations(&["activity".to_owned()])?;
//! experiment.set("simulation.duration_ms=3000")?;
//! let sweep = Sweep::new(experiment).vary("noise.sigma", [0.1, 0.3])?.vary("seed", [1, 2])?;
//! let results = sweep.run(&Settings::default(), &mut |_| ())?;
//! assert_eq!(results.rows().len(), 4);
//! // The seed varies fastest; more noise makes larger fluctuations.
//! let deviation = results.column("standard_deviation_activity").unwrap();
//! assert!(deviation[0] < deviation[2] && deviation[1] < deviation[3]);
//! # Ok::<(), brainmass_core::Error>(())
//! ```

mod axis;
mod batch;
mod declared;
mod journal;
mod merge;
mod numbers;
#[cfg(feature = "parquet")]
mod parquet;
mod plan;
mod row;
mod run;
mod shard;
mod table;

pub use axis::Axis;
pub(crate) use declared::Declared;
pub use merge::{Merged, merge};
pub use row::{Results, Row, Status};
pub use run::Settings;
pub use shard::{Shard, shard_files};
pub use table::check_out;
/// A value of an axis: a number, a text, or a list with one number per region.
pub use toml::Value;

use brainmass_core::Result;

use crate::experiment::{Experiment, Outcome};
use plan::Plan;

/// How far a sweep is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// How many points are finished.
    pub done: usize,
    /// Of how many.
    pub total: usize,
    /// How many of the finished ones failed.
    pub failed: usize,
}

/// An experiment and what varies in it.
#[derive(Clone, Debug)]
pub struct Sweep {
    experiment: Experiment,
    plan: Plan,
}

/// The numbers of a run, by the names of their columns; none where a number is undefined.
pub(crate) fn numbers(outcome: &Outcome) -> Vec<(String, Option<f64>)> {
    row::Record::of(outcome).numbers
}

impl Sweep {
    /// A sweep in which nothing varies yet: one point. What the experiment says of a sweep or a fit is left aside.
    pub fn new(mut experiment: Experiment) -> Self {
        experiment.leave_out("sweep");
        experiment.leave_out("fit");
        Self { experiment, plan: Plan::default() }
    }

    /// The sweep that an experiment describes under `[sweep]`: `vary`, a list of texts as [`Axis`] reads them; `zip`,
    /// whether their values go together; `seeds`, how many.
    ///
    /// # Errors
    /// Those of [`Axis`] and [`with_axis`](Self::with_axis).
    pub fn described_by(experiment: Experiment) -> Result<Self> {
        let plan = experiment.declared_sweep()?.plan()?;
        Ok(Self { plan, ..Self::new(experiment) })
    }

    /// Varies a key of the experiment: every value with every combination of the earlier axes, the latest axis fastest.
    ///
    /// # Errors
    /// Those of [`Axis::new`] and [`with_axis`](Self::with_axis).
    pub fn vary<V: Into<Value>>(self, key: &str, values: impl IntoIterator<Item = V>) -> Result<Self> {
        self.with_axis(Axis::new(key, values)?)
    }

    /// Varies along an axis.
    ///
    /// # Errors
    /// [`Error::Setting`](brainmass_core::Error::Setting) for a key that varies already, and for more than a million points.
    pub fn with_axis(self, axis: Axis) -> Result<Self> {
        self.with_zipped(vec![axis])
    }

    /// Varies along axes whose values go together: the first of each, the second of each, …
    ///
    /// # Errors
    /// As [`with_axis`](Self::with_axis), and [`Error::Shape`](brainmass_core::Error::Shape) if they are not as many.
    pub fn with_zipped(mut self, axes: Vec<Axis>) -> Result<Self> {
        self.plan = self.plan.with(axes)?;
        Ok(self)
    }

    /// Runs everything with the seeds from 0 on, as many as asked for.
    ///
    /// # Errors
    /// As [`with_axis`](Self::with_axis).
    pub fn with_seeds(self, n_seeds: usize) -> Result<Self> {
        self.with_axis(Axis::seeds(n_seeds)?)
    }

    /// The axes.
    pub fn axes(&self) -> impl Iterator<Item = &Axis> {
        self.plan.axes()
    }

    /// How many points there are.
    pub fn n_points(&self) -> usize {
        self.plan.n_points()
    }

    /// The experiment of a point. Beyond the last point it begins anew.
    ///
    /// # Errors
    /// [`Error::Setting`](brainmass_core::Error::Setting) if a value cannot be put where it belongs.
    pub fn experiment(&self, index: usize) -> Result<Experiment> {
        let mut experiment = self.experiment.clone();
        for (axis, value) in self.axes().zip(self.plan.values(index)) {
            axis.apply(value, &mut experiment)?;
        }
        Ok(experiment)
    }

    /// The values of a point in words.
    fn describe(&self, index: usize) -> String {
        let values = self.axes().zip(self.plan.values(index));
        let words = values.map(|(axis, value)| format!("{} = {}", axis.key(), table::text(value)));
        words.collect::<Vec<_>>().join(", ")
    }
}
