//! The scalar of a model: one derivative function runs as `f64`, as `f32`, as lanes and as dual numbers.
//!
//! Lanes compare several numbers at once: hence [`Real::Mask`] and [`Real::select`] instead of `bool` and `if`.

mod dispatch;
mod dual;
mod elementary;
mod float;
mod lanes;
pub mod tape;

pub use dispatch::{CpuLevel, Kernel};
pub use dual::Dual;
pub(crate) use elementary::polynomial;
pub use lanes::Lanes;

use std::fmt::Debug;
use std::ops::{AddAssign, Div, Mul, MulAssign, Neg, Sub, SubAssign};

use num_traits::{One, Zero};

/// What an equation may do with a number.
///
/// Branches are written with [`select`](Self::select), so that they hold for several regions at once and
/// for derivatives.
///
/// ```
/// use brainmass_core::Real;
/// fn ramp<T: Real>(x: T) -> T {
///     T::select(x.less_than(T::zero()), T::zero(), x)
/// }
/// assert_eq!((ramp(-2.0_f64), ramp(2.0_f32)), (0.0, 2.0));
/// ```
pub trait Real:
    Copy
    + Debug
    + PartialEq
    + Send
    + Sync
    + 'static
    + Zero
    + One
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
    + AddAssign
    + SubAssign
    + MulAssign
{
    /// The outcome of a comparison: `bool` for one number, one per lane for several.
    type Mask: Copy;

    /// A constant.
    fn from_f64(value: f64) -> Self;

    /// e to the power of this number; 0 where that is below twice the smallest normal number.
    #[must_use]
    fn exp(self) -> Self;
    /// e to the power of this number, minus one, exact near zero.
    #[must_use]
    fn exp_m1(self) -> Self;
    /// Natural logarithm.
    #[must_use]
    fn ln(self) -> Self;
    /// Square root.
    #[must_use]
    fn sqrt(self) -> Self;
    /// Sine of an angle in radians.
    #[must_use]
    fn sin(self) -> Self;
    /// Cosine of an angle in radians.
    #[must_use]
    fn cos(self) -> Self;
    /// Hyperbolic tangent.
    #[must_use]
    fn tanh(self) -> Self;
    /// This number to a real power.
    #[must_use]
    fn powf(self, exponent: Self) -> Self;
    /// Absolute value.
    #[must_use]
    fn abs(self) -> Self;

    /// Where this number is below another.
    fn less_than(self, other: Self) -> Self::Mask;
    /// `if_true` where the mask holds, else `if_false`.
    fn select(mask: Self::Mask, if_true: Self, if_false: Self) -> Self;

    /// The larger number.
    #[must_use]
    #[inline(always)]
    fn max(self, other: Self) -> Self {
        Self::select(self.less_than(other), other, self)
    }
    /// The smaller number.
    #[must_use]
    #[inline(always)]
    fn min(self, other: Self) -> Self {
        Self::select(other.less_than(self), other, self)
    }
    /// This number kept within bounds.
    #[must_use]
    #[inline(always)]
    fn clamp(self, lower: f64, upper: f64) -> Self {
        self.max(Self::from_f64(lower)).min(Self::from_f64(upper))
    }
    /// This number times itself.
    #[must_use]
    #[inline(always)]
    fn square(self) -> Self {
        self * self
    }
    /// One over this number.
    #[must_use]
    #[inline(always)]
    fn recip(self) -> Self {
        Self::one() / self
    }
    /// The logistic function 1/(1 + e⁻ˣ).
    #[must_use]
    #[inline(always)]
    fn sigmoid(self) -> Self {
        (Self::one() + (-self).exp()).recip()
    }
    /// φ(z) = (eᶻ − 1)/z, with φ(0) = 1: the weight of exponential Euler.
    #[must_use]
    #[inline(always)]
    fn exp_ratio(self) -> Self {
        // Below 1e-5 the series 1 + z/2 + z²/6 is exact to 1e-16; there the quotient is 0/0.
        let small = self.abs().less_than(Self::from_f64(1e-5));
        let series = Self::one() + self * Self::from_f64(0.5) + self.square() * Self::from_f64(1.0 / 6.0);
        let safe = Self::select(small, Self::one(), self);
        Self::select(small, series, safe.exp_m1() / safe)
    }
}

/// A fixed number of scalars: the state, input or output of a node, what a coupling sends.
///
/// Implemented for arrays; nobody else needs to.
pub trait Array<T>: Copy + Debug + AsRef<[T]> + AsMut<[T]> + Send + Sync + 'static {
    /// Builds the array from its indices.
    fn from_fn(f: impl FnMut(usize) -> T) -> Self;
}

impl<T: Real, const N: usize> Array<T> for [T; N] {
    #[inline(always)]
    fn from_fn(f: impl FnMut(usize) -> T) -> Self {
        std::array::from_fn(f)
    }
}

#[cfg(test)]
mod tests;
