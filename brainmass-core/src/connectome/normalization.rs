//! Weights in other scales.

use nalgebra::{DMatrix, Schur};

use super::{Connectome, Laplacian};
use crate::units::Unit;
use crate::{Error, Result, check};

/// How weights are brought to a scale before they couple regions.
///
/// | name in files | | weights become |
/// |---|---|---|
/// | `none` | [`None`](Self::None) | W |
/// | `maximum` | [`Maximum`](Self::Maximum) | W over its largest number |
/// | `largest_in_strength` | [`LargestInStrength`](Self::LargestInStrength) | W over the largest `d_i` |
/// | `in_strength` | [`InStrength`](Self::InStrength) | D⁻¹ W: rows sum to 1 |
/// | `symmetric` | [`Symmetric`](Self::Symmetric) | D^(−½) W D^(−½) |
/// | `spectral_radius` | [`SpectralRadius`](Self::SpectralRadius) | W over its largest eigenvalue, in magnitude |
/// | `logarithm` | [`Logarithm`](Self::Logarithm) | `ln(1 + w_ij)` |
/// | `laplacian`, `laplacian_random_walk`, `laplacian_symmetric` | [`Laplacian`](Self::Laplacian) | −L |
///
/// `d_i = Σ_j w_ij`, j ≠ i, is the in-strength of region i. Diffusive coupling through D⁻¹ W is the random-walk Laplacian;
/// −L itself, diagonal included, is coupled additively with self-connections.
///
/// ```
/// use brainmass_core::{Connectome, Normalization};
/// use nalgebra::dmatrix;
/// let connectome = Connectome::without_lengths(dmatrix![0.0, 3.0, 1.0; 3.0, 0.0, 0.0; 1.0, 0.0, 0.0])?;
/// let rows = connectome.normalized(Normalization::InStrength)?;
/// assert_eq!(rows.weights(), &dmatrix![0.0, 0.75, 0.25; 1.0, 0.0, 0.0; 1.0, 0.0, 0.0]);
/// // The eigenvalues of W are 0 and ±√10.
/// let scaled = connectome.normalized(Normalization::by_name("spectral_radius")?)?;
/// assert!((scaled.weights()[(0, 1)] - 3.0 / 10f64.sqrt()).abs() < 1e-15);
/// # Ok::<(), brainmass_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Normalization {
    /// As they are.
    None,
    /// Divided by the largest weight.
    #[doc(alias = "tract")]
    Maximum,
    /// Divided by the largest in-strength, so that no region receives more than 1.
    #[doc(alias = "region")]
    LargestInStrength,
    /// Each row divided by its in-strength: D⁻¹ W.
    #[doc(alias = "random walk")]
    InStrength,
    /// D^(−½) W D^(−½).
    Symmetric,
    /// Divided by the magnitude of the largest eigenvalue of the weights without their diagonal.
    SpectralRadius,
    /// ln(1 + w), which draws counts of fibres together that span orders of magnitude.
    #[doc(alias = "log1p")]
    Logarithm,
    /// −L, for additive coupling with self-connections.
    Laplacian(Laplacian),
}

impl Normalization {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::None,
        Self::Maximum,
        Self::LargestInStrength,
        Self::InStrength,
        Self::Symmetric,
        Self::SpectralRadius,
        Self::Logarithm,
        Self::Laplacian(Laplacian::Unnormalized),
        Self::Laplacian(Laplacian::RandomWalk),
        Self::Laplacian(Laplacian::Symmetric),
    ];

    /// Its name in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Maximum => "maximum",
            Self::LargestInStrength => "largest_in_strength",
            Self::InStrength => "in_strength",
            Self::Symmetric => "symmetric",
            Self::SpectralRadius => "spectral_radius",
            Self::Logarithm => "logarithm",
            Self::Laplacian(Laplacian::Unnormalized) => "laplacian",
            Self::Laplacian(Laplacian::RandomWalk) => "laplacian_random_walk",
            Self::Laplacian(Laplacian::Symmetric) => "laplacian_symmetric",
        }
    }

    /// The normalisation with a name.
    ///
    /// # Errors
    /// [`Error::Unknown`], which lists the names.
    pub fn by_name(name: &str) -> Result<Self> {
        let found = Self::ALL.into_iter().find(|normalization| normalization.name() == name);
        found.ok_or_else(|| Error::unknown("normalisation of weights", name, Self::ALL.map(Self::name)))
    }
}

impl Connectome {
    /// The connectome with its weights in another scale.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] if what is divided by is not above zero, or for the logarithm of a negative weight;
    /// [`Error::Setting`] if the eigenvalues cannot be found.
    pub fn normalized(&self, normalization: Normalization) -> Result<Self> {
        let divided = |what: &str, by: f64| {
            if by > 0.0 {
                return Ok(&self.weights / by);
            }
            Err(check::out_of_range(what, by, Unit::DIMENSIONLESS, "above zero"))
        };
        self.with_weights(match normalization {
            Normalization::None => self.weights.clone(),
            Normalization::Maximum => divided("largest weight", self.weights.max())?,
            Normalization::LargestInStrength => divided("largest in-strength", self.in_strengths().max())?,
            Normalization::InStrength => self.weights_per_in_strength()?,
            Normalization::Symmetric => self.symmetric_weights()?,
            Normalization::SpectralRadius => {
                divided("spectral radius of the weights", self.spectral_radius()?)?
            }
            Normalization::Logarithm => self.logarithms()?,
            Normalization::Laplacian(laplacian) => -self.laplacian(laplacian)?,
        })
    }

    fn spectral_radius(&self) -> Result<f64> {
        let weights = self.without_diagonal();
        if weights == weights.transpose() {
            return Ok(weights.symmetric_eigenvalues().amax());
        }
        // Some 5 steps per eigenvalue are needed; the bound ends what would go on for ever.
        let steps = 100 * weights.nrows();
        let schur = Schur::try_new(weights, f64::EPSILON, steps).ok_or_else(|| {
            Error::setting("spectral radius of the weights", format!("not found in {steps} steps"))
        })?;
        Ok(schur.complex_eigenvalues().iter().map(|value| value.norm()).fold(0.0, f64::max))
    }

    fn logarithms(&self) -> Result<DMatrix<f64>> {
        if let Some(negative) = self.weights.iter().position(|weight| *weight < 0.0) {
            let (i, j) = self.weights.vector_to_matrix_index(negative);
            let what = format!("weight from `{}` to `{}`", self.labels[j], self.labels[i]);
            let requirement = "zero or more, to take its logarithm";
            return Err(check::out_of_range(&what, self.weights[(i, j)], Unit::DIMENSIONLESS, requirement));
        }
        Ok(self.weights.map(f64::ln_1p))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use nalgebra::dmatrix;

    /// Directed, with a diagonal that must not count, and a region without connections.
    fn connectome() -> Connectome {
        Connectome::without_lengths(dmatrix![
            9.0, 1.0, 0.0, 3.0;
            2.0, 0.0, 0.0, 0.0;
            0.0, 0.0, 5.0, 0.0;
            1.0, 4.0, 0.0, 0.0
        ])
        .unwrap()
    }

    #[test]
    fn rows_of_laplacians_sum_to_zero() {
        for laplacian in [Laplacian::Unnormalized, Laplacian::RandomWalk] {
            let matrix = connectome().laplacian(laplacian).unwrap();
            assert_eq!(matrix.column_sum(), nalgebra::dvector![0.0, 0.0, 0.0, 0.0]);
            assert_eq!((matrix.row(2).amax(), matrix.column(2).amax()), (0.0, 0.0));
        }
        let walk = connectome().laplacian(Laplacian::RandomWalk).unwrap();
        assert_eq!(walk.row(3), dmatrix![-0.2, -0.8, 0.0, 1.0].row(0));
    }

    /// L D^½ 1 = 0, and the eigenvalues lie between 0 and 2, on undirected weights.
    #[test]
    fn the_symmetric_laplacian_has_the_roots_of_degrees_as_its_null_vector() {
        let directed = connectome();
        let undirected =
            Connectome::without_lengths(directed.weights() + directed.weights().transpose()).unwrap();
        let matrix = undirected.laplacian(Laplacian::Symmetric).unwrap();
        assert!((&matrix * undirected.in_strengths().map(f64::sqrt)).amax() < 1e-15);
        let eigenvalues = matrix.symmetric_eigenvalues();
        assert!(eigenvalues.min() > -1e-15 && eigenvalues.max() < 2.0, "{eigenvalues}");
    }

    #[test]
    fn scales_are_what_they_say() {
        let scaled = |normalization| connectome().normalized(normalization).unwrap().weights().clone();
        assert_eq!(scaled(Normalization::Maximum)[(0, 0)], 1.0);
        assert_eq!(scaled(Normalization::LargestInStrength)[(3, 1)], 0.8);
        assert_eq!(scaled(Normalization::Logarithm)[(0, 3)], 4f64.ln());
        let laplacian = Normalization::Laplacian(Laplacian::Symmetric);
        assert_eq!(scaled(laplacian), -connectome().laplacian(Laplacian::Symmetric).unwrap());
        // Without its diagonal the characteristic polynomial of the block is λ³ − 5λ − 24 = 0.
        let radius = connectome().spectral_radius().unwrap();
        assert!((radius.powi(3) - 5.0 * radius - 24.0).abs() < 1e-12, "{radius}");
        for normalization in Normalization::ALL {
            assert_eq!(Normalization::by_name(normalization.name()), Ok(normalization));
        }
    }

    #[test]
    fn what_cannot_be_divided_by_is_named() {
        let message = |weights: DMatrix<f64>, name: &str| {
            let normalization = Normalization::by_name(name).unwrap();
            Connectome::without_lengths(weights).unwrap().normalized(normalization).unwrap_err().to_string()
        };
        // Region 1 sends and receives nothing.
        let source = || dmatrix![0.0, 1.0; 0.0, 0.0];
        let expected =
            "in-strength of `1`: 0, but it must be above zero in a region with connections, to divide by it";
        for name in ["in_strength", "symmetric", "laplacian_random_walk", "laplacian_symmetric"] {
            assert_eq!(message(source(), name), expected);
        }
        assert_eq!(
            message(source(), "spectral_radius"),
            "spectral radius of the weights: 0, but it must be above zero"
        );
        assert_eq!(
            message(dmatrix![0.0, -0.5; 1.0, 0.0], "logarithm"),
            "weight from `1` to `0`: -0.5, but it must be zero or more, to take its logarithm"
        );
        assert!(Normalization::by_name("max").unwrap_err().to_string().contains("laplacian_symmetric"));
    }
}
