//! The structural connections between regions.

mod laplacian;
mod normalization;

pub use laplacian::Laplacian;
pub use normalization::Normalization;

use nalgebra::{DMatrix, DVector};

use crate::units::Meter;
use crate::{Error, Result, check};

/// Weights and tract lengths between labelled regions.
///
/// `weights[(i, j)]` goes **from j to i**. Tract lengths are in metres inside; the diagonal is kept as it
/// is given, and couplings leave it out unless told otherwise.
///
/// ```
/// use brainmass_core::{units::{m, Meter}, Connectome};
/// use nalgebra::dmatrix;
/// let connectome = Connectome::new(
///     dmatrix![0.0, 0.5; 1.0, 0.0],
///     Meter::new(dmatrix![0.0, 0.08; 0.08, 0.0]),
///     vec!["left".to_owned(), "right".to_owned()],
/// ).unwrap();
/// assert_eq!(connectome.weights()[(1, 0)], 1.0); // from left to right
/// ```
#[derive(Clone, Debug, PartialEq)]
#[doc(alias = "connectivity")]
#[doc(alias = "Cmat")]
pub struct Connectome {
    weights: DMatrix<f64>,
    tract_lengths: DMatrix<f64>,
    labels: Vec<String>,
    centres: Option<DMatrix<f64>>,
}

impl Connectome {
    /// A connectome of N regions from N × N weights and lengths.
    ///
    /// # Errors
    /// [`Error::Shape`] for a matrix that is not square or does not fit, [`Error::NotFinite`],
    /// [`Error::OutOfRange`] for a negative length, [`Error::Duplicate`] for a label that occurs twice.
    pub fn new(
        weights: DMatrix<f64>,
        tract_lengths: Meter<DMatrix<f64>>,
        labels: Vec<String>,
    ) -> Result<Self> {
        let tract_lengths = tract_lengths.value_unsafe;
        square("weights", &weights)?;
        square("tract lengths", &tract_lengths)?;
        let n = weights.nrows();
        if tract_lengths.nrows() != n {
            let found = format!("{} × {}", tract_lengths.nrows(), tract_lengths.ncols());
            return Err(Error::shape("tract lengths", format!("{n} × {n} like the weights"), found));
        }
        if labels.len() != n {
            let found = format!("{} labels", labels.len());
            return Err(Error::shape("labels", format!("{n} labels, one per row of the weights"), found));
        }
        check::finite("weights", &weights)?;
        check::finite("tract lengths", &tract_lengths)?;
        check::unique("labels", &labels)?;
        if let Some(index) = tract_lengths.iter().position(|length| *length < 0.0) {
            let (i, j) = tract_lengths.vector_to_matrix_index(index);
            let what = format!("tract length from `{}` to `{}`", labels[j], labels[i]);
            let unit = crate::units::Unit::of::<crate::units::dimension::Meter>();
            return Err(check::out_of_range(&what, tract_lengths[(i, j)], unit, "zero or more"));
        }
        Ok(Self { weights, tract_lengths, labels, centres: None })
    }

    /// A connectome without lengths: all delays are zero. Regions are named `0`, `1`, ….
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn without_lengths(weights: DMatrix<f64>) -> Result<Self> {
        square("weights", &weights)?;
        let labels = (0..weights.nrows()).map(|index| index.to_string()).collect();
        let lengths = Meter::new(DMatrix::zeros(weights.nrows(), weights.ncols()));
        Self::new(weights, lengths, labels)
    }

    /// One region without connections: a node without a network.
    pub fn single() -> Self {
        Self {
            weights: DMatrix::zeros(1, 1),
            tract_lengths: DMatrix::zeros(1, 1),
            labels: vec!["0".to_owned()],
            centres: None,
        }
    }

    /// The same connectome with the positions of its regions, 3 × N.
    ///
    /// # Errors
    /// [`Error::Shape`] or [`Error::NotFinite`].
    pub fn with_centres(mut self, centres: Meter<DMatrix<f64>>) -> Result<Self> {
        let centres = centres.value_unsafe;
        if centres.shape() != (3, self.n_regions()) {
            let expected = format!("3 × {}, x, y, z of each region", self.n_regions());
            let found = format!("{} × {}", centres.nrows(), centres.ncols());
            return Err(Error::shape("centres", expected, found));
        }
        check::finite("centres", &centres)?;
        self.centres = Some(centres);
        Ok(self)
    }

    /// How many regions there are.
    #[doc(alias = "number_of_regions")]
    pub fn n_regions(&self) -> usize {
        self.weights.nrows()
    }

    /// The weights; `[(i, j)]` goes from j to i.
    pub fn weights(&self) -> &DMatrix<f64> {
        &self.weights
    }

    /// The tract lengths.
    #[doc(alias = "distances")]
    #[doc(alias = "lengthMat")]
    pub fn tract_lengths(&self) -> Meter<&DMatrix<f64>> {
        Meter::new(&self.tract_lengths)
    }

    /// The labels of the regions.
    #[doc(alias = "region_labels")]
    pub fn labels(&self) -> &[String] {
        &self.labels
    }

    /// The positions of the regions, 3 × N, if known.
    pub fn centres(&self) -> Option<Meter<&DMatrix<f64>>> {
        self.centres.as_ref().map(Meter::new)
    }

    /// The sum of the weights that arrive at each region, without the diagonal.
    #[doc(alias = "in_strength")]
    pub fn in_strengths(&self) -> DVector<f64> {
        DVector::from_fn(self.n_regions(), |i, _| {
            (0..self.n_regions()).filter(|j| *j != i).map(|j| self.weights[(i, j)]).sum()
        })
    }

    /// The same connectome with its weights replaced.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn with_weights(&self, weights: DMatrix<f64>) -> Result<Self> {
        let lengths = Meter::new(self.tract_lengths.clone());
        let fresh = Self::new(weights, lengths, self.labels.clone())?;
        Ok(Self { centres: self.centres.clone(), ..fresh })
    }

    /// The regions in another order: region `k` of the result is region `order[k]` of this one.
    ///
    /// # Errors
    /// [`Error::Shape`] if `order` is not a permutation of all regions.
    pub fn permuted(&self, order: &[usize]) -> Result<Self> {
        let n = self.n_regions();
        let mut sorted = order.to_vec();
        sorted.sort_unstable();
        if !sorted.iter().copied().eq(0..n) {
            return Err(Error::shape(
                "order",
                format!("a permutation of 0 to {}", n - 1),
                format!("{order:?}"),
            ));
        }
        let pick = |matrix: &DMatrix<f64>| DMatrix::from_fn(n, n, |i, j| matrix[(order[i], order[j])]);
        Ok(Self {
            weights: pick(&self.weights),
            tract_lengths: pick(&self.tract_lengths),
            labels: order.iter().map(|&k| self.labels[k].clone()).collect(),
            centres: self.centres.as_ref().map(|centres| centres.select_columns(order)),
        })
    }
}

fn square(what: &str, matrix: &DMatrix<f64>) -> Result<()> {
    if matrix.nrows() == matrix.ncols() && matrix.nrows() > 0 {
        return Ok(());
    }
    Err(Error::shape(what, "a square matrix", format!("{} × {}", matrix.nrows(), matrix.ncols())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use nalgebra::dmatrix;

    fn labels(n: usize) -> Vec<String> {
        (0..n).map(|k| format!("R{k}")).collect()
    }

    fn message(weights: DMatrix<f64>, lengths: DMatrix<f64>, labels: Vec<String>) -> String {
        Connectome::new(weights, Meter::new(lengths), labels).unwrap_err().to_string()
    }

    #[test]
    fn bad_input_is_named_with_its_place() {
        let good = || dmatrix![0.0, 1.0; 1.0, 0.0];
        assert_eq!(
            message(good(), DMatrix::zeros(3, 3), labels(2)),
            "tract lengths: expected 2 × 2 like the weights, found 3 × 3"
        );
        assert_eq!(
            message(dmatrix![0.0, f64::INFINITY; 1.0, 0.0], good(), labels(2)),
            "weights: inf at row 0, column 1, where a finite number is due"
        );
        assert_eq!(
            message(good(), dmatrix![0.0, 1.0; -0.03, 0.0], labels(2)),
            "tract length from `R0` to `R1`: -30 mm, but it must be zero or more"
        );
        assert_eq!(
            message(good(), good(), labels(3)),
            "labels: expected 2 labels, one per row of the weights, found 3 labels"
        );
        let empty = Connectome::without_lengths(DMatrix::zeros(0, 0)).unwrap_err();
        assert_eq!(empty.to_string(), "weights: expected a square matrix, found 0 × 0");
        let zero = Connectome::without_lengths(DMatrix::zeros(2, 2)).unwrap();
        assert!(zero.normalized(Normalization::Maximum).is_err());
    }

    #[test]
    fn permuting_twice_backwards_is_the_identity() {
        let weights = dmatrix![0.0, 1.0, 2.0; 3.0, 0.0, 4.0; 5.0, 6.0, 0.0];
        let connectome = Connectome::new(weights.clone(), Meter::new(weights), labels(3))
            .and_then(|connectome| connectome.with_centres(Meter::new(DMatrix::identity(3, 3))))
            .unwrap();
        let there = connectome.permuted(&[2, 0, 1]).unwrap();
        assert_eq!(there.labels()[0], "R2");
        assert_eq!(there.weights()[(0, 1)], 5.0);
        assert_eq!(there.permuted(&[1, 2, 0]).unwrap(), connectome);
        assert!(connectome.permuted(&[0, 0, 1]).is_err());
    }
}
