//! How the numbers of a parameter become what stands at its key.

use brainmass_core::Result;
use brainmass_fit::{Spread, WeightNumbers};
use nalgebra::DMatrix;
use toml::Value;

/// What the numbers of a parameter are.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Shape {
    /// Numbers of regions: one number at the key, or a list.
    Regions(Spread),
    /// Magnitudes of the weights of connections: a list of rows at the key.
    Connections(WeightNumbers),
}

impl Shape {
    pub(super) fn n_numbers(&self, n_regions: usize) -> usize {
        match self {
            Self::Regions(spread) => spread.n_numbers(n_regions),
            Self::Connections(weights) => weights.len(),
        }
    }

    /// What stands at the key for some numbers.
    pub(super) fn value(&self, numbers: &[f64]) -> Result<Value> {
        Ok(match self {
            Self::Regions(Spread::Uniform) => numbers[0].into(),
            Self::Regions(spread) => spread.regions(numbers).into(),
            Self::Connections(weights) => {
                let matrix = weights.matrix(numbers)?;
                let row = |i: usize| Value::from(matrix.row(i).iter().copied().collect::<Vec<f64>>());
                Value::Array((0..matrix.nrows()).map(row).collect())
            }
        })
    }

    /// Derivatives by what is set, region by region or weight by weight column by column, turned into derivatives by the numbers.
    pub(super) fn pull_back(&self, numbers: &[f64], slopes: &[f64], n_regions: usize) -> Vec<f64> {
        match self {
            Self::Regions(spread) => spread.pull_back(numbers, slopes),
            Self::Connections(weights) => {
                weights.pull_back(numbers, &DMatrix::from_column_slice(n_regions, n_regions, slopes))
            }
        }
    }
}
