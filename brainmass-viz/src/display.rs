//! The unit that an axis is labelled with.

use brainmass_core::units::{Unit, dimension, show_value};

use crate::ticks;

/// A unit with a readable prefix: `µV` is 1e-6 V.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct DisplayUnit {
    /// How many coherent SI units one of these is.
    pub(crate) factor: f64,
    symbol: String,
}

impl DisplayUnit {
    /// Per cent of a plain number.
    pub(crate) fn percent() -> Self {
        Self { factor: 0.01, symbol: "%".to_owned() }
    }

    /// The unit in which a value of this magnitude reads well.
    pub(crate) fn of(unit: Unit, magnitude: f64) -> Self {
        let (factor, prefix) = show_value(magnitude, unit).prefix();
        // Nobody speaks of kiloseconds.
        let long = unit == Unit::of::<dimension::Second>() && factor > 1.0;
        let (factor, prefix) = if long { (1.0, "") } else { (factor, prefix) };
        Self { factor, symbol: format!("{prefix}{}", unit.symbol()) }.with_power(magnitude)
    }

    /// The unit of the spectral density of a signal: `µV²/Hz`.
    pub(crate) fn density(signal: Unit, magnitude: f64) -> Self {
        if signal.is_dimensionless() {
            return Self { factor: 1.0, symbol: "1/Hz".to_owned() };
        }
        // The largest density is then a number between 0.001 and 1000.
        let Self { factor, symbol } = Self::of(signal, (1000.0 * magnitude).sqrt());
        let compound = !symbol.chars().all(char::is_alphabetic);
        let symbol = if compound { format!("({symbol})²/Hz") } else { format!("{symbol}²/Hz") };
        Self { factor: factor * factor, symbol }
    }

    /// Where no prefix suits, a power of ten does: `10⁻⁹ V²`.
    fn with_power(self, magnitude: f64) -> Self {
        let scaled = magnitude / self.factor;
        if !(scaled.is_normal()) || (1e-2..1e5).contains(&scaled) {
            return self;
        }
        let exponent = ticks::decade(scaled).div_euclid(3) * 3;
        let symbol = format!("{} {}", ticks::power(exponent), self.symbol);
        Self { factor: self.factor * 10f64.powi(exponent), symbol: symbol.trim_end().to_owned() }
    }

    /// What an axis is labelled with: `potential (µV)`.
    pub(crate) fn label(&self, quantity: &str) -> String {
        if self.symbol.is_empty() { quantity.to_owned() } else { format!("{quantity} ({})", self.symbol) }
    }

    /// A round amount of it: `50 µV`.
    pub(crate) fn amount(&self, count: f64) -> String {
        format!("{count} {}", self.symbol).trim_end().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn label(unit: Unit, magnitude: f64) -> String {
        DisplayUnit::of(unit, magnitude).label("x")
    }

    #[test]
    fn prefixes_suit_the_magnitude() {
        let volt = Unit::of::<dimension::Volt>();
        assert_eq!(label(volt, 4.2e-5), "x (µV)");
        assert_eq!(label(Unit::of::<dimension::Tesla>(), 8.5e-14), "x (fT)");
        assert_eq!(label(Unit::of::<dimension::Second>(), 0.3), "x (ms)");
        assert_eq!(label(Unit::of::<dimension::Second>(), 3600.0), "x (s)");
        assert_eq!(label(Unit::DIMENSIONLESS, 0.4), "x");
        assert_eq!(label(Unit::DIMENSIONLESS, 4e-8), "x (10⁻⁹)");
        assert_eq!(label(Unit::of::<dimension::Squared<dimension::Volt>>(), 2e-10), "x (10⁻¹² V²)");
    }

    #[test]
    fn densities_are_squares_per_hertz() {
        let density = |unit, magnitude| DisplayUnit::density(unit, magnitude);
        let eeg = density(Unit::of::<dimension::Volt>(), 4e-12);
        assert_eq!(eeg.label("PSD"), "PSD (µV²/Hz)");
        assert!((eeg.factor - 1e-12).abs() < 1e-27); // the square of 1e-6 is not quite 1e-12
        assert_eq!(density(Unit::of::<dimension::Volt>(), 0.2e-12).label("PSD"), "PSD (µV²/Hz)");
        let dipole = density(Unit::of::<dimension::AmpereMeter>(), 1e-17);
        assert_eq!(dipole.label("PSD"), "PSD ((nA·m)²/Hz)");
        assert_eq!(density(Unit::DIMENSIONLESS, 1e-9).label("PSD"), "PSD (1/Hz)");
    }
}
