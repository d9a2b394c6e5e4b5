//! The potential of a dipole in concentric shells, by its Legendre series.
//!
//! Within a shell, the part of degree n of a potential is `a (r/r_j)ⁿ + b (r_j/r)ⁿ⁺¹` with `r_j` the shell's outer
//! radius. No current leaves the head, so that `κ = a/b = (n + 1)/n` in the outermost shell. At the boundary below
//! it, where `t = r_(j−1)/r_j`, `k = κ t²ⁿ⁺¹` and `s = σ_j/σ_(j−1)`, potential and current are continuous:
//!
//! ```text
//! b' = b t⁻⁽ⁿ⁺¹⁾ D/(2n + 1),   D = n (1 + k) + s (n + 1 − n k)
//! κ' = [(n + 1)(1 + k) − s (n + 1 − n k)] / D
//! ```
//!
//! In the innermost shell b is the dipole's own. The powers of all t multiply to `(r_1/R)ⁿ⁺¹` and cancel, so that
//! nothing overflows: on the surface degree n has the weight `g_n = (2n + 1)/n · Π (2n + 1)/D_j`, and
//!
//! ```text
//! V(R r̂) = 1/(4πσ_1 R²) Σ g_n ρⁿ⁻¹ q·[P'_n(x) r̂ − P'_(n−1)(x) r̂₀],   x = r̂·r̂₀, ρ = |r₀|/R
//! ```

use brainmass_core::Real;

use super::lanes::{Lane, LeadVector, combination, constants, dot};

/// The part of the largest potential over the sphere that terms left out may add up to.
const TOLERANCE: f64 = 1e-10;
/// The most terms of a series: enough for a dipole within a two-thousandth of the radius from the surface.
const MOST_TERMS: usize = 100_000;

/// Weights of the degrees 1, 2, … of shells, for dipoles up to some eccentricity.
#[derive(Clone, Debug)]
pub(in crate::leadfield) struct ShellSeries {
    terms: Vec<Term>,
    /// `1/(4πσ_1 R²)`.
    factor: f64,
}

/// What belongs to degree n but not to a dipole; `e_n = P'_n/λ_n` are derivatives of Legendre polynomials, scaled so
/// that `e_(n+1) = 2x e_n − β_n e_(n−1)`.
#[derive(Clone, Copy, Debug)]
struct Term {
    /// `β_n`.
    beta: f64,
    /// `g_n λ_n`.
    outwards: f64,
    /// `g_(n+1) λ_n`.
    back: f64,
    /// A bound of g beyond n, relative to `g_1/√6`.
    beyond: f64,
}

/// The product of (2n + 1)/D over the boundaries: 1 for a homogeneous sphere.
pub(super) fn attenuation(n: f64, radii: &[f64], conductivities: &[f64]) -> f64 {
    let (mut kappa, mut product) = ((n + 1.0) / n, 1.0);
    for j in (1..radii.len()).rev() {
        let s = conductivities[j] / conductivities[j - 1];
        let k = kappa * Real::powf(radii[j - 1] / radii[j], 2.0 * n + 1.0);
        let (potential, current) = (1.0 + k, s * (n + 1.0 - n * k));
        let d = n * potential + current;
        kappa = ((n + 1.0) * potential - current) / d;
        product *= (2.0 * n + 1.0) / d;
    }
    product
}

/// No g from degree n on is larger: D ≥ (1 − t²ⁿ⁺¹)(n + s (n + 1)), as −1 ≤ κ ≤ (n + 1)/n in any shell.
fn bound(n: f64, radii: &[f64], conductivities: &[f64]) -> f64 {
    let boundary = |j: usize| {
        let s = conductivities[j] / conductivities[j - 1];
        let shrunk = Real::powf(radii[j - 1] / radii[j], 2.0 * n + 1.0);
        // (2n + 1)/(n + s (n + 1)) goes to 2/(1 + s), always up or always down.
        f64::max((2.0 * n + 1.0) / (n + s * (n + 1.0)), 2.0 / (1.0 + s)) / (1.0 - shrunk)
    };
    (2.0 * n + 1.0) / n * (1..radii.len()).map(boundary).product::<f64>()
}

/// What the terms beyond degree n add up to, relative to a lower bound of the largest potential: neither n Pₙ nor,
/// by Bernstein's inequality, sin θ P'ₙ exceeds n, and Σ m ρᵐ⁻¹ over m > n is a closed form. A potential is at
/// least as large as the root mean square of its first degree, `g_1/√3`.
fn left_out(n: f64, power: f64, rho: f64, beyond: f64) -> f64 {
    beyond * power * (n + 1.0 - n * rho) / ((1.0 - rho) * (1.0 - rho))
}

impl ShellSeries {
    /// For dipoles up to an eccentricity; `None` where that takes too many terms.
    pub(in crate::leadfield) fn new(radii: &[f64], conductivities: &[f64], largest: f64) -> Option<Self> {
        let weight = |n: f64| (2.0 * n + 1.0) / n * attenuation(n, radii, conductivities);
        let radius = radii[radii.len() - 1];
        let factor = 1.0 / (4.0 * std::f64::consts::PI * conductivities[0] * radius * radius);
        let first = weight(1.0);
        let (mut gain, mut before, mut scale, mut power) = (first, 1.0, 1.0, 1.0);
        let mut terms = Vec::new();
        for degree in 1..=MOST_TERMS {
            let n = degree as f64;
            let next = weight(n + 1.0);
            let above = scale * (2.0 * n + 1.0) / (2.0 * n);
            terms.push(Term {
                beta: (n + 1.0) / n * before / above,
                outwards: gain * scale,
                back: next * scale,
                beyond: 6f64.sqrt() * bound(n + 1.0, radii, conductivities) / first,
            });
            power *= largest;
            if left_out(n, power, largest, terms[degree - 1].beyond) <= TOLERANCE {
                return Some(Self { terms, factor });
            }
            (before, scale, gain) = (scale, above, next);
        }
        None
    }

    /// The series of a dipole at a place, given by its direction and its eccentricity.
    pub(in crate::leadfield) fn at(&self, direction: [f64; 3], rho: f64) -> SeriesAt {
        let mut terms = Vec::with_capacity(self.terms.len());
        let mut power = 1.0;
        for (n, term) in (1..).zip(&self.terms) {
            let next = power * rho;
            terms.push([term.beta, term.outwards * power, term.back * next]);
            power = next;
            if left_out(f64::from(n), power, rho, term.beyond) <= TOLERANCE {
                break;
            }
        }
        // The last degree that is kept has no partner above it.
        if let Some(last) = terms.last_mut() {
            last[2] = 0.0;
        }
        SeriesAt { direction, terms, factor: self.factor }
    }
}

/// The series of a dipole at one place; a sensor is a unit vector.
#[derive(Clone, Debug)]
pub(in crate::leadfield) struct SeriesAt {
    direction: [f64; 3],
    /// `β_n`, then what multiplies `e_n` in the sums of r̂ and of r̂₀.
    terms: Vec<[f64; 3]>,
    factor: f64,
}

impl LeadVector<3> for SeriesAt {
    #[inline(always)]
    fn lead_vector(&self, outwards: &[Lane; 3]) -> [Lane; 3] {
        let number = Lane::from_f64;
        let back = constants(self.direction);
        let twice = number(2.0) * dot(outwards, &back);
        let (mut slope, mut before) = (number(1.0), number(0.0));
        let (mut along, mut against) = (number(0.0), number(0.0));
        for &[beta, weight, opposed] in &self.terms {
            along += number(weight) * slope;
            against += number(opposed) * slope;
            (slope, before) = (twice * slope - number(beta) * before, slope);
        }
        combination(along * number(self.factor), outwards, -(against * number(self.factor)), &back)
    }
}
