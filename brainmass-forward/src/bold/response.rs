//! Kernels as weights of past steps.

use brainmass_core::units::{Dimension, Second, Unit, dimension, show};
use brainmass_core::{Error, Result, check};

use super::convolution::{ConvolutionBold, Scaling};

/// Sampled kernels, newest step first, and what makes BOLD of the sum: gain · (sum − baseline).
#[derive(Clone, Debug)]
pub(super) struct Response {
    /// Weight after weight; those of each channel together where there is a kernel per channel.
    weights: Vec<f64>,
    /// How many kernels there are: one, or one per channel.
    width: usize,
    pub(super) gain: f64,
    pub(super) baseline: f64,
}

impl Response {
    /// How many steps the kernels are long.
    pub(super) fn taps(&self) -> usize {
        self.weights.len() / self.width
    }

    /// The weight of a step for a channel.
    pub(super) fn weight(&self, tap: usize, channel: usize) -> f64 {
        self.weights[tap * self.width + channel % self.width]
    }

    pub(super) fn scaled(&self, sum: f64) -> f64 {
        self.gain * (sum - self.baseline)
    }

    /// Appends the sample made of steps given newest first. The one order of summation.
    pub(super) fn respond<'a>(
        &self,
        newest_first: impl Iterator<Item = &'a [f64]>,
        n: usize,
        channels: &mut Vec<f64>,
    ) {
        let begin = channels.len();
        channels.resize(begin + n, 0.0);
        for (weights, step) in self.weights.chunks_exact(self.width).zip(newest_first) {
            let sums = channels[begin..].iter_mut().zip(step);
            if let [weight] = weights {
                for (sum, value) in sums {
                    *sum += weight * value;
                }
            } else {
                for ((sum, value), weight) in sums.zip(weights) {
                    *sum += weight * value;
                }
            }
        }
        for sum in &mut channels[begin..] {
            *sum = self.scaled(*sum);
        }
    }

    /// The samples of some channels, with the sums of [`respond`](Self::respond).
    pub(super) fn respond_some<'a>(
        &self,
        newest_first: impl Iterator<Item = &'a [f64]>,
        some: &[usize],
        volume: &mut [f64],
    ) {
        for channel in some {
            volume[*channel] = 0.0;
        }
        for (tap, step) in (0..self.taps()).zip(newest_first) {
            for channel in some {
                volume[*channel] += self.weight(tap, *channel) * step[*channel];
            }
        }
        for channel in some {
            volume[*channel] = self.scaled(volume[*channel]);
        }
    }
}

impl<U: Dimension> ConvolutionBold<U> {
    /// The kernels as weights of past steps, newest first, with what makes BOLD of the sum.
    pub(super) fn response(&self, n_channels: usize) -> Result<Response> {
        let width = self.hrfs.len();
        if width != 1 && width != n_channels {
            let expected = format!("1 kernel or {n_channels}, one per channel");
            return Err(Error::shape("kernels", expected, width.to_string()));
        }
        let taps = self.taps()?;
        let times = |spacing: Second, offset: f64| (0..taps).map(move |k| spacing * (k as f64 + offset));
        let step = self.step.value_unsafe;
        let mut weights = vec![0.0; taps * width];
        for (index, hrf) in self.hrfs.iter().enumerate() {
            let kernel: Vec<f64> = match self.scaling {
                Scaling::Physical { amplitude } => {
                    times(self.step, 0.5).map(|time| amplitude * hrf.value(time) * step).collect()
                }
                Scaling::Reference { .. } => {
                    let spacing = self.kernel_duration / (taps as f64 - 1.0).max(1.0);
                    hrf.reference_values(&times(spacing, 0.0).collect::<Vec<Second>>())
                }
            };
            weights[index..].iter_mut().step_by(width).zip(kernel).for_each(|(slot, value)| *slot = value);
        }
        let (gain, baseline) = match self.scaling {
            Scaling::Physical { .. } => (1.0, 0.0),
            Scaling::Reference { k_1, v_0 } => (k_1 * v_0, 1.0),
        };
        match weights.iter().chain(&[gain, baseline]).position(|weight| !weight.is_finite()) {
            None => Ok(Response { weights, width, gain, baseline }),
            Some(place) => Err(Error::NotFinite {
                what: format!("kernel {:?}", self.hrfs[place % width]),
                place: "its values and scaling".to_owned(),
                value: *weights.get(place).unwrap_or(&gain),
            }),
        }
    }

    /// How many steps the kernels are followed.
    fn taps(&self) -> Result<usize> {
        check::positive("duration of the kernel", self.kernel_duration)?;
        let step = self.step.value_unsafe;
        // A quotient within 1e-9 of a whole number is that number.
        let count = (self.kernel_duration.value_unsafe / step - 1e-9).ceil().max(1.0);
        if count > f64::from(1 << 24) {
            let unit = Unit::of::<dimension::Second>();
            let requirement = format!("at least 2^-24 of the kernel's {}", show(self.kernel_duration));
            return Err(check::out_of_range("convolution step", step, unit, &requirement));
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked above")]
        Ok(count as usize)
    }
}
