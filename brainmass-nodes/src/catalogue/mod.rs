//! The catalogue: what every model of this crate says of itself, for commands, tables and pages.
//!
//! Nothing is written here: equations, prose and references are the documentation of the node
//! ([`Node::DOCUMENTATION`]), numbers and units are its constants.

mod documentation;
mod keys;
mod page;
mod terminal;

pub use documentation::Documentation;

use brainmass_core::{Node, Parameter, Variable};

/// A model for tables: what its type knows, as values.
#[derive(Clone, Copy, Debug)]
pub struct Model {
    /// Its name in files.
    pub name: &'static str,
    /// The name of its type.
    pub type_name: &'static str,
    /// What it models.
    pub summary: &'static str,
    /// What its source says of it.
    pub documentation: Documentation,
    /// The parameters.
    pub parameters: &'static [Parameter],
    /// The state variables.
    pub states: &'static [Variable],
    /// The inputs.
    pub inputs: &'static [Variable],
    /// The outputs beyond the states.
    pub outputs: &'static [Variable],
    aliases: &'static str,
}

/// All models, in the order of the crate's table.
///
/// ```
/// use brainmass_nodes::catalogue;
/// let models = catalogue::models();
/// let lorenz = models.iter().find(|model| model.name == "lorenz").unwrap();
/// assert!(lorenz.documentation.equations().contains("τ dz/dt = x y − β z"));
/// ```
pub fn models() -> Vec<Model> {
    macro_rules! describe {
        ($($Node:ident),*) => { vec![$(model::<crate::$Node>(stringify!($Node))),*] };
    }
    crate::for_each_node!(describe)
}

/// The model with a name: that of files, of the type, or one it has in papers and other libraries.
///
/// ```
/// use brainmass_nodes::catalogue::find;
/// assert_eq!(find("hopf").unwrap().name, "stuart_landau");
/// assert!(find("nobody").is_none());
/// ```
pub fn find(name: &str) -> Option<Model> {
    let all = models();
    let exact = all.iter().find(|model| model.name == name);
    let other = |model: &&Model| {
        model.type_name.eq_ignore_ascii_case(name)
            || model.aliases().any(|alias| alias.eq_ignore_ascii_case(name))
    };
    exact.or_else(|| all.iter().find(other)).copied()
}

fn model<N: Node>(type_name: &'static str) -> Model {
    Model {
        name: N::NAME,
        type_name,
        summary: N::SUMMARY,
        documentation: Documentation::new(N::DOCUMENTATION),
        parameters: N::PARAMETERS,
        states: N::STATE,
        inputs: N::INPUT,
        outputs: N::OUTPUT,
        aliases: N::ALIASES,
    }
}

impl Model {
    /// Its names in papers and other libraries.
    pub fn aliases(&self) -> impl Iterator<Item = &'static str> {
        self.aliases.lines()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_model_says_what_it_is() {
        for model in models() {
            let name = model.name;
            assert!(model.documentation.prose().starts_with(|c: char| c.is_uppercase()), "{name}");
            // One equation for each state at least, and a source.
            let equations = model.documentation.equations();
            let slopes = equations.matches("/dt").count() + equations.matches('″').count();
            let velocities = model.states.iter().filter(|state| state.name.ends_with("_velocity")).count();
            // Populations, and synapses, of one kind share their equations.
            let sets = match &equations {
                equations if equations.contains("xy = ee, ei, ie, ii") => 4,
                equations if equations.contains("k = 1, 2") => 2,
                _ => 1,
            };
            assert!(slopes >= (model.states.len() - velocities) / sets, "{name}: {equations}");
            let references = model.documentation.references();
            assert!(
                references.contains("(1") || references.contains("(2"),
                "{name}: no year in {references}"
            );
        }
    }

    #[test]
    fn models_are_found_by_any_of_their_names() {
        for model in models() {
            let found = |name: &str| find(name).map(|model| model.name);
            assert_eq!([found(model.name), found(model.type_name)], [Some(model.name); 2]);
            for alias in model.aliases() {
                assert_eq!(found(alias), Some(model.name), "{alias}");
            }
        }
    }
}
