//! The time of steps alone, taken from the reports of progress.

use brainmass_core::Node;
use brainmass_network::{Monitor, Simulator};

use super::clock::now;
use super::workload::dt;
use crate::Result;

/// Steps and the time they took.
#[derive(Clone, Copy, Debug)]
pub(super) struct Taken {
    pub(super) n_steps: usize,
    pub(super) seconds: f64,
}

/// Runs a number of steps; what is counted lies between the first and the last report of progress, so that
/// building the engine is left out.
pub(super) fn run<N: Node>(
    simulator: &Simulator<'_, N>,
    n_steps: usize,
    monitors: &[Monitor],
) -> Result<Taken> {
    let mut first: Option<(usize, f64)> = None;
    let mut taken = None;
    let mut report = |done: usize, _: usize| match first {
        None => first = Some((done, now())),
        Some((begin, since)) => {
            taken = Some(Taken { n_steps: done - begin, seconds: now() - since });
        }
    };
    simulator.run_with_progress(dt() * n_steps as f64, dt() * 0.0, monitors, &mut report)?;
    taken.ok_or_else(|| format!("{n_steps} steps are too few: progress is reported once").into())
}

#[cfg(test)]
mod tests {
    use super::super::workload::{Delayed, Parts, monitors, network, simulator};
    use super::*;

    #[test]
    fn steps_of_the_first_report_are_not_counted() {
        let network = network(3, Parts { coupling: Some(Delayed(true)), noise: true }).unwrap();
        let simulator = simulator(&network).unwrap();
        let taken = run(&simulator, 1024, &monitors()).unwrap();
        assert!((1..1024).contains(&taken.n_steps) && taken.seconds > 0.0, "{taken:?}");
        assert!(run(&simulator, 2, &monitors()).is_err());
    }
}
