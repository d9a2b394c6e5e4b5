//! Running a few points, one after the other.

use brainmass_core::Result;

use super::row::Record;
use crate::experiment::Experiment;

/// How many points are run together.
pub(super) const SIZE: usize = 1;

/// Runs points and hands on what became of each as soon as it is known.
///
/// # Errors
/// Those of `done`; a point that fails is a record.
pub(super) fn run(points: &[(usize, Experiment)], done: &dyn Fn(usize, Record) -> Result<()>) -> Result<()> {
    points.iter().try_for_each(|(index, experiment)| {
        let record = match experiment.run(&mut |_| ()) {
            Ok(outcome) => Record::of(&outcome),
            Err(error) => Record::failed(error),
        };
        done(*index, record)
    })
}
