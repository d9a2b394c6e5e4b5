//! The embedded font, and how wide a text is in it.

use skrifa::instance::{LocationRef, Size};
use skrifa::{FontRef, MetadataProvider};

/// `DejaVu Sans` reduced to the letters and signs of labels; licence in `fonts/LICENSE`.
pub(crate) const BYTES: &[u8] = include_bytes!("../fonts/DejaVuSans-subset.ttf");

/// The families a viewer tries: Verdana has nearly the same widths.
pub(crate) const FAMILY: &str = "DejaVu Sans, Verdana, sans-serif";

/// The sizes of text in a figure.
pub(crate) const TICK: f64 = 12.0;
pub(crate) const LABEL: f64 = 13.0;
pub(crate) const TITLE: f64 = 14.0;

/// From the baseline to the top of a capital letter, as a part of the size.
pub(crate) const CAPITAL: f64 = 0.73;

/// The width of a text. A letter that the font lacks counts as wide as its size.
pub(crate) fn width(text: &str, size: f64) -> f64 {
    let Ok(font) = FontRef::new(BYTES) else { return size * text.chars().count() as f64 };
    let letters = font.charmap();
    let metrics = font.glyph_metrics(Size::new(1.0), LocationRef::default());
    let advance = |letter| letters.map(letter).and_then(|glyph| metrics.advance_width(glyph));
    text.chars().map(|letter| advance(letter).map_or(1.0, f64::from)).sum::<f64>() * size
}

/// The width of the widest of several texts.
pub(crate) fn widest<'a>(texts: impl IntoIterator<Item = &'a str>, size: f64) -> f64 {
    texts.into_iter().map(|text| width(text, size)).fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_are_those_of_the_font() {
        // DejaVu Sans has 2048 units per em; a digit is 1303 wide, a space 651.
        let expected = (3.0 * 1303.0 + 651.0) / 2048.0 * 12.0;
        assert!((width("12 3", 12.0) - expected).abs() < 1e-3); // skrifa computes in f32
        // Every sign that labels are made of is in the font.
        for sign in "µ²·−×⁻⁰¹²³⁴⁵⁶⁷⁸⁹√Δδθαβγσ∞…°".chars() {
            let font = FontRef::new(BYTES).unwrap();
            assert!(font.charmap().map(sign).is_some(), "{sign}");
        }
    }
}
