//! Cost and gradient of one run: backwards, or forwards where that costs less.

use brainmass_core::units::Dimension;
use brainmass_core::{DifferentiableObjective, Node, Result};
use brainmass_network::WithRespectTo;

use super::protocol::{NAME, pull_back};
use super::{Candidate, SimulationProblem};

/// What derivatives cost, in runs of 80 Wilson–Cowan regions with delays (`cargo xtask bench --section gradients`): forwards
/// this much, and for each direction.
const FORWARDS: [f64; 2] = [2.1, 1.3];
/// Backwards, whatever their number: if the run fits into memory, and with checkpoints.
const BACKWARDS: [f64; 2] = [3.5, 5.2];

/// Whether so many directions cost less forwards.
fn forwards_is_cheaper(n_directions: usize, fits: bool) -> bool {
    FORWARDS[0] + FORWARDS[1] * n_directions as f64 <= if fits { BACKWARDS[0] } else { BACKWARDS[1] }
}

impl<N: Node, U: Dimension> SimulationProblem<N, U> {
    /// Cost and gradient of one run.
    pub(super) fn differentiate(
        &self,
        candidate: &Candidate<'_, N>,
        objective: &dyn DifferentiableObjective<U>,
        seed: u64,
    ) -> Result<(f64, Vec<f64>)> {
        let n_regions = candidate.network.n_regions();
        let n_directions: Option<usize> = self.bounds.iter().map(|bound| bound.n_directions(n_regions)).sum();
        let fits = self.protocol.fits(&candidate.network);
        if n_directions.is_some_and(|n| forwards_is_cheaper(n, fits)) {
            self.push_forward(candidate, objective, seed)
        } else {
            self.pull_back(candidate, objective, seed)
        }
    }

    fn pull_back(
        &self,
        candidate: &Candidate<'_, N>,
        objective: &dyn DifferentiableObjective<U>,
        seed: u64,
    ) -> Result<(f64, Vec<f64>)> {
        let Candidate { values, network, chain } = candidate;
        let (averages, trace) = self.protocol.trace(network, seed)?;
        let observed = self.protocol.observe(chain.as_ref(), &averages)?;
        let (cost, by_observed) = objective.gradient(&observed)?;
        let (by_averages, by_scalars) = pull_back(chain.as_ref(), &averages, &by_observed)?;
        let mut by = WithRespectTo::nothing();
        for bound in &self.bounds {
            by = bound.ask(by, network);
        }
        let gradient = trace.pull_back(&[(NAME, by_averages)], &by)?;
        let mut by_values = Vec::with_capacity(values.len());
        for (bound, numbers) in self.each(values) {
            by_values.append(&mut bound.pull_back(numbers, network, &gradient, &by_scalars)?);
        }
        Ok((cost, by_values))
    }

    fn push_forward(
        &self,
        Candidate { values, network, chain }: &Candidate<'_, N>,
        objective: &dyn DifferentiableObjective<U>,
        seed: u64,
    ) -> Result<(f64, Vec<f64>)> {
        let n_regions = network.n_regions();
        let each = self.each(values);
        let directions: Vec<_> =
            each.flat_map(|(bound, numbers)| bound.directions(numbers, n_regions)).collect();
        let (averages, tangents) = self.protocol.push_forward(network, seed, &directions)?;
        let observed = self.protocol.observe(chain.as_ref(), &averages)?;
        let (cost, by_observed) = objective.gradient(&observed)?;
        let (by_averages, by_scalars) = pull_back(chain.as_ref(), &averages, &by_observed)?;
        let mut along = tangents.along(&[(NAME, by_averages)])?.into_iter();
        let mut by_values = Vec::with_capacity(values.len());
        for bound in &self.bounds {
            by_values.append(&mut bound.take(&mut along, n_regions, &by_scalars));
        }
        Ok((cost, by_values))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{FitParameter, Link, Protocol, Spread, Squared, Target};
    use brainmass_core::Connectome;
    use brainmass_core::units::dimension::Dimensionless;
    use brainmass_core::units::ms;
    use brainmass_network::{Adjustable, Connection, Diffusive, Drive, Network};
    use brainmass_nodes::WilsonCowan;
    use brainmass_objectives::TimeSeriesRmse;
    use nalgebra::{DMatrix, dmatrix};

    #[test]
    fn one_number_goes_forwards_and_two_without_memory() {
        let chosen = |fits| [0, 1, 2, 3].map(|n| forwards_is_cheaper(n, fits));
        assert_eq!(chosen(true), [true, true, false, false]);
        assert_eq!(chosen(false), [true, true, true, false]);
    }

    /// Both ways, for each way of spreading numbers.
    #[test]
    fn both_ways_give_one_gradient() -> Result<()> {
        let weights = dmatrix![0.0, 0.4, 0.2; 0.3, 0.0, 0.5; 0.1, 0.6, 0.0];
        let network = Network::new(WilsonCowan::default(), Connectome::without_lengths(weights)?)
            .with_connection(Connection::new("r_e", "e_input", Diffusive::new(0.5)))?
            .with_drive("e_input", Drive::constant(vec![1.0, 1.2, 0.8]))?;
        let protocol = Protocol::new("r_e", ms(0.5), ms(2.0), ms(40.0));
        let like = protocol.record::<_, Dimensionless>(&network)?.remove(0);
        let values = DMatrix::from_fn(3, like.n_samples(), |i, k| (1.0 + i as f64 + 0.3 * k as f64).sin());
        let data = brainmass_core::TimeSeries::<Dimensionless>::new(values, like.sampling().clone())?;
        let maps = Spread::Maps(dmatrix![1.0, -0.5, 0.2]);
        let linked = Spread::LinkedMaps(Link::logit(0.002, 0.03)?, dmatrix![1.0, -0.5, 0.2]);
        let g = Target::from(Adjustable::coupling(0, "g"));
        let problem = SimulationProblem::new(network, protocol, Squared(TimeSeriesRmse::new(data)?))?
            .fitting(FitParameter::new("g", 0.5, 0.0, 1.0)?, g)?
            .fitting(
                FitParameter::regional("tau_e", &[0.01, 0.001], 0.0001, 0.1)?,
                Target::spread(Adjustable::parameter("tau_e"), maps),
            )?
            .fitting(
                FitParameter::regional("tau_i", &[-0.3, 0.5], -3.0, 3.0)?,
                Target::spread(Adjustable::parameter("tau_i"), linked),
            )?
            .fitting(
                FitParameter::regional("drive", &[0.1, 0.2], -1.0, 1.0)?,
                Target::spread(Adjustable::drive("e_input"), Spread::Groups(vec![0, 1, 0])),
            )?
            .fitting(
                FitParameter::regional("start", &[0.1, 0.2, 0.15], 0.0, 1.0)?,
                Target::regional(Adjustable::initial("r_e")),
            )?;
        let at = problem.space()?.initial();
        let candidate = problem.candidate(&at)?;
        let objective = problem.differentiable()?;
        let (cost, backwards) = problem.pull_back(&candidate, objective, 0)?;
        let (same, forwards) = problem.push_forward(&candidate, objective, 0)?;
        assert_eq!((cost, backwards.len()), (same, forwards.len()));
        let largest = backwards.iter().fold(0.0_f64, |largest, slope| largest.max(slope.abs()));
        for (backwards, forwards) in backwards.iter().zip(&forwards) {
            assert!(
                *backwards != 0.0 && (backwards - forwards).abs() < 1e-12 * largest,
                "{backwards} {forwards}"
            );
        }
        Ok(())
    }
}
