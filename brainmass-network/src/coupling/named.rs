//! Couplings by their names in files.

use brainmass_core::units::{Dimension, SI, Unit, Values};
use brainmass_core::{Coupling, Error, Parameter, Parameterized, Result, Strength, parameter_index};

use super::{
    Additive, Connection, Diffusive, HyperbolicTangent, HyperbolicTangentOfSum, KuramotoSine, Sigmoidal,
    SigmoidalJansenRit, parameter_of, same_unit,
};

/// A coupling that is made from what a file says.
pub(super) trait Named: Coupling {
    fn read(given: &Given<'_>) -> Result<Self>;
}

/// Parameters by name, each one number or one per region.
pub(super) struct Given<'a>(&'a [(&'a str, Values)]);

impl Given<'_> {
    /// A parameter, or of several values the first: the others replace it, region by region.
    pub(super) fn optional(&self, name: &str) -> Option<Strength> {
        let (_, values) = self.0.iter().find(|(given, _)| *given == name)?;
        values.as_slice().first().map(|value| Strength::new(*value, values.unit()))
    }

    /// A parameter without a default.
    pub(super) fn required<C: Coupling>(&self, name: &str) -> Result<Strength> {
        self.optional(name).ok_or_else(|| Error::setting(parameter_of(C::NAME, name), "is missing"))
    }

    /// A parameter whose unit does not depend on what is coupled to what.
    pub(super) fn quantity<C: Coupling, U: Dimension>(&self, name: &str) -> Result<Option<SI<f64, U>>> {
        let Some(given) = self.optional(name) else { return Ok(None) };
        same_unit::<C>(name, Unit::of::<U>(), given.unit())?;
        Ok(Some(SI::new(given.value())))
    }
}

/// A connection as a file says it, and what the parameters of its coupling are called.
type Entry = (&'static str, &'static [Parameter], fn(&str, &str, &[(&str, Values)]) -> Result<Connection>);

macro_rules! couplings {
    ($($coupling:ident),* $(,)?) => {
        /// The names of the couplings, for files.
        pub const NAMES: &[&str] = &[$($coupling::NAME),*];

        const ENTRIES: &[Entry] = &[$(($coupling::NAME, $coupling::PARAMETERS, build::<$coupling>)),*];
    };
}

couplings![
    Diffusive,
    Additive,
    Sigmoidal,
    HyperbolicTangent,
    HyperbolicTangentOfSum,
    SigmoidalJansenRit,
    KuramotoSine,
];

fn entry(name: &str) -> Result<&'static Entry> {
    let found = ENTRIES.iter().find(|(known, ..)| *known == name);
    found.ok_or_else(|| Error::unknown("coupling", name, NAMES))
}

/// The parameters of the coupling with a name.
///
/// ```
/// let names: Vec<&str> =
///     brainmass_network::coupling::parameters("kuramoto")?.iter().map(|parameter| parameter.name).collect();
/// assert_eq!(names, ["g", "alpha"]);
/// # Ok::<(), brainmass_core::Error>(())
/// ```
///
/// # Errors
/// [`Error::Unknown`], which lists the couplings.
pub fn parameters(name: &str) -> Result<&'static [Parameter]> {
    entry(name).map(|(_, parameters, _)| *parameters)
}

/// A connection through the coupling with a name; each parameter is one number, or one per region.
///
/// ```
/// use brainmass_core::units::{hz, Values};
/// use brainmass_network::coupling;
/// let connection = coupling::by_name("kuramoto", "theta", "theta_input", &[("g", Values::from(hz(3.0)))])?;
/// assert_eq!(connection.input(), "theta_input");
/// # Ok::<(), brainmass_core::Error>(())
/// ```
///
/// # Errors
/// [`Error::Unknown`] for a coupling or parameter that does not exist, [`Error::Setting`] for a parameter without a
/// default that is missing, [`Error::Unit`].
pub fn by_name(name: &str, source: &str, input: &str, given: &[(&str, Values)]) -> Result<Connection> {
    let (_, _, build) = entry(name)?;
    build(source, input, given)
}

fn build<C: Named>(source: &str, input: &str, given: &[(&str, Values)]) -> Result<Connection> {
    let connection = Connection::new(source, input, C::read(&Given(given))?);
    given.iter().try_fold(connection, |connection, (name, values)| {
        parameter_index::<C>(name)?;
        // One number is in the coupling already, where it costs less than one per region.
        if values.as_slice().len() == 1 {
            Ok(connection)
        } else {
            connection.with_parameter(name, values.clone())
        }
    })
}
