//! Couplings: what arrives at a region from the others.

mod additive;
mod connection;
mod diffusive;

pub use additive::Additive;
pub use connection::Connection;
pub(crate) use connection::Kernel;
pub use diffusive::Diffusive;

use brainmass_core::units::Unit;
use brainmass_core::{Error, Parameter};

/// The global coupling strength G, the parameter every coupling has.
const STRENGTH: Parameter = Parameter {
    name: "g",
    // The unit depends on what is coupled to what; the network checks it.
    unit: Unit::DIMENSIONLESS,
    default: 1.0,
    range: (0.0, f64::MAX),
    description: "Global coupling strength: what arrives per unit of what is coupled.",
};

/// The names of the couplings, for files.
pub const NAMES: [&str; 2] =
    [<Diffusive as brainmass_core::Coupling>::NAME, <Additive as brainmass_core::Coupling>::NAME];

/// A connection through the coupling with a name.
///
/// # Errors
/// [`Error::Unknown`], which lists the couplings.
pub fn by_name(
    name: &str,
    source: &str,
    input: &str,
    g: brainmass_core::Strength,
) -> Result<Connection, Error> {
    match name {
        "diffusive" => Ok(Connection::new(source, input, Diffusive::new(g))),
        "additive" => Ok(Connection::new(source, input, Additive::new(g))),
        _ => Err(Error::unknown("coupling", name, NAMES)),
    }
}
