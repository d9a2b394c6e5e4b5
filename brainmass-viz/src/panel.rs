//! A panel: axes, what is drawn between them, and what stands beside them.

use brainmass_core::{Result, check};

use crate::axis::{Axis, Scale, Ticks};
use crate::font;
use crate::palette;
use crate::side::Side;
use crate::svg::{Anchor, Direction, INK, Stroke, Svg};

/// One set of axes with its content, ready to be placed in a [`Figure`](crate::Figure).
///
/// The plots of this crate make panels.
///
/// ```
/// use brainmass_viz::{Figure, HeatMap};
/// let matrix = nalgebra::dmatrix![1.0, 2.0, 4.0];
/// let panel = HeatMap::new(&matrix).panel()?.sized(300.0, 100.0)?;
/// assert!(Figure::from(panel).to_svg().contains("width=\"300\" height=\"100\""));
/// # Ok::<(), brainmass_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Panel {
    pub(crate) title: String,
    pub(crate) x: Axis,
    pub(crate) y: Axis,
    pub(crate) marks: Vec<Mark>,
    pub(crate) side: Side,
    /// Width and height between the axes.
    pub(crate) size: (f64, f64),
    /// Whether the panel may grow with its neighbours.
    pub(crate) stretches: bool,
}

/// What is drawn between the axes, in their coordinates.
#[derive(Clone, Debug)]
pub(crate) enum Mark {
    Curve {
        points: Vec<(f64, f64)>,
        stroke: Stroke,
    },
    /// A shaded range of the horizontal axis.
    Band {
        from: f64,
        to: f64,
    },
    /// A dashed line at a value of the horizontal axis.
    Vertical {
        at: f64,
    },
    Dot {
        at: (f64, f64),
        colour: &'static str,
    },
    /// A sensor: a small dot.
    Speck {
        at: (f64, f64),
    },
    /// A picture that fills the panel.
    Image {
        png: Vec<u8>,
        blocks: bool,
    },
}

/// The stroke of [`Mark::Vertical`] and of its entry in a legend.
pub(crate) const MARKER: Stroke = Stroke { colour: INK, width: 1.0, dashed: true };

const TICK_LENGTH: f64 = 5.0;
/// From a tick to its label, and around a panel.
const GAP: f64 = 4.0;
const PADDING: f64 = 10.0;

/// The room that a panel needs around its axes.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Margins {
    pub(crate) left: f64,
    pub(crate) right: f64,
    pub(crate) top: f64,
    pub(crate) bottom: f64,
}

impl Panel {
    /// The same panel with another width and height between the axes, at scale 1 in pixels.
    ///
    /// # Errors
    /// [`Error::OutOfRange`](brainmass_core::Error::OutOfRange) for a side below 50 or above 8000.
    pub fn sized(mut self, width: f64, height: f64) -> Result<Self> {
        check::between("width of a panel", width, 50.0, 8000.0)?;
        check::between("height of a panel", height, 50.0, 8000.0)?;
        self.size = (width.round(), height.round());
        Ok(self)
    }

    pub(crate) fn margins(&self, (width, height): (f64, f64)) -> Margins {
        let (x, y) = (self.x.horizontal_ticks(width), self.y.vertical_ticks(height));
        let row = |label: &str| if label.is_empty() { 0.0 } else { font::LABEL + 2.0 * GAP };
        let title = if self.title.is_empty() { 0.0 } else { font::TITLE + 2.0 * GAP };
        // What is centred on the axes may be longer than they are.
        let text = font::width(&self.title, font::TITLE).max(font::width(&self.x.label, font::LABEL));
        let upright = font::width(&self.y.label, font::LABEL).max(self.side.upright());
        let (wide, high) = (text - width, upright - height);
        let ticks = TICK_LENGTH + GAP;
        let room = |needed: f64, overhang: f64| (needed.max(overhang / 2.0) + PADDING).ceil();
        Margins {
            left: room((ticks + y.width() + row(&self.y.label)).max(overhang(&x)), wide),
            right: room(self.side.width(height).max(overhang(&x)), wide),
            top: room(title.max(font::TICK / 2.0), high),
            bottom: room(
                (ticks + label_height(&x) + row(&self.x.label)).max(self.side.height() - height),
                high,
            ),
        }
    }

    /// Draws the panel with the upper left corner of its axes at a place.
    pub(crate) fn draw(&self, svg: &mut Svg, corner: (f64, f64), size: (f64, f64)) {
        let place = |(x, y): (f64, f64)| {
            (corner.0 + self.x.position(x) * size.0, corner.1 + (1.0 - self.y.position(y)) * size.1)
        };
        for mark in &self.marks {
            mark.draw(svg, &place, corner, size);
        }
        if self.x.scale != Scale::Hidden {
            svg.frame(corner, size);
        }
        self.draw_horizontal_axis(svg, corner, size);
        self.draw_vertical_axis(svg, corner, size);
        let middle = corner.0 + size.0 / 2.0;
        let above = corner.1 - 2.0 * GAP;
        svg.text((middle, above), font::TITLE, Anchor::Middle, Direction::Right, &self.title);
        self.side.draw(svg, (corner.0 + size.0, corner.1), size.1);
    }

    fn draw_horizontal_axis(&self, svg: &mut Svg, corner: (f64, f64), size: (f64, f64)) {
        let ticks = self.x.horizontal_ticks(size.0);
        let bottom = corner.1 + size.1;
        for tick in &ticks.ticks {
            let at = corner.0 + self.x.position(tick.at) * size.0;
            let end = tick_end(&tick.label);
            svg.line((at, bottom), (at, bottom + end), Stroke::solid(INK, 1.0));
            let below = bottom + TICK_LENGTH + GAP;
            if ticks.upright {
                let at = (at + font::TICK * font::CAPITAL / 2.0, below);
                svg.text(at, font::TICK, Anchor::End, Direction::Up, &tick.label);
            } else {
                let at = (at, below + font::TICK * font::CAPITAL);
                svg.text(at, font::TICK, Anchor::Middle, Direction::Right, &tick.label);
            }
        }
        let middle = corner.0 + size.0 / 2.0;
        let below = bottom + TICK_LENGTH + GAP + label_height(&ticks) + GAP + font::LABEL;
        svg.text((middle, below), font::LABEL, Anchor::Middle, Direction::Right, &self.x.label);
    }

    fn draw_vertical_axis(&self, svg: &mut Svg, corner: (f64, f64), size: (f64, f64)) {
        let ticks = self.y.vertical_ticks(size.1);
        let left = corner.0;
        for tick in &ticks.ticks {
            let at = corner.1 + (1.0 - self.y.position(tick.at)) * size.1;
            svg.line((left - tick_end(&tick.label), at), (left, at), Stroke::solid(INK, 1.0));
            let at = (left - TICK_LENGTH - GAP, at + font::TICK * font::CAPITAL / 2.0);
            svg.text(at, font::TICK, Anchor::End, Direction::Right, &tick.label);
        }
        let at = (left - TICK_LENGTH - GAP - ticks.width() - 2.0 * GAP, corner.1 + size.1 / 2.0);
        svg.text(at, font::LABEL, Anchor::Middle, Direction::Up, &self.y.label);
    }
}

impl Mark {
    fn draw(
        &self,
        svg: &mut Svg,
        place: &impl Fn((f64, f64)) -> (f64, f64),
        corner: (f64, f64),
        size: (f64, f64),
    ) {
        match self {
            Self::Curve { points, stroke } => svg.curve(points.iter().map(|point| place(*point)), *stroke),
            Self::Band { from, to } => {
                let (left, right) = (place((*from, 0.0)).0, place((*to, 0.0)).0);
                svg.rectangle((left, corner.1), (right - left, size.1), palette::BAND);
            }
            Self::Vertical { at } => {
                let x = place((*at, 0.0)).0;
                svg.line((x, corner.1), (x, corner.1 + size.1), MARKER);
            }
            Self::Dot { at, colour } => svg.dot(place(*at), 4.0, colour),
            Self::Speck { at } => svg.dot(place(*at), 2.2, INK),
            Self::Image { png, blocks } => svg.image(corner, size, png, *blocks),
        }
    }
}

/// How long a tick is: minor ones have no label and are shorter.
pub(crate) fn tick_end(label: &str) -> f64 {
    if label.is_empty() { TICK_LENGTH / 2.0 } else { TICK_LENGTH }
}

/// How far the labels of a horizontal axis reach below their ticks.
fn label_height(ticks: &Ticks) -> f64 {
    if ticks.upright { ticks.width() } else { font::TICK }
}

/// How far the labels of a horizontal axis may reach beyond its ends.
fn overhang(ticks: &Ticks) -> f64 {
    if ticks.upright { font::TICK / 2.0 } else { ticks.width() / 2.0 }
}
