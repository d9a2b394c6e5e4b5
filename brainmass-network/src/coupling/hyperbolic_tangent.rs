//! A hyperbolic tangent of what each source does.

use brainmass_core::units::Unit;
use brainmass_core::{Coupling, Parameter, Parameterized, Real, Result, Strength};

use super::named::{Given, Named};
use super::{STRENGTH, free, same_unit};

/// Coupling through a hyperbolic tangent **before** the sum: what a source sends saturates.
///
/// ```text
/// c_i = G Σ_j w_ij (1 + tanh(slope (x_j(t − d_ij) − midpoint)))
/// ```
///
/// A source sends between 0 and 2, and 1 at the midpoint. G has the unit of the input, the midpoint, 0 unless given, that of
/// the source, the slope one over it. [`HyperbolicTangentOfSum`](super::HyperbolicTangentOfSum) saturates after the sum.
///
/// It is TVB's `HyperbolicTangent` with a for G, b/σ for the slope and midpoint/b for the midpoint.
/// DIFFERENCE: the `tanh` coupling of the Python library brainmass claims to be TVB's, but saturates after the sum.
///
/// ```
/// use brainmass_core::Coupling;
/// use brainmass_network::HyperbolicTangent;
/// assert_eq!(HyperbolicTangent::send(&[3.0, 0.5, 2.0], 0.5), [1.0]); // at the midpoint
/// assert_eq!(HyperbolicTangent::receive(&[3.0, 0.5, 2.0], 0.0, &[1.5], 1.0), 4.5);
/// ```
///
/// # References
/// Sanz-Leon et al. (2015), Neuroimage 111:385–430, doi:10.1016/j.neuroimage.2015.01.002, on TVB's couplings.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HyperbolicTangent {
    g: Strength,
    midpoint: Strength,
    slope: Strength,
}

impl HyperbolicTangent {
    /// Strength G, around a source of 0.
    pub fn new(g: impl Into<Strength>, slope: impl Into<Strength>) -> Self {
        let slope = slope.into();
        Self { g: g.into(), midpoint: Strength::new(0.0, Unit::DIMENSIONLESS / slope.unit()), slope }
    }

    /// The same coupling around another value of the source.
    #[must_use]
    pub fn with_midpoint(mut self, midpoint: impl Into<Strength>) -> Self {
        self.midpoint = midpoint.into();
        self
    }
}

impl Parameterized for HyperbolicTangent {
    type With<T: Real> = [T; 3];
    const PARAMETERS: &'static [Parameter] = &[
        STRENGTH,
        Parameter { default: 0.0, ..free("midpoint", "The source that sends 1, half of the most.") },
        free("slope", "Slope at the midpoint of what is sent."),
    ];

    #[inline(always)]
    fn with<T: Real>(&self, source: &mut impl FnMut(usize, f64) -> T) -> [T; 3] {
        [source(0, self.g.value()), source(1, self.midpoint.value()), source(2, self.slope.value())]
    }
}

impl Coupling for HyperbolicTangent {
    type Sent<T: Real> = [T; 1];
    const NAME: &'static str = "hyperbolic_tangent";
    const N_SENT: usize = 1;
    const NEEDS_TARGET: bool = false;

    #[inline(always)]
    fn send<T: Real>([_, midpoint, slope]: &[T; 3], source: T) -> [T; 1] {
        [T::one() + (*slope * (source - *midpoint)).tanh()]
    }

    #[inline(always)]
    fn receive<T: Real>([g, ..]: &[T; 3], _: T, sums: &[T; 1], _: T) -> T {
        *g * sums[0]
    }

    fn parameter_unit(&self, index: usize) -> Option<Unit> {
        Some([self.g, self.midpoint, self.slope][index].unit())
    }

    fn arriving_unit(&self, source: Unit) -> Result<Unit> {
        same_unit::<Self>("slope", Unit::DIMENSIONLESS / source, self.slope.unit())?;
        same_unit::<Self>("midpoint", source, self.midpoint.unit())?;
        Ok(self.g.unit())
    }
}

impl Named for HyperbolicTangent {
    fn read(given: &Given<'_>) -> Result<Self> {
        let coupling = Self::new(given.required::<Self>("g")?, given.required::<Self>("slope")?);
        Ok(given.optional("midpoint").map_or(coupling, |midpoint| coupling.with_midpoint(midpoint)))
    }
}
