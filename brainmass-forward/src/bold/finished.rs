//! Convolution of a finished series: what happens at its edges, and by which method.

use brainmass_core::units::{Dimension, dimension::Dimensionless, show};
use brainmass_core::{Error, ObservationModel, Result, Sampling, TemporalAverage, TimeSeries};
use realfft::RealFftPlanner;

use super::convolution::{ConvolutionBold, Scaling};
use super::history::beginning;
use super::response::Response;

/// Which BOLD samples of a finished series are wanted. Every sample is stamped with its true time.
///
/// In the reference scaling these are the rows that the Python library returns: every TR-th of the
/// convolution of history and signal, cut as numpy cuts it, without the first row. DIFFERENCE: the library
/// gives all of them the times TR, 2 TR, …; in truth those of `Full` begin within the history, those of
/// `Same` half a kernel later, and those of `Valid` are late by what its history is shorter than the kernel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edges {
    /// Samples whose whole kernel lies within the signal and its history: nothing is assumed about the time
    /// before. Without a history this drops the haemodynamic transient.
    Valid,
    /// One sample per TR of the signal, with rest where the history says nothing: those of
    /// [`observe`](ObservationModel::observe).
    Same,
    /// `Same`, and after it the response as it dies out over the kernel's duration, with sources at rest.
    Full,
}

/// How the convolution is computed. Both agree to rounding: 1e-12 of the largest value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Sums at the sampled times alone; to the last bit what the stream gives.
    Direct,
    /// Fast Fourier transforms of the whole series: faster where the kernel is much longer than a TR.
    Fft,
}

/// Steps with what precedes and follows them, and the steps at which a sample ends.
struct Plan {
    /// All steps, oldest first; a whole kernel lies before each sample.
    steps: Vec<f64>,
    /// Index of the step with which the first sample ends.
    first: usize,
    every: usize,
    n_samples: usize,
    /// The first sample's time in steps after the sources' beginning.
    start: f64,
}

impl<U: Dimension> ConvolutionBold<U> {
    /// BOLD of a finished series with a choice of edges and method.
    ///
    /// ```
    /// use brainmass_core::{units::{dimension::Dimensionless, ms, s}, ObservationModel, TimeSeries};
    /// use brainmass_forward::{hrf::Gamma, ConvolutionBold, Edges, Method};
    /// use nalgebra::DMatrix;
    /// let activity = TimeSeries::<Dimensionless>::unnamed(DMatrix::from_element(1, 3000, 1.0), ms(10.0), ms(10.0))?;
    /// let model = ConvolutionBold::new(Gamma::default(), s(1.0), ms(10.0));
    /// // 30 s of signal, a kernel of 20 s: the transient is dropped, or the tail is kept.
    /// let valid = model.convolve(&activity, Edges::Valid, Method::Fft)?;
    /// assert_eq!((valid.n_samples(), valid.start()), (11, s(20.0)));
    /// assert_eq!(model.convolve(&activity, Edges::Same, Method::Direct)?, model.observe(&activity)?);
    /// assert_eq!(model.convolve(&activity, Edges::Full, Method::Direct)?.n_samples(), 49);
    /// # Ok::<(), brainmass_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// Those of [`observer`](ObservationModel::observer); [`Error::Shape`] for a series too short to give one
    /// sample; [`Error::Setting`] with slice timing.
    pub fn convolve(
        &self,
        sources: &TimeSeries<U>,
        edges: Edges,
        method: Method,
    ) -> Result<TimeSeries<Dimensionless>> {
        if self.slice_timing.is_some() {
            return Err(Error::setting("slice timing", "only `observe` and the stream know it"));
        }
        let response = self.response(sources.n_channels())?;
        let plan = self.plan(sources, edges, response.taps())?;
        if plan.n_samples == 0 {
            let expected = format!("enough signal for one BOLD sample with edges {edges:?}");
            return Err(Error::shape("time series", expected, format!("{}", show(sources.duration()))));
        }
        let n = sources.n_channels();
        let samples = match method {
            Method::Direct => direct(&plan, &response, n),
            Method::Fft => by_fft(&plan, &response, n)?,
        };
        let start = beginning(sources.sampling()) + self.step * plan.start;
        let sampling = Sampling::new(sources.channels().clone(), self.repetition_time, start)?;
        TimeSeries::from_samples(samples, sampling)
    }

    fn plan(&self, sources: &TimeSeries<U>, edges: Edges, kernel: usize) -> Result<Plan> {
        let n = sources.n_channels();
        let every = self.steps_per_sample(sources.sampling())?;
        let signal = TemporalAverage::<U>::new(self.step).observe(sources)?;
        let mut past = self.past_steps(sources.sampling(), kernel)?;
        let reference = matches!(self.scaling, Scaling::Reference { .. });
        if past.is_empty() && reference {
            past = vec![0.0; kernel * n];
        }
        // Counted in steps: the history, and the steps that numpy's "full" convolution has.
        let known = past.len() / n;
        let full = known + signal.n_samples() + kernel - 1;
        // Silence around everything, so that a whole kernel lies before each step of the full convolution.
        let silence = vec![0.0; (kernel - 1) * n];
        let steps = [&silence, past.as_slice(), signal.samples(), &silence].concat();
        // The range of the full convolution that is wanted, and which of its steps is sampled first.
        let range = match (edges, reference) {
            (Edges::Valid, _) => kernel - 1..known + signal.n_samples(),
            (Edges::Same, true) => (kernel - 1) / 2..(kernel - 1) / 2 + known + signal.n_samples(),
            (Edges::Full, true) => 0..full,
            (Edges::Same, false) => known..known + signal.n_samples(),
            (Edges::Full, false) => known..full,
        };
        let first = if reference {
            range.start + every
        } else {
            // Step `known + m − 1` ends m steps after the beginning: the first multiple of a TR in the range.
            let ended = (range.start + 1).saturating_sub(known).max(1);
            known + ended.div_ceil(every) * every - 1
        };
        let n_samples = range.end.saturating_sub(first).div_ceil(every);
        let start = (first + 1) as f64 - known as f64;
        Ok(Plan { steps, first: first + kernel - 1, every, n_samples, start })
    }
}

fn direct(plan: &Plan, response: &Response, n: usize) -> Vec<f64> {
    let mut samples = Vec::with_capacity(plan.n_samples * n);
    for sample in 0..plan.n_samples {
        let end = plan.first + sample * plan.every + 1;
        response.respond(plan.steps[..end * n].chunks_exact(n).rev(), n, &mut samples);
    }
    samples
}

fn by_fft(plan: &Plan, response: &Response, n: usize) -> Result<Vec<f64>> {
    let n_steps = plan.steps.len() / n;
    let length = (n_steps + response.taps()).next_power_of_two();
    let mut planner = RealFftPlanner::<f64>::new();
    let (forward, inverse) = (planner.plan_fft_forward(length), planner.plan_fft_inverse(length));
    let transform = |values: &mut dyn Iterator<Item = f64>| {
        let mut input = forward.make_input_vec();
        input.iter_mut().zip(values).for_each(|(slot, value)| *slot = value);
        let mut spectrum = forward.make_output_vec();
        forward.process(&mut input, &mut spectrum).map_err(|error| failed(&error))?;
        Ok::<_, Error>(spectrum)
    };
    let mut samples = vec![0.0; plan.n_samples * n];
    let mut convolved = inverse.make_output_vec();
    for channel in 0..n {
        let kernel = transform(&mut (0..response.taps()).map(|tap| response.weight(tap, channel)))?;
        let mut spectrum = transform(&mut plan.steps[channel..].iter().step_by(n).copied())?;
        spectrum.iter_mut().zip(&kernel).for_each(|(value, factor)| *value *= factor / length as f64);
        inverse.process(&mut spectrum, &mut convolved).map_err(|error| failed(&error))?;
        for (sample, slot) in samples[channel..].iter_mut().step_by(n).enumerate() {
            *slot = response.scaled(convolved[plan.first + sample * plan.every]);
        }
    }
    Ok(samples)
}

fn failed(error: &realfft::FftError) -> Error {
    Error::setting("fast Fourier transform", error.to_string())
}
