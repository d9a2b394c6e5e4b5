//! The model of Jirsa et al. (2014).

use brainmass_core::units::{Hertz, Number, Second, hz, ms};
use brainmass_core::{Real, node};

use crate::transfer::{logistic, threshold_linear};

node! {
    /// Epileptor: seizures that begin and end by themselves.
    ///
    /// `x_1`, `y_1` make fast discharges, `x_2`, `y_2` spikes and waves; the slow permittivity `z` carries the region
    /// into the seizure and out of it. The local field potential is x_2 − x_1.
    ///
    /// ```text
    /// τ_1 dx_1/dt = y_1 − z + I_1 + f_1(x_1, x_2, z) x_1 + x_1_input
    /// τ_1 dy_1/dt = c − d x_1² − y_1
    /// τ_0 dz/dt   = h(x_1, z) − z + z_input
    /// τ_1 dx_2/dt = −y_2 + x_2 − x_2³ + I_2 + k u − 0.3 (z − 3.5) + x_2_input
    /// τ_2 dy_2/dt = −y_2 + f_2(x_2)
    /// du/dt       = −ρ (u − 0.1 x_1)
    /// f_1 = b x_1 − a x_1² where x_1 < 0, else slope − x_2 + 0.6 (z − 4)²
    /// f_2 = 0 where x_2 < −0.25, else a_2 (x_2 + 0.25)
    /// h   = 4 (x_1 − x_0), less 0.1 z⁷ where z < 0                modification = 0
    /// h   = x_0 + 3/(1 + exp(−(x_1 + 0.5)/0.1))                    modification = 1
    /// ```
    ///
    /// Used for intracranial EEG of seizures. Below x_0 = −2.062 a region rests, above it seizes again and again;
    /// [`Epileptor2d`](crate::Epileptor2d) is the reduction. A region acts on others through any of the inputs: what
    /// other simulators call K_vf, K_f and K_s are strengths of connections here. One unit of the paper's time is 1 ms by
    /// default, so seizures of the default take some seconds; a longer τ_1, τ_0, τ_2 and smaller ρ stretch them.
    ///
    /// Domain: all numbers.
    ///
    /// # Example
    /// ```
    /// use brainmass_core::Node;
    /// use brainmass_nodes::Epileptor;
    /// let slope = Epileptor::derivative(&Epileptor::default(), &[-1.0, -4.0, 0.0, -1.0, 0.0, 0.0], &[0.0; 3]);
    /// // y_1 rests at 1 − 5 x_1²; x_1 rises by −4 + 3.1 + (3 + 1) per ms.
    /// assert_eq!(slope[1], 0.0);
    /// approx::assert_relative_eq!(slope[0], 3100.0, max_relative = 1e-14);
    /// ```
    ///
    /// # References
    /// Jirsa, Stacey, Quilichini, Ivanov & Bernard (2014), Brain 137:2210–2230, doi:10.1093/brain/awu133.
    /// The generalisation by `a`, `b`, `slope` and `modification` is The Virtual Brain's, with its u = g/1000; the
    /// sigmoid h is of El Houssaini, Bernard & Jirsa (2020), eNeuro 7(2), doi:10.1523/ENEURO.0485-18.2019.
    #[doc(alias = "EpileptorStep")]
    pub struct Epileptor = "epileptor", "Seizures that begin and end by themselves, six variables.";
    parameters {
        /// Unit of time of the fast variables.
        tau_1: Second = ms(1.0), ms(0.001) => ms(100_000.0);
        /// Time constant of the permittivity.
        tau_0: Second = ms(2857.0), ms(0.1) => ms(1e8);
        /// Time constant of spikes and waves.
        tau_2: Second = ms(10.0), ms(0.001) => ms(1e6);
        /// Excitability: the larger, the nearer to seizures.
        x_0: Number = -1.6, -100.0 => 100.0;
        /// Current of the first pair.
        i_1: Number = 3.1, -100.0 => 100.0;
        /// Current of the second pair.
        i_2: Number = 0.45, -100.0 => 100.0;
        /// Cubic coefficient of the first pair.
        a: Number = 1.0, -100.0 => 100.0;
        /// Quadratic coefficient of the first pair.
        b: Number = 3.0, -100.0 => 100.0;
        /// Offset of the first pair; y_0 in the paper.
        c: Number = 1.0, -100.0 => 100.0;
        /// Curvature of the first pair's slow nullcline.
        d: Number = 5.0, -100.0 => 100.0;
        /// Slope of the first pair where x_1 ≥ 0.
        slope: Number = 0.0, -100.0 => 100.0;
        /// Gain of f_2.
        a_2: Number = 6.0, -100.0 => 100.0;
        /// Action of the first pair on the second.
        k: Number = 2.0, -100.0 => 100.0;
        /// Rate at which the second pair forgets the first; γ in the paper.
        rho: Hertz = hz(10.0), hz(0.0) => hz(1e5);
        /// 0: linear influence of x_1 on the permittivity, as in the paper; 1: sigmoid.
        modification: Number = 0.0, 0.0 => 1.0;
    }
    state {
        /// Fast discharges.
        x_1: Number = -1.6;
        /// Slow companion of the fast discharges.
        y_1: Number = -11.8;
        /// Permittivity.
        z: Number = 3.5;
        /// Spikes and waves.
        x_2: Number = -1.0;
        /// Slow companion of spikes and waves.
        y_2: Number = 0.01;
        /// What the second pair remembers of x_1.
        u: Number = 0.0;
    }
    input {
        /// Added to the drive of x_1: fast coupling, noise.
        x_1_input: Number;
        /// Added to the drive of x_2.
        x_2_input: Number;
        /// Added to the drive of z: permittivity coupling.
        z_input: Number;
    }
    output {
        /// Local field potential.
        lfp: Number = x_2 - x_1;
    }
    derivative {
        let below = x_1.less_than(T::zero());
        let above = slope - x_2 + T::from_f64(0.6) * (z - T::from_f64(4.0)).square();
        let f_1 = T::select(below, (b - a * x_1) * x_1, above);
        let offset = x_2 + T::from_f64(0.25);
        let f_2 = a_2 * threshold_linear(offset);
        let h = modification * sigmoid_permittivity(x_1, x_0)
            + (T::one() - modification) * linear_permittivity(x_1, x_0, z);
        let remembered = k * u - T::from_f64(0.3) * (z - T::from_f64(3.5));
        [
            (y_1 - z + i_1 + f_1 * x_1 + x_1_input) / tau_1,
            (c - d * x_1.square() - y_1) / tau_1,
            (h - z + z_input) / tau_0,
            (x_2 - y_2 - x_2 * x_2 * x_2 + i_2 + remembered + x_2_input) / tau_1,
            (f_2 - y_2) / tau_2,
            rho * (T::from_f64(0.1) * x_1 - u),
        ]
    }
}

/// The linear influence of the discharges, with a term that keeps the permittivity from falling far below zero.
#[inline(always)]
fn linear_permittivity<T: Real>(x_1: T, x_0: T, z: T) -> T {
    let z_4 = z.square().square();
    let floor = T::from_f64(-0.1) * z_4 * z.square() * z;
    T::from_f64(4.0) * (x_1 - x_0) + T::select(z.less_than(T::zero()), floor, T::zero())
}

#[inline(always)]
fn sigmoid_permittivity<T: Real>(x_1: T, x_0: T) -> T {
    x_0 + T::from_f64(3.0) * logistic(x_1, T::from_f64(10.0), T::from_f64(-0.5))
}
