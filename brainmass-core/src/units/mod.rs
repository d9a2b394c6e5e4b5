//! SI units that the compiler checks, constructors in the field's usual scales, and a printer.
//!
//! Quantities are [`dimensioned::si`] values in coherent SI: `ms(0.1)` holds 1e-4 seconds. Inside a kernel
//! numbers are plain; [`Quantity`] goes back and forth.
//!
//! ```
//! use brainmass_core::units::{hz, ms, mv, show};
//! let tau = ms(10.0);
//! assert_eq!(tau.value_unsafe, 0.01);
//! assert_eq!((tau * hz(220.0)).value_unsafe, 2.2);
//! assert_eq!(show(mv(2.0)).to_string(), "2 mV");
//! ```
//!
//! Adding what cannot be added does not compile:
//!
//! ```compile_fail,E0308
//! use brainmass_core::units::{ms, mv};
//! let nonsense = ms(1.0) + mv(1.0);
//! ```

pub mod dimension;
mod parse;
mod show;
mod unit;
mod values;

pub use dimensioned::si::SI;
pub use parse::{ScaledUnit, split_key};
pub use show::{Shown, show, show_value};
pub use unit::{Dimension, Unit};
pub use values::Values;

/// A plain number in the place of a quantity: `a_e: Number<T>` is `a_e: T`.
pub type Number<T = f64> = T;
/// A time, seconds inside.
pub type Second<T = f64> = SI<T, dimension::Second>;
/// A rate or frequency, hertz inside.
pub type Hertz<T = f64> = SI<T, dimension::Hertz>;
/// A rate of change of a rate, hertz per second inside.
pub type HertzPerSecond<T = f64> = SI<T, dimension::HertzPerSecond>;
/// A length, metres inside.
pub type Meter<T = f64> = SI<T, dimension::Meter>;
/// A speed, metres per second inside.
pub type MeterPerSecond<T = f64> = SI<T, dimension::MeterPerSecond>;
/// A potential, volts inside.
pub type Volt<T = f64> = SI<T, dimension::Volt>;
/// The rate of change of a potential, volts per second inside.
pub type VoltPerSecond<T = f64> = SI<T, dimension::VoltPerSecond>;
/// A current, amperes inside.
pub type Ampere<T = f64> = SI<T, dimension::Ampere>;
/// A gain from a current to a rate, Hz/A inside.
pub type HertzPerAmpere<T = f64> = SI<T, dimension::HertzPerAmpere>;
/// The weight of a synapse, A/Hz inside.
pub type AmperePerHertz<T = f64> = SI<T, dimension::AmperePerHertz>;
/// A magnetic flux density, teslas inside.
pub type Tesla<T = f64> = SI<T, dimension::Tesla>;
/// A dipole moment, ampere-metres inside.
pub type AmpereMeter<T = f64> = SI<T, dimension::AmpereMeter>;
/// A conductance, siemens inside.
pub type Siemens<T = f64> = SI<T, dimension::Siemens>;
/// A conductivity, siemens per metre inside.
pub type SiemensPerMeter<T = f64> = SI<T, dimension::SiemensPerMeter>;
/// The slope of a sigmoid over a potential, 1/V inside.
pub type PerVolt<T = f64> = SI<T, dimension::PerVolt>;
/// A gain from a potential to a rate, Hz/V inside.
pub type HertzPerVolt<T = f64> = SI<T, dimension::HertzPerVolt>;
/// The dipole moment a source potential stands for, A·m/V inside.
pub type DipolePerVolt<T = f64> = SI<T, dimension::DipolePerVolt>;

macro_rules! constructors {
    ($($(#[$doc:meta])* $name:ident: $quantity:ident = $factor:expr;)*) => {$(
        $(#[$doc])*
        pub const fn $name(value: f64) -> $quantity<f64> {
            $quantity::new(value * $factor)
        }
    )*};
}

constructors! {
    /// Seconds.
    s: Second = 1.0;
    /// Milliseconds.
    ms: Second = 1e-3;
    /// Microseconds.
    us: Second = 1e-6;
    /// Hertz, or any rate per second.
    hz: Hertz = 1.0;
    /// Kilohertz, or any rate per millisecond.
    khz: Hertz = 1e3;
    /// Metres.
    m: Meter = 1.0;
    /// Millimetres.
    mm: Meter = 1e-3;
    /// Millimetres per millisecond, which are metres per second.
    mm_per_ms: MeterPerSecond = 1.0;
    /// Volts.
    v: Volt = 1.0;
    /// Millivolts.
    mv: Volt = 1e-3;
    /// Microvolts.
    uv: Volt = 1e-6;
    /// Volts per second.
    v_per_s: VoltPerSecond = 1.0;
    /// Per millivolt.
    per_mv: PerVolt = 1e3;
    /// Hertz per millivolt.
    hz_per_mv: HertzPerVolt = 1e3;
    /// Nanoamperes.
    na: Ampere = 1e-9;
    /// Picoamperes.
    pa: Ampere = 1e-12;
    /// Hertz per nanoampere.
    hz_per_na: HertzPerAmpere = 1e9;
    /// Hertz per picoampere.
    hz_per_pa: HertzPerAmpere = 1e12;
    /// Nanoamperes per hertz.
    na_per_hz: AmperePerHertz = 1e-9;
    /// Picoamperes per hertz.
    pa_per_hz: AmperePerHertz = 1e-12;
    /// Teslas.
    tesla: Tesla = 1.0;
    /// Femtoteslas.
    femtotesla: Tesla = 1e-15;
    /// Ampere-metres.
    ampere_meter: AmpereMeter = 1.0;
    /// Nanoampere-metres.
    nanoampere_meter: AmpereMeter = 1e-9;
    /// Nanoampere-metres of dipole moment per millivolt of source potential.
    nanoampere_meter_per_mv: DipolePerVolt = 1e-6;
    /// Nanosiemens.
    ns: Siemens = 1e-9;
    /// Siemens per metre.
    siemens_per_meter: SiemensPerMeter = 1.0;
}

/// What can stand as a parameter of a model: a `dimensioned` quantity or a plain number.
///
/// ```
/// use brainmass_core::units::{ms, Quantity, Unit};
/// assert_eq!(ms(2.0).si(), 0.002);
/// assert_eq!(<f64 as Quantity<f64>>::UNIT, Unit::DIMENSIONLESS);
/// ```
pub trait Quantity<T>: Copy {
    /// The coherent SI unit.
    const UNIT: Unit;
    /// Wraps a number in coherent SI.
    fn from_si(value: T) -> Self;
    /// The number in coherent SI.
    fn si(self) -> T;
}

impl<T: crate::Real> Quantity<T> for T {
    const UNIT: Unit = Unit::DIMENSIONLESS;
    #[inline(always)]
    fn from_si(value: T) -> Self {
        value
    }
    #[inline(always)]
    fn si(self) -> T {
        self
    }
}

impl<T: Copy, U: Dimension> Quantity<T> for SI<T, U> {
    const UNIT: Unit = Unit::of::<U>();
    #[inline(always)]
    fn from_si(value: T) -> Self {
        SI::new(value)
    }
    #[inline(always)]
    fn si(self) -> T {
        self.value_unsafe
    }
}
