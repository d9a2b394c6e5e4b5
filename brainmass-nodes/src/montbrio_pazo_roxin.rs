//! The model of Montbrió, Pazó and Roxin (2015).

use brainmass_core::units::{Hertz, HertzPerSecond, Number, Second, hz, ms};
use brainmass_core::{Real, node};

node! {
    /// Montbrió–Pazó–Roxin: rate and mean potential of quadratic integrate-and-fire neurons.
    ///
    /// Exact for infinitely many neurons, all connected to all, whose excitabilities follow a Lorentz distribution
    /// of median η and half-width Δ. `r` is the firing rate, `v` the mean membrane potential, both of a mean field
    /// that shows bistability, damped oscillations and bursts of synchrony.
    ///
    /// ```text
    /// τ dr/dt = Δ/(π τ) + 2 r v + τ r_input
    /// τ dv/dt = v² + η + J τ r − (π τ r)² + v_input
    /// ```
    ///
    /// Domain: `r` ≥ 0, kept after each step; the equations themselves never leave it. Rest: with J = 0,
    /// π τ r = √((η + √(η² + Δ²))/2) and v = −Δ/(2π τ r). With the defaults there are three fixed points,
    /// τ r = 0.0811 (stable), 0.4730 (saddle) and 1.0306 (stable focus).
    ///
    /// DIFFERENCE: in the Python library the term 2 r v lacks its 1/τ and Δ is given as Δ/τ; both agree with this
    /// node only for τ = 1 ms.
    ///
    /// # Example
    /// ```
    /// use brainmass_core::Node;
    /// use brainmass_nodes::MontbrioPazoRoxin;
    /// let node = MontbrioPazoRoxin { delta: 0.0, j: 0.0, eta: -4.0, ..MontbrioPazoRoxin::default() };
    /// // Silent neurons at v = −2 rest: v² = 4.
    /// assert_eq!(MontbrioPazoRoxin::derivative(&node, &[0.0, -2.0], &[0.0, 0.0]), [0.0, 0.0]);
    /// ```
    ///
    /// # References
    /// Montbrió, Pazó & Roxin (2015), Phys. Rev. X 5:021028, doi:10.1103/PhysRevX.5.021028; η, J and Δ lie in
    /// its region of bistability. The time constant of 10 ms is ours, usual for a membrane.
    #[doc(alias = "QIF")]
    #[doc(alias = "MPR")]
    #[doc(alias = "MontbrioPazoRoxinStep")]
    pub struct MontbrioPazoRoxin = "montbrio_pazo_roxin", "Rate and mean potential of quadratic integrate-and-fire neurons.";
    parameters {
        /// Membrane time constant.
        tau: Second = ms(10.0), ms(0.01) => ms(10_000.0);
        /// Median excitability.
        eta: Number = -5.0, -1000.0 => 1000.0;
        /// Half-width of the distribution of excitabilities.
        delta: Number = 1.0, 0.0 => 1000.0;
        /// Synaptic weight within the population.
        j: Number = 15.0, -1000.0 => 1000.0;
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
        let [rate_slope, v_slope] = quadratic_neurons(rate, v, delta, eta + j * rate + v_input);
        [rate_slope / tau.square() + r_input, v_slope / tau]
    }
}

/// Mean field of quadratic integrate-and-fire neurons in units of the time constant: slopes of rate and potential.
#[inline(always)]
pub(crate) fn quadratic_neurons<T: Real>(rate: T, v: T, delta: T, drive: T) -> [T; 2] {
    let pi = T::from_f64(std::f64::consts::PI);
    [delta / pi + (rate + rate) * v, v.square() + drive - (pi * rate).square()]
}

/// |(1 − W)/(1 + W)| of W = π τ r + i v, the conformal map of the paper.
#[inline(always)]
pub(crate) fn synchrony<T: Real>(rate: T, v: T) -> T {
    let w = T::from_f64(std::f64::consts::PI) * rate;
    let part = (T::one() - w).square() + v.square();
    (part / ((T::one() + w).square() + v.square())).sqrt()
}
