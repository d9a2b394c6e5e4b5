//! Neural mass models: one file each, the equation in one place.
//!
//! | model | states | what it is used for |
//! |---|---|---|
//! | [`WilsonCowan`] | `r_e`, `r_i` | rates of an excitatory and an inhibitory population: fMRI, oscillations |
//! | [`JansenRit`] | `m`, `e`, `i` and their velocities | a cortical column's potential: EEG and MEG, alpha rhythm |
//! | [`StuartLandau`] | `x`, `y` | normal form of a Hopf bifurcation: resting-state fMRI |
//! | [`MontbrioPazoRoxin`] | `r`, `v` | mean field of spiking neurons: bistability, bursts of synchrony |
//! | [`CoombesByrne`] | `r`, `v` | the same with conductance synapses |
//! | [`ReducedWongWang`] | `s` | NMDA gating of one population: resting-state fMRI |
//! | [`ReducedWongWangExcInh`] | `s_e`, `s_i` | NMDA and GABA gating with feedback inhibition: resting-state fMRI |
//! | [`WongWang`] | `s_1`, `s_2` | two competing populations: decisions |
//! | [`WilsonCowanLinear`] | `r_e`, `r_i` | Wilson–Cowan, threshold-linear |
//! | [`WilsonCowanDivisive`] | `r_e`, `r_i` | Wilson–Cowan, inhibition divides the gain |
//! | [`WilsonCowanDivisiveInput`] | `r_e`, `r_i` | Wilson–Cowan, inhibition divides recurrent excitation |
//! | [`WilsonCowanAdaptive`] | `r_e`, `r_i`, `h_e`, `h_i` | Wilson–Cowan with adaptation |
//! | [`WilsonCowanThreePopulation`] | `r_e`, `r_i`, `r_m` | Wilson–Cowan with a modulating population |
//! | [`Linear`] | `x` | linear decay: tests against closed forms |
//!
//! A new model is one file here with the [`node!`](brainmass_core::node!) macro, one line in this table and
//! one in [`for_each_node!`]; two lines in `tests/conformance.rs` check it.

mod coombes_byrne;
mod jansen_rit;
mod linear;
mod montbrio_pazo_roxin;
mod reduced_wong_wang;
mod reduced_wong_wang_exc_inh;
mod stuart_landau;
pub mod transfer;
mod wilson_cowan;
mod wilson_cowan_adaptive;
mod wilson_cowan_divisive;
mod wilson_cowan_divisive_input;
mod wilson_cowan_linear;
mod wilson_cowan_three_population;
mod wong_wang;

pub use coombes_byrne::CoombesByrne;
pub use jansen_rit::JansenRit;
pub use linear::Linear;
pub use montbrio_pazo_roxin::MontbrioPazoRoxin;
pub use reduced_wong_wang::ReducedWongWang;
pub use reduced_wong_wang_exc_inh::ReducedWongWangExcInh;
pub use stuart_landau::StuartLandau;
pub use wilson_cowan::WilsonCowan;
pub use wilson_cowan_adaptive::WilsonCowanAdaptive;
pub use wilson_cowan_divisive::WilsonCowanDivisive;
pub use wilson_cowan_divisive_input::WilsonCowanDivisiveInput;
pub use wilson_cowan_linear::WilsonCowanLinear;
pub use wilson_cowan_three_population::WilsonCowanThreePopulation;
pub use wong_wang::WongWang;

/// Calls a macro with the name of every node type of this crate: the one list for tables and commands.
///
/// ```
/// use brainmass_core::Node;
/// macro_rules! names {
///     ($($node:ident),*) => { [$(<brainmass_nodes::$node as Node>::NAME),*] };
/// }
/// assert_eq!(brainmass_nodes::for_each_node!(names)[0], "wilson_cowan");
/// ```
#[macro_export]
macro_rules! for_each_node {
    ($macro:ident) => {
        $macro! {
            WilsonCowan,
            JansenRit,
            StuartLandau,
            MontbrioPazoRoxin,
            CoombesByrne,
            ReducedWongWang,
            ReducedWongWangExcInh,
            WongWang,
            WilsonCowanLinear,
            WilsonCowanDivisive,
            WilsonCowanDivisiveInput,
            WilsonCowanAdaptive,
            WilsonCowanThreePopulation,
            Linear
        }
    };
}
