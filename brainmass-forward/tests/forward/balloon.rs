//! The Balloon–Windkessel model: closed forms, conformance, convergence, bad input, the reference vectors.

use brainmass_core::units::HertzPerSecond;
use brainmass_core::units::dimension::Dimensionless;
use brainmass_core::units::{Second, ms, s};
use brainmass_core::{Node, ObservationModel, Observer, Sampling, Subsample, TimeSeries, conformance};
use brainmass_forward::{BalloonWindkessel, FieldStrength, Haemodynamics, SliceTiming};
use nalgebra::DMatrix;
use proptest::prelude::*;

use crate::common::{noise, reference, sampling};

type Balloon = BalloonWindkessel<Dimensionless>;

fn friston() -> Balloon {
    BalloonWindkessel::new(Haemodynamics::friston_2003())
}

/// BOLD every millisecond of a drive that is one for a time and zero after.
fn pulse(parameters: Haemodynamics, seconds: f64, total: usize) -> Vec<f64> {
    let value = |_, k| if (k as f64 + 0.5) * 1e-3 < seconds { 1.0 } else { 0.0 };
    let source = TimeSeries::unnamed(DMatrix::from_fn(1, total * 1000, value), ms(1.0), ms(1.0)).unwrap();
    let bold = Balloon::new(parameters).observe(&source).unwrap();
    bold.samples().to_vec()
}

/// Time in s and value of the largest number, of the smallest where `sign` is −1.
fn extreme(bold: &[f64], sign: f64) -> (f64, f64) {
    let best = (0..bold.len()).max_by(|a, b| (sign * bold[*a]).total_cmp(&(sign * bold[*b]))).unwrap();
    ((best as f64 + 1.0) * 1e-3, bold[best])
}

fn close(found: f64, expected: f64, epsilon: f64) {
    approx::assert_abs_diff_eq!(found, expected, epsilon = epsilon);
}

#[test]
fn it_keeps_the_contract() {
    conformance::node(&Haemodynamics::friston_2003()).unwrap();
    conformance::node(&Haemodynamics::stephan_2007()).unwrap();
    let sources = sampling(3, ms(10.0));
    for model in [friston(), friston().with_repetition_time(ms(720.0)), friston().with_sub_steps(3)] {
        conformance::observation("Balloon–Windkessel", &model, &sources, 400).unwrap();
        conformance::rest("Balloon–Windkessel", &model, &sources, 400).unwrap();
    }
    let revised = Balloon::new(Haemodynamics::stephan_2007());
    conformance::rest("Balloon–Windkessel", &revised, &sources, 400).unwrap();
}

#[test]
fn a_constant_drive_reaches_the_closed_form() {
    for z in [0.1, 1.0, 2.0] {
        let p = Haemodynamics::friston_2003();
        let f = 1.0 + z / p.gamma.value_unsafe;
        let v = f64::powf(f, p.alpha);
        let q = v * (1.0 - f64::powf(1.0 - p.rho, 1.0 / f)) / p.rho;
        let y = p.v_0 * (p.k_1 * (1.0 - q) + p.k_2 * (1.0 - q / v) + p.k_3 * (1.0 - v));
        if z == 1.0 {
            for (found, printed) in [(f, 3.439_024), (v, 1.484_770), (q, 0.497_004)] {
                close(found, printed, 5e-7);
            }
            close(y, 0.045_899_4, 5e-8);
        }
        let source = TimeSeries::unnamed(DMatrix::from_element(1, 24_000, z), ms(10.0), ms(10.0)).unwrap();
        let bold = friston().observe(&source).unwrap();
        // After 240 s what is left of the start is e^(−0.325·240), so only rounding remains.
        close(bold.values()[(0, 23_999)], y, 1e-12);
    }
}

/// Landmarks computed with a high-order integrator, given to the digits shown; extremes lie on the 1 ms grid.
#[test]
fn pulses_and_steps_have_the_known_extremes() {
    let short = pulse(Haemodynamics::friston_2003(), 0.1, 20);
    let (peak, height) = extreme(&short, 1.0);
    close(peak, 3.114, 1.5e-3);
    close(height, 3.5480e-3, 1e-7);
    let (trough, depth) = extreme(&short, -1.0);
    close(trough, 9.106, 1.5e-3);
    close(depth, -5.3186e-4, 1e-8);
    let (overshoot, height) = extreme(&pulse(Haemodynamics::friston_2003(), 30.0, 20), 1.0);
    close(overshoot, 6.312, 1.5e-3);
    close(height, 0.048_101_1, 1e-7);
    // Where much oxygen is extracted the response begins with a dip.
    let rho = 0.8;
    let greedy = Haemodynamics { rho, k_1: 7.0 * rho, k_3: 2.0 * rho - 0.2, ..Haemodynamics::default() };
    let response = pulse(greedy, 0.1, 20);
    let (dip, depth) = extreme(&response[..3000], -1.0);
    close(dip, 0.91, 5e-3);
    close(depth, -5.22e-4, 5e-7);
    close(extreme(&response, 1.0).0, 4.066, 1.5e-3);
}

/// Drives scaled by ε and by the source itself are one thing.
#[test]
fn efficacy_scales_the_source() {
    let source = noise(2, 3000, ms(10.0));
    let halved = TimeSeries::new(source.values() * 0.5, source.sampling().clone()).unwrap();
    let efficacious = friston().with_efficacy(HertzPerSecond::new(0.5)).observe(&source).unwrap();
    assert_eq!(efficacious, friston().observe(&halved).unwrap());
}

#[test]
fn a_repetition_time_picks_samples() {
    let source = noise(2, 3000, ms(10.0));
    let every = friston().observe(&source).unwrap();
    assert_eq!((every.n_samples(), every.start()), (3000, ms(10.0)));
    let picked = friston().with_repetition_time(ms(720.0)).observe(&source).unwrap();
    assert_eq!(picked, friston().then(Subsample::new(ms(720.0))).observe(&source).unwrap());
}

#[test]
fn what_leaves_its_domain_is_named() {
    let names = vec!["calm".to_owned(), "wild".to_owned()];
    let source = |drive: f64| {
        let values = DMatrix::from_fn(2, 1000, |channel, _| if channel == 0 { 0.0 } else { drive });
        TimeSeries::new(values, Sampling::new(names.clone(), ms(10.0), ms(10.0)).unwrap()).unwrap()
    };
    // A drive below −γ drains the flow.
    let error = friston().observe(&source(-2.0)).unwrap_err().to_string();
    assert!(
        error.starts_with("the run diverged at step 115 (t = 1.15 s): `f` of region wild became -"),
        "{error}"
    );
    // A drive beyond all bounds overflows: an error as well, never NaN.
    assert!(friston().observe(&source(1e300)).is_err());
}

#[test]
fn bad_settings_are_refused() {
    let sources = sampling(1, ms(10.0));
    let text = |model: Balloon| model.observer(&sources).unwrap_err().to_string();
    assert_eq!(
        text(Balloon::new(Haemodynamics { alpha: 0.0, ..Haemodynamics::default() })),
        "alpha of the Balloon–Windkessel model: 0, but it must be between 0.05 and 1"
    );
    assert!(
        Balloon::new(Haemodynamics { tau: s(f64::NAN), ..Default::default() }).observer(&sources).is_err()
    );
    assert_eq!(
        text(friston().with_repetition_time(ms(725.0))),
        "repetition time: 725 ms is not a multiple of the sources' period 10 ms (72.5000000 of them)"
    );
    assert!(friston().with_repetition_time(s(0.0)).observer(&sources).is_err());
    assert!(friston().with_sub_steps(0).observer(&sources).is_err());
    assert!(friston().with_efficacy(HertzPerSecond::new(f64::NAN)).observer(&sources).is_err());
}

/// Derivative and BOLD of random states: a few roundings of numbers of order one to ten.
#[test]
fn derivative_and_readout_are_those_of_the_reference_vectors() {
    let data = reference("balloon_windkessel");
    let values = |name: &str| data.array(name).unwrap().values().unwrap().to_vec();
    let (states, drives) = (values("der_state"), values("der_z"));
    let (derivatives, bold) = (values("der_out"), values("der_bold_friston2003"));
    let wrong = values("der_bold_brainmass_WRONG");
    let parameters = Haemodynamics::friston_2003();
    for case in 0..60 {
        let (sample, region) = (case / 3, case % 3);
        let at = |array: &[f64]| std::array::from_fn(|k| array[sample * 12 + k * 3 + region]);
        let state: [f64; 4] = at(&states);
        let found = Haemodynamics::derivative(&parameters, &state, &[drives[case]]);
        for (found, expected) in found.iter().zip(at(&derivatives) as [f64; 4]) {
            approx::assert_relative_eq!(*found, expected, max_relative = 1e-12, epsilon = 1e-13);
        }
        let [found] = Haemodynamics::output(&parameters, &state);
        approx::assert_relative_eq!(found, bold[case], max_relative = 1e-12, epsilon = 1e-15);
        assert!((found - wrong[case]).abs() > 1e-3);
    }
}

/// BOLD of the accurate solution, with a drive that changes all the time: Heun's error falls with the square
/// of the step.
#[test]
fn the_error_falls_with_the_square_of_the_step() {
    let data = reference("balloon_windkessel");
    let (amplitude, frequency) = (data.matrix("ode_amp").unwrap(), data.matrix("ode_f0").unwrap());
    let (times, exact) = (data.matrix("ode_t").unwrap(), data.matrix("ode_bold").unwrap());
    let spacing = times[1] - times[0];
    let error = |per_sample: usize| {
        let period = spacing / per_sample as f64;
        // The mean of a sin²(π f t) over the interval that a sample stands for.
        let drive = |channel: usize, k: usize| {
            let omega = std::f64::consts::TAU * frequency[channel];
            let primitive = |t: f64| 0.5 * amplitude[channel] * (t - (omega * t).sin() / omega);
            let begin = k as f64 * period;
            (primitive(begin + period) - primitive(begin)) / period
        };
        let values = DMatrix::from_fn(3, (times.len() - 1) * per_sample, drive);
        let source = TimeSeries::unnamed(values, s(period), s(period)).unwrap();
        let model = friston().with_repetition_time(s(spacing)).with_step(s(period));
        let bold = model.observe(&source).unwrap();
        (bold.values() - exact.rows(1, times.len() - 1).transpose()).amax()
    };
    let errors = [10, 20, 40, 80].map(error);
    for pair in errors.windows(2) {
        let order = (pair[0] / pair[1]).log2();
        assert!((1.9..2.1).contains(&order), "order {order} from errors {errors:?}");
    }
}

/// With sub-steps Heun's own error falls while the held drive stays: the steps of a finer source.
#[test]
fn sub_steps_are_the_steps_of_a_repeated_source() {
    let source = noise(2, 500, ms(40.0));
    let repeated = DMatrix::from_fn(2, 2000, |channel, k| source.values()[(channel, k / 4)]);
    let repeated = TimeSeries::unnamed(repeated, ms(10.0), ms(10.0)).unwrap();
    let fine = friston().with_repetition_time(ms(40.0)).observe(&repeated).unwrap();
    let found = friston().with_sub_steps(4).observe(&source).unwrap();
    // 40 ms / 4 and 10 ms differ by a rounding.
    assert!((found.values() - fine.values()).amax() < 1e-14);
}

/// Where nothing is said, a step is the longest multiple of the sources' period up to 5 ms that fits between readings.
#[test]
fn steps_fit_between_the_times_of_reading() {
    let source = noise(3, 6000, ms(0.5));
    let model = friston().with_repetition_time(ms(300.0));
    let same = |model: &Balloon, step: Second| {
        let found = model.observe(&source).unwrap();
        assert_eq!(found, model.clone().with_step(step).observe(&source).unwrap());
        assert_ne!(found, model.clone().with_step(ms(0.5)).observe(&source).unwrap());
    };
    same(&model, ms(5.0));
    let timed = model.with_slice_timing(SliceTiming::new(Second::new(vec![0.0, 0.132, 0.3])));
    same(&timed, ms(4.0));
    // 598 samples are 2 · 13 · 23.
    same(&friston().with_repetition_time(ms(299.0)), ms(1.0));
    // Without a repetition time there is a sample for every sample.
    let every = friston().observe(&source).unwrap();
    assert_eq!(every, friston().with_sub_steps(1).observe(&source).unwrap());
    let averaged = friston().with_step(ms(20.0)).observe(&source).unwrap();
    assert_eq!((averaged.n_samples(), averaged.start(), averaged.period()), (150, ms(20.0), ms(20.0)));
    // Averages, then steps: the same as a chain of both.
    let chain = brainmass_core::TemporalAverage::new(ms(20.0)).then(friston());
    assert_eq!(averaged, chain.observe(&source).unwrap());
    let error = friston().with_step(ms(0.7)).observe(&source).unwrap_err().to_string();
    assert_eq!(
        error,
        "step of the Balloon–Windkessel model: 700 µs is not a multiple of the sources' period 500 µs (1.4000000 of them)"
    );
    let error = timed.with_step(ms(20.0)).observe(&source).unwrap_err().to_string();
    assert_eq!(error, "slice time: 132 ms is not a multiple of the Balloon's step 20 ms (6.6000000 of them)");
    assert!(friston().with_step(s(0.0)).observe(&source).is_err());
    let short = noise(2, 400, ms(2.0));
    let model = friston().with_repetition_time(ms(24.0));
    conformance::observation("averaging", &model, short.sampling(), 400).unwrap();
    conformance::pullback("averaging", &model, short.sampling(), 400).unwrap();
}

/// What averaging over a step leaves out: of a drive that is smooth, a part that falls with the square of the step; of
/// white noise, where within a step it acted, which falls with the step.
#[test]
fn coarse_steps_stay_close_to_fine_ones() {
    let errors = |drive: &dyn Fn(usize, usize) -> f64| {
        let drive = DMatrix::from_fn(4, 60_000, drive);
        let source = TimeSeries::<Dimensionless>::unnamed(drive, ms(0.5), ms(0.5)).unwrap();
        let model = friston().with_repetition_time(s(1.0));
        let fine = model.clone().with_step(ms(0.5)).observe(&source).unwrap();
        [ms(20.0), ms(10.0), ms(5.0)].map(|step| {
            let found = model.clone().with_step(step).observe(&source).unwrap();
            (found.values() - fine.values()).amax() / fine.values().amax()
        })
    };
    let smooth = errors(&|channel, k| (5e-4 * (channel + 1) as f64 * k as f64).sin().powi(2));
    for pair in smooth.windows(2) {
        assert!((1.9..2.1).contains(&(pair[0] / pair[1]).log2()), "{smooth:?}");
    }
    let stream = brainmass_core::random::Stream::new(7, 0);
    let noisy = errors(&|channel, k| 0.3 + 0.2 * stream.normal(u32::try_from(channel).unwrap(), k as u64));
    assert!(smooth[2] < 4e-5 && noisy[2] < 4e-5, "{smooth:?} {noisy:?}");
}

/// A positive scheme: no drive bursts it, its error falls with the square of the step, and for ordinary drives it is
/// where Heun's method is.
#[test]
fn positive_states_follow_the_equations() {
    let drive = |period: f64| {
        let value = |channel: usize, k: usize| {
            let t = (k as f64 + 0.5) * period;
            (0.3 * t * (channel as f64 + 1.0)).sin().powi(2)
        };
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "some hundred samples")]
        let count = (40.0 / period).round() as usize;
        TimeSeries::<Dimensionless>::unnamed(DMatrix::from_fn(2, count, value), s(period), s(period)).unwrap()
    };
    let at = |model: Balloon, period: f64| {
        model.with_repetition_time(s(0.8)).with_step(s(period)).observe(&drive(period)).unwrap()
    };
    let exact = at(friston(), 0.000_5);
    let error = |model: &Balloon, period| (at(model.clone(), period).values() - exact.values()).amax();
    let positive = friston().with_positive_states();
    let errors = [0.1, 0.05, 0.025, 0.0125].map(|period| error(&positive, period));
    for pair in errors.windows(2) {
        let order = (pair[0] / pair[1]).log2();
        assert!((1.85..2.15).contains(&order), "order {order} from errors {errors:?}");
    }
    assert!(errors[3] < 2.0 * error(&friston(), 0.0125), "{errors:?}");
    conformance::observation("positive", &positive, &sampling(3, ms(10.0)), 400).unwrap();
    conformance::rest("positive", &positive, &sampling(3, ms(10.0)), 400).unwrap();
    conformance::pullback("positive", &positive.clone().with_sub_steps(2), &sampling(3, ms(10.0)), 200)
        .unwrap();
    // Under a drive that drains the flow, the pullback is that of the bounds as well.
    let drained = positive.with_parameter("efficacy", HertzPerSecond::new(-3.0)).unwrap();
    conformance::pullback("drained", &drained, &sampling(2, ms(20.0)), 200).unwrap();
}

/// Each channel is read at its own step: the samples of a recording at every step, picked.
#[test]
fn slices_are_read_at_their_times() {
    let source = noise(3, 1200, ms(10.0));
    let timing = SliceTiming::new(Second::new(vec![0.0, 0.25, 0.5]));
    let every = friston().observe(&source).unwrap();
    let timed = friston().with_repetition_time(ms(500.0)).with_slice_timing(timing.clone());
    let recorded = timed.observe(&source).unwrap();
    assert_eq!((recorded.n_samples(), recorded.start()), (24, ms(500.0)));
    for volume in 0..24 {
        let begin = if volume == 0 { 0.0 } else { every.values()[(0, 50 * volume - 1)] };
        assert_eq!(recorded.values()[(0, volume)], begin);
        assert_eq!(recorded.values()[(1, volume)], every.values()[(1, 50 * volume + 24)]);
        assert_eq!(recorded.values()[(2, volume)], every.values()[(2, 50 * volume + 49)]);
    }
    conformance::observation("slices", &timed, source.sampling(), 400).unwrap();
    conformance::pullback("slices", &timed, source.sampling(), 400).unwrap();
    let text = |times: Vec<f64>| {
        let model =
            friston().with_repetition_time(ms(500.0)).with_slice_timing(SliceTiming::new(Second::new(times)));
        model.observer(source.sampling()).unwrap_err().to_string()
    };
    assert_eq!(text(vec![0.1]), "slice timing: expected 3 times, one per channel, found 1 times");
    assert_eq!(
        text(vec![0.1, 0.1, 0.101]),
        "slice time: 101 ms is not a multiple of the sources' period 10 ms (10.1000000 of them)"
    );
    assert!(text(vec![0.1, 0.1, 0.6]).contains("within the repetition time"));
    assert!(
        SliceTiming::of_order(&[0, 0], s(2.0)).is_err() && SliceTiming::of_order(&[0, 2], s(2.0)).is_err()
    );
    let rounded = SliceTiming::new(Second::new(vec![0.1, 0.1, 0.101])).rounded_to(ms(10.0));
    assert!(friston().with_repetition_time(ms(500.0)).with_slice_timing(rounded).observe(&source).is_ok());
}

/// Channels with parameters of their own are channels alone.
#[test]
fn regional_parameters_belong_to_their_channels() {
    let source = noise(20, 300, ms(10.0));
    let taus: Vec<f64> = (0..20).map(|k| 0.8 + 0.05 * f64::from(k)).collect();
    let regional =
        friston().with_parameter("tau", Second::new(taus.clone())).unwrap().observe(&source).unwrap();
    for (k, tau) in taus.into_iter().enumerate() {
        let alone = TimeSeries::unnamed(source.values().rows(k, 1).into_owned(), ms(10.0), ms(10.0)).unwrap();
        let alone =
            Balloon::new(Haemodynamics { tau: s(tau), ..Default::default() }).observe(&alone).unwrap();
        assert_eq!(alone.values().row(0), regional.values().row(k));
    }
    let wrong = friston().with_parameter("tau", Second::new(vec![1.0; 3])).unwrap();
    assert_eq!(
        wrong.observe(&source).unwrap_err().to_string(),
        "tau of the Balloon–Windkessel model: expected 1 value or 20, one per region, found 3 values"
    );
    assert!(friston().with_parameter("taus", 1.0).unwrap_err().to_string().contains("efficacy"));
}

#[test]
fn field_strengths_have_their_coefficients() {
    let of =
        |tesla| Haemodynamics::stephan_2007().with_field_strength(FieldStrength::of_tesla(tesla).unwrap());
    assert_eq!(of(1.5), Haemodynamics::stephan_2007());
    // 4.3 · 188.1 Hz · 0.4 · 28 ms.
    close(of(7.0).k_1, 9.058_896, 1e-9);
    assert_eq!((of(7.0).k_2, of(7.0).k_3), (0.0, 1.0));
    assert!(FieldStrength::of_tesla(2.0).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Whatever the drive and the step: flow, volume and deoxyhaemoglobin stay above zero, and BOLD is a number.
    #[test]
    fn positive_states_stay_positive(exponent in -2.0..300.0_f64, period in 0.001..3.0_f64, seed in 0..1000_u64) {
        let size = 10f64.powf(exponent);
        let stream = brainmass_core::random::Stream::new(seed, 0);
        let value = |channel: usize, k: usize| {
            size * stream.normal(u32::try_from(channel).unwrap(), (k / 20) as u64).clamp(-1.0, 1.0)
        };
        let source = TimeSeries::<Dimensionless>::unnamed(DMatrix::from_fn(2, 400, value), s(period), s(period)).unwrap();
        // A series refuses what is not finite.
        prop_assert!(friston().with_positive_states().observe(&source).is_ok());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    /// Rest is a fixed point to the last bit, whatever the parameters.
    #[test]
    fn rest_stays_at_rest(rho in 0.01..0.99_f64, alpha in 0.05..1.0_f64, tau in 0.1..5.0_f64) {
        let parameters = Haemodynamics { rho, alpha, tau: s(tau), ..Haemodynamics::stephan_2007() };
        let rest = Haemodynamics::initial();
        prop_assert_eq!(Haemodynamics::derivative(&parameters, &rest, &[0.0]), [0.0; 4]);
        prop_assert_eq!(Haemodynamics::output(&parameters, &rest), [0.0]);
    }

    /// However a signal is cut into blocks, the same bits come out; and regions do not see each other.
    #[test]
    fn streams_and_regions_are_independent(length in 1..200_usize, order in Just([2, 0, 1]).prop_shuffle()) {
        let source = noise(3, 400, ms(10.0));
        let model = friston().with_repetition_time(ms(50.0));
        let whole = model.observe(&source).unwrap();
        let mut observer = model.observer(source.sampling()).unwrap();
        let mut streamed = Vec::new();
        for block in source.samples().chunks(3 * length) {
            observer.push(block, &mut streamed).unwrap();
        }
        prop_assert_eq!(whole.samples(), &streamed);
        let permuted = TimeSeries::unnamed(source.values().select_rows(&order), ms(10.0), ms(10.0)).unwrap();
        let bold = model.observe(&permuted).unwrap();
        prop_assert_eq!(bold.values(), &whole.values().select_rows(&order));
    }
}
