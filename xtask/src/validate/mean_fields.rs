//! Fixed points of the mean-field models of spiking neurons and of synaptic gating.

use brainmass_core::units::{hz_per_na, ms, na, na_per_hz, s};
use brainmass_core::{Node, Normalization, Parameterized};
use brainmass_datasets::example_connectome;
use brainmass_network::{Additive, Connection, Network, Simulator};
use brainmass_nodes::{
    CoombesByrne, FeedbackInhibition, MontbrioPazoRoxin, ReducedWongWang, ReducedWongWangExcInh,
    ThresholdLinear, WongWang,
};
use brainmass_viz::{Figure, LinePlot};

use super::case::{Case, Check, Difference};
use super::tools::{fixed_point, largest, numbers, record, reference, relative};
use crate::Result;

const MONTBRIO: &str = "Montbrió, Pazó & Roxin (2015), doi:10.1103/PhysRevX.5.021028";
const DECO_2013: &str = "Deco et al. (2013), doi:10.1523/JNEUROSCI.1091-13.2013";
const DECO_2014: &str = "Deco et al. (2014), doi:10.1523/JNEUROSCI.5068-13.2014";
const WONG: &str = "Wong & Wang (2006), doi:10.1523/JNEUROSCI.3733-05.2006";
const DIGITS: &str = "the paper's equations solved with 30 digits; Newton's method stops at 1e-13";

const fn case(
    name: &'static str,
    what: &'static str,
    source: &'static str,
    check: fn() -> Result<f64>,
) -> Case {
    Case { name, what, source, tolerance: 1e-12, why: DIGITS, check: Check::Alone(check) }
}

pub(super) const CASES: &[Case] = &[
    case(
        "montbrio-pazo-roxin-without-synapses",
        "rate and potential at rest for η = 0, 1, −5 in closed form, relative",
        MONTBRIO,
        without_synapses,
    ),
    case(
        "montbrio-pazo-roxin-bistability",
        "rates of the node, the saddle and the focus at η = −5, J = 15, Δ = 1, and the focus's eigenvalue, \
         relative",
        MONTBRIO,
        bistability,
    ),
    Case {
        name: "montbrio-pazo-roxin-time-constant",
        what: "dr/dt, Hz/ms, at τ = 10 ms, r = 1 Hz, v = −1, Δ/τ = 1 Hz; the reference lacks 1/τ in one term",
        source: MONTBRIO,
        tolerance: 1e-14,
        why: "one line of arithmetic",
        check: Check::Difference(|| Ok(time_constant())),
    },
    case(
        "coombes-byrne-focus",
        "rate, potential and eigenvalue of the only fixed point, relative",
        "Coombes & Byrne (2019), doi:10.1007/978-3-319-71048-8_1",
        coombes_byrne,
    ),
    case(
        "coombes-byrne-without-synapses",
        "rest with κ = 0 against the closed form of Montbrió–Pazó–Roxin with J = 0, relative",
        MONTBRIO,
        open_synapses,
    ),
    case(
        "reduced-wong-wang",
        "gating at rest for six pairs of w and I_0, three of them one bistable system, relative",
        DECO_2013,
        reduced_wong_wang,
    ),
    case(
        "feedback-inhibition",
        "rate and gating of an isolated region with J_i tuned to −0.026 nA: 3.0631 Hz, 0.16412; relative",
        DECO_2014,
        feedback_inhibition,
    ),
    Case {
        name: "feedback-inhibition-network",
        what: "rates of the eight regions of the example connectome after 20 s without noise, J_i by its closed \
               form; without and with long-range excitation of inhibitory neurons; relative to 3.0631 Hz",
        source: DECO_2014,
        tolerance: 1e-9,
        why: "20 s are many of the slowest time constants; the integrator rests where the equations do",
        check: Check::Alone(feedback_inhibition_of_a_network),
    },
    case(
        "wong-wang-states",
        "gatings of the undecided and the decided states without stimulus and with 30 Hz, relative",
        WONG,
        wong_wang_states,
    ),
    Case {
        name: "wong-wang-rate",
        what: "dS/dt at 60 random states from the reference's own currents, per second; its rates are \
               threshold-linear",
        source: WONG,
        tolerance: 1e-10,
        why: "the drive is a difference of terms of 100 Hz, of which rounding leaves 1e-13",
        check: Check::Difference(wong_wang_rate),
    },
    case(
        "threshold-linear",
        "rates under 1 nA, 153.61 and 122.10 Hz, from two linear equations; relative",
        "Chaudhuri et al. (2015), doi:10.1016/j.neuron.2015.09.008",
        || {
            let found = fixed_point(&ThresholdLinear::default(), [100.0, 100.0], &[1e-9])?.state;
            Ok(errors(&found, &[153.613_103_313_708_2, 122.097_824_781_431_3]))
        },
    ),
];

fn errors(found: &[f64], expected: &[f64]) -> f64 {
    largest(found.iter().zip(expected).map(|(found, expected)| relative(*found, *expected)))
}

/// Rate and potential in units of τ = 10 ms without synapses.
fn closed_form(eta: f64) -> [f64; 2] {
    let rate = (eta + eta.hypot(1.0)).sqrt() / (std::f64::consts::PI * std::f64::consts::SQRT_2);
    [rate / 0.01, -1.0 / (std::f64::consts::TAU * rate)]
}

fn near([rate, v]: [f64; 2]) -> [f64; 2] {
    [1.1 * rate, 0.9 * v]
}

fn without_synapses() -> Result<f64> {
    let error = |eta: f64| -> Result<f64> {
        let node = MontbrioPazoRoxin { eta, j: 0.0, ..MontbrioPazoRoxin::default() };
        let expected = closed_form(eta);
        Ok(errors(&fixed_point(&node, near(expected), &[])?.state, &expected))
    };
    Ok(largest([error(0.0)?, error(1.0)?, error(-5.0)?]))
}

fn open_synapses() -> Result<f64> {
    let node = CoombesByrne { kappa: 0.0, ..CoombesByrne::default() };
    let expected = closed_form(node.eta);
    Ok(errors(&fixed_point(&node, near(expected), &[])?.state, &expected))
}

fn bistability() -> Result<f64> {
    let mut found = Vec::new();
    let expected = [
        [8.113_444_195_011_972, -1.961_619_988_583_165],
        [47.298_034_068_468_41, -0.336_493_780_822_905_6],
        [103.059_679_883_757_2, -0.154_429_883_026_426_1],
    ];
    for state in expected {
        let point = fixed_point(&MontbrioPazoRoxin::default(), state.map(|value| 1.001 * value), &[])?;
        found.push(errors(&point.state, &state));
        if state == expected[2] {
            let value = point.oscillation()? * 0.01;
            found.push(errors(&[value.re, value.im], &[-0.308_859_766_052_852_2, 3.318_628_982_006_48]));
        }
    }
    Ok(largest(found))
}

fn time_constant() -> Difference {
    let node = MontbrioPazoRoxin { delta: 0.01, ..MontbrioPazoRoxin::default() };
    let slope = MontbrioPazoRoxin::derivative(&node, &[1.0, -1.0], &[0.0, 0.0])[0] * 1e-3;
    let spread = 0.1 / std::f64::consts::PI;
    Difference { from_right: (slope - (spread - 0.2)).abs(), from_wrong: (slope - (spread - 2.0)).abs() }
}

fn coombes_byrne() -> Result<f64> {
    let point = fixed_point(&CoombesByrne::default(), [20.0, -0.5], &[])?;
    let value = point.oscillation()? * 0.01;
    let expected = [18.472_554_402_660_46, -0.571_408_969_899_205_2];
    let eigenvalue = [-2.013_316_557_864_949, 2.289_626_915_369_332];
    Ok(largest([errors(&point.state, &expected), errors(&[value.re, value.im], &eigenvalue)]))
}

fn reduced_wong_wang() -> Result<f64> {
    let cases = [
        (0.9, 0.30, 0.034_355_056_881_004_84),
        (1.0, 0.30, 0.035_680_583_469_643_4),
        (1.2, 0.30, 0.038_925_375_417_519_37),
        (1.2, 0.30, 0.393_567_153_883_337),
        (1.2, 0.30, 0.634_526_601_799_835_8),
        (0.9, 0.33, 0.189_644_026_413_713_6),
    ];
    let error = |(w, i_0, expected): (f64, f64, f64)| -> Result<f64> {
        let node = ReducedWongWang { w, i_0: na(i_0), ..ReducedWongWang::default() };
        Ok(relative(fixed_point(&node, [1.01 * expected], &[])?.state[0], expected))
    };
    Ok(largest(cases.into_iter().map(error).collect::<Result<Vec<_>>>()?))
}

fn feedback_inhibition() -> Result<f64> {
    let node = ReducedWongWangExcInh { j_i: na(1.001_939_699_625_363), ..ReducedWongWangExcInh::default() };
    let [s_e, s_i] = fixed_point(&node, [0.17, 0.04], &[])?.state;
    let rate = s_e / ((1.0 - s_e) * 0.1 * 0.641);
    let expected = [0.164_119_862_270_709_7, 0.039_163_399_394_103_46, 3.063_085_424_268_007];
    Ok(errors(&[s_e, s_i, rate], &expected))
}

fn feedback_inhibition_of_a_network() -> Result<f64> {
    let connectome = example_connectome().normalized(Normalization::LargestInStrength)?;
    let error = |(lambda, g): (f64, f64)| -> Result<f64> {
        let node = ReducedWongWangExcInh { lambda, ..ReducedWongWangExcInh::default() };
        let j_i = FeedbackInhibition::new(node, &connectome, g).at_fixed_point()?;
        let network = Network::new(node, connectome.clone())
            .with_connection(Connection::new("s_e", "s_input", Additive::new(g)))?
            .with_parameter("j_i", j_i)?;
        let simulator = Simulator::new(&network, ms(1.0))?;
        let gating = &record(&simulator, s(20.0), s(19.999), &["s_e"])?[0];
        Ok(largest(gating.iter().map(|s| relative(s / ((1.0 - s) * 0.1 * 0.641), 3.063_085_424_268_007))))
    };
    Ok(largest([error((0.0, 0.8))?, error((0.5, 0.8))?]))
}

fn wong_wang_states() -> Result<f64> {
    let cases = [
        (0.0, [0.102_651_249_564_88, 0.102_651_249_564_88]),
        (0.0, [0.566_987_180_557_03, 0.031_891_419_820_483]),
        (30.0, [0.424_455_591_642_51, 0.424_455_591_642_51]),
        (30.0, [0.658_694_233_523_33, 0.051_807_199_149_348]),
    ];
    let error = |(stimulus, expected): (f64, [f64; 2])| -> Result<f64> {
        let guess = expected.map(|value| 1.001 * value);
        Ok(errors(&fixed_point(&WongWang::default(), guess, &[stimulus, stimulus])?.state, &expected))
    };
    Ok(largest(cases.into_iter().map(error).collect::<Result<Vec<_>>>()?))
}

fn wong_wang_rate() -> Result<Difference> {
    let file = reference("nodes/WongWangStep")?;
    let read = |name: &str| numbers(&file, name);
    let node = WongWang { j_ext: na_per_hz(2.243e-4), a: hz_per_na(270.0), ..WongWang::default() };
    let node = node.with(&mut |_, value| value);
    let (coherence, states) = (read("der_in_coherence")?, [read("der_state_S1")?, read("der_state_S2")?]);
    let currents = [read("der_I1")?, read("der_I2")?];
    let theirs = [read("der_out_S1")?, read("der_out_S2")?];
    let (mut from_right, mut from_wrong) = (Vec::new(), Vec::new());
    for entry in 0..coherence.len() {
        let stimulus = [1.0, -1.0].map(|sign| 30.0 * (1.0 + sign * coherence[entry]));
        let state = states.map(|state| state[entry]);
        let found = WongWang::derivative(&node, &state, &[stimulus[0], stimulus[1], 0.0, 0.0]);
        for k in 0..2 {
            let drive = 270.0 * currents[k][entry] - 108.0;
            let rate = drive / (1.0 - (-0.154 * drive).exp());
            from_right.push((found[k] - ((1.0 - state[k]) * 0.641 * rate - state[k] / 0.1)).abs());
            from_wrong.push((found[k] - 1e3 * theirs[k][entry]).abs());
        }
    }
    Ok(Difference { from_right: largest(from_right), from_wrong: largest(from_wrong) })
}

/// Rates at rest over the excitability, from Newton's method along the branch, with the three of the table.
pub(super) fn bistability_diagram() -> Result<Figure> {
    let (tau, j, delta) = (0.01, 15.0, 1.0);
    let mut branch = Vec::new();
    for k in 0..=280 {
        // Along the branch the rate rises; the excitability that holds it follows from v = −Δ/(2π τ r).
        let rate = 0.04 + 0.005 * f64::from(k);
        let v = -delta / (std::f64::consts::TAU * rate);
        let eta = (std::f64::consts::PI * rate).powi(2) - v * v - j * rate;
        if !(-9.0..=-3.0).contains(&eta) {
            continue;
        }
        let node = MontbrioPazoRoxin { eta, ..MontbrioPazoRoxin::default() };
        let point = fixed_point(&node, [rate / tau, v], &[])?;
        branch.push((eta, point.state[0], point.growth() < 0.0));
    }
    let part = |from: usize, to: usize| branch[from..to].iter().map(|(eta, rate, _)| (*eta, *rate)).collect();
    let changes: Vec<usize> = (1..branch.len()).filter(|k| branch[*k].2 != branch[*k - 1].2).collect();
    let [low, high] = changes[..] else {
        return Err(format!("the branch changes its stability {} times, not twice", changes.len()).into());
    };
    let parts: [Vec<(f64, f64)>; 3] = [part(0, low + 1), part(low, high + 1), part(high, branch.len())];
    let [down, saddle, up] = parts;
    let plot = LinePlot::new("median excitability η", "firing rate r (Hz)")
        .title("Montbrió–Pazó–Roxin, J = 15, Δ = 1");
    let plot = plot.line("rest, dashed where a saddle", down).dashed("", saddle).line("", up);
    let roots = [8.113_444_195_011_972, 47.298_034_068_468_41, 103.059_679_883_757_2];
    Ok(plot.dots("roots with 30 digits", roots.map(|rate| (-5.0, rate))).panel()?.into())
}
