//! Every node says what happens outside of its domain.

use brainmass_core::Node;

/// What the documentation says after "Domain:", up to the end of the paragraph.
fn said<N: Node>() -> String {
    let text = N::DOCUMENTATION.split("Domain:").nth(1).unwrap_or_default();
    let text = text.split("\n\n").next().unwrap_or_default();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn documents_its_domain<N: Node>() {
    let said = said::<N>();
    let bounded: Vec<&str> = N::STATE
        .iter()
        .filter(|variable| variable.domain.0.is_finite() || variable.domain.1.is_finite())
        .map(|variable| variable.name)
        .collect();
    if bounded.is_empty() {
        assert!(said.starts_with("all numbers"), "{}: {said:?}", N::NAME);
    } else {
        assert!(said.contains("kept after each step"), "{} keeps {bounded:?}: {said:?}", N::NAME);
    }
    for variable in N::STATE {
        let (low, high) = variable.domain;
        assert!((low..=high).contains(&variable.initial), "{}: `{}` starts outside", N::NAME, variable.name);
    }
}

macro_rules! documented {
    ($($Node:ident),*) => {
        #[test]
        fn every_node_says_what_happens_outside_of_its_domain() {
            $(documents_its_domain::<brainmass_nodes::$Node>();)*
        }
    };
}

brainmass_nodes::for_each_node!(documented);
