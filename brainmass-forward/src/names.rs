//! Names of channels, sources and points.

use std::sync::Arc;

use brainmass_core::{Error, Result};

/// The names `0`, `1`, …, for what has no better ones.
///
/// ```
/// assert_eq!(brainmass_forward::numbered(3).join(" "), "0 1 2");
/// ```
pub fn numbered(count: usize) -> Arc<[String]> {
    (0..count).map(|index| index.to_string()).collect()
}

/// Checks that names are those expected, in their order.
pub(crate) fn check_same(what: &str, expected: &[String], found: &[String]) -> Result<()> {
    check_count(what, expected.len(), found.len())?;
    match expected.iter().zip(found).position(|(mine, theirs)| mine != theirs) {
        None => Ok(()),
        Some(index) => {
            let expected = format!("`{}` at {index}", expected[index]);
            Err(Error::shape(what, expected, format!("`{}`", found[index])))
        }
    }
}

/// Checks that there are as many as expected.
pub(crate) fn check_count(what: &str, expected: usize, found: usize) -> Result<()> {
    if expected == found { Ok(()) } else { Err(Error::shape(what, expected.to_string(), found.to_string())) }
}
