//! A few dipoles in a homogeneous sphere that look like one in shells.

use std::f64::consts::PI;

use nalgebra::{SMatrix, SVector};

use super::homogeneous::{HomogeneousSphere, InfiniteMedium};
use super::lanes::{Lane, LeadVector, combination};
use super::shells::attenuation;
use brainmass_core::Real;

/// How many dipoles there are.
const COUNT: usize = 3;
/// How many degrees of the series are fitted.
const DEGREES: usize = 200;

/// Where dipoles stand in for one, as parts of its distance from the centre, and their parts of its moment.
///
/// ```text
/// Σ_j λ_j μ_jⁿ⁻¹ ≈ f_n = σ_N/σ_1 Π (2n + 1)/D     n = 1, 2, …
/// ```
///
/// The sum of squares over degrees has the weights (2n + 1)(3n + 1)/n · ρ²ⁿ⁻², to which a radial and a
/// tangential dipole at ρ add up over a sphere of electrodes; ρ is the edge of the innermost shell. Degree 1 is met
/// exactly: it is all that is left far from the sources.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::leadfield) struct BergScherg {
    pub(in crate::leadfield) mu: [f64; COUNT],
    pub(in crate::leadfield) lambda: [f64; COUNT],
    /// What is left of the weighted sum of squares.
    pub(in crate::leadfield) residual: f64,
}

/// Positions μ and the first moments λ; the last moment follows from degree 1.
type Unknowns = SVector<f64, 5>;

/// What the fit must meet.
struct Aim {
    /// `f_n` and the root of its weight, from degree 1.
    degrees: Vec<[f64; 2]>,
}

impl Aim {
    fn new(radii: &[f64], conductivities: &[f64]) -> Self {
        let last = radii.len() - 1;
        let (rho, ratio) = (radii[0] / radii[last], conductivities[last] / conductivities[0]);
        let mut power = 1.0;
        let degree = |n: usize| {
            let n = n as f64;
            let weight = ((2.0 * n + 1.0) * (3.0 * n + 1.0) / n).sqrt() * power;
            power *= rho;
            [ratio * attenuation(n, radii, conductivities), weight]
        };
        Self { degrees: (1..=DEGREES).map(degree).collect() }
    }

    fn lambda(&self, unknowns: &Unknowns) -> [f64; COUNT] {
        let (first, second) = (unknowns[3], unknowns[4]);
        [first, second, self.degrees[0][0] - first - second]
    }

    /// The sum of squares, its gradient's half, and the Gauss–Newton matrix.
    fn linearised(&self, unknowns: &Unknowns) -> (f64, Unknowns, SMatrix<f64, 5, 5>) {
        let lambda = self.lambda(unknowns);
        let mu = [unknowns[0], unknowns[1], unknowns[2]];
        // μⁿ⁻¹ and its derivative.
        let (mut powers, mut slopes) = ([1.0; COUNT], [0.0; COUNT]);
        let (mut sum, mut gradient, mut matrix) = (0.0, Unknowns::zeros(), SMatrix::zeros());
        for &[aim, weight] in &self.degrees {
            let fitted = lambda[0] * powers[0] + lambda[1] * powers[1] + lambda[2] * powers[2];
            let residual = weight * (fitted - aim);
            let row = Unknowns::from([
                weight * lambda[0] * slopes[0],
                weight * lambda[1] * slopes[1],
                weight * lambda[2] * slopes[2],
                weight * (powers[0] - powers[2]),
                weight * (powers[1] - powers[2]),
            ]);
            sum += residual * residual;
            gradient += row * residual;
            matrix += row * row.transpose();
            for j in 0..COUNT {
                slopes[j] = powers[j] + mu[j] * slopes[j];
                powers[j] *= mu[j];
            }
        }
        (sum, gradient, matrix)
    }

    /// The best moments for given positions; `None` where positions coincide.
    fn with_best_moments(&self, mu: [f64; COUNT]) -> Option<(f64, Unknowns)> {
        let start = Unknowns::from([mu[0], mu[1], mu[2], 0.0, 0.0]);
        let (_, gradient, matrix) = self.linearised(&start);
        let moments = matrix.fixed_view::<2, 2>(3, 3).into_owned();
        let step = moments.try_inverse()? * gradient.fixed_rows::<2>(3);
        let best = start - Unknowns::from([0.0, 0.0, 0.0, step[0], step[1]]);
        Some((self.linearised(&best).0, best))
    }

    /// Where to begin: of a grid of positions, the best for each place of the innermost dipole. The sum has several
    /// minima, and one of them lies outside the sphere.
    fn starts(&self) -> Vec<Unknowns> {
        let grid: Vec<f64> = (0..16).map(|k| -0.55 + 0.1 * f64::from(k)).collect();
        let best_above = |i: usize| {
            let pairs = (i + 1..grid.len()).flat_map(|j| (j + 1..grid.len()).map(move |k| (j, k)));
            let found = pairs.filter_map(|(j, k)| self.with_best_moments([grid[k], grid[j], grid[i]]));
            found.min_by(|a, b| a.0.total_cmp(&b.0))
        };
        (0..grid.len()).filter_map(best_above).map(|(_, unknowns)| unknowns).collect()
    }

    /// Levenberg and Marquardt's descent, to rounding.
    fn descended(&self, start: Unknowns) -> (f64, Unknowns) {
        let (mut unknowns, mut damping) = (start, 1e-3);
        let (mut sum, mut gradient, mut matrix) = self.linearised(&unknowns);
        for _ in 0..200 {
            let damped = matrix + SMatrix::from_diagonal(&matrix.diagonal()) * damping;
            let Some(step) = damped.lu().solve(&gradient) else { break };
            let next = unknowns - step;
            // A dipole stays inside the sphere.
            let inside = next.fixed_rows::<3>(0).amax() < 1.0;
            let tried = self.linearised(&next);
            if inside && tried.0 < sum {
                let gained = sum - tried.0;
                (unknowns, (sum, gradient, matrix)) = (next, tried);
                damping = f64::max(damping * 0.2, 1e-12);
                if gained <= 1e-14 * sum {
                    break;
                }
            } else if damping > 1e8 {
                break;
            } else {
                damping *= 10.0;
            }
        }
        (sum, unknowns)
    }
}

impl BergScherg {
    /// The fit to shells: the same numbers each time.
    pub(in crate::leadfield) fn fitted(radii: &[f64], conductivities: &[f64]) -> Self {
        let aim = Aim::new(radii, conductivities);
        let mut best = (f64::INFINITY, Unknowns::zeros());
        for start in aim.starts() {
            let found = aim.descended(start);
            if found.0 < best.0 {
                best = found;
            }
        }
        let (sum, unknowns) = best;
        let whole: f64 = aim.degrees.iter().map(|[aim, weight]| (aim * weight).powi(2)).sum();
        let lambda = aim.lambda(&unknowns);
        let mut dipoles: Vec<[f64; 2]> = (0..COUNT).map(|j| [unknowns[j], lambda[j]]).collect();
        dipoles.sort_by(|a, b| b[0].total_cmp(&a[0]));
        let pick = |k: usize| std::array::from_fn(|j| dipoles[j][k]);
        Self { mu: pick(0), lambda: pick(1), residual: sum / whole }
    }

    /// The dipoles that stand in for one in a sphere around the origin.
    pub(in crate::leadfield) fn at(&self, dipole: [f64; 3], radius: f64, conductivity: f64) -> StandIns {
        let stand_in = |mu: f64| HomogeneousSphere {
            primary: InfiniteMedium {
                dipole: dipole.map(|component| mu * component),
                factor: 1.0 / (4.0 * PI * conductivity),
                closest: 0.0,
            },
            radius,
        };
        StandIns { dipoles: self.mu.map(stand_in), lambda: self.lambda }
    }
}

/// Dipoles in a homogeneous sphere with their parts of the moment; a sensor is a position.
#[derive(Clone, Copy, Debug)]
pub(in crate::leadfield) struct StandIns {
    dipoles: [HomogeneousSphere; COUNT],
    lambda: [f64; COUNT],
}

impl LeadVector<3> for StandIns {
    #[inline(always)]
    fn lead_vector(&self, sensor: &[Lane; 3]) -> [Lane; 3] {
        let mut sum = [Lane::from_f64(0.0); 3];
        for j in 0..COUNT {
            let part = self.dipoles[j].lead_vector(sensor);
            sum = combination(Lane::from_f64(1.0), &sum, Lane::from_f64(self.lambda[j]), &part);
        }
        sum
    }
}
