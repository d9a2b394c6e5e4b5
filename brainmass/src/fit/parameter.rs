//! What may change, and how it is typed.

use std::str::FromStr;

use brainmass_core::{Error, Result};
use brainmass_datasets::read_region_values;
use brainmass_fit::{FitParameter, Prior, Spread, Transform};

use super::Shape;
use crate::experiment::{self, Experiment, Key, WEIGHTS};

/// A key of an experiment with the bounds of its value, typed
/// `KEY = [AXIS:]LOW..HIGH [from START] [prior PRIOR] [per region | per group of FILE | per connection]`.
///
/// A prior is `MEAN +- DEVIATION`, or for positive values `MEDIAN */ FACTOR`: it adds one half to the cost one deviation, or one
/// factor, away.
///
/// Per region, or per group of regions, the key gets a list. The file of groups has a number for each region, such as that of its
/// network; equal numbers make a group.
///
/// `network.weights = log:1e-6..3 per connection` is every weight that is not zero. Bounds are of magnitudes, so that no weight changes its
/// sign and no connection is lost; the start is the connectome of the experiment.
///
/// ```
/// let parameter: brainmass::fit::Parameter = "network.coupling.g = log:0.05..2 from 0.5".parse()?;
/// assert_eq!((parameter.key(), parameter.bounds()), ("network.coupling.g", (0.05, 2.0)));
/// # Ok::<(), brainmass::core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    name: String,
    key: Key,
    low: f64,
    high: f64,
    transform: Transform,
    start: Option<f64>,
    prior: Option<Prior>,
    per: Per,
}

/// What has a value of its own.
#[derive(Clone, Debug, PartialEq)]
enum Per {
    Brain,
    Region,
    Group(String),
    Connection,
}

impl Parameter {
    /// The key, whose name says the unit of the value.
    pub fn key(&self) -> &str {
        &self.name
    }

    /// The bounds.
    pub fn bounds(&self) -> (f64, f64) {
        (self.low, self.high)
    }

    /// The axis.
    pub fn transform(&self) -> Transform {
        self.transform
    }

    /// Where the value stands.
    pub(super) fn place(&self) -> &Key {
        &self.key
    }

    /// Whether its values are those of connections.
    pub fn is_per_connection(&self) -> bool {
        self.per == Per::Connection
    }

    /// What its numbers are.
    pub(super) fn shape(&self, experiment: &Experiment, regions: &[String]) -> Result<Shape> {
        Ok(match &self.per {
            Per::Brain => Shape::Regions(Spread::Uniform),
            Per::Region => Shape::Regions(Spread::Regional),
            Per::Group(file) => {
                let groups = read_region_values(&experiment.path(file)?, regions, None)?;
                Shape::Regions(Spread::groups(&groups.iter().map(ToString::to_string).collect::<Vec<_>>()))
            }
            Per::Connection => Shape::Connections(experiment.weight_numbers()?),
        })
    }

    /// Puts values into an experiment: one, or a list.
    pub(super) fn apply(&self, values: &[f64], shape: &Shape, experiment: &mut Experiment) -> Result<()> {
        let wrong = |problem: String| Error::setting(format!("{} = {values:?}", self.name), problem);
        experiment.put(&self.key, shape.value(values)?).map_err(wrong)
    }

    /// The parameter as an optimizer takes it: from where it is told to begin, else from the value of the experiment, else from the
    /// middle of its axis.
    pub(super) fn in_fit(
        &self,
        experiment: &Experiment,
        shape: &Shape,
        n_regions: usize,
    ) -> Result<FitParameter> {
        let n = shape.n_numbers(n_regions);
        let inside = |values: &Vec<f64>| {
            let fits = values.len() == 1 || (values.len() == n && *shape == Shape::Regions(Spread::Regional));
            fits && values.iter().all(|value| (self.low..=self.high).contains(value))
        };
        let middle = match self.transform {
            Transform::Linear | Transform::Log => 0.5,
            Transform::Logit | Transform::Softplus => 0.0,
        };
        let middle = || self.transform.value(middle, self.low, self.high);
        let told = self.start.map(|start| vec![start]);
        let start = told.or_else(|| match shape {
            Shape::Connections(weights) => Some(weights.numbers()),
            Shape::Regions(_) => experiment.numbers_at(&self.key).filter(inside),
        });
        let begun_at = |mut start: Vec<f64>| {
            start.resize(n, start[0]);
            let parameter = FitParameter::regional(self.key(), &start, self.low, self.high)?;
            let parameter = parameter.with_transform(self.transform)?;
            Ok(match self.prior {
                Some(prior) => parameter.with_prior(prior),
                None => parameter,
            })
        };
        // Bounds and axis are checked before the middle of them is taken.
        let parameter = begun_at(start.clone().unwrap_or_else(|| vec![self.low]))?;
        if start.is_some() { Ok(parameter) } else { begun_at(vec![middle()]) }
    }
}

impl FromStr for Parameter {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let wrong = |problem: &str| Error::setting(format!("parameter of a fit `{text}`"), problem);
        let form = || wrong("expected KEY = LOW..HIGH, as in network.coupling.g = log:0.05..2.0 from 0.5");
        let (name, rest) = text.split_once('=').ok_or_else(form)?;
        let key = Key::parse(name).ok_or_else(|| wrong("the key must be section.key"))?;
        let (transform, rest) = match rest.split_once(':') {
            None => (Transform::Linear, rest),
            Some((axis, rest)) => {
                let known = Transform::ALL.into_iter().find(|transform| transform.name() == axis.trim());
                let names = || Transform::ALL.map(Transform::name);
                (known.ok_or_else(|| Error::unknown("axis of a fit", axis.trim(), names()))?, rest)
            }
        };
        let (rest, per) = match rest.split_once(" per ") {
            None => (rest, Per::Brain),
            Some((rest, "region")) => (rest, Per::Region),
            Some((rest, "connection")) => (rest, Per::Connection),
            Some((rest, group)) => match group.strip_prefix("group of ") {
                Some(file) => (rest, Per::Group(file.trim().to_owned())),
                None => {
                    return Err(wrong(
                        "what has a value of its own is `per region` or `per group of FILE`, or `per connection`",
                    ));
                }
            },
        };
        let (rest, rest_prior) = match rest.split_once(" prior ") {
            None => (rest, None),
            Some((rest, prior)) => (rest, Some(prior)),
        };
        let (range, start) = match rest.split_once(" from ") {
            None => (rest, None),
            Some((range, start)) => (range, Some(start)),
        };
        let number = |text: &str| text.trim().parse::<f64>().map_err(|_| form());
        let (low, high) = experiment::bounds(range).ok_or_else(form)?;
        if (key.to_string() == WEIGHTS) != (per == Per::Connection) {
            return Err(wrong("`network.weights` is fitted `per connection`, and nothing else is"));
        }
        if per == Per::Connection && low <= 0.0 {
            return Err(wrong("bounds of weights are of magnitudes, and must be positive: none is lost"));
        }
        let prior = |text: &str| match (text.split_once("+-"), text.split_once("*/")) {
            (Some((mean, deviation)), None) => Prior::normal(number(mean)?, number(deviation)?),
            (None, Some((median, factor))) => Prior::log_normal(number(median)?, number(factor)?.ln()),
            _ => Err(wrong("a prior is MEAN +- DEVIATION or MEDIAN */ FACTOR")),
        };
        Ok(Self {
            name: name.trim().to_owned(),
            key,
            low,
            high,
            transform,
            start: start.map(number).transpose()?,
            prior: rest_prior.map(prior).transpose()?,
            per,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn start(text: &str) -> Result<f64> {
        let parameter: Parameter = text.parse()?;
        Ok(parameter.in_fit(&Experiment::example(), &Shape::Regions(Spread::Uniform), 8)?.initial()[0])
    }

    #[test]
    fn a_fit_begins_where_it_is_told_or_where_the_experiment_is() {
        assert_eq!(start("network.coupling.g = log:0.05..2 from 0.1").unwrap(), 0.1);
        assert_eq!(start("network.coupling.g=log:0.05..2.0").unwrap(), 0.5);
        // Outside the bounds, or not in the file: the middle.
        assert_eq!(start("network.coupling.g = 1..2").unwrap(), 1.5);
        assert_eq!(start("node.w_ee = logit:10..14").unwrap(), 12.0);
        assert!((start("node.tau_e_ms = log:1..100").unwrap() - 10.0).abs() < 1e-12);
    }

    /// One half at one deviation, or one factor, from where it is none.
    #[test]
    fn a_prior_adds_to_the_cost() {
        for (text, none, half) in [
            ("node.w_ee = 0..20 prior 12 +- 2", 12.0, 14.0),
            ("node.w_ee = 0..20 from 11 prior 12 +- 2 per region", 12.0, 10.0),
            ("node.tau_e_ms = log:1..100 prior 10 */ 1.5", 10.0, 15.0),
        ] {
            let parameter: Parameter = text.parse().unwrap();
            let spread = if text.ends_with("region") { Spread::Regional } else { Spread::Uniform };
            let space = parameter.in_fit(&Experiment::example(), &Shape::Regions(spread), 1).unwrap();
            let space = brainmass_fit::Space::new(vec![space]).unwrap();
            let penalty = |value: f64| space.penalty(&[value]).0;
            assert!(penalty(none) == 0.0 && (penalty(half) - 0.5).abs() < 1e-12, "{text}");
        }
    }

    #[test]
    fn what_is_no_parameter_is_said() {
        for (text, said) in [
            ("g", "expected KEY = LOW..HIGH"),
            ("g = 1..2", "the key must be section.key"),
            ("a.b = 1,2", "expected KEY = LOW..HIGH"),
            ("a.b = 1..2/3", "expected KEY = LOW..HIGH"),
            ("a.b = 1..2 from x", "expected KEY = LOW..HIGH"),
            ("a.b = lag:1..2", "there are: linear, log, logit, softplus"),
            ("a.b = 2..1", "the bounds 2 and 1 do not enclose a range"),
            ("a.b = nan..1", "do not enclose a range"),
            ("a.b = log:0..1", "needs a positive lower bound"),
            (
                "a.b = log:-1..0",
                "needs a positive lower bound, or a negative upper one, but they are -1 and 0",
            ),
            ("a.b = 0..1 from 2", "initial value of `a.b`: 2"),
            ("a.b = 0..1 prior 2", "MEAN +- DEVIATION or MEDIAN */ FACTOR"),
            ("a.b = 0..1 prior 2 +- 0", "deviation of a prior: 0"),
            ("a.b = 0..1 prior 2 */ 1", "spread of a prior: 0"),
            (
                "a.b = 0.1..1 per connection",
                "`network.weights` is fitted `per connection`, and nothing else is",
            ),
            (
                "network.weights = log:0.1..1",
                "`network.weights` is fitted `per connection`, and nothing else is",
            ),
            ("network.weights = -1..1 per connection", "bounds of weights are of magnitudes"),
            ("network.weights = 0..1 per connection", "must be positive"),
            ("a.b = 0..1 per lobe", "`per region` or `per group of FILE`"),
        ] {
            let error = start(text).unwrap_err().to_string();
            assert!(error.contains(said), "{text}: {error}");
        }
    }
}
