//! BOLD: by convolution with a kernel, and by the Balloon–Windkessel model.

mod balloon;
mod convolution;
mod finished;
mod haemodynamics;
mod history;

pub use balloon::{BalloonObserver, BalloonWindkessel};
pub use convolution::{ConvolutionBold, ConvolutionObserver};
pub use finished::{Edges, Method};
pub use haemodynamics::Haemodynamics;
