//! A dipole seen by EEG and by MEG, and the alpha rhythm of a Jansen–Rit column in both.
//!
//! `cargo run --release --example dipole_topography [picture.svg]`
//!
//! The dipole lies along the surface, 60 mm from the centre: EEG has its two poles before and behind it, MEG beside it,
//! turned by a right angle and closer together.
#![expect(clippy::print_stdout, reason = "an example shows its results")]

use brainmass::core::units::dimension::Volt;
use brainmass::core::units::{
    Dimension, Hertz, Meter, Unit, hz, mm, ms, nanoampere_meter, nanoampere_meter_per_mv, s, show,
};
use brainmass::core::{ObservationModel, Result, TemporalAverage, TimeSeries};
use brainmass::forward::{
    ElectrodeSystem, Helmet, LeadField, MegSensors, PickUp, Points, Reference, SphereModel,
};
use brainmass::network::{Drive, Monitor, Network, OrnsteinUhlenbeck, Simulator};
use brainmass::nodes::JansenRit;
use brainmass::objectives::Welch;
use brainmass::viz::{Figure, Panel, SpectrumPlot, Topography};
use nalgebra::{DMatrix, dmatrix};

fn main() -> Result<()> {
    let potential = alpha()?;
    let head = SphereModel::four_shells(mm(90.0))?;
    let source = Points::new(potential.channels().clone(), Meter::new(dmatrix![-0.02; -0.03; 0.048]))?
        .with_orientations(&dmatrix![0.0; 0.85; 0.53])?;
    let electrodes = ElectrodeSystem::TenTen.on(&head)?;
    let helmet = Helmet::default().over(&head)?;
    let eeg = head.eeg(&source, &electrodes)?.referenced(Reference::Average)?;
    let meg = head.meg(&source, &MegSensors::magnetometers(&helmet, PickUp::Point)?)?;

    let coils = helmet.places().points().positions().value_unsafe;
    let figure = Figure::grid(
        2,
        vec![
            topography(&eeg, &electrodes.positions().value_unsafe, "EEG, average reference", "potential")?,
            topography(&meg, &coils, "MEG, radial magnetometers", "magnetic field")?,
            spectrum(&eeg, &potential, "EEG")?,
            spectrum(&meg, &potential, "MEG")?,
        ],
    )?
    .title("A tangential dipole of 10 nA·m, and the alpha rhythm of a column there");
    let path = std::env::args().nth(1).unwrap_or_else(|| "dipole_topography.svg".to_owned());
    figure.save(&path)?;
    println!("written to {path}");
    Ok(())
}

/// Twenty seconds of a Jansen–Rit column with a little noise.
fn alpha() -> Result<TimeSeries<Volt>> {
    let network = Network::single(JansenRit::default())
        .with_drive("e_input", Drive::constant(hz(200.0)))?
        .with_input_noise("e_input", OrnsteinUhlenbeck::new(hz(20.0), ms(10.0)))?;
    let monitor = Monitor::of("potential").observed(TemporalAverage::<Volt>::new(ms(1.0)));
    Simulator::new(&network, ms(0.1))?.with_seed(7).run(s(22.0), s(2.0), &[monitor])?.take("potential")
}

/// What the sensors record of 10 nA·m.
fn topography<U>(field: &LeadField<U>, positions: &DMatrix<f64>, title: &str, quantity: &str) -> Result<Panel>
where
    U: Dimension + std::ops::Sub<brainmass::core::units::dimension::AmpereMeter>,
{
    let gain = field.gain().value_unsafe;
    let values: Vec<f64> = gain.iter().map(|gain| gain * nanoampere_meter(10.0).value_unsafe).collect();
    Topography::new(positions, &values).title(title).quantity(quantity).unit(Unit::of::<U>()).panel()
}

/// The spectrum of the sensor that records most of the column.
fn spectrum<U>(field: &LeadField<U>, potential: &TimeSeries<Volt>, title: &str) -> Result<Panel>
where
    U: Dimension + std::ops::Sub<brainmass::core::units::dimension::AmpereMeter>,
{
    let recorded = field.of_potentials(nanoampere_meter_per_mv(5.0))?.observe(potential)?;
    let spectrum = Welch::new(s(4.0)).spectrum(&recorded)?;
    let best = field.gain().value_unsafe.icamax_full().0;
    let name = &field.channels()[best];
    let peak = spectrum.channel_peak(name, hz(2.0), hz(40.0))?.refined;
    println!("{title}: alpha at {} in {name}", show(peak));
    let density = DMatrix::from_row_slice(1, spectrum.density().ncols(), &spectrum.channel(name)?);
    let frequencies = spectrum.frequencies().value_unsafe;
    SpectrumPlot::new(Hertz::new(&frequencies), &density, Unit::of::<U>())
        .title(format!("{title} in {name}"))
        .channels(std::slice::from_ref(name))
        .between(hz(1.0), hz(40.0))
        .band("alpha", hz(8.0), hz(13.0))
        .marker("peak", peak)
        .panel()
}
