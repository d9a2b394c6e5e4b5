//! A model as a section of a page in Markdown.

use super::documentation::with_links;
use super::keys::Entry;
use super::{Model, models, terminal};
use brainmass_core::Variable;

impl Model {
    /// The model as a section in Markdown, `figure` after the equations.
    ///
    /// ```
    /// let model = brainmass_nodes::catalogue::find("lorenz").unwrap();
    /// let section = model.to_markdown("![butterfly](lorenz.svg)");
    /// assert!(section.starts_with("## Lorenz\n") && section.contains("![butterfly](lorenz.svg)"));
    /// assert!(section.contains("| `rho` | 28 | 1 | 0 … 1000 | Rayleigh number over its critical value. |"));
    /// ```
    pub fn to_markdown(&self, figure: &str) -> String {
        let aliases: Vec<&str> = self.aliases().collect();
        let elsewhere =
            if aliases.is_empty() { String::new() } else { format!("; elsewhere {}", aliases.join(", ")) };
        let rows = |lines: Vec<[String; 5]>| {
            lines
                .into_iter()
                .map(|[key, cells @ ..]| row(&[vec![format!("`{key}`")], cells.to_vec()].concat()))
        };
        let parameters = rows(self.parameters.iter().map(terminal::parameter).collect());
        let states = rows(self.states.iter().map(terminal::state).collect());
        let parts = [
            format!("## {}\n\n`{}` in files{elsewhere}. {}", self.type_name, self.name, self.summary),
            with_links(&self.documentation.body(), link),
            figure.to_owned(),
            table(["parameter", "default", "unit", "range", "what it is"], parameters),
            table(["state", "start", "unit", "domain", "what it is"], states),
            table(["input", "unit", "what it is"], self.inputs.iter().map(input)),
            table(["output", "unit", "what it is"], self.outputs.iter().map(output)),
            format!("Sources: {}", self.documentation.references()),
        ];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n") + "\n"
    }
}

/// A link of rustdoc as one within the page, or its label if it leads elsewhere.
fn link(label: &str, target: &str) -> String {
    let last = target.trim_matches('`').rsplit("::").next().unwrap_or_default();
    match models().iter().find(|model| model.type_name == last) {
        Some(model) => format!("[{label}](#{})", model.type_name.to_lowercase()),
        None => label.to_owned(),
    }
}

fn input(variable: &Variable) -> String {
    let Entry { key, unit, .. } = Entry::of(variable.name, variable.unit);
    row(&[format!("`{key}`"), unit, variable.description.to_owned()])
}

fn output(variable: &Variable) -> String {
    let Entry { unit, .. } = Entry::of(variable.name, variable.unit);
    row(&[format!("`{}`", variable.name), unit, variable.description.to_owned()])
}

fn row(cells: &[String]) -> String {
    format!("| {} |", cells.join(" | "))
}

fn table<const N: usize>(head: [&str; N], rows: impl Iterator<Item = String>) -> String {
    let rows: Vec<String> = rows.collect();
    if rows.is_empty() {
        return String::new();
    }
    format!("{}\n|{}\n{}", row(&head.map(str::to_owned)), "---|".repeat(N), rows.join("\n"))
}
