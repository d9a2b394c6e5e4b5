//! From the name of a node to its type.

use brainmass_core::{Error, Node, Result, Variable, node};

/// What to do once the type of the node is known.
pub(super) trait Task {
    type Output;
    fn with<N: Node>(self, node: N) -> Result<Self::Output>;
}

/// Finds the node type with a name.
pub(super) fn with_node<T: Task>(name: &str, task: T) -> Result<T::Output> {
    macro_rules! find {
        ($($Node:ident),*) => {
            match name {
                $(<brainmass_nodes::$Node as Node>::NAME => task.with(brainmass_nodes::$Node::default()),)*
                other => Err(Error::unknown("model", other, [$(<brainmass_nodes::$Node as Node>::NAME),*])),
            }
        };
    }
    brainmass_nodes::for_each_node!(find)
}

/// A state variable or output of the node with a name.
pub(super) fn variable(model: &str, name: &str) -> Result<&'static Variable> {
    struct Locate<'s>(&'s str);

    impl Task for Locate<'_> {
        type Output = &'static Variable;
        fn with<N: Node>(self, _: N) -> Result<&'static Variable> {
            node::source::<N>(self.0).map(|(_, variable)| variable)
        }
    }

    with_node(model, Locate(name))
}
