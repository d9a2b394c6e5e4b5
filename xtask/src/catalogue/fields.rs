//! Pictures of models of EEG and of seizures.

use brainmass_core::units::dimension::{Dimensionless, Volt};
use brainmass_core::units::{Hertz, Unit, hz, ms, s};
use brainmass_network::{Drive, Network, OrnsteinUhlenbeck};
use brainmass_nodes::{DavidFriston, Epileptor, Epileptor2d, JansenRit, LarterBreakspear};
use brainmass_objectives::Welch;
use brainmass_viz::{Figure, SpectrumPlot};

use super::Picture;
use super::scene::{Scene, overlaid, regions, stacked};
use crate::Result;

pub(super) const PICTURES: &[Picture] = &[
    Picture {
        model: "jansen_rit",
        caption: "Three constant inputs: rest, slow spikes of 2.4 Hz, and the alpha rhythm of 10.9 Hz.",
        draw: jansen_rit,
    },
    Picture {
        model: "david_friston",
        caption: "Spectra under noise: slow synapses alone peak at alpha, fast ones alone at gamma, halves of \
                  both have one broad peak between.",
        draw: david_friston,
    },
    Picture {
        model: "epileptor",
        caption: "Seizures that begin and end by themselves: local field potential, and the permittivity that carries the \
                  region in and out.",
        draw: epileptor,
    },
    Picture {
        model: "epileptor_2d",
        caption: "Above the critical x_0 = −2.062 the envelope goes round through seizure and rest, below it stays at \
                  rest.",
        draw: epileptor_2d,
    },
    Picture {
        model: "larter_breakspear",
        caption: "Oscillations that grow until they discharge: one discharge in 100 ms at d_v = 0.65, rare \
                  ones at d_v = 0.55.",
        draw: larter_breakspear,
    },
];

fn jansen_rit() -> Result<Figure> {
    let network = Network::new(JansenRit::default(), regions(&["p = 50 Hz", "p = 120 Hz", "p = 220 Hz"])?)
        .with_drive("e_input", Drive::constant(Hertz::new(vec![50.0, 120.0, 220.0])))?;
    let scene = Scene::new(network, ms(0.2), ms(2.0), s(2.0)).after(s(4.0));
    Ok(stacked(&scene.series::<Volt>("potential")?)?.into())
}

fn david_friston() -> Result<Figure> {
    let network = Network::new(DavidFriston::default(), regions(&["w = 1", "w = 0.5", "w = 0"])?)
        .with_parameter("w", vec![1.0, 0.5, 0.0])?
        .with_drive("e_input", Drive::constant(hz(220.0)))?
        .with_input_noise("e_input", OrnsteinUhlenbeck::new(hz(60.0), ms(2.0)))?;
    let potential =
        Scene::new(network, ms(0.2), ms(4.0), s(40.0)).after(s(2.0)).series::<Volt>("potential")?;
    let spectrum = Welch::new(s(1.0)).spectrum(&potential)?;
    let frequencies = spectrum.frequencies().value_unsafe;
    let plot = SpectrumPlot::new(Hertz::new(frequencies.as_slice()), spectrum.density(), Unit::of::<Volt>())
        .channels(spectrum.channels())
        .between(hz(1.0), hz(80.0));
    Ok(plot.panel()?.sized(440.0, 240.0)?.into())
}

fn epileptor() -> Result<Figure> {
    let scene = Scene::new(Network::single(Epileptor::default()), ms(0.05), ms(10.0), s(8.0)).after(s(2.0));
    let lfp = overlaid(&scene.series::<Dimensionless>("lfp")?, "field potential x_2 − x_1")?;
    let permittivity = overlaid(&scene.series::<Dimensionless>("z")?, "permittivity z")?;
    Ok(Figure::grid(1, vec![lfp.sized(520.0, 200.0)?, permittivity.sized(520.0, 100.0)?])?)
}

fn epileptor_2d() -> Result<Figure> {
    let network = Network::new(Epileptor2d::default(), regions(&["x_0 = −1.6", "x_0 = −2.2"])?)
        .with_parameter("x_0", vec![-1.6, -2.2])?;
    let scene = Scene::new(network, ms(0.2), ms(10.0), s(12.0));
    let portrait = scene.portrait::<Dimensionless, Dimensionless>(["x_1", "x_1"], ["z", "z"])?;
    Ok(Figure::row(vec![overlaid(&scene.series::<Dimensionless>("x_1")?, "envelope x_1")?, portrait])?)
}

fn larter_breakspear() -> Result<Figure> {
    let network = Network::new(LarterBreakspear::default(), regions(&["d_v = 0.55", "d_v = 0.65"])?)
        .with_parameter("d_v", vec![0.55, 0.65])?;
    let scene = Scene::new(network, ms(0.05), ms(0.5), ms(400.0)).after(ms(600.0));
    let portrait = scene.portrait::<Dimensionless, Dimensionless>(["v", "v"], ["z", "z"])?;
    Ok(Figure::row(vec![overlaid(&scene.series::<Dimensionless>("v")?, "potential v")?, portrait])?)
}
