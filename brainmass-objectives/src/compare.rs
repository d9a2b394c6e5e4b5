//! Two matrices compared above the diagonal, and the objectives on functional connectivity.

use brainmass_core::units::Dimension;
use brainmass_core::{DifferentiableObjective, Error, Objective, Result, TimeSeries, check};
use nalgebra::DMatrix;

use crate::correlation::{of_standardized, pull_back, standardize};
use crate::fc::Standardized;
use crate::pairs::Pairs;
use crate::{Fc, agree};

/// The entries above the diagonal, row by row.
pub(crate) fn upper_triangle(matrix: &DMatrix<f64>) -> Vec<f64> {
    let n = matrix.nrows();
    (0..n).flat_map(|i| (i + 1..n).map(move |j| matrix[(i, j)])).collect()
}

/// The upper triangles of two square matrices of one size, without NaN.
fn upper_triangles(what: &str, a: &DMatrix<f64>, b: &DMatrix<f64>) -> Result<[Vec<f64>; 2]> {
    if a.shape() != b.shape() || !a.is_square() {
        let found = format!("{} × {} and {} × {}", a.nrows(), a.ncols(), b.nrows(), b.ncols());
        return Err(Error::shape(what, "two square matrices of one size", found));
    }
    check::finite("first matrix", a)?;
    check::finite("second matrix", b)?;
    Ok([upper_triangle(a), upper_triangle(b)])
}

/// Pearson correlation of two square matrices over their entries above the diagonal.
///
/// For functional against functional, or structural against functional connectivity. What stands on and
/// below the diagonal does not matter.
///
/// DIFFERENCE: matrices that do not vary above the diagonal are an error; the Python library says 0.
///
/// ```
/// use brainmass_objectives::matrix_correlation;
/// use nalgebra::dmatrix;
/// let a = dmatrix![0.0, 1.0, 2.0; 0.0, 0.0, 3.0; 0.0, 0.0, 0.0];
/// let b = dmatrix![1.0, 0.2, 0.1; 0.2, 1.0, 0.3; 0.1, 0.3, 1.0];
/// approx::assert_relative_eq!(matrix_correlation(&a, &b).unwrap(), 0.5, max_relative = 1e-15);
/// ```
///
/// # Errors
/// [`Error::Shape`] unless both are square, of one size and of three rows or more, [`Error::NotFinite`],
/// [`Error::Constant`].
pub fn matrix_correlation(a: &DMatrix<f64>, b: &DMatrix<f64>) -> Result<f64> {
    let what = WHAT;
    let [mut a, mut b] = upper_triangles(what, a, b)?;
    standardize(&mut a, what, "upper triangle of the first matrix")?;
    standardize(&mut b, what, "upper triangle of the second matrix")?;
    Ok(of_standardized(&a, &b))
}

/// Root mean square difference of two square matrices over their entries above the diagonal.
///
/// ```text
/// √( 2/(N(N − 1)) · Σ_{i<j} (a_ij − b_ij)² )
/// ```
///
/// ```
/// use brainmass_objectives::matrix_rmse;
/// use nalgebra::dmatrix;
/// let a = dmatrix![1.0, 0.75; 0.75, 1.0];
/// let b = dmatrix![1.0, 0.25; 0.25, 1.0];
/// assert_eq!(matrix_rmse(&a, &b).unwrap(), 0.5);
/// ```
///
/// # Errors
/// [`Error::Shape`] unless both are square, of one size and of two rows or more, [`Error::NotFinite`].
pub fn matrix_rmse(a: &DMatrix<f64>, b: &DMatrix<f64>) -> Result<f64> {
    let [a, b] = upper_triangles("matrix RMSE", a, b)?;
    root_mean_square_difference("matrix RMSE", &a, &b)
}

/// √(mean (x − y)²) of two lists of equal length.
pub(crate) fn root_mean_square_difference(what: &str, x: &[f64], y: &[f64]) -> Result<f64> {
    if x.is_empty() {
        return Err(Error::shape(what, "at least one pair of numbers", "none"));
    }
    let sum: f64 = x.iter().zip(y).map(|(x, y)| (x - y).powi(2)).sum();
    let rmse = (sum / x.len() as f64).sqrt();
    if rmse.is_finite() {
        return Ok(rmse);
    }
    let place = "the squares of the differences".to_owned();
    Err(Error::NotFinite { what: what.to_owned(), place, value: rmse })
}

/// One minus the correlation of simulated and empirical functional connectivity.
///
/// ```text
/// cost = 1 − r,   r = Pearson correlation of FC_ij and target_ij over i < j
/// ```
///
/// From 0 (same pattern) to 2.
///
/// DIFFERENCE: the data are an [`Fc`] by type, so that a matrix cannot be taken for a series. The Python
/// library's tutorial does that: it scores against the FC of an FC.
///
/// ```
/// use brainmass_core::{units::{dimension::Volt, ms}, Objective, TimeSeries};
/// use brainmass_objectives::{Fc, FcCorrelation};
/// use nalgebra::dmatrix;
/// // FC above the diagonal: 0.8, 0.6, 0.
/// let values = dmatrix![4.0, -4.0, 3.0, -3.0; 1.0, -1.0, 0.0, 0.0; 0.0, 0.0, 1.0, -1.0];
/// let simulated = TimeSeries::<Volt>::unnamed(values, ms(1.0), ms(1.0)).unwrap();
/// let target = Fc::unnamed(dmatrix![1.0, 0.7, -0.5; 0.7, 1.0, -0.2; -0.5, -0.2, 1.0]).unwrap();
/// let objective = FcCorrelation::new(target).unwrap();
/// approx::assert_relative_eq!(objective.correlation(&simulated).unwrap(), 0.5, max_relative = 1e-14);
/// approx::assert_relative_eq!(objective.cost(&simulated).unwrap(), 0.5, max_relative = 1e-14);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[doc(alias = "fc_corr")]
pub struct FcCorrelation {
    target: Fc,
    pairs: Pairs,
}

impl FcCorrelation {
    /// The objective with the functional connectivity to be reached.
    ///
    /// # Errors
    /// [`Error::Constant`] if it does not vary above the diagonal, [`Error::Shape`] for less than three
    /// regions.
    pub fn new(target: Fc) -> Result<Self> {
        matrix_correlation(target.matrix(), target.matrix())?;
        Ok(Self { target, pairs: Pairs::default() })
    }

    /// The same over some pairs of regions only, so that others can be held out: those i < j for which it is true.
    ///
    /// ```
    /// use brainmass_core::{units::{dimension::Volt, ms}, TimeSeries};
    /// use brainmass_objectives::{Fc, FcCorrelation};
    /// use nalgebra::{dmatrix, DMatrix};
    /// let wave = DMatrix::from_fn(4, 40, |i, t| ((1.0 + 0.2 * i as f64) * t as f64).sin());
    /// let simulated = TimeSeries::<Volt>::unnamed(wave, ms(1.0), ms(1.0)).unwrap();
    /// let mut data = brainmass_objectives::functional_connectivity(&simulated).unwrap().matrix().clone();
    /// // What is not counted may be as wrong as it likes.
    /// (data[(0, 3)], data[(3, 0)]) = (-0.9, -0.9);
    /// let all = FcCorrelation::new(Fc::unnamed(data).unwrap()).unwrap();
    /// let near = all.clone().among(|i, j| j - i < 3).unwrap();
    /// assert!(all.correlation(&simulated).unwrap() < 0.9);
    /// assert!((near.correlation(&simulated).unwrap() - 1.0).abs() < 1e-12);
    /// ```
    ///
    /// # Errors
    /// [`Error::Constant`] if the data do not vary over these pairs, [`Error::Shape`] for fewer than two of them.
    pub fn among(mut self, counts: impl Fn(usize, usize) -> bool) -> Result<Self> {
        self.pairs = Pairs::among(self.target.n_regions(), counts, 2)?;
        standardize(&mut self.pairs.of(self.target.upper_triangle()), WHAT, "pairs of the data")?;
        Ok(self)
    }

    /// The correlation r, for reports.
    ///
    /// # Errors
    /// Those of [`functional_connectivity`](crate::functional_connectivity) and [`matrix_correlation`]; [`Error::Setting`] if the series
    /// has the channels of the data in another order.
    pub fn correlation<U: Dimension>(&self, simulated: &TimeSeries<U>) -> Result<f64> {
        agree::channels(self.target.labels(), simulated.channels())?;
        let (x, y, _) = self.standardized(&Standardized::of(simulated)?)?;
        Ok(of_standardized(&x, &y))
    }

    /// The pairs of simulated and of empirical FC, and the norm of the former.
    fn standardized(&self, channels: &Standardized) -> Result<(Vec<f64>, Vec<f64>, f64)> {
        let mut x = self.pairs.of(channels.fc().upper_triangle());
        let mut y = self.pairs.of(self.target.upper_triangle());
        let norm = standardize(&mut x, WHAT, "upper triangle of the first matrix")?;
        standardize(&mut y, WHAT, "upper triangle of the second matrix")?;
        Ok((x, y, norm))
    }
}

const WHAT: &str = "matrix correlation";

impl<U: Dimension> Objective<U> for FcCorrelation {
    fn name(&self) -> String {
        "FC correlation distance".to_owned()
    }

    fn cost(&self, simulated: &TimeSeries<U>) -> Result<f64> {
        Ok(1.0 - self.correlation(simulated)?)
    }
}

impl<U: Dimension> DifferentiableObjective<U> for FcCorrelation {
    fn gradient(&self, simulated: &TimeSeries<U>) -> Result<(f64, DMatrix<f64>)> {
        agree::channels(self.target.labels(), simulated.channels())?;
        let channels = Standardized::of(simulated)?;
        let (x, y, norm) = self.standardized(&channels)?;
        let cost = 1.0 - of_standardized(&x, &y);
        let mut by_fc: Vec<f64> = y.iter().map(|y| -y).collect();
        pull_back(&mut by_fc, &x, norm);
        Ok((cost, agree::finite_gradient(channels.pull_back(&self.pairs.back(by_fc)))?))
    }
}

/// Root mean square difference of simulated and empirical functional connectivity.
///
/// Over the entries above the diagonal, see [`matrix_rmse`].
///
/// DIFFERENCE: the Python library averages over all N × N entries. The N zeros of the diagonal make it
/// smaller by √((N − 1)/N); [`including_diagonal`](Self::including_diagonal) gives that number.
///
/// ```
/// use brainmass_core::{units::{dimension::Volt, ms}, Objective, TimeSeries};
/// use brainmass_objectives::{Fc, FcRmse};
/// use nalgebra::dmatrix;
/// let values = dmatrix![1.0, 2.0, 3.0, 4.0, 5.0; 2.0, 1.0, 3.0, 5.0, 4.0]; // FC 0.8
/// let simulated = TimeSeries::<Volt>::unnamed(values, ms(1.0), ms(1.0)).unwrap();
/// let target = Fc::unnamed(dmatrix![1.0, 0.5; 0.5, 1.0]).unwrap();
/// let objective = FcRmse::new(target).unwrap();
/// approx::assert_relative_eq!(objective.cost(&simulated).unwrap(), 0.3, max_relative = 1e-14);
/// let all = objective.including_diagonal().cost(&simulated).unwrap();
/// approx::assert_relative_eq!(all, 0.3 * 0.5_f64.sqrt(), max_relative = 1e-14);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[doc(alias = "fc_rmse")]
pub struct FcRmse {
    target: Fc,
    diagonal: bool,
    pairs: Pairs,
}

impl FcRmse {
    /// The objective with the functional connectivity to be reached.
    ///
    /// # Errors
    /// [`Error::Shape`] for a single region, which has no pair.
    pub fn new(target: Fc) -> Result<Self> {
        matrix_rmse(target.matrix(), target.matrix())?;
        Ok(Self { target, diagonal: false, pairs: Pairs::default() })
    }

    /// The same over some pairs of regions only, as [`FcCorrelation::among`]. The diagonal is then not counted.
    ///
    /// # Errors
    /// [`Error::Shape`] for none.
    pub fn among(self, counts: impl Fn(usize, usize) -> bool) -> Result<Self> {
        let pairs = Pairs::among(self.target.n_regions(), counts, 1)?;
        Ok(Self { pairs, diagonal: false, ..self })
    }

    /// The pairs that count, of simulated and of empirical FC, and their root mean square difference.
    fn compared(&self, channels: &Standardized) -> Result<(Vec<f64>, Vec<f64>, f64)> {
        let x = self.pairs.of(channels.fc().upper_triangle());
        let y = self.pairs.of(self.target.upper_triangle());
        let rmse = root_mean_square_difference("matrix RMSE", &x, &y)?;
        let n = self.target.n_regions() as f64;
        let rmse = if self.diagonal { rmse * ((n - 1.0) / n).sqrt() } else { rmse };
        Ok((x, y, rmse))
    }

    /// The same with the mean over all N × N entries, as in the Python library.
    #[must_use]
    pub fn including_diagonal(self) -> Self {
        Self { diagonal: true, pairs: Pairs::default(), ..self }
    }
}

impl<U: Dimension> Objective<U> for FcRmse {
    fn name(&self) -> String {
        if self.diagonal { "FC RMSE with diagonal" } else { "FC RMSE" }.to_owned()
    }

    fn cost(&self, simulated: &TimeSeries<U>) -> Result<f64> {
        agree::channels(self.target.labels(), simulated.channels())?;
        Ok(self.compared(&Standardized::of(simulated)?)?.2)
    }
}

/// Where the two agree to the last bit the root has a kink, and the slope given there is zero.
impl<U: Dimension> DifferentiableObjective<U> for FcRmse {
    fn gradient(&self, simulated: &TimeSeries<U>) -> Result<(f64, DMatrix<f64>)> {
        agree::channels(self.target.labels(), simulated.channels())?;
        let channels = Standardized::of(simulated)?;
        let (x, y, cost) = self.compared(&channels)?;
        // cost² is the share of each pair, counted twice where the whole matrix is.
        let n = self.target.n_regions() as f64;
        let share = if self.diagonal { 2.0 / (n * n) } else { 1.0 / x.len() as f64 };
        let by_fc = root_slopes(&x, &y, share, cost);
        Ok((cost, agree::finite_gradient(channels.pull_back(&self.pairs.back(by_fc)))?))
    }
}

/// Slopes of √(share · Σ (x − y)²) by x, given that root; zero where it is zero.
pub(crate) fn root_slopes(x: &[f64], y: &[f64], share: f64, root: f64) -> Vec<f64> {
    let factor = if root > 0.0 { share / root } else { 0.0 };
    x.iter().zip(y).map(|(x, y)| (x - y) * factor).collect()
}
