//! Fixed points, limit cycles and transients of Stuart–Landau and Wilson–Cowan.

use brainmass_core::units::{hz, ms, s};
use brainmass_core::{Dual, Node, Parameterized};
use brainmass_network::{Drive, Integrator, Network, Simulator};
use brainmass_nodes::{StuartLandau, WilsonCowan};
use brainmass_viz::{Figure, LinePlot};

use super::case::{Case, Check};
use super::tools::{RisingCrossings, largest, parabolic_peak, record, relative, states};
use crate::Result;

const NORMAL_FORM: &str = "normal form of the Hopf bifurcation, solved in closed form";
const COWAN: &str = "Wilson & Cowan (1972), doi:10.1016/S0006-3495(72)86068-5, figure 11";

const fn transient(name: &'static str, check: fn() -> Result<f64>) -> Case {
    Case {
        name,
        what: "x and y over 5 s, radius and phase in closed form, relative to the largest radius",
        source: NORMAL_FORM,
        tolerance: 1e-8,
        why: "Runge–Kutta's phase error is ωt (ω dt)⁴/120 = 3e-9 at 0.1 ms",
        check: Check::Alone(check),
    }
}

const fn rest(name: &'static str, check: fn() -> Result<f64>) -> Case {
    Case {
        name,
        what: "fixed point under a constant P, by Newton's method on the exact Jacobian, relative",
        source: COWAN,
        tolerance: 1e-13,
        why: "the equations of the paper solved with 25 digits; rounding times a condition of ten",
        check: Check::Alone(check),
    }
}

const fn rhythm(name: &'static str, check: fn() -> Result<f64>) -> Case {
    Case {
        name,
        what: "period and both extremes of r_e on the limit cycle, the largest relative error",
        source: COWAN,
        tolerance: 1e-6,
        why: "period and extremes are read off samples 0.01 ms apart by lines and parabolas, good to 1e-7",
        check: Check::Alone(check),
    }
}

pub(super) const CASES: &[Case] = &[
    transient("stuart-landau-growth", || stuart_landau(4.0, 0.5)),
    transient("stuart-landau-decay", || stuart_landau(-0.7, 1.5)),
    Case {
        name: "stuart-landau-cycle",
        what: "radius √(a/β) and frequency ω/2π of the limit cycle, the larger relative error",
        source: NORMAL_FORM,
        tolerance: 1e-7,
        why: "crossings by straight lines between samples, 0.6 % of a period apart, average out to 1e-8",
        check: Check::Alone(limit_cycle),
    },
    Case {
        name: "wilson-cowan-rest-without-drive",
        what: "r_e and r_i after 100 τ from (0.4, 0.1) without drive, distance from the origin, which is a stable \
               fixed point",
        source: COWAN,
        tolerance: 1e-15,
        why: "the slowest mode has died out to e^(−90)",
        check: Check::Alone(wilson_cowan_without_drive),
    },
    rest("wilson-cowan-rest-at-1", || {
        Ok(fixed_point(1.0, [0.028_254_829_135_443_2, 0.000_805_833_973_623_18]))
    }),
    rest("wilson-cowan-rest-at-2.5", || Ok(fixed_point(2.5, [0.288_711_043_863_004, 0.282_078_137_951_526]))),
    rhythm("wilson-cowan-cycle-at-1.25", || {
        wilson_cowan(1.25, 4.995_894_304, [0.102_559_282_4, 0.269_659_501_9])
    }),
    rhythm("wilson-cowan-cycle-at-1.5", || {
        wilson_cowan(1.5, 3.319_892_415, [0.147_605_546_8, 0.282_309_857_4])
    }),
];

/// Between the bifurcation and a strong amplitude limit; ω = 60/s.
const OMEGA: f64 = 60.0;
const BETA: f64 = 2.0;

fn oscillator(a: f64, start: f64) -> Result<Network<StuartLandau>> {
    let node = StuartLandau { a: hz(a), omega: hz(OMEGA), beta: hz(BETA) };
    Ok(Network::single(node).with_initial("x", start)?)
}

/// r² = a/(β + (a/r₀² − β) e^(−2at)), turning with ω.
fn stuart_landau(a: f64, start: f64) -> Result<f64> {
    let found = states(&oscillator(a, start)?, Integrator::RungeKutta4, ms(0.1), 50_000, 0)?;
    let errors = (0..50_000_u32).map(|k| {
        let t = f64::from(k + 1) * 1e-4;
        let radius = (a / (BETA + (a / start.powi(2) - BETA) * (-2.0 * a * t).exp())).sqrt();
        let (x, y) = (found[0][k as usize], found[1][k as usize]);
        (x - radius * (OMEGA * t).cos()).hypot(y - radius * (OMEGA * t).sin())
    });
    Ok(largest(errors) / start.max((a / BETA).max(0.0).sqrt()))
}

fn limit_cycle() -> Result<f64> {
    let network = oscillator(4.0, 0.5)?;
    let simulator = Simulator::new(&network, ms(0.1))?.with_integrator(Integrator::RungeKutta4);
    let found = record(&simulator, s(20.0), s(10.0), &["x", "y"])?;
    let radii = found[0].iter().zip(&found[1]).map(|(x, y)| relative(x.hypot(*y), (4.0 / BETA).sqrt()));
    let period = RisingCrossings::of(found[0].as_slice()).period()? * 1e-4;
    Ok(largest(radii.chain([relative(std::f64::consts::TAU / period, OMEGA)])))
}

fn fixed_point(drive: f64, expected: [f64; 2]) -> f64 {
    type D = Dual<f64, 2>;
    let parameters = WilsonCowan::figure_11().with(&mut |_, value| D::constant(value));
    let input = [D::constant(drive), D::constant(0.0)];
    let mut x = expected.map(|value| 0.99 * value);
    for _ in 0..20 {
        let f = WilsonCowan::derivative(&parameters, &[D::variable(x[0], 0), D::variable(x[1], 1)], &input);
        let [[a, b], [c, d]] = [f[0].partials, f[1].partials];
        let determinant = a * d - b * c;
        x[0] -= (d * f[0].value - b * f[1].value) / determinant;
        x[1] -= (a * f[1].value - c * f[0].value) / determinant;
    }
    largest((0..2).map(|k| relative(x[k], expected[k])))
}

fn wilson_cowan_without_drive() -> Result<f64> {
    let growth = super::tools::fixed_point(&WilsonCowan::figure_11(), [0.0, 0.0], &[])?.growth();
    // The step is 0.01 τ, so that per τ e^(−0.9) is left or less.
    if growth > -900.0 {
        return Err(format!("the origin's slowest mode grows with {growth} per second").into());
    }
    let network =
        Network::single(WilsonCowan::figure_11()).with_initial("r_e", 0.4)?.with_initial("r_i", 0.1)?;
    let found = states(&network, Integrator::RungeKutta4, ms(0.01), 10_000, 0)?;
    Ok(largest(found.iter().map(|state| state[(0, 9999)].abs())))
}

/// Extremes of `r_e` and the period in units of τ = 1 ms, found with DOP853 at 1e-13.
fn wilson_cowan(drive: f64, period: f64, [low, high]: [f64; 2]) -> Result<f64> {
    let network = Network::single(WilsonCowan::figure_11())
        .with_initial("r_e", 0.1)?
        .with_drive("e_input", Drive::constant(drive))?;
    let simulator = Simulator::new(&network, ms(0.01))?.with_integrator(Integrator::RungeKutta4);
    let r_e = record(&simulator, ms(600.0), ms(400.0), &["r_e"])?.swap_remove(0);
    let inverted: Vec<f64> = r_e.iter().map(|value| -value).collect();
    Ok(largest([
        relative(RisingCrossings::of(r_e.as_slice()).period()? * 0.01, period),
        relative(-parabolic_peak(&inverted).1, low),
        relative(parabolic_peak(r_e.as_slice()).1, high),
    ]))
}

/// x of two nodes over half a second, with the closed form.
pub(super) fn transients() -> Result<Figure> {
    let mut plot = LinePlot::new("time (s)", "x").title("Stuart–Landau, ω = 60/s");
    for (a, start, name) in [(4.0, 0.1, "a = 4/s"), (-3.0, 1.5, "a = −3/s")] {
        let exact = |t: f64| {
            let limit = BETA + (a / f64::powi(start, 2) - BETA) * (-2.0 * a * t).exp();
            (t, (a / limit).sqrt() * (OMEGA * t).cos())
        };
        let found = states(&oscillator(a, start)?, Integrator::RungeKutta4, ms(0.5), 1600, 0)?.swap_remove(0);
        let dots: Vec<(f64, f64)> =
            (0..1600_u32).step_by(20).map(|k| (f64::from(k + 1) * 5e-4, found[k as usize])).collect();
        plot = plot.line(name, (0..=1600).map(|k| exact(f64::from(k) * 5e-4))).dots("", dots);
    }
    Ok(plot.panel()?.into())
}

/// Extremes of `r_e` after 400 τ over the drive, from 0.1.
pub(super) fn cycles() -> Result<Figure> {
    let (mut low, mut high) = (Vec::new(), Vec::new());
    for k in 0..=64 {
        let drive = 0.05 * f64::from(k);
        let network = Network::single(WilsonCowan::figure_11())
            .with_initial("r_e", 0.1)?
            .with_drive("e_input", Drive::constant(drive))?;
        let simulator = Simulator::new(&network, ms(0.02))?.with_integrator(Integrator::RungeKutta4);
        let r_e = record(&simulator, ms(500.0), ms(400.0), &["r_e"])?.swap_remove(0);
        low.push((drive, r_e.min()));
        high.push((drive, r_e.max()));
    }
    let known = [0.102_559_282_4, 0.269_659_501_9, 0.147_605_546_8, 0.282_309_857_4];
    let known: Vec<(f64, f64)> = [1.25, 1.25, 1.5, 1.5].into_iter().zip(known).collect();
    let rests = vec![(0.0, 0.0), (1.0, 0.028_254_829), (2.5, 0.288_711_044)];
    let plot = LinePlot::new("drive P", "extremes of r_e").line("highest", high).line("lowest", low);
    let plot = plot.dots("cycles of the table", known).dots("rest of the table", rests);
    Ok(plot.title("Wilson–Cowan (1972), figure 11").panel()?.into())
}
