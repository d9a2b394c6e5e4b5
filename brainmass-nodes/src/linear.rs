//! Linear decay.

use brainmass_core::node;
use brainmass_core::units::{Hertz, Number, hz};

node! {
    /// Linear: decay towards zero under an input.
    ///
    /// The network of such nodes with white noise has a closed-form covariance, which makes it the touchstone
    /// of integrators, couplings and noise.
    ///
    /// ```text
    /// dx/dt = γ x + x_input
    /// ```
    ///
    /// Rest: 0, stable if γ < 0.
    ///
    /// Domain: all numbers; with γ > 0 nothing stops the growth, and the run ends with an error.
    ///
    /// # Example
    /// ```
    /// use brainmass_core::Node;
    /// use brainmass_nodes::Linear;
    /// assert_eq!(Linear::derivative(&Linear::default(), &[2.0], &[5.0]), [-15.0]);
    /// ```
    ///
    /// # References
    /// Gardiner (2009), Stochastic Methods, 4th ed., Springer: the Ornstein–Uhlenbeck process.
    #[doc(alias = "LinearStep")]
    pub struct Linear = "linear", "Linear decay, for tests against closed forms.";
    parameters {
        /// Growth rate; negative: decay.
        gamma: Hertz = hz(-10.0), hz(-1e6) => hz(1e6);
    }
    state {
        /// Activity.
        x: Number = 0.0;
    }
    input {
        /// Added to dx/dt.
        x_input: Hertz;
    }
    output {}
    derivative { [gamma * x + x_input] }
}
