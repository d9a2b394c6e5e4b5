//! Runs: how long, how fine, what is recorded.

mod checkpoint;
mod derivatives;
mod gatherer;
mod gradient;
mod many;
mod monitor;
mod recording;
mod run;
mod tangents;

pub use derivatives::Gradient;
pub use gradient::{Trace, WithRespectTo};
pub use monitor::Monitor;
pub use recording::Recording;
pub use run::Run;
pub use tangents::Tangents;

use std::marker::PhantomData;
use std::path::Path;

use brainmass_core::units::{Second, Unit, dimension, s, show};
use brainmass_core::{CpuLevel, Error, Node, Result, check};

use crate::Integrator;
use crate::engine::{self, Build, EngineKind, Precision, Settings};
use crate::mixed::MixedNetwork;
use crate::network::Network;
use crate::subject::Subject;
use monitor::Running;

/// How many steps are handed to observation models at once.
const BLOCK: usize = 256;

/// Runs a network of nodes N, or a [`MixedNetwork`].
///
/// ```
/// use brainmass_core::units::{dimension::Dimensionless, hz, ms, s};
/// use brainmass_network::{Integrator, Monitor, Network, Simulator};
/// use brainmass_nodes::StuartLandau;
/// let cycle = StuartLandau { a: hz(4.0), omega: hz(60.0), ..StuartLandau::default() };
/// let network = Network::single(cycle);
/// let mut recording = Simulator::new(&network, ms(1.0))?
///     .with_integrator(Integrator::RungeKutta4)
///     .run(s(10.0), s(5.0), &[Monitor::of("x")])?;
/// let x = recording.take::<Dimensionless>("x")?;
/// assert_eq!((x.n_samples(), x.start()), (5000, s(5.001)));
/// // The limit cycle has radius √(a/β) = 2.
/// assert!((x.values().max() - 2.0).abs() < 1e-3);
/// # Ok::<(), brainmass_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Simulator<'n, N> {
    network: &'n dyn Subject,
    settings: Settings,
    /// The fast engine in the precision asked for.
    blocked: Build<'n>,
    /// The plain engine, if that is asked for.
    plain: Option<Build<'n>>,
    node: PhantomData<fn() -> N>,
}

impl<'n, N: Node> Simulator<'n, N> {
    /// A simulator of a network with a step, Heun's integrator and seed 0.
    ///
    /// # Errors
    /// [`Error::OutOfRange`](brainmass_core::Error::OutOfRange) for a step that is not positive.
    pub fn new(network: &'n Network<N>, dt: Second) -> Result<Self> {
        Self::of(network, dt, engine::blocked::<N, f64>)
    }

    /// The same simulator with states, couplings and noise in another precision.
    #[must_use]
    pub fn with_precision(mut self, precision: Precision) -> Self {
        self.settings.precision = precision;
        let (double, single): (Build<'n>, Build<'n>) = (engine::blocked::<N, f64>, engine::blocked::<N, f32>);
        self.blocked = if precision == Precision::Single { single } else { double };
        self
    }

    /// The same simulator on another engine.
    #[must_use]
    pub fn with_engine(mut self, kind: EngineKind) -> Self {
        self.settings.kind = kind;
        self.plain = (kind == EngineKind::Plain).then_some(engine::plain::<N>);
        self
    }
}

impl<'n> Simulator<'n, MixedNetwork> {
    /// A simulator of a mixed network with a step, Heun's integrator and seed 0.
    ///
    /// # Errors
    /// As [`new`](Simulator::new); [`Error::Setting`] for a region that belongs to no population.
    pub fn mixed(network: &'n MixedNetwork, dt: Second) -> Result<Self> {
        network.check_regions()?;
        Self::of(network, dt, engine::mixed)
    }

    /// The same simulator with states, couplings and noise in another precision.
    #[must_use]
    pub fn with_precision(mut self, precision: Precision) -> Self {
        self.settings.precision = precision;
        self
    }

    /// The same simulator on another engine.
    #[must_use]
    pub fn with_engine(mut self, kind: EngineKind) -> Self {
        self.settings.kind = kind;
        self
    }
}

impl<'n, N> Simulator<'n, N> {
    fn of(network: &'n dyn Subject, dt: Second, blocked: Build<'n>) -> Result<Self> {
        check::positive("dt", dt)?;
        let settings = Settings {
            integrator: Integrator::default(),
            dt,
            seed: 0,
            kind: EngineKind::default(),
            precision: Precision::default(),
            level: CpuLevel::best(),
        };
        Ok(Self { network, settings, blocked, plain: None, node: PhantomData })
    }

    /// The step.
    pub fn dt(&self) -> Second {
        self.settings.dt
    }

    /// The same simulator with another integrator.
    #[must_use]
    pub fn with_integrator(mut self, integrator: Integrator) -> Self {
        self.settings.integrator = integrator;
        self
    }

    /// The same simulator with another seed. The same seed gives the same bits.
    #[must_use]
    pub fn with_seed(mut self, seed: u64) -> Self {
        self.settings.seed = seed;
        self
    }

    /// The same simulator with vector instructions of at most this level. Results do not depend on it.
    #[must_use]
    pub fn with_cpu_level(mut self, level: CpuLevel) -> Self {
        self.settings.level = level;
        self
    }

    /// Runs for a duration and records; samples of the transient are dropped.
    ///
    /// A sample recorded at t is the state after the step that ends at t; the first is that of t = dt, and with a
    /// transient that of the first sample after it. Observation models see the transient, their samples of it
    /// are dropped as well.
    ///
    /// # Errors
    /// Times that are not multiples of the step, a transient as long as the run, monitors that do not fit or
    /// would record nothing, and [`Error::Diverged`](brainmass_core::Error::Diverged).
    pub fn run(&self, duration: Second, transient: Second, monitors: &[Monitor]) -> Result<Recording> {
        self.run_with_progress(duration, transient, monitors, &mut |_, _| ())
    }

    /// Runs as [`run`](Self::run) and reports now and then how many steps of how many are done.
    ///
    /// # Errors
    /// As [`run`](Self::run).
    pub fn run_with_progress(
        &self,
        duration: Second,
        transient: Second,
        monitors: &[Monitor],
        progress: &mut dyn FnMut(usize, usize),
    ) -> Result<Recording> {
        let mut run = self.start(duration, transient, monitors)?;
        while run.step() < run.n_steps() {
            run.advance(BLOCK)?;
            progress(run.step(), run.n_steps());
        }
        run.finish()
    }

    /// Starts a run that is advanced by hand, and may be saved on its way.
    ///
    /// # Errors
    /// As [`run`](Self::run), but for divergence.
    pub fn start(&self, duration: Second, transient: Second, monitors: &[Monitor]) -> Result<Run<'n, N>> {
        let (running, n_steps) = self.prepare(duration, transient, monitors)?;
        let build = self.plain.unwrap_or(self.blocked);
        let engine = build(&[self.network], &self.settings, &[self.settings.seed])?;
        Ok(Run::new(self.network, self.settings, engine, running, n_steps))
    }

    /// Continues a run from a file that [`Run::save`] wrote: to the bit as if it had never stopped.
    ///
    /// Network, settings, transient and monitors are those of the run that was saved; the duration may be longer.
    /// Functions that drive the network, and observation models, are beyond checking: take the same.
    ///
    /// # Errors
    /// As [`start`](Self::start); [`Error::Io`](brainmass_core::Error::Io) and
    /// [`Error::Format`](brainmass_core::Error::Format) for a file that is damaged, of another version or of
    /// another run.
    pub fn resume(
        &self,
        duration: Second,
        transient: Second,
        monitors: &[Monitor],
        path: &Path,
    ) -> Result<Run<'n, N>> {
        let bytes = std::fs::read(path).map_err(|error| Error::io(path, &error))?;
        self.resume_from(duration, transient, monitors, bytes, path)
    }

    /// Continues a run from what [`Run::to_bytes`] gave; `path` is where the bytes are from, for messages.
    ///
    /// # Errors
    /// As [`resume`](Self::resume).
    pub fn resume_from(
        &self,
        duration: Second,
        transient: Second,
        monitors: &[Monitor],
        bytes: Vec<u8>,
        path: &Path,
    ) -> Result<Run<'n, N>> {
        let mut run = self.start(duration, transient, monitors)?;
        run.restore(bytes, path)?;
        if run.step() <= run.n_steps() {
            return Ok(run);
        }
        let found = format!("a checkpoint of step {}", run.step());
        Err(Error::shape("resumed run", format!("at most {} steps", run.n_steps()), found))
    }

    /// Checks whether a run would start: everything [`run`](Self::run) can complain of but divergence.
    ///
    /// # Errors
    /// As [`run`](Self::run), without running.
    pub fn check(&self, duration: Second, transient: Second, monitors: &[Monitor]) -> Result<()> {
        self.start(duration, transient, monitors).map(|_| ())
    }

    /// The monitors at their beginning, and the number of steps.
    fn prepare(
        &self,
        duration: Second,
        transient: Second,
        monitors: &[Monitor],
    ) -> Result<(Vec<Running>, usize)> {
        let n_steps = self.n_steps(duration, transient)?;
        self.network.check_run(self.settings.dt, n_steps)?;
        let names: Vec<String> = monitors.iter().map(|monitor| monitor.name().to_owned()).collect();
        check::unique("monitors", &names)?;
        let start = |monitor: &Monitor| monitor.start(self.network, self.settings.dt, duration, transient);
        let running = monitors.iter().map(start).collect::<Result<Vec<Running>>>()?;
        Ok((running, n_steps))
    }

    fn n_steps(&self, duration: Second, transient: Second) -> Result<usize> {
        let n_steps = check::steps("duration", duration, "dt", self.settings.dt)?;
        let dropped = check::steps("transient", transient, "dt", self.settings.dt)?;
        if dropped < n_steps {
            return Ok(n_steps);
        }
        let second = Unit::of::<dimension::Second>();
        let requirement = format!("shorter than the run of {}", show(s(duration.value_unsafe)));
        Err(check::out_of_range("transient", transient.value_unsafe, second, &requirement))
    }
}
