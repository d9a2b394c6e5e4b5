//! Observations as protocols, through which derivatives pass.

use brainmass_core::units::dimension::{Dimensionless, Hertz, Volt};
use brainmass_core::units::{Dimension, Second, Unit};
use brainmass_core::{Error, Node, Result};
use brainmass_fit::Protocol;
use brainmass_forward::Chain;

use super::{Model, Observation, RunTimes};

impl Observation {
    /// The run that gives the same samples, and the unit they have.
    pub(in crate::experiment) fn protocol<N: Node>(
        &self,
        dt: Second,
        run: &RunTimes,
    ) -> Result<(Protocol, Unit)> {
        let unit = brainmass_core::node::source::<N>(&self.source)?.1.unit;
        let averaged = |period: Second| {
            Protocol::new(&self.source, dt, period, run.duration).with_transient(run.transient)
        };
        let bold = Unit::of::<Dimensionless>();
        Ok(match &self.model {
            Model::Series { period: None } => (averaged(dt), unit),
            Model::Average { period } => (averaged(*period), unit),
            Model::Bold(model) => {
                let transient = run.transient + run.dropped(model.transient);
                // It takes means over its steps in any case.
                (averaged(model.step).with_transient(transient).observed(self.chain(unit)?), bold)
            }
            Model::Balloon(model) => {
                let transient = run.transient + run.dropped(model.transient);
                (averaged(dt).with_transient(transient).observed(self.chain(unit)?), bold)
            }
            Model::Series { .. }
            | Model::Eeg(_)
            | Model::Magnetometers(_)
            | Model::Gradiometers(_)
            | Model::Seeg(_) => {
                let problem =
                    "no gradient passes through it here; one does through average, bold and balloon";
                return Err(Error::setting(format!("[observe.{}] model", self.name), problem));
            }
        })
    }

    /// The haemodynamics of a variable in a unit.
    fn chain(&self, unit: Unit) -> Result<Chain> {
        match unit {
            unit if unit == Unit::of::<Dimensionless>() => self.chain_of::<Dimensionless>(),
            unit if unit == Unit::of::<Hertz>() => self.chain_of::<Hertz>(),
            _ => self.chain_of::<Volt>(),
        }
    }

    fn chain_of<U: Dimension>(&self) -> Result<Chain> {
        match &self.model {
            Model::Balloon(balloon) => Ok(Chain::of(balloon.model::<U>()?)),
            Model::Bold(bold) => Ok(Chain::of(bold.model::<U>()?)),
            _ => Err(Error::setting(format!("[observe.{}] model", self.name), "has no haemodynamics")),
        }
    }
}
