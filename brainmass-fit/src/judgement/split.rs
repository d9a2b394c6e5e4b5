//! Data to fit and data to test the fit on.

use brainmass_core::random::Stream;
use brainmass_core::units::{Dimension, Second};
use brainmass_core::{Error, Result, TimeSeries, check, units::show};

/// Indices of subjects to fit, and of those to test the fit on, drawn by a seed; both in ascending order.
///
/// ```
/// use brainmass_fit::split_subjects;
/// let (train, test) = split_subjects(10, 0.7, 1)?;
/// assert_eq!((train.len(), test.len()), (7, 3));
/// assert!(train.iter().all(|subject| !test.contains(subject)));
/// assert_eq!(split_subjects(10, 0.7, 1)?, (train, test));
/// # Ok::<(), brainmass_core::Error>(())
/// ```
///
/// # Errors
/// [`Error::OutOfRange`] for a fraction beyond 0 and 1, [`Error::Shape`] if one part would have no subject.
pub fn split_subjects(n_subjects: usize, fraction: f64, seed: u64) -> Result<(Vec<usize>, Vec<usize>)> {
    check::between("part of the subjects to fit", fraction, 0.0, 1.0)?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and their number")]
    let n_train = (fraction * n_subjects as f64).round() as usize;
    if n_train == 0 || n_train >= n_subjects {
        let found = format!("{n_train} of {n_subjects} to fit");
        return Err(Error::shape("split of subjects", "at least one in each part", found));
    }
    // Sorted by a random number of their own, which no two share in practice; if they do, the first goes first.
    let stream = Stream::new(seed, 0);
    let number = |subject: usize| stream.normal(u32::try_from(subject).unwrap_or(u32::MAX), 0);
    let mut order: Vec<usize> = (0..n_subjects).collect();
    order.sort_by(|a, b| number(*a).total_cmp(&number(*b)));
    let (mut train, mut test) = (order[..n_train].to_vec(), order[n_train..].to_vec());
    train.sort_unstable();
    test.sort_unstable();
    Ok((train, test))
}

/// A series up to a time, and after it.
///
/// ```
/// use brainmass_core::{units::{dimension::Dimensionless, s}, TimeSeries};
/// use brainmass_fit::split_series;
/// let series = TimeSeries::<Dimensionless>::unnamed(nalgebra::dmatrix![1.0, 2.0, 3.0, 4.0], s(1.0), s(1.0))?;
/// let (train, test) = split_series(&series, s(3.0))?;
/// assert_eq!((train.values(), test.values()), (&nalgebra::dmatrix![1.0, 2.0, 3.0], &nalgebra::dmatrix![4.0]));
/// # Ok::<(), brainmass_core::Error>(())
/// ```
///
/// # Errors
/// [`Error::Shape`] if one part would have no sample.
pub fn split_series<U: Dimension>(
    series: &TimeSeries<U>,
    at: Second,
) -> Result<(TimeSeries<U>, TimeSeries<U>)> {
    let after = series.after(at)?;
    let n_before = series.n_samples() - after.n_samples();
    if n_before == 0 {
        let expected = format!("samples up to {}", show(at));
        return Err(Error::shape(
            "split of a series",
            expected,
            format!("{} samples after it", after.n_samples()),
        ));
    }
    let before =
        TimeSeries::new(series.values().columns(0, n_before).into_owned(), series.sampling().clone())?;
    Ok((before, after))
}
