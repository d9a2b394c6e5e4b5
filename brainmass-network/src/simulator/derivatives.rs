//! The derivatives that a run taken back gives.

use brainmass_core::node::variable_index;
use brainmass_core::{Error, Node, Result, check, parameter_index};
use nalgebra::DMatrix;

use super::gradient::WithRespectTo;
use crate::engine::Found;

/// The derivatives of a cost: those of one region by those of another are not told apart, each is of the whole cost.
#[derive(Clone, Debug, PartialEq)]
pub struct Gradient<N> {
    pub(super) found: Found,
    pub(super) by: WithRespectTo,
    /// Those of `by.couplings`.
    pub(super) couplings: Vec<Vec<f64>>,
    pub(super) node: std::marker::PhantomData<N>,
}

/// What is said of a derivative that is not finite.
pub(super) fn not_finite() -> Error {
    Error::setting(
        "gradient",
        "a derivative is not finite: the run is at the edge of its domain, or grows without bounds",
    )
}

fn nth<'a>(kind: &str, all: &'a [Vec<f64>], index: usize) -> Result<&'a [f64]> {
    let found = all.get(index).ok_or_else(|| Error::unknown(kind, &index.to_string(), 0..all.len()));
    found.map(Vec::as_slice)
}

fn where_not_zero<'a>(by_sigma: &'a [f64], kind: &str, noise: usize) -> Result<&'a [f64]> {
    if by_sigma.iter().all(|derivative| derivative.is_finite()) {
        return Ok(by_sigma);
    }
    Err(Error::setting(format!("gradient by the σ of {kind} {noise}"), "σ must not be zero"))
}

impl<N: Node> Gradient<N> {
    pub(super) fn check(&self) -> Result<()> {
        let found = &self.found;
        let rows =
            found.parameters.iter().chain(&found.initial).chain(&found.inputs).chain(&found.state_noise);
        let weights = found.weights.iter().flatten().flat_map(DMatrix::iter);
        let rows = rows.chain(&self.couplings).chain(found.speeds.iter().flatten());
        let mut all = rows.flatten().chain(weights);
        if all.all(|derivative| derivative.is_finite()) {
            return Ok(());
        }
        Err(not_finite())
    }

    /// By a parameter of the node, in each region.
    ///
    /// # Errors
    /// [`Error::Unknown`] if it was not asked for.
    pub fn parameter(&self, name: &str) -> Result<&[f64]> {
        check::position("parameter of the gradient", name, &self.by.parameters)?;
        Ok(&self.found.parameters[parameter_index::<N>(name)?])
    }

    /// By a state variable at t = 0, in each region.
    ///
    /// # Errors
    /// [`Error::Unknown`].
    pub fn initial(&self, state: &str) -> Result<&[f64]> {
        Ok(&self.found.initial[variable_index("state variable", state, N::STATE)?])
    }

    /// By what is added to an input all the time, in each region: a constant drive.
    ///
    /// # Errors
    /// [`Error::Unknown`].
    pub fn input(&self, input: &str) -> Result<&[f64]> {
        Ok(&self.found.inputs[variable_index("input", input, N::INPUT)?])
    }

    /// By the σ of a coloured noise, counted from 0, in each region; the random numbers are held.
    ///
    /// # Errors
    /// [`Error::Unknown`]; [`Error::Setting`] where σ is zero.
    pub fn input_noise_sigma(&self, noise: usize) -> Result<&[f64]> {
        let [sigma, ..] = self.input_noise(noise)?;
        where_not_zero(sigma, "input noise", noise)
    }

    /// By the σ of a noise on an input that is coloured, common or correlated, counted from 0 among those, in each region; the
    /// random numbers are held.
    ///
    /// # Errors
    /// [`Error::Unknown`]; [`Error::Setting`] where σ is zero.
    pub fn input_process_sigma(&self, noise: usize) -> Result<&[f64]> {
        let sigma = nth("input process", &self.found.processes[0], noise)?;
        where_not_zero(sigma, "input process", noise)
    }

    /// By the σ of a white noise that is common, correlated or proportional to the state, counted from 0 among those, in each
    /// region; the random numbers are held.
    ///
    /// # Errors
    /// [`Error::Unknown`].
    pub fn state_process_sigma(&self, noise: usize) -> Result<&[f64]> {
        nth("state process", &self.found.processes[1], noise)
    }

    /// By the mean of a coloured noise, counted from 0, in each region.
    ///
    /// # Errors
    /// [`Error::Unknown`].
    pub fn input_noise_mean(&self, noise: usize) -> Result<&[f64]> {
        let [_, mean, _] = self.input_noise(noise)?;
        Ok(mean)
    }

    /// By the time constant of a coloured noise, counted from 0, with the random numbers held: the share of each region, which add
    /// up to the derivative.
    ///
    /// # Errors
    /// [`Error::Unknown`].
    pub fn input_noise_tau(&self, noise: usize) -> Result<&[f64]> {
        let [_, _, tau] = self.input_noise(noise)?;
        Ok(tau)
    }

    fn input_noise(&self, noise: usize) -> Result<&[Vec<f64>; 3]> {
        let all = &self.found.input_noise;
        all.get(noise).ok_or_else(|| Error::unknown("input noise", &noise.to_string(), 0..all.len()))
    }

    /// By the σ of a white noise, counted from 0, in each region; the random numbers are held.
    ///
    /// # Errors
    /// [`Error::Unknown`] if there is none or it was not asked for.
    pub fn state_noise_sigma(&self, noise: usize) -> Result<&[f64]> {
        nth("state noise", &self.found.state_noise, noise)
    }

    /// By a parameter of the coupling of a connection, in each region.
    ///
    /// # Errors
    /// [`Error::Unknown`] if it was not asked for.
    pub fn coupling(&self, connection: usize, name: &str) -> Result<&[f64]> {
        let asked: Vec<String> = self.by.couplings.iter().map(|(k, name)| format!("{k}.{name}")).collect();
        let index =
            check::position("coupling parameter of the gradient", &format!("{connection}.{name}"), &asked)?;
        Ok(&self.couplings[index])
    }

    /// By the conduction speed of a connection, in s/m: the shares of what arrives in each region, which add up to the derivative.
    ///
    /// # Errors
    /// [`Error::Unknown`] if it was not asked for.
    pub fn speed(&self, connection: usize) -> Result<&[f64]> {
        let found = self.found.speeds.get(connection).and_then(Option::as_ref);
        found.map(Vec::as_slice).ok_or_else(|| {
            Error::unknown("speed of the gradient, of connection", &connection.to_string(), &self.by.speeds)
        })
    }

    /// By the weights of a connection; `[(i, j)]` from j to i, zero where there is no connection.
    ///
    /// # Errors
    /// [`Error::Unknown`] if they were not asked for.
    pub fn weights(&self, connection: usize) -> Result<&DMatrix<f64>> {
        let found = self.found.weights.get(connection).and_then(Option::as_ref);
        found.ok_or_else(|| {
            Error::unknown("weights of the gradient", &connection.to_string(), &self.by.weights)
        })
    }
}
