//! Derivatives of what happens from sources to sensors.

use brainmass_core::observation::{check_cotangent, check_scalars};
use brainmass_core::units::{Dimension, Unit};
use brainmass_core::{Cotangents, Differentiable, ObservationModel, Result, Scalar, TimeSeries};
use nalgebra::DMatrix;

use super::field::LeadField;
use super::projection::Projection;
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
        let by_dipole = transposed_times(self.unscaled(), cotangent);
        let scale = inner(&by_dipole, sources.values());
        Ok(Cotangents { sources: by_dipole * self.scale().value, scalars: vec![scale] })
    }
}

/// The transposed gains times cotangents, summed over channels in ascending order, as the projection sums over sources.
fn transposed_times(gain: &DMatrix<f64>, cotangent: &DMatrix<f64>) -> DMatrix<f64> {
    let mut by_source = Vec::new();
    Projection::new(&gain.transpose()).apply(cotangent.as_slice(), &mut by_source);
    DMatrix::from_vec(gain.ncols(), cotangent.ncols(), by_source)
}

/// The sum of products, sample after sample.
fn inner(a: &DMatrix<f64>, b: &DMatrix<f64>) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
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
        let by_source = transposed_times(self.weights(), cotangent);
        let scalars = vec![inner(&by_source, sources.values()), -cotangent.sum()];
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

#[cfg(test)]
mod tests {
    use super::*;
    use brainmass_core::random::Stream;
    use brainmass_core::units::{SI, dimension::AmpereMeter, ms};

    /// The bits of one product after the other, over channels in ascending order.
    #[test]
    fn sums_over_channels_have_their_order() {
        let draw =
            |row: usize, column: usize| Stream::new(5, 1).normal(u32::try_from(row).unwrap(), column as u64);
        let gain = DMatrix::from_fn(37, 19, draw);
        let field = crate::Eeg::new(SI::new(gain.clone()), crate::numbered(37), crate::numbered(19)).unwrap();
        let sources =
            TimeSeries::<AmpereMeter>::unnamed(DMatrix::from_fn(19, 70, draw), ms(1.0), ms(1.0)).unwrap();
        let cotangent = DMatrix::from_fn(37, 70, |row, column| draw(row + 100, column));
        let found = field.pullback(&sources, &cotangent).unwrap();
        let mut by_scale = 0.0;
        for ((sample, pulled), source) in
            cotangent.column_iter().zip(found.sources.column_iter()).zip(sources.values().column_iter())
        {
            for (column, (pulled, source)) in gain.column_iter().zip(pulled.iter().zip(&source)) {
                let sum = column.iter().zip(&sample).fold(0.0, |sum, (gain, value)| sum + gain * value);
                assert_eq!(*pulled, sum);
                by_scale += sum * source;
            }
        }
        assert_eq!(found.scalars, [by_scale]);
    }
}
