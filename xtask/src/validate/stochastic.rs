//! Orders of convergence under white noise, strong and weak, against solutions along the same paths.

use brainmass_core::units::{hz, s};
use brainmass_network::{Integrator, Network, Simulator, WhiteNoise};
use brainmass_nodes::Linear;
use brainmass_viz::{Figure, LinePlot};
use nalgebra::{DMatrix, DVector};

use super::case::{Case, Check};
use super::tools::{islands, largest, record, states};
use crate::Result;

const KLOEDEN: &str = "Kloeden & Platen (1992), doi:10.1007/978-3-662-12616-5, chapters 9 and 10";

pub(super) const CASES: &[Case] = &[
    Case {
        name: "euler-maruyama-strong-order-half",
        what: "order of the mean distance of dx = μx dt + σx dW at 1 s from exp((μ − σ²/2)t + σW) of the same path, \
               40 000 paths in 32 and 512 steps, distance from 1/2",
        source: KLOEDEN,
        tolerance: 0.03,
        why: "the standard error of a mean distance is 0.006 of it, which makes 0.003 of the order; the next order's term \
              is a tenth at the widest step, which makes 0.02",
        check: Check::Alone(|| order_of(&Geometric::ito(), [32, 512], 0.5)),
    },
    Case {
        name: "heun-strong-order-1",
        what: "the same for Stratonovich's dx = μx dt + σx ∘ dW by Heun's scheme from exp(μt + σW), distance from 1",
        source: KLOEDEN,
        tolerance: 0.03,
        why: "as above",
        check: Check::Alone(|| order_of(&Geometric::stratonovich(), [32, 512], 1.0)),
    },
    Case {
        name: "euler-maruyama-additive-strong-order-1",
        what: "order of the root mean square distance of dx = γx dt + σ dW at 1 s from σ∫e^(γ(1 − t))dW, of which the \
               steps' own ΔW tell all but a part of known variance; 2000 paths in 32 and 512 steps, distance from 1",
        source: KLOEDEN,
        tolerance: 0.03,
        why: "the standard error is 0.004 of the order, the next order's term γdt/4 at the widest step makes 0.01",
        check: Check::Alone(|| {
            let [coarse, fine] = [additive_error(32)?, additive_error(512)?];
            Ok(((coarse / fine).log2() / 4.0 - 1.0).abs())
        }),
    },
    Case {
        name: "euler-maruyama-weak-order-1",
        what: "order of the error of the means of x and of x² of dx = μx dt + σx dW at 1 s, the solution of the same paths \
               as control variate, 40 000 paths in 64 and 256 steps, larger distance from 1",
        source: KLOEDEN,
        tolerance: 0.04,
        why: "the difference from the control varies by 0.3 σ² x √dt, a hundredth of the error after 40 000 paths; the next \
              order's term is 0.02 at the widest step",
        check: Check::Alone(weak_order),
    },
];

/// dx = μx dt + σx dW from x = 1, to 1 s.
struct Geometric {
    mu: f64,
    sigma: f64,
    integrator: Integrator,
    /// What the interpretation takes off the exponent.
    correction: f64,
}

/// Regions of a run, and runs: a connectome of all paths would be a matrix of 13 GB.
const PATHS: usize = 2000;
const SEEDS: u64 = 20;

impl Geometric {
    const fn ito() -> Self {
        Self { mu: 0.5, sigma: 0.8, integrator: Integrator::Euler, correction: 0.32 }
    }

    const fn stratonovich() -> Self {
        Self { mu: 0.5, sigma: 0.8, integrator: Integrator::Heun, correction: 0.0 }
    }

    /// x at the end of each path by the scheme, and the solution.
    fn ends(&self, n_steps: u32) -> Result<[DVector<f64>; 2]> {
        // The same seed gives the same ΔW: a node that only adds them up.
        let adder = WhiteNoise::new(1.0).multiplied_by(|_| 1.0);
        let geometric = WhiteNoise::new(self.sigma).proportional();
        let ends = |gamma: f64, start: f64, noise: WhiteNoise| -> Result<DVector<f64>> {
            let network = Network::new(Linear { gamma: hz(gamma) }, islands(PATHS)?)
                .with_initial("x", start)?
                .with_state_noise("x", noise)?;
            let of_seed = |seed| last_of(&network, self.integrator, n_steps, seed);
            let all: Vec<f64> = (0..SEEDS).map(of_seed).collect::<Result<Vec<_>>>()?.concat();
            Ok(DVector::from_vec(all))
        };
        let found = ends(self.mu, 1.0, geometric)?;
        let w = ends(0.0, 0.0, adder)?;
        Ok([found, w.map(|w| (self.mu - self.correction + self.sigma * w).exp())])
    }

    /// The mean distance.
    fn strong_error(&self, n_steps: u32) -> Result<f64> {
        let [found, exact] = self.ends(n_steps)?;
        Ok((found - exact).map(f64::abs).mean())
    }
}

/// The states at 1 s.
fn last_of(network: &Network<Linear>, integrator: Integrator, n_steps: u32, seed: u64) -> Result<Vec<f64>> {
    let dt = s(1.0 / f64::from(n_steps));
    let simulator = Simulator::new(network, dt)?.with_integrator(integrator).with_seed(seed);
    let x = record(&simulator, dt * f64::from(n_steps), dt * f64::from(n_steps - 1), &["x"])?.swap_remove(0);
    Ok(x.as_slice().to_vec())
}

fn order_of(equation: &Geometric, [coarse, fine]: [u32; 2], expected: f64) -> Result<f64> {
    let octaves = f64::from(fine / coarse).log2();
    let order = (equation.strong_error(coarse)? / equation.strong_error(fine)?).log2() / octaves;
    Ok((order - expected).abs())
}

fn weak_order() -> Result<f64> {
    let equation = Geometric { mu: 1.5, sigma: 0.2, correction: 0.02, ..Geometric::ito() };
    let errors = |n_steps: u32| -> Result<[f64; 2]> {
        let [found, exact] = equation.ends(n_steps)?;
        let squares = found.component_mul(&found) - exact.component_mul(&exact);
        Ok([(found - exact).mean(), squares.mean()])
    };
    let (coarse, fine) = (errors(64)?, errors(256)?);
    Ok(largest((0..2).map(|moment| ((coarse[moment] / fine[moment]).log2() / 2.0 - 1.0).abs())))
}

/// The decay of the linear node, 1/s, and the strength of its noise.
const GAMMA: f64 = -2.0;
const SIGMA: f64 = 0.5;

/// The root mean square distance of Euler's scheme from the exact solution.
///
/// Given ΔW of a step, ∫e^(γ(1 − t))dW over it is normal with the mean w̄ΔW, w̄ the mean of the exponential over the step,
/// and the variance ∫w² dt − w̄² dt.
fn additive_error(n_steps: u32) -> Result<f64> {
    let (dt, n) = (1.0 / f64::from(n_steps), n_steps as usize);
    let run = |gamma: f64, noise: WhiteNoise| -> Result<DMatrix<f64>> {
        let network =
            Network::new(Linear { gamma: hz(gamma) }, islands(PATHS)?).with_state_noise("x", noise)?;
        Ok(states(&network, Integrator::Euler, s(dt), n, 2)?.swap_remove(0))
    };
    let found = run(GAMMA, WhiteNoise::new(SIGMA))?;
    let w = run(0.0, WhiteNoise::new(1.0))?;
    let (mut explained, mut residual) = (DVector::zeros(w.nrows()), 0.0);
    for step in 0..n {
        let [begin, end] = [step, step + 1].map(|k| 1.0 - k as f64 * dt);
        // ∫e^(γ(1 − t))dt and ∫e^(2γ(1 − t))dt over the step.
        let integral = |rate: f64| ((rate * begin).exp() - (rate * end).exp()) / rate;
        let mean = integral(GAMMA) / dt;
        let increment =
            if step == 0 { w.column(0).into_owned() } else { w.column(step) - w.column(step - 1) };
        explained += increment * (SIGMA * mean);
        residual += SIGMA * SIGMA * (integral(2.0 * GAMMA) - mean * mean * dt);
    }
    let distance = found.column(n - 1) - explained;
    Ok((distance.norm_squared() / distance.len() as f64 + residual).sqrt())
}

/// A strong error for a number of steps.
type StrongError = fn(u32) -> Result<f64>;

/// Strong errors over the step, with the orders of theory.
pub(super) fn convergence() -> Result<Figure> {
    let mut plot = LinePlot::new("step (s)", "distance from the solution").logarithmic_x().logarithmic_y();
    let schemes: [(&str, StrongError, f64); 3] = [
        ("Euler, multiplicative, order ½", |n| Geometric::ito().strong_error(n), 0.5),
        ("Euler, additive, order 1", additive_error, 1.0),
        ("Heun, multiplicative, order 1", |n| Geometric::stratonovich().strong_error(n), 1.0),
    ];
    for (name, error, order) in schemes {
        let point = |n_steps: u32| Ok((1.0 / f64::from(n_steps), error(n_steps)?));
        let points = [16, 32, 64, 128, 256, 512].into_iter().map(point).collect::<Result<Vec<_>>>()?;
        let (dt, error) = points[5];
        let theory: Vec<(f64, f64)> =
            points.iter().map(|(step, _)| (*step, error * (step / dt).powf(order))).collect();
        plot = plot.dots(name, points).dashed("", theory);
    }
    Ok(plot.title("Strong errors along the same paths").panel()?.into())
}
