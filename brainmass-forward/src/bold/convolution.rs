//! BOLD by convolution with a haemodynamic response function.

use std::marker::PhantomData;
use std::ops::Sub;
use std::sync::Arc;

use brainmass_core::observation::check_block;
use brainmass_core::units::{Dimension, SI, Second, Values, dimension};
use brainmass_core::{Archive, Error, ObservationModel, Observer, Result, Sampling, TemporalAverage, check};
use dimension::{Dimensionless, Hertz};

use super::history::{History, beginning};
use super::response::Response;
use super::slices::{SliceTiming, Slices};
use crate::hrf::Hrf;

/// What averages the sources over a step; its type does not depend on their unit.
pub(super) type Average = <TemporalAverage<Dimensionless> as ObservationModel>::Observer;

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
    /// One for all channels, or one per channel.
    pub(super) hrfs: Vec<Arc<dyn Hrf>>,
    pub(super) repetition_time: Second,
    pub(super) step: Second,
    pub(super) kernel_duration: Second,
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
            hrfs: vec![Arc::new(hrf)],
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

    /// The same with a kernel per channel, followed for the longest of their durations.
    ///
    /// # Errors
    /// [`Error::Shape`] for none. Their number is checked when the sources are known.
    #[doc(alias = "region-wise HRF")]
    pub fn with_kernels(mut self, kernels: Vec<Box<dyn Hrf>>) -> Result<Self> {
        let durations = kernels.iter().map(Hrf::duration);
        let Some(longest) = durations.reduce(|a, b| if b > a { b } else { a }) else {
            return Err(Error::shape("kernels", "one, or one per channel", "none"));
        };
        self.kernel_duration = longest;
        self.hrfs = kernels.into_iter().map(Arc::from).collect();
        Ok(self)
    }

    /// The same with another value of one of the kernel's [`scalars`](Hrf::scalars), or one per channel.
    ///
    /// ```
    /// use brainmass_core::units::{dimension::Dimensionless, ms, s, Second};
    /// use brainmass_forward::{hrf::Gamma, ConvolutionBold};
    /// let bold = ConvolutionBold::<Dimensionless>::new(Gamma::default(), s(1.0), ms(20.0));
    /// assert!(bold.clone().with_kernel_parameter("tau", Second::new(vec![1.0, 1.2])).is_ok());
    /// assert!(bold.with_kernel_parameter("tau", 1.0).unwrap_err().to_string().contains("a quantity in s"));
    /// ```
    ///
    /// # Errors
    /// [`Error::Unknown`], which lists them; [`Error::Unit`], [`Error::Shape`], [`Error::NotFinite`] and those of the
    /// kernel's constructor.
    pub fn with_kernel_parameter(mut self, name: &str, values: impl Into<Values>) -> Result<Self> {
        let values = values.into();
        let count = values.as_slice().len().max(self.hrfs.len());
        let known = self.hrfs[0].scalars();
        let names: Vec<&str> = known.iter().map(|scalar| scalar.name.as_str()).collect();
        let index = check::position("parameter of the kernel", name, &names)?;
        values.check(&format!("{name} of the kernel"), known[index].unit, count)?;
        let changed = |channel: usize| {
            let kernel = &self.hrfs[channel % self.hrfs.len()];
            let mut parameters: Vec<f64> = kernel.scalars().iter().map(|scalar| scalar.value).collect();
            if let Some(parameter) = parameters.get_mut(index) {
                *parameter = values.at(channel);
            }
            Ok(kernel.with_scalars(&parameters)?.into())
        };
        self.hrfs = (0..count).map(changed).collect::<Result<_>>()?;
        Ok(self)
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
}

impl<U: Dimension> ObservationModel for ConvolutionBold<U> {
    type Input = U;
    type Output = Dimensionless;
    type Observer = ConvolutionObserver;

    fn observer(&self, sources: &Sampling) -> Result<ConvolutionObserver> {
        let slices = self.slices(sources)?;
        let response = self.response(sources.n_channels())?;
        let length = response.taps() * sources.n_channels();
        let history = self.past_steps(sources, response.taps())?;
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
