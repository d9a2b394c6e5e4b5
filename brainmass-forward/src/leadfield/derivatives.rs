//! Derivatives of what happens from sources to sensors.

use brainmass_core::observation::{check_cotangent, check_scalars};
use brainmass_core::units::{Dimension, Unit};
use brainmass_core::{Cotangents, Differentiable, ObservationModel, Result, Scalar, TimeSeries};
use nalgebra::DMatrix;

use super::field::LeadField;
use super::readout::RowNormalizedReadout;
use super::reference::{Offset, Rereference, demean};
use super::sensor_noise::SensorNoise;

/// By the factor of all gains: the `dipole_scale` of [`of_potentials`](LeadField::of_potentials), or a `gain_scale` of one.
impl<U: Dimension, S: Dimension> Differentiable for LeadField<U, S> {
    fn scalars(&self) -> Vec<Scalar> {
        vec![self.scale().clone()]
    }

    fn with_scalars(&self, values: &[f64]) -> Result<Self> {
        check_scalars("lead field", values, 1)?;
        self.with_scale(values[0])
    }

    fn pullback(&self, sources: &TimeSeries<S>, cotangent: &DMatrix<f64>) -> Result<Cotangents> {
        self.observer(sources.sampling())?;
        check_cotangent(cotangent, self.channels().len(), sources.n_samples())?;
        let by_dipole = self.unscaled().tr_mul(cotangent);
        let scale = by_dipole.dot(sources.values());
        Ok(Cotangents { sources: by_dipole * self.scale().value, scalars: vec![scale] })
    }
}

impl<U: Dimension> Differentiable for Rereference<U> {
    fn scalars(&self) -> Vec<Scalar> {
        Vec::new()
    }

    fn with_scalars(&self, values: &[f64]) -> Result<Self> {
        check_scalars("reference", values, 0)?;
        Ok(self.clone())
    }

    fn pullback(&self, sources: &TimeSeries<U>, cotangent: &DMatrix<f64>) -> Result<Cotangents> {
        let offset = Offset::of(self.reference(), sources.channels())?;
        check_cotangent(cotangent, sources.n_channels(), sources.n_samples())?;
        let mut pulled = cotangent.clone();
        pulled.as_mut_slice().chunks_exact_mut(sources.n_channels()).for_each(|sample| match offset {
            // The map is symmetric.
            Offset::Mean => demean(sample),
            Offset::Channel(channel) => sample[channel] -= sample.iter().sum::<f64>(),
            Offset::Two(one, other) => {
                let half = 0.5 * sample.iter().sum::<f64>();
                sample[one] -= half;
                sample[other] -= half;
            }
        });
        Ok(Cotangents { sources: pulled, scalars: Vec::new() })
    }
}

/// By the factor `c_y0` and the offset `y_0`.
impl Differentiable for RowNormalizedReadout {
    fn scalars(&self) -> Vec<Scalar> {
        let (c_y0, y_0) = self.offset();
        [("c_y0", c_y0), ("y_0", y_0)]
            .map(|(name, value)| Scalar::new(name, Unit::DIMENSIONLESS, value))
            .to_vec()
    }

    fn with_scalars(&self, values: &[f64]) -> Result<Self> {
        check_scalars("readout", values, 2)?;
        Ok(self.clone().with_offset(values[0], values[1]))
    }

    fn pullback(&self, sources: &TimeSeries<Self::Input>, cotangent: &DMatrix<f64>) -> Result<Cotangents> {
        self.observer(sources.sampling())?;
        check_cotangent(cotangent, self.weights().nrows(), sources.n_samples())?;
        let by_source = self.weights().tr_mul(cotangent);
        let scalars = vec![by_source.dot(sources.values()), -cotangent.sum()];
        Ok(Cotangents { sources: by_source * self.offset().0, scalars })
    }
}

/// The noise is held as it was drawn.
impl<U: Dimension> Differentiable for SensorNoise<U> {
    fn scalars(&self) -> Vec<Scalar> {
        Vec::new()
    }

    fn with_scalars(&self, values: &[f64]) -> Result<Self> {
        check_scalars("sensor noise", values, 0)?;
        Ok(self.clone())
    }

    fn pullback(&self, sources: &TimeSeries<U>, cotangent: &DMatrix<f64>) -> Result<Cotangents> {
        self.observer(sources.sampling())?;
        check_cotangent(cotangent, sources.n_channels(), sources.n_samples())?;
        Ok(Cotangents { sources: cotangent.clone(), scalars: Vec::new() })
    }
}
