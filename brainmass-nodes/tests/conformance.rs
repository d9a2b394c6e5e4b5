//! Every node keeps the contract of the trait.

use brainmass_core::conformance;

macro_rules! conform {
    ($($Node:ident),*) => {
        #[test]
        fn every_node_conforms() {
            $(conformance::node(&brainmass_nodes::$Node::default()).unwrap();)*
        }
    };
}

brainmass_nodes::for_each_node!(conform);
