//! Rules for manifests: every crate says what it is and keeps the workspace's lints.

use super::{Finding, Text};

/// The lints that keep libraries silent.
const SILENCE: [&str; 2] = ["print_stdout", "print_stderr"];

/// Checks the manifest of a crate.
pub(super) fn check(manifest: &Text) -> Vec<Finding> {
    let mut findings = Vec::new();
    if !has(manifest, "[lints]", |line| line == "workspace = true") {
        findings.push(manifest.finding(1, "no `[lints] workspace = true`"));
    }
    let describes = |line: &str| line.starts_with("description") && !line.ends_with("\"\"");
    if !has(manifest, "[package]", describes) {
        findings.push(manifest.finding(1, "no description"));
    }
    findings
}

/// Checks the manifest of the workspace.
pub(super) fn check_root(manifest: &Text) -> Vec<Finding> {
    let forbids = |name: &str| {
        let levels = ["warn", "deny", "forbid"].map(|level| format!("{name} = \"{level}\""));
        has(manifest, "[workspace.lints.clippy]", |line| levels.iter().any(|level| level == line))
    };
    let missing = SILENCE.iter().filter(|name| !forbids(name));
    missing.map(|name| manifest.finding(1, format!("the lint `{name}` is not set"))).collect()
}

/// Whether a line of a section is such.
fn has(manifest: &Text, section: &str, such: impl Fn(&str) -> bool) -> bool {
    let mut lines = manifest.content.lines().map(str::trim).skip_while(|line| *line != section).skip(1);
    lines.by_ref().take_while(|line| !line.starts_with('[')).any(such)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crates_inherit_lints_and_describe_themselves() {
        let messages = |content: &str| {
            check(&Text::of("a/Cargo.toml", content))
                .into_iter()
                .map(|finding| finding.message)
                .collect::<Vec<_>>()
        };
        assert!(
            messages("[package]\ndescription.workspace = true\n\n[lints]\nworkspace = true\n").is_empty()
        );
        let bare =
            messages("[package]\nname = \"a\"\n[dependencies]\ndescription = \"no\"\nworkspace = true\n");
        assert_eq!(bare, ["no `[lints] workspace = true`", "no description"]);
    }

    #[test]
    fn the_workspace_keeps_libraries_silent() {
        let root = |lints: &str| {
            Text::of("Cargo.toml", &format!("[workspace.lints.clippy]\n{lints}\n[profile.dev]\n"))
        };
        assert!(check_root(&root("print_stdout = \"warn\"\nprint_stderr = \"deny\"")).is_empty());
        assert_eq!(check_root(&root("print_stdout = \"allow\"")).len(), 2);
    }
}
