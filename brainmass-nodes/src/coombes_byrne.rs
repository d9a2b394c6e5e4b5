//! The model of Coombes and Byrne (2019).

use brainmass_core::node;
use brainmass_core::units::{Hertz, HertzPerSecond, Number, Second, hz, ms};

use crate::montbrio_pazo_roxin::{quadratic_neurons, synchrony};

node! {
    /// Coombes–Byrne: quadratic integrate-and-fire neurons with conductance synapses.
    ///
    /// The mean field of [`MontbrioPazoRoxin`](crate::MontbrioPazoRoxin) with synapses that open in proportion to the
    /// rate and pull the potential towards a reversal potential; the limit of fast synapses of the model.
    ///
    /// ```text
    /// τ dr/dt = Δ/(π τ) + 2 r v − g r + τ r_input
    /// τ dv/dt = v² + η − (π τ r)² + (v_syn − v) g + v_input
    /// g = κ π τ r
    /// ```
    ///
    /// Domain: `r` ≥ 0, kept after each step; the equations themselves never leave it. κ = 0 is
    /// Montbrió–Pazó–Roxin with J = 0. With the defaults there is one fixed point, a stable focus at τ r = 0.1847.
    ///
    /// # Example
    /// ```
    /// use brainmass_core::Node;
    /// use brainmass_nodes::{CoombesByrne, MontbrioPazoRoxin};
    /// let open = CoombesByrne { kappa: 0.0, ..CoombesByrne::default() };
    /// let same = MontbrioPazoRoxin { eta: open.eta, j: 0.0, ..MontbrioPazoRoxin::default() };
    /// let (state, input) = ([30.0, -0.7], [0.0, 0.5]);
    /// assert_eq!(
    ///     CoombesByrne::derivative(&open, &state, &input),
    ///     MontbrioPazoRoxin::derivative(&same, &state, &input),
    /// );
    /// ```
    ///
    /// # References
    /// Coombes & Byrne (2019), Next generation neural mass models, in: Nonlinear Dynamics in Computational
    /// Neuroscience, Springer, 1–16, doi:10.1007/978-3-319-71048-8_1. The defaults are those of the Python library
    /// brainmass; the time constant of 10 ms is ours.
    #[doc(alias = "CoombesByrne2D")]
    #[doc(alias = "CoombesByrneStep")]
    pub struct CoombesByrne = "coombes_byrne", "Quadratic integrate-and-fire neurons with conductance synapses.";
    parameters {
        /// Membrane time constant.
        tau: Second = ms(10.0), ms(0.01) => ms(10_000.0);
        /// Half-width of the distribution of excitabilities.
        delta: Number = 1.0, 0.0 => 1000.0;
        /// Median excitability.
        eta: Number = 2.0, -1000.0 => 1000.0;
        /// Strength of the synapses.
        kappa: Number = 1.0, 0.0 => 1000.0;
        /// Reversal potential of the synapses.
        v_syn: Number = -4.0, -1000.0 => 1000.0;
    }
    state {
        /// Firing rate.
        r: Hertz = hz(0.0), hz(0.0) => hz(f64::INFINITY);
        /// Mean membrane potential.
        v: Number = -2.0;
    }
    input {
        /// Added to dr/dt.
        r_input: HertzPerSecond;
        /// Current.
        v_input: Number;
    }
    output {
        /// Modulus of the Kuramoto order parameter: 1 if all neurons fire together.
        synchrony: Number = synchrony(tau * r, v);
    }
    derivative {
        let rate = tau * r;
        let g = kappa * T::from_f64(std::f64::consts::PI) * rate;
        let [rate_slope, v_slope] = quadratic_neurons(rate, v, delta, eta + v_input);
        [(rate_slope - g * rate) / tau.square() + r_input, (v_slope + (v_syn - v) * g) / tau]
    }
}
