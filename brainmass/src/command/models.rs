//! `brainmass models`.

use brainmass::catalogue::{Model, models};
use brainmass::core::{Error, Result};
use clap::Args;

#[derive(Args, Debug)]
pub(crate) struct Models {
    /// Only this model.
    name: Option<String>,
}

impl Models {
    pub(crate) fn run(self) -> Result<()> {
        let all = models();
        let is_shown = |model: &&Model| self.name.as_ref().is_none_or(|name| model.name == name);
        let texts: Vec<String> = all.iter().filter(is_shown).map(Model::describe).collect();
        if let (Some(name), true) = (&self.name, texts.is_empty()) {
            return Err(Error::unknown("model", name, all.iter().map(|model| model.name)));
        }
        println!("{}", texts.join("\n\n"));
        Ok(())
    }
}
