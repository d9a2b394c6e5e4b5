//! What several tests need.

use brainmass_core::random::Stream;
use brainmass_core::units::dimension::Dimensionless;
use brainmass_core::units::{Dimension, Second};
use brainmass_core::{Sampling, TimeSeries};
use brainmass_datasets::{NpyArray, Npz};
use nalgebra::DMatrix;

/// A file of the reference vectors.
pub(crate) fn reference(name: &str) -> Npz {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../testdata/reference/forward");
    Npz::open(format!("{folder}/{name}.npz").as_ref()).unwrap()
}

/// A (time, channel) array as a series whose first sample ends one period after zero.
pub(crate) fn series<U: Dimension>(array: &NpyArray, scale: f64, period: Second) -> TimeSeries<U> {
    let values = array.matrix("series").unwrap().transpose() * scale;
    TimeSeries::unnamed(values, period, period).unwrap()
}

/// Sources named `0`, `1`, … whose first sample ends one period after zero.
pub(crate) fn sampling(n: usize, period: Second) -> Sampling {
    Sampling::new(brainmass_forward::numbered(n), period, period).unwrap()
}

/// White noise of unit variance.
pub(crate) fn noise(n: usize, n_samples: usize, period: Second) -> TimeSeries<Dimensionless> {
    let stream = Stream::new(7, 0);
    let draw = |channel: usize, sample| stream.normal(u32::try_from(channel).unwrap(), sample as u64);
    TimeSeries::unnamed(DMatrix::from_fn(n, n_samples, draw), period, period).unwrap()
}
