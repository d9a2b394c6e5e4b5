//! Populations: `[node]`, or the sections `[population.NAME]` of a network of several kinds of nodes.

use std::path::{Path, PathBuf};

use brainmass_core::units::Meter;
use brainmass_core::{Connectome, Node, Result, Variable, check};
use brainmass_network::{MixedNetwork, Network};
use nalgebra::DMatrix;
use toml::Table;

use super::map::Maps;
use super::network::{NetworkSettings, describe};
use super::nodes::{self, Task, with_node};
use super::noise::with_noise;
use super::section::Section;
use super::stimulus::Stimulus;

/// Regions of one kind of node, and what is said of them.
#[derive(Clone, Debug)]
pub(super) struct Population {
    /// As it stands before a dot; empty for a network of one kind.
    name: String,
    pub(super) model: String,
    /// Its regions and where they are. Its weights say nothing.
    regions: Connectome,
    node: Filled,
    noise: Vec<Filled>,
    stimuli: Vec<Stimulus>,
    /// Where relative paths start.
    folder: PathBuf,
}

/// A section with its place, maps filled in.
#[derive(Clone, Debug)]
struct Filled {
    place: String,
    table: Table,
}

impl Filled {
    fn of(section: &Section<'_>, maps: &Maps<'_>) -> Result<Self> {
        Ok(Self { place: section.place().to_owned(), table: maps.fill(section)? })
    }

    fn all(sections: &[Section<'_>], maps: &Maps<'_>) -> Result<Vec<Self>> {
        sections.iter().map(|section| Self::of(section, maps)).collect()
    }

    fn section(&self) -> Section<'_> {
        Section::new(&self.place, &self.table)
    }
}

/// The populations of a network: one without a name, or several.
#[derive(Clone, Debug)]
pub(super) struct Populations(Vec<Population>);

impl Populations {
    pub(super) fn read(section: &Section<'_>, connectome: &Connectome, folder: &Path) -> Result<Self> {
        let populations = match section.section("population")? {
            None => vec![Population::everywhere(section, connectome, folder)?],
            Some(_) if section.section("node")?.is_some() => {
                return Err(section
                    .error("node", "stands beside [population]; one of them says what the regions are"));
            }
            Some(_) if !section.sections("noise")?.is_empty() => {
                return Err(
                    section.error("noise", "stands beside [population]; noise belongs into the population")
                );
            }
            Some(populations) => {
                let populations = populations.all_sections()?;
                let read = |(name, section): (&str, Section<'_>)| {
                    Population::read(name, &section, connectome, folder)
                };
                populations.into_iter().map(read).collect::<Result<_>>()?
            }
        };
        let mut populations = Self(populations);
        for stimulus in section.sections("stimulus")? {
            let (index, _) = populations.split(stimulus.required_text("input")?)?;
            let population = &mut populations.0[index];
            let filled = Maps::new(folder, &population.regions).fill(&stimulus)?;
            let stimulus = Section::new(stimulus.place(), &filled);
            let mut stimulus = Stimulus::read(stimulus, &population.regions, folder)?;
            if let Some(dot) = stimulus.input.find('.') {
                stimulus.input.drain(..=dot);
            }
            population.stimuli.push(stimulus);
        }
        Ok(populations)
    }

    /// The only one, unless there are several.
    pub(super) fn single(&self) -> Option<&Population> {
        self.0.first().filter(|population| population.name.is_empty())
    }

    /// The models, each once.
    pub(super) fn models(&self) -> String {
        let mut models: Vec<&str> = self.0.iter().map(|population| population.model.as_str()).collect();
        models.sort_unstable();
        models.dedup();
        models.join(" and ")
    }

    /// A state variable or output, by its name with that of its population.
    pub(super) fn variable(&self, source: &str) -> Result<&'static Variable> {
        let (index, name) = self.split(source)?;
        nodes::variable(&self.0[index].model, name)
    }

    /// The regions that have a variable.
    pub(super) fn regions(&self, source: &str) -> Result<&Connectome> {
        Ok(&self.0[self.split(source)?.0].regions)
    }

    /// The network of several kinds.
    pub(super) fn mixed(&self, settings: &NetworkSettings) -> Result<MixedNetwork> {
        let network = MixedNetwork::new(settings.connectome.clone());
        let network = self.0.iter().try_fold(network, |network, population| {
            with_node(&population.model, Join { network, population })
        })?;
        settings.connections.iter().cloned().try_fold(network, MixedNetwork::with_connection)
    }

    /// The population and the variable in a name.
    fn split<'s>(&self, name: &'s str) -> Result<(usize, &'s str)> {
        if self.single().is_some() {
            return Ok((0, name));
        }
        let (population, variable) = name.split_once('.').unwrap_or((name, ""));
        let names: Vec<&str> = self.0.iter().map(|population| population.name.as_str()).collect();
        Ok((check::position("population", population, &names)?, variable))
    }
}

impl Population {
    /// `[node]`, and `[[noise]]` beside it.
    fn everywhere(section: &Section<'_>, connectome: &Connectome, folder: &Path) -> Result<Self> {
        let maps = Maps::new(folder, connectome);
        let node = section.required_section("node")?;
        Ok(Self {
            name: String::new(),
            model: node.required_text("model")?.to_owned(),
            regions: connectome.clone(),
            node: Filled::of(&node, &maps)?,
            noise: Filled::all(&section.sections("noise")?, &maps)?,
            stimuli: Vec::new(),
            folder: folder.to_owned(),
        })
    }

    fn read(name: &str, section: &Section<'_>, connectome: &Connectome, folder: &Path) -> Result<Self> {
        let regions = among(connectome, &regions(section, connectome.labels())?)?;
        let maps = Maps::new(folder, &regions);
        let noise = Filled::all(&section.sections("noise")?, &maps)?;
        let mut node = section.table().clone();
        node.remove("regions");
        node.remove("noise");
        let node = Filled::of(&Section::new(section.place(), &node), &maps)?;
        Ok(Self {
            name: name.to_owned(),
            model: section.required_text("model")?.to_owned(),
            regions,
            node,
            noise,
            stimuli: Vec::new(),
            folder: folder.to_owned(),
        })
    }

    /// A network with all that is said of its nodes, and its connections where they are of one kind.
    pub(super) fn describe<N: Node>(
        &self,
        network: Network<N>,
        settings: Option<&NetworkSettings>,
    ) -> Result<Network<N>> {
        let network = describe(network, self.node.section(), settings)?;
        let connections = settings.into_iter().flat_map(|settings| &settings.connections);
        let network = connections.cloned().try_fold(network, Network::with_connection)?;
        let with_noise = |network, noise: &Filled| with_noise(network, noise.section(), &self.folder);
        let network = self.noise.iter().try_fold(network, with_noise)?;
        let with_stimulus = |network: Network<N>, stimulus: &Stimulus| {
            network.with_drive(&stimulus.input, stimulus.drive.clone())
        };
        self.stimuli.iter().try_fold(network, with_stimulus)
    }
}

/// Adds a population to a network.
struct Join<'p> {
    network: MixedNetwork,
    population: &'p Population,
}

impl Task for Join<'_> {
    type Output = MixedNetwork;
    fn with<N: Node>(self, node: N) -> Result<MixedNetwork> {
        let Self { network, population } = self;
        let describe = |network| population.describe(network, None);
        network.with_population(&population.name, population.regions.labels(), node, describe)
    }
}

/// `regions`: labels, and ranges of them in the order of the connectome, both ends included.
fn regions(section: &Section<'_>, labels: &[String]) -> Result<Vec<usize>> {
    let find = |label: &str| check::position("region", label.trim(), labels);
    let mut found = Vec::new();
    for text in section.one_or_more_texts("regions")? {
        match text.split_once("..").filter(|_| !labels.iter().any(|label| label == text)) {
            None => found.push(find(text)?),
            Some((first, last)) => {
                let (first, last) = (find(first)?, find(last)?);
                if last < first {
                    return Err(section.error("regions", format!("`{text}` ends before it begins")));
                }
                found.extend(first..=last);
            }
        }
    }
    if found.is_empty() { Err(section.error("regions", "is missing")) } else { Ok(found) }
}

/// Some regions of a connectome and where they are.
fn among(whole: &Connectome, regions: &[usize]) -> Result<Connectome> {
    let labels: Vec<String> = regions.iter().map(|region| whole.labels()[*region].clone()).collect();
    check::unique("regions of a population", &labels)?;
    let none = || DMatrix::zeros(regions.len(), regions.len());
    let among = Connectome::new(none(), Meter::new(none()), labels)?;
    match whole.centres() {
        None => Ok(among),
        Some(centres) => among.with_centres(Meter::new(centres.value_unsafe.select_columns(regions))),
    }
}
