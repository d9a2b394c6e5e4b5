//! The damped harmonic oscillator of Effenberger et al. (2025).

use brainmass_core::node;
use brainmass_core::units::{Hertz, HertzPerSecond, Number, hz};

/// 2π/28 per ms, some 36 Hz.
const GAMMA_RHYTHM: Hertz = hz(std::f64::consts::TAU / 0.028);
/// 0.04 per ms².
const EXCITABILITY: HertzPerSecond = HertzPerSecond::new(4e4);

node! {
    /// Damped harmonic oscillator: the node of harmonic oscillator recurrent networks (HORN).
    ///
    /// ```text
    /// dx/dt = y
    /// dy/dt = α tanh(input + f x) − 2 γ y − ω² x
    /// ```
    ///
    /// `x` is the activity, ω the frequency without damping, γ the damping, α the excitability, f the feedback of the
    /// amplitude. Without feedback a constant input u holds x at α tanh(u)/ω², reached by oscillations of √(ω² − γ²) that
    /// die out with e^(−γt).
    ///
    /// DIFFERENCE: a rate has its unit here, while the Python library counts per step of 1 ms; any integrator may
    /// be used, while there it is symplectic Euler.
    ///
    /// Domain: all numbers; the force is bounded, and friction takes the rest.
    ///
    /// # Example
    /// ```
    /// use brainmass_core::{units::hz, Node};
    /// use brainmass_nodes::HarmonicOscillator;
    /// let node = HarmonicOscillator { omega: hz(10.0), gamma: hz(2.0), ..HarmonicOscillator::default() };
    /// // −2 · 2 · 3 − 100 · 0.5
    /// assert_eq!(HarmonicOscillator::derivative(&node, &[0.5, 3.0], &[0.0]), [3.0, -62.0]);
    /// ```
    ///
    /// # References
    /// Effenberger, Carvalho, Dubinin & Singer (2025), PNAS 122:e2412830122, doi:10.1073/pnas.2412830122. The
    /// defaults are those of the Python library brainmass.
    #[doc(alias = "HORN")]
    #[doc(alias = "HORNStep")]
    pub struct HarmonicOscillator = "harmonic_oscillator", "A damped harmonic oscillator, the node of HORN networks.";
    parameters {
        /// Excitability: how strongly inputs accelerate.
        alpha: HertzPerSecond = EXCITABILITY, HertzPerSecond::new(0.0) => HertzPerSecond::new(1e12);
        /// Angular frequency without damping, radians per second.
        omega: Hertz = GAMMA_RHYTHM, hz(0.0) => hz(1e6);
        /// Damping.
        gamma: Hertz = hz(10.0), hz(0.0) => hz(1e6);
        /// Feedback of the amplitude; v in the paper.
        feedback: Number = 0.0, -1000.0 => 1000.0;
    }
    state {
        /// Activity.
        x: Number = 0.0;
        /// Rate of change of the activity.
        y: Hertz = hz(0.0);
    }
    input {
        /// What arrives, before it saturates.
        drive: Number;
    }
    output {}
    derivative {
        let force = alpha * (drive + feedback * x).tanh();
        [y, force - (gamma + gamma) * y - omega.square() * x]
    }
}
