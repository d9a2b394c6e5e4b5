//! Inner products whose sums have one order on every CPU.
//!
//! The product of a linear-algebra library picks its kernel by CPU, fuses multiply and add where it can, and so
//! gives other bits on another machine.

use brainmass_core::{CpuLevel, Kernel};
use nalgebra::DMatrix;

/// Partial sums side by side: four vectors of the widest registers in common use.
const LANES: usize = 16;

/// `Σ x_k y_k`: term k goes to partial sum k mod 16; those are added in halves, 0 and 8, 1 and 9, …
#[inline(always)]
pub(crate) fn dot(x: &[f64], y: &[f64]) -> f64 {
    let mut sums = [0.0; LANES];
    let (x_blocks, y_blocks) = (x.chunks_exact(LANES), y.chunks_exact(LANES));
    let (x_rest, y_rest) = (x_blocks.remainder(), y_blocks.remainder());
    for (x, y) in x_blocks.zip(y_blocks) {
        for k in 0..LANES {
            sums[k] += x[k] * y[k];
        }
    }
    for k in 0..x_rest.len().min(y_rest.len()) {
        sums[k] += x_rest[k] * y_rest[k];
    }
    let mut width = LANES / 2;
    while width > 0 {
        for k in 0..width {
            sums[k] += sums[k + width];
        }
        width /= 2;
    }
    sums[0]
}

/// The inner products of all pairs of columns: xᵀx, symmetric to the last bit.
pub(crate) fn gram(x: &DMatrix<f64>) -> DMatrix<f64> {
    let mut products = DMatrix::zeros(x.ncols(), x.ncols());
    CpuLevel::best().run(Gram { x: x.as_slice(), length: x.nrows(), products: &mut products });
    products.fill_lower_triangle_with_upper_triangle();
    products
}

struct Gram<'a> {
    x: &'a [f64],
    length: usize,
    products: &'a mut DMatrix<f64>,
}

impl Kernel for Gram<'_> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        for j in 0..self.products.ncols() {
            let column = &self.x[j * self.length..(j + 1) * self.length];
            for i in 0..=j {
                self.products[(i, j)] = dot(&self.x[i * self.length..(i + 1) * self.length], column);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 1 to n, whatever is left over after whole blocks.
    #[test]
    fn sums_of_squares_are_exact() {
        for n in [0_u32, 1, 15, 16, 17, 40, 100] {
            let x: Vec<f64> = (1..=n).map(f64::from).collect();
            assert_eq!(dot(&x, &x), f64::from(n * (n + 1) * (2 * n + 1)) / 6.0);
        }
    }

    #[test]
    fn every_level_gives_the_same_bits() {
        let x = DMatrix::from_fn(77, 5, |t, i| (0.1 + 0.37 * (t * (i + 1)) as f64).sin());
        let expected = gram(&x);
        for level in CpuLevel::available() {
            let mut products = DMatrix::zeros(5, 5);
            level.run(Gram { x: x.as_slice(), length: 77, products: &mut products });
            products.fill_lower_triangle_with_upper_triangle();
            assert_eq!(products, expected, "{level:?}");
        }
        approx::assert_relative_eq!(expected, x.transpose() * &x, max_relative = 1e-13);
    }
}
