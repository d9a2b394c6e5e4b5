//! What a fit is worth: against linear regression, whose information and profile are known.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use brainmass_core::Result;
use brainmass_fit::{
    FitParameter, Identifiability, Lbfgs, Prior, Problem, Space, Transform, profile, recover, split_subjects,
};

/// y = slope t + offset at t = 0 … n − 1, and its sum of squares.
#[derive(Debug)]
struct Line(Vec<f64>);

const N: usize = 6;

fn line(values: &[f64]) -> Vec<f64> {
    (0..N).map(|t| values[0] * t as f64 + values[1]).collect()
}

impl Problem for Line {
    fn cost(&self, values: &[f64]) -> Result<f64> {
        self.gradient(values).map(|(cost, _)| cost)
    }

    fn gradient(&self, values: &[f64]) -> Result<(f64, Vec<f64>)> {
        let apart: Vec<f64> = line(values).iter().zip(&self.0).map(|(y, data)| y - data).collect();
        let by_slope = apart.iter().enumerate().map(|(t, apart)| 2.0 * apart * t as f64).sum();
        let by_offset = apart.iter().map(|apart| 2.0 * apart).sum();
        Ok((apart.iter().map(|apart| apart * apart).sum(), vec![by_slope, by_offset]))
    }

    fn has_gradient(&self) -> bool {
        true
    }
}

/// Ranges of 2 and 4.
fn space() -> Space {
    Space::new(vec![
        FitParameter::new("slope", 0.1, -1.0, 1.0).unwrap(),
        FitParameter::new("offset", 0.5, -2.0, 2.0).unwrap(),
    ])
    .unwrap()
}

/// Σ t = 15, Σ t² = 55 for t = 0 … 5. Differences of a line err by rounding alone: 1e-16/1e-5.
#[test]
fn the_information_of_a_line_is_that_of_regression() {
    let found = Identifiability::at(&space(), &[0.3, -0.4], 0.5, |values| Ok(line(values))).unwrap();
    let expected = nalgebra::dmatrix![55.0 * 4.0, 15.0 * 8.0; 15.0 * 8.0, 6.0 * 16.0] / 0.25;
    assert!((found.fisher() - &expected).amax() < 1e-8 * expected.amax(), "{}", found.fisher());
    // Eigenvalues from trace and determinant.
    let (half, determinant) = (expected.trace() / 2.0, expected.determinant());
    let root = (half * half - determinant).sqrt();
    for (found, expected) in found.eigenvalues().iter().zip([half - root, half + root]) {
        assert!((found / expected - 1.0).abs() < 1e-8, "{found} {expected}");
    }
    assert!((found.condition() * (half - root) / (half + root) - 1.0).abs() < 1e-8);
    // σ² (XᵀX)⁻¹ with XᵀX = (55, 15; 15, 6), determinant 105, over the ranges.
    let errors = found.standard_errors();
    for (found, expected) in
        errors.iter().zip([(6.0_f64 / 105.0).sqrt() / 4.0, (55.0_f64 / 105.0).sqrt() / 8.0])
    {
        assert!((found / expected - 1.0).abs() < 1e-8, "{found} {expected}");
    }
    // A steeper line hides behind a lower offset.
    let worst = found.combination(0);
    assert_eq!(worst[0].0, "offset");
    assert!(worst[0].1 * worst[1].1 < 0.0);
}

#[test]
fn what_the_data_do_not_see_has_no_standard_error() {
    let found = Identifiability::at(&space(), &[0.3, -0.4], 1.0, |values| Ok(vec![values[0]; 4])).unwrap();
    assert_eq!(found.eigenvalues()[0], 0.0);
    assert_eq!(found.combination(0)[0], ("offset".to_owned(), found.combination(0)[0].1));
    // One of 4 samples of slope 2: 1/√(4 · 2²).
    let errors = found.standard_errors();
    assert!((errors[0] - 0.25).abs() < 1e-9 && errors[1] == f64::INFINITY, "{errors:?}");
    assert_eq!(found.condition(), f64::INFINITY);
    // A quarter of the range of 2, over 0.3.
    let relative = found.relative_errors();
    assert!((relative[0] - 0.5 / 0.3).abs() < 1e-8 && relative[1] == f64::INFINITY, "{relative:?}");
    let well = Identifiability::at(&space(), &[0.3, -0.4], 0.01, |values| Ok(vec![values[0]; 4])).unwrap();
    assert_eq!(well.to_string(), "slope: known to 1.67 % at best\noffset: not determined by the data\n");
}

/// At a bound the difference is one-sided, which is exact for a line.
#[test]
fn bounds_are_not_crossed() {
    let inside = |values: &[f64]| {
        assert!(values[0] <= 1.0 && values[1] >= -2.0, "{values:?}");
        Ok(line(values))
    };
    let at_bound = Identifiability::at(&space(), &[1.0, -2.0], 0.5, inside).unwrap();
    let within = Identifiability::at(&space(), &[0.0, 0.0], 0.5, |values| Ok(line(values))).unwrap();
    assert!((at_bound.fisher() - within.fisher()).amax() < 1e-7 * within.fisher().amax());
    assert!(Identifiability::at(&space(), &[1.0], 0.5, |values| Ok(line(values))).is_err());
    assert!(Identifiability::at(&space(), &[1.0, 0.0], 0.0, |values| Ok(line(values))).is_err());
}

/// With the slope held at b + d, the offset takes up d t̄, and d² Σ (t − t̄)² = 17.5 d² is left.
#[test]
fn the_profile_of_a_line_is_a_parabola() {
    let problem = Line(line(&[0.3, -0.4]));
    let (space, start) = (space(), [0.1, 0.5]);
    let points = profile(&space, &problem, &Lbfgs::default(), &start, "slope", &[0.3, 0.2, 0.6]).unwrap();
    for (point, away) in points.iter().zip([0.0, -0.1, 0.3_f64]) {
        assert!((point.cost - 17.5 * away * away).abs() < 1e-12, "{point:?}");
        assert!((point.values[1] - (-0.4 - 2.5 * away)).abs() < 1e-6, "{point:?}");
        assert_eq!(point.values[0], point.value);
    }
    assert!(profile(&space, &problem, &Lbfgs::default(), &start, "slope", &[1.5]).is_err());
    let unknown = profile(&space, &problem, &Lbfgs::default(), &start, "gain", &[0.5]).unwrap_err();
    assert!(unknown.to_string().contains("slope, offset"), "{unknown}");
}

/// Profiles hold one number of several of a kind, alone ones too, and count the prior of what is held.
#[test]
fn any_number_can_be_held() {
    #[derive(Debug)]
    struct Bowl;
    impl Problem for Bowl {
        fn cost(&self, values: &[f64]) -> Result<f64> {
            self.gradient(values).map(|(cost, _)| cost)
        }
        fn gradient(&self, values: &[f64]) -> Result<(f64, Vec<f64>)> {
            Ok((values.iter().map(|v| v * v).sum(), values.iter().map(|v| 2.0 * v).collect()))
        }
        fn has_gradient(&self) -> bool {
            true
        }
    }
    let prior = Prior::normal(0.0, 0.5).unwrap();
    let bowl = |n: usize| {
        let parameter = FitParameter::regional("g", &vec![0.3; n], -1.0, 1.0).unwrap();
        Space::new(vec![parameter.with_prior(prior)]).unwrap()
    };
    let penalty = |value: f64| prior.penalty(value).0;
    for (n, name) in [(1, "g"), (3, "g[1]")] {
        let space = bowl(n);
        let points = profile(&space, &Bowl, &Lbfgs::default(), &space.initial(), name, &[0.4]).unwrap();
        let expected = 0.16 + penalty(0.4) + (n - 1) as f64 * penalty(0.0);
        assert!((points[0].cost - expected).abs() < 1e-10, "{points:?} {expected}");
    }
}

#[test]
fn a_line_is_recovered() {
    let truth = [0.7, -1.5];
    let found =
        recover(&space(), &truth, &Lbfgs::default(), |truth| Ok(Box::new(Line(line(truth))))).unwrap();
    assert!(found.largest_error() < 1e-7, "{found:?}");
    assert_eq!(found.names, ["slope", "offset"]);
    // What is wrong is in parts of the range.
    let stuck = Space::new(vec![
        FitParameter::new("slope", 1.0, 1.0, 10.0).unwrap().with_transform(Transform::Log).unwrap(),
        FitParameter::new("offset", 0.0, -2.0, 2.0).unwrap(),
    ])
    .unwrap();
    let off =
        recover(&stuck, &[10.0, 0.0], &Lbfgs::default(), |_| Ok(Box::new(Line(line(&[1.0, 0.0]))))).unwrap();
    assert!((off.errors[0] + 1.0).abs() < 1e-6 && off.errors[1].abs() < 1e-6, "{off:?}");
    assert!(recover(&stuck, &[1.0], &Lbfgs::default(), |_| Ok(Box::new(Line(Vec::new())))).is_err());
}

#[test]
fn subjects_are_split_by_their_number_and_a_seed() {
    let (train, test) = split_subjects(100, 0.7, 3).unwrap();
    let mut all = [train.clone(), test.clone()].concat();
    all.sort_unstable();
    assert!(train.len() == 70 && all.into_iter().eq(0..100));
    assert_ne!(split_subjects(100, 0.7, 4).unwrap(), (train, test));
    assert!(split_subjects(1, 0.5, 0).is_err() && split_subjects(4, 1.0, 0).is_err());
    assert!(split_subjects(4, f64::NAN, 0).is_err());
}
