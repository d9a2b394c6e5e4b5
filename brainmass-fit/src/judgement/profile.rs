//! The best cost as a function of one number.

use brainmass_core::{Error, Result, check};

use crate::{Fit, Optimizer, Problem, Report, Space};

/// A point of a profile.
#[derive(Clone, Debug, PartialEq)]
pub struct ProfilePoint {
    /// The value that was held.
    pub value: f64,
    /// All values at the best candidate, the held one among them.
    pub values: Vec<f64>,
    /// The least cost with that value held, priors included.
    pub cost: f64,
}

/// Holds one number at each of some values and fits the others: how much the data would mind if it were another.
///
/// Each fit begins where the one before it ended. A flat profile is a parameter that the others can make up for.
///
/// ```
/// use brainmass_core::Result;
/// use brainmass_fit::{FitParameter, Lbfgs, Problem, Space, profile};
/// /// (x + y − 1)² + y²: least at x = 1, y = 0; with x held it is (x − 1)²/2 at y = (1 − x)/2.
/// #[derive(Debug)]
/// struct Valley;
/// impl Problem for Valley {
///     fn cost(&self, v: &[f64]) -> Result<f64> { self.gradient(v).map(|(cost, _)| cost) }
///     fn gradient(&self, v: &[f64]) -> Result<(f64, Vec<f64>)> {
///         let sum = v[0] + v[1] - 1.0;
///         Ok((sum * sum + v[1] * v[1], vec![2.0 * sum, 2.0 * sum + 2.0 * v[1]]))
///     }
///     fn has_gradient(&self) -> bool { true }
/// }
/// let space = Space::new(vec![FitParameter::new("x", 0.5, -2.0, 2.0)?, FitParameter::new("y", 0.5, -2.0, 2.0)?])?;
/// let points = profile(&space, &Valley, &Lbfgs::default(), &space.initial(), "x", &[0.0, 1.0])?;
/// assert!((points[0].cost - 0.5).abs() < 1e-9 && points[1].cost < 1e-9);
/// assert!((points[0].values[1] - 0.5).abs() < 1e-5 && points[0].values[0] == 0.0);
/// # Ok::<(), brainmass_core::Error>(())
/// ```
///
/// # Errors
/// [`Error::Unknown`] for a name that is not among [`Space::names`], [`Error::OutOfRange`] for a value beyond the bounds, and
/// those of the fits.
#[doc(alias = "profile likelihood")]
pub fn profile(
    space: &Space,
    problem: &dyn Problem,
    optimizer: &dyn Optimizer,
    start: &[f64],
    name: &str,
    at: &[f64],
) -> Result<Vec<ProfilePoint>> {
    let index = check::position("number of the fit", name, &space.names())?;
    if start.len() != space.len() {
        let expected = format!("{} values", space.len());
        return Err(Error::shape("start of a profile", expected, start.len().to_string()));
    }
    let (low, high) = space.bounds_of(index);
    let mut start = start.to_vec();
    let mut points = Vec::with_capacity(at.len());
    for value in at {
        check::between(name, *value, low, high)?;
        start[index] = *value;
        let point = held(space, problem, optimizer, &start, index)?;
        start.clone_from(&point.values);
        points.push(point);
    }
    Ok(points)
}

fn held(
    space: &Space,
    problem: &dyn Problem,
    optimizer: &dyn Optimizer,
    start: &[f64],
    index: usize,
) -> Result<ProfilePoint> {
    let value = start[index];
    let Some(others) = space.without(index)? else {
        let cost = problem.cost(start)? + space.penalty(start).0;
        return Ok(ProfilePoint { value, values: start.to_vec(), cost });
    };
    let problem = Held { problem, index, value };
    let mut rest = start.to_vec();
    rest.remove(index);
    let Report { values, cost, .. } = Fit::new(&others, &problem).with_start(&rest)?.run(optimizer)?;
    let values = problem.all(&values);
    // The prior of the held number is no part of that fit.
    let (whole, part) = (space.penalty(&values).0, others.penalty(&without(&values, index)).0);
    Ok(ProfilePoint { value, cost: cost - part + whole, values })
}

fn without(values: &[f64], index: usize) -> Vec<f64> {
    let mut rest = values.to_vec();
    rest.remove(index);
    rest
}

/// A problem of which one number is held.
#[derive(Debug)]
struct Held<'a> {
    problem: &'a dyn Problem,
    index: usize,
    value: f64,
}

impl Held<'_> {
    fn all(&self, rest: &[f64]) -> Vec<f64> {
        let mut all = rest.to_vec();
        all.insert(self.index, self.value);
        all
    }
}

impl Problem for Held<'_> {
    fn cost(&self, rest: &[f64]) -> Result<f64> {
        self.problem.cost(&self.all(rest))
    }

    fn gradient(&self, rest: &[f64]) -> Result<(f64, Vec<f64>)> {
        let (cost, slopes) = self.problem.gradient(&self.all(rest))?;
        Ok((cost, without(&slopes, self.index)))
    }

    fn has_gradient(&self) -> bool {
        self.problem.has_gradient()
    }
}
