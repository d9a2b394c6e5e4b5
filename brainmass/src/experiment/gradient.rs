//! Derivatives of a number of the score by what stands in the file.

use brainmass_core::units::Unit;
use brainmass_core::units::dimension::{Ampere, Dimensionless, Hertz, Volt, VoltPerSecond};
use brainmass_core::{Error, Node, Result};
use brainmass_fit::{FreeWeights, WeightNumbers};
use brainmass_network::Adjustable;
use nalgebra::DMatrix;

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

    /// The magnitudes of the weights of the first network, as they are once the connectome is normalised.
    ///
    /// # Errors
    /// As [`check`](Self::check); [`Error::Setting`] if there is no connection.
    pub(crate) fn weight_numbers(&self) -> Result<WeightNumbers> {
        self.check()?.parts[0].weight_numbers(FreeWeights::new().magnitudes())
    }

    /// The correlation of the weights with the FC of the data, if there is an objective.
    ///
    /// # Errors
    /// As [`check`](Self::check).
    pub(crate) fn structure_correlation(&self) -> Result<Option<f64>> {
        let checked = self.check()?;
        let objective = checked.objective.as_ref();
        Ok(objective.and_then(|objective| objective.structure_correlation(checked.parts[0].connectome())))
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
    /// How many regions the first network has.
    pub(crate) fn n_regions(&self) -> usize {
        self.parts[0].connectome().n_regions()
    }

    /// Where keys of the experiment that was checked act on its first network.
    ///
    /// # Errors
    /// [`Error::Setting`] for a key that has no gradient.
    pub(crate) fn places(&self, experiment: &Experiment, keys: &[&Key]) -> Result<Vec<Place>> {
        let part = &self.parts[0];
        let model = part.only_model()?;
        keys.iter().map(|key| with_node(model, Find { part, key, experiment })).collect()
    }

    /// A number of the score and its derivatives by what stands at some places of the first network: by the number of every region, or by
    /// every weight, column by column. Means over the seeds, or with the seed of the file.
    ///
    /// # Errors
    /// As [`run`](Self::run); [`Error::Setting`] for an observation that has no gradient, [`Error::Unknown`] for another number.
    pub(crate) fn gradient(
        &self,
        number: &str,
        by: &[Place],
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
    by: &'a [Place],
    seeds: Option<&'a [u64]>,
}

impl Task for Differentiate<'_> {
    type Output = (f64, Vec<Vec<f64>>);
    fn with<N: Node>(self, node: N) -> Result<Self::Output> {
        let Self { part, objective, number, by, seeds } = self;
        let (network, protocol, unit) = part.traced(node, objective.signal(), seeds)?;
        let of_regions = by.iter().filter_map(|place| match place {
            Place::Regions { adjustable, factors } => Some((adjustable.clone(), factors)),
            Place::Weights => None,
        });
        let (adjustables, factors): (Vec<Adjustable>, Vec<&Vec<f64>>) = of_regions.unzip();
        macro_rules! of {
            ($($U:ident),*) => {
                match unit {
                    $(unit if unit == Unit::of::<$U>() => {
                        let objective = objective.differentiable::<$U>(number)?;
                        if by.contains(&Place::Weights) {
                            protocol.gradient_with_weights(&network, &*objective, &adjustables)?
                        } else {
                            let (cost, slopes) = protocol.gradient(&network, &*objective, &adjustables)?;
                            (cost, slopes, DMatrix::zeros(0, 0))
                        }
                    })*
                    unit => {
                        return Err(Error::setting("gradient", format!("signals in {unit} have none")));
                    }
                }
            };
        }
        let (cost, by_regions, by_weights) = of!(Dimensionless, Hertz, Volt, VoltPerSecond, Ampere);
        let mut by_regions = by_regions.into_iter().zip(&factors);
        let slopes = by.iter().map(|place| match place {
            Place::Weights => by_weights.as_slice().to_vec(),
            Place::Regions { .. } => by_regions
                .next()
                .into_iter()
                .flat_map(|(slopes, factors)| slopes.into_iter().zip(*factors).map(|(a, b)| a * b))
                .collect(),
        });
        Ok((cost, slopes.collect()))
    }
}
