//! Channels: which are drawn, and how a legend names them.

use brainmass_core::{Error, Result, check};

use crate::palette;
use crate::side::{Entry, Key};
use crate::svg::Stroke;

/// The rows of the channels that are to be drawn.
pub(crate) fn select(known: &[String], names: Option<&[String]>) -> Result<Vec<usize>> {
    match names {
        None => Ok((0..known.len()).collect()),
        Some([]) => Err(Error::shape("channels to draw", "at least one", "none")),
        Some(names) => names.iter().map(|name| check::position("channel", name, known)).collect(),
    }
}

/// The lines of a legend for channels: one for all of them if they are too many to tell apart.
pub(crate) fn channel_entries(names: &[String]) -> Vec<Entry> {
    let entry = |index: usize, text: String| {
        let stroke = Stroke::solid(palette::line(index, names.len()), 2.0);
        Entry { key: Key::Line(stroke), text }
    };
    if names.len() > palette::LINES.len() {
        return vec![entry(0, format!("{} channels", names.len()))];
    }
    names.iter().enumerate().map(|(index, name)| entry(index, name.clone())).collect()
}
