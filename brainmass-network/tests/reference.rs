//! Trajectories of the Python library: delay-coupled networks, and one run replayed.
//!
//! Tolerances are relative to a variable's largest value. Both sides evaluate the same formulas in f64; rounding
//! of 1e-16 per step grows with the sensitivity of the orbit, by less than 1e4 in these runs.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use brainmass_core::units::{Dimension, Meter, Second, Values, dimension, khz, mm_per_ms, ms};
use brainmass_core::{Node, TimeSeries};
use brainmass_network::{
    Additive, Connection, Delays, Diffusive, Drive, History, Integrator, Network, Rounding,
};
use brainmass_nodes::{JansenRit, StuartLandau, WilsonCowan};
use common::{Column, JANSEN_RIT, OSCILLATOR, WILSON_COWAN};
use nalgebra::DMatrix;

fn hopf() -> StuartLandau {
    StuartLandau { a: khz(0.25), omega: khz(0.2), beta: khz(1.0) }
}

/// A matrix of steps × regions, one row per step, as a drive in the unit `U`.
fn drive<U: Dimension>(rows: &DMatrix<f64>, factor: f64, dt: Second) -> Drive {
    Drive::series(&TimeSeries::<U>::unnamed(rows.transpose() * factor, dt, dt).unwrap())
}

fn start<N: Node>(
    mut network: Network<N>,
    file: &brainmass_datasets::Npz,
    prefix: &str,
    columns: &[Column],
) -> Network<N> {
    for column in columns {
        let initial = file.matrix(&format!("{prefix}init_{}", column.theirs)).unwrap() * column.factor;
        let unit = N::STATE.iter().find(|state| state.name == column.ours).unwrap().unit;
        let values = Values::new(initial.as_slice().to_vec(), unit);
        network = network.with_initial(column.ours, values).unwrap();
    }
    network
}

/// A network case of the reference: with its delay rule and its buffer.
struct Case {
    name: &'static str,
    integrator: Integrator,
    dt: Second,
    /// The buffer's value, in the unit of the coupled variable, in coherent SI.
    history: f64,
}

fn network_case<N: Node>(case: &Case, node: N, columns: &[Column], connection: Connection, weights: &str) {
    let vectors = common::reference("network/networks.npz");
    let read = |name: String| vectors.matrix(&name).unwrap();
    let connectome = common::connectome(read(weights.to_owned()), &read("distances".to_owned()));
    let delays = Delays::at_speed(mm_per_ms(10.0)).with_rounding(Rounding::Up);
    let steps = delays.steps(connectome.tract_lengths(), case.dt).unwrap();
    let given = read(format!("{}_delay_steps", case.name));
    let no_delay = given.max() == 0.0;
    if !no_delay {
        assert_eq!(steps.map(|steps| steps as f64), given);
    }
    let history = match vectors.matrix(&format!("{}_history", case.name)) {
        Ok(rows) => rows.transpose(),
        Err(_) => DMatrix::from_element(8, steps.max() + 1, case.history),
    };
    let history = History::BufferWithTimeZero(history);
    let delays = if no_delay { Delays::at_speed(mm_per_ms(1e12)) } else { delays };
    let connection = connection.with_delays(delays.with_history(history));
    let mut network = start(Network::new(node, connectome), &vectors, &format!("{}_", case.name), columns)
        .with_connection(connection)
        .unwrap();
    if let Ok(rows) = vectors.matrix(&format!("{}_E_inp", case.name)) {
        network = network.with_drive("e_input", drive::<dimension::Hertz>(&rows, 1.0, case.dt)).unwrap();
    }
    let found = common::states(&network, case.integrator, case.dt, 400, 0);
    common::compare::<N>(&vectors, &format!("{}_", case.name), columns, &found, 1e-11);
}

#[test]
fn hopf_networks_follow_the_reference() {
    use Integrator::{Euler, ExponentialEuler, RungeKutta4};
    let case = |name, integrator| Case { name, integrator, dt: ms(0.1), history: 0.1 };
    let diffusive = |g| Connection::new("x", "x_input", Diffusive::new(khz(g)));
    for (name, integrator) in [
        ("hopf_diffusive_euler", Euler),
        ("hopf_diffusive_exp_euler", ExponentialEuler),
        ("hopf_diffusive_rk4", RungeKutta4),
        ("hopf_diffusive_nodelay_euler", Euler),
        ("hopf_diffusive_history_euler", Euler),
    ] {
        network_case(&case(name, integrator), hopf(), &OSCILLATOR, diffusive(0.5), "weights");
    }
    let with_self = diffusive(0.4).with_self_connections();
    let name = "hopf_diffusive_asymmetric_self_euler";
    network_case(&case(name, Euler), hopf(), &OSCILLATOR, with_self, "weights_asym_self");
    let additive = Connection::new("x", "x_input", Additive::new(khz(0.1)));
    network_case(&case("hopf_additive_euler", Euler), hopf(), &OSCILLATOR, additive, "weights");
}

#[test]
fn wilson_cowan_networks_follow_the_reference() {
    use Integrator::{Euler, ExponentialEuler};
    let diffusive = || Connection::new("r_e", "e_input", Diffusive::new(0.5));
    for (name, integrator, dt) in [
        ("wc_diffusive_euler", Euler, ms(0.5)),
        ("wc_diffusive_exp_euler", ExponentialEuler, ms(0.5)),
        ("wc_diffusive_exp_euler_dt1", ExponentialEuler, ms(1.0)),
    ] {
        let case = Case { name, integrator, dt, history: 0.1 };
        network_case(&case, WilsonCowan::default(), &WILSON_COWAN, diffusive(), "weights");
    }
    let additive = Connection::new("r_e", "e_input", Additive::new(0.3));
    let case =
        Case { name: "wc_additive_exp_euler", integrator: ExponentialEuler, dt: ms(0.5), history: 0.1 };
    network_case(&case, WilsonCowan::default(), &WILSON_COWAN, additive, "weights");
}

#[test]
fn jansen_rit_networks_follow_the_reference() {
    use Integrator::{ExponentialEuler, RungeKutta4};
    let case = |name, integrator| Case { name, integrator, dt: ms(0.1), history: 1e-4 };
    let diffusive = Connection::new("m", "m_input", Diffusive::new(2.0));
    let name = "jr_diffusive_exp_euler";
    network_case(&case(name, ExponentialEuler), JansenRit::default(), &JANSEN_RIT, diffusive, "weights");
    let additive = Connection::new("m", "m_input", Additive::new(2.0));
    network_case(
        &case("jr_additive_rk4", RungeKutta4),
        JansenRit::default(),
        &JANSEN_RIT,
        additive,
        "weights",
    );
}

fn replay(rounding: Rounding) -> (brainmass_datasets::Npz, Vec<DMatrix<f64>>) {
    let vectors = common::reference("tutorial/replay.npz");
    let data = common::reference("datasets/example_connectome.npz");
    let connectome = common::connectome(data.matrix("weights").unwrap(), &data.matrix("distances").unwrap());
    let history = History::BufferWithTimeZero(vectors.matrix("history").unwrap().transpose());
    let delays = Delays::at_speed(mm_per_ms(10.0)).with_rounding(rounding).with_history(history);
    let noise = drive::<dimension::Dimensionless>(&vectors.matrix("ou_noise").unwrap(), 1.0, ms(1.0));
    let connection = Connection::new("r_e", "e_input", Diffusive::new(0.5)).with_delays(delays);
    let network = Network::new(WilsonCowan::default(), connectome)
        .with_connection(connection)
        .and_then(|network| network.with_drive("e_input", noise))
        .unwrap();
    let found = common::states(&network, Integrator::ExponentialEuler, ms(1.0), 6000, 0);
    (vectors, found)
}

/// The 6000 steps of the tutorial's run, noise and history included, to 1e-10.
#[test]
fn the_tutorial_run_is_replayed() {
    let (vectors, found) = replay(Rounding::Up);
    common::compare::<WilsonCowan>(&vectors, "", &WILSON_COWAN, &found, 1e-10);
}

/// The control: with delays rounded to the nearest step the run is another one.
#[test]
#[should_panic(expected = "rE step")]
fn a_delay_off_by_one_step_is_seen() {
    let (vectors, found) = replay(Rounding::Nearest);
    common::compare::<WilsonCowan>(&vectors, "", &WILSON_COWAN, &found, 1e-3);
}

/// DIFFERENCE: the reference's rule makes 2.1 ms at 0.3 ms eight steps, ours seven.
#[test]
fn exact_multiples_are_exact_multiples() {
    let lengths = DMatrix::from_element(1, 1, 0.0021);
    let steps = |rounding| {
        let delays = Delays::at_speed(mm_per_ms(1.0)).with_rounding(rounding);
        delays.steps(Meter::new(&lengths), ms(0.3)).unwrap()[(0, 0)]
    };
    assert_eq!((steps(Rounding::Nearest), steps(Rounding::Up)), (7, 8));
}
