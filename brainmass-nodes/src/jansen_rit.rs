//! The model of Jansen and Rit (1995).

use brainmass_core::node;
use brainmass_core::units::{Hertz, Number, PerVolt, Volt, VoltPerSecond, hz, mv, per_mv, v_per_s};

use crate::transfer::logistic;

node! {
    /// Jansen–Rit: the potential of a cortical column, source of EEG and MEG.
    ///
    /// Pyramidal cells, excitatory and inhibitory interneurons. A synapse turns a rate into a potential by a
    /// second-order filter, a population turns its potential into a rate by a sigmoid. `e − i` is the
    /// potential of the pyramidal cells, which EEG sees.
    ///
    /// ```text
    /// m″ = A_e b_e S(e − i + m_input)                − 2 b_e m′ − b_e² m
    /// e″ = A_e b_e (e_input + a_2 C S(a_1 C m))      − 2 b_e e′ − b_e² e
    /// i″ = A_i b_i a_4 C S(a_3 C m + i_input)        − 2 b_i i′ − b_i² i
    /// S(v) = ν_max / (1 + exp(r (v_0 − v)))
    /// ```
    ///
    /// `m`, `e`, `i` are y₀, y₁, y₂ of the paper; A_e, A_i, b_e, b_i its A, B, a, b; ν_max is 2 e₀. With a steady
    /// `e_input` of 140 to 310 Hz the column has an alpha rhythm of 10.6 to 11.1 Hz from whatever state it starts;
    /// from about 115 Hz on a column at rest falls into slow spikes instead, and below it stays at rest.
    ///
    /// Domain: all numbers: potentials and their velocities lead back from anywhere.
    ///
    /// # Example
    /// ```
    /// use brainmass_core::Node;
    /// use brainmass_nodes::JansenRit;
    /// let column = JansenRit::default();
    /// let slope = JansenRit::derivative(&column, &[0.0; 6], &[0.0, 220.0, 0.0]);
    /// // At v = 0 the pyramidal rate is 5 Hz/(1 + e^3.36); times A b that is m″.
    /// approx::assert_relative_eq!(slope[3], 3.25e-3 * 100.0 * 5.0 / (1.0 + 3.36_f64.exp()), max_relative = 1e-14);
    /// ```
    ///
    /// # References
    /// Jansen & Rit (1995), Biol. Cybern. 73:357–366, doi:10.1007/BF00199471, eq. 6 and the values below it.
    #[doc(alias = "JansenRitStep")]
    #[doc(alias = "JansenRit1995")]
    pub struct JansenRit = "jansen_rit", "A cortical column: pyramidal cells and two kinds of interneurons.";
    parameters {
        /// Excitatory synaptic gain; A in the paper.
        a_e: Volt = mv(3.25), mv(0.0) => mv(100.0);
        /// Inhibitory synaptic gain; B in the paper.
        a_i: Volt = mv(22.0), mv(0.0) => mv(500.0);
        /// Inverse of the excitatory time constant; a in the paper.
        b_e: Hertz = hz(100.0), hz(1.0) => hz(10_000.0);
        /// Inverse of the inhibitory time constant; b in the paper.
        b_i: Hertz = hz(50.0), hz(1.0) => hz(10_000.0);
        /// Number of synapses between the populations.
        c: Number = 135.0, 0.0 => 10_000.0;
        /// Part of the synapses from pyramidal cells to excitatory interneurons; C₁/C.
        a_1: Number = 1.0, 0.0 => 10.0;
        /// Part of the synapses from excitatory interneurons back; C₂/C.
        a_2: Number = 0.8, 0.0 => 10.0;
        /// Part of the synapses from pyramidal cells to inhibitory interneurons; C₃/C.
        a_3: Number = 0.25, 0.0 => 10.0;
        /// Part of the synapses from inhibitory interneurons back; C₄/C.
        a_4: Number = 0.25, 0.0 => 10.0;
        /// Highest firing rate; 2 e₀ in the paper.
        nu_max: Hertz = hz(5.0), hz(0.0) => hz(1000.0);
        /// Potential at half of the highest rate.
        v_0: Volt = mv(6.0), mv(-100.0) => mv(100.0);
        /// Slope of the sigmoid.
        r: PerVolt = per_mv(0.56), per_mv(0.0) => per_mv(100.0);
    }
    state {
        /// What pyramidal cells cause in the interneurons.
        m: Volt = mv(0.0);
        /// What excitatory interneurons and input cause in the pyramidal cells.
        e: Volt = mv(0.0);
        /// What inhibitory interneurons cause in the pyramidal cells.
        i: Volt = mv(0.0);
        /// Rate of change of `m`.
        m_velocity: VoltPerSecond = v_per_s(0.0);
        /// Rate of change of `e`.
        e_velocity: VoltPerSecond = v_per_s(0.0);
        /// Rate of change of `i`.
        i_velocity: VoltPerSecond = v_per_s(0.0);
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
        potential: Volt = e - i;
        /// Firing rate of the pyramidal cells.
        rate: Hertz = nu_max * logistic(e - i, r, v_0);
    }
    derivative {
        let excitatory = a_e * b_e;
        let inhibitory = a_i * b_i;
        let synapses = Synapses { c, a_1, a_2, a_3, a_4, nu_max, v_0, r };
        let [from_pyramidal, from_excitatory, from_inhibitory] =
            synapses.rates(m, e - i, [m_input, e_input, i_input]);
        [
            m_velocity,
            e_velocity,
            i_velocity,
            synapse(excitatory * from_pyramidal, b_e, m, m_velocity),
            synapse(excitatory * from_excitatory, b_e, e, e_velocity),
            synapse(inhibitory * from_inhibitory, b_i, i, i_velocity),
        ]
    }
}

/// What turns the potentials of a column into rates at its synapses.
#[derive(Clone, Copy)]
pub(crate) struct Synapses<T> {
    pub(crate) c: T,
    pub(crate) a_1: T,
    pub(crate) a_2: T,
    pub(crate) a_3: T,
    pub(crate) a_4: T,
    pub(crate) nu_max: T,
    pub(crate) v_0: T,
    pub(crate) r: T,
}

impl<T: brainmass_core::Real> Synapses<T> {
    /// What drives the filters of m, e and i.
    #[inline(always)]
    pub(crate) fn rates(self, m: T, pyramidal: T, [m_input, e_input, i_input]: [T; 3]) -> [T; 3] {
        let Self { c, a_1, a_2, a_3, a_4, nu_max, v_0, r } = self;
        [
            nu_max * logistic(pyramidal + m_input, r, v_0),
            e_input + c * a_2 * nu_max * logistic(c * a_1 * m, r, v_0),
            c * a_4 * nu_max * logistic(c * a_3 * m + i_input, r, v_0),
        ]
    }
}

/// The acceleration of a synapse's potential: a critically damped filter of its drive.
#[inline(always)]
pub(crate) fn synapse<T: brainmass_core::Real>(drive: T, rate: T, potential: T, velocity: T) -> T {
    drive - (rate + rate) * velocity - rate.square() * potential
}
