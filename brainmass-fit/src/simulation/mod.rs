//! Simulations as problems of a fit.

mod gradient;
mod protocol;
mod spread;
mod squared;
mod target;
mod weights;

pub use protocol::Protocol;
pub use spread::Spread;
pub use squared::Squared;
pub use target::Target;
pub use weights::{FreeWeights, WeightNumbers};

use brainmass_core::observation::Chain;
use brainmass_core::units::Dimension;
use brainmass_core::{DifferentiableObjective, Error, Node, Objective, Result, TimeSeries};
use brainmass_network::Network;
use rayon::prelude::*;

use crate::{FitParameter, Problem, Space};
use target::Bound;

/// The cost of a simulated network against data, as a function of whatever numbers a fit may change, with its gradient.
///
/// For values it sets its [`Target`]s in the network, runs it and observes it as the [`Protocol`] says, and asks the
/// objective. With several seeds the cost is the mean. The gradient is exact: the objective's slopes are pulled back through
/// observation models and run to every target, at the cost of a few runs whatever their number; where a network is fitted by one
/// number, or by two and the run does not fit into [`Protocol::with_memory`], derivatives are pushed forward instead, which then
/// costs less. Noise is held; the conduction speed has a gradient where delays are interpolated. A run that diverges is an error of the candidate.
///
/// ```
/// use brainmass_core::units::{dimension::Dimensionless, hz, ms};
/// use brainmass_fit::{Fit, FitParameter, Lbfgs, Protocol, SimulationProblem, Squared};
/// use brainmass_network::{Adjustable, Drive, Network};
/// use brainmass_nodes::Linear;
/// use brainmass_objectives::TimeSeriesRmse;
/// // What decays at 7 Hz, and a model that starts at 20 Hz.
/// let decay = |gamma| Network::single(Linear { gamma: hz(gamma) }).with_initial("x", 1.0);
/// let protocol = Protocol::new("x", ms(1.0), ms(5.0), ms(300.0));
/// let data = protocol.record::<_, Dimensionless>(&decay(-7.0)?)?.remove(0);
/// let problem = SimulationProblem::new(decay(-20.0)?, protocol, Squared(TimeSeriesRmse::new(data)?))?
///     .fitting(FitParameter::new("gamma", -20.0, -50.0, -1.0)?, Adjustable::parameter("gamma"))?;
/// let report = Fit::new(&problem.space()?, &problem).run(&Lbfgs::default())?;
/// assert!((report.values[0] + 7.0).abs() < 1e-6, "{:?}", report);
/// # Ok::<(), brainmass_core::Error>(())
/// ```
#[derive(Debug)]
pub struct SimulationProblem<N: Node, U: Dimension> {
    network: Network<N>,
    protocol: Protocol,
    objective: Judge<U>,
    parameters: Vec<FitParameter>,
    bounds: Vec<Bound>,
}

#[derive(Debug)]
enum Judge<U: Dimension> {
    Differentiable(Box<dyn DifferentiableObjective<U>>),
    CostOnly(Box<dyn Objective<U>>),
}

/// A network with everything set.
struct Candidate<'a, N: Node> {
    values: &'a [f64],
    network: Network<N>,
    chain: Option<Chain>,
}

impl<N: Node, U: Dimension> SimulationProblem<N, U> {
    /// A network that is run, observed and judged, with nothing to change yet.
    ///
    /// # Errors
    /// [`Error::Unknown`] for a variable that is not there, [`Error::Unit`] if the objective takes another unit than what is
    /// observed.
    pub fn new(
        network: Network<N>,
        protocol: Protocol,
        objective: impl DifferentiableObjective<U> + 'static,
    ) -> Result<Self> {
        Self::judged(network, protocol, Judge::Differentiable(Box::new(objective)))
    }

    /// The same with an objective that has no gradient.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn without_gradient(
        network: Network<N>,
        protocol: Protocol,
        objective: impl Objective<U> + 'static,
    ) -> Result<Self> {
        Self::judged(network, protocol, Judge::CostOnly(Box::new(objective)))
    }

    fn judged(network: Network<N>, protocol: Protocol, objective: Judge<U>) -> Result<Self> {
        protocol.check::<N, U>()?;
        Ok(Self { network, protocol, objective, parameters: Vec::new(), bounds: Vec::new() })
    }

    /// The problem with one more parameter, and what it sets.
    ///
    /// # Errors
    /// [`Error::Shape`] if the parameter has not as many numbers as the target takes, [`Error::Setting`] for a target that
    /// another parameter sets, and whatever the network says to the initial values.
    pub fn fitting(mut self, parameter: FitParameter, target: impl Into<Target>) -> Result<Self> {
        let (bound, n_numbers) = Bound::new(target.into(), &self.network, self.protocol.chain())?;
        let what = format!("parameter `{}` of a fit", parameter.name());
        if parameter.len() != n_numbers {
            let expected = format!("{n_numbers} numbers for the {}", bound.target);
            return Err(Error::shape(what, expected, parameter.len().to_string()));
        }
        if self.bounds.iter().any(|other| other.target.collides(&bound.target)) {
            return Err(Error::setting(what, format!("another one sets the {} already", bound.target)));
        }
        self.parameters.push(parameter);
        self.bounds.push(bound);
        let space = self.space()?;
        self.candidate(&space.initial())?;
        Ok(self)
    }

    /// The parameters, in the order in which they were given.
    ///
    /// # Errors
    /// Those of [`Space::new`].
    pub fn space(&self) -> Result<Space> {
        Space::new(self.parameters.clone())
    }

    /// The network at some values.
    ///
    /// # Errors
    /// [`Error::Shape`] for another number of values, and what the network says to them.
    pub fn network(&self, values: &[f64]) -> Result<Network<N>> {
        Ok(self.candidate(values)?.network)
    }

    /// What is recorded at some values: a series for each seed.
    ///
    /// # Errors
    /// As [`network`](Self::network), and those of the run.
    pub fn record(&self, values: &[f64]) -> Result<Vec<TimeSeries<U>>> {
        let candidate = self.candidate(values)?;
        self.each_seed(|seed| {
            let averages = self.protocol.run(&candidate.network, seed)?;
            self.protocol.observe(candidate.chain.as_ref(), &averages)
        })
    }

    fn candidate<'a>(&self, values: &'a [f64]) -> Result<Candidate<'a, N>> {
        let due: usize = self.parameters.iter().map(FitParameter::len).sum();
        if values.len() != due {
            return Err(Error::shape("values of a fit", format!("{due} numbers"), values.len().to_string()));
        }
        let chain = self.protocol.chain();
        let mut scalars: Vec<f64> = chain
            .map_or_else(Vec::new, |chain| chain.scalars().into_iter().map(|scalar| scalar.value).collect());
        let mut network = self.network.clone();
        for (bound, numbers) in self.each(values) {
            network = bound.set(numbers, network, &mut scalars)?;
        }
        let chain = chain.map(|chain| chain.with_scalars(&scalars)).transpose()?;
        Ok(Candidate { values, network, chain })
    }

    /// Each target with its numbers among all values.
    fn each<'a>(&'a self, values: &'a [f64]) -> impl Iterator<Item = (&'a Bound, &'a [f64])> {
        let mut rest = values;
        self.bounds.iter().zip(&self.parameters).map(move |(bound, parameter)| {
            let (numbers, others) = rest.split_at(parameter.len());
            rest = others;
            (bound, numbers)
        })
    }

    /// Something for each seed, in their order.
    fn each_seed<T: Send>(&self, of: impl Fn(u64) -> Result<T> + Sync) -> Result<Vec<T>> {
        self.protocol.seeds().par_iter().map(|seed| of(*seed)).collect()
    }

    fn differentiable(&self) -> Result<&dyn DifferentiableObjective<U>> {
        for bound in &self.bounds {
            bound.check_differentiable(&self.network)?;
        }
        match &self.objective {
            Judge::Differentiable(objective) => Ok(&**objective),
            Judge::CostOnly(objective) => Err(Error::setting(
                "gradient of a fit",
                format!("the objective {} has none", objective.name()),
            )),
        }
    }
}

impl<N: Node, U: Dimension + Send + Sync> Problem for SimulationProblem<N, U> {
    fn cost(&self, values: &[f64]) -> Result<f64> {
        let objective: &dyn Objective<U> = match &self.objective {
            Judge::Differentiable(objective) => objective,
            Judge::CostOnly(objective) => objective,
        };
        let costs: Vec<f64> =
            self.record(values)?.iter().map(|series| objective.cost(series)).collect::<Result<_>>()?;
        Ok(costs.iter().sum::<f64>() / costs.len() as f64)
    }

    fn gradient(&self, values: &[f64]) -> Result<(f64, Vec<f64>)> {
        let objective = self.differentiable()?;
        let candidate = self.candidate(values)?;
        let runs = self.each_seed(|seed| self.differentiate(&candidate, objective, seed))?;
        let n = runs.len() as f64;
        let mut mean = (0.0, vec![0.0; values.len()]);
        for (cost, slopes) in &runs {
            mean.0 += cost;
            mean.1.iter_mut().zip(slopes).for_each(|(sum, slope)| *sum += slope);
        }
        mean.1.iter_mut().for_each(|sum| *sum /= n);
        Ok((mean.0 / n, mean.1))
    }

    fn has_gradient(&self) -> bool {
        self.differentiable().is_ok()
    }

    /// What it does in words, and a fingerprint of all numbers of network, protocol, targets and data. Drives that are
    /// functions are not told apart.
    fn description(&self) -> String {
        let objective = match &self.objective {
            Judge::Differentiable(objective) => objective.name(),
            Judge::CostOnly(objective) => objective.name(),
        };
        let targets: Vec<String> = self.bounds.iter().map(|bound| bound.target.to_string()).collect();
        format!(
            "{objective} of {} on {} regions by {} (fingerprint {:016x})",
            N::NAME,
            self.network.n_regions(),
            targets.join(", "),
            fingerprint(&format!("{self:?}"))
        )
    }
}

/// FNV-1a: the same for the same text, on any machine.
fn fingerprint(text: &str) -> u64 {
    text.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
