//! Additive coupling.

use brainmass_core::units::Unit;
use brainmass_core::{Coupling, Parameter, Parameterized, Real, Result, Strength};

/// Additive coupling: regions add to each other's input.
///
/// ```text
/// c_i = G Σ_j w_ij x_j(t − d_ij)
/// ```
///
/// G has the unit of the input over that of the source.
///
/// ```
/// use brainmass_core::Coupling;
/// use brainmass_network::Additive;
/// assert_eq!(Additive::receive(&10.0, 1.0, &[0.5 * 3.0 + 1.5 * 3.0], 2.0), 60.0);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[doc(alias = "Linear")]
pub struct Additive {
    g: Strength,
}

impl Additive {
    /// Additive coupling of strength G.
    pub fn new(g: impl Into<Strength>) -> Self {
        Self { g: g.into() }
    }
}

impl Parameterized for Additive {
    type With<T: Real> = T;
    const PARAMETERS: &'static [Parameter] = &[super::STRENGTH];

    #[inline(always)]
    fn with<T: Real>(&self, source: &mut impl FnMut(usize, f64) -> T) -> T {
        source(0, self.g.value())
    }
}

impl Coupling for Additive {
    type Sent<T: Real> = [T; 1];
    const NAME: &'static str = "additive";
    const N_SENT: usize = 1;

    #[inline(always)]
    fn send<T: Real>(_: &T, source: T) -> [T; 1] {
        [source]
    }

    #[inline(always)]
    fn receive<T: Real>(g: &T, _: T, sums: &[T; 1], _: T) -> T {
        *g * sums[0]
    }

    fn parameter_unit(&self, _: usize) -> Unit {
        self.g.unit()
    }

    fn arriving_unit(&self, source: Unit) -> Result<Unit> {
        Ok(self.g.unit() * source)
    }
}
