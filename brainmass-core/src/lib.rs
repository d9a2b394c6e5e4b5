//! The shared language of the brainmass crates: traits, scalars, units and containers.
//!
//! # Structure
//!
//! | trait | says | implemented in |
//! |---|---|---|
//! | [`Node`] | how the state of one region changes | `brainmass-nodes` |
//! | [`Coupling`] | how regions act on each other | `brainmass-network` |
//! | [`ObservationModel`] | what a device records of them | `brainmass-forward` |
//! | [`Differentiable`] | how the recording depends on sources and scalars | `brainmass-forward` |
//! | [`Statistic`] | what a signal amounts to | `brainmass-objectives` |
//! | [`Objective`] | how well a recording agrees with data | `brainmass-objectives` |
//!
//! An equation is written once over [`Real`] and runs as `f64`, `f32`, [`Lanes`] of several regions and
//! [`Dual`] numbers, with the same bits under any instruction set ([`CpuLevel`]). Public arguments are quantities of [`units`]; kernels see plain numbers in coherent SI. Signals travel as
//! [`TimeSeries`], structure as [`Connectome`], failure as [`Error`]. Random numbers are a pure function of
//! their position ([`random`]).
//!
//! With the feature `conformance`, the module of that name checks that an implementation keeps the
//! contract of its trait.

mod archive;
pub mod check;
#[cfg(feature = "conformance")]
pub mod conformance;
mod connectome;
mod coupling;
mod error;
pub mod node;
mod objective;
pub mod observation;
mod parameter;
pub mod random;
mod real;
mod time_series;
pub mod units;
mod write;

pub use archive::Archive;
pub use connectome::{Connectome, Laplacian, Normalization};
pub use coupling::{Coupling, Strength};
pub use error::{Error, Result};
pub use node::{Node, Variable};
pub use objective::{DifferentiableObjective, Objective, WeightedSum};
pub use observation::{
    Accumulator, Cotangents, Differentiable, ObservationModel, Observer, Scalar, Statistic, Subsample,
    TemporalAverage,
};
pub use parameter::{Parameter, Parameterized, parameter_index, parameter_values};
pub use real::{Array, CpuLevel, Dual, Kernel, Lanes, Real, tape};
pub use time_series::{Sampling, TimeSeries};
pub use write::write_atomically;
