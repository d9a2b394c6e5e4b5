//! A model as a text for a terminal.

use brainmass_core::{Parameter, Variable};

use super::Model;
use super::keys::Entry;

/// A line of a table: key in a file, number, unit, range, description.
type Line = [String; 5];

impl Model {
    /// The model as a text for a terminal: equations, and what stands in a file with unit, default and range.
    pub fn describe(&self) -> String {
        let input = |input: &Variable| {
            let Entry { key, unit, .. } = Entry::of(input.name, input.unit);
            [key, String::new(), unit, String::new(), input.description.to_owned()]
        };
        let output = |output: &Variable| {
            let unit = Entry::of(output.name, output.unit).unit;
            [output.name.to_owned(), String::new(), unit, String::new(), output.description.to_owned()]
        };
        let aliases: Vec<&str> = self.aliases().collect();
        [
            format!("{}: {}", self.name, self.summary),
            if aliases.is_empty() { String::new() } else { format!("elsewhere: {}", aliases.join(", ")) },
            indented("", &self.documentation.prose().replace('`', "")),
            indented("equations", &self.documentation.equations()),
            table("parameters, default and range", self.parameters.iter().map(parameter)),
            table("states, start and domain", self.states.iter().map(state)),
            table("inputs", self.inputs.iter().map(input)),
            table("outputs", self.outputs.iter().map(output)),
            indented("references", &self.documentation.references()),
        ]
        .into_iter()
        .filter(|text| !text.is_empty())
        .collect::<Vec<_>>()
        .join("\n\n")
    }
}

pub(super) fn parameter(parameter: &Parameter) -> Line {
    let key = Entry::of(parameter.name, parameter.unit);
    let (default, range) = (key.number(parameter.default), key.range(parameter.range));
    [key.key, default, key.unit, range, parameter.description.to_owned()]
}

pub(super) fn state(state: &Variable) -> Line {
    let key = Entry::of(state.name, state.unit);
    let (initial, domain) = (key.number(state.initial), key.range(state.domain));
    [state.name.to_owned(), initial, key.unit, domain, state.description.to_owned()]
}

fn indented(title: &str, text: &str) -> String {
    let lines = text.lines().map(|line| if line.is_empty() { String::new() } else { format!("  {line}") });
    let title = (!title.is_empty()).then(|| title.to_owned());
    title.into_iter().chain(lines).collect::<Vec<_>>().join("\n")
}

fn table(title: &str, lines: impl Iterator<Item = Line>) -> String {
    let lines: Vec<Line> = lines.collect();
    if lines.is_empty() {
        return String::new();
    }
    let width = |column: usize| lines.iter().map(|line| line[column].chars().count()).max().unwrap_or(0);
    let widths = [0, 1, 2, 3].map(width);
    let mut text = title.to_owned();
    for [key, number, unit, range, description] in &lines {
        text.push_str("\n  ");
        for (column, cell) in
            [key, number, unit, range].into_iter().enumerate().filter(|(k, _)| widths[*k] > 0)
        {
            let width = widths[column];
            let air = " ".repeat(width - cell.chars().count());
            let aligned = if column == 1 { [air.as_str(), cell] } else { [cell, air.as_str()] };
            text.extend(aligned);
            text.push_str("  ");
        }
        text.push_str(description);
    }
    text
}
