//! One network of an experiment: read, run, observed.

use std::path::Path;

use brainmass_core::units::{Second, Unit, s};
use brainmass_core::{Connectome, Error, Node, Result};
use brainmass_fit::Protocol;
use brainmass_network::{self as network, Integrator, Monitor, Network, Recording, Simulator};
use toml::Table;

use super::Progress;
use super::checkpoint::Checkpoint;
use super::map::Maps;
use super::network::{NetworkSettings, build};
use super::observe::{Observation, RunTimes, Signal};
use super::section::Section;
use super::spectrum::{AlphaSpectrum, alpha_spectra};
use super::stimulus::Stimulus;

/// How many steps are made between two reports of progress.
const STEPS: usize = 256;

/// The sections of one network.
#[derive(Clone, Debug)]
pub(super) struct Part {
    name: &'static str,
    model: String,
    node: Table,
    noise: Vec<Table>,
    stimuli: Vec<Stimulus>,
    network: NetworkSettings,
    dt: Second,
    times: RunTimes,
    integrator: Integrator,
    observations: Vec<Observation>,
}

/// What one network gave.
#[derive(Clone, Debug)]
pub struct PartOutcome {
    /// `network`, or `electrophysiology` for the second one.
    pub name: &'static str,
    /// The node's name.
    pub model: String,
    /// The connectome.
    pub connectome: Connectome,
    /// The step.
    pub dt: Second,
    /// The simulated time, transient included.
    pub duration: Second,
    /// How long the simulation took on the wall clock.
    pub wall_time: Second,
    /// The observed signals, in the order of their names.
    pub signals: Vec<Signal>,
    /// The spectra of EEG and MEG, as far as the recordings are long enough.
    pub spectra: Vec<AlphaSpectrum>,
}

impl Part {
    pub(super) fn read(
        name: &'static str,
        section: &Section<'_>,
        folder: &Path,
        inherited: Option<&Connectome>,
    ) -> Result<Self> {
        let node = section.required_section("node")?;
        let model = node.required_text("model")?.to_owned();
        let network = match (section.section("network")?, inherited) {
            (Some(network), _) => NetworkSettings::read(network, folder, inherited)?,
            (None, Some(connectome)) => NetworkSettings::unconnected(connectome.clone(), folder),
            (None, None) => return Err(Error::setting("[network]", "is missing")),
        };
        let simulation = section.required_section("simulation")?;
        let dt = simulation.required_time("dt")?;
        let times = RunTimes {
            duration: simulation.required_time("duration")?,
            transient: simulation.time("transient")?.unwrap_or(s(0.0)),
            seed: own_seed(name, simulation.whole("seed")?.unwrap_or(0)),
        };
        let integrator =
            simulation.text("integrator")?.map(Integrator::by_name).transpose()?.unwrap_or_default();
        simulation.finish()?;
        let mut observations = Vec::new();
        for (name, observe) in section.required_section("observe")?.all_sections()? {
            check_name(&observe, name)?;
            observations.push(Observation::read(name, observe, &network.connectome, folder)?);
        }
        let maps = Maps::new(folder, &network.connectome);
        let stimulus = |stimulus: &Section<'_>| {
            let filled = maps.fill(stimulus)?;
            Stimulus::read(Section::new(stimulus.place(), &filled), &network.connectome, folder)
        };
        let stimuli = section.sections("stimulus")?.iter().map(stimulus).collect::<Result<_>>()?;
        let noise = section.sections("noise")?.iter().map(|noise| maps.fill(noise)).collect::<Result<_>>()?;
        let node = maps.fill(&node)?;
        Ok(Self { name, model, node, noise, stimuli, network, dt, times, integrator, observations })
    }

    pub(super) fn connectome(&self) -> &Connectome {
        &self.network.connectome
    }

    pub(super) fn model(&self) -> &str {
        &self.model
    }

    /// The network, how a signal of it is recorded, and in which unit, for those who differentiate it.
    pub(super) fn traced<N: Node>(
        &self,
        node: N,
        signal: &str,
        seeds: Option<&[u64]>,
    ) -> Result<(Network<N>, Protocol, Unit)> {
        let observed = self.observations.iter().find(|observation| observation.name == signal);
        let observed =
            observed.ok_or_else(|| Error::unknown("observation", signal, self.observation_names()))?;
        let (protocol, unit) = observed.protocol::<N>(self.dt, &self.times)?;
        let protocol = protocol.with_integrator(self.integrator);
        let protocol = protocol.with_seeds(seeds.unwrap_or(&[self.times.seed]))?;
        Ok((self.prepare(node)?.network, protocol, unit))
    }

    /// The names of the observations.
    pub(super) fn observation_names(&self) -> impl Iterator<Item = &str> {
        self.observations.iter().map(|observation| observation.name.as_str())
    }

    /// Checks what can be checked without running: names, units, times, files.
    pub(super) fn check(&self) -> Result<()> {
        with_node(&self.model, Check(self))
    }

    /// Runs the network with the node that the file names.
    pub(super) fn run(&self, progress: &mut dyn FnMut(Progress)) -> Result<PartOutcome> {
        with_node(&self.model, Run(self, None, progress))
    }

    /// Runs it as the network with a number of those that a checkpoint holds.
    pub(super) fn run_saving(
        &self,
        number: usize,
        checkpoint: &mut Checkpoint,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<PartOutcome> {
        with_node(&self.model, Run(self, Some((number, checkpoint)), progress))
    }

    /// Whether it has no delays, so that eight like it run side by side.
    pub(super) fn is_instant(&self) -> bool {
        self.network.is_instant()
    }

    /// Runs parts of one structure, side by side where they have no delays.
    pub(super) fn run_many(parts: &[&Self]) -> Vec<Result<PartOutcome>> {
        let alone = || parts.iter().map(|part| part.run(&mut |_| ())).collect();
        match parts {
            [first, _, ..] if first.is_instant() => {
                // What is wrong with one of them must not cost the others their run.
                with_node(&first.model, RunMany(parts)).unwrap_or_else(|_| alone())
            }
            _ => alone(),
        }
    }

    /// What is made of a recording.
    fn outcome<N: Node>(&self, mut recording: Option<Recording>, wall_time: Second) -> Result<PartOutcome> {
        let mut signals = Vec::new();
        for (number, observation) in (0..).zip(&self.observations) {
            if let Some(recording) = &mut recording {
                signals.push(observation.signal::<N>(recording, &self.times, number)?);
            }
        }
        Ok(PartOutcome {
            name: self.name,
            model: self.model.clone(),
            connectome: self.network.connectome.clone(),
            dt: self.dt,
            duration: self.times.duration,
            wall_time,
            spectra: alpha_spectra(&signals)?,
            signals,
        })
    }

    fn prepare<N: Node>(&self, node: N) -> Result<Prepared<N>> {
        let network = build(node, self.name, &self.network, &self.node, &self.noise)?;
        let with_stimulus = |network: Network<N>, stimulus: &Stimulus| {
            network.with_drive(&stimulus.input, stimulus.drive.clone())
        };
        let network = self.stimuli.iter().try_fold(network, with_stimulus)?;
        let monitors = self.observations.iter().map(Observation::monitor::<N>).collect::<Result<_>>()?;
        Ok(Prepared { network, monitors })
    }
}

/// The two networks of a file share no random numbers, even with the same seed: the second one's is moved by the
/// fractional part of the golden ratio.
fn own_seed(part: &str, seed: u64) -> u64 {
    if part == super::SECOND { seed.wrapping_add(0x9E37_79B9_7F4A_7C15) } else { seed }
}

/// Names of observations become names of files: letters, digits, `_` and `-`, and none that others need.
fn check_name(section: &Section<'_>, name: &str) -> Result<()> {
    let is_plain =
        !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
    let is_taken = ["fc", "connectome", "report", "experiment", "summary"].contains(&name)
        || ["_spectrum", "_phase_portrait"].iter().any(|ending| name.ends_with(ending));
    if is_plain && !is_taken {
        return Ok(());
    }
    let problem =
        if is_taken { "is the name of another file" } else { "may hold letters, digits, _ and - only" };
    Err(Error::setting(format!("[{}]", section.place()), format!("the name `{name}` {problem}")))
}

/// What to do once the type of the node is known.
pub(super) trait Task {
    type Output;
    fn with<N: Node>(self, node: N) -> Result<Self::Output>;
}

struct Check<'p>(&'p Part);

impl Task for Check<'_> {
    type Output = ();
    fn with<N: Node>(self, node: N) -> Result<()> {
        self.0.prepare(node)?.check(self.0)
    }
}

struct Run<'p, 'f>(&'p Part, Saving<'f>, &'f mut dyn FnMut(Progress));

/// The file that a run is saved in, and which of its networks runs.
type Saving<'f> = Option<(usize, &'f mut Checkpoint)>;

impl Task for Run<'_, '_> {
    type Output = PartOutcome;
    fn with<N: Node>(self, node: N) -> Result<PartOutcome> {
        let Self(part, saving, progress) = self;
        part.prepare(node)?.run(part, saving, progress)
    }
}

struct RunMany<'p>(&'p [&'p Part]);

impl Task for RunMany<'_> {
    type Output = Vec<Result<PartOutcome>>;
    fn with<N: Node>(self, node: N) -> Result<Self::Output> {
        let Self(parts) = self;
        let prepared = parts.iter().map(|part| part.prepare(node.clone()));
        let prepared = prepared.collect::<Result<Vec<Prepared<N>>>>()?;
        let [first, ..] = prepared.as_slice() else { return Ok(Vec::new()) };
        let both = || prepared.iter().zip(parts);
        if first.monitors.is_empty() {
            return Ok(both().map(|(prepared, part)| prepared.run(part, None, &mut |_| ())).collect());
        }
        let simulators = both().map(|(prepared, part)| prepared.simulator(part));
        let simulators = simulators.collect::<Result<Vec<_>>>()?;
        let RunTimes { duration, transient, .. } = parts[0].times;
        let started = std::time::Instant::now();
        let recordings = Simulator::run_many(&simulators, duration, transient, &first.monitors);
        let wall_time = s(started.elapsed().as_secs_f64());
        let outcome =
            |(part, recording): (&&Part, Result<Recording>)| part.outcome::<N>(Some(recording?), wall_time);
        Ok(parts.iter().zip(recordings).map(outcome).collect())
    }
}

/// Finds the node type with a name.
pub(super) fn with_node<T: Task>(name: &str, task: T) -> Result<T::Output> {
    macro_rules! find {
        ($($Node:ident),*) => {
            match name {
                $(<brainmass_nodes::$Node as Node>::NAME => task.with(brainmass_nodes::$Node::default()),)*
                other => Err(Error::unknown("model", other, [$(<brainmass_nodes::$Node as Node>::NAME),*])),
            }
        };
    }
    brainmass_nodes::for_each_node!(find)
}

/// A network with its monitors, ready to run.
struct Prepared<N: Node> {
    network: Network<N>,
    monitors: Vec<Monitor>,
}

impl<N: Node> Prepared<N> {
    fn simulator(&self, part: &Part) -> Result<Simulator<'_, N>> {
        let simulator = Simulator::new(&self.network, part.dt)?;
        Ok(simulator.with_integrator(part.integrator).with_seed(part.times.seed))
    }

    fn check(&self, part: &Part) -> Result<()> {
        self.simulator(part)?.check(part.times.duration, part.times.transient, &self.monitors)
    }

    fn run(
        &self,
        part: &Part,
        mut saving: Saving<'_>,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<PartOutcome> {
        // A network that nobody observes need not run.
        if self.monitors.is_empty() {
            return part.outcome::<N>(None, s(0.0));
        }
        let started = std::time::Instant::now();
        let mut run = self.start(part, saving.as_ref())?;
        while run.step() < run.n_steps() {
            run.advance(STEPS)?;
            progress(Progress { part: part.name, done: run.step(), total: run.n_steps() });
            if let Some((number, checkpoint)) = &mut saving {
                checkpoint.offer(*number, &mut || run.to_bytes())?;
            }
        }
        if let Some((number, checkpoint)) = saving {
            checkpoint.keep(number, run.to_bytes()?);
        }
        part.outcome::<N>(Some(run.finish()?), s(started.elapsed().as_secs_f64()))
    }

    /// A run from its beginning, or from where it was saved.
    fn start<'n>(
        &'n self,
        part: &Part,
        saving: Option<&(usize, &mut Checkpoint)>,
    ) -> Result<network::Run<'n, N>> {
        let RunTimes { duration, transient, .. } = part.times;
        let simulator = self.simulator(part)?;
        let saved = saving.and_then(|(number, checkpoint)| Some((checkpoint, checkpoint.part(*number)?)));
        let Some((checkpoint, state)) = saved else {
            return simulator.start(duration, transient, &self.monitors);
        };
        let path = checkpoint.path();
        simulator.resume_from(duration, transient, &self.monitors, state.clone(), path).map_err(|error| {
            match error {
                Error::Format { problem, .. } => checkpoint.refused(&problem),
                other => other,
            }
        })
    }
}
