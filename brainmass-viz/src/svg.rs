//! A small SVG writer: the few shapes that figures are made of.
//!
//! No element has an id, so any number of pictures can stand in one HTML page.

use std::fmt::{self, Write};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use crate::font;

/// The colour of axes and text.
pub(crate) const INK: &str = "#222222";

/// How a line is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Stroke {
    pub(crate) colour: &'static str,
    pub(crate) width: f64,
    pub(crate) dashed: bool,
}

impl Stroke {
    pub(crate) const fn solid(colour: &'static str, width: f64) -> Self {
        Self { colour, width, dashed: false }
    }
}

impl fmt::Display for Stroke {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, r#"stroke="{}" stroke-width="{}""#, self.colour, Short(self.width))?;
        if self.dashed { f.write_str(r#" stroke-dasharray="5 3""#) } else { Ok(()) }
    }
}

/// Which part of a text its position is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Anchor {
    Start,
    Middle,
    End,
}

/// Whether a text runs to the right or upwards.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Direction {
    Right,
    Up,
}

/// A document in the making.
#[derive(Debug)]
pub(crate) struct Svg {
    text: String,
}

impl Svg {
    /// A white page.
    pub(crate) fn new(width: f64, height: f64) -> Self {
        let (width, height) = (Short(width), Short(height));
        let mut svg = Self { text: String::new() };
        svg.push(&format_args!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" font-family="{}" fill="{INK}">"#,
            font::FAMILY
        ));
        svg.push(&format_args!(r##"<rect width="{width}" height="{height}" fill="#ffffff"/>"##));
        svg
    }

    pub(crate) fn finish(mut self) -> String {
        self.text.push_str("</svg>\n");
        self.text
    }

    fn push(&mut self, element: &fmt::Arguments<'_>) {
        // Writing to a string cannot fail.
        let _ = writeln!(self.text, "{element}");
    }

    /// A straight line without smoothed edges: axes and ticks.
    pub(crate) fn line(&mut self, from: (f64, f64), to: (f64, f64), stroke: Stroke) {
        let [x1, y1, x2, y2] = [from.0, from.1, to.0, to.1].map(Short);
        self.push(&format_args!(
            r#"<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" {stroke} shape-rendering="crispEdges"/>"#
        ));
    }

    /// A curve through points.
    pub(crate) fn curve(&mut self, points: impl IntoIterator<Item = (f64, f64)>, stroke: Stroke) {
        let mut path = String::new();
        for (x, y) in points {
            let command = if path.is_empty() { 'M' } else { ' ' };
            // Writing to a string cannot fail.
            let _ = write!(path, "{command}{} {}", Short(x), Short(y));
        }
        self.push(&format_args!(r#"<path d="{path}" fill="none" {stroke} stroke-linejoin="round"/>"#));
    }

    pub(crate) fn rectangle(&mut self, corner: (f64, f64), size: (f64, f64), fill: &str) {
        let [x, y, width, height] = [corner.0, corner.1, size.0, size.1].map(Short);
        self.push(&format_args!(
            r#"<rect x="{x}" y="{y}" width="{width}" height="{height}" fill="{fill}" shape-rendering="crispEdges"/>"#
        ));
    }

    pub(crate) fn triangle(&mut self, corners: [(f64, f64); 3], fill: &str) {
        let [a, b, c] = corners.map(|(x, y)| format!("{} {}", Short(x), Short(y)));
        self.push(&format_args!(r#"<path d="M{a} {b} {c}z" fill="{fill}"/>"#));
    }

    pub(crate) fn dot(&mut self, centre: (f64, f64), radius: f64, fill: &str) {
        let [x, y, r] = [centre.0, centre.1, radius].map(Short);
        self.push(&format_args!(
            r##"<circle cx="{x}" cy="{y}" r="{r}" fill="{fill}" stroke="#ffffff" stroke-width="1"/>"##
        ));
    }

    /// A frame without filling.
    pub(crate) fn frame(&mut self, corner: (f64, f64), size: (f64, f64)) {
        let (left, top) = corner;
        let (right, bottom) = (left + size.0, top + size.1);
        let stroke = Stroke::solid(INK, 1.0);
        for (from, to) in [
            ((left, top), (right, top)),
            ((left, bottom), (right, bottom)),
            ((left, top), (left, bottom)),
            ((right, top), (right, bottom)),
        ] {
            self.line(from, to, stroke);
        }
    }

    /// A PNG stretched over a rectangle. `blocks` keeps its pixels as sharp rectangles.
    pub(crate) fn image(&mut self, corner: (f64, f64), size: (f64, f64), png: &[u8], blocks: bool) {
        let [x, y, width, height] = [corner.0, corner.1, size.0, size.1].map(Short);
        let style = if blocks { r#" style="image-rendering:pixelated""# } else { "" };
        let data = BASE64_STANDARD.encode(png);
        self.push(&format_args!(
            r#"<image x="{x}" y="{y}" width="{width}" height="{height}" preserveAspectRatio="none"{style} href="data:image/png;base64,{data}"/>"#
        ));
    }

    /// A line of text; `at` lies on its baseline.
    pub(crate) fn text(
        &mut self,
        at: (f64, f64),
        size: f64,
        anchor: Anchor,
        direction: Direction,
        text: &str,
    ) {
        if text.is_empty() {
            return;
        }
        let (x, y, text) = (Short(at.0), Short(at.1), Escaped(text));
        let place = match direction {
            Direction::Right => format!(r#"x="{x}" y="{y}""#),
            Direction::Up => format!(r#"transform="translate({x} {y}) rotate(-90)""#),
        };
        let anchor = match anchor {
            Anchor::Start => "",
            Anchor::Middle => r#" text-anchor="middle""#,
            Anchor::End => r#" text-anchor="end""#,
        };
        self.push(&format_args!(r#"<text {place} font-size="{}"{anchor}>{text}</text>"#, Short(size)));
    }
}

/// A coordinate with at most two decimals.
struct Short(f64);

impl fmt::Display for Short {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = format!("{:.2}", self.0);
        let text = text.trim_end_matches('0').trim_end_matches('.');
        f.write_str(if text == "-0" { "0" } else { text })
    }
}

/// Text that XML can hold: markup escaped, characters that XML forbids replaced.
struct Escaped<'a>(&'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for letter in self.0.chars() {
            match letter {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '\u{fffe}' | '\u{ffff}' => f.write_str("\u{fffd}")?,
                _ if letter.is_control() => f.write_str("\u{fffd}")?,
                _ => write!(f, "{letter}")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coordinates_are_short() {
        let shown = [1.0, 0.125, -0.001, 1e4, 33.3333].map(|value| Short(value).to_string());
        assert_eq!(shown, ["1", "0.12", "0", "10000", "33.33"]);
    }

    #[test]
    fn text_cannot_break_out() {
        assert_eq!(Escaped("<a> & \u{0}").to_string(), "&lt;a&gt; &amp; \u{fffd}");
    }
}
