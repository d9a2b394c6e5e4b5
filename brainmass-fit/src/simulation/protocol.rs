//! How a network is run and what is recorded of it.

use brainmass_core::node::source;
use brainmass_core::observation::Chain;
use brainmass_core::units::{Dimension, Second, Unit, s};
use brainmass_core::{DifferentiableObjective, Error, Node, Result, Sampling, TimeSeries};
use brainmass_network::{
    Adjustable, Direction, Integrator, Monitor, Network, Simulator, Tangents, Trace, WithRespectTo,
};
use nalgebra::DMatrix;
use rayon::prelude::*;

use super::weights::by_weights;

/// A run and its recording: a variable is averaged, goes through observation models, and loses its transient.
///
/// Each seed is a run of its own; a fit takes the mean of their costs. Noise is the same for all candidates.
///
/// ```
/// use brainmass_core::units::{dimension::Dimensionless, hz, ms};
/// use brainmass_fit::Protocol;
/// use brainmass_network::{Drive, Network};
/// use brainmass_nodes::Linear;
/// let network = Network::single(Linear { gamma: hz(-10.0) }).with_drive("x_input", Drive::constant(hz(10.0)))?;
/// let signals = Protocol::new("x", ms(1.0), ms(10.0), ms(2000.0)).with_transient(ms(1000.0)).record::<_, Dimensionless>(&network)?;
/// // One run: 100 samples at the fixed point 1.
/// assert_eq!((signals.len(), signals[0].n_samples()), (1, 100));
/// assert!((signals[0].values()[(0, 99)] - 1.0).abs() < 1e-8);
/// # Ok::<(), brainmass_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Protocol {
    variable: String,
    dt: Second,
    period: Second,
    duration: Second,
    transient: Second,
    integrator: Integrator,
    seeds: Vec<u64>,
    chain: Option<Chain>,
    memory: usize,
}

/// A cost, its derivative by each of some things in every region, and by the weights.
type Slopes = (f64, Vec<Vec<f64>>, DMatrix<f64>);

/// What was averaged in a run: numbers and their sampling.
pub(super) type Averages = (DMatrix<f64>, Sampling);

impl Protocol {
    /// A run of some duration in steps of dt, by Heun's method with seed 0, of which the means of a variable over a period are
    /// recorded.
    pub fn new(variable: impl Into<String>, dt: Second, period: Second, duration: Second) -> Self {
        Self {
            variable: variable.into(),
            dt,
            period,
            duration,
            transient: s(0.0),
            integrator: Integrator::Heun,
            seeds: vec![0],
            chain: None,
            memory: 1 << 30,
        }
    }

    /// Recorded samples up to this time of the run are dropped, after the observation models.
    #[must_use]
    pub fn with_transient(mut self, transient: Second) -> Self {
        self.transient = transient;
        self
    }

    /// The run with another integrator.
    #[must_use]
    pub fn with_integrator(mut self, integrator: Integrator) -> Self {
        self.integrator = integrator;
        self
    }

    /// A run for each seed.
    ///
    /// # Errors
    /// [`Error::Shape`] for none.
    pub fn with_seeds(mut self, seeds: &[u64]) -> Result<Self> {
        if seeds.is_empty() {
            return Err(Error::shape("seeds of a fit", "at least one", "none"));
        }
        self.seeds = seeds.to_vec();
        Ok(self)
    }

    /// The recording through observation models, in the place of those it had.
    #[must_use]
    pub fn observed(mut self, chain: Chain) -> Self {
        self.chain = Some(chain);
        self
    }

    /// How many bytes of a run may be kept to take it back, roughly; a GiB otherwise. Less costs a second run.
    #[must_use]
    pub fn with_memory(mut self, bytes: usize) -> Self {
        self.memory = bytes;
        self
    }

    /// What is recorded of a network: a series for each seed.
    ///
    /// # Errors
    /// Those of the run and the observation models, [`Error::Unit`] if they record in another unit,
    /// [`Error::Diverged`].
    pub fn record<N: Node, U: Dimension>(&self, network: &Network<N>) -> Result<Vec<TimeSeries<U>>> {
        self.check::<N, U>()?;
        let of = |seed: &u64| self.observe(self.chain.as_ref(), &self.run(network, *seed)?);
        self.seeds.iter().map(of).collect()
    }

    /// The cost of a network as it is, and its derivative by what each of some things is in every region. Means over the seeds.
    ///
    /// ```
    /// use brainmass_core::units::{dimension::Dimensionless, hz, ms};
    /// use brainmass_fit::{Protocol, Squared};
    /// use brainmass_network::{Adjustable, Network};
    /// use brainmass_nodes::Linear;
    /// use brainmass_objectives::TimeSeriesRmse;
    /// // The mean square of x(t) = exp(−10 t) sampled at 0.1 s: the derivative by the rate is 2 t x².
    /// let from = |x: f64| Network::single(Linear { gamma: hz(-10.0) }).with_initial("x", x);
    /// let protocol = Protocol::new("x", ms(0.1), ms(0.1), ms(100.0)).with_transient(ms(99.9));
    /// let nothing = protocol.record::<_, Dimensionless>(&from(0.0)?)?.remove(0);
    /// let objective = Squared(TimeSeriesRmse::new(nothing)?);
    /// let (cost, by) = protocol.gradient(&from(1.0)?, &objective, &[Adjustable::parameter("gamma")])?;
    /// assert!((cost - (-2.0_f64).exp()).abs() < 1e-6);
    /// assert!((by[0][0] - 0.2 * (-2.0_f64).exp()).abs() < 1e-6);
    /// # Ok::<(), brainmass_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`record`](Self::record); [`Error::Setting`] for what has no derivative.
    pub fn gradient<N: Node, U: Dimension + Send + Sync>(
        &self,
        network: &Network<N>,
        objective: &dyn DifferentiableObjective<U>,
        by: &[Adjustable],
    ) -> Result<(f64, Vec<Vec<f64>>)> {
        let (cost, slopes, _) = self.slopes(network, objective, by, false)?;
        Ok((cost, slopes))
    }

    /// As [`gradient`](Self::gradient), and the derivative by each weight that is not zero; `[(i, j)]` from j to i.
    ///
    /// # Errors
    /// As [`gradient`](Self::gradient).
    pub fn gradient_with_weights<N: Node, U: Dimension + Send + Sync>(
        &self,
        network: &Network<N>,
        objective: &dyn DifferentiableObjective<U>,
        by: &[Adjustable],
    ) -> Result<(f64, Vec<Vec<f64>>, DMatrix<f64>)> {
        self.slopes(network, objective, by, true)
    }

    fn slopes<N: Node, U: Dimension + Send + Sync>(
        &self,
        network: &Network<N>,
        objective: &dyn DifferentiableObjective<U>,
        by: &[Adjustable],
        with_weights: bool,
    ) -> Result<Slopes> {
        self.check::<N, U>()?;
        by.iter().try_for_each(|what| network.check_differentiable(what))?;
        let mut with_respect_to = by.iter().fold(WithRespectTo::nothing(), WithRespectTo::and);
        if with_weights {
            let connections = 0..network.connections().len();
            with_respect_to = connections.fold(with_respect_to, WithRespectTo::and_weights);
        }
        let n = network.n_regions();
        let nothing = || DMatrix::zeros(n, n);
        let of = |seed: &u64| -> Result<Slopes> {
            let (averages, trace) = self.trace(network, *seed)?;
            let observed = self.observe(self.chain.as_ref(), &averages)?;
            let (cost, by_observed) = objective.gradient(&observed)?;
            let (by_averages, _) = pull_back(self.chain.as_ref(), &averages, &by_observed)?;
            let gradient = trace.pull_back(&[(NAME, by_averages)], &with_respect_to)?;
            let each = by.iter().map(|what| Ok(gradient.by(what)?.to_vec())).collect::<Result<_>>()?;
            let weights = if with_weights { by_weights(network, &gradient)? } else { nothing() };
            Ok((cost, each, weights))
        };
        let runs = self.seeds.par_iter().map(of).collect::<Result<Vec<_>>>()?;
        let n_runs = runs.len() as f64;
        let mut mean = (0.0, by.iter().map(|_| vec![0.0; n]).collect::<Vec<_>>(), nothing());
        for (cost, slopes, by_weights) in &runs {
            mean.0 += cost / n_runs;
            for (sum, slope) in mean.1.iter_mut().flatten().zip(slopes.iter().flatten()) {
                *sum += slope / n_runs;
            }
            mean.2 += by_weights / n_runs;
        }
        Ok(mean)
    }

    pub(super) fn seeds(&self) -> &[u64] {
        &self.seeds
    }

    pub(super) fn chain(&self) -> Option<&Chain> {
        self.chain.as_ref()
    }

    /// Checks that the recording is in a unit.
    pub(super) fn check<N: Node, U: Dimension>(&self) -> Result<()> {
        let recorded = source::<N>(&self.variable)?.1.unit;
        let (due, observed) =
            self.chain.as_ref().map_or((recorded, recorded), |chain| (chain.input(), chain.output()));
        if due != recorded {
            let what = format!("observation of `{}`", self.variable);
            return Err(Error::Unit { what, expected: due, found: recorded });
        }
        let expected = Unit::of::<U>();
        if observed != expected {
            return Err(Error::Unit { what: "recording of a fit".to_owned(), expected, found: observed });
        }
        Ok(())
    }

    fn monitor(&self) -> Monitor {
        Monitor::of(&self.variable).averaged(self.period).named(NAME)
    }

    fn simulator<'n, N: Node>(&self, network: &'n Network<N>, seed: u64) -> Result<Simulator<'n, N>> {
        Ok(Simulator::new(network, self.dt)?.with_integrator(self.integrator).with_seed(seed))
    }

    pub(super) fn run<N: Node>(&self, network: &Network<N>, seed: u64) -> Result<Averages> {
        let mut recording = self.simulator(network, seed)?.run(self.duration, s(0.0), &[self.monitor()])?;
        let (values, sampling, _) = recording.take_numbers(NAME)?;
        Ok((values, sampling))
    }

    /// As [`run`](Self::run), with what is needed to take it back.
    pub(super) fn trace<'n, N: Node>(
        &self,
        network: &'n Network<N>,
        seed: u64,
    ) -> Result<(Averages, Trace<'n, N>)> {
        let simulator = self.simulator(network, seed)?;
        let (mut recording, trace) =
            simulator.trace(self.duration, s(0.0), &[self.monitor()], self.memory)?;
        let (values, sampling, _) = recording.take_numbers(NAME)?;
        Ok(((values, sampling), trace))
    }

    /// As [`run`](Self::run), with derivatives along some directions.
    pub(super) fn push_forward<N: Node>(
        &self,
        network: &Network<N>,
        seed: u64,
        directions: &[Direction],
    ) -> Result<(Averages, Tangents)> {
        let simulator = self.simulator(network, seed)?;
        let (mut recording, tangents) =
            simulator.push_forward(self.duration, s(0.0), &[self.monitor()], directions)?;
        let (values, sampling, _) = recording.take_numbers(NAME)?;
        Ok(((values, sampling), tangents))
    }

    /// Whether what a run leaves for the way back fits into memory, roughly: states, inputs, and one more row for each
    /// connection.
    pub(super) fn fits<N: Node>(&self, network: &Network<N>) -> bool {
        let rows = N::STATE.len() + N::INPUT.len() + network.connections().len();
        let n_steps = self.duration.value_unsafe / self.dt.value_unsafe;
        (8 * rows * network.n_regions()) as f64 * n_steps <= self.memory as f64
    }

    /// What is observed of averages through a chain, without the transient.
    pub(super) fn observe<U: Dimension>(
        &self,
        chain: Option<&Chain>,
        (values, sampling): &Averages,
    ) -> Result<TimeSeries<U>> {
        let (values, sampling) = match chain {
            Some(chain) => chain.observe(values, sampling)?,
            None => (values.clone(), sampling.clone()),
        };
        let whole = TimeSeries::new(values, sampling)?;
        if self.transient.value_unsafe > 0.0 { whole.after(self.transient) } else { Ok(whole) }
    }
}

/// Derivatives by what was averaged and by the scalars of the chain, from those by what was observed.
pub(super) fn pull_back(
    chain: Option<&Chain>,
    (values, sampling): &Averages,
    by_observed: &DMatrix<f64>,
) -> Result<(DMatrix<f64>, Vec<f64>)> {
    let n_samples = match chain {
        Some(chain) => chain.observe(values, sampling)?.0.ncols(),
        None => values.ncols(),
    };
    // What the transient took does not matter to the cost.
    let mut by_all = DMatrix::zeros(by_observed.nrows(), n_samples);
    by_all.columns_mut(n_samples - by_observed.ncols(), by_observed.ncols()).copy_from(by_observed);
    let Some(chain) = chain else { return Ok((by_all, Vec::new())) };
    let pulled = chain.pullback(values, sampling, &by_all)?;
    Ok((pulled.sources, pulled.scalars))
}

/// The name of the one monitor.
pub(super) const NAME: &str = "average";
