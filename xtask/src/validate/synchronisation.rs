//! Phases with Gaussian frequencies: where they begin to synchronise, how far, and what a finite number leaves below.

use brainmass_core::Connectome;
use brainmass_core::units::{Hertz, hz, s};
use brainmass_network::{Connection, Integrator, KuramotoSine, Network};
use brainmass_nodes::Kuramoto;
use brainmass_viz::{Figure, LinePlot};
use nalgebra::{DMatrix, DVector};

use super::case::{Case, Check};
use super::tools::{bisect, gauss_legendre, largest, normals, relative, states};
use crate::Result;

const STROGATZ: &str =
    "Kuramoto (1984), doi:10.1007/978-3-642-69689-3; Strogatz (2000), doi:10.1016/S0167-2789(00)00094-4";

pub(super) const CASES: &[Case] = &[
    Case {
        name: "gaussian-threshold",
        what: "strength at which a small perturbation of incoherence neither grows nor decays, extrapolated from its growth at \
               1.15, 1.3, 1.45 and 1.6 K_c, against K_c = 2/(π g(0)) = 1.59577 σ, relative",
        source: STROGATZ,
        tolerance: 5e-3,
        why: "the coupling is held over steps of 5 ms: the scheme's own dispersion relation extrapolates to 3e-3, to 1e-3 at \
              steps of 2 ms and to 4e-5 without",
        check: Check::Alone(threshold),
    },
    Case {
        name: "gaussian-growth",
        what: "growth at these strengths against λ of the scheme's dispersion relation, 1 = K dt/2 Σ g Re 1/(e^((λ − iω)dt) − 1), \
               the largest relative error",
        source: STROGATZ,
        tolerance: 3e-3,
        why: "what else the perturbation excites has decayed to e^(−6) of what grows, and is divided by five e-folds",
        check: Check::Alone(|| {
            let errors = STRENGTHS.map(|k| Ok(relative(growth(k)?, dispersion(k)?)));
            Ok(largest(errors.into_iter().collect::<Result<Vec<_>>>()?))
        }),
    },
    Case {
        name: "gaussian-order",
        what: "order parameter at 1.3 and 2 K_c against r = K r ∫cos²θ g(K r sin θ)dθ, the larger distance",
        source: STROGATZ,
        tolerance: 5e-3,
        why: "201 weighted frequencies stand for the distribution; the locked ones are told from the drifting to half of one",
        check: Check::Alone(|| {
            let errors =
                [1.3, 2.0].map(|k| Ok((order(k * CRITICAL)? - self_consistent(k * CRITICAL)?).abs()));
            Ok(largest(errors.into_iter().collect::<Result<Vec<_>>>()?))
        }),
    },
    Case {
        name: "incoherence-is-finite-size",
        what: "slope of the root mean square order parameter over the number of phases, 50 and 400, at half K_c, both in \
               logarithms, distance from −1/2",
        source: STROGATZ,
        tolerance: 0.06,
        why: "the squares of 8 draws over 400/σ are exponential and forget within 4/σ: 800 independent ones make a standard \
              error of 0.012",
        check: Check::Alone(finite_size),
    },
];

/// 2/(π g(0)) for σ = 1/s.
const CRITICAL: f64 = 1.595_769_121_605_731;
const STRENGTHS: [f64; 4] = [1.15 * CRITICAL, 1.3 * CRITICAL, 1.45 * CRITICAL, 1.6 * CRITICAL];

/// The step of what grows, s.
const STEP: f64 = 5e-3;

/// An even grid up to 4.5 σ.
fn frequencies(n: u32) -> impl Iterator<Item = f64> {
    (0..n).map(move |k| 9.0 * f64::from(k) / f64::from(n - 1) - 4.5)
}

/// Frequencies on a grid, σ = 1/s, each weighted by the density and held by so many phases.
fn gaussian(n_frequencies: u32, copies: usize, strength: f64) -> Result<(Network<Kuramoto>, DVector<f64>)> {
    let omega: Vec<f64> = frequencies(n_frequencies).flat_map(|omega| vec![omega; copies]).collect();
    let density = |omega: &f64| (-0.5 * omega * omega).exp();
    let total: f64 = omega.iter().map(density).sum();
    let weight = |omega: &f64| density(omega) / total;
    let weights = DVector::from_iterator(omega.len(), omega.iter().map(weight));
    let connectome =
        Connectome::without_lengths(DMatrix::from_fn(omega.len(), omega.len(), |_, j| weights[j]))?;
    let connection =
        Connection::new("theta", "theta_input", KuramotoSine::new(hz(strength))).with_self_connections();
    let network = Network::new(Kuramoto::default(), connectome)
        .with_parameter("omega", Hertz::new(omega))?
        .with_connection(connection)?;
    Ok((network, weights))
}

fn order_parameter(theta: &DVector<f64>, weights: &DVector<f64>) -> f64 {
    theta.map(f64::cos).dot(weights).hypot(theta.map(f64::sin).dot(weights))
}

/// The growth of the order parameter from four phases a quarter of a turn apart at every frequency, moved by 1e-7: nothing
/// else than the perturbation is there. Of three phases the third harmonic would disturb it.
fn growth(strength: f64) -> Result<f64> {
    let (network, weights) = gaussian(76, 4, strength)?;
    let start = |k: usize| {
        let theta = std::f64::consts::FRAC_PI_2 * (k % 4) as f64;
        theta + 1e-7 * theta.sin()
    };
    let start: Vec<f64> = (0..weights.len()).map(start).collect();
    let network = network.with_initial("theta", start)?;
    // From when it has shaken off the rest to where it is still small.
    let due = dispersion(strength)?;
    let (from, to) = (6.0 / due, 11.0 / due);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "numbers of steps")]
    let [from, to] = [from, to].map(|t| (t / STEP) as usize);
    let theta = states(&network, Integrator::Euler, s(STEP), to + 1, 0)?.swap_remove(0);
    let at = |step: usize| order_parameter(&theta.column(step).into_owned(), &weights);
    Ok((at(to) / at(from)).ln() / ((to - from) as f64 * STEP))
}

/// The growth per second of a rotation by ω dt after a kick of K dt/2, over all frequencies.
fn dispersion(strength: f64) -> Result<f64> {
    let grid: Vec<f64> = frequencies(76).collect();
    let density = |omega: &f64| (-0.5 * omega * omega).exp();
    let total: f64 = grid.iter().map(density).sum();
    bisect((0.1, 5.0), |lambda| {
        let grown = (lambda * STEP).exp();
        let term = |omega: &f64| {
            let (sine, cosine) = (omega * STEP).sin_cos();
            let real = grown * cosine - 1.0;
            density(omega) * real / (real * real + (grown * sine).powi(2))
        };
        Ok(0.5 * strength * STEP * grid.iter().map(term).sum::<f64>() / total - 1.0)
    })
}

/// K at zero growth: Lagrange's cubic through K(λ).
fn threshold() -> Result<f64> {
    let lambda = STRENGTHS.map(growth).into_iter().collect::<Result<Vec<_>>>()?;
    let at_zero = |k: usize| {
        let others = (0..4).filter(|other| *other != k);
        others.map(|other| -lambda[other] / (lambda[k] - lambda[other])).product::<f64>()
    };
    let found: f64 = (0..4).map(|k| STRENGTHS[k] * at_zero(k)).sum();
    Ok(relative(found, CRITICAL))
}

/// The mean order parameter from 100 to 200 s, from phases close together.
fn order(strength: f64) -> Result<f64> {
    let (network, weights) = gaussian(201, 1, strength)?;
    let network = network.with_random_initial("theta", 0.0, 0.5)?;
    let theta = states(&network, Integrator::Euler, s(0.02), 10_000, 0)?.swap_remove(0);
    let late = (5000..10_000).map(|step| order_parameter(&theta.column(step).into_owned(), &weights));
    Ok(late.sum::<f64>() / 5000.0)
}

/// The root r of 1 = K ∫cos²θ g(K r sin θ)dθ.
fn self_consistent(strength: f64) -> Result<f64> {
    let nodes = gauss_legendre(100);
    bisect((1e-6, 1.0), |r| {
        let half = std::f64::consts::FRAC_PI_2;
        let term = |(x, w): &(f64, f64)| {
            let (sine, cosine) = (half * x).sin_cos();
            let omega = strength * r * sine;
            w * half * cosine * cosine * (-0.5 * omega * omega).exp()
        };
        Ok(1.0 - strength * nodes.iter().map(term).sum::<f64>() / std::f64::consts::TAU.sqrt())
    })
}

fn finite_size() -> Result<f64> {
    let level = |n: u32| -> Result<f64> {
        let draws = normals(16, n);
        let mut squares = 0.0;
        for draw in 0..8 {
            let omega: Vec<f64> = draws.row(draw).iter().copied().collect();
            // Normal numbers of twenty turns are even on the circle.
            let start: Vec<f64> =
                draws.row(draw + 8).iter().map(|x| 20.0 * std::f64::consts::TAU * x).collect();
            let connectome = Connectome::without_lengths(DMatrix::from_element(
                n as usize,
                n as usize,
                1.0 / f64::from(n),
            ))?;
            let coupling = KuramotoSine::new(hz(0.5 * CRITICAL));
            let network = Network::new(Kuramoto::default(), connectome)
                .with_parameter("omega", Hertz::new(omega))?
                .with_initial("theta", start)?
                .with_connection(Connection::new("theta", "theta_input", coupling).with_self_connections())?;
            let theta = states(&network, Integrator::Euler, s(0.1), 4000, 0)?.swap_remove(0);
            let weights = DVector::from_element(n as usize, 1.0 / f64::from(n));
            let late =
                (200..4000).map(|step| order_parameter(&theta.column(step).into_owned(), &weights).powi(2));
            squares += late.sum::<f64>() / (3800.0 * 8.0);
        }
        Ok(squares.sqrt())
    };
    Ok(((level(400)? / level(50)?).log2() / 3.0 + 0.5).abs())
}

/// The order parameter over the strength, with the theory of infinitely many phases.
pub(super) fn transition() -> Result<Figure> {
    let theory = (0..=60).map(|k| CRITICAL * (1.0 + f64::from(k) / 40.0));
    let theory = theory.map(|k| Ok((k, if k == CRITICAL { 0.0 } else { self_consistent(k)? })));
    let mut curve = vec![(0.5 * CRITICAL, 0.0)];
    curve.extend(theory.collect::<Result<Vec<_>>>()?);
    let found = [0.6, 0.8, 0.95, 1.05, 1.2, 1.4, 1.6, 1.8, 2.0, 2.2, 2.4].map(|k| k * CRITICAL);
    let found = found.map(|k| Ok((k, order(k)?))).into_iter().collect::<Result<Vec<_>>>()?;
    let plot = LinePlot::new("strength K (1/s)", "order parameter r").line("infinitely many phases", curve);
    Ok(plot.dots("201 weighted frequencies", found).title("Kuramoto, Gaussian frequencies").panel()?.into())
}
