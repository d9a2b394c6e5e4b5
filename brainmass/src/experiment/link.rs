//! Links of maps: what keeps a sum of maps within bounds, or of one sign.

use brainmass_core::{Error, Result};
use brainmass_fit::Link;

use super::section::Section;

/// The links, by their names in files.
const NAMES: [&str; 3] = ["log", "logit", "softplus"];

/// The link of a map, and where its offset lies on the axis of the link.
///
/// The offset is the value where all maps are zero, in the unit of the key like the bounds.
pub(super) fn read(map: &Section<'_>, text: &str, offset: Option<f64>) -> Result<(Link, f64)> {
    let wrong = |problem: &str| map.error("link", problem);
    let offset =
        offset.ok_or_else(|| map.error("offset", "is missing: a link begins at the value it says"))?;
    let (name, range) = match text.split_once(':') {
        None => (text.trim(), None),
        Some((name, range)) => (name.trim(), Some(range)),
    };
    let bounds = range.map(|range| bounds(range).ok_or_else(|| wrong("its bounds are LOW..HIGH")));
    let link = match (name, bounds.transpose()?) {
        ("log", None) => Link::log(offset),
        ("log", Some(_)) => {
            return Err(wrong(
                "log has no bounds but keeps the sign of the offset; logit:LOW..HIGH has them",
            ));
        }
        ("logit", Some((low, high))) => Link::logit(low, high),
        ("softplus", Some((low, scale))) => Link::softplus(low, scale),
        ("logit" | "softplus", None) => {
            return Err(wrong(&format!("{name} needs bounds, as in {name}:0.1..15")));
        }
        _ => return Err(Error::unknown("link", name, NAMES)),
    };
    let placed = link.and_then(|link| Ok((link, link.sum(offset)?)));
    placed.map_err(|error| wrong(&error.to_string()))
}

/// `LOW..HIGH`.
pub(crate) fn bounds(text: &str) -> Option<(f64, f64)> {
    let (low, high) = text.split_once("..")?;
    Some((low.trim().parse().ok()?, high.trim().parse().ok()?))
}
