//! MEG outside a spherical conductor, by Sarvas' formula.

use brainmass_core::Real;

use super::lanes::{Lane, LeadVector, combination, constants, cross, difference, dot};

/// μ₀/(4π), T·m/A: exact before 2019, since then to ten digits.
const MU_0_OVER_4_PI: f64 = 1e-7;

/// A dipole in a spherical conductor around the origin.
///
/// ```text
/// B(r) = μ₀/(4πF²) · (F q × r₀ − (q × r₀ · r) ∇F),   a = r − r₀
/// F    = |a| (|r||a| + |r|² − r₀·r)
/// ∇F   = (|a|²/|r| + a·r/|a| + 2|a| + 2|r|) r − (|a| + 2|r| + a·r/|a|) r₀
/// ```
///
/// A sensor is a position r and a direction n. What it records, B·n, is linear in q:
/// `q · (r₀ × v)` with `v = μ₀/(4π) (F n − (∇F·n) r)/F²`.
#[derive(Clone, Copy, Debug)]
pub(in crate::leadfield) struct Sarvas {
    /// r₀, m.
    pub(in crate::leadfield) dipole: [f64; 3],
}

impl LeadVector<6> for Sarvas {
    #[inline(always)]
    fn lead_vector(&self, sensor: &[Lane; 6]) -> [Lane; 3] {
        let &[x, y, z, n_x, n_y, n_z] = sensor;
        let (point, n) = ([x, y, z], [n_x, n_y, n_z]);
        let r_0 = constants(self.dipole);
        let a_vector = difference(&point, &r_0);
        let (a, r) = (dot(&a_vector, &a_vector).sqrt(), dot(&point, &point).sqrt());
        let a_dot_r = dot(&a_vector, &point);
        // |r|² − r₀·r is a·r.
        let f = a * (r * a + a_dot_r);
        let along = a_dot_r / a;
        let outwards = a * a / r + along + Lane::from_f64(2.0) * (a + r);
        let back = a + Lane::from_f64(2.0) * r + along;
        let slope = outwards * dot(&point, &n) - back * dot(&r_0, &n);
        let weight = Lane::from_f64(MU_0_OVER_4_PI) / f;
        let v = combination(weight, &n, -(weight * slope / f), &point);
        cross(&r_0, &v)
    }
}
