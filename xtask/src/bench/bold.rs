//! What BOLD costs that is streamed within a run.

use brainmass_core::units::dimension::Dimensionless;
use brainmass_core::units::{Second, ms, s};
use brainmass_forward::hrf::Gamma;
use brainmass_forward::{BalloonWindkessel, ConvolutionBold, Haemodynamics};
use brainmass_network::Monitor;

use super::workload::{Parts, dt, network, simulator};
use crate::Result;

/// What is recorded where no BOLD is: a sample every repetition time.
pub(super) const NONE: &str = "none";
/// The regions of runs under valgrind; what a model costs per region does not depend on their number.
pub(super) const REGIONS: usize = 160;
/// Regions act alone here: what is asked for is what a model adds.
pub(super) const ALONE: Parts = Parts { coupling: None, noise: false };

/// The time from one volume to the next.
fn repetition_time() -> Second {
    s(0.72)
}

/// What streams into a model of this name.
pub(super) fn monitor(model: &str) -> Result<Monitor> {
    let source = Monitor::of("r_e");
    let balloon = || {
        BalloonWindkessel::<Dimensionless>::new(Haemodynamics::friston_2003())
            .with_repetition_time(repetition_time())
    };
    Ok(match model {
        NONE => source.every(repetition_time()),
        "convolution" => source.observed(ConvolutionBold::<Dimensionless>::new(
            Gamma::default(),
            repetition_time(),
            ms(20.0),
        )),
        "balloon" => source.observed(balloon()),
        "positive" => source.observed(balloon().with_positive_states()),
        "every" => source.observed(balloon().with_step(dt())),
        other => return Err(format!("no model of BOLD is called `{other}`").into()),
    })
}

/// A run into a model, for valgrind.
pub(super) fn child(model: &str, n_steps: usize) -> Result<()> {
    let network = network(REGIONS, ALONE)?;
    simulator(&network)?.run(dt() * n_steps as f64, ms(0.0), &[monitor(model)?])?;
    Ok(())
}
