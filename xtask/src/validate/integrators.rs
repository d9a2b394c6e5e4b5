//! Orders of convergence, measured, and what a scheme solves exactly.

use brainmass_core::units::{hz, ms, s};
use brainmass_network::{Drive, Integrator, Network};
use brainmass_nodes::{Linear, StuartLandau};
use brainmass_viz::{Figure, LinePlot};

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
    let ratio = rotation_error(integrator, 800)? / rotation_error(integrator, 1600)?;
    Ok((ratio.log2() - order).abs())
}

/// The distance from a damped rotation after 20 ms in so many steps.
fn rotation_error(integrator: Integrator, n_steps: u32) -> Result<f64> {
    let (a, omega, t) = (-20.0, 300.0, 0.02);
    // β = 0 leaves a linear rotation with decay.
    let node = StuartLandau { a: hz(a), omega: hz(omega), beta: hz(0.0) };
    let network = Network::single(node).with_initial("x", 0.1)?;
    let last = n_steps as usize - 1;
    let found = states(&network, integrator, s(t / f64::from(n_steps)), last + 1, 0)?;
    let radius = 0.1 * (a * t).exp();
    let (x, y) = (radius * (omega * t).cos(), radius * (omega * t).sin());
    Ok((found[0][last] - x).hypot(found[1][last] - y))
}

/// Errors of a damped rotation over the step, with the orders of theory.
pub(super) fn convergence() -> Result<Figure> {
    let mut plot = LinePlot::new("step (ms)", "distance from the solution").logarithmic_x().logarithmic_y();
    for (name, integrator, order) in [
        ("Euler", Integrator::Euler, 1),
        ("exponential Euler", Integrator::ExponentialEuler, 1),
        ("Heun", Integrator::Heun, 2),
        ("Runge–Kutta 4", Integrator::RungeKutta4, 4),
    ] {
        let point = |n_steps: u32| Ok((20.0 / f64::from(n_steps), rotation_error(integrator, n_steps)?));
        let points = [50, 100, 200, 400, 800, 1600].into_iter().map(point).collect::<Result<Vec<_>>>()?;
        let (dt, error) = points[3];
        let theory: Vec<(f64, f64)> =
            points.iter().map(|(step, _)| (*step, error * (step / dt).powi(order))).collect();
        plot = plot.dots(format!("{name}, order {order}"), points).dashed("", theory);
    }
    Ok(plot.title("A damped rotation over 20 ms").panel()?.into())
}

fn exact_on_a_linear_node() -> Result<f64> {
    let network = Network::single(Linear { gamma: hz(-30.0) })
        .with_initial("x", 3.0)?
        .with_drive("x_input", Drive::constant(hz(60.0)))?;
    let x = states(&network, Integrator::ExponentialEuler, ms(50.0), 10, 0)?.swap_remove(0);
    let exact = |k: usize| 2.0 + (-1.5 * (k as f64 + 1.0)).exp();
    Ok(largest((0..10).map(|k| relative(x[k], exact(k)))))
}
