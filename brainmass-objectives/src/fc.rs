//! Functional connectivity: how the channels of a series vary together.

use std::sync::Arc;

use brainmass_core::units::{Dimension, Unit};
use brainmass_core::{Error, Result, TimeSeries, check};
use nalgebra::DMatrix;

use crate::compare::upper_triangle;
use crate::correlation::{pull_back, standardize};
use crate::product::gram;

/// How far symmetry, the diagonal and the bounds of a matrix that is read may be off: single precision,
/// in which such files are often written, has an ε of 1.2e-7.
const ROUNDING: f64 = 1e-6;

/// Functional connectivity, the correlation of each pair of regions.
///
/// A symmetric N × N matrix with ones on the diagonal and numbers between −1 and 1 elsewhere.
/// [`functional_connectivity`] computes it; [`new`](Self::new) checks one that was read.
///
/// ```
/// use brainmass_objectives::Fc;
/// use nalgebra::dmatrix;
/// let fc = Fc::unnamed(dmatrix![1.0, 0.3, 0.1; 0.3, 1.0, -0.2; 0.1, -0.2, 1.0]).unwrap();
/// assert_eq!(fc.upper_triangle(), [0.3, 0.1, -0.2]);
/// let error = Fc::unnamed(dmatrix![1.0, 0.3; 0.3, 0.0]).unwrap_err();
/// assert_eq!(error.to_string(), "FC of `1` with itself: 0, but it must be 1 to within 1e-6");
/// ```
#[derive(Clone, Debug, PartialEq)]
#[doc(alias = "ConnectivityMeasure")]
pub struct Fc {
    matrix: DMatrix<f64>,
    labels: Arc<[String]>,
}

impl Fc {
    /// Functional connectivity from data: a matrix with the labels of its regions.
    ///
    /// It may be off by 1e-6, the rounding of files in single precision. That is removed: the result is
    /// symmetric, bounded and one on the diagonal to the last bit.
    ///
    /// # Errors
    /// [`Error::Shape`] for a matrix that is not square, not symmetric or does not fit the labels,
    /// [`Error::NotFinite`], [`Error::OutOfRange`] for a diagonal that is not one or a correlation beyond
    /// ±1, [`Error::Duplicate`] for a label that occurs twice.
    pub fn new(matrix: DMatrix<f64>, labels: impl Into<Arc<[String]>>) -> Result<Self> {
        let labels = labels.into();
        let n = labels.len();
        if matrix.shape() != (n, n) || n == 0 {
            let found = format!("{} × {} with {n} labels", matrix.nrows(), matrix.ncols());
            return Err(Error::shape("FC", "a square matrix with a label for each row", found));
        }
        check::finite("FC", &matrix)?;
        check::unique("labels of the FC", &labels)?;
        let wrong = |what: &str, value, requirement: &str| {
            Err(check::out_of_range(what, value, Unit::DIMENSIONLESS, requirement))
        };
        for (i, j) in (0..n).flat_map(|i| (i..n).map(move |j| (i, j))) {
            let (value, mirrored) = (matrix[(i, j)], matrix[(j, i)]);
            let (a, b) = (&labels[i], &labels[j]);
            if (value - mirrored).abs() > ROUNDING {
                let found = format!("{value} from `{b}` to `{a}`, {mirrored} back");
                return Err(Error::shape("FC", "a symmetric matrix", found));
            }
            if i == j && (value - 1.0).abs() > ROUNDING {
                return wrong(&format!("FC of `{a}` with itself"), value, "1 to within 1e-6");
            }
            if value.abs() > 1.0 + ROUNDING {
                return wrong(&format!("FC of `{a}` and `{b}`"), value, "between -1 and 1");
            }
        }
        Ok(Self::without_rounding(matrix, labels))
    }

    /// Functional connectivity whose regions are named `0`, `1`, ….
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn unnamed(matrix: DMatrix<f64>) -> Result<Self> {
        let labels: Vec<String> = (0..matrix.nrows()).map(|index| index.to_string()).collect();
        Self::new(matrix, labels)
    }

    /// Symmetric, bounded and one on the diagonal: what a correlation matrix is but for rounding.
    pub(crate) fn without_rounding(mut matrix: DMatrix<f64>, labels: Arc<[String]>) -> Self {
        for i in 0..labels.len() {
            for j in 0..i {
                let mean = 0.5 * (matrix[(i, j)] + matrix[(j, i)]);
                matrix[(i, j)] = mean.clamp(-1.0, 1.0);
                matrix[(j, i)] = matrix[(i, j)];
            }
            matrix[(i, i)] = 1.0;
        }
        Self { matrix, labels }
    }

    /// The correlations.
    pub fn matrix(&self) -> &DMatrix<f64> {
        &self.matrix
    }

    /// The labels of the regions.
    pub fn labels(&self) -> &Arc<[String]> {
        &self.labels
    }

    /// How many regions there are.
    pub fn n_regions(&self) -> usize {
        self.labels.len()
    }

    /// The N(N − 1)/2 correlations above the diagonal, row by row.
    #[doc(alias = "triu_indices")]
    pub fn upper_triangle(&self) -> Vec<f64> {
        upper_triangle(&self.matrix)
    }
}

/// Functional connectivity of a series: the Pearson correlation of each pair of its channels.
///
/// ```text
/// FC_ij = Σ_t (x_it − x̄_i)(x_jt − x̄_j) / √(Σ_t (x_it − x̄_i)² · Σ_t (x_jt − x̄_j)²)
/// ```
///
/// Neither scale nor offset of a channel matters.
///
/// DIFFERENCE: a constant channel is an error. The Python library correlates it to 0 with all others, or,
/// if rounding moves it, to noise. A channel counts as constant if its standard deviation is at most 1e-13
/// of its largest magnitude: a million roundings can make this much out of nothing, and whatever varies
/// more is a thousand times above the rounding of its samples. Nor can there
/// be a NaN, which the Python library drops without a word: no [`TimeSeries`] holds one.
///
/// ```
/// use brainmass_core::{units::{dimension::Volt, ms}, TimeSeries};
/// use brainmass_objectives::functional_connectivity;
/// use nalgebra::dmatrix;
/// let values = dmatrix![1.0, 2.0, 3.0, 4.0, 5.0; 2.0, 1.0, 3.0, 5.0, 4.0];
/// let series = TimeSeries::<Volt>::unnamed(values, ms(1.0), ms(1.0)).unwrap();
/// let fc = functional_connectivity(&series).unwrap();
/// approx::assert_relative_eq!(fc.matrix()[(0, 1)], 0.8, max_relative = 1e-15);
/// ```
///
/// # Errors
/// [`Error::Constant`] with the channel, [`Error::Shape`] for less than two samples, [`Error::NotFinite`] if
/// the squares of a channel overflow.
#[doc(alias = "corrcoef")]
pub fn functional_connectivity<U: Dimension>(series: &TimeSeries<U>) -> Result<Fc> {
    Ok(Standardized::of(series)?.fc())
}

/// The channels of a series, centred and scaled to length one.
pub(crate) struct Standardized {
    /// Samples × channels.
    z: DMatrix<f64>,
    /// ‖x − x̄‖ of each channel.
    norms: Vec<f64>,
    channels: Arc<[String]>,
}

impl Standardized {
    pub(crate) fn of<U: Dimension>(series: &TimeSeries<U>) -> Result<Self> {
        let samples = series.values().transpose();
        Self::of_samples(samples, series.channels().clone(), "functional connectivity")
    }

    /// Of samples × channels; `what` is computed of them.
    pub(crate) fn of_samples(mut z: DMatrix<f64>, channels: Arc<[String]>, what: &str) -> Result<Self> {
        let norms = z
            .column_iter_mut()
            .zip(channels.iter())
            .map(|(mut column, channel)| standardize(column.as_mut_slice(), what, channel))
            .collect::<Result<_>>()?;
        Ok(Self { z, norms, channels })
    }

    pub(crate) fn n_channels(&self) -> usize {
        self.norms.len()
    }

    pub(crate) fn fc(&self) -> Fc {
        Fc::without_rounding(gram(&self.z), self.channels.clone())
    }

    /// From slopes by the correlations above the diagonal, row by row, to slopes by the samples: channels ×
    /// samples.
    ///
    /// A correlation is `z_i · z_j`. At ±1, where it is held, the slope is zero anyway.
    pub(crate) fn pull_back(&self, by_fc: &[f64]) -> DMatrix<f64> {
        let n = self.norms.len();
        let mut by_z = DMatrix::zeros(self.z.nrows(), n);
        let pairs = (0..n).flat_map(|i| (i + 1..n).map(move |j| (i, j)));
        for ((i, j), slope) in pairs.zip(by_fc) {
            by_z.column_mut(i).axpy(*slope, &self.z.column(j), 1.0);
            by_z.column_mut(j).axpy(*slope, &self.z.column(i), 1.0);
        }
        for (i, mut column) in by_z.column_iter_mut().enumerate() {
            let length = self.z.nrows();
            let z = &self.z.as_slice()[i * length..(i + 1) * length];
            pull_back(column.as_mut_slice(), z, self.norms[i]);
        }
        by_z.transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use nalgebra::dmatrix;

    #[test]
    fn bad_input_is_named_with_its_place() {
        let message = |matrix| Fc::unnamed(matrix).unwrap_err().to_string();
        assert_eq!(
            message(dmatrix![1.0, 0.5]),
            "FC: expected a square matrix with a label for each row, found 1 × 2 with 1 labels"
        );
        assert_eq!(
            message(dmatrix![1.0, 0.5; 0.25, 1.0]),
            "FC: expected a symmetric matrix, found 0.5 from `1` to `0`, 0.25 back"
        );
        assert_eq!(
            message(dmatrix![1.0, 1.5; 1.5, 1.0]),
            "FC of `0` and `1`: 1.5, but it must be between -1 and 1"
        );
        assert_eq!(
            message(dmatrix![1.0, f64::NAN; 0.5, 1.0]),
            "FC: NaN at row 0, column 1, where a finite number is due"
        );
        assert!(Fc::new(DMatrix::identity(2, 2), vec!["a".to_owned(), "a".to_owned()]).is_err());
        assert!(Fc::new(DMatrix::identity(2, 2), vec!["a".to_owned()]).is_err());
        assert!(Fc::unnamed(DMatrix::zeros(0, 0)).is_err());
    }

    #[test]
    fn single_precision_is_accepted_and_cleaned() {
        let fc = Fc::unnamed(dmatrix![0.999_999_9, 1.000_000_1; 1.0, 1.0]).unwrap();
        assert_eq!(fc.matrix(), &dmatrix![1.0, 1.0; 1.0, 1.0]);
    }
}
