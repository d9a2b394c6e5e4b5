//! Integrators: from the state of one region to the next.

mod euler;
mod exponential_euler;
mod heun;
mod region;
mod runge_kutta4;

pub(crate) use region::{Parameters, Region, RegionParameters, StepSizes};

use brainmass_core::{Error, Node, Real};

/// How the state advances by one step.
///
/// What acts from outside (couplings, drives, input noise) is held for all stages of the step. With additive white noise
/// on states all schemes converge to the same solution with strong order 1. Multiplicative noise is Itô's in the Euler
/// schemes, with strong order ½, and Stratonovich's in Heun's and Runge–Kutta's, with strong order 1: see
/// [`WhiteNoise`](crate::WhiteNoise).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Integrator {
    /// x + dt f; with noise Euler–Maruyama. Order 1.
    Euler,
    /// x + dt φ(dt J) f with the exact diagonal J of the Jacobian and φ(z) = (eᶻ − 1)/z. Order 1; exact, noise
    /// included, for a linear node.
    ExponentialEuler,
    /// The explicit trapezoid, x + dt/2 (f(x) + f(x + dt f(x))); with noise the stochastic Heun scheme. Order 2.
    #[default]
    #[doc(alias = "rk2")]
    Heun,
    /// The classical Runge–Kutta scheme; noise is added after the step. Order 4 without noise.
    #[doc(alias = "RK4")]
    RungeKutta4,
}

impl Integrator {
    /// All integrators.
    pub const ALL: [Self; 4] = [Self::Euler, Self::ExponentialEuler, Self::Heun, Self::RungeKutta4];

    /// Its name in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Euler => "euler",
            Self::ExponentialEuler => "exponential_euler",
            Self::Heun => "heun",
            Self::RungeKutta4 => "runge_kutta4",
        }
    }

    /// The integrator with a name.
    ///
    /// # Errors
    /// [`Error::Unknown`], which lists the names.
    pub fn by_name(name: &str) -> Result<Self, Error> {
        let found = Self::ALL.into_iter().find(|integrator| integrator.name() == name);
        found.ok_or_else(|| Error::unknown("integrator", name, Self::ALL.map(Self::name)))
    }

    /// Whether multiplicative noise is Stratonovich's, not Itô's.
    pub(crate) fn is_stratonovich(self) -> bool {
        matches!(self, Self::Heun | Self::RungeKutta4)
    }

    /// The state after a step.
    #[inline(always)]
    pub(crate) fn step<N: Node, T: Real>(
        self,
        region: &Region<'_, N, T>,
        state: &N::State<T>,
    ) -> N::State<T> {
        region.settled(match self {
            Self::Euler => euler::step(region, state),
            Self::ExponentialEuler => exponential_euler::step(region, state),
            Self::Heun => heun::step(region, state),
            Self::RungeKutta4 => runge_kutta4::step(region, state),
        })
    }
}
