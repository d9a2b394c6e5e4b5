//! Drives: what acts on an input from outside the network.
//!
//! | name in files | shape | |
//! |---|---|---|
//! | `pulse` | [`Pulse`] | on for a while |
//! | `pulse_train` | [`PulseTrain`] | on for a while, again and again |
//! | `sinusoid` | [`Sinusoid`] | a sine, from an onset on |
//! | `ramp` | [`Ramp`] | rises to its full height and stays there |
//! | `gaussian` | [`Gaussian`] | swells and fades |
//! | `series` | [`Samples`] | any course, sampled |
//!
//! A shape has no unit and no place; a [`Drive`] gives it an amplitude and a weight in each region. Drives of the same
//! input add up.

mod gaussian;
mod moment;
mod pulse;
mod pulse_train;
mod ramp;
mod samples;
mod sinusoid;

pub use gaussian::Gaussian;
pub use moment::Moment;
pub use pulse::Pulse;
pub use pulse_train::PulseTrain;
pub use ramp::Ramp;
pub use samples::{Interpolation, Samples};
pub use sinusoid::Sinusoid;

use std::fmt;
use std::sync::Arc;

use brainmass_core::units::{Dimension, Quantity, Second, Unit, Values, show};
use brainmass_core::{Error, Result, TimeSeries, check};
use nalgebra::DMatrix;

/// The names of the shapes, for files.
pub const SHAPES: [&str; 6] = ["pulse", "pulse_train", "sinusoid", "ramp", "gaussian", "series"];

/// The course of a stimulus in time.
///
/// ```
/// use brainmass_core::{units::{ms, Second}, Result};
/// use brainmass_network::drive::{Moment, Shape};
/// /// An exponential decay from t = 0 on.
/// #[derive(Debug)]
/// struct Decay { tau: Second }
/// impl Shape for Decay {
///     fn at(&self, moment: Moment, _region: usize) -> f64 {
///         (-moment.since(ms(0.0)) / moment.steps(self.tau)).exp()
///     }
/// }
/// let decay = Decay { tau: ms(10.0) };
/// assert_eq!(decay.at(Moment::new(100, ms(0.1)), 0), (-1f64).exp());
/// ```
pub trait Shape: fmt::Debug + Send + Sync + 'static {
    /// The value at the beginning of a step, or at its middle where delays are
    /// [interpolated](crate::Rounding::Interpolated); it is held during the step.
    fn at(&self, moment: Moment, region: usize) -> f64;

    /// Checks what does not depend on a run; `what` names the stimulus in errors.
    ///
    /// # Errors
    /// What is wrong with the shape itself, or with its number of regions.
    fn check(&self, what: &str, n_regions: usize) -> Result<()> {
        let _ = (what, n_regions);
        Ok(())
    }

    /// Checks that a run in steps of `dt` can follow the shape.
    ///
    /// # Errors
    /// Times that fall between the steps.
    fn check_run(&self, what: &str, dt: Second) -> Result<()> {
        let _ = (what, dt);
        Ok(())
    }
}

/// What acts on an input of each region: a constant, a shape, a series, or a function of time.
///
/// A drive is held during a step. A function and a shape are taken at the beginning of the step, a series gives the
/// sample that ends with it.
///
/// ```
/// use brainmass_core::units::{hz, ms, s, Hertz};
/// use brainmass_network::drive::{Drive, Pulse};
/// let constant = Drive::constant(hz(220.0));
/// let wave = Drive::function(|t, _region| hz(220.0 + 20.0 * (10.0 * t.value_unsafe).sin()));
/// // 50 Hz from 100 to 110 ms in the second of three regions.
/// let pulse = Drive::shaped(hz(50.0), Pulse::new(ms(100.0), ms(10.0))).with_weights(vec![0.0, 1.0, 0.0]);
/// assert_eq!((constant.unit(), wave.unit()), (pulse.unit(), pulse.unit()));
/// ```
#[derive(Clone)]
#[doc(alias = "stimulus")]
pub struct Drive {
    unit: Unit,
    kind: Kind,
    weights: Option<Vec<f64>>,
}

#[derive(Clone)]
enum Kind {
    Constant(Values),
    Shaped { amplitude: f64, shape: Arc<dyn Shape> },
    Series { values: Arc<DMatrix<f64>>, period: Second, start: Second },
    Function(Arc<dyn Fn(Second, usize) -> f64 + Send + Sync>),
}

impl Drive {
    /// The same value all the time: one for all regions, or one each.
    pub fn constant(values: impl Into<Values>) -> Self {
        let values = values.into();
        Self::of(values.unit(), Kind::Constant(values))
    }

    /// A shape in time, of an amplitude: what it has where the shape is 1.
    pub fn shaped<Q: Quantity<f64>>(amplitude: Q, shape: impl Shape) -> Self {
        Self::with_unit(amplitude.si(), Q::UNIT, Arc::new(shape))
    }

    /// A shape of an amplitude in coherent SI whose unit is known at run time.
    pub fn with_unit(amplitude: f64, unit: Unit, shape: Arc<dyn Shape>) -> Self {
        Self::of(unit, Kind::Shaped { amplitude, shape })
    }

    /// A series with one channel per region, or one for all; its period must be the run's step, and its first
    /// sample that of the first step, at t = dt. [`Samples`] are less strict.
    pub fn series<U: Dimension>(series: &TimeSeries<U>) -> Self {
        let values = Arc::new(series.values().clone());
        Self::of(Unit::of::<U>(), Kind::Series { values, period: series.period(), start: series.start() })
    }

    /// A function of time and region.
    pub fn function<Q: Quantity<f64> + 'static>(
        function: impl Fn(Second, usize) -> Q + Send + Sync + 'static,
    ) -> Self {
        Self::of(Q::UNIT, Kind::Function(Arc::new(move |t, region| function(t, region).si())))
    }

    fn of(unit: Unit, kind: Kind) -> Self {
        Self { unit, kind, weights: None }
    }

    /// The drive times a weight, one per region.
    #[must_use]
    pub fn with_weights(mut self, weights: Vec<f64>) -> Self {
        self.weights = Some(weights);
        self
    }

    /// The unit of the drive.
    pub fn unit(&self) -> Unit {
        self.unit
    }

    pub(crate) fn check(&self, what: &str, unit: Unit, n_regions: usize) -> Result<()> {
        let what = format!("drive of {what}");
        if let Some(weights) = &self.weights {
            if weights.len() != n_regions {
                let expected = format!("{n_regions} weights, one per region");
                return Err(Error::shape(what, expected, format!("{} weights", weights.len())));
            }
            check::finite(
                &format!("weights of the {what}"),
                &DMatrix::from_column_slice(n_regions, 1, weights),
            )?;
        }
        match &self.kind {
            Kind::Constant(values) => values.check(&what, unit, n_regions),
            _ if self.unit != unit => Err(Error::Unit { what, expected: unit, found: self.unit }),
            Kind::Series { values, .. } => check_channels(what, values, n_regions),
            Kind::Shaped { amplitude, shape } => {
                Values::new(vec![*amplitude], unit).check(
                    &format!("amplitude of the {what}"),
                    unit,
                    n_regions,
                )?;
                shape.check(&what, n_regions)
            }
            Kind::Function(_) => Ok(()),
        }
    }

    /// Checks that a run can follow the drive: that a series is sampled at the run's step and lasts for the run.
    pub(crate) fn check_run(&self, what: &str, dt: Second, n_steps: usize) -> Result<()> {
        let what = format!("drive of {what}");
        let (values, period, start) = match &self.kind {
            Kind::Series { values, period, start } => (values, period, start),
            Kind::Shaped { shape, .. } => return shape.check_run(&what, dt),
            Kind::Constant(_) | Kind::Function(_) => return Ok(()),
        };
        if (period.value_unsafe / dt.value_unsafe - 1.0).abs() > 1e-9 {
            let what = format!("period of the {what}");
            return Err(Error::shape(what, format!("dt, {}", show(dt)), show(*period).to_string()));
        }
        if ((start.value_unsafe - dt.value_unsafe) / dt.value_unsafe).abs() > 1e-6 {
            let expected = format!("a first sample at dt, {}", show(dt));
            return Err(Error::shape(what, expected, show(*start).to_string()));
        }
        if values.ncols() < n_steps {
            let found = format!("{} samples", values.ncols());
            return Err(Error::shape(what, format!("{n_steps} samples, one per step"), found));
        }
        Ok(())
    }

    /// Whether the drive is the same all the time.
    pub(crate) fn is_constant(&self) -> bool {
        matches!(self.kind, Kind::Constant(_))
    }

    /// The drive of a region during the step of a moment.
    pub(crate) fn at(&self, moment: Moment, region: usize) -> f64 {
        let value = match &self.kind {
            Kind::Constant(values) => values.at(region),
            Kind::Shaped { amplitude, shape } => amplitude * shape.at(moment, region),
            Kind::Series { values, .. } => values[(region.min(values.nrows() - 1), moment.step())],
            Kind::Function(function) => function(moment.time(), region),
        };
        self.weights.as_ref().map_or(value, |weights| weights[region] * value)
    }
}

/// Checks that values have one channel for all regions, or one each.
fn check_channels(what: String, values: &DMatrix<f64>, n_regions: usize) -> Result<()> {
    if values.nrows() == 1 || values.nrows() == n_regions {
        return Ok(());
    }
    let expected = format!("1 channel or {n_regions}, one per region");
    Err(Error::shape(what, expected, format!("{} channels", values.nrows())))
}

impl fmt::Debug for Drive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match &self.kind {
            Kind::Constant(values) => format!("{values:?}"),
            Kind::Shaped { amplitude, shape } => format!("{amplitude:?} times {shape:?}"),
            Kind::Series { values, .. } => format!("series of {} × {}", values.nrows(), values.ncols()),
            Kind::Function(_) => "function".to_owned(),
        };
        match &self.weights {
            None => write!(f, "Drive({kind}, {})", self.unit),
            Some(weights) => write!(f, "Drive({kind}, {}, weights {weights:?})", self.unit),
        }
    }
}
