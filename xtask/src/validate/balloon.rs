//! The Balloon–Windkessel model: steady state, pulses, modes, reference vectors.

use brainmass_core::units::dimension::{Dimensionless, Hertz, Squared};
use brainmass_core::units::{Values, ms, s};
use brainmass_core::{Array, Dual, Node, ObservationModel, Parameterized, TimeSeries};
use brainmass_datasets::Npz;
use brainmass_forward::{BalloonWindkessel, Haemodynamics};
use brainmass_network::{Drive, Integrator, Network, Simulator};
use nalgebra::{DMatrix, Matrix2};

use super::case::{Case, Check, Difference};
use super::tools::{
    REFERENCE, integer, islands, largest, normals, numbers, parabolic_peak, record, reference, relative,
};
use crate::Result;

const FRISTON: &str = "Friston et al. (2003), doi:10.1016/S1053-8119(03)00202-7";
const SOLVED: &str = "Friston et al. (2003), doi:10.1016/S1053-8119(03)00202-7; solved by DOP853 at 1e-12";

const fn landmark(name: &'static str, what: &'static str, check: fn() -> Result<f64>) -> Case {
    let why = "Heun's error at 1 ms is some 1e-6 of the response, and shifts an extreme by as many seconds";
    Case { name, what, source: SOLVED, tolerance: 1e-5, why, check: Check::Alone(check) }
}

const fn trajectory(name: &'static str, check: fn() -> Result<f64>) -> Case {
    Case {
        name,
        what: "s, f, v and q by Heun's method, largest distance",
        source: REFERENCE,
        tolerance: 1e-12,
        why: "rounding that thousands of stable steps carry along",
        check: Check::Alone(check),
    }
}

pub(super) const CASES: &[Case] = &[
    Case {
        name: "rest",
        what: "BOLD at rest; the reference's formula gives V₀ k₂ (1 − 1/ρ) = −0.0776",
        source: FRISTON,
        tolerance: 0.0,
        why: "every term is zero to the last bit",
        check: Check::Difference(|| Ok(rest())),
    },
    Case {
        name: "steady-state",
        what: "BOLD under a constant drive of 0.1, 1 and 2 after 240 s, largest distance from the closed \
               form",
        source: "f = 1 + z/γ, v = f^α, q = v (1 − (1 − ρ)^(1/f))/ρ (Friston et al. 2003)",
        tolerance: 1e-12,
        why: "what is left of the start is e^(−0.325·240); rounding remains",
        check: Check::Alone(steady_state),
    },
    Case {
        name: "flow-mode",
        what: "decay κ/2 and frequency √(γ − κ²/4)/2π = 0.08781 Hz of signal and flow, from the exact \
               Jacobian, relative",
        source: FRISTON,
        tolerance: 1e-14,
        why: "eigenvalues of a matrix of two by two",
        check: Check::Alone(|| Ok(flow_mode())),
    },
    landmark("pulse-peak", "peak after 0.1 s: 3.113525 s, 3.548041e-3; relative", || {
        extremes(Haemodynamics::friston_2003(), 0.1, 1.0, (0.0, 20.0), (3.113_525_394, 3.548_040_569e-3))
    }),
    landmark("pulse-undershoot", "trough after 0.1 s: 9.106075 s, −5.318588e-4; relative", || {
        extremes(Haemodynamics::friston_2003(), 0.1, -1.0, (0.0, 20.0), (9.106_075_432, -5.318_587_746e-4))
    }),
    landmark("step-overshoot", "overshoot of a step: 6.312379 s, 0.0481011; relative", || {
        extremes(Haemodynamics::friston_2003(), 30.0, 1.0, (0.0, 20.0), (6.312_378_623, 4.810_113_102e-2))
    }),
    landmark("initial-dip", "dip after 0.1 s, ρ = 0.8: 0.909925 s, −5.220616e-4; relative", || {
        extremes(greedy(), 0.1, -1.0, (0.0, 3.0), (0.909_925_113, -5.220_616_252e-4))
    }),
    landmark("peak-after-dip", "peak after 0.1 s, ρ = 0.8: 4.066488 s, 1.461241e-3; relative", || {
        extremes(greedy(), 0.1, 1.0, (0.0, 20.0), (4.066_487_644, 1.461_240_983e-3))
    }),
    Case {
        name: "derivative",
        what: "ds, df, dv, dq/dt of 60 random states, relative with a floor of 0.1",
        source: REFERENCE,
        tolerance: 1e-12,
        why: "a few roundings and two powers of numbers of order one to ten",
        check: Check::Alone(derivative),
    },
    Case {
        name: "readout",
        what: "BOLD of 60 random states, largest distance; the reference has q/ρ for q/v",
        source: FRISTON,
        tolerance: 1e-14,
        why: "a few roundings of numbers of order 0.1",
        check: Check::Difference(readout),
    },
    trajectory("states-from-rest", || states(0, 10.0)),
    trajectory("states-from-one", || states(1, 10.0)),
    trajectory("states-from-rest-at-50-ms", || states(2, 50.0)),
    trajectory("states-from-anywhere-at-50-ms", || states(3, 50.0)),
    Case {
        name: "bold-of-runs",
        what: "BOLD along these trajectories, largest distance; the reference's own has q/ρ for q/v",
        source: REFERENCE,
        tolerance: 1e-13,
        why: "states to 1e-12 times V₀ and coefficients of order one",
        check: Check::Difference(bold_of_runs),
    },
    Case {
        name: "own-steps",
        what: "BOLD of 40 s of noisy activity in steps of 0.1 ms, in the Balloon's own steps of 5 ms against those of the \
               activity, relative to the largest",
        source: FRISTON,
        tolerance: 5e-5,
        why: "Heun's error of some 1e-5 at 5 ms, and where within a step the activity lay",
        check: Check::Alone(own_steps),
    },
    Case {
        name: "order-2",
        what: "order measured under a drive that always changes, from 40 and 80 steps per sample, \
               distance from 2",
        source: "accurate solution in the reference vectors (DOP853 at 1e-12)",
        tolerance: 0.1,
        why: "the next order's term is a few per cent at these steps",
        check: Check::Alone(order),
    },
];

fn greedy() -> Haemodynamics {
    Haemodynamics { rho: 0.8, k_1: 5.6, k_3: 1.4, ..Haemodynamics::friston_2003() }
}

fn rest() -> Difference {
    let parameters = Haemodynamics::friston_2003();
    let [found] = Haemodynamics::output(&parameters, &Haemodynamics::initial());
    let moved = Haemodynamics::derivative(&parameters, &Haemodynamics::initial(), &[0.0]);
    let wrong = 0.02 * 2.0 * (1.0 - 1.0 / 0.34);
    let from_right = largest(moved.into_iter().chain([found]).map(f64::abs));
    Difference { from_right, from_wrong: (found - wrong).abs() }
}

fn bold(parameters: Haemodynamics, values: DMatrix<f64>, period: f64) -> Result<Vec<f64>> {
    let source = TimeSeries::<Dimensionless>::unnamed(values, s(period), s(period))?;
    Ok(BalloonWindkessel::new(parameters).observe(&source)?.samples().to_vec())
}

fn steady_state() -> Result<f64> {
    let p = Haemodynamics::friston_2003();
    let mut errors = Vec::new();
    for z in [0.1, 1.0, 2.0] {
        let f: f64 = 1.0 + z / 0.41;
        let v = f.powf(0.32);
        let q = v * (1.0 - 0.66_f64.powf(1.0 / f)) / 0.34;
        let expected = 0.02 * (7.0 * 0.34 * (1.0 - q) + 2.0 * (1.0 - q / v) + (2.0 * 0.34 - 0.2) * (1.0 - v));
        let found = bold(p, DMatrix::from_element(1, 24_000, z), 0.01)?;
        errors.push((found[23_999] - expected).abs());
    }
    Ok(largest(errors))
}

fn flow_mode() -> f64 {
    type D = Dual<f64, 2>;
    let parameters = Haemodynamics::friston_2003().with(&mut |_, value| D::constant(value));
    let rest = Haemodynamics::initial();
    let state = <[D; 4]>::from_fn(|k| if k < 2 { D::variable(rest[k], k) } else { D::constant(rest[k]) });
    let slopes = Haemodynamics::derivative(&parameters, &state, &[D::constant(0.0)]);
    let jacobian = Matrix2::from_fn(|row, column| slopes[row].partials[column]);
    let mode = jacobian.complex_eigenvalues()[0];
    let frequency = (0.41 - 0.25 * 0.65_f64.powi(2)).sqrt();
    largest([relative(-mode.re, 0.325), relative(mode.im.abs(), frequency)])
}

/// The largest (or, with a sign of −1, the smallest) BOLD between two times after a drive of one began.
fn extremes(
    parameters: Haemodynamics,
    drive_until: f64,
    sign: f64,
    (from, to): (f64, f64),
    (time, value): (f64, f64),
) -> Result<f64> {
    let drive = |k: u32| if (f64::from(k) + 0.5) * 1e-3 < drive_until { 1.0 } else { 0.0 };
    let steps = DMatrix::from_row_iterator(1, 20_000, (0..20_000).map(drive));
    let signed: Vec<f64> = bold(parameters, steps, 1e-3)?.iter().map(|value| sign * value).collect();
    let (begin, end) = (integer(from * 1e3), integer(to * 1e3));
    let (place, height) = parabolic_peak(&signed[begin..end]);
    // Sample 0 is that of 1 ms.
    let found = from + (place + 1.0) * 1e-3;
    Ok(largest([relative(found, time), relative(sign * height, value)]))
}

fn vectors() -> Result<Npz> {
    reference("forward/balloon_windkessel")
}

/// Calls a function with each of the 60 states and drives, and the number of the pair.
fn random_states(mut visit: impl FnMut([f64; 4], f64, usize) -> f64) -> Result<f64> {
    let data = vectors()?;
    let (states, drives) = (numbers(&data, "der_state")?, numbers(&data, "der_z")?);
    // Arrays are sample, variable, region.
    let state = |pair: usize| std::array::from_fn(|k| states[pair / 3 * 12 + k * 3 + pair % 3]);
    Ok(largest((0..60).map(|pair| visit(state(pair), drives[pair], pair))))
}

fn derivative() -> Result<f64> {
    let (data, parameters) = (vectors()?, Haemodynamics::friston_2003());
    let expected = numbers(&data, "der_out")?;
    random_states(|state, drive, pair| {
        let found = Haemodynamics::derivative(&parameters, &state, &[drive]);
        let expected = |k: usize| expected[pair / 3 * 12 + k * 3 + pair % 3];
        largest((0..4).map(|k| (found[k] - expected(k)).abs() / expected(k).abs().max(0.1)))
    })
}

fn readout() -> Result<Difference> {
    let data = vectors()?;
    let distance = |name: &str| {
        let expected = numbers(&data, name)?;
        random_states(|state, _, pair| {
            let [found] = Haemodynamics::output(&Haemodynamics::friston_2003(), &state);
            f64::abs(found - expected[pair])
        })
    };
    Ok(Difference {
        from_right: distance("der_bold_friston2003")?,
        from_wrong: distance("der_bold_brainmass_WRONG")?,
    })
}

/// Recorded variables of three regions, regions × stored steps, of a case at a step in milliseconds.
fn run(case: u32, step: f64, names: &[&str]) -> Result<Vec<DMatrix<f64>>> {
    let (data, dt) = (vectors()?, ms(step));
    let drive = data.matrix(&format!("c{case}_z"))?.transpose();
    let duration = dt * drive.ncols() as f64;
    let drive = TimeSeries::<Squared<Hertz>>::unnamed(drive, dt, dt)?;
    let mut network = Network::new(Haemodynamics::friston_2003(), islands(3)?)
        .with_drive("drive", Drive::series(&drive))?;
    let initial = data.matrix(&format!("c{case}_init"))?;
    for (k, state) in Haemodynamics::STATE.iter().enumerate() {
        let start = Values::new(initial.row(k).iter().copied().collect(), state.unit);
        network = network.with_initial(state.name, start)?;
    }
    let simulator = Simulator::new(&network, dt)?.with_integrator(Integrator::Heun);
    let rows: Vec<usize> =
        numbers(&data, &format!("c{case}_rows"))?.iter().map(|row| integer(*row)).collect();
    let recorded = record(&simulator, duration, s(0.0), names)?;
    Ok(recorded.iter().map(|values| values.select_columns(&rows)).collect())
}

fn states(case: u32, step: f64) -> Result<f64> {
    let data = vectors()?;
    let expected = numbers(&data, &format!("c{case}_states_rk2"))?;
    let found = run(case, step, &["s", "f", "v", "q"])?;
    let error = |index: usize| {
        let (row, variable, region) = (index / 12, index / 3 % 4, index % 3);
        (found[variable][(region, row)] - expected[index]).abs()
    };
    Ok(largest((0..expected.len()).map(error)))
}

fn bold_of_runs() -> Result<Difference> {
    let data = vectors()?;
    let (mut right, mut wrong) = (Vec::new(), Vec::new());
    for (case, step) in [(0, 10.0), (1, 10.0), (2, 50.0), (3, 50.0)] {
        let found = run(case, step, &["bold"])?.swap_remove(0);
        let distance = |name: &str| -> Result<DMatrix<f64>> {
            Ok((&found - data.matrix(&format!("c{case}_bold_{name}"))?.transpose()).abs())
        };
        right.push(distance("friston2003")?.max());
        wrong.push(distance("brainmass_WRONG")?.max());
    }
    Ok(Difference { from_right: largest(right), from_wrong: wrong.into_iter().fold(f64::INFINITY, f64::min) })
}

fn order() -> Result<f64> {
    let data = vectors()?;
    let (amplitude, frequency) = (numbers(&data, "ode_amp")?, numbers(&data, "ode_f0")?);
    let (times, exact) = (numbers(&data, "ode_t")?, data.matrix("ode_bold")?);
    let spacing = times[1] - times[0];
    let error = |per_sample: usize| -> Result<f64> {
        let period = spacing / per_sample as f64;
        // The mean of a sin²(π f t) over the interval that a sample stands for.
        let drive = |region: usize, k: usize| {
            let omega = std::f64::consts::TAU * frequency[region];
            let primitive = |t: f64| 0.5 * amplitude[region] * (t - (omega * t).sin() / omega);
            (primitive((k as f64 + 1.0) * period) - primitive(k as f64 * period)) / period
        };
        let values = DMatrix::from_fn(3, (times.len() - 1) * per_sample, drive);
        let source = TimeSeries::<Dimensionless>::unnamed(values, s(period), s(period))?;
        let model = BalloonWindkessel::new(Haemodynamics::friston_2003()).with_repetition_time(s(spacing));
        let found = model.with_step(s(period)).observe(&source)?;
        Ok((found.values() - exact.rows(1, times.len() - 1).transpose()).amax())
    };
    Ok(((error(40)? / error(80)?).log2() - 2.0).abs())
}

fn own_steps() -> Result<f64> {
    let noise = normals(2, 400_000);
    let drive = DMatrix::from_fn(2, 400_000, |region, k| {
        0.3 * (1.0 + (2e-5 * ((region + 1) * k) as f64).sin()) + 0.2 * noise[(region, k)]
    });
    let source = TimeSeries::<Dimensionless>::unnamed(drive, ms(0.1), ms(0.1))?;
    let model = BalloonWindkessel::new(Haemodynamics::friston_2003()).with_repetition_time(s(1.0));
    let (own, fine) = (model.observe(&source)?, model.clone().with_step(ms(0.1)).observe(&source)?);
    Ok((own.values() - fine.values()).amax() / fine.values().amax())
}
