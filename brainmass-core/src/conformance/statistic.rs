//! The contract of a statistic.

use std::fmt::Debug;

use super::observation::noise;
use super::{Verdict, rule};
use crate::{Accumulator, Archive, Sampling, Statistic};

/// Checks a statistic on signals with a sampling: blocks, reset, restart.
///
/// - a signal of `n_samples` has a value;
/// - cutting it into blocks of any length changes nothing, to the last bit;
/// - asking for the value on the way changes nothing;
/// - after `reset` the same signal has the same value;
/// - a machine brought back from its archive goes on as the one that was archived;
/// - a block that is no whole number of samples is an error, and so is the value of no sample.
///
/// # Errors
/// The first rule that is broken, with the values.
pub fn statistic<S>(name: &str, statistic: &S, sources: &Sampling, n_samples: usize) -> Verdict
where
    S: Statistic,
    S::Output: PartialEq + Debug,
{
    let signal = noise(sources, n_samples, 3);
    let start =
        || statistic.accumulator(sources).map_err(|error| broken(name, "accepts the sources", &error));
    let mut accumulator = start()?;
    rule(name, "no sample has no value", accumulator.finish().is_err(), || "it has one".to_owned())?;
    let whole = accumulator.push(&signal).and_then(|()| accumulator.finish());
    let whole = whole.map_err(|error| broken(name, "an ordinary signal has a value", &error))?;
    for length in [1, 2, 3, 7, 64, 1000] {
        accumulator.reset();
        for block in signal.chunks(length * sources.n_channels()) {
            accumulator.push(block).map_err(|error| broken(name, "takes an ordinary signal", &error))?;
            // The value on the way may be undefined; it must not disturb.
            let _ = accumulator.finish();
        }
        let cut = accumulator.finish();
        rule(name, "blocks change nothing", cut.as_ref() == Ok(&whole), || {
            format!("blocks of {length} samples: {cut:?} instead of {whole:?}")
        })?;
    }
    for stop in [0, 1, n_samples / 3, n_samples - 1] {
        let (before, after) = signal.split_at(stop * sources.n_channels());
        let (mut first, mut second) = (start()?, start()?);
        let mut writer = Archive::writer();
        let taken = first.push(before).and_then(|()| first.archive(&mut writer));
        let mut reader = Archive::reader(writer.into_bytes());
        let brought = taken.and_then(|()| second.archive(&mut reader)).and_then(|()| reader.finish());
        rule(name, "the archive is read as it was written", brought.is_ok(), || format!("{brought:?}"))?;
        let restarted = second.push(after).and_then(|()| second.finish());
        rule(name, "a restart changes nothing", restarted.as_ref() == Ok(&whole), || {
            format!("after {stop} samples: {restarted:?} instead of {whole:?}")
        })?;
    }
    let ragged = sources.n_channels() > 1 && accumulator.push(&signal[..1]).is_ok();
    rule(name, "half a sample is an error", !ragged, || "it was accepted".to_owned())
}

fn broken(name: &str, rule: &'static str, error: &crate::Error) -> super::Broken {
    super::Broken { subject: name.to_owned(), rule, found: error.to_string() }
}
