//! Recorded signals of whatever unit, for tables, files and pictures.

use brainmass_core::units::dimension::{
    Ampere, Dimensionless, Hertz, Tesla, TeslaPerMeter, Volt, VoltPerSecond,
};
use brainmass_core::units::{Dimension, Second, Unit};
use brainmass_core::{Error, Result, Sampling, TimeSeries};
use brainmass_network::Recording;
use nalgebra::DMatrix;

/// A series whose unit is known at run time.
#[derive(Clone, Debug, PartialEq)]
pub enum AnySeries {
    /// Plain numbers: rates relative to their maximum, BOLD.
    Plain(TimeSeries<Dimensionless>),
    /// Rates.
    Rate(TimeSeries<Hertz>),
    /// Potentials, EEG.
    Potential(TimeSeries<Volt>),
    /// Rates of change of potentials.
    PotentialChange(TimeSeries<VoltPerSecond>),
    /// Currents.
    Current(TimeSeries<Ampere>),
    /// Magnetic fields, MEG.
    Field(TimeSeries<Tesla>),
    /// Gradients of magnetic fields, MEG by gradiometers.
    Gradient(TimeSeries<TeslaPerMeter>),
}

/// Runs the same code for whichever unit a series has.
macro_rules! with_series {
    ($any:expr, $series:ident => $body:expr) => {
        match $any {
            $crate::experiment::AnySeries::Plain($series) => $body,
            $crate::experiment::AnySeries::Rate($series) => $body,
            $crate::experiment::AnySeries::Potential($series) => $body,
            $crate::experiment::AnySeries::PotentialChange($series) => $body,
            $crate::experiment::AnySeries::Current($series) => $body,
            $crate::experiment::AnySeries::Field($series) => $body,
            $crate::experiment::AnySeries::Gradient($series) => $body,
        }
    };
}
pub(crate) use with_series;

impl AnySeries {
    /// Takes a recording of a run, whatever its unit.
    pub(super) fn take(recording: &mut Recording, name: &str, unit: Unit) -> Result<Self> {
        let is = |other: Unit| unit == other;
        Ok(if is(Unit::of::<Dimensionless>()) {
            Self::Plain(recording.take(name)?)
        } else if is(Unit::of::<Hertz>()) {
            Self::Rate(recording.take(name)?)
        } else if is(Unit::of::<Volt>()) {
            Self::Potential(recording.take(name)?)
        } else if is(Unit::of::<VoltPerSecond>()) {
            Self::PotentialChange(recording.take(name)?)
        } else if is(Unit::of::<Ampere>()) {
            Self::Current(recording.take(name)?)
        } else {
            let problem = format!("signals in {unit} cannot be recorded by the command");
            return Err(Error::setting(format!("observation `{name}`"), problem));
        })
    }

    /// The samples after a time.
    pub(super) fn after(&self, time: Second) -> Result<Self> {
        Ok(match self {
            Self::Plain(series) => Self::Plain(series.after(time)?),
            Self::Rate(series) => Self::Rate(series.after(time)?),
            Self::Potential(series) => Self::Potential(series.after(time)?),
            Self::PotentialChange(series) => Self::PotentialChange(series.after(time)?),
            Self::Current(series) => Self::Current(series.after(time)?),
            Self::Field(series) => Self::Field(series.after(time)?),
            Self::Gradient(series) => Self::Gradient(series.after(time)?),
        })
    }

    /// The unit.
    pub fn unit(&self) -> Unit {
        with_series!(self, series => unit(series))
    }

    /// The numbers in coherent SI, channels × samples.
    pub fn values(&self) -> &DMatrix<f64> {
        with_series!(self, series => series.values())
    }

    /// Channels, period and start.
    pub fn sampling(&self) -> &Sampling {
        with_series!(self, series => series.sampling())
    }

    /// The root mean square deviation of a channel from its mean, averaged over channels.
    pub fn fluctuation(&self) -> f64 {
        let deviation = |row: nalgebra::DVectorView<'_, f64>| row.variance().sqrt();
        let transposed = self.values().transpose();
        transposed.column_iter().map(|column| deviation(column.as_view())).sum::<f64>()
            / transposed.ncols() as f64
    }
}

fn unit<U: Dimension>(series: &TimeSeries<U>) -> Unit {
    series.unit()
}
