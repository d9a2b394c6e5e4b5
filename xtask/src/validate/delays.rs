//! Delays: arrivals, and the delayed decay x′ = −x(t − τ) against its exact solutions.

use brainmass_core::units::{Second, hz, mm_per_ms, ms, s};
use brainmass_network::{Additive, Connection, Delays, Drive, Integrator, Network, Rounding};
use brainmass_nodes::Linear;
use nalgebra::{Complex, DMatrix, Matrix2, Vector2, dmatrix};

use super::case::{Case, Check};
use super::tools::{integer, labelled, largest, states};
use crate::Result;

const HAYES: &str = "Hayes (1950), J. London Math. Soc. 25:226: λ = W(−1) = −0.3181315 ± 1.3372357i";

pub(super) const CASES: &[Case] = &[
    Case {
        name: "pulse",
        what: "steps between the arrival of a pulse and its due time, delays of 0 to 100 steps",
        source: "definition of a delay",
        tolerance: 0.0,
        why: "whole numbers",
        check: Check::Alone(pulse),
    },
    Case {
        name: "method-of-steps",
        what: "x of x′ = −x(t − τ) up to 2τ from x = 1, distance from 1 − t + (t − τ)²/2, at steps of τ/1000",
        source: "method of steps",
        tolerance: 5.1e-4,
        why: "the delayed value is held: dt (t − τ)/2, at most 5e-4",
        check: Check::Alone(method_of_steps),
    },
    Case {
        name: "scheme-root",
        what: "decay and frequency of x at τ = 1 s, steps of 1 ms, distance from the root of (e^(λ dt) − \
               1)/dt = −e^(−λ)",
        source: "characteristic equation of the scheme",
        tolerance: 1e-8,
        why: "between 15 and 20 s the next root has died out to e^(−26) of the first, and that is divided \
              by little",
        check: Check::Alone(|| Ok((fitted_root(1000)? - root(1e-3)?).norm())),
    },
    Case {
        name: "rightmost-root",
        what: "decay and frequency of x extrapolated from steps of 1 and 0.5 ms, distance from λ",
        source: HAYES,
        tolerance: 1e-6,
        why: "the extrapolation leaves a term of dt²",
        check: Check::Alone(extrapolated_root),
    },
    Case {
        name: "order-1",
        what: "order measured on that root from steps of 1 and 0.5 ms, distance from 1",
        source: HAYES,
        tolerance: 1e-2,
        why: "the next order's term is a thousandth at these steps",
        check: Check::Alone(order),
    },
    Case {
        name: "interpolated-heun-order-2",
        what: "order of Heun's scheme with interpolated delays on x′ = −x(t − 0.7351 s) up to 4 s, at steps of τ/(n + 0.351) \
               for n of 40 to 320, distance from 2",
        source: "method of steps",
        tolerance: 1e-2,
        why: "the next order's term is 1/40 at the widest step and halves with each halving: 0.03/3 or less of the slope",
        check: Check::Alone(|| Ok((interpolated_order(Integrator::Heun, 0.351)? - 2.0).abs())),
    },
    Case {
        name: "interpolated-whole-steps-order-2",
        what: "the same where the delay is whole steps, τ/n",
        source: "method of steps",
        tolerance: 1e-2,
        why: "as above",
        check: Check::Alone(|| Ok((interpolated_order(Integrator::Heun, 0.0)? - 2.0).abs())),
    },
    Case {
        name: "interpolated-euler-order-1",
        what: "the same under Euler's scheme, distance from 1",
        source: "method of steps",
        tolerance: 1e-2,
        why: "as above",
        check: Check::Alone(|| Ok((interpolated_order(Integrator::Euler, 0.351)? - 1.0).abs())),
    },
    Case {
        name: "rounded-heun-order-1",
        what: "the same under Heun's scheme with delays rounded to whole steps, distance from 1",
        source: "method of steps",
        tolerance: 1e-2,
        why: "as above",
        check: Check::Alone(|| Ok((order_of(Integrator::Heun, Rounding::Nearest, 0.351)? - 1.0).abs())),
    },
    Case {
        name: "interpolated-below-a-step-order-2",
        what: "order of Heun's scheme with an interpolated delay of 0.35 steps, for steps of 20 to 2.5 ms, distance from 2",
        source: "method of steps",
        tolerance: 1e-2,
        why: "the next order's term is a fiftieth at the widest step",
        check: Check::Alone(below_a_step),
    },
    Case {
        name: "stability-lost-at-half-pi",
        what: "growth of x of x′ = −x(t − τ) at τ of 0.98, 1 and 1.02 π/2, and its period over 4 τ at π/2; distance from \
               the roots of λ = −e^(−λτ)",
        source: "Hayes (1950): the root i crosses at τ = π/2",
        tolerance: 1e-4,
        why: "the scheme's root is off by λ³dt²/12 times τ-terms below 1: 3e-5 at steps of τ/100",
        check: Check::Alone(stability),
    },
];

fn pulse() -> Result<f64> {
    let mut errors = Vec::new();
    for delay in [0_u32, 1, 2, 7, 31, 32, 33, 100] {
        // 1 mm/ms and dt = 0.1 ms: a step is 0.1 mm. Both nodes forget at once: x(t + dt) = dt · input(t).
        let lengths = DMatrix::from_element(2, 2, 0.1 * f64::from(delay));
        let connection = Connection::new("x", "x_input", Additive::new(hz(1e4)))
            .with_delays(Delays::at_speed(mm_per_ms(1.0)));
        let in_first_step =
            |t: Second, region| hz(if region == 0 && t.value_unsafe < 0.5e-4 { 1e4 } else { 0.0 });
        let network =
            Network::new(Linear { gamma: hz(-1e4) }, labelled(dmatrix![0.0, 0.0; 1.0, 0.0], &lengths)?)
                .with_connection(connection)?
                .with_drive("x_input", Drive::function(in_first_step))?;
        let x = states(&network, Integrator::Euler, ms(0.1), 120, 0)?.swap_remove(0);
        let arrivals: Vec<u32> = (0..120).filter(|step| x[(1, *step as usize)] > 0.5).collect();
        // Region 0 holds the pulse after step 0; region 1, one step after reading it.
        match arrivals.as_slice() {
            [arrival] => errors.push((f64::from(*arrival) - f64::from(1 + delay)).abs()),
            other => return Err(format!("{} arrivals of a pulse delayed by {delay}", other.len()).into()),
        }
    }
    Ok(largest(errors))
}

/// A region that acts on itself after τ seconds, from x = 1 before 0.
fn late(tau: f64, rounding: Rounding) -> Result<Network<Linear>> {
    let connection = Connection::new("x", "x_input", Additive::new(hz(-1.0)))
        .with_delays(Delays::at_speed(mm_per_ms(1.0)).with_rounding(rounding))
        .with_self_connections();
    let connectome = labelled(dmatrix![1.0], &dmatrix![1000.0 * tau])?;
    let network = Network::new(Linear { gamma: hz(0.0) }, connectome).with_initial("x", 1.0)?;
    Ok(network.with_connection(connection)?)
}

/// x of such a region after τ = 1 s.
fn delayed_decay(steps_per_delay: u32, n_delays: u32) -> Result<DMatrix<f64>> {
    let network = late(1.0, Rounding::Nearest)?;
    let dt = s(1.0 / f64::from(steps_per_delay));
    Ok(states(&network, Integrator::Heun, dt, (steps_per_delay * n_delays) as usize, 0)?.swap_remove(0))
}

/// The method of steps: Σ (−1)^k (t − (k − 1) τ)^k / k!, as far as the terms have begun.
fn exact(tau: f64, t: f64) -> f64 {
    let since = |k: i32| t - f64::from(k - 1) * tau;
    // Beyond the sixtieth term nothing is left of 4^k/k!.
    let terms = (1..60).take_while(|k| since(*k) >= 0.0).scan(1.0, |factorial, k| {
        *factorial *= -f64::from(k);
        Some(since(k).powi(k) / *factorial)
    });
    1.0 + terms.sum::<f64>()
}

/// The largest error over 4 s.
fn error_of(tau: f64, dt: f64, integrator: Integrator, rounding: Rounding) -> Result<f64> {
    let x = states(&late(tau, rounding)?, integrator, s(dt), integer(4.0 / dt), 0)?.swap_remove(0);
    Ok(largest(x.iter().zip(1..).map(|(x, step)| (x - exact(tau, f64::from(step) * dt)).abs())))
}

/// Whatever the step, the same part of one is left over: it enters the error.
fn order_of(integrator: Integrator, rounding: Rounding, part: f64) -> Result<f64> {
    let tau = 0.7351;
    let error = |n: f64| error_of(tau, tau / (n + part), integrator, rounding);
    Ok((error(40.0)? / error(320.0)?).log2() / 3.0)
}

fn interpolated_order(integrator: Integrator, part: f64) -> Result<f64> {
    order_of(integrator, Rounding::Interpolated, part)
}

fn below_a_step() -> Result<f64> {
    let error = |dt: f64| error_of(0.35 * dt, dt, Integrator::Heun, Rounding::Interpolated);
    Ok(((error(0.02)? / error(0.0025)?).log2() / 3.0 - 2.0).abs())
}

/// The growth between 60 and 100 delays, where the other modes have died out, from tops of |x|.
fn stability() -> Result<f64> {
    let critical = std::f64::consts::FRAC_PI_2;
    let mut errors = Vec::new();
    for factor in [0.98, 1.0, 1.02] {
        let tau = factor * critical;
        let dt = tau / 100.0;
        let x =
            states(&late(tau, Rounding::Interpolated)?, Integrator::Heun, s(dt), 10_000, 0)?.swap_remove(0);
        let x = &x.as_slice()[6000..];
        let crossings: Vec<f64> = (1..x.len())
            .filter(|k| x[k - 1] < 0.0 && x[*k] >= 0.0)
            .map(|k| k as f64 - x[k] / (x[k] - x[k - 1]))
            .collect();
        let [first, .., last] = crossings.as_slice() else { return Err("it does not oscillate".into()) };
        let period = (last - first) / (crossings.len() as f64 - 1.0) * dt;
        // The square of a mode integrated over a period grows by the growth of the mode squared.
        let power =
            |from: f64| x[integer(from)..integer(from + period / dt)].iter().map(|x| x * x).sum::<f64>();
        let (from, to) = (crossings[0], crossings[crossings.len() - 2]);
        let growth = 0.5 * (power(to) / power(from)).ln() / ((to - from) * dt);
        let due = root_after(tau)?;
        errors.push((growth - due.re).abs());
        errors.push((period * due.im / std::f64::consts::TAU - 1.0).abs());
    }
    Ok(largest(errors))
}

/// The root of λ + e^(−λτ) near i, by Newton's method.
fn root_after(tau: f64) -> Result<Complex<f64>> {
    let mut root = Complex::new(0.0, 1.0);
    for _ in 0..50 {
        let late = (-root * tau).exp();
        let step = (root + late) / (Complex::new(1.0, 0.0) - late * tau);
        root -= step;
        if step.norm() < 1e-15 {
            return Ok(root);
        }
    }
    Err("Newton's method found no root".into())
}

fn method_of_steps() -> Result<f64> {
    let x = delayed_decay(1000, 2)?;
    let exact = |t: f64| 1.0 - t + 0.5 * (t - 1.0).max(0.0).powi(2);
    Ok(largest((0..2000_u32).map(|k| (x[k as usize] - exact(f64::from(k + 1) * 1e-3)).abs())))
}

/// The leading pair of modes: the recursion that samples half a second apart obey, by least squares.
fn fitted_root(steps_per_delay: u32) -> Result<Complex<f64>> {
    let x = delayed_decay(steps_per_delay, 20)?;
    let stride = steps_per_delay as usize / 2;
    let samples: Vec<f64> = (30..40).map(|k| x[(k + 1) * stride - 1]).collect();
    let (mut normal, mut right) = (Matrix2::zeros(), Vector2::zeros());
    for window in samples.windows(3) {
        let past = Vector2::new(window[1], window[0]);
        normal += past * past.transpose();
        right += past * window[2];
    }
    // z² = p z + q, and λ = ln z over the stride.
    let fit = normal.lu().solve(&right).ok_or("the samples do not tell two modes apart")?;
    let z = Complex::new(0.5 * fit[0], (-fit[1] - 0.25 * fit[0] * fit[0]).sqrt());
    Ok(z.ln() / 0.5)
}

/// The root of (e^(λ dt) − 1)/dt + e^(−λ), or of λ + e^(−λ) for dt = 0, by Newton's method.
fn root(dt: f64) -> Result<Complex<f64>> {
    let mut root = Complex::new(-0.3, 1.3);
    for _ in 0..50 {
        let growth = (root * dt).exp();
        let left = if dt == 0.0 { root } else { (growth - 1.0) / dt };
        let step = (left + (-root).exp()) / (growth - (-root).exp());
        root -= step;
        if step.norm() < 1e-15 {
            return Ok(root);
        }
    }
    Err("Newton's method found no root".into())
}

fn extrapolated_root() -> Result<f64> {
    Ok((fitted_root(2000)? * 2.0 - fitted_root(1000)? - root(0.0)?).norm())
}

fn order() -> Result<f64> {
    let error = |steps| -> Result<f64> { Ok((fitted_root(steps)? - root(0.0)?).norm()) };
    Ok(((error(1000)? / error(2000)?).log2() - 1.0).abs())
}
