//! Trajectories of lone nodes, step by step as the Python library, with every integrator.
//!
//! Tolerances are relative to a variable's largest value. Both sides evaluate the same formulas in f64; rounding
//! of 1e-16 per step grows with the sensitivity of the orbit, by less than 1e4 in these runs.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "../../brainmass-nodes/tests/common/mod.rs"]
mod cases;
mod common;

use brainmass_core::units::dimension::{self, Dimensionless, Hertz, HertzPerSecond, Volt};
use brainmass_core::units::{Second, Unit, Values};
use brainmass_core::{Node, TimeSeries};
use brainmass_network::{Drive, Integrator, Network};
use cases::{Case, Visitor, every_case};
use common::{Column, column};
use nalgebra::DMatrix;

const INTEGRATORS: [(&str, Integrator); 4] = [
    ("euler", Integrator::Euler),
    ("exp_euler", Integrator::ExponentialEuler),
    ("rk2", Integrator::Heun),
    ("rk4", Integrator::RungeKutta4),
];

/// A matrix of steps × regions as a drive in a unit known at run time.
fn drive(rows: &DMatrix<f64>, unit: Unit, dt: Second) -> Drive {
    macro_rules! of_unit {
        ($($dimension:ty),*) => {
            $(if unit == Unit::of::<$dimension>() {
                return Drive::series(&TimeSeries::<$dimension>::unnamed(rows.transpose(), dt, dt).unwrap());
            })*
        };
    }
    of_unit!(Dimensionless, Hertz, HertzPerSecond, Volt, dimension::Ampere);
    panic!("no drive in {unit} so far");
}

struct Trajectories(usize);

impl Visitor for Trajectories {
    fn visit<N: Node>(&mut self, case: &Case<'_, N>) {
        let vectors = common::reference(&format!("nodes/{}.npz", case.file));
        let columns: Vec<Column> =
            case.states.iter().map(|pair| column(pair.theirs, pair.ours, pair.factor)).collect();
        let mut network = Network::new(case.node.clone(), common::islands(3));
        for (pair, state) in case.states.iter().zip(N::STATE) {
            let initial = vectors.matrix(&format!("init_{}", pair.theirs)).unwrap() * pair.factor;
            let initial = Values::new(initial.as_slice().to_vec(), state.unit);
            network = network.with_initial(pair.ours, initial).unwrap();
        }
        for pair in case.inputs {
            let rows = vectors.matrix(&format!("drive_{}", pair.theirs)).unwrap() * pair.factor;
            let unit = N::INPUT.iter().find(|input| input.name == pair.ours).unwrap().unit;
            network = network.with_drive(pair.ours, drive(&rows, unit, case.dt)).unwrap();
        }
        let (prefix, schemes) = case.trajectories;
        for (name, integrator) in INTEGRATORS.iter().filter(|(name, _)| schemes.contains(name)) {
            let found = common::states(&network, *integrator, case.dt, 300, 0);
            let prefix = if prefix == "traj_" { format!("traj_{name}_") } else { prefix.to_owned() };
            common::compare::<N>(&vectors, &prefix, &columns, &found, 1e-12);
            self.0 += 1;
        }
    }
}

#[test]
fn lone_nodes_follow_the_reference_with_every_integrator() {
    let mut trajectories = Trajectories(0);
    every_case(&mut trajectories);
    assert_eq!(trajectories.0, 22 * 4 + 1);
}
