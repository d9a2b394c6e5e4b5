//! Dynamics of functional connectivity: how alike it is from one window of time to another.

use brainmass_core::units::{Dimension, Second};
use brainmass_core::{Error, Result, TimeSeries, check};
use nalgebra::DMatrix;

use crate::Distribution;
use crate::compare::upper_triangle;
use crate::correlation::{pull_back, standardize};
use crate::fc::Standardized;
use crate::product::gram;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Extent {
    Time { window: Second, step: Second },
    Samples { window: usize, step: usize },
}

/// Windows that slide over a series, and what of their functional connectivity is compared.
///
/// ```text
/// v_a = FC_ij of window a over i < j
/// FCD_ab = Pearson correlation of v_a and v_b
/// ```
///
/// Window a takes the samples from a · step on; windows that the series does not fill are left out. Neither
/// window nor step has a default.
///
/// The `fcd` files that come with `cuBNM` call this `window-30_step-5`: its windows hold 30 samples around a
/// centre and the centre, so 31, and `exc-inter` keeps the pairs within a hemisphere alone. Here it is
/// `SlidingWindow::in_samples(31, 5)`, with [`within`](Self::within) for the latter.
///
/// ```
/// use brainmass_core::{units::{dimension::Volt, s}, TimeSeries};
/// use brainmass_objectives::SlidingWindow;
/// use nalgebra::dmatrix;
/// // Three channels; in the second half the third follows the first instead of the second.
/// let values = dmatrix![
///     1.0, -1.0, 1.0, -1.0, 1.0, -1.0, 1.0, -1.0;
///     1.0, 1.0, -1.0, -1.0, 1.0, 1.0, -1.0, -1.0;
///     1.0, 1.0, -1.0, -1.0, 1.0, -1.0, 1.0, -1.0];
/// let series = TimeSeries::<Volt>::unnamed(values, s(2.0), s(2.0)).unwrap();
/// let fcd = SlidingWindow::new(s(8.0), s(8.0)).fcd(&series).unwrap();
/// // FC above the diagonal is (0, 0, 1), then (0, 1, 0).
/// approx::assert_relative_eq!(fcd.matrix()[(0, 1)], -0.5, max_relative = 1e-14);
/// assert_eq!(fcd.centres(), [s(5.0), s(13.0)]);
/// ```
///
/// # References
/// Hansen, Battaglia, Spiegler, Deco & Jirsa (2015), Neuroimage 105:525,
/// doi:10.1016/j.neuroimage.2014.11.001. `cuBNM` 0.1, documentation of `calculate_fcd`.
#[derive(Clone, Debug, PartialEq)]
#[doc(alias = "functional connectivity dynamics")]
#[doc(alias = "dFC")]
pub struct SlidingWindow {
    extent: Extent,
    groups: Option<Vec<usize>>,
}

impl SlidingWindow {
    /// Windows of this length, one every step; both whole numbers of samples.
    #[doc(alias = "sw")]
    #[doc(alias = "sp")]
    pub fn new(window: Second, step: Second) -> Self {
        Self { extent: Extent::Time { window, step }, groups: None }
    }

    /// Windows of this many samples, one every so many samples.
    pub fn in_samples(window: usize, step: usize) -> Self {
        Self { extent: Extent::Samples { window, step }, groups: None }
    }

    /// The same for pairs of regions of one group alone, such as a hemisphere: a number for each region.
    #[must_use]
    #[doc(alias = "exc_interhemispheric")]
    pub fn within(self, groups: Vec<usize>) -> Self {
        Self { groups: Some(groups), ..self }
    }

    /// The dynamics of functional connectivity of a series.
    ///
    /// # Errors
    /// [`Error::NotMultiple`] for a window or step that is no whole number of samples; [`Error::Shape`] for a
    /// window of less than two samples, a step of none, a series of less than two windows, less than three
    /// pairs of regions, or groups that are not as many as the channels; [`Error::Constant`] for a channel
    /// that does not move in some window, and for a window whose functional connectivity is the same for all
    /// pairs.
    pub fn fcd<U: Dimension>(&self, series: &TimeSeries<U>) -> Result<Fcd> {
        Ok(self.windows(series)?.fcd(series))
    }

    pub(crate) fn windows<U: Dimension>(&self, series: &TimeSeries<U>) -> Result<Windows> {
        let [length, step] = self.samples(series)?;
        let pairs = self.pairs(series.n_channels())?;
        let n_windows = (series.n_samples() - length) / step + 1;
        let mut v = DMatrix::zeros(pairs.len(), n_windows);
        let (mut channels, mut norms) = (Vec::with_capacity(n_windows), Vec::with_capacity(n_windows));
        for (window, mut column) in v.column_iter_mut().enumerate() {
            let values = series.values().columns(window * step, length).transpose();
            let standardized = Standardized::of_samples(values, series.channels().clone(), "FC dynamics")?;
            let fc = standardized.fc();
            let all = upper_triangle(fc.matrix());
            column.iter_mut().zip(&pairs).for_each(|(value, pair)| *value = all[*pair]);
            let name = format!("functional connectivity of window {window}");
            norms.push(standardize(column.as_mut_slice(), "FC dynamics", &name)?);
            channels.push(standardized);
        }
        Ok(Windows { length, step, pairs, channels, v, norms })
    }

    /// Window and step in samples.
    fn samples<U: Dimension>(&self, series: &TimeSeries<U>) -> Result<[usize; 2]> {
        let [window, step] = match self.extent {
            Extent::Samples { window, step } => [window, step],
            Extent::Time { window, step } => {
                let count = |what, time| check::steps(what, time, "the sampling period", series.period());
                [count("FCD window", window)?, count("FCD step", step)?]
            }
        };
        if window < 2 || step < 1 {
            let found = format!("{window} and {step}");
            return Err(Error::shape("FCD window and step", "2 samples or more and 1 or more", found));
        }
        if window.saturating_add(step) > series.n_samples() {
            let expected = format!("{} samples or more, for two windows", window.saturating_add(step));
            return Err(Error::shape("series for FC dynamics", expected, series.n_samples().to_string()));
        }
        Ok([window, step])
    }

    /// Which entries above the diagonal count, row by row.
    fn pairs(&self, n: usize) -> Result<Vec<usize>> {
        if let Some(groups) = self.groups.as_ref().filter(|groups| groups.len() != n) {
            let expected = format!("{n} groups, one per channel");
            return Err(Error::shape("groups of regions", expected, groups.len().to_string()));
        }
        let together =
            |(i, j): (usize, usize)| self.groups.as_ref().is_none_or(|groups| groups[i] == groups[j]);
        let all = (0..n).flat_map(|i| (i + 1..n).map(move |j| (i, j)));
        let pairs: Vec<usize> =
            all.enumerate().filter(|(_, pair)| together(*pair)).map(|(index, _)| index).collect();
        if pairs.len() < 3 {
            return Err(Error::shape("FC dynamics", "3 pairs of regions or more", pairs.len().to_string()));
        }
        Ok(pairs)
    }
}

/// The functional connectivity of every window, standardized to be correlated.
pub(crate) struct Windows {
    length: usize,
    step: usize,
    pairs: Vec<usize>,
    channels: Vec<Standardized>,
    /// Pairs × windows.
    v: DMatrix<f64>,
    norms: Vec<f64>,
}

impl Windows {
    pub(crate) fn fcd<U: Dimension>(&self, series: &TimeSeries<U>) -> Fcd {
        let mut matrix = gram(&self.v);
        matrix.apply(|value| *value = value.clamp(-1.0, 1.0));
        matrix.fill_diagonal(1.0);
        let middle = 0.5 * (self.length as f64 - 1.0);
        let centre = |window| series.start() + series.period() * ((window * self.step) as f64 + middle);
        let centres = (0..self.norms.len()).map(centre).collect();
        Fcd { matrix, centres, apart: self.length.div_ceil(self.step) }
    }

    /// From slopes by the similarities above the diagonal to slopes by the samples: channels × samples.
    pub(crate) fn pull_back(&self, by_fcd: &[f64], n_samples: usize) -> DMatrix<f64> {
        let n_windows = self.norms.len();
        let mut by_v = DMatrix::zeros(self.v.nrows(), n_windows);
        let all = (0..n_windows).flat_map(|a| (a + 1..n_windows).map(move |b| (a, b)));
        for ((a, b), slope) in all.zip(by_fcd) {
            by_v.column_mut(a).axpy(*slope, &self.v.column(b), 1.0);
            by_v.column_mut(b).axpy(*slope, &self.v.column(a), 1.0);
        }
        let n = self.channels[0].n_channels();
        let mut gradient = DMatrix::zeros(n, n_samples);
        for (window, mut slopes) in by_v.column_iter_mut().enumerate() {
            let at = window * self.v.nrows();
            let v = &self.v.as_slice()[at..at + self.v.nrows()];
            pull_back(slopes.as_mut_slice(), v, self.norms[window]);
            let mut by_fc = vec![0.0; n * (n - 1) / 2];
            self.pairs.iter().zip(slopes.iter()).for_each(|(pair, slope)| by_fc[*pair] = *slope);
            let mut part = gradient.columns_mut(window * self.step, self.length);
            part += self.channels[window].pull_back(&by_fc);
        }
        gradient
    }
}

/// Dynamics of functional connectivity: the similarity of every pair of windows. Made by
/// [`SlidingWindow::fcd`].
#[derive(Clone, Debug, PartialEq)]
pub struct Fcd {
    matrix: DMatrix<f64>,
    centres: Vec<Second>,
    /// How many windows later the first one comes that shares no sample.
    apart: usize,
}

impl Fcd {
    /// The similarities, windows × windows: symmetric, one on the diagonal.
    pub fn matrix(&self) -> &DMatrix<f64> {
        &self.matrix
    }

    /// The middle of each window.
    pub fn centres(&self) -> &[Second] {
        &self.centres
    }

    /// The similarities of all pairs of windows, those above the diagonal.
    ///
    /// # Errors
    /// None that a made one can raise: there are two windows or more.
    pub fn distribution(&self) -> Result<Distribution> {
        Distribution::new(upper_triangle(&self.matrix))
    }

    /// The similarities of those pairs of windows that share no sample.
    ///
    /// Windows that overlap are alike for that reason alone; their share grows as the series gets shorter.
    ///
    /// # Errors
    /// [`Error::Shape`] if all windows overlap.
    pub fn distribution_without_overlap(&self) -> Result<Distribution> {
        let n = self.matrix.nrows();
        let pairs = (0..n).flat_map(|a| (a + self.apart..n).map(move |b| (a, b)));
        Distribution::new(pairs.map(|pair| self.matrix[pair]).collect())
    }
}
