//! What stands to the right of a panel: a legend, a colour bar, a bar of known length.

use crate::axis::Axis;
use crate::font;
use crate::panel::tick_end;
use crate::svg::{Anchor, Direction, INK, Stroke, Svg};

#[derive(Clone, Debug)]
pub(crate) enum Side {
    Legend(Vec<Entry>),
    ColourBar(ColourBar),
    Length(LengthBar),
}

/// A line of a legend.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) key: Key,
    pub(crate) text: String,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Key {
    Line(Stroke),
    Patch(&'static str),
    Dot(&'static str),
}

/// The colours of a matrix with the numbers they stand for.
#[derive(Clone, Debug)]
pub(crate) struct ColourBar {
    pub(crate) axis: Axis,
    pub(crate) png: Vec<u8>,
    /// Colours of arrowheads at the lower and the upper end, where numbers lie beyond.
    pub(crate) beyond: [Option<String>; 2],
    /// A colour outside the scale, with its meaning.
    pub(crate) absent: Option<(String, String)>,
}

/// A vertical bar that says how much a height stands for.
#[derive(Clone, Debug)]
pub(crate) struct LengthBar {
    /// Its length, as a part of the panel's height.
    pub(crate) part: f64,
    pub(crate) label: String,
}

/// From the axes to what stands beside them.
const GAP: f64 = 14.0;
const ROW: f64 = 19.0;
const KEY: f64 = 22.0;
const BAR: f64 = 15.0;
const ARROW: f64 = 10.0;
const CENTRED: f64 = font::CAPITAL / 2.0;

impl Side {
    /// How much room it needs to the right of a panel of this height.
    pub(crate) fn width(&self, height: f64) -> f64 {
        match self {
            Self::Legend(entries) if entries.is_empty() => 0.0,
            Self::Legend(entries) => {
                let texts = entries.iter().map(|entry| entry.text.as_str());
                GAP + KEY + 6.0 + font::widest(texts, font::TICK)
            }
            Self::ColourBar(bar) => {
                let ticks = bar.axis.vertical_ticks_and_ends(bar.length(height)).width();
                let absent = bar.absent.as_ref().map_or(0.0, |(_, text)| font::width(text, font::TICK));
                GAP + BAR + 9.0 + ticks.max(absent) + 8.0 + font::LABEL
            }
            Self::Length(bar) => GAP + 8.0 + font::width(&bar.label, font::TICK),
        }
    }

    /// How far it reaches down from the top of a panel.
    pub(crate) fn height(&self) -> f64 {
        if let Self::Legend(entries) = self { entries.len() as f64 * ROW } else { 0.0 }
    }

    /// The length of the text that stands upright beside the middle of a panel.
    pub(crate) fn upright(&self) -> f64 {
        if let Self::ColourBar(bar) = self { font::width(&bar.axis.label, font::LABEL) } else { 0.0 }
    }

    /// Draws it beside a panel whose upper right corner is given.
    pub(crate) fn draw(&self, svg: &mut Svg, (x, top): (f64, f64), height: f64) {
        let left = x + GAP;
        match self {
            Self::Legend(entries) => {
                for (row, entry) in entries.iter().enumerate() {
                    entry.draw(svg, (left, top + (row as f64 + 0.5) * ROW));
                }
            }
            Self::ColourBar(bar) => bar.draw(svg, (left, top), height),
            Self::Length(bar) => {
                let (from, to) = (top + height * (1.0 - bar.part), top + height);
                svg.line((left, from), (left, to), Stroke::solid(INK, 2.0));
                let middle = (left + 8.0, f64::midpoint(from, to) + font::TICK * CENTRED);
                svg.text(middle, font::TICK, Anchor::Start, Direction::Right, &bar.label);
            }
        }
    }
}

impl Entry {
    fn draw(&self, svg: &mut Svg, (left, middle): (f64, f64)) {
        match self.key {
            Key::Line(stroke) => svg.line((left, middle), (left + KEY, middle), stroke),
            Key::Patch(fill) => svg.rectangle((left, middle - 6.0), (KEY, 12.0), fill),
            Key::Dot(fill) => svg.dot((left + KEY / 2.0, middle), 4.0, fill),
        }
        let at = (left + KEY + 6.0, middle + font::TICK * CENTRED);
        svg.text(at, font::TICK, Anchor::Start, Direction::Right, &self.text);
    }
}

impl ColourBar {
    /// Its height beside a panel, without arrowheads and what stands below it.
    fn length(&self, height: f64) -> f64 {
        let arrows = self.beyond.iter().flatten().count() as f64 * ARROW;
        let below = if self.absent.is_some() { ROW + BAR / 2.0 } else { 0.0 };
        height - arrows - below
    }

    fn draw(&self, svg: &mut Svg, (left, top): (f64, f64), height: f64) {
        let length = self.length(height);
        let right = left + BAR;
        let upper = if self.beyond[1].is_some() { top + ARROW } else { top };
        let lower = upper + length;
        for (colour, base, tip) in
            [(&self.beyond[0], lower, lower + ARROW), (&self.beyond[1], upper, upper - ARROW)]
        {
            if let Some(colour) = colour {
                svg.triangle([(left, base), (right, base), (left + BAR / 2.0, tip)], colour);
            }
        }
        svg.image((left, upper), (BAR, length), &self.png, false);
        svg.frame((left, upper), (BAR, length));
        let ticks = self.axis.vertical_ticks_and_ends(length);
        for tick in &ticks.ticks {
            let y = upper + (1.0 - self.axis.position(tick.at)) * length;
            svg.line((right, y), (right + tick_end(&tick.label), y), Stroke::solid(INK, 1.0));
            let at = (right + 9.0, y + font::TICK * CENTRED);
            svg.text(at, font::TICK, Anchor::Start, Direction::Right, &tick.label);
        }
        let mut widest = ticks.width();
        if let Some((fill, text)) = &self.absent {
            svg.rectangle((left, top + height - BAR), (BAR, BAR), fill);
            svg.frame((left, top + height - BAR), (BAR, BAR));
            let at = (right + 9.0, top + height - BAR / 2.0 + font::TICK * CENTRED);
            svg.text(at, font::TICK, Anchor::Start, Direction::Right, text);
            widest = widest.max(font::width(text, font::TICK));
        }
        let at = (right + 9.0 + widest + 8.0 + font::LABEL * font::CAPITAL, top + height / 2.0);
        svg.text(at, font::LABEL, Anchor::Middle, Direction::Up, &self.axis.label);
    }
}
