//! Couplings against the reference library's numbers, closed forms and each other.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use brainmass_core::units::{Meter, Unit, Values, dimension, hz, khz, mm_per_ms, ms, mv, per_mv};
use brainmass_core::{Array, Connectome, Coupling, Laplacian, Node, Normalization};
use brainmass_network::{
    Additive, Connection, Delays, Diffusive, HyperbolicTangent, HyperbolicTangentOfSum, Integrator,
    KuramotoSine, Network, Sigmoidal, SigmoidalJansenRit, coupling,
};
use brainmass_nodes::{JansenRit, Kuramoto, Linear};
use nalgebra::{DMatrix, dmatrix};

/// What arrives at each target of the reference's file, where every target sees sources of its own.
fn arrives<C: Coupling>(coupling: &C, sources: &str) -> Vec<f64> {
    let file = common::reference("coupling/functions.npz");
    let read = |name: &str| file.matrix(name).unwrap();
    let (weights, x, y) = (read("conn"), read(sources), read("y"));
    let parameters = coupling.with(&mut |_, value| value);
    let target = |i: usize| {
        let sum = |k: usize| {
            (0..x.ncols()).map(|j| weights[(i, j)] * C::send(&parameters, x[(i, j)]).as_ref()[k]).sum()
        };
        C::receive(&parameters, y[i], &C::Sent::from_fn(sum), weights.row(i).sum())
    };
    (0..x.nrows()).map(target).collect()
}

/// Both sides form sums of six products of a handful of numbers in f64.
fn check<C: Coupling>(coupling: &C, sources: &str, expected: &str) {
    let expected = common::reference("coupling/functions.npz").matrix(expected).unwrap();
    let found = arrives(coupling, sources);
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(&expected) {
        assert!((found - expected).abs() <= 1e-12 * expected.abs(), "{found}, not {expected}");
    }
}

const K: f64 = 0.7;
const OFFSET: f64 = 0.309_665_732_002_078_3;

#[test]
fn couplings_are_the_reference_s() {
    check(&Diffusive::new(K), "x", "diffusive");
    check(&Additive::new(K).with_offset(OFFSET), "x", "additive");
    check(&Sigmoidal::new(K, 1.0), "x", "sigmoidal");
    check(&HyperbolicTangentOfSum::new(0.5, 2.0), "x", "tanh");
    let jansen_rit = SigmoidalJansenRit::new(K)
        .with_rates(hz(0.0), hz(0.005))
        .with_sigmoid(mv(6.0) * 1e3, per_mv(0.56) / 1e3);
    check(&jansen_rit, "x_pos", "sigmoidal_jansen_rit");
}

/// DIFFERENCE: the reference's `tanh` saturates after the sum, TVB's before: on the same numbers they disagree.
#[test]
fn the_tangent_before_the_sum_is_another_coupling() {
    let before = arrives(&HyperbolicTangent::new(0.5, 2.0), "x");
    let after = arrives(&HyperbolicTangentOfSum::new(0.5, 2.0), "x");
    assert!(
        before.iter().zip(&after).all(|(before, after)| (before - after).abs() > 0.1),
        "{before:?} {after:?}"
    );
    // 1 + tanh(x) = 2/(1 + e^(−2x)): the sigmoid of Jansen and Rit with twice the slope.
    let sigmoid =
        SigmoidalJansenRit::new(0.5).with_rates(hz(0.0), hz(2.0)).with_sigmoid(mv(300.0), per_mv(0.004));
    let same = arrives(&sigmoid, "x");
    let tangent = arrives(&HyperbolicTangent::new(0.5, 2.0).with_midpoint(0.3), "x");
    for (a, b) in same.iter().zip(&tangent) {
        assert!((a - b).abs() < 1e-14 * b.abs().max(1.0), "{a} {b}");
    }
}

/// The phase coupling of the reference's `KuramotoNetwork`. DIFFERENCE: there the sum is divided by the number of regions
/// unless told otherwise; here the weights are.
#[test]
fn kuramoto_coupling_is_the_reference_s() {
    let file = common::reference("nodes/KuramotoNetwork.npz");
    for (case, k, alpha, per_region, with_self) in [
        (0, 2.269_924_619_663_518_3, 0.0, true, false),
        (1, 0.918_423_444_518_264_6, 0.3, true, true),
        (2, 1.661_554_024_563_726_1, 0.1, false, false),
        (3, 0.649_787_415_906_137_4, 0.0, true, false),
    ] {
        let read = |name: &str| file.matrix(&format!("c{case}_{name}"));
        let weights = read("conn").unwrap_or_else(|_| DMatrix::from_element(4, 4, 1.0));
        let weights = if per_region { weights / 4.0 } else { weights };
        let (phases, expected) = (read("theta").unwrap(), read("coupling").unwrap());
        for sample in 0..phases.nrows() {
            let connection =
                Connection::new("theta", "theta_input", KuramotoSine::new(khz(k)).with_phase_lag(alpha));
            let connection = if with_self { connection.with_self_connections() } else { connection };
            let network = Network::new(
                Kuramoto { omega: hz(0.0) },
                Connectome::without_lengths(weights.clone()).unwrap(),
            )
            .with_initial("theta", phases.row(sample).iter().copied().collect::<Vec<f64>>())
            .and_then(|network| network.with_connection(connection))
            .unwrap();
            let after = common::states(&network, Integrator::Euler, ms(1.0), 1, 0).swap_remove(0);
            for region in 0..4 {
                let found = after[(region, 0)] - phases[(sample, region)];
                // The phase itself, up to π, is added and taken away again.
                assert!(
                    (found - expected[(sample, region)]).abs() < 1e-14,
                    "{case} {sample} {region}: {found}"
                );
            }
        }
    }
}

/// Two oscillators in 1:1 lock: dψ/dt = Δω − 2 G w sin ψ rests at ψ = asin(Δω/(2 G w)).
#[test]
fn two_phases_lock_at_the_phase_difference_of_theory() {
    let (detuning, g) = (30.0, 40.0);
    let network =
        Network::new(Kuramoto::default(), Connectome::without_lengths(dmatrix![0.0, 0.5; 0.5, 0.0]).unwrap())
            .with_parameter("omega", brainmass_core::units::Hertz::new(vec![60.0, 60.0 + detuning]))
            .and_then(|network| {
                network.with_connection(Connection::new("theta", "theta_input", KuramotoSine::new(hz(g))))
            })
            .unwrap();
    let theta = common::states(&network, Integrator::Heun, ms(0.1), 20_000, 0).swap_remove(0);
    // The relaxation rate is 2 G w cos ψ = 26/s: e^(−52) is left after two seconds.
    let psi = theta[(1, 19_999)] - theta[(0, 19_999)];
    assert!((psi - (detuning / g).asin()).abs() < 1e-12, "{psi}");
}

/// The defaults of the coupling are the node's own sigmoid: coupling potentials through it is coupling rates.
#[test]
fn the_sigmoid_of_jansen_and_rit_is_the_node_s_rate() {
    let connectome = common::connectome(
        DMatrix::from_element(5, 5, 0.4),
        &DMatrix::from_fn(5, 5, |i, j| (i + 2 * j) as f64),
    );
    let run = |connection: Connection| {
        let delays = Delays::at_speed(mm_per_ms(2.0));
        let network = Network::new(JansenRit::default(), connectome.clone())
            .with_connection(connection.with_delays(delays))
            .and_then(|network| network.with_drive("e_input", brainmass_network::Drive::constant(hz(180.0))))
            .and_then(|network| network.with_random_initial("e", mv(0.0), mv(20.0)))
            .unwrap();
        common::states(&network, Integrator::Heun, ms(0.1), 1000, 0)
    };
    let rates = run(Connection::new("rate", "e_input", Additive::new(10.0)));
    let potentials = run(Connection::new("potential", "e_input", SigmoidalJansenRit::new(10.0)));
    for (state, (a, b)) in JansenRit::STATE.iter().zip(rates.iter().zip(&potentials)) {
        // The same sigmoid with its operations in another order: rounding, over 1000 steps.
        assert!((a - b).amax() < 1e-11 * a.amax(), "{}: {:e}", state.name, (a - b).amax() / a.amax());
    }
}

#[test]
fn wrong_units_and_names_are_errors() {
    let add = |connection: Connection| {
        Network::new(JansenRit::default(), common::islands(2))
            .with_connection(connection)
            .unwrap_err()
            .to_string()
    };
    let from_potential = |name: &str, given: &[(&str, Values)]| {
        coupling::by_name(name, "potential", "e_input", given).unwrap()
    };
    let (g, slope) = (("g", Values::from(hz(1.0))), ("slope", Values::from(0.5)));
    assert_eq!(
        add(from_potential("hyperbolic_tangent", &[g.clone(), slope.clone()])),
        "parameter `slope` of the hyperbolic_tangent coupling: expected a quantity in 1/V, found one in 1"
    );
    let midpoint = ("midpoint", Values::from(hz(1.0)));
    let per_volt = ("slope", Values::from(per_mv(1.0)));
    let c_max = ("c_max", Values::from(hz(1.0)));
    assert_eq!(
        add(from_potential("sigmoidal", &[c_max.clone(), per_volt.clone(), midpoint])),
        "parameter `midpoint` of the sigmoidal coupling: expected a quantity in V, found one in Hz"
    );
    let c_min = ("c_min", Values::from(mv(1.0)));
    assert_eq!(
        add(from_potential("sigmoidal", &[c_max, per_volt.clone(), c_min])),
        "parameter `c_min` of the sigmoidal coupling: expected a quantity in Hz, found one in V"
    );
    assert_eq!(
        add(from_potential("kuramoto", std::slice::from_ref(&g))),
        "parameter `alpha` of the kuramoto coupling: expected a quantity in V, found one in 1"
    );
    let fail = |name: &str, given: &[(&str, Values)]| {
        coupling::by_name(name, "potential", "e_input", given).unwrap_err().to_string()
    };
    assert_eq!(fail("sigmoidal", &[per_volt]), "parameter `c_max` of the sigmoidal coupling: is missing");
    assert_eq!(fail("diffusive", &[g.clone(), slope]), "unknown parameter `slope`; there are: g");
    assert!(fail("tanh", std::slice::from_ref(&g)).contains("hyperbolic_tangent_of_sum"));
    let r = ("r", Values::new(vec![f64::NAN], Unit::of::<dimension::PerVolt>()));
    assert!(add(from_potential("sigmoidal_jansen_rit", &[("g", Values::from(1.0)), r])).contains("finite"));
}

/// An offset per region arrives at its region, with its unit checked wherever it comes from.
#[test]
fn an_offset_may_be_regional() {
    let connectome = Connectome::without_lengths(DMatrix::zeros(3, 3)).unwrap();
    let offsets = brainmass_core::units::Hertz::new(vec![1.0, 2.0, -4.0]);
    let one = Connection::new("x", "x_input", Additive::new(hz(1.0)));
    let unknown = one.clone().with_parameter("b", offsets.clone()).unwrap_err().to_string();
    assert!(unknown.contains("must have one before"), "{unknown}");
    let regional = Connection::new("x", "x_input", Additive::new(hz(1.0)).with_offset(hz(0.0)))
        .with_parameter("b", offsets.clone())
        .unwrap();
    let named = [("g", Values::from(hz(1.0))), ("b", Values::from(offsets))];
    for connection in [regional, coupling::by_name("additive", "x", "x_input", &named).unwrap()] {
        let network =
            Network::new(Linear { gamma: hz(0.0) }, connectome.clone()).with_connection(connection).unwrap();
        let x = common::states(&network, Integrator::Euler, ms(1000.0), 1, 0).swap_remove(0);
        assert_eq!(x.as_slice(), [1.0, 2.0, -4.0]);
    }
    let wrong = Network::new(Linear { gamma: hz(0.0) }, connectome).with_connection(Connection::new(
        "x",
        "x_input",
        Additive::new(hz(1.0)).with_offset(1.0),
    ));
    assert_eq!(
        wrong.unwrap_err().to_string(),
        "parameter `b` of the additive coupling: expected a quantity in Hz, found one in 1"
    );
}

/// Laplacians of the reference, which have the other sign. DIFFERENCE: a region without connections has −1 on their
/// diagonal where ours has 0.
#[test]
fn laplacians_are_the_reference_s() {
    let file = common::reference("coupling/functions.npz");
    let read = |name: &str| file.matrix(name).unwrap();
    for (weights, suffix) in [("lap_W", ""), ("lap_W_isolated", "_isolated")] {
        let connectome = Connectome::without_lengths(read(weights)).unwrap();
        for (laplacian, name) in
            [(Laplacian::Unnormalized, "None"), (Laplacian::RandomWalk, "rw"), (Laplacian::Symmetric, "sym")]
        {
            let mut expected = -read(&format!("lap_{name}{suffix}"));
            if laplacian != Laplacian::Unnormalized && suffix == "_isolated" {
                assert_eq!(expected[(1, 1)], 1.0);
                expected[(1, 1)] = 0.0;
            }
            let found = connectome.laplacian(laplacian).unwrap();
            // Their floor of 1e-12 on row sums is all that may remain.
            assert!((found - expected).amax() < 2e-12, "{name}{suffix}");
        }
        let degrees = read(&format!("lap_degree{suffix}"));
        assert!(connectome.in_strengths().iter().zip(&degrees).all(|(d, e)| (d - e).abs() < 1e-15));
    }
    // DIFFERENCE: `LaplacianConnParam` is the Laplacian of exp(W) W.
    let wrong = read("lap_param_brainmass_WRONG");
    let right =
        -Connectome::without_lengths(read("lap_W")).unwrap().laplacian(Laplacian::Unnormalized).unwrap();
    assert!((right - wrong).amax() > 0.5);
}

/// −L coupled additively, diagonal included, is diffusive coupling; D⁻¹ W coupled diffusively is the random walk.
#[test]
fn laplacian_weights_couple_diffusively() {
    let weights = dmatrix![0.0, 1.0, 0.5; 2.0, 0.0, 0.25; 0.0, 3.0, 0.0];
    let connectome = Connectome::without_lengths(weights).unwrap();
    let x = vec![1.0, -2.0, 0.7];
    let arriving = |normalization, connection: Connection| {
        let network = Network::new(Linear { gamma: hz(0.0) }, connectome.normalized(normalization).unwrap())
            .with_initial("x", x.clone())
            .and_then(|network| network.with_connection(connection))
            .unwrap();
        common::states(&network, Integrator::Euler, ms(1000.0), 1, 0).swap_remove(0)
    };
    let diffusive = || Connection::new("x", "x_input", Diffusive::new(hz(1.0)));
    let additive = || Connection::new("x", "x_input", Additive::new(hz(1.0))).with_self_connections();
    let laplacian = |kind| arriving(Normalization::Laplacian(kind), additive());
    let close = |a: DMatrix<f64>, b: DMatrix<f64>| assert!((&a - &b).amax() < 1e-15 * 20.0, "{a} {b}");
    close(laplacian(Laplacian::Unnormalized), arriving(Normalization::None, diffusive()));
    close(laplacian(Laplacian::RandomWalk), arriving(Normalization::InStrength, diffusive()));
}

/// Σ w² x of three regions that stand still at x = 1, 2, 4, in one step of x′ = Σ w² x: by hand.
#[test]
fn squared_weights_are_squared() {
    let weights = dmatrix![5.0, 0.5, 2.0; 3.0, 7.0, 0.25; 0.0, 1.0, 9.0];
    let labels = ["a", "b", "c"].map(str::to_owned).to_vec();
    let lengths = Meter::new(DMatrix::zeros(3, 3));
    let connectome = Connectome::new(weights, lengths, labels).unwrap();
    let connection = Connection::new("x", "x_input", Additive::new(hz(1.0))).with_squared_weights();
    let network = Network::new(Linear { gamma: hz(0.0) }, connectome)
        .with_initial("x", vec![1.0, 2.0, 4.0])
        .and_then(|network| network.with_connection(connection))
        .unwrap();
    let found = common::states(&network, Integrator::Euler, ms(1000.0), 1, 0);
    let due = [1.0 + 0.25 * 2.0 + 4.0 * 4.0, 2.0 + 9.0 * 1.0 + 0.0625 * 4.0, 4.0 + 2.0];
    assert_eq!(found[0].as_slice(), due);
}
