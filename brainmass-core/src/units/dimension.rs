//! The dimensions in use, to be written where a type is wanted: `TimeSeries<dimension::Volt>`.

use dimensioned::si::inner;
use dimensioned::typenum::{Diff, Sum};

/// No unit: a firing rate relative to its maximum, a correlation, a BOLD signal change.
pub type Dimensionless = inner::Unitless;
/// Seconds.
pub type Second = inner::Second;
/// Per second: rates and frequencies.
pub type Hertz = inner::Hertz;
/// Per second squared: how fast a rate changes.
pub type HertzPerSecond = Squared<Hertz>;
/// Metres.
pub type Meter = inner::Meter;
/// Metres per second; the same number in millimetres per millisecond.
pub type MeterPerSecond = inner::MeterPerSecond;
/// Volts: membrane potentials, EEG.
pub type Volt = inner::Volt;
/// Volts per second: how fast a potential changes.
pub type VoltPerSecond = Diff<inner::Volt, inner::Second>;
/// Amperes: synaptic currents.
pub type Ampere = inner::Ampere;
/// Hertz per ampere: the gain from a current to a rate.
pub type HertzPerAmpere = Diff<inner::Hertz, inner::Ampere>;
/// Amperes per hertz: the weight of a synapse that turns a rate into a current.
pub type AmperePerHertz = Diff<inner::Ampere, inner::Hertz>;
/// Teslas: MEG magnetometers.
pub type Tesla = inner::Tesla;
/// Teslas per metre: MEG gradiometers.
pub type TeslaPerMeter = Diff<inner::Tesla, inner::Meter>;
/// Ampere-metres: the moment of a current dipole.
pub type AmpereMeter = Sum<inner::Ampere, inner::Meter>;
/// Siemens: the conductance of a membrane.
pub type Siemens = inner::Siemens;
/// Siemens per metre: conductivity.
pub type SiemensPerMeter = inner::SiemensPerMeter;
/// Per volt: the slope of a sigmoid over a potential.
pub type PerVolt = Diff<inner::Unitless, inner::Volt>;
/// Hertz per volt: the gain from a potential to a rate.
pub type HertzPerVolt = Diff<inner::Hertz, inner::Volt>;
/// Ampere-metres per volt: the dipole moment that a source potential stands for.
pub type DipolePerVolt = Diff<AmpereMeter, inner::Volt>;
/// The gain of a lead field with channels of dimension `U`: `U` per ampere-metre.
pub type PerDipole<U> = Diff<U, AmpereMeter>;
/// The square of a dimension: variances.
pub type Squared<U> = Sum<U, U>;
