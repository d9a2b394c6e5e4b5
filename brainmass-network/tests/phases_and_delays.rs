//! Phase oscillators, and populations whose weights act late, as networks of nodes.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use brainmass_core::units::dimension::{Dimensionless, Hertz};
use brainmass_core::units::{Meter, Second, Unit, Values, hz, mm_per_ms, ms};
use brainmass_core::{Connectome, Coupling, Parameter, Parameterized, Real, Result, TimeSeries};
use brainmass_datasets::Npz;
use brainmass_network::{Additive, Connection, Delays, Drive, History, Integrator, Network};
use brainmass_nodes::{Kuramoto, WilsonCowan};
use common::{WILSON_COWAN, column};
use nalgebra::{DMatrix, dmatrix};

/// The coupling of phases, in Hz:
///
/// ```text
/// g Σ_j w_ij sin(θ_j − θ_i − α)
/// ```
#[derive(Clone, Debug)]
struct Sine {
    g: f64,
    alpha: f64,
}

impl Parameterized for Sine {
    type With<T: Real> = [T; 2];
    const PARAMETERS: &'static [Parameter] = &[parameter("g"), parameter("alpha")];

    fn with<T: Real>(&self, source: &mut impl FnMut(usize, f64) -> T) -> [T; 2] {
        [source(0, self.g), source(1, self.alpha)]
    }
}

const fn parameter(name: &'static str) -> Parameter {
    Parameter { name, unit: Unit::DIMENSIONLESS, default: 0.0, range: (f64::MIN, f64::MAX), description: "" }
}

impl Coupling for Sine {
    type Sent<T: Real> = [T; 2];
    const NAME: &'static str = "sine";
    const N_SENT: usize = 2;

    fn send<T: Real>(_: &[T; 2], phase: T) -> [T; 2] {
        [phase.sin(), phase.cos()]
    }

    fn receive<T: Real>([g, alpha]: &[T; 2], phase: T, [sin, cos]: &[T; 2], _: T) -> T {
        let turned = phase + *alpha;
        *g * (*sin * turned.cos() - *cos * turned.sin())
    }

    fn arriving_unit(&self, _: Unit) -> Result<Unit> {
        Ok(Unit::of::<Hertz>())
    }
}

/// Four networks of phases, with and without weights, phase lags and self-connections. Phases turn by some tens of
/// radians in 300 steps: rounding of 1e-14 times a growth below 100.
#[test]
fn kuramoto_networks_follow_the_reference() {
    let file = common::reference("nodes/KuramotoNetwork.npz");
    let cases = [
        (2.269_924_619_663_518_3, 0.0, true, false),
        (0.918_423_444_518_264_6, 0.3, true, true),
        (1.661_554_024_563_726_1, 0.1, false, false),
        (0.649_787_415_906_137_4, 0.0, true, false),
    ];
    for (case, (k, alpha, over_n, with_self)) in cases.into_iter().enumerate() {
        let read = |name: &str| file.matrix(&format!("c{case}_{name}"));
        let weights = read("conn").unwrap_or_else(|_| DMatrix::from_element(4, 4, 1.0));
        let g = k * 1e3 / if over_n { 4.0 } else { 1.0 };
        let mut connection = Connection::new("theta", "theta_input", Sine { g, alpha });
        if with_self {
            connection = connection.with_self_connections();
        }
        let omega = Values::new((read("omega").unwrap() * 1e3).as_slice().to_vec(), Unit::of::<Hertz>());
        let start = read("theta").unwrap().row(0).iter().copied().collect::<Vec<f64>>();
        let drive = read("drive").unwrap().transpose() * 1e3;
        let drive = TimeSeries::<Hertz>::unnamed(drive, ms(0.1), ms(0.1)).unwrap();
        let network = Network::new(Kuramoto::default(), Connectome::without_lengths(weights).unwrap())
            .with_parameter("omega", omega)
            .and_then(|network| network.with_initial("theta", Values::new(start, Unit::DIMENSIONLESS)))
            .and_then(|network| network.with_drive("theta_input", Drive::series(&drive)))
            .and_then(|network| network.with_connection(connection))
            .unwrap();
        let found = common::states(&network, Integrator::Euler, ms(0.1), 300, 0);
        let prefix = format!("c{case}_traj_euler_");
        common::compare::<Kuramoto>(&file, &prefix, &[column("theta", "theta", 1.0)], &found, 1e-12);
    }
}

/// Two oscillators that pull each other late turn together at Ω = ω − K sin(Ωτ), where cos(Ωτ) > 0: Schuster & Wagner
/// (1989), doi:10.1143/PTP.81.939. The roots were found with 30 digits. In a common rotation all phases are straight
/// lines, so that holding delayed values during a step costs nothing; rounding of phases of 500 over 100 s is 1e-12.
#[test]
fn a_late_pair_turns_slower_or_faster() {
    let connectome = Connectome::new(
        dmatrix![0.0, 1.0; 1.0, 0.0],
        Meter::new(dmatrix![0.0, 2.0; 2.0, 0.0]),
        vec!["left".to_owned(), "right".to_owned()],
    )
    .unwrap();
    for (expected, guess) in [(0.258_524_481_853_182, 0.2), (2.464_771_718_843_993_4, 2.5)] {
        // The past turns with a frequency nearby.
        let history = DMatrix::from_fn(2, 200, |_, step| guess * (step as f64 - 200.0) * 0.01);
        let delays = Delays::at_speed(mm_per_ms(1.0)).with_history(History::Given(history));
        let network = Network::new(Kuramoto { omega: hz(1.0) }, connectome.clone())
            .with_connection(
                Connection::new("theta", "theta_input", Sine { g: 1.5, alpha: 0.0 }).with_delays(delays),
            )
            .unwrap();
        let found = common::states(&network, Integrator::RungeKutta4, ms(10.0), 20_000, 0);
        let turned = (found[0][(0, 19_999)] - found[0][(0, 9999)]) / 100.0;
        assert!((turned - expected).abs() < 1e-10, "{turned} instead of {expected}");
    }
}

/// Populations without weights of their own, and four late connections of each region to itself: 6 mm at so many
/// mm/ms for what E and for what I sends.
fn late_populations(file: &Npz, [from_e, from_i]: [f64; 2]) -> Network<WilsonCowan> {
    let lengths = DMatrix::identity(3, 3) * 0.006;
    populations(file, DMatrix::identity(3, 3), lengths, &|connection| {
        let speed = mm_per_ms(if connection.source() == "r_e" { from_e } else { from_i });
        (connection.with_self_connections(), Delays::at_speed(speed))
    })
}

/// The same populations with connections within regions, after so long; they are joined by weights that nothing uses.
fn late_populations_within(file: &Npz, [from_e, from_i]: [Second; 2]) -> Network<WilsonCowan> {
    let weights = dmatrix![0.5, 0.3, 0.1; 0.2, 0.0, 0.9; 0.4, 0.6, 0.0];
    populations(file, weights, DMatrix::from_element(3, 3, 0.004), &|connection| {
        let delay = if connection.source() == "r_e" { from_e } else { from_i };
        (connection.within_regions(), Delays::constant(delay))
    })
}

fn populations(
    file: &Npz,
    weights: DMatrix<f64>,
    lengths: DMatrix<f64>,
    join: &dyn Fn(Connection) -> (Connection, Delays),
) -> Network<WilsonCowan> {
    let node = WilsonCowan { w_ee: 0.0, w_ei: 0.0, w_ie: 0.0, w_ii: 0.0, ..WilsonCowan::default() };
    let labels = ["a", "b", "c"].map(str::to_owned).to_vec();
    let connectome = Connectome::new(weights, Meter::new(lengths), labels).unwrap();
    let mut network = Network::new(node, connectome);
    for (source, input, weight, past) in [
        ("r_e", "e_input", 12.0, 0.1),
        ("r_i", "e_input", -13.0, 0.05),
        ("r_e", "i_input", 4.0, 0.1),
        ("r_i", "i_input", -11.0, 0.05),
    ] {
        let history = History::Given(DMatrix::from_element(3, 300, past));
        let (connection, delays) = join(Connection::new(source, input, Additive::new(weight)));
        network = network.with_connection(connection.with_delays(delays.with_history(history))).unwrap();
    }
    for (theirs, ours, input) in [("rE", "r_e", "e_input"), ("rI", "r_i", "i_input")] {
        let initial = file.matrix(&format!("init_{theirs}")).unwrap().as_slice().to_vec();
        let rows = file.matrix(&format!("drive_{theirs}_inp")).unwrap().transpose();
        let drive = TimeSeries::<Dimensionless>::unnamed(rows, ms(0.1), ms(0.1)).unwrap();
        network = network
            .with_initial(ours, initial)
            .and_then(|network| network.with_drive(input, Drive::series(&drive)))
            .unwrap();
    }
    network
}

/// What the reference calls the delayed Wilson–Cowan model is a node and four connections, so that `WilsonCowan` needs
/// no delays of its own. In its vectors what is delayed stays at the history for the whole run, as with delays of
/// 30 ms. 300 steps of rounding, 1e-12 of the largest value.
#[test]
fn delays_within_a_region_are_connections() {
    let file = common::reference("nodes/WilsonCowanDelayedStep.npz");
    let network = late_populations(&file, [0.2, 0.2]);
    for (name, integrator) in [
        ("euler", Integrator::Euler),
        ("exp_euler", Integrator::ExponentialEuler),
        ("rk2", Integrator::Heun),
        ("rk4", Integrator::RungeKutta4),
    ] {
        let found = common::states(&network, integrator, ms(0.1), 300, 0);
        common::compare::<WilsonCowan>(&file, &format!("traj_{name}_"), &WILSON_COWAN, &found, 1e-12);
    }
}

/// The same bits as by a diagonal of weights and tract lengths, in a network whose connectome has its own use.
#[test]
fn delays_within_regions_leave_the_connectome_alone() {
    let file = common::reference("nodes/WilsonCowanDelayedStep.npz");
    let found = |network| common::states(&network, Integrator::Heun, ms(0.1), 300, 0);
    let diagonal = found(late_populations(&file, [3.0, 4.0]));
    assert_eq!(found(late_populations_within(&file, [ms(2.0), ms(1.5)])), diagonal);
    assert_ne!(found(late_populations_within(&file, [ms(2.0), ms(1.6)])), diagonal);
}

/// Delays of 2 ms from E and 1.5 ms from I, 20 and 15 steps, against the equations written out with their past.
#[test]
fn what_is_late_arrives() {
    let file = common::reference("nodes/WilsonCowanDelayedStep.npz");
    let found = common::states(&late_populations(&file, [3.0, 4.0]), Integrator::Euler, ms(0.1), 300, 0);
    let drive = ["rE", "rI"].map(|name| file.matrix(&format!("drive_{name}_inp")).unwrap());
    let part =
        |x: f64, a: f64, theta: f64| 1.0 / (1.0 + (-a * (x - theta)).exp()) - 1.0 / (1.0 + (a * theta).exp());
    for region in 0..3 {
        let initial =
            ["rE", "rI"].map(|name| file.matrix(&format!("init_{name}")).unwrap().as_slice()[region]);
        let mut past = vec![initial];
        for step in 0..300 {
            let [r_e, r_i] = past[step];
            let e = if step < 20 { 0.1 } else { past[step - 20][0] };
            let i = if step < 15 { 0.05 } else { past[step - 15][1] };
            let f_e = part(12.0 * e - 13.0 * i + drive[0][(step, region)], 1.2, 2.8);
            let f_i = part(4.0 * e - 11.0 * i + drive[1][(step, region)], 1.0, 4.0);
            past.push([r_e + 0.1 * (-r_e + (1.0 - r_e) * f_e), r_i + 0.1 * (-r_i + (1.0 - r_i) * f_i)]);
            for k in 0..2 {
                let error = (found[k][(region, step)] - past[step + 1][k]).abs();
                assert!(error < 1e-12, "step {step}, region {region}: {error:e}");
            }
        }
    }
}
