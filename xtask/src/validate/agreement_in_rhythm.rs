//! The fast engine against the plain one while everything oscillates: every node in a rhythm, and every coupling.
//!
//! What oscillates keeps what it is given along its phase, so an error cannot die out unseen, as it does at rest. Nodes
//! that have a rhythm of their own run in it; those that rest alone are driven by a sine, and their rows say so. There is
//! no noise: what moves is the rhythm.

use brainmass_core::units::{Hertz, Second, Values, hz, mm_per_ms, ms};
use brainmass_core::{Connectome, Node};
use brainmass_network::drive::Sinusoid;
use brainmass_network::{Connection, Delays, Drive, Network};
use brainmass_nodes::{JansenRit, Kuramoto, StuartLandau};
use nalgebra::DMatrix;

use super::agreement::{REGIONS, STEPS, TOLERANCE, compare};
use super::case::{Case, Check};
use super::systems::{connection, regime, usual};
use crate::Result;

/// What a first state must deviate by, in parts of its largest value: at rest it would be 1e-6 and less.
const FLOOR: f64 = 0.01;

const fn row(name: &'static str, what: &'static str, check: fn() -> Result<f64>) -> Case {
    Case {
        name,
        what,
        source: "the plain engine",
        tolerance: TOLERANCE,
        why: "sums of 23 terms in another order differ by 1e-16, which a phase adds up; in each region the first state of the last \
              1000 steps must deviate by 1 % of its largest value or more, and one pair read a step late be 100 tolerances away",
        check: Check::Alone(check),
    }
}

macro_rules! cases {
    ($($node:ident),*) => {
        &[
            $(row(
                <brainmass_nodes::$node as Node>::NAME,
                what(<brainmass_nodes::$node as Node>::NAME),
                node::<brainmass_nodes::$node>,
            )),*,
            row("coupling-diffusive", COUPLING, || coupling::<StuartLandau>("diffusive")),
            row("coupling-additive", COUPLING, || coupling::<StuartLandau>("additive")),
            row("coupling-sigmoidal", COUPLING, || coupling::<StuartLandau>("sigmoidal")),
            row("coupling-hyperbolic-tangent", COUPLING, || coupling::<StuartLandau>("hyperbolic_tangent")),
            row("coupling-hyperbolic-tangent-of-sum", COUPLING, || coupling::<StuartLandau>("hyperbolic_tangent_of_sum")),
            row("coupling-sigmoidal-jansen-rit", COUPLING, || coupling::<JansenRit>("sigmoidal_jansen_rit")),
            row("coupling-kuramoto", COUPLING, || coupling::<Kuramoto>("kuramoto")),
        ]
    };
}

pub(super) const CASES: &[Case] = brainmass_nodes::for_each_node!(cases);

const COUPLING: &str = "4000 steps of 23 oscillating regions with this coupling by the fast engine, distance from the plain one relative to \
                        each state's largest value, by every integrator, with delays and without";
const ALONE: &str = "4000 steps of 23 regions, each on a limit cycle of its own, distance from the plain engine relative to each state's \
                     largest value, by every integrator, with delays and without";
const DRIVEN: &str = "4000 steps of 23 regions that rest alone and are driven by a sine, distance from the plain engine relative to each \
                      state's largest value, by every integrator, with delays and without";

const fn what(node: &str) -> &'static str {
    // What `rhythm` drives; comparing strings is not to be had in constants.
    let driven = matches!(
        node.as_bytes(),
        b"montbrio_pazo_roxin"
            | b"coombes_byrne"
            | b"reduced_wong_wang"
            | b"reduced_wong_wang_exc_inh"
            | b"wong_wang"
            | b"larter_breakspear"
            | b"harmonic_oscillator"
            | b"threshold_linear"
            | b"wilson_cowan_linear"
            | b"wilson_cowan_divisive"
            | b"wilson_cowan_divisive_input"
            | b"adaptive_linear_nonlinear"
            | b"linear"
    );
    if driven { DRIVEN } else { ALONE }
}

/// Numbers in coherent SI, by name.
type Numbers = &'static [(&'static str, f64)];

/// Where a node oscillates.
struct Rhythm {
    dt: Second,
    parameters: Numbers,
    force: Force,
}

enum Force {
    None,
    Constant(&'static str, f64),
    Sine(&'static str, f64, Hertz),
}

/// Figure 11 of Wilson & Cowan (1972): cycles for a drive around 1.25 to 1.5.
const FIGURE_11: Numbers = &[
    ("a_e", 1.3),
    ("theta_e", 4.0),
    ("a_i", 2.0),
    ("theta_i", 3.7),
    ("w_ee", 16.0),
    ("w_ei", 12.0),
    ("w_ie", 15.0),
    ("w_ii", 3.0),
];
/// The same, the third population weak.
const WITH_A_THIRD: Numbers = &[
    ("a_e", 1.3),
    ("theta_e", 4.0),
    ("a_i", 2.0),
    ("theta_i", 3.7),
    ("w_ee", 16.0),
    ("w_ei", 12.0),
    ("w_ie", 15.0),
    ("w_ii", 3.0),
    ("w_em", 1.0),
    ("w_im", 1.0),
];

fn rhythm(node: &str) -> Rhythm {
    use Force::{Constant, None, Sine};
    let of = |dt, parameters: Numbers, force| Rhythm { dt, parameters, force };
    match node {
        "wilson_cowan" | "wilson_cowan_adaptive" => of(ms(0.1), FIGURE_11, Constant("e_input", 1.5)),
        "wilson_cowan_three_population" => of(ms(0.1), WITH_A_THIRD, Constant("e_input", 1.5)),
        // Alpha rhythms of Jansen & Rit (1995) and of David & Friston (2003).
        "jansen_rit" => of(ms(0.5), &[], Constant("e_input", 200.0)),
        "david_friston" => of(ms(0.5), &[("w", 1.0)], Constant("e_input", 220.0)),
        "stuart_landau" => of(ms(1.0), &[("a", 10.0), ("omega", 60.0)], None),
        // Between the Hopf points at 0.726 and 1.332.
        "fitzhugh_nagumo" => of(ms(0.1), &[], Constant("v_input", 1.0)),
        "van_der_pol" => of(ms(0.05), &[], None),
        // Between the Hopf points at 3.74 and 16.26.
        "generic_2d_oscillator" => of(ms(1.0), &[], Constant("v_input", 10.0)),
        "kuramoto" => of(ms(1.0), &[], None),
        // Seizures that follow each other within some 20 ms. The passage into one at the default τ_0, and Euler's scheme near
        // its limit of stability, at steps of 0.1 ms, magnify what they are given a thousandfold and more.
        "epileptor" => of(ms(0.05), &[("tau_0", 0.01)], None),
        "epileptor_2d" => of(ms(0.1), &[("tau_0", 0.03)], None),
        // Beyond ρ = 313 the orbit is a stable cycle (Sparrow 1982).
        "lorenz" => of(ms(0.5), &[("rho", 350.0)], None),
        "montbrio_pazo_roxin" | "coombes_byrne" => of(ms(0.1), &[], Sine("v_input", 2.0, hz(20.0))),
        "reduced_wong_wang" | "reduced_wong_wang_exc_inh" => {
            of(ms(1.0), &[], Sine("current", 5e-11, hz(2.0)))
        }
        "wong_wang" => of(ms(1.0), &[], Sine("current_1", 5e-11, hz(2.0))),
        // Near its focus of 108 Hz, by a rate whose mean is that of other regions. Its own cycles, from δ_V = 0.52 on, are bursts
        // after long passages along an unstable rest, which magnify rounding by 1e13 within 4000 steps.
        "larter_breakspear" => of(ms(0.1), &[("d_v", 0.5)], Sine("q_input", 1.0, hz(100.0))),
        "harmonic_oscillator" => of(ms(1.0), &[], Sine("drive", 1.0, hz(40.0))),
        "threshold_linear" => of(ms(1.0), &[], Sine("e_input", 1e-9, hz(5.0))),
        "wilson_cowan_linear" => of(ms(0.1), &[], Sine("e_input", 1.0, hz(50.0))),
        "wilson_cowan_divisive" | "wilson_cowan_divisive_input" => {
            of(ms(0.1), &[], Sine("e_input", 3.0, hz(50.0)))
        }
        "adaptive_linear_nonlinear" => of(ms(0.1), &[], Sine("e_input", 1.0, hz(20.0))),
        _ => of(ms(1.0), &[], Sine("x_input", 10.0, hz(5.0))),
    }
}

fn node<N: Node + Default>() -> Result<f64> {
    coupling::<N>(if N::NAME == "kuramoto" { "kuramoto" } else { "additive" })
}

fn coupling<N: Node + Default>(name: &str) -> Result<f64> {
    compare(|connectome| network::<N>(connectome, name), rhythm(N::NAME).dt, oscillates::<N>)
}

/// Regions that start apart and act on each other from the first state, or an output, to the first input.
fn network<N: Node + Default>(connectome: Connectome, coupling: &str) -> Result<Network<N>> {
    let Rhythm { dt, parameters, force } = rhythm(N::NAME);
    let sent = N::OUTPUT.iter().find(|sent| Some(sent.name) == regime(N::NAME).output);
    let (source, input) = (sent.unwrap_or(&N::STATE[0]), &N::INPUT[0]);
    // One millimetre is one step.
    let delays = Delays::at_speed(mm_per_ms(1e-3 / dt.value_unsafe));
    let connection: Connection = connection(coupling, source, input)?.with_delays(delays);
    let mut network = Network::new(N::default(), connectome).with_connection(connection)?;
    for (name, value) in parameters {
        let unit = network.parameter(name)?.unit();
        network = network.with_parameter(name, Values::new(vec![*value], unit))?;
    }
    for (number, state) in (0_u32..).zip(N::STATE) {
        let spread =
            |region: usize| 0.2 * usual(state.unit) * (1.0 + (region as f64 + f64::from(number)).sin());
        let (low, high) = state.domain;
        let starts = (0..REGIONS).map(|region| (state.initial + spread(region)).clamp(low, high)).collect();
        network = network.with_initial(state.name, Values::new(starts, state.unit))?;
    }
    let unit_of = |name: &str| {
        Ok::<_, crate::Error>(N::INPUT[brainmass_core::node::variable_index("input", name, N::INPUT)?].unit)
    };
    Ok(match force {
        Force::None => network,
        Force::Constant(name, value) => {
            network.with_drive(name, Drive::constant(Values::new(vec![value], unit_of(name)?)))?
        }
        Force::Sine(name, amplitude, frequency) => {
            let shape = std::sync::Arc::new(Sinusoid::new(frequency));
            network.with_drive(name, Drive::with_unit(amplitude, unit_of(name)?, shape))?
        }
    })
}

/// The first state, or the sine of a phase, has not come to rest in any region.
fn oscillates<N: Node>(states: &[DMatrix<f64>]) -> Result<()> {
    let signal = if N::NAME == "kuramoto" { states[0].map(f64::sin) } else { states[0].clone() };
    let floor = FLOOR * signal.amax();
    for (region, row) in signal.columns(STEPS - 1000, 1000).row_iter().enumerate() {
        let deviation = row.variance().sqrt();
        if deviation.is_nan() || deviation < floor {
            let name = N::STATE[0].name;
            return Err(format!(
                "`{name}` of region {region} deviates by {deviation:.1e} only, {floor:.1e} are due"
            )
            .into());
        }
    }
    Ok(())
}
