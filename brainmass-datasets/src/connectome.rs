//! Connectomes from archives, folders and pairs of matrices.

use std::path::Path;

use brainmass_core::units::Meter;
use brainmass_core::{Connectome, Error, Result};
use nalgebra::DMatrix;

use crate::bundle::Bundle;
use crate::file::{self, Loaded};
use crate::matrix::{parse_labels, parse_table, read_labels, read_table};
use crate::text::{Lines, Missing, Table};

/// Reads a connectome from a TVB connectivity zip, an `.npz` or a folder of files.
///
/// All three hold the same by name, in any format that [`read_matrix`](crate::read_matrix) reads:
///
/// | name | content |
/// |---|---|
/// | `weights` | N × N; row i, column j goes from j to i, as in TVB |
/// | `tract_lengths`, `distances` or `lengths` | N × N, mm |
/// | `centres` or `centers`, optional | text `label x y z` per region, or an N × 3 array; mm |
/// | `labels`, optional | text, one per line, or an array of text |
///
/// In a zip the files may lie in a folder, and each may be packed as `.bz2`. Where a header, the centres and
/// the labels name the regions, they must agree; where nothing does, regions are called `0`, `1`, ….
/// Everything else is left out.
///
/// ```no_run
/// let connectome = brainmass_datasets::read_connectome("connectivity_76.zip".as_ref())?;
/// assert_eq!(connectome.n_regions(), 76);
/// # Ok::<(), brainmass_core::Error>(())
/// ```
///
/// # Errors
/// [`Error::Io`] if it cannot be read, [`Error::Format`] with the file inside and the place for whatever is
/// missing, damaged, not a finite number, or does not fit.
#[doc(alias = "connectivity")]
pub fn read_connectome(path: &Path) -> Result<Connectome> {
    from_bundle(&mut Bundle::open(path)?)
}

/// Reads a connectome from matrix files: weights, tract lengths in mm and, optionally, labels.
///
/// Without labels the header of the weights names the regions, if there is one.
///
/// # Errors
/// As [`read_connectome`].
pub fn read_connectome_files(
    weights: &Path,
    tract_lengths: &Path,
    labels: Option<&Path>,
) -> Result<Connectome> {
    let parts = Parts {
        weights: read_table(weights, Missing::Refused)?,
        tract_lengths: read_table(tract_lengths, Missing::Refused)?,
        labels: labels.map(read_labels).transpose()?,
        centres: None,
    };
    file::name_path(parts.assemble(), weights)
}

pub(crate) fn from_bundle(bundle: &mut Bundle) -> Result<Connectome> {
    let table = |file: Loaded| parse_table(&file, None, Missing::Refused);
    let weights = table(bundle.require(&["weights"])?)?;
    let tract_lengths = table(bundle.require(&["tract_lengths", "distances", "lengths"])?)?;
    let labels = bundle.find(&["labels"])?.map(|file| parse_labels(&file, None)).transpose()?;
    let centres = bundle.find(&["centres", "centers"])?.map(|file| parse_centres(&file)).transpose()?;
    file::name_path(Parts { weights, tract_lengths, labels, centres }.assemble(), &bundle.path)
}

/// Names, if they are given, and positions, N × 3.
type Centres = (Option<Vec<String>>, DMatrix<f64>);

fn parse_centres(file: &Loaded) -> Result<Centres> {
    if ["npy", "npz"].contains(&file::extension(&file.path).as_str()) {
        return Ok((None, parse_table(file, None, Missing::Refused)?.values));
    }
    let (labels, positions) = Lines::new(file)?.positions()?;
    Ok((Some(labels), positions))
}

/// What was read of a connectome; lengths in mm.
struct Parts {
    weights: Table,
    tract_lengths: Table,
    labels: Option<Vec<String>>,
    centres: Option<Centres>,
}

impl Parts {
    fn assemble(self) -> Result<Connectome> {
        let labels = self.agreed_labels()?;
        let n_regions = self.weights.values.nrows();
        let labels = labels.unwrap_or_else(|| (0..n_regions).map(|index| index.to_string()).collect());
        let tract_lengths = Meter::new(self.tract_lengths.values * 1e-3);
        let connectome = Connectome::new(self.weights.values, tract_lengths, labels)?;
        match self.centres {
            Some((_, centres)) => connectome.with_centres(Meter::new(centres.transpose() * 1e-3)),
            None => Ok(connectome),
        }
    }

    /// The names of the regions, which must be the same wherever they stand.
    fn agreed_labels(&self) -> Result<Option<Vec<String>>> {
        let centres = self.centres.as_ref().and_then(|(labels, _)| labels.as_ref());
        let sources = [
            ("labels", self.labels.as_ref()),
            ("centres", centres),
            ("columns of the weights", self.weights.columns.as_ref()),
            ("rows of the weights", self.weights.rows.as_ref()),
            ("columns of the tract lengths", self.tract_lengths.columns.as_ref()),
            ("rows of the tract lengths", self.tract_lengths.rows.as_ref()),
        ];
        let mut named = sources.into_iter().filter_map(|(what, labels)| Some((what, labels?)));
        let Some((first, labels)) = named.next() else { return Ok(None) };
        for (what, others) in named {
            if labels.len() != others.len() {
                let expected = format!("{} names like the {first}", labels.len());
                return Err(Error::shape(what, expected, others.len().to_string()));
            }
            if let Some(k) = (0..labels.len()).find(|&k| labels[k] != others[k]) {
                let expected = format!("`{}` at {k} like the {first}", labels[k]);
                return Err(Error::shape(what, expected, format!("`{}`", others[k])));
            }
        }
        Ok(Some(labels.clone()))
    }
}
