//! Noise without memory.

use brainmass_core::Result;
use brainmass_core::units::{Unit, Values};

/// White noise on a state variable.
///
/// ```text
/// dx = f dt + σ dW
/// ```
///
/// σ is written in the unit of the state: it is the standard deviation that noise alone piles up in one
/// second, and grows with the root of the time. TVB's `nsig` is σ²/2.
///
/// ```
/// use brainmass_network::WhiteNoise;
/// assert_eq!(WhiteNoise::new(0.02).sigma().at(3), 0.02);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct WhiteNoise {
    sigma: Values,
}

impl WhiteNoise {
    /// Noise of strength `sigma`: one, or one per region.
    pub fn new(sigma: impl Into<Values>) -> Self {
        Self { sigma: sigma.into() }
    }

    /// The strength.
    pub fn sigma(&self) -> &Values {
        &self.sigma
    }

    pub(crate) fn check(&self, what: &str, unit: Unit, n_regions: usize) -> Result<()> {
        let what = format!("sigma of the noise on {what}");
        self.sigma.check(&what, unit, n_regions)?;
        super::ornstein_uhlenbeck::not_negative(&what, &self.sigma)
    }
}
