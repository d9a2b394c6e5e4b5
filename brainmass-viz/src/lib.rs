//! Pictures of signals and matrices as SVG and PNG, with units on their axes.
//!
//! | plot | shows |
//! |---|---|
//! | [`TimeSeriesPlot`] | channels over time, stacked as in an EEG or overlaid |
//! | [`SpectrumPlot`] | power spectral densities over frequency in Hz, with bands and markers |
//! | [`PhasePortrait`] | one variable over another |
//! | [`LinePlot`] | curves and dots over linear or logarithmic axes |
//! | [`Topography`] | what sensors record, on the head seen from above |
//! | [`HeatMap`] | weights, tract lengths, functional connectivity, any matrix, with a colour bar |
//!
//! A plot is built from data and options; its `panel()` checks everything and makes a [`Panel`]. A
//! [`Figure`] holds one panel or a grid of them and writes itself as SVG or PNG. No display, no network and
//! no font of the system is needed, and the same data give the same bytes.
//!
//! Axes choose a readable prefix (µV, fT, ms), ticks stand at round numbers, lines have the colours of
//! Okabe and Ito, which everybody can tell apart.

mod axis;
mod channels;
mod display;
mod figure;
mod font;
mod heat_map;
mod line_plot;
mod palette;
mod panel;
mod phase_portrait;
mod raster;
mod reduce;
mod side;
mod spectrum;
mod svg;
mod ticks;
mod time_series;
mod topography;

pub use figure::Figure;
pub use heat_map::HeatMap;
pub use line_plot::LinePlot;
pub use palette::ColourMap;
pub use panel::Panel;
pub use phase_portrait::PhasePortrait;
pub use spectrum::SpectrumPlot;
pub use time_series::TimeSeriesPlot;
pub use topography::Topography;

/// Numbers above this are not drawn: their differences would not be finite.
const LARGEST: f64 = 1e300;
