//! Noise with a power law as its spectrum.

use brainmass_core::units::{Hertz, Second, Unit, Values, dimension, show};
use brainmass_core::{Result, check};

use super::Correlation;
use super::ornstein_uhlenbeck::not_negative;

/// Coloured noise on an input: its power density goes with a power of the frequency.
///
/// | name in files | density | made of |
/// |---|---|---|
/// | `pink` | 1/f between two frequencies | Ornstein–Uhlenbeck processes, eight a decade |
/// | `brown` | 1/f² | a random walk |
/// | `blue` | f between two frequencies | differences of pink noise |
/// | `violet` | f² | differences of white noise |
///
/// ```text
/// pink    η = σ/√K Σ_k η_k,  dη_k = −η_k dt/τ_k + √(2/τ_k) dW_k,  2πτ_k from 1/high to 1/low, their logarithms evenly
///         S(f) = σ²/(f ln(high/low)) · 2/π (atan(f/low) − atan(f/high))
/// brown   dη = σ dW                           S(f) = 2σ²/(2πf)²
/// blue    η(t) ∝ pink(t) − pink(t − dt)       S(f) ∝ sin²(πf dt)/f
/// violet  η(t) = σ (ξ(t) − ξ(t − dt))/√2      S(f) = 4σ² dt sin²(πf dt)
/// ```
///
/// S is one-sided. σ is the standard deviation of pink, blue and violet noise, which are stationary from the start; brown
/// noise starts at 0 and has the variance σ² t. The slope of pink and blue is off by 0.07 a decade within the band, by
/// 0.007 two decades within and by 0.64 at its ends, and flatter where steps of dt fold the spectrum, near half a cycle per
/// step. Blue and violet noise have most of their power at the shortest periods that steps can hold, so what they do
/// depends on dt. The value of a step acts during the whole step.
///
/// DIFFERENCE: in the Python library brainmass pink, blue and violet noise is coloured from region to region, and white
/// in time; blue and violet go with f² and f⁴ there, and brown noise has σ² per millisecond.
///
/// ```
/// use brainmass_core::units::hz;
/// use brainmass_network::ColouredNoise;
/// let noise = ColouredNoise::pink(0.3, hz(0.1), hz(100.0));
/// assert_eq!(noise.sigma().at(0), 0.3);
/// ```
///
/// # References
/// Kasdin (1995), Proc. IEEE 83:802–827, doi:10.1109/5.381848, sections II and III; the sum of relaxations is that of
/// Bernamont and van der Ziel.
#[derive(Clone, Debug, PartialEq)]
#[doc(alias = "pink noise")]
#[doc(alias = "Brownian noise")]
pub struct ColouredNoise {
    pub(super) colour: Colour,
    pub(super) sigma: Values,
    pub(super) correlation: Correlation,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Colour {
    Pink(Band),
    Brown,
    Blue(Band),
    Violet,
}

/// Where a power law holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Band {
    low: Hertz,
    high: Hertz,
}

impl Band {
    /// The time constants, eight a decade: each stands for an equal part of the band, on a logarithmic scale.
    pub(super) fn time_constants(self) -> Vec<f64> {
        let (low, high) = (self.low.value_unsafe, self.high.value_unsafe);
        let decades = (high / low).log10();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "checked: below 100 decades"
        )]
        let last = ((8.0 * decades).ceil() as u32).max(1);
        let part = |k: u32| (f64::from(k) + 0.5) / f64::from(last);
        let frequency = |k: u32| low * brainmass_core::Real::powf(high / low, part(k));
        (0..last).map(|k| 1.0 / (std::f64::consts::TAU * frequency(k))).collect()
    }
}

impl ColouredNoise {
    /// Noise with a density of 1/f from a low to a high frequency, of a standard deviation.
    pub fn pink(sigma: impl Into<Values>, low: Hertz, high: Hertz) -> Self {
        Self::of(Colour::Pink(Band { low, high }), sigma.into())
    }

    /// A random walk from 0, of a variance σ² t.
    pub fn brown(sigma: impl Into<Values>) -> Self {
        Self::of(Colour::Brown, sigma.into())
    }

    /// Noise with a density of f from a low to a high frequency, of a standard deviation.
    pub fn blue(sigma: impl Into<Values>, low: Hertz, high: Hertz) -> Self {
        Self::of(Colour::Blue(Band { low, high }), sigma.into())
    }

    /// Noise with a density of f², of a standard deviation.
    pub fn violet(sigma: impl Into<Values>) -> Self {
        Self::of(Colour::Violet, sigma.into())
    }

    fn of(colour: Colour, sigma: Values) -> Self {
        Self { colour, sigma, correlation: Correlation::default() }
    }

    /// The same noise with something in common between regions.
    #[must_use]
    pub fn with_correlation(mut self, correlation: Correlation) -> Self {
        self.correlation = correlation;
        self
    }

    /// The standard deviation, or of brown noise the strength: one, or one per region.
    pub fn sigma(&self) -> &Values {
        &self.sigma
    }

    pub(super) fn check(&self, what: &str, unit: Unit, n_regions: usize) -> Result<()> {
        let sigma = format!("sigma of the noise on {what}");
        self.sigma.check(&sigma, unit, n_regions)?;
        not_negative(&sigma, &self.sigma)?;
        let (Colour::Pink(Band { low, high }) | Colour::Blue(Band { low, high })) = self.colour else {
            return Ok(());
        };
        check::positive(&format!("low frequency of the noise on {what}"), low)?;
        check::positive(&format!("high frequency of the noise on {what}"), high)?;
        let ratio = high.value_unsafe / low.value_unsafe;
        if ratio > 1.0 && ratio < 1e12 {
            return Ok(());
        }
        let requirement = format!("above the low one, {}, by less than twelve decades", show(low));
        let hertz = Unit::of::<dimension::Hertz>();
        let what = format!("high frequency of the noise on {what}");
        Err(check::out_of_range(&what, high.value_unsafe, hertz, &requirement))
    }

    /// Checks that steps of dt can hold the band.
    pub(super) fn check_run(&self, what: &str, dt: Second) -> Result<()> {
        let (Colour::Pink(Band { high, .. }) | Colour::Blue(Band { high, .. })) = self.colour else {
            return Ok(());
        };
        let limit = Hertz::new(0.5 / dt.value_unsafe);
        if high.value_unsafe <= limit.value_unsafe {
            return Ok(());
        }
        let requirement = format!("at most half a cycle per step, {}", show(limit));
        let hertz = Unit::of::<dimension::Hertz>();
        let what = format!("high frequency of the noise on {what}");
        Err(check::out_of_range(&what, high.value_unsafe, hertz, &requirement))
    }
}
