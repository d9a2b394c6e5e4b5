//! The weights of a connectome as parameters of a fit.

use brainmass_core::{Error, Node, Result};
use brainmass_network::{Connection, Network};
use nalgebra::DMatrix;

/// Which weights a fit may change: those that are not zero, so that the sparsity is kept.
///
/// The numbers stand row by row: those into the first region, then those into the second. The diagonal is among them if a
/// connection has self-connections. A number that reaches zero is no connection and has no derivative: bounds should keep
/// numbers away from it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FreeWeights {
    symmetric: bool,
    normalized: bool,
}

impl FreeWeights {
    /// Each weight by itself.
    pub fn new() -> Self {
        Self::default()
    }

    /// One number for both directions between two regions: `w_ij = w_ji`.
    #[must_use]
    pub fn symmetric(mut self) -> Self {
        self.symmetric = true;
        self
    }

    /// What a region receives sums to 1: `w_ij = x_ij / Σ_k x_ik` for numbers x.
    #[must_use]
    pub fn normalized(mut self) -> Self {
        self.normalized = true;
        self
    }

    /// The numbers at which a network has its own weights, before any normalisation: where to start.
    ///
    /// ```
    /// use brainmass_core::Connectome;
    /// use brainmass_fit::FreeWeights;
    /// use brainmass_network::Network;
    /// use brainmass_nodes::WilsonCowan;
    /// let connectome = Connectome::without_lengths(nalgebra::dmatrix![0.0, 2.0; 3.0, 0.0])?;
    /// let network = Network::new(WilsonCowan::default(), connectome);
    /// assert_eq!(FreeWeights::new().numbers(&network)?, [2.0, 3.0]);
    /// # Ok::<(), brainmass_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Setting`] if weights are to be symmetric and there is a connection in one direction only, or if there is none.
    pub fn numbers<N: Node>(self, network: &Network<N>) -> Result<Vec<f64>> {
        let weights = network.connectome().weights();
        Ok(self.places(network)?.into_iter().map(|place| weights[place]).collect())
    }

    /// Target and source of each number.
    pub(super) fn places<N: Node>(self, network: &Network<N>) -> Result<Vec<(usize, usize)>> {
        let weights = network.connectome().weights();
        let diagonal = network.connections().iter().any(Connection::has_self_connections);
        let n = weights.nrows();
        let all = (0..n).flat_map(|i| (0..n).map(move |j| (i, j)));
        let connected = all.filter(|(i, j)| weights[(*i, *j)] != 0.0 && (diagonal || i != j));
        let mut places: Vec<(usize, usize)> = connected.collect();
        if self.symmetric {
            if let Some((i, j)) = places.iter().find(|(i, j)| weights[(*j, *i)] == 0.0) {
                let labels = network.connectome().labels();
                let problem =
                    format!("`{}` sends to `{}`, but receives nothing from it", labels[*j], labels[*i]);
                return Err(Error::setting("symmetric weights of a fit", problem));
            }
            places.retain(|(i, j)| i <= j);
        }
        if places.is_empty() {
            return Err(Error::setting("weights of a fit", "there is no connection"));
        }
        Ok(places)
    }

    /// The weights at some numbers; what is not among them stays as it is.
    pub(super) fn matrix(
        self,
        weights: &DMatrix<f64>,
        places: &[(usize, usize)],
        numbers: &[f64],
    ) -> Result<DMatrix<f64>> {
        let mut matrix = weights.clone();
        for (&(i, j), number) in places.iter().zip(numbers) {
            matrix[(i, j)] = *number;
            if self.symmetric {
                matrix[(j, i)] = *number;
            }
        }
        if self.normalized {
            let sums = self.row_sums(places, numbers, weights.nrows());
            let mut empty = None;
            self.both(places, |_, (i, j)| {
                if sums[i] > 0.0 && sums[i].is_finite() {
                    matrix[(i, j)] /= sums[i];
                } else {
                    empty = Some(i);
                }
            });
            if let Some(row) = empty {
                let problem = format!("those into region {row} sum to {}", sums[row]);
                return Err(Error::setting("normalised weights of a fit", problem));
            }
        }
        Ok(matrix)
    }

    /// Derivatives by the weights turned into derivatives by the numbers.
    ///
    /// With `s_i = Σ_k x_ik`, `∂L/∂x_ij = (∂L/∂w_ij − Σ_k ∂L/∂w_ik w_ik)/s_i`.
    pub(super) fn pull_back(
        self,
        places: &[(usize, usize)],
        numbers: &[f64],
        by_weights: &DMatrix<f64>,
    ) -> Vec<f64> {
        let mut slopes = by_weights.clone();
        if self.normalized {
            let sums = self.row_sums(places, numbers, by_weights.nrows());
            let mut means = vec![0.0; by_weights.nrows()];
            self.both(places, |k, (i, j)| means[i] += by_weights[(i, j)] * numbers[k] / sums[i]);
            self.both(places, |_, (i, j)| slopes[(i, j)] = (by_weights[(i, j)] - means[i]) / sums[i]);
        }
        let mut by_numbers = vec![0.0; numbers.len()];
        self.both(places, |k, place| by_numbers[k] += slopes[place]);
        by_numbers
    }

    fn row_sums(self, places: &[(usize, usize)], numbers: &[f64], n_regions: usize) -> Vec<f64> {
        let mut sums = vec![0.0; n_regions];
        self.both(places, |k, (i, _)| sums[i] += numbers[k]);
        sums
    }

    /// Each weight with the number it comes from.
    fn both(self, places: &[(usize, usize)], mut at: impl FnMut(usize, (usize, usize))) {
        for (k, &(i, j)) in places.iter().enumerate() {
            at(k, (i, j));
            if self.symmetric && i != j {
                at(k, (j, i));
            }
        }
    }
}
