//! Every node keeps the contract of the trait.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use brainmass_core::units::{AmperePerHertz, HertzPerAmpere};
use brainmass_core::{Node, conformance};
use brainmass_nodes::ThresholdLinear;

fn conforms<N: Node + Default>() {
    conformance::node(&N::default()).unwrap();
}

macro_rules! conform {
    ($($Node:ident),*) => {
        #[test]
        fn every_node_conforms() {
            $(conforms::<brainmass_nodes::$Node>();)*
        }
    };
}

brainmass_nodes::for_each_node!(conform);

/// The kit's inputs are some tenths of a coherent SI unit. At 0.066 Hz/pA such currents make slopes of 1e12 Hz/s,
/// beside which a central difference sees nothing of the state; so gain and weights are of order one here.
#[test]
fn threshold_linear_conforms_at_currents_of_an_ampere() {
    let (beta, weight) = (HertzPerAmpere::new(0.5), AmperePerHertz::new(1.5));
    let node = ThresholdLinear {
        beta_e: beta,
        beta_i: beta,
        w_ee: weight,
        w_ei: weight,
        w_ie: weight,
        w_ii: weight,
        ..ThresholdLinear::default()
    };
    conformance::node(&node).unwrap();
}
