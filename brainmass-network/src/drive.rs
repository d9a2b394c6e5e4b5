//! Drives: what acts on an input from outside the network.

use std::fmt;
use std::sync::Arc;

use brainmass_core::units::{Dimension, Second, Unit, Values, show};
use brainmass_core::{Error, Result, TimeSeries};
use nalgebra::DMatrix;

/// What acts on an input of each region: a constant, a series, or a function of time.
///
/// A drive is held during a step: a function is taken at the beginning of the step, a series gives the
/// sample that ends with it.
///
/// ```
/// use brainmass_core::units::{hz, s, Hertz};
/// use brainmass_network::Drive;
/// let constant = Drive::constant(hz(220.0));
/// let wave = Drive::function(|t, _region| hz(220.0 + 20.0 * (10.0 * t.value_unsafe).sin()));
/// assert_eq!(constant.unit(), wave.unit());
/// ```
#[derive(Clone)]
#[doc(alias = "stimulus")]
pub struct Drive {
    unit: Unit,
    kind: Kind,
}

#[derive(Clone)]
enum Kind {
    Constant(Values),
    Series { values: Arc<DMatrix<f64>>, period: Second, start: Second },
    Function(Arc<dyn Fn(Second, usize) -> f64 + Send + Sync>),
}

impl Drive {
    /// The same value all the time: one for all regions, or one each.
    pub fn constant(values: impl Into<Values>) -> Self {
        let values = values.into();
        Self { unit: values.unit(), kind: Kind::Constant(values) }
    }

    /// A series with one channel per region, or one for all; its period must be the run's step, and its first
    /// sample that of the first step, at t = dt.
    pub fn series<U: Dimension>(series: &TimeSeries<U>) -> Self {
        let values = Arc::new(series.values().clone());
        let kind = Kind::Series { values, period: series.period(), start: series.start() };
        Self { unit: Unit::of::<U>(), kind }
    }

    /// A function of time and region.
    pub fn function<Q: brainmass_core::units::Quantity<f64> + 'static>(
        function: impl Fn(Second, usize) -> Q + Send + Sync + 'static,
    ) -> Self {
        Self { unit: Q::UNIT, kind: Kind::Function(Arc::new(move |t, region| function(t, region).si())) }
    }

    /// The unit of the drive.
    pub fn unit(&self) -> Unit {
        self.unit
    }

    pub(crate) fn check(&self, what: &str, unit: Unit, n_regions: usize) -> Result<()> {
        let what = format!("drive of {what}");
        match &self.kind {
            Kind::Constant(values) => values.check(&what, unit, n_regions),
            _ if self.unit != unit => Err(Error::Unit { what, expected: unit, found: self.unit }),
            Kind::Series { values, .. } if values.nrows() != 1 && values.nrows() != n_regions => {
                let expected = format!("1 channel or {n_regions}, one per region");
                Err(Error::shape(what, expected, format!("{} channels", values.nrows())))
            }
            _ => Ok(()),
        }
    }

    /// Checks that a series is sampled at the run's step and lasts for the run.
    pub(crate) fn check_run(&self, what: &str, dt: Second, n_steps: usize) -> Result<()> {
        let Kind::Series { values, period, start } = &self.kind else { return Ok(()) };
        if (period.value_unsafe / dt.value_unsafe - 1.0).abs() > 1e-9 {
            let found = show(*period).to_string();
            return Err(Error::shape(
                format!("period of the drive of {what}"),
                format!("dt, {}", show(dt)),
                found,
            ));
        }
        if ((start.value_unsafe - dt.value_unsafe) / dt.value_unsafe).abs() > 1e-6 {
            let what = format!("drive of {what}");
            return Err(Error::shape(
                what,
                format!("a first sample at dt, {}", show(dt)),
                show(*start).to_string(),
            ));
        }
        if values.ncols() < n_steps {
            let found = format!("{} samples", values.ncols());
            return Err(Error::shape(
                format!("drive of {what}"),
                format!("{n_steps} samples, one per step"),
                found,
            ));
        }
        Ok(())
    }

    /// Whether the drive is the same all the time.
    pub(crate) fn is_constant(&self) -> bool {
        matches!(self.kind, Kind::Constant(_))
    }

    /// The drive of a region during a step, counted from 0.
    pub(crate) fn at(&self, step: usize, dt: Second, region: usize) -> f64 {
        match &self.kind {
            Kind::Constant(values) => values.at(region),
            Kind::Series { values, .. } => values[(region.min(values.nrows() - 1), step)],
            Kind::Function(function) => function(dt * step as f64, region),
        }
    }
}

impl fmt::Debug for Drive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match &self.kind {
            Kind::Constant(values) => format!("{values:?}"),
            Kind::Series { values, .. } => format!("series of {} × {}", values.nrows(), values.ncols()),
            Kind::Function(_) => "function".to_owned(),
        };
        write!(f, "Drive({kind}, {})", self.unit)
    }
}
