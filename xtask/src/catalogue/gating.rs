//! Pictures of mean fields: spiking neurons and synaptic gating.

use brainmass_core::units::dimension::{Dimensionless, Hertz};
use brainmass_core::units::{Ampere, Second, hz, ms, na, s};
use brainmass_network::{Drive, Network, OrnsteinUhlenbeck};
use brainmass_nodes::{CoombesByrne, MontbrioPazoRoxin, ReducedWongWang, ReducedWongWangExcInh, WongWang};
use brainmass_viz::Figure;

use super::Picture;
use super::scene::{Scene, overlaid, regions};
use crate::Result;

pub(super) const PICTURES: &[Picture] = &[
    Picture {
        model: "montbrio_pazo_roxin",
        caption: "Bistability: a current of +3 from 0.2 to 0.5 s switches the population on through damped synchrony, \
                  one of −8 from 0.8 to 1.1 s switches it off.",
        draw: montbrio_pazo_roxin,
    },
    Picture {
        model: "coombes_byrne",
        caption: "Three orbits that spiral into the only fixed point of the defaults.",
        draw: coombes_byrne,
    },
    Picture {
        model: "reduced_wong_wang",
        caption: "Bistability at w = 1.2: starts below s = 0.3936 fall to 0.0389, starts above it rise to 0.6345.",
        draw: reduced_wong_wang,
    },
    Picture {
        model: "reduced_wong_wang_exc_inh",
        caption: "Feedback inhibition sets the working point: excitatory gating under noise for three strengths J_i.",
        draw: reduced_wong_wang_exc_inh,
    },
    Picture {
        model: "wong_wang",
        caption: "A decision: moving dots of 6.4 % coherence from 0.5 s on, so weak that noise has its say. \
                  Left one trial that goes against the dots, right six trials that end on either side.",
        draw: wong_wang,
    },
];

fn montbrio_pazo_roxin() -> Result<Figure> {
    let current = |t: Second, _| match t {
        t if t >= ms(200.0) && t < ms(500.0) => 3.0,
        t if t >= ms(800.0) && t < ms(1100.0) => -8.0,
        _ => 0.0,
    };
    let network =
        Network::single(MontbrioPazoRoxin::default()).with_drive("v_input", Drive::function(current))?;
    let scene = Scene::new(network, ms(0.05), ms(2.0), ms(1400.0));
    let rate = overlaid(&scene.series::<Hertz>("r")?, "firing rate r")?;
    let synchrony = overlaid(&scene.series::<Dimensionless>("synchrony")?, "synchrony")?;
    Ok(Figure::grid(1, vec![rate, synchrony])?)
}

fn coombes_byrne() -> Result<Figure> {
    let network = Network::new(CoombesByrne::default(), regions(&["silent", "fast", "high"])?)
        .with_initial("r", brainmass_core::units::Hertz::new(vec![0.5, 80.0, 20.0]))?
        .with_initial("v", vec![-2.5, -1.0, 1.5])?;
    let scene = Scene::new(network, ms(0.02), ms(0.1), ms(40.0));
    Ok(scene.portrait::<Hertz, Dimensionless>(["r", "rate r"], ["v", "potential v"])?.into())
}

fn reduced_wong_wang() -> Result<Figure> {
    let starts = vec![0.0, 0.2, 0.36, 0.42, 0.5, 0.8];
    let labels = ["s(0) = 0", "s(0) = 0.2", "s(0) = 0.36", "s(0) = 0.42", "s(0) = 0.5", "s(0) = 0.8"];
    let node = ReducedWongWang { w: 1.2, ..ReducedWongWang::default() };
    let network = Network::new(node, regions(&labels)?).with_initial("s", starts)?;
    let series = Scene::new(network, ms(1.0), ms(5.0), s(2.5)).series::<Dimensionless>("s")?;
    Ok(overlaid(&series, "NMDA gating s")?.into())
}

fn reduced_wong_wang_exc_inh() -> Result<Figure> {
    let labels = ["J_i = 0.9 nA", "J_i = 1 nA", "J_i = 1.2 nA"];
    let network = Network::new(ReducedWongWangExcInh::default(), regions(&labels)?)
        .with_parameter("j_i", Ampere::new(vec![0.9e-9, 1.0e-9, 1.2e-9]))?
        .with_input_noise("current", OrnsteinUhlenbeck::new(na(0.01), ms(5.0)))?;
    let series =
        Scene::new(network, ms(0.5), ms(10.0), s(4.0)).after(s(1.0)).series::<Dimensionless>("s_e")?;
    Ok(overlaid(&series, "excitatory gating s_e")?.into())
}

fn wong_wang() -> Result<Figure> {
    let labels = ["trial 1", "trial 2", "trial 3", "trial 4", "trial 5", "trial 6"];
    let dots = |share: f64| {
        Drive::function(move |t: Second, _| if t >= ms(500.0) { hz(30.0 * share) } else { hz(0.0) })
    };
    let noise = || OrnsteinUhlenbeck::new(na(0.02), ms(2.0));
    let network = Network::new(WongWang::default(), regions(&labels)?)
        .with_drive("stimulus_1", dots(1.064))?
        .with_drive("stimulus_2", dots(0.936))?
        .with_input_noise("current_1", noise())?
        .with_input_noise("current_2", noise())?;
    let scene = Scene::new(network, ms(0.5), ms(10.0), s(2.5));
    let one =
        scene.together::<Dimensionless>(&[("s_1", "towards the dots s_1"), ("s_2", "against them s_2")])?;
    let portrait = scene.portrait::<Dimensionless, Dimensionless>(["s_1", "s_1"], ["s_2", "s_2"])?;
    Ok(Figure::row(vec![overlaid(&one, "NMDA gating")?, portrait])?)
}
