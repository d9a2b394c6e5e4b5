//! The reduced Epileptor of Proix et al. (2014).

use brainmass_core::node;
use brainmass_core::units::{Number, Second, ms};

node! {
    /// Epileptor in two dimensions: envelope of the discharges and permittivity.
    ///
    /// [`Epileptor`](crate::Epileptor) with y_1 at rest and without the second pair: where seizures begin and end and
    /// whom they recruit, not what they look like.
    ///
    /// ```text
    /// τ_1 dx_1/dt = −x_1³ − 2 x_1² + 1 − z + I_1 + x_1_input
    /// τ_0 dz/dt   = 4 (x_1 − x_0) − z + z_input
    /// ```
    ///
    /// For x_0 below −4/3 − (1 + I_1 − 32/27)/4 = −2.0620 (and τ_0 ≫ τ_1) a region rests, above it seizes.
    /// The coupling of the paper, −Σ K_ij (x_1j − x_1i), is diffusive from `x_1` to `z_input`; its sign is that of the
    /// weights, as strengths are not negative.
    ///
    /// Domain: all numbers; the cubic leads back from anywhere.
    ///
    /// # Example
    /// ```
    /// use brainmass_core::Node;
    /// use brainmass_nodes::Epileptor2d;
    /// let slope = Epileptor2d::derivative(&Epileptor2d::default(), &[-2.0, 4.5], &[0.0, 0.0]);
    /// // 8 − 8 + 1 − 4.5 + 3.1 per ms
    /// approx::assert_relative_eq!(slope[0], -400.0, max_relative = 1e-12);
    /// ```
    ///
    /// # References
    /// Proix, Bartolomei, Chauvel, Bernard & Jirsa (2014), J. Neurosci. 34:15009–15021,
    /// doi:10.1523/JNEUROSCI.1570-14.2014; parameters of Jirsa et al. (2014).
    #[doc(alias = "Epileptor2D")]
    pub struct Epileptor2d = "epileptor_2d", "Envelope of seizures: discharges and permittivity.";
    parameters {
        /// Unit of time of the discharges.
        tau_1: Second = ms(1.0), ms(0.001) => ms(100_000.0);
        /// Time constant of the permittivity.
        tau_0: Second = ms(2857.0), ms(0.1) => ms(1e8);
        /// Excitability: the larger, the nearer to seizures.
        x_0: Number = -1.6, -100.0 => 100.0;
        /// Current.
        i_1: Number = 3.1, -100.0 => 100.0;
    }
    state {
        /// Envelope of the discharges.
        x_1: Number = -1.6;
        /// Permittivity.
        z: Number = 3.5;
    }
    input {
        /// Added to the drive of x_1.
        x_1_input: Number;
        /// Added to the drive of z: permittivity coupling.
        z_input: Number;
    }
    output {}
    derivative {
        let cubic = T::one() - (x_1 + T::from_f64(2.0)) * x_1.square();
        [
            (cubic - z + i_1 + x_1_input) / tau_1,
            (T::from_f64(4.0) * (x_1 - x_0) - z + z_input) / tau_0,
        ]
    }
}
