//! What varies, and how it is typed.

use std::str::FromStr;

use brainmass_core::{Error, Real, Result};
use toml::{Table, Value};

use super::plan::MOST_POINTS;
use crate::experiment::{Experiment, Key, value};

/// The key that stands for the seed of every network of an experiment.
const SEED: &str = "seed";

/// A key of an experiment and the values it takes.
///
/// As text, `KEY=VALUES`, the values are
///
/// | typed | means |
/// |---|---|
/// | `0.1,0.2,0.5` | these; each is TOML, and what is not is taken as text |
/// | `0.1..1.0/10` | ten numbers from 0.1 to 1.0, both among them, equally far apart |
/// | `log:0.01..10/7` | seven numbers from 0.01 to 10, each the same multiple of the one before |
/// | `1..8` | the whole numbers from 1 to 8 |
///
/// Numbers of a range are rounded to twelve digits, those of an even one to twelve of its larger end: the third of `0.1..1.0/10` is 0.3 and not 0.30000000000000004.
///
/// The key is that of [`Experiment::set`], or `seed` for the seed of every network.
///
/// ```
/// use brainmass::sweep::Axis;
/// let axis: Axis = "node.tau_e_ms=log:0.01..10/4".parse()?;
/// assert_eq!(axis.key(), "node.tau_e_ms");
/// let values: Vec<f64> = axis.values().iter().filter_map(|value| value.as_float()).collect();
/// assert_eq!(values, [0.01, 0.1, 1.0, 10.0]);
/// # Ok::<(), brainmass::core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    key: String,
    target: Target,
    values: Vec<Value>,
}

#[derive(Clone, Debug, PartialEq)]
enum Target {
    Seed,
    Key(Key),
}

impl Axis {
    /// A key and its values.
    ///
    /// # Errors
    /// [`Error::Setting`] if the key is not of the form `section.key`, and if there is no value.
    pub fn new<V: Into<Value>>(key: &str, values: impl IntoIterator<Item = V>) -> Result<Self> {
        Self::of(key, values.into_iter().map(Into::into).collect())
            .map_err(|problem| Error::setting(format!("sweep over `{key}`"), problem))
    }

    /// Numbers from one to another, both among them, equally far apart.
    ///
    /// # Errors
    /// As [`new`](Self::new), and for fewer than two numbers and ends that are not finite.
    pub fn linear(key: &str, from: f64, to: f64, count: usize) -> Result<Self> {
        let values = linear(from, to, count).and_then(|values| Self::of(key, values));
        values.map_err(|problem| Error::setting(format!("sweep over `{key}`"), problem))
    }

    /// Numbers from one to another, both among them, each the same multiple of the one before.
    ///
    /// # Errors
    /// As [`linear`](Self::linear), and for ends that are not above zero.
    pub fn logarithmic(key: &str, from: f64, to: f64, count: usize) -> Result<Self> {
        let values = logarithmic(from, to, count).and_then(|values| Self::of(key, values));
        values.map_err(|problem| Error::setting(format!("sweep over `{key}`"), problem))
    }

    /// The seeds from 0 on.
    pub(super) fn seeds(n_seeds: usize) -> Result<Self> {
        let wrong = || Error::setting("seeds", format!("1 to {MOST_POINTS} seeds, not {n_seeds}"));
        let last = (1..=MOST_POINTS).contains(&n_seeds).then(|| n_seeds - 1).ok_or_else(wrong)?;
        Self::new(SEED, (0..=last).filter_map(|seed| i64::try_from(seed).ok()))
    }

    fn of(key: &str, values: Vec<Value>) -> std::result::Result<Self, String> {
        let target = match key {
            SEED => Target::Seed,
            _ => Target::Key(Key::parse(key).ok_or("the key must be section.key, or seed")?),
        };
        if values.is_empty() {
            return Err("there is no value".to_owned());
        }
        Ok(Self { key: key.to_owned(), target, values })
    }

    /// The key.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The values, in their order.
    pub fn values(&self) -> &[Value] {
        &self.values
    }

    /// Whether two axes change the same value of an experiment.
    pub(super) fn overlaps(&self, other: &Self) -> bool {
        let is_seed = |key: &str| key == "simulation.seed" || key.ends_with(".simulation.seed");
        let within = |inner: &str, outer: &str| {
            inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        let (a, b) = (self.key.as_str(), other.key.as_str());
        within(a, b) || within(b, a) || (a == SEED && is_seed(b)) || (b == SEED && is_seed(a))
    }

    /// Puts one of the values into an experiment.
    pub(super) fn apply(&self, value: &Value, experiment: &mut Experiment) -> Result<()> {
        let wrong = |problem: String| Error::setting(format!("{}={value}", self.key), problem);
        match &self.target {
            Target::Key(key) => experiment.put(key, value.clone()).map_err(wrong),
            Target::Seed => {
                let seed = value.as_integer().and_then(|seed| u64::try_from(seed).ok());
                let seed = seed.ok_or_else(|| wrong("expected a whole number of zero or more".to_owned()))?;
                experiment.set_seed(seed)
            }
        }
    }
}

impl FromStr for Axis {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let wrong = |problem: String| Error::setting(format!("sweep over `{text}`"), problem);
        let (key, spec) = text.split_once('=').ok_or_else(|| wrong("expected KEY=VALUES".to_owned()))?;
        values(spec.trim()).and_then(|values| Self::of(key.trim(), values)).map_err(wrong)
    }
}

/// The values of a text.
fn values(spec: &str) -> std::result::Result<Vec<Value>, String> {
    if let Some(range) = spec.strip_prefix("log:") {
        let (from, to, count) = range_of(range).ok_or("expected log:FROM..TO/COUNT")??;
        return logarithmic(number(from)?, number(to)?, count.ok_or("expected log:FROM..TO/COUNT")?);
    }
    match range_of(spec) {
        None => list(spec),
        Some(range) => {
            let (from, to, count) = range?;
            match (from.parse::<i64>(), to.parse::<i64>(), count) {
                (Ok(from), Ok(to), count) => whole_numbers(from, to, count),
                (_, _, Some(count)) => linear(number(from)?, number(to)?, count),
                _ => Err(format!("does not say how many numbers: {spec}/10")),
            }
        }
    }
}

/// A range as typed: its ends, and how many numbers.
type Range<'t> = (&'t str, &'t str, Option<usize>);

/// `FROM..TO/COUNT` or `FROM..TO`; none for what does not begin with a number and two dots.
fn range_of(text: &str) -> Option<std::result::Result<Range<'_>, String>> {
    let (from, rest) = text.split_once("..")?;
    from.trim().parse::<f64>().ok()?;
    let (to, count) = match rest.split_once('/') {
        Some((to, count)) => match count.trim().parse() {
            Ok(count) => (to, Some(count)),
            Err(_) => return Some(Err(format!("`{count}` is not a number of values"))),
        },
        None => (rest, None),
    };
    Some(Ok((from.trim(), to.trim(), count)))
}

fn number(text: &str) -> std::result::Result<f64, String> {
    text.parse().map_err(|_| format!("`{text}` is not a number"))
}

/// Values one after the other, as an array of TOML is written, without its brackets.
fn list(text: &str) -> std::result::Result<Vec<Value>, String> {
    let table = format!("values = [{text}]").parse::<Table>();
    let array = table.ok().filter(|table| table.len() == 1).and_then(|mut table| table.remove("values"));
    let values = match array {
        Some(Value::Array(values)) => values,
        _ => text.split(',').map(|item| value(item.trim())).collect(),
    };
    let is_empty = |value: &Value| value.as_str().is_some_and(str::is_empty);
    if values.iter().any(is_empty) { Err("a value is empty".to_owned()) } else { Ok(values) }
}

fn checked(from: f64, to: f64, count: usize) -> std::result::Result<(), String> {
    if !(from.is_finite() && to.is_finite()) {
        return Err(format!("a range from {from} to {to} has no numbers between"));
    }
    if !(2..=MOST_POINTS).contains(&count) {
        return Err(format!("a range has 2 to {MOST_POINTS} numbers, not {count}"));
    }
    Ok(())
}

/// Whole numbers, one after the other or as many as wanted; with fractions where the count asks for them.
fn whole_numbers(from: i64, to: i64, count: Option<usize>) -> std::result::Result<Vec<Value>, String> {
    let span = i128::from(to) - i128::from(from);
    let steps = match count {
        None => span.unsigned_abs(),
        Some(count) => (count as u128).saturating_sub(1),
    };
    if steps >= MOST_POINTS as u128 || (count.is_some() && steps == 0) {
        return Err(format!("a range has 2 to {MOST_POINTS} numbers, not {}", steps + 1));
    }
    let steps = i128::try_from(steps).unwrap_or(0);
    if steps > 0 && span % steps != 0 {
        #[expect(clippy::cast_precision_loss, reason = "fractions are wanted")]
        return linear(from as f64, to as f64, count.unwrap_or(2));
    }
    let step = if steps == 0 { 0 } else { span / steps };
    let numbers = (0..=steps).filter_map(|k| i64::try_from(i128::from(from) + k * step).ok());
    Ok(numbers.map(Value::Integer).collect())
}

fn linear(from: f64, to: f64, count: usize) -> std::result::Result<Vec<Value>, String> {
    checked(from, to, count)?;
    let last = (count - 1) as f64;
    let number = |k: usize| (from * ((last - k as f64) / last)) + to * (k as f64 / last);
    // As many decimals as make twelve digits of the larger end.
    let exponent = format!("{:e}", from.abs().max(to.abs()));
    let exponent = exponent.split_once('e').and_then(|(_, exponent)| exponent.parse::<i32>().ok());
    let decimals = usize::try_from(11 - exponent.unwrap_or(0)).unwrap_or(0);
    let rounded = |number: f64| format!("{number:.decimals$}").parse().unwrap_or(number);
    // Zero has no sign here.
    Ok(range(from, to, count, |k| rounded(number(k)) + 0.0))
}

fn logarithmic(from: f64, to: f64, count: usize) -> std::result::Result<Vec<Value>, String> {
    checked(from, to, count)?;
    if from <= 0.0 || to <= 0.0 {
        return Err(format!("a logarithmic range lies above zero, not from {from} to {to}"));
    }
    let (start, growth) = (Real::ln(from), Real::ln(to) - Real::ln(from));
    let last = (count - 1) as f64;
    let rounded = |number: f64| format!("{number:.11e}").parse().unwrap_or(number);
    Ok(range(from, to, count, |k| rounded(Real::exp(start + growth * (k as f64 / last)))))
}

/// Numbers with the ends as they were given.
fn range(from: f64, to: f64, count: usize, number: impl Fn(usize) -> f64) -> Vec<Value> {
    let between = (1..count - 1).map(number);
    [from].into_iter().chain(between).chain([to]).map(Value::Float).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(spec: &str) -> Vec<Value> {
        format!("a.b={spec}").parse::<Axis>().unwrap().values
    }

    fn floats(values: &[f64]) -> Vec<Value> {
        values.iter().copied().map(Value::Float).collect()
    }

    fn integers(values: &[i64]) -> Vec<Value> {
        values.iter().copied().map(Value::Integer).collect()
    }

    #[test]
    fn ranges_have_both_ends_and_the_numbers_one_would_type() {
        let tenths = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0];
        assert_eq!(typed("0.1..1.0/10"), floats(&tenths));
        assert_eq!(typed("-1..1.5/6"), floats(&[-1.0, -0.5, 0.0, 0.5, 1.0, 1.5]));
        assert_eq!(typed("-1e-20..1e-20/3"), floats(&[-1e-20, 0.0, 1e-20]));
        assert_eq!(typed("-1e300..1e300/5"), floats(&[-1e300, -5e299, 0.0, 5e299, 1e300]));
        assert_eq!(typed("1..2/3"), floats(&[1.0, 1.5, 2.0]));
        assert_eq!(typed("1..9/3"), integers(&[1, 5, 9]));
        assert_eq!(typed("1..4"), integers(&[1, 2, 3, 4]));
        assert_eq!(typed("3..1"), integers(&[3, 2, 1]));
        assert_eq!(typed("7..7"), integers(&[7]));
        let decades = floats(&[1e-3, 1e-2, 1e-1, 1.0, 10.0, 100.0]);
        assert_eq!(typed("log:0.001..100/6"), decades);
        assert_eq!(Axis::logarithmic("a.b", 1e-3, 100.0, 6).unwrap().values, decades);
        assert_eq!(Axis::linear("a.b", 0.1, 1.0, 10).unwrap().values, floats(&tenths));
    }

    #[test]
    fn lists_hold_whatever_toml_holds() {
        assert_eq!(typed("1, 2,3"), integers(&[1, 2, 3]));
        assert_eq!(typed("euler,heun"), ["euler", "heun"].map(Value::from));
        assert_eq!(typed("../a.csv,../b.csv"), ["../a.csv", "../b.csv"].map(Value::from));
        assert_eq!(typed("true,false"), [true, false].map(Value::from));
        let regions = typed("[1, 2],[3, 4]");
        assert_eq!(regions, [integers(&[1, 2]), integers(&[3, 4])].map(Value::from));
    }

    #[test]
    fn what_is_no_axis_is_said() {
        for (text, said) in [
            ("g", "expected KEY=VALUES"),
            ("g=1", "the key must be section.key, or seed"),
            (".g=1", "the key must be"),
            ("a.b=", "there is no value"),
            ("a.b=1,,2", "a value is empty"),
            ("a.b=0.1..1", "does not say how many numbers: 0.1..1/10"),
            ("a.b=0.1..1/1", "a range has 2 to"),
            ("a.b=1..2/1", "a range has 2 to"),
            ("a.b=1..2/ten", "`ten` is not a number of values"),
            ("a.b=0.1..b/3", "`b` is not a number"),
            ("a.b=1..9999999999", "a range has 2 to"),
            ("a.b=-9223372036854775808..9223372036854775807", "a range has 2 to"),
            ("a.b=0.5..inf/3", "has no numbers between"),
            ("a.b=nan..1/3", "has no numbers between"),
            ("a.b=log:0..1/3", "lies above zero"),
            ("a.b=log:1,2", "expected log:FROM..TO/COUNT"),
            ("a.b=log:1..2", "expected log:FROM..TO/COUNT"),
        ] {
            let error = text.parse::<Axis>().unwrap_err().to_string();
            assert!(error.contains(said) && error.contains(text), "{error}");
        }
        assert!(Axis::new("a.b", Vec::<f64>::new()).unwrap_err().to_string().contains("there is no value"));
    }

    #[test]
    fn axes_that_change_the_same_value_are_told() {
        let overlap = |a: &str, b: &str| {
            let axis = |key: &str| Axis::new(key, [1]).unwrap();
            assert_eq!(axis(a).overlaps(&axis(b)), axis(b).overlaps(&axis(a)));
            axis(a).overlaps(&axis(b))
        };
        assert!(overlap("node.w_ee", "node.w_ee") && overlap("network.coupling", "network.coupling.g"));
        assert!(overlap("seed", "simulation.seed") && overlap("electrophysiology.simulation.seed", "seed"));
        assert!(!overlap("node.w_ee", "node.w_e") && !overlap("seed", "node.w_ee"));
    }
}
