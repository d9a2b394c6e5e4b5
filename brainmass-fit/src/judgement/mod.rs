//! What a fit is worth.

mod identifiability;
mod profile;
mod recovery;
mod split;

pub use identifiability::Identifiability;
pub use profile::{ProfilePoint, profile};
pub use recovery::{Recovered, recover};
pub use split::{split_series, split_subjects};
