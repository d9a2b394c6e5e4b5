//! The contract of an observation model.

use super::{Verdict, close, rule, uniform};
use crate::{Archive, ObservationModel, Observer, Sampling};

/// Checks an observation model on sources with a sampling: blocks and reset.
///
/// - samples come out whole, finite, one number per channel;
/// - cutting the signal into blocks of any length changes nothing, to the last bit;
/// - after `reset` the same signal gives the same samples;
/// - a machine brought back from its archive goes on as the one that was archived.
///
/// `n_samples` is how much signal is tried: enough for a few samples to come out.
///
/// # Errors
/// The first rule that is broken, with the numbers.
pub fn observation<M: ObservationModel>(
    name: &str,
    model: &M,
    sources: &Sampling,
    n_samples: usize,
) -> Verdict {
    let signal = noise(sources, n_samples, 0);
    let mut observer = start(name, model, sources)?;
    let whole = run(name, &mut observer, &[&signal])?;
    let n_channels = observer.sampling().n_channels();
    rule(name, "the trial gives samples", !whole.is_empty(), || {
        format!("none from {n_samples} source samples")
    })?;
    rule(name, "samples come out whole", whole.len().is_multiple_of(n_channels), || {
        format!("{} numbers for {n_channels} channels", whole.len())
    })?;
    rule(name, "samples are finite", whole.iter().all(|v| v.is_finite()), || format!("{whole:?}"))?;
    observer.reset();
    let again = run(name, &mut observer, &[&signal])?;
    rule(name, "`reset` goes back to the beginning", again == whole, || first_difference(&whole, &again))?;
    for length in [1, 2, 3, 7, 64] {
        observer.reset();
        let blocks: Vec<&[f64]> = signal.chunks(length * sources.n_channels()).collect();
        let cut = run(name, &mut observer, &blocks)?;
        rule(name, "blocks change nothing", cut == whole, || {
            format!("blocks of {length} samples: {}", first_difference(&whole, &cut))
        })?;
    }
    restart(name, model, sources, &signal, &whole)
}

/// A machine brought back from its archive goes on as if it had never stopped.
fn restart<M: ObservationModel>(
    name: &str,
    model: &M,
    sources: &Sampling,
    signal: &[f64],
    whole: &[f64],
) -> Verdict {
    let n_samples = signal.len() / sources.n_channels();
    for stop in [0, 1, n_samples / 3, n_samples - 1] {
        let (before, after) = signal.split_at(stop * sources.n_channels());
        let mut first = start(name, model, sources)?;
        let mut samples = run(name, &mut first, &[before])?;
        let mut writer = Archive::writer();
        let taken = first.archive(&mut writer);
        let mut second = start(name, model, sources)?;
        let mut reader = Archive::reader(writer.into_bytes());
        let brought = taken.and_then(|()| second.archive(&mut reader)).and_then(|()| reader.finish());
        rule(name, "the archive is read as it was written", brought.is_ok(), || format!("{brought:?}"))?;
        samples.extend(run(name, &mut second, &[after])?);
        rule(name, "a restart changes nothing", samples == whole, || {
            format!("after {stop} samples: {}", first_difference(whole, &samples))
        })?;
    }
    Ok(())
}

/// Checks that silence gives zero: at rest the sample is zero.
///
/// # Errors
/// The rule that is broken, with the numbers.
pub fn rest<M: ObservationModel>(name: &str, model: &M, sources: &Sampling, n_samples: usize) -> Verdict {
    let mut observer = start(name, model, sources)?;
    let samples = run(name, &mut observer, &[&vec![0.0; n_samples * sources.n_channels()]])?;
    rule(name, "at rest the sample is zero", samples.iter().all(|value| *value == 0.0), || {
        format!("{:?}", samples.iter().find(|value| **value != 0.0))
    })
}

/// Checks superposition: the samples of a sum of signals are the sum of the samples.
///
/// # Errors
/// The rule that is broken, with the numbers.
pub fn linear<M: ObservationModel>(name: &str, model: &M, sources: &Sampling, n_samples: usize) -> Verdict {
    let (a, b) = (noise(sources, n_samples, 1), noise(sources, n_samples, 2));
    let sum: Vec<f64> = a.iter().zip(&b).map(|(x, y)| 2.0 * x - 3.0 * y).collect();
    let of = |signal: &[f64]| run(name, &mut start(name, model, sources)?, &[signal]);
    let (of_a, of_b, of_sum) = (of(&a)?, of(&b)?, of(&sum)?);
    let scale = of_sum.iter().fold(0.0_f64, |largest, value| largest.max(value.abs()));
    for (k, value) in of_sum.iter().enumerate() {
        let expected = 2.0 * of_a[k] - 3.0 * of_b[k];
        rule(name, "superposition holds", close(*value, expected, 1e-11, scale), || {
            format!("sample {k}: {value} instead of {expected}")
        })?;
    }
    Ok(())
}

fn start<M: ObservationModel>(
    name: &str,
    model: &M,
    sources: &Sampling,
) -> Result<M::Observer, super::Broken> {
    let started = model.observer(sources);
    started.map_err(|error| super::Broken {
        subject: name.to_owned(),
        rule: "accepts the sources of the trial",
        found: error.to_string(),
    })
}

fn run(name: &str, observer: &mut impl Observer, blocks: &[&[f64]]) -> Result<Vec<f64>, super::Broken> {
    let mut samples = Vec::new();
    for block in blocks {
        observer.push(block, &mut samples).map_err(|error| super::Broken {
            subject: name.to_owned(),
            rule: "takes an ordinary signal",
            found: error.to_string(),
        })?;
    }
    Ok(samples)
}

pub(super) fn noise(sources: &Sampling, n_samples: usize, case: u32) -> Vec<f64> {
    let count = u32::try_from(n_samples * sources.n_channels()).unwrap_or(u32::MAX);
    (0..count).map(|k| uniform(case, k)).collect()
}

fn first_difference(a: &[f64], b: &[f64]) -> String {
    match a.iter().zip(b).position(|(x, y)| x != y) {
        Some(k) => format!("number {k} is {} instead of {}", b[k], a[k]),
        None => format!("{} numbers instead of {}", b.len(), a.len()),
    }
}
