//! Recover two parameters from a simulated EEG, by gradient.
//!
//! Eight cortical columns (Jansen–Rit) on a small connectome act on each other with delays and are driven by noise. Four
//! electrodes see them. From half a second of that EEG, with noise of the sensors on it, we want back the excitatory gain of
//! the columns and the strength of the coupling.
//!
//! `cargo run --release --example fit_two_parameters_by_gradient`
#![expect(clippy::print_stdout, reason = "an example shows its results")]

use brainmass::core::units::{SI, dimension::Volt, hz, mm_per_ms, ms, mv, nanoampere_meter_per_mv};
use brainmass::core::{DifferentiableObjective, Result, TimeSeries, WeightedSum, random::Stream};
use brainmass::datasets::example_connectome;
use brainmass::fitting::{Fit, FitParameter, Identifiability, Lbfgs, Protocol, SimulationProblem, Squared};
use brainmass::forward::{Chain, Eeg};
use brainmass::network::{Additive, Adjustable, Connection, Delays, Drive, Network, OrnsteinUhlenbeck};
use brainmass::nodes::JansenRit;
use brainmass::objectives::TimeSeriesRmse;
use nalgebra::DMatrix;

/// What we pretend not to know: the gain in volts, the coupling without unit.
const TRUTH: [f64; 2] = [3.4e-3, 12.0];

fn main() -> Result<()> {
    // 1. Data. The true values are put into the network, the network is run and observed, and noise of a twentieth of the
    // signal is added. In earnest this is where a file is read.
    let [gain, coupling] = parameters();
    let true_network = network()?.adjusted(&gain, vec![TRUTH[0]])?.adjusted(&coupling, vec![TRUTH[1]])?;
    let clean: TimeSeries<Volt> = protocol()?.record(&true_network)?.remove(0);
    let sigma = 0.05 * clean.values().variance().sqrt();
    let data = with_sensor_noise(&clean, sigma)?;

    // 2. What is minimised: the mean square of the differences, over the square of the noise. A root mean square has a
    // kink at its minimum, where a quasi-Newton method would come to rest early; its square has none.
    let mean_square = Squared(TimeSeriesRmse::new(data)?);
    let objective = WeightedSum::<dyn DifferentiableObjective<Volt>>::differentiable()
        .and(sigma.powi(-2), mean_square)?;

    // 3. What may change: each parameter has a name, an initial value and bounds, and a place in the network. The noise that
    // drives the columns is the same in all runs, so that the cost is a smooth function of the two.
    let problem = SimulationProblem::new(network()?, protocol()?, objective)?
        .fitting(FitParameter::new("gain", 3.25e-3, 2.8e-3, 4e-3)?, gain)?
        .fitting(FitParameter::new("coupling", 8.0, 0.0, 30.0)?, coupling)?;
    let space = problem.space()?;

    // 4. The fit. Each gradient costs a few runs, whatever the number of parameters.
    let report = Fit::new(&space, &problem).run(&Lbfgs::default())?;
    println!(
        "{} after {} runs with their gradients; cost {:.4}",
        report.reason, report.evaluations, report.cost
    );

    // 5. What the data can tell. The Fisher information at the optimum gives the standard errors at best, in parts of the
    // ranges; what we found should be no further from the truth than some of them.
    let signal = |values: &[f64]| Ok(problem.record(values)?[0].samples().to_vec());
    let found = Identifiability::at(&space, &report.values, sigma, signal)?;
    let (free, true_free) = (space.free(&report.values), space.free(&TRUTH));
    for (k, standard_error) in found.standard_errors().iter().enumerate() {
        let away = (free[k] - true_free[k]) / standard_error;
        let (name, value, truth) = (&space.names()[k], report.values[k], TRUTH[k]);
        println!("{name}: {value:.6} where {truth} is due, {away:+.1} standard errors away");
        assert!(away.abs() < 4.0 && (value / truth - 1.0).abs() < 0.01);
    }
    println!("the information spans a factor of {:.0}", found.condition());
    // The noise is all that is left: its mean square is 1, give or take √(2/n).
    assert!((report.cost - 1.0).abs() < 0.2);
    Ok(())
}

/// The two places in the network. Connections are counted from 0.
fn parameters() -> [Adjustable; 2] {
    [Adjustable::parameter("a_e"), Adjustable::coupling(0, "g")]
}

/// The columns: what one fires arrives at the others' excitatory synapses.
fn network() -> Result<Network<JansenRit>> {
    let connection =
        Connection::new("rate", "e_input", Additive::new(8.0)).with_delays(Delays::at_speed(mm_per_ms(10.0)));
    Network::new(JansenRit::default(), example_connectome())
        .with_connection(connection)?
        .with_initial("e", mv(15.0))?
        .with_initial("i", mv(10.0))?
        .with_drive("e_input", Drive::constant(hz(150.0)))?
        .with_input_noise("e_input", OrnsteinUhlenbeck::new(hz(20.0), ms(10.0)))
}

/// Half a second in steps of half a millisecond; means over two milliseconds go through a lead field. It is made up: each
/// electrode sees two regions well and the others less.
fn protocol() -> Result<Protocol> {
    let regions = example_connectome().labels().to_vec();
    let electrodes = ["Fz", "Cz", "Pz", "Oz"].map(str::to_owned).to_vec();
    let gain =
        DMatrix::from_fn(4, 8, |electrode, region| 40.0 / (1.0 + electrode.abs_diff(region / 2) as f64));
    let field = Eeg::new(SI::new(gain), electrodes, regions)?;
    let field = field.of_potentials(nanoampere_meter_per_mv(5.0))?;
    let protocol = Protocol::new("potential", ms(0.5), ms(2.0), ms(500.0)).with_transient(ms(50.0));
    Ok(protocol.observed(Chain::of(field)))
}

fn with_sensor_noise(clean: &TimeSeries<Volt>, sigma: f64) -> Result<TimeSeries<Volt>> {
    let stream = Stream::new(1, 0);
    let mut values = clean.values().clone();
    for (electrode, mut row) in (0..).zip(values.row_iter_mut()) {
        for (sample, value) in (0..).zip(row.iter_mut()) {
            *value += sigma * stream.normal(electrode, sample);
        }
    }
    TimeSeries::new(values, clean.sampling().clone())
}
