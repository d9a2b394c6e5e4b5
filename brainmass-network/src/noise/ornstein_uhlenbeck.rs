//! Noise with an exponential memory.

use brainmass_core::random::Stream;
use brainmass_core::units::{Second, Unit, Values};
use brainmass_core::{Archive, Real, Result, check};

use super::{Correlation, NormalRow};
use crate::numbers::Numbers;

/// Ornstein–Uhlenbeck noise on an input.
///
/// ```text
/// dη = (μ − η) dt/τ + σ √(2/τ) dW
/// η(t + dt) = μ + (η(t) − μ) e^(−dt/τ) + σ √(1 − e^(−2dt/τ)) ξ
/// ```
///
/// σ is the **stationary standard deviation**, τ the time constant of the autocorrelation e^(−|t|/τ). The
/// update is exact at any step. The process starts from its stationary distribution; its value after the
/// update acts during the whole step.
///
/// DIFFERENCE: the Python library brainmass has dη = (μ − η) dt/τ + σ′ dW/√τ, so its σ′ is √2 σ, and its
/// discrete variance is (dt/τ)/(1 − e^(−2dt/τ)) too large. TVB's `nsig` D (dx = … + √(2D) dW) is σ²/τ.
///
/// ```
/// use brainmass_core::units::{hz, ms};
/// use brainmass_network::OrnsteinUhlenbeck;
/// let noise = OrnsteinUhlenbeck::new(hz(22.0), ms(20.0)).around(hz(220.0));
/// assert_eq!(noise.sigma().at(0), 22.0);
/// ```
///
/// # References
/// Gillespie (1996), Phys. Rev. E 54:2084–2091, doi:10.1103/PhysRevE.54.2084, eqs. 3.1.
#[derive(Clone, Debug, PartialEq)]
pub struct OrnsteinUhlenbeck {
    sigma: Values,
    tau: Second,
    mean: Values,
    correlation: Correlation,
}

impl OrnsteinUhlenbeck {
    /// Noise of standard deviation `sigma` (one, or one per region) and time constant `tau` around zero.
    pub fn new(sigma: impl Into<Values>, tau: Second) -> Self {
        let sigma = sigma.into();
        let mean = Values::new(vec![0.0], sigma.unit());
        Self { sigma, tau, mean, correlation: Correlation::default() }
    }

    /// The same noise around a mean.
    #[must_use]
    pub fn around(mut self, mean: impl Into<Values>) -> Self {
        self.mean = mean.into();
        self
    }

    /// The same noise with something in common between regions.
    #[must_use]
    pub fn with_correlation(mut self, correlation: Correlation) -> Self {
        self.correlation = correlation;
        self
    }

    pub(super) fn correlation(&self) -> &Correlation {
        &self.correlation
    }

    /// Whether regions are independent, for which the engines have code of their own.
    pub(crate) fn is_simple(&self) -> bool {
        self.correlation.is_independent()
    }

    /// The same noise of another standard deviation.
    pub(crate) fn with_sigma(mut self, sigma: Values) -> Self {
        self.sigma = sigma;
        self
    }

    /// The same noise of another time constant.
    pub(crate) fn with_tau(mut self, tau: Second) -> Self {
        self.tau = tau;
        self
    }

    /// The stationary standard deviation.
    pub fn sigma(&self) -> &Values {
        &self.sigma
    }

    pub(crate) fn check(&self, what: &str, unit: Unit, n_regions: usize) -> Result<()> {
        self.sigma.check(&format!("sigma of the noise on {what}"), unit, n_regions)?;
        self.mean.check(&format!("mean of the noise on {what}"), unit, n_regions)?;
        check::positive(&format!("tau of the noise on {what}"), self.tau)?;
        self.correlation.check(what, n_regions)?;
        not_negative(&format!("sigma of the noise on {what}"), &self.sigma)
    }

    /// The mean.
    pub fn mean(&self) -> &Values {
        &self.mean
    }

    /// Values of the stationary distribution, one per region.
    pub(crate) fn start(&self, stream: Stream, regions: &Numbers) -> Vec<f64> {
        let n = regions.iter().count();
        let all = |values: &Values| (0..n).map(|region| values.at(region)).collect::<Vec<f64>>();
        start(&all(&self.mean), &all(&self.sigma), stream, regions)
    }

    /// What a step leaves of a deviation from the mean, and what a standard normal number adds to it, over σ.
    pub(crate) fn update(&self, dt: Second) -> (f64, f64) {
        let steps = dt.value_unsafe / self.tau.value_unsafe;
        (Real::exp(-steps), Real::sqrt(-Real::exp_m1(-2.0 * steps)))
    }

    /// The derivatives of both by τ: a dt/τ² of a = e^(−dt/τ), and −a² dt/τ²/b of b = √(1 − a²).
    pub(crate) fn update_slopes(&self, dt: Second) -> (f64, f64) {
        let (decay, kick) = self.update(dt);
        let slope = decay * dt.value_unsafe / self.tau.value_unsafe.powi(2);
        (slope, -decay * slope / kick)
    }
}

/// The process in a run.
#[derive(Clone, Debug)]
pub(crate) struct OrnsteinUhlenbeckState<T> {
    mean: Vec<T>,
    sigma: Vec<T>,
    decay: T,
    kick: T,
    values: Vec<T>,
    normals: NormalRow,
    row: Vec<f64>,
}

impl<T: Real> OrnsteinUhlenbeckState<T> {
    /// The process whose means, standard deviations and update are numbers of the run; it starts from its stationary
    /// distribution.
    pub(crate) fn new(
        (decay, kick): (T, T),
        (mean, sigma): (Vec<T>, Vec<T>),
        first: Stream,
        normals: NormalRow,
    ) -> Self {
        let values = start(&mean, &sigma, first, &normals.regions);
        let row = vec![0.0; mean.len()];
        Self { mean, sigma, decay, kick, values, normals, row }
    }

    /// Advances by one step and adds the values to an input.
    pub(crate) fn advance(&mut self, step: u64, input: &mut [T]) {
        self.normals.fill(step, &mut self.row);
        for (region, (value, normal)) in self.values.iter_mut().zip(&self.row).enumerate() {
            let (mean, sigma) = (self.mean[region], self.sigma[region]);
            *value = mean + (*value - mean) * self.decay + sigma * self.kick * T::from_f64(*normal);
            input[region] += *value;
        }
    }
}

impl OrnsteinUhlenbeckState<f64> {
    pub(crate) fn archive(&mut self, archive: &mut Archive) -> Result<()> {
        archive.numbers(&mut self.values)
    }
}

/// Values of the stationary distribution, one per region.
fn start<T: Real>(mean: &[T], sigma: &[T], stream: Stream, regions: &Numbers) -> Vec<T> {
    let normals = regions.iter().map(|region| T::from_f64(stream.normal(region, 0)));
    normals.zip(mean).zip(sigma).map(|((normal, mean), sigma)| *mean + *sigma * normal).collect()
}

pub(super) fn not_negative(what: &str, values: &Values) -> Result<()> {
    match values.as_slice().iter().find(|value| **value < 0.0) {
        None => Ok(()),
        Some(value) => Err(check::out_of_range(what, *value, values.unit(), "zero or more")),
    }
}
