//! From vertices to regions.

use std::ops::Sub;
use std::sync::Arc;

use brainmass_core::units::{Dimension, Unit};
use brainmass_core::{Error, Result, check};
use nalgebra::{DMatrix, DVectorView};

use super::{ComponentOrder, LeadField};

/// How the vertices of a surface make up regions.
///
/// A region's dipole is spread over its vertices: with [`new`](Self::new) every vertex of an active region
/// carries the whole source, so that their fields add up; after [`averaged`](Self::averaged) they share it.
///
/// ```
/// use brainmass_core::units::SI;
/// use brainmass_forward::{numbered, Eeg, RegionMap};
/// use nalgebra::dmatrix;
/// let vertices = Eeg::new(SI::new(dmatrix![1.0, 2.0, 3.0, 4.0]), numbered(1), numbered(4))?;
/// let map = RegionMap::new(&[0, 1, 1, 1], ["left", "right"].map(str::to_owned).to_vec())?;
/// assert_eq!(vertices.reduced(&map)?.gain().value_unsafe, &dmatrix![1.0, 9.0]);
/// assert_eq!(vertices.reduced(&map.averaged()?)?.gain().value_unsafe, &dmatrix![1.0, 3.0]);
/// # Ok::<(), brainmass_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[doc(alias = "region mapping")]
#[doc(alias = "parcellation")]
pub struct RegionMap {
    /// Vertices × regions.
    weights: DMatrix<f64>,
    regions: Arc<[String]>,
}

impl RegionMap {
    /// Every vertex belongs to one region, given by its index. Fields of a region's vertices are summed.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] for an index without a region, [`Error::Shape`] for a region without a vertex,
    /// [`Error::Duplicate`].
    pub fn new(region_of_vertex: &[usize], regions: impl Into<Arc<[String]>>) -> Result<Self> {
        let regions = regions.into();
        let weights = one_hot(region_of_vertex, regions.len())?;
        if let Some(empty) = (0..regions.len()).find(|region| weights.column(*region).amax() == 0.0) {
            let expected = "at least one vertex in each region";
            return Err(Error::shape("region map", expected, format!("none in `{}`", regions[empty])));
        }
        Self::from_weights(weights, regions)
    }

    /// As [`new`](Self::new), but regions without a vertex, such as subcortical ones on a map of the cortex, are silent:
    /// their columns are zero, and their names are returned. So a lead field takes the sources of all regions, and
    /// what it leaves out is known.
    ///
    /// ```
    /// use brainmass_forward::RegionMap;
    /// let regions = ["left", "thalamus", "right"].map(str::to_owned).to_vec();
    /// let (map, silent) = RegionMap::with_silent_regions(&[0, 2, 2], regions)?;
    /// assert_eq!((map.regions().len(), silent.join(" ")), (3, "thalamus".to_owned()));
    /// # Ok::<(), brainmass_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::OutOfRange`] for an index without a region, [`Error::Shape`] without vertices,
    /// [`Error::Duplicate`].
    pub fn with_silent_regions(
        region_of_vertex: &[usize],
        regions: impl Into<Arc<[String]>>,
    ) -> Result<(Self, Vec<String>)> {
        let regions = regions.into();
        let map = Self::from_weights(one_hot(region_of_vertex, regions.len())?, regions)?;
        let silent = map.silent().map(|region| map.regions[region].clone()).collect();
        Ok((map, silent))
    }

    /// The indices of regions without weights.
    fn silent(&self) -> impl Iterator<Item = usize> {
        (0..self.regions.len()).filter(|region| self.weights.column(*region).amax() == 0.0)
    }

    /// The same for lead fields with three columns per vertex: three sources per region, whose names end in ` x`, ` y`,
    /// ` z`.
    ///
    /// # Errors
    /// [`Error::Duplicate`] for regions whose names then coincide.
    pub fn per_component(&self, order: ComponentOrder) -> Result<Self> {
        let (n_vertices, n_regions) = self.weights.shape();
        let mut weights = DMatrix::zeros(3 * n_vertices, 3 * n_regions);
        let mut names = vec![String::new(); 3 * n_regions];
        for (component, axis) in ["x", "y", "z"].into_iter().enumerate() {
            for (region, name) in self.regions.iter().enumerate() {
                let column = order.column(region, component, n_regions);
                names[column] = format!("{name} {axis}");
                for vertex in 0..n_vertices {
                    weights[(order.column(vertex, component, n_vertices), column)] =
                        self.weights[(vertex, region)];
                }
            }
        }
        Self::from_weights(weights, names)
    }

    /// Vertices belong to regions by weights, vertices × regions. A region without weights is silent.
    ///
    /// # Errors
    /// [`Error::Shape`] if the names do not fit, [`Error::NotFinite`], [`Error::Duplicate`].
    pub fn from_weights(weights: DMatrix<f64>, regions: impl Into<Arc<[String]>>) -> Result<Self> {
        let regions = regions.into();
        if weights.is_empty() || weights.ncols() != regions.len() {
            let expected = format!("vertices × {} regions, at least one of each", regions.len());
            let found = format!("{} × {}", weights.nrows(), weights.ncols());
            return Err(Error::shape("region map", expected, found));
        }
        check::finite("region map", &weights)?;
        check::unique("regions", &regions)?;
        Ok(Self { weights, regions })
    }

    /// The same with each vertex weighted, for example by its area.
    ///
    /// # Errors
    /// [`Error::Shape`] unless there is one weight per vertex; those of [`from_weights`](Self::from_weights).
    pub fn weighted_by(&self, vertex_weights: &[f64]) -> Result<Self> {
        if vertex_weights.len() != self.weights.nrows() {
            let expected = format!("{}, one per vertex", self.weights.nrows());
            return Err(Error::shape("vertex weights", expected, vertex_weights.len().to_string()));
        }
        let mut weights = self.weights.clone();
        for (mut row, weight) in weights.row_iter_mut().zip(vertex_weights) {
            row *= *weight;
        }
        Self::from_weights(weights, self.regions.clone())
    }

    /// The same with the weights of each region divided by their sum.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] for a region whose weights do not sum to more than zero.
    pub fn averaged(&self) -> Result<Self> {
        self.shared(|_| false)
    }

    /// As [`averaged`](Self::averaged), but silent regions stay silent.
    ///
    /// # Errors
    /// As [`averaged`](Self::averaged), for regions that have weights.
    pub fn averaged_where_present(&self) -> Result<Self> {
        self.shared(|column| column.amax() == 0.0)
    }

    fn shared(&self, is_left: impl Fn(&DVectorView<'_, f64>) -> bool) -> Result<Self> {
        let mut weights = self.weights.clone();
        for ((mut column, region), before) in
            weights.column_iter_mut().zip(self.regions.iter()).zip(self.weights.column_iter())
        {
            if is_left(&before) {
                continue;
            }
            let sum = column.sum();
            if sum <= 0.0 {
                let what = format!("sum of the weights of region `{region}`");
                return Err(check::out_of_range(&what, sum, Unit::DIMENSIONLESS, "above zero"));
            }
            column /= sum;
        }
        Self::from_weights(weights, self.regions.clone())
    }

    /// The names of the regions.
    pub fn regions(&self) -> &Arc<[String]> {
        &self.regions
    }

    /// The weights, vertices × regions.
    pub fn weights(&self) -> &DMatrix<f64> {
        &self.weights
    }
}

/// One for the region of each vertex, vertices × regions.
fn one_hot(region_of_vertex: &[usize], n_regions: usize) -> Result<DMatrix<f64>> {
    let mut weights = DMatrix::zeros(region_of_vertex.len(), n_regions);
    for (vertex, &region) in region_of_vertex.iter().enumerate() {
        if region >= n_regions {
            let what = format!("region of vertex {vertex}");
            let requirement = format!("below the number of regions, {n_regions}");
            return Err(check::out_of_range(&what, region as f64, Unit::DIMENSIONLESS, &requirement));
        }
        weights[(vertex, region)] = 1.0;
    }
    Ok(weights)
}

impl<U, S> LeadField<U, S>
where
    U: Dimension + Sub<S>,
    S: Dimension,
{
    /// The lead field of regions, from one of vertices.
    ///
    /// # Errors
    /// [`Error::Shape`] if the map has another number of vertices.
    pub fn reduced(&self, map: &RegionMap) -> Result<Self> {
        if map.weights.nrows() != self.sources().len() {
            let expected = format!("{} vertices, one per column of the lead field", self.sources().len());
            return Err(Error::shape("region map", expected, format!("{} vertices", map.weights.nrows())));
        }
        self.combined(&map.weights, map.regions.clone())
    }
}
