//! Integrators: from the state of one region to the next.

mod euler;
mod exponential_euler;
mod heun;
mod runge_kutta4;

use brainmass_core::{Array, Error, Node};

/// How the state advances by one step.
///
/// What acts from outside (couplings, drives, input noise) is held for all stages of the step. White noise on
/// states is additive; all schemes converge to the same solution with strong order 1.
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

    /// The state after a step.
    pub(crate) fn step<N: Node>(self, region: &Region<'_, N>, state: &N::State<f64>) -> N::State<f64> {
        N::project(match self {
            Self::Euler => euler::step(region, state),
            Self::ExponentialEuler => exponential_euler::step(region, state),
            Self::Heun => heun::step(region, state),
            Self::RungeKutta4 => runge_kutta4::step(region, state),
        })
    }
}

/// One region during one step: everything but its state.
pub(crate) struct Region<'a, N: Node> {
    pub(crate) node: &'a N,
    /// The parameters' values, in order.
    pub(crate) values: &'a [f64],
    pub(crate) input: N::Input<f64>,
    /// σ ξ of each state: the increment of the noise over a second.
    pub(crate) noise: N::State<f64>,
    /// The step, s.
    pub(crate) dt: f64,
}

impl<N: Node> Region<'_, N> {
    fn parameters(&self) -> N::With<f64> {
        self.node.with(&mut |index, _| self.values[index])
    }

    /// x + h k, state by state.
    fn moved(x: &N::State<f64>, h: f64, k: &N::State<f64>) -> N::State<f64> {
        N::State::from_fn(|index| x.as_ref()[index] + h * k.as_ref()[index])
    }

    /// The noise of the step where it simply adds up: σ √dt ξ.
    fn with_noise(&self, x: &N::State<f64>) -> N::State<f64> {
        Self::moved(x, self.dt.sqrt(), &self.noise)
    }
}
