//! Lead fields of surfaces: from three components per vertex to one.

use std::ops::Sub;

use brainmass_core::units::Dimension;
use brainmass_core::{Error, Result, check};
use nalgebra::DMatrix;

use super::LeadField;
use crate::numbered;

/// How the three components of each vertex lie in the columns of a lead field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ComponentOrder {
    /// x of all vertices, then y of all, then z of all, as in the Python library brainmass.
    Blocks,
    /// x, y, z of the first vertex, then of the second, as in MNE.
    PerVertex,
}

impl ComponentOrder {
    pub(super) fn column(self, vertex: usize, component: usize, n_vertices: usize) -> usize {
        match self {
            Self::Blocks => component * n_vertices + vertex,
            Self::PerVertex => 3 * vertex + component,
        }
    }
}

impl<U, S> LeadField<U, S>
where
    U: Dimension + Sub<S>,
    S: Dimension,
{
    /// The lead field of dipoles along given directions, from one with three columns per vertex.
    ///
    /// `normals` are the directions, 3 × vertices; they are unit vectors where a source is a whole dipole. The
    /// sources of the result are named `0`, `1`, ….
    ///
    /// ```
    /// use brainmass_core::units::SI;
    /// use brainmass_forward::{numbered, ComponentOrder, Eeg};
    /// use nalgebra::{dmatrix, vector, DMatrix};
    /// let free = Eeg::new(SI::new(dmatrix![1.0, 2.0, 3.0]), numbered(1), numbered(3))?;
    /// let fixed = free.with_fixed_orientations(&dmatrix![0.0; 0.6; 0.8], ComponentOrder::PerVertex)?;
    /// approx::assert_relative_eq!(fixed.gain().value_unsafe[(0, 0)], 2.0 * 0.6 + 3.0 * 0.8);
    /// # Ok::<(), brainmass_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Shape`] unless there are three columns per normal, [`Error::NotFinite`].
    pub fn with_fixed_orientations(&self, normals: &DMatrix<f64>, order: ComponentOrder) -> Result<Self> {
        let n_vertices = normals.ncols();
        if normals.nrows() != 3 || self.sources().len() != 3 * n_vertices {
            let expected = format!("3 × vertices, for a lead field of {} columns", self.sources().len());
            return Err(Error::shape("normals", expected, format!("{} × {n_vertices}", normals.nrows())));
        }
        check::finite("normals", normals)?;
        let free = self.gain().value_unsafe;
        let fixed = DMatrix::from_fn(free.nrows(), n_vertices, |channel, vertex| {
            let part = |k| free[(channel, order.column(vertex, k, n_vertices))] * normals[(k, vertex)];
            part(0) + part(1) + part(2)
        });
        Self::new(brainmass_core::units::SI::new(fixed), self.channels().clone(), numbered(n_vertices))
    }
}
