//! Lone nodes under noise-like drives, step by step as the reference.

use brainmass_core::units::dimension::{Ampere, Dimensionless, Hertz, HertzPerSecond, Volt};
use brainmass_core::units::{Dimension, Second, Unit, khz, mm_per_ms, ms};
use brainmass_core::{Node, TimeSeries, node};
use brainmass_datasets::Npz;
use brainmass_network::{Additive, Connection, Delays, Drive, History, Integrator, Network};
use brainmass_nodes::{StuartLandau, WilsonCowan};
use nalgebra::DMatrix;

use super::case::{Case, Check, Difference};
use super::cases::{self, Visitor, every_case};
use super::tools::{
    Column, REFERENCE, column, compare_steps, integer, islands, labelled, largest, reference, start_from,
    states,
};
use crate::Result;

pub(super) const WILSON_COWAN: [Column; 2] = [column("rE", "r_e", 1.0), column("rI", "r_i", 1.0)];
pub(super) const OSCILLATOR: [Column; 2] = [column("x", "x", 1.0), column("y", "y", 1.0)];
pub(super) const JANSEN_RIT: [Column; 6] = [
    column("M", "m", 1e-3),
    column("E", "e", 1e-3),
    column("I", "i", 1e-3),
    column("Mv", "m_velocity", 1e-3),
    column("Ev", "e_velocity", 1e-3),
    column("Iv", "i_velocity", 1e-3),
];

const fn case(name: &'static str, check: fn() -> Result<f64>) -> Case {
    Case {
        name,
        what: "300 steps of every node that the reference stores, relative to each variable's largest value",
        source: REFERENCE,
        tolerance: 1e-12,
        why: "rounding of 1e-16 a step grows with the sensitivity of the orbits, by less than 1e4",
        check: Check::Alone(check),
    }
}

pub(super) const CASES: &[Case] = &[
    case("euler", || every_node("euler", Integrator::Euler)),
    case("exponential-euler", || every_node("exp_euler", Integrator::ExponentialEuler)),
    case("heun", || every_node("rk2", Integrator::Heun)),
    case("runge-kutta4", || every_node("rk4", Integrator::RungeKutta4)),
    Case {
        name: "wilson-cowan-delayed",
        what: "300 Euler steps of r_e with delays of 1.5 and 2 ms within the regions, as four connections of each with itself, \
               against the recursion; the reference's `update` never writes its delay buffers, so that its vectors see the \
               past before 0 for ever",
        source: "Wilson & Cowan (1972), doi:10.1016/S0006-3495(72)86068-5, with delays; and, for 15 steps, the reference's vectors",
        tolerance: 1e-12,
        why: "rounding of 1e-16 a step grows with the sensitivity of the orbits, by less than 1e4",
        check: Check::Difference(delayed_wilson_cowan),
    },
];

/// The oscillator of the reference's `HopfStep`.
pub(super) fn hopf() -> StuartLandau {
    StuartLandau { a: khz(0.25), omega: khz(0.2), beta: khz(1.0) }
}

/// A matrix with one row per step as a drive, each number `factor` coherent SI units.
pub(super) fn drive<U: Dimension>(rows: &DMatrix<f64>, factor: f64, dt: Second) -> Result<Drive> {
    Ok(Drive::series(&TimeSeries::<U>::unnamed(rows.transpose() * factor, dt, dt)?))
}

/// The same for a unit known at run time.
fn drive_in(unit: Unit, rows: &DMatrix<f64>, factor: f64, dt: Second) -> Result<Drive> {
    macro_rules! of_unit {
        ($($dimension:ty),*) => {
            $(if unit == Unit::of::<$dimension>() {
                return drive::<$dimension>(rows, factor, dt);
            })*
        };
    }
    of_unit!(Dimensionless, Hertz, HertzPerSecond, Volt, Ampere);
    Err(format!("a drive in {unit}, which no node has needed so far").into())
}

/// One integrator, and the errors of every node.
struct Trajectories {
    theirs: &'static str,
    integrator: Integrator,
    found: Vec<Result<f64>>,
}

impl Visitor for Trajectories {
    fn visit<N: Node>(&mut self, case: &cases::Case<'_, N>) {
        if case.trajectories.1.contains(&self.theirs) {
            self.found.push(lone(case, self.theirs, self.integrator));
        }
    }
}

fn every_node(theirs: &'static str, integrator: Integrator) -> Result<f64> {
    let mut trajectories = Trajectories { theirs, integrator, found: Vec::new() };
    every_case(&mut trajectories);
    Ok(largest(trajectories.found.into_iter().collect::<Result<Vec<_>>>()?))
}

fn lone<N: Node>(case: &cases::Case<'_, N>, theirs: &str, integrator: Integrator) -> Result<f64> {
    let vectors = reference(&format!("nodes/{}", case.file))?;
    let columns: Vec<Column> =
        case.states.iter().map(|pair| column(pair.theirs, pair.ours, pair.factor)).collect();
    let mut network = start_from(Network::new(case.node.clone(), islands(3)?), &vectors, "", &columns)?;
    for pair in case.inputs {
        let unit = N::INPUT[node::variable_index("input", pair.ours, N::INPUT)?].unit;
        let rows = vectors.matrix(&format!("drive_{}", pair.theirs))?;
        network = network.with_drive(pair.ours, drive_in(unit, &rows, pair.factor, case.dt)?)?;
    }
    let found = states(&network, integrator, case.dt, 300, 0)?;
    let prefix = match case.trajectories.0 {
        "traj_" => format!("traj_{theirs}_"),
        other => other.to_owned(),
    };
    compare_steps::<N>(&vectors, &prefix, &columns, &found)
}

/// The delayed model of the reference: a node without weights, and its weights as connections with delays.
fn delayed_wilson_cowan() -> Result<Difference> {
    let vectors = reference("nodes/WilsonCowanDelayedStep")?;
    let node = WilsonCowan { w_ee: 0.0, w_ei: 0.0, w_ie: 0.0, w_ii: 0.0, ..WilsonCowan::default() };
    // 6 mm within each region: 3 mm/ms make 2 ms of it, 4 mm/ms 1.5 ms.
    let connectome = labelled(DMatrix::identity(3, 3), &DMatrix::from_diagonal_element(3, 3, 6.0))?;
    let dt = ms(0.1);
    let mut network = start_from(Network::new(node, connectome), &vectors, "", &WILSON_COWAN)?;
    // The weights between E and I are exchanged there, as in its other variants.
    for (source, input, weight, speed, past) in [
        ("r_e", "e_input", 12.0, 3.0, PAST[0]),
        ("r_i", "e_input", -13.0, 4.0, PAST[1]),
        ("r_e", "i_input", 4.0, 3.0, PAST[0]),
        ("r_i", "i_input", -11.0, 4.0, PAST[1]),
    ] {
        let delays = Delays::at_speed(mm_per_ms(speed));
        let steps = delays.steps(network.connectome().tract_lengths(), dt)?.max();
        let buffer = DMatrix::from_element(3, steps + 1, past);
        let delays = delays.with_history(History::BufferWithTimeZero(buffer));
        let connection = Connection::new(source, input, Additive::new(weight)).with_self_connections();
        network = network.with_connection(connection.with_delays(delays))?;
    }
    for (theirs, ours) in [("rE_inp", "e_input"), ("rI_inp", "i_input")] {
        let rows = vectors.matrix(&format!("drive_{theirs}"))?;
        network = network.with_drive(ours, drive::<Dimensionless>(&rows, 1.0, dt)?)?;
    }
    let found = states(&network, Integrator::Euler, dt, 300, 0)?.swap_remove(0);
    let from_recursion = (&found - delayed_recursion(&vectors)?).amax();
    let steps = vectors.matrix("steps")?;
    let theirs = vectors.matrix("traj_euler_rE")?;
    let (mut at_first, mut from_wrong) = (0.0_f64, 0.0_f64);
    for (row, step) in steps.iter().enumerate() {
        let distance = (found.column(integer(*step) - 1) - theirs.row(row).transpose()).amax();
        // Nothing older than time 0 arrives up to there.
        if *step <= 15.0 { at_first = at_first.max(distance) } else { from_wrong = from_wrong.max(distance) }
    }
    Ok(Difference { from_right: largest([from_recursion, at_first]), from_wrong })
}

/// What the reference's buffers hold for time 0 and before.
const PAST: [f64; 2] = [0.1, 0.05];

/// r of three regions by Euler's scheme, what is 20 (E) and 15 (I) steps old from a list.
fn delayed_recursion(vectors: &Npz) -> Result<DMatrix<f64>> {
    let read = |name: &str| vectors.matrix(name);
    let (drive_e, drive_i) = (read("drive_rE_inp")?, read("drive_rI_inp")?);
    let (start_e, start_i) = (read("init_rE")?, read("init_rI")?);
    let f =
        |x: f64, a: f64, theta: f64| 1.0 / (1.0 + (a * (theta - x)).exp()) - 1.0 / (1.0 + (a * theta).exp());
    let mut found = DMatrix::zeros(3, 300);
    for region in 0..3 {
        let (mut e, mut i) = (vec![start_e[region]], vec![start_i[region]]);
        for step in 0..300 {
            let old = |list: &[f64], age: usize, past: f64| if step > age { list[step - age] } else { past };
            let (old_e, old_i) = (old(&e, 20, PAST[0]), old(&i, 15, PAST[1]));
            let f_e = f(12.0 * old_e - 13.0 * old_i + drive_e[(step, region)], 1.2, 2.8);
            let f_i = f(4.0 * old_e - 11.0 * old_i + drive_i[(step, region)], 1.0, 4.0);
            e.push(e[step] + 0.1 * (-e[step] + (1.0 - e[step]) * f_e));
            i.push(i[step] + 0.1 * (-i[step] + (1.0 - i[step]) * f_i));
            found[(region, step)] = e[step + 1];
        }
    }
    Ok(found)
}
