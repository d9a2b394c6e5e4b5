//! Noise at the sensors.

use std::marker::PhantomData;
use std::ops::Add;
use std::sync::Arc;

use brainmass_core::observation::check_block;
use brainmass_core::random::Stream;
use brainmass_core::units::dimension::Squared;
use brainmass_core::units::{Dimension, SI};
use brainmass_core::{Archive, Error, ObservationModel, Observer, Result, Sampling, check};
use nalgebra::{Cholesky, DMatrix, DVector};

use super::projection::Projection;
use crate::names::check_count;

/// Gaussian noise with a covariance between channels, independent from sample to sample.
///
/// ```text
/// recorded(t) = channel(t) + L z(t),   L Lᵀ = covariance, z standard normal
/// ```
///
/// The numbers are a function of the stream, the channel and the count of samples since the beginning: the
/// same in any blocks.
///
/// DIFFERENCE: the Python library multiplies z with L transposed, whose covariance is not the one asked for,
/// and adds 1e-32 to the diagonal whatever its unit.
///
/// # Example
/// ```
/// use brainmass_core::{random::Stream, units::{dimension::Volt, ms, SI}, ObservationModel, TimeSeries};
/// use brainmass_forward::SensorNoise;
/// use nalgebra::{dmatrix, DMatrix};
/// let covariance = SI::new(dmatrix![4e-12, 0.0; 0.0, 1e-12]); // V²
/// let noise = SensorNoise::<Volt>::new(covariance, Stream::new(42, 0))?;
/// let silence = TimeSeries::<Volt>::unnamed(DMatrix::zeros(2, 10_000), ms(1.0), ms(1.0))?;
/// let recorded = noise.observe(&silence)?;
/// let variance = recorded.values().row(0).iter().map(|v| v * v).sum::<f64>() / 10_000.0;
/// approx::assert_relative_eq!(variance, 4e-12, max_relative = 0.05);
/// # Ok::<(), brainmass_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct SensorNoise<U> {
    /// The lower Cholesky factor.
    factor: Arc<DMatrix<f64>>,
    stream: Stream,
    unit: PhantomData<U>,
}

impl<U: Dimension> SensorNoise<U> {
    /// Noise with this covariance, from this stream.
    ///
    /// # Errors
    /// [`Error::Shape`] unless the matrix is square and symmetric, [`Error::NotFinite`],
    /// [`Error::NotPositiveDefinite`] with the failing pivot.
    pub fn new(covariance: SI<DMatrix<f64>, Squared<U>>, stream: Stream) -> Result<Self>
    where
        U: Add<U>,
    {
        let covariance = covariance.value_unsafe;
        Ok(Self { factor: Arc::new(cholesky(&covariance)?), stream, unit: PhantomData })
    }
}

/// The lower Cholesky factor of a covariance matrix.
fn cholesky(covariance: &DMatrix<f64>) -> Result<DMatrix<f64>> {
    let what = "noise covariance";
    if !covariance.is_square() || covariance.is_empty() {
        let found = format!("{} × {}", covariance.nrows(), covariance.ncols());
        return Err(Error::shape(what, "a square matrix", found));
    }
    check::finite(what, covariance)?;
    // Rounding of a computed covariance, relative to the variances of the two channels.
    let (n, scale) =
        (covariance.nrows(), |i, j| f64::sqrt(covariance[(i, i)].abs() * covariance[(j, j)].abs()));
    let differs =
        |&(i, j): &(usize, usize)| (covariance[(i, j)] - covariance[(j, i)]).abs() > 1e-9 * scale(i, j);
    if let Some((i, j)) = (0..n).flat_map(|i| (0..i).map(move |j| (i, j))).find(differs) {
        let found =
            format!("{:e} at ({i}, {j}) and {:e} at ({j}, {i})", covariance[(i, j)], covariance[(j, i)]);
        return Err(Error::shape(what, "a symmetric matrix", found));
    }
    match Cholesky::new(covariance.clone()) {
        Some(cholesky) => Ok(cholesky.unpack()),
        None => Err(failing_pivot(what, covariance)),
    }
}

/// The first pivot that is not above zero: the Schur complement of the largest leading block that is fine.
fn failing_pivot(what: &str, covariance: &DMatrix<f64>) -> Error {
    let leading = |size: usize| Cholesky::new(covariance.view((0, 0), (size, size)).into_owned());
    let pivot = (0..covariance.nrows()).take_while(|k| leading(k + 1).is_some()).count();
    let column: DVector<f64> = covariance.view((0, pivot), (pivot, 1)).column(0).into_owned();
    let explained = leading(pivot).map_or(0.0, |cholesky| column.dot(&cholesky.solve(&column)));
    Error::NotPositiveDefinite { what: what.to_owned(), pivot, value: covariance[(pivot, pivot)] - explained }
}

impl<U: Dimension> ObservationModel for SensorNoise<U> {
    type Input = U;
    type Output = U;
    type Observer = SensorNoiseObserver;

    fn observer(&self, sources: &Sampling) -> Result<SensorNoiseObserver> {
        check_count("channels of the sensor noise", self.factor.nrows(), sources.n_channels())?;
        Ok(SensorNoiseObserver {
            factor: Arc::new(Projection::new(&self.factor)),
            stream: self.stream,
            sampling: sources.clone(),
            pushed: 0,
        })
    }
}

/// The state machine of [`SensorNoise`]: a count of samples.
#[derive(Clone, Debug)]
pub struct SensorNoiseObserver {
    factor: Arc<Projection>,
    stream: Stream,
    sampling: Sampling,
    pushed: u64,
}

impl Observer for SensorNoiseObserver {
    fn sampling(&self) -> &Sampling {
        &self.sampling
    }

    fn push(&mut self, sources: &[f64], channels: &mut Vec<f64>) -> Result<()> {
        let n = self.sampling.n_channels();
        check_block(sources, n)?;
        for sample in sources.chunks_exact(n) {
            let draw = |channel| self.stream.normal(channel, self.pushed);
            let begin = channels.len();
            let draws: Vec<f64> = (0..).take(n).map(draw).collect();
            self.factor.apply(&draws, channels);
            channels[begin..].iter_mut().zip(sample).for_each(|(noise, value)| *noise += value);
            self.pushed += 1;
        }
        Ok(())
    }

    fn reset(&mut self) {
        self.pushed = 0;
    }

    fn archive(&mut self, archive: &mut Archive) -> Result<()> {
        archive.position(&mut self.pushed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use brainmass_datasets::Npz;

    /// The reference's factor, and L z of its own draws. It adds 1e-32 to variances of 1e-12, no more than 1e-20
    /// of them; what is left is rounding.
    #[test]
    fn factor_and_noise_are_those_of_the_reference_vectors() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../testdata/reference/forward/leadfield.npz");
        let data = Npz::open(path.as_ref()).unwrap();
        let factor = cholesky(&data.matrix("noise_cov").unwrap()).unwrap();
        let close = |a: &DMatrix<f64>, b: &DMatrix<f64>| {
            approx::assert_abs_diff_eq!(a, b, epsilon = 1e-12 * b.amax());
        };
        close(&factor, &data.matrix("noise_cholesky").unwrap());
        let draws = data.matrix("noise_z").unwrap();
        let (mut noise, projection) = (Vec::new(), Projection::new(&factor));
        for draw in draws.row_iter() {
            projection.apply(&draw.iter().copied().collect::<Vec<_>>(), &mut noise);
        }
        close(&DMatrix::from_row_slice(draws.nrows(), 6, &noise), &data.matrix("noise_correct").unwrap());
        let wrong = data.matrix("noise_cov_produced_by_brainmass_WRONG").unwrap();
        assert!((&wrong - &factor * factor.transpose()).amax() > 1e-3 * wrong.amax());
    }
}
