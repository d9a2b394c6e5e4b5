//! Gradients of runs against central differences.
//!
//! Tolerance: 1e-6 of the largest derivative of a kind. A central difference with a relative step of 1e-5 errs by 1e-10 of
//! the third derivative and by rounding, 1e-16/1e-5 of the cost, magnified by what a run of some hundred steps magnifies.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use brainmass_core::units::dimension::Dimensionless;
use brainmass_core::units::{Second, mm_per_ms, ms};
use brainmass_core::{Node, TimeSeries};
use brainmass_network::{
    Additive, Connection, Delays, Diffusive, Drive, Integrator, Monitor, Network, OrnsteinUhlenbeck,
    Simulator, WhiteNoise, WithRespectTo,
};
use brainmass_nodes::WilsonCowan;
use nalgebra::{DMatrix, dmatrix};

const N: usize = 3;

/// Everything that the cost depends on.
#[derive(Clone, Debug)]
struct Point {
    tau_e: Vec<f64>,
    g: Vec<f64>,
    b: Vec<f64>,
    weights: DMatrix<f64>,
    sigma: Vec<f64>,
    mean: Vec<f64>,
    white: Vec<f64>,
    drive: Vec<f64>,
    initial: Vec<f64>,
}

impl Point {
    fn some() -> Self {
        Self {
            tau_e: vec![0.010, 0.012, 0.009],
            g: vec![0.5, 0.7, 0.4],
            b: vec![0.1, 0.2, 0.3],
            weights: dmatrix![0.0, 0.8, 0.3; 0.5, 0.0, 0.9; 0.0, 0.4, 0.0],
            sigma: vec![0.2, 0.3, 0.1],
            mean: vec![0.1, 0.0, 0.2],
            white: vec![0.02, 0.01, 0.03],
            drive: vec![0.5, 0.6, 0.7],
            initial: vec![0.1, 0.2, 0.15],
        }
    }

    fn network(&self) -> Network<WilsonCowan> {
        let lengths = dmatrix![0.0, 70.0, 0.0; 12.0, 0.0, 33.0; 90.0, 3.0, 0.0];
        let connectome = common::connectome(self.weights.clone(), &lengths);
        let delayed = Connection::new("r_e", "e_input", Diffusive::new(1.0))
            .with_parameter("g", self.g.clone())
            .unwrap()
            .with_delays(Delays::at_speed(mm_per_ms(10.0)));
        let instant = Connection::new("r_i", "i_input", Additive::new(0.2).with_offset(0.0))
            .with_parameter("b", self.b.clone())
            .unwrap()
            .with_self_connections();
        Network::new(WilsonCowan::default(), connectome)
            .with_parameter("tau_e", Second::new(self.tau_e.clone()))
            .and_then(|network| network.with_connection(delayed))
            .and_then(|network| network.with_connection(instant))
            .and_then(|network| network.with_drive("e_input", Drive::constant(self.drive.clone())))
            .and_then(|network| {
                let noise = OrnsteinUhlenbeck::new(self.sigma.clone(), ms(5.0)).around(self.mean.clone());
                network.with_input_noise("e_input", noise)
            })
            .and_then(|network| network.with_state_noise("r_i", WhiteNoise::new(self.white.clone())))
            .and_then(|network| network.with_initial("r_e", self.initial.clone()))
            .unwrap()
    }
}

fn monitors() -> [Monitor; 2] {
    [Monitor::of("r_e").averaged(ms(2.0)), Monitor::of("r_i").every(ms(0.4)).named("i")]
}

/// Σ of squares of both recordings, each sample with a weight of its own; and its derivative by them.
fn cost(series: [&TimeSeries<Dimensionless>; 2]) -> (f64, [DMatrix<f64>; 2]) {
    let weigh = |values: &DMatrix<f64>| {
        DMatrix::from_fn(values.nrows(), values.ncols(), |i, k| (1.0 + i as f64 + 0.37 * k as f64).sin())
    };
    let mut total = 0.0;
    let slopes = series.map(|series| {
        let weights = weigh(series.values());
        total += series.values().map(|x| x * x).component_mul(&weights).sum();
        2.0 * series.values().component_mul(&weights)
    });
    (total, slopes)
}

const TRANSIENT: Second = ms(4.0);
const DURATION: Second = ms(40.0);

fn value(point: &Point, integrator: Integrator) -> f64 {
    let network = point.network();
    let simulator = Simulator::new(&network, ms(0.2)).unwrap().with_integrator(integrator).with_seed(7);
    let mut recording = simulator.run(DURATION, TRANSIENT, &monitors()).unwrap();
    let [e, i] = ["r_e", "i"].map(|name| recording.take::<Dimensionless>(name).unwrap());
    cost([&e, &i]).0
}

type Field = (&'static str, fn(&mut Point) -> &mut [f64]);

const FIELDS: [Field; 9] = [
    ("tau_e", |point| &mut point.tau_e),
    ("g", |point| &mut point.g),
    ("b", |point| &mut point.b),
    ("weights", |point| point.weights.as_mut_slice()),
    ("sigma", |point| &mut point.sigma),
    ("mean", |point| &mut point.mean),
    ("white", |point| &mut point.white),
    ("drive", |point| &mut point.drive),
    ("initial", |point| &mut point.initial),
];

fn numeric(field: Field, integrator: Integrator) -> Vec<f64> {
    let (name, of) = field;
    let n = of(&mut Point::some()).len();
    let at = |index: usize| {
        let value_at = of(&mut Point::some())[index];
        // A weight that is zero is no connection.
        if name == "weights" && value_at == 0.0 {
            return 0.0;
        }
        let h = 1e-5 * value_at.abs().max(0.1 * f64::from(u8::from(value_at == 0.0)));
        let moved = |step: f64| {
            let mut point = Point::some();
            of(&mut point)[index] += step;
            value(&point, integrator)
        };
        (moved(h) - moved(-h)) / (2.0 * h)
    };
    (0..n).map(at).collect()
}

fn exact(integrator: Integrator, memory: usize) -> (Vec<Vec<f64>>, usize) {
    let network = Point::some().network();
    let simulator = Simulator::new(&network, ms(0.2)).unwrap().with_integrator(integrator).with_seed(7);
    let (mut recording, trace) = simulator.trace(DURATION, TRANSIENT, &monitors(), memory).unwrap();
    let held = trace.memory();
    let [e, i] = ["r_e", "i"].map(|name| recording.take::<Dimensionless>(name).unwrap());
    let (_, [by_e, by_i]) = cost([&e, &i]);
    let by = WithRespectTo::nothing()
        .and_parameter("tau_e")
        .and_coupling(0, "g")
        .and_coupling(1, "b")
        .and_weights(0)
        .and_weights(1)
        .and_state_noise();
    let gradient = trace.pull_back(&[("r_e", by_e), ("i", by_i)], &by).unwrap();
    let weights = gradient.weights(0).unwrap() + gradient.weights(1).unwrap();
    let found = vec![
        gradient.parameter("tau_e").unwrap().to_vec(),
        gradient.coupling(0, "g").unwrap().to_vec(),
        gradient.coupling(1, "b").unwrap().to_vec(),
        weights.as_slice().to_vec(),
        gradient.input_noise_sigma(0).unwrap().to_vec(),
        gradient.input_noise_mean(0).unwrap().to_vec(),
        gradient.state_noise_sigma(0).unwrap().to_vec(),
        gradient.input("e_input").unwrap().to_vec(),
        gradient.initial("r_e").unwrap().to_vec(),
    ];
    (found, held)
}

#[test]
fn every_derivative_is_that_of_central_differences() {
    for integrator in Integrator::ALL {
        let (found, _) = exact(integrator, usize::MAX);
        for (field, found) in FIELDS.into_iter().zip(found) {
            let expected = numeric(field, integrator);
            let scale = expected.iter().fold(0.0_f64, |scale, x| scale.max(x.abs()));
            assert!(scale > 1e-3, "{integrator:?} {}: the cost does not depend on it", field.0);
            for (found, expected) in found.iter().zip(&expected) {
                let error = (found - expected).abs() / scale;
                assert!(error < 1e-6, "{integrator:?} {}: {found} {expected}, {error:e}", field.0);
            }
        }
    }
}

#[test]
fn checkpoints_give_the_same_bits() {
    let (whole, held) = exact(Integrator::Heun, usize::MAX);
    let (pieces, held_in_pieces) = exact(Integrator::Heun, 0);
    assert_eq!(whole, pieces);
    assert!(held_in_pieces < held, "{held_in_pieces} {held}");
}

#[test]
fn what_has_no_gradient_is_refused() {
    use brainmass_network::{EngineKind, Precision};
    let network = Point::some().network();
    let simulator = Simulator::new(&network, ms(0.2)).unwrap();
    for simulator in [
        simulator.clone().with_precision(Precision::Single),
        simulator.clone().with_engine(EngineKind::Plain),
    ] {
        assert!(simulator.trace(DURATION, TRANSIENT, &monitors(), 0).is_err());
    }
    let pull = |cotangent: DMatrix<f64>, by: &WithRespectTo| {
        let (_, trace) = simulator.trace(DURATION, TRANSIENT, &monitors(), 0).unwrap();
        trace.pull_back(&[("r_e", cotangent)], by).map_err(|error| error.to_string())
    };
    let right = DMatrix::from_element(N, 18, 1.0);
    let by = WithRespectTo::nothing();
    assert!(pull(right.clone(), &by).is_ok());
    assert!(pull(DMatrix::zeros(N, 17), &by).unwrap_err().contains("3 × 18"));
    assert!(pull(DMatrix::from_element(N, 18, f64::NAN), &by).is_err());
    assert!(pull(right.clone(), &by.clone().and_parameter("tau")).unwrap_err().contains("tau_e"));
    assert!(pull(right.clone(), &by.clone().and_coupling(2, "g")).is_err());
    assert!(pull(right.clone(), &by.clone().and_weights(5)).is_err());
    assert!(pull(right, &by).unwrap().parameter("tau_e").is_err());
    assert_eq!(WilsonCowan::STATE.len(), 2);
}
