//! Transfer functions: from a population's drive to its rate.

use brainmass_core::Real;

/// The logistic function with slope and threshold, 1/(1 + exp(−slope·(x − threshold))).
///
/// ```
/// assert_eq!(brainmass_nodes::transfer::logistic(2.8_f64, 1.2, 2.8), 0.5);
/// ```
#[inline(always)]
pub fn logistic<T: Real>(x: T, slope: T, threshold: T) -> T {
    (slope * (x - threshold)).sigmoid()
}

/// The logistic function minus its value at zero: no drive gives no activity.
///
/// ```
/// assert_eq!(brainmass_nodes::transfer::logistic_from_rest(0.0_f64, 1.2, 2.8), 0.0);
/// ```
#[inline(always)]
pub fn logistic_from_rest<T: Real>(x: T, slope: T, threshold: T) -> T {
    logistic(x, slope, threshold) - logistic(T::zero(), slope, threshold)
}

/// The threshold-linear function: the drive itself above zero, 0 below.
///
/// ```
/// use brainmass_nodes::transfer::threshold_linear;
/// assert_eq!((threshold_linear(-2.0_f64), threshold_linear(3.0_f64)), (0.0, 3.0));
/// ```
#[inline(always)]
pub fn threshold_linear<T: Real>(drive: T) -> T {
    drive.max(T::zero())
}

/// The rate of a spiking neuron in noise after Abbott and Chance (2005), u/(1 − exp(−d·u)) of the drive u = a·I − b.
///
/// Nearly 0 for strong inhibition, nearly u for strong excitation, and 1/d at u = 0, where the formula reads 0/0.
/// Rates below 10⁻³²/d, at d·u < −80, are held there, so that nothing overflows.
///
/// ```
/// use brainmass_nodes::transfer::abbott_chance;
/// assert_eq!(abbott_chance(0.0_f64, 0.16), 6.25);
/// // The value at u = 10 Hz, 10/(1 − e^−1.6).
/// assert!((abbott_chance(10.0_f64, 0.16) - 12.529_703_510).abs() < 1e-8);
/// ```
///
/// Abbott & Chance (2005), Prog. Brain Res. 149:147–155, doi:10.1016/S0079-6123(05)49011-1.
#[inline(always)]
pub fn abbott_chance<T: Real>(drive: T, d: T) -> T {
    // u/(1 − e^(−du)) = 1/(d φ(−du)) with φ(z) = (e^z − 1)/z, which is 1 at 0.
    let z = (-(d * drive)).min(T::from_f64(80.0));
    (d * z.exp_ratio()).recip()
}
