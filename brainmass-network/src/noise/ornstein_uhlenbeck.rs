//! Noise with an exponential memory.

use brainmass_core::random::Stream;
use brainmass_core::units::{Second, Unit, Values};
use brainmass_core::{Real, Result, check};

use super::NormalRow;

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
}

impl OrnsteinUhlenbeck {
    /// Noise of standard deviation `sigma` (one, or one per region) and time constant `tau` around zero.
    pub fn new(sigma: impl Into<Values>, tau: Second) -> Self {
        let sigma = sigma.into();
        let mean = Values::new(vec![0.0], sigma.unit());
        Self { sigma, tau, mean }
    }

    /// The same noise around a mean.
    #[must_use]
    pub fn around(mut self, mean: impl Into<Values>) -> Self {
        self.mean = mean.into();
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
        not_negative(&format!("sigma of the noise on {what}"), &self.sigma)
    }

    pub(crate) fn start(
        &self,
        seed: u64,
        stream: u32,
        n_regions: usize,
        dt: Second,
    ) -> OrnsteinUhlenbeckState {
        let steps = dt.value_unsafe / self.tau.value_unsafe;
        let decay = Real::exp(-steps);
        // The initial value has a stream of its own: the highest bit is no number of a noise.
        let initial = Stream::new(seed, stream | 1 << 31);
        let at = |region: u32| {
            let index = region as usize;
            self.mean.at(index) + self.sigma.at(index) * initial.normal(region, 0)
        };
        OrnsteinUhlenbeckState {
            noise: self.clone(),
            decay,
            kick: Real::sqrt(-Real::exp_m1(-2.0 * steps)),
            values: (0_u32..).take(n_regions).map(at).collect(),
            normals: NormalRow::new(Stream::new(seed, stream), n_regions),
            row: vec![0.0; n_regions],
        }
    }
}

/// The process in a run.
#[derive(Clone, Debug)]
pub(crate) struct OrnsteinUhlenbeckState {
    noise: OrnsteinUhlenbeck,
    decay: f64,
    kick: f64,
    values: Vec<f64>,
    normals: NormalRow,
    row: Vec<f64>,
}

impl OrnsteinUhlenbeckState {
    /// Advances by one step and adds the values to an input.
    pub(crate) fn advance(&mut self, step: u64, input: &mut [f64]) {
        self.normals.fill(step, &mut self.row);
        for (region, (value, normal)) in self.values.iter_mut().zip(&self.row).enumerate() {
            let (mean, sigma) = (self.noise.mean.at(region), self.noise.sigma.at(region));
            *value = mean + (*value - mean) * self.decay + sigma * self.kick * normal;
            input[region] += *value;
        }
    }
}

pub(super) fn not_negative(what: &str, values: &Values) -> Result<()> {
    match values.as_slice().iter().find(|value| **value < 0.0) {
        None => Ok(()),
        Some(value) => Err(check::out_of_range(what, *value, values.unit(), "zero or more")),
    }
}
