//! The reference vectors in `testdata`.

use brainmass_core::Node;
use brainmass_core::units::Values;
use brainmass_datasets::Npz;
use brainmass_network::Network;
use nalgebra::DMatrix;

use super::numbers::{integer, largest};
use crate::{Result, root};

/// A variable as the reference names it and as we do, and how many coherent SI units its unit is.
pub(in super::super) struct Column {
    pub(in super::super) theirs: &'static str,
    pub(in super::super) ours: &'static str,
    pub(in super::super) factor: f64,
}

pub(in super::super) const fn column(theirs: &'static str, ours: &'static str, factor: f64) -> Column {
    Column { theirs, ours, factor }
}

/// A file of vectors, such as `nodes/LinearStep`.
pub(in super::super) fn reference(file: &str) -> Result<Npz> {
    Ok(Npz::open(&root().join(format!("testdata/reference/{file}.npz")))?)
}

/// The numbers of an array of any shape, in the order of the file.
pub(in super::super) fn numbers<'f>(file: &'f Npz, name: &str) -> Result<&'f [f64]> {
    file.array(name)?.values().ok_or_else(|| format!("`{name}` holds no numbers").into())
}

/// A network that starts where a reference run starts.
pub(in super::super) fn start_from<N: Node>(
    mut network: Network<N>,
    file: &Npz,
    prefix: &str,
    columns: &[Column],
) -> Result<Network<N>> {
    for column in columns {
        let initial = file.matrix(&format!("{prefix}init_{}", column.theirs))? * column.factor;
        let unit = N::STATE[state::<N>(column)?].unit;
        network = network.with_initial(column.ours, Values::new(initial.as_slice().to_vec(), unit))?;
    }
    Ok(network)
}

/// The largest error at the steps that a reference run stores, each relative to its variable's largest value.
pub(in super::super) fn compare_steps<N: Node>(
    file: &Npz,
    prefix: &str,
    columns: &[Column],
    found: &[DMatrix<f64>],
) -> Result<f64> {
    let steps = file.matrix("steps")?;
    let mut errors = Vec::new();
    for column in columns {
        let expected = file.matrix(&format!("{prefix}{}", column.theirs))?;
        let found = &found[state::<N>(column)?];
        for (row, step) in steps.iter().enumerate() {
            let at_step = found.column(integer(*step) - 1) / column.factor;
            let difference = at_step - expected.row(row).transpose();
            errors.push(difference.amax() / expected.amax());
            // `amax` passes over NaN.
            errors.extend(difference.iter().copied().filter(|value| value.is_nan()));
        }
    }
    Ok(largest(errors))
}

fn state<N: Node>(column: &Column) -> Result<usize> {
    Ok(brainmass_core::node::variable_index("state variable", column.ours, N::STATE)?)
}
