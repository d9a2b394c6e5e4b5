//! Named points in space, with and without directions.

use std::sync::Arc;

use brainmass_core::units::{Meter, Unit, dimension};
use brainmass_core::{Error, Result, check};
use nalgebra::{DMatrix, Vector3};

/// Named points: electrodes, or places of dipoles and magnetometers.
///
/// ```
/// use brainmass_core::units::Meter;
/// use brainmass_forward::Points;
/// use nalgebra::dmatrix;
/// let vertex = Points::new(vec!["Cz".to_owned()], Meter::new(dmatrix![0.0; 0.0; 0.09]))?;
/// assert_eq!(vertex.positions().value_unsafe[(2, 0)], 0.09);
/// # Ok::<(), brainmass_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Points {
    names: Arc<[String]>,
    positions: Vec<Vector3<f64>>,
}

impl Points {
    /// Points from their names and positions, 3 × points.
    ///
    /// # Errors
    /// [`Error::Shape`], [`Error::NotFinite`], [`Error::Duplicate`].
    pub fn new(names: impl Into<Arc<[String]>>, positions: Meter<DMatrix<f64>>) -> Result<Self> {
        let names = names.into();
        check::unique("points", &names)?;
        let columns = positions.value_unsafe;
        Ok(Self { positions: vectors("positions", &columns, names.len())?, names })
    }

    /// The same points with directions, 3 × points, brought to unit length.
    ///
    /// # Errors
    /// [`Error::Shape`], [`Error::NotFinite`], [`Error::OutOfRange`] for a direction of length zero.
    pub fn with_orientations(self, orientations: &DMatrix<f64>) -> Result<OrientedPoints> {
        let orientations = vectors("orientations", orientations, self.names.len())?;
        self.oriented(&orientations, Unit::DIMENSIONLESS)
    }

    /// The same points, each directed away from the origin.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] for a point at the origin.
    pub fn radially_oriented(self) -> Result<OrientedPoints> {
        let outwards = self.positions.clone();
        self.oriented(&outwards, Unit::of::<dimension::Meter>())
    }

    fn oriented(self, vectors: &[Vector3<f64>], unit: Unit) -> Result<OrientedPoints> {
        let unit_vector = |(vector, name): (&Vector3<f64>, &String)| {
            let length = vector.norm();
            if length > 0.0 {
                return Ok(vector / length);
            }
            let what = format!("length of the orientation of `{name}`");
            Err(check::out_of_range(&what, length, unit, "above zero"))
        };
        let orientations = vectors.iter().zip(self.names.iter()).map(unit_vector).collect::<Result<_>>()?;
        Ok(OrientedPoints { points: self, orientations })
    }

    /// The names of the points.
    pub fn names(&self) -> &Arc<[String]> {
        &self.names
    }

    /// The positions, 3 × points.
    pub fn positions(&self) -> Meter<DMatrix<f64>> {
        Meter::new(DMatrix::from_fn(3, self.positions.len(), |axis, point| self.positions[point][axis]))
    }

    pub(super) fn vectors(&self) -> &[Vector3<f64>] {
        &self.positions
    }

    /// Checks each point's distance from the origin, in metres.
    pub(super) fn check_radii(
        &self,
        what: &str,
        fits: impl Fn(f64) -> bool,
        requirement: &str,
    ) -> Result<()> {
        for (position, name) in self.positions.iter().zip(self.names.iter()) {
            if !fits(position.norm()) {
                let what = format!("distance of {what} `{name}` from the centre of the sphere");
                let unit = Unit::of::<dimension::Meter>();
                return Err(check::out_of_range(&what, position.norm(), unit, requirement));
            }
        }
        Ok(())
    }
}

/// Named points with unit vectors: dipoles, or magnetometers and the component they measure.
#[derive(Clone, Debug, PartialEq)]
pub struct OrientedPoints {
    points: Points,
    orientations: Vec<Vector3<f64>>,
}

impl OrientedPoints {
    /// The points.
    pub fn points(&self) -> &Points {
        &self.points
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&Vector3<f64>, &Vector3<f64>)> {
        self.points.positions.iter().zip(&self.orientations)
    }
}

fn vectors(what: &str, columns: &DMatrix<f64>, count: usize) -> Result<Vec<Vector3<f64>>> {
    if columns.shape() != (3, count) || count == 0 {
        let expected = format!("3 × {count}, x, y, z of each point, at least one");
        return Err(Error::shape(what, expected, format!("{} × {}", columns.nrows(), columns.ncols())));
    }
    check::finite(what, columns)?;
    Ok(columns.column_iter().map(|column| Vector3::new(column[0], column[1], column[2])).collect())
}
