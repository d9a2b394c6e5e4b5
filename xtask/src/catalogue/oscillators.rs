//! Pictures of oscillators, chaos and decay.

use brainmass_core::Connectome;
use brainmass_core::units::dimension::Dimensionless;
use brainmass_core::units::{Hertz, Meter, Second, hz, ms, s};
use brainmass_network::{Connection, Drive, KuramotoSine, Network, WhiteNoise};
use brainmass_nodes::{
    FitzHughNagumo, Generic2dOscillator, HarmonicOscillator, Kuramoto, Linear, Lorenz, StuartLandau,
    VanDerPol,
};
use brainmass_viz::Figure;
use nalgebra::DMatrix;

use super::Picture;
use super::scene::{Scene, overlaid, regions, stacked};
use crate::Result;

pub(super) const PICTURES: &[Picture] = &[
    Picture {
        model: "stuart_landau",
        caption: "Above the bifurcation, a = 4/s, orbits from inside and outside meet on the limit cycle of radius 2; \
                  below, a = −2/s, they spiral to rest.",
        draw: stuart_landau,
    },
    Picture {
        model: "fitzhugh_nagumo",
        caption: "The textbook's parameters: excitable at a current of 0.3, spiking at 0.5, as a train and as a cycle.",
        draw: fitzhugh_nagumo,
    },
    Picture {
        model: "van_der_pol",
        caption: "From a sinusoid to relaxation: μ = 0.1, 1 and 5.",
        draw: van_der_pol,
    },
    Picture {
        model: "generic_2d_oscillator",
        caption: "Rest without current, oscillation at a current of 5, rest in the upper state at 17.",
        draw: generic_2d_oscillator,
    },
    Picture {
        model: "kuramoto",
        caption: "Four phases of 9 to 12 Hz, alone and coupled: their cosines fall into step.",
        draw: kuramoto,
    },
    Picture { model: "lorenz", caption: "The butterfly: z over x for 40 units of time.", draw: lorenz },
    Picture {
        model: "harmonic_oscillator",
        caption: "A drive of 0.5 from 50 to 300 ms shifts the rest; each change rings at 35.7 Hz and dies out \
                  with a time constant of 100 ms.",
        draw: harmonic_oscillator,
    },
    Picture { model: "linear", caption: "Decay from 1 at 1/s and 5/s, and under white noise.", draw: linear },
];

fn stuart_landau() -> Result<Figure> {
    let labels = ["a = 4/s, from inside", "a = 4/s, from outside", "a = −2/s"];
    let node = StuartLandau { omega: hz(10.0), ..StuartLandau::default() };
    let network = Network::new(node, regions(&labels)?)
        .with_parameter("a", Hertz::new(vec![4.0, 4.0, -2.0]))?
        .with_initial("x", vec![0.2, 3.0, 1.6])?;
    let scene = Scene::new(network, ms(1.0), ms(4.0), s(2.5));
    Ok(scene.portrait::<Dimensionless, Dimensionless>(["x", "x"], ["y", "y"])?.into())
}

fn fitzhugh_nagumo() -> Result<Figure> {
    let network = Network::new(FitzHughNagumo::classical(), regions(&["I = 0.3", "I = 0.5"])?)
        .with_drive("v_input", Drive::constant(vec![0.3, 0.5]))?;
    let scene = Scene::new(network, ms(0.05), ms(0.2), ms(150.0));
    let portrait = scene.portrait::<Dimensionless, Dimensionless>(["v", "v"], ["w", "w"])?;
    Ok(Figure::row(vec![overlaid(&scene.series::<Dimensionless>("v")?, "potential v")?, portrait])?)
}

fn van_der_pol() -> Result<Figure> {
    let network = Network::new(VanDerPol::default(), regions(&["μ = 0.1", "μ = 1", "μ = 5"])?)
        .with_parameter("mu", vec![0.1, 1.0, 5.0])?;
    let scene = Scene::new(network, ms(0.01), ms(0.1), ms(40.0)).after(ms(60.0));
    Ok(stacked(&scene.series::<Dimensionless>("x")?)?.into())
}

fn generic_2d_oscillator() -> Result<Figure> {
    let network = Network::new(Generic2dOscillator::default(), regions(&["i = 0", "i = 5", "i = 17"])?)
        .with_parameter("i", vec![0.0, 5.0, 17.0])?;
    let scene = Scene::new(network, ms(0.2), ms(1.0), ms(600.0));
    Ok(overlaid(&scene.series::<Dimensionless>("v")?, "fast variable v")?.into())
}

fn kuramoto() -> Result<Figure> {
    let labels = ["9 Hz", "10 Hz", "11 Hz", "12 Hz"].map(str::to_owned).to_vec();
    let mut weights = DMatrix::from_element(4, 4, 0.25);
    weights.fill_diagonal(0.0);
    let turns = |hertz: [f64; 4]| hertz.map(|hertz| std::f64::consts::TAU * hertz).to_vec();
    let connectome = Connectome::new(weights, Meter::new(DMatrix::zeros(4, 4)), labels)?;
    let uncoupled = Network::new(Kuramoto::default(), connectome)
        .with_parameter("omega", Hertz::new(turns([9.0, 10.0, 11.0, 12.0])))?
        .with_initial("theta", vec![0.0, 2.0, 4.0, 5.5])?;
    let coupled = uncoupled.clone().with_connection(Connection::new(
        "theta",
        "theta_input",
        KuramotoSine::new(hz(25.0)),
    ))?;
    let scene = |network| Scene::new(network, ms(1.0), ms(2.0), s(1.0));
    let panel = |network, title: &str| -> Result<_> {
        let series = scene(network).series::<Dimensionless>("cosine")?;
        let plot = brainmass_viz::TimeSeriesPlot::new(&series).quantity("cos θ").overlaid().title(title);
        Ok(plot.panel()?.sized(420.0, 160.0)?)
    };
    let panels = vec![panel(uncoupled, "alone")?, panel(coupled, "coupled with 25/s")?];
    Ok(Figure::grid(1, panels)?)
}

fn lorenz() -> Result<Figure> {
    let scene = Scene::new(Network::single(Lorenz::default()), s(0.002), s(0.02), s(40.0)).after(s(10.0));
    Ok(scene.portrait::<Dimensionless, Dimensionless>(["x", "x"], ["z", "z"])?.sized(340.0, 300.0)?.into())
}

fn harmonic_oscillator() -> Result<Figure> {
    let drive = |t: Second, _| if t >= ms(50.0) && t < ms(300.0) { 0.5 } else { 0.0 };
    let network =
        Network::single(HarmonicOscillator::default()).with_drive("drive", Drive::function(drive))?;
    let series = Scene::new(network, ms(0.1), ms(1.0), ms(600.0)).series::<Dimensionless>("x")?;
    Ok(overlaid(&series, "activity x")?.into())
}

fn linear() -> Result<Figure> {
    let labels = ["γ = −1/s", "γ = −5/s", "γ = −5/s, noise"];
    let network = Network::new(Linear::default(), regions(&labels)?)
        .with_parameter("gamma", Hertz::new(vec![-1.0, -5.0, -5.0]))?
        .with_initial("x", vec![1.0, 1.0, 0.0])?
        .with_state_noise("x", WhiteNoise::new(vec![0.0, 0.0, 0.5]))?;
    let series = Scene::new(network, ms(1.0), ms(5.0), s(3.0)).series::<Dimensionless>("x")?;
    Ok(overlaid(&series, "activity x")?.into())
}
