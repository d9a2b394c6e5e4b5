//! BOLD: by convolution with a kernel, and by the Balloon–Windkessel model.

mod balloon;
mod balloon_pullback;
mod convolution;
mod convolution_pullback;
mod finished;
mod haemodynamics;
mod history;
mod integration;
mod response;
mod slices;
mod stepping;
mod volterra;

pub use balloon::{BalloonObserver, BalloonWindkessel};
pub use convolution::{ConvolutionBold, ConvolutionObserver};
pub use finished::{Edges, Method};
pub use haemodynamics::{FieldStrength, Haemodynamics};
pub use slices::SliceTiming;
pub use volterra::VolterraKernels;
