//! Simulations as problems: gradients of the whole road against central differences, and what is refused.
//!
//! Tolerance: 1e-6 of the largest derivative by a parameter. Differences of the fourth order at steps h of 1e-5 of the range
//! leave h⁴ of the fifth derivative, and by rounding 1e-16/h of the cost, which a run of some thousand steps magnifies.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use brainmass_core::observation::Chain;
use brainmass_core::units::dimension::{Dimensionless, Volt};
use brainmass_core::units::{Dimension, Meter, SI, hz, mm_per_ms, ms, nanoampere_meter_per_mv, s};
use brainmass_core::{Connectome, Error, Node, TimeSeries, WeightedSum};
use brainmass_fit::{
    Fit, FitParameter, FreeWeights, Lbfgs, Link, Problem, Protocol, SimulationProblem, Spread, Squared,
    Target,
};
use brainmass_forward::{ConvolutionBold, Eeg, hrf::Gamma};
use brainmass_network::{
    Additive, Adjustable, Connection, Delays, Diffusive, Drive, Network, OrnsteinUhlenbeck, Rounding,
    WhiteNoise,
};
use brainmass_nodes::{JansenRit, WilsonCowan};
use brainmass_objectives::{Fc, FcCorrelation, TimeSeriesRmse};
use nalgebra::{DMatrix, dmatrix};

fn labels(n: usize) -> Vec<String> {
    (0..n).map(|k| format!("R{k}")).collect()
}

/// Four regions, both directions between all that are connected.
fn connectome() -> Connectome {
    let weights = dmatrix![
        0.0, 0.8, 0.3, 0.0;
        0.5, 0.0, 0.9, 0.2;
        0.4, 0.7, 0.0, 0.6;
        0.0, 0.3, 0.5, 0.0
    ];
    let lengths = DMatrix::from_fn(4, 4, |i, j| 7e-3 * (i as f64 - j as f64).abs());
    Connectome::new(weights, Meter::new(lengths), labels(4)).unwrap()
}

fn wilson_cowan() -> Network<WilsonCowan> {
    let delayed =
        Connection::new("r_e", "e_input", Diffusive::new(0.6)).with_delays(Delays::at_speed(mm_per_ms(2.0)));
    let noise = OrnsteinUhlenbeck::new(vec![0.3, 0.25, 0.35, 0.2], ms(20.0)).around(0.1);
    // Without two stable states, between which noise would push the regions at instants that any change moves.
    Network::new(WilsonCowan::default(), connectome())
        .with_parameter("w_ee", 6.0)
        .and_then(|network| network.with_connection(delayed))
        .and_then(|network| network.with_connection(Connection::new("r_i", "i_input", Additive::new(0.1))))
        .and_then(|network| network.with_input_noise("e_input", noise))
        .and_then(|network| network.with_state_noise("r_i", WhiteNoise::new(0.2)))
        .unwrap()
}

/// BOLD of four seconds, sampled fast for the sake of the test.
fn bold_protocol() -> Protocol {
    let bold = ConvolutionBold::<Dimensionless>::new(Gamma::default(), ms(100.0), ms(20.0));
    Protocol::new("r_e", ms(1.0), ms(10.0), s(4.0))
        .with_transient(ms(1000.0))
        .observed(Chain::of(bold))
        .with_seeds(&[3, 4])
        .unwrap()
}

fn bold_problem() -> SimulationProblem<WilsonCowan, Dimensionless> {
    bold_problem_of(wilson_cowan())
}

fn bold_problem_of(network: Network<WilsonCowan>) -> SimulationProblem<WilsonCowan, Dimensionless> {
    let fc = dmatrix![
        1.0, 0.6, 0.1, 0.3;
        0.6, 1.0, 0.5, -0.1;
        0.1, 0.5, 1.0, 0.2;
        0.3, -0.1, 0.2, 1.0
    ];
    let objective = FcCorrelation::new(Fc::new(fc, labels(4)).unwrap()).unwrap();
    SimulationProblem::new(network, bold_protocol(), objective).unwrap()
}

fn jansen_rit() -> Network<JansenRit> {
    let connection =
        Connection::new("rate", "e_input", Additive::new(8.0)).with_delays(Delays::at_speed(mm_per_ms(3.0)));
    let noise = OrnsteinUhlenbeck::new(hz(20.0), ms(10.0)).around(hz(5.0));
    Network::new(JansenRit::default(), connectome())
        .with_connection(connection)
        .and_then(|network| network.with_drive("e_input", Drive::constant(hz(150.0))))
        .and_then(|network| network.with_input_noise("e_input", noise))
        .unwrap()
}

fn eeg_protocol() -> Protocol {
    let gain = SI::new(dmatrix![40.0, -25.0, 10.0, 5.0; 8.0, 30.0, 20.0, -15.0] * 1.0);
    let field = Eeg::new(gain, vec!["Cz".to_owned(), "Oz".to_owned()], labels(4)).unwrap();
    let field = field.of_potentials(nanoampere_meter_per_mv(5.0)).unwrap();
    Protocol::new("potential", ms(0.5), ms(2.0), ms(400.0))
        .with_transient(ms(60.0))
        .observed(Chain::of(field))
}

/// Against the recording of another network.
fn eeg_problem() -> SimulationProblem<JansenRit, Volt> {
    let other = jansen_rit().adjusted(&Adjustable::parameter("a_e"), vec![3.35e-3]).unwrap();
    let data = eeg_protocol().record::<_, Volt>(&other).unwrap().remove(0);
    SimulationProblem::new(jansen_rit(), eeg_protocol(), TimeSeriesRmse::new(data).unwrap()).unwrap()
}

fn maps() -> Spread {
    Spread::Maps(dmatrix![-1.0, 0.0, 0.5, 1.0; 1.0, -1.0, 1.0, -1.0])
}

fn parameter(name: &str, initial: &[f64], low: f64, high: f64) -> FitParameter {
    FitParameter::regional(name, initial, low, high).unwrap()
}

fn check<N: Node, U: Dimension + Send + Sync>(
    problem: SimulationProblem<N, U>,
    parameter: FitParameter,
    target: impl Into<Target>,
) {
    let (name, (low, high)) = (parameter.name().to_owned(), parameter.bounds());
    let problem = problem.fitting(parameter, target).unwrap();
    let values = problem.space().unwrap().initial();
    let (cost, found) = problem.gradient(&values).unwrap();
    let plain = problem.cost(&values).unwrap();
    assert!((cost / plain - 1.0).abs() < 1e-12, "{name}: {cost} {plain}");
    let h = 1e-5 * (high - low);
    let expected: Vec<f64> = (0..values.len())
        .map(|index| {
            let at = |steps: f64| {
                let mut moved = values.clone();
                moved[index] += steps * h;
                problem.cost(&moved).unwrap()
            };
            (8.0 * (at(1.0) - at(-1.0)) - (at(2.0) - at(-2.0))) / (12.0 * h)
        })
        .collect();
    let scale = expected.iter().fold(0.0_f64, |scale, slope| scale.max(slope.abs()));
    assert!(scale * (high - low) > 1e-4 * cost, "{name}: the cost does not depend on it");
    for (found, expected) in found.iter().zip(&expected) {
        let error = (found - expected).abs() / scale;
        assert!(error < 1e-6, "{name}: {found} {expected}, {error:e}");
    }
}

#[test]
fn gradients_through_bold_to_fc_are_those_of_differences() {
    let tau = Adjustable::parameter("tau_e");
    check(bold_problem(), parameter("tau", &[0.01], 0.001, 0.1), tau.clone());
    check(
        bold_problem(),
        parameter("tau maps", &[0.01, 1e-3, 2e-4], -0.01, 0.02),
        Target::spread(tau, maps()),
    );
    let coupling = Adjustable::coupling(0, "g");
    let groups = Spread::groups(&["a", "b", "b", "a"]);
    check(bold_problem(), parameter("g", &[0.5, 0.7], 0.2, 1.2), Target::spread(coupling, groups));
    let sigma = Adjustable::InputNoiseSigma(0);
    check(bold_problem(), parameter("sigma", &[0.3, 0.2, 0.4, 0.3], 0.1, 0.6), Target::regional(sigma));
    check(bold_problem(), parameter("mean", &[0.1], 0.0, 0.2), Adjustable::InputNoiseMean(0));
    check(bold_problem(), parameter("white", &[0.2], 0.0, 1.0), Adjustable::StateNoiseSigma(0));
    check(
        bold_problem(),
        parameter("drive", &[0.2; 4], -1.0, 1.0),
        Target::regional(Adjustable::drive("e_input")),
    );
    check(
        bold_problem(),
        parameter("initial", &[0.2; 4], 0.0, 1.0),
        Target::regional(Adjustable::initial("r_e")),
    );
}

#[test]
fn gradients_by_weights_are_those_of_differences() {
    for weights in [
        FreeWeights::new(),
        FreeWeights::new().symmetric(),
        FreeWeights::new().normalized(),
        FreeWeights::new().symmetric().normalized(),
    ] {
        let initial = weights.numbers(&wilson_cowan()).unwrap();
        check(bold_problem(), parameter(&format!("{weights:?}"), &initial, 0.01, 2.0), weights);
    }
    // Every other weight inhibits, and is fitted by its magnitude.
    let signed = connectome().weights().map_with_location(|i, j, w| if (i + j) % 2 == 0 { -w } else { w });
    for weights in [FreeWeights::new().magnitudes(), FreeWeights::new().magnitudes().normalized()] {
        let network = wilson_cowan().with_weights(signed.clone()).unwrap();
        let initial = weights.numbers(&network).unwrap();
        assert!(initial.iter().all(|magnitude| *magnitude > 0.0));
        check(bold_problem_of(network), parameter(&format!("{weights:?}"), &initial, 0.01, 2.0), weights);
    }
    let initial = FreeWeights::new().numbers(&jansen_rit()).unwrap();
    check(eeg_problem(), parameter("weights", &initial, 0.01, 2.0), FreeWeights::new());
}

#[test]
fn gradients_through_a_lead_field_are_those_of_differences() {
    check(eeg_problem(), parameter("a_e", &[3.25e-3], 2e-3, 5e-3), Adjustable::parameter("a_e"));
    let linked = |link: brainmass_core::Result<Link>| match maps() {
        Spread::Maps(maps) => {
            Target::spread(Adjustable::parameter("a_i"), Spread::LinkedMaps(link.unwrap(), maps))
        }
        other => panic!("{other:?}"),
    };
    for link in [Link::log(22e-3), Link::logit(0.01, 0.04), Link::softplus(0.01, 0.03)] {
        check(eeg_problem(), parameter("linked", &[0.2, 0.1, -0.3], -1.0, 1.0), linked(link));
    }
    let a_i = Target::spread(Adjustable::parameter("a_i"), maps());
    check(eeg_problem(), parameter("a_i", &[22e-3, 5e-4, -3e-4], -0.02, 0.04), a_i);
    check(eeg_problem(), parameter("g", &[8.0], 0.0, 20.0), Adjustable::coupling(0, "g"));
    check(eeg_problem(), parameter("drive", &[30.0], 0.0, 100.0), Adjustable::drive("e_input"));
    check(eeg_problem(), parameter("scale", &[5e-6], 1e-6, 1e-5), Target::observation("dipole_scale"));
}

#[test]
fn two_parameters_are_recovered_from_an_eeg() {
    let (gain, drive) = (3.4e-3, 60.0);
    let make = |objective| {
        SimulationProblem::new(jansen_rit(), eeg_protocol(), objective)
            .and_then(|problem| {
                problem.fitting(parameter("a_e", &[3.25e-3], 2.8e-3, 4e-3), Adjustable::parameter("a_e"))
            })
            .and_then(|problem| {
                problem.fitting(parameter("drive", &[40.0], 0.0, 120.0), Adjustable::drive("e_input"))
            })
            .unwrap()
    };
    let sum = WeightedSum::<dyn brainmass_core::DifferentiableObjective<Volt>>::differentiable;
    let any = TimeSeries::<Volt>::unnamed(dmatrix![1.0], ms(2.0), ms(2.0)).unwrap();
    let any = sum().and(1.0, TimeSeriesRmse::new(any).unwrap()).unwrap();
    let data = make(any).record(&[gain, drive]).unwrap().remove(0);
    // In units of the power of the data, so that costs are of the order of one.
    let power = data.values().norm_squared() / data.values().len() as f64;
    let objective = sum().and(1.0 / power, Squared(TimeSeriesRmse::new(data).unwrap())).unwrap();
    let problem = make(objective);
    let report = Fit::new(&problem.space().unwrap(), &problem).run(&Lbfgs::default()).unwrap();
    let errors = [report.values[0] / gain - 1.0, report.values[1] / drive - 1.0];
    assert!(errors.iter().all(|error| error.abs() < 1e-6), "{errors:?} {report:?}");
}

#[test]
fn the_speed_has_a_cost_and_no_gradient() {
    let problem =
        bold_problem().fitting(parameter("speed", &[2.0], 0.5, 10.0), Adjustable::Speed(0)).unwrap();
    assert_ne!(problem.cost(&[2.0]).unwrap(), problem.cost(&[1.0]).unwrap());
    assert!(!problem.has_gradient());
    let error = problem.gradient(&[2.0]).unwrap_err().to_string();
    assert_eq!(
        error,
        "gradient by the conduction speed of connection 0: there is none: delays are whole steps, unless they are interpolated"
    );
}

/// EEG made at 4.3 m/s and a gain, and a fit that begins at 3 m/s: delays between steps of dt, and the slope of the signal there.
#[test]
fn speed_and_gain_are_recovered_by_gradient() {
    let network = |speed: f64| {
        let delays = Delays::at_speed(mm_per_ms(speed)).with_rounding(Rounding::Interpolated);
        Network::new(JansenRit::default(), connectome())
            .with_connection(Connection::new("rate", "e_input", Additive::new(8.0)).with_delays(delays))
            .and_then(|network| network.with_drive("e_input", Drive::constant(hz(150.0))))
            .and_then(|network| {
                network.with_input_noise("e_input", OrnsteinUhlenbeck::new(hz(20.0), ms(10.0)))
            })
            .unwrap()
    };
    let (gain, speed) = (3.4e-3, 4.3);
    let truth = network(speed).adjusted(&Adjustable::parameter("a_e"), vec![gain]).unwrap();
    let data = eeg_protocol().record::<_, Volt>(&truth).unwrap().remove(0);
    let power = data.values().norm_squared() / data.values().len() as f64;
    let sum = WeightedSum::<dyn brainmass_core::DifferentiableObjective<Volt>>::differentiable();
    let objective = sum.and(1.0 / power, Squared(TimeSeriesRmse::new(data).unwrap())).unwrap();
    let problem = SimulationProblem::new(network(3.0), eeg_protocol(), objective)
        .and_then(|problem| problem.fitting(parameter("speed", &[3.0], 1.0, 10.0), Adjustable::Speed(0)))
        .and_then(|problem| {
            problem.fitting(parameter("gain", &[3.25e-3], 2.8e-3, 4e-3), Adjustable::parameter("a_e"))
        })
        .unwrap();
    let report = Fit::new(&problem.space().unwrap(), &problem).run(&Lbfgs::default()).unwrap();
    let errors = [report.values[0] / speed - 1.0, report.values[1] / gain - 1.0];
    assert!(errors.iter().all(|error| error.abs() < 1e-6), "{errors:?} {report:?}");
}

#[test]
fn what_makes_no_sense_is_refused() {
    let message =
        |parameter, target: Target| bold_problem().fitting(parameter, target).unwrap_err().to_string();
    let g = || Adjustable::coupling(0, "g");
    assert_eq!(
        message(parameter("g", &[0.5; 3], 0.0, 1.0), Target::regional(g())),
        "parameter `g` of a fit: expected 4 numbers for the `g` of connection 0, found 3"
    );
    let unknown = message(parameter("x", &[0.5], 0.0, 1.0), Adjustable::parameter("tau").into());
    assert!(unknown.contains("tau_e"), "{unknown}");
    let unknown = message(parameter("x", &[0.5], 0.0, 1.0), Target::observation("shape"));
    assert!(unknown.contains("amplitude"), "{unknown}");
    assert!(
        message(parameter("x", &[0.5], 0.0, 1.0), Adjustable::InputNoiseSigma(1).into())
            .contains("there are: 0")
    );
    assert!(message(parameter("x", &[0.5], 0.0, 1.0), Adjustable::Speed(1).into()).contains("no delays"));
    let two_maps = Spread::Maps(DMatrix::zeros(1, 3));
    assert!(
        message(parameter("x", &[0.5; 2], 0.0, 1.0), Target::spread(g(), two_maps)).contains("4 regions")
    );
    let twice = bold_problem()
        .fitting(parameter("a", &[0.5], 0.0, 1.0), g())
        .and_then(|problem| problem.fitting(parameter("b", &[0.5; 4], 0.0, 1.0), Target::regional(g())));
    assert!(twice.unwrap_err().to_string().contains("already"));
    let volts = TimeSeries::<Volt>::unnamed(dmatrix![1.0], ms(1.0), ms(1.0)).unwrap();
    let wrong = SimulationProblem::new(wilson_cowan(), bold_protocol(), TimeSeriesRmse::new(volts).unwrap());
    assert!(matches!(wrong.unwrap_err(), Error::Unit { .. }));
}

#[test]
fn a_run_that_diverges_is_a_bad_candidate() {
    use brainmass_nodes::Linear;
    let network = Network::single(Linear { gamma: hz(-10.0) }).with_initial("x", 1.0).unwrap();
    let protocol = Protocol::new("x", ms(10.0), ms(10.0), s(200.0));
    let data = protocol.record::<_, Dimensionless>(&network).unwrap().remove(0);
    let problem = SimulationProblem::new(network, protocol, TimeSeriesRmse::new(data).unwrap())
        .and_then(|problem| {
            problem.fitting(parameter("gamma", &[-10.0], -50.0, 50.0), Adjustable::parameter("gamma"))
        })
        .unwrap();
    for error in [problem.cost(&[20.0]).unwrap_err(), problem.gradient(&[20.0]).unwrap_err()] {
        assert!(matches!(error, Error::Diverged { .. }), "{error}");
    }
}

#[test]
fn descriptions_tell_problems_apart() {
    let fitting = |problem: SimulationProblem<_, _>| {
        problem.fitting(parameter("g", &[0.5], 0.0, 1.0), Adjustable::coupling(0, "g")).unwrap().description()
    };
    let network = wilson_cowan().with_weights(connectome().weights() * 2.0).unwrap();
    let objective = FcCorrelation::new(
        Fc::new(DMatrix::from_fn(4, 4, |i, j| 1.0 / (1.0 + i.abs_diff(j) as f64)), labels(4)).unwrap(),
    );
    let other = SimulationProblem::new(network, bold_protocol(), objective.unwrap()).unwrap();
    assert_eq!(fitting(bold_problem()), fitting(bold_problem()));
    assert_ne!(fitting(bold_problem()), fitting(other));
}
