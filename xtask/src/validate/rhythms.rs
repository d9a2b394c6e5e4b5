//! Periods and extremes of limit cycles, and chaos.

use brainmass_core::units::{Second, ms, s};
use brainmass_core::{Dual, Node, Parameterized};
use brainmass_network::{Drive, Integrator, Network, Simulator};
use brainmass_nodes::{DavidFriston, FitzHughNagumo, Lorenz, VanDerPol};
use nalgebra::{Matrix3, Vector3};

use super::case::{Case, Check};
use super::tools::{RisingCrossings, largest, parabolic_peak, record, relative};
use crate::Result;

const POL: &str = "van der Pol (1926), doi:10.1080/14786442608564127; solved by DOP853 at 1e-13";
const DAVID: &str = "David & Friston (2003), doi:10.1016/j.neuroimage.2003.07.015; solved by DOP853 at 1e-11";

const fn cycle(name: &'static str, source: &'static str, check: fn() -> Result<f64>) -> Case {
    Case {
        name,
        what: "period and extremes of the limit cycle, the largest relative error",
        source,
        tolerance: 1e-6,
        why: "periods by lines and extremes by parabolas through samples are good to 1e-7, Runge–Kutta is below",
        check: Check::Alone(check),
    }
}

pub(super) const CASES: &[Case] = &[
    cycle("van-der-pol-0.1", POL, || van_der_pol(0.1, 6.287_111_27, 2.000_103_979_9)),
    cycle("van-der-pol-1", POL, || van_der_pol(1.0, 6.663_286_86, 2.008_619_860_9)),
    cycle("van-der-pol-5", POL, || van_der_pol(5.0, 11.612_230_67, 2.021_508_061_6)),
    Case {
        name: "van-der-pol-small",
        what: "period at μ = 0.05 against 2π(1 + μ²/16), relative",
        source: "van der Pol (1926), doi:10.1080/14786442608564127; Lindstedt's expansion",
        tolerance: 2e-7,
        why: "the next term is −5μ⁴/3072 = 1e-8; periods by lines through samples are good to 1e-7",
        check: Check::Alone(van_der_pol_small),
    },
    cycle(
        "fitzhugh-nagumo",
        "Izhikevich & FitzHugh (2006), doi:10.4249/scholarpedia.1349; solved by DOP853 at 1e-12",
        fitzhugh_nagumo,
    ),
    cycle("david-friston-alpha", DAVID, || david_friston(1.0, 10.032_488_694_2, 2.808_086_383_9)),
    cycle("david-friston-gamma", DAVID, || david_friston(0.0, 43.667_801_665_9, 4.311_437_838_7)),
    Case {
        name: "lorenz-sum-of-exponents",
        what: "sum of the three Lyapunov exponents over 1000 units of time against −(σ + 1 + β), relative",
        source: "Lorenz (1963), doi:10.1175/1520-0469(1963)020<0130:DNF>2.0.CO;2: the divergence",
        tolerance: 1e-6,
        why: "Runge–Kutta misses the contraction by λ = −23 by λ⁵dt⁴/120 = 9e-7 of 13.7, and less on average",
        check: Check::Alone(|| Ok(relative(exponents().iter().sum(), -41.0 / 3.0))),
    },
    Case {
        name: "lorenz-largest-exponent",
        what: "largest Lyapunov exponent over 1000 units of time against 0.9056, relative",
        source: "Sprott (2003), Chaos and Time-Series Analysis, Oxford University Press",
        tolerance: 2e-2,
        why: "an average over 1000 units of chaos: some 1300 turns, each with a spread of its own size",
        check: Check::Alone(|| Ok(relative(exponents()[0], 0.9056))),
    },
];

/// A variable after a transient, sampled at every step of Runge–Kutta.
fn settled<N: Node>(
    network: &Network<N>,
    variable: &str,
    dt: Second,
    [transient, duration]: [Second; 2],
) -> Result<Vec<f64>> {
    let simulator = Simulator::new(network, dt)?.with_integrator(Integrator::RungeKutta4);
    Ok(record(&simulator, duration, transient, &[variable])?.swap_remove(0).iter().copied().collect())
}

fn extremes(samples: &[f64]) -> [f64; 2] {
    let inverted: Vec<f64> = samples.iter().map(|sample| -sample).collect();
    [-parabolic_peak(&inverted).1, parabolic_peak(samples).1]
}

/// In units of τ = 1 ms.
fn van_der_pol(mu: f64, period: f64, amplitude: f64) -> Result<f64> {
    let network = Network::single(VanDerPol { mu, ..VanDerPol::default() }).with_initial("x", 2.0)?;
    let x = settled(&network, "x", ms(0.002), [ms(200.0), ms(300.0)])?;
    let [low, high] = extremes(&x);
    Ok(largest([
        relative(RisingCrossings::of(&x).period()? * 0.002, period),
        relative(high, amplitude),
        relative(low, -amplitude),
    ]))
}

fn van_der_pol_small() -> Result<f64> {
    let network = Network::single(VanDerPol { mu: 0.05, ..VanDerPol::default() }).with_initial("x", 2.0)?;
    let x = settled(&network, "x", ms(0.002), [ms(600.0), ms(700.0)])?;
    let expected = std::f64::consts::TAU * (1.0 + 0.05 * 0.05 / 16.0);
    Ok(relative(RisingCrossings::of(&x).period()? * 0.002, expected))
}

fn fitzhugh_nagumo() -> Result<f64> {
    let network = Network::single(FitzHughNagumo::classical()).with_drive("v_input", Drive::constant(0.5))?;
    let v = settled(&network, "v", ms(0.01), [ms(1000.0), ms(1400.0)])?;
    let [low, high] = extremes(&v);
    Ok(largest([
        relative(RisingCrossings::of(&v).period()? * 0.01, 39.474_414_980_2),
        relative(low, -1.970_406_748_2),
        relative(high, 1.852_117_473_2),
    ]))
}

/// Frequency and peak-to-peak potential, mV, of one kind of synapses under 220 Hz.
fn david_friston(w: f64, frequency: f64, millivolts: f64) -> Result<f64> {
    let network = Network::single(DavidFriston { w, ..DavidFriston::default() })
        .with_drive("e_input", Drive::constant(brainmass_core::units::hz(220.0)))?;
    let potential = settled(&network, "potential", ms(0.02), [s(20.0), s(22.0)])?;
    let [low, high] = extremes(&potential);
    let found = 1.0 / (RisingCrossings::of(&potential).period()? * 0.02e-3);
    Ok(largest([relative(found, frequency), relative((high - low) * 1e3, millivolts)]))
}

/// The three Lyapunov exponents: Runge–Kutta on the state and on a frame that is made orthogonal at each step.
fn exponents() -> [f64; 3] {
    const STEP: f64 = 2e-3;
    const TRANSIENT: u32 = 10_000;
    const STEPS: u32 = 500_000;
    let parameters = Lorenz::default().with(&mut |_, value| Dual::<f64, 3>::constant(value));
    let flow = |x: Vector3<f64>, frame: Matrix3<f64>| {
        let state = std::array::from_fn(|k| Dual::variable(x[k], k));
        let f = Lorenz::derivative(&parameters, &state, &[Dual::constant(0.0)]);
        let jacobian = Matrix3::from_fn(|row, column| f[row].partials[column]);
        (Vector3::from_fn(|k, _| f[k].value), jacobian * frame)
    };
    let mut x = Vector3::new(1.0, 1.0, 1.0);
    let mut frame = Matrix3::identity();
    let mut sums = [0.0; 3];
    for step in 0..TRANSIENT + STEPS {
        let (f_1, g_1) = flow(x, frame);
        let (f_2, g_2) = flow(x + f_1 * (0.5 * STEP), frame + g_1 * (0.5 * STEP));
        let (f_3, g_3) = flow(x + f_2 * (0.5 * STEP), frame + g_2 * (0.5 * STEP));
        let (f_4, g_4) = flow(x + f_3 * STEP, frame + g_3 * STEP);
        x += (f_1 + (f_2 + f_3) * 2.0 + f_4) * (STEP / 6.0);
        frame += (g_1 + (g_2 + g_3) * 2.0 + g_4) * (STEP / 6.0);
        let (q, r) = frame.qr().unpack();
        frame = q;
        if step >= TRANSIENT {
            for (k, sum) in sums.iter_mut().enumerate() {
                *sum += r[(k, k)].abs().ln();
            }
        }
    }
    sums.map(|sum| sum / (f64::from(STEPS) * STEP))
}
