//! The options of the command.

use std::path::PathBuf;

/// Which part of the benchmark is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    All,
    Instructions,
}

/// What is asked for.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Options {
    pub(super) regions: Vec<usize>,
    pub(super) pythons: Vec<PathBuf>,
    /// The sections that are timed; none stands for all.
    pub(super) sections: Vec<String>,
    pub(super) scope: Scope,
    pub(super) update: bool,
    pub(super) memory: bool,
    pub(super) json: Option<PathBuf>,
    pub(super) write_docs: bool,
}

impl Options {
    pub(super) fn parse(words: &[&str]) -> Result<Self, String> {
        let mut options = Self {
            regions: vec![80, 400, 1000],
            pythons: Vec::new(),
            sections: Vec::new(),
            scope: Scope::All,
            update: false,
            memory: false,
            json: None,
            write_docs: false,
        };
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or_else(|| format!("`{word}` needs a value"));
            match *word {
                "--regions" => options.regions = regions(value()?)?,
                "--against-python" => options.pythons.push(value()?.into()),
                "--section" => options.sections.push((*value()?).to_owned()),
                "--json" => options.json = Some(value()?.into()),
                "--instructions" => options.scope = Scope::Instructions,
                "--update" => options.update = true,
                "--memory" => options.memory = true,
                "--write-docs" => options.write_docs = true,
                other => return Err(format!("`{other}` is no option of bench")),
            }
        }
        if options.write_docs && options.scope == Scope::Instructions {
            return Err("`--write-docs` needs the timings that `--instructions` leaves out".to_owned());
        }
        if options.write_docs && !options.sections.is_empty() {
            return Err("`--write-docs` needs all sections".to_owned());
        }
        Ok(options)
    }
}

fn regions(list: &str) -> Result<Vec<usize>, String> {
    let one = |word: &str| match word.parse() {
        // Delays are a table of 32-bit offsets in the naive engine.
        Ok(n) if (2..=3000).contains(&n) => Ok(n),
        _ => Err(format!("`{word}` is no number of regions between 2 and 3000")),
    };
    list.split(',').map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_become_options() {
        let words = ["--regions", "80,1000", "--json", "a.json", "--against-python", "p", "--memory"];
        let options = Options::parse(&words).unwrap();
        assert_eq!(options.regions, [80, 1000]);
        assert_eq!(options.pythons, [PathBuf::from("p")]);
        assert!(options.memory && options.json.is_some() && options.scope == Scope::All);
        assert_eq!(Options::parse(&[]).unwrap().regions, [80, 400, 1000]);
    }

    #[test]
    fn wrong_words_are_named() {
        let wrong = |words: &[&str]| Options::parse(words).unwrap_err();
        assert_eq!(wrong(&["--fast"]), "`--fast` is no option of bench");
        assert_eq!(wrong(&["--json"]), "`--json` needs a value");
        assert!(wrong(&["--regions", "80,x"]).starts_with("`x` is no number"));
        assert!(wrong(&["--instructions", "--write-docs"]).contains("timings"));
        assert!(wrong(&["--section", "node", "--write-docs"]).contains("all sections"));
    }
}
