//! Gradients of whole fits: through run, observation model and objective.

use brainmass_core::observation::Chain;
use brainmass_core::random::Stream;
use brainmass_core::units::dimension::{Dimensionless, Volt};
use brainmass_core::units::{Dimension, SI, Second, hz, mm_per_ms, ms, nanoampere_meter_per_mv, s};
use brainmass_core::{DifferentiableObjective, Node, Subsample, TemporalAverage, TimeSeries, WeightedSum};
use brainmass_fit::{FitParameter, Problem, Protocol, SimulationProblem, Squared, Target};
use brainmass_forward::hrf::{self, Hrf};
use brainmass_forward::{
    BalloonWindkessel, ConvolutionBold, Eeg, Haemodynamics, Rereference, RowNorm, RowNormalizedReadout,
    SensorNoise, VolterraKernels, numbered,
};
use brainmass_network::{Adjustable, Connection, Delays, Diffusive, Network, OrnsteinUhlenbeck};
use brainmass_nodes::{JansenRit, WilsonCowan};
use brainmass_objectives::{
    CosineSimilarity, FcCorrelation, FcRmse, FcdWasserstein, LaggedCorrelation, SlidingWindow,
    SpectrumDistance, TimeSeriesRmse, Welch, functional_connectivity,
};
use nalgebra::DMatrix;

use super::systems::slope;
use super::tools::{labelled, largest};
use crate::Result;

const REGIONS: usize = 3;
fn number(stream: u32, i: usize, k: usize) -> f64 {
    Stream::new(3, stream).normal(u32::try_from(i).unwrap_or(0), k as u64)
}

fn matrix(rows: usize, columns: usize, stream: u32) -> DMatrix<f64> {
    DMatrix::from_fn(rows, columns, |i, j| number(stream, i, j))
}

/// The distance of a problem's gradient at its initial values from central differences of its cost: each times its value,
/// relative to the largest.
fn error<N: Node, U: Dimension + Send + Sync>(problem: &SimulationProblem<N, U>) -> Result<f64> {
    let values = problem.space()?.initial();
    let (_, gradient) = problem.gradient(&values)?;
    let cost = |index: usize, step: f64| {
        let mut moved = values.clone();
        moved[index] *= 1.0 + step;
        problem.cost(&moved).map(Some)
    };
    let mut pairs = Vec::new();
    for (index, found) in gradient.iter().enumerate() {
        let expected = slope(|step| cost(index, step))?.ok_or("no cost beside the initial value")?;
        pairs.push((found * values[index], expected));
    }
    let scale = largest(pairs.iter().map(|(_, expected)| expected.abs()));
    if scale == 0.0 {
        return Err("the cost depends on nothing".into());
    }
    Ok(largest(pairs.iter().map(|(found, expected)| (found - expected).abs())) / scale)
}

/// The problem by some numbers of the network, and by all scalars of the observation model that are not zero.
fn by<N: Node, U: Dimension + Send + Sync>(
    mut problem: SimulationProblem<N, U>,
    network: &[(Adjustable, f64)],
    chain: Option<&Chain>,
) -> Result<SimulationProblem<N, U>> {
    let free = |name: String, value: f64| {
        let [a, b] = [0.3 * value, 3.0 * value];
        FitParameter::new(name, value, a.min(b), a.max(b))
    };
    for (what, value) in network {
        problem = problem.fitting(free(what.to_string(), *value)?, what.clone())?;
    }
    let scalars = chain.map(Chain::scalars).unwrap_or_default();
    for scalar in scalars.into_iter().filter(|scalar| scalar.value != 0.0) {
        problem =
            problem.fitting(free(scalar.name.clone(), scalar.value)?, Target::observation(scalar.name))?;
    }
    Ok(problem)
}

fn wilson_cowan() -> Result<Network<WilsonCowan>> {
    let weights =
        DMatrix::from_fn(
            REGIONS,
            REGIONS,
            |i, j| {
                if i == j { 0.0 } else { 0.2 + 0.5 * number(0, i, j).abs() }
            },
        );
    let lengths =
        DMatrix::from_fn(REGIONS, REGIONS, |i, j| if i == j { 0.0 } else { 20.0 + 7.0 * (i + 2 * j) as f64 });
    let delayed =
        Connection::new("r_e", "e_input", Diffusive::new(0.5)).with_delays(Delays::at_speed(mm_per_ms(5.0)));
    Ok(Network::new(WilsonCowan::default(), labelled(weights, &lengths)?)
        .with_connection(delayed)?
        .with_input_noise("e_input", OrnsteinUhlenbeck::new(0.1, ms(5.0)).around(1.0))?)
}

/// What a fit of the Wilson–Cowan network changes.
fn numbers() -> [(Adjustable, f64); 3] {
    [
        (Adjustable::coupling(0, "g"), 0.2),
        (Adjustable::parameter("tau_e"), 0.011),
        (Adjustable::InputNoiseMean(0), 1.1),
    ]
}

fn protocol(duration: Second) -> Protocol {
    Protocol::new("r_e", ms(1.0), ms(10.0), duration)
}

/// A chain observed for some time, against random data.
fn observed(chain: &Chain, duration: Second) -> Result<f64> {
    let protocol = protocol(duration).observed(chain.clone());
    let network = wilson_cowan()?;
    let at_start = protocol.record::<_, Dimensionless>(&network)?.remove(0);
    let rmse = Squared(TimeSeriesRmse::new(data(&at_start)?)?);
    error(&by(SimulationProblem::new(network, protocol, rmse)?, &numbers(), Some(chain))?)
}

/// Random series like another, of the same size.
fn data<U: Dimension>(like: &TimeSeries<U>) -> Result<TimeSeries<U>> {
    let size = like.values().norm() / (like.values().len() as f64).sqrt();
    let values = DMatrix::from_fn(like.n_channels(), like.n_samples(), |i, k| size * number(1, i, k));
    Ok(TimeSeries::new(values, like.sampling().clone())?)
}

/// An objective of means over 10 ms, made from random data.
fn judged<O: DifferentiableObjective<Dimensionless> + 'static>(
    objective: impl FnOnce(TimeSeries<Dimensionless>) -> Result<O>,
) -> Result<f64> {
    let (protocol, network) = (protocol(ms(800.0)), wilson_cowan()?);
    let at_start = protocol.record::<_, Dimensionless>(&network)?.remove(0);
    let objective = objective(data(&at_start)?)?;
    error(&by(SimulationProblem::new(network, protocol, objective)?, &numbers(), None)?)
}

pub(super) fn convolutions() -> Result<f64> {
    let mut errors = Vec::new();
    let kernels = hrf::NAMES.iter().map(|name| hrf::by_name(name));
    let mut kernels: Vec<Box<dyn Hrf>> = kernels.collect::<brainmass_core::Result<_>>()?;
    kernels.push(Box::new(VolterraKernels::of(&Haemodynamics::friston_2003())));
    for kernel in kernels {
        let bold = ConvolutionBold::<Dimensionless>::new(kernel, s(0.5), ms(50.0));
        errors.push(observed(&Chain::of(bold), s(12.0))?);
    }
    Ok(largest(errors))
}

pub(super) fn balloon() -> Result<f64> {
    let mut errors = Vec::new();
    for parameters in [Haemodynamics::friston_2003(), Haemodynamics::default()] {
        let bold = BalloonWindkessel::<Dimensionless>::new(parameters).with_repetition_time(s(0.5));
        errors.push(observed(&Chain::of(bold), s(6.0))?);
    }
    Ok(largest(errors))
}

pub(super) fn averages() -> Result<f64> {
    let chain = Chain::of(TemporalAverage::<Dimensionless>::new(ms(20.0)));
    observed(&chain.then(Subsample::<Dimensionless>::new(ms(60.0)))?, ms(1200.0))
}

pub(super) fn readout() -> Result<f64> {
    let readout = RowNormalizedReadout::new(matrix(5, REGIONS, 2), numbered(5), RowNorm::L2)?;
    observed(&Chain::of(readout.demeaned().with_offset(50.0, 0.3)), ms(500.0))
}

pub(super) fn lead_field() -> Result<f64> {
    let weights = DMatrix::from_fn(REGIONS, REGIONS, |i, j| if i == j { 0.0 } else { 0.4 });
    let lengths = DMatrix::from_fn(REGIONS, REGIONS, |i, j| if i == j { 0.0 } else { 10.0 + 4.0 * j as f64 });
    let delayed = Connection::new("rate", "e_input", Diffusive::new(10.0))
        .with_delays(Delays::at_speed(mm_per_ms(5.0)));
    let network = Network::new(JansenRit::default(), labelled(weights, &lengths)?)
        .with_connection(delayed)?
        .with_input_noise("e_input", OrnsteinUhlenbeck::new(hz(22.0), ms(20.0)).around(hz(220.0)))?;
    let field = Eeg::new(SI::new(matrix(5, REGIONS, 2)), numbered(5), numbered(REGIONS))?.ignoring_names();
    let covariance = SI::new(DMatrix::identity(5, 5) * 1e-22);
    let chain = Chain::of(field.of_potentials(nanoampere_meter_per_mv(2.0))?)
        .then(Rereference::<Volt>::average())?
        .then(SensorNoise::<Volt>::new(covariance, Stream::new(1, 2))?)?;
    let protocol = Protocol::new("potential", ms(0.5), ms(5.0), ms(300.0)).observed(chain.clone());
    let at_start = protocol.record::<_, Volt>(&network)?.remove(0);
    let rmse = Squared(TimeSeriesRmse::new(data(&at_start)?)?);
    let numbers = [(Adjustable::coupling(0, "g"), 10.0), (Adjustable::parameter("a_e"), 3.25e-3)];
    error(&by(SimulationProblem::new(network, protocol, rmse)?, &numbers, Some(&chain))?)
}

pub(super) fn rmse() -> Result<f64> {
    judged(|data| Ok(TimeSeriesRmse::new(data)?))
}

pub(super) fn cosine() -> Result<f64> {
    judged(|data| Ok(CosineSimilarity::new(data)?))
}

pub(super) fn fc_correlation() -> Result<f64> {
    judged(|data| Ok(FcCorrelation::new(functional_connectivity(&data)?)?))
}

pub(super) fn fc_rmse() -> Result<f64> {
    judged(|data| Ok(FcRmse::new(functional_connectivity(&data)?)?))
}

pub(super) fn lagged() -> Result<f64> {
    judged(|data| Ok(LaggedCorrelation::new(&data, ms(20.0))?))
}

pub(super) fn spectrum() -> Result<f64> {
    judged(|data| {
        let welch = Welch::in_samples(32);
        let target = welch.spectrum(&data)?;
        Ok(SpectrumDistance::new(welch, target, hz(3.0), hz(40.0))?)
    })
}

pub(super) fn fcd() -> Result<f64> {
    judged(|data| Ok(FcdWasserstein::of(SlidingWindow::in_samples(20, 10), &data)?))
}

pub(super) fn weighted_sum() -> Result<f64> {
    judged(|data| {
        let fc = FcCorrelation::new(functional_connectivity(&data)?)?;
        Ok(WeightedSum::differentiable().and(0.3, fc)?.and(2.0, TimeSeriesRmse::new(data)?)?)
    })
}
