//! BOLD by convolution: closed forms, conformance, convergence, edges, histories, the reference vectors.

use brainmass_core::units::dimension::Dimensionless;
use brainmass_core::units::{SI, Second, hz, ms, s};
use brainmass_core::{Differentiable, ObservationModel, TemporalAverage, TimeSeries, conformance};
use brainmass_forward::hrf::{self, Gamma, Hrf, MixtureOfGammas, SpmDoubleGamma};
use brainmass_forward::{ConvolutionBold, Edges, Method, SliceTiming};
use nalgebra::DMatrix;
use proptest::prelude::*;

use crate::common::{noise, reference, sampling, series};

type Bold = ConvolutionBold<Dimensionless>;

fn bold(tr: Second, step: Second) -> Bold {
    ConvolutionBold::new(SpmDoubleGamma::default(), tr, step)
}

/// A signal given as a function of time, sampled at the ends of its intervals.
fn signal(seconds: f64, period: f64, value: impl Fn(f64) -> f64) -> TimeSeries<Dimensionless> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few thousand samples")]
    let count = (seconds / period).round() as usize;
    let values = DMatrix::from_fn(1, count, |_, k| value(period * (k as f64 + 1.0)));
    TimeSeries::unnamed(values, s(period), s(period)).unwrap()
}

fn largest_difference(a: &TimeSeries<Dimensionless>, b: &TimeSeries<Dimensionless>) -> f64 {
    assert_eq!(a.sampling(), b.sampling());
    (a.values() - b.values()).amax()
}

#[test]
fn it_keeps_the_contract() {
    let sources = sampling(3, ms(10.0));
    for tr in [0.1, 0.72] {
        let model = bold(s(tr), ms(20.0));
        conformance::observation("convolution BOLD", &model, &sources, 400).unwrap();
        conformance::rest("convolution BOLD", &model, &sources, 400).unwrap();
        conformance::linear("convolution BOLD", &model, &sources, 400).unwrap();
    }
    let remembering = bold(s(0.1), ms(20.0)).with_constant_history(SI::new(vec![1.0, 2.0, 3.0]));
    conformance::observation("convolution BOLD with a history", &remembering, &sources, 400).unwrap();
    let scaled = bold(s(0.5), ms(10.0)).with_reference_scaling(5.6, 0.02);
    conformance::observation("convolution BOLD in the reference scaling", &scaled, &sources, 400).unwrap();
}

/// A constant source gives the kernel's mass. The midpoint rule over a smooth kernel that has died out is
/// exact far beyond 1e-9.
#[test]
fn sustained_activity_gives_the_mass_of_the_kernel() {
    let constant = signal(120.0, 0.05, |_| 2.0);
    for (kernel, mass) in [
        (Box::new(SpmDoubleGamma::default()) as Box<dyn Hrf>, 1.0),
        (Box::new(MixtureOfGammas::new(6.0, 13.0, hz(1.2), 0.4).unwrap()), 0.6),
    ] {
        let model = Bold::new(kernel, s(2.0), ms(50.0)).with_kernel_duration(s(80.0)).with_amplitude(hz(3.0));
        let last = model.observe(&constant).unwrap();
        approx::assert_relative_eq!(last.values()[(0, 59)], 6.0 * mass, max_relative = 1e-9);
    }
}

/// BOLD does not depend on the convolution step: what is left of it falls with the square of the step.
#[test]
fn the_step_matters_to_second_order_only() {
    let activity = signal(60.0, 0.001, |t| (0.7 * t).sin().powi(2) + (0.13 * t).cos());
    let with_step = |step| bold(s(4.0), s(step)).observe(&activity).unwrap();
    let fine = with_step(0.001);
    let errors: Vec<f64> =
        [0.4, 0.2, 0.1, 0.05].map(|step| largest_difference(&with_step(step), &fine)).to_vec();
    for pair in errors.windows(2) {
        let order = (pair[0] / pair[1]).log2();
        assert!((1.9..2.1).contains(&order), "order {order} from errors {errors:?}");
    }
    // At the usual 20 ms the error is far below a thousandth of the signal.
    assert!(largest_difference(&with_step(0.02), &fine) < 1e-4 * fine.values().amax());
}

#[test]
fn samples_carry_their_times() {
    // A series that starts later: its first sample stands for 10 to 10.01 s.
    let late = TimeSeries::<Dimensionless>::unnamed(DMatrix::zeros(1, 1000), ms(10.0), s(10.01)).unwrap();
    let model = bold(s(2.0), ms(20.0));
    let observed = model.observe(&late).unwrap();
    approx::assert_relative_eq!(observed.start().value_unsafe, 12.0, max_relative = 1e-12);
    assert_eq!((observed.n_samples(), observed.period()), (5, s(2.0)));
    let full = model.convolve(&late, Edges::Full, Method::Direct).unwrap();
    // 10 s of signal, then 32 s of kernel less one step.
    assert_eq!(full.n_samples(), 20);
}

#[test]
fn periods_that_do_not_fit_are_refused_with_the_numbers() {
    let sources = sampling(1, ms(10.0));
    let text = |model: &Bold| model.observer(&sources).unwrap_err().to_string();
    assert_eq!(
        text(&bold(ms(720.0), ms(50.0))),
        "repetition time: 720 ms is not a multiple of the convolution step 50 ms (14.4000000 of them)"
    );
    assert_eq!(
        text(&bold(ms(720.0), ms(24.0))),
        "convolution step: 24 ms is not a multiple of the sources' period 10 ms (2.4000000 of them)"
    );
    assert_eq!(text(&bold(s(0.0), ms(20.0))), "repetition time: 0 s, but it must be above zero and finite");
    assert_eq!(text(&bold(s(1.0), s(0.0))), "convolution step: 0 s, but it must be above zero and finite");
    assert!(bold(s(1.0), ms(20.0)).with_kernel_duration(s(f64::NAN)).observer(&sources).is_err());
    assert!(bold(s(1.0), ms(20.0)).with_kernel_duration(s(1e9)).observer(&sources).is_err());
    assert!(bold(s(1.0), ms(20.0)).with_amplitude(hz(f64::NAN)).observer(&sources).is_err());
    let short = bold(s(1.0), ms(20.0)).convolve(&noise(1, 99, ms(10.0)), Edges::Same, Method::Direct);
    assert_eq!(
        short.unwrap_err().to_string(),
        "time series: expected enough signal for one BOLD sample with edges Same, found 990 ms"
    );
}

#[test]
fn a_history_is_checked() {
    let activity = noise(2, 500, ms(10.0));
    let with = |level: Vec<f64>| bold(s(1.0), ms(20.0)).with_constant_history(SI::new(level));
    assert!(with(vec![1.0; 3]).observe(&activity).is_err());
    assert!(with(vec![f64::NAN]).observe(&activity).is_err());
    let gap = TimeSeries::unnamed(DMatrix::zeros(2, 100), ms(10.0), s(-2.0)).unwrap();
    let error = bold(s(1.0), ms(20.0)).with_history(gap).observe(&activity).unwrap_err();
    assert_eq!(error.to_string(), "history: it ends at -1.01 s, but the sources begin at 0 s");
    let others = TimeSeries::unnamed(DMatrix::zeros(3, 100), ms(10.0), s(-0.99)).unwrap();
    assert!(bold(s(1.0), ms(20.0)).with_history(others).observe(&activity).is_err());
}

/// The first half of a signal as history gives the second half's BOLD as if nothing had been cut, bit by bit.
#[test]
fn a_history_continues_the_signal() {
    let whole = noise(2, 8000, ms(10.0));
    let cut = |from, count: usize, start| {
        TimeSeries::unnamed(whole.values().columns(from, count).into_owned(), ms(10.0), start).unwrap()
    };
    // An odd number of samples before: the half step furthest back is left out, beyond the kernel's reach.
    let (before, after) = (cut(3, 3997, s(0.04)), cut(4000, 4000, s(40.01)));
    let model = bold(s(2.0), ms(20.0));
    let expected = model.observe(&whole).unwrap().after(s(40.0)).unwrap();
    let found = model.clone().with_history(before).observe(&after).unwrap();
    assert_eq!(found.values(), expected.values());
    let constant = signal(40.0, 0.01, |_| 1.5);
    let level = model.clone().with_constant_history(SI::new(vec![1.5])).observe(&constant).unwrap();
    let last = level.values()[(0, 19)];
    assert!(level.values().iter().all(|value| (value - last).abs() < 1e-12), "no onset transient");
}

#[test]
fn edges_mean_what_they_say() {
    let activity = noise(2, 4000, ms(10.0)); // 40 s, a kernel of 32 s
    let model = bold(s(2.0), ms(20.0));
    let with = |edges| model.convolve(&activity, edges, Method::Direct).unwrap();
    let (valid, same, full) = (with(Edges::Valid), with(Edges::Same), with(Edges::Full));
    assert_eq!(same, model.observe(&activity).unwrap(), "to the last bit");
    assert_eq!((valid.start(), valid.n_samples()), (s(32.0), 5));
    assert_eq!(valid.values(), &same.values().columns(15, 5));
    assert_eq!((full.start(), full.n_samples()), (s(2.0), 35));
    assert_eq!(full.values().columns(0, 20), same.values().columns(0, 20));
    assert!(full.values().columns(34, 1).amax() < 1e-3 * full.values().amax(), "the tail dies out");
    // A history longer than the kernel makes every sample valid.
    let past = TimeSeries::unnamed(DMatrix::from_element(2, 3300, 0.5), ms(10.0), s(-32.99)).unwrap();
    let known = model.clone().with_history(past);
    let valid = known.convolve(&activity, Edges::Valid, Method::Direct).unwrap();
    assert_eq!(valid, known.observe(&activity).unwrap());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Direct sums and Fourier transforms agree to rounding, in the scale of the signal.
    #[test]
    fn both_methods_agree(n in 1..4_usize, count in 500..3000_usize, edge in 0..3_usize, reference in any::<bool>()) {
        let activity = noise(n, count, ms(10.0));
        let model = bold(s(0.5), ms(10.0)).with_kernel_duration(s(4.0));
        let model = if reference { model.with_reference_scaling(5.6, 0.02) } else { model };
        let edges = [Edges::Valid, Edges::Same, Edges::Full][edge];
        let direct = model.convolve(&activity, edges, Method::Direct).unwrap();
        let fft = model.convolve(&activity, edges, Method::Fft).unwrap();
        prop_assert!(largest_difference(&direct, &fft) < 1e-12 * direct.values().amax());
    }
}

/// All cases of the library's BOLD, with its rows and its scaling, and the times that these truly have.
#[test]
fn bold_is_that_of_the_reference_vectors() {
    let data = reference("hrf_bold");
    let activity: TimeSeries<Dimensionless> = series(data.array("signal").unwrap(), 1.0, ms(5.0));
    for case in REFERENCE_CASES {
        let step = ms(case.step);
        let kernel = hrf::by_name(case.kernel).unwrap();
        let (k_1, v_0) = if case.number == 38 { (4.3, 0.03) } else { (5.6, 0.02) };
        let mut model = Bold::new(kernel, ms(case.tr), step).with_reference_scaling(k_1, v_0);
        let mut late = 0.0;
        if let Ok(history) = data.matrix(&format!("c{}_history", case.number)) {
            let start = step * (1.0 - history.nrows() as f64);
            let length = hrf::by_name(case.kernel).unwrap().duration();
            late = (length + start - step).value_unsafe;
            model = model.with_history(TimeSeries::unnamed(history.transpose(), step, start).unwrap());
        } else if case.number == 36 {
            let mean = activity.values().column_mean();
            model = model.with_constant_history(SI::new(mean.as_slice().to_vec()));
        }
        let method = if case.fft { Method::Fft } else { Method::Direct };
        let found = model.convolve(&activity, case.edges, method).unwrap();
        let expected = data.matrix(&format!("c{}_bold", case.number)).unwrap().transpose();
        assert_eq!(found.values().shape(), expected.shape(), "case {}", case.number);
        let difference = (found.values() - &expected).amax();
        // Sums of up to 2000 terms in another order: some 1e-14 of numbers of order one.
        assert!(difference < 1e-12, "case {}: {difference:e}", case.number);
        if case.edges == Edges::Valid {
            let start = (ms(case.tr).value_unsafe + late - found.start().value_unsafe).abs();
            assert!(start < 1e-9, "case {}: starts at {:?}", case.number, found.start());
            if late == 0.0 {
                assert!((found.values() - model.observe(&activity).unwrap().values()).amax() < 1e-12);
            }
        }
    }
}

/// DIFFERENCE: a zero history is a jump of activity; the library's sum grows as its step shrinks.
#[test]
fn the_reference_scaling_depends_on_the_step() {
    let activity = signal(40.0, 0.02, |_| 1.0);
    let last = |model: Bold| model.observe(&activity).unwrap().values()[(0, 19)];
    let model = |step| Bold::new(Gamma::default(), s(2.0), ms(step));
    let reference = |step| last(model(step).with_reference_scaling(5.6, 0.02)) + 5.6 * 0.02;
    approx::assert_relative_eq!(reference(20.0), 5.0 * reference(100.0), max_relative = 0.01);
    approx::assert_relative_eq!(last(model(20.0)), last(model(100.0)), max_relative = 1e-3);
}

struct Case {
    number: usize,
    kernel: &'static str,
    step: f64,
    tr: f64,
    edges: Edges,
    fft: bool,
}

/// The cases of the manifest: four kernels, two steps, the edges; 36 to 38 have another history or scaling.
const REFERENCE_CASES: [Case; 39] = {
    const KERNELS: [&str; 4] = ["first_order_volterra", "gamma", "double_exponential", "mixture_of_gammas"];
    const EDGES: [Edges; 9] = {
        use Edges::{Full, Same, Valid};
        [Valid, Same, Full, Valid, Same, Full, Valid, Valid, Same]
    };
    let mut cases = [const {
        Case { number: 0, kernel: "gamma", step: 20.0, tr: 720.0, edges: Edges::Valid, fft: false }
    }; 39];
    let mut number = 0;
    while number < 39 {
        cases[number].number = number;
        if number < 36 {
            cases[number].kernel = KERNELS[number / 9];
            cases[number].edges = EDGES[number % 9];
            cases[number].fft = number % 9 == 6;
            if number % 9 >= 3 {
                cases[number].step = 50.0;
                cases[number].tr = 2000.0;
            }
        }
        number += 1;
    }
    cases
};

#[test]
fn averaging_is_that_of_the_reference_vectors() {
    let data = reference("temporal_average");
    for (case, dt, period) in [(0, 1.0, 4.0), (1, 0.1, 1.0), (8, 0.5, 2.0)] {
        let source: TimeSeries<Dimensionless> =
            series(data.array(&format!("c{case}_x")).unwrap(), 1.0, ms(dt));
        let found = TemporalAverage::new(ms(period)).observe(&source).unwrap();
        let expected = data.matrix(&format!("c{case}_y")).unwrap().transpose();
        // A few roundings of numbers of order one.
        assert!((found.values() - expected).amax() < 1e-14, "case {case}");
    }
    // DIFFERENCE: where the library rounds the ratio and drifts, the ratio is an error.
    for (case, dt, period) in [(2, 0.3, 1.0), (3, 0.4, 1.0), (4, 1.0, 2.5), (5, 1.0, 3.5)] {
        let source: TimeSeries<Dimensionless> =
            series(data.array(&format!("c{case}_x")).unwrap(), 1.0, ms(dt));
        assert!(TemporalAverage::new(ms(period)).observe(&source).is_err(), "case {case}");
    }
}

/// Each channel is read at its own step: the samples of a recording at every step, picked.
#[test]
fn slices_are_read_at_their_times() {
    let source = noise(3, 1200, ms(10.0));
    let model = |tr| bold(ms(tr), ms(20.0)).with_constant_history(SI::new(vec![0.3]));
    let every = model(20.0).observe(&source).unwrap();
    let timing = SliceTiming::new(Second::new(vec![0.0, 0.24, 0.5]));
    let timed = model(500.0).with_slice_timing(timing);
    let recorded = timed.observe(&source).unwrap();
    for volume in 0..24 {
        let read = |channel, step: usize| every.values()[(channel, 25 * volume + step - 1)];
        assert_eq!(recorded.values()[(1, volume)], read(1, 12));
        assert_eq!(recorded.values()[(2, volume)], read(2, 25));
        if volume > 0 {
            assert_eq!(recorded.values()[(0, volume)], read(0, 0));
        }
    }
    // At time zero the history alone is seen: a constant 0.3 times the kernel's mass.
    approx::assert_relative_eq!(recorded.values()[(0, 0)], 0.3, max_relative = 1e-3);
    conformance::observation("slices", &timed, source.sampling(), 400).unwrap();
    conformance::pullback("slices", &timed, source.sampling(), 400).unwrap();
    assert!(timed.convolve(&source, Edges::Same, Method::Direct).is_err());
}

/// Channels with kernels of their own are channels alone, by any road.
#[test]
fn regional_kernels_belong_to_their_channels() {
    let source = noise(3, 4000, ms(10.0));
    let taus = vec![0.9, 1.1, 1.3];
    let regional = Bold::new(Gamma::default(), s(0.5), ms(20.0));
    let regional = regional.with_kernel_parameter("tau", Second::new(taus.clone())).unwrap();
    let recorded = regional.observe(&source).unwrap();
    for (k, tau) in taus.into_iter().enumerate() {
        let alone = TimeSeries::unnamed(source.values().rows(k, 1).into_owned(), ms(10.0), ms(10.0)).unwrap();
        let kernel = Gamma::new(s(tau), 3.0, 0.1).unwrap();
        let alone = Bold::new(kernel, s(0.5), ms(20.0)).observe(&alone).unwrap();
        assert_eq!(alone.values().row(0), recorded.values().row(k));
    }
    let fourier = regional.convolve(&source, Edges::Same, Method::Fft).unwrap();
    assert!(largest_difference(&fourier, &recorded) < 1e-12 * recorded.values().amax());
    conformance::observation("regional kernels", &regional, source.sampling(), 400).unwrap();
    conformance::pullback("regional kernels", &regional, source.sampling(), 400).unwrap();
    let names: Vec<_> = regional.scalars().into_iter().map(|scalar| scalar.name).collect();
    assert_eq!(names[..4], ["amplitude", "tau[0]", "n[0]", "a[0]"]);
    let kernels = vec![hrf::by_name("gamma").unwrap(), hrf::by_name("spm_double_gamma").unwrap()];
    let two = Bold::new(Gamma::default(), s(0.5), ms(20.0)).with_kernels(kernels).unwrap();
    assert_eq!(
        two.observe(&source).unwrap_err().to_string(),
        "kernels: expected 1 kernel or 3, one per channel, found 2"
    );
    let wrong = two.clone().with_kernel_parameter("tau", Second::new(vec![1.0; 3]));
    assert!(wrong.is_err() && two.with_kernels(Vec::new()).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// A sustained source gives the kernel's mass whatever the step. The kernel begins as 1.2 t⁵/5!, which by Euler and
    /// Maclaurin leaves the midpoint rule an error of 31/967680 · 1.2 Δ⁶: 3e-10 at the longest step.
    #[test]
    fn the_mass_does_not_depend_on_the_step(step in 1..15_u32) {
        let step = 0.01 * f64::from(step);
        let constant = signal(100.0 * step.max(0.8), step, |_| 1.0);
        let model = bold(s(step), s(step)).with_kernel_duration(s(60.0));
        let last = model.observe(&constant).unwrap();
        prop_assert!((last.samples()[last.n_samples() - 1] - 1.0).abs() < 1e-9);
    }
}
