//! Derivatives of a number of the score by what stands in the file.

use brainmass_core::units::Unit;
use brainmass_core::units::dimension::{Dimensionless, Hertz, Volt, VoltPerSecond};
use brainmass_core::{Error, Node, Result};
use brainmass_network::Adjustable;

use super::change::Key;
use super::nodes::{Task, with_node};
use super::part::Part;
use super::place::Place;
use super::score::ObjectiveSettings;
use super::{Checked, Experiment};

impl Experiment {
    /// The labels of the regions.
    pub(crate) fn regions(&self) -> Result<Vec<String>> {
        Ok(self.check()?.parts[0].connectome().labels().to_vec())
    }

    /// Where keys act on the first network, which is that of the same experiment with values at the keys.
    ///
    /// # Errors
    /// [`Error::Setting`] for a key that has no gradient.
    pub(crate) fn places_at(&self, with_values: &Self, keys: &[&Key]) -> Result<Vec<Place>> {
        let checked = with_values.check()?;
        let part = &checked.parts[0];
        let model = part.only_model()?;
        keys.iter().map(|key| with_node(model, Find { part, key, experiment: self })).collect()
    }
}

impl Checked {
    /// A number of the score and its derivatives by things of the first network, region by region: means over the seeds, or with the
    /// seed of the file.
    ///
    /// # Errors
    /// As [`run`](Self::run); [`Error::Setting`] for an observation that has no gradient, [`Error::Unknown`] for another number.
    pub(crate) fn gradient(
        &self,
        number: &str,
        by: &[Adjustable],
        seeds: Option<&[u64]>,
    ) -> Result<(f64, Vec<Vec<f64>>)> {
        let missing = || Error::setting("[objective]", "is missing, and a gradient needs one");
        let objective = self.objective.as_ref().ok_or_else(missing)?;
        let part = &self.parts[0];
        let (cost, mut slopes) =
            with_node(part.only_model()?, Differentiate { part, objective, number, by, seeds })?;
        if number != "fc_correlation" {
            return Ok((cost, slopes));
        }
        // The objective is the distance 1 − r.
        slopes.iter_mut().flatten().for_each(|slope| *slope = -*slope);
        Ok((1.0 - cost, slopes))
    }
}

struct Find<'a> {
    part: &'a Part,
    key: &'a Key,
    experiment: &'a Experiment,
}

impl Task for Find<'_> {
    type Output = Place;
    fn with<N: Node>(self, _: N) -> Result<Place> {
        self.part.place::<N>(self.key, self.experiment)
    }
}

struct Differentiate<'a> {
    part: &'a Part,
    objective: &'a ObjectiveSettings,
    number: &'a str,
    by: &'a [Adjustable],
    seeds: Option<&'a [u64]>,
}

impl Task for Differentiate<'_> {
    type Output = (f64, Vec<Vec<f64>>);
    fn with<N: Node>(self, node: N) -> Result<Self::Output> {
        let Self { part, objective, number, by, seeds } = self;
        let (network, protocol, unit) = part.traced(node, objective.signal(), seeds)?;
        macro_rules! of {
            ($($U:ident),*) => {
                match unit {
                    $(unit if unit == Unit::of::<$U>() => {
                        protocol.gradient::<N, $U>(&network, &*objective.differentiable(number)?, by)
                    })*
                    unit => Err(Error::setting("gradient", format!("signals in {unit} have none"))),
                }
            };
        }
        of!(Dimensionless, Hertz, Volt, VoltPerSecond)
    }
}
