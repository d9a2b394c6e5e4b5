//! The segments that an estimate averages over, and their Fourier transforms.

use std::fmt;
use std::sync::Arc;

use brainmass_core::units::{Hertz, Second, hz};
use brainmass_core::{Error, Result};
use realfft::num_complex::Complex;
use realfft::{ComplexToReal, RealFftPlanner, RealToComplex};

use super::Detrend;

/// Overlapping segments of one length: how they are cut, tapered and transformed.
#[derive(Clone)]
pub(crate) struct Segments {
    taper: Vec<f64>,
    step: usize,
    detrend: Detrend,
    spacing: Hertz,
    /// From a squared magnitude to a two-sided density.
    density: f64,
    forward: Arc<dyn RealToComplex<f64>>,
}

impl Segments {
    pub(super) fn new(period: Second, taper: Vec<f64>, step: usize, detrend: Detrend) -> Self {
        let length = taper.len();
        let density = period.value_unsafe / taper.iter().map(|w| w * w).sum::<f64>();
        let spacing = hz(1.0 / (length as f64 * period.value_unsafe));
        let forward = RealFftPlanner::new().plan_fft_forward(length);
        Self { taper, step, detrend, spacing, density, forward }
    }

    pub(crate) fn length(&self) -> usize {
        self.taper.len()
    }

    pub(crate) fn step(&self) -> usize {
        self.step
    }

    pub(crate) fn n_frequencies(&self) -> usize {
        self.length() / 2 + 1
    }

    pub(crate) fn spacing(&self) -> Hertz {
        self.spacing
    }

    /// How many whole segments a signal has.
    pub(crate) fn count(&self, n_samples: usize) -> f64 {
        ((n_samples - self.length()) / self.step + 1) as f64
    }

    /// From the mean squared magnitude at a frequency to the one-sided density.
    pub(crate) fn scale(&self, bin: usize) -> f64 {
        // A frequency and its negative are one, except where they coincide.
        let sides = if bin == 0 || 2 * bin == self.length() { 1.0 } else { 2.0 };
        sides * self.density
    }

    /// Twice the two-sided scale, the same at all frequencies: see [`Self::pull_back`].
    pub(crate) fn slope_scale(&self) -> f64 {
        2.0 * self.density
    }

    pub(crate) fn of<'a>(&self, signal: &'a [f64]) -> impl Iterator<Item = &'a [f64]> {
        signal.windows(self.length()).step_by(self.step)
    }

    /// Room for a transform.
    pub(crate) fn transform(&self) -> Vec<Complex<f64>> {
        vec![Complex::default(); self.n_frequencies()]
    }

    /// Transforms a segment without its mean and under the taper.
    pub(crate) fn fill(&self, segment: &[f64], transform: &mut [Complex<f64>]) -> Result<()> {
        let mean = match self.detrend {
            Detrend::Constant => segment.iter().sum::<f64>() / self.length() as f64,
            Detrend::None => 0.0,
        };
        let mut tapered: Vec<f64> = segment.iter().zip(&self.taper).map(|(x, w)| w * (x - mean)).collect();
        self.forward.process(&mut tapered, transform).map_err(|error| failed(&error))
    }

    /// From slopes by the one-sided densities of a segment to slopes by its samples.
    ///
    /// ```text
    /// P_k = c_k s |X_k|²,   X_k = Σ_t y_t e^(−iωkt)   ⇒   ∂P_k/∂y_t = 2 c_k s Re(X_k e^(iωkt))
    /// ```
    ///
    /// The sum of these over the frequencies is the inverse transform of `2 s X_k ∂/∂P_k`: it counts every
    /// frequency with its negative, as `c_k` does.
    pub(crate) fn pull_back(
        &self,
        by_density: &[f64],
        transform: &[Complex<f64>],
        backward: &dyn ComplexToReal<f64>,
    ) -> Result<Vec<f64>> {
        let scale = self.slope_scale();
        let mut product: Vec<Complex<f64>> =
            transform.iter().zip(by_density).map(|(x, slope)| x * (scale * slope)).collect();
        // The transform is real there but for rounding, which the inverse does not accept.
        product[0].im = 0.0;
        if self.length().is_multiple_of(2) {
            product[self.n_frequencies() - 1].im = 0.0;
        }
        let mut slopes = vec![0.0; self.length()];
        backward.process(&mut product, &mut slopes).map_err(|error| failed(&error))?;
        slopes.iter_mut().zip(&self.taper).for_each(|(slope, w)| *slope *= w);
        if self.detrend == Detrend::Constant {
            let mean = slopes.iter().sum::<f64>() / self.length() as f64;
            for slope in &mut slopes {
                *slope -= mean;
            }
        }
        Ok(slopes)
    }

    /// The inverse transform.
    pub(crate) fn backward(&self) -> Arc<dyn ComplexToReal<f64>> {
        RealFftPlanner::new().plan_fft_inverse(self.length())
    }
}

impl fmt::Debug for Segments {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Segments({} samples every {})", self.length(), self.step)
    }
}

fn failed(error: &realfft::FftError) -> Error {
    Error::setting("Fourier transform", error.to_string())
}
