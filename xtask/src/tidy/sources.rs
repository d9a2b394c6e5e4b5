//! Rules for every source file: short, finished, and silent in libraries.

use std::path::{Component, Path};

use super::{Finding, Text};

/// How many lines of code a file may have.
///
/// A line counts unless it is blank or nothing but a comment; the module of tests at the end does not count,
/// nor do files in `tests` and `benches`.
const MOST_LINES: usize = 300;

/// Macros that stand for unfinished work or were left over from a search.
const UNFINISHED: [&str; 3] = ["todo", "unimplemented", "dbg"];

pub(super) fn check(source: &Text, is_library: bool) -> Vec<Finding> {
    let mut findings = unfinished(source);
    findings.extend(too_long(source));
    if is_library {
        findings.extend(prints(source));
    }
    findings
}

fn is_comment(line: &str) -> bool {
    line.trim_start().starts_with("//")
}

fn too_long(source: &Text) -> Option<Finding> {
    let is_test = |path: &Path| {
        path.components().any(|part| part.as_os_str() == "tests" || part.as_os_str() == "benches")
    };
    if is_test(&source.path) {
        return None;
    }
    let of_code = |(_, line): &(usize, &str)| !line.trim().is_empty() && !is_comment(line);
    let before_tests = source.lines().take_while(|(_, line)| *line != "#[cfg(test)]");
    let count = before_tests.filter(of_code).count();
    (count > MOST_LINES)
        .then(|| source.finding(1, format!("{count} lines of code, {MOST_LINES} are the most")))
}

fn unfinished(source: &Text) -> Vec<Finding> {
    let code = source.lines().filter(|(_, line)| !is_comment(line));
    let found = |(number, line): (usize, &str)| {
        let name = UNFINISHED.iter().find(|name| line.contains(&format!("{name}!(")))?;
        Some(source.finding(number, format!("`{name}!` is left over")))
    };
    code.filter_map(found).collect()
}

/// Libraries print nothing: the lints that the workspace sets are not lifted but in a program's own files.
fn prints(source: &Text) -> Vec<Finding> {
    let mut parts = source.path.components().skip(1).map(Component::as_os_str);
    let in_library = parts.next().is_some_and(|part| part == "src")
        && parts.next().is_some_and(|part| part != "main.rs" && part != "bin");
    let lifts = |line: &str| line.contains("clippy::print_std") && !is_comment(line);
    let lines = source.lines().filter(|(_, line)| in_library && lifts(line));
    lines.map(|(number, _)| source.finding(number, "a library prints nothing")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_is_counted_without_comments_and_tests() {
        let code = "let x = 1;\n\n// why\n".repeat(300);
        let tests = format!("{code}#[cfg(test)]\nmod tests {{\n{}}}\n", "x();\n".repeat(300));
        assert_eq!(too_long(&Text::of("a/src/b.rs", &tests)), None);
        let longer = Text::of("a/src/b.rs", &format!("{code}let y = 2;\n"));
        assert_eq!(too_long(&longer).unwrap().message, "301 lines of code, 300 are the most");
        assert_eq!(too_long(&Text::of("a/tests/b.rs", &longer.content)), None);
    }

    #[test]
    fn unfinished_work_is_found_with_its_line() {
        for name in UNFINISHED {
            let source = Text::of("a/tests/b.rs", &format!("fn f() {{\n    {name}!()\n}}\n// {name}!()\n"));
            let findings = check(&source, false);
            assert_eq!((findings.len(), findings[0].line), (1, 2), "{name}");
        }
    }

    #[test]
    fn only_programs_may_print() {
        let line = "#![expect(clippy::print_stdout, reason = \"a command\")]\n";
        let found = |path| check(&Text::of(path, line), true).len();
        assert_eq!(["a/src/lib.rs", "a/src/b/c.rs"].map(found), [1, 1]);
        assert_eq!(["a/src/main.rs", "a/src/bin/c.rs", "a/tests/b.rs", "a/examples/b.rs"].map(found), [0; 4]);
    }
}
