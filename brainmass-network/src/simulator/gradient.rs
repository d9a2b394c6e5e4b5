//! Gradients of what a run recorded.

use std::fmt;

use brainmass_core::units::Second;
use brainmass_core::{Archive, Error, Node, Result, check, parameter_index};
use nalgebra::DMatrix;

use super::derivatives::Gradient;
use super::monitor::Reduction;
use super::{Monitor, Recording, Simulator};
use crate::delays::History;
use crate::engine::{
    Adjoint, Engine, EngineKind, LANES, Precision, Record, TracedSteps, Wanted, WantedOfLink, downcast,
};
use crate::network::{Adjustable, Network};

/// By what a run is to be differentiated, beside what costs nothing: initial states, inputs and coloured noise.
///
/// ```
/// use brainmass_network::WithRespectTo;
/// let by = WithRespectTo::nothing().and_parameter("tau_e").and_coupling(0, "g").and_weights(0);
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WithRespectTo {
    pub(super) parameters: Vec<String>,
    pub(super) couplings: Vec<(usize, String)>,
    pub(super) weights: Vec<usize>,
    pub(super) speeds: Vec<usize>,
    state_noise: bool,
}

impl WithRespectTo {
    /// Nothing yet.
    pub fn nothing() -> Self {
        Self::default()
    }

    /// And by a parameter of the node, in each region.
    #[must_use]
    pub fn and_parameter(mut self, name: impl Into<String>) -> Self {
        self.parameters.push(name.into());
        self
    }

    /// And by a parameter of the coupling of a connection, counted from 0, in each region.
    #[must_use]
    pub fn and_coupling(mut self, connection: usize, name: impl Into<String>) -> Self {
        self.couplings.push((connection, name.into()));
        self
    }

    /// And by the weights of a connection, those that are not zero.
    #[must_use]
    pub fn and_weights(mut self, connection: usize) -> Self {
        self.weights.push(connection);
        self
    }

    /// And by the conduction speed of a connection, whose delays must be [interpolated](crate::Rounding::Interpolated).
    #[must_use]
    pub fn and_speed(mut self, connection: usize) -> Self {
        self.speeds.push(connection);
        self
    }

    /// And by the σ of the white noises.
    #[must_use]
    pub fn and_state_noise(mut self) -> Self {
        self.state_noise = true;
        self
    }
}

/// A run that was recorded and can be taken back; made by [`Simulator::trace`].
pub struct Trace<'n, N: Node> {
    simulator: Simulator<'n, N>,
    monitors: Vec<(String, Record)>,
    n_steps: usize,
    /// The last steps, and the state at their end.
    steps: TracedSteps,
    last: Vec<[f64; LANES]>,
    /// What ran; none where all steps are there.
    engine: Option<Box<dyn Engine + 'n>>,
    /// It at the beginning of each segment before the last.
    checkpoints: Vec<Vec<u8>>,
    length: usize,
}

impl<'n, N: Node> Simulator<'n, N> {
    /// Runs as [`run`](Self::run), and keeps what is needed to differentiate the run.
    ///
    /// `memory` is how many bytes may be kept, roughly. Where a run needs more, its beginning is kept at a few points and
    /// run once more on the way back. A run of T steps needs the memory of √T of them at least.
    ///
    /// Monitors must be of single steps or averages: what observation models make of them is differentiated with theirs.
    /// By the conduction speed there is a derivative where delays are interpolated: of w s(t − d − θ), on the straight line between
    /// steps, it is w (s(t − d − 1) − s(t − d)) dθ/dv with d + θ = L/(v dt). Where a delay is a whole number of steps it is that of
    /// a faster conduction.
    ///
    /// ```
    /// use brainmass_core::units::{dimension::Dimensionless, hz, ms};
    /// use brainmass_network::{WithRespectTo, Integrator, Monitor, Network, Simulator};
    /// use brainmass_nodes::Linear;
    /// // dx/dt = −x/τ from 1: x after n steps of Euler is (1 − dt/τ)^n, its derivative by τ is n dt/τ² (1 − dt/τ)^(n − 1).
    /// let network = Network::single(Linear { gamma: hz(-10.0) }).with_initial("x", 1.0)?;
    /// let simulator = Simulator::new(&network, ms(1.0))?.with_integrator(Integrator::Euler);
    /// let (mut recording, trace) = simulator.trace(ms(50.0), ms(49.0), &[Monitor::of("x")], 1 << 20)?;
    /// let x = recording.take::<Dimensionless>("x")?;
    /// let by = WithRespectTo::nothing().and_parameter("gamma");
    /// let gradient = trace.pull_back(&[("x", nalgebra::dmatrix![1.0])], &by)?;
    /// let expected = 50.0 * 1e-3 * 0.99_f64.powi(49);
    /// assert!((gradient.parameter("gamma")?[0] - expected).abs() < 1e-15);
    /// # Ok::<(), brainmass_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`run`](Self::run); [`Error::Setting`] for the plain engine, single precision, monitors with observation models, or a
    /// past given as the Python library's buffer.
    pub fn trace(
        &self,
        duration: Second,
        transient: Second,
        monitors: &[Monitor],
        memory: usize,
    ) -> Result<(Recording, Trace<'n, N>)> {
        self.check_differentiable()?;
        let mut run = self.start(duration, transient, monitors)?;
        let (monitors, n_steps) = self.records(duration, transient, monitors)?;
        let rows = run.engine.step_rows();
        let rows =
            rows.ok_or_else(|| Error::setting("gradient", "the engine leaves nothing to go back by"))?;
        let per_step = 8 * LANES * rows.n_per_step();
        let mut checkpoints = Vec::new();
        let mut length = n_steps;
        if n_steps.saturating_mul(per_step) > memory {
            let size = checkpoint(&mut *run.engine, 0)?.len();
            length = segment(n_steps, per_step, size, memory);
            // Of the segments before the last the steps are made once more on the way back.
            for _ in 1..n_steps.div_ceil(length) {
                checkpoints.push(checkpoint(&mut *run.engine, size)?);
                run.advance(length)?;
            }
        }
        let mut steps = TracedSteps::new(rows);
        steps.chunks.reserve_exact(length * steps.rows().n_per_step());
        while run.step() < n_steps {
            run.engine.leave_states(&mut steps.chunks);
            run.advance_by_one()?;
            run.engine.leave_step(&mut steps.chunks);
        }
        let mut last = Vec::new();
        run.engine.leave_states(&mut last);
        let (recording, engine) = run.into_parts()?;
        let engine = (!checkpoints.is_empty()).then_some(engine);
        let simulator = self.clone();
        Ok((recording, Trace { simulator, monitors, n_steps, steps, last, engine, checkpoints, length }))
    }

    /// What the monitors of a run will record, with nothing said of it yet, and the number of steps.
    pub(super) fn records(
        &self,
        duration: Second,
        transient: Second,
        monitors: &[Monitor],
    ) -> Result<(Vec<(String, Record)>, usize)> {
        let (running, n_steps) = self.prepare(duration, transient, monitors)?;
        let records = monitors.iter().zip(&running).map(|(monitor, running)| {
            let (length, mean) = self.reduction(monitor)?;
            let (source, n_dropped) = running.source_and_dropped();
            let n_samples = n_steps / length - n_dropped;
            let cotangent = DMatrix::zeros(self.network()?.n_regions(), n_samples);
            Ok((monitor.name().to_owned(), Record { source, length, mean, n_dropped, cotangent }))
        });
        Ok((records.collect::<Result<_>>()?, n_steps))
    }

    pub(super) fn network(&self) -> Result<&'n Network<N>> {
        downcast(self.network).ok_or_else(|| Error::setting("gradient", "there is none for mixed networks"))
    }

    fn check_differentiable(&self) -> Result<()> {
        let refuse = |why: &str| Err(Error::setting("gradient", why));
        if self.settings.kind == EngineKind::Plain || self.settings.precision == Precision::Single {
            return refuse("there is one for the fast engine in double precision only");
        }
        self.check_moves()
    }

    /// Checks that the network is one that has derivatives.
    pub(super) fn check_moves(&self) -> Result<()> {
        let refuse = |why: &str| Err(Error::setting("gradient", why));
        if self.settings.precision == Precision::Single {
            return refuse("there is one in double precision only");
        }
        let network = self.network()?;
        if network.state_processes().iter().any(|(_, noise)| noise.has_function()) {
            return refuse(
                "noise multiplied by a function of the state has none; noise proportional to it does",
            );
        }
        let pasts = network.connections().iter().filter_map(|connection| connection.delays());
        if pasts.into_iter().any(|delays| matches!(delays.history(), History::BufferWithTimeZero(_))) {
            return refuse("a past with a value in the place of t = 0 has none");
        }
        Ok(())
    }

    /// How many steps a sample of a monitor takes, and whether it is their mean.
    fn reduction(&self, monitor: &Monitor) -> Result<(usize, bool)> {
        let dt = self.settings.dt;
        match monitor.reduction() {
            Some(Reduction::Every(None)) => Ok((1, false)),
            Some(Reduction::Every(Some(period))) => {
                Ok((check::steps("sampling period", period, "dt", dt)?, false))
            }
            Some(Reduction::Mean(period)) => Ok((check::steps("averaging period", period, "dt", dt)?, true)),
            None => {
                let what = format!("gradient of monitor `{}`", monitor.name());
                Err(Error::setting(what, "record the variable and pull back through the observation model"))
            }
        }
    }
}

/// All that moves, taken down; it takes some so many bytes.
fn checkpoint(engine: &mut dyn Engine, n_bytes: usize) -> Result<Vec<u8>> {
    let mut archive = Archive::writer_of(n_bytes);
    engine.archive(&mut archive)?;
    Ok(archive.into_bytes())
}

/// How many steps are kept at once where not all fit: so many that they and the checkpoints do, or least of both.
fn segment(n_steps: usize, per_step: usize, per_checkpoint: usize, memory: usize) -> usize {
    // Steps and checkpoints of a segment length L take M = L a + (T/L − 1) b, least at L = √(T b/a); the longest L within memory
    // is best.
    let (a, b, t) = (per_step as f64, per_checkpoint as f64, n_steps as f64);
    let memory = memory as f64 + b;
    let discriminant = memory.powi(2) - 4.0 * a * b * t;
    let length =
        if discriminant >= 0.0 { (memory + discriminant.sqrt()) / (2.0 * a) } else { (t * b / a).sqrt() };
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 1 and the number of steps"
    )]
    let length = length as usize;
    length.clamp(1, n_steps)
}

impl<N: Node> fmt::Debug for Trace<'_, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Trace({} steps of {:?})", self.n_steps, self.simulator)
    }
}

impl<N: Node> Trace<'_, N> {
    /// How many bytes the steps and checkpoints kept take.
    pub fn memory(&self) -> usize {
        size_of_val(self.steps.chunks.as_slice()) + self.checkpoints.iter().map(Vec::len).sum::<usize>()
    }

    /// The derivatives of a cost from those by the recorded samples: one matrix (regions × samples) for each monitor that the
    /// cost depends on.
    ///
    /// # Errors
    /// [`Error::Unknown`] for a monitor, parameter or connection that is not there, [`Error::Shape`] for a matrix that is not
    /// that of the recording, [`Error::NotFinite`] in a matrix; [`Error::Setting`] if a derivative is not finite.
    pub fn pull_back(self, cotangents: &[(&str, DMatrix<f64>)], by: &WithRespectTo) -> Result<Gradient<N>> {
        let wanted = self.wanted(by)?;
        let records = cotangents.iter().map(|(name, cotangent)| self.record(name, cotangent));
        let records = records.collect::<Result<Vec<_>>>()?;
        let Self { simulator, n_steps, mut steps, last, engine, mut checkpoints, length, .. } = self;
        let layout = steps.rows().clone();
        let (network, settings) = (simulator.network()?, &simulator.settings);
        let mut adjoint = Adjoint::new(network, settings, layout.clone(), &wanted, records, &last, n_steps)?;
        // The last steps are there; those before are run once more, from checkpoint to checkpoint.
        adjoint.steps_back(&steps, checkpoints.len() * length);
        if let Some(mut engine) = engine {
            while let Some(checkpoint) = checkpoints.pop() {
                engine.archive(&mut Archive::reader(checkpoint))?;
                steps.chunks.clear();
                for _ in 0..length {
                    engine.leave_states(&mut steps.chunks);
                    engine.advance();
                    engine.leave_step(&mut steps.chunks);
                }
                adjoint.steps_back(&steps, checkpoints.len() * length);
            }
        }
        let start = &steps.chunks[..layout.n_states * layout.n_chunks];
        let mut found = adjoint.finish(network, settings, start);
        let couplings = by.couplings.iter().map(|(connection, name)| {
            let index = network.connections()[*connection].coupling().parameter_index(name)?;
            Ok(std::mem::take(&mut found.links[*connection][index]))
        });
        let couplings = couplings.collect::<Result<_>>()?;
        let gradient = Gradient { found, by: by.clone(), couplings, node: std::marker::PhantomData };
        gradient.check()?;
        Ok(gradient)
    }

    fn record(&self, name: &str, cotangent: &DMatrix<f64>) -> Result<Record> {
        let names: Vec<&str> = self.monitors.iter().map(|(name, _)| name.as_str()).collect();
        let (_, record) = &self.monitors[check::position("monitor", name, &names)?];
        check_shape(name, cotangent, record.cotangent.shape())?;
        Ok(Record { cotangent: cotangent.clone(), ..record.clone() })
    }

    fn wanted(&self, by: &WithRespectTo) -> Result<Wanted> {
        let connections = self.simulator.network()?.connections();
        let mut wanted = Wanted {
            parameters: vec![false; N::PARAMETERS.len()],
            links: connections
                .iter()
                .map(|connection| WantedOfLink {
                    parameters: vec![false; connection.coupling().n_parameters()],
                    weights: false,
                    speed: false,
                })
                .collect(),
            state_noise: by.state_noise,
        };
        for name in &by.parameters {
            wanted.parameters[parameter_index::<N>(name)?] = true;
        }
        let couplings = by.couplings.iter().map(|(connection, _)| connection);
        for connection in couplings.chain(&by.weights).chain(&by.speeds) {
            if *connection >= connections.len() {
                return Err(Error::unknown("connection", &connection.to_string(), 0..connections.len()));
            }
        }
        for (connection, name) in &by.couplings {
            let index = connections[*connection].coupling().parameter_index(name)?;
            wanted.links[*connection].parameters[index] = true;
        }
        by.weights.iter().for_each(|connection| wanted.links[*connection].weights = true);
        for connection in &by.speeds {
            self.simulator.network()?.check_differentiable(&Adjustable::Speed(*connection))?;
            wanted.links[*connection].speed = true;
        }
        Ok(wanted)
    }
}

/// Checks derivatives by what was recorded.
pub(super) fn check_shape(name: &str, cotangent: &DMatrix<f64>, expected: (usize, usize)) -> Result<()> {
    let what = format!("derivatives by the recording `{name}`");
    if cotangent.shape() != expected {
        let found = format!("{} × {}", cotangent.nrows(), cotangent.ncols());
        let expected = format!("{} × {}, regions × samples", expected.0, expected.1);
        return Err(Error::shape(what, expected, found));
    }
    check::finite(&what, cotangent)
}
