//! The Wilson–Cowan model with threshold-linear populations.

use brainmass_core::node;
use brainmass_core::units::{Number, Second, ms};

use crate::transfer::threshold_linear;
use crate::wilson_cowan::population;

node! {
    /// Wilson–Cowan with threshold-linear transfer functions: fixed points that can be solved by hand.
    ///
    /// ```text
    /// τ_e dr_e/dt = −r_e + (1 − r·r_e) [w_ee r_e − w_ei r_i + e_input]₊
    /// τ_i dr_i/dt = −r_i + (1 − r·r_i) [w_ie r_e − w_ii r_i + i_input]₊
    /// ```
    ///
    /// Indices read *to*, *from*. Rest: (0, 0) without input. With r = 0 the rates above threshold are linear in
    /// the inputs.
    ///
    /// DIFFERENCE: the Python library calls the weight from I to E `wIE`, contrary to its own documentation.
    ///
    /// Domain: all numbers. Nothing is cut off: with r = 0 strong excitation grows without bounds, and the run ends
    /// with an error.
    ///
    /// # Example
    /// ```
    /// use brainmass_core::Node;
    /// use brainmass_nodes::WilsonCowanLinear;
    /// let node = WilsonCowanLinear { r: 0.0, ..WilsonCowanLinear::default() };
    /// // [0.8 · 0.5 − 0.3 · 1 + 0.2] − 0.5 = −0.2, and [1 · 0.5 − 0.85 · 1]₊ − 1 = −1, per ms.
    /// let slope = WilsonCowanLinear::derivative(&node, &[0.5, 1.0], &[0.2, 0.0]);
    /// approx::assert_relative_eq!(slope[..], [-200.0, -1000.0], max_relative = 1e-12);
    /// ```
    ///
    /// # References
    /// Wilson & Cowan (1972), Biophys. J. 12:1–24, doi:10.1016/S0006-3495(72)86068-5, eqs. 11–12 with another transfer
    /// function; the defaults are those of the Python library brainmass.
    #[doc(alias = "WilsonCowanLinearStep")]
    pub struct WilsonCowanLinear = "wilson_cowan_linear", "Wilson–Cowan with threshold-linear transfer functions.";
    parameters {
        /// Time constant of the excitatory population.
        tau_e: Second = ms(1.0), ms(0.001) => ms(100_000.0);
        /// Time constant of the inhibitory population.
        tau_i: Second = ms(1.0), ms(0.001) => ms(100_000.0);
        /// Weight from E to E.
        w_ee: Number = 0.8, -1000.0 => 1000.0;
        /// Weight from I to E.
        w_ei: Number = 0.3, -1000.0 => 1000.0;
        /// Weight from E to I.
        w_ie: Number = 1.0, -1000.0 => 1000.0;
        /// Weight from I to I.
        w_ii: Number = 0.85, -1000.0 => 1000.0;
        /// Refractory period, as a part of the time constant.
        r: Number = 1.0, 0.0 => 10.0;
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
        let f_e = threshold_linear(w_ee * r_e - w_ei * r_i + e_input);
        let f_i = threshold_linear(w_ie * r_e - w_ii * r_i + i_input);
        [population(r_e, T::one() - r * r_e, f_e, tau_e), population(r_i, T::one() - r * r_i, f_i, tau_i)]
    }
}
