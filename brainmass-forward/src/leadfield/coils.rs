//! MEG sensors: coils and how their flux is measured.

use std::marker::PhantomData;
use std::ops::Sub;
use std::sync::Arc;

use brainmass_core::units::dimension::{AmpereMeter, Tesla, TeslaPerMeter};
use brainmass_core::units::{Dimension, Meter, SI, Unit, dimension, show};
use brainmass_core::{Result, check};
use nalgebra::{DMatrix, Vector3};

use super::points::vectors;
use super::sphere::{Sarvas, SensorLanes};
use super::{Frame, LeadField, OrientedPoints, RigidTransform, SphereModel};

/// Where coils are: positions, normals, and a direction in the plane of each coil.
#[derive(Clone, Debug, PartialEq)]
pub struct CoilPlaces {
    places: OrientedPoints,
    tangents: Vec<Vector3<f64>>,
}

impl OrientedPoints {
    /// Places of coils: the orientations are their normals. `tangents`, 3 × points, are brought into the plane of
    /// each coil and to unit length; a square coil has its sides along them, a planar gradiometer differs along them.
    ///
    /// # Errors
    /// [`Error::Shape`](brainmass_core::Error::Shape), [`Error::NotFinite`](brainmass_core::Error::NotFinite); [`Error::OutOfRange`](brainmass_core::Error::OutOfRange) for a tangent along its normal.
    pub fn with_tangents(self, tangents: &DMatrix<f64>) -> Result<CoilPlaces> {
        let tangents = vectors("tangents", tangents, self.points().names().len())?;
        let in_plane = |((tangent, (_, normal)), name): ((&Vector3<f64>, _), &String)| {
            let normal: &Vector3<f64> = normal;
            let across = tangent - normal * normal.dot(tangent);
            // Below this it is the rounding of a vector along the normal.
            if across.norm() > 1e-9 * tangent.norm() {
                return Ok(across.normalize());
            }
            let what = format!("part of the tangent of `{name}` in the plane of its coil");
            Err(check::out_of_range(&what, across.norm(), Unit::DIMENSIONLESS, "above zero"))
        };
        let names = self.points().names();
        let found =
            tangents.iter().zip(self.iter()).zip(names.iter()).map(in_plane).collect::<Result<_>>()?;
        Ok(CoilPlaces { tangents: found, places: self })
    }

    /// Places of coils whose tangents point along the meridians, up the z axis; at the poles along x.
    pub fn with_upward_tangents(self) -> CoilPlaces {
        let tangent = |(_, normal): (_, &Vector3<f64>)| {
            let up = Vector3::z() - normal * normal.z;
            let (length, aside) = (up.norm(), Vector3::x() - normal * normal.x);
            if length > 1e-6 { up / length } else { aside.normalize() }
        };
        CoilPlaces { tangents: self.iter().map(tangent).collect(), places: self }
    }
}

impl CoilPlaces {
    /// Positions and normals.
    pub fn places(&self) -> &OrientedPoints {
        &self.places
    }

    /// The directions in the planes of the coils, 3 × coils.
    pub fn tangents(&self) -> DMatrix<f64> {
        DMatrix::from_fn(3, self.tangents.len(), |axis, coil| self.tangents[coil][axis])
    }

    /// The same places, measured in another frame.
    ///
    /// # Errors
    /// [`Error::Shape`](brainmass_core::Error::Shape) if they do not lie where the transform leads from.
    pub fn moved(&self, transform: &RigidTransform) -> Result<Self> {
        let tangents = self.tangents.iter().map(|tangent| transform.direction(tangent)).collect();
        Ok(Self { places: self.places.moved(transform)?, tangents })
    }
}

/// The loop of a coil, over which the field along its normal is averaged.
#[derive(Clone, Copy, Debug, PartialEq)]
#[doc(alias = "coil definition")]
pub enum PickUp {
    /// So small that the field at its centre is its mean.
    Point,
    /// A square of this side; four points, exact for fields that are cubic in each coordinate over it.
    ///
    /// Gauss and Legendre's rule of two points for each side: at ±side/√12.
    SquareOf4(Meter),
    /// A square of this side; nine points, exact up to the fifth power in each coordinate.
    ///
    /// Gauss and Legendre's rule of three points for each side: at 0 and ±side √(3/20), weights 4/9 and 5/18.
    SquareOf9(Meter),
}

impl PickUp {
    /// Coordinates in the plane of the coil, m, and weights that sum to one.
    fn rule(self) -> Result<Vec<([f64; 2], f64)>> {
        let line = match self {
            Self::Point => return Ok(vec![([0.0; 2], 1.0)]),
            Self::SquareOf4(side) => {
                let at = Self::side(side)? / 12f64.sqrt();
                vec![(-at, 0.5), (at, 0.5)]
            }
            Self::SquareOf9(side) => {
                let at = Self::side(side)? * 0.15f64.sqrt();
                vec![(-at, 5.0 / 18.0), (0.0, 4.0 / 9.0), (at, 5.0 / 18.0)]
            }
        };
        let product = |&(u, w_u): &(f64, f64)| line.iter().map(move |&(v, w_v)| ([u, v], w_u * w_v));
        Ok(line.iter().flat_map(product).collect())
    }

    fn side(side: Meter) -> Result<f64> {
        check::positive("side of a square coil", side)?;
        Ok(side.value_unsafe)
    }
}

/// MEG sensors that record `U`: magnetometers teslas, gradiometers teslas per metre.
///
/// A sensor is a weighted sum of the field at points, each along a direction.
///
/// ```
/// use brainmass_core::units::{mm, tesla, Meter};
/// use brainmass_forward::{numbered, MegSensors, PickUp, Points, SphereModel};
/// use nalgebra::dmatrix;
/// let dipole = Points::new(numbered(1), Meter::new(dmatrix![0.0; 0.0; 0.07]))?.with_orientations(&dmatrix![1.0; 0.0; 0.0])?;
/// let place = Points::new(numbered(1), Meter::new(dmatrix![0.0; 0.06; 0.10]))?.radially_oriented()?.with_upward_tangents();
/// let head = SphereModel::four_shells(mm(90.0))?;
/// let point = head.meg(&dipole, &MegSensors::magnetometers(&place, PickUp::Point)?)?;
/// // 10 nA·m: 119.3 fT along the radius.
/// approx::assert_relative_eq!(point.gain().value_unsafe[(0, 0)] * 10e-9, 119.3057e-15, max_relative = 1e-6);
/// // The mean over a coil of 21 mm is 3.1 % less: Sarvas' formula integrated over it with 64 points.
/// let coil = head.meg(&dipole, &MegSensors::magnetometers(&place, PickUp::SquareOf9(mm(21.0)))?)?;
/// let ratio = coil.gain().value_unsafe[(0, 0)] / point.gain().value_unsafe[(0, 0)];
/// approx::assert_relative_eq!(ratio, 0.969_090_440, max_relative = 1e-6);
/// # Ok::<(), brainmass_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct MegSensors<U> {
    names: Arc<[String]>,
    frame: Frame,
    n_points: usize,
    /// All points of a sensor, then those of the next one: position, direction times weight.
    points: Vec<(Vector3<f64>, Vector3<f64>)>,
    unit: PhantomData<U>,
}

impl MegSensors<Tesla> {
    /// Magnetometers: the mean of the field along the normal over the loop.
    ///
    /// # Errors
    /// [`Error::OutOfRange`](brainmass_core::Error::OutOfRange) for a side that is not above zero.
    pub fn magnetometers(places: &CoilPlaces, pick_up: PickUp) -> Result<Self> {
        Self::of_loops(places, pick_up, &[(0.0, 0.0, 1.0)])
    }
}

impl MegSensors<TeslaPerMeter> {
    /// Axial gradiometers: the field along the normal at the place, less that further out by the baseline along
    /// the normal, divided by the baseline.
    ///
    /// DIFFERENCE: MNE leaves the division out for CTF's coils and gives teslas.
    ///
    /// # Errors
    /// [`Error::OutOfRange`](brainmass_core::Error::OutOfRange) for a side or baseline that is not above zero.
    pub fn axial_gradiometers(places: &CoilPlaces, pick_up: PickUp, baseline: Meter) -> Result<Self> {
        check::positive("baseline of the gradiometers", baseline)?;
        let b = baseline.value_unsafe;
        Self::of_loops(places, pick_up, &[(0.0, 0.0, 1.0 / b), (0.0, b, -1.0 / b)])
    }

    /// Planar gradiometers: two loops in one plane, half a baseline before and behind the place along the
    /// tangent; the field along the normal in the one before less that behind, divided by the baseline.
    ///
    /// # Errors
    /// [`Error::OutOfRange`](brainmass_core::Error::OutOfRange) for a side or baseline that is not above zero.
    pub fn planar_gradiometers(places: &CoilPlaces, pick_up: PickUp, baseline: Meter) -> Result<Self> {
        check::positive("baseline of the gradiometers", baseline)?;
        let b = baseline.value_unsafe;
        Self::of_loops(places, pick_up, &[(b / 2.0, 0.0, 1.0 / b), (-b / 2.0, 0.0, -1.0 / b)])
    }
}

impl<U> MegSensors<U> {
    /// Loops shifted along the tangent and along the normal, with weights.
    fn of_loops(places: &CoilPlaces, pick_up: PickUp, loops: &[(f64, f64, f64)]) -> Result<Self> {
        let rule = pick_up.rule()?;
        let mut points = Vec::new();
        for ((centre, normal), tangent) in places.places.iter().zip(&places.tangents) {
            let aside = normal.cross(tangent);
            for (along, outwards, weight) in loops {
                let middle = centre + tangent * *along + normal * *outwards;
                for ([u, v], part) in &rule {
                    points.push((middle + tangent * *u + aside * *v, normal * (weight * part)));
                }
            }
        }
        let sensors = places.places.points();
        let (names, frame) = (sensors.names().clone(), sensors.frame().clone());
        Ok(Self { names, frame, n_points: loops.len() * rule.len(), points, unit: PhantomData })
    }

    /// The names of the sensors.
    pub fn names(&self) -> &Arc<[String]> {
        &self.names
    }

    /// The frame they stand in.
    pub fn frame(&self) -> &Frame {
        &self.frame
    }

    /// At how many points the field is taken for each sensor.
    pub fn n_points(&self) -> usize {
        self.n_points
    }
}

impl SphereModel {
    /// The MEG lead field, by Sarvas' formula.
    ///
    /// ```text
    /// B(r) = μ₀/(4πF²) · (F q × r₀ − (q × r₀ · r) ∇F),   a = r − r₀
    /// F    = |a| (|r||a| + |r|² − r₀·r)
    /// ∇F   = (|a|²/|r| + a·r/|a| + 2|a| + 2|r|) r − (|a| + 2|r| + a·r/|a|) r₀
    /// ```
    ///
    /// Neither radii nor conductivities enter the field; the radii are there to check that dipoles are inside and
    /// coils outside. A radial dipole is silent.
    ///
    /// # Errors
    /// [`Error::Shape`](brainmass_core::Error::Shape) for dipoles or sensors in another frame; [`Error::OutOfRange`](brainmass_core::Error::OutOfRange) for a dipole not inside the
    /// innermost shell and a point of a coil not outside the head.
    pub fn meg<U>(&self, dipoles: &OrientedPoints, sensors: &MegSensors<U>) -> Result<LeadField<U>>
    where
        U: Dimension + Sub<AmpereMeter>,
    {
        self.check_dipoles(dipoles)?;
        self.frame().check("the MEG sensors", &sensors.frame)?;
        let r = self.outer();
        let points: Vec<[f64; 6]> = sensors
            .points
            .iter()
            .map(|(position, direction)| {
                let [x, y, z] = self.inside(position);
                [x, y, z, direction.x, direction.y, direction.z]
            })
            .collect();
        for (index, [x, y, z, ..]) in points.iter().enumerate() {
            let distance = Vector3::new(*x, *y, *z).norm();
            if distance <= r {
                let name = &sensors.names[index / sensors.n_points];
                let what = format!("distance of magnetometer `{name}` from the centre of the sphere");
                let requirement = format!("above the radius {}", show(Meter::new(r)));
                return Err(check::out_of_range(
                    &what,
                    distance,
                    Unit::of::<dimension::Meter>(),
                    &requirement,
                ));
            }
        }
        let lanes = SensorLanes::new(sensors.n_points, &points);
        let gain = lanes.lead_field(dipoles, |position| Sarvas { dipole: self.inside(position) });
        LeadField::new(SI::new(gain), sensors.names.clone(), dipoles.points().names().clone())
    }
}
