//! EEG on a homogeneous conducting sphere, in closed form.

use std::f64::consts::PI;

use brainmass_core::units::{Meter, SI, SiemensPerMeter, show};
use brainmass_core::{Result, check};
use nalgebra::{DMatrix, Vector3};

use super::{Eeg, OrientedPoints, Points};

/// The EEG lead field of dipoles in a homogeneous conducting sphere around the origin.
///
/// ```text
/// V(r) = q/(4πσ) · [ 2 a/|a|³ + (r + R a/|a|) / (R (R² − r·r₀ + R |a|)) ],   a = r − r₀, |r| = R
/// ```
///
/// Electrodes lie on the surface, to a millionth of the radius, and dipoles within. Potentials are those
/// whose mean over the sphere is zero.
///
/// # Example
/// ```
/// use brainmass_core::units::{mm, Meter, siemens_per_meter};
/// use brainmass_forward::{eeg_in_sphere, numbered, Points};
/// use nalgebra::dmatrix;
/// let dipole = Points::new(numbered(1), Meter::new(dmatrix![0.0; 0.0; 0.07]))?.radially_oriented()?;
/// let vertex = Points::new(vec!["Cz".to_owned()], Meter::new(dmatrix![0.0; 0.0; 0.09]))?;
/// let eeg = eeg_in_sphere(&dipole, &vertex, mm(90.0), siemens_per_meter(0.33))?;
/// // 10 nA·m above the electrode: 13.397 µV.
/// approx::assert_relative_eq!(eeg.gain().value_unsafe[(0, 0)] * 10e-9, 13.39688e-6, max_relative = 1e-6);
/// # Ok::<(), brainmass_core::Error>(())
/// ```
///
/// # References
/// Brody, Terry & Ideker (1973), IEEE Trans. Biomed. Eng. 20:141, doi:10.1109/TBME.1973.324175; Zhang (1995),
/// Phys. Med. Biol. 40:335, doi:10.1088/0031-9155/40/3/001; Mosher, Leahy & Lewis (1999), IEEE Trans. Biomed.
/// Eng. 46:245, doi:10.1109/10.748978.
///
/// # Errors
/// [`Error::OutOfRange`](brainmass_core::Error::OutOfRange) for a dipole not inside the sphere, an electrode
/// not on it, a radius or conductivity not above zero.
pub fn eeg_in_sphere(
    dipoles: &OrientedPoints,
    electrodes: &Points,
    radius: Meter,
    conductivity: SiemensPerMeter,
) -> Result<Eeg> {
    check::positive("radius of the sphere", radius)?;
    check::positive("conductivity", conductivity)?;
    let (r, sigma) = (radius.value_unsafe, conductivity.value_unsafe);
    let radius = show(radius);
    dipoles.points().check_radii("dipole", |distance| distance < r, &format!("below the radius {radius}"))?;
    let on_surface = |distance: f64| (distance - r).abs() <= 1e-6 * r;
    electrodes.check_radii("electrode", on_surface, &format!("the radius {radius}"))?;
    let columns = dipoles.iter().flat_map(|(position, orientation)| {
        electrodes.vectors().iter().map(move |electrode| {
            potential_per_moment(electrode, position, r).dot(orientation) / (4.0 * PI * sigma)
        })
    });
    let gain = DMatrix::from_iterator(electrodes.names().len(), dipoles.points().names().len(), columns);
    Eeg::new(SI::new(gain), electrodes.names().clone(), dipoles.points().names().clone())
}

/// The potential at a point of the surface, per component of the moment, times 4πσ.
fn potential_per_moment(electrode: &Vector3<f64>, dipole: &Vector3<f64>, radius: f64) -> Vector3<f64> {
    let a = electrode - dipole;
    let distance = a.norm();
    let denominator = radius * (radius * radius - electrode.dot(dipole) + radius * distance);
    a * (2.0 / distance.powi(3)) + (electrode + a * (radius / distance)) / denominator
}
