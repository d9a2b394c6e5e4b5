//! One network of an experiment: read, run, observed.

use std::path::Path;

use brainmass_core::units::{Second, Unit, s};
use brainmass_core::{Connectome, Error, Node, Result};
use brainmass_fit::{FreeWeights, Protocol, WeightNumbers};
use brainmass_network::{self as network, Integrator, Monitor, Network, Recording, Simulator};

use super::Progress;
use super::checkpoint::Checkpoint;
use super::network::NetworkSettings;
use super::nodes::{Task, with_node};
use super::observe::{Observation, RunTimes, Signal};
use super::population::{Population, Populations};
use super::section::Section;
use super::spectrum::{AlphaSpectrum, alpha_spectra};

/// How many steps are made between two reports of progress.
const STEPS: usize = 256;

/// The sections of one network.
#[derive(Clone, Debug)]
pub(super) struct Part {
    name: &'static str,
    populations: Populations,
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
    /// The node's name; those of all populations of a mixed network.
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
        let network = match (section.section("network")?, inherited) {
            (Some(network), _) => NetworkSettings::read(network, folder, inherited)?,
            (None, Some(connectome)) => NetworkSettings::unconnected(connectome.clone()),
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
        let populations = Populations::read(section, &network.connectome, folder)?;
        let mut observations = Vec::new();
        for (name, observe) in section.required_section("observe")?.all_sections()? {
            check_name(&observe, name)?;
            let regions = populations.regions(observe.required_text("source")?)?;
            observations.push(Observation::read(name, observe, regions, folder)?);
        }
        Ok(Self { name, populations, network, dt, times, integrator, observations })
    }

    pub(super) fn connectome(&self) -> &Connectome {
        &self.network.connectome
    }

    /// The weights as numbers of a fit.
    pub(super) fn weight_numbers(&self, free: FreeWeights) -> Result<WeightNumbers> {
        free.of(self.connectome(), self.network.has_self_connections())
    }

    /// The population of a network of one kind of node, for those who differentiate it.
    fn only_population(&self) -> Result<&Population> {
        let several = || Error::setting("gradient", "is known for networks of one kind of node");
        self.populations.single().ok_or_else(several)
    }

    pub(super) fn only_model(&self) -> Result<&str> {
        Ok(&self.only_population()?.model)
    }

    /// The network, how a signal of it is recorded, and in which unit, for those who differentiate it.
    pub(super) fn traced<N: Node>(
        &self,
        node: N,
        signal: &str,
        seeds: Option<&[u64]>,
    ) -> Result<(Network<N>, Protocol, Unit)> {
        let observed = self.observations.iter().find(|observation| observation.name == signal);
        let elsewhere =
            || format!("`{signal}` is not of the first network, and no gradient passes through another");
        let observed = observed.ok_or_else(|| Error::setting("[objective] signal", elsewhere()))?;
        let (protocol, unit) = observed.protocol::<N>(self.dt, &self.times)?;
        let protocol = protocol.with_integrator(self.integrator);
        let protocol = protocol.with_seeds(seeds.unwrap_or(&[self.times.seed]))?;
        Ok((self.build(self.only_population()?, node)?, protocol, unit))
    }

    /// The names of the observations.
    pub(super) fn observation_names(&self) -> impl Iterator<Item = &str> {
        self.observations.iter().map(|observation| observation.name.as_str())
    }

    /// Whether it is a network of several kinds of nodes, in which no signal is of all regions.
    pub(super) fn is_mixed(&self) -> bool {
        self.populations.single().is_none()
    }

    /// Checks what can be checked without running: names, units, times, files.
    pub(super) fn check(&self) -> Result<()> {
        match self.populations.single() {
            Some(population) => with_node(&population.model, Check(self, population)),
            None => self
                .check_on(&self.settled(Simulator::mixed(&self.populations.mixed(&self.network)?, self.dt)?)),
        }
    }

    /// Runs the network with the nodes that the file names.
    pub(super) fn run(&self, progress: &mut dyn FnMut(Progress)) -> Result<PartOutcome> {
        self.run_perhaps_saving(None, progress)
    }

    /// Runs it as the network with a number of those that a checkpoint holds.
    pub(super) fn run_saving(
        &self,
        number: usize,
        checkpoint: &mut Checkpoint,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<PartOutcome> {
        self.run_perhaps_saving(Some((number, checkpoint)), progress)
    }

    fn run_perhaps_saving(
        &self,
        saving: Saving<'_>,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<PartOutcome> {
        if let Some(population) = self.populations.single() {
            return with_node(&population.model, Run(self, population, saving, progress));
        }
        let network = self.populations.mixed(&self.network)?;
        self.run_on(&self.settled(Simulator::mixed(&network, self.dt)?), saving, progress)
    }

    /// Whether it has no delays, so that eight like it run side by side.
    pub(super) fn is_instant(&self) -> bool {
        self.network.is_instant() && !self.is_mixed()
    }

    /// Runs parts of one structure, side by side where they have no delays.
    pub(super) fn run_many(parts: &[&Self]) -> Vec<Result<PartOutcome>> {
        let alone = || parts.iter().map(|part| part.run(&mut |_| ())).collect();
        let [first, _, ..] = parts else { return alone() };
        match first.populations.single() {
            Some(population) if first.is_instant() => {
                // What is wrong with one of them must not cost the others their run.
                with_node(&population.model, RunMany(parts)).unwrap_or_else(|_| alone())
            }
            _ => alone(),
        }
    }

    /// What is made of a recording.
    fn outcome(&self, mut recording: Option<Recording>, wall_time: Second) -> Result<PartOutcome> {
        let mut signals = Vec::new();
        for (number, observation) in (0..).zip(&self.observations) {
            if let Some(recording) = &mut recording {
                let variable = self.populations.variable(&observation.source)?;
                signals.push(observation.signal(variable, recording, &self.times, number)?);
            }
        }
        Ok(PartOutcome {
            name: self.name,
            model: self.populations.models(),
            connectome: self.network.connectome.clone(),
            dt: self.dt,
            duration: self.times.duration,
            wall_time,
            spectra: alpha_spectra(&signals)?,
            signals,
        })
    }

    fn build<N: Node>(&self, population: &Population, node: N) -> Result<Network<N>> {
        let network = Network::new(node, self.network.connectome.clone());
        population.describe(network, Some(&self.network))
    }

    fn monitors(&self) -> Result<Vec<Monitor>> {
        let monitor =
            |observation: &Observation| observation.monitor(self.populations.variable(&observation.source)?);
        self.observations.iter().map(monitor).collect()
    }

    fn settled<'n, N>(&self, simulator: Simulator<'n, N>) -> Simulator<'n, N> {
        simulator.with_integrator(self.integrator).with_seed(self.times.seed)
    }

    fn check_on<N>(&self, simulator: &Simulator<'_, N>) -> Result<()> {
        simulator.check(self.times.duration, self.times.transient, &self.monitors()?)
    }

    fn run_on<N>(
        &self,
        simulator: &Simulator<'_, N>,
        mut saving: Saving<'_>,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<PartOutcome> {
        // A network that nobody observes need not run.
        if self.observations.is_empty() {
            return self.outcome(None, s(0.0));
        }
        let started = std::time::Instant::now();
        let mut run = self.start(simulator, saving.as_ref())?;
        while run.step() < run.n_steps() {
            run.advance(STEPS)?;
            progress(Progress { part: self.name, done: run.step(), total: run.n_steps() });
            if let Some((number, checkpoint)) = &mut saving {
                checkpoint.offer(*number, &mut || run.to_bytes())?;
            }
        }
        if let Some((number, checkpoint)) = saving {
            checkpoint.keep(number, run.to_bytes()?);
        }
        self.outcome(Some(run.finish()?), s(started.elapsed().as_secs_f64()))
    }

    /// A run from its beginning, or from where it was saved.
    fn start<'n, N>(
        &self,
        simulator: &Simulator<'n, N>,
        saving: Option<&(usize, &mut Checkpoint)>,
    ) -> Result<network::Run<'n, N>> {
        let RunTimes { duration, transient, .. } = self.times;
        let monitors = self.monitors()?;
        let saved = saving.and_then(|(number, checkpoint)| Some((checkpoint, checkpoint.part(*number)?)));
        let Some((checkpoint, state)) = saved else {
            return simulator.start(duration, transient, &monitors);
        };
        let path = checkpoint.path();
        simulator.resume_from(duration, transient, &monitors, state.clone(), path).map_err(
            |error| match error {
                Error::Format { problem, .. } => checkpoint.refused(&problem),
                other => other,
            },
        )
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

struct Check<'p>(&'p Part, &'p Population);

impl Task for Check<'_> {
    type Output = ();
    fn with<N: Node>(self, node: N) -> Result<()> {
        let Self(part, population) = self;
        part.check_on(&part.settled(Simulator::new(&part.build(population, node)?, part.dt)?))
    }
}

struct Run<'p, 'f>(&'p Part, &'p Population, Saving<'f>, &'f mut dyn FnMut(Progress));

/// The file that a run is saved in, and which of its networks runs.
type Saving<'f> = Option<(usize, &'f mut Checkpoint)>;

impl Task for Run<'_, '_> {
    type Output = PartOutcome;
    fn with<N: Node>(self, node: N) -> Result<PartOutcome> {
        let Self(part, population, saving, progress) = self;
        let network = part.build(population, node)?;
        part.run_on(&part.settled(Simulator::new(&network, part.dt)?), saving, progress)
    }
}

struct RunMany<'p>(&'p [&'p Part]);

impl Task for RunMany<'_> {
    type Output = Vec<Result<PartOutcome>>;
    fn with<N: Node>(self, node: N) -> Result<Self::Output> {
        let Self(parts) = self;
        let [first, ..] = parts else { return Ok(Vec::new()) };
        if first.observations.is_empty() {
            return Ok(parts.iter().map(|part| part.run(&mut |_| ())).collect());
        }
        let build = |part: &&Part| {
            let several = || Error::setting(part.name, "has several kinds of nodes");
            part.build(part.populations.single().ok_or_else(several)?, node.clone())
        };
        let networks = parts.iter().map(build).collect::<Result<Vec<_>>>()?;
        let simulator = |(network, part): (_, &&Part)| Ok(part.settled(Simulator::new(network, part.dt)?));
        let simulators = networks.iter().zip(parts).map(simulator).collect::<Result<Vec<_>>>()?;
        let RunTimes { duration, transient, .. } = first.times;
        let started = std::time::Instant::now();
        let recordings = Simulator::run_many(&simulators, duration, transient, &first.monitors()?);
        let wall_time = s(started.elapsed().as_secs_f64());
        let outcome =
            |(part, recording): (&&Part, Result<Recording>)| part.outcome(Some(recording?), wall_time);
        Ok(parts.iter().zip(recordings).map(outcome).collect())
    }
}
