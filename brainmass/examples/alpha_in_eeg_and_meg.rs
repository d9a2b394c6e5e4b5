//! The alpha rhythm of a cortical column in EEG and MEG: a dipole in a sphere, two sensors above it.
//!
//! `cargo run --release --example alpha_in_eeg_and_meg`
#![expect(clippy::print_stdout, reason = "an example shows its results")]

use brainmass::core::units::{
    Meter, dimension::Volt, hz, mm, ms, nanoampere_meter_per_mv, s, show, siemens_per_meter,
};
use brainmass::core::{ObservationModel, Result, TemporalAverage, TimeSeries};
use brainmass::forward::{MegSensors, PickUp, Points, SphereModel};
use brainmass::network::{Drive, Monitor, Network, OrnsteinUhlenbeck, Simulator};
use brainmass::nodes::JansenRit;
use brainmass::objectives::Welch;
use nalgebra::dmatrix;

fn main() -> Result<()> {
    let network = Network::single(JansenRit::default())
        .with_drive("e_input", Drive::constant(hz(200.0)))?
        .with_input_noise("e_input", OrnsteinUhlenbeck::new(hz(20.0), ms(10.0)))?;
    let monitor = Monitor::of("potential").observed(TemporalAverage::<Volt>::new(ms(1.0)));
    let mut recording = Simulator::new(&network, ms(0.1))?.with_seed(7).run(s(22.0), s(2.0), &[monitor])?;
    let potential: TimeSeries<Volt> = recording.take("potential")?;

    // 70 mm up and to the left, tangential; the sensors 30 degrees to either side of it.
    let head = SphereModel::homogeneous(mm(90.0), siemens_per_meter(0.33))?;
    let source = Points::new(potential.channels().clone(), Meter::new(dmatrix![-0.035; 0.0; 0.06]))?
        .with_orientations(&dmatrix![0.0; 1.0; 0.0])?;
    let places = |radius: f64| {
        Meter::new(dmatrix![-0.2, -0.2; -0.4, 0.4; 0.6, 0.6].map(|x: f64| x / 0.56_f64.sqrt() * radius))
    };
    let names = |kind: &str| vec![format!("{kind} behind"), format!("{kind} before")];
    let electrodes = Points::new(names("electrode"), places(0.09))?;
    let coils = Points::new(names("coil"), places(0.12))?.radially_oriented()?.with_upward_tangents();
    let coils = MegSensors::magnetometers(&coils, PickUp::Point)?;
    let scale = nanoampere_meter_per_mv(5.0);
    let eeg = head.eeg(&source, &electrodes)?.of_potentials(scale)?;
    let meg = head.meg(&source, &coils)?.of_potentials(scale)?;

    let (eeg, meg) = (eeg.observe(&potential)?, meg.observe(&potential)?);
    let peak = Welch::new(s(4.0)).spectrum(&eeg)?.peak(hz(2.0), hz(40.0))?;
    println!("EEG: {} peak, largest value {}", show(peak.refined), show(largest(&eeg)));
    let peak = Welch::new(s(4.0)).spectrum(&meg)?.peak(hz(2.0), hz(40.0))?;
    println!("MEG: {} peak, largest value {}", show(peak.refined), show(largest(&meg)));
    Ok(())
}

/// The largest value of a recording, in its unit.
fn largest<U: brainmass::core::units::Dimension>(
    series: &TimeSeries<U>,
) -> brainmass::core::units::SI<f64, U> {
    brainmass::core::units::SI::new(series.values().amax())
}
