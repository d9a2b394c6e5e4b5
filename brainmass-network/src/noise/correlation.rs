//! How the noise of one region goes with that of the others.

use std::sync::Arc;

use brainmass_core::units::Unit;
use brainmass_core::{Error, Result, check};
use nalgebra::DMatrix;

use crate::numbers::Numbers;

/// What the noise of different regions has in common: nothing unless told otherwise.
///
/// ```text
/// independent    ξ_i = z_i
/// common         ξ_i = w_i z             one series for all regions, with a weight in each
/// correlated     ξ = L z, C = L Lᵀ       the covariance C of the regions, by its Cholesky factor
/// ```
///
/// z are independent standard normal numbers, ξ what the noise is made of: with a strength σ in each region, white noise
/// has the covariance `σ_i C_ij σ_j`, and every other kind of noise the same times its own autocorrelation.
///
/// ```
/// use brainmass_network::Correlation;
/// use nalgebra::dmatrix;
/// assert!(Correlation::of(&dmatrix![1.0, 0.9; 0.9, 1.0]).is_ok());
/// let wrong = Correlation::of(&dmatrix![1.0, 1.5; 1.5, 1.0]).unwrap_err();
/// assert_eq!(
///     wrong.to_string(),
///     "smallest eigenvalue of the noise's covariance: -0.5, but it must be above zero"
/// );
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Correlation(Kind);

#[derive(Clone, Debug, Default, PartialEq)]
enum Kind {
    #[default]
    Independent,
    Common(Vec<f64>),
    /// The lower triangle of the factor, row by row.
    Correlated(Arc<Vec<Vec<f64>>>),
}

impl Correlation {
    /// One series for all regions, with a weight in each.
    pub fn common(weights: Vec<f64>) -> Self {
        Self(Kind::Common(weights))
    }

    /// Regions with a covariance, or, where σ is to be the standard deviation, with a correlation.
    ///
    /// # Errors
    /// [`Error::Shape`] for a matrix that is not square, [`Error::NotFinite`], [`Error::Setting`] for one that is not
    /// symmetric, [`Error::OutOfRange`] for one that is not positive definite, with its smallest eigenvalue.
    #[doc(alias = "Cholesky")]
    pub fn of(covariance: &DMatrix<f64>) -> Result<Self> {
        let (n, what) = (covariance.nrows(), "covariance of the noise");
        if n != covariance.ncols() {
            let found = format!("{n} × {}", covariance.ncols());
            return Err(Error::shape(what, "a square matrix", found));
        }
        check::finite(what, covariance)?;
        let largest = covariance.amax();
        let asymmetric =
            |&(i, j): &(usize, usize)| (covariance[(i, j)] - covariance[(j, i)]).abs() > 1e-12 * largest;
        if let Some((i, j)) = (0..n).flat_map(|i| (0..i).map(move |j| (i, j))).find(asymmetric) {
            let (lower, upper) = (covariance[(i, j)], covariance[(j, i)]);
            let problem =
                format!("is not symmetric: {lower} at row {i}, column {j}, {upper} at row {j}, column {i}");
            return Err(Error::setting(what, problem));
        }
        if let Some(factor) = cholesky(covariance) {
            return Ok(Self(Kind::Correlated(Arc::new(factor))));
        }
        let smallest = covariance.symmetric_eigenvalues().min();
        let what = "smallest eigenvalue of the noise's covariance";
        Err(check::out_of_range(what, smallest, Unit::DIMENSIONLESS, "above zero"))
    }

    /// Whether each region has a series of its own.
    pub(crate) fn is_independent(&self) -> bool {
        self.0 == Kind::Independent
    }

    /// Whether all regions have one series.
    pub(super) fn is_common(&self) -> bool {
        matches!(self.0, Kind::Common(_))
    }

    pub(crate) fn check(&self, what: &str, n_regions: usize) -> Result<()> {
        let found = match &self.0 {
            Kind::Independent => return Ok(()),
            Kind::Common(weights) => {
                let weights = DMatrix::from_column_slice(weights.len(), 1, weights);
                check::finite(&format!("weights of the noise on {what}"), &weights)?;
                weights.len()
            }
            Kind::Correlated(factor) => factor.len(),
        };
        if found == n_regions {
            return Ok(());
        }
        let what = format!("correlation of the noise on {what}");
        Err(Error::shape(what, format!("{n_regions} regions"), format!("{found} regions")))
    }

    /// The regions whose random numbers are mixed: those of the network, or for a common series the first there is.
    pub(super) fn sources(&self, regions: &Numbers) -> Numbers {
        if self.is_common() { Numbers::all(1) } else { regions.clone() }
    }

    /// What the regions get of the independent numbers; sums run in ascending order.
    pub(super) fn mix(&self, independent: &[f64], mixed: &mut [f64]) {
        match &self.0 {
            Kind::Independent => mixed.copy_from_slice(independent),
            Kind::Common(weights) => {
                for (value, weight) in mixed.iter_mut().zip(weights) {
                    *value = weight * independent[0];
                }
            }
            Kind::Correlated(factor) => {
                for (value, row) in mixed.iter_mut().zip(factor.iter()) {
                    *value = row.iter().zip(independent).map(|(factor, normal)| factor * normal).sum();
                }
            }
        }
    }
}

/// The rows of the lower factor, or nothing if the matrix is not positive definite.
///
/// Written out because its bits must be the same on every CPU.
fn cholesky(matrix: &DMatrix<f64>) -> Option<Vec<Vec<f64>>> {
    let mut rows: Vec<Vec<f64>> = Vec::with_capacity(matrix.nrows());
    // A pivot that is lost in rounding is none.
    let least = matrix.amax() * f64::EPSILON * matrix.nrows() as f64;
    for i in 0..matrix.nrows() {
        let mut row = Vec::with_capacity(i + 1);
        for j in 0..=i {
            let above: &[f64] = if j < i { &rows[j] } else { &row };
            let known: f64 = row[..j].iter().zip(above).map(|(a, b)| a * b).sum();
            let rest = matrix[(i, j)] - known;
            let entry = if j < i {
                rest / rows[j][j]
            } else if rest > least {
                rest.sqrt()
            } else {
                return None;
            };
            row.push(entry);
        }
        rows.push(row);
    }
    Some(rows)
}

#[cfg(test)]
mod tests {
    use super::*;
    use nalgebra::dmatrix;

    #[test]
    fn the_factor_gives_the_covariance_back() {
        let covariance = dmatrix![4.0, 2.0, -1.0; 2.0, 3.0, 0.5; -1.0, 0.5, 2.0];
        let rows = cholesky(&covariance).unwrap();
        let factor = DMatrix::from_fn(3, 3, |i, j| rows[i].get(j).copied().unwrap_or(0.0));
        assert!((&factor * factor.transpose() - covariance).amax() < 1e-15 * 4.0);
        assert!(cholesky(&dmatrix![1.0, 1.0; 1.0, 1.0]).is_none());
    }

    #[test]
    fn what_is_no_covariance_is_refused() {
        let message = |matrix: DMatrix<f64>| Correlation::of(&matrix).unwrap_err().to_string();
        assert!(message(DMatrix::zeros(2, 3)).contains("2 × 3"));
        assert!(
            message(dmatrix![1.0, 0.2; 0.3, 1.0]).contains("0.3 at row 1, column 0, 0.2 at row 0, column 1")
        );
        assert!(message(dmatrix![1.0, f64::NAN; 0.3, 1.0]).contains("finite"));
    }
}
