//! What the parameters of a fit set.

use std::fmt;

use brainmass_core::observation::Chain;
use brainmass_core::{Node, Result, check};
use brainmass_network::{Adjustable, Direction, Gradient, Network, WithRespectTo};

use super::weights::by_weights;
use super::{FreeWeights, Spread, WeightNumbers};

/// What a parameter of a fit sets: something of the network, the weights, or a scalar of the observation model.
///
/// ```
/// use brainmass_fit::{Spread, Target};
/// use brainmass_network::Adjustable;
/// let uniform = Target::from(Adjustable::parameter("tau_e"));
/// let by_group = Target::spread(Adjustable::coupling(0, "g"), Spread::Groups(vec![0, 0, 1]));
/// assert_ne!(uniform, by_group);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Target(Kind);

#[derive(Clone, Debug, PartialEq)]
enum Kind {
    Adjustable(Adjustable, Spread),
    Weights(FreeWeights),
    Observation(String),
}

impl From<Adjustable> for Target {
    /// One number for all regions.
    fn from(adjustable: Adjustable) -> Self {
        Self::spread(adjustable, Spread::Uniform)
    }
}

impl From<FreeWeights> for Target {
    fn from(weights: FreeWeights) -> Self {
        Self(Kind::Weights(weights))
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Adjustable(adjustable, _) => adjustable.fmt(f),
            Kind::Weights(_) => f.write_str("weights"),
            Kind::Observation(name) => write!(f, "`{name}` of the observation model"),
        }
    }
}

impl Target {
    /// Something of the network, spread over the regions.
    pub fn spread(adjustable: Adjustable, spread: Spread) -> Self {
        Self(Kind::Adjustable(adjustable, spread))
    }

    /// A number for each region.
    pub fn regional(adjustable: Adjustable) -> Self {
        Self::spread(adjustable, Spread::Regional)
    }

    /// A scalar of the observation models, by its name among [`Chain::scalars`].
    pub fn observation(name: impl Into<String>) -> Self {
        Self(Kind::Observation(name.into()))
    }

    /// Whether both set the same place, so that the one would undo the other. Drives add up.
    pub(super) fn collides(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Kind::Adjustable(a, _), Kind::Adjustable(b, _)) => a == b && !matches!(a, Adjustable::Drive(_)),
            (Kind::Weights(_), Kind::Weights(_)) => true,
            (Kind::Observation(a), Kind::Observation(b)) => a == b,
            _ => false,
        }
    }
}

/// A target on a network: which numbers of the fit it takes, and where they go.
#[derive(Clone, Debug)]
pub(super) struct Bound {
    pub(super) target: Target,
    weights: Option<WeightNumbers>,
    /// The number of the scalar.
    scalar: usize,
}

impl Bound {
    /// Finds the target, and how many numbers it takes.
    pub(super) fn new<N: Node>(
        target: Target,
        network: &Network<N>,
        chain: Option<&Chain>,
    ) -> Result<(Self, usize)> {
        let mut bound = Self { target, weights: None, scalar: 0 };
        let n_numbers = match &bound.target.0 {
            Kind::Adjustable(_, spread) => {
                spread.check(network.n_regions())?;
                spread.n_numbers(network.n_regions())
            }
            Kind::Weights(weights) => bound.weights.insert(weights.on(network)?).len(),
            Kind::Observation(name) => {
                let names: Vec<String> = chain
                    .map(|chain| chain.scalars().into_iter().map(|scalar| scalar.name).collect())
                    .unwrap_or_default();
                bound.scalar = check::position("scalar of the observation model", name, &names)?;
                1
            }
        };
        Ok((bound, n_numbers))
    }

    /// Puts numbers in their place.
    pub(super) fn set<N: Node>(
        &self,
        numbers: &[f64],
        network: Network<N>,
        scalars: &mut [f64],
    ) -> Result<Network<N>> {
        match &self.target.0 {
            Kind::Adjustable(adjustable, spread) => network.adjusted(adjustable, spread.regions(numbers)),
            Kind::Weights(_) => match &self.weights {
                Some(weights) => network.with_weights(weights.matrix(numbers)?),
                None => Ok(network),
            },
            Kind::Observation(_) => {
                scalars[self.scalar] = numbers[0];
                Ok(network)
            }
        }
    }

    /// How many directions of the network its numbers are; none for weights, which are many.
    pub(super) fn n_directions(&self, n_regions: usize) -> Option<usize> {
        match &self.target.0 {
            Kind::Adjustable(_, spread) => Some(spread.n_numbers(n_regions)),
            Kind::Weights(_) => None,
            Kind::Observation(_) => Some(0),
        }
    }

    /// The direction of each of its numbers.
    pub(super) fn directions(&self, numbers: &[f64], n_regions: usize) -> Vec<Direction> {
        let Kind::Adjustable(adjustable, spread) = &self.target.0 else { return Vec::new() };
        (0..spread.n_numbers(n_regions))
            .map(|number| Direction::along(adjustable.clone(), spread.velocity(numbers, number, n_regions)))
            .collect()
    }

    /// Derivatives by its numbers, taken from the front of those along all directions.
    pub(super) fn take(
        &self,
        along: &mut std::vec::IntoIter<f64>,
        n_regions: usize,
        by_scalars: &[f64],
    ) -> Vec<f64> {
        match &self.target.0 {
            Kind::Observation(_) => vec![by_scalars[self.scalar]],
            _ => along.by_ref().take(self.n_directions(n_regions).unwrap_or(0)).collect(),
        }
    }

    /// Asks for its derivative.
    pub(super) fn ask<N: Node>(&self, by: WithRespectTo, network: &Network<N>) -> WithRespectTo {
        match &self.target.0 {
            Kind::Adjustable(adjustable, _) => by.and(adjustable),
            Kind::Weights(_) => (0..network.connections().len()).fold(by, WithRespectTo::and_weights),
            Kind::Observation(_) => by,
        }
    }

    /// Derivatives by its numbers.
    pub(super) fn pull_back<N: Node>(
        &self,
        numbers: &[f64],
        network: &Network<N>,
        gradient: &Gradient<N>,
        by_scalars: &[f64],
    ) -> Result<Vec<f64>> {
        Ok(match &self.target.0 {
            Kind::Adjustable(adjustable, spread) => spread.pull_back(numbers, gradient.by(adjustable)?),
            Kind::Weights(_) => match &self.weights {
                Some(weights) => weights.pull_back(numbers, &by_weights(network, gradient)?),
                None => Vec::new(),
            },
            Kind::Observation(_) => vec![by_scalars[self.scalar]],
        })
    }

    /// Refuses a target that has no derivative, by its name.
    pub(super) fn check_differentiable<N: Node>(&self, network: &Network<N>) -> Result<()> {
        match &self.target.0 {
            Kind::Adjustable(adjustable, _) => network.check_differentiable(adjustable),
            Kind::Weights(_) | Kind::Observation(_) => Ok(()),
        }
    }
}
