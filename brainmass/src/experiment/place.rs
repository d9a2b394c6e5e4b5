//! Where a key of an experiment acts on its network, so that derivatives find their way to it.

use brainmass_core::units::{ScaledUnit, split_key};
use brainmass_core::{Connectome, Error, Node, Parameter, Result};
use brainmass_network::{Adjustable, coupling};
use toml::{Table, Value};

use super::change::Key;
use super::map::{Maps, is_map};
use super::part::Part;
use super::section::Section;
use super::{Experiment, SECOND};

/// What a key sets.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Place {
    /// A quantity of the network, with its derivative in every region by the number at the key.
    Regions {
        /// The quantity.
        adjustable: Adjustable,
        /// The derivatives.
        factors: Vec<f64>,
    },
    /// The weights of the connectome.
    Weights,
}

/// The key of the weights of the connectome.
pub(crate) const WEIGHTS: &str = "network.weights";

/// The name of a quantity that stands under some sections, with the scale of its unit.
struct Quantity {
    adjustable: Adjustable,
    unit: Option<ScaledUnit>,
}

impl Part {
    /// Finds the place of a key of the first network.
    pub(super) fn place<N: Node>(&self, key: &Key, experiment: &Experiment) -> Result<Place> {
        if key.to_string() == WEIGHTS {
            return Ok(Place::Weights);
        }
        let (quantity, factors) = match map_around(key, experiment) {
            None => (key.clone(), vec![1.0; self.connectome().n_regions()]),
            Some((quantity, map, number)) => {
                let maps = Maps::new(&experiment.folder, self.connectome());
                let sum = maps.sum(&Section::new(quantity.to_string(), &map))?;
                (quantity, number.map_or_else(|| Ok(sum.by_offset()), |number| sum.by_scale(number))?)
            }
        };
        let found = quantity_at::<N>(&quantity, &experiment.table)?;
        let Some(Quantity { adjustable, unit }) = found else {
            let problem = "has no gradient here: one is known for parameters of node and coupling, drives, initial \
                           values, the conduction speed of interpolated delays, and noise; take an optimizer that \
                           needs none";
            return Err(Error::setting(key.to_string(), problem));
        };
        let unit = unit.map_or(1.0, |unit| unit.factor);
        Ok(Place::Regions { adjustable, factors: factors.into_iter().map(|factor| factor * unit).collect() })
    }
}

impl Experiment {
    /// If a key is a coefficient of a map of the first network: the key of the map, and what it makes of every region, in its unit.
    pub(super) fn mapped(&self, connectome: &Connectome, key: &Key) -> Result<Option<(Key, Vec<f64>)>> {
        let Some((quantity, map, _)) = map_around(key, self) else { return Ok(None) };
        if quantity.sections.first().is_some_and(|first| first == SECOND) {
            return Ok(None);
        }
        let maps = Maps::new(&self.folder, connectome);
        let sum = maps.sum(&Section::new(quantity.to_string(), &map))?;
        Ok(Some((quantity, sum.values())))
    }
}

/// If a key is a coefficient of a map: the key of the quantity, the map, and which of its maps it scales; none for its offset.
fn map_around(key: &Key, experiment: &Experiment) -> Option<(Key, Table, Option<usize>)> {
    let mut sections = key.sections.clone();
    let number = match key.name.as_str() {
        "offset" => None,
        "scale" => Some(match sections.as_slice() {
            [.., maps, number] if maps == "maps" => {
                let number = number.parse().ok()?;
                sections.truncate(sections.len() - 2);
                number
            }
            _ => 0,
        }),
        _ => return None,
    };
    let quantity = Key { name: sections.pop()?, sections };
    let mut root = experiment.table.clone();
    let map = quantity.table(&mut root).ok()?.get(&quantity.name)?.as_table()?.clone();
    is_map(&map).then_some((quantity, map, number))
}

fn quantity_at<N: Node>(key: &Key, root: &Table) -> Result<Option<Quantity>> {
    let sections: Vec<&str> = key.sections.iter().map(String::as_str).collect();
    let among = |names: &[&str], adjustable: &dyn Fn(&str) -> Adjustable| {
        let found = split_key(&key.name, names.iter().copied());
        found.map(|(name, unit)| Quantity { adjustable: adjustable(name), unit })
    };
    let names = |parameters: &[Parameter]| parameters.iter().map(|one| one.name).collect::<Vec<_>>();
    let variables = |all: &[brainmass_core::Variable]| all.iter().map(|one| one.name).collect::<Vec<_>>();
    if root.get("node").is_some_and(|node| node.get("feedback_inhibition").is_some()) {
        let problem =
            "changes with all else, and no gradient passes through it; take an optimizer that needs none";
        return Err(Error::setting("[node.feedback_inhibition]", problem));
    }
    Ok(match sections.as_slice() {
        ["node"] => among(&names(N::PARAMETERS), &|name| Adjustable::parameter(name)),
        ["node", "drive"] => among(&variables(N::INPUT), &|name| Adjustable::drive(name)),
        ["node", "initial"] => among(&variables(N::STATE), &|name| Adjustable::initial(name)),
        ["network", "coupling", rest @ ..] => {
            let Some(number) = number(rest) else { return Ok(None) };
            let Some(table) = nth(root.get("network").and_then(|it| it.get("coupling")), number) else {
                return Ok(None);
            };
            if let Some((_, unit)) = split_key(&key.name, ["conduction_speed"]) {
                if table.get("delay_rounding").and_then(Value::as_str) != Some("interpolated") {
                    let problem =
                        "has a gradient with delay_rounding = \"interpolated\" only: delays are whole steps";
                    return Err(Error::setting(key.to_string(), problem));
                }
                return Ok(Some(Quantity { adjustable: Adjustable::Speed(number), unit }));
            }
            let kind = table.get("kind").and_then(Value::as_str).unwrap_or("diffusive");
            let parameters = names(coupling::parameters(kind)?);
            among(&parameters, &|name| Adjustable::coupling(number, name))
        }
        ["noise", rest @ ..] => {
            let Some(number) = number(rest) else { return Ok(None) };
            let Some((kind, index)) = noise(root, number) else { return Ok(None) };
            let names: &[&str] =
                if kind == NoiseKind::OnInput { &["sigma", "mean", "tau"] } else { &["sigma"] };
            among(names, &|name| match (kind, name) {
                (NoiseKind::OnInput, "mean") => Adjustable::InputNoiseMean(index),
                (NoiseKind::OnInput, "tau") => Adjustable::InputNoiseTau(index),
                (NoiseKind::OnInput, _) => Adjustable::InputNoiseSigma(index),
                (NoiseKind::OnState, _) => Adjustable::StateNoiseSigma(index),
                (NoiseKind::InputProcess, _) => Adjustable::InputProcessSigma(index),
                (NoiseKind::StateProcess, _) => Adjustable::StateProcessSigma(index),
            })
        }
        _ => None,
    })
}

/// Of several sections with a name one is meant by its number; of one, none is needed.
fn number(rest: &[&str]) -> Option<usize> {
    match rest {
        [] => Some(0),
        [number] => number.parse().ok(),
        _ => None,
    }
}

/// One of the sections under a key.
fn nth(value: Option<&Value>, number: usize) -> Option<&Table> {
    match value? {
        Value::Table(table) => (number == 0).then_some(table),
        Value::Array(items) => items.get(number)?.as_table(),
        _ => None,
    }
}

/// How a network holds a noise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum NoiseKind {
    OnInput,
    OnState,
    InputProcess,
    StateProcess,
}

/// The kind of a noise, and its number among those.
fn noise(root: &Table, number: usize) -> Option<(NoiseKind, usize)> {
    let all = root.get("noise");
    let kind_of = |number: usize| -> Option<NoiseKind> {
        let table = nth(all, number)?;
        let has = |key: &str| table.contains_key(key);
        let white = table.get("kind").and_then(Value::as_str).is_none_or(|kind| kind == "ornstein_uhlenbeck");
        let is_simple = white && !has("common") && !has("correlation") && !has("multiplicative");
        Some(match (has("input"), is_simple) {
            (true, true) => NoiseKind::OnInput,
            (true, false) => NoiseKind::InputProcess,
            (false, true) => NoiseKind::OnState,
            (false, false) => NoiseKind::StateProcess,
        })
    };
    let kind = kind_of(number)?;
    let before = (0..number).filter(|other| kind_of(*other) == Some(kind));
    Some((kind, before.count()))
}
