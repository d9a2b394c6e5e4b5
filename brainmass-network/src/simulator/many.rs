//! Many runs at once.

use brainmass_core::units::Second;
use brainmass_core::{Error, Node, Result};
use rayon::prelude::*;

use super::monitor::Running;
use super::recording::Recording;
use super::{BLOCK, Monitor, Simulator};
use crate::engine::{Engine, PANEL, downcast, fits_beside};
use crate::network::Network;
use crate::subject::Subject;

impl<N: Node> Simulator<'_, N> {
    /// Runs many networks on all cores; the results stand in the order of the simulators, each a recording or the
    /// reason why there is none.
    ///
    /// Eight neighbours that differ in numbers only (parameters, strengths, drives, noise, seeds) and have no delays
    /// run side by side, as a panel, which is faster than one after the other. A result has the bits of the same
    /// run alone.
    ///
    /// ```
    /// use brainmass_core::units::{dimension::Dimensionless, hz, ms, s};
    /// use brainmass_network::{Monitor, Network, Simulator};
    /// use brainmass_nodes::StuartLandau;
    /// let networks: Vec<_> =
    ///     (1..=9).map(|a| Network::single(StuartLandau { a: hz(f64::from(a)), ..StuartLandau::default() })).collect();
    /// let simulators =
    ///     networks.iter().map(|network| Simulator::new(network, ms(1.0))).collect::<Result<Vec<_>, _>>()?;
    /// let recordings = Simulator::run_many(&simulators, s(10.0), s(9.0), &[Monitor::of("x")]);
    /// for (a, recording) in (1..).zip(recordings) {
    ///     let largest = recording?.take::<Dimensionless>("x")?.values().amax();
    ///     // The limit cycle has radius √(a/β); the frequency is so low that a second sees a part of it.
    ///     assert!(largest <= f64::from(a).sqrt() + 1e-3);
    /// }
    /// # Ok::<(), brainmass_core::Error>(())
    /// ```
    pub fn run_many(
        simulators: &[Self],
        duration: Second,
        transient: Second,
        monitors: &[Monitor],
    ) -> Vec<Result<Recording>> {
        let batches: Vec<&[Self]> = batches(simulators);
        let run = |batch: &&[Self]| match batch {
            [simulator] => vec![simulator.run(duration, transient, monitors)],
            batch => run_panel(batch, duration, transient, monitors),
        };
        batches.par_iter().flat_map_iter(run).collect()
    }

    fn fits_beside(&self, other: &Self) -> bool {
        let alike = (self.settings.dt, self.settings.integrator, self.settings.kind, self.settings.precision)
            == (other.settings.dt, other.settings.integrator, other.settings.kind, other.settings.precision);
        let networks = [self, other].map(|simulator| downcast::<Network<N>>(simulator.network));
        matches!(networks, [Some(a), Some(b)] if alike && fits_beside(a, b, &self.settings))
    }
}

/// Panels of neighbours, and simulators alone.
fn batches<'s, 'n, N: Node>(simulators: &'s [Simulator<'n, N>]) -> Vec<&'s [Simulator<'n, N>]> {
    let (mut batches, mut rest) = (Vec::new(), simulators);
    while let Some(first) = rest.first() {
        let fits = |panel: &&[Simulator<'n, N>]| panel.iter().all(|other| first.fits_beside(other));
        let size = if rest.get(..PANEL).as_ref().is_some_and(fits) { PANEL } else { 1 };
        let (batch, others) = rest.split_at(size);
        batches.push(batch);
        rest = others;
    }
    batches
}

fn run_panel<N: Node>(
    batch: &[Simulator<'_, N>],
    duration: Second,
    transient: Second,
    monitors: &[Monitor],
) -> Vec<Result<Recording>> {
    let networks: Vec<&dyn Subject> = batch.iter().map(|simulator| simulator.network).collect();
    let seeds: Vec<u64> = batch.iter().map(|simulator| simulator.settings.seed).collect();
    let prepared = batch.iter().map(|simulator| simulator.prepare(duration, transient, monitors));
    let mut members: Vec<Member> = prepared
        .map(|prepared| match prepared {
            Ok((monitors, n_steps)) => Member { state: Ok(monitors), n_steps },
            Err(error) => Member { state: Err(error), n_steps: 0 },
        })
        .collect();
    match (batch[0].blocked)(&networks, &batch[0].settings, &seeds) {
        Ok(mut engine) => run_members(&mut *engine, &mut members),
        // What is wrong with one of them must not cost the others their run.
        Err(_) => {
            return batch.iter().map(|simulator| simulator.run(duration, transient, monitors)).collect();
        }
    }
    members.into_iter().map(Member::finish).collect()
}

/// One network of a panel: its monitors, or what stopped it.
struct Member {
    state: Result<Vec<Running>>,
    n_steps: usize,
}

impl Member {
    fn flush(&mut self) {
        let flushed =
            self.state.as_mut().map_or(Ok(()), |monitors| monitors.iter_mut().try_for_each(Running::flush));
        if let Err(error) = flushed {
            self.state = Err(error);
        }
    }

    fn finish(self) -> Result<Recording> {
        Ok(Recording::new(self.state?.into_iter().map(Running::finish).collect::<Result<_>>()?))
    }
}

fn run_members(engine: &mut dyn Engine, members: &mut [Member]) {
    let n_steps = members.iter().map(|member| member.n_steps).max().unwrap_or(0);
    for step in 1..=n_steps {
        let finite = engine.advance();
        for (network, member) in members.iter_mut().enumerate() {
            let divergence: Option<Error> = if finite { None } else { engine.divergence(network) };
            if let (Some(error), Ok(_)) = (divergence, &member.state) {
                member.state = Err(error);
            }
            for monitor in member.state.iter_mut().flatten() {
                monitor.record(engine, network);
            }
            if step.is_multiple_of(BLOCK) {
                member.flush();
            }
        }
        if members.iter().all(|member| member.state.is_err()) {
            return;
        }
    }
}
