//! Power spectra over frequency in hertz.

use std::ops::Range;

use brainmass_core::units::{Hertz, Unit, dimension, show_value};
use brainmass_core::{Error, Result, check};
use nalgebra::DMatrix;

use crate::axis::{Axis, extent};
use crate::channels::channel_entries;
use crate::display::DisplayUnit;
use crate::palette;
use crate::panel::{MARKER, Mark, Panel};
use crate::reduce::extremes;
use crate::side::{Entry, Key, Side};
use crate::svg::{INK, Stroke};

/// Power spectral densities over frequency.
///
/// Densities have a logarithmic axis, frequency a linear one or, on request, a logarithmic one. Zero
/// frequency is left out. What lies more than 12 decades below the largest density is drawn there. Bands
/// and markers outside the shown frequencies are left out.
///
/// ```
/// use brainmass_core::units::{dimension::Volt, hz, Hertz, Unit};
/// use brainmass_viz::{Figure, SpectrumPlot};
/// let frequencies: Vec<f64> = (0..=100).map(|k| 0.5 * k as f64).collect();
/// let density = |f: f64| 1e-12 / (1.0 + f) + 4e-12 * (-(f - 10.0).powi(2)).exp();
/// let densities = nalgebra::DMatrix::from_fn(1, 101, |_, k| density(frequencies[k]));
/// let plot = SpectrumPlot::new(Hertz::new(&frequencies), &densities, Unit::of::<Volt>())
///     .between(hz(1.0), hz(45.0))
///     .band("alpha", hz(8.0), hz(13.0))
///     .marker("peak", hz(10.0));
/// let svg = Figure::from(plot.panel()?).to_svg();
/// assert!(svg.contains(">power spectral density (µV²/Hz)</text>"));
/// assert!(svg.contains(">alpha, 8–13 Hz</text>") && svg.contains(">peak, 10 Hz</text>"));
/// # Ok::<(), brainmass_core::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
#[doc(alias = "psd")]
#[doc(alias = "welch")]
pub struct SpectrumPlot<'a> {
    frequencies: &'a [f64],
    densities: &'a DMatrix<f64>,
    signal: Unit,
    channels: Vec<String>,
    title: String,
    range: Option<(f64, f64)>,
    log_frequency: bool,
    mean: bool,
    bands: Vec<(String, f64, f64)>,
    markers: Vec<(String, f64)>,
}

impl<'a> SpectrumPlot<'a> {
    /// A plot of channels × frequencies, in the square of the signal's coherent SI unit per hertz.
    pub fn new(frequencies: Hertz<&'a [f64]>, densities: &'a DMatrix<f64>, signal: Unit) -> Self {
        Self {
            frequencies: frequencies.value_unsafe,
            densities,
            signal,
            channels: (0..densities.nrows()).map(|index| index.to_string()).collect(),
            title: String::new(),
            range: None,
            log_frequency: false,
            mean: false,
            bands: Vec::new(),
            markers: Vec::new(),
        }
    }

    /// Sets the title.
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = title.into();
        self
    }

    /// Names the channels. Default: `0`, `1`, ….
    pub fn channels(mut self, names: &[String]) -> Self {
        self.channels = names.to_vec();
        self
    }

    /// Shows the frequencies between two only, both included.
    pub fn between(mut self, low: Hertz, high: Hertz) -> Self {
        self.range = Some((low.value_unsafe, high.value_unsafe));
        self
    }

    /// Uses a logarithmic frequency axis, on which 1/f noise is a straight line.
    #[doc(alias = "loglog")]
    pub fn log_frequency(mut self) -> Self {
        self.log_frequency = true;
        self
    }

    /// Draws the mean over channels on top of them.
    pub fn mean(mut self) -> Self {
        self.mean = true;
        self
    }

    /// Shades a band of frequencies.
    pub fn band(mut self, name: impl Into<String>, low: Hertz, high: Hertz) -> Self {
        self.bands.push((name.into(), low.value_unsafe, high.value_unsafe));
        self
    }

    /// Marks a frequency, such as that of a peak, with a dashed line.
    pub fn marker(mut self, name: impl Into<String>, frequency: Hertz) -> Self {
        self.markers.push((name.into(), frequency.value_unsafe));
        self
    }

    /// The finished panel.
    ///
    /// # Errors
    /// [`Error::Shape`] if densities, frequencies and names do not fit or fewer than two frequencies are to
    /// be shown, [`Error::NotFinite`], [`Error::OutOfRange`] for a negative density, for frequencies and
    /// bands that do not rise, or if all densities are zero.
    pub fn panel(&self) -> Result<Panel> {
        self.check()?;
        let shown = self.shown()?;
        let frequencies = &self.frequencies[shown.clone()];
        let (rows, unit) = self.rows(shown)?;
        let range = (frequencies[0], frequencies[frequencies.len() - 1]);
        let label = "frequency (Hz)";
        let x = if self.log_frequency { Axis::logarithmic(label, range) } else { Axis::linear(label, range) };
        let (low, high) = extent(rows.iter().flatten().copied());
        let air = (high / low).powf(0.05).max(1.1);
        let mut marks = self.background(range);
        for (index, row) in rows.iter().enumerate() {
            let kept = extremes(row, |index| x.position(frequencies[index]));
            let points = kept.into_iter().map(|index| (frequencies[index], row[index])).collect();
            marks.push(Mark::Curve { points, stroke: self.stroke(index) });
        }
        let y = Axis::logarithmic(unit.label("power spectral density"), (low / air, high * air));
        let side = self.legend(range);
        Ok(Panel { title: self.title.clone(), x, y, marks, side, size: (480.0, 320.0), stretches: true })
    }

    /// The densities of each channel, and their mean if it is asked for, in a readable unit.
    fn rows(&self, shown: Range<usize>) -> Result<(Vec<Vec<f64>>, DisplayUnit)> {
        let densities = self.densities.columns_range(shown);
        let mut rows: Vec<Vec<f64>> = densities.row_iter().map(|row| row.iter().copied().collect()).collect();
        let largest = extent(rows.iter().flatten().copied()).1;
        if !(f64::MIN_POSITIVE..crate::LARGEST).contains(&largest) {
            let requirement = "above zero and below 1e300";
            return Err(check::out_of_range("largest density", largest, self.unit(), requirement));
        }
        if self.mean {
            rows.push(mean(&rows));
        }
        let unit = DisplayUnit::density(self.signal, largest);
        for value in rows.iter_mut().flatten() {
            *value = value.max(largest * 1e-12) / unit.factor;
        }
        Ok((rows, unit))
    }

    fn check(&self) -> Result<()> {
        let (n_channels, n_frequencies) = self.densities.shape();
        let expected =
            format!("{} × {}, channels × frequencies", self.channels.len(), self.frequencies.len());
        if (n_channels, n_frequencies) != (self.channels.len(), self.frequencies.len()) || n_channels == 0 {
            let found = format!("{n_channels} × {n_frequencies}");
            return Err(Error::shape("spectral densities", expected, found));
        }
        check::finite("spectral densities", self.densities)?;
        if let Some(value) = self.densities.iter().find(|value| **value < 0.0) {
            return Err(check::out_of_range("spectral density", *value, self.unit(), "zero or more"));
        }
        let steps = self.frequencies.windows(2).map(|pair| (pair[0], pair[1]));
        let bands = self.bands.iter().map(|(_, low, high)| (*low, *high));
        let mut rising = steps.chain(bands).chain(self.range);
        match rising.find(|(low, high)| !(low.is_finite() && high.is_finite() && low < high)) {
            None => Ok(()),
            Some((low, high)) => {
                let requirement = format!("above {}", show_value(low, HERTZ));
                Err(check::out_of_range("frequency", high, HERTZ, &requirement))
            }
        }
    }

    /// Which frequencies are shown.
    fn shown(&self) -> Result<Range<usize>> {
        let (low, high) = self.range.unwrap_or((f64::MIN_POSITIVE, f64::MAX));
        let start = self.frequencies.partition_point(|frequency| *frequency < low.max(f64::MIN_POSITIVE));
        let end = self.frequencies.partition_point(|frequency| *frequency <= high);
        if start + 1 < end {
            return Ok(start..end);
        }
        let found = format!("{} of {}", end.saturating_sub(start), self.frequencies.len());
        Err(Error::shape("frequencies to draw", "at least two above 0 Hz", found))
    }

    fn unit(&self) -> Unit {
        self.signal * self.signal / HERTZ
    }

    /// Bands and markers as far as they lie in the shown range.
    fn background(&self, range: (f64, f64)) -> Vec<Mark> {
        let bands = self
            .bands_within(range)
            .map(|(_, low, high)| Mark::Band { from: low.max(range.0), to: high.min(range.1) });
        let markers = self.markers_within(range).map(|(_, at)| Mark::Vertical { at: *at });
        bands.chain(markers).collect()
    }

    fn bands_within(&self, (low, high): (f64, f64)) -> impl Iterator<Item = &(String, f64, f64)> {
        self.bands.iter().filter(move |(_, from, to)| *from < high && *to > low)
    }

    fn markers_within(&self, (low, high): (f64, f64)) -> impl Iterator<Item = &(String, f64)> {
        self.markers.iter().filter(move |(_, at)| (low..=high).contains(at))
    }

    /// The mean is drawn thick, above channels that step back.
    fn stroke(&self, index: usize) -> Stroke {
        match (self.mean, index == self.channels.len()) {
            (_, true) => MEAN,
            (true, false) => Stroke::solid(palette::MANY, 0.8),
            (false, false) => Stroke::solid(palette::line(index, self.channels.len()), 1.5),
        }
    }

    fn legend(&self, range: (f64, f64)) -> Side {
        let mut entries = Vec::new();
        if self.mean {
            let text = format!("{} channels", self.channels.len());
            entries.push(Entry { key: Key::Line(Stroke::solid(palette::MANY, 2.0)), text });
            entries.push(Entry { key: Key::Line(MEAN), text: "mean".to_owned() });
        } else if self.channels.len() > 1 {
            entries = channel_entries(&self.channels);
        }
        entries.extend(self.bands_within(range).map(|(name, low, high)| Entry {
            key: Key::Patch(palette::BAND),
            text: format!("{name}, {}–{} Hz", short(*low), short(*high)),
        }));
        entries.extend(
            self.markers_within(range).map(|(name, at)| Entry {
                key: Key::Line(MARKER),
                text: format!("{name}, {} Hz", short(*at)),
            }),
        );
        Side::Legend(entries)
    }
}

const HERTZ: Unit = Unit::of::<dimension::Hertz>();
const MEAN: Stroke = Stroke::solid(INK, 2.0);

/// A frequency with at most two decimals.
fn short(frequency: f64) -> f64 {
    (frequency * 100.0).round() / 100.0
}

fn mean(rows: &[Vec<f64>]) -> Vec<f64> {
    let column = |index: usize| rows.iter().map(|row| row[index]).sum::<f64>() / rows.len() as f64;
    (0..rows.first().map_or(0, Vec::len)).map(column).collect()
}
