//! Plug-ins that are broken on purpose: the kit must name the rule each of them breaks.

mod couplings;
mod nodes;
mod objectives;
mod observations;

use super::Verdict;

/// The rule that was found broken.
fn broken(verdict: Verdict) -> &'static str {
    verdict.unwrap_err().rule
}
