//! Fixed points and their stability, from numbers that were not made by the nodes.
//!
//! A derivative vanishes at a fixed point up to rounding of its terms, 1e-13 of the largest; where a number is
//! given with fewer digits, the tolerance is theirs.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use approx::assert_relative_eq;
use brainmass_core::units::{hz, na, ns, pa, s, v_per_s};
use brainmass_core::{Array, Dual, Node};
use brainmass_nodes::{
    AdaptiveLinearNonlinear, CoombesByrne, Epileptor, Epileptor2d, FitzHughNagumo, Generic2dOscillator,
    LarterBreakspear, Lorenz, MontbrioPazoRoxin, ReducedWongWang, ReducedWongWangExcInh, ThresholdLinear,
    VanDerPol, WilsonCowanLinear, WongWang,
};

/// The derivative at a state and its Jacobian, row by row.
fn linearised<N: Node, const D: usize>(
    node: &N,
    state: [f64; D],
    input: &[f64],
) -> ([f64; D], [[f64; D]; D]) {
    let parameters = node.with(&mut |_, value| Dual::<f64, D>::constant(value));
    let x = N::State::from_fn(|k| Dual::variable(state[k], k));
    let u = N::Input::from_fn(|k| Dual::constant(input.get(k).copied().unwrap_or(0.0)));
    let f = N::derivative(&parameters, &x, &u);
    (std::array::from_fn(|k| f.as_ref()[k].value), std::array::from_fn(|k| f.as_ref()[k].partials))
}

/// Asserts that a state is a fixed point: no component moves by more than a part of its own rate of change.
fn rests<const D: usize>((f, jacobian): &([f64; D], [[f64; D]; D]), state: [f64; D], tolerance: f64) {
    for k in 0..D {
        let scale: f64 = (0..D).map(|l| (jacobian[k][l] * state[l]).abs()).sum();
        assert!(f[k].abs() <= tolerance * scale, "component {k} of {state:?} moves: {} of {scale}", f[k]);
    }
}

fn trace<const D: usize>(jacobian: &[[f64; D]; D]) -> f64 {
    (0..D).map(|k| jacobian[k][k]).sum()
}

fn determinant(jacobian: &[[f64; 2]; 2]) -> f64 {
    jacobian[0][0] * jacobian[1][1] - jacobian[0][1] * jacobian[1][0]
}

/// Without synapses r = √(η + √(η² + Δ²))/(π√2 τ), v = −Δ/(2πτr).
#[test]
fn montbrio_pazo_roxin_without_synapses() {
    for (eta, expected) in [(0.0, 0.225_079_079_0), (1.0, 0.349_722_015_1), (-5.0, 0.070_826_458_1)] {
        let node = MontbrioPazoRoxin { eta, j: 0.0, ..MontbrioPazoRoxin::default() };
        let rate = (eta + eta.hypot(1.0)).sqrt() / (std::f64::consts::PI * 2f64.sqrt());
        assert_relative_eq!(rate, expected, epsilon = 1e-10);
        let state = [rate / 0.01, -1.0 / (std::f64::consts::TAU * rate)];
        rests(&linearised(&node, state, &[]), state, 1e-14);
    }
}

/// η = −5, J = 15, Δ = 1: roots of Δ²/4π² + ηr² + Jr³ − π²r⁴ = 0, found with 30 digits.
#[test]
fn montbrio_pazo_roxin_is_bistable() {
    let roots = [0.081_134_441_950_119_72, 0.472_980_340_684_684_1, 1.030_596_798_837_572];
    let found = roots.map(|rate| {
        let state = [rate / 0.01, -1.0 / (std::f64::consts::TAU * rate)];
        let at = linearised(&MontbrioPazoRoxin::default(), state, &[]);
        rests(&at, state, 1e-14);
        // In units of the time constant.
        (trace(&at.1) * 0.01, determinant(&at.1) * 1e-4)
    });
    assert!(found[0].0 < 0.0 && found[0].1 > 0.0 && found[1].1 < 0.0);
    // The focus: −0.30886 ± 3.31863i.
    assert_relative_eq!(found[2].0, -2.0 * 0.308_859_766_052_852_2, max_relative = 1e-12);
    let frequency = (found[2].1 - 0.25 * found[2].0.powi(2)).sqrt();
    assert_relative_eq!(frequency, 3.318_628_982_006_48, max_relative = 1e-12);
}

/// DIFFERENCE: at τ = 10 ms, r = 1 Hz, v = −1 and Δ/τ = 1 Hz the Python library has r′ = −1.97 Hz/ms for want of 1/τ.
#[test]
fn montbrio_pazo_roxin_keeps_its_time_constant() {
    let node = MontbrioPazoRoxin { delta: 0.01, ..MontbrioPazoRoxin::default() };
    let (slope, _) = linearised(&node, [1.0, -1.0], &[]);
    assert_relative_eq!(slope[0] * 1e-3, 0.1 / std::f64::consts::PI - 0.2, max_relative = 1e-14);
}

/// The one fixed point of the defaults, with eigenvalues −2.01332 ± 2.28963i, found with 30 digits.
#[test]
fn coombes_byrne_rests_in_a_focus() {
    let state = [0.184_725_544_026_604_6 / 0.01, -0.571_408_969_899_205_2];
    let at = linearised(&CoombesByrne::default(), state, &[]);
    rests(&at, state, 1e-14);
    assert_relative_eq!(trace(&at.1) * 0.01, -2.0 * 2.013_316_557_864_949, max_relative = 1e-12);
    let modulus = 2.013_316_557_864_949_f64.powi(2) + 2.289_626_915_369_332_f64.powi(2);
    assert_relative_eq!(determinant(&at.1) * 1e-4, modulus, max_relative = 1e-12);
}

/// Roots of the printed equation with 30 digits; with w = 1.2 the middle one is unstable.
#[test]
fn reduced_wong_wang_fixed_points() {
    let cases = [
        (0.9, 0.30, 0.034_355_056_881_004_84, true),
        (1.0, 0.30, 0.035_680_583_469_643_4, true),
        (1.2, 0.30, 0.038_925_375_417_519_37, true),
        (1.2, 0.30, 0.393_567_153_883_337, false),
        (1.2, 0.30, 0.634_526_601_799_835_8, true),
        (0.9, 0.33, 0.189_644_026_413_713_6, true),
    ];
    for (w, i_0, s, stable) in cases {
        let node = ReducedWongWang { w, i_0: na(i_0), ..ReducedWongWang::default() };
        let at = linearised(&node, [s], &[]);
        rests(&at, [s], 1e-12);
        assert_eq!(at.1[0][0] < 0.0, stable);
    }
}

/// Deco et al. (2014): feedback inhibition that leaves 0.026 nA to threshold makes 3.0631 Hz.
#[test]
fn feedback_inhibition_sets_the_rate() {
    let (s_e, s_i) = (0.164_119_862_270_709_7, 0.039_163_399_394_103_46);
    let node = ReducedWongWangExcInh { j_i: na(1.001_939_699_625_363), ..ReducedWongWangExcInh::default() };
    rests(&linearised(&node, [s_e, s_i], &[]), [s_e, s_i], 1e-12);
    let rate = s_e / ((1.0 - s_e) * 0.1 * 0.641);
    assert_relative_eq!(rate, 3.063_085_424_268_007, max_relative = 1e-14);
    // With J_i = 1 nA, not tuned.
    let untuned = [0.164_757_207_546_055, 0.039_218_448_631_762_81];
    rests(&linearised(&ReducedWongWangExcInh::default(), untuned, &[]), untuned, 1e-12);
}

/// Without a stimulus three stable states and two saddles between them; with 30 Hz the symmetric one is a saddle.
#[test]
fn wong_wang_decides() {
    let cases = [
        (0.0, [0.102_651_249_564_88, 0.102_651_249_564_88], true),
        (0.0, [0.313_844_924_264_96, 0.055_785_330_524_675], false),
        (0.0, [0.566_987_180_557_03, 0.031_891_419_820_483], true),
        (30.0, [0.424_455_591_642_51, 0.424_455_591_642_51], false),
        (30.0, [0.658_694_233_523_33, 0.051_807_199_149_348], true),
    ];
    for (stimulus, state, stable) in cases {
        for state in [state, [state[1], state[0]]] {
            let at = linearised(&WongWang::default(), state, &[stimulus, stimulus]);
            rests(&at, state, 1e-7);
            assert_eq!(trace(&at.1) < 0.0 && determinant(&at.1) > 0.0, stable, "{state:?}");
        }
    }
}

/// The trace of the Jacobian vanishes where −3αv² + 2βv + γ = ε/20, at a current known then.
#[test]
fn fitzhugh_nagumo_begins_to_oscillate() {
    let classical = FitzHughNagumo::classical();
    let cases = [
        (FitzHughNagumo::default(), 0.276_854_409_677_796, 0.726_058_290_075_351_9),
        (FitzHughNagumo::default(), 0.612_034_479_211_092_8, 1.331_554_878_648_928),
        (classical, -0.967_470_929_795_826, 0.331_281_337_454_745_8),
        (classical, 0.967_470_929_795_826, 1.418_718_662_545_254),
    ];
    for (node, v, current) in cases {
        let state = [v, (v - node.delta) / node.epsilon];
        let at = linearised(&node, state, &[current]);
        rests(&at, state, 1e-13);
        assert!(trace(&at.1).abs() < 1e-11 && determinant(&at.1) > 0.0);
    }
    let rest = [-1.199_408_035_244_035, (-1.199_408_035_244_035 + 0.7) / 0.8];
    rests(&linearised(&classical, rest, &[]), rest, 1e-14);
}

/// The trace vanishes where −3v² + 6v = 1, v = 1 ∓ √(2/3), and there the frequency is 20/s · 3.
#[test]
fn generic_oscillator_begins_to_oscillate() {
    for (sign, current) in [(-1.0, 3.740_192_879_554_1), (1.0, 16.259_807_120_445_9)] {
        let v = 1.0 + sign * (2.0_f64 / 3.0).sqrt();
        let state = [v, -2.0 - 10.0 * v];
        let at = linearised(&Generic2dOscillator::default(), state, &[current]);
        rests(&at, state, 1e-14);
        assert!(trace(&at.1).abs() < 1e-12);
        assert_relative_eq!(determinant(&at.1).sqrt(), 60.0, max_relative = 1e-13);
    }
    let rest = [-0.188_651_752_977_052_4, -0.113_482_470_229_476];
    rests(&linearised(&Generic2dOscillator::default(), rest, &[]), rest, 1e-14);
}

/// At the origin the trace is μ/τ and the determinant 1/τ²: unstable for every μ > 0.
#[test]
fn van_der_pol_leaves_the_origin() {
    let node = VanDerPol { mu: 0.7, ..VanDerPol::default() };
    let (_, jacobian) = linearised(&node, [0.0, 0.0], &[]);
    assert_relative_eq!(trace(&jacobian), 700.0, max_relative = 1e-14);
    assert_relative_eq!(determinant(&jacobian), 1e6, max_relative = 1e-14);
}

/// x = y = ±√(β(ρ − 1)), z = ρ − 1; the divergence is −(σ + 1 + β) everywhere.
#[test]
fn lorenz_equilibria() {
    let node = Lorenz::default();
    for sign in [-1.0, 1.0] {
        let x = sign * (8.0_f64 / 3.0 * 27.0).sqrt();
        let at = linearised(&node, [x, x, 27.0], &[]);
        rests(&at, [x, x, 27.0], 1e-15);
        assert_relative_eq!(trace(&at.1), -(10.0 + 1.0 + 8.0 / 3.0), max_relative = 1e-14);
    }
}

/// The critical `x_0` is −4/3 − (4.1 − 32/27)/4: there the cubic nullcline turns, at −4/3, on the linear one.
#[test]
fn epileptors_have_one_critical_excitability() {
    let (x, critical) = (-4.0 / 3.0, -2.062_037_037_037_037);
    let z = 4.0 * (x - critical);
    let (f, jacobian) = linearised(&Epileptor2d { x_0: critical, ..Epileptor2d::default() }, [x, z], &[]);
    // At 1e3 per second, where x′ is a difference of terms of some 5.
    assert!(f[0].abs() < 1e-11 && f[1].abs() < 1e-14 && jacobian[0][0].abs() < 1e-11);
    // The same place rests in six dimensions with y_1 = 1 − 5x_1², and the slopes of x_1 along its nullcline vanish.
    let y = 1.0 - 5.0 * x * x;
    let full = Epileptor { x_0: critical, ..Epileptor::default() };
    let (f, jacobian) = linearised(&full, [x, y, z, -1.0, 0.0, 0.1 * x], &[]);
    assert!(f[0].abs() < 1e-11 && f[1].abs() < 1e-11 && f[2].abs() < 1e-14);
    let along = jacobian[0][0] - jacobian[0][1] * jacobian[1][0] / jacobian[1][1];
    assert!(along.abs() < 1e-10);
}

/// Where the discharges are negative both say the same of them and of the permittivity, if `y_1` follows at once.
#[test]
fn the_reduction_is_the_epileptor_with_y_at_rest() {
    for (x, z) in [(-1.9, 2.5), (-1.2, 3.1), (-0.3, 4.4), (-1.5, -0.0)] {
        let (full, _) = linearised(&Epileptor::default(), [x, 1.0 - 5.0 * x * x, z, -1.0, 0.0, 0.0], &[]);
        let (reduced, _) = linearised(&Epileptor2d::default(), [x, z], &[]);
        assert_relative_eq!(full[0], reduced[0], max_relative = 1e-12);
        assert_relative_eq!(full[2], reduced[1], max_relative = 1e-12);
    }
}

/// With every conductance but the leak and every weight closed v = −0.5 + 0.3/0.5, and w is the open part there.
#[test]
fn larter_breakspear_leaks() {
    let node = LarterBreakspear {
        g_ca: 0.0,
        g_k: 0.0,
        g_na: 0.0,
        a_ee: 0.0,
        a_ie: 0.0,
        a_ei: 0.0,
        a_ni: 0.0,
        ..LarterBreakspear::default()
    };
    let v: f64 = -0.5 + 0.3 / 0.5;
    let state = [v, 0.5 * (1.0 + (v / 0.3).tanh()), 0.7];
    let (f, jacobian) = linearised(&node, state, &[0.4]);
    assert!(f.iter().all(|slope| slope.abs() < 1e-12), "{f:?}");
    assert_relative_eq!(jacobian[0][0], -500.0, max_relative = 1e-14);
}

/// Above threshold the rates solve two linear equations; 1 nA makes 153.61 and 122.10 Hz.
#[test]
fn threshold_linear_rates_follow_a_current() {
    let state = [153.613_103_313_708_2, 122.097_824_781_431_3];
    let (f, jacobian) = linearised(&ThresholdLinear::default(), state, &[1e-9]);
    // Differences of terms of 1e4 Hz/s.
    assert!(f.iter().all(|slope| slope.abs() < 1e-9), "{f:?}");
    assert!(trace(&jacobian) < 0.0 && determinant(&jacobian) > 0.0);
}

/// Without refractory period and above threshold two linear equations: 0.2 E + 0.3 I = 0.4, −E + 1.85 I = 0.1.
#[test]
fn wilson_cowan_linear_solves_two_equations() {
    let node = WilsonCowanLinear { r: 0.0, ..WilsonCowanLinear::default() };
    let determinant = 0.2 * 1.85 + 0.3;
    let state = [(1.85 * 0.4 - 0.3 * 0.1) / determinant, (0.2 * 0.1 + 0.4) / determinant];
    rests(&linearised(&node, state, &[0.4, 0.1]), state, 1e-15);
}

/// The transfer function at the removable singularity, where the Python library has 0/0, and near it.
#[test]
fn the_rate_is_smooth_at_threshold() {
    use brainmass_nodes::transfer::abbott_chance;
    let rate = |u: f64| abbott_chance(Dual::<f64, 1>::variable(u, 0), Dual::constant(0.16));
    assert_eq!(rate(0.0).value, 6.25);
    assert_eq!(rate(0.0).partials[0], 0.5);
    // The series 1/d + u/2 + d u²/12.
    for u in [-1e-3, -1e-8, 1e-12, 1e-5, 1e-3] {
        assert_relative_eq!(rate(u).value, 6.25 + 0.5 * u + 0.16 / 12.0 * u * u, max_relative = 1e-14);
    }
    // Far away: nothing below, the drive itself above.
    for u in [-1e12, -1e4, -700.0] {
        assert!((0.0..1e-30).contains(&rate(u).value) && rate(u).partials[0] >= 0.0, "{u}");
    }
    assert_eq!((rate(1e4).value, rate(1e4).partials[0]), (1e4, 1.0));
    let node = ReducedWongWang {
        a: brainmass_core::units::hz_per_na(0.0),
        b: hz(0.0),
        d: s(0.2),
        ..ReducedWongWang::default()
    };
    assert_eq!(linearised(&node, [0.0], &[]).0[0], 0.641 / 0.2);
}

/// Where neurolib 0.6.2 comes to rest: external inputs in mV/ms, a in nS, b in pA; rates of E and I in Hz, adaptation in
/// A. The second adapts; the last two are one population, silent or active.
const REST: [([f64; 4], [f64; 3]); 4] = [
    ([2.0, 0.5, 0.0, 0.0], [38.147_784_289, 34.801_115_599, 0.0]),
    ([3.0, 1.0, 5.0, 20.0], [25.953_289_948, 46.706_831_769, 220.632_474e-12]),
    ([2.0, 2.0, 0.0, 0.0], [0.003_587_459, 12.763_988_251, 0.0]),
    ([2.0, 2.0, 0.0, 0.0], [22.580_765_822, 75.353_520_771, 0.0]),
];

/// Synapses at rest by algebra, from the rates: s = z/(1 + z), v = (1 − s)² q/(2τ(1 + z) − q). The inputs they make must
/// give these rates back: to 0.02 Hz, which is what the tables of neurolib err by between their points.
#[test]
fn adaptive_linear_nonlinear_rests_where_neurolib_does() {
    let at_rest = |c: f64, j: f64, tau: f64, k: f64, rate: f64| {
        let kappa = c * tau / j.abs();
        let (z, q) = (kappa * k * rate, kappa * kappa * k * rate);
        let s = z / (1.0 + z);
        let v = (1.0 - s).powi(2) * q / (2.0 * tau * (1.0 + z) - q);
        (j * s, s, v, 2.0 * j * j * v * tau * 0.02 / ((1.0 + z) * 0.02 + tau))
    };
    for ([mu_e, mu_i, a, b], [e, i, adaptation]) in REST {
        let node = AdaptiveLinearNonlinear {
            mu_e_ext: v_per_s(mu_e),
            mu_i_ext: v_per_s(mu_i),
            a: ns(a),
            b: pa(b),
            ..AdaptiveLinearNonlinear::default()
        };
        let ee = at_rest(0.3, 2.43, 0.002, 800.0, e);
        let ei = at_rest(0.5, -3.3, 0.005, 200.0, i);
        let ie = at_rest(0.3, 2.6, 0.002, 800.0, e);
        let ii = at_rest(0.5, -1.64, 0.005, 200.0, i);
        let external = 1.5e-3_f64.powi(2) * 1000.0;
        let noise = [(external + ee.3 + ei.3).sqrt(), (external + ie.3 + ii.3).sqrt()];
        let mut state = [
            ee.0 + ei.0 + mu_e,
            ie.0 + ii.0 + mu_i,
            0.0,
            ee.1,
            ei.1,
            ie.1,
            ii.1,
            ee.2,
            ei.2,
            ie.2,
            ii.2,
            noise[0],
            noise[1],
        ];
        // Adaptation and the potential make each other: halved until nothing moves.
        let input = [0.0, 0.0, e, i, 0.0, 0.0];
        let (mut low, mut high) = (0.0, if a + b > 0.0 { 1e-9 } else { 0.0 });
        while high - low > 1e-24 {
            state[2] = 0.5 * (low + high);
            let slope = AdaptiveLinearNonlinear::derivative(&node, &state, &input)[2];
            if slope > 0.0 { low = state[2] } else { high = state[2] }
        }
        assert!((state[2] - adaptation).abs() < 0.2e-12, "{} A where {adaptation} A are due", state[2]);
        rests(&linearised(&node, state, &input), state, 1e-13);
        let rates = AdaptiveLinearNonlinear::output(&node, &state);
        for (found, due) in rates.into_iter().zip([e, i]) {
            assert!((found - due).abs() < 0.02, "{found} Hz where {due} is due, at {state:?}");
        }
    }
}

/// What arrives from other regions, and with the squares of the weights, at synapses at rest: 1.2 and 0.5 Hz open z = κ k 1.2 Hz
/// and spread q = κ² k 0.5 Hz, with κ = 0.3 · 2 ms/2.43 and k = 250, of E alone.
#[test]
fn adaptive_linear_nonlinear_hears_other_regions() {
    let node = AdaptiveLinearNonlinear::default();
    let state = AdaptiveLinearNonlinear::initial();
    let slopes = |input| AdaptiveLinearNonlinear::derivative(&node, &state, &input);
    let (alone, found) = (slopes([0.0; 6]), slopes([0.0, 0.0, 0.0, 0.0, 1.2, 0.5]));
    let kappa = 0.3 * 0.002 / 2.43;
    assert_relative_eq!(found[3], kappa * 250.0 * 1.2 / 0.002, max_relative = 1e-14);
    assert_relative_eq!(found[7], kappa * kappa * 250.0 * 0.5 / 0.002_f64.powi(2), max_relative = 1e-14);
    for k in (0..13).filter(|k| ![3, 7].contains(k)) {
        assert_eq!(found[k], alone[k], "state {k}");
    }
}
