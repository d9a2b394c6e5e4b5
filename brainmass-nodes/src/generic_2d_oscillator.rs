//! The generic two-dimensional oscillator of The Virtual Brain.

use brainmass_core::node;
use brainmass_core::units::{Hertz, Number, hz};

node! {
    /// Generic two-dimensional oscillator: a cubic and a quadratic nullcline that cross as wished.
    ///
    /// Covers excitable, bistable and oscillating regimes; FitzHugh–Nagumo, Morris–Lecar-like and others are values of
    /// its parameters.
    ///
    /// ```text
    /// dv/dt = d τ (−f v³ + e v² + g v + α w + γ (i + v_input))
    /// dw/dt = d/τ (a + b v + c v² − β w)
    /// ```
    ///
    /// With the defaults a region rests at v = −0.1887, w = −0.1135; a constant current between 3.7402 and 16.2598
    /// makes it oscillate, with 9.55 Hz where the oscillation begins.
    ///
    /// Domain: all numbers; with f > 0 the cubic leads back from anywhere.
    ///
    /// # Example
    /// ```
    /// use brainmass_core::Node;
    /// use brainmass_nodes::Generic2dOscillator;
    /// let node = Generic2dOscillator::default();
    /// // v = 1, w = 0: 20/s · (−1 + 3) and 20/s · (−2 − 10).
    /// assert_eq!(Generic2dOscillator::derivative(&node, &[1.0, 0.0], &[0.0]), [40.0, -240.0]);
    /// ```
    ///
    /// # References
    /// Sanz-Leon, Knock, Spiegler & Jirsa (2015), NeuroImage 111:385–430, doi:10.1016/j.neuroimage.2015.01.002;
    /// defaults of The Virtual Brain.
    #[doc(alias = "G2D")]
    #[doc(alias = "Generic2dOscillatorStep")]
    pub struct Generic2dOscillator = "generic_2d_oscillator", "Cubic and quadratic nullclines: excitable, bistable or oscillating.";
    parameters {
        /// Offset of the slow nullcline.
        a: Number = -2.0, -1000.0 => 1000.0;
        /// Linear coefficient of the slow nullcline.
        b: Number = -10.0, -1000.0 => 1000.0;
        /// Quadratic coefficient of the slow nullcline.
        c: Number = 0.0, -1000.0 => 1000.0;
        /// Rate of the whole system; 0.02 per ms in The Virtual Brain.
        d: Hertz = hz(20.0), hz(0.0) => hz(1e5);
        /// Quadratic coefficient of the cubic nullcline.
        e: Number = 3.0, -1000.0 => 1000.0;
        /// Cubic coefficient of the cubic nullcline.
        f: Number = 1.0, -1000.0 => 1000.0;
        /// Linear coefficient of the cubic nullcline.
        g: Number = 0.0, -1000.0 => 1000.0;
        /// Feedback from the slow to the fast variable.
        alpha: Number = 1.0, -1000.0 => 1000.0;
        /// Feedback from the slow variable to itself.
        beta: Number = 1.0, -1000.0 => 1000.0;
        /// Weight of the current and of what arrives.
        gamma: Number = 1.0, -1000.0 => 1000.0;
        /// Constant current.
        i: Number = 0.0, -1000.0 => 1000.0;
        /// Separation of the time scales.
        tau: Number = 1.0, 0.001 => 1000.0;
    }
    state {
        /// Fast variable: a potential.
        v: Number = 0.1;
        /// Slow variable: recovery.
        w: Number = 0.0;
    }
    input {
        /// Added to the current.
        v_input: Number;
    }
    output {}
    derivative {
        let cubic = ((e - f * v) * v + g) * v;
        let parabola = a + (b + c * v) * v;
        [d * tau * (cubic + alpha * w + gamma * (i + v_input)), d / tau * (parabola - beta * w)]
    }
}
