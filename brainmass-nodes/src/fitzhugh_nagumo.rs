//! An excitable membrane.

use brainmass_core::node;
use brainmass_core::units::{Number, Second, ms};

node! {
    /// FitzHugh–Nagumo: an excitable membrane, fast potential and slow recovery.
    ///
    /// ```text
    /// τ_v dv/dt = −α v³ + β v² + γ v − w + v_input
    /// τ_w dw/dt = v − δ − ε w + w_input
    /// ```
    ///
    /// With the defaults an isolated region rests at (0, 0); a constant `v_input` between 0.7261 and 1.3315 makes it
    /// oscillate. [`FitzHughNagumo::classical`] has the parameters of the textbooks.
    ///
    /// Domain: all numbers; with α > 0 the cubic leads back from anywhere.
    ///
    /// # Example
    /// ```
    /// use brainmass_core::Node;
    /// use brainmass_nodes::FitzHughNagumo;
    /// let node = FitzHughNagumo::default();
    /// // v = 1: −3 + 4 − 1.5 = −0.5 per ms; w rises by 1/20 per ms.
    /// assert_eq!(FitzHughNagumo::derivative(&node, &[1.0, 0.0], &[0.0, 0.0]), [-500.0, 50.0]);
    /// ```
    ///
    /// # References
    /// FitzHugh (1961), Biophys. J. 1:445–466, doi:10.1016/S0006-3495(61)86902-6. The defaults are those of Kostova,
    /// Ravindran & Schonbek (2004), Int. J. Bifurcat. Chaos 14:913–925, doi:10.1142/S0218127404009685, as in other
    /// simulators.
    #[doc(alias = "FHN")]
    #[doc(alias = "FHNModel")]
    #[doc(alias = "FitzHughNagumoStep")]
    pub struct FitzHughNagumo = "fitzhugh_nagumo", "An excitable membrane: fast potential, slow recovery.";
    parameters {
        /// Time constant of the potential; the unit of time of the paper.
        tau_v: Second = ms(1.0), ms(0.001) => ms(100_000.0);
        /// Time constant of the recovery.
        tau_w: Second = ms(20.0), ms(0.001) => ms(100_000.0);
        /// Cubic coefficient of the potential.
        alpha: Number = 3.0, 0.0 => 1000.0;
        /// Quadratic coefficient of the potential.
        beta: Number = 4.0, -1000.0 => 1000.0;
        /// Linear coefficient of the potential.
        gamma: Number = -1.5, -1000.0 => 1000.0;
        /// Potential at which the recovery rests at zero.
        delta: Number = 0.0, -1000.0 => 1000.0;
        /// Decay of the recovery.
        epsilon: Number = 0.5, -1000.0 => 1000.0;
    }
    state {
        /// Membrane potential.
        v: Number = 0.05;
        /// Recovery.
        w: Number = 0.05;
    }
    input {
        /// Current.
        v_input: Number;
        /// Added to the recovery's drive.
        w_input: Number;
    }
    output {}
    derivative {
        let cubic = ((beta - alpha * v) * v + gamma) * v;
        [(cubic - w + v_input) / tau_v, (v - delta - epsilon * w + w_input) / tau_w]
    }
}

impl FitzHughNagumo {
    /// v′ = v − v³/3 − w + I, w′ = 0.08 (v + 0.7 − 0.8 w): rest at v = −1.1994; it spikes for I between 0.331 and 1.419.
    ///
    /// Izhikevich and `FitzHugh` (2006), Scholarpedia 1(9):1349, doi:10.4249/scholarpedia.1349.
    pub fn classical() -> Self {
        Self {
            tau_w: ms(12.5),
            alpha: 1.0 / 3.0,
            beta: 0.0,
            gamma: 1.0,
            delta: -0.7,
            epsilon: 0.8,
            ..Self::default()
        }
    }
}
