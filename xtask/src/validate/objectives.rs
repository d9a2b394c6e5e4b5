//! Functional connectivity and distances.

use brainmass_core::units::{SI, dimension::Dimensionless, s};
use brainmass_core::{Error, Objective, TimeSeries, WeightedSum};
use brainmass_datasets::Npz;
use brainmass_objectives::{
    CosineSimilarity, Fc, FcCorrelation, FcRmse, LaggedCorrelation, TimeSeriesRmse, functional_connectivity,
    matrix_correlation,
};
use nalgebra::DMatrix;

use super::case::{Case, Check, Difference};
use super::tools::{REFERENCE, largest, normals, numbers, reference, relative};
use crate::Result;

type Series = TimeSeries<Dimensionless>;

const fn vectors(name: &'static str, what: &'static str, check: fn() -> Result<f64>) -> Case {
    let why = "sums of some hundred terms in another order";
    Case { name, what, source: REFERENCE, tolerance: 1e-12, why, check: Check::Alone(check) }
}

const fn closed(
    name: &'static str,
    what: &'static str,
    source: &'static str,
    check: fn() -> Result<f64>,
) -> Case {
    let why = "sums of 400 terms, and offsets of ten times the signal";
    Case { name, what, source, tolerance: 1e-13, why, check: Check::Alone(check) }
}

const fn refused(name: &'static str, what: &'static str, check: fn() -> Result<f64>) -> Case {
    let why = "a count";
    Case {
        name,
        what,
        source: "a correlation without variance is undefined",
        tolerance: 0.0,
        why,
        check: Check::Alone(check),
    }
}

pub(super) const CASES: &[Case] = &[
    vectors("fc", "FC of two signals of six channels, largest distance", fc),
    vectors("fc-correlation", "correlation of both FC and its cost, relative", fc_correlation),
    vectors("rmse", "root of the mean squared difference of two series, relative", || {
        let data = data()?;
        agree(&data, "timeseries_rmse", TimeSeriesRmse::new(series(&data, "y")?)?.cost(&series(&data, "x")?)?)
    }),
    vectors("cosine", "cosine similarity with and without a floor, relative", cosine),
    vectors("weighted-sum", "2 RMSE + 0.3 FC correlation, relative", weighted_sum),
    Case {
        name: "fc-rmse",
        what: "RMSE of both FC over the off-diagonal entries, relative; the reference counts the zeros of \
               the diagonal",
        source: "definition, from both FC in the reference vectors",
        tolerance: 1e-12,
        why: "sums of 15 terms in another order",
        check: Check::Difference(fc_rmse),
    },
    closed("fc-of-copies", "FC of x, 3x + 10 and −x, distance from ±1", "Pearson's r is affine", copies),
    closed("fc-is-affine", "FC after scaling and shifting channels", "Pearson's r is affine", affine),
    closed("lag", "correlation and lag of a late copy", "definition", lag),
    refused("constant-channel", "FC and cost that are not refused; the reference scores them", || {
        let (data, mut accepted) = (data()?, 0_u32);
        let x = series(&data, "x_const")?;
        let constant = |error: &Error| matches!(error, Error::Constant { channel, .. } if channel == "2");
        accepted += u32::from(!functional_connectivity(&x).is_err_and(|error| constant(&error)));
        let objective = FcCorrelation::new(functional_connectivity(&series(&data, "y")?)?)?;
        accepted += u32::from(!objective.cost(&x).is_err_and(|error| constant(&error)));
        Ok(f64::from(accepted))
    }),
    refused("constant-matrix", "correlations that are not refused; the reference gives 0", || {
        let fc = functional_connectivity(&series(&data()?, "y")?)?;
        let found = matrix_correlation(&DMatrix::repeat(6, 6, 0.5), fc.matrix());
        Ok(f64::from(u32::from(!matches!(found, Err(Error::Constant { .. })))))
    }),
];

fn data() -> Result<Npz> {
    reference("objectives/objectives")
}

fn series(data: &Npz, name: &str) -> Result<Series> {
    Ok(Series::unnamed(data.matrix(name)?.transpose(), s(1.0), s(0.0))?)
}

fn agree(data: &Npz, name: &str, found: f64) -> Result<f64> {
    Ok(relative(found, numbers(data, name)?[0]))
}

fn fc_of(data: &Npz, name: &str) -> Result<Fc> {
    Ok(functional_connectivity(&series(data, name)?)?)
}

fn fc() -> Result<f64> {
    let data = data()?;
    let error = |name: &str| -> Result<f64> {
        Ok((fc_of(&data, name)?.matrix() - data.matrix(&format!("fc_{name}"))?).amax())
    };
    Ok(largest([error("x")?, error("y")?]))
}

fn fc_correlation() -> Result<f64> {
    let data = data()?;
    let objective = FcCorrelation::new(fc_of(&data, "y")?)?;
    let x = series(&data, "x")?;
    let matrices = matrix_correlation(fc_of(&data, "x")?.matrix(), fc_of(&data, "y")?.matrix())?;
    Ok(largest([
        agree(&data, "matrix_correlation", matrices)?,
        agree(&data, "fc_corr", objective.correlation(&x)?)?,
        agree(&data, "fc_corr_loss", objective.cost(&x)?)?,
    ]))
}

fn cosine() -> Result<f64> {
    let data = data()?;
    let (x, objective) = (series(&data, "x")?, CosineSimilarity::new(series(&data, "y")?)?);
    let floored = |floor: f64| objective.clone().with_floor(SI::new(floor));
    let tiny = x.times(SI::<f64, Dimensionless>::new(1e-5))?;
    Ok(largest([
        agree(&data, "cosine_sim_eps0", objective.cosine(&x)?)?,
        agree(&data, "cosine_loss", objective.cost(&x)?)?,
        agree(&data, "cosine_sim_eps0.001", floored(0.001)?.cosine(&x)?)?,
        agree(&data, "cosine_sim_tiny_eps10", floored(10.0)?.cosine(&tiny)?)?,
    ]))
}

fn weighted_sum() -> Result<f64> {
    let data = data()?;
    let sum = WeightedSum::new()
        .and(2.0, TimeSeriesRmse::new(series(&data, "y")?)?)?
        .and(0.3, FcCorrelation::new(fc_of(&data, "y")?)?)?;
    agree(&data, "combine", sum.cost(&series(&data, "x")?)?)
}

fn fc_rmse() -> Result<Difference> {
    let data = data()?;
    let found = FcRmse::new(fc_of(&data, "y")?)?.cost(&series(&data, "x")?)?;
    let squares = (data.matrix("fc_x")? - data.matrix("fc_y")?).norm_squared();
    let right = (squares / 30.0).sqrt();
    Ok(Difference { from_right: relative(found, right), from_wrong: agree(&data, "fc_rmse", found)? })
}

fn copies() -> Result<f64> {
    let x = normals(1, 400);
    let rows = [x.row(0).into_owned(), 3.0 * x.row(0).add_scalar(10.0 / 3.0), -x.row(0)];
    let fc = functional_connectivity(&Series::unnamed(DMatrix::from_rows(&rows), s(1.0), s(0.0))?)?;
    let expected = [(0, 1, 1.0), (0, 2, -1.0), (1, 2, -1.0), (0, 0, 1.0)];
    Ok(largest(expected.map(|(i, j, value): (usize, usize, f64)| (fc.matrix()[(i, j)] - value).abs())))
}

fn affine() -> Result<f64> {
    let x = normals(5, 400);
    let mut moved = x.clone();
    for (k, mut row) in moved.row_iter_mut().enumerate() {
        row.apply(|value| *value = (1.0 + k as f64) * *value - 10.0 * k as f64);
    }
    let fc = |values| functional_connectivity(&Series::unnamed(values, s(1.0), s(0.0))?);
    Ok((fc(x)?.matrix() - fc(moved)?.matrix()).amax())
}

fn lag() -> Result<f64> {
    let x = normals(3, 402);
    let at = |start: usize| Series::unnamed(x.columns(start, 400).into_owned(), s(0.5), s(0.0));
    let (early, late) = (at(2)?, at(0)?);
    let best = LaggedCorrelation::new(&early, s(2.0))?.best(&late)?;
    Ok(largest([(best.correlation - 1.0).abs(), (best.lag.value_unsafe.abs() - 1.0).abs()]))
}
