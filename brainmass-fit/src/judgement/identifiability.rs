//! Whether data tell parameters apart: the Fisher information at a point.

use std::fmt;

use brainmass_core::{Error, Result, check};
use nalgebra::{DMatrix, DVector};
use rayon::prelude::*;

use crate::Space;

/// How well data with white noise determine the parameters of a model, near a point.
///
/// For a signal y(z) of free coordinates z and data with independent noise of standard deviation σ, the Fisher information
/// is
///
/// ```text
/// F = Jᵀ J/σ²,   J = ∂y/∂z
/// ```
///
/// An eigenvector of F is a combination of parameters, the root of its eigenvalue's inverse the standard error with which the
/// data determine it at best. Where an eigenvalue is small against 1 the data say less than the bounds do: free coordinates
/// between bounds are of the order of one.
///
/// ```
/// use brainmass_fit::{FitParameter, Identifiability, Space};
/// // The data see the sum of a and b alone.
/// let space = Space::new(vec![FitParameter::new("a", 0.5, 0.0, 1.0)?, FitParameter::new("b", 0.5, 0.0, 1.0)?])?;
/// let found = Identifiability::at(&space, &[0.5, 0.5], 0.1, |x| Ok(vec![x[0] + x[1]; 50]))?;
/// // 50 samples of slope (1, 1): the eigenvalue of (1, 1)/√2 is 2 · 50/0.1².
/// assert!((found.eigenvalues()[1] / 10_000.0 - 1.0).abs() < 1e-8);
/// assert!(found.eigenvalues()[0].abs() < 1e-3);
/// let worst = found.combination(0);
/// assert_eq!((worst[0].0.as_str(), worst[1].0.as_str()), ("a", "b"));
/// assert!((worst[0].1 + worst[1].1).abs() < 1e-8);
/// assert!(found.to_string().starts_with("a: not determined by the data, only with b\n"));
/// # Ok::<(), brainmass_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[doc(alias = "Fisher information")]
#[doc(alias = "sloppiness")]
pub struct Identifiability {
    names: Vec<String>,
    fisher: DMatrix<f64>,
    eigenvalues: Vec<f64>,
    combinations: DMatrix<f64>,
    /// How much of a value a step of its free coordinate is.
    scales: Vec<f64>,
}

/// The step of differences in free coordinates: for the third derivative of a smooth signal and for rounding alike.
const STEP: f64 = 1e-5;

impl Identifiability {
    /// The information at some values, from differences of the signal by each free coordinate; they are taken in parallel.
    ///
    /// For a [`SimulationProblem`](crate::SimulationProblem) the signal is the samples of its record.
    ///
    /// # Errors
    /// Those of the signal; [`Error::OutOfRange`] for a σ that is not positive; [`Error::Shape`] for another number of
    /// values, or if the length of the signal depends on them; [`Error::NotFinite`].
    pub fn at(
        space: &Space,
        values: &[f64],
        sigma: f64,
        signal: impl Fn(&[f64]) -> Result<Vec<f64>> + Sync,
    ) -> Result<Self> {
        if values.len() != space.len() {
            let expected = format!("{} numbers", space.len());
            return Err(Error::shape("values of a fit", expected, values.len().to_string()));
        }
        check::between("noise of the data", sigma, f64::MIN_POSITIVE, f64::MAX)?;
        let free = space.free(values);
        let (lower, upper) = space.free_bounds();
        let slope = |index: usize| {
            let moved = |to: f64| {
                let mut moved = free.clone();
                moved[index] = to;
                signal(&space.values(&moved)).map(DVector::from_vec)
            };
            // At a bound the difference is to one side.
            let (from, to) = ((free[index] - STEP).max(lower[index]), (free[index] + STEP).min(upper[index]));
            let (before, after) = (moved(from)?, moved(to)?);
            if before.len() != after.len() {
                let found = format!("{} and {} samples", before.len(), after.len());
                return Err(Error::shape("signal of a fit", "one length", found));
            }
            Ok((after - before) / (to - from))
        };
        let columns = (0..free.len()).into_par_iter().map(slope).collect::<Result<Vec<_>>>()?;
        let jacobian = DMatrix::from_columns(&columns) / sigma;
        check::finite("derivative of the signal of a fit", &jacobian)?;
        let slopes = space.pull_back(&free, &vec![1.0; values.len()]);
        let scales = slopes.iter().zip(values).map(|(slope, value)| (slope / value).abs());
        Ok(Self::of(space.names(), jacobian.tr_mul(&jacobian), scales.collect()))
    }

    fn of(names: Vec<String>, fisher: DMatrix<f64>, scales: Vec<f64>) -> Self {
        let eigen = fisher.clone().symmetric_eigen();
        let mut order: Vec<usize> = (0..names.len()).collect();
        order.sort_by(|a, b| eigen.eigenvalues[*a].total_cmp(&eigen.eigenvalues[*b]));
        let eigenvalues = order.iter().map(|k| eigen.eigenvalues[*k]).collect();
        Self { combinations: eigen.eigenvectors.select_columns(&order), names, fisher, eigenvalues, scales }
    }

    /// The information F, by free coordinates.
    pub fn fisher(&self) -> &DMatrix<f64> {
        &self.fisher
    }

    /// Its eigenvalues, the least first.
    pub fn eigenvalues(&self) -> &[f64] {
        &self.eigenvalues
    }

    /// The largest eigenvalue over the least; infinite if that is not positive.
    pub fn condition(&self) -> f64 {
        let (least, largest) = (self.eigenvalues[0], self.eigenvalues[self.eigenvalues.len() - 1]);
        if least > 0.0 { largest / least } else { f64::INFINITY }
    }

    /// The combination of parameters that belongs to an eigenvalue, a unit vector in free coordinates: the largest parts
    /// first, each with the name of its parameter. That of 0 is the one the data determine worst.
    pub fn combination(&self, eigenvalue: usize) -> Vec<(String, f64)> {
        let column = self.combinations.column(eigenvalue);
        let mut parts: Vec<(String, f64)> = self.names.iter().cloned().zip(column.iter().copied()).collect();
        parts.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
        parts
    }

    /// The standard error of each free coordinate at best, by the bound of Cramér and Rao: √(F⁻¹)_kk. Infinite for one
    /// that takes part in a combination of which the data say nothing.
    pub fn standard_errors(&self) -> Vec<f64> {
        let n = self.names.len();
        // What rounding leaves of an eigenvalue of zero.
        let nothing = self.eigenvalues[n - 1] * n as f64 * f64::EPSILON;
        let variance = |k: usize| {
            let part = |(eigenvalue, part): (&f64, &f64)| match part * part {
                square if *eigenvalue > nothing => square / eigenvalue,
                square if square > f64::EPSILON => f64::INFINITY,
                _ => 0.0,
            };
            self.eigenvalues.iter().zip(self.combinations.row(k).iter()).map(part).sum::<f64>()
        };
        (0..n).map(|k| variance(k).sqrt()).collect()
    }

    /// The standard error of each number over its value, at best. Infinite for one of which the data say nothing.
    #[doc(alias = "coefficient of variation")]
    pub fn relative_errors(&self) -> Vec<f64> {
        self.standard_errors().iter().zip(&self.scales).map(|(error, scale)| error * scale).collect()
    }
}

impl fmt::Display for Identifiability {
    /// A line for each number: how well it is known, or that the data do not tell it and what it hides behind.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (k, (name, error)) in self.names.iter().zip(self.relative_errors()).enumerate() {
            if error <= 1.0 {
                writeln!(formatter, "{name}: known to {:.2} % at best", 100.0 * error)?;
                continue;
            }
            // The combination, among those of which the data say nothing or least, that it has most part in.
            let part = |eigenvalue: &usize| {
                let part = self.combinations[(k, *eigenvalue)];
                part * part / self.eigenvalues[*eigenvalue].max(f64::MIN_POSITIVE)
            };
            let worst = (0..self.names.len()).max_by(|a, b| part(a).total_cmp(&part(b))).unwrap_or(0);
            let others =
                self.combination(worst).into_iter().filter(|(other, part)| other != name && part.abs() > 0.1);
            let others: Vec<String> = others.map(|(other, _)| other).collect();
            let behind =
                if others.is_empty() { String::new() } else { format!(", only with {}", others.join(", ")) };
            writeln!(formatter, "{name}: not determined by the data{behind}")?;
        }
        Ok(())
    }
}
