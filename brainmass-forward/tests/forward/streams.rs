//! Models in a row within a run: what streams in blocks of any length is what a finished series gives, to the last bit.

use brainmass_core::random::Stream;
use brainmass_core::units::dimension::Dimensionless;
use brainmass_core::units::{SI, Second, Values, hz, ms, nanoampere_meter_per_mv, s};
use brainmass_core::{ObservationModel, Observer, Subsample, TemporalAverage, TimeSeries};
use brainmass_forward::hrf::{Glover, SpmDoubleGamma};
use brainmass_forward::{
    BalloonWindkessel, ConvolutionBold, Eeg, Haemodynamics, Rereference, RowNorm, RowNormalizedReadout,
    SensorNoise, SliceTiming, numbered,
};
use nalgebra::DMatrix;
use proptest::prelude::*;

use crate::common::noise;

/// Pushes a signal in blocks of the given lengths, over and over.
fn streams_as_batch<M: ObservationModel>(model: &M, values: &DMatrix<f64>, blocks: &[usize]) -> TestResult {
    let source = TimeSeries::<M::Input>::unnamed(values.clone(), ms(10.0), ms(10.0)).unwrap();
    let whole = model.observe(&source).unwrap();
    let mut observer = model.observer(source.sampling()).unwrap();
    let (mut streamed, mut rest) = (Vec::new(), source.samples());
    for length in blocks.iter().cycle() {
        if rest.is_empty() {
            break;
        }
        let (block, others) = rest.split_at(rest.len().min(length * values.nrows()));
        observer.push(block, &mut streamed).unwrap();
        rest = others;
    }
    prop_assert_eq!(observer.sampling(), whole.sampling());
    prop_assert_eq!(&streamed[..], whole.samples());
    Ok(())
}

type TestResult = Result<(), TestCaseError>;

fn cap() -> impl ObservationModel {
    let gain = SI::new(DMatrix::from_fn(5, 3, |i, j| 100.0 * (i as f64 - 1.7 * j as f64)));
    let field = Eeg::new(gain, numbered(5), numbered(3)).unwrap();
    let covariance = SI::new(DMatrix::identity(5, 5) * 1e-12);
    field
        .of_potentials(nanoampere_meter_per_mv(2.0))
        .unwrap()
        .then(Rereference::average())
        .then(Subsample::new(ms(30.0)))
        .then(SensorNoise::new(covariance, Stream::new(3, 4)).unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn every_model_and_chain_streams(blocks in prop::collection::vec(0..90_usize, 1..6), tail in 1..50_usize) {
        let blocks = [blocks, vec![tail]].concat();
        let values = noise(3, 431, ms(10.0)).values() * 0.3;
        let average = || TemporalAverage::<Dimensionless>::new(ms(20.0));
        let slices = || SliceTiming::new(Second::new(vec![0.0, 0.2, 0.36]));
        let bold = ConvolutionBold::new(SpmDoubleGamma::default(), s(0.36), ms(40.0)).with_amplitude(hz(2.0));
        streams_as_batch(&average(), &values, &blocks)?;
        streams_as_batch(&bold, &values, &blocks)?;
        streams_as_batch(&average().then(bold.clone().with_slice_timing(slices())), &values, &blocks)?;
        let kernels = bold.with_kernel_parameter("ratio", Values::from(vec![4.0, 5.0, 6.0])).unwrap();
        streams_as_batch(&average().then(kernels), &values, &blocks)?;
        let balloon = BalloonWindkessel::new(Haemodynamics::stephan_2007()).with_repetition_time(s(0.36));
        streams_as_batch(&balloon, &values, &blocks)?;
        let positive = balloon.with_positive_states().with_slice_timing(slices()).with_sub_steps(2);
        streams_as_batch(&average().then(positive), &values, &blocks)?;
        streams_as_batch(&cap(), &(values.clone() * 1e-3), &blocks)?;
        let readout = RowNormalizedReadout::new(values.columns(0, 3).transpose(), numbered(3), RowNorm::L1).unwrap();
        let glover = ConvolutionBold::new(Glover::motor(), s(0.2), ms(10.0)).with_constant_history(SI::new(vec![0.1]));
        streams_as_batch(&readout.then(glover), &values, &blocks)?;
    }
}
