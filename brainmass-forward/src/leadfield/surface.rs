//! Triangle meshes of the cortex: normals and areas of vertices.

use brainmass_core::units::dimension::{self, Squared};
use brainmass_core::units::{Meter, SI, Unit};
use brainmass_core::{Error, Result, check};
use nalgebra::{DMatrix, Vector3};

use super::points::vectors;
use super::{Frame, Points};
use crate::numbered;

/// A surface of triangles.
///
/// ```
/// use brainmass_core::units::Meter;
/// use brainmass_forward::Surface;
/// use nalgebra::dmatrix;
/// // A square of 2 m in two triangles, seen counter-clockwise from above.
/// let corners = Meter::new(dmatrix![0.0, 2.0, 2.0, 0.0; 0.0, 0.0, 2.0, 2.0; 0.0, 0.0, 0.0, 0.0]);
/// let surface = Surface::new(corners, vec![[0, 1, 2], [0, 2, 3]])?;
/// assert_eq!(surface.vertex_normals()?.column(1).as_slice(), [0.0, 0.0, 1.0]);
/// // A third of each triangle belongs to each of its corners.
/// approx::assert_relative_eq!(surface.vertex_areas().value_unsafe[0], 4.0 / 3.0);
/// approx::assert_relative_eq!(surface.vertex_areas().value_unsafe.iter().sum::<f64>(), 4.0);
/// # Ok::<(), brainmass_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[doc(alias = "mesh")]
pub struct Surface {
    vertices: Vec<Vector3<f64>>,
    triangles: Vec<[usize; 3]>,
    frame: Frame,
}

impl Surface {
    /// A surface from its vertices, 3 × vertices, and triangles of their indices, counter-clockwise from outside.
    ///
    /// # Errors
    /// [`Error::Shape`] without triangles, [`Error::NotFinite`], [`Error::OutOfRange`] for an index without vertex.
    pub fn new(vertices: Meter<DMatrix<f64>>, triangles: Vec<[usize; 3]>) -> Result<Self> {
        let columns = vertices.value_unsafe;
        let vertices = vectors("vertices", &columns, columns.ncols())?;
        if triangles.is_empty() {
            return Err(Error::shape("triangles of the surface", "at least one", "none"));
        }
        for (number, triangle) in triangles.iter().enumerate() {
            if let Some(&odd) = triangle.iter().find(|corner| **corner >= vertices.len()) {
                let what = format!("corner of triangle {number}");
                let requirement = format!("below the number of vertices, {}", vertices.len());
                return Err(check::out_of_range(&what, odd as f64, Unit::DIMENSIONLESS, &requirement));
            }
        }
        Ok(Self { vertices, triangles, frame: Frame::default() })
    }

    /// The same numbers, taken to be measured in a frame.
    #[must_use]
    pub fn in_frame(mut self, frame: Frame) -> Self {
        self.frame = frame;
        self
    }

    /// The vertices as points named `0`, `1`, ….
    ///
    /// # Errors
    /// None that a surface could raise.
    pub fn points(&self) -> Result<Points> {
        let names = numbered(self.vertices.len()).to_vec();
        Points::of_vectors(names, self.vertices.clone(), self.frame.clone())
    }

    /// Twice the area of a triangle along its normal.
    fn area_vector(&self, [a, b, c]: [usize; 3]) -> Vector3<f64> {
        let [a, b, c] = [a, b, c].map(|corner| self.vertices[corner]);
        (b - a).cross(&(c - a))
    }

    /// The area of each vertex: a third of each triangle it is a corner of.
    pub fn vertex_areas(&self) -> SI<Vec<f64>, Squared<dimension::Meter>> {
        let mut areas = vec![0.0; self.vertices.len()];
        for triangle in &self.triangles {
            let part = self.area_vector(*triangle).norm() / 6.0;
            for corner in triangle {
                areas[*corner] += part;
            }
        }
        SI::new(areas)
    }

    /// The normal of each vertex, 3 × vertices, of unit length: the mean of its triangles' normals by area.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] for a vertex that is a corner of no triangle, or whose triangles cancel.
    pub fn vertex_normals(&self) -> Result<DMatrix<f64>> {
        let mut sums = vec![Vector3::zeros(); self.vertices.len()];
        for triangle in &self.triangles {
            let area = self.area_vector(*triangle);
            for corner in triangle {
                sums[*corner] += area;
            }
        }
        let mut normals = DMatrix::zeros(3, sums.len());
        for (vertex, sum) in sums.iter().enumerate() {
            let length = sum.norm();
            if !(length > 0.0 && length.is_finite()) {
                let what = format!("area around vertex {vertex}");
                let unit = Unit::of::<Squared<dimension::Meter>>();
                return Err(check::out_of_range(&what, length / 2.0, unit, "above zero and finite"));
            }
            normals.column_mut(vertex).copy_from(&(sum / length));
        }
        Ok(normals)
    }
}
