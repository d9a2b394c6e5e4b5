//! `cargo xtask tidy`: the house rules that a compiler does not know.

mod manifests;
mod nodes;
mod sources;
mod testdata;

use std::path::{Path, PathBuf};

use crate::{Result, root};

/// A broken rule and its place.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Finding {
    path: PathBuf,
    line: usize,
    message: String,
}

/// A file that has been read, with its path from the root of the workspace.
struct Text {
    path: PathBuf,
    content: String,
}

impl Text {
    fn read(path: &Path) -> Result<Self> {
        let content = std::fs::read_to_string(root().join(path));
        let content = content.map_err(|error| format!("{}: {error}", path.display()))?;
        Ok(Self { path: path.to_owned(), content })
    }

    #[cfg(test)]
    fn of(path: &str, content: &str) -> Self {
        Self { path: path.into(), content: content.to_owned() }
    }

    /// The lines with their numbers, from 1.
    fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        (1..).zip(self.content.lines())
    }

    fn finding(&self, line: usize, message: impl Into<String>) -> Finding {
        Finding { path: self.path.clone(), line, message: message.into() }
    }
}

/// Checks all rules and prints what breaks them; whether nothing does.
pub(crate) fn command() -> Result<bool> {
    let crates = crates()?;
    let mut findings = manifests::check_root(&Text::read(Path::new("Cargo.toml"))?);
    let mut n_sources = 0;
    for folder in &crates {
        findings.extend(manifests::check(&Text::read(&folder.join("Cargo.toml"))?));
        let is_library = root().join(folder).join("src/lib.rs").exists();
        for path in files(folder, "rs")? {
            let source = Text::read(&path)?;
            findings.extend(sources::check(&source, is_library));
            n_sources += 1;
        }
    }
    findings.extend(nodes::check()?);
    findings.extend(testdata::check()?);
    findings.extend(catalogue()?);
    for Finding { path, line, message } in &findings {
        println!("{}:{line}: {message}", path.display());
    }
    println!("{n_sources} source files of {} crates: {} findings", crates.len(), findings.len());
    Ok(findings.is_empty())
}

/// The page of models says what the models say.
fn catalogue() -> Result<Option<Finding>> {
    let path = PathBuf::from("docs/models.md");
    Ok(crate::catalogue::stale_text()?.map(|message| Finding { path, line: 1, message }))
}

/// The folders of the workspace's crates: those beside this one that hold a manifest.
fn crates() -> Result<Vec<PathBuf>> {
    let mut folders = Vec::new();
    for entry in std::fs::read_dir(root())? {
        let entry = entry?;
        if entry.path().join("Cargo.toml").exists() {
            folders.push(PathBuf::from(entry.file_name()));
        }
    }
    folders.sort();
    Ok(folders)
}

/// The files below a folder whose names end in an extension, sorted; build output and hidden folders left out.
fn files(folder: &Path, extension: &str) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(root().join(folder))? {
        let (entry, path) = entry.map(|entry| (entry.file_type(), folder.join(entry.file_name())))?;
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if entry?.is_dir() {
            if name != "target" && !name.starts_with('.') {
                found.extend(files(&path, extension)?);
            }
        } else if path.extension().is_some_and(|found| found == extension) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_house_is_tidy() {
        assert!(super::command().unwrap());
    }
}
