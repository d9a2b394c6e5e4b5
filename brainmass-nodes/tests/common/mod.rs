//! The reference vectors of nodes: which file holds them, for which parameters, and how its columns map to ours.
//!
//! The one list for the tests of derivatives, those of trajectories, and `cargo xtask validate`.
#![allow(dead_code, reason = "each user takes its part")]

use brainmass_core::Node;
use brainmass_core::units::{Second, hz, khz, ms, s};
use brainmass_nodes::{
    CoombesByrne, Epileptor, FitzHughNagumo, Generic2dOscillator, JansenRit, LarterBreakspear, Linear,
    Lorenz, MontbrioPazoRoxin, ReducedWongWangExcInh, StuartLandau, ThresholdLinear, VanDerPol, WilsonCowan,
    WilsonCowanAdaptive, WilsonCowanDivisive, WilsonCowanDivisiveInput, WilsonCowanLinear,
    WilsonCowanThreePopulation,
};

/// A variable as the reference names it and as we do, and how many coherent SI units one of its numbers is.
#[derive(Clone, Copy)]
pub(crate) struct Pair {
    pub(crate) theirs: &'static str,
    pub(crate) ours: &'static str,
    pub(crate) factor: f64,
}

const fn pair(theirs: &'static str, ours: &'static str, factor: f64) -> Pair {
    Pair { theirs, ours, factor }
}

/// One file of vectors with the node it belongs to.
pub(crate) struct Case<'c, N> {
    pub(crate) file: &'static str,
    pub(crate) node: N,
    pub(crate) dt: Second,
    pub(crate) states: &'c [Pair],
    pub(crate) inputs: &'c [Pair],
    /// Whether the file has derivatives at random states.
    pub(crate) derivatives: bool,
    /// The prefix of the trajectories and the names of their integrators.
    pub(crate) trajectories: (&'static str, &'static [&'static str]),
}

/// What is done with every case.
pub(crate) trait Visitor {
    fn visit<N: Node>(&mut self, case: &Case<'_, N>);
}

const EVERY: (&str, &[&str]) = ("traj_", &["euler", "exp_euler", "rk2", "rk4"]);

fn case<'c, N>(
    file: &'static str,
    node: N,
    dt: Second,
    states: &'c [Pair],
    inputs: &'c [Pair],
) -> Case<'c, N> {
    Case { file, node, dt, states, inputs, derivatives: true, trajectories: EVERY }
}

/// Shows a visitor every case.
pub(crate) fn every_case(visitor: &mut impl Visitor) {
    columns(visitor);
    wilson_cowan(visitor);
    mean_fields(visitor);
    oscillators(visitor);
    currents(visitor);
}

fn columns(visitor: &mut impl Visitor) {
    let states = [
        pair("M", "m", 1e-3),
        pair("E", "e", 1e-3),
        pair("I", "i", 1e-3),
        pair("Mv", "m_velocity", 1e-3),
        pair("Ev", "e_velocity", 1e-3),
        pair("Iv", "i_velocity", 1e-3),
    ];
    let inputs =
        [pair("M_inp", "m_input", 1e-3), pair("E_inp", "e_input", 1.0), pair("I_inp", "i_input", 1e-3)];
    visitor.visit(&case("JansenRitStep", JansenRit::default(), ms(0.1), &states, &inputs));
}

fn wilson_cowan(visitor: &mut impl Visitor) {
    let states = [pair("rE", "r_e", 1.0), pair("rI", "r_i", 1.0)];
    let inputs = [pair("rE_inp", "e_input", 1.0), pair("rI_inp", "i_input", 1.0)];
    let mut visit = |file, node| visitor.visit(&case(file, node, ms(0.1), &states, &inputs));
    visit("WilsonCowanStep", WilsonCowan::default());
    visit("WilsonCowanNoSaturationStep", WilsonCowan::no_saturation());
    visit("WilsonCowanSymmetricStep", WilsonCowan::symmetric(ms(1.0), 1.1, 3.4));
    visit("WilsonCowanSimplifiedStep", WilsonCowan::simplified(8.0, 12.0));
    let linear = WilsonCowanLinear::default();
    visitor.visit(&case("WilsonCowanLinearStep", linear, ms(0.1), &states, &inputs));
    // From here on the reference has the weights between E and I exchanged.
    let node = WilsonCowanDivisive { w_ei: 6.5, w_ie: 2.0, ..WilsonCowanDivisive::default() };
    visitor.visit(&case("WilsonCowanDivisiveStep", node, ms(0.1), &states, &inputs));
    let node = WilsonCowanDivisiveInput { w_ei: 6.5, w_ie: 2.0, ..WilsonCowanDivisiveInput::default() };
    visitor.visit(&case("WilsonCowanDivisiveInputStep", node, ms(0.1), &states, &inputs));
    let node = WilsonCowanAdaptive { w_ei: 13.0, w_ie: 4.0, ..WilsonCowanAdaptive::default() };
    let adapting = [states[0], states[1], pair("aE", "h_e", 1.0), pair("aI", "h_i", 1.0)];
    visitor.visit(&case("WilsonCowanAdaptiveStep", node, ms(0.1), &adapting, &inputs));
    let node = WilsonCowanThreePopulation { w_ei: 13.0, w_ie: 4.0, ..WilsonCowanThreePopulation::default() };
    let three = [states[0], states[1], pair("rM", "r_m", 1.0)];
    let inputs = [inputs[0], inputs[1], pair("rM_inp", "m_input", 1.0)];
    visitor.visit(&case("WilsonCowanThreePopulationStep", node, ms(0.1), &three, &inputs));
}

fn mean_fields(visitor: &mut impl Visitor) {
    // Δ = 1 Hz · τ.
    let node = MontbrioPazoRoxin { tau: ms(1.0), delta: 0.001, ..MontbrioPazoRoxin::default() };
    let states = [pair("r", "r", 1.0), pair("v", "v", 1.0)];
    let inputs = [pair("r_inp", "r_input", 1e3), pair("v_inp", "v_input", 1.0)];
    visitor.visit(&case("MontbrioPazoRoxinStep", node, ms(0.01), &states, &inputs));
    // Without unit: rates in units of 1/τ = 1 kHz.
    let node = CoombesByrne { tau: ms(1.0), ..CoombesByrne::default() };
    let states = [pair("r", "r", 1e3), pair("v", "v", 1.0)];
    let inputs = [pair("r_inp", "r_input", 1e6), pair("v_inp", "v_input", 1.0)];
    visitor.visit(&case("CoombesByrneStep", node, ms(0.02), &states, &inputs));
    // G = 2.
    let states = [pair("S_e", "s_e", 1.0), pair("S_i", "s_i", 1.0)];
    let inputs = [pair("coupling", "s_input", 2.0)];
    let node = ReducedWongWangExcInh::default();
    visitor.visit(&case("WongWangExcInhStep", node, ms(0.2), &states, &inputs));
    // No weights within the region there, and only the right trajectories are stored.
    let zero = brainmass_core::units::pa_per_hz(0.0);
    let node =
        ThresholdLinear { w_ee: zero, w_ei: zero, w_ie: zero, w_ii: zero, ..ThresholdLinear::default() };
    let states = [pair("E", "r_e", 1.0), pair("I", "r_i", 1.0)];
    let inputs = [pair("E_inp", "e_input", 1e-12), pair("I_inp", "i_input", 1e-12)];
    visitor.visit(&Case {
        derivatives: false,
        trajectories: ("correct_", &["exp_euler"]),
        ..case("ThresholdLinearStep", node, ms(0.5), &states, &inputs)
    });
}

fn oscillators(visitor: &mut impl Visitor) {
    let states = [pair("x", "x", 1.0), pair("y", "y", 1.0)];
    let per_millisecond = [pair("x_inp", "x_input", 1e3), pair("y_inp", "y_input", 1e3)];
    let node = StuartLandau { a: khz(0.25), omega: khz(0.2), beta: khz(1.0) };
    visitor.visit(&case("StuartLandauStep", node, ms(0.1), &states, &per_millisecond));
    visitor.visit(&case("HopfStep", node, ms(0.1), &states, &per_millisecond));
    let linear = Linear { gamma: hz(-1e4) };
    visitor.visit(&case("LinearStep", linear, ms(0.02), &states[..1], &per_millisecond[..1]));
    let inputs = [pair("x_inp", "x_input", 1.0), pair("y_inp", "y_input", 1.0)];
    visitor.visit(&case("VanDerPolStep", VanDerPol::default(), ms(0.1), &states, &inputs));
    let node = Lorenz { tau: ms(1.0), ..Lorenz::default() };
    let three = [states[0], states[1], pair("z", "z", 1.0)];
    visitor.visit(&case("LorenzStep", node, ms(0.005), &three, &inputs[..1]));
    let states = [pair("V", "v", 1.0), pair("w", "w", 1.0)];
    // w_inp is added to dw/dt in 1/ms: 20 of it are one of τ_w dw/dt.
    let inputs = [pair("V_inp", "v_input", 1.0), pair("w_inp", "w_input", 20.0)];
    visitor.visit(&case("FitzHughNagumoStep", FitzHughNagumo::default(), ms(0.1), &states, &inputs));
    let states = [pair("V", "v", 1.0), pair("W", "w", 1.0)];
    let node = Generic2dOscillator::default();
    visitor.visit(&case("Generic2dOscillatorStep", node, ms(0.5), &states, &inputs[..1]));
}

fn currents(visitor: &mut impl Visitor) {
    let states = [pair("V", "v", 1.0), pair("W", "w", 1.0), pair("Z", "z", 1.0)];
    let inputs = [pair("V_inp", "q_input", 1.0)];
    visitor.visit(&case("LarterBreakspearStep", LarterBreakspear::default(), ms(0.1), &states, &inputs));
    let states = [
        pair("x1", "x_1", 1.0),
        pair("y1", "y_1", 1.0),
        pair("z", "z", 1.0),
        pair("x2", "x_2", 1.0),
        pair("y2", "y_2", 1.0),
        pair("g", "u", 1.0),
    ];
    // Its inputs act through K_vf, K_f and K_s, which are 0 in the file.
    let node = Epileptor { tau_0: s(1e-3 / 0.00035), ..Epileptor::default() };
    visitor.visit(&case("EpileptorStep", node, ms(0.05), &states, &[]));
}
