//! What several suites need.

mod fixed_points;
mod numbers;
mod runs;
mod vectors;

pub(super) use fixed_points::fixed_point;
pub(super) use numbers::{
    RisingCrossings, bisect, gauss_legendre, integer, largest, largest_difference, parabolic_peak, relative,
};
pub(super) use runs::{islands, labelled, normals, record, states};
pub(super) use vectors::{Column, column, compare_steps, numbers, reference, start_from};

/// Who made the reference vectors.
pub(super) const REFERENCE: &str = "brainmass 0.1.1 (Python), reference vectors";
