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
