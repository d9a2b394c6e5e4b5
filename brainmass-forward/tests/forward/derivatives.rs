//! Derivatives of the forward models: against central differences, dual numbers and each other.

use brainmass_core::observation::Chain;
use brainmass_core::random::Stream;
use brainmass_core::units::dimension::{Dimensionless, Volt};
use brainmass_core::units::{HertzPerSecond, SI, Values, hz, ms, nanoampere_meter_per_mv, s};
use brainmass_core::{
    Cotangents, Differentiable, Dual, Node, ObservationModel, Observer, Parameterized, Real, Sampling,
    Subsample, TemporalAverage, TimeSeries, conformance,
};
use brainmass_forward::hrf::{self, Hrf, SpmDoubleGamma};
use brainmass_forward::{
    BalloonWindkessel, ConvolutionBold, Eeg, Haemodynamics, Rereference, RowNorm, RowNormalizedReadout,
    SensorNoise, numbered,
};
use nalgebra::DMatrix;
use proptest::prelude::*;

use crate::common::{noise, sampling};

type Balloon = BalloonWindkessel<Dimensionless>;
type Convolution = ConvolutionBold<Dimensionless>;

fn matrix(rows: usize, columns: usize, seed: u64) -> DMatrix<f64> {
    let stream = Stream::new(seed, 1);
    DMatrix::from_fn(rows, columns, |i, j| stream.normal(u32::try_from(i).unwrap(), j as u64))
}

#[test]
fn every_model_keeps_the_contract() {
    let sources = sampling(3, ms(10.0));
    conformance::pullback("average", &TemporalAverage::<Volt>::new(ms(30.0)), &sources, 100).unwrap();
    conformance::pullback("subsample", &Subsample::<Volt>::new(ms(30.0)), &sources, 100).unwrap();
    for name in hrf::NAMES {
        let kernel = hrf::by_name(name).unwrap();
        let model = Convolution::new(kernel, s(1.0), ms(50.0)).with_amplitude(hz(2.0));
        conformance::pullback(name, &model, &sources, 900).unwrap();
    }
    let remembering = Convolution::new(SpmDoubleGamma::default(), s(1.0), ms(50.0))
        .with_constant_history(SI::new(vec![1.0, 2.0, 3.0]));
    conformance::pullback("history", &remembering, &sources, 500).unwrap();
    let scaled = remembering.with_reference_scaling(5.6, 0.02);
    conformance::pullback("reference scaling", &scaled, &sources, 500).unwrap();
    let balloon = Balloon::new(Haemodynamics::friston_2003());
    let regional = balloon.clone().with_parameter("rho", vec![0.3, 0.4, 0.5]).unwrap();
    for model in [balloon.clone(), regional.with_sub_steps(3).with_repetition_time(ms(500.0))] {
        conformance::pullback("Balloon", &model, &sources, 400).unwrap();
    }
    let chain = TemporalAverage::new(ms(20.0)).then(balloon.with_repetition_time(ms(100.0)));
    conformance::pullback("average, then Balloon", &chain, &sources, 400).unwrap();
}

#[test]
fn every_sensor_keeps_the_contract() {
    let sources = sampling(3, ms(10.0));
    let field = Eeg::new(SI::new(matrix(5, 3, 1)), numbered(5), numbered(3)).unwrap();
    conformance::pullback("lead field", &field, &sources, 20).unwrap();
    let of_potentials = field.of_potentials(nanoampere_meter_per_mv(2.0)).unwrap();
    let names: Vec<_> =
        of_potentials.scalars().iter().map(|x| (x.name.clone(), x.unit.to_string())).collect();
    assert_eq!(names, [("dipole_scale".to_owned(), "A·m/V".to_owned())]);
    let covariance = SI::new(DMatrix::identity(5, 5) * 1e-12);
    let cap = of_potentials
        .then(Rereference::average())
        .then(Subsample::new(ms(30.0)))
        .then(SensorNoise::new(covariance, Stream::new(1, 2)).unwrap());
    conformance::pullback("EEG", &cap, &sources, 20).unwrap();
    let readout = RowNormalizedReadout::new(matrix(5, 3, 2), numbered(5), RowNorm::L2).unwrap();
    conformance::pullback("readout", &readout.demeaned().with_offset(50.0, 0.3), &sources, 20).unwrap();
}

/// The check finds a pullback that is wrong.
#[test]
fn a_wrong_pullback_is_found() {
    #[derive(Debug)]
    struct Wrong(Subsample<Volt>);
    impl ObservationModel for Wrong {
        type Input = Volt;
        type Output = Volt;
        type Observer = <Subsample<Volt> as ObservationModel>::Observer;
        fn observer(&self, sources: &Sampling) -> brainmass_core::Result<Self::Observer> {
            self.0.observer(sources)
        }
    }
    impl Differentiable for Wrong {
        fn scalars(&self) -> Vec<brainmass_core::Scalar> {
            Vec::new()
        }
        fn with_scalars(&self, _: &[f64]) -> brainmass_core::Result<Self> {
            Ok(Self(self.0))
        }
        fn pullback(
            &self,
            sources: &TimeSeries<Volt>,
            u: &DMatrix<f64>,
        ) -> brainmass_core::Result<Cotangents> {
            TemporalAverage::new(self.0.period()).pullback(sources, u)
        }
    }
    let broken = conformance::pullback("wrong", &Wrong(Subsample::new(ms(30.0))), &sampling(2, ms(10.0)), 30);
    assert_eq!(broken.unwrap_err().rule, "⟨u, J v⟩ = ⟨Jᵀ u, v⟩");
}

#[test]
fn cotangents_that_do_not_fit_are_refused() {
    let source = noise(2, 100, ms(10.0));
    let balloon = Balloon::new(Haemodynamics::friston_2003()).with_repetition_time(ms(100.0));
    let error = balloon.pullback(&source, &DMatrix::zeros(2, 9)).unwrap_err().to_string();
    assert_eq!(error, "cotangent: expected 2 channels × 10 samples, like the recording, found 2 × 9");
    assert!(balloon.pullback(&source, &DMatrix::from_element(2, 10, f64::NAN)).is_err());
    assert!(balloon.with_scalars(&[1.0]).is_err());
    let error = balloon.with_parameter("tau", Values::from(vec![1.0])).unwrap_err().to_string();
    assert!(error.starts_with("tau of the Balloon–Windkessel model: expected a quantity in s"), "{error}");
}

/// A chain made when the program runs is what the compiler would have put together.
#[test]
fn a_chain_is_its_models_one_after_the_other() {
    let average = TemporalAverage::<Dimensionless>::new(ms(20.0));
    let convolution = Convolution::new(SpmDoubleGamma::default(), s(0.2), ms(40.0));
    let typed = average.then(convolution.clone()).then(Balloon::new(Haemodynamics::default()));
    let chain =
        Chain::of(average).then(convolution).unwrap().then(Balloon::new(Haemodynamics::default())).unwrap();
    assert_eq!(chain.scalars(), typed.scalars());
    let source = noise(2, 1000, ms(10.0));
    let recorded = typed.observe(&source).unwrap();
    let (values, sampled) = chain.observe(source.values(), source.sampling()).unwrap();
    assert_eq!((&values, &sampled), (recorded.values(), recorded.sampling()));
    let cotangent = matrix(2, recorded.n_samples(), 3);
    let pulled = typed.pullback(&source, &cotangent).unwrap();
    assert_eq!(chain.pullback(source.values(), source.sampling(), &cotangent).unwrap(), pulled);
    let halved: Vec<f64> = chain.scalars().iter().map(|scalar| 0.5 * scalar.value).collect();
    assert_eq!(chain.with_scalars(&halved).unwrap().scalars()[0].value, 0.5);
    let mut observer = chain.observer(source.sampling()).unwrap();
    let mut streamed = Vec::new();
    source.samples().chunks(2 * 77).for_each(|block| observer.push(block, &mut streamed).unwrap());
    assert_eq!(streamed, recorded.samples());
}

/// Forward mode through Heun's steps, written once more: BOLD of one channel and its slopes by its parameters.
fn forward_mode<const N: usize>(
    parameters: [Dual<f64, N>; 10],
    source: &[Dual<f64, N>],
    h: f64,
) -> Vec<Dual<f64, N>> {
    let haemodynamics = Haemodynamics::default().with(&mut |k, _| parameters[k]);
    let number = Dual::<f64, N>::from_f64;
    let mut state = Haemodynamics::initial().map(number);
    let bold = |source: &Dual<f64, N>| {
        let drive = [parameters[9] * *source];
        let begin = Haemodynamics::derivative(&haemodynamics, &state, &drive);
        let guess = std::array::from_fn(|k| state[k] + number(h) * begin[k]);
        let end = Haemodynamics::derivative(&haemodynamics, &guess, &drive);
        state = std::array::from_fn(|k| state[k] + number(0.5 * h) * (begin[k] + end[k]));
        Haemodynamics::output(&haemodynamics, &state)[0]
    };
    source.iter().map(bold).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// 1e-10 is a hundred roundings along sixty steps.
    #[test]
    fn the_balloon_runs_backwards_as_forward_mode(
        rho in 0.2..0.8_f64, tau in 0.5..2.0_f64, efficacy in 0.2..1.5_f64, seed in 0..1000_u64, n in 1..20_usize,
    ) {
        let own = Haemodynamics { rho, tau: s(tau), ..Haemodynamics::stephan_2007() };
        let model = Balloon::new(own).with_parameter("efficacy", HertzPerSecond::new(vec![efficacy])).unwrap();
        // Noise that no balloon is drained by.
        let source = TimeSeries::unnamed(0.2 * matrix(n, 60, seed), ms(50.0), ms(50.0)).unwrap();
        let cotangent = matrix(n, 60, seed + 1);
        let pulled = model.pullback(&source, &cotangent).unwrap();
        let mut expected = [0.0; 10];
        for channel in 0..n {
            let values: Vec<f64> = model.scalars().iter().map(|scalar| scalar.value).collect();
            let parameters = std::array::from_fn(|k| Dual::<f64, 10>::variable(values[k], k));
            let sources: Vec<_> = source.values().row(channel).iter().map(|x| Dual::constant(*x)).collect();
            for (bold, u) in forward_mode(parameters, &sources, 0.05).iter().zip(cotangent.row(channel).iter()) {
                (0..10).for_each(|k| expected[k] += u * bold.partials[k]);
            }
        }
        let largest = expected.iter().fold(0.0_f64, |a, b| a.max(b.abs()));
        for (found, expected) in pulled.scalars.iter().zip(expected) {
            prop_assert!((found - expected).abs() <= 1e-10 * largest, "{found} instead of {expected}");
        }
        // By a source: that of the first channel, seventh sample.
        let constants = model.scalars().iter().map(|scalar| Dual::<f64, 1>::constant(scalar.value)).collect::<Vec<_>>();
        let sources: Vec<_> = (0..60).map(|k| {
            let value = source.values()[(0, k)];
            if k == 6 { Dual::variable(value, 0) } else { Dual::constant(value) }
        }).collect();
        let bold = forward_mode(std::array::from_fn(|k| constants[k]), &sources, 0.05);
        let expected: f64 = bold.iter().zip(cotangent.row(0).iter()).map(|(y, u)| u * y.partials[0]).sum();
        prop_assert!((pulled.sources[(0, 6)] - expected).abs() <= 1e-10 * pulled.sources.amax());
    }

    /// A kernel's slopes are those of its values: Richardson's difference, whose error is some 1e-11.
    #[test]
    fn kernels_have_their_slopes(index in 0..hrf::NAMES.len(), time in 0.5..25.0_f64) {
        let kernel = hrf::by_name(hrf::NAMES[index]).unwrap();
        let values: Vec<f64> = kernel.scalars().iter().map(|scalar| scalar.value).collect();
        let slopes = kernel.slopes(s(time));
        prop_assert_eq!(slopes.len(), values.len());
        for (k, slope) in slopes.iter().enumerate() {
            let at = |factor: f64| {
                let mut moved = values.clone();
                moved[k] *= 1.0 + factor;
                kernel.with_scalars(&moved).unwrap().value(s(time))
            };
            let central = |h: f64| (at(h) - at(-h)) / (2.0 * h * values[k]);
            let numeric = (4.0 * central(5e-4) - central(1e-3)) / 3.0;
            prop_assert!((slope - numeric).abs() < 1e-7 * (1.0 + numeric.abs()), "{k}: {slope} instead of {numeric}");
        }
        prop_assert!(kernel.with_scalars(&values[1..]).is_err());
    }
}
