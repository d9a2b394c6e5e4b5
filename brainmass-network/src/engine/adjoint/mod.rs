//! The discrete adjoint of a run: derivatives of whatever was recorded, by whatever went in.
//!
//! For a run x(t + dt) = Φ(x(t), u(t), ξ(t)) with inputs u from couplings, drives and noise, and a cost L of what was
//! recorded, the cotangents λ(t) = ∂L/∂x(t) obey
//!
//! ```text
//! λ(t) = (∂Φ/∂x)ᵀ λ(t + dt) + what couplings and records took from x(t)
//! ```
//!
//! from the last step to the first. The equations are those of the forward run, recorded on tapes; the sums are those of the
//! transposed connectome in reversed time. So the gradient is exact for the very scheme that ran, at the cost of a few runs
//! whatever the number of parameters.

mod correlation;
mod gradient;
mod link;
mod noise;
mod records;
mod region;
mod rows;
mod transposed;

pub(crate) use gradient::{Adjoint, Gradient, Wanted};
pub(crate) use link::WantedOfLink;
pub(crate) use records::Record;
pub(crate) use rows::{StepRows, TracedSteps};

use super::LANES;

/// Numbers of all regions; several rows lie one after the other.
type Chunks = [[f64; LANES]];

/// Adds rows to others.
pub(super) fn add(sums: &mut Chunks, rows: &Chunks) {
    for (sum, value) in sums.as_flattened_mut().iter_mut().zip(rows.as_flattened()) {
        *sum += value;
    }
}
