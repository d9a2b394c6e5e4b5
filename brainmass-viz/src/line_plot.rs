//! Curves and points in the plane: bifurcation diagrams, convergence, dependence on a parameter.

use brainmass_core::{Error, Result, check};

use crate::axis::{Axis, extent, padded};
use crate::palette;
use crate::panel::{Mark, Panel};
use crate::side::{Entry, Key, Side};
use crate::svg::Stroke;

/// Curves and dots over two linear or logarithmic axes.
///
/// A curve without name has the colour of the one before and no line in the legend: the unstable part of a branch,
/// the second of a pair. Units stand in the labels, `"input p (Hz)"`.
///
/// ```
/// use brainmass_viz::{Figure, LinePlot};
/// let theory: Vec<(f64, f64)> = (1..50).map(|k| 0.1 * f64::from(k)).map(|x| (x, x * x)).collect();
/// let plot = LinePlot::new("step (ms)", "error")
///     .logarithmic_x()
///     .logarithmic_y()
///     .dashed("order 2", theory)
///     .dots("measured", [(0.5, 0.26), (1.0, 1.02)]);
/// let svg = Figure::from(plot.panel()?).to_svg();
/// assert!(svg.contains(">step (ms)</text>") && svg.contains(">measured</text>"));
/// # Ok::<(), brainmass_core::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
#[doc(alias = "scatter")]
#[doc(alias = "bifurcation_diagram")]
pub struct LinePlot {
    title: String,
    labels: [String; 2],
    logarithmic: [bool; 2],
    curves: Vec<Curve>,
}

#[derive(Clone, Debug)]
struct Curve {
    name: String,
    kind: Kind,
    points: Vec<(f64, f64)>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Solid,
    Dashed,
    Dots,
}

impl LinePlot {
    /// An empty plot with labels of the horizontal and the vertical axis.
    pub fn new(x: impl Into<String>, y: impl Into<String>) -> Self {
        Self {
            title: String::new(),
            labels: [x.into(), y.into()],
            logarithmic: [false; 2],
            curves: Vec::new(),
        }
    }

    /// Sets the title.
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = title.into();
        self
    }

    /// Uses a logarithmic horizontal axis.
    pub fn logarithmic_x(mut self) -> Self {
        self.logarithmic[0] = true;
        self
    }

    /// Uses a logarithmic vertical axis.
    pub fn logarithmic_y(mut self) -> Self {
        self.logarithmic[1] = true;
        self
    }

    /// Adds a line through points, in their order.
    pub fn line(self, name: impl Into<String>, points: impl IntoIterator<Item = (f64, f64)>) -> Self {
        self.with(name.into(), Kind::Solid, points.into_iter().collect())
    }

    /// Adds a dashed line through points, in their order.
    pub fn dashed(self, name: impl Into<String>, points: impl IntoIterator<Item = (f64, f64)>) -> Self {
        self.with(name.into(), Kind::Dashed, points.into_iter().collect())
    }

    /// Adds a dot at each point.
    pub fn dots(self, name: impl Into<String>, points: impl IntoIterator<Item = (f64, f64)>) -> Self {
        self.with(name.into(), Kind::Dots, points.into_iter().collect())
    }

    fn with(mut self, name: String, kind: Kind, points: Vec<(f64, f64)>) -> Self {
        self.curves.push(Curve { name, kind, points });
        self
    }

    /// The finished panel.
    ///
    /// # Errors
    /// [`Error::Shape`] without points, [`Error::NotFinite`], [`Error::OutOfRange`] for numbers too large to draw or,
    /// on a logarithmic axis, not above zero.
    pub fn panel(&self) -> Result<Panel> {
        if self.curves.iter().all(|curve| curve.points.is_empty()) {
            return Err(Error::shape("line plot", "at least one point", "none"));
        }
        let x = self.axis(0, |point| point.0)?;
        let y = self.axis(1, |point| point.1)?;
        let (mut marks, mut entries) = (Vec::new(), Vec::new());
        let named = self.curves.iter().filter(|curve| !curve.name.is_empty()).count();
        let mut of_colour = 0;
        for curve in &self.curves {
            of_colour += usize::from(!curve.name.is_empty());
            let colour = palette::line(of_colour.saturating_sub(1), named.min(palette::LINES.len()));
            let stroke = Stroke { colour, width: 1.5, dashed: curve.kind == Kind::Dashed };
            if curve.kind == Kind::Dots {
                marks.extend(curve.points.iter().map(|at| Mark::Dot { at: *at, colour }));
            } else {
                marks.push(Mark::Curve { points: curve.points.clone(), stroke });
            }
            if !curve.name.is_empty() {
                let key = if curve.kind == Kind::Dots { Key::Dot(colour) } else { Key::Line(stroke) };
                entries.push(Entry { key, text: curve.name.clone() });
            }
        }
        let side = Side::Legend(entries);
        Ok(Panel { title: self.title.clone(), x, y, marks, side, size: (440.0, 300.0), stretches: true })
    }

    fn axis(&self, which: usize, coordinate: fn(&(f64, f64)) -> f64) -> Result<Axis> {
        let label = &self.labels[which];
        let values = || self.curves.iter().flat_map(|curve| curve.points.iter().map(coordinate));
        if let Some((index, value)) = values().enumerate().find(|(_, value)| !value.is_finite()) {
            let place = format!("point {index}");
            return Err(Error::NotFinite { what: format!("`{label}`"), place, value });
        }
        let (low, high) = extent(values());
        let what = format!("magnitude of `{label}`");
        check::between(&what, low.abs().max(high.abs()), 0.0, crate::LARGEST)?;
        if !self.logarithmic[which] {
            return Ok(Axis::linear(label.clone(), padded((low, high))));
        }
        check::between(&format!("`{label}` on a logarithmic axis"), low, f64::MIN_POSITIVE, crate::LARGEST)?;
        let air = (high / low).powf(0.04).max(1.1);
        Ok(Axis::logarithmic(label.clone(), (low / air, high * air)))
    }
}
