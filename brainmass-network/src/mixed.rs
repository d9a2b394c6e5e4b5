//! Networks of several kinds of nodes.

use std::fmt::Debug;
use std::sync::Arc;

use brainmass_core::node::Source;
use brainmass_core::units::{Meter, Second};
use brainmass_core::{Connectome, Error, Node, Result, check};
use nalgebra::DMatrix;

use crate::coupling::Connection;
use crate::network::Network;
use crate::numbers::Numbers;
use crate::subject::{Part, Place, Subject};

/// A network whose regions are of several kinds: cortex and thalamus.
///
/// A *population* is a [`Network`] of one kind of node on some regions of the connectome, with its own parameters,
/// initial values, noise, drives and connections. Variables are named with their population, `cortex.r_e`, in
/// connections between populations, in monitors and in errors. Weights and tract lengths are those of the one
/// connectome. A value per region is one per region of the population, in the order in which they were named; only
/// the parameters of a connection between populations, and a given history of it, have one per region of the whole
/// connectome.
///
/// What arrives at an input through several connections adds up; each makes its own sum over its sources. So two
/// populations of one kind agree with the same network made at once to rounding, not to the bit, and a coupling that
/// is not linear in its sum saturates for each connection by itself. Random numbers belong to the region's place in
/// the whole connectome, and the first noise on an input of a population draws the same as that of another: they are
/// independent, because no region is in both.
///
/// ```
/// use brainmass_core::units::{dimension::Dimensionless, hz, ms, s, Meter};
/// use brainmass_core::Connectome;
/// use brainmass_network::{Additive, Connection, Drive, MixedNetwork, Monitor, Simulator};
/// use brainmass_nodes::{Linear, WilsonCowan};
/// let labels = ["V1", "V2", "LGN"].map(str::to_owned).to_vec();
/// let weights = nalgebra::dmatrix![0.0, 0.5, 1.0; 0.5, 0.0, 1.0; 2.0, 0.0, 0.0];
/// let connectome = Connectome::new(weights, Meter::new(nalgebra::DMatrix::zeros(3, 3)), labels)?;
/// let network = MixedNetwork::new(connectome)
///     .with_population("cortex", ["V1", "V2"], WilsonCowan::default(), |cortex| {
///         cortex.with_connection(Connection::new("r_e", "e_input", Additive::new(0.1)))
///     })?
///     .with_population("thalamus", ["LGN"], Linear { gamma: hz(-10.0) }, |thalamus| {
///         thalamus.with_drive("x_input", Drive::constant(hz(5.0)))
///     })?
///     .with_connection(Connection::new("thalamus.x", "cortex.e_input", Additive::new(0.5)))?;
/// let mut recording =
///     Simulator::mixed(&network, ms(0.1))?.run(s(2.0), s(1.9), &[Monitor::of("thalamus.x")])?;
/// let thalamus = recording.take::<Dimensionless>("thalamus.x")?;
/// // Nothing acts on the thalamus but its drive: x = 5 Hz / 10 Hz.
/// assert!((thalamus.values()[(0, 0)] - 0.5).abs() < 1e-7);
/// assert_eq!(thalamus.sampling().channels()[0], "LGN");
/// # Ok::<(), brainmass_core::Error>(())
/// ```
#[derive(Clone, Debug)]
#[doc(alias = "heterogeneous")]
pub struct MixedNetwork {
    connectome: Connectome,
    members: Vec<Member>,
    bridges: Vec<Bridge>,
}

/// A population: its name, its regions and its network.
#[derive(Clone, Debug)]
pub(crate) struct Member {
    pub(crate) name: String,
    pub(crate) regions: Vec<usize>,
    pub(crate) part: Arc<dyn Part>,
}

/// A connection between populations.
#[derive(Clone, Debug)]
pub(crate) struct Bridge {
    pub(crate) connection: Connection,
    pub(crate) from: usize,
    pub(crate) source: Source,
    pub(crate) to: usize,
    pub(crate) input: usize,
    /// The coupled quantity of the target, if the coupling looks at it.
    pub(crate) target: Option<Source>,
}

impl MixedNetwork {
    /// A network without populations yet.
    pub fn new(connectome: Connectome) -> Self {
        Self { connectome, members: Vec::new(), bridges: Vec::new() }
    }

    /// One more population: some regions, all of one kind. `describe` is handed the network of these regions, with
    /// the connectome among them, and adds what belongs to it.
    ///
    /// # Errors
    /// [`Error::Unknown`] for a region that does not exist, [`Error::Setting`] for one that belongs to a population
    /// already, for no regions, or a name that is empty, taken or has a dot in it; whatever `describe` complains of.
    pub fn with_population<N: Node>(
        mut self,
        name: &str,
        regions: impl IntoIterator<Item = impl AsRef<str>>,
        node: N,
        describe: impl FnOnce(Network<N>) -> Result<Network<N>>,
    ) -> Result<Self> {
        let wrong = |problem: String| Error::setting(format!("population `{name}`"), problem);
        if name.is_empty() || name.contains('.') || self.members.iter().any(|member| member.name == name) {
            return Err(wrong("its name must be its own, and without a dot".to_owned()));
        }
        let mut found = Vec::new();
        for label in regions {
            let region = check::position("region", label.as_ref(), self.connectome.labels())?;
            let taken = self.members.iter().find(|member| member.regions.contains(&region));
            let owner = taken.map_or(name, |member| &member.name);
            if taken.is_some() || found.contains(&region) {
                return Err(wrong(format!("region `{}` belongs to `{owner}` already", label.as_ref())));
            }
            found.push(region);
        }
        if found.is_empty() {
            return Err(wrong("it has no regions".to_owned()));
        }
        let among = among(&self.connectome, &found)?;
        let network = describe(Network::new(node, among.clone()))?;
        if *network.connectome() != among {
            return Err(wrong("its network must keep the connectome it is given".to_owned()));
        }
        let part = Arc::new(network.with_numbers(Numbers::of(&found)));
        self.members.push(Member { name: name.to_owned(), regions: found, part });
        Ok(self)
    }

    /// One more connection, from `population.variable` to `population.input`.
    ///
    /// A coupling that looks at the target's value of the coupled quantity, such as
    /// [`Diffusive`](crate::Diffusive), needs a variable of the same name and unit there.
    ///
    /// # Errors
    /// [`Error::Unknown`] for a population or variable that does not exist, [`Error::Unit`] if the strength times the
    /// source is not in the unit of the input, [`Error::Setting`] if the target lacks what the coupling needs, or the
    /// connection is within regions.
    pub fn with_connection(mut self, connection: Connection) -> Result<Self> {
        if connection.is_within_regions() {
            let problem = "stays within regions, and no region belongs to two populations; hand it to the network of one of them";
            return Err(Error::setting(connection.what(), problem));
        }
        let from = self.locate(connection.source())?;
        let (to, name) = self.split(connection.input())?;
        let (input, arriving) = self.members[to].part.input(name)?;
        connection.check(from.variable, arriving, self.connectome.n_regions())?;
        let target = if connection.coupling().needs_target() {
            let beside = self.members[to].part.locate(from.variable.name).ok();
            let beside = beside.filter(|place| place.variable.unit == from.variable.unit);
            let place = beside.ok_or_else(|| {
                let (name, unit) = (from.variable.name, from.variable.unit);
                let problem = format!("needs a variable `{name}` in {unit} of its target as well");
                Error::setting(connection.what(), problem)
            })?;
            Some(place.source)
        } else {
            None
        };
        let (from, source) = (from.population, from.source);
        self.bridges.push(Bridge { connection, from, source, to, input, target });
        Ok(self)
    }

    /// The whole connectome.
    pub fn connectome(&self) -> &Connectome {
        &self.connectome
    }

    /// The names of the populations.
    pub fn populations(&self) -> impl Iterator<Item = &str> {
        self.members.iter().map(|member| member.name.as_str())
    }

    pub(crate) fn members(&self) -> &[Member] {
        &self.members
    }

    pub(crate) fn bridges(&self) -> &[Bridge] {
        &self.bridges
    }

    /// Checks that every region belongs to a population.
    pub(crate) fn check_regions(&self) -> Result<()> {
        let belongs = |region: &usize| self.members.iter().any(|member| member.regions.contains(region));
        match (0..self.connectome.n_regions()).find(|region| !belongs(region)) {
            None => Ok(()),
            Some(region) => {
                let what = format!("region `{}`", self.connectome.labels()[region]);
                Err(Error::setting(what, "belongs to no population"))
            }
        }
    }

    /// The population and the variable in a name.
    fn split<'s>(&self, name: &'s str) -> Result<(usize, &'s str)> {
        let (population, variable) = name.split_once('.').unwrap_or((name, ""));
        let names: Vec<&str> = self.populations().collect();
        Ok((check::position("population", population, &names)?, variable))
    }
}

impl Subject for MixedNetwork {
    fn name(&self) -> &'static str {
        "mixed network"
    }

    fn locate(&self, variable: &str) -> Result<Place<'_>> {
        let (population, variable) = self.split(variable)?;
        Ok(Place { population, ..self.members[population].part.locate(variable)? })
    }

    fn check_run(&self, dt: Second, n_steps: usize) -> Result<()> {
        self.members.iter().try_for_each(|member| member.part.check_run(dt, n_steps))
    }
}

/// The connectome among some regions.
fn among(whole: &Connectome, regions: &[usize]) -> Result<Connectome> {
    let n = regions.len();
    let pick = |matrix: &DMatrix<f64>| DMatrix::from_fn(n, n, |i, j| matrix[(regions[i], regions[j])]);
    let labels = regions.iter().map(|region| whole.labels()[*region].clone()).collect();
    let lengths = Meter::new(pick(whole.tract_lengths().value_unsafe));
    let among = Connectome::new(pick(whole.weights()), lengths, labels)?;
    match whole.centres() {
        None => Ok(among),
        Some(centres) => among.with_centres(Meter::new(centres.value_unsafe.select_columns(regions))),
    }
}
