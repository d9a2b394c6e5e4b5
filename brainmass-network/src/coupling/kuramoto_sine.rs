//! The sine of phase differences.

use brainmass_core::units::Unit;
use brainmass_core::{Coupling, Parameter, Parameterized, Real, Result, Strength};

use super::named::{Given, Named};
use super::{STRENGTH, free, same_unit};

/// Kuramoto's coupling: phases pull each other together.
///
/// ```text
/// c_i = G Σ_j w_ij sin(θ_j(t − d_ij) − θ_i(t) − α)
///     = G (cos(θ_i + α) Σ_j w_ij sin θ_j − sin(θ_i + α) Σ_j w_ij cos θ_j)
/// ```
///
/// A source sends the sine and cosine of its phase; the second line is what is computed. Phases are in radians and need
/// not be wrapped. G has the unit of the input. The phase lag α, 0 unless given, is that of Sakaguchi and Kuramoto; one
/// value per region is that of the target.
///
/// DIFFERENCE: TVB and the Python library brainmass divide by the number of regions; here weights are taken as they are,
/// so the classical K/N is a strength K and weights 1/N. In that library, one α per region is that of the source.
///
/// ```
/// use brainmass_core::Coupling;
/// use brainmass_network::KuramotoSine;
/// let parameters = [10.0, 0.0];
/// // A source a quarter turn ahead.
/// let sent = KuramotoSine::send(&parameters, std::f64::consts::FRAC_PI_2);
/// assert_eq!(KuramotoSine::receive(&parameters, 0.0, &sent, 1.0), 10.0);
/// ```
///
/// # References
/// Kuramoto (1984), Chemical Oscillations, Waves, and Turbulence, Springer, doi:10.1007/978-3-642-69689-3; Sakaguchi &
/// Kuramoto (1986), Prog. Theor. Phys. 76:576–581, doi:10.1143/PTP.76.576, eq. 1.
#[derive(Clone, Copy, Debug, PartialEq)]
#[doc(alias = "Kuramoto")]
pub struct KuramotoSine {
    g: Strength,
    alpha: f64,
}

impl KuramotoSine {
    /// Coupling of strength G without a phase lag.
    pub fn new(g: impl Into<Strength>) -> Self {
        Self { g: g.into(), alpha: 0.0 }
    }

    /// The same coupling with a phase lag α in radians.
    #[must_use]
    #[doc(alias = "Sakaguchi")]
    pub fn with_phase_lag(mut self, alpha: f64) -> Self {
        self.alpha = alpha;
        self
    }
}

impl Parameterized for KuramotoSine {
    type With<T: Real> = [T; 2];
    const PARAMETERS: &'static [Parameter] =
        &[STRENGTH, Parameter { default: 0.0, ..free("alpha", "Phase lag, radians.") }];

    #[inline(always)]
    fn with<T: Real>(&self, source: &mut impl FnMut(usize, f64) -> T) -> [T; 2] {
        [source(0, self.g.value()), source(1, self.alpha)]
    }
}

impl Coupling for KuramotoSine {
    type Sent<T: Real> = [T; 2];
    const NAME: &'static str = "kuramoto";
    const N_SENT: usize = 2;

    #[inline(always)]
    fn send<T: Real>(_: &[T; 2], source: T) -> [T; 2] {
        [source.sin(), source.cos()]
    }

    #[inline(always)]
    fn receive<T: Real>([g, alpha]: &[T; 2], target: T, [sines, cosines]: &[T; 2], _: T) -> T {
        let phase = target + *alpha;
        *g * (phase.cos() * *sines - phase.sin() * *cosines)
    }

    fn parameter_unit(&self, index: usize) -> Option<Unit> {
        Some(if index == 0 { self.g.unit() } else { Unit::DIMENSIONLESS })
    }

    fn arriving_unit(&self, source: Unit) -> Result<Unit> {
        // What is coupled is an angle, as its phase lag is.
        same_unit::<Self>("alpha", source, Unit::DIMENSIONLESS)?;
        Ok(self.g.unit())
    }
}

impl Named for KuramotoSine {
    fn read(given: &Given<'_>) -> Result<Self> {
        let coupling = Self::new(given.required::<Self>("g")?);
        Ok(given.optional("alpha").map_or(coupling, |alpha| coupling.with_phase_lag(alpha.value())))
    }
}
