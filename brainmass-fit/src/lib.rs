//! Fits of models to data, with gradients and without.
//!
//! | what | is |
//! |---|---|
//! | [`FitParameter`], [`Space`] | what may change: bounds, [`Transform`]s, [`Prior`]s |
//! | [`Problem`] | a cost as a function of values, perhaps with its gradient |
//! | [`Optimizer`] | [`Lbfgs`] and [`Adam`] with gradients; [`CmaEs`], [`DifferentialEvolution`], [`NelderMead`] without; [`MultiStart`] |
//! | [`SimulationProblem`] | a network that is run, observed and judged: [`Protocol`], [`Target`]s, [`Spread`] over regions, [`Link`]s, [`FreeWeights`] |
//! | [`Fit`], [`Report`] | one on the other, within limits, on record: the best candidate seen, the history, why it ended |
//! | [`Identifiability`], [`profile`], [`recover`], [`split_subjects`], [`split_series`] | what a fit is worth |
//!
//! An optimizer sees free coordinates of the order of one. A candidate that fails is a bad candidate. With a journal a
//! fit that was killed goes on where it was.

mod fit;
mod journal;
mod judgement;
mod link;
mod optimizer;
mod parameter;
mod prior;
mod problem;
mod simulation;
mod task;
mod transform;

pub use fit::{Fit, Report, StopReason};
pub use judgement::{
    Identifiability, ProfilePoint, Recovered, profile, recover, split_series, split_subjects,
};
pub use link::Link;
pub use optimizer::{Adam, CmaEs, DifferentialEvolution, Lbfgs, MultiStart, NelderMead, Optimizer};
pub use parameter::{FitParameter, Space};
pub use prior::Prior;
pub use problem::Problem;
pub use simulation::{FreeWeights, Protocol, SimulationProblem, Spread, Squared, Target, WeightNumbers};
pub use task::{Progress, Stop, Task};
pub use transform::Transform;
