//! Figures: panels in a grid, written as SVG or PNG.

use std::io::Write;
use std::path::Path;

use brainmass_core::{Error, Result, write_atomically};

use crate::panel::{Margins, Panel};
use crate::svg::{Anchor, Direction, Svg};
use crate::{font, raster};

/// One panel or several, side by side or in a grid.
///
/// Axes of one column stand flush, and so do those of one row. The same figure gives the same bytes.
///
/// ```
/// use brainmass_core::{units::{dimension::Volt, ms}, TimeSeries};
/// use brainmass_viz::{Figure, TimeSeriesPlot};
/// let eeg = TimeSeries::<Volt>::unnamed(nalgebra::dmatrix![1e-6, -2e-6, 3e-6], ms(1.0), ms(0.0))?;
/// let panel = TimeSeriesPlot::new(&eeg).quantity("potential").overlaid().panel()?;
/// let figure = Figure::from(panel);
/// assert!(figure.to_svg().contains(">potential (µV)</text>"));
/// assert_eq!(figure.to_png(1.0)?[1..4], *b"PNG");
/// # Ok::<(), brainmass_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Figure {
    panels: Vec<Panel>,
    columns: usize,
    title: String,
}

/// The pixels per unit of a saved PNG: sharp on a screen of high density and in print at column width.
const SAVED_SCALE: f64 = 2.0;
const TITLE: f64 = 16.0;
const TITLE_ROOM: f64 = 30.0;

impl From<Panel> for Figure {
    fn from(panel: Panel) -> Self {
        Self { panels: vec![panel], columns: 1, title: String::new() }
    }
}

impl Figure {
    /// Panels side by side.
    ///
    /// # Errors
    /// [`Error::Shape`] without panels.
    pub fn row(panels: Vec<Panel>) -> Result<Self> {
        Self::grid(panels.len().max(1), panels)
    }

    /// Panels in rows of so many columns, from left to right and from top to bottom.
    ///
    /// # Errors
    /// [`Error::Shape`] without panels or without columns.
    pub fn grid(columns: usize, panels: Vec<Panel>) -> Result<Self> {
        if columns == 0 || panels.is_empty() {
            let found = format!("{} panels in {columns} columns", panels.len());
            return Err(Error::shape("figure", "at least one panel in one column", found));
        }
        Ok(Self { columns: columns.min(panels.len()), panels, title: String::new() })
    }

    /// The figure with a title above all panels.
    #[must_use]
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = title.into();
        self
    }

    /// The figure as an SVG document.
    ///
    /// It has no XML declaration and no ids, so that any number of figures can stand in one HTML page.
    pub fn to_svg(&self) -> String {
        let grid = Grid::of(self);
        let title = if self.title.is_empty() { 0.0 } else { TITLE_ROOM };
        let width = grid.width().max(font::width(&self.title, TITLE) + 24.0).ceil();
        let shift = ((width - grid.width()) / 2.0).floor();
        let mut svg = Svg::new(width, grid.height() + title);
        let at = (width / 2.0, TITLE_ROOM - 6.0);
        svg.text(at, TITLE, Anchor::Middle, Direction::Right, &self.title);
        for (index, panel) in self.panels.iter().enumerate() {
            let (left, top) = grid.corner(index, self.columns);
            panel.draw(&mut svg, (left + shift, top + title), grid.size(index, self.columns, panel));
        }
        svg.finish()
    }

    /// The figure as a PNG, `scale` pixels for each unit of the SVG.
    ///
    /// Text is drawn in an embedded font with Latin, Greek and Cyrillic letters; letters of other scripts
    /// are left out. In an SVG they appear as the viewer's fonts allow.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] for a scale that is not positive or makes a side longer than 32000 pixels.
    pub fn to_png(&self, scale: f64) -> Result<Vec<u8>> {
        raster::render(&self.to_svg(), scale)
    }

    /// Writes the figure as the extension says: `.svg`, or `.png` at two pixels per unit.
    ///
    /// The file appears under its name only when it is complete.
    ///
    /// # Errors
    /// [`Error::Unknown`] for another extension, [`Error::Io`] if the file cannot be written.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        let path = path.as_ref();
        let extension = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
        let bytes = match extension.as_str() {
            "svg" => self.to_svg().into_bytes(),
            "png" => self.to_png(SAVED_SCALE)?,
            _ => return Err(Error::unknown("picture format", &extension, ["svg", "png"])),
        };
        write_atomically(path, |writer| writer.write_all(&bytes))
    }
}

/// Where columns and rows lie: left or upper margin, length, right or lower margin.
struct Grid {
    columns: Vec<[f64; 3]>,
    rows: Vec<[f64; 3]>,
}

impl Grid {
    fn of(figure: &Figure) -> Self {
        let n_rows = figure.panels.len().div_ceil(figure.columns);
        let mut grid = Self { columns: vec![[0.0; 3]; figure.columns], rows: vec![[0.0; 3]; n_rows] };
        let places = || figure.panels.iter().enumerate();
        for (index, panel) in places() {
            let (row, column) = (index / figure.columns, index % figure.columns);
            grid.columns[column][1] = grid.columns[column][1].max(panel.size.0);
            grid.rows[row][1] = grid.rows[row][1].max(panel.size.1);
        }
        for (index, panel) in places() {
            let (row, column) = (index / figure.columns, index % figure.columns);
            let Margins { left, right, top, bottom } = panel.margins(grid.size(index, figure.columns, panel));
            let widest = |room: &mut [f64; 3], before: f64, after: f64| {
                (room[0], room[2]) = (room[0].max(before), room[2].max(after));
            };
            widest(&mut grid.columns[column], left, right);
            widest(&mut grid.rows[row], top, bottom);
        }
        grid
    }

    /// The size between the axes of a panel: that of its row and column if it may grow.
    fn size(&self, index: usize, columns: usize, panel: &Panel) -> (f64, f64) {
        if panel.stretches {
            (self.columns[index % columns][1], self.rows[index / columns][1])
        } else {
            panel.size
        }
    }

    fn corner(&self, index: usize, columns: usize) -> (f64, f64) {
        let start =
            |rooms: &[[f64; 3]], place: usize| rooms[..place].iter().flatten().sum::<f64>() + rooms[place][0];
        (start(&self.columns, index % columns), start(&self.rows, index / columns))
    }

    fn width(&self) -> f64 {
        self.columns.iter().flatten().sum()
    }

    fn height(&self) -> f64 {
        self.rows.iter().flatten().sum()
    }
}
