//! From the sections of a file to a network.

use std::path::Path;

use brainmass_core::units::{MeterPerSecond, Second};
use brainmass_core::{Connectome, Error, Node, Normalization, Result};
use brainmass_datasets::read_matrix;
use brainmass_network::{Connection, Delays, Drive, Network, Rounding, coupling};
use nalgebra::DMatrix;

use super::inhibition;
use super::map::Maps;
use super::section::{MatrixOrText, Section};

/// What a part of an experiment says of its network.
#[derive(Clone, Debug)]
pub(super) struct NetworkSettings {
    pub(super) connectome: Connectome,
    pub(super) connections: Vec<Connection>,
    /// The strength of each, if it is additive between regions and the same in all.
    pub(super) additive: Vec<Option<f64>>,
}

impl NetworkSettings {
    /// Reads `[network]`; `folder` is where relative paths start, `inherited` the connectome of the file's main part.
    pub(super) fn read(section: Section<'_>, folder: &Path, inherited: Option<&Connectome>) -> Result<Self> {
        let connectome = match (section.text("connectome")?, inherited) {
            (Some(name), _) => load_connectome(&section, name, folder)?,
            (None, Some(connectome)) => connectome.clone(),
            (None, None) => return Err(section.error("connectome", "is missing")),
        };
        let normalize = section.one_or_more_texts("normalize")?;
        let connectome = normalize
            .into_iter()
            .try_fold(connectome, |connectome, name| connectome.normalized(Normalization::by_name(name)?))?;
        let connectome = match weights(&section, folder)? {
            Some(weights) => connectome.with_weights(weights)?,
            None => connectome,
        };
        let maps = Maps::new(folder, &connectome);
        let couplings = section.sections("coupling")?;
        let connect =
            |coupling: &Section<'_>| connection(Section::new(coupling.place(), &maps.fill(coupling)?));
        let connections = couplings.iter().map(connect).collect::<Result<Vec<_>>>()?;
        let (connections, additive) = connections.into_iter().unzip();
        section.finish()?;
        Ok(Self { connectome, connections, additive })
    }

    /// Whether regions act on themselves over some connection.
    pub(super) fn has_self_connections(&self) -> bool {
        self.connections.iter().any(Connection::has_self_connections)
    }

    /// Whether no connection has delays.
    pub(super) fn is_instant(&self) -> bool {
        self.connections.iter().all(|connection| connection.delays().is_none())
    }

    /// Regions that do not act on each other.
    pub(super) fn unconnected(connectome: Connectome) -> Self {
        Self { connectome, connections: Vec::new(), additive: Vec::new() }
    }
}

fn load_connectome(section: &Section<'_>, name: &str, folder: &Path) -> Result<Connectome> {
    crate::load::connectome(name, folder, section.text("tract_lengths")?, section.text("labels")?)
}

/// `weights`, a file or a list of rows: those of the connectome once it is normalised.
fn weights(section: &Section<'_>, folder: &Path) -> Result<Option<DMatrix<f64>>> {
    Ok(match section.matrix_or_text("weights")? {
        None => None,
        Some(MatrixOrText::Matrix(weights)) => Some(weights),
        Some(MatrixOrText::Text(file)) => Some(read_matrix(&crate::load::path(folder, file)?)?),
    })
}

/// A connection, and its strength if it is additive between regions and the same in all.
fn connection(section: Section<'_>) -> Result<(Connection, Option<f64>)> {
    let kind = section.text("kind")?.unwrap_or("diffusive");
    let (source, input) = (section.required_text("source")?, section.required_text("input")?);
    let mut parameters = Vec::new();
    for parameter in coupling::parameters(kind)? {
        parameters.extend(section.any_quantity(parameter.name)?.map(|values| (parameter.name, values)));
    }
    let additive = match parameters.iter().find(|(name, _)| *name == "g").map(|(_, g)| g.as_slice()) {
        Some([g]) if kind == "additive" => Some(*g),
        _ => None,
    };
    let plain = coupling::by_name(kind, source, input, &parameters)?;
    let connection = reached(plain.clone(), &section)?;
    let additive = additive.filter(|_| connection.joins_as(&plain));
    let connection = match delays(&section)? {
        Some(delays) => connection.with_delays(delays),
        None => connection,
    };
    section.finish()?;
    Ok((connection, additive))
}

/// The connection with what the file says of its pairs.
fn reached(mut connection: Connection, section: &Section<'_>) -> Result<Connection> {
    let flag = |key| Ok::<_, Error>(section.flag(key)?.unwrap_or(false));
    let (with_self, within) = (flag("self_connections")?, flag("within_regions")?);
    if with_self && within {
        return Err(
            section.error("within_regions", "leaves out what self_connections adds to; say one of them")
        );
    }
    if with_self {
        connection = connection.with_self_connections();
    }
    if within {
        connection = connection.within_regions();
    }
    if flag("squared_weights")? {
        connection = connection.with_squared_weights();
    }
    Ok(connection)
}

/// The delays of a connection, if the file gives any.
fn delays(section: &Section<'_>) -> Result<Option<Delays>> {
    let rounding = match section.text("delay_rounding")? {
        None | Some("nearest") => Rounding::Nearest,
        Some("up") => Rounding::Up,
        Some("interpolated") => Rounding::Interpolated,
        Some(other) => {
            return Err(Error::unknown("delay rounding", other, ["nearest", "up", "interpolated"]));
        }
    };
    let speed: Option<MeterPerSecond> = section.single("conduction_speed")?;
    let constant: Option<Second> = section.single("delay")?;
    let delays = match (speed, constant) {
        (Some(_), Some(_)) => {
            return Err(
                section.error("delay", "is the same for all pairs, so that a conduction speed has no place")
            );
        }
        (Some(speed), None) => Some(Delays::at_speed(speed)),
        (None, Some(delay)) => Some(Delays::constant(delay)),
        (None, None) => None,
    };
    Ok(delays.map(|delays| delays.with_rounding(rounding)))
}

/// What a file says of the nodes of a network: parameters, initial values and drives by their names.
///
/// Settings are those of a network of this kind of node alone.
pub(super) fn describe<N: Node>(
    mut network: Network<N>,
    section: Section<'_>,
    settings: Option<&NetworkSettings>,
) -> Result<Network<N>> {
    section.text("model")?;
    for parameter in N::PARAMETERS {
        if let Some(values) = section.quantity(parameter.name, parameter.unit)? {
            network = network.with_parameter(parameter.name, values)?;
        }
    }
    if let Some(initial) = section.section("initial")? {
        for state in N::STATE {
            if let Some(values) = initial.quantity(state.name, state.unit)? {
                network = network.with_initial(state.name, values)?;
            }
        }
        initial.finish()?;
    }
    if let Some(drives) = section.section("drive")? {
        for input in N::INPUT {
            if let Some(values) = drives.quantity(input.name, input.unit)? {
                network = network.with_drive(input.name, Drive::constant(values))?;
            }
        }
        drives.finish()?;
    }
    if let Some(control) = section.section("feedback_inhibition")? {
        network = inhibition::tuned(network, control, section.table(), settings)?;
    }
    section.finish()?;
    Ok(network)
}
