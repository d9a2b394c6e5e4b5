//! Named points in space, with and without directions.

use std::sync::Arc;

use brainmass_core::units::{Meter, Unit, dimension};
use brainmass_core::{Error, Result, check};
use nalgebra::{DMatrix, Vector3};

use super::{ComponentOrder, Frame, RigidTransform};

/// Named points in a [`Frame`]: electrodes, or places of dipoles and magnetometers.
///
/// They lie in the frame of the head unless [`in_frame`](Self::in_frame) says otherwise.
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
    frame: Frame,
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
        Ok(Self { positions: vectors("positions", &columns, names.len())?, names, frame: Frame::default() })
    }

    /// Points from vectors that are known to be finite.
    pub(super) fn of_vectors(names: Vec<String>, positions: Vec<Vector3<f64>>, frame: Frame) -> Result<Self> {
        check::unique("points", &names)?;
        Ok(Self { names: names.into(), positions, frame })
    }

    /// The same numbers, taken to be measured in a frame.
    #[must_use]
    pub fn in_frame(mut self, frame: Frame) -> Self {
        self.frame = frame;
        self
    }

    /// The same points, measured in another frame.
    ///
    /// # Errors
    /// [`Error::Shape`] if they do not lie where the transform leads from.
    pub fn moved(&self, transform: &RigidTransform) -> Result<Self> {
        transform.from().check("points to move", &self.frame)?;
        let positions = self.positions.iter().map(|position| transform.position(position)).collect();
        Ok(Self { names: self.names.clone(), positions, frame: transform.to().clone() })
    }

    /// The points with these names, in their order.
    ///
    /// # Errors
    /// [`Error::Unknown`], [`Error::Duplicate`].
    pub fn named(&self, names: &[String]) -> Result<Self> {
        let place = |name: &String| Ok(self.positions[check::position("point", name, &self.names)?]);
        let positions = names.iter().map(place).collect::<Result<_>>()?;
        Self::of_vectors(names.to_vec(), positions, self.frame.clone())
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

    /// Three dipoles at each point, along x, y and z: names end in ` x`, ` y`, ` z`.
    ///
    /// Their lead field has the columns that
    /// [`LeadField::with_fixed_orientations`](super::LeadField::with_fixed_orientations) takes.
    pub fn freely_oriented(self, order: ComponentOrder) -> OrientedPoints {
        let n = self.positions.len();
        let axes = [(Vector3::x(), "x"), (Vector3::y(), "y"), (Vector3::z(), "z")];
        let mut columns = vec![(0, 0); 3 * n];
        for (point, axis) in (0..n).flat_map(|point| (0..3).map(move |axis| (point, axis))) {
            columns[order.column(point, axis, n)] = (point, axis);
        }
        let name = |&(point, axis): &(usize, usize)| format!("{} {}", self.names[point], axes[axis].1);
        let names: Vec<String> = columns.iter().map(name).collect();
        let positions = columns.iter().map(|(point, _)| self.positions[*point]).collect();
        let orientations = columns.iter().map(|(_, axis)| axes[*axis].0).collect();
        OrientedPoints { points: Self { names: names.into(), positions, frame: self.frame }, orientations }
    }

    /// The frame the positions are measured in.
    pub fn frame(&self) -> &Frame {
        &self.frame
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
}

/// Named points with unit vectors: dipoles, or magnetometers and the component they measure.
#[derive(Clone, Debug, PartialEq)]
pub struct OrientedPoints {
    points: Points,
    orientations: Vec<Vector3<f64>>,
}

impl OrientedPoints {
    pub(super) fn of_unit_vectors(points: Points, orientations: Vec<Vector3<f64>>) -> Self {
        Self { points, orientations }
    }

    /// The points.
    pub fn points(&self) -> &Points {
        &self.points
    }

    /// The directions, 3 × points, of unit length.
    pub fn orientations(&self) -> DMatrix<f64> {
        DMatrix::from_fn(3, self.orientations.len(), |axis, point| self.orientations[point][axis])
    }

    /// The same points and directions, measured in another frame.
    ///
    /// # Errors
    /// [`Error::Shape`] if they do not lie where the transform leads from.
    pub fn moved(&self, transform: &RigidTransform) -> Result<Self> {
        let turned = self.orientations.iter().map(|direction| transform.direction(direction)).collect();
        Ok(Self { points: self.points.moved(transform)?, orientations: turned })
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&Vector3<f64>, &Vector3<f64>)> {
        self.points.positions.iter().zip(&self.orientations)
    }
}

pub(super) fn vectors(what: &str, columns: &DMatrix<f64>, count: usize) -> Result<Vec<Vector3<f64>>> {
    if columns.shape() != (3, count) || count == 0 {
        let expected = format!("3 × {count}, x, y, z of each point, at least one");
        return Err(Error::shape(what, expected, format!("{} × {}", columns.nrows(), columns.ncols())));
    }
    check::finite(what, columns)?;
    Ok(columns.column_iter().map(|column| Vector3::new(column[0], column[1], column[2])).collect())
}
