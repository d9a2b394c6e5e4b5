//! Bifurcations and rhythms of the Jansen–Rit column.

use brainmass_core::units::{hz, ms, s};
use brainmass_core::{Dual, Node, Parameterized};
use brainmass_network::drive::Ramp;
use brainmass_network::{Drive, Integrator, Network, Simulator};
use brainmass_nodes::JansenRit;
use brainmass_viz::{Figure, LinePlot};
use nalgebra::linalg::balancing::balance_parlett_reinsch;
use nalgebra::{Complex, Matrix6, SMatrix, SVector};

use super::case::{Case, Check};
use super::tools::{RisingCrossings, bisect, largest, parabolic_peak, record, relative};
use crate::Result;

const GRIMBERT: &str = "Grimbert & Faugeras (2006), doi:10.1162/neco.2006.18.12.3052; closed form here";
const RIT: &str = "Jansen & Rit (1995), doi:10.1007/BF00199471; solved by DOP853 at 1e-12";

const fn rhythm(name: &'static str, check: fn() -> Result<f64>) -> Case {
    Case {
        name,
        what: "frequency and peak-to-peak potential under a constant input, the larger relative error",
        source: RIT,
        tolerance: 1e-6,
        why: "Runge–Kutta at 0.1 ms is far below; peaks by parabolas through samples are good to 1e-7",
        check: Check::Alone(check),
    }
}

pub(super) const CASES: &[Case] = &[
    Case {
        name: "folds",
        what: "input p at both folds (−41.301, 113.586 Hz), from the determinant of the exact Jacobian, \
               relative",
        source: GRIMBERT,
        tolerance: 1e-9,
        why: "p is flat in the potential at a fold; what remains is rounding times the Jacobian's \
              condition, 1e5",
        check: Check::Alone(folds),
    },
    Case {
        name: "hopf-inputs",
        what: "input p at the Hopf points (−12.147, 89.829, 315.696 Hz), from eigenvalues of the exact \
               Jacobian, relative",
        source: GRIMBERT,
        tolerance: 1e-9,
        why: "eigenvalues of the balanced Jacobian are good to 1e-13, and p varies by some 100 Hz/mV",
        check: Check::Alone(|| hopf(|found, expected| relative(found.p, expected.p))),
    },
    Case {
        name: "hopf-frequencies",
        what: "frequency at the Hopf points (7.239, 10.377, 11.164 Hz), from eigenvalues of the exact \
               Jacobian, relative",
        source: GRIMBERT,
        tolerance: 1e-9,
        why: "as for the inputs",
        check: Check::Alone(|| hopf(|found, expected| relative(found.omega, expected.omega))),
    },
    Case {
        name: "alpha-at-120",
        what: "frequency and peak-to-peak potential of the alpha rhythm that coexists with spikes under 120 Hz, reached \
               by a ramp from 150 Hz; the larger relative error",
        ..rhythm("", alpha_at_120)
    },
    rhythm("alpha-at-150", || cycle(150.0, 10.623_125_657, 2.639_716_339)),
    rhythm("alpha-at-200", || cycle(200.0, 10.862_488_010, 2.973_114_397)),
    rhythm("alpha-at-220", || cycle(220.0, 10.938_028_730, 2.946_131_671)),
    rhythm("alpha-at-270", || cycle(270.0, 11.078_218_954, 2.411_312_016)),
    rhythm("spikes-at-120", || cycle(120.0, 2.384_566_22, 9.943_716_26)),
    Case {
        name: "rest-outside",
        what: "peak-to-peak potential, mV, under p = 50 and 400 Hz after 20 s",
        source: RIT,
        tolerance: 1e-9,
        why: "both are stable: after 20 s the slowest mode has died out and rounding of potentials of 10 \
              mV remains",
        check: Check::Alone(|| Ok(largest([potential(50.0)?, potential(400.0)?].map(|y| peak_to_peak(&y))))),
    },
];

/// A fixed point of the node, where the potential e − i has a given value.
struct Branch {
    /// The input that holds it there, Hz.
    p: f64,
    jacobian: Matrix6<f64>,
}

/// Newton's method on the state and the input, with the exact Jacobian in all seven.
fn branch(potential: f64) -> Result<Branch> {
    type D = Dual<f64, 7>;
    let parameters = JansenRit::default().with(&mut |_, value| D::constant(value));
    let mut unknowns = SVector::<f64, 7>::zeros();
    for _ in 0..50 {
        let x: [D; 6] = std::array::from_fn(|k| D::variable(unknowns[k], k));
        let input = [D::constant(0.0), D::variable(unknowns[6], 6), D::constant(0.0)];
        let f = JansenRit::derivative(&parameters, &x, &input);
        let constraint = x[1] - x[2] - D::constant(potential);
        let equation = |row: usize| if row < 6 { f[row] } else { constraint };
        let slopes = SMatrix::<f64, 7, 7>::from_fn(|row, column| equation(row).partials[column]);
        let residuals = SVector::<f64, 7>::from_fn(|row, _| equation(row).value);
        let step = slopes.lu().solve(&residuals).ok_or("the Jacobian is singular")?;
        unknowns -= step;
        if step.amax() <= 1e-13 * unknowns.amax() {
            return Ok(Branch { p: unknowns[6], jacobian: slopes.fixed_view::<6, 6>(0, 0).into_owned() });
        }
    }
    Err(format!("no fixed point found at a potential of {potential} V").into())
}

fn folds() -> Result<f64> {
    let errors = [(1.5, 3.5), (4.5, 5.6)].map(|(low, high)| {
        let determinant = |y: f64| Ok(branch(y)?.jacobian.determinant());
        let found = branch(bisect((low * 1e-3, high * 1e-3), determinant)?)?.p;
        let expected = closed_form::p(bisect((low, high), |y| Ok(closed_form::p_slope(y)))?);
        Ok::<_, crate::Error>(relative(found, expected))
    });
    Ok(largest(errors.into_iter().collect::<Result<Vec<_>>>()?))
}

/// Input and angular frequency at a Hopf point.
struct Hopf {
    p: f64,
    omega: f64,
}

fn hopf(error: fn(&Hopf, &Hopf) -> f64) -> Result<f64> {
    let mut errors = Vec::new();
    for (low, high, omega) in [(5.6, 6.3, 45.0), (6.4, 7.3, 65.0), (7.5, 8.6, 70.0)] {
        let leading = |y: f64| -> Result<(f64, Complex<f64>)> {
            let mut branch = branch(y)?;
            // Volts and volts per second differ by 1e2 to 1e4: without balancing eight digits are lost.
            balance_parlett_reinsch(&mut branch.jacobian);
            let pairs = branch.jacobian.complex_eigenvalues();
            let pair = pairs.iter().filter(|value| value.im > 1.0).max_by(|a, b| a.re.total_cmp(&b.re));
            Ok((branch.p, *pair.ok_or("no oscillating mode")?))
        };
        let place = bisect((low * 1e-3, high * 1e-3), |y| Ok(leading(y)?.1.re))?;
        let (p, pair) = leading(place)?;
        errors.push(error(&Hopf { p, omega: pair.im }, &closed_form::hopf(0.5 * (low + high), omega)?));
    }
    Ok(largest(errors))
}

/// The column by hand, in mV and s: everything follows from the potential y = e − i of a fixed point.
mod closed_form {
    use super::{Complex, Hopf, Result};

    const GAIN_E: f64 = 3.25;
    const GAIN_I: f64 = 22.0;
    const A: f64 = 100.0;
    const B: f64 = 50.0;
    const C: [f64; 4] = [135.0, 108.0, 33.75, 33.75];

    fn sigmoid(v: f64) -> f64 {
        5.0 / (1.0 + (0.56 * (6.0 - v)).exp())
    }

    fn slope(v: f64) -> f64 {
        0.56 * sigmoid(v) * (1.0 - sigmoid(v) / 5.0)
    }

    fn m(y: f64) -> f64 {
        GAIN_E / A * sigmoid(y)
    }

    /// The input that holds y: from y = e − i, e = A/a (p + C₂ S(C₁ m)), i = B/b C₄ S(C₃ m).
    pub(super) fn p(y: f64) -> f64 {
        let i = GAIN_I / B * C[3] * sigmoid(C[2] * m(y));
        (y + i) * A / GAIN_E - C[1] * sigmoid(C[0] * m(y))
    }

    /// dp/dy.
    pub(super) fn p_slope(y: f64) -> f64 {
        let m_slope = GAIN_E / A * slope(y);
        let i_slope = GAIN_I / B * C[3] * C[2] * slope(C[2] * m(y)) * m_slope;
        (1.0 + i_slope) * A / GAIN_E - C[1] * C[0] * slope(C[0] * m(y)) * m_slope
    }

    /// (λ + a)⁴ (λ + b)² = A a S′(y) (A a C₁C₂ S′(C₁m) (λ + b)² − B b C₃C₄ S′(C₃m) (λ + a)²), over a⁴b².
    fn characteristic(y: f64, omega: f64) -> Complex<f64> {
        let (a, b) = (Complex::new(A, omega), Complex::new(B, omega));
        let excitation = GAIN_E * A * C[0] * C[1] * slope(C[0] * m(y));
        let inhibition = GAIN_I * B * C[2] * C[3] * slope(C[2] * m(y));
        let feedback = (b.powi(2) * excitation - a.powi(2) * inhibition) * (GAIN_E * A * slope(y));
        (a.powi(4) * b.powi(2) - feedback) / (A.powi(4) * B.powi(2))
    }

    /// A purely imaginary root λ = iω, by Newton's method in (y, ω) with central differences.
    pub(super) fn hopf(mut y: f64, mut omega: f64) -> Result<Hopf> {
        for _ in 0..100 {
            let (h, k) = (1e-5, 1e-4);
            let f = characteristic(y, omega);
            let by_y = (characteristic(y + h, omega) - characteristic(y - h, omega)) / (2.0 * h);
            let by_omega = (characteristic(y, omega + k) - characteristic(y, omega - k)) / (2.0 * k);
            let determinant = by_y.re * by_omega.im - by_y.im * by_omega.re;
            let step_y = (f.re * by_omega.im - f.im * by_omega.re) / determinant;
            let step_omega = (by_y.re * f.im - by_y.im * f.re) / determinant;
            y -= step_y;
            omega -= step_omega;
            if step_y.abs() < 1e-13 * y.abs() && step_omega.abs() < 1e-13 * omega {
                return Ok(Hopf { p: p(y), omega });
            }
        }
        Err(format!("no Hopf point found near y = {y} mV").into())
    }
}

/// The potential, mV, from 20 to 22 s of a run from rest under a constant input.
fn potential(p: f64) -> Result<Vec<f64>> {
    let network = Network::single(JansenRit::default()).with_drive("e_input", Drive::constant(hz(p)))?;
    let simulator = Simulator::new(&network, ms(0.1))?.with_integrator(Integrator::RungeKutta4);
    let volts = record(&simulator, s(22.0), s(20.0), &["potential"])?.swap_remove(0);
    Ok(volts.iter().map(|volt| volt * 1e3).collect())
}

/// The potential, mV, from 50 to 52 s under 150 Hz that fall to 120 Hz within 10 s.
fn after_a_ramp() -> Result<Vec<f64>> {
    let network = Network::single(JansenRit::default())
        .with_drive("e_input", Drive::constant(hz(150.0)))?
        .with_drive("e_input", Drive::shaped(hz(-30.0), Ramp::new(s(5.0), s(10.0))))?;
    let simulator = Simulator::new(&network, ms(0.1))?.with_integrator(Integrator::RungeKutta4);
    let volts = record(&simulator, s(52.0), s(50.0), &["potential"])?.swap_remove(0);
    Ok(volts.iter().map(|volt| volt * 1e3).collect())
}

fn alpha_at_120() -> Result<f64> {
    rhythm_error(&after_a_ramp()?, 10.468_267_571, 2.065_216_262)
}

fn peak_to_peak(samples: &[f64]) -> f64 {
    let inverted: Vec<f64> = samples.iter().map(|sample| -sample).collect();
    parabolic_peak(samples).1 + parabolic_peak(&inverted).1
}

fn cycle(p: f64, frequency: f64, millivolts: f64) -> Result<f64> {
    rhythm_error(&potential(p)?, frequency, millivolts)
}

fn rhythm_error(samples: &[f64], frequency: f64, millivolts: f64) -> Result<f64> {
    let found = 1.0 / (RisingCrossings::of(samples).period()? * 1e-4);
    Ok(largest([relative(found, frequency), relative(peak_to_peak(samples), millivolts)]))
}

/// Rest over the input, stable or not, and the extremes of what oscillates.
pub(super) fn bifurcation_diagram() -> Result<Figure> {
    let mut plot = LinePlot::new("constant input p (Hz)", "potential e − i (mV)");
    let mut parts: Vec<(bool, Vec<(f64, f64)>)> = Vec::new();
    for k in 0..=240 {
        let y = -1.0 + 0.05 * f64::from(k);
        let mut at = branch(y * 1e-3)?;
        balance_parlett_reinsch(&mut at.jacobian);
        let is_stable = at.jacobian.complex_eigenvalues().iter().all(|value| value.re < 0.0);
        let point = (at.p, y);
        if !(-60.0..=400.0).contains(&at.p) {
            continue;
        }
        match parts.last_mut() {
            Some((stable, points)) if *stable == is_stable => points.push(point),
            last => {
                let before = last.and_then(|(_, points)| points.last().copied());
                parts.push((is_stable, before.into_iter().chain([point]).collect()));
            }
        }
    }
    for (index, (is_stable, points)) in parts.into_iter().enumerate() {
        let name = if index == 0 { "rest, dashed where unstable" } else { "" };
        plot = if is_stable { plot.line(name, points) } else { plot.dashed(name, points) };
    }
    let mut extremes = Vec::new();
    for p in (115..=315).step_by(10) {
        let potential = potential(f64::from(p))?;
        let low = potential.iter().copied().fold(f64::INFINITY, f64::min);
        let high = potential.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        extremes.extend([(f64::from(p), low), (f64::from(p), high)]);
    }
    Ok(plot.dots("extremes of a run from zero", extremes).title("Jansen–Rit").panel()?.into())
}
