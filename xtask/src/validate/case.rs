//! A row of the table.

use std::path::Path;

use crate::Result;

/// Rows about one part of the workspace.
pub(super) struct Suite {
    pub(super) name: &'static str,
    pub(super) cases: &'static [Case],
}

/// One comparison of the crates with a number that was not made by them.
pub(super) struct Case {
    pub(super) name: &'static str,
    /// What is compared, and how the error is measured.
    pub(super) what: &'static str,
    /// Where the right number comes from.
    pub(super) source: &'static str,
    pub(super) tolerance: f64,
    /// The reason for the tolerance.
    pub(super) why: &'static str,
    pub(super) check: Check,
}

/// How the error is found.
pub(super) enum Check {
    /// From what is in the repository.
    Alone(fn() -> Result<f64>),
    /// Where the reference library is wrong: the right number must be met and the wrong one missed.
    Difference(fn() -> Result<Difference>),
    /// From the folder named by `BRAINMASS_DATA`.
    OnData(fn(&Path) -> Result<f64>),
}

/// Distances from the right number and from the reference library's wrong one, measured alike.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Difference {
    pub(super) from_right: f64,
    pub(super) from_wrong: f64,
}

/// What came out of a case.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Outcome {
    Passed { error: f64, from_wrong: Option<f64> },
    Failed { error: f64, reason: Option<String> },
    Skipped(&'static str),
}

impl Case {
    pub(super) fn run(&self, data: Option<&Path>) -> Outcome {
        let measured = match (&self.check, data) {
            (Check::Alone(check), _) => check().map(|error| (error, None)),
            (Check::Difference(check), _) => {
                check().map(|difference| (difference.from_right, Some(difference.from_wrong)))
            }
            (Check::OnData(check), Some(folder)) => check(folder).map(|error| (error, None)),
            (Check::OnData(_), None) => return Outcome::Skipped("BRAINMASS_DATA is not set"),
        };
        match measured {
            Ok((error, from_wrong)) => self.judge(error, from_wrong),
            Err(error) => Outcome::Failed { error: f64::NAN, reason: Some(error.to_string()) },
        }
    }

    fn judge(&self, error: f64, from_wrong: Option<f64>) -> Outcome {
        // NaN is within no tolerance.
        if error.is_nan() || error > self.tolerance {
            return Outcome::Failed { error, reason: None };
        }
        match from_wrong {
            Some(distance) if distance.is_nan() || distance <= self.tolerance => {
                let reason = format!("only {distance:.1e} from the reference's wrong number");
                Outcome::Failed { error, reason: Some(reason) }
            }
            from_wrong => Outcome::Passed { error, from_wrong },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case(tolerance: f64, check: Check) -> Case {
        Case { name: "case", what: "what", source: "source", tolerance, why: "why", check }
    }

    #[test]
    fn errors_up_to_the_tolerance_pass() {
        let judged = |error| case(1e-3, Check::Alone(|| Ok(0.0))).judge(error, None);
        assert_eq!(judged(1e-3), Outcome::Passed { error: 1e-3, from_wrong: None });
        assert!(matches!(judged(1.1e-3), Outcome::Failed { .. }));
        assert!(matches!(judged(f64::NAN), Outcome::Failed { .. }));
    }

    #[test]
    fn the_wrong_number_must_be_missed() {
        let judged = |from_wrong| case(1e-3, Check::Alone(|| Ok(0.0))).judge(0.0, Some(from_wrong));
        assert_eq!(judged(0.5), Outcome::Passed { error: 0.0, from_wrong: Some(0.5) });
        assert!(matches!(judged(1e-3), Outcome::Failed { reason: Some(_), .. }));
    }

    #[test]
    fn what_needs_data_is_skipped_without() {
        let needs_data = case(0.0, Check::OnData(|_| Ok(0.0)));
        assert!(matches!(needs_data.run(None), Outcome::Skipped(_)));
        assert!(matches!(needs_data.run(Some(Path::new("."))), Outcome::Passed { .. }));
        let fails = case(0.0, Check::Alone(|| Err("no such file".into())));
        assert!(matches!(fails.run(None), Outcome::Failed { reason: Some(_), .. }));
    }
}
