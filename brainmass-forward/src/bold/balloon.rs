//! BOLD by the Balloon–Windkessel model.

use std::marker::PhantomData;
use std::ops::Sub;

use brainmass_core::observation::check_block;
use brainmass_core::units::dimension::{Dimensionless, Hertz, Squared};
use brainmass_core::units::{Dimension, SI, Second, Unit, Values};
use brainmass_core::{
    Archive, CpuLevel, Error, Node, ObservationModel, Observer, Parameter, Parameterized, Result, Sampling,
    TemporalAverage, check,
};

use super::convolution::Average;
use super::haemodynamics::Haemodynamics;
use super::history::beginning;
use super::integration::{Chunk, LANES, N_PARAMETERS, Step, at, bold, outside};
use super::slices::SliceTiming;
use super::stepping::{Stepping, Steps};

/// BOLD of each channel by its own Balloon–Windkessel model, starting from rest.
///
/// The drive of [`Haemodynamics`] is the source times an efficacy ε. Sources are averaged over steps of the integration,
/// and the equations are integrated by Heun's method with the mean held over its step. A BOLD sample comes out with every
/// step, or every repetition time. Zero at rest.
///
/// A step is the sources' period. Where that is short beside the haemodynamics, which take seconds, and there is a
/// repetition time, it is the longest multiple of it, up to 5 ms, that fits between the times of reading: a step costs as
/// much as some ten of a simulation. The error falls with the square of the step; at 5 ms it is some 1e-5 of the response.
/// [`with_step`](Self::with_step) and [`with_sub_steps`](Self::with_sub_steps) set it.
///
/// DIFFERENCE: the Python library starts away from rest and reads q/ρ for q/v; see [`Haemodynamics`].
///
/// # Example
/// ```
/// use brainmass_core::{units::{dimension::Dimensionless, ms, s}, ObservationModel, TimeSeries};
/// use brainmass_forward::{BalloonWindkessel, Haemodynamics};
/// use nalgebra::DMatrix;
/// let activity = TimeSeries::<Dimensionless>::unnamed(DMatrix::from_element(1, 6000, 1.0), ms(10.0), ms(10.0))?;
/// let balloon = BalloonWindkessel::new(Haemodynamics::friston_2003()).with_repetition_time(s(2.0));
/// let bold = balloon.observe(&activity)?;
/// assert_eq!((bold.n_samples(), bold.start()), (30, s(2.0)));
/// // The closed-form steady state for a drive of one.
/// approx::assert_abs_diff_eq!(bold.values()[(0, 29)], 0.045_899_4, epsilon = 1e-6);
/// # Ok::<(), brainmass_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[doc(alias = "BOLDSignal")]
pub struct BalloonWindkessel<U> {
    /// Those of [`Haemodynamics`], then the efficacy: each one value, or one per channel.
    pub(super) parameters: Vec<Vec<f64>>,
    pub(super) repetition_time: Option<Second>,
    pub(super) stepping: Stepping,
    pub(super) positive: bool,
    slice_timing: Option<SliceTiming>,
    unit: PhantomData<U>,
}

/// Names and units of the parameters, the efficacy last.
pub(super) fn names<U: Dimension>() -> impl Iterator<Item = (&'static str, Unit)> {
    let own = Haemodynamics::PARAMETERS.iter().map(|parameter| (parameter.name, parameter.unit));
    own.chain([("efficacy", Unit::of::<Squared<Hertz>>() / Unit::of::<U>())])
}

impl<U: Dimension> BalloonWindkessel<U> {
    /// A model with these parameters and an efficacy of one per second squared and unit of the source.
    pub fn new(parameters: Haemodynamics) -> Self {
        let own = brainmass_core::parameter_values(&parameters).into_iter();
        let parameters = own.chain([1.0]).map(|value| vec![value]).collect();
        Self {
            parameters,
            repetition_time: None,
            stepping: Stepping::Fitting,
            positive: false,
            slice_timing: None,
            unit: PhantomData,
        }
    }

    /// The same with another efficacy ε: the drive per unit of the source.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "a quantity is one number")]
    pub fn with_efficacy<E>(mut self, efficacy: SI<f64, E>) -> Self
    where
        Squared<Hertz>: Sub<U, Output = E>,
    {
        self.parameters[N_PARAMETERS - 1] = vec![efficacy.value_unsafe];
        self
    }

    /// The same with another value of a parameter, or one per channel.
    ///
    /// It is one of [`Haemodynamics`], or `efficacy`.
    ///
    /// ```
    /// use brainmass_core::units::{dimension::Dimensionless, Second};
    /// use brainmass_forward::{BalloonWindkessel, Haemodynamics};
    /// let balloon = BalloonWindkessel::<Dimensionless>::new(Haemodynamics::friston_2003());
    /// assert!(balloon.clone().with_parameter("tau", Second::new(vec![0.98, 1.2])).is_ok());
    /// assert!(balloon.with_parameter("tau", 0.98).unwrap_err().to_string().contains("a quantity in s"));
    /// ```
    ///
    /// # Errors
    /// [`Error::Unknown`], which lists them; [`Error::Unit`], [`Error::NotFinite`]. The number of values is checked
    /// when the sources are known.
    pub fn with_parameter(mut self, name: &str, values: impl Into<Values>) -> Result<Self> {
        let known: Vec<_> = names::<U>().collect();
        let index =
            check::position("parameter", name, &known.iter().map(|(name, _)| *name).collect::<Vec<_>>())?;
        let values = values.into();
        values.check(&what(name), known[index].1, values.as_slice().len())?;
        self.parameters[index] = values.as_slice().to_vec();
        Ok(self)
    }

    /// The same with a sample every repetition time, a multiple of the sources' period.
    #[must_use]
    pub fn with_repetition_time(mut self, repetition_time: Second) -> Self {
        self.repetition_time = Some(repetition_time);
        self
    }

    /// The same with steps of this length, a multiple of the sources' period, over which sources are averaged.
    ///
    /// A repetition time and slice times must be multiples of it.
    ///
    /// ```
    /// use brainmass_core::{units::{dimension::Dimensionless, ms}, ObservationModel, TimeSeries};
    /// use brainmass_forward::{BalloonWindkessel, Haemodynamics};
    /// use nalgebra::DMatrix;
    /// let drive = DMatrix::from_fn(1, 60_000, |_, k| (1e-3 * k as f64).sin().powi(2));
    /// let drive = TimeSeries::<Dimensionless>::unnamed(drive, ms(0.1), ms(0.1))?;
    /// let bold = |step| {
    ///     let balloon = BalloonWindkessel::new(Haemodynamics::friston_2003()).with_repetition_time(ms(500.0));
    ///     balloon.with_step(step).observe(&drive)
    /// };
    /// let (fine, coarse) = (bold(ms(0.1))?, bold(ms(5.0))?);
    /// assert!((fine.values() - coarse.values()).amax() < 5e-5 * fine.values().amax());
    /// # Ok::<(), brainmass_core::Error>(())
    /// ```
    #[must_use]
    pub fn with_step(mut self, step: Second) -> Self {
        self.stepping = Stepping::Averaging(step);
        self
    }

    /// The same with several integration steps per source sample, without averaging.
    #[must_use]
    pub fn with_sub_steps(mut self, sub_steps: usize) -> Self {
        self.stepping = Stepping::Dividing(sub_steps);
        self
    }

    /// The same with steps that keep flow, volume and deoxyhaemoglobin above zero, so that no drive bursts the balloon.
    ///
    /// Flow is kept between 0.001 and a million times its value at rest. For the drives of a healthy brain the scheme
    /// agrees with Heun's method to its error, which falls with the square of the step as well.
    ///
    /// ```
    /// use brainmass_core::{units::{dimension::Dimensionless, ms}, ObservationModel, TimeSeries};
    /// use brainmass_forward::{BalloonWindkessel, Haemodynamics};
    /// use nalgebra::DMatrix;
    /// let drain = TimeSeries::<Dimensionless>::unnamed(DMatrix::from_element(1, 1000, -5.0), ms(10.0), ms(10.0))?;
    /// let balloon = BalloonWindkessel::new(Haemodynamics::friston_2003());
    /// assert!(balloon.observe(&drain).is_err()); // a drive below −γ drains the flow
    /// assert!(balloon.with_positive_states().observe(&drain)?.values().min() > -0.2);
    /// # Ok::<(), brainmass_core::Error>(())
    /// ```
    #[must_use]
    #[doc(alias = "log states")]
    pub fn with_positive_states(mut self) -> Self {
        self.positive = true;
        self
    }

    /// The same with each channel read at its own time within the repetition time.
    #[must_use]
    pub fn with_slice_timing(mut self, timing: SliceTiming) -> Self {
        self.slice_timing = Some(timing);
        self
    }

    fn check(&self, n_channels: usize) -> Result<()> {
        for ((name, unit), (index, values)) in names::<U>().zip(self.parameters.iter().enumerate()) {
            Values::new(values.clone(), unit).check(&what(name), unit, n_channels)?;
            let Some(parameter) = Haemodynamics::PARAMETERS.get(index) else { continue };
            values.iter().try_for_each(|value| in_range(parameter, *value))?;
        }
        Ok(())
    }

    /// The parameters of chunks of channels; what fills the last chunk has those of the last channel.
    fn chunks(&self, n_channels: usize) -> Vec<[Chunk; N_PARAMETERS]> {
        let chunk = |first: usize| {
            let value = |k: usize, lane: usize| {
                let values = &self.parameters[k];
                values[(first + lane).min(values.len() - 1)]
            };
            std::array::from_fn(|k| std::array::from_fn(|lane| value(k, lane)))
        };
        (0..n_channels).step_by(LANES).map(chunk).collect()
    }
}

fn what(name: &str) -> String {
    format!("{name} of the Balloon–Windkessel model")
}

fn in_range(parameter: &Parameter, value: f64) -> Result<()> {
    let (low, high) = parameter.range;
    if (low..=high).contains(&value) {
        return Ok(());
    }
    let requirement = format!("between {low} and {high}");
    Err(check::out_of_range(&what(parameter.name), value, parameter.unit, &requirement))
}

impl<U: Dimension> ObservationModel for BalloonWindkessel<U> {
    type Input = U;
    type Output = Dimensionless;
    type Observer = BalloonObserver;

    fn observer(&self, sources: &Sampling) -> Result<BalloonObserver> {
        let n = sources.n_channels();
        self.check(n)?;
        let steps = self.stepping.of(sources, self.repetition_time, self.slice_timing.as_ref())?;
        let start = beginning(sources) + steps.repetition_time;
        Ok(BalloonObserver {
            sampling: Sampling::new(sources.channels().clone(), steps.repetition_time, start)?,
            parameters: self.chunks(n),
            average: TemporalAverage::<U>::new(steps.window).observer(sources)?,
            steps,
            averages: Vec::new(),
            // Zero is BOLD at rest, which is what a channel read at the beginning has.
            volume: vec![0.0; n],
            positive: self.positive,
            states: vec![REST; n.div_ceil(LANES)],
            padded: vec![[0.0; LANES]; n.div_ceil(LANES)],
            level: CpuLevel::best(),
            pushed: 0,
        })
    }
}

/// Rest of a chunk of regions.
const REST: [Chunk; 4] = [[0.0; LANES], [1.0; LANES], [1.0; LANES], [1.0; LANES]];

/// The state machine of [`BalloonWindkessel`]. After an error only `reset` makes it usable again.
#[derive(Clone, Debug)]
pub struct BalloonObserver {
    sampling: Sampling,
    pub(super) parameters: Vec<[Chunk; N_PARAMETERS]>,
    pub(super) steps: Steps,
    average: Average,
    averages: Vec<f64>,
    volume: Vec<f64>,
    positive: bool,
    pub(super) states: Vec<[Chunk; 4]>,
    /// What drives a step in chunks; what fills the last one stays zero.
    pub(super) padded: Vec<Chunk>,
    pub(super) level: CpuLevel,
    pub(super) pushed: usize,
}

impl BalloonObserver {
    /// The time of an integration step, in seconds.
    pub(super) fn step(&self) -> f64 {
        self.steps.window.value_unsafe / self.steps.per_window as f64
    }

    /// Begins with the next average of the sources.
    pub(super) fn load(&mut self, sample: &[f64]) {
        self.pushed += 1;
        self.padded.as_flattened_mut()[..sample.len()].copy_from_slice(sample);
    }

    /// One integration step.
    pub(super) fn advance(&mut self) -> Result<()> {
        let (parameters, states, sources) = (&self.parameters, &mut self.states, &self.padded);
        let seconds = self.steps.window.value_unsafe / self.steps.per_window as f64;
        let inside = if self.positive {
            self.level.run(Step::<true> { parameters, states, sources, seconds })
        } else {
            self.level.run(Step::<false> { parameters, states, sources, seconds })
        };
        if inside { Ok(()) } else { self.diverged() }
    }

    /// Names what has left its domain.
    fn diverged(&self) -> Result<()> {
        let averaged = self.average.sampling();
        let channels = averaged.channels();
        let state = |channel: usize| at(&self.states[channel / LANES], channel % LANES);
        let found = (0..channels.len()).find_map(|channel| Some((channel, outside(&state(channel))?)));
        let Some((channel, bad)) = found else { return Ok(()) };
        Err(Error::Diverged {
            step: self.pushed * self.steps.samples,
            time: (averaged.start() + averaged.period() * (self.pushed as f64 - 1.0)).value_unsafe,
            region: channels[channel].clone(),
            variable: Haemodynamics::STATE[bad].name.to_owned(),
            value: state(channel)[bad],
        })
    }

    /// Reads the channels that are due at a step of a volume.
    fn read(&mut self, step: usize) {
        for k in 0..self.steps.slices.at(step).len() {
            let channel = self.steps.slices.at(step)[k];
            self.volume[channel] = self.bold(channel);
        }
    }

    fn bold(&self, channel: usize) -> f64 {
        let (chunk, lane) = (channel / LANES, channel % LANES);
        bold(&at(&self.parameters[chunk], lane), &at(&self.states[chunk], lane))
    }
}

impl Observer for BalloonObserver {
    fn sampling(&self) -> &Sampling {
        &self.sampling
    }

    fn push(&mut self, sources: &[f64], channels: &mut Vec<f64>) -> Result<()> {
        let n = self.sampling.n_channels();
        check_block(sources, n)?;
        let mut averages = std::mem::take(&mut self.averages);
        averages.clear();
        self.average.push(sources, &mut averages)?;
        for average in averages.chunks_exact(n) {
            self.load(average);
            for _ in 0..self.steps.per_window {
                self.advance()?;
            }
            let step = (self.pushed - 1) % self.steps.slices.every + 1;
            self.read(step);
            if step == self.steps.slices.every {
                channels.extend_from_slice(&self.volume);
                self.read(0);
            }
        }
        self.averages = averages;
        Ok(())
    }

    fn reset(&mut self) {
        self.average.reset();
        self.states.fill(REST);
        self.volume.fill(0.0);
        self.pushed = 0;
    }

    fn archive(&mut self, archive: &mut Archive) -> Result<()> {
        self.average.archive(archive)?;
        archive.numbers(self.states.as_flattened_mut().as_flattened_mut())?;
        archive.numbers(&mut self.volume)?;
        archive.count(&mut self.pushed)
    }
}
