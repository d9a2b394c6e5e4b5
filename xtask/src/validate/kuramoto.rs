//! Phases: the coupling of Kuramoto, its lock and its threshold.

use brainmass_core::Connectome;
use brainmass_core::units::{Hertz, hz, khz, mm_per_ms, ms, s};
use brainmass_network::{Connection, Delays, History, Integrator, KuramotoSine, Network};
use brainmass_nodes::Kuramoto;
use nalgebra::DMatrix;

use super::case::{Case, Check};
use super::tools::{REFERENCE, labelled, largest, reference, states};
use crate::Result;

pub(super) const CASES: &[Case] = &[
    Case {
        name: "vectors",
        what: "Σ w sin(θ_j − θ_i − α) of four phases, 80 draws of four networks, relative to the strength",
        source: REFERENCE,
        tolerance: 1e-14,
        why: "the sine of a sum as two products; the phase, up to π, is added and taken away",
        check: Check::Alone(kuramoto_vectors),
    },
    Case {
        name: "delayed-pair",
        what: "frequency of two phases delayed by 2 s, ω = 1 Hz, K = 1.5 Hz, from either stable branch, \
               distance from Ω = ω − K sin Ωτ",
        source: "Schuster & Wagner (1989), doi:10.1143/PTP.81.939; Ω = 0.258524481853 and 2.464771718844 by Newton's method",
        tolerance: 1e-9,
        why: "in lock the difference of phases does not move, so that the held coupling is exact",
        check: Check::Alone(delayed_pair),
    },
    Case {
        name: "delayed-pair-unstable",
        what: "frequency after 400 s of such a pair that turns at first with the unstable Ω = 1.887258549279, once 1e-3 faster \
               and once slower, distance from the nearer stable branch",
        source: "Schuster & Wagner (1989), doi:10.1143/PTP.81.939: unstable where K cos Ωτ < 0",
        tolerance: 1e-9,
        why: "as above; both branches must be reached",
        check: Check::Alone(unstable_pair),
    },
    Case {
        name: "lorentzian",
        what: "order parameter of 400 phases with Lorentzian frequencies at twice the critical strength, \
               distance from √(1 − K_c/K)",
        source: "Kuramoto (1984), doi:10.1007/978-3-642-69689-3; Strogatz (2000), \
                 doi:10.1016/S0167-2789(00)00094-4",
        tolerance: 5e-3,
        why: "400 quantiles stand for the distribution: the sum over locked phases is 2e-3 off the integral",
        check: Check::Alone(lorentzian),
    },
];

/// Strength and phase lag of the reference's cases, whether it divides by the number of regions, and whether the
/// diagonal counts.
const KURAMOTO: [(f64, f64, bool, bool); 4] = [
    (2.269_924_619_663_518_3, 0.0, true, false),
    (0.918_423_444_518_264_6, 0.3, true, true),
    (1.661_554_024_563_726_1, 0.1, false, false),
    (0.649_787_415_906_137_4, 0.0, true, false),
];

fn kuramoto_vectors() -> Result<f64> {
    let file = reference("nodes/KuramotoNetwork")?;
    let mut errors = Vec::new();
    for (case, (g, alpha, divided, with_self)) in KURAMOTO.into_iter().enumerate() {
        let read = |name: &str| file.matrix(&format!("c{case}_{name}"));
        let weights = read("conn").unwrap_or_else(|_| DMatrix::from_element(4, 4, 1.0));
        let connectome = Connectome::without_lengths(if divided { weights / 4.0 } else { weights })?;
        let coupling = KuramotoSine::new(khz(g)).with_phase_lag(alpha);
        let connection = Connection::new("theta", "theta_input", coupling);
        let connection = if with_self { connection.with_self_connections() } else { connection };
        for (phases, expected) in read("theta")?.row_iter().zip(read("coupling")?.row_iter()) {
            let network = Network::new(Kuramoto { omega: hz(0.0) }, connectome.clone())
                .with_initial("theta", phases.iter().copied().collect::<Vec<f64>>())?
                .with_connection(connection.clone())?;
            let after = states(&network, Integrator::Euler, ms(1.0), 1, 0)?.swap_remove(0);
            errors.push((after.transpose() - phases - expected).amax() / g);
        }
    }
    Ok(largest(errors))
}

const STABLE: [f64; 2] = [0.258_524_481_853, 2.464_771_718_844];

/// The frequency at the end of a run of a pair of phases whose past turns with a frequency, the second ahead at the start.
fn pair_after(past: f64, ahead: f64, n_steps: usize) -> Result<f64> {
    let past = DMatrix::from_fn(2, 200, |_, step| past * 0.01 * (step as f64 - 200.0));
    let delays = Delays::at_speed(mm_per_ms(1.0)).with_history(History::Given(past));
    let connection = Connection::new("theta", "theta_input", KuramotoSine::new(hz(1.5))).with_delays(delays);
    let connectome = labelled(DMatrix::from_element(2, 2, 1.0), &DMatrix::from_element(2, 2, 2000.0))?;
    let network = Network::new(Kuramoto { omega: hz(1.0) }, connectome)
        .with_initial("theta", vec![0.0, ahead])?
        .with_connection(connection)?;
    let theta = states(&network, Integrator::Heun, s(0.01), n_steps, 0)?.swap_remove(0);
    Ok(theta[(0, n_steps - 1)] - theta[(0, n_steps - 101)])
}

fn delayed_pair() -> Result<f64> {
    let errors = STABLE.map(|branch| Ok((pair_after(0.9 * branch, 0.1, 20_000)? - branch).abs()));
    Ok(largest(errors.into_iter().collect::<Result<Vec<_>>>()?))
}

fn unstable_pair() -> Result<f64> {
    let unstable = 1.887_258_549_279;
    let errors = [-1e-3, 1e-3].into_iter().zip(STABLE).map(|(off, branch)| {
        // Without a lead the phases stay alike, and only the branches in phase are there.
        Ok((pair_after(unstable + off, 0.0, 40_000)? - branch).abs())
    });
    Ok(largest(errors.collect::<Result<Vec<_>>>()?))
}

fn lorentzian() -> Result<f64> {
    let (n, width, strength) = (400_u32, 1.0, 4.0);
    let quantile = |k: u32| {
        width
            * (std::f64::consts::PI * (f64::from(k) + 0.5) / f64::from(n) - std::f64::consts::FRAC_PI_2).tan()
    };
    let weights = DMatrix::from_element(n as usize, n as usize, 1.0 / f64::from(n));
    let network = Network::new(Kuramoto::default(), Connectome::without_lengths(weights)?)
        .with_parameter("omega", Hertz::new((0..n).map(quantile).collect::<Vec<f64>>()))?
        .with_connection(
            Connection::new("theta", "theta_input", KuramotoSine::new(hz(strength))).with_self_connections(),
        )?
        .with_random_initial("theta", 0.0, 0.5)?;
    let theta = states(&network, Integrator::Heun, ms(10.0), 4000, 0)?.swap_remove(0);
    let order = |step: usize| {
        let phases = theta.column(step);
        phases.map(f64::cos).mean().hypot(phases.map(f64::sin).mean())
    };
    let mean = (2000..4000).map(order).sum::<f64>() / 2000.0;
    Ok((mean - (1.0 - 2.0 * width / strength).sqrt()).abs())
}
