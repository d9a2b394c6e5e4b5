//! `brainmass models`.

use brainmass::catalogue::{find, models};
use brainmass::core::{Error, Result};
use clap::Args;

#[derive(Args, Debug)]
pub(crate) struct Models {
    /// Everything about this model, by any of its names; without, a list of all.
    name: Option<String>,
}

impl Models {
    pub(crate) fn run(self) -> Result<()> {
        let all = models();
        let Some(name) = self.name else {
            let width = all.iter().map(|model| model.name.len()).max().unwrap_or(0);
            for model in &all {
                println!("{:width$}  {}", model.name, model.summary);
            }
            return Ok(());
        };
        let found = find(&name);
        let model =
            found.ok_or_else(|| Error::unknown("model", &name, all.iter().map(|model| model.name)))?;
        println!("{}", model.describe());
        Ok(())
    }
}
