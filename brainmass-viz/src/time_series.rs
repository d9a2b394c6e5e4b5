//! Time series: stacked as in an EEG, or overlaid.

use std::ops::Range;

use brainmass_core::units::{Dimension, Second, Unit, dimension, show};
use brainmass_core::{Error, Result, TimeSeries, check};

use crate::axis::{Axis, extent, padded};
use crate::channels::{channel_entries, select};
use crate::display::DisplayUnit;
use crate::palette;
use crate::panel::{Mark, Panel};
use crate::reduce::extremes;
use crate::side::{LengthBar, Side};
use crate::svg::Stroke;
use crate::ticks::round_up;

/// A time series over time.
///
/// Channels stand one above the other, as in an EEG: all to the same scale, each around the middle of its
/// range, with a bar that says how much a height stands for. Overlaid, they share an axis with quantity and
/// unit. The axis of time starts one period before the first sample, which stands for the interval that it
/// ends.
///
/// Long series are reduced to the smallest and the largest value of each of 800 parts of the time, which
/// draws the same picture: 300 000 samples take some 20 kB a channel.
///
/// ```
/// use brainmass_core::{units::{dimension::Volt, ms, s}, TimeSeries};
/// use brainmass_viz::{Figure, TimeSeriesPlot};
/// let values = nalgebra::DMatrix::from_fn(2, 1000, |i, k| 40e-6 * (0.06 * k as f64 + i as f64).sin());
/// let eeg = TimeSeries::<Volt>::unnamed(values, ms(1.0), ms(0.0))?;
/// let plot = TimeSeriesPlot::new(&eeg).title("EEG").channels(["1"]).window(s(0.2), s(0.7));
/// let svg = Figure::from(plot.panel()?).to_svg();
/// assert!(svg.contains(">50 µV</text>") && svg.contains(">time (ms)</text>"));
/// # Ok::<(), brainmass_core::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct TimeSeriesPlot<'a, U: Dimension> {
    series: &'a TimeSeries<U>,
    title: String,
    quantity: String,
    channels: Option<Vec<String>>,
    window: Option<(Second, Second)>,
    overlaid: bool,
    percent: bool,
}

impl<'a, U: Dimension> TimeSeriesPlot<'a, U> {
    /// A plot of all channels and samples.
    pub fn new(series: &'a TimeSeries<U>) -> Self {
        Self {
            series,
            title: String::new(),
            quantity: "amplitude".to_owned(),
            channels: None,
            window: None,
            overlaid: false,
            percent: false,
        }
    }

    /// Sets the title.
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = title.into();
        self
    }

    /// Says what is shown: "potential", "rate". The unit is added. Default: "amplitude".
    pub fn quantity(mut self, quantity: impl Into<String>) -> Self {
        self.quantity = quantity.into();
        self
    }

    /// Shows these channels only, in this order.
    pub fn channels<N: Into<String>>(mut self, names: impl IntoIterator<Item = N>) -> Self {
        self.channels = Some(names.into_iter().map(Into::into).collect());
        self
    }

    /// Shows the samples between two times only, both included.
    pub fn window(mut self, from: Second, to: Second) -> Self {
        self.window = Some((from, to));
        self
    }

    /// Draws all channels on one axis instead of one above the other.
    pub fn overlaid(mut self) -> Self {
        self.overlaid = true;
        self
    }

    /// Shows a plain number, such as a BOLD signal change, in per cent. Series with a unit keep it.
    pub fn percent(mut self) -> Self {
        self.percent = true;
        self
    }

    /// The finished panel.
    ///
    /// # Errors
    /// [`Error::Unknown`] for a channel that does not exist, [`Error::Shape`] if no channel is asked for or
    /// fewer than two samples lie in the window, [`Error::OutOfRange`] for values too large to draw.
    pub fn panel(&self) -> Result<Panel> {
        let rows = select(self.series.channels(), self.channels.as_deref())?;
        let samples = self.samples()?;
        let (x, time_factor) = self.time_axis(&samples);
        let traces: Vec<Trace> = rows.iter().map(|row| self.trace(*row, &samples, time_factor)).collect();
        let (low, high) = range_of(traces.iter().flatten());
        let magnitude = low.abs().max(high.abs());
        check::between("magnitude of a series to draw", magnitude, 0.0, crate::LARGEST)?;
        let names: Vec<String> = rows.iter().map(|row| self.series.channels()[*row].clone()).collect();
        Ok(if self.overlaid {
            self.overlay(traces, &names, x, magnitude)
        } else {
            self.stack(traces, &names, x)
        })
    }

    fn samples(&self) -> Result<Range<usize>> {
        let n_samples = self.series.n_samples();
        // A time within a millionth of a period counts as that of the sample.
        let air = self.series.period() * 1e-6;
        let (from, to) = self.window.unwrap_or((self.series.start(), self.series.end()));
        let count = |inside: &dyn Fn(Second) -> bool| {
            (0..n_samples).take_while(|&sample| inside(self.series.time(sample))).count()
        };
        let (start, end) = (count(&|time| time < from - air), count(&|time| time <= to + air));
        if start + 1 < end {
            return Ok(start..end);
        }
        let range = (show(self.series.start()), show(self.series.end()));
        let found = format!("{} of {n_samples} from {} to {}", end.saturating_sub(start), range.0, range.1);
        Err(Error::shape("samples to draw", "at least two", found))
    }

    /// The axis of time, and how many seconds its unit has.
    fn time_axis(&self, samples: &Range<usize>) -> (Axis, f64) {
        // The first sample stands for a whole period, so that a run from zero has its zero on the axis.
        let first = self.series.time(samples.start) - self.series.period();
        let from = self.window.map_or(first, |(from, _)| if from > first { from } else { first });
        let (from, to) = (from.value_unsafe, self.series.time(samples.end - 1).value_unsafe);
        let unit = DisplayUnit::of(Unit::of::<dimension::Second>(), from.abs().max(to.abs()));
        (Axis::linear(unit.label("time"), (from / unit.factor, to / unit.factor)), unit.factor)
    }

    /// Times in the unit of the axis and values of a channel, reduced to what a picture needs.
    fn trace(&self, row: usize, samples: &Range<usize>, time_factor: f64) -> Trace {
        let columns = self.series.values().row(row);
        let values: Vec<f64> = columns.columns(samples.start, samples.len()).iter().copied().collect();
        let time = |index: usize| self.series.time(samples.start + index).value_unsafe / time_factor;
        let kept = extremes(&values, |index| index as f64 / values.len() as f64);
        kept.into_iter().map(|index| (time(index), values[index])).collect()
    }

    fn unit(&self, magnitude: f64) -> DisplayUnit {
        let unit = self.series.unit();
        if self.percent && unit.is_dimensionless() {
            DisplayUnit::percent()
        } else {
            DisplayUnit::of(unit, magnitude)
        }
    }

    fn overlay(&self, mut traces: Vec<Trace>, names: &[String], x: Axis, magnitude: f64) -> Panel {
        let unit = self.unit(magnitude);
        for (_, value) in traces.iter_mut().flatten() {
            *value /= unit.factor;
        }
        let range = padded(range_of(traces.iter().flatten()));
        let entries = if names.len() > 1 { channel_entries(names) } else { Vec::new() };
        Panel {
            title: self.title.clone(),
            x,
            y: Axis::linear(unit.label(&self.quantity), range),
            marks: curves(traces, |index| Stroke::solid(palette::line(index, names.len()), 1.2)),
            side: Side::Legend(entries),
            size: (560.0, 300.0),
            stretches: true,
        }
    }

    fn stack(&self, mut traces: Vec<Trace>, names: &[String], x: Axis) -> Panel {
        let ranges: Vec<(f64, f64)> = traces.iter().map(range_of).collect();
        let widest = ranges.iter().map(|(low, high)| high - low).fold(0.0, f64::max);
        let spacing = if widest > f64::MIN_POSITIVE { widest * 1.05 } else { 1.0 };
        for (row, (trace, (low, high))) in traces.iter_mut().zip(&ranges).enumerate() {
            for (_, value) in trace {
                *value = row as f64 + 0.5 - (*value - f64::midpoint(*low, *high)) / spacing;
            }
        }
        let unit = self.unit(spacing);
        let length = round_up(spacing / unit.factor / 2.5);
        let count = names.len();
        let part = length * unit.factor / spacing / count as f64;
        let stroke = match count {
            ..=7 => |index: usize| Stroke::solid(palette::LINES[index], 1.2),
            _ => |_| Stroke::solid(palette::LINES[0], 0.8),
        };
        Panel {
            title: self.title.clone(),
            x,
            y: Axis::names("", names).reversed(),
            marks: curves(traces, stroke),
            side: Side::Length(LengthBar { part, label: unit.amount(length) }),
            size: (560.0, (80.0 + 32.0 * count as f64).clamp(120.0, 900.0)),
            stretches: true,
        }
    }
}

/// Times and values of a channel.
type Trace = Vec<(f64, f64)>;

fn range_of<'t>(points: impl IntoIterator<Item = &'t (f64, f64)>) -> (f64, f64) {
    extent(points.into_iter().map(|(_, value)| *value))
}

fn curves(traces: Vec<Trace>, stroke: impl Fn(usize) -> Stroke) -> Vec<Mark> {
    let curve = |(index, points)| Mark::Curve { points, stroke: stroke(index) };
    traces.into_iter().enumerate().map(curve).collect()
}
