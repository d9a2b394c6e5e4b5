//! Colours that everybody can tell apart.

use colorous::{Color, Gradient};

/// The colours of lines: those of Okabe and Ito without their yellow, which is faint on white.
///
/// M. Okabe, K. Ito (2008), "Color universal design"; <https://jfly.uni-koeln.de/color/>.
pub(crate) const LINES: [&str; 7] =
    ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000"];

/// The colour of lines that are many.
pub(crate) const MANY: &str = "#8fa9bf";

/// The colour of a shaded band.
pub(crate) const BAND: &str = "#e6eef5";

/// Entries of a matrix that a logarithmic colour scale cannot show.
pub(crate) const ABSENT: Color = Color { r: 221, g: 221, b: 221 };

/// The colour of one of `count` lines; beyond seven they all look alike.
pub(crate) fn line(index: usize, count: usize) -> &'static str {
    if count > LINES.len() { MANY } else { LINES[index % LINES.len()] }
}

/// A map from numbers to colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[doc(alias = "colormap")]
pub enum ColourMap {
    /// From dark blue through green to yellow, perceptually uniform: for weights, lengths, rates.
    ///
    /// S. van der Walt, N. Smith (2015), matplotlib (CC0).
    Viridis,
    /// From blue through white to red: for numbers with a meaningful zero, such as correlations.
    ///
    /// C. Brewer, <https://colorbrewer2.org> (Apache-2.0), there `RdBu` and from red to blue.
    BlueRed,
}

impl ColourMap {
    /// The colour at a position between 0 and 1.
    pub(crate) fn colour(self, position: f64) -> Color {
        let gradient: Gradient = match self {
            Self::Viridis => colorous::VIRIDIS,
            Self::BlueRed => colorous::RED_BLUE,
        };
        let position = position.clamp(0.0, 1.0);
        gradient.eval_continuous(if self == Self::BlueRed { 1.0 - position } else { position })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_and_middles_are_the_published_ones() {
        let near = |map: ColourMap, position, published: [u8; 3]| {
            let Color { r, g, b } = map.colour(position);
            // One level for rounding between the entries of the published table.
            let differences = [r, g, b].into_iter().zip(published).map(|(a, b)| a.abs_diff(b));
            assert!(differences.max() <= Some(1), "{position}: {r} {g} {b}");
        };
        near(ColourMap::Viridis, 0.0, [0x44, 0x01, 0x54]);
        near(ColourMap::Viridis, 0.5, [0x21, 0x91, 0x8c]);
        near(ColourMap::Viridis, 1.0, [0xfd, 0xe7, 0x25]);
        near(ColourMap::BlueRed, 0.0, [0x05, 0x30, 0x61]);
        near(ColourMap::BlueRed, 1.0, [0x67, 0x00, 0x1f]);
        // Outside the limits the ends go on.
        near(ColourMap::Viridis, 7.0, [0xfd, 0xe7, 0x25]);
    }
}
