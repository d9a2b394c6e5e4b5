//! Diffusive coupling.

use brainmass_core::units::Unit;
use brainmass_core::{Coupling, Parameter, Parameterized, Real, Result, Strength};

use super::named::{Given, Named};

/// Diffusive coupling: regions pull each other together.
///
/// ```text
/// c_i = G Σ_j w_ij (x_j(t − d_ij) − x_i(t)) = G (Σ_j w_ij x_j(t − d_ij) − x_i(t) Σ_j w_ij)
/// ```
///
/// A uniform state feels nothing; with symmetric weights and no delays the couplings of all regions sum to 0.
/// G has the unit of the input over that of the source.
///
/// ```
/// use brainmass_core::Coupling;
/// use brainmass_network::Diffusive;
/// // Two sources at 3 with weights 0.5 and 1.5, the target at 1: G · 2 · (3 − 1).
/// assert_eq!(Diffusive::receive(&10.0, 1.0, &[0.5 * 3.0 + 1.5 * 3.0], 2.0), 40.0);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[doc(alias = "Difference")]
pub struct Diffusive {
    g: Strength,
}

impl Diffusive {
    /// Diffusive coupling of strength G.
    pub fn new(g: impl Into<Strength>) -> Self {
        Self { g: g.into() }
    }
}

impl Parameterized for Diffusive {
    type With<T: Real> = T;
    const PARAMETERS: &'static [Parameter] = &[super::STRENGTH];

    #[inline(always)]
    fn with<T: Real>(&self, source: &mut impl FnMut(usize, f64) -> T) -> T {
        source(0, self.g.value())
    }
}

impl Coupling for Diffusive {
    type Sent<T: Real> = [T; 1];
    const NAME: &'static str = "diffusive";
    const N_SENT: usize = 1;

    #[inline(always)]
    fn send<T: Real>(_: &T, source: T) -> [T; 1] {
        [source]
    }

    #[inline(always)]
    fn receive<T: Real>(g: &T, target: T, sums: &[T; 1], in_strength: T) -> T {
        *g * (sums[0] - in_strength * target)
    }

    fn parameter_unit(&self, _: usize) -> Option<Unit> {
        Some(self.g.unit())
    }

    fn arriving_unit(&self, source: Unit) -> Result<Unit> {
        Ok(self.g.unit() * source)
    }
}

impl Named for Diffusive {
    fn read(given: &Given<'_>) -> Result<Self> {
        Ok(Self::new(given.required::<Self>("g")?))
    }
}
