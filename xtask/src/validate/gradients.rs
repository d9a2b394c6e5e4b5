//! Derivatives against central differences: small delayed networks with noise of every node and coupling, then whole fits
//! through every observation model and every objective.

use brainmass_core::Node;
use brainmass_network::Integrator;
use brainmass_nodes::{JansenRit, Kuramoto, WilsonCowan};

use super::case::{Case, Check};
use super::observed_gradients as observed;
use super::systems::{Moving, System, regime};
use super::tools::largest;
use crate::Result;

macro_rules! row {
    ($name:expr, $node:ty, $coupling:expr) => {
        Case {
            name: $name,
            what: "120 steps of 5 regions: derivatives by parameters, initial states, couplings, drive, noise, weights and \
                   conduction speed, by every integrator with whole and interpolated delays, relative to the largest of a \
                   kind",
            source: "central differences",
            tolerance: 1e-6,
            why: "extrapolated differences at relative steps of some 1e-5, by the speed 1e-2, err by rounding, 1e-10 of the cost, \
                  over what the smallest kind of derivatives is of it",
            check: Check::Alone(|| errors::<$node>($coupling, true).map(|[_, by_differences]| by_differences)),
        }
    };
}

macro_rules! fit {
    ($name:literal, $what:literal, $check:expr) => {
        Case {
            name: $name,
            what: $what,
            source: "central differences of the cost",
            tolerance: 1e-6,
            why: "extrapolated differences at relative steps of some 1e-5 err by rounding, 1e-10 of the cost",
            check: Check::Alone($check),
        }
    };
}

/// A row of every node, then one of every coupling, then others.
macro_rules! dynamics {
    ($row:ident: $($node:ident),*; $($other:expr),*) => {
        &[
            $($row!(<brainmass_nodes::$node as Node>::NAME, brainmass_nodes::$node, None)),*,
            $row!("coupling_diffusive", WilsonCowan, Some("diffusive")),
            $row!("coupling_additive", WilsonCowan, Some("additive")),
            $row!("coupling_sigmoidal", WilsonCowan, Some("sigmoidal")),
            $row!("coupling_hyperbolic_tangent", WilsonCowan, Some("hyperbolic_tangent")),
            $row!("coupling_hyperbolic_tangent_of_sum", WilsonCowan, Some("hyperbolic_tangent_of_sum")),
            $row!("coupling_sigmoidal_jansen_rit", JansenRit, Some("sigmoidal_jansen_rit")),
            $row!("coupling_kuramoto", Kuramoto, Some("kuramoto")),
            $($other),*
        ]
    };
}
pub(super) use dynamics;

macro_rules! cases {
    ($($node:ident),*) => {
        dynamics!(row: $($node),*;
            fit!("observed_hrf", "BOLD by every kernel of `hrf::NAMES` and by Volterra's: by strength, mean of the noise, τ_E and the scalars of the model", observed::convolutions),
            fit!("observed_balloon", "BOLD by Balloon–Windkessel: by strength, mean of the noise, τ_E and the scalars of the model", observed::balloon),
            fit!("observed_average", "means of means and every third sample: by strength, mean of the noise and τ_E", observed::averages),
            fit!("observed_lead_field", "EEG of Jansen–Rit columns through a lead field, re-referenced, with sensor noise: by strength, A and the dipole scale", observed::lead_field),
            fit!("observed_readout", "a row-normalised readout: by strength, mean of the noise, τ_E and its scalars", observed::readout),
            fit!("objective_time_series_rmse", "RMSE of series: by strength, mean of the noise and τ_E", observed::rmse),
            fit!("objective_cosine", "cosine similarity of series", observed::cosine),
            fit!("objective_fc_correlation", "correlation of functional connectivity", observed::fc_correlation),
            fit!("objective_fc_rmse", "RMSE of functional connectivity", observed::fc_rmse),
            fit!("objective_lagged_correlation", "lagged correlations", observed::lagged),
            fit!("objective_spectrum", "distance of Welch spectra in decibels", observed::spectrum),
            fit!("objective_fcd", "Wasserstein distance of the dynamics of functional connectivity", observed::fcd),
            fit!("objective_weighted_sum", "a weighted sum of two objectives", observed::weighted_sum)
        )
    };
}

pub(super) const CASES: &[Case] = brainmass_nodes::for_each_node!(cases);

/// The largest errors over all integrators, against dual numbers and central differences.
pub(super) fn errors<N: Node + Default>(
    coupling: Option<&'static str>,
    with_differences: bool,
) -> Result<[f64; 2]> {
    // What arrives by a difference may be negative, which not every input may be.
    let usual = if regime(N::NAME).output.is_some() { "additive" } else { "diffusive" };
    let mut all = [Vec::new(), Vec::new()];
    let every = Integrator::ALL.into_iter().flat_map(|integrator| [(integrator, false), (integrator, true)]);
    for (integrator, interpolated) in every {
        let system = System {
            n_regions: 5,
            seed: 11,
            coupling: coupling.unwrap_or(usual),
            longest: 40.0,
            interpolated,
            // Noise that pushes orbits across kinks of a model makes differences there mean nothing.
            noisy: interpolated && !with_differences,
            integrator,
            n_steps: 120,
            memory: 100_000,
        };
        for found in Moving::<N>::new(&system)?.derivatives(with_differences)? {
            if found.sizes.iter().all(|size| *size == 0.0) {
                return Err(format!("nothing depends on the {}", found.kind).into());
            }
            let errors = found.errors();
            all.iter_mut().zip(errors).for_each(|(all, error)| all.push(error));
        }
    }
    Ok(all.map(largest))
}
