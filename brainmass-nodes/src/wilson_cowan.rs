//! The model of Wilson and Cowan (1972).

use brainmass_core::units::{Number, Second, ms};
use brainmass_core::{Real, node};

use crate::transfer::logistic_from_rest;

node! {
    /// Wilson–Cowan: the activity of an excitatory and an inhibitory population.
    ///
    /// `r_e` and `r_i` are the parts of each population that fire per unit of time, measured from the state
    /// of rest: without input both stay at 0, and a strong inhibition can push them slightly below.
    ///
    /// ```text
    /// τ_e dr_e/dt = −r_e + (k_e − r·r_e) F(w_ee r_e − w_ei r_i + e_input; a_e, θ_e)
    /// τ_i dr_i/dt = −r_i + (k_i − r·r_i) F(w_ie r_e − w_ii r_i + i_input; a_i, θ_i)
    /// F(x; a, θ) = 1/(1 + exp(−a(x − θ))) − 1/(1 + exp(aθ))
    /// ```
    ///
    /// Indices read *to*, *from*, as in a connectome: `w_ei` goes from I to E. `r = 0` leaves the refractory
    /// period out. Rest: (0, 0), if both inputs are 0.
    ///
    /// Variants that are values of these parameters are constructors: [`no_saturation`](WilsonCowan::no_saturation),
    /// [`symmetric`](WilsonCowan::symmetric), [`simplified`](WilsonCowan::simplified). Delays within a region are a
    /// matter of connections, not of the node: weights of zero here and four connections from each region to itself,
    /// each with its delay, make what other libraries call the delayed model.
    ///
    /// The paper sets `k_e` and `k_i` to the maximum of F, just below 1; the defaults are 1, as in other simulators
    /// ([`WilsonCowan::figure_11`] has the paper's).
    ///
    /// DIFFERENCE: the Python library brainmass calls the weight from I to E `wIE`, contrary to its own
    /// documentation, in this model, and `wEI` in some of its variants; its `wIE` = 4 is `w_ei` here.
    /// `update` of its delayed variant never writes the delay buffers, so that what arrives is the past before 0 for ever.
    ///
    /// Domain: all numbers. Rates below 0, less active than at rest, or above 1 are not cut off: the equations lead
    /// back.
    ///
    /// # Example
    /// ```
    /// use brainmass_core::{units::ms, Node};
    /// use brainmass_nodes::WilsonCowan;
    /// let slow = WilsonCowan { tau_e: ms(10.0), ..WilsonCowan::default() };
    /// assert_eq!(WilsonCowan::derivative(&slow, &[0.0, 0.0], &[0.0, 0.0]), [0.0, 0.0]);
    /// ```
    ///
    /// # References
    /// Wilson & Cowan (1972), Biophys. J. 12:1–24, doi:10.1016/S0006-3495(72)86068-5, eqs. 11 and 12; the weights
    /// 12, 4, 13, 11, slopes 1.2 and 1 and thresholds 2.8 and 4 are those of its figure 4.
    #[doc(alias = "WilsonCowanStep")]
    #[doc(alias = "WCModel")]
    pub struct WilsonCowan = "wilson_cowan", "Rates of an excitatory and an inhibitory population.";
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
        /// Weight from E to E; c₁ in the paper.
        w_ee: Number = 12.0, -1000.0 => 1000.0;
        /// Weight from I to E; c₂ in the paper.
        w_ei: Number = 4.0, -1000.0 => 1000.0;
        /// Weight from E to I; c₃ in the paper.
        w_ie: Number = 13.0, -1000.0 => 1000.0;
        /// Weight from I to I; c₄ in the paper.
        w_ii: Number = 11.0, -1000.0 => 1000.0;
        /// Largest part of the excitatory population that can fire; the paper takes the maximum of F.
        k_e: Number = 1.0, 0.0 => 10.0;
        /// Largest part of the inhibitory population that can fire; the paper takes the maximum of F.
        k_i: Number = 1.0, 0.0 => 10.0;
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
        /// Drive of the excitatory population; P in the paper.
        e_input: Number;
        /// Drive of the inhibitory population; Q in the paper.
        i_input: Number;
    }
    output {}
    derivative {
        let f_e = logistic_from_rest(w_ee * r_e - w_ei * r_i + e_input, a_e, theta_e);
        let f_i = logistic_from_rest(w_ie * r_e - w_ii * r_i + i_input, a_i, theta_i);
        [population(r_e, k_e - r * r_e, f_e, tau_e), population(r_i, k_i - r * r_i, f_i, tau_i)]
    }
}

impl WilsonCowan {
    /// No refractory period, so that nothing saturates: r = 0.
    ///
    /// ```
    /// use brainmass_nodes::WilsonCowan;
    /// assert_eq!(WilsonCowan::no_saturation().r, 0.0);
    /// ```
    #[doc(alias = "WilsonCowanNoSaturationStep")]
    pub fn no_saturation() -> Self {
        Self { r: 0.0, ..Self::default() }
    }

    /// Time constant, slope and threshold the same for both populations.
    ///
    /// ```
    /// use brainmass_core::units::ms;
    /// use brainmass_nodes::WilsonCowan;
    /// let node = WilsonCowan::symmetric(ms(1.0), 1.1, 3.4);
    /// assert_eq!((node.theta_e, node.theta_i), (3.4, 3.4));
    /// ```
    #[doc(alias = "WilsonCowanSymmetricStep")]
    pub fn symmetric(tau: Second, a: f64, theta: f64) -> Self {
        Self { tau_e: tau, tau_i: tau, a_e: a, a_i: a, theta_e: theta, theta_i: theta, ..Self::default() }
    }

    /// One weight for all excitation and one for all inhibition.
    ///
    /// ```
    /// use brainmass_nodes::WilsonCowan;
    /// let node = WilsonCowan::simplified(8.0, 12.0);
    /// assert_eq!([node.w_ee, node.w_ie, node.w_ei, node.w_ii], [8.0, 8.0, 12.0, 12.0]);
    /// ```
    #[doc(alias = "WilsonCowanSimplifiedStep")]
    pub fn simplified(excitation: f64, inhibition: f64) -> Self {
        Self { w_ee: excitation, w_ie: excitation, w_ei: inhibition, w_ii: inhibition, ..Self::default() }
    }

    /// The parameters of figures 10 and 11 of the paper: a limit cycle for `e_input` around 1.25.
    pub fn figure_11() -> Self {
        let highest = |a: f64, theta: f64| (a * theta).sigmoid();
        Self {
            tau_e: ms(1.0),
            a_e: 1.3,
            theta_e: 4.0,
            tau_i: ms(1.0),
            a_i: 2.0,
            theta_i: 3.7,
            w_ee: 16.0,
            w_ei: 12.0,
            w_ie: 15.0,
            w_ii: 3.0,
            k_e: highest(1.3, 4.0),
            k_i: highest(2.0, 3.7),
            r: 1.0,
        }
    }
}

/// dr/dt of a population that takes up a part of what is available to it: the equation of every Wilson–Cowan model.
#[inline(always)]
pub(crate) fn population<T: Real>(rate: T, available: T, part: T, tau: T) -> T {
    (-rate + available * part) / tau
}
