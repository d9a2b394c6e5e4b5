//! Quantities for people: `2 mV`, `123.5 µV`, `85 fT`.

use std::fmt;

use super::{Dimension, SI, Unit};

const PREFIXES: [(f64, &str); 9] = [
    (1e-15, "f"),
    (1e-12, "p"),
    (1e-9, "n"),
    (1e-6, "µ"),
    (1e-3, "m"),
    (1.0, ""),
    (1e3, "k"),
    (1e6, "M"),
    (1e9, "G"),
];

const SECOND: Unit = Unit::of::<super::dimension::Second>();

/// A number with its unit, ready to be printed with the prefix that suits it.
///
/// At most four significant digits, or as many decimals as the format asks for (`{:.2}`).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shown {
    value: f64,
    unit: Unit,
}

/// Prints a quantity.
///
/// ```
/// use brainmass_core::units::{femtotesla, mv, s, show, uv};
/// assert_eq!(show(mv(2.0)).to_string(), "2 mV");
/// assert_eq!(show(uv(123.5)).to_string(), "123.5 µV");
/// assert_eq!(show(femtotesla(85.0)).to_string(), "85 fT");
/// assert_eq!(show(s(300.0)).to_string(), "300 s");
/// assert_eq!(format!("{:.2}", show(s(0.72))), "720.00 ms");
/// ```
pub fn show<U: Dimension>(quantity: SI<f64, U>) -> Shown {
    show_value(quantity.value_unsafe, Unit::of::<U>())
}

/// Prints a number in coherent SI with a unit known at run time.
///
/// ```
/// use brainmass_core::units::{show_value, Unit};
/// assert_eq!(show_value(0.25, Unit::DIMENSIONLESS).to_string(), "0.25");
/// ```
pub fn show_value(value: f64, unit: Unit) -> Shown {
    Shown { value, unit }
}

impl Shown {
    /// The prefix it is printed with: its factor and its letter, `(1e-6, "µ")` for 123.5 µV.
    pub fn prefix(&self) -> (f64, &'static str) {
        // A prefix belongs to a leading symbol of power one: not to V², 1/V or plain numbers.
        let symbol = self.unit.symbol();
        let takes_prefix = symbol.chars().next().is_some_and(char::is_alphabetic)
            && !symbol.contains(['²', '^'])
            && !symbol.starts_with("kg");
        if !takes_prefix || self.value == 0.0 || !self.value.is_finite() {
            return (1.0, "");
        }
        let magnitude = self.value.abs();
        // 0.9999999 mV reads better as 1 mV than as 1000 µV.
        // Nobody speaks of kiloseconds.
        let largest = if self.unit == SECOND { 1.0 } else { f64::INFINITY };
        let fits = |(factor, _): &&(f64, &str)| *factor <= largest && magnitude >= factor * (1.0 - 1e-6);
        PREFIXES.iter().rev().find(fits).copied().unwrap_or(PREFIXES[0])
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (factor, prefix) = self.prefix();
        let scaled = self.value / factor;
        match f.precision() {
            Some(digits) => write!(f, "{scaled:.digits$}")?,
            None => write!(f, "{}", significant(scaled))?,
        }
        let symbol = self.unit.symbol();
        if symbol.is_empty() { Ok(()) } else { write!(f, " {prefix}{symbol}") }
    }
}

/// Four significant digits without trailing zeros; scientific where that would be long.
fn significant(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return format!("{value}");
    }
    #[expect(clippy::cast_possible_truncation, reason = "the exponent of a finite f64 is below 400")]
    let exponent = value.abs().log10().floor() as i32;
    if !(-4..7).contains(&exponent) {
        let text = format!("{value:.3e}");
        let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        return format!("{}e{exponent}", without_zeros(mantissa));
    }
    let decimals = usize::try_from(3 - exponent).unwrap_or(0);
    let text = format!("{value:.decimals$}");
    without_zeros(&text).to_owned()
}

fn without_zeros(text: &str) -> &str {
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { text }
}

#[cfg(test)]
mod tests {
    use super::super::{dimension, hz, nanoampere_meter, s, uv};
    use super::*;

    #[test]
    fn prefixes_follow_the_magnitude() {
        assert_eq!(show(hz(10.25)).to_string(), "10.25 Hz");
        assert_eq!(show(uv(-0.5)).to_string(), "-500 nV");
        assert_eq!(show(nanoampere_meter(12.0)).to_string(), "12 nA·m");
        assert_eq!(show(s(0.0)).to_string(), "0 s");
        assert_eq!(show(s(1200.0)).to_string(), "1200 s");
        assert_eq!(show(s(0.999_999_999)).to_string(), "1 s");
        assert_eq!(show(s(3e-20)).to_string(), "3e-5 fs");
    }

    #[test]
    fn a_prefix_can_be_asked_for() {
        assert_eq!(show(uv(123.5)).prefix(), (1e-6, "µ"));
        assert_eq!(show(s(2.0)).prefix(), (1.0, ""));
    }

    #[test]
    fn units_of_higher_power_keep_their_base() {
        let variance = Unit::of::<dimension::Squared<dimension::Volt>>();
        assert_eq!(show_value(2e-12, variance).to_string(), "2e-12 V²");
        assert_eq!(show_value(560.0, Unit::of::<dimension::PerVolt>()).to_string(), "560 1/V");
    }

    #[test]
    fn large_and_small_plain_numbers_stay_short() {
        assert_eq!(significant(300_000.0), "300000");
        assert_eq!(significant(1.0 / 3.0), "0.3333");
        assert_eq!(significant(1.5e-9), "1.5e-9");
    }
}
