//! The decision model of Wong and Wang (2006).

use brainmass_core::node;
use brainmass_core::units::{
    Ampere, AmperePerHertz, Hertz, HertzPerAmpere, Number, Second, hz, hz_per_na, ms, na, na_per_hz, s,
};

use crate::reduced_wong_wang::gating;
use crate::transfer::abbott_chance;

node! {
    /// Wong–Wang: two populations that compete, a perceptual decision.
    ///
    /// Each population excites itself and inhibits the other through slow NMDA synapses, so that small differences
    /// of what arrives grow until one wins.
    ///
    /// ```text
    /// ds_k/dt = −s_k/τ_s + (1 − s_k) γ H(x_k)                         k = 1, 2
    /// x_1 = J_11 s_1 − J_12 s_2 + I_0 + J_ext stimulus_1 + current_1
    /// x_2 = J_22 s_2 − J_21 s_1 + I_0 + J_ext stimulus_2 + current_2
    /// H(x) = (a x − b)/(1 − exp(−d (a x − b)))
    /// ```
    ///
    /// The moving dots of the paper are stimuli of μ₀ (1 ± c′/100) with μ₀ = 30 Hz and the coherence c′ in percent; its
    /// noise is an Ornstein–Uhlenbeck current of 2 ms and 0.02 nA. Without a stimulus there are three stable states:
    /// both populations low, s = 0.10265, or one of them high, s = 0.56699. With μ₀ = 30 Hz the symmetric state,
    /// s = 0.42446, is a saddle: one must win.
    ///
    /// Domain: both gatings in \[0, 1\], kept after each step; the equations themselves never leave it.
    ///
    /// DIFFERENCE: the Python library replaces H by the threshold-linear a·max(0, x − 0.31 nA) and takes for J_ext
    /// the value 2.243·10⁻⁴ nA/Hz of another parameter set.
    ///
    /// # Example
    /// ```
    /// use brainmass_core::Node;
    /// use brainmass_nodes::WongWang;
    /// let node = WongWang::default();
    /// // Coherence 51.2 %: the first population gains, the second loses.
    /// let stimulus = [30.0 * 1.512, 30.0 * 0.488, 0.0, 0.0];
    /// let [first, second] = WongWang::derivative(&node, &[0.42446, 0.42446], &stimulus);
    /// assert!(first > 0.5 && second < -0.5);
    /// ```
    ///
    /// # References
    /// Wong & Wang (2006), J. Neurosci. 26:1314–1328, doi:10.1523/JNEUROSCI.3733-05.2006, appendix, the parameter
    /// set without recurrent AMPA synapses.
    #[doc(alias = "WongWangStep")]
    pub struct WongWang = "wong_wang", "Two populations that compete: a perceptual decision.";
    parameters {
        /// Gain of the transfer function.
        a: HertzPerAmpere = hz_per_na(270.0), hz_per_na(0.0) => hz_per_na(10_000.0);
        /// Threshold of the transfer function.
        b: Hertz = hz(108.0), hz(0.0) => hz(10_000.0);
        /// Curvature of the transfer function.
        d: Second = s(0.154), s(1e-4) => s(10.0);
        /// Part of the closed gates that one spike opens.
        gamma: Number = 0.641, 0.0 => 100.0;
        /// Time constant of NMDA synapses.
        tau_s: Second = ms(100.0), ms(0.1) => ms(10_000.0);
        /// Excitation of population 1 by itself.
        j_11: Ampere = na(0.2609), na(0.0) => na(100.0);
        /// Inhibition of population 1 by population 2.
        j_12: Ampere = na(0.0497), na(0.0) => na(100.0);
        /// Inhibition of population 2 by population 1.
        j_21: Ampere = na(0.0497), na(0.0) => na(100.0);
        /// Excitation of population 2 by itself.
        j_22: Ampere = na(0.2609), na(0.0) => na(100.0);
        /// Weight of the stimulus; J_A,ext in the paper.
        j_ext: AmperePerHertz = na_per_hz(5.2e-4), na_per_hz(0.0) => na_per_hz(1.0);
        /// Background current.
        i_0: Ampere = na(0.3255), na(-100.0) => na(100.0);
    }
    state {
        /// Mean gating of population 1.
        s_1: Number = 0.1, 0.0 => 1.0;
        /// Mean gating of population 2.
        s_2: Number = 0.1, 0.0 => 1.0;
    }
    input {
        /// Rate of the stimulus of population 1.
        stimulus_1: Hertz;
        /// Rate of the stimulus of population 2.
        stimulus_2: Hertz;
        /// Current into population 1: noise, other regions.
        current_1: Ampere;
        /// Current into population 2: noise, other regions.
        current_2: Ampere;
    }
    output {}
    derivative {
        let x_1 = j_11 * s_1 - j_12 * s_2 + i_0 + j_ext * stimulus_1 + current_1;
        let x_2 = j_22 * s_2 - j_21 * s_1 + i_0 + j_ext * stimulus_2 + current_2;
        [
            gating(s_1, gamma * abbott_chance(a * x_1 - b, d), tau_s),
            gating(s_2, gamma * abbott_chance(a * x_2 - b, d), tau_s),
        ]
    }
}
