//! A sigmoid of the sum.

use brainmass_core::units::Unit;
use brainmass_core::{Coupling, Parameter, Parameterized, Real, Result, Strength};

use super::named::{Given, Named};
use super::{free, same_unit};

/// Sigmoidal coupling: what arrives saturates, however much the others send.
///
/// ```text
/// c_i = c_min + (c_max − c_min)/(1 + e^(−slope (S_i − midpoint)))    S_i = Σ_j w_ij x_j(t − d_ij)
/// ```
///
/// Without any source, or at rest, the half-way between the two arrives if the midpoint is 0. `c_min` and `c_max` have
/// the unit of the input, the midpoint that of the source, the slope one over it; `c_min` and the midpoint are 0 unless
/// given.
///
/// In TVB's `Sigmoidal` a/σ is the slope; its defaults are −1 for `c_min` and 1/230 for the slope. The reference library's
/// k σ(s (a S + b − m)) has k for `c_max`, a s for the slope and (m − b)/a for the midpoint.
///
/// ```
/// use brainmass_core::{units::{hz, mv, per_mv}, Coupling, Strength};
/// use brainmass_network::Sigmoidal;
/// let coupling = Sigmoidal::new(hz(5.0), per_mv(0.56)).with_midpoint(mv(6.0));
/// assert_eq!(coupling.parameter_unit(2).unwrap().to_string(), "V");
/// // At the midpoint it is half of `c_max`.
/// assert_eq!(Sigmoidal::receive(&[0.0, 5.0, 6.0, 0.56], 0.0, &[6.0], 1.0), 2.5);
/// ```
///
/// # References
/// Sanz-Leon et al. (2015), Neuroimage 111:385–430, doi:10.1016/j.neuroimage.2015.01.002, on TVB's couplings.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sigmoidal {
    c_min: Strength,
    c_max: Strength,
    midpoint: Strength,
    slope: Strength,
}

impl Sigmoidal {
    /// From 0 up to `c_max`, around a sum of 0.
    pub fn new(c_max: impl Into<Strength>, slope: impl Into<Strength>) -> Self {
        let (c_max, slope) = (c_max.into(), slope.into());
        let midpoint = Strength::new(0.0, Unit::DIMENSIONLESS / slope.unit());
        Self { c_min: Strength::new(0.0, c_max.unit()), c_max, midpoint, slope }
    }

    /// The same coupling from another minimum on.
    #[must_use]
    pub fn with_minimum(mut self, c_min: impl Into<Strength>) -> Self {
        self.c_min = c_min.into();
        self
    }

    /// The same coupling around another sum.
    #[must_use]
    pub fn with_midpoint(mut self, midpoint: impl Into<Strength>) -> Self {
        self.midpoint = midpoint.into();
        self
    }

    #[inline(always)]
    fn parameters(&self) -> [Strength; 4] {
        [self.c_min, self.c_max, self.midpoint, self.slope]
    }
}

impl Parameterized for Sigmoidal {
    type With<T: Real> = [T; 4];
    const PARAMETERS: &'static [Parameter] = &[
        Parameter { default: 0.0, ..free("c_min", "What arrives at most negative sums.") },
        free("c_max", "What arrives at most positive sums."),
        Parameter { default: 0.0, ..free("midpoint", "The sum at which the half-way arrives.") },
        free("slope", "Steepness: four times the relative slope at the midpoint."),
    ];

    #[inline(always)]
    fn with<T: Real>(&self, source: &mut impl FnMut(usize, f64) -> T) -> [T; 4] {
        let parameters = self.parameters();
        std::array::from_fn(|k| source(k, parameters[k].value()))
    }
}

impl Coupling for Sigmoidal {
    type Sent<T: Real> = [T; 1];
    const NAME: &'static str = "sigmoidal";
    const N_SENT: usize = 1;
    const NEEDS_TARGET: bool = false;

    #[inline(always)]
    fn send<T: Real>(_: &[T; 4], source: T) -> [T; 1] {
        [source]
    }

    #[inline(always)]
    fn receive<T: Real>([c_min, c_max, midpoint, slope]: &[T; 4], _: T, sums: &[T; 1], _: T) -> T {
        *c_min + (*c_max - *c_min) * (*slope * (sums[0] - *midpoint)).sigmoid()
    }

    fn parameter_unit(&self, index: usize) -> Option<Unit> {
        Some(self.parameters()[index].unit())
    }

    fn arriving_unit(&self, source: Unit) -> Result<Unit> {
        same_unit::<Self>("slope", Unit::DIMENSIONLESS / source, self.slope.unit())?;
        same_unit::<Self>("midpoint", source, self.midpoint.unit())?;
        same_unit::<Self>("c_min", self.c_max.unit(), self.c_min.unit())?;
        Ok(self.c_max.unit())
    }
}

impl Named for Sigmoidal {
    fn read(given: &Given<'_>) -> Result<Self> {
        let mut coupling = Self::new(given.required::<Self>("c_max")?, given.required::<Self>("slope")?);
        coupling.c_min = given.optional("c_min").unwrap_or(coupling.c_min);
        coupling.midpoint = given.optional("midpoint").unwrap_or(coupling.midpoint);
        Ok(coupling)
    }
}
