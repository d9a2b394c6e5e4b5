//! The Wilson–Cowan model with divided recurrent excitation.

use brainmass_core::node;
use brainmass_core::units::{Number, Second, ms};

use crate::transfer::logistic_from_rest;
use crate::wilson_cowan::population;
use crate::wilson_cowan_divisive::divisor;

node! {
    /// Wilson–Cowan with divided input: inhibition weakens the recurrent excitation, not the external drive.
    ///
    /// ```text
    /// τ_e dr_e/dt = −r_e + (1 − r·r_e) F(w_ee r_e/(σ_e + w_ei r_i) + e_input; a_e, θ_e)
    /// τ_i dr_i/dt = −r_i + (1 − r·r_i) F(w_ie r_e/(σ_i + w_ii r_i) + i_input; a_i, θ_i)
    /// F(x; a, θ) = 1/(1 + exp(−a(x − θ))) − 1/(1 + exp(aθ))
    /// ```
    ///
    /// Indices read *to*, *from*. Rest: (0, 0) without input. Where inhibition is so far below rest that a divisor
    /// reaches zero, the division is held at σ/1000: the model has no meaning there.
    ///
    /// DIFFERENCE: the defaults are half of the weights of the paper's figure 4; the Python library has those from I to E
    /// and from E to I exchanged.
    ///
    /// Domain: all numbers, but for these divisors; rates below 0 or above 1 are not cut off.
    ///
    /// # Example
    /// ```
    /// use brainmass_core::Node;
    /// use brainmass_nodes::{WilsonCowanDivisiveInput, WilsonCowan};
    /// // Without inhibitory weights and with σ = 1 this is the subtractive model.
    /// let divided = WilsonCowanDivisiveInput { w_ei: 0.0, w_ii: 0.0, ..WilsonCowanDivisiveInput::default() };
    /// let same = WilsonCowan { w_ee: 6.0, w_ei: 0.0, w_ie: 6.5, w_ii: 0.0, ..WilsonCowan::default() };
    /// let (state, input) = ([0.3, 0.2], [1.0, 0.5]);
    /// assert_eq!(WilsonCowanDivisiveInput::derivative(&divided, &state, &input), WilsonCowan::derivative(&same, &state, &input));
    /// ```
    ///
    /// # References
    /// Wilson & Cowan (1972), Biophys. J. 12:1–24, doi:10.1016/S0006-3495(72)86068-5, for the populations; Carandini &
    /// Heeger (2012), Nat. Rev. Neurosci. 13:51–62, doi:10.1038/nrn3136, for division; the combination is that of the
    /// Python library brainmass.
    #[doc(alias = "WilsonCowanDivisiveInputStep")]
    pub struct WilsonCowanDivisiveInput = "wilson_cowan_divisive_input", "Wilson–Cowan whose inhibition divides recurrent excitation.";
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
        w_ee: Number = 6.0, 0.0 => 1000.0;
        /// Weight from I to E.
        w_ei: Number = 2.0, 0.0 => 1000.0;
        /// Weight from E to I.
        w_ie: Number = 6.5, 0.0 => 1000.0;
        /// Weight from I to I.
        w_ii: Number = 5.5, 0.0 => 1000.0;
        /// Refractory period, as a part of the time constant.
        r: Number = 1.0, 0.0 => 10.0;
        /// What divides excitation of the excitatory population when inhibition is silent.
        sigma_e: Number = 1.0, 0.001 => 1000.0;
        /// What divides excitation of the inhibitory population when inhibition is silent.
        sigma_i: Number = 1.0, 0.001 => 1000.0;
    }
    state {
        /// Activity of the excitatory population.
        r_e: Number = 0.0;
        /// Activity of the inhibitory population.
        r_i: Number = 0.0;
    }
    input {
        /// Drive of the excitatory population.
        e_input: Number;
        /// Drive of the inhibitory population.
        i_input: Number;
    }
    output {}
    derivative {
        let drive_e = w_ee * r_e / divisor(sigma_e, w_ei * r_i) + e_input;
        let drive_i = w_ie * r_e / divisor(sigma_i, w_ii * r_i) + i_input;
        let f_e = logistic_from_rest(drive_e, a_e, theta_e);
        let f_i = logistic_from_rest(drive_i, a_i, theta_i);
        [population(r_e, T::one() - r * r_e, f_e, tau_e), population(r_i, T::one() - r * r_i, f_i, tau_i)]
    }
}
