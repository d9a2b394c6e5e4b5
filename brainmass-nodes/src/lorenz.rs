//! The system of Lorenz (1963).

use brainmass_core::node;
use brainmass_core::units::{Number, Second, s};

node! {
    /// Lorenz: deterministic chaos in three variables, a touchstone of integrators.
    ///
    /// ```text
    /// τ dx/dt = σ (y − x) + x_input
    /// τ dy/dt = x (ρ − z) − y
    /// τ dz/dt = x y − β z
    /// ```
    ///
    /// Rest: the origin, stable for ρ < 1, and x = y = ±√(β(ρ − 1)), z = ρ − 1, which lose their stability at
    /// ρ = σ(σ + β + 3)/(σ − β − 1), 24.737 with the other defaults.
    ///
    /// Domain: all numbers; every orbit ends up in a bounded region.
    ///
    /// # Example
    /// ```
    /// use brainmass_core::Node;
    /// use brainmass_nodes::Lorenz;
    /// assert_eq!(Lorenz::derivative(&Lorenz::default(), &[1.0, 2.0, 0.75], &[0.0]), [10.0, 25.25, 0.0]);
    /// ```
    ///
    /// # References
    /// Lorenz (1963), J. Atmos. Sci. 20:130–141, doi:10.1175/1520-0469(1963)020<0130:DNF>2.0.CO;2, eqs. 25–27;
    /// its unit of time is a second here.
    #[doc(alias = "LorenzStep")]
    pub struct Lorenz = "lorenz", "Deterministic chaos in three variables.";
    parameters {
        /// Unit of time.
        tau: Second = s(1.0), s(1e-6) => s(1e6);
        /// Prandtl number.
        sigma: Number = 10.0, 0.0 => 1000.0;
        /// Rayleigh number over its critical value.
        rho: Number = 28.0, 0.0 => 1000.0;
        /// Aspect of the convection rolls.
        beta: Number = 8.0 / 3.0, 0.0 => 1000.0;
    }
    state {
        /// Speed of the convection.
        x: Number = 1.0;
        /// Difference of temperature between rising and falling fluid.
        y: Number = 1.0;
        /// Departure of the vertical profile from a straight line.
        z: Number = 1.0;
    }
    input {
        /// Added to the slope of x.
        x_input: Number;
    }
    output {}
    derivative { [(sigma * (y - x) + x_input) / tau, (x * (rho - z) - y) / tau, (x * y - beta * z) / tau] }
}
