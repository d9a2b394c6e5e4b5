//! Derivatives of nodes against the reference vectors.

use brainmass_core::{Array, Node};

use super::case::{Case, Check};
use super::cases::{self, Visitor, every_case};
use super::tools::{REFERENCE, largest, reference};
use crate::Result;

const fn case(name: &'static str, check: fn() -> Result<f64>) -> Case {
    Case {
        name,
        what: "dx/dt at 60 random states and inputs, relative, with a floor of a hundredth of the largest \
               dx/dt",
        source: REFERENCE,
        tolerance: 1e-12,
        why: "both sides round the same formula, some ten operations of 1e-16 whose terms cancel by two \
              digits",
        check: Check::Alone(check),
    }
}

pub(super) const CASES: &[Case] = &[
    case("wilson-cowan", || derivatives("WilsonCowanStep")),
    case("wilson-cowan-no-saturation", || derivatives("WilsonCowanNoSaturationStep")),
    case("wilson-cowan-symmetric", || derivatives("WilsonCowanSymmetricStep")),
    case("wilson-cowan-simplified", || derivatives("WilsonCowanSimplifiedStep")),
    case("wilson-cowan-linear", || derivatives("WilsonCowanLinearStep")),
    case("wilson-cowan-divisive", || derivatives("WilsonCowanDivisiveStep")),
    case("wilson-cowan-divisive-input", || derivatives("WilsonCowanDivisiveInputStep")),
    case("wilson-cowan-adaptive", || derivatives("WilsonCowanAdaptiveStep")),
    case("wilson-cowan-three-population", || derivatives("WilsonCowanThreePopulationStep")),
    case("jansen-rit", || derivatives("JansenRitStep")),
    case("stuart-landau", || derivatives("StuartLandauStep")),
    case("hopf", || derivatives("HopfStep")),
    case("montbrio-pazo-roxin", || derivatives("MontbrioPazoRoxinStep")),
    case("coombes-byrne", || derivatives("CoombesByrneStep")),
    case("reduced-wong-wang-exc-inh", || derivatives("WongWangExcInhStep")),
    case("fitzhugh-nagumo", || derivatives("FitzHughNagumoStep")),
    case("van-der-pol", || derivatives("VanDerPolStep")),
    case("generic-2d-oscillator", || derivatives("Generic2dOscillatorStep")),
    case("epileptor", || derivatives("EpileptorStep")),
    case("larter-breakspear", || derivatives("LarterBreakspearStep")),
    case("lorenz", || derivatives("LorenzStep")),
    case("linear", || derivatives("LinearStep")),
];

/// The case of one file, and what came out.
struct Derivatives {
    file: &'static str,
    found: Option<Result<f64>>,
}

impl Visitor for Derivatives {
    fn visit<N: Node>(&mut self, case: &cases::Case<'_, N>) {
        if case.file == self.file {
            self.found = Some(compare(case));
        }
    }
}

fn derivatives(file: &'static str) -> Result<f64> {
    let mut derivatives = Derivatives { file, found: None };
    every_case(&mut derivatives);
    derivatives.found.unwrap_or_else(|| Err(format!("no case reads {file}").into()))
}

fn compare<N: Node>(case: &cases::Case<'_, N>) -> Result<f64> {
    let vectors = reference(&format!("nodes/{}", case.file))?;
    let read = |kind: &str, pairs: &[cases::Pair]| {
        let matrix = |pair: &cases::Pair| Ok(vectors.matrix(&format!("der_{kind}_{}", pair.theirs))?);
        pairs.iter().map(matrix).collect::<Result<Vec<_>>>()
    };
    let (x, f, u) = (read("state", case.states)?, read("out", case.states)?, read("in", case.inputs)?);
    let parameters = case.node.with(&mut |_, value| value);
    let errors = (0..x[0].len()).map(|entry| {
        let state = N::State::from_fn(|k| x[k][entry] * case.states[k].factor);
        // Inputs that the reference lacks are silent.
        let input = N::Input::from_fn(|k| case.inputs.get(k).map_or(0.0, |pair| u[k][entry] * pair.factor));
        let found = N::derivative(&parameters, &state, &input);
        let scale = largest(f.iter().map(|f| f[entry].abs()));
        largest(case.states.iter().enumerate().map(|(k, pair)| {
            // The library's time unit is the millisecond.
            let found = found.as_ref()[k] / pair.factor * 1e-3;
            (found - f[k][entry]).abs() / f[k][entry].abs().max(1e-2 * scale)
        }))
    });
    Ok(largest(errors))
}
