//! The normal form of a Hopf bifurcation.

use brainmass_core::node;
use brainmass_core::units::{Hertz, Number, hz};

/// 2π · 0.05 Hz, a typical peak of resting-state BOLD.
const SLOW: Hertz = hz(std::f64::consts::TAU * 0.05);

node! {
    /// Stuart–Landau: an oscillator at a Hopf bifurcation.
    ///
    /// Below the bifurcation (a < 0) noise makes damped oscillations, above (a > 0) there is a limit cycle of
    /// radius √(a/β) and angular frequency ω.
    ///
    /// ```text
    /// dx/dt = (a − β(x² + y²)) x − ω y + x_input
    /// dy/dt = (a − β(x² + y²)) y + ω x + y_input
    /// ```
    ///
    /// Used for functional connectivity of fMRI and MEG at rest, there called the Hopf model. `a`, `β` and `ω` are
    /// rates per second. Rest: (0, 0), stable if a < 0.
    ///
    /// DIFFERENCE: a run starts at (0.1, 0), not at the fixed point, where the Python library stays for ever.
    ///
    /// Domain: all numbers; with β = 0 and a > 0 nothing stops the growth, and the run ends with an error.
    ///
    /// # Example
    /// ```
    /// use brainmass_core::{units::hz, Node};
    /// use brainmass_nodes::StuartLandau;
    /// let cycle = StuartLandau { a: hz(4.0), omega: hz(10.0), ..StuartLandau::default() };
    /// // On the limit cycle of radius 2 the motion is a pure rotation.
    /// assert_eq!(StuartLandau::derivative(&cycle, &[2.0, 0.0], &[0.0, 0.0]), [0.0, 20.0]);
    /// ```
    ///
    /// # References
    /// Deco, Kringelbach, Jirsa & Ritter (2017), Sci. Rep. 7:3095, doi:10.1038/s41598-017-03073-5; a = −0.02
    /// lies near the bifurcation, β = 1.
    #[doc(alias = "Hopf")]
    #[doc(alias = "SupHopf")]
    #[doc(alias = "HopfModel")]
    #[doc(alias = "HopfStep")]
    #[doc(alias = "StuartLandauStep")]
    pub struct StuartLandau = "stuart_landau", "The normal form of a Hopf bifurcation.";
    parameters {
        /// Distance from the bifurcation; positive: limit cycle.
        a: Hertz = hz(-0.02), hz(-1e5) => hz(1e5);
        /// Angular frequency, radians per second.
        omega: Hertz = SLOW, hz(-1e5) => hz(1e5);
        /// Strength of the amplitude limit.
        beta: Hertz = hz(1.0), hz(0.0) => hz(1e6);
    }
    state {
        /// Real part: the signal.
        x: Number = 0.1;
        /// Imaginary part.
        y: Number = 0.0;
    }
    input {
        /// Added to dx/dt.
        x_input: Hertz;
        /// Added to dy/dt.
        y_input: Hertz;
    }
    output {}
    derivative {
        let growth = a - beta * (x.square() + y.square());
        [growth * x - omega * y + x_input, growth * y + omega * x + y_input]
    }
}
