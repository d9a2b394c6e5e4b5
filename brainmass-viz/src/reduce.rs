//! Fewer points that draw the same curve.

/// How many columns a long signal is reduced to: more than a panel has pixels at scale 1.
const COLUMNS: usize = 800;

/// The samples of a long signal that its picture needs, in order: the first, the last, and the smallest and
/// the largest of each of [`COLUMNS`] columns. A short signal keeps all its samples.
///
/// `position` says where a sample stands on the axis, from 0 to 1 in rising order.
pub(crate) fn extremes(samples: &[f64], position: impl Fn(usize) -> f64) -> Vec<usize> {
    if samples.len() <= 2 * COLUMNS {
        return (0..samples.len()).collect();
    }
    let indices: Vec<usize> = (0..samples.len()).collect();
    let column = |index: usize| (position(index) * COLUMNS as f64).floor().min(COLUMNS as f64 - 1.0);
    let mut kept = vec![0];
    for part in indices.chunk_by(|a, b| column(*a) == column(*b)) {
        let extreme = |better: fn(&f64, &f64) -> bool| {
            let pick = |a, b| if better(&samples[b], &samples[a]) { b } else { a };
            part.iter().copied().reduce(pick).unwrap_or(0)
        };
        let (low, high) = (extreme(f64::lt), extreme(f64::gt));
        kept.extend([low.min(high), low.max(high)]);
    }
    kept.push(samples.len() - 1);
    kept.dedup();
    kept
}

/// The points of a curve in the plane without those that lie within a thousandth of its size of the last one
/// that was kept. The last point stays.
pub(crate) fn apart(points: &[(f64, f64)], size: (f64, f64)) -> Vec<(f64, f64)> {
    let near =
        |a: (f64, f64), b: (f64, f64)| (a.0 - b.0).abs() < size.0 * 1e-3 && (a.1 - b.1).abs() < size.1 * 1e-3;
    let mut kept: Vec<(f64, f64)> = Vec::new();
    for (index, &point) in points.iter().enumerate() {
        let last = index + 1 == points.len();
        if last || kept.last().is_none_or(|&previous| !near(previous, point)) {
            kept.push(point);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn reduction_keeps_extremes_ends_and_order(
            samples in prop::collection::vec(-1e9..1e9, 1..6000_usize),
        ) {
            let position = |index: usize| index as f64 / samples.len() as f64;
            let kept = extremes(&samples, position);
            prop_assert!(kept.len() <= 2 * COLUMNS + 2);
            prop_assert!(kept.is_sorted_by(|a, b| a < b));
            prop_assert_eq!((kept[0], kept[kept.len() - 1]), (0, samples.len() - 1));
            let largest = |indices: &mut dyn Iterator<Item = usize>| {
                indices.map(|index| samples[index]).fold(f64::NEG_INFINITY, f64::max)
            };
            prop_assert_eq!(largest(&mut kept.iter().copied()), largest(&mut (0..samples.len())));
            // A single spike anywhere is seen.
            let mut spiked = samples.clone();
            let place = samples.len() / 3;
            spiked[place] = -1e10;
            prop_assert!(extremes(&spiked, position).contains(&place));
        }

        #[test]
        fn a_curve_keeps_its_shape(
            points in prop::collection::vec((-1.0..1.0, -1.0..1.0), 1..2000_usize),
        ) {
            let kept = apart(&points, (2.0, 2.0));
            prop_assert_eq!(kept.last(), points.last());
            // Whatever was left out lies next to something kept.
            let near = |a: &(f64, f64), b: &(f64, f64)| (a.0 - b.0).abs() < 2e-3 && (a.1 - b.1).abs() < 2e-3;
            let covered = points.iter().all(|point| kept.iter().any(|other| near(point, other)));
            prop_assert!(covered);
        }
    }
}
