//! Regressors of events, and the limits that tie the models of BOLD together.

use brainmass_core::units::dimension::Dimensionless;
use brainmass_core::units::{Second, ms, s};
use brainmass_core::{ObservationModel, TimeSeries};
use brainmass_forward::design::{Event, Frames, Regressors, boxcar};
use brainmass_forward::hrf::{FirstOrderVolterra, GammaDensity, Hrf, SpmDoubleGamma};
use brainmass_forward::{BalloonWindkessel, ConvolutionBold, Haemodynamics, SliceTiming, VolterraKernels};
use nalgebra::DMatrix;

use super::case::{Case, Check};
use super::tools::{largest, relative};
use crate::Result;

const FRISTON_2000: &str = "Friston et al. (2000), doi:10.1006/nimg.2000.0630";

const fn nilearn(name: &'static str, what: &'static str, check: fn() -> Result<f64>) -> Case {
    Case {
        name,
        what,
        source: "nilearn 0.14.1, compute_regressor with 2000 and 4000 bins per TR, extrapolated to bins of zero width",
        tolerance: 1e-6,
        why: "what the extrapolation leaves: bins of 0.5 ms, squared, times slopes of order one",
        check: Check::Alone(check),
    }
}

pub(super) const CASES: &[Case] = &[
    Case {
        name: "block",
        what: "regressor of blocks by SPM's kernel, largest distance from differences of gamma distribution functions",
        source: "∫h = (P(6, t) − P(16, t)/6)/(5/6), followed for 32 s",
        tolerance: 1e-11,
        why: "Gauss and Legendre with five points on quarters of a second",
        check: Check::Alone(block),
    },
    nilearn(
        "nilearn-spm",
        "blocks of 9 and 3 s; its undershoot is 0.167 of the response, and the kernel's sum over 32 s is one; largest",
        || {
            against_nilearn(
                [6.0, 1.0, 16.0, 1.0, 1.0 / 0.167],
                [
                    0.019_881_651_4,
                    0.665_260_532_3,
                    1.109_313_270_4,
                    0.666_446_329_9,
                    -0.010_039_833_1,
                    -0.407_054_847_5,
                    -0.085_624_280_3,
                    0.019_540_993_0,
                ],
            )
        },
    ),
    nilearn(
        "nilearn-glover",
        "the same by its Glover kernel: delays 6 and 12, dispersions 0.9, ratio 0.48; largest",
        || {
            against_nilearn(
                [6.0, 0.9, 12.0, 0.9, 1.0 / 0.48],
                [
                    0.022_832_786_7,
                    1.046_904_459_7,
                    1.541_745_158_3,
                    0.512_364_049_7,
                    -0.519_814_382_4,
                    -0.757_442_752_3,
                    0.051_142_948_6,
                    0.026_387_640_6,
                ],
            )
        },
    ),
    Case {
        name: "block-as-activity",
        what: "BOLD by convolution of the same blocks as activity in steps of 20 ms, largest distance from the regressor",
        source: "BOLD(T) = ∫ h(t) z(T − t) dt",
        tolerance: 2e-5,
        why: "the midpoint rule in steps of 20 ms, of second order, where blocks begin and end",
        check: Check::Alone(block_as_activity),
    },
    Case {
        name: "slice-times",
        what: "Balloon read at slice times, largest distance from samples of a recording at every step",
        source: "a channel of time τ is read TR − τ before the stamp",
        tolerance: 0.0,
        why: "the same numbers",
        check: Check::Alone(slice_times),
    },
    Case {
        name: "linear-limit",
        what: "distance of the Balloon from its linear response at a step of 0.04, over that at 0.02; from 4",
        source: FRISTON_2000,
        tolerance: 0.15,
        why: "the next term is of third order: a few hundredths at these drives",
        check: Check::Alone(linear_limit),
    },
    Case {
        name: "quadratic-limit",
        what: "even part of the response to pulses of ±0.01, distance from h₂ over the first kernel's peak",
        source: FRISTON_2000,
        tolerance: 3e-3,
        why: "what is left is of fourth order in the drive, and the pulse is a millisecond wide",
        check: Check::Alone(quadratic_limit),
    },
    Case {
        name: "flow-is-first-order-volterra",
        what: "flow of the linearised Balloon against e^(−κt/2) sin(ωt)/ω, relative",
        source: FRISTON_2000,
        tolerance: 1e-10,
        why: "a matrix exponential of norm ten, near zeros of the sine",
        check: Check::Alone(flow),
    },
    Case {
        name: "positive-order-2",
        what: "order of the positive scheme from steps of 50 and 25 ms, distance from 2",
        source: "exponential Rosenbrock with coefficients in the middle of the step",
        tolerance: 0.15,
        why: "the next order's term is some per cent at these steps",
        check: Check::Alone(positive_order),
    },
];

fn events() -> Result<[Event; 2]> {
    Ok([Event::new("x", s(3.0), s(8.0))?, Event::new("x", s(25.0), s(2.5))?.with_modulation(-2.0)?])
}

fn regressor() -> Result<Vec<f64>> {
    let frames = Frames::new(40, s(1.5))?.with_slice_time_reference(1.0)?;
    Ok(Regressors::new(SpmDoubleGamma::default(), frames).of(&events()?)?.samples().to_vec())
}

fn block() -> Result<f64> {
    let gamma = |shape: u32, t: f64| {
        let term = |k: u32| (1..=k).map(|j| t / f64::from(j)).product::<f64>();
        1.0 - (-t).exp() * (0..shape).map(term).sum::<f64>()
    };
    let integral = |t: f64| {
        let t = t.clamp(0.0, 32.0);
        (gamma(6, t) - gamma(16, t) / 6.0) / (5.0 / 6.0)
    };
    let block = |t: f64, onset: f64, duration: f64| integral(t - onset) - integral(t - onset - duration);
    let expected = |k: usize| {
        let t = 1.5 * (k as f64 + 1.0);
        block(t, 3.0, 8.0) - 2.0 * block(t, 25.0, 2.5)
    };
    Ok(largest(regressor()?.iter().enumerate().map(|(k, found)| (found - expected(k)).abs())))
}

/// Volumes 3, 5, 7, 9, 11, 13, 16 and 20 of 30, 2 s apart from zero: blocks of 9 s at 4 s, and of 3 s at 20 s, halved
/// and turned over.
fn against_nilearn(parameters: [f64; 5], expected: [f64; 8]) -> Result<f64> {
    let events = [Event::new("x", s(4.0), s(9.0))?, Event::new("x", s(20.0), s(3.0))?.with_modulation(-0.5)?];
    let [a, b, c, d, ratio] = parameters;
    let density = |delay, dispersion| GammaDensity { delay: s(delay), dispersion: s(dispersion) };
    let kernel = SpmDoubleGamma::new(density(a, b), density(c, d), ratio)?;
    let frames = Frames::new(30, s(2.0))?;
    let found = Regressors::new(kernel, frames).of(&events)?;
    // What a block as long as the kernel ends at is the kernel's mass over its duration.
    let mass = Regressors::new(kernel, frames).of(&[Event::new("x", s(0.0), s(50.0))?])?.samples()[20];
    let errors = [3, 5, 7, 9, 11, 13, 16, 20].iter().zip(expected);
    Ok(largest(errors.map(|(volume, expected)| (found.samples()[*volume] / mass - expected).abs())))
}

fn block_as_activity() -> Result<f64> {
    let activity = boxcar(&events()?, ms(20.0), 3000)?;
    let bold = ConvolutionBold::new(SpmDoubleGamma::default(), s(1.5), ms(20.0)).observe(&activity)?;
    Ok(largest(bold.samples().iter().zip(regressor()?).map(|(found, expected)| (found - expected).abs())))
}

fn balloon(drive: DMatrix<f64>, period: Second) -> Result<TimeSeries<Dimensionless>> {
    let source = TimeSeries::<Dimensionless>::unnamed(drive, period, period)?;
    Ok(BalloonWindkessel::new(Haemodynamics::friston_2003()).observe(&source)?)
}

fn slice_times() -> Result<f64> {
    let drive = DMatrix::from_fn(2, 2000, |channel, k| (0.01 * (k * (channel + 1)) as f64).sin().powi(2));
    let every = balloon(drive.clone(), ms(10.0))?;
    let source = TimeSeries::<Dimensionless>::unnamed(drive, ms(10.0), ms(10.0))?;
    let timing = SliceTiming::new(Second::new(vec![0.3, 0.72]));
    let model = BalloonWindkessel::new(Haemodynamics::friston_2003()).with_repetition_time(ms(720.0));
    let read = model.with_slice_timing(timing).observe(&source)?;
    let step = |channel: usize, volume: usize| 72 * volume + [30, 72][channel] - 1;
    let distance = |channel, volume| {
        f64::abs(read.values()[(channel, volume)] - every.values()[(channel, step(channel, volume))])
    };
    Ok(largest((0..read.n_samples()).flat_map(|volume| [distance(0, volume), distance(1, volume)])))
}

fn linear_limit() -> Result<f64> {
    let kernels = VolterraKernels::of(&Haemodynamics::friston_2003());
    let linear = ConvolutionBold::new(kernels, ms(100.0), ms(10.0));
    let error = |epsilon: f64| -> Result<f64> {
        let drive = DMatrix::from_element(1, 2500, epsilon);
        let full = balloon(drive.clone(), ms(10.0))?;
        let source = TimeSeries::<Dimensionless>::unnamed(drive, ms(10.0), ms(10.0))?;
        let linear = linear.observe(&source)?;
        Ok(largest((0..250).map(|k| (full.samples()[10 * k + 9] - linear.samples()[k]).abs())))
    };
    Ok((error(0.04)? / error(0.02)? - 4.0).abs())
}

fn quadratic_limit() -> Result<f64> {
    let kernels = VolterraKernels::of(&Haemodynamics::friston_2003());
    let response = |mass: f64| {
        let pulse = DMatrix::from_fn(1, 8000, |_, k| if k == 0 { 1e3 * mass } else { 0.0 });
        balloon(pulse, ms(1.0))
    };
    let (plus, minus) = (response(0.01)?, response(-0.01)?);
    let errors = [999_u32, 1999, 2999, 4999, 7999].map(|k| {
        let time = s((f64::from(k) + 0.5) * 1e-3);
        let even = (plus.samples()[k as usize] + minus.samples()[k as usize]) / 2e-4;
        (even - kernels.second(time, time)).abs() / kernels.first(s(3.0))
    });
    Ok(largest(errors))
}

fn flow() -> Result<f64> {
    let kernels = VolterraKernels::of(&Haemodynamics::friston_2003());
    let kernel = FirstOrderVolterra::new(s(1.0 / 0.65), s(1.0 / 0.41), 1.0)?;
    Ok(largest((1..20_u32).map(|k| relative(kernels.flow(s(f64::from(k))), kernel.value(s(f64::from(k)))))))
}

fn positive_order() -> Result<f64> {
    let bold = |period: f64, positive: bool| -> Result<Vec<f64>> {
        let count = 40_000.0 / period;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "some thousand samples")]
        let drive = DMatrix::from_fn(1, count.round() as usize, |_, k| {
            (3e-4 * (k as f64 + 0.5) * period).sin().powi(2)
        });
        let source = TimeSeries::<Dimensionless>::unnamed(drive, ms(period), ms(period))?;
        let model = BalloonWindkessel::new(Haemodynamics::friston_2003()).with_repetition_time(ms(800.0));
        let model = model.with_step(ms(period));
        let model = if positive { model.with_positive_states() } else { model };
        Ok(model.observe(&source)?.samples().to_vec())
    };
    let exact = bold(0.5, false)?;
    let error = |period| -> Result<f64> {
        Ok(largest(bold(period, true)?.iter().zip(&exact).map(|(found, expected)| (found - expected).abs())))
    };
    Ok(((error(50.0)? / error(25.0)?).log2() - 2.0).abs())
}
