//! Broken objectives.

use std::sync::atomic::{AtomicU32, Ordering};

use nalgebra::DMatrix;

use super::broken;
use crate::conformance;
use crate::units::dimension::Dimensionless;
use crate::units::ms;
use crate::{Error, Objective, Result, TimeSeries};

/// What is wrong with the distance of the variances of two channels from those of a target.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fault {
    None,
    Nan,
    Constant,
    Impure,
    Lenient,
    Offset,
}

#[derive(Debug)]
struct Variances {
    fault: Fault,
    calls: AtomicU32,
    target: [f64; 2],
}

fn variance(series: &TimeSeries<Dimensionless>, channel: usize) -> f64 {
    series.values().row(channel).variance()
}

impl Objective<Dimensionless> for Variances {
    fn name(&self) -> String {
        "variances".to_owned()
    }

    fn cost(&self, simulated: &TimeSeries<Dimensionless>) -> Result<f64> {
        if simulated.n_channels() != 2 && self.fault != Fault::Lenient {
            return Err(Error::shape("series", "2 channels", simulated.n_channels().to_string()));
        }
        let found = [0, 1].map(|channel| variance(simulated, channel));
        let distance: f64 =
            found.iter().zip(self.target).map(|(found, target)| (found / target).ln().abs()).sum();
        Ok(match self.fault {
            // The logarithm of a variance of zero is infinite.
            Fault::Constant => distance,
            Fault::Nan => f64::NAN,
            Fault::Impure => f64::from(self.calls.fetch_add(1, Ordering::Relaxed)),
            Fault::Offset => distance + 1.0,
            _ if distance.is_finite() => distance,
            _ => return Err(Error::setting("variance", "zero")),
        })
    }
}

fn series() -> TimeSeries<Dimensionless> {
    let values = DMatrix::from_fn(2, 20, |i, k| ((i + 2) as f64 * k as f64).sin());
    TimeSeries::unnamed(values, ms(1.0), ms(1.0)).unwrap()
}

fn variances(fault: Fault) -> Variances {
    Variances { fault, calls: AtomicU32::new(0), target: [0, 1].map(|channel| variance(&series(), channel)) }
}

#[test]
fn broken_objectives_are_named() {
    let check = |fault| conformance::objective(&variances(fault), &series());
    assert_eq!(check(Fault::None), Ok(()));
    for (fault, rule) in [
        (Fault::Nan, "the cost is finite"),
        (Fault::Impure, "the cost is a function of the series"),
        (Fault::Constant, "a constant series never gives NaN"),
        (Fault::Lenient, "another number of channels is an error"),
    ] {
        assert_eq!(broken(check(fault)), rule, "{fault:?}");
    }
    assert_eq!(conformance::distance(&variances(Fault::None), &series()), Ok(()));
    let verdict = conformance::distance(&variances(Fault::Offset), &series());
    assert_eq!(broken(verdict), "the cost of the target is zero");
}
