//! The mean field of adaptive exponential integrate-and-fire neurons: ALN, an adaptive linear–nonlinear cascade.

use brainmass_core::units::{
    Ampere, Hertz, Number, Second, Siemens, Volt, VoltPerSecond, ms, mv, ns, pa, v_per_s,
};
use brainmass_core::{Real, node};

use crate::response::Response;

node! {
    /// ALN: the mean field of an excitatory and an inhibitory population of spiking neurons with adaptation.
    ///
    /// Thousands of adaptive exponential integrate-and-fire neurons see a mean input μ and a noise σ, both made by the
    /// spikes of others through saturating synapses. What they make of it, the rate Φ, the mean potential V̄ and the time
    /// constant τ with which the rate follows, is that of the Fokker–Planck equation ([`response`](crate::response)).
    ///
    /// ```text
    /// τ(μ_e − I_A/C, σ_e) dμ_e/dt = j_ee s_ee + j_ei s_ei + μ_e,ext + e_input − μ_e
    /// τ(μ_i, σ_i)         dμ_i/dt = j_ie s_ie + j_ii s_ii + μ_i,ext + i_input − μ_i
    /// τ_a dI_A/dt  = a (V̄(μ_e − I_A/C, σ_e) − e_a) − I_A + τ_a b rate_e
    /// τ_sy ds_xy/dt  = (1 − s_xy) z_xy − s_xy                 xy = ee, ei, ie, ii
    /// τ_sy² dv_xy/dt = (1 − s_xy)² q_xy + (q_xy − 2 τ_sy (1 + z_xy)) v_xy
    /// τ_σ dσ_x/dt  = (σ_x,ext² + Σ_y 2 j_xy² v_xy τ_sy τ_m/((1 + z_xy) τ_m + τ_sy))^½ − σ_x
    /// z_xy = κ_xy k_y r_y_input, q_xy = κ_xy² k_y r_y_input, κ_xy = c_xy τ_sy/|j_xy|
    /// z_ee and q_ee have in addition κ_gl k_gl network_input and κ_gl² k_gl network_squared_input, κ_gl = c_gl τ_se/j_ee
    /// rate_e = Φ(μ_e − I_A/C, σ_e), rate_i = Φ(μ_i, σ_i)
    /// ```
    ///
    /// s and v are mean and variance of the part of synapses that are active. Indices read *to*, *from*. τ_m = 20 ms and
    /// C = 200 pF are those of the neuron for which Φ, V̄ and τ were computed.
    ///
    /// **The populations act on each other through connections**, since their spikes arrive late: 4 ms from E, 2 ms from
    /// I. Four of them make a network, each a `Connection` in Rust and a `[[network.coupling]]` in files: `rate_e` to
    /// `r_e_input` and `rate_i` to `r_i_input` within regions; `rate_e` to `network_input` between regions, and to
    /// `network_squared_input` with squared weights, since the noise of many inputs grows with their squares.
    /// `experiments/adaptive_linear_nonlinear.toml` is such a file.
    ///
    /// DIFFERENCE: σ follows with τ_σ, where Cakan and Obermayer take it at once, which an output that is coupled cannot:
    /// they would be one equation. Augustin et al. filter it, too, with a time constant of some tenths of a millisecond
    /// to milliseconds. What is at rest is the same.
    ///
    /// Domain: s in \[0, 1\] and v ≥ 0, kept after each step. Beyond −1 and 7 mV/ms, 1 and 5 mV/√ms, the neurons
    /// answer as at the edge. Input rates below 0 make no sense and are not checked.
    ///
    /// # Example
    /// ```
    /// use brainmass_core::Node;
    /// use brainmass_nodes::AdaptiveLinearNonlinear;
    /// let node = AdaptiveLinearNonlinear::default();
    /// let mut state = AdaptiveLinearNonlinear::initial();
    /// state[0] = 1.0;
    /// // 1 mV/ms and 1.5 mV/√ms: the solver finds 24.46 Hz.
    /// assert!((AdaptiveLinearNonlinear::output(&node, &state)[0] - 24.46).abs() < 0.03);
    /// // 10 Hz from 800 neurons open z = 0.3·2/2.43 · 800 · 0.01 = 1.975 in a time constant of 2 ms.
    /// let slope = AdaptiveLinearNonlinear::derivative(&node, &state, &[0.0, 0.0, 10.0, 0.0, 0.0, 0.0]);
    /// assert!((slope[3] - 0.3 * 0.002 / 2.43 * 800.0 * 10.0 / 0.002).abs() < 1e-9);
    /// ```
    ///
    /// # References
    /// Cakan & Obermayer (2020), `PLoS` Comput. Biol. 16:e1007822, doi:10.1371/journal.pcbi.1007822, equations and
    /// values; Augustin, Ladenbauer, Baumann & Obermayer (2017), `PLoS` Comput. Biol. 13:e1005545,
    /// doi:10.1371/journal.pcbi.1005545, for the cascade.
    #[doc(alias = "ALN")]
    #[doc(alias = "ALNModel")]
    #[doc(alias = "AdEx mean field")]
    pub struct AdaptiveLinearNonlinear = "adaptive_linear_nonlinear", "The mean field of adaptive exponential integrate-and-fire neurons (ALN).", loops;
    parameters {
        /// Mean external input of the excitatory population; mV/ms are V/s.
        mu_e_ext: VoltPerSecond = v_per_s(0.4), v_per_s(-100.0) => v_per_s(100.0);
        /// Mean external input of the inhibitory population.
        mu_i_ext: VoltPerSecond = v_per_s(0.3), v_per_s(-100.0) => v_per_s(100.0);
        /// Noise of the external input of E: 1.5 mV/√ms, by what piles up in a second.
        sigma_e_ext: Volt = mv(47.434_164_902_525_69), mv(31.622_776_601_683_79) => mv(158.113_883_008_418_97);
        /// Noise of the external input of I.
        sigma_i_ext: Volt = mv(47.434_164_902_525_69), mv(31.622_776_601_683_79) => mv(158.113_883_008_418_97);
        /// Excitatory neurons of its region that a neuron hears.
        k_e: Number = 800.0, 0.0 => 100_000.0;
        /// Inhibitory neurons of its region that a neuron hears.
        k_i: Number = 200.0, 0.0 => 100_000.0;
        /// Excitatory neurons of another region that an excitatory neuron hears.
        k_gl: Number = 250.0, 0.0 => 100_000.0;
        /// Size of a postsynaptic current from E to E.
        c_ee: VoltPerSecond = v_per_s(0.3), v_per_s(0.0) => v_per_s(100.0);
        /// Size of a postsynaptic current from I to E.
        c_ei: VoltPerSecond = v_per_s(0.5), v_per_s(0.0) => v_per_s(100.0);
        /// Size of a postsynaptic current from E to I.
        c_ie: VoltPerSecond = v_per_s(0.3), v_per_s(0.0) => v_per_s(100.0);
        /// Size of a postsynaptic current from I to I.
        c_ii: VoltPerSecond = v_per_s(0.5), v_per_s(0.0) => v_per_s(100.0);
        /// Size of a postsynaptic current from another region.
        c_gl: VoltPerSecond = v_per_s(0.3), v_per_s(0.0) => v_per_s(100.0);
        /// Current when all synapses from E to E are active.
        j_ee: VoltPerSecond = v_per_s(2.43), v_per_s(0.01) => v_per_s(1000.0);
        /// Current when all synapses from I to E are active.
        j_ei: VoltPerSecond = v_per_s(-3.3), v_per_s(-1000.0) => v_per_s(-0.01);
        /// Current when all synapses from E to I are active.
        j_ie: VoltPerSecond = v_per_s(2.6), v_per_s(0.01) => v_per_s(1000.0);
        /// Current when all synapses from I to I are active.
        j_ii: VoltPerSecond = v_per_s(-1.64), v_per_s(-1000.0) => v_per_s(-0.01);
        /// Time constant of excitatory synapses.
        tau_se: Second = ms(2.0), ms(0.01) => ms(1000.0);
        /// Time constant of inhibitory synapses.
        tau_si: Second = ms(5.0), ms(0.01) => ms(1000.0);
        /// Adaptation by the potential.
        a: Siemens = ns(0.0), ns(0.0) => ns(1000.0);
        /// Adaptation by each spike.
        b: Ampere = pa(0.0), pa(0.0) => pa(10_000.0);
        /// Potential at which adaptation reverses.
        e_a: Volt = mv(-80.0), mv(-200.0) => mv(100.0);
        /// Time constant of adaptation.
        tau_a: Second = ms(200.0), ms(0.1) => ms(100_000.0);
        /// Time constant with which the noise follows the synapses. Near 0 in the paper; the step should not be longer.
        tau_sigma: Second = ms(0.1), ms(0.001) => ms(1000.0);
    }
    state {
        /// Mean input of the excitatory population, as the rate follows it.
        mu_e: VoltPerSecond = v_per_s(0.4);
        /// Mean input of the inhibitory population.
        mu_i: VoltPerSecond = v_per_s(0.3);
        /// Adaptation current of the excitatory population.
        i_a: Ampere = pa(0.0);
        /// Mean part of active synapses, E to E.
        s_ee: Number = 0.0, 0.0 => 1.0;
        /// Mean part of active synapses, I to E.
        s_ei: Number = 0.0, 0.0 => 1.0;
        /// Mean part of active synapses, E to I.
        s_ie: Number = 0.0, 0.0 => 1.0;
        /// Mean part of active synapses, I to I.
        s_ii: Number = 0.0, 0.0 => 1.0;
        /// Variance of the part of active synapses, E to E.
        v_ee: Number = 0.0, 0.0 => f64::INFINITY;
        /// Variance of the part of active synapses, I to E.
        v_ei: Number = 0.0, 0.0 => f64::INFINITY;
        /// Variance of the part of active synapses, E to I.
        v_ie: Number = 0.0, 0.0 => f64::INFINITY;
        /// Variance of the part of active synapses, I to I.
        v_ii: Number = 0.0, 0.0 => f64::INFINITY;
        /// Noise of the input of the excitatory population.
        sigma_e: Volt = mv(47.434_164_902_525_69);
        /// Noise of the input of the inhibitory population.
        sigma_i: Volt = mv(47.434_164_902_525_69);
    }
    input {
        /// Current into the excitatory population, over its capacitance.
        e_input: VoltPerSecond;
        /// Current into the inhibitory population, over its capacitance.
        i_input: VoltPerSecond;
        /// Rate of the region's excitatory neurons as it arrives: late.
        r_e_input: Hertz;
        /// Rate of the region's inhibitory neurons as it arrives.
        r_i_input: Hertz;
        /// Rates of other regions, times the weights.
        network_input: Hertz;
        /// Rates of other regions, times the squares of the weights.
        network_squared_input: Hertz;
    }
    output {
        /// Spikes per second of an excitatory neuron.
        rate_e: Hertz = Response::to(adapted(mu_e, i_a), sigma_e).rate();
        /// Spikes per second of an inhibitory neuron.
        rate_i: Hertz = Response::to(mu_i, sigma_i).rate();
    }
    derivative {
        let excitatory = Response::to(adapted(mu_e, i_a), sigma_e);
        let inhibitory = Response::to(mu_i, sigma_i);
        let kappa_gl = c_gl * tau_se / j_ee;
        let mut ee = Spikes::of(c_ee * tau_se / j_ee, k_e * r_e_input);
        ee.z += kappa_gl * k_gl * network_input;
        ee.q += kappa_gl.square() * k_gl * network_squared_input;
        let ei = Spikes::of(-(c_ei * tau_si / j_ei), k_i * r_i_input);
        let ie = Spikes::of(c_ie * tau_se / j_ie, k_e * r_e_input);
        let ii = Spikes::of(-(c_ii * tau_si / j_ii), k_i * r_i_input);
        let noise_e = sigma_e_ext.square() + ee.noise(j_ee, v_ee, tau_se) + ei.noise(j_ei, v_ei, tau_si);
        let noise_i = sigma_i_ext.square() + ie.noise(j_ie, v_ie, tau_se) + ii.noise(j_ii, v_ii, tau_si);
        [
            (j_ee * s_ee + j_ei * s_ei + mu_e_ext + e_input - mu_e) / excitatory.time_constant(),
            (j_ie * s_ie + j_ii * s_ii + mu_i_ext + i_input - mu_i) / inhibitory.time_constant(),
            (a * (excitatory.mean_potential() - e_a) - i_a) / tau_a + b * excitatory.rate(),
            ee.mean(s_ee, tau_se),
            ei.mean(s_ei, tau_si),
            ie.mean(s_ie, tau_se),
            ii.mean(s_ii, tau_si),
            ee.variance(s_ee, v_ee, tau_se),
            ei.variance(s_ei, v_ei, tau_si),
            ie.variance(s_ie, v_ie, tau_se),
            ii.variance(s_ii, v_ii, tau_si),
            (noise_e.sqrt() - sigma_e) / tau_sigma,
            (noise_i.sqrt() - sigma_i) / tau_sigma,
        ]
    }
}

/// Time constant of the membrane, s.
const TAU_M: f64 = 0.02;
/// Capacitance of the membrane, F.
const CAPACITANCE: f64 = 200e-12;

/// The mean input less what adaptation takes.
#[inline(always)]
fn adapted<T: Real>(mu: T, adaptation: T) -> T {
    mu - adaptation * T::from_f64(1.0 / CAPACITANCE)
}

/// What arrives at synapses of one kind: what opens them on average, and what spreads them, s.
#[derive(Clone, Copy)]
struct Spikes<T> {
    z: T,
    q: T,
}

impl<T: Real> Spikes<T> {
    /// Of all neurons together, each opening so much for so long.
    #[inline(always)]
    fn of(kappa: T, rate: T) -> Self {
        Self { z: kappa * rate, q: kappa.square() * rate }
    }

    #[inline(always)]
    fn mean(self, s: T, tau: T) -> T {
        ((T::one() - s) * self.z - s) / tau
    }

    #[inline(always)]
    fn variance(self, s: T, v: T, tau: T) -> T {
        let decay = (tau + tau) * (T::one() + self.z);
        ((T::one() - s).square() * self.q + (self.q - decay) * v) / tau.square()
    }

    /// What the membrane sees of the variance as white noise, V². Within a step of Heun's a variance may look below zero.
    #[inline(always)]
    fn noise(self, j: T, v: T, tau: T) -> T {
        let tau_m = T::from_f64(TAU_M);
        (j.square() + j.square()) * v.max(T::zero()) * tau * tau_m / ((T::one() + self.z) * tau_m + tau)
    }
}
