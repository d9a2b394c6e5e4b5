//! A sampled course.

use std::fmt;
use std::sync::Arc;

use brainmass_core::units::{Second, s, show};
use brainmass_core::{Error, Result, check};
use nalgebra::DMatrix;

use super::moment::{Moment, finite};
use super::{Shape, check_channels};

/// What a course sampled at another period than the run's step is between its samples.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Interpolation {
    /// Nothing: the period must be the step.
    #[default]
    Refused,
    /// Each sample is held until the next.
    #[doc(alias = "zero-order hold")]
    Held,
    /// A straight line from each sample to the next.
    Linear,
}

/// A course given by its samples, for all regions or for each.
///
/// Sample k stands at onset + k period, where a step takes it that begins there; it is held for a period, or leads along a
/// straight line to the next. Before the onset and from onset + n period on, it is 0. The period must be the run's step
/// unless it is said what lies between samples; onset and period need not be multiples of the step then.
///
/// ```
/// use brainmass_core::units::ms;
/// use brainmass_network::drive::{Interpolation, Moment, Samples, Shape};
/// use nalgebra::dmatrix;
/// let samples = Samples::new(dmatrix![2.0, 4.0], ms(0.2)).from(ms(1.0));
/// let course = |samples: &Samples| [9, 10, 11, 12, 13, 14].map(|step| samples.at(Moment::new(step, ms(0.1)), 0));
/// let held = samples.clone().with_interpolation(Interpolation::Held);
/// assert_eq!(course(&held), [0.0, 2.0, 2.0, 4.0, 4.0, 0.0]);
/// let linear = samples.with_interpolation(Interpolation::Linear);
/// assert_eq!(course(&linear), [0.0, 2.0, 3.0, 4.0, 4.0, 0.0]); // the last is held
/// ```
#[derive(Clone)]
pub struct Samples {
    values: Arc<DMatrix<f64>>,
    period: Second,
    onset: Second,
    interpolation: Interpolation,
}

impl Samples {
    /// One row for all regions or one for each, one column per sample; the first at t = 0.
    pub fn new(values: DMatrix<f64>, period: Second) -> Self {
        Self { values: Arc::new(values), period, onset: s(0.0), interpolation: Interpolation::default() }
    }

    /// The same course with its first sample at an onset.
    #[must_use]
    pub fn from(mut self, onset: Second) -> Self {
        self.onset = onset;
        self
    }

    /// The same course, with what lies between its samples.
    #[must_use]
    pub fn with_interpolation(mut self, interpolation: Interpolation) -> Self {
        self.interpolation = interpolation;
        self
    }
}

impl Shape for Samples {
    fn at(&self, moment: Moment, region: usize) -> f64 {
        let periods = moment.since(self.onset) / moment.steps(self.period);
        // A quotient just below a whole number is that number.
        let whole = (periods + 1e-9).floor();
        if whole < 0.0 || whole >= self.values.ncols() as f64 {
            return 0.0;
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "an index, checked above"
        )]
        let sample = whole as usize;
        let row = self.values.row(region.min(self.values.nrows() - 1));
        match (self.interpolation, row.get(sample + 1)) {
            (Interpolation::Linear, Some(next)) => {
                let here = row[sample];
                here + (periods - whole).max(0.0) * (next - here)
            }
            _ => row[sample],
        }
    }

    fn check(&self, what: &str, n_regions: usize) -> Result<()> {
        finite(&format!("onset of the {what}"), self.onset)?;
        check::positive(&format!("period of the {what}"), self.period)?;
        if self.values.is_empty() {
            return Err(Error::shape(what, "samples", "none"));
        }
        check::finite(&format!("samples of the {what}"), &self.values)?;
        check_channels(what.to_owned(), &self.values, n_regions)
    }

    fn check_run(&self, what: &str, dt: Second) -> Result<()> {
        let steps = Moment::new(0, dt).steps(self.period);
        let onset = Moment::new(0, dt).steps(self.onset);
        if self.interpolation != Interpolation::Refused || (steps == 1.0 && onset.fract() == 0.0) {
            return Ok(());
        }
        let expected =
            format!("dt, {}, and an onset that is a multiple of it, or an interpolation", show(dt));
        let found = format!("{} from {} on", show(self.period), show(self.onset));
        Err(Error::shape(format!("period of the {what}"), expected, found))
    }
}

impl fmt::Debug for Samples {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bits = self.values.iter().flat_map(|value| value.to_bits().to_le_bytes()).collect::<Vec<u8>>();
        let (rows, columns) = self.values.shape();
        write!(f, "Samples({rows} × {columns}, checksum {:08x}, ", crc32fast::hash(&bits))?;
        write!(f, "every {} from {}, {:?})", show(self.period), show(self.onset), self.interpolation)
    }
}
