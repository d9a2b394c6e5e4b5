//! The Wilson–Cowan model with a third population.

use brainmass_core::node;
use brainmass_core::units::{Number, Second, ms};

use crate::transfer::logistic_from_rest;
use crate::wilson_cowan::population;

node! {
    /// Wilson–Cowan with three populations: excitatory, inhibitory and a modulating excitatory one.
    ///
    /// ```text
    /// τ_e dr_e/dt = −r_e + (1 − r·r_e) F(w_ee r_e − w_ei r_i + w_em r_m + e_input; a_e, θ_e)
    /// τ_i dr_i/dt = −r_i + (1 − r·r_i) F(w_ie r_e − w_ii r_i + w_im r_m + i_input; a_i, θ_i)
    /// τ_m dr_m/dt = −r_m + (1 − r·r_m) F(w_me r_e − w_mi r_i + w_mm r_m + m_input; a_m, θ_m)
    /// F(x; a, θ) = 1/(1 + exp(−a(x − θ))) − 1/(1 + exp(aθ))
    /// ```
    ///
    /// Indices read *to*, *from*. Rest: (0, 0, 0) without input. With w_em = w_im = 0 the first two populations are
    /// [`WilsonCowan`](crate::WilsonCowan).
    ///
    /// DIFFERENCE: the weights between E and I are those of the paper's figure 4; the Python library has those from I
    /// to E and from E to I exchanged in this model.
    ///
    /// Domain: all numbers. Rates below 0 or above 1 are not cut off: the equations lead back.
    ///
    /// # Example
    /// ```
    /// use brainmass_core::Node;
    /// use brainmass_nodes::{WilsonCowan, WilsonCowanThreePopulation};
    /// let three = WilsonCowanThreePopulation::default();
    /// let slope = WilsonCowanThreePopulation::derivative(&three, &[0.3, 0.2, 0.0], &[1.0, 0.5, 0.0]);
    /// let base = WilsonCowan::derivative(&WilsonCowan::default(), &[0.3, 0.2], &[1.0, 0.5]);
    /// assert_eq!(slope[..2], base); // the third population is silent
    /// ```
    ///
    /// # References
    /// Wilson & Cowan (1972), Biophys. J. 12:1–24, doi:10.1016/S0006-3495(72)86068-5, for the populations; the third one
    /// and its values are those of the Python library brainmass.
    #[doc(alias = "WilsonCowanThreePopulationStep")]
    pub struct WilsonCowanThreePopulation = "wilson_cowan_three_population", "Wilson–Cowan with a third, modulating population.";
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
        /// Time constant of the modulating population.
        tau_m: Second = ms(2.0), ms(0.001) => ms(100_000.0);
        /// Slope of the modulating transfer function.
        a_m: Number = 1.0, 0.0 => 1000.0;
        /// Threshold of the modulating transfer function.
        theta_m: Number = 3.5, -1000.0 => 1000.0;
        /// Weight from E to E.
        w_ee: Number = 12.0, -1000.0 => 1000.0;
        /// Weight from I to E.
        w_ei: Number = 4.0, -1000.0 => 1000.0;
        /// Weight from E to I.
        w_ie: Number = 13.0, -1000.0 => 1000.0;
        /// Weight from I to I.
        w_ii: Number = 11.0, -1000.0 => 1000.0;
        /// Weight from E to M.
        w_me: Number = 8.0, -1000.0 => 1000.0;
        /// Weight from I to M.
        w_mi: Number = 6.0, -1000.0 => 1000.0;
        /// Weight from M to E.
        w_em: Number = 4.0, -1000.0 => 1000.0;
        /// Weight from M to I.
        w_im: Number = 2.0, -1000.0 => 1000.0;
        /// Weight from M to M.
        w_mm: Number = 2.0, -1000.0 => 1000.0;
        /// Refractory period, as a part of the time constant.
        r: Number = 1.0, 0.0 => 10.0;
    }
    state {
        /// Activity of the excitatory population.
        r_e: Number = 0.0;
        /// Activity of the inhibitory population.
        r_i: Number = 0.0;
        /// Activity of the modulating population.
        r_m: Number = 0.0;
    }
    input {
        /// Drive of the excitatory population.
        e_input: Number;
        /// Drive of the inhibitory population.
        i_input: Number;
        /// Drive of the modulating population.
        m_input: Number;
    }
    output {}
    derivative {
        let f_e = logistic_from_rest(w_ee * r_e - w_ei * r_i + w_em * r_m + e_input, a_e, theta_e);
        let f_i = logistic_from_rest(w_ie * r_e - w_ii * r_i + w_im * r_m + i_input, a_i, theta_i);
        let f_m = logistic_from_rest(w_me * r_e - w_mi * r_i + w_mm * r_m + m_input, a_m, theta_m);
        [
            population(r_e, T::one() - r * r_e, f_e, tau_e),
            population(r_i, T::one() - r * r_i, f_i, tau_i),
            population(r_m, T::one() - r * r_m, f_m, tau_m),
        ]
    }
}
