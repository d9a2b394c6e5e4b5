//! Additive coupling.

use brainmass_core::units::Unit;
use brainmass_core::{Coupling, Parameter, Parameterized, Real, Result, Strength};

use super::named::{Given, Named};
use super::{STRENGTH, free, same_unit};

/// Additive coupling: regions add to each other's input. With an offset it is linear coupling.
///
/// ```text
/// c_i = G Σ_j w_ij x_j(t − d_ij) + b
/// ```
///
/// G has the unit of the input over that of the source; b, 0 unless given, that of the input.
///
/// TVB's `Linear` is this one, with a for G.
///
/// ```
/// use brainmass_core::Coupling;
/// use brainmass_network::Additive;
/// // Two sources at 3 with weights 0.5 and 1.5: G · 6 + b.
/// assert_eq!(Additive::receive(&[10.0, 0.5], 1.0, &[0.5 * 3.0 + 1.5 * 3.0], 2.0), 60.5);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[doc(alias = "Linear")]
pub struct Additive {
    g: Strength,
    b: Option<Strength>,
}

impl Additive {
    /// Additive coupling of strength G, without an offset.
    pub fn new(g: impl Into<Strength>) -> Self {
        Self { g: g.into(), b: None }
    }

    /// The same coupling with an offset b, which arrives whatever the others do.
    #[must_use]
    pub fn with_offset(mut self, b: impl Into<Strength>) -> Self {
        self.b = Some(b.into());
        self
    }
}

impl Parameterized for Additive {
    type With<T: Real> = [T; 2];
    const PARAMETERS: &'static [Parameter] =
        &[STRENGTH, Parameter { default: 0.0, ..free("b", "Offset: what arrives without the others.") }];

    #[inline(always)]
    fn with<T: Real>(&self, source: &mut impl FnMut(usize, f64) -> T) -> [T; 2] {
        [source(0, self.g.value()), source(1, self.b.map_or(0.0, |b| b.value()))]
    }
}

impl Coupling for Additive {
    type Sent<T: Real> = [T; 1];
    const NAME: &'static str = "additive";
    const N_SENT: usize = 1;
    const NEEDS_TARGET: bool = false;

    #[inline(always)]
    fn send<T: Real>(_: &[T; 2], source: T) -> [T; 1] {
        [source]
    }

    #[inline(always)]
    fn receive<T: Real>([g, b]: &[T; 2], _: T, sums: &[T; 1], _: T) -> T {
        *g * sums[0] + *b
    }

    fn parameter_unit(&self, index: usize) -> Option<Unit> {
        [Some(self.g), self.b][index].map(|number| number.unit())
    }

    fn arriving_unit(&self, source: Unit) -> Result<Unit> {
        let arriving = self.g.unit() * source;
        if let Some(b) = self.b {
            same_unit::<Self>("b", arriving, b.unit())?;
        }
        Ok(arriving)
    }
}

impl Named for Additive {
    fn read(given: &Given<'_>) -> Result<Self> {
        let coupling = Self::new(given.required::<Self>("g")?);
        Ok(given.optional("b").map_or(coupling, |b| coupling.with_offset(b)))
    }
}
