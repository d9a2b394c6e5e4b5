//! Orders of convergence, measured, and what a scheme solves exactly.

use brainmass_core::units::{hz, ms, s};
use brainmass_network::{Drive, Integrator, Network};
use brainmass_nodes::{Linear, StuartLandau};

use super::case::{Case, Check};
use super::tools::{largest, relative, states};
use crate::Result;

const fn order(name: &'static str, check: fn() -> Result<f64>) -> Case {
    Case {
        name,
        what: "order measured on a damped rotation from 800 and 1600 steps, distance from the order of \
               theory",
        source: "Hairer, Nørsett & Wanner (1993), Solving Ordinary Differential Equations I; x + iy = \
                 e^((a + iω)t)",
        tolerance: 0.1,
        why: "the next order's term is a few per cent at these steps",
        check: Check::Alone(check),
    }
}

pub(super) const CASES: &[Case] = &[
    order("euler-order-1", || measured_order(Integrator::Euler, 1.0)),
    order("exponential-euler-order-1", || measured_order(Integrator::ExponentialEuler, 1.0)),
    order("heun-order-2", || measured_order(Integrator::Heun, 2.0)),
    order("runge-kutta4-order-4", || measured_order(Integrator::RungeKutta4, 4.0)),
    Case {
        name: "exponential-euler-is-exact",
        what: "x of a linear node under a constant input in steps of 1.5 time constants, relative",
        source: "x = x∞ + (x₀ − x∞) e^(γt)",
        tolerance: 1e-14,
        why: "ten steps of a handful of roundings",
        check: Check::Alone(exact_on_a_linear_node),
    },
];

fn measured_order(integrator: Integrator, order: f64) -> Result<f64> {
    let (a, omega, t) = (-20.0, 300.0, 0.02);
    // β = 0 leaves a linear rotation with decay.
    let node = StuartLandau { a: hz(a), omega: hz(omega), beta: hz(0.0) };
    let network = Network::single(node).with_initial("x", 0.1)?;
    let error = |n_steps: u32| -> Result<f64> {
        let last = n_steps as usize - 1;
        let found = states(&network, integrator, s(t / f64::from(n_steps)), last + 1, 0)?;
        let radius = 0.1 * (a * t).exp();
        let (x, y) = (radius * (omega * t).cos(), radius * (omega * t).sin());
        Ok((found[0][last] - x).hypot(found[1][last] - y))
    };
    Ok(((error(800)? / error(1600)?).log2() - order).abs())
}

fn exact_on_a_linear_node() -> Result<f64> {
    let network = Network::single(Linear { gamma: hz(-30.0) })
        .with_initial("x", 3.0)?
        .with_drive("x_input", Drive::constant(hz(60.0)))?;
    let x = states(&network, Integrator::ExponentialEuler, ms(50.0), 10, 0)?.swap_remove(0);
    let exact = |k: usize| 2.0 + (-1.5 * (k as f64 + 1.0)).exp();
    Ok(largest((0..10).map(|k| relative(x[k], exact(k)))))
}
