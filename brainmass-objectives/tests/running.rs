//! Statistics of signals that are not kept equal those of the whole series.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use brainmass_core::random::Stream;
use brainmass_core::units::dimension::{Dimensionless, Volt};
use brainmass_core::units::{ms, s};
use brainmass_core::{Accumulator, Error, Sampling, Statistic, TemporalAverage, TimeSeries, conformance};
use brainmass_objectives::{
    Phases, RunningFc, RunningSpectrum, RunningSynchrony, Welch, functional_connectivity,
};
use nalgebra::DMatrix;
use proptest::prelude::*;

fn names(n: usize) -> Vec<String> {
    (0..n).map(|k| k.to_string()).collect()
}

fn noise(seed: u64, n_channels: usize, n_samples: usize, offset: f64) -> TimeSeries<Volt> {
    let stream = Stream::new(seed, 0);
    let value = |i, t| offset + stream.normal(u32::try_from(i).unwrap(), u64::try_from(t).unwrap());
    TimeSeries::unnamed(DMatrix::from_fn(n_channels, n_samples, value), ms(1.0), ms(1.0)).unwrap()
}

#[test]
fn each_keeps_the_contract() {
    let sources = Sampling::new(names(3), ms(1.0), ms(1.0)).unwrap();
    for n_samples in [2, 63, 64, 65, 300] {
        conformance::statistic("FC", &RunningFc::<Volt>::new(), &sources, n_samples).unwrap();
    }
    for welch in
        [Welch::in_samples(20), Welch::in_samples(20).with_overlap(0.0).unwrap(), Welch::in_samples(31)]
    {
        conformance::statistic("spectrum", &RunningSpectrum::<Volt>::new(welch), &sources, 300).unwrap();
    }
    conformance::statistic("synchrony", &RunningSynchrony::new(), &sources, 100).unwrap();
    let bold = RunningFc::<Volt>::new().through(TemporalAverage::new(ms(3.0)));
    conformance::statistic("FC of averages", &bold, &sources, 300).unwrap();
}

#[test]
fn spectra_and_synchrony_have_the_bits_of_the_whole_series() {
    let series = noise(1, 4, 500, 2.0);
    let welch = Welch::in_samples(64);
    assert_eq!(RunningSpectrum::new(welch.clone()).of(&series), welch.spectrum(&series));
    let angles = TimeSeries::<Dimensionless>::unnamed(series.values() * 3.0, ms(1.0), ms(1.0)).unwrap();
    let phases = Phases::from_angles(&angles).unwrap();
    assert_eq!(RunningSynchrony::new().of(&angles), phases.synchrony());
}

#[test]
fn too_little_and_constant_signals_are_errors() {
    let sampling = Sampling::new(names(2), ms(1.0), ms(1.0)).unwrap();
    let mut fc = RunningFc::<Volt>::new().accumulator(&sampling).unwrap();
    fc.push(&[1.0, 2.0]).unwrap();
    let error = fc.finish().unwrap_err().to_string();
    assert_eq!(error, "running functional connectivity: expected at least 2 samples, found 1");
    // The second channel stays where it is, for many blocks, at a number with rounding.
    for k in 0..1000 {
        fc.push(&[f64::from(k % 7), 0.1]).unwrap();
    }
    fc.reset();
    for k in 0..1000 {
        fc.push(&[f64::from(k % 7), 0.1]).unwrap();
    }
    assert!(matches!(fc.finish(), Err(Error::Constant { channel, .. }) if channel == "1"));
    let spectrum = RunningSpectrum::<Volt>::new(Welch::new(s(0.1)));
    let error = spectrum.of(&noise(1, 2, 99, 0.0)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "running spectrum: expected 100 samples or more, a whole segment, found 99"
    );
    assert!(RunningSpectrum::<Volt>::new(Welch::new(s(1e15))).accumulator(&sampling).is_err());
}

proptest! {
    /// In blocks of any length, far from zero too.
    #[test]
    fn running_fc_is_that_of_the_whole_series(
        seed in 0..1000_u64, n in 2..8_usize, n_samples in 3..400_usize, block in 1..200_usize, offset in -1e3..1e3_f64
    ) {
        let series = noise(seed, n, n_samples, offset);
        let mut running = RunningFc::<Volt>::new().accumulator(series.sampling()).unwrap();
        for block in series.samples().chunks(block * n) {
            running.push(block).unwrap();
        }
        let (found, expected) = (running.finish().unwrap(), functional_connectivity(&series).unwrap());
        let error = (found.matrix() - expected.matrix()).amax();
        // An offset of a thousand deviations costs three digits of either.
        prop_assert!(error < 1e-12, "{error:e}");
    }
}
