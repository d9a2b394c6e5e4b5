//! Delay-coupled networks, step by step as the reference, with its delay rule and its buffer.

use brainmass_core::units::dimension::Hertz;
use brainmass_core::units::{Second, khz, mm_per_ms, ms};
use brainmass_core::{Node, units::Meter};
use brainmass_datasets::Npz;
use brainmass_network::{Additive, Connection, Delays, Diffusive, History, Integrator, Network, Rounding};
use brainmass_nodes::{JansenRit, WilsonCowan};
use nalgebra::DMatrix;

use super::case::{Case, Check, Difference};
use super::tools::{Column, REFERENCE, compare_steps, labelled, reference, start_from, states};
use super::trajectories::{JANSEN_RIT, OSCILLATOR, WILSON_COWAN, drive, hopf};
use crate::Result;
use Integrator::{Euler, ExponentialEuler, RungeKutta4};

const fn case(name: &'static str, check: fn() -> Result<f64>) -> Case {
    Case {
        name,
        what: "400 steps of all states of eight regions, relative to each variable's largest value",
        source: REFERENCE,
        tolerance: 1e-11,
        why: "rounding of 1e-16 a step grows with the sensitivity of the orbits, by less than 1e5",
        check: Check::Alone(check),
    }
}

pub(super) const CASES: &[Case] = &[
    case("hopf-diffusive-euler", || diffusive_hopf("hopf_diffusive_euler", Euler)),
    case("hopf-diffusive-exponential-euler", || diffusive_hopf("hopf_diffusive_exp_euler", ExponentialEuler)),
    case("hopf-diffusive-runge-kutta4", || diffusive_hopf("hopf_diffusive_rk4", RungeKutta4)),
    case("hopf-diffusive-without-delays", || diffusive_hopf("hopf_diffusive_nodelay_euler", Euler)),
    case("hopf-diffusive-with-history", || diffusive_hopf("hopf_diffusive_history_euler", Euler)),
    case("hopf-diffusive-self-connections", || {
        let connection = Connection::new("x", "x_input", Diffusive::new(khz(0.4))).with_self_connections();
        let run = Run { name: "hopf_diffusive_asymmetric_self_euler", weights: "weights_asym_self", ..HOPF };
        run.compare(hopf(), &OSCILLATOR, connection)
    }),
    case("hopf-additive-euler", || {
        let connection = Connection::new("x", "x_input", Additive::new(khz(0.1)));
        Run { name: "hopf_additive_euler", ..HOPF }.compare(hopf(), &OSCILLATOR, connection)
    }),
    case("wilson-cowan-diffusive-euler", || diffusive_wilson_cowan("wc_diffusive_euler", Euler, ms(0.5))),
    case("wilson-cowan-diffusive-exponential-euler", || {
        diffusive_wilson_cowan("wc_diffusive_exp_euler", ExponentialEuler, ms(0.5))
    }),
    case("wilson-cowan-diffusive-at-1-ms", || {
        diffusive_wilson_cowan("wc_diffusive_exp_euler_dt1", ExponentialEuler, ms(1.0))
    }),
    case("wilson-cowan-additive", || {
        let connection = Connection::new("r_e", "e_input", Additive::new(0.3));
        let run = Run { name: "wc_additive_exp_euler", integrator: ExponentialEuler, dt: ms(0.5), ..HOPF };
        run.compare(WilsonCowan::default(), &WILSON_COWAN, connection)
    }),
    case("jansen-rit-diffusive", || {
        let connection = Connection::new("m", "m_input", Diffusive::new(2.0));
        let run = Run { name: "jr_diffusive_exp_euler", integrator: ExponentialEuler, ..JANSEN };
        run.compare(JansenRit::default(), &JANSEN_RIT, connection)
    }),
    case("jansen-rit-additive", || {
        let connection = Connection::new("m", "m_input", Additive::new(2.0));
        let run = Run { name: "jr_additive_rk4", integrator: RungeKutta4, ..JANSEN };
        run.compare(JansenRit::default(), &JANSEN_RIT, connection)
    }),
    Case {
        name: "delays-of-whole-steps",
        what: "steps of 2.1 ms at 0.3 ms, distance from 7; the reference's rule makes 8 of them",
        source: "2.1/0.3 = 7",
        tolerance: 0.0,
        why: "a whole number",
        check: Check::Difference(whole_steps),
    },
];

/// A run of the reference.
struct Run {
    name: &'static str,
    integrator: Integrator,
    dt: Second,
    /// The constant in the delay buffer, in coherent SI of the coupled variable.
    buffer: f64,
    weights: &'static str,
}

const HOPF: Run = Run { name: "", integrator: Euler, dt: ms(0.1), buffer: 0.1, weights: "weights" };
/// Its buffer holds 0.1 mV.
const JANSEN: Run = Run { buffer: 1e-4, ..HOPF };

fn diffusive_hopf(name: &'static str, integrator: Integrator) -> Result<f64> {
    let connection = Connection::new("x", "x_input", Diffusive::new(khz(0.5)));
    Run { name, integrator, ..HOPF }.compare(hopf(), &OSCILLATOR, connection)
}

fn diffusive_wilson_cowan(name: &'static str, integrator: Integrator, dt: Second) -> Result<f64> {
    let connection = Connection::new("r_e", "e_input", Diffusive::new(0.5));
    Run { name, integrator, dt, ..HOPF }.compare(WilsonCowan::default(), &WILSON_COWAN, connection)
}

impl Run {
    fn compare<N: Node>(&self, node: N, columns: &[Column], connection: Connection) -> Result<f64> {
        let vectors = reference("network/networks")?;
        let connectome = labelled(vectors.matrix(self.weights)?, &vectors.matrix("distances")?)?;
        let delays = self.delays(&vectors, connectome.tract_lengths())?;
        let prefix = format!("{}_", self.name);
        let mut network = start_from(Network::new(node, connectome), &vectors, &prefix, columns)?
            .with_connection(connection.with_delays(delays))?;
        if let Ok(rows) = vectors.matrix(&format!("{prefix}E_inp")) {
            network = network.with_drive("e_input", drive::<Hertz>(&rows, 1.0, self.dt)?)?;
        }
        let found = states(&network, self.integrator, self.dt, 400, 0)?;
        compare_steps::<N>(&vectors, &prefix, columns, &found)
    }

    /// The reference's delays, which are those it says it had, with its buffer.
    fn delays(&self, vectors: &Npz, lengths: Meter<&DMatrix<f64>>) -> Result<Delays> {
        let given = vectors.matrix(&format!("{}_delay_steps", self.name))?;
        let speed = if given.max() == 0.0 { 1e12 } else { 10.0 };
        let delays = Delays::at_speed(mm_per_ms(speed));
        let delays = if given.max() == 0.0 { delays } else { delays.with_rounding(Rounding::Up) };
        let steps = delays.steps(lengths, self.dt)?;
        if steps.map(|steps| steps as f64) != given {
            return Err(format!("the delays are {steps} where the reference has {given}").into());
        }
        let buffer = match vectors.matrix(&format!("{}_history", self.name)) {
            Ok(rows) => rows.transpose(),
            Err(_) => DMatrix::from_element(given.nrows(), steps.max() + 1, self.buffer),
        };
        Ok(delays.with_history(History::BufferWithTimeZero(buffer)))
    }
}

fn whole_steps() -> Result<Difference> {
    let lengths = DMatrix::from_element(1, 1, 2.1e-3);
    let delays = Delays::at_speed(mm_per_ms(1.0));
    let found = delays.steps(Meter::new(&lengths), ms(0.3))?[(0, 0)] as f64;
    Ok(Difference { from_right: (found - 7.0).abs(), from_wrong: (found - 8.0).abs() })
}
