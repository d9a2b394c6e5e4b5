//! The Wilson–Cowan model with spike-frequency adaptation.

use brainmass_core::node;
use brainmass_core::units::{Number, Second, ms};

use crate::transfer::logistic_from_rest;
use crate::wilson_cowan::population;

node! {
    /// Wilson–Cowan with adaptation: activity builds up a slow current that works against it.
    ///
    /// ```text
    /// τ_e dr_e/dt  = −r_e + (1 − r·r_e) F(w_ee r_e − w_ei r_i + e_input − h_e; a_e, θ_e)
    /// τ_i dr_i/dt  = −r_i + (1 − r·r_i) F(w_ie r_e − w_ii r_i + i_input − h_i; a_i, θ_i)
    /// τ_he dh_e/dt = −h_e + b_e r_e
    /// τ_hi dh_i/dt = −h_i + b_i r_i
    /// F(x; a, θ) = 1/(1 + exp(−a(x − θ))) − 1/(1 + exp(aθ))
    /// ```
    ///
    /// Indices read *to*, *from*. Rest: (0, 0, 0, 0) without input. b_e = b_i = 0 is
    /// [`WilsonCowan`](crate::WilsonCowan).
    ///
    /// DIFFERENCE: the weights are those of the paper's figure 4; the Python library has those from I to E and from
    /// E to I exchanged in this model.
    ///
    /// Domain: all numbers. Rates below 0 or above 1 are not cut off: the equations lead back.
    ///
    /// # Example
    /// ```
    /// use brainmass_core::Node;
    /// use brainmass_nodes::{WilsonCowan, WilsonCowanAdaptive};
    /// let adaptive = WilsonCowanAdaptive::derivative(&WilsonCowanAdaptive::default(), &[0.3, 0.2, 0.0, 0.0], &[1.0, 0.5]);
    /// let base = WilsonCowan::derivative(&WilsonCowan::default(), &[0.3, 0.2], &[1.0, 0.5]);
    /// assert_eq!(adaptive[..2], base);
    /// approx::assert_relative_eq!(adaptive[2], 0.1 * 0.3 / 0.1, max_relative = 1e-14);
    /// ```
    ///
    /// # References
    /// Wilson & Cowan (1972), Biophys. J. 12:1–24, doi:10.1016/S0006-3495(72)86068-5, for the populations; adaptation as
    /// in Levenstein, Buzsáki & Rinzel (2019), Nat. Commun. 10:2478, doi:10.1038/s41467-019-10327-5, but linear; its
    /// values are those of the Python library brainmass.
    #[doc(alias = "WilsonCowanAdaptiveStep")]
    pub struct WilsonCowanAdaptive = "wilson_cowan_adaptive", "Wilson–Cowan with adaptation.";
    parameters {
        /// Time constant of the excitatory population.
        tau_e: Second = ms(1.0), ms(0.001) => ms(100_000.0);
        /// Slope of the excitatory transfer function.
        a_e: Number = 1.2, 0.0 => 1000.0;
        /// Threshold of the excitatory transfer function.
        theta_e: Number = 2.8, -1000.0 => 1000.0;
        /// Time constant of the inhibitory population.
        tau_i: Second = ms(1.0), ms(0.001) => ms(100_000.0);
        /// Slope of the inhibitory transfer function.
        a_i: Number = 1.0, 0.0 => 1000.0;
        /// Threshold of the inhibitory transfer function.
        theta_i: Number = 4.0, -1000.0 => 1000.0;
        /// Weight from E to E.
        w_ee: Number = 12.0, -1000.0 => 1000.0;
        /// Weight from I to E.
        w_ei: Number = 4.0, -1000.0 => 1000.0;
        /// Weight from E to I.
        w_ie: Number = 13.0, -1000.0 => 1000.0;
        /// Weight from I to I.
        w_ii: Number = 11.0, -1000.0 => 1000.0;
        /// Refractory period, as a part of the time constant.
        r: Number = 1.0, 0.0 => 10.0;
        /// Time constant of excitatory adaptation.
        tau_he: Second = ms(100.0), ms(0.001) => ms(1e6);
        /// Time constant of inhibitory adaptation.
        tau_hi: Second = ms(80.0), ms(0.001) => ms(1e6);
        /// Strength of excitatory adaptation.
        b_e: Number = 0.1, 0.0 => 1000.0;
        /// Strength of inhibitory adaptation.
        b_i: Number = 0.08, 0.0 => 1000.0;
    }
    state {
        /// Activity of the excitatory population.
        r_e: Number = 0.0;
        /// Activity of the inhibitory population.
        r_i: Number = 0.0;
        /// Adaptation of the excitatory population.
        h_e: Number = 0.0;
        /// Adaptation of the inhibitory population.
        h_i: Number = 0.0;
    }
    input {
        /// Drive of the excitatory population.
        e_input: Number;
        /// Drive of the inhibitory population.
        i_input: Number;
    }
    output {}
    derivative {
        let f_e = logistic_from_rest(w_ee * r_e - w_ei * r_i + e_input - h_e, a_e, theta_e);
        let f_i = logistic_from_rest(w_ie * r_e - w_ii * r_i + i_input - h_i, a_i, theta_i);
        [
            population(r_e, T::one() - r * r_e, f_e, tau_e),
            population(r_i, T::one() - r * r_i, f_i, tau_i),
            (b_e * r_e - h_e) / tau_he,
            (b_i * r_i - h_i) / tau_hi,
        ]
    }
}
