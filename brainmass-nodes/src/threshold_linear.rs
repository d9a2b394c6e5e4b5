//! The rate model of Chaudhuri et al. (2015).

use brainmass_core::node;
use brainmass_core::units::{
    Ampere, AmperePerHertz, Hertz, HertzPerAmpere, Second, hz, hz_per_pa, ms, pa_per_hz,
};

use crate::transfer::threshold_linear;

node! {
    /// Threshold-linear: rates of an excitatory and an inhibitory population that follow their currents.
    ///
    /// ```text
    /// τ_e dr_e/dt = −r_e + β_e [w_ee r_e − w_ei r_i + e_input]₊
    /// τ_i dr_i/dt = −r_i + β_i [w_ie r_e − w_ii r_i + i_input]₊
    /// ```
    ///
    /// The node of the hierarchy of time scales in macaque cortex; there the excitatory weights of a region
    /// grow with its place in the hierarchy, which regional values of `w_ee` and `w_ie` do.
    ///
    /// Domain: rates ≥ 0, kept after each step; the equations themselves never leave it. Rest: silence without
    /// input; above threshold the rates are linear in it, 153.6 Hz and 122.1 Hz per nA of `e_input`.
    ///
    /// DIFFERENCE: the Python library has no weights within a region, and integrates r_i with the wrong sign, so
    /// that it grows without bound.
    ///
    /// # Example
    /// ```
    /// use brainmass_core::Node;
    /// use brainmass_nodes::ThresholdLinear;
    /// // 100 pA through 0.066 Hz/pA, 20 ms: 330 Hz/s; inhibitory rates decay in 10 ms.
    /// let slope = ThresholdLinear::derivative(&ThresholdLinear::default(), &[0.0, 2.0], &[139.4e-12, -1e-12]);
    /// approx::assert_relative_eq!(slope[0], 330.0, max_relative = 1e-12);
    /// assert_eq!(slope[1], -200.0);
    /// ```
    ///
    /// # References
    /// Chaudhuri, Knoblauch, Gariel, Kennedy & Wang (2015), Neuron 88:419–431, doi:10.1016/j.neuron.2015.09.008,
    /// with its parameters, without the factors of the hierarchy.
    #[doc(alias = "ThresholdLinearStep")]
    pub struct ThresholdLinear = "threshold_linear", "Excitatory and inhibitory rates that follow their currents.";
    parameters {
        /// Time constant of the excitatory population.
        tau_e: Second = ms(20.0), ms(0.001) => ms(100_000.0);
        /// Time constant of the inhibitory population.
        tau_i: Second = ms(10.0), ms(0.001) => ms(100_000.0);
        /// Slope of the excitatory transfer function.
        beta_e: HertzPerAmpere = hz_per_pa(0.066), hz_per_pa(0.0) => hz_per_pa(1000.0);
        /// Slope of the inhibitory transfer function.
        beta_i: HertzPerAmpere = hz_per_pa(0.351), hz_per_pa(0.0) => hz_per_pa(1000.0);
        /// Weight from E to E.
        w_ee: AmperePerHertz = pa_per_hz(24.3), pa_per_hz(0.0) => pa_per_hz(10_000.0);
        /// Weight from I to E.
        w_ei: AmperePerHertz = pa_per_hz(19.7), pa_per_hz(0.0) => pa_per_hz(10_000.0);
        /// Weight from E to I.
        w_ie: AmperePerHertz = pa_per_hz(12.2), pa_per_hz(0.0) => pa_per_hz(10_000.0);
        /// Weight from I to I.
        w_ii: AmperePerHertz = pa_per_hz(12.5), pa_per_hz(0.0) => pa_per_hz(10_000.0);
    }
    state {
        /// Rate of the excitatory population.
        r_e: Hertz = hz(0.0), hz(0.0) => hz(f64::INFINITY);
        /// Rate of the inhibitory population.
        r_i: Hertz = hz(0.0), hz(0.0) => hz(f64::INFINITY);
    }
    input {
        /// Current into the excitatory population.
        e_input: Ampere;
        /// Current into the inhibitory population.
        i_input: Ampere;
    }
    output {}
    derivative {
        let e_rate = beta_e * threshold_linear(w_ee * r_e - w_ei * r_i + e_input);
        let i_rate = beta_i * threshold_linear(w_ie * r_e - w_ii * r_i + i_input);
        [(e_rate - r_e) / tau_e, (i_rate - r_i) / tau_i]
    }
}
