//! The one-population model of Deco et al. (2013).

use brainmass_core::node;
use brainmass_core::units::{Ampere, Hertz, HertzPerAmpere, Number, Second, hz, hz_per_na, ms, na, s};

use crate::transfer::abbott_chance;

node! {
    /// Reduced Wong–Wang, one population: the mean gating of NMDA synapses.
    ///
    /// The dynamic mean field of resting-state fMRI: slow synapses of an excitatory population excite itself and,
    /// through the connectome, others.
    ///
    /// ```text
    /// ds/dt = −s/τ_s + (1 − s) γ H(x)
    /// x = w J_N s + J_N s_input + I_0 + current
    /// H(x) = (a x − b)/(1 − exp(−d (a x − b)))
    /// ```
    ///
    /// `s_input` is G Σ C_ij s_j of the paper: additive coupling from `s` of strength G.
    /// Used for functional connectivity of fMRI at rest.
    ///
    /// Domain: `s` in \[0, 1\], kept after each step; the equation itself never leaves it. The defaults have one
    /// stable fixed point, s = 0.03436; w = 1.2 has three.
    ///
    /// # Example
    /// ```
    /// use brainmass_core::{units::na, Node};
    /// use brainmass_nodes::ReducedWongWang;
    /// // At x = b/a = 0.4 nA the rate is 1/d, and the slope γ/d without open gates.
    /// let node = ReducedWongWang { i_0: na(0.4), ..ReducedWongWang::default() };
    /// let slope = ReducedWongWang::derivative(&node, &[0.0], &[0.0, 0.0])[0];
    /// approx::assert_relative_eq!(slope, 0.641 / 0.154, max_relative = 1e-12);
    /// ```
    ///
    /// # References
    /// Deco, Ponce-Alvarez, Mantini, Romani, Hagmann & Corbetta (2013), J. Neurosci. 33:11239–11252,
    /// doi:10.1523/JNEUROSCI.1091-13.2013, with its w = 0.9 and I_0 = 0.3 nA.
    #[doc(alias = "WWModel")]
    #[doc(alias = "DMF")]
    pub struct ReducedWongWang = "reduced_wong_wang", "Mean gating of NMDA synapses of one population: resting-state fMRI.";
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
        /// Strength of the excitation of the population by itself.
        w: Number = 0.9, 0.0 => 100.0;
        /// Synaptic coupling.
        j_n: Ampere = na(0.2609), na(0.0) => na(100.0);
        /// Background current.
        i_0: Ampere = na(0.3), na(-100.0) => na(100.0);
    }
    state {
        /// Mean gating: part of the channels that are open.
        s: Number = 0.1, 0.0 => 1.0;
    }
    input {
        /// Gating of other regions, weighted and summed.
        s_input: Number;
        /// Current from elsewhere.
        current: Ampere;
    }
    output {}
    derivative {
        let x = j_n * (w * s + s_input) + i_0 + current;
        [gating(s, gamma * abbott_chance(a * x - b, d), tau_s)]
    }
}

/// The slope of an NMDA gating variable: gates close with a time constant and open at a rate.
#[inline(always)]
pub(crate) fn gating<T: brainmass_core::Real>(s: T, opening: T, tau: T) -> T {
    (T::one() - s) * opening - s / tau
}
