//! Units in the keys of files: `dt_ms`, `e_input_hz`, `g_hz_per_mv`.

use super::{Unit, dimension};

/// A unit with its factor to coherent SI: `mv` is 1e-3 V.
///
/// ```
/// use brainmass_core::units::ScaledUnit;
/// let slope = ScaledUnit::parse("per_mv").unwrap();
/// assert_eq!((slope.factor, slope.unit.to_string()), (1000.0, "1/V".to_owned()));
/// assert!(ScaledUnit::parse("furlong").is_none());
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ScaledUnit {
    /// How many coherent SI units one of these is.
    pub factor: f64,
    /// The coherent SI unit.
    pub unit: Unit,
}

/// The multiple the field is used to comes first for each unit: keys are offered in it.
const ATOMS: &[(&str, f64, Unit)] = &[
    ("ms", 1e-3, Unit::of::<dimension::Second>()),
    ("s", 1.0, Unit::of::<dimension::Second>()),
    ("us", 1e-6, Unit::of::<dimension::Second>()),
    ("hz", 1.0, Unit::of::<dimension::Hertz>()),
    ("khz", 1e3, Unit::of::<dimension::Hertz>()),
    ("mm", 1e-3, Unit::of::<dimension::Meter>()),
    ("m", 1.0, Unit::of::<dimension::Meter>()),
    ("mv", 1e-3, Unit::of::<dimension::Volt>()),
    ("v", 1.0, Unit::of::<dimension::Volt>()),
    ("uv", 1e-6, Unit::of::<dimension::Volt>()),
    ("na", 1e-9, Unit::of::<dimension::Ampere>()),
    ("pa", 1e-12, Unit::of::<dimension::Ampere>()),
    ("ns", 1e-9, Unit::of::<dimension::Siemens>()),
    ("ft", 1e-15, Unit::of::<dimension::Tesla>()),
    ("t", 1.0, Unit::of::<dimension::Tesla>()),
    ("nam", 1e-9, Unit::of::<dimension::AmpereMeter>()),
];

impl ScaledUnit {
    /// Reads a suffix of the kind `ms`, `hz_per_mv`, `per_mv` or `mm_per_ms`; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let (numerator, denominator) = match text.strip_prefix("per_") {
            Some(below) => (None, Some(below)),
            None => match text.split_once("_per_") {
                Some((above, below)) => (Some(above), Some(below)),
                None => (Some(text), None),
            },
        };
        let one = Self { factor: 1.0, unit: Unit::DIMENSIONLESS };
        let above = numerator.map_or(Some(one), Self::atom)?;
        let below = denominator.map_or(Some(one), Self::atom)?;
        // 1/1e-3 rather than 1·1e3: the quotient of the two decimal factors is the nearer one.
        Some(Self { factor: above.factor / below.factor, unit: above.unit / below.unit })
    }

    fn atom(text: &str) -> Option<Self> {
        let (_, factor, unit) = ATOMS.iter().find(|(name, ..)| *name == text)?;
        Some(Self { factor: *factor, unit: *unit })
    }

    /// The suffixes of a unit, the usual one first: what a key may end in.
    pub fn suffixes(unit: Unit) -> Vec<String> {
        let mut found: Vec<String> =
            ATOMS.iter().filter(|(_, _, atom)| *atom == unit).map(|(name, ..)| (*name).to_owned()).collect();
        if found.is_empty() && !unit.is_dimensionless() {
            let inverse = ATOMS.iter().filter(|(_, _, atom)| Unit::DIMENSIONLESS / *atom == unit);
            found = inverse.map(|(name, ..)| format!("per_{name}")).collect();
        }
        if found.is_empty() {
            let pairs = ATOMS.iter().flat_map(|above| ATOMS.iter().map(move |below| (above, below)));
            found = pairs
                .filter(|(above, below)| above.2 / below.2 == unit && above.2 != below.2)
                .map(|(above, below)| format!("{}_per_{}", above.0, below.0))
                .collect();
        }
        found
    }
}

/// Splits a key of a file into the name it stands for and its unit.
///
/// `names` are the names that exist. A key equal to a name has no unit; otherwise what follows the longest
/// fitting name and an underscore must be a unit. `None` if nothing fits.
///
/// ```
/// use brainmass_core::units::split_key;
/// let (name, unit) = split_key("tau_e_ms", ["tau_e", "tau_i"]).unwrap();
/// assert_eq!((name, unit.unwrap().factor), ("tau_e", 1e-3));
/// assert!(split_key("tau_x_ms", ["tau_e", "tau_i"]).is_none());
/// ```
pub fn split_key<'n>(
    key: &str,
    names: impl IntoIterator<Item = &'n str>,
) -> Option<(&'n str, Option<ScaledUnit>)> {
    let mut best: Option<(&str, Option<ScaledUnit>)> = None;
    for name in names {
        let Some(rest) = key.strip_prefix(name) else { continue };
        let found = if rest.is_empty() {
            Some((name, None))
        } else {
            rest.strip_prefix('_').and_then(ScaledUnit::parse).map(|unit| (name, Some(unit)))
        };
        if let Some(found) = found
            && best.is_none_or(|(other, _)| other.len() < name.len())
        {
            best = Some(found);
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn longest_name_wins() {
        // "a_e" with no unit, not "a" with a unit "e".
        assert_eq!(split_key("a_e", ["a", "a_e"]), Some(("a_e", None)));
        // A name that looks like a name plus a unit is the name.
        assert_eq!(split_key("tau_s", ["tau", "tau_s"]), Some(("tau_s", None)));
    }

    #[test]
    fn every_offered_suffix_can_be_read_back() {
        for unit in [
            Unit::of::<dimension::Hertz>(),
            Unit::of::<dimension::HertzPerVolt>(),
            Unit::of::<dimension::PerVolt>(),
            Unit::of::<dimension::HertzPerAmpere>(),
            Unit::of::<dimension::AmperePerHertz>(),
        ] {
            let suffixes = ScaledUnit::suffixes(unit);
            assert!(!suffixes.is_empty());
            for suffix in suffixes {
                assert_eq!(ScaledUnit::parse(&suffix).map(|parsed| parsed.unit), Some(unit), "{suffix}");
            }
        }
    }
}
