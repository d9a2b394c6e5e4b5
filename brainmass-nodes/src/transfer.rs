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
