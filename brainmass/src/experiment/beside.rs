//! Which experiments run side by side, and running them so.

use brainmass_core::Result;
use toml::{Table, Value};

use super::part::{Part, PartOutcome};
use super::{Checked, Outcome, SECOND};

/// All of an experiment that must be alike in those that run side by side: times, integrator, observations, the model, the
/// connectome. What may differ is left out: numbers and noise of the nodes, couplings, seeds, the objective. Whether
/// couplings and noise are of one kind is seen by the simulator.
pub(super) fn structure(experiment: &Table) -> String {
    let mut alike = experiment.clone();
    alike.remove("objective");
    if let Some(Value::Table(second)) = alike.get_mut(SECOND) {
        keep_structure(second);
    }
    keep_structure(&mut alike);
    alike.to_string()
}

fn keep_structure(part: &mut Table) {
    part.remove("noise");
    for (section, freed) in [("simulation", "seed"), ("network", "coupling")] {
        part.get_mut(section).and_then(Value::as_table_mut).and_then(|table| table.remove(freed));
    }
    if let Some(node) = part.get_mut("node").and_then(Value::as_table_mut) {
        node.retain(|key, _| key == "model");
    }
}

impl Checked {
    /// What experiments share that may run side by side with this one; none if every one of its networks has delays.
    pub(crate) fn structure(&self) -> Option<&str> {
        self.parts.iter().any(Part::is_instant).then_some(self.structure.as_str())
    }

    /// Runs experiments of one structure side by side where that is faster. Each gives the bits that it gives alone, and
    /// fails alone.
    pub(crate) fn run_many(experiments: Vec<Self>) -> Vec<Result<Outcome>> {
        let mut found: Vec<Result<Vec<PartOutcome>>> = experiments.iter().map(|_| Ok(Vec::new())).collect();
        let n_parts = experiments.first().map_or(0, |first| first.parts.len());
        for number in 0..n_parts {
            let alive: Vec<usize> = (0..found.len()).filter(|index| found[*index].is_ok()).collect();
            let parts: Vec<&Part> = alive.iter().map(|index| &experiments[*index].parts[number]).collect();
            for (index, outcome) in alive.into_iter().zip(Part::run_many(&parts)) {
                match (&mut found[index], outcome) {
                    (Ok(outcomes), Ok(outcome)) => outcomes.push(outcome),
                    (failed, Err(error)) => *failed = Err(error),
                    (Err(_), Ok(_)) => {}
                }
            }
        }
        let finish = |(experiment, parts): (Self, Result<Vec<PartOutcome>>)| Ok(experiment.finish(parts?));
        experiments.into_iter().zip(found).map(finish).collect()
    }
}

#[cfg(test)]
mod tests {
    use crate::Experiment;

    fn structure(changes: &[&str]) -> Option<String> {
        let mut experiment = Experiment::example();
        for change in changes {
            experiment.set(change).unwrap();
        }
        experiment.check().unwrap().structure().map(str::to_owned)
    }

    /// The example's second network without its delays; the first keeps its own.
    const INSTANT: &str =
        "electrophysiology.network.coupling={kind='additive',source='rate',input='e_input',g=2.0}";

    #[test]
    fn numbers_and_seeds_are_free_and_nothing_else() {
        let first = structure(&[INSTANT]);
        assert!(first.is_some());
        for free in [
            "node.tau_e_ms=2",
            "electrophysiology.node.a_e_mv=3",
            "node.initial.r_e=0.1",
            "noise.sigma=0.1",
            "network.coupling.g=0.1",
            "simulation.seed=1",
            "electrophysiology.simulation.seed=1",
            "objective.signal='balloon'",
        ] {
            assert_eq!(structure(&[INSTANT, free]), first, "{free}");
        }
        for bound in [
            "simulation.dt_ms=0.5",
            "simulation.integrator='heun'",
            "electrophysiology.simulation.duration_ms=20000",
            "observe.bold.kernel='glover_motor'",
            "electrophysiology.observe.eeg.noise_uv=1.0",
            "network.normalize='maximum'",
        ] {
            assert_ne!(structure(&[INSTANT, bound]), first, "{bound}");
        }
    }

    #[test]
    fn networks_with_delays_run_alone() {
        assert_eq!(structure(&[]), None);
    }
}
