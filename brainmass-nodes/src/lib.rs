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
//! | [`FitzHughNagumo`] | `v`, `w` | excitable membrane |
//! | [`VanDerPol`] | `x`, `y` | relaxation oscillator |
//! | [`Generic2dOscillator`] | `v`, `w` | excitable, bistable or oscillating, as its nullclines say |
//! | [`Kuramoto`] | `theta` | phase oscillator: synchronisation |
//! | [`Epileptor`] | `x_1`, `y_1`, `z`, `x_2`, `y_2`, `u` | seizures: intracranial EEG |
//! | [`Epileptor2d`] | `x_1`, `z` | where seizures begin and whom they recruit |
//! | [`LarterBreakspear`] | `v`, `w`, `z` | ion currents and inhibition: cycles, chaos |
//! | [`Lorenz`] | `x`, `y`, `z` | chaos: tests of integrators |
//! | [`HarmonicOscillator`] | `x`, `y` | damped oscillator of HORN networks |
//! | [`ThresholdLinear`] | `r_e`, `r_i` | rates that follow currents: hierarchies of time scales |
//! | [`WilsonCowanLinear`] | `r_e`, `r_i` | Wilson–Cowan, threshold-linear |
//! | [`WilsonCowanDivisive`] | `r_e`, `r_i` | Wilson–Cowan, inhibition divides the gain |
//! | [`WilsonCowanDivisiveInput`] | `r_e`, `r_i` | Wilson–Cowan, inhibition divides recurrent excitation |
//! | [`WilsonCowanAdaptive`] | `r_e`, `r_i`, `h_e`, `h_i` | Wilson–Cowan with adaptation |
//! | [`WilsonCowanThreePopulation`] | `r_e`, `r_i`, `r_m` | Wilson–Cowan with a modulating population |
//! | [`DavidFriston`] | two sets of `m`, `e`, `i` and velocities | Jansen–Rit with slow and fast synapses: broad spectra |
//! | [`AdaptiveLinearNonlinear`] | means and variances of inputs, `i_a` | ALN, mean field of adaptive spiking neurons: slow waves, stimulation |
//! | [`Linear`] | `x` | linear decay: tests against closed forms |
//!
//! A new model is one file here with the [`node!`](brainmass_core::node!) macro, one line in this table and
//! one in [`for_each_node!`]; two lines in `tests/conformance.rs` check it.
//!
//! # Domains
//!
//! What happens where a model means nothing, such as a gating beyond \[0, 1\] or a negative rate, is the same for all nodes:
//!
//! - A state variable with bounds ([`Variable::domain`](brainmass_core::Variable::domain), in the tables of states) is kept
//!   within them by [`Node::project`](brainmass_core::Node::project): at the start, where initial values beyond a bound
//!   begin at the bound, and after every whole step, noise included. Whatever is recorded, sent or delayed lies within.
//!   Stages inside a step of Heun's or Runge and Kutta's may look beyond; the equations are finite there.
//! - A state variable without bounds is never cut off. Its model says under *Domain* what leads it back, or that nothing does.
//! - A past that is given with the delays, and parameters, are as given: parameters outside their range are an error
//!   before the run.
//! - A state that is not finite after a step ends the run with [`Error::Diverged`](brainmass_core::Error::Diverged), which
//!   names region, variable, step and time. No sample of that step is handed out.
//!
//! [`ExponentialIntegrateAndFire`] is no node: it gives the rate, the mean potential and the response of spiking neurons in white
//! noise, of which mean fields of adaptive neurons are made; [`response`] has the same for one neuron as polynomials.
//!
//! [`FeedbackInhibition`] finds the local inhibition of [`ReducedWongWangExcInh`] that gives all regions one rate.

mod adaptive_linear_nonlinear;
pub mod catalogue;
mod coombes_byrne;
mod david_friston;
mod epileptor;
mod epileptor_2d;
mod exponential_integrate_and_fire;
mod feedback_inhibition;
mod fitzhugh_nagumo;
mod generic_2d_oscillator;
mod harmonic_oscillator;
mod jansen_rit;
mod kuramoto;
mod larter_breakspear;
mod linear;
mod lorenz;
mod montbrio_pazo_roxin;
mod reduced_wong_wang;
mod reduced_wong_wang_exc_inh;
pub mod response;
mod stuart_landau;
mod threshold_linear;
pub mod transfer;
mod van_der_pol;
mod wilson_cowan;
mod wilson_cowan_adaptive;
mod wilson_cowan_divisive;
mod wilson_cowan_divisive_input;
mod wilson_cowan_linear;
mod wilson_cowan_three_population;
mod wong_wang;

pub use adaptive_linear_nonlinear::AdaptiveLinearNonlinear;
pub use coombes_byrne::CoombesByrne;
pub use david_friston::DavidFriston;
pub use epileptor::Epileptor;
pub use epileptor_2d::Epileptor2d;
pub use exponential_integrate_and_fire::{ExponentialIntegrateAndFire, SteadyState};
pub use feedback_inhibition::{FeedbackInhibition, MeanGating, TunedInhibition};
pub use fitzhugh_nagumo::FitzHughNagumo;
pub use generic_2d_oscillator::Generic2dOscillator;
pub use harmonic_oscillator::HarmonicOscillator;
pub use jansen_rit::JansenRit;
pub use kuramoto::Kuramoto;
pub use larter_breakspear::LarterBreakspear;
pub use linear::Linear;
pub use lorenz::Lorenz;
pub use montbrio_pazo_roxin::MontbrioPazoRoxin;
pub use reduced_wong_wang::ReducedWongWang;
pub use reduced_wong_wang_exc_inh::ReducedWongWangExcInh;
pub use stuart_landau::StuartLandau;
pub use threshold_linear::ThresholdLinear;
pub use van_der_pol::VanDerPol;
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
            FitzHughNagumo,
            VanDerPol,
            Generic2dOscillator,
            Kuramoto,
            Epileptor,
            Epileptor2d,
            LarterBreakspear,
            Lorenz,
            HarmonicOscillator,
            ThresholdLinear,
            WilsonCowanLinear,
            WilsonCowanDivisive,
            WilsonCowanDivisiveInput,
            WilsonCowanAdaptive,
            WilsonCowanThreePopulation,
            DavidFriston,
            AdaptiveLinearNonlinear,
            Linear
        }
    };
}
