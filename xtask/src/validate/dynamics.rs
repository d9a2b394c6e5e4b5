//! FC dynamics, phases, distributions, statistics of running signals, gradients of objectives.

use std::f64::consts::TAU;

use brainmass_core::units::dimension::Dimensionless;
use brainmass_core::units::{hz, ms, s};
use brainmass_core::{DifferentiableObjective, Objective, Statistic, TimeSeries};
use brainmass_objectives::{
    CosineSimilarity, Distribution, FcCorrelation, FcRmse, FcdWasserstein, LaggedCorrelation, Phases,
    RunningFc, RunningSpectrum, SlidingWindow, SpectrumDistance, SpectrumScale, TimeSeriesRmse, Welch,
    functional_connectivity,
};
use nalgebra::DMatrix;

use super::case::{Case, Check};
use super::tools::{largest, normals, relative};
use crate::Result;

type Series = TimeSeries<Dimensionless>;

const fn case(
    name: &'static str,
    what: &'static str,
    source: &'static str,
    (tolerance, why): (f64, &'static str),
    check: fn() -> Result<f64>,
) -> Case {
    Case { name, what, source, tolerance, why, check: Check::Alone(check) }
}

pub(super) const CASES: &[Case] = &[
    case(
        "running-fc",
        "FC of 100 channels × 1200 samples with an offset of 1000, gathered in passing, against that of the \
         series",
        "definition",
        (1e-12, "an offset of a thousand deviations costs three digits"),
        running_fc,
    ),
    case(
        "running-spectrum",
        "spectrum gathered in passing against that of the series, relative",
        "Welch's definition",
        (0.0, "the same sums in the same order"),
        running_spectrum,
    ),
    case(
        "fcd-of-repeats",
        "FC dynamics of a signal that repeats itself every step, distance from 1",
        "every window has the same FC",
        (1e-12, "correlations of correlations of 60 samples"),
        repeats,
    ),
    case(
        "fcd-is-affine",
        "FC dynamics after scaling and shifting channels",
        "Pearson's r is affine",
        (1e-12, "offsets of ten times the signal, twice"),
        affine,
    ),
    case(
        "wasserstein-of-a-shift",
        "distance of a sample from itself shifted by 0.3, every number three times there",
        "a shift moves everything by itself",
        (1e-15, "a sum of 3000 equal terms"),
        shift,
    ),
    case(
        "wasserstein-of-normals",
        "distance of N(0, 1) and N(1/2, 1), 20 000 numbers against 30 000, in standard errors",
        "two normals of one variance are their means apart",
        (5.0, "five standard errors of the difference of two means happen once in 1e6"),
        normal_distributions,
    ),
    case(
        "ks-of-uniforms",
        "KS distance of i/n and of their squares for n = 1000, distance from 1/4",
        "sup of √x − x on [0, 1]",
        (1e-3, "one step of the distribution function"),
        squares,
    ),
    case(
        "ks-of-equals",
        "distances of Kolmogorov and Smirnov and of Wasserstein of a sample from itself in another order",
        "equal distributions",
        (0.0, "the same numbers"),
        equals,
    ),
    case(
        "plv-of-a-lag",
        "phase locking of sinusoids a constant lag apart, by angles and by the analytic signal, distance from 1",
        "Lachaux et al. (1999)",
        (1e-12, "sums of 1000 points of the circle"),
        locking,
    ),
    case(
        "order-in-sync",
        "Kuramoto order of equal phases and of balanced ones, distance from 1 and 0",
        "definition",
        (1e-14, "sums of six points of the circle"),
        order,
    ),
    case(
        "coherence",
        "coherence of x and x + noise of its power, 1000 segments × 81 frequencies, distance from 1/2",
        "|S_xy|² / (S_xx S_yy)",
        (
            1e-2,
            "four standard errors √(2c)(1 − c)/√40000; neighbouring frequencies share half under a Hann window",
        ),
        coherence,
    ),
    case(
        "gradients",
        "slopes of eight objectives along random directions against central differences, relative to the \
         gradient",
        "extrapolated central differences",
        (1e-6, "the rounding of the cost over a step of 2e-5 is 1e-11; room for curvature"),
        gradients,
    ),
];

fn series(values: DMatrix<f64>) -> Result<Series> {
    Ok(Series::unnamed(values, ms(1.0), ms(1.0))?)
}

fn running_fc() -> Result<f64> {
    let x = series(normals(100, 1200).add_scalar(1000.0))?;
    let (running, whole) = (RunningFc::<Dimensionless>::new().of(&x)?, functional_connectivity(&x)?);
    Ok((running.matrix() - whole.matrix()).amax())
}

fn running_spectrum() -> Result<f64> {
    let x = series(normals(5, 1200))?;
    let (running, whole) =
        (RunningSpectrum::new(Welch::in_samples(200)).of(&x)?, Welch::in_samples(200).spectrum(&x)?);
    let pairs = running.density().iter().zip(whole.density().iter());
    Ok(largest(pairs.map(|(found, expected)| relative(*found, *expected))))
}

fn repeats() -> Result<f64> {
    let once = normals(10, 15);
    let x = series(DMatrix::from_fn(10, 300, |i, t| once[(i, t % 15)]))?;
    let fcd = SlidingWindow::in_samples(60, 15).fcd(&x)?;
    Ok(largest(fcd.matrix().iter().map(|similarity| (similarity - 1.0).abs())))
}

fn affine() -> Result<f64> {
    let x = normals(10, 300);
    let moved = DMatrix::from_fn(10, 300, |i, t| (1.0 + i as f64) * x[(i, t)] - 10.0 * i as f64);
    let windows = SlidingWindow::in_samples(60, 15);
    Ok((windows.fcd(&series(x)?)?.matrix() - windows.fcd(&series(moved)?)?.matrix()).amax())
}

fn shift() -> Result<f64> {
    let x = normals(1, 1000);
    let moved = x.iter().flat_map(|value| [value + 0.3; 3]).collect();
    let x = Distribution::new(x.as_slice().to_vec())?;
    Ok((x.wasserstein(&Distribution::new(moved)?) - 0.3).abs())
}

fn normal_distributions() -> Result<f64> {
    let all = normals(1, 50_000);
    let (x, y) = all.as_slice().split_at(20_000);
    let y = y.iter().map(|value| value + 0.5).collect();
    let distance = Distribution::new(x.to_vec())?.wasserstein(&Distribution::new(y)?);
    Ok((distance - 0.5).abs() / (1.0 / 20_000.0_f64 + 1.0 / 30_000.0).sqrt())
}

fn equals() -> Result<f64> {
    let x = normals(1, 1000).as_slice().to_vec();
    let reversed = Distribution::new(x.iter().rev().copied().collect())?;
    let x = Distribution::new(x)?;
    Ok(x.kolmogorov_smirnov(&reversed).max(x.wasserstein(&reversed)))
}

fn squares() -> Result<f64> {
    let x: Vec<f64> = (1..=1000).map(|i| f64::from(i) / 1000.0).collect();
    let y = Distribution::new(x.iter().map(|x| x * x).collect())?;
    Ok((Distribution::new(x)?.kolmogorov_smirnov(&y) - 0.25).abs())
}

fn locking() -> Result<f64> {
    let angle = |i: usize, t: usize| TAU * (5.0 * t as f64 / 1000.0 - 0.17 * i as f64);
    let angles = Phases::from_angles(&series(DMatrix::from_fn(3, 1000, angle))?)?;
    let waves = series(DMatrix::from_fn(3, 1000, |i, t| 2.0 + angle(i, t).cos()))?;
    let analytic = Phases::of_analytic_signal(&waves, s(0.0))?;
    let off = |phases: &Phases| largest(phases.locking().iter().map(|value| (value - 1.0).abs()));
    Ok(largest([off(&angles), off(&analytic)]))
}

fn order() -> Result<f64> {
    let of = |spread: f64| -> Result<Series> {
        let angle = |i: usize, t: usize| 0.1 * t as f64 + spread * TAU * i as f64 / 6.0;
        Ok(Phases::from_angles(&series(DMatrix::from_fn(6, 200, angle))?)?.order()?)
    };
    let (same, balanced) = (of(0.0)?, of(1.0)?);
    Ok(largest([largest(same.samples().iter().map(|r| (r - 1.0).abs())), balanced.values().amax()]))
}

fn coherence() -> Result<f64> {
    let x = normals(2, 200_000);
    let values = DMatrix::from_fn(2, x.ncols(), |i, t| x[(0, t)] + if i == 1 { x[(1, t)] } else { 0.0 });
    let cross = Welch::in_samples(200).with_overlap(0.0)?.cross_spectrum(&series(values)?)?;
    Ok((cross.coherence(hz(50.0), hz(450.0))?[(0, 1)] - 0.5).abs())
}

fn gradients() -> Result<f64> {
    let all = normals(12, 120);
    let (x, data) = (series(all.rows(0, 6).into_owned())?, series(all.rows(6, 6).into_owned())?);
    let fc = functional_connectivity(&data)?;
    let welch = Welch::in_samples(40);
    let spectrum = SpectrumDistance::new(welch.clone(), welch.spectrum(&data)?, hz(30.0), hz(300.0))?;
    let objectives: [Box<dyn DifferentiableObjective<Dimensionless>>; 8] = [
        Box::new(TimeSeriesRmse::new(data.clone())?),
        Box::new(CosineSimilarity::new(data.clone())?),
        Box::new(FcCorrelation::new(fc.clone())?),
        Box::new(FcRmse::new(fc)?),
        Box::new(LaggedCorrelation::new(&data, ms(5.0))?),
        Box::new(spectrum.clone()),
        Box::new(spectrum.with_scale(SpectrumScale::Linear)?),
        Box::new(FcdWasserstein::of(SlidingWindow::in_samples(40, 20), &data)?),
    ];
    let mut errors = Vec::new();
    for objective in &objectives {
        let (_, gradient) = objective.gradient(&x)?;
        let cost = |direction: &DMatrix<f64>, step: f64| -> Result<f64> {
            Ok(objective.cost(&series(x.values() + direction * step)?)?)
        };
        for k in 0..4_u32 {
            let direction = normals(6, 120 * (k + 2)).columns(120 * (k as usize + 1), 120).into_owned();
            let central = |step: f64| -> Result<f64> {
                Ok((cost(&direction, step)? - cost(&direction, -step)?) / (2.0 * step))
            };
            let numeric = (4.0 * central(1e-5)? - central(2e-5)?) / 3.0;
            errors.push((gradient.dot(&direction) - numeric).abs() / gradient.norm());
        }
    }
    Ok(largest(errors))
}
