//! The model of Larter et al. (1999) as extended by Breakspear et al. (2003).

use brainmass_core::units::{Hertz, Number, khz};
use brainmass_core::{Real, node};

use crate::transfer::logistic;

node! {
    /// Larter–Breakspear: ion currents of pyramidal cells with inhibition; fixed points, cycles and chaos.
    ///
    /// ```text
    /// dv/dt = s [−(g_Ca + r_NMDA a_ee Q) m_Ca (v − v_Ca) − (g_Na m_Na + a_ee Q) (v − v_Na)
    ///            − g_K w (v − v_K) − g_L (v − v_L) − a_ie z Q_z + a_ne i]
    /// dw/dt = s φ (m_K − w)/τ_K
    /// dz/dt = s b (a_ni i + a_ei v Q_v)
    /// Q     = (1 − c) Q_v + c q_input
    /// m_k   = (1 + tanh((v − t_k)/d_k))/2                     k = Ca, Na, K
    /// Q_v   = q_v_max (1 + tanh((v − v_t)/d_v))/2,   Q_z alike of z
    /// ```
    ///
    /// `q_input` is the mean of the rates `q_v` of other regions. Everything is without unit but s, the rate at
    /// which the model's time runs.
    ///
    /// Domain: `w`, the part of open potassium channels, in \[0, 1\], kept after each step; the equations themselves
    /// never leave it.
    ///
    /// # Example
    /// ```
    /// use brainmass_core::Node;
    /// use brainmass_nodes::LarterBreakspear;
    /// let node = LarterBreakspear::default();
    /// // Half of the potassium channels are open at v = 0.
    /// assert_eq!(LarterBreakspear::derivative(&node, &[0.0, 0.5, 0.0], &[0.0])[1], 0.0);
    /// ```
    ///
    /// # References
    /// Breakspear, Terry & Friston (2003), Netw. Comput. Neural Syst. 14:703–732, doi:10.1088/0954-898X_14_4_305;
    /// Larter, Speelman & Worth (1999), Chaos 9:795–804, doi:10.1063/1.166453. Defaults of The Virtual Brain, after
    /// Alstott, Breakspear, Hagmann, Cammoun & Sporns (2009), doi:10.1371/journal.pcbi.1000408, but c = 0.1.
    #[doc(alias = "LarterBreakspearStep")]
    pub struct LarterBreakspear = "larter_breakspear", "Ion currents of pyramidal cells with inhibition: cycles and chaos.";
    parameters {
        /// Rate of the model's time; 1 per ms in The Virtual Brain.
        t_scale: Hertz = khz(1.0), khz(0.0) => khz(100.0);
        /// Conductance of calcium channels.
        g_ca: Number = 1.1, 0.0 => 100.0;
        /// Conductance of potassium channels.
        g_k: Number = 2.0, 0.0 => 100.0;
        /// Conductance of the leak.
        g_l: Number = 0.5, 0.0 => 100.0;
        /// Conductance of sodium channels.
        g_na: Number = 6.7, 0.0 => 100.0;
        /// Threshold of calcium channels.
        t_ca: Number = -0.01, -100.0 => 100.0;
        /// Threshold of potassium channels.
        t_k: Number = 0.0, -100.0 => 100.0;
        /// Threshold of sodium channels.
        t_na: Number = 0.3, -100.0 => 100.0;
        /// Spread of the thresholds of calcium channels.
        d_ca: Number = 0.15, 0.001 => 100.0;
        /// Spread of the thresholds of potassium channels.
        d_k: Number = 0.3, 0.001 => 100.0;
        /// Spread of the thresholds of sodium channels.
        d_na: Number = 0.15, 0.001 => 100.0;
        /// Nernst potential of calcium.
        v_ca: Number = 1.0, -100.0 => 100.0;
        /// Nernst potential of potassium.
        v_k: Number = -0.7, -100.0 => 100.0;
        /// Nernst potential of the leak.
        v_l: Number = -0.5, -100.0 => 100.0;
        /// Nernst potential of sodium.
        v_na: Number = 0.53, -100.0 => 100.0;
        /// Temperature factor.
        phi: Number = 0.7, 0.0 => 100.0;
        /// Relaxation time of potassium channels, in units of 1/s.
        tau_k: Number = 1.0, 0.001 => 1000.0;
        /// Excitatory to excitatory weight.
        a_ee: Number = 0.4, 0.0 => 100.0;
        /// Weight from excitatory to inhibitory cells.
        a_ei: Number = 2.0, 0.0 => 100.0;
        /// Weight from inhibitory to excitatory cells.
        a_ie: Number = 2.0, 0.0 => 100.0;
        /// Weight of the unspecific input to excitatory cells.
        a_ne: Number = 1.0, 0.0 => 100.0;
        /// Weight of the unspecific input to inhibitory cells.
        a_ni: Number = 0.4, 0.0 => 100.0;
        /// Rate of inhibitory cells relative to excitatory ones.
        b: Number = 0.1, 0.0 => 100.0;
        /// Part of the excitation that comes from other regions.
        c: Number = 0.1, 0.0 => 1.0;
        /// Unspecific input.
        i_ext: Number = 0.3, -100.0 => 100.0;
        /// Ratio of NMDA to AMPA receptors.
        r_nmda: Number = 0.25, 0.0 => 100.0;
        /// Threshold of firing of excitatory cells.
        v_t: Number = 0.0, -100.0 => 100.0;
        /// Spread of the thresholds of firing of excitatory cells.
        d_v: Number = 0.65, 0.001 => 100.0;
        /// Threshold of firing of inhibitory cells.
        z_t: Number = 0.0, -100.0 => 100.0;
        /// Spread of the thresholds of firing of inhibitory cells.
        d_z: Number = 0.7, 0.001 => 100.0;
        /// Highest firing rate of excitatory cells.
        q_v_max: Number = 1.0, 0.0 => 100.0;
        /// Highest firing rate of inhibitory cells.
        q_z_max: Number = 1.0, 0.0 => 100.0;
    }
    state {
        /// Mean membrane potential of pyramidal cells.
        v: Number = 0.1;
        /// Part of open potassium channels.
        w: Number = 0.1, 0.0 => 1.0;
        /// Mean membrane potential of inhibitory cells.
        z: Number = 0.1;
    }
    input {
        /// Mean firing rate of other regions.
        q_input: Number;
    }
    output {
        /// Firing rate of the pyramidal cells.
        q_v: Number = q_v_max * gate(v, v_t, d_v);
    }
    derivative {
        let q_v = q_v_max * gate(v, v_t, d_v);
        let q_z = q_z_max * gate(z, z_t, d_z);
        let excitation = a_ee * ((T::one() - c) * q_v + c * q_input);
        let calcium = (g_ca + r_nmda * excitation) * gate(v, t_ca, d_ca) * (v - v_ca);
        let sodium = (g_na * gate(v, t_na, d_na) + excitation) * (v - v_na);
        let potassium = g_k * w * (v - v_k);
        let leak = g_l * (v - v_l);
        [
            t_scale * (a_ne * i_ext - calcium - sodium - potassium - leak - a_ie * z * q_z),
            t_scale * phi * (gate(v, t_k, d_k) - w) / tau_k,
            t_scale * b * (a_ni * i_ext + a_ei * v * q_v),
        ]
    }
}

/// (1 + tanh((v − threshold)/spread))/2, which is a logistic function of twice the slope.
#[inline(always)]
fn gate<T: Real>(v: T, threshold: T, spread: T) -> T {
    logistic(v, T::from_f64(2.0) / spread, threshold)
}
