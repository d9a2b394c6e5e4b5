//! Matrices as colours, with the numbers that the colours stand for.

use brainmass_core::units::{Unit, dimension};
use brainmass_core::{Connectome, Error, Result, check};
use nalgebra::DMatrix;

use crate::axis::{Axis, extent};
use crate::display::DisplayUnit;
use crate::palette::{ABSENT, ColourMap};
use crate::panel::{Mark, Panel};
use crate::raster;
use crate::side::{ColourBar, Side};

/// A matrix as a picture: row 0 on top, column 0 at the left, a colour bar beside it.
///
/// Labels are thinned where they would overlap. Numbers beyond the limits have the colour of the limit, and
/// the colour bar then ends in an arrowhead.
///
/// ```
/// use brainmass_viz::{Figure, HeatMap};
/// let fc = nalgebra::dmatrix![1.0, -0.25; -0.25, 1.0];
/// let labels = ["left".to_owned(), "right".to_owned()];
/// let svg = Figure::from(HeatMap::fc(&fc).labels(&labels).panel()?).to_svg();
/// for text in ["Pearson correlation", "−1.0", "1.0", "left"] {
///     assert!(svg.contains(&format!(">{text}</text>")));
/// }
/// # Ok::<(), brainmass_core::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct HeatMap<'a> {
    matrix: &'a DMatrix<f64>,
    title: String,
    quantity: String,
    unit: Unit,
    row_labels: Vec<String>,
    column_labels: Vec<String>,
    axes: (String, String),
    map: ColourMap,
    limits: Option<(f64, f64)>,
    logarithmic: bool,
}

impl<'a> HeatMap<'a> {
    /// A picture of a matrix of plain numbers in [`ColourMap::Viridis`], from its smallest to its largest
    /// entry.
    pub fn new(matrix: &'a DMatrix<f64>) -> Self {
        let numbers = |n: usize| (0..n).map(|index| index.to_string()).collect();
        Self {
            matrix,
            title: String::new(),
            quantity: "value".to_owned(),
            unit: Unit::DIMENSIONLESS,
            row_labels: numbers(matrix.nrows()),
            column_labels: numbers(matrix.ncols()),
            axes: ("row".to_owned(), "column".to_owned()),
            map: ColourMap::Viridis,
            limits: None,
            logarithmic: false,
        }
    }

    /// Functional connectivity: Pearson correlations from −1, blue, to 1, red.
    #[doc(alias = "functional_connectivity")]
    pub fn fc(matrix: &'a DMatrix<f64>) -> Self {
        Self::new(matrix)
            .quantity("Pearson correlation")
            .axes("region", "region")
            .map(ColourMap::BlueRed)
            .limits(-1.0, 1.0)
    }

    /// The weights of a connectome: from the region of a column to the region of a row.
    #[doc(alias = "structural_connectivity")]
    pub fn weights(connectome: &'a Connectome) -> Self {
        let axes = ("to region", "from region");
        Self::new(connectome.weights()).quantity("weight").axes(axes.0, axes.1).labels(connectome.labels())
    }

    /// The tract lengths of a connectome.
    pub fn tract_lengths(connectome: &'a Connectome) -> Self {
        let lengths = Self {
            unit: Unit::of::<dimension::Meter>(),
            ..Self::new(connectome.tract_lengths().value_unsafe)
        };
        lengths.quantity("tract length").axes("to region", "from region").labels(connectome.labels())
    }

    /// Sets the title.
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = title.into();
        self
    }

    /// Says what the colours stand for, beside the colour bar. A unit is added. Default: "value".
    pub fn quantity(mut self, quantity: impl Into<String>) -> Self {
        self.quantity = quantity.into();
        self
    }

    /// The coherent SI unit of the entries.
    pub fn unit(mut self, unit: Unit) -> Self {
        self.unit = unit;
        self
    }

    /// Names rows and columns alike.
    pub fn labels(self, names: &[String]) -> Self {
        self.row_labels(names).column_labels(names)
    }

    /// Names the rows.
    pub fn row_labels(mut self, names: &[String]) -> Self {
        self.row_labels = names.to_vec();
        self
    }

    /// Names the columns.
    pub fn column_labels(mut self, names: &[String]) -> Self {
        self.column_labels = names.to_vec();
        self
    }

    /// Says what rows and columns are. Default: "row", "column".
    pub fn axes(mut self, rows: impl Into<String>, columns: impl Into<String>) -> Self {
        self.axes = (rows.into(), columns.into());
        self
    }

    /// Chooses the colours.
    pub fn map(mut self, map: ColourMap) -> Self {
        self.map = map;
        self
    }

    /// Sets the numbers at the two ends of the colour bar, in coherent SI.
    ///
    /// Without them, colours run from the smallest to the largest entry, those of [`ColourMap::BlueRed`] from
    /// minus to plus the largest magnitude.
    #[doc(alias = "vmin")]
    #[doc(alias = "vmax")]
    pub fn limits(mut self, low: f64, high: f64) -> Self {
        self.limits = Some((low, high));
        self
    }

    /// Gives equal steps of colour to equal ratios. Entries of zero, which have no logarithm, become grey.
    pub fn logarithmic(mut self) -> Self {
        self.logarithmic = true;
        self
    }

    /// The finished panel.
    ///
    /// # Errors
    /// [`Error::Shape`] for an empty matrix or labels that do not fit, [`Error::NotFinite`],
    /// [`Error::OutOfRange`] for limits that do not rise, and for entries or limits without a logarithm.
    pub fn panel(&self) -> Result<Panel> {
        self.check()?;
        let (low, high) = self.range()?;
        let unit = DisplayUnit::of(self.unit, low.abs().max(high.abs()));
        let (label, range) = (unit.label(&self.quantity), (low / unit.factor, high / unit.factor));
        let axis =
            if self.logarithmic { Axis::logarithmic(label, range) } else { Axis::linear(label, range) };
        let (n_rows, n_columns) = self.matrix.shape();
        let png = raster::blocks(n_rows, n_columns, |row, column| match self.matrix[(row, column)] {
            0.0 if self.logarithmic => ABSENT,
            value => self.map.colour(axis.position(value / unit.factor)),
        })?;
        let size = (side_of(n_columns), side_of(n_rows));
        let blocks = size.0 >= n_columns as f64 && size.1 >= n_rows as f64;
        Ok(Panel {
            title: self.title.clone(),
            x: Axis::names(&self.axes.1, &self.column_labels),
            y: Axis::names(&self.axes.0, &self.row_labels).reversed(),
            marks: vec![Mark::Image { png, blocks }],
            side: Side::ColourBar(self.colour_bar(axis, low, high)?),
            size,
            stretches: false,
        })
    }

    fn check(&self) -> Result<()> {
        let (n_rows, n_columns) = self.matrix.shape();
        let labels = (self.row_labels.len(), self.column_labels.len());
        if labels != (n_rows, n_columns) || n_rows * n_columns == 0 {
            let expected = format!("{} × {} entries, one for each pair of labels", labels.0, labels.1);
            return Err(Error::shape("matrix to draw", expected, format!("{n_rows} × {n_columns}")));
        }
        check::finite("matrix to draw", self.matrix)
    }

    /// The numbers at the ends of the colour bar.
    fn range(&self) -> Result<(f64, f64)> {
        let entries = self.matrix.iter().copied().filter(|value| !self.logarithmic || *value != 0.0);
        let (low, high) = self.limits.unwrap_or_else(|| match (self.map, extent(entries)) {
            (ColourMap::BlueRed, (low, high)) if !self.logarithmic => {
                let largest = low.abs().max(high.abs());
                (-largest, largest)
            }
            (_, range) => range,
        });
        let fail = |value, requirement: &str| {
            Err(check::out_of_range("limit of the colours", value, self.unit, requirement))
        };
        let largest = low.abs().max(high.abs());
        if !(low + high).is_finite() || largest > crate::LARGEST {
            let odd = if low.abs() < crate::LARGEST { high } else { low };
            return fail(odd, "below 1e300 in magnitude; logarithmic colours need an entry above zero");
        }
        let lowest = extent(self.matrix.iter().copied()).0.min(low);
        if self.logarithmic && (lowest < 0.0 || low == 0.0) {
            return fail(lowest, "above zero for logarithmic colours, and no entry below zero");
        }
        if self.limits.is_some() && low >= high {
            return fail(high, &format!("above the lower limit {low}"));
        }
        // A constant matrix still needs a range of colours.
        let constant = high - low <= largest * 1e-9;
        Ok(match (constant, self.logarithmic) {
            (false, _) => (low, high),
            (true, true) => (low / 2.0, high * 2.0),
            (true, false) if largest > 0.0 => (low - largest / 2.0, high + largest / 2.0),
            (true, false) => (-1.0, 1.0),
        })
    }

    fn colour_bar(&self, axis: Axis, low: f64, high: f64) -> Result<ColourBar> {
        const STEPS: usize = 256;
        let map = self.map;
        let png = raster::blocks(STEPS, 1, |row, _| map.colour(1.0 - (row as f64 + 0.5) / STEPS as f64))?;
        let entries = || self.matrix.iter().filter(|value| !self.logarithmic || **value != 0.0);
        let end = |position| format!("#{:x}", map.colour(position));
        let beyond = [
            entries().any(|value| *value < low).then(|| end(0.0)),
            entries().any(|value| *value > high).then(|| end(1.0)),
        ];
        let zeros = self.logarithmic && self.matrix.iter().any(|value| *value == 0.0);
        let absent = zeros.then(|| (format!("#{ABSENT:x}"), "0".to_owned()));
        Ok(ColourBar { axis, png, beyond, absent })
    }
}

/// The length of a side with so many entries: about 400, a whole number for each entry.
fn side_of(entries: usize) -> f64 {
    let entries = entries as f64;
    (entries * (400.0 / entries).round().max(1.0)).min(800.0)
}
