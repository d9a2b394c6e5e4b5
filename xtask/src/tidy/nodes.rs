//! Every node stands in the table of its crate's documentation and in `for_each_node!`.

use std::path::Path;

use super::{Finding, Text, files};
use crate::Result;

pub(super) fn check() -> Result<Vec<Finding>> {
    let folder = Path::new("brainmass-nodes/src");
    let root = Text::read(&folder.join("lib.rs"))?;
    let mut findings = Vec::new();
    for path in files(folder, "rs")? {
        findings.extend(check_file(&Text::read(&path)?, &root));
    }
    Ok(findings)
}

fn check_file(source: &Text, root: &Text) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (line, name) in source.lines().filter_map(|(line, text)| Some((line, declared(text)?))) {
        let row = format!("//! | [`{name}`]");
        if !root.content.lines().any(|line| line.starts_with(&row)) {
            findings
                .push(source.finding(line, format!("{name} is not in the table of {}", root.path.display())));
        }
        if !listed(root, name) {
            findings.push(source.finding(line, format!("{name} is not in `for_each_node!`")));
        }
    }
    findings
}

/// The node that a line declares: `pub struct Name = "name", …` of `node!`, or `impl Node for Name`.
fn declared(line: &str) -> Option<&str> {
    let line = line.trim();
    let by_macro = line.strip_prefix("pub struct ").and_then(|rest| rest.split_once(" = \""));
    let by_hand = line.strip_prefix("impl Node for ").and_then(|rest| rest.split_once([' ', '<']));
    by_macro.or(by_hand).map(|(name, _)| name)
}

/// Whether the macro hands on a node: `$macro! { … }`, on one line or several.
fn listed(root: &Text, name: &str) -> bool {
    let list = root.content.split_once("$macro! {").and_then(|(_, rest)| rest.split_once('}'));
    list.is_some_and(|(list, _)| list.split(',').any(|node| node.trim() == name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_that_is_not_listed_is_found() {
        let node = Text::of(
            "brainmass-nodes/src/new.rs",
            "node! {\n    pub struct New = \"new\", \"A new one.\";\n",
        );
        let root = |table: &str, list: &str| {
            Text::of("lib.rs", &format!("//! | [`{table}`] | `x` | new |\n$macro! {{ Old,\n{list} }}\n"))
        };
        assert_eq!(check_file(&node, &root("New", "New")), []);
        let findings = check_file(&node, &root("Newer", "Newer"));
        assert_eq!(findings.iter().map(|finding| finding.line).collect::<Vec<_>>(), [2, 2]);
        assert_eq!(declared("impl Node for Hand<f64> {"), Some("Hand"));
        assert_eq!(declared("pub struct Plain {"), None);
    }
}
