//! Haemodynamic response functions: landmarks, masses, the reference's grids.

use std::f64::consts::PI;

use brainmass_core::units::{Second, hz, s};
use brainmass_forward::hrf::{
    self, DoubleExponential, FirstOrderVolterra, Gamma, Glover, Hrf, MixtureOfGammas, SpmDoubleGamma,
};

use super::case::{Case, Check, Difference};
use super::tools::{REFERENCE, bisect, largest, numbers, reference};
use crate::Result;

const fn landmarks(
    name: &'static str,
    what: &'static str,
    source: &'static str,
    check: fn() -> Result<f64>,
) -> Case {
    let why = "golden section finds a flat top to the root of rounding, 1e-7 of the time";
    Case { name, what, source, tolerance: 1e-6, why, check: Check::Alone(check) }
}

const fn grid(name: &'static str, check: fn() -> Result<f64>) -> Case {
    Case {
        name,
        what: "kernel on a regular, an irregular and a too short grid, largest distance",
        source: REFERENCE,
        tolerance: 1e-13,
        why: "a few roundings of numbers of order 0.1, and of exponents up to 20",
        check: Check::Alone(check),
    }
}

pub(super) const CASES: &[Case] = &[
    landmarks(
        "spm",
        "peak 4.99851 s, undershoot 15.74879 s, zero 12.06555 s and ratio −0.0889106, largest distance",
        "Friston et al. (1998), doi:10.1006/nimg.1997.0306; roots of h and h′ with 30 digits",
        || {
            let kernel = SpmDoubleGamma::default();
            let [top, low] = [peak(&kernel, 0.0, 12.0), trough(&kernel, 12.0, 32.0)];
            let zero = bisect((8.0, 14.0), |t| Ok(kernel.value(s(t))))?;
            let ratio = kernel.value(s(low)) / kernel.value(s(top));
            Ok(distance([
                (top, 4.998_510_634_58),
                (low, 15.748_786_612_3),
                (zero, 12.065_545_494_5),
                (ratio, -0.088_910_583_669_9),
            ]))
        },
    ),
    landmarks(
        "glover",
        "auditory peak 5.23998 and undershoot 12.25534 s, motor 5.26943 and 12.50856 s, largest distance",
        "Glover (1999), doi:10.1006/nimg.1998.0419; roots of h′ with 30 digits",
        || {
            let (auditory, motor) = (Glover::auditory(), Glover::motor());
            Ok(distance([
                (peak(&auditory, 0.0, 9.0), 5.239_982_459_86),
                (trough(&auditory, 9.0, 32.0), 12.255_339_816_4),
                (peak(&motor, 0.0, 9.0), 5.269_433_304_63),
                (trough(&motor, 9.0, 32.0), 12.508_564_851_3),
            ]))
        },
    ),
    landmarks(
        "gamma",
        "peak (n − 1)τ = 2.16 s and its height a = 0.1, largest distance",
        "Boynton et al. (1996): h ∝ (t/τ)^(n−1) e^(−t/τ)",
        || {
            let top = peak(&Gamma::default(), 0.0, 20.0);
            Ok(distance([(top, 2.16), (Gamma::default().value(s(top)), 0.1)]))
        },
    ),
    landmarks(
        "first-order-volterra",
        "peak, trough and zero: atan(2τω)/ω, that plus π/ω, and π/ω; value at the peak; largest distance",
        "Friston et al. (2000): h ∝ e^(−t/2τ) sin(ωt)/ω",
        || {
            let kernel = FirstOrderVolterra::default();
            let omega = (1.0 / 0.4 - 0.25 / 0.64_f64).sqrt();
            let top = (1.6 * omega).atan() / omega;
            let height = (-top / 1.6).exp() * (omega * top).sin() / omega / 3.0;
            Ok(distance([
                (peak(&kernel, 0.0, 2.0), top),
                (trough(&kernel, 2.2, 4.0), top + PI / omega),
                (bisect((1.5, 2.5), |t| Ok(kernel.value(s(t))))?, PI / omega),
                (kernel.value(s(top)), height),
            ]))
        },
    ),
    landmarks(
        "mixture-of-gammas",
        "peak 4.94865 s and undershoot 13.18103 s, largest distance",
        "Friston et al. (1998), doi:10.1006/nimg.1997.0306; roots of h′ with 30 digits",
        || {
            let kernel = MixtureOfGammas::default();
            Ok(distance([
                (peak(&kernel, 0.0, 9.0), 4.948_645_197_6),
                (trough(&kernel, 9.0, 30.0), 13.181_025_127_3),
            ]))
        },
    ),
    landmarks(
        "double-exponential",
        "main peak 5.94250 s, distance",
        "Polonsky et al. (2000), doi:10.1038/80676; root of h′ with 30 digits",
        || Ok(distance([(peak(&DoubleExponential::default(), 3.0, 9.0), 5.942_497_719_4)])),
    ),
    Case {
        name: "mass",
        what: "∫h dt of SPM's kernel, 1, and of mixtures of gammas with l = 0.5, 1 and 3 per second, 0.6",
        source: "a gamma density has the mass 1",
        tolerance: 1e-9,
        why: "Simpson's rule in steps of 10 ms on smooth kernels that have died out",
        check: Check::Alone(masses),
    },
    grid("gamma-on-grids", || on_grids("gamma", "Gamma")),
    grid("double-exponential-on-grids", || on_grids("double_exponential", "DoubleExponential")),
    grid("mixture-of-gammas-on-grids", || on_grids("mixture_of_gammas", "MixtureOfGammas")),
    grid("first-order-volterra-on-grids", || on_grids("first_order_volterra", "FirstOrderVolterra")),
    Case {
        name: "gamma-does-not-see-its-grid",
        what: "kernel at the end of a grid that stops before the peak; the reference stretches what it \
               has to a = 0.1",
        source: "Boynton et al. (1996): h = a (t/t₀ e^(1−t/t₀))^(n−1) with t₀ = (n − 1)τ",
        tolerance: 1e-14,
        why: "a few roundings of numbers of order 0.1",
        check: Check::Difference(grid_independence),
    },
];

fn distance<const N: usize>(pairs: [(f64, f64); N]) -> f64 {
    largest(pairs.map(|(found, expected)| (found - expected).abs()))
}

/// Where a kernel is largest between two times, by golden section.
fn peak(kernel: &dyn Hrf, low: f64, high: f64) -> f64 {
    golden(low, high, |t| kernel.value(s(t)))
}

fn trough(kernel: &dyn Hrf, low: f64, high: f64) -> f64 {
    golden(low, high, |t| -kernel.value(s(t)))
}

fn golden(mut low: f64, mut high: f64, value: impl Fn(f64) -> f64) -> f64 {
    let ratio = 0.5 * (5f64.sqrt() - 1.0);
    for _ in 0..100 {
        let (left, right) = (high - ratio * (high - low), low + ratio * (high - low));
        if value(left) > value(right) { high = right } else { low = left }
    }
    low
}

fn masses() -> Result<f64> {
    let simpson = |kernel: &dyn Hrf| {
        let weight = |k: u32| if k.is_multiple_of(2) { 2.0 } else { 4.0 };
        let inner: f64 = (1..20_000).map(|k| weight(k) * kernel.value(s(0.01 * f64::from(k)))).sum();
        inner * 0.01 / 3.0
    };
    let mut pairs = vec![(simpson(&SpmDoubleGamma::default()), 1.0)];
    for l in [0.5, 1.0, 3.0] {
        pairs.push((simpson(&MixtureOfGammas::new(6.0, 13.0, hz(l), 0.4)?), 0.6));
    }
    Ok(largest(pairs.into_iter().map(|(found, expected): (f64, f64)| (found - expected).abs())))
}

fn on_grids(name: &str, theirs: &str) -> Result<f64> {
    let (kernel, data) = (hrf::by_name(name)?, reference("forward/hrf_kernels")?);
    let mut errors = Vec::new();
    for grid in ["", "_irregular", "_before_peak"] {
        let read = |what: &str| numbers(&data, &format!("{theirs}{grid}_{what}"));
        let times: Vec<Second> = read("t")?.iter().copied().map(s).collect();
        let pairs = kernel.reference_values(&times).into_iter().zip(read("h")?);
        errors.extend(pairs.map(|(found, expected)| (found - expected).abs()));
    }
    Ok(largest(errors))
}

fn grid_independence() -> Result<Difference> {
    let data = reference("forward/hrf_kernels")?;
    let last = |what: &str| -> Result<f64> {
        let values = numbers(&data, &format!("Gamma_before_peak_{what}"))?;
        Ok(*values.last().ok_or("an empty grid")?)
    };
    let (time, wrong) = (last("t")?, last("h")?);
    let found = Gamma::default().value(s(time));
    let x = time / 2.16;
    let right = 0.1 * (x * (1.0 - x).exp()).powi(2);
    Ok(Difference { from_right: (found - right).abs(), from_wrong: (found - wrong).abs() })
}
