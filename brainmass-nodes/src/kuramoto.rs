//! The phase oscillator of Kuramoto (1984).

use brainmass_core::node;
use brainmass_core::units::{Hertz, Number, hz};

/// 2π · 10 Hz.
const ALPHA: Hertz = hz(std::f64::consts::TAU * 10.0);

node! {
    /// Kuramoto: a phase that turns with its own frequency.
    ///
    /// ```text
    /// dθ/dt = ω + theta_input
    /// ```
    ///
    /// Used for synchronisation. What makes oscillators meet, Σ w sin(θ_j − θ_i), is a coupling and arrives as
    /// `theta_input`. θ is in radians and not wrapped: it counts the turns. A run starts with all phases at 0 unless
    /// told otherwise.
    ///
    /// Domain: all numbers. The phase is not wrapped, so that its turns can be counted.
    ///
    /// # Example
    /// ```
    /// use brainmass_core::{units::hz, Node};
    /// use brainmass_nodes::Kuramoto;
    /// let node = Kuramoto { omega: hz(60.0) };
    /// assert_eq!(Kuramoto::derivative(&node, &[2.0], &[-1.5]), [58.5]);
    /// ```
    ///
    /// # References
    /// Kuramoto (1984), Chemical Oscillations, Waves, and Turbulence, Springer, doi:10.1007/978-3-642-69689-3;
    /// the default of 10 Hz, an alpha rhythm, is ours.
    #[doc(alias = "PhaseOscillator")]
    #[doc(alias = "KuramotoNetwork")]
    pub struct Kuramoto = "kuramoto", "A phase that turns with its own frequency.";
    parameters {
        /// Angular frequency, radians per second.
        omega: Hertz = ALPHA, hz(-1e5) => hz(1e5);
    }
    state {
        /// Phase, radians.
        theta: Number = 0.0;
    }
    input {
        /// Added to dθ/dt.
        theta_input: Hertz;
    }
    output {
        /// Cosine of the phase: a signal.
        cosine: Number = theta.cos();
        /// Sine of the phase: with the cosine, the mean over regions is the order parameter.
        sine: Number = theta.sin();
    }
    derivative { [omega + theta_input] }
}
