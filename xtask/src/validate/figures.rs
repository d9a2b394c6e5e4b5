//! Figures of the report: what a table cannot show.

use brainmass_core::units::{Hertz, hz, ms, s};
use brainmass_network::{Integrator, Network, OrnsteinUhlenbeck, Simulator};
use brainmass_nodes::Linear;
use brainmass_viz::{Figure, LinePlot};

use super::tools::{islands, record};
use super::{integrators, jansen_rit, mean_fields, oscillators, stochastic, synchronisation};
use crate::Result;

/// A figure beside the rows of a suite.
pub(super) struct Drawing {
    pub(super) name: &'static str,
    pub(super) suite: &'static str,
    pub(super) caption: &'static str,
    pub(super) draw: fn() -> Result<Figure>,
}

pub(super) const FIGURES: &[Drawing] = &[
    Drawing {
        name: "jansen_rit_bifurcations",
        suite: "jansen_rit",
        caption: "Jansen–Rit: folds at −41.3 and 113.6 Hz, Hopf points at −12.1, 89.8 and 315.7 Hz, slow spikes from 114 \
                  to 137 Hz and the alpha rhythm beyond.",
        draw: jansen_rit::bifurcation_diagram,
    },
    Drawing {
        name: "montbrio_pazo_roxin_bistability",
        suite: "mean_fields",
        caption: "Montbrió–Pazó–Roxin: two stable rates and a saddle between them at η = −5.",
        draw: mean_fields::bistability_diagram,
    },
    Drawing {
        name: "integrator_orders",
        suite: "integrators",
        caption: "Errors fall with the order of theory until rounding takes over.",
        draw: integrators::convergence,
    },
    Drawing {
        name: "stochastic_orders",
        suite: "stochastic",
        caption: "Strong errors of Euler's and Heun's scheme under white noise, with the orders of theory.",
        draw: stochastic::convergence,
    },
    Drawing {
        name: "stuart_landau_transients",
        suite: "oscillators",
        caption: "Growth to the limit cycle and decay to rest: every twentieth step of Runge–Kutta on the closed form.",
        draw: oscillators::transients,
    },
    Drawing {
        name: "wilson_cowan_cycles",
        suite: "oscillators",
        caption: "Wilson–Cowan (1972), figure 11: extremes of r_e over the drive P, with the rows of the table.",
        draw: oscillators::cycles,
    },
    Drawing {
        name: "kuramoto_transition",
        suite: "synchronisation",
        caption: "Kuramoto with Gaussian frequencies: the order parameter sets in at K = 1.596 σ.",
        draw: synchronisation::transition,
    },
    Drawing {
        name: "ornstein_uhlenbeck_autocorrelation",
        suite: "noise",
        caption: "Autocorrelation of Ornstein–Uhlenbeck noise of 20 ms at two steps: exact for any step.",
        draw: autocorrelation,
    },
];

/// The process seen through nodes that only copy it, as the rows of the suite see it.
fn autocorrelation() -> Result<Figure> {
    let tau = 20e-3;
    let theory = (0..=100).map(f64::from).map(|t| (t, (-t * 1e-3 / tau).exp()));
    let mut plot = LinePlot::new("lag (ms)", "autocorrelation").line("exp(−t/τ)", theory);
    for dt in [2e-3, 20e-3] {
        let network = Network::new(Linear { gamma: hz(-1.0 / dt) }, islands(200)?)
            .with_input_noise("x_input", OrnsteinUhlenbeck::new(Hertz::new(1.0), s(tau)))?;
        let simulator = Simulator::new(&network, s(dt))?.with_integrator(Integrator::Euler).with_seed(3);
        let x = record(&simulator, s(1000.0 * dt), ms(0.0), &["x"])?.swap_remove(0) / dt;
        let n_lags = 5.min(x.ncols());
        let lag = |k: usize| x.columns(0, x.ncols() - k).component_mul(&x.columns(k, x.ncols() - k)).mean();
        let variance = lag(0);
        let stride = if dt < 5e-3 { 8 } else { 1 };
        let points = (0..=n_lags).map(|k| (1e3 * dt * (k * stride) as f64, lag(k * stride) / variance));
        plot = plot.dots(format!("steps of {} ms", dt * 1e3), points.collect::<Vec<_>>());
    }
    Ok(plot.title("Ornstein–Uhlenbeck noise").panel()?.into())
}
