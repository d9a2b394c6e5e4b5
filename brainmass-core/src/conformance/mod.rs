//! Checks that an implementation keeps the contract of its trait.
//!
//! Each check is a plain function that names what it found; the macros make named tests of them:
//!
//! ```
//! # mod tests {
//! use brainmass_core::{conformance, node, units::{hz, Hertz, Number}};
//! node! {
//!     /// Exponential decay.
//!     pub struct Decay = "decay", "Exponential decay.";
//!     parameters {
//!         /// Rate.
//!         rate: Hertz = hz(10.0), hz(0.0) => hz(100.0);
//!     }
//!     state {
//!         /// What decays.
//!         x: Number = 1.0;
//!     }
//!     input {}
//!     output {}
//!     derivative { [-(rate * x)] }
//! }
//! # pub fn main() {
//! conformance::node(&Decay::default()).unwrap();
//! # }
//! # }
//! # tests::main();
//! ```

#[cfg(test)]
mod broken;
mod coupling;
mod gradient;
mod node;
mod objective;
mod observation;
mod pullback;
mod statistic;
mod vectorizes;

pub use coupling::coupling;
pub use gradient::gradient;
pub use node::node;
pub use objective::{distance, objective};
pub use observation::{linear, observation, rest};
pub use pullback::pullback;
pub use statistic::statistic;
pub use vectorizes::vectorizes;

use crate::random::Stream;

/// What a check found wrong: the rule and the numbers.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{subject} breaks the rule \"{rule}\": {found}")]
pub struct Broken {
    /// The implementation.
    pub subject: String,
    /// The rule.
    pub rule: &'static str,
    /// What was found instead.
    pub found: String,
}

/// The outcome of a check.
pub type Verdict = Result<(), Broken>;

/// Fails with the rule's name unless it holds.
fn rule(subject: &str, rule: &'static str, holds: bool, found: impl FnOnce() -> String) -> Verdict {
    if holds { Ok(()) } else { Err(Broken { subject: subject.to_owned(), rule, found: found() }) }
}

/// The k-th uniform number in [0, 1) of a check: the same in every run.
fn uniform(case: u32, k: u32) -> f64 {
    use rand::RngExt;
    Stream::new(0x636f_6e66, 0).generator(case, u64::from(k)).random()
}

/// Whether two numbers agree to a relative tolerance, with a floor of the same size around zero.
fn close(a: f64, b: f64, tolerance: f64, scale: f64) -> bool {
    (a - b).abs() <= tolerance * (a.abs().max(b.abs()) + scale)
}
