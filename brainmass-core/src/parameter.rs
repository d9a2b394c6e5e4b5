//! Parameters by name: what nodes and couplings have in common for files, sweeps and fits.

use crate::units::{Unit, show_value};
use crate::{Real, Result, check};

/// What is known about a parameter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Parameter {
    /// Its name in code, files and tables.
    pub name: &'static str,
    /// Its coherent SI unit.
    pub unit: Unit,
    /// Its default, in coherent SI.
    pub default: f64,
    /// The range the model admits, in coherent SI, both ends included; values outside are an error of the network.
    pub range: (f64, f64),
    /// What it is, in one line.
    pub description: &'static str,
}

impl Parameter {
    /// Checks that a value lies within the range.
    ///
    /// # Errors
    /// [`Error::OutOfRange`](crate::Error::OutOfRange) with the bounds; NaN is out of any range.
    pub fn check(&self, what: &str, value: f64) -> Result<()> {
        let (low, high) = self.range;
        if (low..=high).contains(&value) {
            return Ok(());
        }
        let requirement =
            format!("between {} and {}", show_value(low, self.unit), show_value(high, self.unit));
        Err(check::out_of_range(what, value, self.unit, &requirement))
    }
}

/// A model with named parameters, which may be numbers of any scalar.
///
/// The [`node!`](crate::node!) macro implements it.
pub trait Parameterized: Sized {
    /// The parameters with another scalar.
    type With<T: Real>: Copy + std::fmt::Debug + Send + Sync;

    /// What is known about each parameter, in the order of [`with`](Self::with).
    const PARAMETERS: &'static [Parameter];

    /// The parameters, each made by `source` from its index and its value in coherent SI.
    fn with<T: Real>(&self, source: &mut impl FnMut(usize, f64) -> T) -> Self::With<T>;
}

/// The values of all parameters in coherent SI, in the order of [`Parameterized::PARAMETERS`].
pub fn parameter_values<P: Parameterized>(model: &P) -> Vec<f64> {
    let mut values = Vec::with_capacity(P::PARAMETERS.len());
    model.with::<f64>(&mut |_, value| {
        values.push(value);
        value
    });
    values
}

/// The index of a parameter.
///
/// # Errors
/// [`Error::Unknown`](crate::Error::Unknown), which lists the parameters.
pub fn parameter_index<P: Parameterized>(name: &str) -> Result<usize> {
    let names: Vec<&str> = P::PARAMETERS.iter().map(|parameter| parameter.name).collect();
    check::position("parameter", name, &names)
}
