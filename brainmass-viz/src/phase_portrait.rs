//! Phase portraits: one variable over another.

use brainmass_core::units::Dimension;
use brainmass_core::{Error, Result, TimeSeries, check};

use crate::axis::{Axis, extent, padded};
use crate::channels::{channel_entries, select};
use crate::display::DisplayUnit;
use crate::palette;
use crate::panel::{Mark, Panel};
use crate::reduce::apart;
use crate::side::{Entry, Key, Side};
use crate::svg::Stroke;

/// One variable over another, an orbit for each channel.
///
/// Each orbit starts at its dot. Samples closer than a thousandth of the picture to the one before are left
/// out.
///
/// ```
/// use brainmass_core::{units::{dimension::Dimensionless, ms}, TimeSeries};
/// use brainmass_viz::{Figure, PhasePortrait};
/// let wave = |phase: f64| {
///     let values = nalgebra::DMatrix::from_fn(1, 200, |_, k| (0.05 * k as f64 + phase).sin());
///     TimeSeries::<Dimensionless>::unnamed(values, ms(1.0), ms(0.0))
/// };
/// let (excitatory, inhibitory) = (wave(0.0)?, wave(-1.0)?);
/// let portrait = PhasePortrait::new(("r_E", &excitatory), ("r_I", &inhibitory));
/// assert!(Figure::from(portrait.panel()?).to_svg().contains(">r_E</text>"));
/// # Ok::<(), brainmass_core::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
#[doc(alias = "phase_plane")]
pub struct PhasePortrait<'a, X: Dimension, Y: Dimension> {
    x: (&'a str, &'a TimeSeries<X>),
    y: (&'a str, &'a TimeSeries<Y>),
    title: String,
    channels: Option<Vec<String>>,
}

impl<'a, X: Dimension, Y: Dimension> PhasePortrait<'a, X, Y> {
    /// A portrait of two variables, each with its name, in the same channels at the same times.
    pub fn new(x: (&'a str, &'a TimeSeries<X>), y: (&'a str, &'a TimeSeries<Y>)) -> Self {
        Self { x, y, title: String::new(), channels: None }
    }

    /// Sets the title.
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = title.into();
        self
    }

    /// Shows these channels only, in this order.
    pub fn channels<N: Into<String>>(mut self, names: impl IntoIterator<Item = N>) -> Self {
        self.channels = Some(names.into_iter().map(Into::into).collect());
        self
    }

    /// The finished panel.
    ///
    /// # Errors
    /// [`Error::Shape`] if the two series do not fit each other or are empty, [`Error::Unknown`] for a
    /// channel that does not exist, [`Error::OutOfRange`] for values too large to draw.
    pub fn panel(&self) -> Result<Panel> {
        let rows = self.rows()?;
        let (x_axis, x_unit) = axis(self.x, &rows)?;
        let (y_axis, y_unit) = axis(self.y, &rows)?;
        let size = ((x_axis.to - x_axis.from).abs(), (y_axis.to - y_axis.from).abs());
        let mut marks = Vec::new();
        for (index, &row) in rows.iter().enumerate() {
            let (x, y) = (self.x.1.values().row(row), self.y.1.values().row(row));
            let points: Vec<(f64, f64)> =
                x.iter().zip(y.iter()).map(|(x, y)| (x / x_unit.factor, y / y_unit.factor)).collect();
            let colour = palette::line(index, rows.len());
            let start = points[0];
            marks.push(Mark::Curve { points: apart(&points, size), stroke: Stroke::solid(colour, 1.2) });
            marks.push(Mark::Dot { at: start, colour });
        }
        let names: Vec<String> = rows.iter().map(|row| self.x.1.channels()[*row].clone()).collect();
        let mut entries = if names.len() > 1 { channel_entries(&names) } else { Vec::new() };
        entries.push(Entry { key: Key::Dot(palette::line(0, names.len())), text: "start".to_owned() });
        Ok(Panel {
            title: self.title.clone(),
            x: x_axis,
            y: y_axis,
            marks,
            side: Side::Legend(entries),
            size: (340.0, 340.0),
            stretches: false,
        })
    }

    fn rows(&self) -> Result<Vec<usize>> {
        let (x, y) = (self.x.1, self.y.1);
        if x.sampling() != y.sampling() || x.n_samples() != y.n_samples() || x.n_samples() == 0 {
            let expected = format!("samples of `{}` at the same times in the same channels", self.x.0);
            let found =
                format!("{} × {} and {} × {}", x.n_channels(), x.n_samples(), y.n_channels(), y.n_samples());
            return Err(Error::shape(format!("phase portrait, `{}`", self.y.0), expected, found));
        }
        select(x.channels(), self.channels.as_deref())
    }
}

fn axis<U: Dimension>((name, series): (&str, &TimeSeries<U>), rows: &[usize]) -> Result<(Axis, DisplayUnit)> {
    let (low, high) =
        extent(rows.iter().flat_map(|row| series.values().row(*row).iter().copied().collect::<Vec<_>>()));
    let magnitude = low.abs().max(high.abs());
    check::between(&format!("magnitude of `{name}`"), magnitude, 0.0, crate::LARGEST)?;
    let unit = DisplayUnit::of(series.unit(), magnitude);
    let range = padded((low / unit.factor, high / unit.factor));
    Ok((Axis::linear(unit.label(name), range), unit))
}
