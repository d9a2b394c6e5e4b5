//! The nodes there are, with everything a file may say of them.

use brainmass_core::units::{ScaledUnit, Unit, show_value};
use brainmass_core::{Node, Parameter, Variable};

/// A node for tables: what its type knows, as values.
#[derive(Clone, Copy, Debug)]
pub struct Model {
    /// Its name in files.
    pub name: &'static str,
    /// What it models.
    pub summary: &'static str,
    /// The parameters.
    pub parameters: &'static [Parameter],
    /// The state variables.
    pub states: &'static [Variable],
    /// The inputs.
    pub inputs: &'static [Variable],
    /// The outputs beyond the states.
    pub outputs: &'static [Variable],
}

/// All nodes.
///
/// ```
/// assert!(brainmass::catalogue::models().iter().any(|model| model.name == "jansen_rit"));
/// ```
pub fn models() -> Vec<Model> {
    macro_rules! describe {
        ($($Node:ident),*) => { vec![$(model::<brainmass_nodes::$Node>()),*] };
    }
    brainmass_nodes::for_each_node!(describe)
}

fn model<N: Node>() -> Model {
    Model {
        name: N::NAME,
        summary: N::SUMMARY,
        parameters: N::PARAMETERS,
        states: N::STATE,
        inputs: N::INPUT,
        outputs: N::OUTPUT,
    }
}

/// A line of the table: key in a file, value or unit, description.
type Line = (String, String, &'static str);

impl Model {
    /// The model as a text for a terminal: what stands in a file, with units and defaults.
    pub fn describe(&self) -> String {
        let parameters = self.parameters.iter().map(|parameter| {
            let (key, factor) = key(parameter.name, parameter.unit);
            let default = show_value(parameter.default / factor, Unit::DIMENSIONLESS).to_string();
            (key, default, parameter.description)
        });
        let variable =
            |variable: &Variable| (variable.name.to_owned(), variable.unit.to_string(), variable.description);
        let input =
            |input: &Variable| (key(input.name, input.unit).0, input.unit.to_string(), input.description);
        [
            format!("{}: {}", self.name, self.summary),
            section("parameters", parameters),
            section("states", self.states.iter().map(variable)),
            section("inputs", self.inputs.iter().map(input)),
            section("outputs", self.outputs.iter().map(variable)),
        ]
        .into_iter()
        .filter(|text| !text.is_empty())
        .collect::<Vec<_>>()
        .join("\n")
    }
}

/// The key of a quantity in a file, in the multiple the field is used to, and what one of it is in coherent SI.
fn key(name: &str, unit: Unit) -> (String, f64) {
    let usual = ScaledUnit::suffixes(unit).into_iter().next();
    match usual.and_then(|suffix| ScaledUnit::parse(&suffix).map(|scaled| (suffix, scaled.factor))) {
        Some((suffix, factor)) => (format!("{name}_{suffix}"), factor),
        None => (name.to_owned(), 1.0),
    }
}

fn section(title: &str, lines: impl Iterator<Item = Line>) -> String {
    let lines: Vec<Line> = lines.collect();
    if lines.is_empty() {
        return String::new();
    }
    let width = |column: &dyn Fn(&Line) -> usize| lines.iter().map(column).max().unwrap_or(0);
    let (first, second) = (width(&|line| line.0.chars().count()), width(&|line| line.1.chars().count()));
    let line =
        |(name, value, description): &Line| format!("\n    {name:first$}  {value:>second$}  {description}");
    format!("  {title}{}", lines.iter().map(line).collect::<String>())
}
