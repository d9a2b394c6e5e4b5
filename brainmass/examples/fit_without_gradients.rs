//! Recover two parameters from a simulated EEG, without gradients.
//!
//! The conduction speed makes delays of whole steps unless they are interpolated, so no cost has a derivative by it here. CMA-ES needs none: it tries clouds of
//! candidates, on all cores, and lets the better half of a cloud shape the next. Here it finds the excitatory gain of eight
//! cortical columns and the speed of what passes between them.
//!
//! `cargo run --release --example fit_without_gradients`
#![expect(clippy::print_stdout, reason = "an example shows its results")]

use brainmass::core::Result;
use brainmass::core::units::{dimension::Volt, hz, mm_per_ms, ms, mv};
use brainmass::datasets::example_connectome;
use brainmass::fitting::{CmaEs, Fit, FitParameter, Lbfgs, Protocol, SimulationProblem, Transform};
use brainmass::network::{Additive, Adjustable, Connection, Delays, Drive, Network, OrnsteinUhlenbeck};
use brainmass::nodes::JansenRit;
use brainmass::objectives::TimeSeriesRmse;

/// The gain in volts, the speed in metres per second, which are millimetres per millisecond.
const TRUTH: [f64; 2] = [3.4e-3, 6.0];

fn main() -> Result<()> {
    // 1. Data: the potentials of the columns at the true values.
    let (gain, speed) = (Adjustable::parameter("a_e"), Adjustable::Speed(0));
    let protocol = Protocol::new("potential", ms(0.5), ms(2.0), ms(300.0));
    let true_network = network()?.adjusted(&gain, vec![TRUTH[0]])?.adjusted(&speed, vec![TRUTH[1]])?;
    let data = protocol.record::<_, Volt>(&true_network)?.remove(0);

    // 2. The problem. Speeds lie on a logarithmic axis: twice as fast is as far as half as fast.
    let problem = SimulationProblem::new(network()?, protocol, TimeSeriesRmse::new(data)?)?
        .fitting(FitParameter::new("gain", 3.25e-3, 2.8e-3, 4e-3)?, gain)?
        .fitting(FitParameter::new("speed", 10.0, 2.0, 20.0)?.with_transform(Transform::Log)?, speed)?;
    let space = problem.space()?;

    // An optimizer that needs a gradient is refused before anything is run.
    let refused = Fit::new(&space, &problem).run(&Lbfgs::default());
    assert!(refused.is_err_and(|error| error.to_string().contains("lbfgs needs a gradient")));

    // 3. The fit: at most 600 runs, or until the potentials agree to a microvolt. The seed makes it repeatable.
    let fit = Fit::new(&space, &problem).with_most_evaluations(600).with_target(1e-6);
    let report = fit.run(&CmaEs::new(3).with_population(12))?;
    println!("{} after {} runs; {:.2e} V apart", report.reason, report.evaluations, report.cost);
    for (name, (value, truth)) in space.names().iter().zip(report.values.iter().zip(TRUTH)) {
        println!("{name}: {value:.6} where {truth} is due");
    }

    // The gain is found; the speed is as good as another one that rounds all delays to the same steps.
    assert!((report.values[0] / TRUTH[0] - 1.0).abs() < 1e-3);
    assert!((report.values[1] / TRUTH[1] - 1.0).abs() < 0.05);
    Ok(())
}

fn network() -> Result<Network<JansenRit>> {
    let connection = Connection::new("rate", "e_input", Additive::new(12.0))
        .with_delays(Delays::at_speed(mm_per_ms(10.0)));
    Network::new(JansenRit::default(), example_connectome())
        .with_connection(connection)?
        .with_initial("e", mv(15.0))?
        .with_initial("i", mv(10.0))?
        .with_drive("e_input", Drive::constant(hz(150.0)))?
        .with_input_noise("e_input", OrnsteinUhlenbeck::new(hz(20.0), ms(10.0)))
}
