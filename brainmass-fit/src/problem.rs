//! What is minimised.

use std::fmt::Debug;

use brainmass_core::{Error, Result};

/// A cost as a function of parameter values, with or without its gradient.
///
/// Candidates are tried in parallel, so a problem is shared between threads. It must give the same cost for the same
/// values, whatever was asked before: then a fit that is continued repeats no candidate and takes the same way.
pub trait Problem: Debug + Sync {
    /// The cost at some values, in the order of the fit's [`Space`](crate::Space): the smaller, the better.
    ///
    /// # Errors
    /// What goes wrong with this candidate, such as a run that diverges; the fit goes on with others.
    fn cost(&self, values: &[f64]) -> Result<f64>;

    /// The cost and its derivative by each value.
    ///
    /// # Errors
    /// As [`cost`](Self::cost); [`Error::Setting`] where there is no gradient.
    fn gradient(&self, values: &[f64]) -> Result<(f64, Vec<f64>)> {
        let _ = values;
        Err(Error::setting("gradient of a fit", "the problem has none; take an optimizer without gradients"))
    }

    /// Whether there is a gradient.
    fn has_gradient(&self) -> bool {
        false
    }

    /// What tells this problem from others in the journal of a fit: a journal of another description is refused.
    fn description(&self) -> String {
        format!("{self:?}")
    }
}
