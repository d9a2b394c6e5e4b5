//! Couplings: what arrives at a region from the others.
//!
//! | name in files | | what arrives |
//! |---|---|---|
//! | `diffusive` | [`Diffusive`] | `G Σ w (x_j − x_i)` |
//! | `additive` | [`Additive`] | `G Σ w x_j + b` |
//! | `sigmoidal` | [`Sigmoidal`] | a sigmoid of `Σ w x_j` |
//! | `hyperbolic_tangent` | [`HyperbolicTangent`] | `G Σ w (1 + tanh(slope (x_j − midpoint)))` |
//! | `hyperbolic_tangent_of_sum` | [`HyperbolicTangentOfSum`] | `G tanh(slope Σ w x_j)` |
//! | `sigmoidal_jansen_rit` | [`SigmoidalJansenRit`] | G Σ w times the rate of a potential |
//! | `kuramoto` | [`KuramotoSine`] | `G Σ w sin(θ_j − θ_i − α)` |
//!
//! What is divided or subtracted by degree is an operation on the weights: see
//! [`Connectome`](brainmass_core::Connectome).

mod additive;
mod connection;
mod diffusive;
mod hyperbolic_tangent;
mod hyperbolic_tangent_of_sum;
mod kuramoto_sine;
mod lanes;
mod named;
mod sigmoidal;
mod sigmoidal_jansen_rit;

pub use additive::Additive;
pub use connection::Connection;
pub(crate) use connection::ErasedCoupling;
pub use diffusive::Diffusive;
pub use hyperbolic_tangent::HyperbolicTangent;
pub use hyperbolic_tangent_of_sum::HyperbolicTangentOfSum;
pub use kuramoto_sine::KuramotoSine;
pub(crate) use lanes::{Arriving, LaneCoupling};
pub use named::{NAMES, by_name, parameters};
pub use sigmoidal::Sigmoidal;
pub use sigmoidal_jansen_rit::SigmoidalJansenRit;

use brainmass_core::units::Unit;
use brainmass_core::{Coupling, Error, Parameter, Result};

/// The global coupling strength G.
const STRENGTH: Parameter = free("g", "Global coupling strength: what arrives per unit of what is coupled.");

/// A parameter of any value whose unit depends on what is coupled to what; the network checks it.
const fn free(name: &'static str, description: &'static str) -> Parameter {
    let unit = Unit::DIMENSIONLESS;
    Parameter { name, unit, default: 1.0, range: (f64::MIN, f64::MAX), description }
}

/// What errors call a parameter.
fn parameter_of(coupling: &str, parameter: &str) -> String {
    format!("parameter `{parameter}` of the {coupling} coupling")
}

/// Checks the unit of a parameter.
fn same_unit<C: Coupling>(parameter: &str, expected: Unit, found: Unit) -> Result<()> {
    if expected == found {
        return Ok(());
    }
    Err(Error::Unit { what: parameter_of(C::NAME, parameter), expected, found })
}
