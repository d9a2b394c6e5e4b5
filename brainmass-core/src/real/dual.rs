//! Dual numbers: a value and its partial derivatives, exact to rounding.

use std::ops::{Add, AddAssign, Div, Mul, MulAssign, Neg, Sub, SubAssign};

use num_traits::{One, Zero};

use super::Real;

/// A number with its derivatives with respect to `N` variables.
///
/// Running an equation on duals gives its exact Jacobian beside its value.
///
/// ```
/// use brainmass_core::{Dual, Real};
/// let x = Dual::<f64, 1>::variable(2.0, 0);
/// let y = x.square() * x; // x³
/// assert_eq!((y.value, y.partials[0]), (8.0, 12.0));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dual<T, const N: usize> {
    /// The value.
    pub value: T,
    /// The derivative with respect to each variable.
    pub partials: [T; N],
}

impl<T: Real, const N: usize> Dual<T, N> {
    /// A number that depends on no variable.
    #[inline(always)]
    pub fn constant(value: T) -> Self {
        Self { value, partials: [T::zero(); N] }
    }

    /// The variable with an index: its own derivative is 1.
    #[inline(always)]
    pub fn variable(value: T, index: usize) -> Self {
        let mut dual = Self::constant(value);
        dual.partials[index] = T::one();
        dual
    }

    /// f(x) from f(x.value) and f′(x.value).
    #[inline(always)]
    fn chain(self, value: T, slope: T) -> Self {
        let mut dual = Self::constant(value);
        for k in 0..N {
            dual.partials[k] = slope * self.partials[k];
        }
        dual
    }
}

impl<T: Real, const N: usize> Add for Dual<T, N> {
    type Output = Self;
    #[inline(always)]
    fn add(mut self, other: Self) -> Self {
        self += other;
        self
    }
}

impl<T: Real, const N: usize> Sub for Dual<T, N> {
    type Output = Self;
    #[inline(always)]
    fn sub(mut self, other: Self) -> Self {
        self -= other;
        self
    }
}

impl<T: Real, const N: usize> Mul for Dual<T, N> {
    type Output = Self;
    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        let mut product = Self::constant(self.value * other.value);
        for k in 0..N {
            product.partials[k] = self.partials[k] * other.value + self.value * other.partials[k];
        }
        product
    }
}

impl<T: Real, const N: usize> Div for Dual<T, N> {
    type Output = Self;
    #[inline(always)]
    fn div(self, other: Self) -> Self {
        let quotient = self.value / other.value;
        let mut result = Self::constant(quotient);
        for k in 0..N {
            result.partials[k] = (self.partials[k] - quotient * other.partials[k]) / other.value;
        }
        result
    }
}

impl<T: Real, const N: usize> Neg for Dual<T, N> {
    type Output = Self;
    #[inline(always)]
    fn neg(self) -> Self {
        self.chain(-self.value, -T::one())
    }
}

impl<T: Real, const N: usize> AddAssign for Dual<T, N> {
    #[inline(always)]
    fn add_assign(&mut self, other: Self) {
        self.value += other.value;
        for k in 0..N {
            self.partials[k] += other.partials[k];
        }
    }
}

impl<T: Real, const N: usize> SubAssign for Dual<T, N> {
    #[inline(always)]
    fn sub_assign(&mut self, other: Self) {
        self.value -= other.value;
        for k in 0..N {
            self.partials[k] -= other.partials[k];
        }
    }
}

impl<T: Real, const N: usize> MulAssign for Dual<T, N> {
    #[inline(always)]
    fn mul_assign(&mut self, other: Self) {
        *self = *self * other;
    }
}

impl<T: Real, const N: usize> Zero for Dual<T, N> {
    #[inline(always)]
    fn zero() -> Self {
        Self::constant(T::zero())
    }
    fn is_zero(&self) -> bool {
        self.value.is_zero() && self.partials.iter().all(Zero::is_zero)
    }
}

impl<T: Real, const N: usize> One for Dual<T, N> {
    #[inline(always)]
    fn one() -> Self {
        Self::constant(T::one())
    }
}

impl<T: Real, const N: usize> Real for Dual<T, N> {
    type Mask = T::Mask;

    #[inline(always)]
    fn from_f64(value: f64) -> Self {
        Self::constant(T::from_f64(value))
    }
    #[inline(always)]
    fn exp(self) -> Self {
        let value = self.value.exp();
        self.chain(value, value)
    }
    #[inline(always)]
    fn exp_m1(self) -> Self {
        let value = self.value.exp_m1();
        self.chain(value, value + T::one())
    }
    #[inline(always)]
    fn ln(self) -> Self {
        self.chain(self.value.ln(), self.value.recip())
    }
    #[inline(always)]
    fn sqrt(self) -> Self {
        let value = self.value.sqrt();
        self.chain(value, (value + value).recip())
    }
    #[inline(always)]
    fn sin(self) -> Self {
        self.chain(self.value.sin(), self.value.cos())
    }
    #[inline(always)]
    fn cos(self) -> Self {
        self.chain(self.value.cos(), -self.value.sin())
    }
    #[inline(always)]
    fn tanh(self) -> Self {
        let value = self.value.tanh();
        self.chain(value, T::one() - value.square())
    }
    #[inline(always)]
    fn sigmoid(self) -> Self {
        // From the value alone: through exp(−x), which overflows for x < −709, the slope would be ∞·0.
        let value = self.value.sigmoid();
        self.chain(value, value * (T::one() - value))
    }
    #[inline(always)]
    fn powf(self, exponent: Self) -> Self {
        // d(x^y) = y x^(y−1) dx + x^y ln(x) dy. The second term is absent where dy is 0, so that negative bases
        // and zero keep a finite derivative with a constant exponent.
        let value = self.value.powf(exponent.value);
        let mut result = self.chain(value, exponent.value * self.value.powf(exponent.value - T::one()));
        let slope = value * self.value.ln();
        for k in 0..N {
            let by_exponent = exponent.partials[k];
            let moves = T::zero().less_than(by_exponent.abs());
            result.partials[k] += T::select(moves, slope * by_exponent, by_exponent);
        }
        result
    }
    #[inline(always)]
    fn abs(self) -> Self {
        let slope = T::select(self.value.less_than(T::zero()), -T::one(), T::one());
        self.chain(self.value.abs(), slope)
    }
    #[inline(always)]
    fn less_than(self, other: Self) -> Self::Mask {
        self.value.less_than(other.value)
    }
    #[inline(always)]
    fn select(mask: Self::Mask, if_true: Self, if_false: Self) -> Self {
        let mut result = Self::constant(T::select(mask, if_true.value, if_false.value));
        for k in 0..N {
            result.partials[k] = T::select(mask, if_true.partials[k], if_false.partials[k]);
        }
        result
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use proptest::prelude::*;

    type D1 = Dual<f64, 1>;

    fn slopes(x: f64, f: impl Fn(D1) -> D1, g: impl Fn(f64) -> f64) {
        let exact = f(D1::variable(x, 0));
        assert_relative_eq!(exact.value, g(x), max_relative = 1e-15, epsilon = 1e-300);
        // Richardson-extrapolated central difference: error O(h⁴) ≈ 1e-13 plus rounding eps/h ≈ 1e-12.
        let central = |h: f64| (g(x + h) - g(x - h)) / (2.0 * h);
        let numeric = (4.0 * central(5e-4) - central(1e-3)) / 3.0;
        assert_relative_eq!(exact.partials[0], numeric, max_relative = 1e-9, epsilon = 1e-10);
    }

    proptest! {
        #[test]
        fn every_function_has_its_derivative(x in 0.2..3.0_f64) {
            slopes(x, Real::exp, f64::exp);
            slopes(x, Real::exp_m1, f64::exp_m1);
            slopes(x, Real::ln, f64::ln);
            slopes(x, Real::sqrt, f64::sqrt);
            slopes(x, Real::sin, f64::sin);
            slopes(x, Real::cos, f64::cos);
            slopes(x, Real::tanh, f64::tanh);
            slopes(-x, Real::abs, f64::abs);
            slopes(x, Real::recip, f64::recip);
            slopes(x, Real::sigmoid, Real::sigmoid);
            slopes(x, Real::exp_ratio, Real::exp_ratio);
            slopes(x, |d| d.powf(D1::from_f64(2.5)), |v| v.powf(2.5));
            slopes(x, |d| D1::from_f64(1.7).powf(d), |v| 1.7f64.powf(v));
        }

        #[test]
        fn a_constant_exponent_needs_no_logarithm(x in -3.0..3.0_f64) {
            let square = D1::variable(x, 0).powf(D1::from_f64(2.0));
            assert_relative_eq!(square.partials[0], 2.0 * x, max_relative = 1e-15);
            prop_assert_eq!(D1::variable(0.0, 0).powf(D1::one()).partials[0], 1.0);
        }

        #[test]
        fn a_saturated_sigmoid_is_flat(x in 800.0..1e6_f64) {
            prop_assert_eq!(D1::variable(-x, 0).sigmoid(), D1::constant(0.0));
            prop_assert_eq!(D1::variable(x, 0).sigmoid(), D1::constant(1.0));
        }

        #[test]
        fn quotient_and_product_rules(x in 0.5..2.0_f64, y in 0.5..2.0_f64) {
            let (a, b) = (Dual::<f64, 2>::variable(x, 0), Dual::<f64, 2>::variable(y, 1));
            let quotient = a / b;
            assert_relative_eq!(quotient.partials[0], 1.0 / y, max_relative = 1e-15);
            assert_relative_eq!(quotient.partials[1], -x / (y * y), max_relative = 1e-15);
            assert_eq!((a * b).partials, [y, x]);
        }
    }
}
