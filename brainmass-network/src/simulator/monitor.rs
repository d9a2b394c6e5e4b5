//! Monitors: what a run records.

use std::fmt;
use std::sync::Arc;

use brainmass_core::node::Source;
use brainmass_core::units::dimension::Dimensionless;
use brainmass_core::units::{Second, Unit, show};
use brainmass_core::{
    Archive, Error, ObservationModel, Observer, Result, Sampling, Statistic, Subsample, TemporalAverage,
    check,
};

use super::gatherer::Gatherer;
use super::recording::Recorded;
use crate::engine::Engine;
use crate::subject::{Place, Subject};

type Start = dyn Fn(&Sampling) -> Result<Box<dyn Observer>> + Send + Sync;
type StartGathering = dyn Fn(&Sampling) -> Result<Box<dyn Gatherer>> + Send + Sync;

/// What to record of a run: a state variable or output, every step, now and then, averaged, or through an
/// observation model.
///
/// Nothing else is kept: a run that records BOLD every 0.72 s holds BOLD samples, not the states between.
///
/// ```
/// use brainmass_core::units::ms;
/// use brainmass_network::Monitor;
/// let monitors = [
///     Monitor::of("r_e"),
///     Monitor::of("r_e").every(ms(1.0)).named("slow"),
///     Monitor::of("r_i").averaged(ms(20.0)),
/// ];
/// assert_eq!(monitors[1].name(), "slow");
/// ```
#[derive(Clone)]
pub struct Monitor {
    name: String,
    variable: String,
    start: Arc<Start>,
    /// The units of an observation model's input and output; absent where the unit stays what it is.
    units: Option<(Unit, Unit)>,
    /// The window of an average, which must not straddle the end of the transient.
    window: Option<Second>,
    /// How samples are made of steps, unless by an observation model.
    reduction: Option<Reduction>,
    /// What becomes of the samples in place of a series, and the unit it takes.
    gathering: Option<(Unit, Arc<StartGathering>)>,
}

/// Every step, the last step of each period, or the mean over it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Reduction {
    Every(Option<Second>),
    Mean(Second),
}

impl Monitor {
    /// Every step of a state variable or output; in a mixed network that of a population, `cortex.r_e`.
    pub fn of(variable: impl Into<String>) -> Self {
        let variable = variable.into();
        let start =
            |sampling: &Sampling| observer(&Subsample::<Dimensionless>::new(sampling.period()), sampling);
        Self {
            name: variable.clone(),
            variable,
            start: Arc::new(start),
            units: None,
            window: None,
            reduction: Some(Reduction::Every(None)),
            gathering: None,
        }
    }

    /// One sample per period instead of every step.
    #[must_use]
    pub fn every(mut self, period: Second) -> Self {
        self.start = Arc::new(move |sampling| observer(&Subsample::<Dimensionless>::new(period), sampling));
        self.window = None;
        self.reduction = Some(Reduction::Every(Some(period)));
        self
    }

    /// The mean over each period instead of every step.
    #[must_use]
    pub fn averaged(mut self, period: Second) -> Self {
        self.start =
            Arc::new(move |sampling| observer(&TemporalAverage::<Dimensionless>::new(period), sampling));
        self.window = Some(period);
        self.reduction = Some(Reduction::Mean(period));
        self
    }

    /// What an observation model makes of the variable, computed during the run.
    #[must_use]
    pub fn observed<M>(mut self, model: M) -> Self
    where
        M: ObservationModel + Send + Sync + 'static,
    {
        self.start = Arc::new(move |sampling| observer(&model, sampling));
        self.units = Some((Unit::of::<M::Input>(), Unit::of::<M::Output>()));
        self.window = None;
        self.reduction = None;
        self
    }

    /// One value in place of the samples: a statistic of what would be recorded after the transient.
    ///
    /// The series is not kept, so the memory of a run does not grow with its length. The value is that of the
    /// recorded series, [`Statistic::of`], to the bit; [`Recording::take_value`](super::Recording::take_value) hands
    /// it out.
    ///
    /// ```
    /// use brainmass_core::units::{dimension::Dimensionless, hz, ms, s};
    /// use brainmass_core::Connectome;
    /// use brainmass_network::{Integrator, Monitor, Network, Simulator};
    /// use brainmass_nodes::StuartLandau;
    /// use brainmass_objectives::{Fc, RunningFc};
    /// use std::f64::consts::PI;
    /// // Two oscillators of 10 Hz, 60° apart, for ten periods.
    /// let node = StuartLandau { a: hz(4.0), omega: hz(20.0 * PI), ..StuartLandau::default() };
    /// let islands = Connectome::without_lengths(nalgebra::DMatrix::zeros(2, 2))?;
    /// let network = Network::new(node, islands)
    ///     .with_initial("x", vec![1.0, 0.5])?
    ///     .with_initial("y", vec![0.0, 0.75_f64.sqrt()])?;
    /// let monitor = Monitor::of("x").gathered(RunningFc::<Dimensionless>::new()).named("fc");
    /// let simulator = Simulator::new(&network, ms(1.0))?.with_integrator(Integrator::RungeKutta4);
    /// let fc: Fc = simulator.run(s(3.0), s(2.0), &[monitor])?.take_value("fc")?;
    /// assert!((fc.matrix()[(0, 1)] - (PI / 3.0).cos()).abs() < 1e-6);
    /// # Ok::<(), brainmass_core::Error>(())
    /// ```
    #[must_use]
    pub fn gathered<S>(mut self, statistic: S) -> Self
    where
        S: Statistic<Output: Send + Sync> + Send + Sync + 'static,
    {
        let start = move |sampling: &Sampling| -> Result<Box<dyn Gatherer>> {
            Ok(Box::new(statistic.accumulator(sampling)?))
        };
        self.gathering = Some((Unit::of::<S::Input>(), Arc::new(start)));
        self
    }

    /// The monitor under another name than that of its variable.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// How samples are made of steps; none where there are none, or an observation model makes them.
    pub(super) fn reduction(&self) -> Option<Reduction> {
        if self.gathering.is_some() { None } else { self.reduction }
    }

    /// The name of the recording.
    pub fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn start(
        &self,
        network: &dyn Subject,
        dt: Second,
        duration: Second,
        transient: Second,
    ) -> Result<Running> {
        let Place { population, source, variable, labels } = network.locate(&self.variable)?;
        let sampling = &Sampling::new(labels.to_vec(), dt, dt)?;
        let fits = |expected, found| {
            let what = || format!("monitor `{}` of `{}`", self.name, self.variable);
            if expected == found { Ok(()) } else { Err(Error::Unit { what: what(), expected, found }) }
        };
        let (input, unit) = self.units.unwrap_or((variable.unit, variable.unit));
        fits(input, variable.unit)?;
        if let Some(window) = self.window {
            check::steps("transient", transient, "the averaging period", window)?;
        }
        let observer = (self.start)(sampling)?;
        let recorded = observer.sampling().clone();
        let (n_dropped, n_kept) = count(&recorded, duration, transient);
        if n_kept == 0 {
            let expected = format!("a sample between {} and {}", show(transient), show(duration));
            let found =
                format!("samples every {} from {} on", show(recorded.period()), show(recorded.start()));
            return Err(Error::shape(format!("monitor `{}`", self.name), expected, found));
        }
        let first = recorded.start() + recorded.period() * n_dropped as f64;
        let sampling = Sampling::new(recorded.channels().clone(), recorded.period(), first)?;
        let start_gathering = |(input, start): &(Unit, Arc<StartGathering>)| {
            fits(*input, unit)?;
            start(&sampling)
        };
        let gatherer = self.gathering.as_ref().map(start_gathering).transpose()?;
        Ok(Running {
            population,
            source,
            observer,
            block: Vec::new(),
            fresh: Vec::new(),
            n_dropped: n_dropped * sampling.n_channels(),
            gatherer,
            recorded: Recorded { name: self.name.clone(), unit, sampling, samples: Vec::new(), value: None },
        })
    }
}

impl fmt::Debug for Monitor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Monitor({} of {})", self.name, self.variable)
    }
}

fn observer<M: ObservationModel>(model: &M, sampling: &Sampling) -> Result<Box<dyn Observer>> {
    Ok(Box::new(model.observer(sampling)?))
}

/// How many samples fall into the transient, and how many between it and the end.
fn count(sampling: &Sampling, duration: Second, transient: Second) -> (usize, usize) {
    // A sample within a millionth of a period of a time counts as at it.
    let up_to = |time: Second| {
        let periods = (time.value_unsafe - sampling.start().value_unsafe) / sampling.period().value_unsafe;
        let count = (periods + 1e-6).floor().max(-1.0) + 1.0;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count of samples")]
        let count = count as usize;
        count
    };
    let n_dropped = up_to(transient);
    (n_dropped, up_to(duration).saturating_sub(n_dropped))
}

/// A monitor in a run.
pub(super) struct Running {
    population: usize,
    source: Source,
    observer: Box<dyn Observer>,
    /// Steps not yet handed to the observer.
    block: Vec<f64>,
    fresh: Vec<f64>,
    /// How many numbers are still to be dropped.
    n_dropped: usize,
    /// Where the samples go that are not to be kept.
    gatherer: Option<Box<dyn Gatherer>>,
    recorded: Recorded,
}

impl Running {
    /// Takes the present values of a network.
    pub(super) fn record(&mut self, engine: &mut dyn Engine, network: usize) {
        // A panel has one population, a mixed network no panel.
        engine.read(network + self.population, self.source, &mut self.block);
    }

    /// Hands the steps to the observer and keeps what comes out after the transient.
    pub(super) fn flush(&mut self) -> Result<()> {
        self.fresh.clear();
        self.observer.push(&self.block, &mut self.fresh)?;
        self.block.clear();
        let dropped = self.n_dropped.min(self.fresh.len());
        self.n_dropped -= dropped;
        let samples = &self.fresh[dropped..];
        match &mut self.gatherer {
            Some(gatherer) => gatherer.take_in(samples)?,
            None => self.recorded.samples.extend_from_slice(samples),
        }
        Ok(())
    }

    /// Takes down, or brings back, the observation and what it recorded.
    pub(super) fn archive(&mut self, archive: &mut Archive) -> Result<()> {
        self.flush()?;
        self.observer.archive(archive)?;
        archive.count(&mut self.n_dropped)?;
        match &mut self.gatherer {
            Some(gatherer) => gatherer.take_down(archive),
            None => archive.series(&mut self.recorded.samples),
        }
    }

    /// What is recorded, and how many samples are still to be dropped.
    pub(super) fn source_and_dropped(&self) -> (Source, usize) {
        (self.source, self.n_dropped / self.recorded.sampling.n_channels())
    }

    /// Which monitor this is, for comparison.
    pub(super) fn description(&self) -> String {
        let Recorded { name, unit, sampling, .. } = &self.recorded;
        let gathered = if self.gatherer.is_some() { " gathered" } else { "" };
        format!("{name} {:?} {unit:?} {sampling:?}{gathered}", self.source)
    }

    pub(super) fn finish(mut self) -> Result<Recorded> {
        self.flush()?;
        // Where a statistic has no value, the other monitors keep theirs.
        self.recorded.value = self.gatherer.as_ref().map(|gatherer| gatherer.value());
        Ok(self.recorded)
    }
}
