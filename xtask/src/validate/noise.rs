//! Noise: moments of Ornstein–Uhlenbeck and white noise, and the covariance of a linear network.

use std::path::Path;

use brainmass_core::units::dimension::Dimensionless;
use brainmass_core::units::{Hertz, hz, ms, s};
use brainmass_core::{Connectome, TimeSeries};
use brainmass_datasets::read_connectome_files;
use brainmass_network::{
    Connection, Diffusive, Integrator, Network, OrnsteinUhlenbeck, Simulator, WhiteNoise,
};
use brainmass_nodes::{Linear, StuartLandau};
use brainmass_objectives::Welch;
use nalgebra::{DMatrix, DVector};

use super::case::{Case, Check, Difference};
use super::tools::{islands, largest, record, reference, states};
use crate::Result;

const GILLESPIE: &str = "Gillespie (1996), doi:10.1103/PhysRevE.54.2084";
const GARDINER: &str = "Gardiner (2009), Stochastic Methods, section 4.5";

const fn white(name: &'static str, check: fn() -> Result<f64>) -> Case {
    Case {
        name,
        what: "stationary variance of dx = γx dt + σ dW in steps of a fifth of 1/γ, in standard errors",
        source: GARDINER,
        tolerance: 5.0,
        why: "standard errors of 800 000 squares, of which one in five is independent; five of them \
              happen once in 1e6",
        check: Check::Alone(check),
    }
}

pub(super) const CASES: &[Case] = &[
    Case {
        name: "ornstein-uhlenbeck-mean",
        what: "mean at steps of 0.1, 1 and 2.4 τ, the largest distance in standard errors",
        source: GILLESPIE,
        tolerance: 5.0,
        why: "standard errors of 800 000 values of known correlation; five of them happen once in 1e6",
        check: Check::Alone(|| moments(|found| found.mean)),
    },
    Case {
        name: "ornstein-uhlenbeck-variance",
        what: "variance at steps of 0.1, 1 and 2.4 τ, the largest distance in standard errors",
        source: GILLESPIE,
        tolerance: 5.0,
        why: "as for the mean",
        check: Check::Alone(|| moments(|found| found.variance)),
    },
    Case {
        name: "ornstein-uhlenbeck-autocorrelation",
        what: "autocorrelation at lags of one and three steps of 0.1, 1 and 2.4 τ, in standard errors",
        source: GILLESPIE,
        tolerance: 5.0,
        why: "as for the mean",
        check: Check::Alone(|| moments(|found| found.autocorrelation)),
    },
    Case {
        name: "ornstein-uhlenbeck-spectrum",
        what: "density of 16 regions over 500 s at 1 ms, τ = 20 ms, over the Lorentzian 4σ²τ/(1 + (2πfτ)²), means over 1 to 5, \
               5 to 15 and 15 to 40 Hz, largest distance from 1",
        source: GARDINER,
        tolerance: 0.03,
        why: "four standard errors of the narrowest band, 16 frequencies of 4000 segments, are 0.02; what lies beyond 500 Hz folds \
              back, (πf dt)²/3 = 0.005",
        check: Check::Alone(lorentzian),
    },
    Case {
        name: "ornstein-uhlenbeck-step-bias",
        what: "variance at a step of τ/20 in standard errors; the reference's process has 5 % more",
        source: GILLESPIE,
        tolerance: 5.0,
        why: "standard errors of 1.6 million squares, one in twenty of them independent: 0.5 %",
        check: Check::Difference(step_bias),
    },
    white("white-exponential-euler", || white_noise(Integrator::ExponentialEuler, |_| None)),
    white("white-euler", || white_noise(Integrator::Euler, |z| Some((1.0 + z, 1.0)))),
    white("white-heun", || white_noise(Integrator::Heun, |z| Some((1.0 + z + 0.5 * z * z, 1.0 + 0.5 * z)))),
    Case {
        name: "linear-network-covariance",
        what: "covariance of eight diffusively coupled linear nodes with noise over 1000 s, distance from \
               S of A S + S Aᵀ + σ² I = 0, the largest in standard errors",
        source: "Ponce-Alvarez & Deco (2024), doi:10.1038/s41598-024-53105-0; Lyapunov equation solved by \
                 Kronecker",
        tolerance: 5.0,
        why: "standard errors of 10 000 independent samples (the slowest mode forgets in 0.1 s); the \
              step's bias is below one",
        check: Check::Alone(network_covariance),
    },
    Case {
        name: "subcritical-hopf-network-covariance",
        what: "covariance of x and y of eight diffusively coupled Stuart–Landau nodes below the bifurcation, a = −10/s, ω from 50 to \
               71/s, with noise of 1e-3 over 1000 s, distance from S of A S + S Aᵀ + σ² I = 0, the largest in standard errors",
        source: "Ponce-Alvarez & Deco (2024), doi:10.1038/s41598-024-53105-0; Lyapunov equation solved by Kronecker",
        tolerance: 5.0,
        why: "standard errors of at least 10 000 independent samples; the cubic term is 1e-8 of the linear one, the step's bias \
              (ω dt)⁴/8 per step against a, 2e-4",
        check: Check::Alone(hopf_covariance),
    },
    Case {
        name: "real-network-covariance",
        what: "covariance of the hundred regions of a human connectome as linear nodes over 200 s, \
               distance from −σ²/2 A⁻¹, the largest in standard errors",
        source: "HCP group average, Schaefer-100 (cubnm 0.1.0); Ponce-Alvarez & Deco (2024)",
        tolerance: 6.0,
        why: "standard errors of 2000 independent samples, of 5050 numbers; the step's bias is below one",
        check: Check::OnData(real_network_covariance),
    },
];

/// Distances from the closed form in standard errors.
struct Moments {
    mean: f64,
    variance: f64,
    autocorrelation: f64,
}

/// As many independent numbers as `count` of them, each correlated with the next by `correlation`, are worth.
fn independent(count: usize, correlation: f64) -> f64 {
    count as f64 * (1.0 - correlation) / (1.0 + correlation)
}

/// The process seen through nodes that only copy it: x(t + dt) = dt · input(t).
fn copied(noise: OrnsteinUhlenbeck, dt: f64, n_regions: usize, n_steps: usize) -> Result<DMatrix<f64>> {
    let network = Network::new(Linear { gamma: hz(-1.0 / dt) }, islands(n_regions)?)
        .with_input_noise("x_input", noise)?;
    Ok(states(&network, Integrator::Euler, s(dt), n_steps, 3)?.swap_remove(0) / dt)
}

fn moments(which: fn(&Moments) -> f64) -> Result<f64> {
    let (sigma, tau, mean, n, n_steps) = (0.4, 5e-3, 1.5, 400, 2000);
    let mut errors = Vec::new();
    for dt in [0.5e-3, 5e-3, 12e-3] {
        let noise = OrnsteinUhlenbeck::new(Hertz::new(sigma), s(tau)).around(Hertz::new(mean));
        let centred = copied(noise, dt, n, n_steps)?.add_scalar(-mean);
        let e = (-dt / tau).exp();
        let of_mean = sigma / independent(n * n_steps, e).sqrt();
        // The error of a product at a lag is below that of a square.
        let of_squares = (2.0 / independent(n * n_steps, e * e)).sqrt();
        let lagged = |lag: usize| {
            let products =
                centred.columns(0, n_steps - lag).component_mul(&centred.columns(lag, n_steps - lag));
            products.mean() / (sigma * sigma)
        };
        let autocorrelation =
            |lag: u32| (lagged(lag as usize) - (-dt * f64::from(lag) / tau).exp()).abs() / of_squares;
        errors.push(which(&Moments {
            mean: centred.mean().abs() / of_mean,
            variance: (lagged(0) - 1.0).abs() / of_squares,
            autocorrelation: autocorrelation(1).max(autocorrelation(3)),
        }));
    }
    Ok(largest(errors))
}

fn lorentzian() -> Result<f64> {
    let (sigma, tau) = (0.4_f64, 20e-3);
    let x = copied(OrnsteinUhlenbeck::new(Hertz::new(sigma), s(tau)), 1e-3, 16, 500_000)?;
    let series = TimeSeries::<Dimensionless>::unnamed(x, ms(1.0), ms(1.0))?;
    let spectrum = Welch::new(s(4.0)).spectrum(&series)?;
    let points: Vec<(f64, f64)> =
        spectrum.frequencies().value_unsafe.into_iter().zip(spectrum.mean()).collect();
    let ratio = |(f, density): &(f64, f64)| {
        density * (1.0 + (std::f64::consts::TAU * f * tau).powi(2)) / (4.0 * sigma * sigma * tau)
    };
    let errors = [(1.0, 5.0), (5.0, 15.0), (15.0, 40.0)].map(|(low, high)| {
        let band: Vec<f64> = points.iter().filter(|(f, _)| (low..high).contains(f)).map(ratio).collect();
        (band.iter().sum::<f64>() / band.len() as f64 - 1.0).abs()
    });
    Ok(largest(errors))
}

fn step_bias() -> Result<Difference> {
    let (theirs, tau, dt) = (0.4_f64, 20e-3, 1e-3);
    // The reference's σ is √2 times the standard deviation.
    let right = 0.5 * theirs * theirs;
    let wrong = reference("noise/statistics")?.matrix("ou1_var_theory")?.max();
    let x = copied(OrnsteinUhlenbeck::new(Hertz::new(right.sqrt()), s(tau)), dt, 4000, 400)?;
    let variance = x.norm_squared() / x.len() as f64;
    let standard_error = right * (2.0 / independent(x.len(), (-2.0 * dt / tau).exp())).sqrt();
    Ok(Difference {
        from_right: (variance - right).abs() / standard_error,
        from_wrong: (variance - wrong).abs() / standard_error,
    })
}

/// The variance against that of the scheme's recursion x′ = a x + b σ√dt ξ, or the exact one.
fn white_noise(integrator: Integrator, recursion: fn(f64) -> Option<(f64, f64)>) -> Result<f64> {
    let (gamma, sigma, dt, n) = (40.0, 0.3, 5e-3, 4000);
    let network = Network::new(Linear { gamma: hz(-gamma) }, islands(n)?)
        .with_state_noise("x", WhiteNoise::new(sigma))?;
    let x = states(&network, integrator, s(dt), 300, 1)?.swap_remove(0);
    let settled = x.columns(100, 200);
    let variance = settled.norm_squared() / settled.len() as f64;
    let expected = match recursion(-gamma * dt) {
        None => sigma * sigma / (2.0 * gamma),
        Some((a, b)) => b * b * sigma * sigma * dt / (1.0 - a * a),
    };
    let independent = independent(settled.len(), (-2.0 * gamma * dt).exp());
    Ok((variance / expected - 1.0).abs() / (2.0 / independent).sqrt())
}

const DECAY: f64 = 10.0;
const SIGMA: f64 = 0.5;

/// A of dx = A x dt + σ dW: decay, and diffusive coupling of strength `g`.
fn drift(connectome: &Connectome, g: f64) -> DMatrix<f64> {
    let n = connectome.n_regions();
    let in_strengths = DMatrix::from_diagonal(&connectome.in_strengths());
    (connectome.weights() - in_strengths) * g - DMatrix::identity(n, n) * DECAY
}

/// S of A S + S Aᵀ + σ² I = 0, by (I ⊗ A + A ⊗ I) vec S = −σ² vec I.
fn lyapunov(a: &DMatrix<f64>, sigma: f64) -> Result<DMatrix<f64>> {
    let n = a.nrows();
    let identity = DMatrix::<f64>::identity(n, n);
    let operator = identity.kronecker(a) + a.kronecker(&identity);
    let right = DVector::from_column_slice(identity.as_slice()) * (-sigma * sigma);
    let solution = operator.lu().solve(&right).ok_or("the Lyapunov equation is singular")?;
    Ok(DMatrix::from_column_slice(n, n, solution.as_slice()))
}

/// The largest distance of the simulated covariance from `expected`, in standard errors.
fn covariance_error(connectome: &Connectome, g: f64, duration: f64, expected: &DMatrix<f64>) -> Result<f64> {
    let network = Network::new(Linear { gamma: hz(-DECAY) }, connectome.clone())
        .with_connection(Connection::new("x", "x_input", Diffusive::new(hz(g))))?
        .with_state_noise("x", WhiteNoise::new(SIGMA))?;
    let simulator = Simulator::new(&network, ms(1.0))?.with_integrator(Integrator::Heun).with_seed(5);
    let x = record(&simulator, s(duration + 2.0), s(2.0), &["x"])?.swap_remove(0);
    Ok(in_standard_errors(&x, duration * DECAY, expected))
}

/// The largest distance of the covariance of series from `expected`, in standard errors of so many independent samples.
fn in_standard_errors(x: &DMatrix<f64>, independent: f64, expected: &DMatrix<f64>) -> f64 {
    let found = x * x.transpose() / x.ncols() as f64;
    // Isserlis: a mean of x_i x_j has the variance S_ii S_jj + S_ij² over the number of independent samples.
    let in_standard_errors = |i: usize, j: usize| {
        let variance = expected[(i, i)] * expected[(j, j)] + expected[(i, j)].powi(2);
        (found[(i, j)] - expected[(i, j)]).abs() / (variance / independent).sqrt()
    };
    let n = expected.nrows();
    largest((0..n * n).map(|k| in_standard_errors(k / n, k % n)))
}

/// Eight regions, made asymmetric, so that who sends to whom matters.
fn asymmetric() -> Result<Connectome> {
    let connectome = brainmass_datasets::example_connectome();
    let weights =
        connectome.weights().map_with_location(|i, j, weight| if i < j { 4.0 * weight } else { weight });
    Ok(connectome.with_weights(weights)?)
}

/// Oscillators with frequencies of their own, coupled in both variables: A = [drift, −ω; ω, drift].
fn hopf_covariance() -> Result<f64> {
    let (connectome, g, sigma, duration) = (asymmetric()?, 2.0, 1e-3, 1000.0);
    let omega = DVector::from_fn(8, |k, _| 50.0 + 3.0 * k as f64);
    let node = StuartLandau { a: hz(-DECAY), ..StuartLandau::default() };
    let mut network = Network::new(node, connectome.clone())
        .with_parameter("omega", Hertz::new(omega.as_slice().to_vec()))?
        .with_initial("x", 0.0)?;
    for (state, input) in [("x", "x_input"), ("y", "y_input")] {
        network = network
            .with_connection(Connection::new(state, input, Diffusive::new(hz(g))))?
            .with_state_noise(state, WhiteNoise::new(sigma))?;
    }
    let simulator = Simulator::new(&network, ms(0.5))?.with_integrator(Integrator::Heun).with_seed(5);
    let found = record(&simulator, s(duration + 2.0), s(2.0), &["x", "y"])?;
    let mut both = DMatrix::zeros(16, found[0].ncols());
    both.rows_mut(0, 8).copy_from(&found[0]);
    both.rows_mut(8, 8).copy_from(&found[1]);
    let (decay, turn) = (drift(&connectome, g), DMatrix::from_diagonal(&omega));
    let mut a = DMatrix::zeros(16, 16);
    for (row, column, block) in [(0, 0, &decay), (8, 8, &decay), (0, 8, &-&turn), (8, 0, &turn)] {
        a.view_mut((row, column), (8, 8)).copy_from(block);
    }
    Ok(in_standard_errors(&both, duration * DECAY, &lyapunov(&a, sigma)?))
}

fn network_covariance() -> Result<f64> {
    let connectome = asymmetric()?;
    let expected = lyapunov(&drift(&connectome, 2.0), SIGMA)?;
    covariance_error(&connectome, 2.0, 1000.0, &expected)
}

/// With symmetric weights A is symmetric and S = −σ²/2 A⁻¹.
fn real_network_covariance(folder: &Path) -> Result<f64> {
    let folder = folder.join("hcp_schaefer100/hcp/sc/group-train706");
    let file = |kind: &str| folder.join(format!("ctx_parc-schaefer-100_desc-{kind}.npz"));
    let connectome = read_connectome_files(&file("strength"), &file("length"), None)?;
    let g = DECAY / connectome.in_strengths().max();
    let inverse = drift(&connectome, g).try_inverse().ok_or("the drift is singular")?;
    covariance_error(&connectome, g, 200.0, &(inverse * (-0.5 * SIGMA * SIGMA)))
}
