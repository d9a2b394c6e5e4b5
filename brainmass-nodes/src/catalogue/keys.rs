//! Quantities as they stand in files: key, number and unit.

use brainmass_core::units::{ScaledUnit, Unit, show_value};

/// A quantity in the multiple that the field is used to.
pub(super) struct Entry {
    /// What stands in a file: `tau_e_ms`.
    pub(super) key: String,
    /// Its unit, as people write it: `ms`.
    pub(super) unit: String,
    /// How many coherent SI units one of it is.
    factor: f64,
}

impl Entry {
    pub(super) fn of(name: &str, unit: Unit) -> Self {
        let usual = ScaledUnit::suffixes(unit).into_iter().next();
        match usual.and_then(|suffix| ScaledUnit::parse(&suffix).map(|scaled| (suffix, scaled.factor))) {
            Some((suffix, factor)) => Self { key: format!("{name}_{suffix}"), unit: symbol(&suffix), factor },
            None => Self { key: name.to_owned(), unit: unit.to_string(), factor: 1.0 },
        }
    }

    /// A number in coherent SI, in this unit.
    pub(super) fn number(&self, value: f64) -> String {
        match value {
            f64::INFINITY => "∞".to_owned(),
            f64::NEG_INFINITY => "−∞".to_owned(),
            _ => show_value(value / self.factor, Unit::DIMENSIONLESS).to_string().replace('-', "−"),
        }
    }

    /// The bounds of a range, both included; empty if there are none.
    pub(super) fn range(&self, (low, high): (f64, f64)) -> String {
        if (low, high) == (f64::NEG_INFINITY, f64::INFINITY) {
            return String::new();
        }
        format!("{} … {}", self.number(low), self.number(high))
    }
}

/// A suffix as people write it: `hz_per_na` is Hz/nA.
fn symbol(suffix: &str) -> String {
    let atom = |atom: &str| {
        let known = [("hz", "Hz"), ("khz", "kHz"), ("mv", "mV"), ("v", "V"), ("uv", "µV"), ("us", "µs")];
        let currents = [("na", "nA"), ("pa", "pA"), ("ns", "nS"), ("nam", "nA·m"), ("t", "T"), ("ft", "fT")];
        let found = known.iter().chain(&currents).find(|(name, _)| *name == atom);
        found.map_or(atom, |(_, symbol)| *symbol).to_owned()
    };
    match (suffix.strip_prefix("per_"), suffix.split_once("_per_")) {
        (Some(below), _) => format!("1/{}", atom(below)),
        (_, Some((above, below))) => format!("{}/{}", atom(above), atom(below)),
        _ => atom(suffix),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use brainmass_core::units::dimension;

    #[test]
    fn numbers_are_in_the_unit_of_the_key() {
        let slope = Entry::of("r", Unit::of::<dimension::PerVolt>());
        assert_eq!(
            (slope.key.as_str(), slope.unit.as_str(), slope.number(560.0).as_str()),
            ("r_per_mv", "1/mV", "0.56")
        );
        let gain = Entry::of("a", Unit::of::<dimension::HertzPerAmpere>());
        assert_eq!((gain.unit.as_str(), gain.range((0.0, 1e13)).as_str()), ("Hz/nA", "0 … 10000"));
        let plain = Entry::of("x", Unit::DIMENSIONLESS);
        assert_eq!((plain.key.as_str(), plain.number(-1.6).as_str()), ("x", "−1.6"));
        assert_eq!(plain.range((0.0, f64::INFINITY)), "0 … ∞");
        assert_eq!(plain.range((f64::NEG_INFINITY, f64::INFINITY)), "");
    }
}
