//! Running the points of a sweep on all cores.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use brainmass_core::{Error, Result};
use rayon::prelude::*;

use super::batch::{self, Ready};
use super::journal::{Header, Journal};
use super::row::{Record, Results};
use super::shard::{Shard, with_ending};
use super::{Progress, Sweep};
use crate::experiment::Experiment;

/// How a sweep is run. The default is on all cores, from the beginning, all in memory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// How many points run at once; zero for as many as there are cores. The results do not depend on it.
    pub threads: usize,
    /// The part of the sweep that is run; none for all of it.
    pub shard: Option<Shard>,
    /// Where finished points are noted, so that a sweep that was killed goes on where it was; none to forget them.
    pub journal: Option<PathBuf>,
    /// Begins anew, whatever the journal holds.
    pub restart: bool,
}

impl Settings {
    /// The journal of a sweep beside its result: `sweep.csv.partial`, or `sweep.csv.2-of-4` for a shard, whose journal
    /// is what [`merge`](super::merge) reads.
    #[must_use]
    pub fn with_journal_beside(mut self, out: &Path) -> Self {
        self.journal = Some(self.shard.map_or_else(|| with_ending(out, ".partial"), |shard| shard.file(out)));
        self
    }
}

/// Where finished points go.
struct Sink<'p> {
    journal: Option<Journal>,
    records: Vec<(usize, Record)>,
    progress: &'p mut (dyn FnMut(Progress) + Send),
    state: Progress,
}

impl Sink<'_> {
    fn put(&mut self, index: usize, record: Record) -> Result<()> {
        if let Some(journal) = &mut self.journal {
            journal.note(index, &record)?;
        }
        self.keep(index, record);
        (self.progress)(self.state);
        Ok(())
    }

    fn keep(&mut self, index: usize, record: Record) {
        self.state.done += 1;
        self.state.failed += usize::from(record.is_failed());
        self.records.push((index, record));
    }
}

impl Sweep {
    /// Runs all points, or those of a shard, and gives their rows in order.
    ///
    /// All points are checked before the first is run. One that fails its check, or its run, is a row with its
    /// reason. The journal, if there is one, stays: whoever has written the results removes it.
    ///
    /// # Errors
    /// What is wrong with the first point, if no point of the sweep passes its check: a key that does not exist, a wrong
    /// unit. Those of the journal: a folder that cannot be written, a journal of another sweep.
    pub fn run(&self, settings: &Settings, progress: &mut (dyn FnMut(Progress) + Send)) -> Result<Results> {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(settings.threads).build();
        let pool = pool.map_err(|error| Error::setting("threads", error.to_string()))?;
        let header = Header {
            experiment: self.experiment.to_string(),
            plan: self.plan.clone(),
            shard: settings.shard,
        };
        let (journal, earlier) = match &settings.journal {
            Some(path) => Journal::open(path, &header, settings.restart)
                .map(|(journal, earlier)| (Some(journal), earlier))?,
            None => (None, Vec::new()),
        };
        let state = Progress { done: 0, total: header.points().count(), failed: 0 };
        let mut sink = Sink { journal, records: Vec::new(), progress, state };
        let mut is_done = vec![false; self.n_points()];
        for (index, record) in earlier {
            if !std::mem::replace(&mut is_done[index], true) {
                sink.keep(index, record);
            }
        }
        (sink.progress)(sink.state);
        let waiting: Vec<usize> = header.points().filter(|index| !is_done[*index]).collect();
        let checked = pool.install(|| self.check(&waiting));
        if let Err(error) = self.refuse(&checked, sink.records.is_empty(), &pool) {
            // Nothing was noted in it.
            return sink.journal.map_or(Ok(()), Journal::remove).and(Err(error));
        }
        let mut ready = Vec::new();
        for (index, structure) in checked {
            match structure {
                Err(error) => sink.put(index, Record::failed(error))?,
                Ok(structure) => ready.push((index, structure)),
            }
        }
        let sink = Mutex::new(sink);
        pool.install(|| self.run_all(&ready, &sink))?;
        let mut records = sink.into_inner().unwrap_or_else(PoisonError::into_inner).records;
        records.sort_unstable_by_key(|(index, _)| *index);
        Ok(Results::new(&header, records))
    }

    /// The structure of points, in their order, or what is wrong with them.
    fn check(&self, points: &[usize]) -> Vec<(usize, Result<Option<usize>>)> {
        let structures: Mutex<HashMap<String, usize>> = Mutex::default();
        let number = |structure: &str| {
            let mut structures = structures.lock().unwrap_or_else(PoisonError::into_inner);
            let next = structures.len();
            *structures.entry(structure.to_owned()).or_insert(next)
        };
        let check = |index: usize| Ok(self.experiment(index)?.check()?.structure().map(number));
        points.par_iter().map(|index| (*index, check(*index))).collect()
    }

    /// An error if there is nothing to run, neither here nor in other shards: then it is the sweep that is wrong.
    fn refuse(
        &self,
        checked: &[(usize, Result<Option<usize>>)],
        is_first: bool,
        pool: &rayon::ThreadPool,
    ) -> Result<()> {
        let Some((index, Err(error))) = checked.first() else { return Ok(()) };
        let passes = |index: usize| self.experiment(index).and_then(|point| point.check()).is_ok();
        let runs = || {
            checked.iter().any(|(_, structure)| structure.is_ok())
                || (checked.len() < self.n_points()
                    && pool.install(|| (0..self.n_points()).into_par_iter().any(passes)))
        };
        if !is_first || runs() {
            return Ok(());
        }
        let values = self.describe(*index);
        Err(Error::setting(format!("no point can be run; the first, {values}"), error.to_string()))
    }

    fn run_all(&self, ready: &[Ready], sink: &Mutex<Sink<'_>>) -> Result<()> {
        let done = |index: usize, record: Record| {
            sink.lock().unwrap_or_else(PoisonError::into_inner).put(index, record)
        };
        // A bridge hands out batches in their order, so that a sweep is finished from its beginning.
        batch::batches(ready, rayon::current_num_threads()).into_iter().par_bridge().try_for_each(|batch| {
            let points = batch.iter().map(|index| Ok((*index, self.experiment(*index)?)));
            batch::run(&points.collect::<Result<Vec<(usize, Experiment)>>>()?, &done)
        })
    }
}
