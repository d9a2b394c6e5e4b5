//! Lone nodes under noise-like drives, step by step as the reference.

use brainmass_core::units::dimension::{Ampere, Dimensionless, Hertz, HertzPerSecond, Volt};
use brainmass_core::units::{Dimension, Second, Unit, khz};
use brainmass_core::{Node, TimeSeries, node};
use brainmass_network::{Drive, Integrator, Network};
use brainmass_nodes::StuartLandau;
use nalgebra::DMatrix;

use super::case::{Case, Check};
use super::cases::{self, Visitor, every_case};
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
        what: "300 steps of every node that the reference stores, relative to each variable's largest value",
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

/// The same for a unit known at run time.
fn drive_in(unit: Unit, rows: &DMatrix<f64>, factor: f64, dt: Second) -> Result<Drive> {
    macro_rules! of_unit {
        ($($dimension:ty),*) => {
            $(if unit == Unit::of::<$dimension>() {
                return drive::<$dimension>(rows, factor, dt);
            })*
        };
    }
    of_unit!(Dimensionless, Hertz, HertzPerSecond, Volt, Ampere);
    Err(format!("a drive in {unit}, which no node has needed so far").into())
}

/// One integrator, and the errors of every node.
struct Trajectories {
    theirs: &'static str,
    integrator: Integrator,
    found: Vec<Result<f64>>,
}

impl Visitor for Trajectories {
    fn visit<N: Node>(&mut self, case: &cases::Case<'_, N>) {
        if case.trajectories.1.contains(&self.theirs) {
            self.found.push(lone(case, self.theirs, self.integrator));
        }
    }
}

fn every_node(theirs: &'static str, integrator: Integrator) -> Result<f64> {
    let mut trajectories = Trajectories { theirs, integrator, found: Vec::new() };
    every_case(&mut trajectories);
    Ok(largest(trajectories.found.into_iter().collect::<Result<Vec<_>>>()?))
}

fn lone<N: Node>(case: &cases::Case<'_, N>, theirs: &str, integrator: Integrator) -> Result<f64> {
    let vectors = reference(&format!("nodes/{}", case.file))?;
    let columns: Vec<Column> =
        case.states.iter().map(|pair| column(pair.theirs, pair.ours, pair.factor)).collect();
    let mut network = start_from(Network::new(case.node.clone(), islands(3)?), &vectors, "", &columns)?;
    for pair in case.inputs {
        let unit = N::INPUT[node::variable_index("input", pair.ours, N::INPUT)?].unit;
        let rows = vectors.matrix(&format!("drive_{}", pair.theirs))?;
        network = network.with_drive(pair.ours, drive_in(unit, &rows, pair.factor, case.dt)?)?;
    }
    let found = states(&network, integrator, case.dt, 300, 0)?;
    let prefix = match case.trajectories.0 {
        "traj_" => format!("traj_{theirs}_"),
        other => other.to_owned(),
    };
    compare_steps::<N>(&vectors, &prefix, &columns, &found)
}
