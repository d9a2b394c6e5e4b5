//! Names and positions of sensors.

use std::path::Path;

use brainmass_core::units::Meter;
use brainmass_core::{Error, Result, check};
use nalgebra::DMatrix;

use crate::file::{self, Loaded};
use crate::text::Lines;

/// Sensors of a cap, a helmet or an implant: their names and where they are.
///
/// ```
/// use brainmass_core::units::mm;
/// let path = std::env::temp_dir().join("brainmass-doc-eeg.txt");
/// std::fs::write(&path, "Fp1 102.5 40.2 45.2\nFp2 102.5 -39.9 44.8\n").unwrap();
/// let sensors = brainmass_datasets::read_sensors(&path).unwrap();
/// assert_eq!(sensors.labels[1], "Fp2");
/// assert_eq!(sensors.positions.value_unsafe[(2, 1)], mm(44.8).value_unsafe);
/// # std::fs::remove_file(path).unwrap();
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Sensors {
    /// The names, all different.
    pub labels: Vec<String>,
    /// The positions, 3 × M: x, y, z of each sensor.
    pub positions: Meter<DMatrix<f64>>,
}

/// Reads sensors from a text: `label x y z` on each line, in millimetres.
///
/// What follows on a line, such as the orientation of a MEG coil, is left out.
///
/// # Errors
/// [`Error::Io`]; [`Error::Format`] for a file without sensors, for a label that occurs twice and for what
/// is not a finite number, with the line.
pub fn read_sensors(path: &Path) -> Result<Sensors> {
    let (labels, positions) = Lines::new(&Loaded::read(path)?)?.positions()?;
    if labels.is_empty() {
        return Err(Error::format(path, "holds no sensors"));
    }
    file::name_path(check::unique("sensors", &labels), path)?;
    Ok(Sensors { labels, positions: Meter::new(positions.transpose() * 1e-3) })
}
