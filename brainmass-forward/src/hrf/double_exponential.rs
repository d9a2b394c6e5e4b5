//! The double exponential kernel.

use std::f64::consts::TAU;

use brainmass_core::units::{Hertz, Second, Unit, dimension, hz, s};
use brainmass_core::{Real, Result, check};

use super::parametric::{Parametric, parametric};
use super::{Hrf, finite, normalized_over_grid};

/// A decaying oscillation: amplitude · e^(−t/τ) sin(2π f t).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DampedSine {
    /// Time constant of the decay.
    pub tau: Second,
    /// Frequency.
    pub frequency: Hertz,
    /// Amplitude.
    pub amplitude: f64,
}

impl DampedSine {
    fn check(&self) -> Result<()> {
        check::positive("tau of the double exponential kernel", self.tau)?;
        finite("amplitude of the double exponential kernel", self.amplitude)?;
        // More periods than this within a decay are not a response to a pulse, and would slip through the
        // search for the peak.
        let highest = 25.0 / self.tau.value_unsafe;
        let frequency = self.frequency.value_unsafe;
        if frequency > 0.0 && frequency <= highest {
            return Ok(());
        }
        let requirement = format!("above zero and at most {highest} Hz, 25 periods within tau");
        let unit = Unit::of::<dimension::Hertz>();
        Err(check::out_of_range("frequency of the double exponential kernel", frequency, unit, &requirement))
    }

    fn parameters(&self) -> [f64; 3] {
        [self.tau.value_unsafe, self.frequency.value_unsafe, self.amplitude]
    }

    fn value(&self, time: f64) -> f64 {
        wave(self.parameters(), time)
    }

    fn slope(&self, time: f64) -> f64 {
        let omega = TAU * self.frequency.value_unsafe;
        let angle = omega * time;
        let decay = self.amplitude * (-time / self.tau.value_unsafe).exp();
        decay * (omega * angle.cos() - angle.sin() / self.tau.value_unsafe)
    }
}

fn wave<T: Real>([tau, frequency, amplitude]: [T; 3], time: f64) -> T {
    let (omega, time) = (T::from_f64(TAU) * frequency, T::from_f64(time));
    amplitude * (-time / tau).exp() * (omega * time).sin()
}

/// The double exponential kernel: the difference of two decaying oscillations.
///
/// ```text
/// h(t) = a · g(t)/max g,   g(t) = amp₁ e^(−t/τ₁) sin(2π f₁ t) − amp₂ e^(−t/τ₂) sin(2π f₂ t)
/// ```
///
/// DIFFERENCE: normalised by its true maximum; the Python library divides by the largest value on the grid
/// in use ([`reference_values`](Hrf::reference_values)).
///
/// # Example
/// ```
/// use brainmass_core::units::s;
/// use brainmass_forward::hrf::{DoubleExponential, Hrf};
/// let kernel = DoubleExponential::default();
/// approx::assert_relative_eq!(kernel.value(s(5.943)), 0.1, max_relative = 1e-6);
/// ```
///
/// # References
/// Polonsky, Blake, Braun & Heeger (2000), Nat. Neurosci. 3:1153, doi:10.1038/80676. Default values
/// (τ 7.22 and 7.4 s, f 0.03 and 0.12 Hz, amplitudes and a 0.1) are those of The Virtual Brain.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DoubleExponential {
    first: DampedSine,
    second: DampedSine,
    a: f64,
    /// When the difference is largest, in seconds.
    top: f64,
}

impl DoubleExponential {
    /// The first oscillation less the second, with a maximum of a.
    ///
    /// # Errors
    /// [`Error::OutOfRange`](brainmass_core::Error::OutOfRange) for a time constant or frequency that makes
    /// no sense, or a difference that is nowhere above zero;
    /// [`Error::NotFinite`](brainmass_core::Error::NotFinite).
    pub fn new(first: DampedSine, second: DampedSine, a: f64) -> Result<Self> {
        first.check()?;
        second.check()?;
        finite("a of the double exponential kernel", a)?;
        let mut kernel = Self { first, second, a, top: 0.0 };
        kernel.top = kernel.find_top();
        let maximum = kernel.difference(kernel.top);
        if maximum > 0.0 {
            return Ok(kernel);
        }
        let what = "maximum of the double exponential kernel";
        Err(check::out_of_range(what, maximum, Unit::DIMENSIONLESS, "above zero"))
    }

    fn difference(&self, time: f64) -> f64 {
        if time <= 0.0 { 0.0 } else { self.first.value(time) - self.second.value(time) }
    }

    /// When it is largest: the best point of a grid, then bisection of the slope around it.
    fn find_top(&self) -> f64 {
        // After 20 time constants the envelope is below 3e-9; a grid step is at most 1/32 of the shorter period,
        // unless the longer time constant holds more than 2^15 of them.
        let horizon = 20.0 * self.first.tau.value_unsafe.max(self.second.tau.value_unsafe);
        let fastest = self.first.frequency.value_unsafe.abs().max(self.second.frequency.value_unsafe.abs());
        let points = (32.0 * horizon * fastest).clamp(16_384.0, 1_048_576.0);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped above")]
        let points = points as u32;
        let step = horizon / f64::from(points);
        let at = |k: u32| step * f64::from(k);
        let best = (1..points)
            .fold(0, |best, k| if self.difference(at(k)) > self.difference(at(best)) { k } else { best });
        if best == 0 {
            return 0.0;
        }
        let (mut low, mut high) = (at(best - 1), at(best + 1));
        while high - low > 1e-12 * high {
            let middle = 0.5 * (low + high);
            if self.first.slope(middle) > self.second.slope(middle) { low = middle } else { high = middle }
        }
        low
    }
}

impl Default for DoubleExponential {
    fn default() -> Self {
        let sine = |tau, frequency| DampedSine { tau: s(tau), frequency: hz(frequency), amplitude: 0.1 };
        let mut kernel = Self { first: sine(7.22, 0.03), second: sine(7.4, 0.12), a: 0.1, top: 0.0 };
        kernel.top = kernel.find_top();
        kernel
    }
}

impl Parametric<7> for DoubleExponential {
    const PARAMETERS: [(&'static str, Unit); 7] = [
        ("tau_1", Unit::of::<dimension::Second>()),
        ("frequency_1", Unit::of::<dimension::Hertz>()),
        ("amplitude_1", Unit::DIMENSIONLESS),
        ("tau_2", Unit::of::<dimension::Second>()),
        ("frequency_2", Unit::of::<dimension::Hertz>()),
        ("amplitude_2", Unit::DIMENSIONLESS),
        ("a", Unit::DIMENSIONLESS),
    ];

    fn parameters(&self) -> [f64; 7] {
        let ([a, b, c], [d, e, f]) = (self.first.parameters(), self.second.parameters());
        [a, b, c, d, e, f, self.a]
    }

    fn from_parameters([a, b, c, d, e, f, height]: [f64; 7]) -> Result<Self> {
        let sine =
            |tau, frequency, amplitude| DampedSine { tau: s(tau), frequency: hz(frequency), amplitude };
        Self::new(sine(a, b, c), sine(d, e, f), height)
    }

    fn shape<T: Real>(&self, [a, b, c, d, e, f, height]: [T; 7], time: f64) -> T {
        let difference = |time| wave([a, b, c], time) - wave([d, e, f], time);
        // The slope at the top is zero, so that the maximum's derivative is that of the value there.
        height * difference(time) / difference(self.top)
    }
}

impl Hrf for DoubleExponential {
    parametric!();

    fn duration(&self) -> Second {
        s(40.0)
    }

    fn reference_values(&self, times: &[Second]) -> Vec<f64> {
        normalized_over_grid(|time| self.difference(time.value_unsafe), times, self.a)
    }
}
