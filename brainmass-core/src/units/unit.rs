//! Physical dimensions: as types for the compiler, as values for names that arrive at run time.

use std::fmt;

use dimensioned::typenum::{ATerm, Integer, TArr};

/// The dimension of a quantity as a type: seven exponents of m, kg, s, A, K, cd, mol.
///
/// Every unit type of [`dimensioned::si`] has one. A [`TimeSeries`](crate::TimeSeries) and a lead field
/// carry it as a type parameter, so volts cannot be mistaken for teslas.
///
/// ```
/// use brainmass_core::units::{dimension, Dimension};
/// assert_eq!(dimension::Volt::EXPONENTS, [2, 1, -3, -1, 0, 0, 0]);
/// ```
pub trait Dimension: Copy + fmt::Debug + Send + Sync + 'static {
    /// Exponents of metre, kilogram, second, ampere, kelvin, candela, mole.
    const EXPONENTS: [i8; 7];
}

impl<M, Kg, S, A, K, Cd, Mol> Dimension
    for TArr<M, TArr<Kg, TArr<S, TArr<A, TArr<K, TArr<Cd, TArr<Mol, ATerm>>>>>>>
where
    M: Integer + Copy + fmt::Debug + Send + Sync + 'static,
    Kg: Integer + Copy + fmt::Debug + Send + Sync + 'static,
    S: Integer + Copy + fmt::Debug + Send + Sync + 'static,
    A: Integer + Copy + fmt::Debug + Send + Sync + 'static,
    K: Integer + Copy + fmt::Debug + Send + Sync + 'static,
    Cd: Integer + Copy + fmt::Debug + Send + Sync + 'static,
    Mol: Integer + Copy + fmt::Debug + Send + Sync + 'static,
{
    const EXPONENTS: [i8; 7] = [M::I8, Kg::I8, S::I8, A::I8, K::I8, Cd::I8, Mol::I8];
}

/// A dimension as a value, for variables and parameters that are chosen by name.
///
/// ```
/// use brainmass_core::units::{dimension, Unit};
/// let rate = Unit::of::<dimension::Hertz>();
/// let volt = Unit::of::<dimension::Volt>();
/// assert_eq!(volt.to_string(), "V");
/// assert_eq!((rate / volt).to_string(), "Hz/V");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Unit {
    exponents: [i8; 7],
}

impl Unit {
    /// The unit of plain numbers.
    pub const DIMENSIONLESS: Self = Self { exponents: [0; 7] };

    /// The coherent SI unit of a dimension.
    pub const fn of<U: Dimension>() -> Self {
        Self { exponents: U::EXPONENTS }
    }

    /// Exponents of metre, kilogram, second, ampere, kelvin, candela, mole.
    pub const fn exponents(self) -> [i8; 7] {
        self.exponents
    }

    /// Whether this is the unit of plain numbers.
    pub fn is_dimensionless(self) -> bool {
        self == Self::DIMENSIONLESS
    }

    /// The symbol, for example `V`, `Hz` or `V/(A·m)`; empty for plain numbers.
    pub fn symbol(self) -> String {
        match SYMBOLS.iter().find(|(exponents, _)| *exponents == self.exponents) {
            Some((_, symbol)) => (*symbol).to_owned(),
            None => self.base_units(),
        }
    }

    fn base_units(self) -> String {
        const BASE: [&str; 7] = ["m", "kg", "s", "A", "K", "cd", "mol"];
        let factors = BASE.iter().zip(self.exponents).filter(|(_, exponent)| *exponent != 0);
        factors
            .map(
                |(base, exponent)| {
                    if exponent == 1 { (*base).to_owned() } else { format!("{base}^{exponent}") }
                },
            )
            .collect::<Vec<_>>()
            .join("·")
    }

    fn combine(self, other: Self, sign: i8) -> Self {
        let mut exponents = self.exponents;
        for (mine, theirs) in exponents.iter_mut().zip(other.exponents) {
            *mine = mine.saturating_add(sign * theirs);
        }
        Self { exponents }
    }
}

/// Symbols of the units the field speaks of; others are written in base units.
const SYMBOLS: &[([i8; 7], &str)] = &[
    ([0, 0, 0, 0, 0, 0, 0], ""),
    ([0, 0, 1, 0, 0, 0, 0], "s"),
    ([0, 0, -1, 0, 0, 0, 0], "Hz"),
    ([0, 0, -2, 0, 0, 0, 0], "Hz/s"),
    ([1, 0, 0, 0, 0, 0, 0], "m"),
    ([1, 0, -1, 0, 0, 0, 0], "m/s"),
    ([0, 0, 0, 1, 0, 0, 0], "A"),
    ([0, 0, -1, -1, 0, 0, 0], "Hz/A"),
    ([0, 0, 1, 1, 0, 0, 0], "A/Hz"),
    ([2, 1, -3, -1, 0, 0, 0], "V"),
    ([2, 1, -4, -1, 0, 0, 0], "V/s"),
    ([-2, -1, 3, 1, 0, 0, 0], "1/V"),
    ([-2, -1, 2, 1, 0, 0, 0], "Hz/V"),
    ([4, 2, -6, -2, 0, 0, 0], "V²"),
    ([4, 2, -5, -2, 0, 0, 0], "V²/Hz"),
    ([0, 1, -2, -1, 0, 0, 0], "T"),
    ([-1, 1, -2, -1, 0, 0, 0], "T/m"),
    ([0, 2, -4, -2, 0, 0, 0], "T²"),
    ([0, 2, -3, -2, 0, 0, 0], "T²/Hz"),
    ([1, 0, 0, 1, 0, 0, 0], "A·m"),
    ([-1, -1, 3, 2, 0, 0, 0], "A·m/V"),
    ([1, 1, -3, -2, 0, 0, 0], "V/(A·m)"),
    ([-1, 1, -2, -2, 0, 0, 0], "T/(A·m)"),
    ([-2, 1, -2, -2, 0, 0, 0], "T/m/(A·m)"),
    ([-2, -1, 3, 2, 0, 0, 0], "S"),
    ([-3, -1, 3, 2, 0, 0, 0], "S/m"),
];

impl std::ops::Mul for Unit {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        self.combine(other, 1)
    }
}

impl std::ops::Div for Unit {
    type Output = Self;
    fn div(self, other: Self) -> Self {
        self.combine(other, -1)
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_dimensionless() { f.write_str("1") } else { f.write_str(&self.symbol()) }
    }
}

impl fmt::Debug for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Unit({self})")
    }
}
