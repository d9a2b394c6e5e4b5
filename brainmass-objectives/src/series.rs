//! Objectives that compare a simulated series with a recorded one, sample by sample.

use brainmass_core::units::{Dimension, SI};
use brainmass_core::{DifferentiableObjective, Objective, Result, TimeSeries, check};
use nalgebra::DMatrix;

use crate::agree;
use crate::compare::{root_mean_square_difference, root_slopes};

/// Root mean square difference of a simulated and a recorded series.
///
/// ```text
/// √( 1/(N T) · Σ_i Σ_t (x_it − target_it)² )
/// ```
///
/// The series must have the unit of the data (the compiler sees to it), their channels, sampling period and
/// number of samples. They are compared sample by sample; when they start does not matter. The cost is in
/// the coherent SI unit.
///
/// ```
/// use brainmass_core::{units::{dimension::Volt, ms, mv, show}, Objective, TimeSeries};
/// use brainmass_objectives::TimeSeriesRmse;
/// use nalgebra::dmatrix;
/// let series = |values, period| TimeSeries::<Volt>::unnamed(values, period, ms(0.0)).unwrap();
/// let objective = TimeSeriesRmse::new(series(dmatrix![0.0, 1e-3], ms(1.0))).unwrap();
/// let rmse = objective.rmse(&series(dmatrix![3e-3, 5e-3], ms(1.0))).unwrap();
/// assert_eq!(format!("{:.4}", show(rmse)), "3.5355 mV"); // √((3² + 4²)/2)
/// let error = objective.cost(&series(dmatrix![0.0, 1e-3], ms(2.0))).unwrap_err();
/// assert!(error.to_string().ends_with("2 ms, but it must be 1 ms like that of the data"));
/// ```
///
/// A series in another unit does not compile:
///
/// ```compile_fail,E0308
/// use brainmass_core::{units::{dimension, ms}, TimeSeries};
/// use brainmass_objectives::TimeSeriesRmse;
/// use nalgebra::dmatrix;
/// let eeg = TimeSeries::<dimension::Volt>::unnamed(dmatrix![0.0], ms(1.0), ms(0.0)).unwrap();
/// let meg = TimeSeries::<dimension::Tesla>::unnamed(dmatrix![0.0], ms(1.0), ms(0.0)).unwrap();
/// let nonsense = TimeSeriesRmse::new(eeg).unwrap().rmse(&meg);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[doc(alias = "timeseries_rmse")]
pub struct TimeSeriesRmse<U: Dimension> {
    target: TimeSeries<U>,
}

impl<U: Dimension> TimeSeriesRmse<U> {
    /// The objective with the series to be reached.
    ///
    /// # Errors
    /// [`Error::Shape`](brainmass_core::Error::Shape) if it has no samples.
    pub fn new(target: TimeSeries<U>) -> Result<Self> {
        let objective = Self { target };
        objective.rmse(&objective.target)?;
        Ok(objective)
    }

    /// The root mean square difference with its unit, for reports.
    ///
    /// # Errors
    /// [`Error::Shape`](brainmass_core::Error::Shape) for other numbers of channels or samples,
    /// [`Error::OutOfRange`](brainmass_core::Error::OutOfRange) for another sampling period,
    /// [`Error::Setting`](brainmass_core::Error::Setting) for channels in another order,
    /// [`Error::NotFinite`](brainmass_core::Error::NotFinite) if squares overflow.
    pub fn rmse(&self, simulated: &TimeSeries<U>) -> Result<SI<f64, U>> {
        agree::sampling(self.target.sampling(), self.target.n_samples(), simulated)?;
        let (x, y) = (simulated.samples(), self.target.samples());
        Ok(SI::new(root_mean_square_difference("time-series RMSE", x, y)?))
    }
}

impl<U: Dimension> Objective<U> for TimeSeriesRmse<U> {
    fn name(&self) -> String {
        "time-series RMSE".to_owned()
    }

    fn cost(&self, simulated: &TimeSeries<U>) -> Result<f64> {
        Ok(self.rmse(simulated)?.value_unsafe)
    }
}

/// At the data themselves the root has a kink, and the slope given there is zero.
impl<U: Dimension> DifferentiableObjective<U> for TimeSeriesRmse<U> {
    fn gradient(&self, simulated: &TimeSeries<U>) -> Result<(f64, DMatrix<f64>)> {
        let cost = self.cost(simulated)?;
        let (x, y) = (simulated.values(), self.target.values());
        let slopes = root_slopes(x.as_slice(), y.as_slice(), 1.0 / x.len() as f64, cost);
        Ok((cost, agree::finite_gradient(DMatrix::from_vec(x.nrows(), x.ncols(), slopes))?))
    }
}

/// One minus the cosine of the angle between a simulated and a recorded series.
///
/// ```text
/// cost = 1 − cos,   cos = Σ x_it y_it / (max(‖x‖, floor) · max(‖y‖, floor)),   floor = 0
/// ```
///
/// The sums run over all channels and samples. From 0 (same shape, whatever the amplitude) to 2. Unlike a
/// correlation it keeps the means.
///
/// DIFFERENCE: a series of zeros has no direction and is an error; the Python library says NaN. As there, a
/// floor under the norms makes it 0 ([`with_floor`](Self::with_floor)).
///
/// ```
/// use brainmass_core::{units::{dimension::Volt, ms, mv}, Objective, TimeSeries};
/// use brainmass_objectives::CosineSimilarity;
/// use nalgebra::dmatrix;
/// let series = |values| TimeSeries::<Volt>::unnamed(values, ms(1.0), ms(0.0)).unwrap();
/// let objective = CosineSimilarity::new(series(dmatrix![0.01, 0.0])).unwrap();
/// let simulated = series(dmatrix![0.003, 0.004]);
/// approx::assert_relative_eq!(objective.cosine(&simulated).unwrap(), 0.6, max_relative = 1e-15);
/// // The simulated norm is 5 mV: a floor of 10 mV halves the cosine.
/// let floored = objective.with_floor(mv(10.0)).unwrap();
/// approx::assert_relative_eq!(floored.cosine(&simulated).unwrap(), 0.3, max_relative = 1e-15);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[doc(alias = "cosine_sim")]
pub struct CosineSimilarity<U: Dimension> {
    target: TimeSeries<U>,
    floor: f64,
}

impl<U: Dimension> CosineSimilarity<U> {
    /// The objective with the series to be reached.
    ///
    /// # Errors
    /// [`Error::OutOfRange`](brainmass_core::Error::OutOfRange) if it is zero throughout.
    pub fn new(target: TimeSeries<U>) -> Result<Self> {
        let objective = Self { target, floor: 0.0 };
        objective.cosine(&objective.target)?;
        Ok(objective)
    }

    /// The same with a floor under both norms: signals much smaller than it count as no signal.
    ///
    /// # Errors
    /// [`Error::OutOfRange`](brainmass_core::Error::OutOfRange) for a floor that is not positive.
    #[doc(alias = "epsilon")]
    pub fn with_floor(self, floor: SI<f64, U>) -> Result<Self> {
        check::positive("floor of the norms", SI::<f64, U>::new(floor.value_unsafe))?;
        Ok(Self { floor: floor.value_unsafe, ..self })
    }

    /// The cosine, for reports.
    ///
    /// # Errors
    /// As [`TimeSeriesRmse::rmse`]; [`Error::OutOfRange`](brainmass_core::Error::OutOfRange) for a series of
    /// zeros without a floor.
    #[doc(alias = "cosine_sim")]
    pub fn cosine(&self, simulated: &TimeSeries<U>) -> Result<f64> {
        agree::sampling(self.target.sampling(), self.target.n_samples(), simulated)?;
        let (x, y) = (simulated.values(), self.target.values());
        let (x_norm, y_norm) = (self.norm("simulated series", x.norm())?, self.norm("data", y.norm())?);
        Ok((x.dot(y) / x_norm / y_norm).clamp(-1.0, 1.0))
    }

    /// A norm, not below the floor.
    fn norm(&self, whose: &str, norm: f64) -> Result<f64> {
        let norm = norm.max(self.floor);
        check::positive(&format!("norm of the {whose}"), SI::<f64, U>::new(norm))?;
        Ok(norm)
    }
}

impl<U: Dimension> Objective<U> for CosineSimilarity<U> {
    fn name(&self) -> String {
        "cosine distance".to_owned()
    }

    fn cost(&self, simulated: &TimeSeries<U>) -> Result<f64> {
        Ok(1.0 - self.cosine(simulated)?)
    }
}

/// A norm below the floor does not count; one that equals it counts as if it were above.
impl<U: Dimension> DifferentiableObjective<U> for CosineSimilarity<U> {
    fn gradient(&self, simulated: &TimeSeries<U>) -> Result<(f64, DMatrix<f64>)> {
        let cosine = self.cosine(simulated)?;
        let (x, y) = (simulated.values(), self.target.values());
        let (x_norm, y_norm) = (self.norm("simulated series", x.norm())?, self.norm("data", y.norm())?);
        let along = if x.norm() >= self.floor { cosine / x_norm } else { 0.0 };
        let gradient = (x * (along / x_norm)) - y * (1.0 / y_norm / x_norm);
        Ok((1.0 - cosine, agree::finite_gradient(gradient)?))
    }
}
