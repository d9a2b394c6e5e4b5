//! BOLD by convolution: what the integral says, and the reference's scaling.

use brainmass_core::units::dimension::Dimensionless;
use brainmass_core::units::{SI, Second, hz, ms, s};
use brainmass_core::{ObservationModel, TemporalAverage, TimeSeries};
use brainmass_datasets::Npz;
use brainmass_forward::hrf::{self, Gamma, Hrf, SpmDoubleGamma};
use brainmass_forward::{ConvolutionBold, Edges, Method};
use nalgebra::DMatrix;

use super::case::{Case, Check, Difference};
use super::tools::{REFERENCE, largest, largest_difference, normals, reference, relative};
use crate::Result;

type Bold = ConvolutionBold<Dimensionless>;
type Series = TimeSeries<Dimensionless>;

const INTEGRAL: &str = "BOLD(T) = ∫ h(t) z(T − t) dt";

const fn vectors(name: &'static str, check: fn() -> Result<f64>) -> Case {
    Case {
        name,
        what: "BOLD in the reference's scaling, all edges, steps, methods and histories, relative to the \
               largest",
        source: REFERENCE,
        tolerance: 1e-12,
        why: "sums of up to 2000 terms in another order",
        check: Check::Alone(check),
    }
}

pub(super) const CASES: &[Case] = &[
    Case {
        name: "pulse-gives-the-kernel",
        what: "BOLD of a unit pulse of one step against the kernel in the middle of the step, relative",
        source: INTEGRAL,
        tolerance: 1e-12,
        why: "one product per sample",
        check: Check::Alone(pulse),
    },
    Case {
        name: "constant-gives-the-mass",
        what: "BOLD of a constant 2 with an amplitude of 3 per second after 120 s, relative to 6",
        source: INTEGRAL,
        tolerance: 1e-9,
        why: "the midpoint rule on a smooth kernel that has died out",
        check: Check::Alone(constant),
    },
    Case {
        name: "order-2-in-the-step",
        what: "order of convergence in the step, measured from steps of 100 and 50 ms, distance from 2",
        source: "midpoint rule",
        tolerance: 0.02,
        why: "the next term is a hundredth at these steps",
        check: Check::Alone(order),
    },
    Case {
        name: "step-does-not-scale",
        what: "BOLD of a constant by a gamma kernel with steps of 100 ms over that with 20 ms; the \
               reference's sum shrinks to a fifth",
        source: INTEGRAL,
        tolerance: 1e-3,
        why: "the error of both steps, of second order",
        check: Check::Difference(step_scaling),
    },
    Case {
        name: "linear",
        what: "BOLD of 2x − 3y, distance from that of x and y, relative to the largest",
        source: INTEGRAL,
        tolerance: 1e-13,
        why: "rounding of sums",
        check: Check::Alone(superposition),
    },
    Case {
        name: "shift",
        what: "BOLD of activity that comes a repetition time later, from BOLD a sample later and its time",
        source: INTEGRAL,
        tolerance: 0.0,
        why: "the same sums of the same numbers",
        check: Check::Alone(shifted),
    },
    Case {
        name: "fourier-is-direct",
        what: "BOLD by Fourier transforms and by sums, with all edges, relative to the largest",
        source: "convolution theorem",
        tolerance: 1e-12,
        why: "rounding of transforms of 2¹³ points",
        check: Check::Alone(methods),
    },
    vectors("gamma", || of_kernel("gamma", 9)),
    vectors("double-exponential", || of_kernel("double_exponential", 18)),
    vectors("mixture-of-gammas", || of_kernel("mixture_of_gammas", 27)),
    vectors("first-order-volterra", || of_kernel("first_order_volterra", 0)),
    vectors("gamma-after-its-mean", || {
        special(36, 5.6, 0.02, |model, data| {
            let mean = signal(data)?.values().column_mean().as_slice().to_vec();
            Ok(model.with_constant_history(SI::new(mean)))
        })
    }),
    vectors("gamma-with-short-history", || {
        special(37, 5.6, 0.02, |model, data| with_history(model, data, 37, ms(20.0)))
    }),
    vectors("gamma-with-other-k1-v0", || special(38, 4.3, 0.03, |model, _| Ok(model))),
    Case {
        name: "temporal-average",
        what: "averages over windows, largest distance",
        source: REFERENCE,
        tolerance: 1e-14,
        why: "a few roundings of numbers of order one",
        check: Check::Alone(averages),
    },
];

fn series(values: DMatrix<f64>, period: Second) -> Result<Series> {
    Ok(Series::unnamed(values, period, period)?)
}

fn shifted() -> Result<f64> {
    let activity = normals(3, 3000);
    let later = activity.clone().insert_columns(0, 50, 0.0);
    let model = Bold::new(SpmDoubleGamma::default(), s(1.0), ms(20.0));
    let (bold, later) =
        (model.observe(&series(activity, ms(20.0))?)?, model.observe(&series(later, ms(20.0))?)?);
    // The first sample is stamped with one repetition time, and holds the activity since time zero.
    let start = (bold.start() - s(1.0)).value_unsafe.abs() + (later.start() - s(1.0)).value_unsafe.abs();
    let moved = later.values().columns(1, bold.n_samples()) - bold.values();
    Ok(largest([start, moved.amax(), later.values().column(0).amax()]))
}

fn pulse() -> Result<f64> {
    let mut values = DMatrix::zeros(1, 1500);
    values[(0, 0)] = 50.0;
    let bold = Bold::new(SpmDoubleGamma::default(), s(1.0), ms(20.0)).observe(&series(values, ms(20.0))?)?;
    let kernel = SpmDoubleGamma::default();
    let expected = |second: u32| kernel.value(s(f64::from(second) - 0.01));
    Ok(largest((1..=30_u32).map(|second| relative(bold.samples()[second as usize - 1], expected(second)))))
}

fn constant() -> Result<f64> {
    let source = series(DMatrix::from_element(1, 2400, 2.0), ms(50.0))?;
    let model = Bold::new(SpmDoubleGamma::default(), s(2.0), ms(50.0));
    let bold = model.with_kernel_duration(s(80.0)).with_amplitude(hz(3.0)).observe(&source)?;
    Ok(relative(bold.samples()[59], 6.0))
}

fn order() -> Result<f64> {
    let activity = |k: usize| {
        let t = 1e-3 * (k as f64 + 1.0);
        (0.7 * t).sin().powi(2) + (0.13 * t).cos()
    };
    let source = series(DMatrix::from_fn(1, 60_000, |_, k| activity(k)), ms(1.0))?;
    let with_step = |step| Bold::new(SpmDoubleGamma::default(), s(4.0), ms(step)).observe(&source);
    let fine = with_step(1.0)?;
    let error = |step| -> Result<f64> { Ok((with_step(step)?.values() - fine.values()).amax()) };
    Ok(((error(100.0)? / error(50.0)?).log2() - 2.0).abs())
}

fn step_scaling() -> Result<Difference> {
    let source = series(DMatrix::from_element(1, 2000, 1.0), ms(20.0))?;
    let model = |step| Bold::new(Gamma::default(), s(2.0), ms(step));
    let last = |model: Bold| -> Result<f64> { Ok(model.observe(&source)?.samples()[19]) };
    let ratio = last(model(100.0))? / last(model(20.0))?;
    // The reference subtracts one from the sum.
    let sum = |step| -> Result<f64> { Ok(last(model(step).with_reference_scaling(5.6, 0.02))? + 5.6 * 0.02) };
    let wrong = sum(100.0)? / sum(20.0)?;
    Ok(Difference { from_right: (ratio - 1.0).abs(), from_wrong: (ratio - wrong).abs() })
}

fn superposition() -> Result<f64> {
    let (x, y) = (normals(2, 4000), normals(4, 4000).rows(2, 2).into_owned());
    let bold = |values| -> Result<DMatrix<f64>> {
        let model = Bold::new(SpmDoubleGamma::default(), ms(720.0), ms(20.0));
        Ok(model.observe(&series(values, ms(10.0))?)?.values().clone())
    };
    largest_difference(&bold(2.0 * &x - 3.0 * &y)?, &(2.0 * bold(x)? - 3.0 * bold(y)?))
}

fn methods() -> Result<f64> {
    let source = series(normals(3, 5000), ms(10.0))?;
    let model = Bold::new(SpmDoubleGamma::default(), s(0.5), ms(10.0));
    let error = |edges| {
        let with = |method| model.convolve(&source, edges, method);
        largest_difference(with(Method::Fft)?.values(), with(Method::Direct)?.values())
    };
    Ok(largest([error(Edges::Valid)?, error(Edges::Same)?, error(Edges::Full)?]))
}

fn signal(data: &Npz) -> Result<Series> {
    series(data.matrix("signal")?.transpose(), ms(5.0))
}

/// The nine cases of a kernel: three edges in steps of 20 ms, three in steps of 50 ms, one by Fourier
/// transforms and two with a history.
fn of_kernel(kernel: &str, first: u32) -> Result<f64> {
    use Edges::{Full, Same, Valid};
    let data = reference("forward/hrf_bold")?;
    let mut errors = Vec::new();
    for (number, edges) in (first..).zip([Valid, Same, Full, Valid, Same, Full, Valid, Valid, Same]) {
        let place = number - first;
        let (tr, step) = if place < 3 { (ms(720.0), ms(20.0)) } else { (s(2.0), ms(50.0)) };
        let mut model = Bold::new(hrf::by_name(kernel)?, tr, step).with_reference_scaling(5.6, 0.02);
        if place >= 7 {
            model = with_history(model, &data, number, step)?;
        }
        let method = if place == 6 { Method::Fft } else { Method::Direct };
        errors.push(compare(&model, &data, number, edges, method)?);
    }
    Ok(largest(errors))
}

fn special(number: u32, k_1: f64, v_0: f64, complete: fn(Bold, &Npz) -> Result<Bold>) -> Result<f64> {
    let data = reference("forward/hrf_bold")?;
    let model = Bold::new(Gamma::default(), ms(720.0), ms(20.0)).with_reference_scaling(k_1, v_0);
    compare(&complete(model, &data)?, &data, number, Edges::Valid, Method::Direct)
}

/// The history that a case stores: rows that end where the signal begins.
fn with_history(model: Bold, data: &Npz, number: u32, step: Second) -> Result<Bold> {
    let rows = data.matrix(&format!("c{number}_history"))?;
    let start = step * (1.0 - rows.nrows() as f64);
    Ok(model.with_history(Series::unnamed(rows.transpose(), step, start)?))
}

fn compare(model: &Bold, data: &Npz, number: u32, edges: Edges, method: Method) -> Result<f64> {
    let expected = data.matrix(&format!("c{number}_bold"))?.transpose();
    largest_difference(model.convolve(&signal(data)?, edges, method)?.values(), &expected)
}

fn averages() -> Result<f64> {
    let data = reference("forward/temporal_average")?;
    let mut errors = Vec::new();
    for (case, dt, period) in [(0, 1.0, 4.0), (1, 0.1, 1.0), (8, 0.5, 2.0)] {
        let source = series(data.matrix(&format!("c{case}_x"))?.transpose(), ms(dt))?;
        let found = TemporalAverage::new(ms(period)).observe(&source)?;
        errors.push((found.values() - data.matrix(&format!("c{case}_y"))?.transpose()).amax());
    }
    Ok(largest(errors))
}
