//! Couplings: what arrives at a region from the others.

mod additive;
mod connection;
mod diffusive;
mod lanes;

pub use additive::Additive;
pub use connection::Connection;
pub(crate) use connection::ErasedCoupling;
pub use diffusive::Diffusive;
pub(crate) use lanes::{Arriving, LaneCoupling};

use brainmass_core::units::{Unit, Values};
use brainmass_core::{Coupling, Error, Parameter, Strength};

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
pub const NAMES: [&str; 2] = [Diffusive::NAME, Additive::NAME];

/// A connection through the coupling with a name, of one strength or one per target region.
///
/// # Errors
/// [`Error::Unknown`], which lists the couplings.
pub fn by_name(name: &str, source: &str, input: &str, g: Values) -> Result<Connection, Error> {
    let strength = Strength::new(g.at(0), g.unit());
    match name {
        Diffusive::NAME => {
            Connection::with_regional_parameter(source, input, Diffusive::new(strength), "g", g)
        }
        Additive::NAME => Connection::with_regional_parameter(source, input, Additive::new(strength), "g", g),
        _ => Err(Error::unknown("coupling", name, NAMES)),
    }
}
