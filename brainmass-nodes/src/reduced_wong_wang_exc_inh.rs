//! The excitatory–inhibitory model of Deco et al. (2014).

use brainmass_core::node;
use brainmass_core::units::{Ampere, Hertz, HertzPerAmpere, Number, Second, hz, hz_per_na, ms, na, s};

use crate::reduced_wong_wang::gating;
use crate::transfer::abbott_chance;

node! {
    /// Reduced Wong–Wang, two populations: NMDA gating of excitatory, GABA gating of inhibitory synapses.
    ///
    /// Used for functional connectivity of fMRI at rest, with excitation and inhibition in balance.
    ///
    /// ```text
    /// ds_e/dt = −s_e/τ_e + (1 − s_e) γ_e H(x_e; a_e, b_e, d_e)
    /// ds_i/dt = −s_i/τ_i + γ_i H(x_i; a_i, b_i, d_i)
    /// x_e = W_e I_0 + w_p J_N s_e + J_N s_input − J_i s_i + current
    /// x_i = W_i I_0 + J_N s_e − J_ii s_i + λ J_N s_input
    /// H(x; a, b, d) = (a x − b)/(1 − exp(−d (a x − b)))
    /// ```
    ///
    /// `s_input` is G Σ C_ij s_j of the paper: additive coupling from `s_e` of strength G. `j_i` is the feedback
    /// inhibition that the paper tunes region by region until x_e − b_e/a_e = −0.026 nA, a rate of 3.06 Hz; an isolated
    /// region needs 1.0019 nA; [`FeedbackInhibition`](crate::FeedbackInhibition) finds it. λ = 0 leaves long-range excitation of inhibitory neurons out.
    ///
    /// Domain: `s_e` in \[0, 1\] and `s_i` ≥ 0, kept after each step; the equations themselves never leave it.
    /// Rest without input: s_e = 0.16476, s_i = 0.03922.
    ///
    /// # Example
    /// ```
    /// use brainmass_core::{units::na, Node};
    /// use brainmass_nodes::ReducedWongWangExcInh;
    /// let slope = |j_i| {
    ///     let node = ReducedWongWangExcInh { j_i: na(j_i), ..ReducedWongWangExcInh::default() };
    ///     ReducedWongWangExcInh::derivative(&node, &[0.16412, 0.03916], &[0.0, 0.0])[0]
    /// };
    /// // More feedback inhibition, less excitation.
    /// assert!(slope(0.9) > 0.0 && slope(1.1) < 0.0);
    /// ```
    ///
    /// # References
    /// Deco, Ponce-Alvarez, Hagmann, Romani, Mantini & Corbetta (2014), J. Neurosci. 34:7886–7898,
    /// doi:10.1523/JNEUROSCI.5068-13.2014, with its parameters.
    #[doc(alias = "WongWangExcInhStep")]
    #[doc(alias = "DecoBalancedExcInh")]
    #[doc(alias = "rWWEx")]
    pub struct ReducedWongWangExcInh = "reduced_wong_wang_exc_inh", "Gating of excitatory and inhibitory synapses with feedback inhibition.";
    parameters {
        /// Gain of the excitatory transfer function.
        a_e: HertzPerAmpere = hz_per_na(310.0), hz_per_na(0.0) => hz_per_na(10_000.0);
        /// Threshold of the excitatory transfer function.
        b_e: Hertz = hz(125.0), hz(0.0) => hz(10_000.0);
        /// Curvature of the excitatory transfer function.
        d_e: Second = s(0.16), s(1e-4) => s(10.0);
        /// Part of the closed gates that one excitatory spike opens.
        gamma_e: Number = 0.641, 0.0 => 100.0;
        /// Time constant of NMDA synapses.
        tau_e: Second = ms(100.0), ms(0.1) => ms(10_000.0);
        /// Strength of the excitation of the excitatory population by itself; w₊ in the paper.
        w_p: Number = 1.4, 0.0 => 100.0;
        /// Part of the background current that excitatory neurons receive.
        w_e: Number = 1.0, 0.0 => 100.0;
        /// Gain of the inhibitory transfer function.
        a_i: HertzPerAmpere = hz_per_na(615.0), hz_per_na(0.0) => hz_per_na(10_000.0);
        /// Threshold of the inhibitory transfer function.
        b_i: Hertz = hz(177.0), hz(0.0) => hz(10_000.0);
        /// Curvature of the inhibitory transfer function.
        d_i: Second = s(0.087), s(1e-4) => s(10.0);
        /// Gating that one inhibitory spike adds; not written in the paper, where it is 1.
        gamma_i: Number = 1.0, 0.0 => 100.0;
        /// Time constant of GABA synapses.
        tau_i: Second = ms(10.0), ms(0.1) => ms(10_000.0);
        /// Part of the background current that inhibitory neurons receive.
        w_i: Number = 0.7, 0.0 => 100.0;
        /// Excitatory synaptic coupling.
        j_n: Ampere = na(0.15), na(0.0) => na(100.0);
        /// Feedback inhibition: from inhibitory to excitatory neurons.
        j_i: Ampere = na(1.0), na(0.0) => na(100.0);
        /// From inhibitory to inhibitory neurons; not written in the paper, where it is 1 nA.
        j_ii: Ampere = na(1.0), na(0.0) => na(100.0);
        /// Background current.
        i_0: Ampere = na(0.382), na(-100.0) => na(100.0);
        /// Part of the long-range excitation that inhibitory neurons receive.
        lambda: Number = 0.0, 0.0 => 100.0;
    }
    state {
        /// Mean gating of excitatory synapses.
        s_e: Number = 0.1, 0.0 => 1.0;
        /// Mean gating of inhibitory synapses.
        s_i: Number = 0.02, 0.0 => f64::INFINITY;
    }
    input {
        /// Excitatory gating of other regions, weighted and summed.
        s_input: Number;
        /// Current into excitatory neurons; I_external in the paper.
        current: Ampere;
    }
    output {}
    derivative {
        let x_e = w_e * i_0 + j_n * (w_p * s_e + s_input) - j_i * s_i + current;
        let x_i = w_i * i_0 + j_n * (s_e + lambda * s_input) - j_ii * s_i;
        [
            gating(s_e, gamma_e * abbott_chance(a_e * x_e - b_e, d_e), tau_e),
            gamma_i * abbott_chance(a_i * x_i - b_i, d_i) - s_i / tau_i,
        ]
    }
}
