//! `cargo xtask catalogue`: the page of models with a picture of each.
//!
//! The text is what the nodes say of themselves (`brainmass_nodes::catalogue`); pictures are simulations.

mod fields;
mod gating;
mod oscillators;
mod populations;
mod scene;

use std::path::PathBuf;

use brainmass_core::write_atomically;
use brainmass_nodes::catalogue::{Model, models};
use brainmass_viz::Figure;

use crate::{Result, root};

/// What a model is known for.
struct Picture {
    /// The model's name.
    model: &'static str,
    caption: &'static str,
    draw: fn() -> Result<Figure>,
}

const PICTURES: [&[Picture]; 4] =
    [populations::PICTURES, gating::PICTURES, oscillators::PICTURES, fields::PICTURES];

const HEAD: &str = "\
# Models

Written by `cargo xtask catalogue`: the text is the documentation of the nodes, the pictures are runs of our simulator.
Numbers stand in the unit of the key that files use; `brainmass models NAME` prints the same on a terminal. Indices of
weights read *to*, *from*. A range is what the model admits: values outside are an error before the run.

One model of other libraries is no node here. **Delayed Wilson–Cowan**: a node has no memory, so the four weights
within a region are zero in the node and stand in four connections within regions, each with its delay.
";

/// Writes the page and the pictures, or checks that they are as they would be written; whether all is well.
pub(crate) fn command(words: &[&str]) -> Result<bool> {
    match words {
        [] => write().map(|()| true),
        ["--check"] => Ok(stale_text()?.is_none() && stale_pictures()?),
        _ => Err("usage: cargo xtask catalogue [--check]".into()),
    }
}

fn write() -> Result<()> {
    std::fs::create_dir_all(folder())?;
    for picture in pictures() {
        let figure = (picture.draw)().map_err(|error| format!("picture of {}: {error}", picture.model))?;
        figure.save(path(picture.model))?;
    }
    let text = page()?;
    write_atomically(&page_path(), |file| std::io::Write::write_all(file, text.as_bytes()))?;
    println!("written to {}", page_path().display());
    Ok(())
}

/// What is wrong with the page, if anything is.
pub(crate) fn stale_text() -> Result<Option<String>> {
    let found = std::fs::read_to_string(page_path()).unwrap_or_default();
    let stale = found != page()?;
    Ok(stale.then(|| "not what the nodes say; run `cargo xtask catalogue`".to_owned()))
}

fn stale_pictures() -> Result<bool> {
    let mut fresh = true;
    for picture in pictures() {
        let found = std::fs::read_to_string(path(picture.model)).unwrap_or_default();
        if found != (picture.draw)()?.to_svg() {
            println!("{} is not what the simulator draws", path(picture.model).display());
            fresh = false;
        }
    }
    Ok(fresh)
}

fn pictures() -> impl Iterator<Item = &'static Picture> {
    PICTURES.into_iter().flatten()
}

fn folder() -> PathBuf {
    root().join("docs/pictures/models")
}

fn path(model: &str) -> PathBuf {
    folder().join(model).with_extension("svg")
}

pub(crate) fn page_path() -> PathBuf {
    root().join("docs/models.md")
}

fn page() -> Result<String> {
    let models = models();
    let row = |model: &Model| {
        format!("| [{}](#{}) | {} |\n", model.type_name, model.type_name.to_lowercase(), model.summary)
    };
    let table: String = models.iter().map(row).collect();
    let sections = models.iter().map(section).collect::<Result<Vec<_>>>()?;
    Ok(format!("{HEAD}\n| model | what it is |\n|---|---|\n{table}\n{}", sections.join("\n")))
}

fn section(model: &Model) -> Result<String> {
    let picture = pictures().find(|picture| picture.model == model.name);
    let Picture { caption, .. } = picture.ok_or_else(|| format!("{} has no picture", model.name))?;
    let figure = format!("![{caption}](pictures/models/{}.svg)\n\n*{caption}*", model.name);
    Ok(model.to_markdown(&figure))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_model_has_one_picture() {
        for model in models() {
            assert_eq!(pictures().filter(|picture| picture.model == model.name).count(), 1, "{}", model.name);
        }
        assert_eq!(pictures().count(), models().len());
    }
}
