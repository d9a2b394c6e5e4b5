//! Delays: arrivals, and the delayed decay x′ = −x(t − τ) against its exact solutions.

use brainmass_core::units::{Second, hz, mm_per_ms, ms, s};
use brainmass_network::{Additive, Connection, Delays, Drive, Integrator, Network};
use brainmass_nodes::Linear;
use nalgebra::{Complex, DMatrix, Matrix2, Vector2, dmatrix};

use super::case::{Case, Check};
use super::tools::{labelled, largest, states};
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

/// x of one region that acts on itself after τ = 1 s, from x = 1 before 0.
fn delayed_decay(steps_per_delay: u32, n_delays: u32) -> Result<DMatrix<f64>> {
    let connection = Connection::new("x", "x_input", Additive::new(hz(-1.0)))
        .with_delays(Delays::at_speed(mm_per_ms(1.0)))
        .with_self_connections();
    let connectome = labelled(dmatrix![1.0], &dmatrix![1000.0])?;
    let network = Network::new(Linear { gamma: hz(0.0) }, connectome)
        .with_initial("x", 1.0)?
        .with_connection(connection)?;
    let dt = s(1.0 / f64::from(steps_per_delay));
    Ok(states(&network, Integrator::Heun, dt, (steps_per_delay * n_delays) as usize, 0)?.swap_remove(0))
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
