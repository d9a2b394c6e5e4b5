//! Couplings: how regions act on each other.

use crate::parameter::Parameterized;
use crate::real::Array;
use crate::units::Unit;
use crate::{Real, Result};

/// A separable coupling.
///
/// What a source sends is a function of the source alone, what arrives is a function of the target and of
/// the weighted sums, so that nothing but a multiply-add happens for each pair of regions:
///
/// ```text
/// S_i = Σ_j w_ij · send(x_j(t − d_ij))        one or two numbers per source
/// c_i = receive(x_i(t), S_i, Σ_j w_ij)
/// ```
///
/// The sum runs over sources in ascending order. `w_ij` goes from j to i.
#[doc(alias = "pre")]
#[doc(alias = "post")]
pub trait Coupling: Parameterized + Clone + std::fmt::Debug + Send + Sync + 'static {
    /// What one source sends: one number, or two.
    type Sent<T: Real>: Array<T>;

    /// Its name in files and tables.
    const NAME: &'static str;
    /// How many numbers a source sends.
    const N_SENT: usize;
    /// Whether what arrives depends on the target's own value of the coupled quantity. If so, it cannot reach a
    /// population of a mixed network that has no such quantity.
    const NEEDS_TARGET: bool = true;

    /// What a source with value `source` sends.
    fn send<T: Real>(parameters: &Self::With<T>, source: T) -> Self::Sent<T>;

    /// What arrives at a target with value `target`, weighted sums `sums` and incoming weights `in_strength`.
    fn receive<T: Real>(parameters: &Self::With<T>, target: T, sums: &Self::Sent<T>, in_strength: T) -> T;

    /// The unit of a parameter. That of a strength depends on what is coupled to what; none is known for an offset
    /// that was not given.
    fn parameter_unit(&self, index: usize) -> Option<Unit> {
        Some(Self::PARAMETERS[index].unit)
    }

    /// The unit of what arrives, if the coupled quantity has the unit `source`.
    ///
    /// # Errors
    /// [`Error::Unit`](crate::Error::Unit) if the coupling cannot take such a source.
    fn arriving_unit(&self, source: Unit) -> Result<Unit>;
}

/// A number of a coupling with its unit, such as its strength: what arrives per unit of what is coupled.
///
/// ```
/// use brainmass_core::{units::{hz_per_mv, Unit}, Strength};
/// let g = Strength::from(hz_per_mv(2.0));
/// assert_eq!((g.value(), g.unit().to_string()), (2000.0, "Hz/V".to_owned()));
/// assert_eq!(Strength::from(0.5).unit(), Unit::DIMENSIONLESS);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Strength {
    value: f64,
    unit: Unit,
}

impl Strength {
    /// A number in coherent SI.
    pub fn new(value: f64, unit: Unit) -> Self {
        Self { value, unit }
    }

    /// The number in coherent SI. Couplings read it lane by lane: a call there would keep them from becoming vectors.
    #[inline(always)]
    pub fn value(&self) -> f64 {
        self.value
    }

    /// Its coherent SI unit.
    pub fn unit(&self) -> Unit {
        self.unit
    }
}

impl From<f64> for Strength {
    fn from(value: f64) -> Self {
        Self::new(value, Unit::DIMENSIONLESS)
    }
}

impl<U: crate::units::Dimension> From<crate::units::SI<f64, U>> for Strength {
    fn from(quantity: crate::units::SI<f64, U>) -> Self {
        Self::new(quantity.value_unsafe, Unit::of::<U>())
    }
}
