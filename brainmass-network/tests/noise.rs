//! Kinds of noise against their covariances in time and between regions, and against solutions of stochastic equations.
//!
//! Tolerances are five standard errors, which happen once in 1e6; seeds are fixed.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use brainmass_core::random::Stream;
use brainmass_core::units::{Hertz, Second, hz, ms, s};
use brainmass_network::{
    ColouredNoise, Correlation, EngineKind, InputNoise, Integrator, Monitor, Network, OrnsteinUhlenbeck,
    Simulator, WhiteNoise,
};
use brainmass_nodes::Linear;
use nalgebra::{DMatrix, dmatrix};

const DT: Second = ms(1.0);

/// The noise seen through nodes that only copy it: x(t + dt) = dt · input(t).
fn copied(noise: impl Into<InputNoise>, n_regions: usize, n_steps: usize) -> DMatrix<f64> {
    let network = Network::new(Linear { gamma: hz(-1e3) }, common::islands(n_regions))
        .with_input_noise("x_input", noise)
        .unwrap();
    common::states(&network, Integrator::Euler, DT, n_steps, 5).swap_remove(0) * 1e3
}

/// The mean over regions of the product of the noise at two steps.
fn product(noise: &DMatrix<f64>, first: usize, second: usize) -> f64 {
    noise.column(first).dot(&noise.column(second)) / noise.nrows() as f64
}

/// Products of independent regions at two steps, against a covariance of the process, each in standard errors.
fn check_covariance(
    noise: &DMatrix<f64>,
    pairs: &[(usize, usize)],
    covariance: impl Fn(usize, usize) -> f64,
) {
    let n = noise.nrows() as f64;
    for &(first, second) in pairs {
        let expected = covariance(first, second);
        let variance = covariance(first, first) * covariance(second, second) + expected * expected;
        let error = (product(noise, first, second) - expected) / (variance / n).sqrt();
        assert!(error.abs() < 5.0, "steps {first} and {second}: {error} standard errors from {expected}");
    }
}

const PAIRS: [(usize, usize); 7] = [(0, 0), (99, 99), (50, 51), (0, 2), (20, 28), (10, 60), (0, 99)];
const N: usize = 4000;

/// `e^(−dt/τ_k)` of the relaxations between two frequencies, eight a decade.
fn decays(low: f64, high: f64) -> Vec<f64> {
    let last = (8.0 * (high / low).log10()).ceil();
    let frequency = |k: f64| low * (high / low).powf((k + 0.5) / last);
    let decay = |k| (-std::f64::consts::TAU * frequency(f64::from(k)) * 1e-3).exp();
    (0..100_u32).filter(|k| f64::from(*k) < last).map(decay).collect()
}

#[test]
fn pink_noise_is_a_sum_of_relaxations() {
    let decays = decays(0.1, 100.0);
    let noise = copied(ColouredNoise::pink(Hertz::new(0.7), hz(0.1), hz(100.0)), N, 100);
    let covariance = |first: usize, second: usize| {
        let lag = i32::try_from(second - first).unwrap();
        0.49 * decays.iter().map(|decay| decay.powi(lag)).sum::<f64>() / decays.len() as f64
    };
    check_covariance(&noise, &PAIRS, covariance);
}

#[test]
fn blue_noise_is_the_difference_of_pink_noise() {
    let decays = decays(1.0, 500.0);
    let noise = copied(ColouredNoise::blue(Hertz::new(0.7), hz(1.0), hz(500.0)), N, 100);
    let sum = |lag: i32| decays.iter().map(|decay| decay.powi(lag)).sum::<f64>();
    let covariance = |first: usize, second: usize| {
        let lag = i32::try_from(second - first).unwrap();
        0.49 * (2.0 * sum(lag) - sum(lag + 1) - sum((lag - 1).abs())) / (2.0 * (sum(0) - sum(1)))
    };
    check_covariance(&noise, &PAIRS, covariance);
}

#[test]
fn violet_noise_is_the_difference_of_white_noise() {
    let noise = copied(ColouredNoise::violet(Hertz::new(0.7)), N, 100);
    let covariance = |first: usize, second: usize| match second - first {
        0 => 0.49,
        1 => -0.245,
        _ => 0.0,
    };
    check_covariance(&noise, &PAIRS, covariance);
}

/// Brown noise has the variance σ² t, whatever the step. DIFFERENCE: the reference's has σ² per millisecond.
#[test]
fn brown_noise_is_a_random_walk() {
    let noise = copied(ColouredNoise::brown(Hertz::new(0.7)), N, 100);
    check_covariance(&noise, &PAIRS, |first, second| 0.49 * 1e-3 * (first.min(second) + 1) as f64);
    let theirs = common::reference("noise/statistics.npz").matrix("brownian_var_theory").unwrap();
    // Theirs, σ = 0.5 and steps of 0.3 ms, after 10 steps; 1000 times ours.
    assert!((theirs[1] - 1e3 * 0.25 * 10.0 * 0.3e-3).abs() < 1e-12);
}

fn correlation() -> DMatrix<f64> {
    dmatrix![1.0, 0.8, -0.3; 0.8, 1.0, 0.1; -0.3, 0.1, 1.0]
}

/// The largest distance of a sample covariance of independent columns from the expected one, in standard errors.
fn covariance_error(samples: &DMatrix<f64>, expected: &DMatrix<f64>) -> f64 {
    let n = samples.ncols() as f64;
    let found = samples * samples.transpose() / n;
    let error = |i: usize, j: usize| {
        let variance = expected[(i, i)] * expected[(j, j)] + expected[(i, j)].powi(2);
        ((found[(i, j)] - expected[(i, j)]) / (variance / n).sqrt()).abs()
    };
    (0..3).flat_map(|i| (0..3).map(move |j| (i, j))).map(|(i, j)| error(i, j)).fold(0.0, f64::max)
}

#[test]
fn regions_are_correlated_as_told() {
    let (sigma, c) = ([1.0, 2.0, 0.5], Correlation::of(&correlation()).unwrap());
    let expected = DMatrix::from_fn(3, 3, |i, j| sigma[i] * correlation()[(i, j)] * sigma[j]);
    // White noise of nodes that keep it: the increments over √dt.
    let white = WhiteNoise::new(sigma.to_vec()).with_correlation(c.clone());
    let network =
        Network::new(Linear { gamma: hz(0.0) }, common::islands(3)).with_state_noise("x", white).unwrap();
    let x = common::states(&network, Integrator::Heun, DT, 20_001, 5).swap_remove(0);
    let increments = (x.columns(1, 20_000) - x.columns(0, 20_000)) / 1e-3_f64.sqrt();
    assert!(covariance_error(&increments, &expected) < 5.0);
    // Ornstein–Uhlenbeck noise, every 8 τ, where e^(−8) is left.
    let sigma = Hertz::new(sigma.to_vec());
    let noise = OrnsteinUhlenbeck::new(sigma.clone(), ms(1.0)).with_correlation(c.clone());
    let noise = copied(noise, 3, 40_000);
    let every_eighth = DMatrix::from_fn(3, 5000, |i, k| noise[(i, 8 * k)]);
    assert!(covariance_error(&every_eighth, &expected) < 5.0);
    // Violet noise every second step.
    let noise = copied(ColouredNoise::violet(sigma).with_correlation(c), 3, 40_000);
    let every_second = DMatrix::from_fn(3, 20_000, |i, k| noise[(i, 2 * k)]);
    assert!(covariance_error(&every_second, &expected) < 5.0);
}

#[test]
fn common_noise_is_one_series() {
    let common = || Correlation::common(vec![1.0, -2.0, 0.0]);
    for noise in [
        InputNoise::from(OrnsteinUhlenbeck::new(hz(0.3), ms(5.0)).with_correlation(common())),
        ColouredNoise::pink(hz(0.3), hz(1.0), hz(100.0)).with_correlation(common()).into(),
        ColouredNoise::brown(hz(0.3)).with_correlation(common()).into(),
    ] {
        let found = copied(noise, 3, 200);
        assert!(found.row(0).amax() > 1e-3);
        assert_eq!((found.row(0) * -2.0, found.row(2).amax()), (found.row(1).into_owned(), 0.0));
    }
}

/// Geometric Brownian motion dx = μ x dt + σ x dW up to 1 s in many regions, and its exact solution along the same path.
fn geometric(integrator: Integrator, n_steps: u32) -> [Vec<f64>; 2] {
    let (mu, sigma, n) = (0.5, 0.6, 2000_u32);
    let network = Network::new(Linear { gamma: hz(mu) }, common::islands(n as usize))
        .with_initial("x", 1.0)
        .and_then(|network| network.with_state_noise("x", WhiteNoise::new(sigma).proportional()))
        .unwrap();
    let dt = 1.0 / f64::from(n_steps);
    let x = common::states(&network, integrator, s(dt), n_steps as usize, 9).swap_remove(0);
    // The first noise on a state that is made row by row.
    let stream = Stream::new(9, 1 << 29 | 1 << 28);
    let path = |region: u32| {
        dt.sqrt() * (0..u64::from(n_steps)).map(|step| stream.normal(region, step)).sum::<f64>()
    };
    let ito = if integrator.name().ends_with("euler") { 0.5 * sigma * sigma } else { 0.0 };
    let exact = (0..n).map(|region| (mu - ito + sigma * path(region)).exp()).collect();
    [x.column(n_steps as usize - 1).iter().copied().collect(), exact]
}

/// Euler's schemes follow Itô's solution with strong order ½, Heun's and Runge–Kutta's Stratonovich's with order 1.
#[test]
fn multiplicative_noise_is_ito_or_stratonovich_by_the_integrator() {
    let error = |integrator, n_steps| {
        let [found, exact] = geometric(integrator, n_steps);
        let squares = found.iter().zip(&exact).map(|(found, exact)| (found - exact).powi(2));
        (squares.sum::<f64>() / exact.len() as f64).sqrt()
    };
    for (integrator, order) in [
        (Integrator::Euler, 0.5),
        (Integrator::ExponentialEuler, 0.5),
        (Integrator::Heun, 1.0),
        (Integrator::RungeKutta4, 1.0),
    ] {
        let (coarse, fine) = (error(integrator, 32), error(integrator, 512));
        let measured = (coarse / fine).log2() / 4.0;
        // 2000 heavy-tailed squares: the error of a ratio is some 10 %, of the order 0.05.
        assert!((measured - order).abs() < 0.1, "{integrator:?}: {measured}, errors {coarse:e} and {fine:e}");
    }
}

/// E x = e^(μ t) in Itô's, e^((μ + σ²/2) t) in Stratonovich's sense: 1.65 and 1.97, 20 standard errors apart.
#[test]
fn the_mean_of_geometric_noise_tells_ito_from_stratonovich() {
    for (integrator, growth) in [(Integrator::Euler, 0.5), (Integrator::Heun, 0.5 + 0.18)] {
        let [found, _] = geometric(integrator, 512);
        let mean = found.iter().sum::<f64>() / found.len() as f64;
        // The variance of x is the squared mean times e^(σ² t) − 1.
        let standard_error = f64::exp(growth) * (0.36_f64.exp_m1() / found.len() as f64).sqrt();
        assert!((mean - f64::exp(growth)).abs() < 5.0 * standard_error, "{integrator:?}: {mean}");
    }
}

/// A function of the state that is zero at both ends keeps noise there from leaving.
#[test]
fn a_function_of_the_state_scales_the_noise() {
    let noise = |g: fn(f64) -> f64| WhiteNoise::new(0.5).multiplied_by(g);
    let run = |noise, x: f64, integrator| {
        let network = Network::single(Linear { gamma: hz(0.0) })
            .with_initial("x", x)
            .and_then(|network| network.with_state_noise("x", noise))
            .unwrap();
        common::states(&network, integrator, DT, 1, 3).swap_remove(0)[0] - x
    };
    for integrator in Integrator::ALL {
        assert_eq!(run(noise(|x| x * (1.0 - x)), 1.0, integrator), 0.0);
        let (half, whole) = (run(noise(|_| 0.5), 0.2, integrator), run(noise(|_| 1.0), 0.2, integrator));
        assert!((whole - 2.0 * half).abs() < 1e-16 * 8.0 && whole != 0.0);
        // Additive noise of independent regions has a stream of its own.
        assert!(run(WhiteNoise::new(0.5), 0.2, integrator) != whole);
    }
}

/// All of them at once.
fn all() -> Network<Linear> {
    let c = Correlation::of(&correlation()).unwrap();
    Network::new(Linear { gamma: hz(-20.0) }, common::islands(3))
        .with_input_noise("x_input", ColouredNoise::pink(hz(3.0), hz(1.0), hz(100.0)))
        .and_then(|network| network.with_input_noise("x_input", OrnsteinUhlenbeck::new(hz(1.0), ms(5.0))))
        .and_then(|network| {
            network.with_input_noise("x_input", ColouredNoise::blue(hz(3.0), hz(1.0), hz(500.0)))
        })
        .and_then(|network| {
            network.with_input_noise("x_input", ColouredNoise::brown(hz(3.0)).with_correlation(c.clone()))
        })
        .and_then(|network| network.with_input_noise("x_input", ColouredNoise::violet(hz(3.0))))
        .and_then(|network| network.with_state_noise("x", WhiteNoise::new(0.1).with_correlation(c)))
        .and_then(|network| network.with_state_noise("x", WhiteNoise::new(0.2).proportional()))
        .and_then(|network| network.with_state_noise("x", WhiteNoise::new(0.05)))
        .unwrap()
}

#[test]
fn engines_and_restarts_give_the_same_noise() {
    let (network, folder) = (all(), tempfile::tempdir().unwrap());
    let path = folder.path().join("run.checkpoint");
    let take = |mut recording: brainmass_network::Recording| {
        recording.take::<brainmass_core::units::dimension::Dimensionless>("x").unwrap().values().clone()
    };
    let monitors = [Monitor::of("x")];
    let mut runs = Vec::new();
    for kind in [EngineKind::Blocked, EngineKind::Plain] {
        let simulator = Simulator::new(&network, DT).unwrap().with_seed(4).with_engine(kind);
        let whole = take(simulator.run(s(0.1), s(0.0), &monitors).unwrap());
        let mut run = simulator.start(s(0.1), s(0.0), &monitors).unwrap();
        run.advance(37).unwrap();
        run.save(&path).unwrap();
        let mut run = simulator.resume(s(0.1), s(0.0), &monitors, &path).unwrap();
        run.advance(100).unwrap();
        assert_eq!(take(run.finish().unwrap()), whole);
        runs.push(whole);
    }
    assert!((&runs[0] - &runs[1]).amax() < 1e-14, "{:e}", (&runs[0] - &runs[1]).amax());
    // Eight of them side by side are eight alone.
    let simulators: Vec<_> =
        (0..8).map(|seed| Simulator::new(&network, DT).unwrap().with_seed(seed)).collect();
    let together = Simulator::run_many(&simulators, s(0.1), s(0.0), &monitors);
    for (simulator, together) in simulators.iter().zip(together) {
        assert_eq!(take(together.unwrap()), take(simulator.run(s(0.1), s(0.0), &monitors).unwrap()));
    }
}

#[test]
fn wrong_noise_is_refused() {
    let network = || Network::new(Linear::default(), common::islands(3));
    let on_input =
        |noise: ColouredNoise| network().with_input_noise("x_input", noise).unwrap_err().to_string();
    let pink = |low: f64, high: f64| ColouredNoise::pink(hz(1.0), hz(low), hz(high));
    assert_eq!(
        on_input(pink(10.0, 1.0)),
        "high frequency of the noise on `x_input`: 1 Hz, but it must be above the low one, 10 Hz, by less than twelve \
         decades"
    );
    assert!(on_input(pink(0.0, 1.0)).contains("low frequency"));
    assert!(on_input(ColouredNoise::brown(1.0)).contains("expected a quantity in Hz, found one in 1"));
    let two = Correlation::common(vec![1.0; 2]);
    assert_eq!(
        on_input(ColouredNoise::brown(hz(1.0)).with_correlation(two.clone())),
        "correlation of the noise on `x_input`: expected 3 regions, found 2 regions"
    );
    let white = network().with_state_noise("x", WhiteNoise::new(1.0).with_correlation(two));
    assert!(white.unwrap_err().to_string().contains("expected 3 regions"));
    let ours = network().with_input_noise("x_input", pink(1.0, 501.0)).unwrap();
    let run = Simulator::new(&ours, DT).unwrap().run(s(0.1), s(0.0), &[]);
    assert_eq!(
        run.unwrap_err().to_string(),
        "high frequency of the noise on `x_input`: 501 Hz, but it must be at most half a cycle per step, 500 Hz"
    );
}
