//! The potential of a dipole in an infinite medium, and within or on a homogeneous sphere, in closed form.

use brainmass_core::Real;

use super::lanes::{Lane, LeadVector, combination, constants, difference, dot};

/// A dipole in an infinite homogeneous medium: `a/(4πσ |a|³)`, `a = r − r₀`.
///
/// A sensor is a position. Within `closest` of the dipole the field is that of a ball with this radius which is
/// uniformly polarised: the potential falls to zero in proportion to the distance.
#[derive(Clone, Copy, Debug)]
pub(in crate::leadfield) struct InfiniteMedium {
    /// r₀, m.
    pub(in crate::leadfield) dipole: [f64; 3],
    /// 1/(4πσ).
    pub(in crate::leadfield) factor: f64,
    /// m; zero for a point dipole.
    pub(in crate::leadfield) closest: f64,
}

impl LeadVector<3> for InfiniteMedium {
    #[inline(always)]
    fn lead_vector(&self, sensor: &[Lane; 3]) -> [Lane; 3] {
        let a = difference(sensor, &constants(self.dipole));
        let distance = dot(&a, &a).sqrt().max(Lane::from_f64(self.closest));
        let weight = Lane::from_f64(self.factor) / (distance * distance * distance);
        a.map(|component| component * weight)
    }
}

/// A dipole in a homogeneous sphere around the origin: that of the infinite medium and what the surface adds,
///
/// ```text
/// 4πσ V/q = a/|a|³ + [ R² b/D² + (r + b)/(R² − r·r₀ + D) ] / R
/// D = √(R⁴ − 2R² r·r₀ + |r|²|r₀|²),   b = (R² r − |r|² r₀)/D
/// ```
///
/// the gradient with respect to r₀ of the sphere's Green function with an insulating surface. On the surface,
/// |r| = R, it is D = R |a| and b = R a/|a|: the formula of Brody.
#[derive(Clone, Copy, Debug)]
pub(in crate::leadfield) struct HomogeneousSphere {
    pub(in crate::leadfield) primary: InfiniteMedium,
    /// R, m.
    pub(in crate::leadfield) radius: f64,
}

impl LeadVector<3> for HomogeneousSphere {
    #[inline(always)]
    fn lead_vector(&self, r: &[Lane; 3]) -> [Lane; 3] {
        let number = Lane::from_f64;
        let primary = self.primary.lead_vector(r);
        let r_0 = constants(self.primary.dipole);
        let square = number(self.radius * self.radius);
        let (r_dot_r_0, r_square, r_0_square) = (dot(r, &r_0), dot(r, r), dot(&r_0, &r_0));
        // R⁴ − 2R² r·r₀ + |r|²|r₀|², without the cancellation of its terms: R² |a|² + (R² − |r|²)(R² − |r₀|²).
        let a = difference(r, &r_0);
        let d_square = square * dot(&a, &a) + (square - r_square) * (square - r_0_square);
        let d = d_square.sqrt();
        let b = combination(square / d, r, -(r_square / d), &r_0);
        let logarithmic = (square - r_dot_r_0 + d).recip();
        let surface = combination(square / d_square + logarithmic, &b, logarithmic, r);
        let weight = number(self.primary.factor / self.radius);
        combination(number(1.0), &primary, weight, &surface)
    }
}
