//! Designs: closed forms of block responses, grids, derivatives, and the models of BOLD on the same events.

use brainmass_core::ObservationModel;
use brainmass_core::units::{ms, s};
use brainmass_forward::ConvolutionBold;
use brainmass_forward::design::{Event, Frames, Regressors, boxcar};
use brainmass_forward::hrf::{Gamma, Hrf, SpmDoubleGamma};
use proptest::prelude::*;

fn frames(count: usize, tr: f64) -> Frames {
    Frames::new(count, s(tr)).unwrap()
}

fn event(name: &str, onset: f64, duration: f64) -> Event {
    Event::new(name, s(onset), s(duration)).unwrap()
}

/// The distribution function of the gamma distribution with a whole shape and a scale of one second.
fn gamma_cdf(shape: u32, time: f64) -> f64 {
    let (mut term, mut sum) = (1.0, 0.0);
    for k in 0..shape {
        sum += term;
        term *= time / f64::from(k + 1);
    }
    if time <= 0.0 { 0.0 } else { 1.0 - (-time).exp() * sum }
}

/// The integral of SPM's kernel, in closed form, over the 32 s for which it is followed.
fn spm_integral(time: f64) -> f64 {
    let time = time.min(32.0);
    (gamma_cdf(6, time) - gamma_cdf(16, time) / 6.0) / (1.0 - 1.0 / 6.0)
}

/// Eleven digits: the quadrature's and those of the closed form.
#[test]
fn a_block_gives_the_difference_of_distribution_functions() {
    let events =
        [event("b", 3.3, 7.9), event("b", 30.0, 2.5).with_modulation(-2.0).unwrap(), event("a", 12.0, 0.0)];
    let frames = frames(40, 1.7).with_slice_time_reference(0.5).unwrap();
    let design = Regressors::new(SpmDoubleGamma::default(), frames).of(&events).unwrap();
    assert_eq!(
        (design.channels()[..].to_vec(), design.start()),
        (vec!["a".to_owned(), "b".to_owned()], s(0.85))
    );
    for volume in 0..40 {
        let t = 1.7 * (volume as f64 + 0.5);
        let block = |onset: f64, duration: f64| spm_integral(t - onset) - spm_integral(t - onset - duration);
        let expected = block(3.3, 7.9) - 2.0 * block(30.0, 2.5);
        approx::assert_abs_diff_eq!(design.values()[(1, volume)], expected, epsilon = 1e-11);
        let pulse = if t > 44.0 { 0.0 } else { SpmDoubleGamma::default().value(s(t - 12.0)) };
        approx::assert_abs_diff_eq!(design.values()[(0, volume)], pulse, epsilon = 1e-15);
    }
}

/// On a grid events begin and end at bins: those of the moved events, a bin at least.
#[test]
fn a_grid_moves_events_to_its_bins() {
    let of = |events: &[Event], bins: Option<usize>| {
        let regressors = Regressors::new(Gamma::default(), frames(20, 2.0));
        let regressors = match bins {
            None => regressors,
            Some(bins) => regressors.with_microtime_resolution(bins).unwrap(),
        };
        regressors.of(events).unwrap()
    };
    // Bins of 125 ms.
    let (given, moved) =
        ([event("x", 1.04, 0.5), event("x", 10.0, 0.01)], [event("x", 1.0, 0.5), event("x", 10.0, 0.125)]);
    let difference = of(&given, Some(16)).values() - of(&moved, None).values();
    assert!(difference.amax() < 1e-14, "{difference}");
    let coarse = of(&given, Some(16)).values() - of(&given, None).values();
    assert!(coarse.amax() > 1e-4);
    assert!(Regressors::new(Gamma::default(), frames(20, 2.0)).with_microtime_resolution(0).is_err());
}

/// Derivatives are those of the regressors: moved by a millisecond, or of a kernel with another dispersion.
#[test]
fn derivatives_are_columns() {
    let events = [event("x", 1.0, 4.0), event("x", 20.0, 0.0)];
    let design = Regressors::new(SpmDoubleGamma::default(), frames(30, 1.0))
        .with_time_derivative()
        .with_derivative_by("response_dispersion")
        .unwrap()
        .of(&events)
        .unwrap();
    assert_eq!(design.channels()[..], ["x", "x_derivative", "x_response_dispersion"]);
    let plain = |kernel: Box<dyn Hrf>, shift: f64| {
        let moved: Vec<Event> = events
            .iter()
            .map(|e| event("x", e.onset().value_unsafe - shift, e.duration().value_unsafe))
            .collect();
        Regressors::new(kernel, frames(30, 1.0)).of(&moved).unwrap().values().clone()
    };
    let kernel = || Box::new(SpmDoubleGamma::default());
    let by_time = (plain(kernel(), 1e-3) - plain(kernel(), -1e-3)) / 2e-3;
    let dispersed = |by: f64| kernel().with_scalars(&[6.0, 1.0 + by, 16.0, 1.0, 6.0]).unwrap();
    let by_dispersion = (plain(dispersed(1e-3), 0.0) - plain(dispersed(-1e-3), 0.0)) / 2e-3;
    // Central differences: a third derivative times 1e-6.
    assert!((design.values().row(1) - by_time.row(0)).amax() < 1e-6);
    assert!((design.values().row(2) - by_dispersion.row(0)).amax() < 1e-5);
    let unknown = Regressors::new(kernel(), frames(3, 1.0)).with_derivative_by("dispersion");
    assert!(unknown.unwrap_err().to_string().contains("undershoot_dispersion"));
}

/// The models of BOLD on the events as activity give the regressors, up to the square of the convolution step.
#[test]
fn activity_gives_the_regressors() {
    let events = [event("x", 1.2, 4.0), event("y", 7.0, 10.0).with_modulation(0.5).unwrap()];
    let activity = boxcar(&events, ms(20.0), 3000).unwrap();
    let bold = ConvolutionBold::new(SpmDoubleGamma::default(), s(2.0), ms(20.0)).observe(&activity).unwrap();
    let frames = frames(30, 2.0).with_slice_time_reference(1.0).unwrap();
    let design = Regressors::new(SpmDoubleGamma::default(), frames).of(&events).unwrap();
    assert_eq!(bold.sampling(), design.sampling());
    let difference = (bold.values() - design.values()).amax();
    assert!(difference < 2e-5, "{difference}");
}

#[test]
fn events_that_make_no_sense_are_refused() {
    assert!(Event::new("x", s(f64::NAN), s(1.0)).is_err());
    let error = Event::new("x", s(1.0), s(-1.0)).unwrap_err().to_string();
    assert_eq!(error, "duration of event `x`: -1 s, but it must be zero or more");
    assert!(event("x", 1.0, 1.0).with_modulation(f64::INFINITY).is_err());
    assert!(Regressors::new(Gamma::default(), frames(3, 1.0)).of(&[]).is_err());
    assert!(boxcar(&[event("x", 0.0, 1.0)], s(0.0), 10).is_err());
    assert!(Frames::new(0, s(1.0)).is_err() && Frames::new(3, s(0.0)).is_err());
    assert!(frames(3, 1.0).with_slice_time_reference(1.5).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// Nothing of an event is lost: the area of a boxcar is modulation times duration. Regressors add up and shift.
    #[test]
    fn events_add_up_and_shift(onset in 0.0..5.0_f64, duration in 0.01..5.0_f64, a in -2.0..2.0_f64, volumes in 1..5_u32) {
        let x = event("x", onset, duration).with_modulation(a).unwrap();
        let activity = boxcar(std::slice::from_ref(&x), ms(70.0), 200).unwrap();
        prop_assert!((activity.values().sum() * 0.07 - a * duration).abs() < 1e-12);
        let of = |events: &[Event]| Regressors::new(Gamma::default(), frames(20, 1.0)).of(events).unwrap().values().clone();
        let halves = [event("x", onset, 0.5 * duration), event("x", onset + 0.5 * duration, 0.5 * duration)];
        let halves = halves.map(|half| half.with_modulation(a).unwrap());
        prop_assert!((of(&halves) - of(std::slice::from_ref(&x))).amax() < 1e-12);
        let later = event("x", onset + f64::from(volumes), duration).with_modulation(a).unwrap();
        let (later, now) = (of(&[later]), of(&[x]));
        let shift = volumes as usize;
        prop_assert!((later.columns(shift, 20 - shift) - now.columns(0, 20 - shift)).amax() < 1e-12);
    }
}
