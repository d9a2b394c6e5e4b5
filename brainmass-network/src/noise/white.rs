//! Noise without memory.

use std::fmt;
use std::sync::Arc;

use brainmass_core::Result;
use brainmass_core::units::{Unit, Values};

use super::Correlation;

/// White noise on a state variable.
///
/// ```text
/// dx = f dt + σ g(x) dW
/// ```
///
/// Additive, with g = 1, unless told otherwise. σ is then written in the unit of the state: it is the standard deviation
/// that noise alone piles up in one second, and grows with the root of the time. TVB's `nsig` is σ²/2.
///
/// Multiplicative noise, where g depends on the state variable itself, needs an interpretation, and that is the
/// integrator's: **Itô** for Euler and exponential Euler, which take g at the beginning of a step, with strong order ½;
/// **Stratonovich** for Heun and Runge–Kutta, which take the mean of g at the beginning and at x + σ g(x) ΔW, with strong
/// order 1. The two differ by a drift of σ² g g′/2.
///
/// ```
/// use brainmass_network::WhiteNoise;
/// assert_eq!(WhiteNoise::new(0.02).sigma().at(3), 0.02);
/// let geometric = WhiteNoise::new(0.1).proportional();
/// let bounded = WhiteNoise::new(0.1).multiplied_by(|x| x * (1.0 - x));
/// ```
///
/// # References
/// Kloeden & Platen (1992), Numerical Solution of Stochastic Differential Equations, Springer,
/// doi:10.1007/978-3-662-12616-5, sections 4.9, 10.2 and 10.3; Rümelin (1982), SIAM J. Numer. Anal. 19:604–613,
/// doi:10.1137/0719041, on the Heun scheme.
#[derive(Clone, Debug, PartialEq)]
pub struct WhiteNoise {
    sigma: Values,
    gain: Option<Gain>,
    correlation: Correlation,
}

/// g of the state.
#[derive(Clone)]
pub(super) enum Gain {
    Proportional,
    Function(Arc<dyn Fn(f64) -> f64 + Send + Sync>),
}

impl fmt::Debug for Gain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Proportional => "proportional",
            Self::Function(_) => "function",
        })
    }
}

impl PartialEq for Gain {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Proportional, Self::Proportional) => true,
            (Self::Function(mine), Self::Function(theirs)) => Arc::ptr_eq(mine, theirs),
            _ => false,
        }
    }
}

impl WhiteNoise {
    /// Noise of strength `sigma`: one, or one per region.
    pub fn new(sigma: impl Into<Values>) -> Self {
        Self { sigma: sigma.into(), gain: None, correlation: Correlation::default() }
    }

    /// Multiplicative noise with g(x) = x; σ has no unit then.
    #[must_use]
    #[doc(alias = "multiplicative")]
    pub fn proportional(mut self) -> Self {
        self.gain = Some(Gain::Proportional);
        self
    }

    /// Multiplicative noise with a function g of the state, which is handed over in coherent SI; σ keeps the unit of the
    /// state, so g has none.
    #[must_use]
    pub fn multiplied_by(mut self, g: impl Fn(f64) -> f64 + Send + Sync + 'static) -> Self {
        self.gain = Some(Gain::Function(Arc::new(g)));
        self
    }

    /// The same noise with something in common between regions.
    #[must_use]
    pub fn with_correlation(mut self, correlation: Correlation) -> Self {
        self.correlation = correlation;
        self
    }

    /// The strength.
    pub fn sigma(&self) -> &Values {
        &self.sigma
    }

    /// The same noise of another strength.
    pub(crate) fn with_sigma(mut self, sigma: Values) -> Self {
        self.sigma = sigma;
        self
    }

    /// Whether it depends on the state by a function, of which no derivative is known.
    pub(crate) fn has_function(&self) -> bool {
        matches!(self.gain, Some(Gain::Function(_)))
    }

    pub(super) fn gain(&self) -> Option<&Gain> {
        self.gain.as_ref()
    }

    pub(super) fn correlation(&self) -> &Correlation {
        &self.correlation
    }

    /// Whether it is additive and of independent regions, for which the engines have code of their own.
    pub(crate) fn is_simple(&self) -> bool {
        self.gain.is_none() && self.correlation.is_independent()
    }

    pub(crate) fn check(&self, what: &str, unit: Unit, n_regions: usize) -> Result<()> {
        let unit = if self.gain == Some(Gain::Proportional) { Unit::DIMENSIONLESS } else { unit };
        let sigma = format!("sigma of the noise on {what}");
        self.sigma.check(&sigma, unit, n_regions)?;
        super::ornstein_uhlenbeck::not_negative(&sigma, &self.sigma)?;
        self.correlation.check(what, n_regions)
    }
}
