//! Designs of experiments: events, what they do to a brain, and what a linear model expects of BOLD.
//!
//! | what | gives |
//! |---|---|
//! | [`Event`] | when something happened, how long, how much, of which type |
//! | [`Frames`] | when volumes were read |
//! | [`Regressors`] | the response to each type of event, as columns of a design matrix |
//! | [`boxcar`] | the events themselves as activity, for a drive or a model of BOLD |
//!
//! # Conventions
//!
//! An event of modulation a that lasts from t₀ for d adds a ∫ h(T − t) dt over its time to the response at T: the exact
//! integral of the kernel, not a sum over a grid. An event without duration is a pulse of one second's worth,
//! a h(T − t₀). With [`with_microtime_resolution`](Regressors::with_microtime_resolution) events begin and end on
//! a grid of so many bins per repetition time, as they do in SPM (16) and nilearn (50).
//!
//! DIFFERENCE: nilearn sums a kernel of unit sum over the grid's bins, so that an event without duration is one bin
//! worth (TR/50 by default), and its kernels come a bin late. SPM normalises likewise.

mod boxcar;
mod events;
mod integral;
mod regressors;

pub use boxcar::boxcar;
pub use events::{Event, Frames};
pub(crate) use integral::integrate;
pub use regressors::Regressors;
