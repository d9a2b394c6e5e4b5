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

    /// The maps whose coefficients are among some keys, each once: its key, and its number in every region.
    ///
    /// # Errors
    /// As [`check`](Self::check).
    pub(crate) fn mapped_values(&self, keys: &[&Key]) -> Result<Vec<(String, Vec<f64>)>> {
        let checked = self.check()?;
        let mut found: Vec<(String, Vec<f64>)> = Vec::new();
        for key in keys {
            if let Some((map, values)) = self.mapped(checked.parts[0].connectome(), key)?
                && !found.iter().any(|(known, _)| *known == map.to_string())
            {
                found.push((map.to_string(), values));
            }
        }
        Ok(found)
    }
}

impl Checked {
    /// Where keys of the experiment that was checked act on its first network.
    ///
    /// # Errors
    /// [`Error::Setting`] for a key that has no gradient.
    pub(crate) fn places(&self, experiment: &Experiment, keys: &[&Key]) -> Result<Vec<Place>> {
        let part = &self.parts[0];
        let model = part.only_model()?;
        keys.iter().map(|key| with_node(model, Find { part, key, experiment })).collect()
    }

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
