//! Ticks at round numbers.

/// A mark on an axis. Minor ticks have no label.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Tick {
    pub(crate) at: f64,
    pub(crate) label: String,
}

/// A step of 1, 2 or 5 times a power of ten.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Step {
    mantissa: i32,
    exponent: i32,
}

impl Step {
    /// The smallest such step that is no smaller than `least`.
    fn at_least(least: f64) -> Self {
        let exponent = decade(least);
        let fraction = least / power_of_ten(exponent);
        match [1, 2, 5].into_iter().find(|mantissa| fraction <= f64::from(*mantissa) * (1.0 + 1e-9)) {
            Some(mantissa) => Self { mantissa, exponent },
            None => Self { mantissa: 1, exponent: exponent + 1 },
        }
    }

    /// The `count`-th multiple. Dividing by a positive power gives the decimal number that is meant.
    fn times(self, count: f64) -> f64 {
        let multiple = count * f64::from(self.mantissa);
        if self.exponent < 0 {
            multiple / power_of_ten(-self.exponent)
        } else {
            multiple * power_of_ten(self.exponent)
        }
    }
}

/// A round number no smaller than `least`: 1, 2 or 5 times a power of ten.
pub(crate) fn round_up(least: f64) -> f64 {
    Step::at_least(least).times(1.0)
}

/// At most about `most` ticks at multiples of 1, 2 or 5 times a power of ten, both ends included.
pub(crate) fn linear(from: f64, to: f64, most: usize) -> Vec<Tick> {
    let (low, high) = (from.min(to), from.max(to));
    let step = Step::at_least((high - low) / most.max(1) as f64);
    let first = (low / step.times(1.0) - 1e-6).ceil();
    let last = (high / step.times(1.0) + 1e-6).floor();
    let decimals = usize::try_from(-step.exponent).unwrap_or(0);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "no more than `most`")]
    let count = (last - first + 1.0).max(0.0) as usize;
    let tick = |index: usize| {
        let at = step.times(first + index as f64);
        Tick { at, label: with_minus(&format!("{at:.decimals$}")) }
    };
    (0..count).map(tick).collect()
}

/// Ticks of a logarithmic axis: powers of ten over many decades; 1, 2 and 5 times them over few.
pub(crate) fn logarithmic(low: f64, high: f64, most: usize) -> Vec<Tick> {
    let decades = high.log10() - low.log10();
    #[expect(clippy::cast_possible_truncation, reason = "no more than the 600 decades of an f64")]
    let stride = ((decades / most.max(1) as f64).ceil() as i32).max(1);
    let few = decades * 3.0 <= most as f64;
    let mut ticks = Vec::new();
    for exponent in decade(low)..=decade(high) {
        for mantissa in 1..=9 {
            let at = Step { mantissa, exponent }.times(1.0);
            let major = if few { [1, 2, 5].contains(&mantissa) } else { mantissa == 1 };
            let inside = (low * (1.0 - 1e-9)..=high * (1.0 + 1e-9)).contains(&at);
            if inside && major && exponent.rem_euclid(stride) == 0 {
                ticks.push(Tick { at, label: power_label(mantissa, exponent) });
            } else if inside && stride == 1 {
                ticks.push(Tick { at, label: String::new() });
            }
        }
    }
    if ticks.iter().filter(|tick| !tick.label.is_empty()).count() < 2 {
        return linear(low, high, most);
    }
    ticks
}

/// The exponent of the power of ten at or below a positive number.
pub(crate) fn decade(value: f64) -> i32 {
    #[expect(clippy::cast_possible_truncation, reason = "the exponent of an f64 is below 400")]
    let exponent = value.log10().floor() as i32;
    // The logarithm of 1000 is 2.9999999999999996 on some machines.
    if power_of_ten(exponent + 1) <= value { exponent + 1 } else { exponent }
}

fn power_of_ten(exponent: i32) -> f64 {
    10f64.powi(exponent)
}

/// `100`, `0.2`, or beyond that `10⁻⁹` and `2×10⁻⁹`.
fn power_label(mantissa: i32, exponent: i32) -> String {
    if (-3..=4).contains(&exponent) {
        let decimals = usize::try_from(-exponent).unwrap_or(0);
        return format!("{:.decimals$}", Step { mantissa, exponent }.times(1.0));
    }
    if mantissa == 1 { power(exponent) } else { format!("{mantissa}×{}", power(exponent)) }
}

/// A power of ten with a raised exponent: `10⁻⁹`.
pub(crate) fn power(exponent: i32) -> String {
    const DIGITS: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    let raise = |sign: char| match sign.to_digit(10) {
        Some(digit) => DIGITS[digit as usize],
        None => '⁻',
    };
    format!("10{}", exponent.to_string().chars().map(raise).collect::<String>())
}

/// A number with three significant digits: `−0.5`, `12.3`, `1.23×10⁻⁹`.
pub(crate) fn significant(value: f64) -> String {
    let Some(exponent) = (value != 0.0).then(|| decade(value.abs())) else { return "0".to_owned() };
    let plain = |value: f64, exponent: i32| {
        let decimals = usize::try_from(2 - exponent).unwrap_or(0);
        let text = format!("{value:.decimals$}");
        let short = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
        with_minus(short)
    };
    if (-3..=5).contains(&exponent) {
        return plain(value, exponent);
    }
    format!("{}×{}", plain(value / power_of_ten(exponent), 0), power(exponent))
}

/// A number with a real minus sign, and no sign at zero.
fn with_minus(number: &str) -> String {
    match number.strip_prefix('-') {
        Some(zero) if zero.chars().all(|sign| sign == '0' || sign == '.') => zero.to_owned(),
        Some(rest) => format!("−{rest}"),
        None => number.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(ticks: &[Tick]) -> Vec<&str> {
        ticks.iter().map(|tick| tick.label.as_str()).filter(|label| !label.is_empty()).collect()
    }

    #[test]
    fn linear_ticks_are_round() {
        assert_eq!(labels(&linear(-1.0, 1.0, 5)), ["−1.0", "−0.5", "0.0", "0.5", "1.0"]);
        assert_eq!(labels(&linear(0.0, 300.0, 8)), ["0", "50", "100", "150", "200", "250", "300"]);
        assert_eq!(labels(&linear(3.1, 9.7, 4)), ["4", "6", "8"]);
        assert_eq!(labels(&linear(-0.013, 0.052, 4)), ["0.00", "0.02", "0.04"]);
        assert_eq!(linear(0.0, 0.3, 3)[3].at, 0.3); // not 0.30000000000000004
        // A reversed axis has the same ticks.
        assert_eq!(linear(8.0, 0.0, 4), linear(0.0, 8.0, 4));
    }

    #[test]
    fn logarithmic_ticks_are_powers_of_ten() {
        assert_eq!(labels(&logarithmic(1e-13, 2e-10, 6)), ["10⁻¹³", "10⁻¹²", "10⁻¹¹", "10⁻¹⁰"]);
        assert_eq!(labels(&logarithmic(1.0, 100.0, 10)), ["1", "2", "5", "10", "20", "50", "100"]);
        assert_eq!(labels(&logarithmic(0.5, 45.0, 3)), ["1", "10"]);
        assert_eq!(labels(&logarithmic(1e-20, 1.0, 5)), ["10⁻²⁰", "10⁻¹⁶", "10⁻¹²", "10⁻⁸", "10⁻⁴", "1"]);
        // Within less than a decade there may be no two of them.
        assert_eq!(labels(&logarithmic(6.0, 9.0, 4)), ["6", "7", "8", "9"]);
        // The minor ticks of one decade.
        assert_eq!(logarithmic(1.0, 1000.0, 4).len(), 28);
    }

    #[test]
    fn three_digits_are_significant() {
        let shown = [0.0, -0.5, 12.345, 1200.0, 1.23456e-9, 0.02].map(significant);
        assert_eq!(shown, ["0", "−0.5", "12.3", "1200", "1.23×10⁻⁹", "0.02"]);
    }

    #[test]
    fn round_numbers() {
        assert_eq!([0.3, 1.0, 1.1, 3.0, 7.0, 1000.0].map(round_up), [0.5, 1.0, 2.0, 5.0, 10.0, 1000.0]);
        assert_eq!([999.0, 1000.0, 0.01, 0.0099].map(decade), [2, 3, -2, -3]);
    }
}
