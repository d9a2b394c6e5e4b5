//! The documentation of a node, taken apart.

/// What the source of a node says before its type, as rustdoc reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Documentation(&'static str);

const EQUATIONS: &str = "```text";
const FENCE: &str = "```";

impl Documentation {
    pub(super) fn new(source: &'static str) -> Self {
        Self(source)
    }

    /// The lines without the space that a comment begins with.
    fn lines(self) -> impl Iterator<Item = &'static str> {
        self.0.lines().map(|line| line.strip_prefix(' ').unwrap_or(line))
    }

    /// Everything before the first heading, in Markdown: prose and the block of equations.
    pub fn body(self) -> String {
        let lines: Vec<&str> = self.lines().take_while(|line| !line.starts_with("# ")).collect();
        lines.join("\n").trim().to_owned()
    }

    /// The equations.
    pub fn equations(self) -> String {
        let lines = self.lines().skip_while(|line| *line != EQUATIONS).skip(1);
        lines.take_while(|line| *line != FENCE).collect::<Vec<_>>().join("\n")
    }

    /// The prose before and after the equations, with links as their plain text.
    pub fn prose(self) -> String {
        let body = with_links(&self.body(), |label, _| label.to_owned());
        let mut paragraphs = Vec::new();
        let mut within_block = false;
        for paragraph in body.split("\n\n") {
            let opens = paragraph.starts_with(FENCE);
            if !opens && !within_block {
                paragraphs.push(paragraph.replace('\\', ""));
            }
            within_block =
                (opens || within_block) && !(paragraph.len() > FENCE.len() && paragraph.ends_with(FENCE));
        }
        paragraphs.join("\n\n")
    }

    /// What stands under the heading "References": papers, and where the defaults come from.
    pub fn references(self) -> String {
        let lines = self.lines().skip_while(|line| *line != "# References").skip(1);
        let lines: Vec<&str> = lines.take_while(|line| !line.starts_with("# ")).collect();
        lines.join("\n").trim().replace('`', "")
    }
}

/// A Markdown text whose links are rewritten by a function of label and target.
///
/// A link without target, as rustdoc has them, counts as one to what its label names.
pub(super) fn with_links(text: &str, link: impl Fn(&str, &str) -> String) -> String {
    let mut found = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("[`") {
        found.push_str(before);
        let Some((label, after)) = after.split_once("`]") else {
            found.push_str("[`");
            rest = after;
            continue;
        };
        let given = after.strip_prefix('(').and_then(|after| after.split_once(')'));
        let (target, after) = given.unwrap_or((label, after));
        found.push_str(&link(&format!("`{label}`"), target));
        rest = after;
    }
    found + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = " One line.\n\n Another [`Lorenz`](crate::Lorenz), see [`x`].\n\n ```text\n dx/dt = 1\n\n dy/dt = 2\n ```\n\n S in \\[0, 1\\].\n\n # Example\n ```\n x\n ```\n\n # References\n A (1990).\n";

    #[test]
    fn parts_are_told_apart() {
        let documentation = Documentation::new(SOURCE);
        assert_eq!(documentation.equations(), "dx/dt = 1\n\ndy/dt = 2");
        assert_eq!(documentation.prose(), "One line.\n\nAnother `Lorenz`, see `x`.\n\nS in [0, 1].");
        assert_eq!(documentation.references(), "A (1990).");
        assert!(documentation.body().ends_with("S in \\[0, 1\\]."));
    }

    #[test]
    fn links_have_targets_of_their_own_or_their_labels() {
        let rewritten =
            with_links(&Documentation::new(SOURCE).body(), |label, target| format!("{label}→{target}"));
        assert!(rewritten.contains("`Lorenz`→crate::Lorenz, see `x`→x."));
        assert_eq!(with_links("[`open", |_, _| String::new()), "[`open");
    }
}
