//! Integrators: from the state of one region to the next.

mod euler;
mod exponential_euler;
mod heun;
mod region;
mod runge_kutta4;

pub(crate) use region::{Parameters, Region, RegionParameters, Sameness, StepSizes};

use brainmass_core::{Error, Node, Real};

/// How the state advances by one step.
///
/// What acts from outside (couplings, drives, input noise) is held for all stages of the step, so that a network's order is
/// 1 whatever that of its nodes, but for Heun's scheme where delays are [interpolated](crate::Rounding::Interpolated). With additive white noise
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
    ///
    /// In a network with [interpolated](crate::Rounding::Interpolated) delays the second f sees the couplings of t + dt: from
    /// what the first predicts of all regions, and from the past as it is then. Drives are taken at the middle of the step.
    /// So the whole network is of order 2. The prediction is brought into the node's domain before it acts.
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

    /// Whether the couplings of a network are taken anew at the end of the step.
    pub(crate) fn takes_both_ends<N: Node>(self, network: &crate::Network<N>) -> bool {
        self == Self::Heun && network.has_interpolated_delays()
    }

    /// The scheme that a step of a network is made of: Euler's, twice, where couplings are taken at both ends.
    pub(crate) fn of_parts<N: Node>(self, network: &crate::Network<N>) -> Self {
        if self.takes_both_ends(network) { Self::Euler } else { self }
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
