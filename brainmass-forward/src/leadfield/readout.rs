//! A readout by a lead field whose rows are normalised.

use std::sync::Arc;

use brainmass_core::observation::check_block;
use brainmass_core::units::dimension::Dimensionless;
use brainmass_core::{Archive, Error, ObservationModel, Observer, Result, Sampling, check};
use nalgebra::DMatrix;

use super::projection::Projection;
use super::reference::demean;
use crate::names::check_count;

/// By what each row of a readout is divided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowNorm {
    /// The sum of absolute values.
    L1,
    /// The root of the sum of squares.
    L2,
    /// Nothing.
    None,
}

/// A readout of activity without units, as used where a lead field is fitted along with a model.
///
/// ```text
/// y(t) = c_y0 · L̂ x(t) − y_0      L̂: rows normalised, then less their mean over channels if wanted
/// ```
///
/// DIFFERENCE: a row of zeros is an error where rows are normalised; the Python library gives NaN.
///
/// # Example
/// ```
/// use brainmass_core::{units::{dimension::Dimensionless, ms}, ObservationModel, TimeSeries};
/// use brainmass_forward::{numbered, RowNorm, RowNormalizedReadout};
/// use nalgebra::dmatrix;
/// let readout = RowNormalizedReadout::new(dmatrix![1.0, 3.0; 2.0, -2.0], numbered(2), RowNorm::L1)?
///     .with_offset(50.0, 0.3);
/// let activity = TimeSeries::<Dimensionless>::unnamed(dmatrix![1.0; 2.0], ms(1.0), ms(1.0))?;
/// approx::assert_relative_eq!(readout.observe(&activity)?.values()[(0, 0)], 50.0 * 1.75 - 0.3);
/// # Ok::<(), brainmass_core::Error>(())
/// ```
///
/// # References
/// Momi, Wang & Griffiths (2023), eLife 12:e83232, doi:10.7554/eLife.83232, and its code.
#[derive(Clone, Debug, PartialEq)]
#[doc(alias = "LeadfieldReadout")]
pub struct RowNormalizedReadout {
    weights: Arc<DMatrix<f64>>,
    channels: Arc<[String]>,
    c_y0: f64,
    y_0: f64,
}

impl RowNormalizedReadout {
    /// A readout from channels × sources, with `c_y0` = 1 and `y_0` = 0.
    ///
    /// # Errors
    /// [`Error::Shape`], [`Error::NotFinite`], [`Error::Duplicate`]; [`Error::OutOfRange`] for a row of zeros
    /// that would have to be normalised.
    pub fn new(mut weights: DMatrix<f64>, channels: impl Into<Arc<[String]>>, norm: RowNorm) -> Result<Self> {
        let channels = channels.into();
        if weights.is_empty() || weights.nrows() != channels.len() {
            let expected = format!("{} channels × sources, at least one", channels.len());
            return Err(Error::shape(
                "readout",
                expected,
                format!("{} × {}", weights.nrows(), weights.ncols()),
            ));
        }
        check::finite("readout", &weights)?;
        check::unique("channels of the readout", &channels)?;
        for (mut row, channel) in weights.row_iter_mut().zip(channels.iter()) {
            let size = match norm {
                RowNorm::L1 => row.iter().map(|weight| weight.abs()).sum(),
                RowNorm::L2 => row.norm(),
                RowNorm::None => 1.0,
            };
            if size == 0.0 {
                let unit = brainmass_core::units::Unit::DIMENSIONLESS;
                return Err(check::out_of_range(
                    &format!("norm of channel `{channel}`"),
                    size,
                    unit,
                    "above zero",
                ));
            }
            row /= size;
        }
        Ok(Self { weights: Arc::new(weights), channels, c_y0: 1.0, y_0: 0.0 })
    }

    /// The same with the mean over channels taken from each column of the normalised weights.
    #[must_use]
    pub fn demeaned(mut self) -> Self {
        let mut weights = self.weights.as_ref().clone();
        let n = weights.nrows();
        weights.as_mut_slice().chunks_exact_mut(n).for_each(demean);
        self.weights = Arc::new(weights);
        self
    }

    /// The same with the factor `c_y0` and the offset `y_0`.
    #[must_use]
    pub fn with_offset(mut self, c_y0: f64, y_0: f64) -> Self {
        (self.c_y0, self.y_0) = (c_y0, y_0);
        self
    }

    /// The factor `c_y0` and the offset `y_0`.
    pub fn offset(&self) -> (f64, f64) {
        (self.c_y0, self.y_0)
    }

    /// The normalised weights L̂.
    pub fn weights(&self) -> &DMatrix<f64> {
        &self.weights
    }
}

impl ObservationModel for RowNormalizedReadout {
    type Input = Dimensionless;
    type Output = Dimensionless;
    type Observer = ReadoutObserver;

    fn observer(&self, sources: &Sampling) -> Result<ReadoutObserver> {
        check_count("sources of the readout", self.weights.ncols(), sources.n_channels())?;
        for (place, value) in [("c_y0", self.c_y0), ("y_0", self.y_0)] {
            if !value.is_finite() {
                return Err(Error::NotFinite { what: "readout".to_owned(), place: place.to_owned(), value });
            }
        }
        Ok(ReadoutObserver {
            weights: Arc::new(Projection::new(&self.weights)),
            offset: self.offset(),
            sampling: sources.with_channels(self.channels.clone())?,
        })
    }
}

/// The state machine of [`RowNormalizedReadout`], which has no state.
#[derive(Clone, Debug)]
pub struct ReadoutObserver {
    weights: Arc<Projection>,
    /// `c_y0` and `y_0`.
    offset: (f64, f64),
    sampling: Sampling,
}

impl Observer for ReadoutObserver {
    fn sampling(&self) -> &Sampling {
        &self.sampling
    }

    fn push(&mut self, sources: &[f64], channels: &mut Vec<f64>) -> Result<()> {
        check_block(sources, self.weights.n_sources())?;
        let (begin, (c_y0, y_0)) = (channels.len(), self.offset);
        self.weights.apply(sources, channels);
        channels[begin..].iter_mut().for_each(|y| *y = c_y0 * *y - y_0);
        Ok(())
    }

    fn reset(&mut self) {}

    fn archive(&mut self, _: &mut Archive) -> Result<()> {
        Ok(())
    }
}
