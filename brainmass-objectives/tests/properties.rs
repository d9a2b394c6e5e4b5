//! What holds for functional connectivity and its distances whatever the signal.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use brainmass_core::units::{dimension, s};
use brainmass_core::{Objective, TimeSeries};
use brainmass_objectives::{
    CosineSimilarity, FcCorrelation, FcRmse, TimeSeriesRmse, functional_connectivity, matrix_correlation,
    matrix_rmse,
};
use nalgebra::DMatrix;
use proptest::prelude::*;

type Volts = TimeSeries<dimension::Volt>;

/// Rounding of sums over 40 samples, with room.
const ROUNDING: f64 = 1e-13;

fn volts(values: DMatrix<f64>) -> Volts {
    Volts::unnamed(values, s(0.72), s(0.0)).unwrap()
}

prop_compose! {
    fn signals()(n in 3..7_usize, t in 8..40_usize)(
        values in prop::collection::vec(-1.0..1.0_f64, n * t), n in Just(n)
    ) -> DMatrix<f64> {
        DMatrix::from_vec(n, values.len() / n, values)
    }
}

fn fc(values: DMatrix<f64>) -> DMatrix<f64> {
    functional_connectivity(&volts(values)).unwrap().matrix().clone()
}

proptest! {
    #[test]
    fn it_is_symmetric_bounded_and_one_on_the_diagonal(values in signals()) {
        let fc = fc(values);
        prop_assert_eq!(&fc, &fc.transpose());
        prop_assert!(fc.iter().all(|r| r.abs() <= 1.0));
        prop_assert!(fc.diagonal().iter().all(|r| *r == 1.0));
    }

    #[test]
    fn neither_scale_nor_offset_matters(values in signals(), scale in 1e-6..1e6_f64, offset in -1e3..1e3_f64) {
        let mut changed = values.clone();
        // The offset is at most a thousand times the signal, so it costs three digits of the rounding.
        changed.row_mut(1).apply(|x| *x = scale * (*x + offset));
        approx::assert_abs_diff_eq!(fc(changed), fc(values), epsilon = 1e3 * ROUNDING);
    }

    #[test]
    fn a_channel_turned_over_turns_its_correlations_over(values in signals()) {
        let mut turned = values.clone();
        turned.row_mut(0).neg_mut();
        let (before, after) = (fc(values), fc(turned));
        for j in 1..before.ncols() {
            prop_assert!((before[(0, j)] + after[(0, j)]).abs() < ROUNDING);
        }
    }

    #[test]
    fn identical_channels_correlate_to_one(values in signals()) {
        let first = values.row(0).into_owned();
        let same = DMatrix::from_fn(4, values.ncols(), |_, t| first[t]);
        approx::assert_abs_diff_eq!(fc(same), DMatrix::repeat(4, 4, 1.0), epsilon = ROUNDING);
    }

    #[test]
    fn permuting_channels_permutes_it(values in signals(), shift in 1..6_usize) {
        let n = values.nrows();
        let order: Vec<usize> = (0..n).map(|k| (k + shift) % n).collect();
        let whole = fc(values.clone());
        let expected = DMatrix::from_fn(n, n, |i, j| whole[(order[i], order[j])]);
        approx::assert_abs_diff_eq!(fc(values.select_rows(&order)), expected, epsilon = ROUNDING);
    }

    #[test]
    fn the_order_of_the_samples_does_not_matter(values in signals(), shift in 1..7_usize) {
        let t = values.ncols();
        let order: Vec<usize> = (0..t).map(|k| (k + shift) % t).collect();
        approx::assert_abs_diff_eq!(fc(values.select_columns(&order)), fc(values), epsilon = ROUNDING);
    }

    #[test]
    fn the_target_costs_nothing(values in signals()) {
        let target = volts(values);
        let fc = functional_connectivity(&target).unwrap();
        let costs: [Box<dyn Objective<dimension::Volt>>; 4] = [
            Box::new(FcCorrelation::new(fc.clone()).unwrap()),
            Box::new(FcRmse::new(fc).unwrap()),
            Box::new(TimeSeriesRmse::new(target.clone()).unwrap()),
            Box::new(CosineSimilarity::new(target.clone()).unwrap()),
        ];
        for objective in costs {
            prop_assert!(objective.cost(&target).unwrap().abs() < ROUNDING, "{}", objective.name());
        }
    }

    /// Distances are the same both ways; what is below the diagonal plays no part.
    #[test]
    fn matrices_are_compared_above_the_diagonal(
        a in prop::collection::vec(-1.0..1.0_f64, 25), b in prop::collection::vec(-1.0..1.0_f64, 25)
    ) {
        let (a, b) = (DMatrix::from_vec(5, 5, a), DMatrix::from_vec(5, 5, b));
        let r = matrix_correlation(&a, &b).unwrap();
        prop_assert!(r.abs() <= 1.0);
        prop_assert!((0.0..ROUNDING).contains(&(1.0 - matrix_correlation(&a, &a).unwrap())));
        prop_assert!((r - matrix_correlation(&b, &a).unwrap()).abs() < ROUNDING);
        prop_assert!((r - matrix_correlation(&a.upper_triangle(), &b).unwrap()).abs() < ROUNDING);
        prop_assert!((r + matrix_correlation(&a, &-&b).unwrap()).abs() < ROUNDING);
        prop_assert_eq!(matrix_rmse(&a, &b), matrix_rmse(&b, &a.upper_triangle()));
    }
}
