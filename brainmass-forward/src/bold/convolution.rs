//! BOLD by convolution with a haemodynamic response function.

use std::marker::PhantomData;
use std::ops::Sub;
use std::sync::Arc;

use brainmass_core::observation::check_block;
use brainmass_core::units::{Dimension, SI, Second, Unit, dimension, show};
use brainmass_core::{Archive, Error, ObservationModel, Observer, Result, Sampling, TemporalAverage, check};
use dimension::{Dimensionless, Hertz};

use super::history::{History, beginning};
use super::slices::{SliceTiming, Slices};
use crate::hrf::Hrf;

/// What averages the sources over a step; its type does not depend on their unit.
type Average = <TemporalAverage<Dimensionless> as ObservationModel>::Observer;

/// BOLD by convolution with a haemodynamic response function.
///
/// The source is averaged over steps of length Δ, and a BOLD sample is taken every repetition time (TR):
///
/// ```text
/// BOLD(T) = amplitude · Σ_k h((k + ½)Δ) · z_(m−k) · Δ      z_m: the average over (T − Δ, T\]
/// ```
///
/// This is the midpoint rule for the convolution integral: its error falls with Δ², and the result does not
/// scale with Δ. The first sample comes one TR after the sources begin. Before that the sources were at rest,
/// unless a history says otherwise. Linear; zero at rest.
///
/// DIFFERENCE: the Python library sums without the factor Δ, stretches the kernel so that its last point
/// falls on its end, and takes one from the sum: [`with_reference_scaling`](Self::with_reference_scaling)
/// does all three.
///
/// # Example
/// ```
/// use brainmass_core::{units::{dimension::Dimensionless, ms, s}, ObservationModel, TimeSeries};
/// use brainmass_forward::{hrf::{Hrf, SpmDoubleGamma}, ConvolutionBold};
/// use nalgebra::DMatrix;
/// // A pulse of unit mass in the first 20 ms gives back the kernel.
/// let mut pulse = DMatrix::zeros(1, 1000);
/// pulse[(0, 0)] = 1.0 / 0.020;
/// let pulse = TimeSeries::<Dimensionless>::unnamed(pulse, ms(20.0), ms(20.0))?;
/// let kernel = SpmDoubleGamma::default();
/// let bold = ConvolutionBold::new(kernel, s(1.0), ms(20.0)).observe(&pulse)?;
/// approx::assert_relative_eq!(bold.values()[(0, 4)], kernel.value(s(4.99)), max_relative = 1e-12);
/// # Ok::<(), brainmass_core::Error>(())
/// ```
#[derive(Clone, Debug)]
#[doc(alias = "HRFBold")]
pub struct ConvolutionBold<U: Dimension> {
    pub(super) hrf: Arc<dyn Hrf>,
    pub(super) repetition_time: Second,
    pub(super) step: Second,
    kernel_duration: Second,
    pub(super) scaling: Scaling,
    pub(super) history: History<U>,
    pub(super) slice_timing: Option<SliceTiming>,
    unit: PhantomData<U>,
}

/// How the sum becomes BOLD.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Scaling {
    Physical { amplitude: f64 },
    Reference { k_1: f64, v_0: f64 },
}

impl<U: Dimension> ConvolutionBold<U> {
    /// BOLD every `repetition_time` from sources averaged over `step`, for example 20 ms.
    ///
    /// The repetition time must be a multiple of the step, the step of the sources' period; this is checked
    /// when the sources are known. The amplitude is one per second and unit of the source.
    pub fn new(hrf: impl Hrf + 'static, repetition_time: Second, step: Second) -> Self {
        let kernel_duration = hrf.duration();
        Self {
            hrf: Arc::new(hrf),
            repetition_time,
            step,
            kernel_duration,
            scaling: Scaling::Physical { amplitude: 1.0 },
            history: History::Rest,
            slice_timing: None,
            unit: PhantomData,
        }
    }

    /// The same with BOLD multiplied by an amplitude, per second and unit of the source.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "a quantity is one number")]
    pub fn with_amplitude<A>(mut self, amplitude: SI<f64, A>) -> Self
    where
        Hertz: Sub<U, Output = A>,
    {
        self.scaling = Scaling::Physical { amplitude: amplitude.value_unsafe };
        self
    }

    /// The same in the scaling of the Python library brainmass, whose defaults are k₁ = 5.6, V₀ = 0.02.
    ///
    /// ```text
    /// BOLD(T) = k₁ V₀ (Σ_k h(k D/(K − 1)) · z_(m−k) − 1)      K points over the kernel's duration D
    /// ```
    ///
    /// The kernel's values are its [`reference_values`](Hrf::reference_values) on that grid.
    #[must_use]
    pub fn with_reference_scaling(mut self, k_1: f64, v_0: f64) -> Self {
        self.scaling = Scaling::Reference { k_1, v_0 };
        self
    }

    /// The same with the kernel followed for another time than its own [`duration`](Hrf::duration).
    #[must_use]
    pub fn with_kernel_duration(mut self, duration: Second) -> Self {
        self.kernel_duration = duration;
        self
    }

    /// The same with each channel read at its own time within the repetition time.
    #[must_use]
    pub fn with_slice_timing(mut self, timing: SliceTiming) -> Self {
        self.slice_timing = Some(timing);
        self
    }

    /// Which channels are read at which step.
    pub(super) fn slices(&self, sources: &Sampling) -> Result<Slices> {
        let every = self.steps_per_sample(sources)?;
        let timing = self.slice_timing.as_ref();
        Slices::new(timing, sources.n_channels(), "the convolution step", self.step, every)
    }

    /// How many steps make a repetition time.
    pub(super) fn steps_per_sample(&self, sources: &Sampling) -> Result<usize> {
        check::positive("repetition time", self.repetition_time)?;
        check::positive("convolution step", self.step)?;
        check::steps("convolution step", self.step, "the sources' period", sources.period())?;
        check::steps("repetition time", self.repetition_time, "the convolution step", self.step)
    }

    /// The kernel as weights of past steps, newest first, with what makes BOLD of the sum.
    pub(super) fn response(&self) -> Result<Response> {
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
        let count = count as usize;
        let times = |spacing: Second, offset: f64| (0..count).map(move |k| spacing * (k as f64 + offset));
        let response = match self.scaling {
            Scaling::Physical { amplitude } => Response {
                kernel: times(self.step, 0.5).map(|time| amplitude * self.hrf.value(time) * step).collect(),
                gain: 1.0,
                baseline: 0.0,
            },
            Scaling::Reference { k_1, v_0 } => {
                let spacing = self.kernel_duration / (count as f64 - 1.0).max(1.0);
                let times: Vec<Second> = times(spacing, 0.0).collect();
                Response { kernel: self.hrf.reference_values(&times), gain: k_1 * v_0, baseline: 1.0 }
            }
        };
        let constants = [response.gain, response.baseline];
        match response.kernel.iter().chain(&constants).find(|weight| !weight.is_finite()) {
            None => Ok(response),
            Some(value) => Err(Error::NotFinite {
                what: format!("kernel {:?}", self.hrf),
                place: "its values and scaling".to_owned(),
                value: *value,
            }),
        }
    }
}

/// A sampled kernel, newest step first, and what makes BOLD of the sum: gain · (sum − baseline).
#[derive(Clone, Debug)]
pub(super) struct Response {
    pub(super) kernel: Vec<f64>,
    pub(super) gain: f64,
    pub(super) baseline: f64,
}

impl Response {
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
        for (weight, step) in self.kernel.iter().zip(newest_first) {
            for (sum, value) in channels[begin..].iter_mut().zip(step) {
                *sum += weight * value;
            }
        }
        for sum in &mut channels[begin..] {
            *sum = self.scaled(*sum);
        }
    }
}

impl Response {
    /// The samples of some channels, with the sums of [`respond`](Self::respond).
    fn respond_some<'a>(
        &self,
        newest_first: impl Iterator<Item = &'a [f64]>,
        some: &[usize],
        volume: &mut [f64],
    ) {
        for channel in some {
            volume[*channel] = 0.0;
        }
        for (weight, step) in self.kernel.iter().zip(newest_first) {
            for channel in some {
                volume[*channel] += weight * step[*channel];
            }
        }
        for channel in some {
            volume[*channel] = self.scaled(volume[*channel]);
        }
    }
}

impl<U: Dimension> ObservationModel for ConvolutionBold<U> {
    type Input = U;
    type Output = Dimensionless;
    type Observer = ConvolutionObserver;

    fn observer(&self, sources: &Sampling) -> Result<ConvolutionObserver> {
        let slices = self.slices(sources)?;
        let response = self.response()?;
        let length = response.kernel.len() * sources.n_channels();
        let history = self.past_steps(sources, response.kernel.len())?;
        let mut initial = vec![0.0; length.saturating_sub(history.len())];
        initial.extend(&history[history.len().saturating_sub(length)..]);
        let mut observer = ConvolutionObserver {
            sampling: Sampling::new(
                sources.channels().clone(),
                self.repetition_time,
                beginning(sources) + self.repetition_time,
            )?,
            average: TemporalAverage::<U>::new(self.step).observer(sources)?,
            response,
            slices,
            volume: vec![0.0; sources.n_channels()],
            past: initial.clone(),
            initial,
            next: 0,
            waited: 0,
            steps: Vec::new(),
        };
        observer.read(0);
        Ok(observer)
    }
}

/// The state machine of [`ConvolutionBold`]: a ring of past steps as long as the kernel.
#[derive(Clone, Debug)]
pub struct ConvolutionObserver {
    sampling: Sampling,
    average: Average,
    response: Response,
    slices: Slices,
    volume: Vec<f64>,
    initial: Vec<f64>,
    /// A ring of steps; the oldest begins at `next`.
    past: Vec<f64>,
    next: usize,
    waited: usize,
    steps: Vec<f64>,
}

impl ConvolutionObserver {
    /// Reads the channels that are due at a step of a volume.
    fn read(&mut self, step: usize) {
        let (n, due) = (self.volume.len(), self.slices.at(step));
        if due.is_empty() {
            return;
        }
        let (newer, older) = self.past.split_at(self.next);
        let newest_first = newer.chunks_exact(n).rev().chain(older.chunks_exact(n).rev());
        if self.slices.is_all(due) {
            self.volume.clear();
            self.response.respond(newest_first, n, &mut self.volume);
        } else {
            self.response.respond_some(newest_first, due, &mut self.volume);
        }
    }
}

impl Observer for ConvolutionObserver {
    fn sampling(&self) -> &Sampling {
        &self.sampling
    }

    fn push(&mut self, sources: &[f64], channels: &mut Vec<f64>) -> Result<()> {
        let n = self.sampling.n_channels();
        check_block(sources, n)?;
        let mut steps = std::mem::take(&mut self.steps);
        steps.clear();
        self.average.push(sources, &mut steps)?;
        for step in steps.chunks_exact(n) {
            self.past[self.next..self.next + n].copy_from_slice(step);
            self.next = (self.next + n) % self.past.len();
            self.waited += 1;
            self.read(self.waited);
            if self.waited == self.slices.every {
                self.waited = 0;
                channels.extend_from_slice(&self.volume);
                self.read(0);
            }
        }
        self.steps = steps;
        Ok(())
    }

    fn reset(&mut self) {
        self.average.reset();
        self.past.copy_from_slice(&self.initial);
        self.next = 0;
        self.waited = 0;
        self.read(0);
    }

    fn archive(&mut self, archive: &mut Archive) -> Result<()> {
        self.average.archive(archive)?;
        archive.numbers(&mut self.past)?;
        archive.numbers(&mut self.volume)?;
        archive.count(&mut self.next)?;
        archive.count(&mut self.waited)
    }
}
