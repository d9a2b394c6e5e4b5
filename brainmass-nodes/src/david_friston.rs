//! The model of David and Friston (2003).

use brainmass_core::node;
use brainmass_core::units::{
    Hertz, Number, PerVolt, Second, Volt, VoltPerSecond, hz, ms, mv, per_mv, v_per_s,
};

use crate::jansen_rit::{Synapses, synapse};
use crate::transfer::logistic;

node! {
    /// David–Friston: a Jansen–Rit column of slow and fast synapses, for broad spectra.
    ///
    /// The column of [`JansenRit`](crate::JansenRit), of whose neurons a part w has the time constants with index 1, the
    /// others those with index 2. All see the mean potentials, and each part filters the same rates:
    ///
    /// ```text
    /// m = w m_1 + (1 − w) m_2,   y = w (e_1 − i_1) + (1 − w) (e_2 − i_2)
    /// m_k″ = H_ek/τ_ek S(y + m_input)                       − 2 m_k′/τ_ek − m_k/τ_ek²
    /// e_k″ = H_ek/τ_ek (e_input + a_2 C S(a_1 C m))         − 2 e_k′/τ_ek − e_k/τ_ek²
    /// i_k″ = H_ik/τ_ik a_4 C S(a_3 C m + i_input)           − 2 i_k′/τ_ik − i_k/τ_ik²
    /// S(v) = ν_max / (1 + exp(r (v_0 − v)))                                    k = 1, 2
    /// ```
    ///
    /// With 220 Hz of input the slow part alone (w = 1) oscillates at 10.0 Hz, the fast one alone (w = 0) at 43.7 Hz;
    /// halves of both rest and turn noise into one broad peak between.
    ///
    /// Domain: all numbers: potentials and their velocities lead back from anywhere.
    ///
    /// # Example
    /// ```
    /// use brainmass_core::Node;
    /// use brainmass_nodes::{DavidFriston, JansenRit};
    /// use brainmass_core::units::{ms, mv};
    /// // One kind of synapses, Jansen and Rit's own: the same column.
    /// let (h_e1, tau_e1, h_i1, tau_i1) = (mv(3.25), ms(10.0), mv(22.0), ms(20.0));
    /// let one = DavidFriston { w: 1.0, h_e1, tau_e1, h_i1, tau_i1, ..DavidFriston::default() };
    /// let state = [1e-4, 0.02, 0.015, 0.0, 0.3, -0.2, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0];
    /// let slope = DavidFriston::derivative(&one, &state, &[0.0, 220.0, 0.0]);
    /// let same = JansenRit::derivative(&JansenRit::default(), &[1e-4, 0.02, 0.015, 0.0, 0.3, -0.2], &[0.0, 220.0, 0.0]);
    /// approx::assert_relative_eq!(slope[..6], same[..], max_relative = 1e-12);
    /// ```
    ///
    /// # References
    /// David & Friston (2003), NeuroImage 20:1743–1755, doi:10.1016/j.neuroimage.2003.07.015: time constants of 10.8 and
    /// 22.0 ms for alpha, 4.6 and 2.9 ms for gamma, with the products H τ of Jansen and Rit. w = 0.8 as in The Virtual
    /// Brain.
    #[doc(alias = "JansenRitDavid2003")]
    pub struct DavidFriston = "david_friston", "A Jansen–Rit column of slow and fast synapses.";
    parameters {
        /// Part of the neurons with slow synapses.
        w: Number = 0.8, 0.0 => 1.0;
        /// Gain of slow excitatory synapses.
        h_e1: Volt = mv(3.25 * 10.0 / 10.8), mv(0.0) => mv(1000.0);
        /// Time constant of slow excitatory synapses.
        tau_e1: Second = ms(10.8), ms(0.1) => ms(1000.0);
        /// Gain of slow inhibitory synapses.
        h_i1: Volt = mv(22.0 * 20.0 / 22.0), mv(0.0) => mv(1000.0);
        /// Time constant of slow inhibitory synapses.
        tau_i1: Second = ms(22.0), ms(0.1) => ms(1000.0);
        /// Gain of fast excitatory synapses.
        h_e2: Volt = mv(3.25 * 10.0 / 4.6), mv(0.0) => mv(1000.0);
        /// Time constant of fast excitatory synapses.
        tau_e2: Second = ms(4.6), ms(0.1) => ms(1000.0);
        /// Gain of fast inhibitory synapses.
        h_i2: Volt = mv(22.0 * 20.0 / 2.9), mv(0.0) => mv(1000.0);
        /// Time constant of fast inhibitory synapses.
        tau_i2: Second = ms(2.9), ms(0.1) => ms(1000.0);
        /// Number of synapses between the populations.
        c: Number = 135.0, 0.0 => 10_000.0;
        /// Part of the synapses from pyramidal cells to excitatory interneurons.
        a_1: Number = 1.0, 0.0 => 10.0;
        /// Part of the synapses from excitatory interneurons back.
        a_2: Number = 0.8, 0.0 => 10.0;
        /// Part of the synapses from pyramidal cells to inhibitory interneurons.
        a_3: Number = 0.25, 0.0 => 10.0;
        /// Part of the synapses from inhibitory interneurons back.
        a_4: Number = 0.25, 0.0 => 10.0;
        /// Highest firing rate.
        nu_max: Hertz = hz(5.0), hz(0.0) => hz(1000.0);
        /// Potential at half of the highest rate.
        v_0: Volt = mv(6.0), mv(-100.0) => mv(100.0);
        /// Slope of the sigmoid.
        r: PerVolt = per_mv(0.56), per_mv(0.0) => per_mv(100.0);
    }
    state {
        /// What pyramidal cells cause in slow interneurons.
        m_1: Volt = mv(0.0);
        /// What excitatory interneurons and input cause in slow pyramidal cells.
        e_1: Volt = mv(0.0);
        /// What inhibitory interneurons cause in slow pyramidal cells.
        i_1: Volt = mv(0.0);
        /// Rate of change of `m_1`.
        m_1_velocity: VoltPerSecond = v_per_s(0.0);
        /// Rate of change of `e_1`.
        e_1_velocity: VoltPerSecond = v_per_s(0.0);
        /// Rate of change of `i_1`.
        i_1_velocity: VoltPerSecond = v_per_s(0.0);
        /// What pyramidal cells cause in fast interneurons.
        m_2: Volt = mv(0.0);
        /// What excitatory interneurons and input cause in fast pyramidal cells.
        e_2: Volt = mv(0.0);
        /// What inhibitory interneurons cause in fast pyramidal cells.
        i_2: Volt = mv(0.0);
        /// Rate of change of `m_2`.
        m_2_velocity: VoltPerSecond = v_per_s(0.0);
        /// Rate of change of `e_2`.
        e_2_velocity: VoltPerSecond = v_per_s(0.0);
        /// Rate of change of `i_2`.
        i_2_velocity: VoltPerSecond = v_per_s(0.0);
    }
    input {
        /// Potential added to that of the pyramidal cells.
        m_input: Volt;
        /// Rate that arrives from elsewhere; p in the paper.
        e_input: Hertz;
        /// Potential added to that of the inhibitory interneurons.
        i_input: Volt;
    }
    output {
        /// Potential of the pyramidal cells.
        potential: Volt = mixture(w, e_1 - i_1, e_2 - i_2);
        /// Firing rate of the pyramidal cells.
        rate: Hertz = nu_max * logistic(mixture(w, e_1 - i_1, e_2 - i_2), r, v_0);
    }
    derivative {
        let synapses = Synapses { c, a_1, a_2, a_3, a_4, nu_max, v_0, r };
        let potential = mixture(w, e_1 - i_1, e_2 - i_2);
        let [to_m, to_e, to_i] = synapses.rates(mixture(w, m_1, m_2), potential, [m_input, e_input, i_input]);
        let (b_e1, b_i1, b_e2, b_i2) = (tau_e1.recip(), tau_i1.recip(), tau_e2.recip(), tau_i2.recip());
        [
            m_1_velocity,
            e_1_velocity,
            i_1_velocity,
            synapse(h_e1 * b_e1 * to_m, b_e1, m_1, m_1_velocity),
            synapse(h_e1 * b_e1 * to_e, b_e1, e_1, e_1_velocity),
            synapse(h_i1 * b_i1 * to_i, b_i1, i_1, i_1_velocity),
            m_2_velocity,
            e_2_velocity,
            i_2_velocity,
            synapse(h_e2 * b_e2 * to_m, b_e2, m_2, m_2_velocity),
            synapse(h_e2 * b_e2 * to_e, b_e2, e_2, e_2_velocity),
            synapse(h_i2 * b_i2 * to_i, b_i2, i_2, i_2_velocity),
        ]
    }
}

/// The mean over neurons with slow and with fast synapses.
#[inline(always)]
fn mixture<T: brainmass_core::Real>(w: T, slow: T, fast: T) -> T {
    w * slow + (T::one() - w) * fast
}
