//! Glover's response.

use brainmass_core::units::{Second, s};

use super::Hrf;
use super::density::gamma_bump;

/// Glover's response: two gamma shapes, each with a peak of one, the second subtracted in part.
///
/// ```text
/// h(t) = c₁ t^n₁ e^(−t/t₁) − a₂ c₂ t^n₂ e^(−t/t₂),   1/c_i = max t^n_i e^(−t/t_i), at n_i t_i
/// ```
///
/// # Example
/// ```
/// use brainmass_core::units::s;
/// use brainmass_forward::hrf::{Glover, Hrf};
/// // Later than the peak at n₁ t₁ = 5.4 s the undershoot has begun.
/// assert!(Glover::auditory().value(s(5.24)) > Glover::auditory().value(s(5.4)));
/// ```
///
/// # References
/// Glover (1999), Neuroimage 9:416, doi:10.1006/nimg.1998.0419: the fits to the responses of auditory and
/// motor cortex.
#[derive(Clone, Copy, Debug, PartialEq)]
#[doc(alias = "glover_hrf")]
pub struct Glover {
    n_1: f64,
    t_1: f64,
    n_2: f64,
    t_2: f64,
    a_2: f64,
}

impl Glover {
    /// Auditory cortex: n₁ = 6, t₁ = 0.9 s, n₂ = 12, t₂ = 0.9 s, a₂ = 0.35. Peak 5.24 s, undershoot 12.26 s.
    pub fn auditory() -> Self {
        Self { n_1: 6.0, t_1: 0.9, n_2: 12.0, t_2: 0.9, a_2: 0.35 }
    }

    /// Motor cortex: n₁ = 5, t₁ = 1.1 s, n₂ = 12, t₂ = 0.9 s, a₂ = 0.4. Peak 5.27 s, undershoot 12.51 s.
    pub fn motor() -> Self {
        Self { n_1: 5.0, t_1: 1.1, n_2: 12.0, t_2: 0.9, a_2: 0.4 }
    }
}

impl Hrf for Glover {
    fn value(&self, time: Second) -> f64 {
        let bump = |n: f64, t: f64| gamma_bump(time.value_unsafe, n * t, n);
        bump(self.n_1, self.t_1) - self.a_2 * bump(self.n_2, self.t_2)
    }

    fn duration(&self) -> Second {
        s(32.0)
    }
}
