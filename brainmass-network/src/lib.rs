//! Networks of neural masses, and their simulation.
//!
//! A [`Network`] puts together nodes, a connectome, [`Connection`]s through couplings, [`Delays`], noise and
//! [`Drive`]s, a [`MixedNetwork`] several of them; a [`Simulator`] runs it; [`Monitor`]s say what is kept.
//!
//! | room | what is there |
//! |---|---|
//! | [`coupling`] | [`Diffusive`], [`Additive`], sigmoids, [`KuramotoSine`] |
//! | [`drive`] | [`Drive`]: constants, pulses, sines, series |
//! | noise | [`OrnsteinUhlenbeck`] and [`ColouredNoise`] on inputs, [`WhiteNoise`] on states, [`Correlation`] of regions |
//! | gradients | [`Simulator::trace`], [`Trace::pull_back`], [`Simulator::push_forward`]: derivatives of what was recorded by whatever went in |
//! | integrators | [`Integrator`]: Euler, exponential Euler, Heun, Runge–Kutta, with their stochastic forms |
//!
//! # The way of a step
//!
//! 1. What regions send at t is written into the history; couplings are summed from the history.
//! 2. Drives and input noise are added. All inputs are held for the stages of the step.
//! 3. Each node advances from t to t + dt; white noise is added; the state is brought back into its domain.
//! 4. Monitors record. A sample says the time it belongs to, t + dt.

pub mod coupling;
mod delays;
pub mod drive;
mod engine;
mod integrator;
mod mixed;
mod network;
mod noise;
mod numbers;
mod simulator;
mod subject;

pub use coupling::{
    Additive, Connection, Diffusive, HyperbolicTangent, HyperbolicTangentOfSum, KuramotoSine, Sigmoidal,
    SigmoidalJansenRit,
};
pub use delays::{Delays, History, Rounding};
pub use drive::Drive;
pub use engine::{EngineKind, PANEL, Precision};
pub use integrator::Integrator;
pub use mixed::MixedNetwork;
pub use network::{Adjustable, Direction, Network};
pub use noise::{ColouredNoise, Correlation, InputNoise, OrnsteinUhlenbeck, WhiteNoise};
pub use simulator::{Gradient, Monitor, Recording, Run, Simulator, Tangents, Trace, WithRespectTo};
