//! The oscillator of van der Pol (1926).

use brainmass_core::node;
use brainmass_core::units::{Number, Second, ms};

node! {
    /// Van der Pol: a relaxation oscillator, in Liénard's coordinates.
    ///
    /// ```text
    /// τ dx/dt = μ (x − x³/3 − y) + x_input
    /// τ dy/dt = x/μ + y_input
    /// ```
    ///
    /// which is τ² x″ − μ (1 − x²) τ x′ + x = 0. Every orbit but the unstable rest at (0, 0) ends on a limit cycle of
    /// amplitude 2 nearly; its period is 2π τ for small μ, (3 − 2 ln 2) μ τ for large.
    ///
    /// Domain: all numbers; the cubic leads back from anywhere.
    ///
    /// # Example
    /// ```
    /// use brainmass_core::Node;
    /// use brainmass_nodes::VanDerPol;
    /// let node = VanDerPol { mu: 3.0, ..VanDerPol::default() };
    /// assert_eq!(VanDerPol::derivative(&node, &[3.0, -1.0], &[0.0, 0.0]), [-15_000.0, 1000.0]);
    /// ```
    ///
    /// # References
    /// van der Pol (1926), Lond. Edinb. Dubl. Phil. Mag. 2:978–992, doi:10.1080/14786442608564127.
    #[doc(alias = "VanDerPolStep")]
    pub struct VanDerPol = "van_der_pol", "A relaxation oscillator.";
    parameters {
        /// Unit of time; the period is 2π of it for small μ.
        tau: Second = ms(1.0), ms(0.001) => ms(100_000.0);
        /// Strength of the nonlinear damping.
        mu: Number = 1.0, 0.001 => 1000.0;
    }
    state {
        /// Activity.
        x: Number = 0.1;
        /// Slow variable.
        y: Number = 0.0;
    }
    input {
        /// Added to the slope of x.
        x_input: Number;
        /// Added to the slope of y.
        y_input: Number;
    }
    output {}
    derivative {
        let cubic = x - x * x * x / T::from_f64(3.0);
        [(mu * (cubic - y) + x_input) / tau, (x / mu + y_input) / tau]
    }
}
