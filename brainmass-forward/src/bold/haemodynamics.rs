//! The equations of the Balloon–Windkessel model, once.

use brainmass_core::units::{Hertz, HertzPerSecond, Number, Second, hz, s};
use brainmass_core::{Error, Result, node};

node! {
    /// Haemodynamics of one region: blood flow, volume and deoxyhaemoglobin, and the BOLD they make.
    ///
    /// Activity raises a vasodilatory signal s, which raises the inflow f; the venous balloon swells to a
    /// volume v and holds the deoxyhaemoglobin q. f, v and q are relative to rest.
    ///
    /// ```text
    /// s' = drive − κ s − γ (f − 1)
    /// f' = s
    /// τ v' = f − v^(1/α)
    /// τ q' = f E(f)/E(1) − v^(1/α) q/v,   E(f) = 1 − (1 − ρ)^(1/f)
    /// y = V₀ (k₁ (1 − q) + k₂ (1 − q/v) + k₃ (1 − v))
    /// ```
    ///
    /// E(1) is ρ. Rest: s = 0, f = v = q = 1, where every derivative and y are exactly zero. Domain: f, v and q above
    /// zero, kept by `project` in a network; [`BalloonWindkessel`](crate::BalloonWindkessel), which drives
    /// this from a signal, stops with an error instead.
    ///
    /// DIFFERENCE: the Python library's BOLD has q/ρ for q/v, and starts at s = 1.
    ///
    /// # Example
    /// ```
    /// use brainmass_core::Node;
    /// use brainmass_forward::Haemodynamics;
    /// let rest = Haemodynamics::initial();
    /// assert_eq!(Haemodynamics::derivative(&Haemodynamics::friston_2003(), &rest, &[0.0]), [0.0; 4]);
    /// ```
    ///
    /// # References
    /// Buxton, Wong & Frank (1998), Magn. Reson. Med. 39:855, doi:10.1002/mrm.1910390602; Friston, Harrison &
    /// Penny (2003), Neuroimage 19:1273, doi:10.1016/S1053-8119(03)00202-7; Stephan, Weiskopf, Drysdale,
    /// Robinson & Friston (2007), Neuroimage 38:387, doi:10.1016/j.neuroimage.2007.07.040. The default is
    /// [`friston_2003`](Haemodynamics::friston_2003).
    pub struct Haemodynamics = "balloon_windkessel", "Blood flow, volume and deoxyhaemoglobin of a region.";
    parameters {
        /// Rate at which the vasodilatory signal decays.
        kappa: Hertz = hz(0.65), hz(0.01) => hz(10.0);
        /// Rate of the feedback by flow.
        gamma: HertzPerSecond = HertzPerSecond::new(0.41), HertzPerSecond::new(0.01) => HertzPerSecond::new(10.0);
        /// Mean transit time of blood.
        tau: Second = s(0.98), s(0.05) => s(20.0);
        /// Grubb's exponent, stiffness of the vessels.
        alpha: Number = 0.32, 0.05 => 1.0;
        /// Fraction of oxygen extracted at rest.
        rho: Number = 0.34, 0.01 => 0.99;
        /// Fraction of venous blood volume at rest.
        v_0: Number = 0.02, 0.0 => 1.0;
        /// Coefficient of deoxyhaemoglobin.
        k_1: Number = 7.0 * 0.34, 0.0 => 20.0;
        /// Coefficient of concentration.
        k_2: Number = 2.0, 0.0 => 20.0;
        /// Coefficient of volume.
        k_3: Number = 2.0 * 0.34 - 0.2, -5.0 => 5.0;
    }
    state {
        /// Vasodilatory signal.
        s: Hertz = hz(0.0);
        /// Blood inflow, relative to rest.
        f: Number = 1.0, 0.01 => f64::INFINITY;
        /// Venous blood volume, relative to rest.
        v: Number = 1.0, 0.01 => f64::INFINITY;
        /// Deoxyhaemoglobin content, relative to rest.
        q: Number = 1.0, 0.01 => f64::INFINITY;
    }
    input {
        /// Neural activity times its efficacy.
        drive: HertzPerSecond;
    }
    output {
        /// BOLD signal change, a fraction of the signal at rest.
        bold: Number = v_0 * (k_1 * (T::one() - q) + k_2 * (T::one() - q / v) + k_3 * (T::one() - v));
    }
    derivative {
        let outflow = v.powf(alpha.recip());
        let kept = T::one() - rho;
        // E(1) as 1 − (1 − ρ), not ρ, so that the quotient is one at rest to the last bit.
        let extraction = (T::one() - kept.powf(f.recip())) / (T::one() - kept);
        [
            drive - kappa * s - gamma * (f - T::one()),
            s,
            (f - outflow) / tau,
            (f * extraction - outflow * q / v) / tau,
        ]
    }
}

impl Haemodynamics {
    /// Friston, Harrison & Penny (2003): κ = 0.65/s, γ = 0.41/s², τ = 0.98 s, α = 0.32, ρ = 0.34, V₀ = 0.02,
    /// k₁ = 7ρ, k₂ = 2, k₃ = 2ρ − 0.2.
    pub fn friston_2003() -> Self {
        Self::default()
    }

    /// Stephan et al. (2007): the revised coefficients at 1.5 T, ϑ₀ = 40.3 Hz, r₀ = 25 Hz, ε = 1, TE = 40 ms.
    ///
    /// The other parameters are those that SPM12 uses with them (`spm_fx_fmri.m`, `spm_gx_fmri.m`):
    /// κ = 0.64/s, γ = 0.32/s², τ = 2 s, α = 0.32, ρ = 0.4, V₀ = 0.04.
    ///
    /// ```
    /// let parameters = brainmass_forward::Haemodynamics::stephan_2007();
    /// approx::assert_relative_eq!(parameters.k_1, 2.772_64, max_relative = 1e-12);
    /// approx::assert_relative_eq!(parameters.k_2, 0.4, max_relative = 1e-12);
    /// assert_eq!(parameters.k_3, 0.0);
    /// ```
    pub fn stephan_2007() -> Self {
        let (kappa, gamma, tau) = (hz(0.64), HertzPerSecond::new(0.32), s(2.0));
        let physiology = Self { kappa, gamma, tau, alpha: 0.32, rho: 0.4, v_0: 0.04, ..Self::default() };
        physiology.with_revised_coefficients(hz(40.3), hz(25.0), 1.0, s(0.04))
    }

    /// The same with the coefficients of Stephan et al. (2007) for a scanner and its sequence.
    ///
    /// ```text
    /// k₁ = 4.3 ϑ₀ ρ TE,   k₂ = ε r₀ ρ TE,   k₃ = 1 − ε
    /// ```
    ///
    /// `theta_0` is the frequency offset at the surface of a magnetised vessel, `r_0` the slope of the
    /// intravascular relaxation rate with oxygen saturation, `epsilon` the ratio of intra- to extravascular
    /// signal, `echo_time` TE.
    #[must_use]
    pub fn with_revised_coefficients(
        self,
        theta_0: Hertz,
        r_0: Hertz,
        epsilon: f64,
        echo_time: Second,
    ) -> Self {
        Self {
            k_1: 4.3 * (theta_0 * echo_time).value_unsafe * self.rho,
            k_2: epsilon * (r_0 * echo_time).value_unsafe * self.rho,
            k_3: 1.0 - epsilon,
            ..self
        }
    }

    /// The same with the coefficients of a scanner's field strength, for this fraction ρ of oxygen extracted at rest.
    ///
    /// ```
    /// use brainmass_forward::{FieldStrength, Haemodynamics};
    /// let at_3_t = Haemodynamics::friston_2003().with_field_strength(FieldStrength::ThreeTesla);
    /// // The coefficients in print for ρ = 0.34: 3.72, 0.527 and 0.53.
    /// approx::assert_abs_diff_eq!(at_3_t.k_1, 3.72, epsilon = 5e-3);
    /// approx::assert_abs_diff_eq!(at_3_t.k_2, 0.527, epsilon = 5e-4);
    /// approx::assert_abs_diff_eq!(at_3_t.k_3, 0.53, epsilon = 1e-12);
    /// ```
    #[must_use]
    pub fn with_field_strength(self, field: FieldStrength) -> Self {
        let (theta_0, r_0, epsilon, echo_time) = match field {
            FieldStrength::OneAndAHalfTesla => (40.3, 25.0, 1.0, 0.04),
            FieldStrength::ThreeTesla => (28.265 * 3.0, 110.0, 0.47, 0.03),
            FieldStrength::SevenTesla => (188.1, 0.0, 0.0, 0.028),
        };
        self.with_revised_coefficients(hz(theta_0), hz(r_0), epsilon, s(echo_time))
    }
}

/// The field strength of a scanner, which sets the coefficients k₁, k₂ and k₃ of BOLD.
///
/// They follow from the frequency offset ϑ₀, the slope r₀ of the intravascular relaxation rate, the ratio ε of intra- to
/// extravascular signal and the echo time TE by
/// [`with_revised_coefficients`](Haemodynamics::with_revised_coefficients).
///
/// | | ϑ₀ | r₀ | ε | TE | source |
/// |---|---|---|---|---|---|
/// | 1.5 T | 40.3 Hz | 25 Hz | 1 | 40 ms | Stephan et al. (2007), ε as in SPM12 |
/// | 3 T | 84.8 Hz | 110 Hz | 0.47 | 30 ms | Heinzle et al. (2016), doi:10.1016/j.neuroimage.2015.10.025 |
/// | 7 T | 188.1 Hz | – | 0 | 28 ms | Havlíček et al. (2015), doi:10.1016/j.neuroimage.2015.07.078 |
///
/// At 3 T ϑ₀ is 28.265 Hz/T. The papers themselves were not at hand: ϑ₀, r₀ and ε are those that the code of the mean field
/// model of Wang et al. (2019), doi:10.1126/sciadv.aat7854, takes from Heinzle et al., and cuBNM's coefficients for 3 T,
/// k₁ = 3.72, k₂ = 0.527 and k₃ = 0.53 with ρ = 0.34, are these with a TE of 30 ms. At 7 T blood gives next to no signal, so
/// that k₂ = 0 and k₃ = 1, as in code after Havlíček et al.; ϑ₀ is that of 1.5 T times 7/1.5. The echo time is a common one of
/// its field strength, not a constant of it: set that of the sequence by
/// [`with_revised_coefficients`](Haemodynamics::with_revised_coefficients).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldStrength {
    /// 1.5 T.
    OneAndAHalfTesla,
    /// 3 T.
    ThreeTesla,
    /// 7 T.
    SevenTesla,
}

impl FieldStrength {
    /// The field strength of so many teslas: 1.5, 3 or 7.
    ///
    /// # Errors
    /// [`Error::Setting`](brainmass_core::Error::Setting) for another.
    pub fn of_tesla(tesla: f64) -> Result<Self> {
        let known = [(1.5, Self::OneAndAHalfTesla), (3.0, Self::ThreeTesla), (7.0, Self::SevenTesla)];
        let found = known.iter().find(|(value, _)| *value == tesla);
        found.map(|(_, field)| *field).ok_or_else(|| {
            Error::setting(
                "field strength",
                format!("coefficients are known at 1.5, 3 and 7 T, not at {tesla} T"),
            )
        })
    }
}
