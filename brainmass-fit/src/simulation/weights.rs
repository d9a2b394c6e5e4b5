//! The weights of a connectome as parameters of a fit.

use brainmass_core::{Connectome, Error, Node, Result};
use brainmass_network::{Connection, Gradient, Network};
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
    magnitudes: bool,
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

    /// Numbers are magnitudes: each weight keeps the sign it has, also where positive bounds hold for all.
    #[must_use]
    pub fn magnitudes(mut self) -> Self {
        self.magnitudes = true;
        self
    }

    /// What a region receives sums to 1: `w_ij = x_ij / Σ_k x_ik` for numbers x; with signs, of magnitudes.
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
        Ok(self.on(network)?.numbers())
    }

    pub(super) fn on<N: Node>(self, network: &Network<N>) -> Result<WeightNumbers> {
        let diagonal = network.connections().iter().any(Connection::has_self_connections);
        self.of(network.connectome(), diagonal)
    }

    /// The numbers of a connectome whose regions act on themselves, or not.
    ///
    /// # Errors
    /// As [`numbers`](Self::numbers).
    pub fn of(self, connectome: &Connectome, self_connections: bool) -> Result<WeightNumbers> {
        let weights = connectome.weights();
        let n = weights.nrows();
        let all = (0..n).flat_map(|i| (0..n).map(move |j| (i, j)));
        let connected = all.filter(|(i, j)| weights[(*i, *j)] != 0.0 && (self_connections || i != j));
        let mut places: Vec<(usize, usize)> = connected.collect();
        if self.symmetric {
            if let Some((i, j)) = places.iter().find(|(i, j)| weights[(*j, *i)] == 0.0) {
                let labels = connectome.labels();
                let problem =
                    format!("`{}` sends to `{}`, but receives nothing from it", labels[*j], labels[*i]);
                return Err(Error::setting("symmetric weights of a fit", problem));
            }
            places.retain(|(i, j)| i <= j);
        }
        if places.is_empty() {
            return Err(Error::setting("weights of a fit", "there is no connection"));
        }
        Ok(WeightNumbers { free: self, weights: weights.clone(), places })
    }
}

/// The numbers of a fit that make the weights of a connectome, made by [`FreeWeights::of`].
///
/// ```
/// use brainmass_core::Connectome;
/// use brainmass_fit::FreeWeights;
/// use nalgebra::dmatrix;
/// let connectome = Connectome::without_lengths(dmatrix![0.0, -2.0; 3.0, 0.0])?;
/// let magnitudes = FreeWeights::new().magnitudes().of(&connectome, false)?;
/// assert_eq!(magnitudes.numbers(), [2.0, 3.0]);
/// assert_eq!(magnitudes.matrix(&[5.0, 7.0])?, dmatrix![0.0, -5.0; 7.0, 0.0]);
/// # Ok::<(), brainmass_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct WeightNumbers {
    free: FreeWeights,
    /// Those of the connectome.
    weights: DMatrix<f64>,
    /// Target and source of each number.
    places: Vec<(usize, usize)>,
}

impl WeightNumbers {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Never: there is one number at least.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// Those of the connectome itself, before any normalisation.
    pub fn numbers(&self) -> Vec<f64> {
        self.places.iter().map(|place| self.sign(*place) * self.weights[*place]).collect()
    }

    /// The weights at some numbers; what is not among them stays as it is.
    ///
    /// # Errors
    /// [`Error::Shape`] for another number of them, [`Error::Setting`] if those that are to sum to 1 cannot.
    pub fn matrix(&self, numbers: &[f64]) -> Result<DMatrix<f64>> {
        if numbers.len() != self.len() {
            let expected = format!("{} numbers", self.len());
            return Err(Error::shape("weights of a fit", expected, numbers.len().to_string()));
        }
        let sums = self.row_sums(numbers);
        if let Some(row) = sums.iter().position(|sum| !(*sum > 0.0 && sum.is_finite())) {
            let problem = format!("those into region {row} sum to {}", sums[row]);
            return Err(Error::setting("normalised weights of a fit", problem));
        }
        let mut matrix = self.weights.clone();
        self.both(|k, (i, j)| matrix[(i, j)] = self.sign((i, j)) * numbers[k] / sums[i]);
        Ok(matrix)
    }

    /// Derivatives by the weights turned into derivatives by the numbers.
    ///
    /// With signs σ and `s_i = Σ_k x_ik`, or 1 without normalisation, `w_ij = σ_ij x_ij/s_i` and
    /// `∂L/∂x_ij = (σ_ij ∂L/∂w_ij − Σ_k ∂L/∂w_ik w_ik)/s_i`; the sum is there with normalisation alone.
    pub fn pull_back(&self, numbers: &[f64], by_weights: &DMatrix<f64>) -> Vec<f64> {
        let sums = self.row_sums(numbers);
        let mut means = vec![0.0; by_weights.nrows()];
        if self.free.normalized {
            self.both(|k, (i, j)| means[i] += by_weights[(i, j)] * self.sign((i, j)) * numbers[k] / sums[i]);
        }
        let mut by_numbers = vec![0.0; numbers.len()];
        self.both(|k, (i, j)| by_numbers[k] += (self.sign((i, j)) * by_weights[(i, j)] - means[i]) / sums[i]);
        by_numbers
    }

    /// What the numbers of a row are divided by: their sum, or 1 where they are the weights.
    fn row_sums(&self, numbers: &[f64]) -> Vec<f64> {
        let mut sums = vec![1.0; self.weights.nrows()];
        if self.free.normalized {
            self.both(|_, (i, _)| sums[i] = 0.0);
            self.both(|k, (i, _)| sums[i] += numbers[k]);
        }
        sums
    }

    /// −1 for the magnitude of a negative weight, else 1.
    fn sign(&self, place: (usize, usize)) -> f64 {
        if self.free.magnitudes && self.weights[place] < 0.0 { -1.0 } else { 1.0 }
    }

    /// Each weight with the number it comes from.
    fn both(&self, mut at: impl FnMut(usize, (usize, usize))) {
        for (k, &(i, j)) in self.places.iter().enumerate() {
            at(k, (i, j));
            if self.free.symmetric && i != j {
                at(k, (j, i));
            }
        }
    }
}

/// The derivative by each weight, which every connection has its part in.
pub(super) fn by_weights<N: Node>(network: &Network<N>, gradient: &Gradient<N>) -> Result<DMatrix<f64>> {
    let n = network.n_regions();
    let mut each = (0..network.connections().len()).map(|connection| gradient.weights(connection));
    each.try_fold(DMatrix::zeros(n, n), |sum, one| Ok(sum + one?))
}
