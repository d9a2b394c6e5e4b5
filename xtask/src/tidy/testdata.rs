//! Every file of reference vectors is described.

use std::path::Path;

use super::{Finding, Text, files};
use crate::Result;

const FOLDER: &str = "testdata/reference";

pub(super) fn check() -> Result<Vec<Finding>> {
    let manifest = Text::read(&Path::new(FOLDER).join("manifest.json"))?;
    let described = |path: &Path| {
        let name = path.strip_prefix(FOLDER).unwrap_or(path).to_string_lossy().replace('\\', "/");
        manifest.content.contains(&format!("\"{name}\": {{"))
    };
    let missing = files(Path::new(FOLDER), "npz")?.into_iter().filter(|path| !described(path));
    let message = || format!("not described in {}", manifest.path.display());
    Ok(missing.map(|path| Finding { path, line: 1, message: message() }).collect())
}
