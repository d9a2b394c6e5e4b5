//! A helmet of MEG coils.

use brainmass_core::units::{Meter, Unit};
use brainmass_core::{Error, Real, Result, check};
use nalgebra::Vector3;

use super::{CoilPlaces, Frame, OrientedPoints, Points, SphereModel};

/// Places of coils spread evenly over a cap around a spherical head, their normals outwards.
///
/// A place has the same area as any other: they lie on a spiral in steps of the golden angle from the vertex to
/// the rim. Tangents point up the meridians.
///
/// ```
/// use brainmass_core::units::mm;
/// use brainmass_forward::{Helmet, MegSensors, PickUp, SphereModel};
/// let head = SphereModel::four_shells(mm(90.0))?;
/// let places = Helmet::default().over(&head)?;
/// let coils = MegSensors::planar_gradiometers(&places, PickUp::SquareOf4(mm(10.6)), mm(16.8))?;
/// assert_eq!((coils.names().len(), coils.names()[0].as_str(), coils.n_points()), (102, "M001", 8));
/// # Ok::<(), brainmass_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Helmet {
    /// How many places there are. Default: 102, as many as a Neuromag helmet has.
    pub n_places: usize,
    /// From the scalp to the coils. Default: 30 mm, of which the wall of the dewar takes some 20.
    pub gap: Meter,
    /// From the vertex to the rim, degrees. Default: 100, somewhat below the equator.
    pub cap_degrees: f64,
}

impl Default for Helmet {
    fn default() -> Self {
        Self { n_places: 102, gap: Meter::new(0.03), cap_degrees: 100.0 }
    }
}

impl Helmet {
    /// The places around a head.
    ///
    /// # Errors
    /// [`Error::Shape`] without places and for a head that is not in [`Frame::head`], whose axes say where up is;
    /// [`Error::OutOfRange`] for a gap that is not above zero and a cap of nothing or of more than the sphere.
    pub fn over(&self, head: &SphereModel) -> Result<CoilPlaces> {
        Frame::head().check("a head with a helmet", head.frame())?;
        if self.n_places == 0 {
            return Err(Error::shape("places of the helmet", "at least one", "none"));
        }
        check::positive("gap between scalp and coils", self.gap)?;
        if !(self.cap_degrees > 0.0 && self.cap_degrees <= 180.0) {
            let requirement = "above 0 and at most 180 degrees";
            return Err(check::out_of_range(
                "angle of the helmet from vertex to rim",
                self.cap_degrees,
                Unit::DIMENSIONLESS,
                requirement,
            ));
        }
        let rim = Real::cos(self.cap_degrees.to_radians());
        let normals: Vec<Vector3<f64>> =
            (0..self.n_places).map(|place| on_spiral(place, self.n_places, rim)).collect();
        let further = 1.0 + self.gap.value_unsafe / head.radius().value_unsafe;
        let positions = normals.iter().map(|normal| head.on_surface(&(normal * further))).collect();
        let width = self.n_places.to_string().len();
        let names = (1..=self.n_places).map(|number| format!("M{number:0width$}")).collect();
        let points = Points::of_vectors(names, positions, Frame::head())?;
        Ok(OrientedPoints::of_unit_vectors(points, normals).with_upward_tangents())
    }
}

/// A direction of a spiral from the vertex to a height, in steps of the golden angle and of equal areas.
fn on_spiral(place: usize, count: usize, rim: f64) -> Vector3<f64> {
    let golden_angle = std::f64::consts::PI * (3.0 - 5f64.sqrt());
    let z = 1.0 - (1.0 - rim) * (place as f64 + 0.5) / count as f64;
    let angle = golden_angle * place as f64;
    let across = (1.0 - z * z).sqrt();
    Vector3::new(across * Real::cos(angle), across * Real::sin(angle), z)
}
