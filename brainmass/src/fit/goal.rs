//! What a fit aims at.

use std::fmt;

use brainmass_core::{Error, Result};

use crate::experiment::{Outcome, Section};
use crate::sweep;

/// The correlation of simulated and empirical FC.
const FC_CORRELATION: &str = "fc_correlation";

/// A number of a run that is to be made as large or as small as possible.
///
/// It is one that a sweep has a column for: `fc_correlation`, `fc_rmse`, `alpha_peak_eeg_hz`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Goal {
    name: String,
    is_maximized: bool,
}

impl Goal {
    /// Reads `maximize` or `minimize`; without either it is the correlation of FC.
    pub(super) fn read(section: &Section<'_>) -> Result<Self> {
        match (section.text("maximize")?, section.text("minimize")?) {
            (Some(_), Some(name)) => {
                Err(section.error("minimize", format!("has no place beside maximize, but is `{name}`")))
            }
            (None, Some(name)) => Ok(Self { name: name.to_owned(), is_maximized: false }),
            (name, None) => Ok(Self { name: name.unwrap_or(FC_CORRELATION).to_owned(), is_maximized: true }),
        }
    }

    /// The name of the number.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether it is to be large.
    pub fn is_maximized(&self) -> bool {
        self.is_maximized
    }

    /// Whether it is the score of one signal against FC.
    pub(super) fn is_score(&self) -> bool {
        matches!(self.name.as_str(), FC_CORRELATION | "fc_rmse" | "fcd_wasserstein")
    }

    /// What an optimizer makes small.
    pub(super) fn cost(&self, number: f64) -> f64 {
        if self.is_maximized { -number } else { number }
    }

    /// The number that goes with a cost.
    pub(crate) fn number_of(&self, cost: f64) -> f64 {
        self.cost(cost)
    }

    /// The number of a run.
    ///
    /// # Errors
    /// [`Error::Unknown`] if runs have no such number, [`Error::Setting`] if it is undefined in this one.
    pub(super) fn number(&self, outcome: &Outcome) -> Result<f64> {
        let numbers = sweep::numbers(outcome);
        let Some((_, number)) = numbers.iter().find(|(name, _)| *name == self.name) else {
            return Err(Error::unknown(
                "number of the experiment",
                &self.name,
                numbers.iter().map(|(name, _)| name),
            ));
        };
        number.ok_or_else(|| match &outcome.score {
            Some(Err(error)) => error.clone(),
            _ => Error::setting(&self.name, "is undefined in this run"),
        })
    }
}

impl fmt::Display for Goal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", if self.is_maximized { "maximize" } else { "minimize" }, self.name)
    }
}
