//! The figures of a run that make a row: those of `summary.json`, without what differs between two runs of the same.

use brainmass_core::units::{ScaledUnit, Unit};

use super::row::Record;
use crate::experiment::{AlphaSpectrum, Outcome, Score, Signal};

/// A figure by the name of its column; none where it is undefined.
pub(super) type Number = (String, Option<f64>);

impl Record {
    /// What a run gave.
    pub(super) fn of(outcome: &Outcome) -> Self {
        let mut numbers = match &outcome.score {
            Some(Ok(score)) => scores(score),
            Some(Err(_)) => ["fc_correlation", "fc_rmse"].map(|name| (name.to_owned(), None)).to_vec(),
            None => Vec::new(),
        };
        numbers.extend(outcome.parts.iter().flat_map(|part| &part.spectra).flat_map(rhythm));
        numbers.extend(outcome.signals().flat_map(signal));
        // What is not a number is not handed out.
        let finite = |value: Option<f64>| value.filter(|value| value.is_finite());
        let numbers = numbers.into_iter().map(|(name, value)| (name, finite(value))).collect();
        match &outcome.score {
            Some(Err(error)) => Self::unscored(error.to_string(), numbers),
            _ => Self::done(numbers),
        }
    }
}

fn scores(score: &Score) -> Vec<Number> {
    let mut numbers = vec![
        ("fc_correlation".to_owned(), Some(score.fc_correlation)),
        ("fc_rmse".to_owned(), Some(score.fc_rmse)),
        ("structure_correlation".to_owned(), score.structure_correlation),
    ];
    if let Some(fcd) = score.fcd {
        numbers.push(("fcd_kolmogorov_smirnov".to_owned(), Some(fcd.kolmogorov_smirnov)));
        numbers.push(("fcd_wasserstein".to_owned(), Some(fcd.wasserstein)));
    }
    for (name, correlation) in &score.others {
        let agreement = score.agreement.iter().find(|(other, ..)| other == name);
        numbers.push((format!("fc_correlation_{name}"), Some(*correlation)));
        numbers.push((format!("lag_{name}_s"), agreement.map(|(_, lag, _)| lag.value_unsafe)));
        numbers.push((format!("lagged_correlation_{name}"), agreement.map(|(.., correlation)| *correlation)));
    }
    numbers
}

fn rhythm(spectrum: &AlphaSpectrum) -> [Number; 2] {
    let name = &spectrum.signal;
    [
        (format!("alpha_peak_{name}_hz"), Some(spectrum.peak.value_unsafe)),
        (format!("alpha_peak_{name}_is_local_maximum"), Some(f64::from(u8::from(spectrum.is_local_maximum)))),
    ]
}

fn signal(signal: &Signal) -> [Number; 2] {
    let (suffix, factor) = key_suffix(signal.series.unit());
    let (name, n_samples) = (&signal.name, signal.series.values().ncols() as f64);
    [
        (format!("n_samples_{name}"), Some(n_samples)),
        (format!("standard_deviation_{name}{suffix}"), Some(signal.series.fluctuation() / factor)),
    ]
}

/// What a column in a unit ends in, and what one of it is in coherent SI: one, where there is such a name.
fn key_suffix(unit: Unit) -> (String, f64) {
    let named =
        |suffix: String| ScaledUnit::parse(&suffix).map(|scaled| (format!("_{suffix}"), scaled.factor));
    let mut known: Vec<(String, f64)> = ScaledUnit::suffixes(unit).into_iter().filter_map(named).collect();
    let coherent = known.iter().position(|(_, factor)| *factor == 1.0).unwrap_or(0);
    if known.is_empty() { (String::new(), 1.0) } else { known.swap_remove(coherent) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Experiment;

    /// The names and numbers of the summary, where it has them.
    #[test]
    fn a_row_says_what_the_summary_says() {
        let mut experiment = Experiment::example();
        for assignment in ["simulation.duration_ms=40000", "electrophysiology.simulation.duration_ms=6000"] {
            experiment.set(assignment).unwrap();
        }
        let outcome = experiment.run(&mut |_| ()).unwrap();
        let summary = crate::report::summary(&outcome);
        let record = Record::of(&outcome);
        let mut n_compared = 0;
        for (name, value) in &record.numbers {
            if let Some(listed) = summary[name].as_f64() {
                assert_eq!(Some(listed), *value, "{name}");
                n_compared += 1;
            }
        }
        assert_eq!(n_compared, 8, "six scores and two peaks");
        let deviation = |column: &str| record.numbers.iter().find(|(name, _)| name == column).unwrap().1;
        let listed = |signal: &str| summary["signals"][signal]["standard_deviation"].as_f64();
        assert_eq!(deviation("standard_deviation_eeg_v"), listed("eeg"));
        assert_eq!(deviation("standard_deviation_meg_t"), listed("meg"));
        assert_eq!(deviation("standard_deviation_bold"), listed("bold"));
    }

    #[test]
    fn columns_end_in_coherent_units() {
        use brainmass_core::units::dimension::{Dimensionless, Hertz, Volt, VoltPerSecond};
        assert_eq!(key_suffix(Unit::of::<Dimensionless>()), (String::new(), 1.0));
        assert_eq!(key_suffix(Unit::of::<Hertz>()), ("_hz".to_owned(), 1.0));
        assert_eq!(key_suffix(Unit::of::<Volt>()), ("_v".to_owned(), 1.0));
        assert_eq!(key_suffix(Unit::of::<VoltPerSecond>()).1, 1.0);
    }
}
