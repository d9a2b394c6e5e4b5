//! From a connectome to BOLD and to a score, in Rust: what `brainmass run` does, step by step.
//!
//! `cargo run --release --example connectome_to_bold`
#![expect(clippy::print_stdout, reason = "an example shows its results")]

use brainmass::core::units::{dimension::Dimensionless, mm_per_ms, ms, s, show};
use brainmass::core::{Objective, Result, TimeSeries};
use brainmass::datasets::{example_connectome, example_fc};
use brainmass::forward::{BalloonWindkessel, ConvolutionBold, Haemodynamics, hrf::Gamma};
use brainmass::network::{
    Connection, Delays, Diffusive, Integrator, Monitor, Network, OrnsteinUhlenbeck, Simulator,
};
use brainmass::nodes::WilsonCowan;
use brainmass::objectives::{Fc, FcCorrelation, LaggedCorrelation};

fn main() -> Result<()> {
    let connectome = example_connectome();
    let labels = connectome.labels().to_vec();
    let connection =
        Connection::new("r_e", "e_input", Diffusive::new(0.5)).with_delays(Delays::at_speed(mm_per_ms(10.0)));
    let network = Network::new(WilsonCowan::default(), connectome)
        .with_connection(connection)?
        .with_input_noise("e_input", OrnsteinUhlenbeck::new(0.28, ms(20.0)))?;

    // BOLD is computed while the network runs: only its samples are kept.
    let repetition_time = s(0.72);
    let convolution = ConvolutionBold::<Dimensionless>::new(Gamma::default(), repetition_time, ms(20.0));
    let balloon = BalloonWindkessel::<Dimensionless>::new(Haemodynamics::friston_2003())
        .with_repetition_time(repetition_time);
    let monitors = [
        Monitor::of("r_e").observed(convolution).named("convolution"),
        Monitor::of("r_e").observed(balloon).named("balloon"),
    ];
    let mut recording = Simulator::new(&network, ms(1.0))?
        .with_integrator(Integrator::ExponentialEuler)
        .with_seed(42)
        .run(s(300.0), s(25.0), &monitors)?;

    let target = FcCorrelation::new(Fc::new(example_fc(), labels)?)?;
    let convolution: TimeSeries<Dimensionless> = recording.take("convolution")?;
    let balloon: TimeSeries<Dimensionless> = recording.take("balloon")?;
    for (name, bold) in [("convolution", &convolution), ("balloon", &balloon)] {
        println!(
            "{name}: {} samples, FC correlation {:.3}, cost {:.3}",
            bold.n_samples(),
            target.correlation(bold)?,
            target.cost(bold)?
        );
    }
    let best = LaggedCorrelation::new(&convolution, repetition_time * 5.0)?.best(&balloon)?;
    println!("they agree best at a lag of {}: correlation {:.3}", show(best.lag), best.correlation);
    Ok(())
}
