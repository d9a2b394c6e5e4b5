//! One network of an experiment: read, run, observed.

use std::path::Path;

use brainmass_core::units::{Second, s};
use brainmass_core::{Connectome, Error, Node, Result};
use brainmass_network::{Integrator, Monitor, Network, Simulator};
use toml::Table;

use super::Progress;
use super::map::Maps;
use super::network::{NetworkSettings, build};
use super::observe::{Observation, RunTimes, Signal};
use super::section::Section;
use super::spectrum::{AlphaSpectrum, alpha_spectra};
use super::stimulus::Stimulus;

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
        let mut observations = Vec::new();
        for (name, observe) in section.required_section("observe")?.all_sections()? {
            check_name(&observe, name)?;
            observations.push(Observation::read(name, observe, &network.connectome, folder)?);
        }
        let stimuli = section.sections("stimulus")?.into_iter();
        let stimuli = stimuli.map(|stimulus| Stimulus::read(stimulus, &network.connectome, folder));
        let stimuli = stimuli.collect::<Result<_>>()?;
        let maps = Maps::new(folder, &network.connectome);
        let noise = section.sections("noise")?.iter().map(|noise| maps.fill(noise)).collect::<Result<_>>()?;
        let node = maps.fill(&node)?;
        Ok(Self { name, model, node, noise, stimuli, network, dt, times, integrator, observations })
    }

    pub(super) fn connectome(&self) -> &Connectome {
        &self.network.connectome
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
        with_node(&self.model, Run(self, progress))
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
trait Task {
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

struct Run<'p, 'f>(&'p Part, &'f mut dyn FnMut(Progress));

impl Task for Run<'_, '_> {
    type Output = PartOutcome;
    fn with<N: Node>(self, node: N) -> Result<PartOutcome> {
        self.0.prepare(node)?.run(self.0, self.1)
    }
}

/// Finds the node type with a name.
fn with_node<T: Task>(name: &str, task: T) -> Result<T::Output> {
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

    fn run(&self, part: &Part, progress: &mut dyn FnMut(Progress)) -> Result<PartOutcome> {
        let mut report = |done, total| progress(Progress { part: part.name, done, total });
        let (mut signals, mut wall_time) = (Vec::new(), s(0.0));
        // A network that nobody observes need not run.
        if !self.monitors.is_empty() {
            let started = std::time::Instant::now();
            let mut recording = self.simulator(part)?.run_with_progress(
                part.times.duration,
                part.times.transient,
                &self.monitors,
                &mut report,
            )?;
            wall_time = s(started.elapsed().as_secs_f64());
            for (number, observation) in (0..).zip(&part.observations) {
                signals.push(observation.signal::<N>(&mut recording, &part.times, number)?);
            }
        }
        Ok(PartOutcome {
            name: part.name,
            model: part.model.clone(),
            connectome: part.network.connectome.clone(),
            dt: part.dt,
            duration: part.times.duration,
            wall_time,
            spectra: alpha_spectra(&signals)?,
            signals,
        })
    }
}
