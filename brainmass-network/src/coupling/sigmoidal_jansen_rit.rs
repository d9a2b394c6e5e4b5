//! The potential-to-rate function of Jansen and Rit as a coupling.

use brainmass_core::units::{Dimension, Hertz, PerVolt, Unit, Volt, dimension, hz, mv, per_mv};
use brainmass_core::{Coupling, Parameter, Parameterized, Real, Result, Strength};

use super::named::{Given, Named};
use super::{STRENGTH, same_unit};

const C_MAX: Hertz = hz(5.0);
const MIDPOINT: Volt = mv(6.0);
const R: PerVolt = per_mv(0.56);

/// Sigmoidal coupling of Jansen–Rit columns: potentials act on each other as firing rates.
///
/// ```text
/// c_i = G Σ_j w_ij (c_min + (c_max − c_min)/(1 + e^(r (midpoint − v_j(t − d_ij)))))
/// ```
///
/// The source is the potential of the pyramidal cells, the output `potential` of the node, which is the difference of two
/// of its states. With the defaults, 2 e₀ = 5 Hz, v₀ = 6 mV and r = 0.56 mV⁻¹ of Jansen & Rit (1995), what is sent is the
/// node's own output `rate`, and [`Additive`](super::Additive) coupling of that says the same; this one has a sigmoid of
/// its own. G has the unit of the input over Hz.
///
/// It is TVB's `SigmoidalJansenRit` with a for G; TVB's rates are per millisecond. DIFFERENCE: the Python library
/// brainmass lets what arrives act on the input of the pyramidal cells, a potential, unless told otherwise; here the
/// input is named and its unit checked.
///
/// ```
/// use brainmass_core::{units::{hz, mv}, Coupling};
/// use brainmass_network::SigmoidalJansenRit;
/// // A column at 6 mV fires at half of the most.
/// assert_eq!(SigmoidalJansenRit::send(&[1.0, 0.0, 5.0, 6e-3, 560.0], 6e-3), [2.5]);
/// ```
///
/// # References
/// Jansen & Rit (1995), Biol. Cybern. 73:357–366, doi:10.1007/BF00199471, eq. 2.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SigmoidalJansenRit {
    g: Strength,
    c_min: Hertz,
    c_max: Hertz,
    midpoint: Volt,
    r: PerVolt,
}

impl SigmoidalJansenRit {
    /// Strength G, with the sigmoid of Jansen & Rit (1995).
    pub fn new(g: impl Into<Strength>) -> Self {
        Self { g: g.into(), c_min: hz(0.0), c_max: C_MAX, midpoint: MIDPOINT, r: R }
    }

    /// The same coupling with other rates far below and far above the midpoint.
    #[must_use]
    pub fn with_rates(mut self, c_min: Hertz, c_max: Hertz) -> Self {
        (self.c_min, self.c_max) = (c_min, c_max);
        self
    }

    /// The same coupling with another midpoint and steepness.
    #[must_use]
    pub fn with_sigmoid(mut self, midpoint: Volt, r: PerVolt) -> Self {
        (self.midpoint, self.r) = (midpoint, r);
        self
    }
}

impl Parameterized for SigmoidalJansenRit {
    type With<T: Real> = [T; 5];
    const PARAMETERS: &'static [Parameter] = &[
        STRENGTH,
        of::<dimension::Hertz>("c_min", 0.0, "Rate far below the midpoint."),
        of::<dimension::Hertz>("c_max", C_MAX.value_unsafe, "Rate far above the midpoint, 2 e₀."),
        of::<dimension::Volt>("midpoint", MIDPOINT.value_unsafe, "Potential of half the rate, v₀."),
        of::<dimension::PerVolt>("r", R.value_unsafe, "Steepness of the sigmoid."),
    ];

    #[inline(always)]
    fn with<T: Real>(&self, source: &mut impl FnMut(usize, f64) -> T) -> [T; 5] {
        [
            source(0, self.g.value()),
            source(1, self.c_min.value_unsafe),
            source(2, self.c_max.value_unsafe),
            source(3, self.midpoint.value_unsafe),
            source(4, self.r.value_unsafe),
        ]
    }
}

impl Coupling for SigmoidalJansenRit {
    type Sent<T: Real> = [T; 1];
    const NAME: &'static str = "sigmoidal_jansen_rit";
    const N_SENT: usize = 1;
    const NEEDS_TARGET: bool = false;

    #[inline(always)]
    fn send<T: Real>([_, c_min, c_max, midpoint, r]: &[T; 5], source: T) -> [T; 1] {
        [*c_min + (*c_max - *c_min) * (*r * (source - *midpoint)).sigmoid()]
    }

    #[inline(always)]
    fn receive<T: Real>([g, ..]: &[T; 5], _: T, sums: &[T; 1], _: T) -> T {
        *g * sums[0]
    }

    fn parameter_unit(&self, index: usize) -> Option<Unit> {
        Some(if index == 0 { self.g.unit() } else { Self::PARAMETERS[index].unit })
    }

    fn arriving_unit(&self, source: Unit) -> Result<Unit> {
        same_unit::<Self>("midpoint", source, Unit::of::<dimension::Volt>())?;
        Ok(self.g.unit() * Unit::of::<dimension::Hertz>())
    }
}

impl Named for SigmoidalJansenRit {
    fn read(given: &Given<'_>) -> Result<Self> {
        let coupling = Self::new(given.required::<Self>("g")?);
        let c_min = given.quantity::<Self, _>("c_min")?.unwrap_or(coupling.c_min);
        let c_max = given.quantity::<Self, _>("c_max")?.unwrap_or(coupling.c_max);
        let midpoint = given.quantity::<Self, _>("midpoint")?.unwrap_or(coupling.midpoint);
        let r = given.quantity::<Self, _>("r")?.unwrap_or(coupling.r);
        Ok(coupling.with_rates(c_min, c_max).with_sigmoid(midpoint, r))
    }
}

const fn of<U: Dimension>(name: &'static str, default: f64, description: &'static str) -> Parameter {
    Parameter { name, unit: Unit::of::<U>(), default, range: (f64::MIN, f64::MAX), description }
}
