//! Pictures of models of populations: Wilson–Cowan and its variants, threshold-linear rates.

use brainmass_core::Node;
use brainmass_core::units::dimension::{Ampere, Dimensionless, Hertz};
use brainmass_core::units::{Second, ms, pa, s, v_per_s};
use brainmass_network::{Additive, Connection, Delays, Drive, Network};
use brainmass_nodes::{
    AdaptiveLinearNonlinear, ThresholdLinear, WilsonCowan, WilsonCowanAdaptive, WilsonCowanDivisive,
    WilsonCowanDivisiveInput, WilsonCowanLinear, WilsonCowanThreePopulation,
};
use brainmass_viz::Figure;

use super::Picture;
use super::scene::{Scene, overlaid, regions};
use crate::Result;

pub(super) const PICTURES: &[Picture] = &[
    Picture {
        model: "wilson_cowan",
        caption: "The limit cycle of the paper's figure 11, a constant P of 1.25: rates over time, and the cycle reached \
                  from two starts.",
        draw: wilson_cowan,
    },
    Picture {
        model: "wilson_cowan_linear",
        caption: "Rates follow steps of the excitatory drive, up to 0.4 and up to 0.8: twice the drive, less than twice \
                  the rate, as a refractory period remains.",
        draw: linear,
    },
    Picture {
        model: "wilson_cowan_divisive",
        caption: "The same step of drive under three strengths of inhibition: the gain is turned down.",
        draw: divisive,
    },
    Picture {
        model: "wilson_cowan_divisive_input",
        caption: "The same step of drive under three strengths of inhibition: recurrent excitation is divided, the drive \
                  itself is not.",
        draw: divisive_input,
    },
    Picture {
        model: "wilson_cowan_adaptive",
        caption: "Strong adaptation, b_e = 20, under a drive from 50 to 450 ms: activity calls up its \
                  adaptation, falls silent, and returns when that has faded.",
        draw: adaptive,
    },
    Picture {
        model: "wilson_cowan_three_population",
        caption: "A step of the excitatory drive from 5 to 25 ms switches all three populations on; they stay \
                  on when it is over.",
        draw: three_population,
    },
    Picture {
        model: "adaptive_linear_nonlinear",
        caption: "Slow waves: spikes call up an adaptation current, b = 20 pA and τ_a = 600 ms, that ends the activity \
                  and fades in silence.",
        draw: adaptive_linear_nonlinear,
    },
    Picture {
        model: "threshold_linear",
        caption: "Rates follow a current of 300 pA into excitatory cells for 200 ms.",
        draw: threshold_linear,
    },
];

/// A drive that is `level` between two times.
fn step(level: f64, from: Second, to: Second) -> Drive {
    Drive::function(move |t: Second, _| if t >= from && t < to { level } else { 0.0 })
}

fn wilson_cowan() -> Result<Figure> {
    let node = WilsonCowan::figure_11;
    let lone =
        Network::single(node()).with_initial("r_e", 0.1)?.with_drive("e_input", Drive::constant(1.25))?;
    let rates = Scene::new(lone, ms(0.02), ms(0.04), ms(20.0))
        .together::<Dimensionless>(&[("r_e", "excitatory r_e"), ("r_i", "inhibitory r_i")])?;
    let pair = Network::new(node(), regions(&["from below", "from above"])?)
        .with_initial("r_e", vec![0.05, 0.4])?
        .with_initial("r_i", vec![0.0, 0.3])?
        .with_drive("e_input", Drive::constant(1.25))?;
    let cycle = Scene::new(pair, ms(0.02), ms(0.04), ms(40.0));
    let portrait = cycle.portrait::<Dimensionless, Dimensionless>(["r_e", "r_e"], ["r_i", "r_i"])?;
    Ok(Figure::row(vec![overlaid(&rates, "activity")?, portrait])?)
}

fn linear() -> Result<Figure> {
    let network = Network::single(WilsonCowanLinear::default()).with_drive(
        "e_input",
        Drive::function(|t: Second, _| match t {
            t if t < ms(5.0) => 0.0,
            t if t < ms(25.0) => 0.4,
            _ => 0.8,
        }),
    )?;
    rates(network, &[("r_e", "excitatory r_e"), ("r_i", "inhibitory r_i")], ms(45.0))
}

fn rates<N: Node>(network: Network<N>, names: &[(&str, &str)], duration: Second) -> Result<Figure> {
    let series = Scene::new(network, ms(0.05), ms(0.1), duration).together::<Dimensionless>(names)?;
    Ok(overlaid(&series, "activity")?.into())
}

/// `r_e` of three regions that differ in the weight from I to E.
fn inhibited<N: Node>(node: N) -> Result<Figure> {
    let network = Network::new(node, regions(&["w_ei = 0", "w_ei = 2", "w_ei = 8"])?)
        .with_parameter("w_ei", vec![0.0, 2.0, 8.0])?
        .with_drive("e_input", step(2.0, ms(5.0), ms(25.0)))?;
    let series = Scene::new(network, ms(0.05), ms(0.1), ms(40.0)).series::<Dimensionless>("r_e")?;
    Ok(overlaid(&series, "excitatory activity r_e")?.into())
}

fn divisive() -> Result<Figure> {
    inhibited(WilsonCowanDivisive::default())
}

fn divisive_input() -> Result<Figure> {
    inhibited(WilsonCowanDivisiveInput::default())
}

fn adaptive() -> Result<Figure> {
    let node = WilsonCowanAdaptive { b_e: 20.0, ..WilsonCowanAdaptive::default() };
    let network = Network::single(node).with_drive("e_input", step(2.0, ms(50.0), ms(450.0)))?;
    let names = [("r_e", "activity r_e"), ("r_i", "activity r_i"), ("h_e", "adaptation h_e")];
    let scene = Scene::new(network, ms(0.1), ms(1.0), ms(600.0));
    let rates = overlaid(&scene.together::<Dimensionless>(&names[..2])?, "activity")?;
    let adaptation = overlaid(&scene.together::<Dimensionless>(&names[2..])?, "adaptation h_e")?;
    Ok(Figure::grid(1, vec![rates, adaptation])?)
}

fn three_population() -> Result<Figure> {
    let network = Network::single(WilsonCowanThreePopulation::default())
        .with_drive("e_input", step(1.0, ms(5.0), ms(25.0)))?;
    rates(
        network,
        &[("r_e", "excitatory r_e"), ("r_i", "inhibitory r_i"), ("r_m", "modulating r_m")],
        ms(40.0),
    )
}

fn adaptive_linear_nonlinear() -> Result<Figure> {
    let node = AdaptiveLinearNonlinear {
        mu_e_ext: v_per_s(2.4),
        mu_i_ext: v_per_s(1.8),
        b: pa(20.0),
        tau_a: ms(600.0),
        ..AdaptiveLinearNonlinear::default()
    };
    let late = |source, input, delay| {
        let delays = Delays::constant(delay);
        Connection::new(source, input, Additive::new(1.0)).within_regions().with_delays(delays)
    };
    let network = Network::single(node)
        .with_connection(late("rate_e", "r_e_input", ms(4.0)))?
        .with_connection(late("rate_i", "r_i_input", ms(2.0)))?;
    let names = [("rate_e", "excitatory rate_e"), ("rate_i", "inhibitory rate_i"), ("i_a", "adaptation i_a")];
    let scene = Scene::new(network, ms(0.1), ms(2.0), s(4.0)).after(s(4.0));
    let rates = overlaid(&scene.together::<Hertz>(&names[..2])?, "firing rate")?;
    let adaptation = overlaid(&scene.together::<Ampere>(&names[2..])?, "adaptation i_a")?;
    Ok(Figure::grid(1, vec![rates, adaptation])?)
}

fn threshold_linear() -> Result<Figure> {
    let current = |t: Second, _| if t >= ms(50.0) && t < ms(250.0) { pa(300.0) } else { pa(0.0) };
    let network =
        Network::single(ThresholdLinear::default()).with_drive("e_input", Drive::function(current))?;
    let names = [("r_e", "excitatory r_e"), ("r_i", "inhibitory r_i")];
    let series = Scene::new(network, ms(0.1), ms(0.5), ms(400.0)).together::<Hertz>(&names)?;
    Ok(overlaid(&series, "firing rate")?.into())
}
