//! Points that run together: eight of one structure side by side, all others alone.

use std::collections::HashMap;

use brainmass_core::Result;
use brainmass_network::PANEL;

use super::row::Record;
use crate::experiment::{Checked, Experiment};

/// A point and its structure, as a number: the same for those that may run side by side, none for one that runs alone.
pub(super) type Ready = (usize, Option<usize>);

/// Cuts points into batches, by the first of each: eights of one structure, and points alone.
///
/// Where there are not enough eights to keep all threads at work, every point runs alone.
pub(super) fn batches(points: &[Ready], n_threads: usize) -> Vec<Vec<usize>> {
    let mut groups: HashMap<usize, Vec<usize>> = HashMap::new();
    for (index, structure) in points {
        if let Some(structure) = structure {
            groups.entry(*structure).or_default().push(*index);
        }
    }
    let n_panels: usize = groups.values().map(|group| group.len() / PANEL).sum();
    if n_panels < n_threads {
        return points.iter().map(|(index, _)| vec![*index]).collect();
    }
    let alone = points.iter().filter(|(_, structure)| structure.is_none());
    let mut batches: Vec<Vec<usize>> = alone.map(|(index, _)| vec![*index]).collect();
    for group in groups.values() {
        let panels = group.chunks_exact(PANEL);
        batches.extend(panels.remainder().iter().map(|index| vec![*index]));
        batches.extend(panels.map(<[usize]>::to_vec));
    }
    batches.sort_unstable();
    batches
}

/// Runs a batch and hands on what became of each point.
///
/// # Errors
/// Those of `done`; a point that fails is a record.
pub(super) fn run(points: &[(usize, Experiment)], done: &dyn Fn(usize, Record) -> Result<()>) -> Result<()> {
    let mut experiments = Vec::new();
    for (index, experiment) in points {
        match experiment.check() {
            Ok(checked) => experiments.push((*index, checked)),
            Err(error) => done(*index, Record::failed(error))?,
        }
    }
    let (indices, experiments): (Vec<usize>, Vec<Checked>) = experiments.into_iter().unzip();
    indices.into_iter().zip(Checked::run_many(experiments)).try_for_each(|(index, outcome)| {
        let record = outcome.map_or_else(Record::failed, |outcome| Record::of(&outcome));
        done(index, record)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eights_of_one_structure_stand_by_their_first() {
        // 9 of structure 0, 8 of structure 1 between, and one with delays.
        let mut points: Vec<Ready> = (0..17).map(|index| (index, Some(index % 2))).collect();
        points.push((17, None));
        let odd: Vec<usize> = (0..8).map(|k| 2 * k + 1).collect();
        let even: Vec<usize> = (0..8).map(|k| 2 * k).collect();
        assert_eq!(batches(&points, 2), [even, odd, vec![16], vec![17]]);
        let alone: Vec<Vec<usize>> = (0..18).map(|index| vec![index]).collect();
        assert_eq!(batches(&points, 3), alone, "two eights do not keep three threads at work");
    }
}
