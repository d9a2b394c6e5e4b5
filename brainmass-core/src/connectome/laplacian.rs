//! Graph Laplacians.

use nalgebra::{DMatrix, DVector};

use super::Connectome;
use crate::units::Unit;
use crate::{Result, check};

/// A graph Laplacian of the weights W, with D the diagonal matrix of in-strengths `d_i = Σ_j w_ij`, j ≠ i.
///
/// ```text
/// unnormalized    L = D − W              rows sum to 0
/// random walk     L = I − D⁻¹ W          rows sum to 0
/// symmetric       L = I − D^(−½) W D^(−½)
/// ```
///
/// The sign is that of a positive semidefinite matrix: −G L x is diffusive coupling. The diagonal of W is left out. A
/// region without connections has a row and a column of zeros, so that nothing pulls it anywhere.
///
/// DIFFERENCE: the Python library brainmass has −L throughout, and gives a region without connections −1 on the diagonal
/// of the normalised forms, a decay.
///
/// # References
/// Chung (1997), Spectral Graph Theory, American Mathematical Society, section 1.2; von Luxburg (2007), Stat. Comput.
/// 17:395–416, doi:10.1007/s11222-007-9033-z, section 3.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Laplacian {
    /// D − W.
    Unnormalized,
    /// I − D⁻¹ W.
    RandomWalk,
    /// I − D^(−½) W D^(−½).
    Symmetric,
}

impl Connectome {
    /// A graph Laplacian of the weights; `[(i, j)]` goes from j to i.
    ///
    /// ```
    /// use brainmass_core::{Connectome, Laplacian};
    /// use nalgebra::dmatrix;
    /// let connectome = Connectome::without_lengths(dmatrix![0.0, 3.0, 1.0; 3.0, 0.0, 0.0; 1.0, 0.0, 0.0])?;
    /// let laplacian = connectome.laplacian(Laplacian::Unnormalized)?;
    /// assert_eq!(laplacian, dmatrix![4.0, -3.0, -1.0; -3.0, 3.0, 0.0; -1.0, 0.0, 1.0]);
    /// let walk = connectome.laplacian(Laplacian::RandomWalk)?;
    /// assert_eq!(walk.row(0), dmatrix![1.0, -0.75, -0.25].row(0));
    /// # Ok::<(), brainmass_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// In the normalised forms [`Error::OutOfRange`](crate::Error::OutOfRange) for an in-strength that is negative, or 0
    /// in a region that has connections.
    pub fn laplacian(&self, laplacian: Laplacian) -> Result<DMatrix<f64>> {
        let mut adjacency = match laplacian {
            Laplacian::Unnormalized => {
                let degrees = DMatrix::from_diagonal(&self.in_strengths());
                return Ok(degrees - self.without_diagonal());
            }
            Laplacian::RandomWalk => -self.weights_per_in_strength()?,
            Laplacian::Symmetric => -self.symmetric_weights()?,
        };
        adjacency.set_diagonal(&self.degrees()?.map(|degree| if degree > 0.0 { 1.0 } else { 0.0 }));
        Ok(adjacency)
    }

    /// W without what regions do to themselves.
    pub(super) fn without_diagonal(&self) -> DMatrix<f64> {
        let mut weights = self.weights.clone();
        weights.fill_diagonal(0.0);
        weights
    }

    /// D⁻¹ W; a region into which nothing goes keeps its row of zeros.
    pub(super) fn weights_per_in_strength(&self) -> Result<DMatrix<f64>> {
        let degrees = self.degrees()?;
        let scaled =
            |i: usize, j: usize| if degrees[i] > 0.0 { self.weights[(i, j)] / degrees[i] } else { 0.0 };
        Ok(DMatrix::from_fn(self.n_regions(), self.n_regions(), scaled))
    }

    /// D^(−½) W D^(−½).
    pub(super) fn symmetric_weights(&self) -> Result<DMatrix<f64>> {
        let degrees = self.degrees()?;
        let scaled = |i: usize, j: usize| match degrees[i] * degrees[j] {
            product if product > 0.0 => self.weights[(i, j)] / product.sqrt(),
            _ => 0.0,
        };
        Ok(DMatrix::from_fn(self.n_regions(), self.n_regions(), scaled))
    }

    /// In-strengths that can be divided by: positive, or 0 in a region without connections.
    fn degrees(&self) -> Result<DVector<f64>> {
        let degrees = self.in_strengths();
        for (region, degree) in degrees.iter().enumerate() {
            let connected = || {
                (0..self.n_regions()).any(|j| {
                    j != region && (self.weights[(region, j)] != 0.0 || self.weights[(j, region)] != 0.0)
                })
            };
            if *degree < 0.0 || (*degree == 0.0 && connected()) {
                let what = format!("in-strength of `{}`", self.labels[region]);
                let requirement = "above zero in a region with connections, to divide by it";
                return Err(check::out_of_range(&what, *degree, Unit::DIMENSIONLESS, requirement));
            }
        }
        Ok(degrees)
    }
}
