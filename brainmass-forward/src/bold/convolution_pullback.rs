//! Derivatives of BOLD by convolution.

use brainmass_core::observation::{check_cotangent, check_scalars};
use brainmass_core::units::{Dimension, Unit, dimension::Hertz};
use brainmass_core::{
    Cotangents, Differentiable, ObservationModel, Result, Scalar, TemporalAverage, TimeSeries,
};
use nalgebra::DMatrix;

use super::convolution::{ConvolutionBold, Scaling};

/// By the amplitude and the kernel's parameters. In the reference's scaling, whose kernel is normalised over a grid, by
/// k₁ and V₀. A history is held.
impl<U: Dimension> Differentiable for ConvolutionBold<U> {
    fn scalars(&self) -> Vec<Scalar> {
        let own = |name: &str, unit, value| Scalar::new(name, unit, value);
        match self.scaling {
            Scaling::Physical { amplitude } => {
                let unit = Unit::of::<Hertz>() / Unit::of::<U>();
                let mut scalars = vec![own("amplitude", unit, amplitude)];
                match &self.hrfs[..] {
                    [hrf] => scalars.extend(hrf.scalars()),
                    hrfs => {
                        for (channel, hrf) in hrfs.iter().enumerate() {
                            let named = |Scalar { name, unit, value }| {
                                own(&format!("{name}[{channel}]"), unit, value)
                            };
                            scalars.extend(hrf.scalars().into_iter().map(named));
                        }
                    }
                }
                scalars
            }
            Scaling::Reference { k_1, v_0 } => {
                vec![own("k_1", Unit::DIMENSIONLESS, k_1), own("v_0", Unit::DIMENSIONLESS, v_0)]
            }
        }
    }

    fn with_scalars(&self, values: &[f64]) -> Result<Self> {
        check_scalars("convolution BOLD", values, self.scalars().len())?;
        let mut changed = self.clone();
        match &mut changed.scaling {
            Scaling::Physical { amplitude } => {
                *amplitude = values[0];
                let mut rest = &values[1..];
                for hrf in &mut changed.hrfs {
                    let (own, others) = rest.split_at(hrf.scalars().len());
                    if !own.is_empty() {
                        *hrf = hrf.with_scalars(own)?.into();
                    }
                    rest = others;
                }
            }
            Scaling::Reference { k_1, v_0 } => (*k_1, *v_0) = (values[0], values[1]),
        }
        Ok(changed)
    }

    fn pullback(&self, sources: &TimeSeries<U>, cotangent: &DMatrix<f64>) -> Result<Cotangents> {
        let slices = self.slices(sources.sampling())?;
        let response = self.response(sources.n_channels())?;
        let average = TemporalAverage::<U>::new(self.step);
        let steps = average.observe(sources)?;
        let (n, n_samples) = (sources.n_channels(), steps.n_samples() / slices.every);
        check_cotangent(cotangent, n, n_samples)?;
        let past = self.past_steps(sources.sampling(), response.taps())?;
        let past = DMatrix::from_column_slice(n, past.len() / n, &past);
        let mut by_step = DMatrix::zeros(n, steps.n_samples());
        let mut by_weight = DMatrix::zeros(self.hrfs.len(), response.taps());
        for end in 0..=n_samples * slices.every {
            for (channel, volume) in slices.after(end).filter(|(_, volume)| *volume < n_samples) {
                let cotangent = cotangent[(channel, volume)];
                for k in 0..response.taps() {
                    let by_weight = &mut by_weight[(channel % self.hrfs.len(), k)];
                    if k < end {
                        let step = end - 1 - k;
                        *by_weight += cotangent * steps.values()[(channel, step)];
                        by_step[(channel, step)] += response.gain * response.weight(k, channel) * cotangent;
                    } else if k - end < past.ncols() {
                        *by_weight += cotangent * past[(channel, past.ncols() - 1 - (k - end))];
                    }
                }
            }
        }
        let scalars = match self.scaling {
            Scaling::Physical { amplitude } => self.by_parameters(amplitude, &by_weight),
            Scaling::Reference { k_1, v_0 } => {
                let product = |kernel: usize, k: usize| response.weight(k, kernel) * by_weight[(kernel, k)];
                let kernels = 0..self.hrfs.len();
                let sum: f64 =
                    kernels.map(|kernel| (0..response.taps()).map(|k| product(kernel, k)).sum::<f64>()).sum();
                let by_gain = sum - response.baseline * cotangent.sum();
                vec![v_0 * by_gain, k_1 * by_gain]
            }
        };
        Ok(Cotangents { sources: average.pullback(sources, &by_step)?.sources, scalars })
    }
}

impl<U: Dimension> ConvolutionBold<U> {
    /// From derivatives by the weights, amplitude · h((k + ½)Δ) · Δ, to those by amplitude and parameters.
    fn by_parameters(&self, amplitude: f64, by_weight: &DMatrix<f64>) -> Vec<f64> {
        let step = self.step.value_unsafe;
        let mut scalars = vec![0.0];
        for (hrf, by_weight) in self.hrfs.iter().zip(by_weight.row_iter()) {
            let mut own = vec![0.0; hrf.scalars().len()];
            for (k, by_weight) in by_weight.iter().enumerate() {
                let time = self.step * (k as f64 + 0.5);
                scalars[0] += by_weight * hrf.value(time) * step;
                for (sum, slope) in own.iter_mut().zip(hrf.slopes(time)) {
                    *sum += by_weight * amplitude * slope * step;
                }
            }
            scalars.extend(own);
        }
        scalars
    }
}
