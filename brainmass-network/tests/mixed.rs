//! Networks of several kinds of nodes.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use brainmass_core::units::dimension::{Dimensionless, Volt};
use brainmass_core::units::{Dimension, hz, mm_per_ms, ms, s};
use brainmass_core::{Connectome, CpuLevel, Error};
use brainmass_network::{
    Additive, Connection, Delays, Diffusive, Drive, EngineKind, Integrator, MixedNetwork, Monitor, Network,
    OrnsteinUhlenbeck, Precision, Recording, Simulator, WhiteNoise,
};
use brainmass_nodes::{JansenRit, Linear, WilsonCowan};
use nalgebra::{DMatrix, Matrix2, Vector2, dmatrix, dvector};
use proptest::prelude::*;

/// 23 regions: more than a chunk of lanes. A fifth of the weights is zero; delays are 0 to 92 steps.
fn connectome() -> Connectome {
    let weight = |i, j| if (i + 2 * j) % 5 == 0 { 0.0 } else { 0.01 + 0.001 * j as f64 };
    let length = |i, j| ((7 * i + 5 * j) % 24) as f64 * 4.0;
    common::connectome(DMatrix::from_fn(23, 23, weight), &DMatrix::from_fn(23, 23, length))
}

/// Names of the regions of two populations that interleave, the second in another order than the connectome.
fn halves() -> [Vec<String>; 2] {
    let name = |k: usize| format!("R{k}");
    let (thalamus, cortex): (Vec<_>, Vec<_>) = (0..23).partition(|k| k % 3 == 1);
    [cortex.into_iter().map(name).collect(), thalamus.into_iter().rev().map(name).collect()]
}

fn delays() -> Delays {
    Delays::at_speed(mm_per_ms(10.0))
}

fn alone(network: Network<WilsonCowan>) -> brainmass_core::Result<Network<WilsonCowan>> {
    network
        .with_drive("e_input", Drive::constant(1.5))?
        .with_input_noise("e_input", OrnsteinUhlenbeck::new(0.01, ms(5.0)))?
        .with_state_noise("r_i", WhiteNoise::new(0.001))?
        .with_random_initial("r_e", 0.1, 0.2)
}

fn diffusive(source: &str, input: &str) -> Connection {
    Connection::new(source, input, Diffusive::new(0.2)).with_delays(delays())
}

fn take<U: Dimension>(recording: &mut Recording, name: &str) -> DMatrix<f64> {
    recording.take::<U>(name).unwrap().values().clone()
}

/// The largest difference of `r_e` between a network of Wilson–Cowan nodes and the same as two populations.
fn difference(uniform: &Network<WilsonCowan>, mixed: &MixedNetwork, kind: EngineKind) -> f64 {
    let duration = ms(0.1) * 2000.0;
    let simulator = Simulator::new(uniform, ms(0.1)).unwrap().with_seed(9).with_engine(kind);
    let mut recording = simulator.run(duration, ms(0.0), &[Monitor::of("r_e")]).unwrap();
    let whole = take::<Dimensionless>(&mut recording, "r_e");
    let simulator = Simulator::mixed(mixed, ms(0.1)).unwrap().with_seed(9).with_engine(kind);
    let monitors = ["cortex.r_e", "thalamus.r_e"].map(Monitor::of);
    let mut recording = simulator.run(duration, ms(0.0), &monitors).unwrap();
    let mut largest: f64 = 0.0;
    for monitor in &monitors {
        let series = recording.take::<Dimensionless>(monitor.name()).unwrap();
        for (row, label) in series.sampling().channels().iter().enumerate() {
            let region: usize = label[1..].parse().unwrap();
            largest = largest.max((series.values().row(row) - whole.row(region)).amax());
        }
    }
    largest / whole.amax()
}

/// Without couplings the bits are the same: states start from, and noise comes from, the same random numbers.
#[test]
fn unconnected_populations_of_one_kind_are_the_uniform_network_to_the_bit() {
    let uniform = alone(Network::new(WilsonCowan::figure_11(), connectome())).unwrap();
    let [cortex, thalamus] = halves();
    let mixed = MixedNetwork::new(connectome())
        .with_population("cortex", cortex, WilsonCowan::figure_11(), alone)
        .and_then(|mixed| mixed.with_population("thalamus", thalamus, WilsonCowan::figure_11(), alone))
        .unwrap();
    for kind in [EngineKind::Blocked, EngineKind::Plain] {
        assert_eq!(difference(&uniform, &mixed, kind), 0.0, "{kind:?}");
    }
}

/// With couplings they agree to rounding: the sum over all sources is here the sum over those of the own population
/// and that over the others. As for two engines, 2000 steps pile up less than 1e-12.
#[test]
fn populations_of_one_kind_are_the_uniform_network() {
    let coupled =
        |network: Network<WilsonCowan>| alone(network)?.with_connection(diffusive("r_e", "e_input"));
    let uniform = coupled(Network::new(WilsonCowan::figure_11(), connectome())).unwrap();
    let [cortex, thalamus] = halves();
    let within = MixedNetwork::new(connectome())
        .with_population("cortex", cortex, WilsonCowan::figure_11(), coupled)
        .and_then(|mixed| mixed.with_population("thalamus", thalamus, WilsonCowan::figure_11(), coupled))
        .unwrap();
    let mixed = within
        .clone()
        .with_connection(diffusive("cortex.r_e", "thalamus.e_input"))
        .and_then(|mixed| mixed.with_connection(diffusive("thalamus.r_e", "cortex.e_input")))
        .unwrap();
    for kind in [EngineKind::Blocked, EngineKind::Plain] {
        let found = difference(&uniform, &mixed, kind);
        assert!(found < 1e-12, "{kind:?}: {found:e}");
        assert!(difference(&uniform, &within, kind) > 1e-3, "{kind:?}");
    }
}

/// Cortex of Wilson–Cowan nodes, thalamus of Jansen–Rit columns, coupled both ways with delays, and noise.
fn cortex_and_thalamus(connectome: Connectome) -> MixedNetwork {
    let [cortex, thalamus] = halves();
    let up = Connection::new("thalamus.rate", "cortex.e_input", Additive::new(s(0.02)));
    let down = Connection::new("cortex.r_e", "thalamus.e_input", Additive::new(hz(40.0)));
    MixedNetwork::new(connectome)
        .with_population("cortex", cortex, WilsonCowan::figure_11(), |network| {
            alone(network)?.with_connection(diffusive("r_e", "e_input"))
        })
        .and_then(|mixed| {
            mixed.with_population("thalamus", thalamus, JansenRit::default(), |network| {
                network
                    .with_drive("e_input", Drive::constant(hz(200.0)))?
                    .with_input_noise("e_input", OrnsteinUhlenbeck::new(hz(2.0), ms(20.0)))
            })
        })
        .and_then(|mixed| mixed.with_connection(up.with_delays(delays())))
        .and_then(|mixed| mixed.with_connection(down.with_delays(delays())))
        .unwrap()
}

fn run(
    network: &MixedNetwork,
    kind: EngineKind,
    integrator: Integrator,
    n_steps: usize,
) -> [DMatrix<f64>; 2] {
    let simulator = Simulator::mixed(network, ms(0.1)).unwrap();
    let simulator = simulator.with_engine(kind).with_integrator(integrator).with_seed(3);
    let monitors = ["cortex.r_e", "thalamus.potential"].map(Monitor::of);
    let mut recording = simulator.run(ms(0.1) * n_steps as f64, ms(0.0), &monitors).unwrap();
    [take::<Dimensionless>(&mut recording, "cortex.r_e"), take::<Volt>(&mut recording, "thalamus.potential")]
}

fn apart(a: &[DMatrix<f64>; 2], b: &[DMatrix<f64>; 2]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b).amax() / a.amax()).fold(0.0, f64::max)
}

/// Tolerance as for uniform networks.
#[test]
fn both_engines_run_mixed_networks_alike() {
    let network = cortex_and_thalamus(connectome());
    for integrator in Integrator::ALL {
        let [fast, plain] =
            [EngineKind::Blocked, EngineKind::Plain].map(|kind| run(&network, kind, integrator, 4000));
        assert!(fast.iter().all(|values| values.columns(2000, 2000).variance() > 0.0));
        let found = apart(&fast, &plain);
        assert!(found < 1e-12, "{integrator:?}: {found:e}");
    }
}

/// The control: one pair from thalamus to cortex, one step later.
#[test]
fn a_delay_between_populations_off_by_one_step_is_seen() {
    let right = connectome();
    let mut lengths = right.tract_lengths().value_unsafe * 1e3;
    assert!(right.weights()[(3, 4)] > 0.0);
    lengths[(3, 4)] += 1.0;
    let wrong = cortex_and_thalamus(common::connectome(right.weights().clone(), &lengths));
    let runs = [cortex_and_thalamus(right), wrong];
    let [right, wrong] =
        runs.each_ref().map(|network| run(network, EngineKind::Plain, Integrator::Heun, 2000));
    let found = apart(&right, &wrong);
    assert!(found > 1e-8, "{found:e}");
}

/// Two populations of linear nodes with their own decay; labels R0 to R4.
fn linear(weights: DMatrix<f64>, n_cortex: usize, drive: f64, start: [f64; 2]) -> MixedNetwork {
    let n = weights.nrows();
    let lengths = DMatrix::from_fn(n, n, |i, j| (i + 2 * j) as f64);
    let name = |k: usize| format!("R{k}");
    let additive =
        |from: &str, to: &str| Connection::new(from, to, Additive::new(hz(4.0))).with_delays(delays());
    let describe = |gain: f64, start: f64| {
        move |network: Network<Linear>| {
            network
                .with_initial("x", start)?
                .with_drive("x_input", Drive::constant(hz(gain * drive)))?
                .with_connection(Connection::new("x", "x_input", Additive::new(hz(4.0))))
        }
    };
    let (cortex, thalamus) = ((0..n_cortex).map(name), (n_cortex..n).map(name));
    let node = |gamma| Linear { gamma: hz(gamma) };
    MixedNetwork::new(common::connectome(weights, &lengths))
        .with_population("cortex", cortex, node(-20.0), describe(1.0, start[0]))
        .and_then(|mixed| mixed.with_population("thalamus", thalamus, node(-50.0), describe(2.0, start[1])))
        .and_then(|mixed| mixed.with_connection(additive("cortex.x", "thalamus.x_input")))
        .and_then(|mixed| mixed.with_connection(additive("thalamus.x", "cortex.x_input")))
        .unwrap()
}

// γ_i x_i + G Σ_j w_ij x_j + d_i = 0, whatever the delays. The slowest mode decays with some 10 Hz: e^(−30) is left.
#[test]
fn linear_populations_come_to_rest_where_algebra_says() {
    let weights = DMatrix::from_fn(5, 5, |i, j| if i == j { 0.0 } else { 0.3 + 0.1 * (2 * i + j) as f64 });
    let mixed = linear(weights.clone(), 3, 7.0, [0.0, 0.0]);
    let gamma = dvector![-20.0, -20.0, -20.0, -50.0, -50.0];
    let drive = dvector![7.0, 7.0, 7.0, 14.0, 14.0];
    let rest = (DMatrix::from_diagonal(&gamma) + weights * 4.0).lu().solve(&-drive).unwrap();
    let monitors = ["cortex.x", "thalamus.x"].map(Monitor::of);
    for kind in [EngineKind::Blocked, EngineKind::Plain] {
        let simulator = Simulator::mixed(&mixed, ms(0.5)).unwrap().with_engine(kind);
        let mut recording = simulator.run(s(20.0), s(20.0) - ms(0.5), &monitors).unwrap();
        let [cortex, thalamus] = ["cortex.x", "thalamus.x"].map(|x| take::<Dimensionless>(&mut recording, x));
        let found = dvector![cortex[0], cortex[1], cortex[2], thalamus[0], thalamus[1]];
        let error = (&found - &rest).amax() / rest.amax();
        assert!(error < 1e-12, "{kind:?}: {error:e}, {found} {rest}");
    }
}

// Thalamus excites cortex, cortex inhibits thalamus: λ = (γ_c + γ_t)/2 ± i √(−g_ct g_tc − (γ_c − γ_t)²/4), a damped
// oscillation. Inputs are held for a step, and with them exponential Euler is exact: a step multiplies by the matrix
// [[e^(γ_c h), g_ct φ_c], [g_tc φ_t, e^(γ_t h)]], φ = (e^(γ h) − 1)/γ.
#[test]
fn a_loop_through_the_thalamus_has_the_closed_form_oscillation() {
    let (up, down, h, [c, t]) = (10.0 * 4.0, -12.0 * 4.0, 1e-4, [-20.0_f64, -50.0]);
    let mut mixed =
        MixedNetwork::new(common::connectome(dmatrix![0.0, 10.0; -12.0, 0.0], &DMatrix::zeros(2, 2)));
    for (name, region, gamma, start) in [("cortex", "R0", c, 1.0), ("thalamus", "R1", t, 0.5)] {
        let describe = |network: Network<Linear>| network.with_initial("x", start);
        mixed = mixed.with_population(name, [region], Linear { gamma: hz(gamma) }, describe).unwrap();
    }
    for [from, to] in [["cortex.x", "thalamus.x_input"], ["thalamus.x", "cortex.x_input"]] {
        mixed = mixed.with_connection(Connection::new(from, to, Additive::new(hz(4.0)))).unwrap();
    }
    let simulator = Simulator::mixed(&mixed, ms(0.1)).unwrap().with_integrator(Integrator::ExponentialEuler);
    let monitors = ["cortex.x", "thalamus.x"].map(Monitor::of);
    let mut recording = simulator.run(ms(100.0), ms(0.0), &monitors).unwrap();
    let [cortex, thalamus] = ["cortex.x", "thalamus.x"].map(|x| take::<Dimensionless>(&mut recording, x));
    let phi = |gamma: f64| (gamma * h).exp_m1() / gamma;
    let step = Matrix2::new((c * h).exp(), up * phi(c), down * phi(t), (t * h).exp());
    let mut state = Vector2::new(1.0, 0.5);
    for k in 0..1000 {
        state = step * state;
        let error = (Vector2::new(cortex[k], thalamus[k]) - state).amax();
        assert!(error < 1e-13, "step {k}: {error:e}");
    }
    // The closed form of the flow itself; holding inputs costs first order in h |λ| = 0.005.
    let eigenvalue = step.complex_eigenvalues()[0].ln() / h;
    let (real, imaginary) = (c.midpoint(t), (-up * down - (c - t).powi(2) / 4.0).sqrt());
    assert!((eigenvalue.re - real).abs() < 0.005 * real.abs(), "{eigenvalue}");
    assert!((eigenvalue.im.abs() - imaginary).abs() < 0.005 * imaginary, "{eigenvalue}");
}

fn simulator(network: &MixedNetwork, seed: u64) -> Simulator<'_, MixedNetwork> {
    Simulator::mixed(network, ms(0.1)).unwrap().with_seed(seed)
}

const STEPS: usize = 150;

fn monitors() -> [Monitor; 2] {
    [Monitor::of("cortex.r_e"), Monitor::of("thalamus.potential").averaged(ms(0.7))]
}

fn bits(mut recording: Recording) -> Vec<u64> {
    let cortex = take::<Dimensionless>(&mut recording, "cortex.r_e");
    let thalamus = take::<Volt>(&mut recording, "thalamus.potential");
    cortex.iter().chain(&thalamus).map(|value| value.to_bits()).collect()
}

fn whole(simulator: &Simulator<'_, MixedNetwork>) -> Vec<u64> {
    bits(simulator.run(ms(0.1) * STEPS as f64, ms(0.0), &monitors()).unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn cuts_and_restarts_change_nothing(
        cuts in prop::collection::vec(1..60_usize, 3),
        seed in any::<u64>(),
        which in 0..3_usize,
    ) {
        let network = cortex_and_thalamus(connectome());
        let simulator = match which {
            0 => simulator(&network, seed),
            1 => simulator(&network, seed).with_precision(Precision::Single),
            _ => simulator(&network, seed).with_engine(EngineKind::Plain),
        };
        let (folder, duration) = (tempfile::tempdir().unwrap(), ms(0.1) * STEPS as f64);
        let path = folder.path().join("run.checkpoint");
        let mut run = simulator.start(duration, ms(0.0), &monitors()).unwrap();
        for cut in cuts {
            run.advance(cut).unwrap();
        }
        run.save(&path).unwrap();
        let expected = whole(&simulator);
        let mut resumed = simulator.resume(duration, ms(0.0), &monitors(), &path).unwrap();
        for run in [&mut run, &mut resumed] {
            run.advance(STEPS).unwrap();
        }
        prop_assert_eq!(bits(run.finish().unwrap()), expected.clone());
        prop_assert_eq!(bits(resumed.finish().unwrap()), expected);
    }
}

#[test]
fn the_cpu_changes_nothing() {
    let network = cortex_and_thalamus(connectome());
    for precision in [Precision::Double, Precision::Single] {
        let simulator = simulator(&network, 8).with_precision(precision);
        for level in CpuLevel::available() {
            assert_eq!(whole(&simulator.clone().with_cpu_level(level)), whole(&simulator), "{level:?}");
        }
    }
}

#[test]
fn a_checkpoint_of_another_mixed_network_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run.checkpoint");
    let network = cortex_and_thalamus(connectome());
    simulator(&network, 1).start(ms(15.0), ms(0.0), &monitors()).unwrap().save(&path).unwrap();
    let other = connectome();
    let other = cortex_and_thalamus(other.with_weights(other.weights() * 1.1).unwrap());
    let error = simulator(&other, 1).resume(ms(15.0), ms(0.0), &monitors(), &path).unwrap_err();
    assert!(error.to_string().contains("is of another run"), "{error}");
}

#[test]
fn divergence_names_population_region_and_step() {
    let mixed = linear(dmatrix![0.0, 1e3; 1e3, 0.0], 1, 1.0, [1.0, 1.0]);
    for kind in [EngineKind::Blocked, EngineKind::Plain] {
        let simulator = Simulator::mixed(&mixed, ms(100.0)).unwrap().with_engine(kind);
        let error = simulator.run(s(1000.0), s(0.0), &[Monitor::of("cortex.x")]).unwrap_err();
        let Error::Diverged { region, variable, step, .. } = error else { panic!("{error}") };
        assert!(["cortex.x", "thalamus.x"].contains(&variable.as_str()), "{variable}");
        assert!((region == "R0") == (variable == "cortex.x") && step > 10, "{region} {step}");
    }
}

#[test]
fn what_does_not_fit_is_an_error_when_it_is_built() {
    let islands = || common::connectome(DMatrix::from_element(3, 3, 1.0), &DMatrix::zeros(3, 3));
    let cortex = MixedNetwork::new(islands())
        .with_population("cortex", ["R0", "R1"], WilsonCowan::default(), Ok)
        .unwrap();
    let population = |name: &str, regions: &[&str]| {
        cortex.clone().with_population(name, regions, JansenRit::default(), Ok).unwrap_err().to_string()
    };
    assert_eq!(
        population("thalamus", &["R2", "R1"]),
        "population `thalamus`: region `R1` belongs to `cortex` already"
    );
    assert!(population("thalamus", &["R2", "R2"]).contains("region `R2` belongs to `thalamus` already"));
    assert_eq!(population("thalamus", &["R7"]), "unknown region `R7`; there are: R0, R1, R2");
    assert!(population("thalamus", &[]).contains("it has no regions"));
    assert!(population("cortex", &["R2"]).contains("its name must be its own"));
    assert!(population("a.b", &["R2"]).contains("without a dot"));
    let other = |_| Ok(Network::single(JansenRit::default()));
    let error = cortex.clone().with_population("thalamus", ["R2"], JansenRit::default(), other).unwrap_err();
    assert!(error.to_string().contains("must keep the connectome"), "{error}");
    let error = Simulator::mixed(&cortex, ms(0.1)).unwrap_err();
    assert_eq!(error.to_string(), "region `R2`: belongs to no population");

    let mixed = cortex.with_population("thalamus", ["R2"], JansenRit::default(), Ok).unwrap();
    let connection = |connection: Connection| match mixed.clone().with_connection(connection) {
        Ok(_) => "fine".to_owned(),
        Err(error) => error.to_string(),
    };
    let additive = |from: &str, to: &str| connection(Connection::new(from, to, Additive::new(hz(1.0))));
    assert_eq!(additive("cortex.r_e", "thalamus.e_input"), "fine");
    assert_eq!(additive("r_e", "thalamus.e_input"), "unknown population `r_e`; there are: cortex, thalamus");
    assert!(additive("cortex.rate", "thalamus.e_input").contains("unknown variable `rate`"));
    assert!(additive("cortex.r_e", "thalamus.r_e").contains("unknown input `r_e`"));
    assert_eq!(
        additive("cortex.r_e", "thalamus.m_input"),
        "coupling from `cortex.r_e` to `thalamus.m_input`: expected a quantity in V, found one in Hz"
    );
    assert_eq!(
        connection(Connection::new("cortex.r_e", "thalamus.e_input", Diffusive::new(hz(1.0)))),
        "coupling from `cortex.r_e` to `thalamus.e_input`: needs a variable `r_e` in 1 of its target as well"
    );
    let within = Connection::new("cortex.r_e", "thalamus.e_input", Additive::new(hz(1.0))).within_regions();
    assert!(connection(within).contains("no region belongs to two populations"));
    let simulator = Simulator::mixed(&mixed, ms(0.1)).unwrap();
    let error = simulator.run(s(1.0), s(0.0), &[Monitor::of("thalamus.r_e")]).unwrap_err();
    assert!(error.to_string().contains("unknown variable `r_e`"), "{error}");
}
