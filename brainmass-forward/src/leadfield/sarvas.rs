//! MEG outside a spherical conductor, by Sarvas' formula.

use brainmass_core::units::{Meter, SI, show};
use brainmass_core::{Result, check};
use nalgebra::{DMatrix, Vector3};

use super::{Meg, OrientedPoints};

/// μ₀/(4π), T·m/A: exact before 2019, since then to ten digits.
const MU_0_OVER_4_PI: f64 = 1e-7;

/// The MEG lead field of dipoles in a spherical conductor around the origin, for point magnetometers outside.
///
/// ```text
/// B(r) = μ₀/(4πF²) · (F q × r₀ − (q × r₀ · r) ∇F),   a = r − r₀
/// F    = |a| (|r||a| + |r|² − r₀·r)
/// ∇F   = (|a|²/|r| + a·r/|a| + 2|a| + 2|r|) r − (|a| + 2|r| + a·r/|a|) r₀
/// ```
///
/// Each magnetometer records the component along its orientation. Neither the radius nor the conductivity
/// enters the field; the radius is there to check that dipoles are inside and magnetometers outside. A
/// radial dipole is silent.
///
/// # Example
/// ```
/// use brainmass_core::units::{mm, Meter};
/// use brainmass_forward::{meg_in_sphere, numbered, Points};
/// use nalgebra::dmatrix;
/// let dipole = Points::new(numbered(1), Meter::new(dmatrix![0.0; 0.0; 0.07]))?.with_orientations(&dmatrix![1.0; 0.0; 0.0])?;
/// let sensor = Points::new(numbered(1), Meter::new(dmatrix![0.0; 0.06; 0.10]))?.radially_oriented()?;
/// let meg = meg_in_sphere(&dipole, &sensor, mm(90.0))?;
/// // 10 nA·m: 119.3 fT along the radius.
/// approx::assert_relative_eq!(meg.gain().value_unsafe[(0, 0)] * 10e-9, 119.3057e-15, max_relative = 1e-6);
/// # Ok::<(), brainmass_core::Error>(())
/// ```
///
/// # References
/// Sarvas (1987), Phys. Med. Biol. 32:11, doi:10.1088/0031-9155/32/1/004, equation 25.
///
/// # Errors
/// [`Error::OutOfRange`](brainmass_core::Error::OutOfRange) for a dipole not inside, a magnetometer not
/// outside, a radius not above zero.
pub fn meg_in_sphere(dipoles: &OrientedPoints, magnetometers: &OrientedPoints, radius: Meter) -> Result<Meg> {
    check::positive("radius of the sphere", radius)?;
    let r = radius.value_unsafe;
    let radius = show(radius);
    dipoles.points().check_radii("dipole", |distance| distance < r, &format!("below the radius {radius}"))?;
    let sensors = magnetometers.points();
    sensors.check_radii("magnetometer", |distance| distance > r, &format!("above the radius {radius}"))?;
    let columns = dipoles.iter().flat_map(|(position, moment)| {
        let record = move |(sensor, orientation)| magnetic_field(sensor, position, moment).dot(orientation);
        magnetometers.iter().map(record)
    });
    let gain = DMatrix::from_iterator(sensors.names().len(), dipoles.points().names().len(), columns);
    Meg::new(SI::new(gain), sensors.names().clone(), dipoles.points().names().clone())
}

/// The field at a point outside, in T, of a dipole with a moment in A·m.
fn magnetic_field(point: &Vector3<f64>, dipole: &Vector3<f64>, moment: &Vector3<f64>) -> Vector3<f64> {
    let a_vector = point - dipole;
    let (a, r) = (a_vector.norm(), point.norm());
    let a_dot_r = a_vector.dot(point);
    // |r|² − r₀·r is a·r.
    let f = a * (r * a + a_dot_r);
    let gradient =
        point * (a * a / r + a_dot_r / a + 2.0 * a + 2.0 * r) - dipole * (a + 2.0 * r + a_dot_r / a);
    let turn = moment.cross(dipole);
    (turn * f - gradient * turn.dot(point)) * (MU_0_OVER_4_PI / (f * f))
}
