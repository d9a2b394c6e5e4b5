//! The embedded data.

use brainmass_datasets::{example_connectome, example_fc, example_signal};

use super::case::{Case, Check};
use super::tools::{REFERENCE, largest, largest_difference, reference};
use crate::Result;

pub(super) const CASES: &[Case] = &[
    Case {
        name: "example-connectome",
        what: "weights and tract lengths of the embedded connectome, relative to the largest",
        source: REFERENCE,
        tolerance: 1e-15,
        why: "copies; lengths change from millimetres to metres",
        check: Check::Alone(connectome),
    },
    Case {
        name: "example-fc",
        what: "FC stored with the embedded signal against the FC of the signal, largest distance",
        source: REFERENCE,
        tolerance: 1e-14,
        why: "sums of 500 products in another order",
        check: Check::Alone(fc),
    },
];

fn connectome() -> Result<f64> {
    let (found, data) = (example_connectome(), reference("datasets/example_connectome")?);
    Ok(largest([
        largest_difference(found.weights(), &data.matrix("weights")?)?,
        largest_difference(found.tract_lengths().value_unsafe, &(data.matrix("distances")? * 1e-3))?,
    ]))
}

fn fc() -> Result<f64> {
    let data = reference("datasets/example_signal")?;
    let computed = brainmass_objectives::functional_connectivity(&example_signal())?;
    Ok(largest([
        largest_difference(computed.matrix(), &data.matrix("fc")?)?,
        largest_difference(computed.matrix(), &example_fc())?,
    ]))
}
