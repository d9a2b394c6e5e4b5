//! The contract of an objective on each of ours, and what each says about its input.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use brainmass_core::random::Stream;
use brainmass_core::units::{Dimension, SI, Second, dimension, s};
use brainmass_core::{Error, Objective, Sampling, TimeSeries, WeightedSum, conformance};
use brainmass_objectives::{
    CosineSimilarity, Fc, FcCorrelation, FcRmse, LaggedCorrelation, TimeSeriesRmse, functional_connectivity,
    matrix_correlation,
};
use nalgebra::{DMatrix, dmatrix};

type Bold = TimeSeries<dimension::Dimensionless>;
type Volts = TimeSeries<dimension::Volt>;

const TR: Second = s(0.72);

fn noise<U: Dimension>(seed: u64, n_channels: usize, n_samples: usize) -> TimeSeries<U> {
    let stream = Stream::new(seed, 0);
    let value = |i, t| stream.normal(u32::try_from(i).unwrap(), u64::try_from(t).unwrap());
    TimeSeries::unnamed(DMatrix::from_fn(n_channels, n_samples, value), TR, s(0.0)).unwrap()
}

fn check<O: Objective<dimension::Dimensionless>>(objective: &O, target: &Bold) {
    conformance::objective(objective, &noise(8, target.n_channels(), target.n_samples())).unwrap();
    conformance::distance(objective, target).unwrap();
}

#[test]
fn every_objective_keeps_the_contract() {
    let target: Bold = noise(7, 5, 60);
    let fc = functional_connectivity(&target).unwrap();
    check(&FcCorrelation::new(fc.clone()).unwrap(), &target);
    check(&FcRmse::new(fc.clone()).unwrap(), &target);
    check(&FcRmse::new(fc.clone()).unwrap().including_diagonal(), &target);
    check(&TimeSeriesRmse::new(target.clone()).unwrap(), &target);
    check(&CosineSimilarity::new(target.clone()).unwrap(), &target);
    check(&CosineSimilarity::new(target.clone()).unwrap().with_floor(SI::new(1e-3)).unwrap(), &target);
    check(&LaggedCorrelation::new(&target, s(7.2)).unwrap(), &target);
    let sum = WeightedSum::new()
        .and(0.5, FcCorrelation::new(fc).unwrap())
        .and_then(|sum| sum.and(2.0, TimeSeriesRmse::new(target.clone())?))
        .unwrap();
    assert_eq!(sum.name(), "0.5 × FC correlation distance + 2 × time-series RMSE");
    check(&sum, &target);
}

#[test]
fn a_constant_channel_is_named() {
    let mut values = noise::<dimension::Volt>(1, 3, 40).values().clone();
    values.row_mut(1).fill(0.1);
    let names = ["V1", "V2", "MT"].map(str::to_owned).to_vec();
    let series = Volts::new(values, Sampling::new(names, TR, s(0.0)).unwrap()).unwrap();
    let error = functional_connectivity(&series).unwrap_err();
    assert!(error.to_string().starts_with("functional connectivity: channel `V2` is constant"), "{error}");
    let objective = FcCorrelation::new(functional_connectivity(&noise::<dimension::Volt>(1, 3, 40)).unwrap());
    assert!(matches!(objective.unwrap().cost(&series), Err(Error::Constant { .. })));
    assert!(matches!(LaggedCorrelation::new(&series, s(0.0)), Err(Error::Constant { .. })));
}

#[test]
fn too_few_samples_or_regions_are_an_error() {
    for n_samples in [0, 1] {
        let series: Bold = noise(1, 3, n_samples);
        assert!(matches!(functional_connectivity(&series), Err(Error::Shape { .. })));
        assert!(LaggedCorrelation::new(&series, s(0.0)).is_err());
    }
    assert!(functional_connectivity::<dimension::Volt>(&noise(1, 3, 2)).is_ok());
    assert!(TimeSeriesRmse::new(noise::<dimension::Volt>(1, 3, 0)).is_err());
    // One pair of regions has no spread, one region has no pair.
    assert!(matches!(
        FcCorrelation::new(Fc::unnamed(dmatrix![1.0, 0.5; 0.5, 1.0]).unwrap()),
        Err(Error::Shape { .. })
    ));
    assert!(matches!(FcRmse::new(Fc::unnamed(dmatrix![1.0]).unwrap()), Err(Error::Shape { .. })));
    let flat = Fc::unnamed(DMatrix::from_fn(4, 4, |i, j| if i == j { 1.0 } else { 0.3 })).unwrap();
    let error = FcCorrelation::new(flat).unwrap_err();
    assert!(
        matches!(&error, Error::Constant { channel, .. } if channel.contains("upper triangle")),
        "{error}"
    );
}

#[test]
fn matrices_that_do_not_fit_are_an_error() {
    let square = DMatrix::from_fn(3, 3, |i, j| (i * 3 + j) as f64);
    let error = matrix_correlation(&square, &DMatrix::zeros(4, 4)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "matrix correlation: expected two square matrices of one size, found 3 × 3 and 4 × 4"
    );
    assert!(matrix_correlation(&DMatrix::zeros(2, 3), &DMatrix::zeros(2, 3)).is_err());
    let hole = square.map(|value| if value == 1.0 { f64::NAN } else { value });
    assert!(matches!(matrix_correlation(&square, &hole), Err(Error::NotFinite { .. })));
}

#[test]
fn channels_in_another_order_are_an_error_other_names_are_not() {
    let names = |names: [&str; 3]| names.map(str::to_owned).to_vec();
    let series = |channels| {
        Bold::new(
            noise::<dimension::Volt>(3, 3, 30).values().clone(),
            Sampling::new(channels, TR, s(0.0)).unwrap(),
        )
        .unwrap()
    };
    let data = series(names(["V1", "V2", "MT"]));
    let swapped = series(names(["V2", "V1", "MT"]));
    let objective = FcRmse::new(functional_connectivity(&data).unwrap()).unwrap();
    assert_eq!(
        objective.cost(&swapped).unwrap_err().to_string(),
        "simulated series: has the channels of the data in another order: `V2` stands where `V1` is due"
    );
    assert!(TimeSeriesRmse::new(data).unwrap().rmse(&swapped).is_err());
    assert_eq!(objective.cost(&series(names(["0", "1", "2"]))), Ok(0.0));
}

#[test]
fn sampling_must_agree() {
    let data: Bold = noise(5, 2, 30);
    let objective = CosineSimilarity::new(data.clone()).unwrap();
    let with_period = |period| Bold::unnamed(data.values().clone(), period, s(20.0)).unwrap();
    // 0.1 · 7.2 is 0.72 but for the last bit; a later start is no matter.
    assert!(objective.cosine(&with_period(s(0.1 * 7.2))).is_ok());
    let error = objective.cosine(&with_period(s(2.0))).unwrap_err();
    assert_eq!(
        error.to_string(),
        "sampling period of the simulated series: 2 s, but it must be 720 ms like that of the data"
    );
    let error = objective.cosine(&noise(5, 2, 29)).unwrap_err();
    assert_eq!(error.to_string(), "simulated series: expected 30 samples like the data, found 29 samples");
}

#[test]
fn zeros_have_no_direction_unless_there_is_a_floor() {
    let data: Volts = noise(5, 2, 30);
    let zeros = Volts::unnamed(DMatrix::zeros(2, 30), TR, s(0.0)).unwrap();
    assert!(CosineSimilarity::new(zeros.clone()).is_err());
    let objective = CosineSimilarity::new(data).unwrap();
    let error = objective.cost(&zeros).unwrap_err();
    assert_eq!(error.to_string(), "norm of the simulated series: 0 V, but it must be above zero and finite");
    assert!(objective.clone().with_floor(SI::new(-1.0)).is_err());
    assert_eq!(objective.with_floor(SI::new(1e-9)).unwrap().cost(&zeros), Ok(1.0));
}

#[test]
fn what_overflows_is_an_error() {
    let huge = Bold::unnamed(dmatrix![1e300, -1e300, 1.0], TR, s(0.0)).unwrap();
    let data = Bold::unnamed(dmatrix![1.0, 2.0, 4.0], TR, s(0.0)).unwrap();
    assert!(matches!(TimeSeriesRmse::new(data.clone()).unwrap().cost(&huge), Err(Error::NotFinite { .. })));
    assert!(CosineSimilarity::new(data).unwrap().cost(&huge).is_err());
    assert!(matches!(functional_connectivity(&huge), Err(Error::NotFinite { .. })));
}

/// Noise that comes three samples late correlates at that lag alone.
#[test]
fn a_delay_is_found_with_its_sign() {
    let whole: Bold = noise(11, 4, 203);
    let cut = |from: usize| whole.values().columns(from, 200).into_owned();
    let data = Volts::unnamed(cut(3), TR, s(0.0)).unwrap();
    let late = Bold::unnamed(cut(0), TR, s(0.0)).unwrap();
    let objective = LaggedCorrelation::new(&data, s(3.6)).unwrap();
    let lags = objective.at_each_lag(&late).unwrap();
    assert_eq!(lags.len(), 11);
    let best = objective.best(&late).unwrap();
    approx::assert_relative_eq!(best.lag.value_unsafe, 3.0 * 0.72, max_relative = 1e-15);
    approx::assert_relative_eq!(best.correlation, 1.0, max_relative = 1e-14);
    // The mean of four correlations of 195 samples or more has a standard error below 0.036: five of them.
    for lag in lags.iter().filter(|lag| lag.lag != best.lag) {
        assert!(lag.correlation.abs() < 0.18, "{lag:?}");
    }
    // The other way round the sign turns.
    let early = LaggedCorrelation::new(&late, s(3.6)).unwrap().best(&data).unwrap();
    assert_eq!(early.lag, -best.lag);
}

#[test]
fn at_lag_zero_it_is_the_mean_correlation_of_the_channels() {
    let data = Bold::unnamed(dmatrix![1.0, 2.0, 3.0, 4.0, 5.0; 5.0, 4.0, 3.0, 2.0, 1.0], TR, s(0.0)).unwrap();
    let simulated =
        Bold::unnamed(dmatrix![2.0, 1.0, 3.0, 5.0, 4.0; 5.0, 4.0, 3.0, 2.0, 1.0], TR, s(0.0)).unwrap();
    let objective = LaggedCorrelation::new(&data, s(0.0)).unwrap();
    approx::assert_relative_eq!(objective.cost(&simulated).unwrap(), 0.1, max_relative = 1e-14);
}

#[test]
fn a_lag_must_fit_the_series() {
    let data: Bold = noise(1, 1, 10);
    let error = |lag| LaggedCorrelation::new(&data, lag).unwrap_err().to_string();
    assert_eq!(error(s(4.32)), "largest lag: 4.32 s, but it must be at most half of the 7.2 s of the data");
    assert_eq!(
        error(s(1.0)),
        "largest lag: 1 s is not a multiple of the sampling period 720 ms (1.3888889 of them)"
    );
    assert!(LaggedCorrelation::new(&data, s(-0.72)).is_err());
    assert!(LaggedCorrelation::new(&data, s(3.6)).is_ok());
    // Equal at every lag: a rhythm. The lag nearest to zero is the answer.
    let rhythm = DMatrix::from_fn(1, 12, |_, t| if t % 2 == 0 { 1.0 } else { -1.0 });
    let rhythm = Bold::unnamed(rhythm, TR, s(0.0)).unwrap();
    assert_eq!(LaggedCorrelation::new(&rhythm, s(2.88)).unwrap().best(&rhythm).unwrap().lag, s(0.0));
}
