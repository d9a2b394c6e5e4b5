//! Any noise on an input.

use brainmass_core::Result;
use brainmass_core::units::{Second, Unit, Values};

use super::{ColouredNoise, Correlation, OrnsteinUhlenbeck};

/// Noise on an input: [`OrnsteinUhlenbeck`] or [`ColouredNoise`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum InputNoise {
    /// With an exponential memory.
    OrnsteinUhlenbeck(OrnsteinUhlenbeck),
    /// With a power law as its spectrum.
    Coloured(ColouredNoise),
}

impl From<OrnsteinUhlenbeck> for InputNoise {
    fn from(noise: OrnsteinUhlenbeck) -> Self {
        Self::OrnsteinUhlenbeck(noise)
    }
}

impl From<ColouredNoise> for InputNoise {
    fn from(noise: ColouredNoise) -> Self {
        Self::Coloured(noise)
    }
}

impl InputNoise {
    pub(super) fn correlation(&self) -> &Correlation {
        match self {
            Self::OrnsteinUhlenbeck(noise) => noise.correlation(),
            Self::Coloured(noise) => &noise.correlation,
        }
    }

    /// The standard deviation, or of brown noise the strength.
    pub(crate) fn sigma(&self) -> &Values {
        match self {
            Self::OrnsteinUhlenbeck(noise) => noise.sigma(),
            Self::Coloured(noise) => &noise.sigma,
        }
    }

    /// The mean; coloured noise has none.
    pub(crate) fn mean(&self) -> Values {
        match self {
            Self::OrnsteinUhlenbeck(noise) => noise.mean().clone(),
            Self::Coloured(noise) => Values::new(vec![0.0], noise.sigma.unit()),
        }
    }

    /// The same noise of another strength.
    pub(crate) fn with_sigma(self, sigma: Values) -> Self {
        match self {
            Self::OrnsteinUhlenbeck(noise) => Self::OrnsteinUhlenbeck(noise.with_sigma(sigma)),
            Self::Coloured(noise) => Self::Coloured(ColouredNoise { sigma, ..noise }),
        }
    }

    pub(crate) fn check(&self, what: &str, unit: Unit, n_regions: usize) -> Result<()> {
        match self {
            Self::OrnsteinUhlenbeck(noise) => noise.check(what, unit, n_regions),
            Self::Coloured(noise) => {
                noise.check(what, unit, n_regions)?;
                noise.correlation.check(what, n_regions)
            }
        }
    }

    pub(crate) fn check_run(&self, what: &str, dt: Second) -> Result<()> {
        match self {
            Self::OrnsteinUhlenbeck(_) => Ok(()),
            Self::Coloured(noise) => noise.check_run(what, dt),
        }
    }
}
