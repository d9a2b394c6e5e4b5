//! The data that come with the crate.

use std::path::Path;

use brainmass_core::units::{Meter, dimension::Dimensionless, mm, ms};
use brainmass_core::{Connectome, Result, Sampling, TimeSeries};
use nalgebra::DMatrix;

use crate::bundle::Bundle;
use crate::{Npz, connectome};

const CONNECTOME: &[u8] = include_bytes!("../data/example_connectome.npz");
const SIGNAL: &[u8] = include_bytes!("../data/example_signal.npz");

/// Eight regions on a ring of radius 40 mm, all connected with each other. Synthetic.
///
/// Tract lengths are the distances between the centres, which lie at angles of 45° in the plane z = 0.
///
/// ```
/// let connectome = brainmass_datasets::example_connectome();
/// assert_eq!(connectome.labels()[0], "R0");
/// let across = connectome.tract_lengths().value_unsafe[(0, 4)];
/// assert!((across - 0.08).abs() < 1e-15);
/// ```
pub fn example_connectome() -> Connectome {
    let read = || {
        let mut bundle = Bundle::from_zip(CONNECTOME.to_vec(), Path::new("example_connectome.npz"))?;
        let connectome = connectome::from_bundle(&mut bundle)?;
        let radius = mm(40.0).value_unsafe;
        let centres = DMatrix::from_fn(3, connectome.n_regions(), |axis, region| {
            let (sine, cosine) = (std::f64::consts::FRAC_PI_4 * region as f64).sin_cos();
            [radius * cosine, radius * sine, 0.0][axis]
        });
        connectome.with_centres(Meter::new(centres))
    };
    embedded(read())
}

/// A signal of the eight regions of [`example_connectome`]: 500 samples at 1 ms. Synthetic.
///
/// Sinusoids of different frequency and phase, mixed through the connectome, with noise.
///
/// ```
/// let signal = brainmass_datasets::example_signal();
/// assert_eq!((signal.n_channels(), signal.n_samples()), (8, 500));
/// assert_eq!(signal.end().value_unsafe, 0.5);
/// ```
pub fn example_signal() -> TimeSeries<Dimensionless> {
    let read = || {
        let file = signal_file()?;
        let labels = file.array("labels")?.strings().unwrap_or_default().to_vec();
        TimeSeries::new(file.matrix("signal")?.transpose(), Sampling::new(labels, ms(1.0), ms(1.0))?)
    };
    embedded(read())
}

/// The functional connectivity of [`example_signal`]: Pearson correlations, 8 × 8.
///
/// ```
/// let fc = brainmass_datasets::example_fc();
/// assert_eq!((fc[(0, 0)], (fc[(0, 1)] * 1000.0).round()), (1.0, 127.0));
/// ```
pub fn example_fc() -> DMatrix<f64> {
    embedded(signal_file().and_then(|file| file.matrix("fc")))
}

fn signal_file() -> Result<Npz> {
    Npz::parse(SIGNAL, Path::new("example_signal.npz"))
}

/// What the tests have read from these very bytes can be read.
fn embedded<T>(read: Result<T>) -> T {
    match read {
        Ok(value) => value,
        Err(error) => unreachable!("{error}"),
    }
}
