//! A hyperbolic tangent of the sum.

use brainmass_core::units::Unit;
use brainmass_core::{Coupling, Parameter, Parameterized, Real, Result, Strength};

use super::named::{Given, Named};
use super::{STRENGTH, free, same_unit};

/// Coupling through a hyperbolic tangent **after** the sum: what arrives saturates, in both directions.
///
/// ```text
/// c_i = G tanh(slope Σ_j w_ij x_j(t − d_ij))
/// ```
///
/// G, the most that arrives, has the unit of the input, the slope one over that of the source.
///
/// It is the `tanh` coupling of the Python library brainmass, k tanh(scale S). TVB's `HyperbolicTangent` saturates before
/// the sum: see [`HyperbolicTangent`](super::HyperbolicTangent).
///
/// ```
/// use brainmass_core::Coupling;
/// use brainmass_network::HyperbolicTangentOfSum;
/// let arrived = HyperbolicTangentOfSum::receive(&[3.0, 0.5], 0.0, &[2.0_f64], 1.0);
/// assert!((arrived - 3.0 * 0.761_594_155_955_764_9).abs() < 1e-15); // tanh 1
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HyperbolicTangentOfSum {
    g: Strength,
    slope: Strength,
}

impl HyperbolicTangentOfSum {
    /// Strength G and slope at a sum of 0.
    pub fn new(g: impl Into<Strength>, slope: impl Into<Strength>) -> Self {
        Self { g: g.into(), slope: slope.into() }
    }
}

impl Parameterized for HyperbolicTangentOfSum {
    type With<T: Real> = [T; 2];
    const PARAMETERS: &'static [Parameter] =
        &[STRENGTH, free("slope", "Slope, in units of G, at a sum of 0.")];

    #[inline(always)]
    fn with<T: Real>(&self, source: &mut impl FnMut(usize, f64) -> T) -> [T; 2] {
        [source(0, self.g.value()), source(1, self.slope.value())]
    }
}

impl Coupling for HyperbolicTangentOfSum {
    type Sent<T: Real> = [T; 1];
    const NAME: &'static str = "hyperbolic_tangent_of_sum";
    const N_SENT: usize = 1;
    const NEEDS_TARGET: bool = false;

    #[inline(always)]
    fn send<T: Real>(_: &[T; 2], source: T) -> [T; 1] {
        [source]
    }

    #[inline(always)]
    fn receive<T: Real>([g, slope]: &[T; 2], _: T, sums: &[T; 1], _: T) -> T {
        *g * (*slope * sums[0]).tanh()
    }

    fn parameter_unit(&self, index: usize) -> Option<Unit> {
        Some([self.g, self.slope][index].unit())
    }

    fn arriving_unit(&self, source: Unit) -> Result<Unit> {
        same_unit::<Self>("slope", Unit::DIMENSIONLESS / source, self.slope.unit())?;
        Ok(self.g.unit())
    }
}

impl Named for HyperbolicTangentOfSum {
    fn read(given: &Given<'_>) -> Result<Self> {
        Ok(Self::new(given.required::<Self>("g")?, given.required::<Self>("slope")?))
    }
}
