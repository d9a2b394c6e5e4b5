//! Whether a simulated series can be compared with the data, and whether what comes out is finite.

use brainmass_core::units::{Dimension, Unit, dimension, show};
use brainmass_core::{Error, Result, Sampling, TimeSeries, check};
use nalgebra::DMatrix;

/// As many channels as the data have, and not the same ones in another order.
///
/// Names that differ are no error: data often come without names.
pub(crate) fn channels(expected: &[String], found: &[String]) -> Result<()> {
    if found.len() != expected.len() {
        let expected = format!("{} channels like the data", expected.len());
        return Err(Error::shape("simulated series", expected, format!("{} channels", found.len())));
    }
    let displaced = found.iter().zip(expected).find(|(found, expected)| found != expected);
    match displaced {
        Some((here, due)) if found.iter().all(|name| expected.contains(name)) => Err(Error::setting(
            "simulated series",
            format!("has the channels of the data in another order: `{here}` stands where `{due}` is due"),
        )),
        _ => Ok(()),
    }
}

/// The channels, the number of samples and the sampling period of the data. The start may differ.
pub(crate) fn sampling<U: Dimension>(
    expected: &Sampling,
    n_samples: usize,
    found: &TimeSeries<U>,
) -> Result<()> {
    channels(expected.channels(), found.channels())?;
    let (due, period) = (expected.period(), found.period());
    // As in `check::steps`, a millionth of a period is rounding of decimal fractions.
    if (period.value_unsafe / due.value_unsafe - 1.0).abs() > 1e-6 {
        let requirement = format!("{} like that of the data", show(due));
        let unit = Unit::of::<dimension::Second>();
        let what = "sampling period of the simulated series";
        return Err(check::out_of_range(what, period.value_unsafe, unit, &requirement));
    }
    if found.n_samples() != n_samples {
        let expected = format!("{n_samples} samples like the data");
        return Err(Error::shape("simulated series", expected, format!("{} samples", found.n_samples())));
    }
    Ok(())
}

/// A gradient that can be handed out.
pub(crate) fn finite_gradient(gradient: DMatrix<f64>) -> Result<DMatrix<f64>> {
    check::finite("gradient of the cost", &gradient)?;
    Ok(gradient)
}
