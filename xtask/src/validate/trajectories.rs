//! Lone nodes under noise-like drives, step by step as the reference.

use brainmass_core::units::{Dimension, Second, dimension, hz, khz, ms};
use brainmass_core::{Node, TimeSeries};
use brainmass_network::{Drive, Integrator, Network};
use brainmass_nodes::{JansenRit, Linear, StuartLandau, WilsonCowan};
use dimension::{Dimensionless, Hertz, Volt};
use nalgebra::DMatrix;

use super::case::{Case, Check};
use super::tools::{
    Column, REFERENCE, column, compare_steps, islands, largest, reference, start_from, states,
};
use crate::Result;

pub(super) const WILSON_COWAN: [Column; 2] = [column("rE", "r_e", 1.0), column("rI", "r_i", 1.0)];
pub(super) const OSCILLATOR: [Column; 2] = [column("x", "x", 1.0), column("y", "y", 1.0)];
pub(super) const JANSEN_RIT: [Column; 6] = [
    column("M", "m", 1e-3),
    column("E", "e", 1e-3),
    column("I", "i", 1e-3),
    column("Mv", "m_velocity", 1e-3),
    column("Ev", "e_velocity", 1e-3),
    column("Iv", "i_velocity", 1e-3),
];

const fn case(name: &'static str, check: fn() -> Result<f64>) -> Case {
    Case {
        name,
        what: "300 steps of Wilson–Cowan, Jansen–Rit, Hopf and linear nodes, relative to each variable's \
               largest value",
        source: REFERENCE,
        tolerance: 1e-12,
        why: "rounding of 1e-16 a step grows with the sensitivity of the orbits, by less than 1e4",
        check: Check::Alone(check),
    }
}

pub(super) const CASES: &[Case] = &[
    case("euler", || every_node("euler", Integrator::Euler)),
    case("exponential-euler", || every_node("exp_euler", Integrator::ExponentialEuler)),
    case("heun", || every_node("rk2", Integrator::Heun)),
    case("runge-kutta4", || every_node("rk4", Integrator::RungeKutta4)),
];

/// The oscillator of the reference's `HopfStep`.
pub(super) fn hopf() -> StuartLandau {
    StuartLandau { a: khz(0.25), omega: khz(0.2), beta: khz(1.0) }
}

/// A matrix with one row per step as a drive, each number `factor` coherent SI units.
pub(super) fn drive<U: Dimension>(rows: &DMatrix<f64>, factor: f64, dt: Second) -> Result<Drive> {
    Ok(Drive::series(&TimeSeries::<U>::unnamed(rows.transpose() * factor, dt, dt)?))
}

type MakeDrive = fn(&DMatrix<f64>, Second) -> Result<Drive>;

/// The drives of a node: their names and ours, and what makes them.
type Drives<'d> = &'d [(&'d str, &'d str, MakeDrive)];

fn every_node(theirs: &str, integrator: Integrator) -> Result<f64> {
    let number: MakeDrive = |rows, dt| drive::<Dimensionless>(rows, 1.0, dt);
    let per_millisecond: MakeDrive = |rows, dt| drive::<Hertz>(rows, 1e3, dt);
    let rate: MakeDrive = |rows, dt| drive::<Hertz>(rows, 1.0, dt);
    let millivolt: MakeDrive = |rows, dt| drive::<Volt>(rows, 1e-3, dt);
    let scheme = (theirs, integrator);
    Ok(largest([
        lone(
            ("WilsonCowanStep", WilsonCowan::default(), ms(0.1)),
            &WILSON_COWAN,
            &[("rE_inp", "e_input", number), ("rI_inp", "i_input", number)],
            scheme,
        )?,
        lone(
            ("JansenRitStep", JansenRit::default(), ms(0.1)),
            &JANSEN_RIT,
            &[("M_inp", "m_input", millivolt), ("E_inp", "e_input", rate), ("I_inp", "i_input", millivolt)],
            scheme,
        )?,
        lone(
            ("HopfStep", hopf(), ms(0.1)),
            &OSCILLATOR,
            &[("x_inp", "x_input", per_millisecond), ("y_inp", "y_input", per_millisecond)],
            scheme,
        )?,
        lone(
            ("LinearStep", Linear { gamma: hz(-1e4) }, ms(0.02)),
            &[column("x", "x", 1.0)],
            &[("x_inp", "x_input", per_millisecond)],
            scheme,
        )?,
    ]))
}

fn lone<N: Node>(
    (file, node, dt): (&str, N, Second),
    columns: &[Column],
    drives: Drives,
    (theirs, integrator): (&str, Integrator),
) -> Result<f64> {
    let vectors = reference(&format!("nodes/{file}"))?;
    let mut network = start_from(Network::new(node, islands(3)?), &vectors, "", columns)?;
    for (theirs, ours, make) in drives {
        network = network.with_drive(ours, make(&vectors.matrix(&format!("drive_{theirs}"))?, dt)?)?;
    }
    let found = states(&network, integrator, dt, 300, 0)?;
    compare_steps::<N>(&vectors, &format!("traj_{theirs}_"), columns, &found)
}
