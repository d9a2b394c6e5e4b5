//! Gradient fits of simulated data whose parameters are known: what the Fisher information calls determined must be found, and what
//! cannot be found must not be called so.

use brainmass_core::observation::Chain;
use brainmass_core::random::Stream;
use brainmass_core::units::dimension::{Dimensionless, Volt};
use brainmass_core::units::{Dimension, SI, hz, mm_per_ms, ms, nanoampere_meter_per_mv, s};
use brainmass_core::{DifferentiableObjective, Node, TimeSeries, WeightedSum};
use brainmass_fit::{
    Fit, FitParameter, Identifiability, Lbfgs, MultiStart, Problem, Protocol, SimulationProblem, Squared,
    Target, Transform,
};
use brainmass_forward::{ConvolutionBold, Eeg, hrf::Gamma};
use brainmass_network::{
    Additive, Adjustable, Connection, Delays, Diffusive, Network, OrnsteinUhlenbeck, Rounding, WhiteNoise,
};
use brainmass_nodes::{JansenRit, Linear, ReducedWongWang, StuartLandau, WilsonCowan};
use brainmass_objectives::TimeSeriesRmse;
use nalgebra::{DMatrix, dmatrix};

use super::case::{Case, Check};
use super::tools::labelled;
use crate::Result;

macro_rules! row {
    ($name:literal, $what:literal, $check:expr) => {
        Case {
            name: $name,
            what: $what,
            source: "the values that made the data, with a thousandth of noise",
            tolerance: 0.01,
            why: "the issue's: one per cent of each value whose standard error by the Fisher information at the fit is a quarter \
                  of that; the row fails where a fit rests above the cost of the truth, where nothing is determined, or where \
                  what cannot be told apart is",
            check: Check::Alone($check),
        }
    };
}

macro_rules! cases {
    ($(($name:literal, $of:ident, $seed:literal)),* $(,)?) => {
        &[
            $(row!($name, "one to four of the model's numbers, chosen by the seed, by L-BFGS from six places", || $of($seed))),*,
            row!("undetermined_scale", "noise that drives a linear model, and the amplitude of its BOLD: the product is seen", scale),
            row!("undetermined_sum", "two connections between the same variables: the sum of their strengths is seen", sum),
            row!("undetermined_region", "the gain of a region that no sensor sees and that sends nothing", unseen),
        ]
    };
}

pub(super) const CASES: &[Case] = cases![
    ("wilson_cowan_0", wilson_cowan, 0),
    ("wilson_cowan_1", wilson_cowan, 1),
    ("wilson_cowan_2", wilson_cowan, 2),
    ("wilson_cowan_3", wilson_cowan, 3),
    ("wilson_cowan_4", wilson_cowan, 4),
    ("jansen_rit_eeg_0", jansen_rit, 0),
    ("jansen_rit_eeg_1", jansen_rit, 1),
    ("jansen_rit_eeg_2", jansen_rit, 2),
    ("jansen_rit_eeg_3", jansen_rit, 3),
    ("jansen_rit_eeg_4", jansen_rit, 4),
    ("stuart_landau_0", stuart_landau, 0),
    ("stuart_landau_1", stuart_landau, 1),
    ("stuart_landau_2", stuart_landau, 2),
    ("stuart_landau_3", stuart_landau, 3),
    ("reduced_wong_wang_bold_0", reduced_wong_wang, 0),
    ("reduced_wong_wang_bold_1", reduced_wong_wang, 1),
    ("reduced_wong_wang_bold_2", reduced_wong_wang, 2),
];

/// Noise of the data over their standard deviation.
const NOISE: f64 = 1e-3;
/// The largest standard error, over the value, of what counts as determined: a quarter of the tolerance.
const DETERMINED: f64 = 0.0025;

fn normal(seed: u64, stream: u32, i: usize, k: usize) -> f64 {
    Stream::new(seed, stream).normal(u32::try_from(i).unwrap_or(0), k as u64)
}

/// What a fit changes: its usual value or values.
type Free = (Target, Vec<f64>);

fn one(what: Adjustable, usual: f64) -> Free {
    (Target::from(what), vec![usual])
}

/// One to four of a pool, by the seed.
fn chosen(pool: &[Free], seed: usize) -> Vec<Free> {
    let first = (3 * seed) % pool.len();
    pool.iter().cycle().skip(first).take(1 + seed % 4).cloned().collect()
}

/// The largest relative error of what is determined; `hidden` are numbers of the fit that are not.
fn recover<N: Node, U: Dimension + Send + Sync>(
    network: &Network<N>,
    protocol: &Protocol,
    free: &[Free],
    seed: u64,
    hidden: &[usize],
) -> Result<f64> {
    let usual: Vec<f64> = free.iter().flat_map(|(_, usual)| usual.iter().copied()).collect();
    let moved = |k: usize, spread: f64, stream| {
        usual[k] * (spread * normal(seed, stream, k, 0).clamp(-2.0, 2.0)).exp()
    };
    let truth: Vec<f64> = (0..usual.len()).map(|k| moved(k, 0.1, 1)).collect();
    let start: Vec<f64> = (0..usual.len()).map(|k| moved(k, 0.1, 2)).collect();
    let make = |objective: WeightedSum<dyn DifferentiableObjective<U>>| -> Result<SimulationProblem<N, U>> {
        let mut problem = SimulationProblem::new(network.clone(), protocol.clone(), objective)?;
        let mut first = 0;
        for (number, (target, usual)) in free.iter().enumerate() {
            let (low, high) = (usual[0] * 0.6, usual[0] * 1.6);
            let transform = if low > 0.0 { Transform::Log } else { Transform::Linear };
            let of = &start[first..first + usual.len()];
            first += usual.len();
            let parameter = FitParameter::regional(number.to_string(), of, low.min(high), low.max(high))?;
            problem = problem.fitting(parameter.with_transform(transform)?, target.clone())?;
        }
        Ok(problem)
    };
    let none = WeightedSum::<dyn DifferentiableObjective<U>>::differentiable;
    let any = TimeSeries::<U>::unnamed(dmatrix![1.0], ms(1.0), ms(1.0))?;
    let clean = make(none().and(1.0, TimeSeriesRmse::new(any)?)?)?.record(&truth)?.remove(0);
    let means = clean.values().column_mean();
    let deviation =
        DMatrix::from_fn(clean.n_channels(), clean.n_samples(), |i, k| clean.values()[(i, k)] - means[i]);
    let sigma = NOISE * deviation.norm() / (deviation.len() as f64).sqrt();
    let noisy = DMatrix::from_fn(clean.n_channels(), clean.n_samples(), |i, k| {
        clean.values()[(i, k)] + sigma * normal(seed, 3, i, k)
    });
    let data = TimeSeries::<U>::new(noisy, clean.sampling().clone())?;
    // In units of the noise, so that the least cost is about one.
    let objective = none().and(sigma.powi(-2), Squared(TimeSeriesRmse::new(data)?))?;
    let problem = make(objective)?;
    let space = problem.space()?;
    let fit = Fit::new(&space, &problem).with_most_evaluations(1200);
    let report = fit.run(&MultiStart::new(Lbfgs::default(), 6, seed))?;
    if report.cost > problem.cost(&truth)? * (1.0 + 1e-6) {
        return Err(format!("the fit rests at {:e}, above the truth", report.cost).into());
    }
    let signal = |values: &[f64]| Ok(problem.record(values)?.remove(0).values().as_slice().to_vec());
    let information = Identifiability::at(&space, &report.values, sigma, signal)?;
    let mut errors = Vec::new();
    for (k, error) in information.relative_errors().into_iter().enumerate() {
        let is_determined = error <= DETERMINED;
        if is_determined && hidden.contains(&k) {
            return Err(format!("number {k} is called determined to {error:e}").into());
        }
        if is_determined {
            errors.push((report.values[k] / truth[k] - 1.0).abs());
        }
    }
    if errors.is_empty() { Err("nothing is determined".into()) } else { Ok(super::tools::largest(errors)) }
}

/// A random connectome of two to five regions with tracts of one to six centimetres.
fn connectome(seed: usize) -> Result<brainmass_core::Connectome> {
    let (n, seed) = (2 + seed % 4, seed as u64);
    let weight = |i, j| if i == j { 0.0 } else { 0.2 + 0.5 * normal(seed, 4, i, j).abs() };
    let length = |i, j| if i == j { 0.0 } else { 10.0 + 25.0 * normal(seed, 5, i, j).abs().min(2.0) };
    labelled(DMatrix::from_fn(n, n, weight), &DMatrix::from_fn(n, n, length))
}

fn delays() -> Delays {
    Delays::at_speed(mm_per_ms(5.0)).with_rounding(Rounding::Interpolated)
}

/// Below its second stable state, driven by noise.
fn wilson_cowan_network(connections: Vec<Connection>, seed: usize) -> Result<Network<WilsonCowan>> {
    let mut network = Network::new(WilsonCowan::default(), connectome(seed)?)
        .with_parameter("w_ee", 6.0)?
        .with_parameter("tau_e", ms(8.0))?
        .with_parameter("tau_i", ms(10.0))?
        .with_input_noise("e_input", OrnsteinUhlenbeck::new(0.3, ms(10.0)).around(1.0))?;
    for connection in connections {
        network = network.with_connection(connection)?;
    }
    Ok(network)
}

fn regional() -> Protocol {
    Protocol::new("r_e", ms(0.5), ms(2.0), ms(300.0))
}

fn wilson_cowan(seed: usize) -> Result<f64> {
    let connection = Connection::new("r_e", "e_input", Diffusive::new(0.6)).with_delays(delays());
    let pool = vec![
        one(Adjustable::coupling(0, "g"), 0.6),
        one(Adjustable::Speed(0), 5.0),
        one(Adjustable::parameter("tau_e"), 8e-3),
        one(Adjustable::InputNoiseSigma(0), 0.3),
        one(Adjustable::parameter("a_e"), 1.2),
        one(Adjustable::InputNoiseMean(0), 1.0),
        one(Adjustable::parameter("tau_i"), 1e-2),
    ];
    let network = wilson_cowan_network(vec![connection], seed)?;
    recover::<_, Dimensionless>(&network, &regional(), &chosen(&pool, seed), seed as u64, &[])
}

/// Two sensors, the more distant the weaker; the last region is seen by none if it is hidden.
fn eeg(n: usize, hides_last: bool) -> Result<Protocol> {
    let gain = DMatrix::from_fn(2, n, |sensor, region| {
        if hides_last && region + 1 == n {
            0.0
        } else {
            40.0 / (1.0 + (sensor * 2) as f64 - region as f64).abs().max(0.5)
        }
    });
    let labels = |prefix: &str, n: usize| (0..n).map(|k| format!("{prefix}{k}")).collect::<Vec<_>>();
    let field = Eeg::new(SI::new(gain * 1.0), labels("E", 2), labels("R", n))?;
    let field = field.of_potentials(nanoampere_meter_per_mv(5.0))?;
    Ok(Protocol::new("potential", ms(0.5), ms(2.0), ms(250.0)).observed(Chain::of(field)))
}

fn jansen_rit_network(connectome: brainmass_core::Connectome) -> Result<Network<JansenRit>> {
    Ok(Network::new(JansenRit::default(), connectome)
        .with_connection(Connection::new("rate", "e_input", Additive::new(8.0)).with_delays(delays()))?
        .with_input_noise("e_input", OrnsteinUhlenbeck::new(hz(20.0), ms(10.0)).around(hz(100.0)))?)
}

fn jansen_rit(seed: usize) -> Result<f64> {
    let pool = vec![
        one(Adjustable::parameter("a_e"), 3.25e-3),
        one(Adjustable::Speed(0), 5.0),
        one(Adjustable::coupling(0, "g"), 8.0),
        one(Adjustable::parameter("a_i"), 22e-3),
        one(Adjustable::InputNoiseSigma(0), 20.0),
    ];
    let network = jansen_rit_network(connectome(seed)?)?;
    let protocol = eeg(network.n_regions(), false)?;
    recover::<_, Volt>(&network, &protocol, &chosen(&pool, seed), 10 + seed as u64, &[])
}

/// At 8 Hz, damped within a fifth of a second.
fn stuart_landau(seed: usize) -> Result<f64> {
    let node = StuartLandau { a: hz(-5.0), omega: hz(50.0), ..StuartLandau::default() };
    let network = Network::new(node, connectome(seed)?)
        .with_connection(Connection::new("x", "x_input", Diffusive::new(hz(3.0))).with_delays(delays()))?
        .with_state_noise("x", WhiteNoise::new(0.3))?;
    let pool = vec![
        one(Adjustable::parameter("omega"), 50.0),
        one(Adjustable::StateNoiseSigma(0), 0.3),
        one(Adjustable::coupling(0, "g"), 3.0),
        one(Adjustable::parameter("a"), -5.0),
    ];
    let protocol = Protocol::new("x", ms(1.0), ms(4.0), ms(600.0));
    recover::<_, Dimensionless>(&network, &protocol, &chosen(&pool, seed), 20 + seed as u64, &[])
}

fn bold(variable: &str, seconds: f64) -> Protocol {
    let bold = ConvolutionBold::<Dimensionless>::new(Gamma::default(), ms(500.0), ms(50.0));
    Protocol::new(variable, ms(10.0), ms(50.0), s(seconds)).observed(Chain::of(bold))
}

/// One stable state at low activity.
fn reduced_wong_wang(seed: usize) -> Result<f64> {
    let network = Network::new(ReducedWongWang::default(), connectome(seed)?)
        .with_parameter("w", 0.6)?
        .with_connection(Connection::new("s", "s_input", Additive::new(0.2)))?
        .with_state_noise("s", WhiteNoise::new(0.02))?;
    let pool = vec![
        one(Adjustable::coupling(0, "g"), 0.2),
        one(Adjustable::StateNoiseSigma(0), 0.02),
        one(Adjustable::parameter("w"), 0.6),
        one(Adjustable::parameter("tau_s"), 0.1),
    ];
    recover::<_, Dimensionless>(&network, &bold("s", 40.0), &chosen(&pool, seed), 30 + seed as u64, &[])
}

fn scale() -> Result<f64> {
    let network = Network::new(Linear { gamma: hz(-0.4) }, connectome(1)?)
        .with_connection(Connection::new("x", "x_input", Diffusive::new(hz(0.2))))?
        .with_input_noise("x_input", OrnsteinUhlenbeck::new(hz(1.0), s(1.0)))?;
    let free = [
        one(Adjustable::parameter("gamma"), -0.4),
        one(Adjustable::InputNoiseSigma(0), 1.0),
        (Target::observation("amplitude"), vec![1.0]),
    ];
    recover::<_, Dimensionless>(&network, &bold("x", 60.0), &free, 41, &[1, 2])
}

fn sum() -> Result<f64> {
    let connection = || Connection::new("r_e", "e_input", Additive::new(0.5));
    let network = wilson_cowan_network(vec![connection(), connection()], 2)?;
    let free = [
        one(Adjustable::coupling(0, "g"), 0.5),
        one(Adjustable::parameter("tau_e"), 8e-3),
        one(Adjustable::coupling(1, "g"), 0.5),
    ];
    recover::<_, Dimensionless>(&network, &regional(), &free, 42, &[0, 2])
}

fn unseen() -> Result<f64> {
    // The last region only listens.
    let (weights, lengths) =
        (dmatrix![0.0, 0.4, 0.0; 0.5, 0.0, 0.0; 0.3, 0.6, 0.0], DMatrix::from_element(3, 3, 20.0));
    let network = jansen_rit_network(labelled(weights, &lengths)?)?;
    let free = [(Target::regional(Adjustable::parameter("a_e")), vec![3.25e-3; 3])];
    recover::<_, Volt>(&network, &eeg(3, true)?, &free, 43, &[2])
}
