//! Noise with a power law, noise that regions share, and noise that depends on the state.

use brainmass_core::TimeSeries;
use brainmass_core::units::dimension::Dimensionless;
use brainmass_core::units::{Hertz, hz, ms, s};
use brainmass_network::{ColouredNoise, Correlation, Integrator, Network, Simulator, WhiteNoise};
use brainmass_nodes::Linear;
use brainmass_objectives::Welch;
use nalgebra::{DMatrix, dmatrix};

use super::case::{Case, Check};
use super::tools::{islands, largest, record, states};
use crate::Result;

const KASDIN: &str = "Kasdin (1995), doi:10.1109/5.381848";

const fn slope(name: &'static str, what: &'static str, check: fn() -> Result<f64>) -> Case {
    Case {
        name,
        what,
        source: KASDIN,
        tolerance: 0.045,
        why: "five standard errors of the fit, 0.0075 each (16 regions, 500 s, segments of 16 s), and 0.007 by \
              which the band's ends bend the spectrum two decades within",
        check: Check::Alone(check),
    }
}

pub(super) const CASES: &[Case] = &[
    slope(
        "pink-slope",
        "slope of log S over log f from 1 to 10 Hz, band 0.01 to 1000 Hz, distance from −1",
        || distance(ColouredNoise::pink(Hertz::new(1.0), hz(0.01), hz(1000.0)), (1.0, 10.0), -1.0),
    ),
    slope("brown-slope", "slope of log S over log f from 1 to 10 Hz, distance from −2", || {
        distance(ColouredNoise::brown(Hertz::new(1.0)), (1.0, 10.0), -2.0)
    }),
    slope("white-slope", "slope of log S over log f from 1 to 10 Hz, distance from 0", || {
        Ok(slope_of(spectrum_of(white()?)?, (1.0, 10.0), 0.0))
    }),
    slope(
        "blue-slope",
        "slope of log S over log f from 1 to 10 Hz, band 0.01 to 1000 Hz, distance from +1",
        || distance(ColouredNoise::blue(Hertz::new(1.0), hz(0.01), hz(1000.0)), (1.0, 10.0), 1.0),
    ),
    slope("violet-slope", "slope of log S over log f from 1 to 10 Hz, distance from +2", || {
        distance(ColouredNoise::violet(Hertz::new(1.0)), (1.0, 10.0), 2.0)
    }),
    Case {
        name: "pink-level",
        what: "mean over 1 to 10 Hz of the density over that of the formula, distance from 1",
        source: "integral over Lorentzians: S = σ²/(f ln(high/low)) 2/π (atan(f/low) − atan(f/high))",
        tolerance: 0.02,
        why: "four standard errors of 145 frequencies in 16 regions, 500 s, segments of 16 s",
        check: Check::Alone(pink_level),
    },
    Case {
        name: "brown-variance",
        what: "variance of 4000 walks after 1, 10 and 100 steps of 0.05, 0.5 and 5 ms, distance from σ² t in \
               standard errors",
        source: "variance of a sum of independent numbers",
        tolerance: 5.0,
        why: "five standard errors happen once in 1e6",
        check: Check::Alone(brown_variance),
    },
    Case {
        name: "correlation-matrix",
        what: "covariance of 100 000 increments of three regions, distance from σ_i C_ij σ_j in standard errors",
        source: "covariance of L ξ",
        tolerance: 5.0,
        why: "five standard errors happen once in 1e6",
        check: Check::Alone(correlation_matrix),
    },
    Case {
        name: "geometric-mean-ito",
        what: "mean of dx = μ x dt + σ x dW after 1 s, Euler, distance from (1 + μ dt)^n in standard errors",
        source: "Kloeden & Platen (1992), doi:10.1007/978-3-662-12616-5, section 4.4",
        tolerance: 5.0,
        why: "five standard errors of 20 000 paths happen once in 1e6",
        check: Check::Alone(|| geometric_mean(Integrator::Euler, 1.0005_f64.powi(1000))),
    },
    Case {
        name: "geometric-mean-stratonovich",
        what: "mean of dx = μ x dt + σ x ∘ dW after 1 s, Heun, distance from e^(μ + σ²/2) in standard errors",
        source: "Kloeden & Platen (1992), doi:10.1007/978-3-662-12616-5, section 4.9",
        tolerance: 5.0,
        why: "five standard errors of 20 000 paths happen once in 1e6; the step's bias is below one",
        check: Check::Alone(|| geometric_mean(Integrator::Heun, f64::exp(0.68))),
    },
];

/// The noise seen through nodes that only copy it: x(t + dt) = dt · input(t).
fn copied(noise: ColouredNoise, n_regions: usize, n_steps: usize, dt: f64) -> Result<DMatrix<f64>> {
    let network = Network::new(Linear { gamma: hz(-1.0 / dt) }, islands(n_regions)?)
        .with_input_noise("x_input", noise)?;
    Ok(states(&network, Integrator::Euler, s(dt), n_steps, 7)?.swap_remove(0) / dt)
}

/// White noise on nodes that forget within a step: x(t + dt) = σ ΔW.
fn white() -> Result<DMatrix<f64>> {
    let network =
        Network::new(Linear { gamma: hz(-2e3) }, islands(16)?).with_state_noise("x", WhiteNoise::new(1.0))?;
    Ok(states(&network, Integrator::Euler, ms(0.5), 1_000_000, 7)?.swap_remove(0))
}

type Points = Vec<(f64, f64)>;

/// Frequencies and densities of 16 regions over 500 s, in segments of 16 s.
fn spectrum_of(noise: DMatrix<f64>) -> Result<Points> {
    let series = TimeSeries::<Dimensionless>::unnamed(noise, ms(0.5), ms(0.5))?;
    let spectrum = Welch::new(s(16.0)).spectrum(&series)?;
    let frequencies = spectrum.frequencies().value_unsafe;
    Ok(frequencies.into_iter().zip(spectrum.mean()).collect())
}

fn within(points: Points, (low, high): (f64, f64)) -> impl Iterator<Item = (f64, f64)> {
    points.into_iter().filter(move |(frequency, _)| (low..=high).contains(frequency))
}

/// The slope of the density within a band, by least squares over logarithms; its distance from what is expected.
fn slope_of(points: Points, band: (f64, f64), expected: f64) -> f64 {
    let points: Points = within(points, band).map(|(f, d)| (f.ln(), d.ln())).collect();
    let n = points.len() as f64;
    let (x, y) = points.iter().fold((0.0, 0.0), |(x, y), point| (x + point.0 / n, y + point.1 / n));
    let covariance: f64 = points.iter().map(|point| (point.0 - x) * (point.1 - y)).sum();
    let variance: f64 = points.iter().map(|point| (point.0 - x).powi(2)).sum();
    (covariance / variance - expected).abs()
}

fn distance(noise: ColouredNoise, band: (f64, f64), expected: f64) -> Result<f64> {
    Ok(slope_of(spectrum_of(copied(noise, 16, 1_000_000, 5e-4)?)?, band, expected))
}

fn pink_level() -> Result<f64> {
    let noise = copied(ColouredNoise::pink(Hertz::new(2.0), hz(0.01), hz(1000.0)), 16, 1_000_000, 5e-4)?;
    let points: Points = within(spectrum_of(noise)?, (1.0, 10.0)).collect();
    let formula = |f: f64| {
        let ends = (f / 0.01).atan() - (f / 1000.0).atan();
        4.0 / (f * 1e5_f64.ln()) * std::f64::consts::FRAC_2_PI * ends
    };
    let level: f64 = points.iter().map(|(f, density)| density / formula(*f)).sum();
    Ok((level / points.len() as f64 - 1.0).abs())
}

fn brown_variance() -> Result<f64> {
    let n = 4000;
    let mut errors = Vec::new();
    for dt in [5e-5, 5e-4, 5e-3] {
        let walks = copied(ColouredNoise::brown(Hertz::new(0.7)), n, 100, dt)?;
        errors.extend([1, 10, 100].map(|steps: usize| {
            let variance = walks.column(steps - 1).norm_squared() / n as f64;
            (variance / (0.49 * dt * steps as f64) - 1.0).abs() / (2.0 / n as f64).sqrt()
        }));
    }
    Ok(largest(errors))
}

fn correlation_matrix() -> Result<f64> {
    let (sigma, n) = ([1.0, 2.0, 0.5], 100_000);
    let correlation = dmatrix![1.0, 0.8, -0.3; 0.8, 1.0, 0.1; -0.3, 0.1, 1.0];
    let noise = WhiteNoise::new(sigma.to_vec()).with_correlation(Correlation::of(&correlation)?);
    let network = Network::new(Linear { gamma: hz(0.0) }, islands(3)?).with_state_noise("x", noise)?;
    let x = states(&network, Integrator::Heun, s(1.0), n + 1, 7)?.swap_remove(0);
    let increments = x.columns(1, n) - x.columns(0, n);
    let found = &increments * increments.transpose() / n as f64;
    let expected = DMatrix::from_fn(3, 3, |i, j| sigma[i] * correlation[(i, j)] * sigma[j]);
    let error = |i: usize, j: usize| {
        let variance = expected[(i, i)] * expected[(j, j)] + expected[(i, j)].powi(2);
        (found[(i, j)] - expected[(i, j)]).abs() / (variance / n as f64).sqrt()
    };
    Ok(largest((0..3).flat_map(|i| (0..3).map(move |j| (i, j))).map(|(i, j)| error(i, j))))
}

/// The mean of 20 000 paths with μ = 0.5 and σ = 0.6 after 1000 steps of a millisecond: ten seeds of 2000 regions, because a
/// connectome of all would be a matrix of 3 GB.
fn geometric_mean(integrator: Integrator, expected: f64) -> Result<f64> {
    let network = Network::new(Linear { gamma: hz(0.5) }, islands(2000)?)
        .with_initial("x", 1.0)?
        .with_state_noise("x", WhiteNoise::new(0.6).proportional())?;
    let mut means = 0.0;
    for seed in 0..10 {
        let simulator = Simulator::new(&network, ms(1.0))?.with_integrator(integrator).with_seed(seed);
        means += record(&simulator, s(1.0), s(0.999), &["x"])?.swap_remove(0).mean();
    }
    let standard_error = expected * (0.36_f64.exp_m1() / 20_000.0).sqrt();
    Ok((means / 10.0 - expected).abs() / standard_error)
}
