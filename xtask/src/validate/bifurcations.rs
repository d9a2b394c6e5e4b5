//! Where rest turns into oscillation: predicted places against eigenvalues of the exact Jacobian.

use brainmass_core::Node;
use brainmass_core::units::{hz, ms, s};
use brainmass_network::{Integrator, Network, Simulator};
use brainmass_nodes::{
    Epileptor, Epileptor2d, FitzHughNagumo, Generic2dOscillator, LarterBreakspear, Lorenz, StuartLandau,
};

use super::case::{Case, Check};
use super::tools::{bisect, fixed_point, largest, record, relative};
use crate::Result;

const CLOSED: &str = "trace of the Jacobian, by hand";
const SMOOTH: &str = "eigenvalues are good to 1e-13 of the largest, and the parameter moves them by as much";

const fn hopf(
    name: &'static str,
    what: &'static str,
    source: &'static str,
    check: fn() -> Result<f64>,
) -> Case {
    Case { name, what, source, tolerance: 1e-11, why: SMOOTH, check: Check::Alone(check) }
}

pub(super) const CASES: &[Case] = &[
    hopf("fitzhugh-nagumo", "both currents of two parameter sets, relative", CLOSED, fitzhugh_nagumo),
    hopf("generic-2d-oscillator", "both currents and the frequency of 60 rad/s, relative", CLOSED, generic),
    hopf("stuart-landau", "growth a and frequency ω at rest, relative", CLOSED, stuart_landau),
    Case {
        name: "larter-breakspear",
        what: "spread of thresholds d_v and frequency where the focus turns stable, relative",
        source: "Breakspear, Terry & Friston (2003), doi:10.1088/0954-898X_14_4_305, solved with 30 digits",
        tolerance: 1e-11,
        why: SMOOTH,
        check: Check::Alone(larter_breakspear),
    },
    hopf(
        "lorenz",
        "ρ = σ(σ + β + 3)/(σ − β − 1) and both equilibria there, relative",
        "Lorenz (1963), doi:10.1175/1520-0469(1963)020<0130:DNF>2.0.CO;2",
        lorenz,
    ),
    Case {
        name: "epileptor-2d",
        what: "critical x_0 from eigenvalues, against the closed form at τ_0/τ_1 = 2857; relative",
        source: "Proix et al. (2014), doi:10.1523/JNEUROSCI.1570-14.2014",
        tolerance: 1e-11,
        why: SMOOTH,
        check: Check::Alone(epileptor_2d),
    },
    Case {
        name: "epileptor",
        what: "critical x_0 of the six equations from eigenvalues, against Routh and Hurwitz's condition for x_1, \
               y_1, z; relative",
        source: "Jirsa et al. (2014), doi:10.1093/brain/awu133",
        tolerance: 1e-11,
        why: SMOOTH,
        check: Check::Alone(epileptor),
    },
    Case {
        name: "epileptor-limit",
        what: "the same against the reduction's −4/3 − (4.1 − 32/27)/4, absolute",
        source: "Proix et al. (2014), doi:10.1523/JNEUROSCI.1570-14.2014",
        tolerance: 2e-3,
        why: "y_1 is not infinitely fast: the condition moves x_0 by 4.5 τ_1/τ_0 = 1.6e-3",
        check: Check::Alone(|| Ok((critical()? - -2.062_037_037_037_037).abs())),
    },
    Case {
        name: "epileptor-silent",
        what: "x_1 after 60 s at x_0 = −2.3 against the root of 4.1 − x³ − 2x² = 4(x + 2.3), relative",
        source: "Jirsa et al. (2014), doi:10.1093/brain/awu133",
        tolerance: 1e-6,
        why: "the slowest mode decays with τ_0 = 2.9 s, to 1e-9",
        check: Check::Alone(silent),
    },
    Case {
        name: "epileptor-seizures",
        what: "whether x_1 leaves rest at x_0 = −1.6: 0 if it passes 0 and returns below −1 within 20 s",
        source: "Jirsa et al. (2014), doi:10.1093/brain/awu133",
        tolerance: 0.0,
        why: "a yes or no",
        check: Check::Alone(seizes),
    },
];

fn fitzhugh_nagumo() -> Result<f64> {
    let (default, classical) = (FitzHughNagumo::default(), FitzHughNagumo::classical());
    let cases = [
        (default, (0.70, 0.75), [0.28, 0.56], 0.726_058_290_075_351_9),
        (default, (1.30, 1.36), [0.61, 1.22], 1.331_554_878_648_928),
        (classical, (0.30, 0.36), [-0.97, -0.33], 0.331_281_337_454_745_8),
        (classical, (1.38, 1.45), [0.97, 2.1], 1.418_718_662_545_254),
    ];
    let mut errors = Vec::new();
    for (node, range, guess, expected) in cases {
        let found = bisect(range, |current| Ok(fixed_point(&node, guess, &[current])?.oscillation()?.re))?;
        errors.push(relative(found, expected));
    }
    Ok(largest(errors))
}

fn generic() -> Result<f64> {
    let node = Generic2dOscillator::default();
    let mut errors = Vec::new();
    for (range, v, expected) in
        [((3.6, 3.9), 0.18, 3.740_192_879_554_1), ((16.0, 16.5), 1.82, 16.259_807_120_445_9)]
    {
        let guess = [v, -2.0 - 10.0 * v];
        let pair = |current: f64| fixed_point(&node, guess, &[current])?.oscillation();
        let found = bisect(range, |current| Ok(pair(current)?.re))?;
        errors.extend([relative(found, expected), relative(pair(found)?.im, 60.0)]);
    }
    Ok(largest(errors))
}

fn stuart_landau() -> Result<f64> {
    let node = StuartLandau { a: hz(-0.7), omega: hz(60.0), beta: hz(2.0) };
    let pair = fixed_point(&node, [0.01, 0.02], &[])?.oscillation()?;
    Ok(largest([relative(pair.re, -0.7), relative(pair.im, 60.0)]))
}

fn larter_breakspear() -> Result<f64> {
    let guess = [-0.181_25, 0.23, 0.102_97];
    let pair = |d_v: f64| {
        let node = LarterBreakspear { d_v, ..LarterBreakspear::default() };
        fixed_point(&node, guess, &[])?.oscillation()
    };
    let found = bisect((0.50, 0.53), |d_v| Ok(pair(d_v)?.re))?;
    Ok(largest([relative(found, 0.515_272_136_627_304_4), relative(pair(found)?.im, 678.779_942_463_675)]))
}

fn lorenz() -> Result<f64> {
    let expected: f64 = 10.0 * (10.0 + 8.0 / 3.0 + 3.0) / (10.0 - 8.0 / 3.0 - 1.0);
    let at = |rho: f64, sign: f64| {
        let x = sign * (8.0 / 3.0 * (rho - 1.0)).sqrt();
        fixed_point(&Lorenz { rho, ..Lorenz::default() }, [1.01 * x, 0.99 * x, rho - 1.0], &[])
    };
    let mut errors = Vec::new();
    for sign in [-1.0, 1.0] {
        let found = bisect((24.0, 25.0), |rho| Ok(at(rho, sign)?.oscillation()?.re))?;
        let x = sign * (8.0 / 3.0 * (expected - 1.0)).sqrt();
        let state = at(expected, sign)?.state;
        errors.extend([
            relative(found, expected),
            relative(state[0], x),
            relative(state[1], x),
            relative(state[2], expected - 1.0),
        ]);
    }
    Ok(largest(errors))
}

/// The excitability that rests at x: the linear nullcline meets 4.1 − x³ − 2x² there.
fn excitability(x: f64) -> f64 {
    x - (4.1 - (x + 2.0) * x * x) / 4.0
}

/// The trace vanishes where −3x² − 4x is the ratio of the time constants, on the branch left of the nullcline's turn.
fn epileptor_2d() -> Result<f64> {
    let x = (-4.0 - (16.0 - 12.0 / 2857.0_f64).sqrt()) / 6.0;
    let guess = [x, 4.1 - (x + 2.0) * x * x];
    let found = bisect((-2.07, -2.05), |x_0| {
        Ok(fixed_point(&Epileptor2d { x_0, ..Epileptor2d::default() }, guess, &[])?.growth())
    })?;
    Ok(relative(found, excitability(x)))
}

/// The excitability at which the six equations lose their rest.
fn critical() -> Result<f64> {
    let x: f64 = -4.0 / 3.0;
    let z = 4.1 - (x + 2.0) * x * x;
    let guess = [x, 1.0 - 5.0 * x * x, z, -1.05, 0.0, 0.1 * x];
    bisect((-2.08, -2.04), |x_0| {
        Ok(fixed_point(&Epileptor { x_0, ..Epileptor::default() }, guess, &[])?.growth())
    })
}

/// λ³ + (A + ε)λ² + (B + εA + 4ε)λ + ε(B + 4) with A = 1 + 3x² − 6x, B = 3x² + 4x, ε = 1/2857.
fn epileptor() -> Result<f64> {
    let epsilon = 1.0 / 2857.0;
    let condition = |x: f64| {
        let (a, b) = (1.0 + 3.0 * x * x - 6.0 * x, 3.0 * x * x + 4.0 * x);
        Ok((a + epsilon) * (b + epsilon * (a + 4.0)) - epsilon * (b + 4.0))
    };
    Ok(relative(critical()?, excitability(bisect((-1.34, -1.32), condition)?)))
}

/// Fast discharges of the six equations at an excitability.
fn discharges<N: Node>(node: N, seconds: f64) -> Result<Vec<f64>> {
    let network = Network::single(node);
    let simulator = Simulator::new(&network, ms(0.1))?.with_integrator(Integrator::RungeKutta4);
    Ok(record(&simulator, s(seconds), s(0.0), &["x_1"])?.swap_remove(0).iter().copied().collect())
}

fn silent() -> Result<f64> {
    let found = discharges(Epileptor { x_0: -2.3, ..Epileptor::default() }, 60.0)?;
    let expected = bisect((-2.5, -1.4), |x| Ok(excitability(x) + 2.3))?;
    Ok(relative(found.last().copied().unwrap_or(f64::NAN), expected))
}

fn seizes() -> Result<f64> {
    let found = discharges(Epileptor::default(), 20.0)?;
    let begin = found.iter().position(|x| *x > 0.0);
    let ends = begin.is_some_and(|begin| found[begin..].iter().any(|x| *x < -1.5));
    Ok(if ends { 0.0 } else { 1.0 })
}
