//! Derivatives of small delayed networks with noise, by the adjoint and by tangents of the fast engine, against dual numbers on
//! the plain engine: every node and every coupling.

use brainmass_core::Node;
use brainmass_nodes::{JansenRit, Kuramoto, WilsonCowan};

use super::case::{Case, Check};
use super::gradients::{dynamics, errors};

macro_rules! row {
    ($name:expr, $node:ty, $coupling:expr) => {
        Case {
            name: $name,
            what: "120 steps of 5 regions: derivatives by parameters, initial states, couplings, drive, noise, weights and \
                   conduction speed, by every integrator with whole delays, and with interpolated ones and noise of every \
                   kind, the way back and forward, relative to the largest of a kind",
            source: "dual numbers on the plain engine",
            tolerance: 1e-10,
            why: "the same derivatives by sums in another order: a rounding of 1e-16, magnified by what the orbit magnifies",
            check: Check::Alone(|| errors::<$node>($coupling, false).map(|[by_duals, _]| by_duals)),
        }
    };
}

macro_rules! cases {
    ($($node:ident),*) => { dynamics!(row: $($node),*;) };
}

pub(super) const CASES: &[Case] = brainmass_nodes::for_each_node!(cases);
