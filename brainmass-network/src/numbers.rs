//! Which regions of the whole connectome a network has: random numbers belong to those.

use brainmass_core::CpuLevel;
use brainmass_core::random::Stream;

/// The numbers of regions in the whole connectome, as runs of successive ones: the first of each and how many.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Numbers(Vec<(u32, usize)>);

impl Numbers {
    /// All regions of a connectome.
    pub(crate) fn all(n_regions: usize) -> Self {
        Self(vec![(0, n_regions)])
    }

    /// Some regions of a connectome, in any order.
    pub(crate) fn of(regions: &[usize]) -> Self {
        let mut runs: Vec<(u32, usize)> = Vec::new();
        for region in regions.iter().filter_map(|region| u32::try_from(*region).ok()) {
            match runs.last_mut() {
                Some((first, count)) if u64::from(*first) + *count as u64 == u64::from(region) => *count += 1,
                _ => runs.push((region, 1)),
            }
        }
        Self(runs)
    }

    /// One by one.
    pub(crate) fn iter(&self) -> impl Iterator<Item = u32> {
        self.0.iter().flat_map(|(first, count)| (*first..).take(*count))
    }

    /// Standard normal numbers of four steps, one per region.
    pub(crate) fn normals_of_quad(&self, stream: &Stream, level: CpuLevel, quad: u64, rows: [&mut [f32]; 4]) {
        let mut rest = rows;
        for (first, count) in &self.0 {
            let mut run: [&mut [f32]; 4] = [&mut [], &mut [], &mut [], &mut []];
            for (run, rest) in run.iter_mut().zip(&mut rest) {
                let (head, tail) = std::mem::take(rest).split_at_mut(*count);
                (*run, *rest) = (head, tail);
            }
            stream.normals_of_quad(level, quad, *first, run);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_keep_their_random_numbers_in_any_order() {
        let stream = Stream::new(3, 1);
        let draw = |numbers: &Numbers| {
            let mut rows = [(); 4].map(|()| vec![0.0; numbers.iter().count()]);
            numbers.normals_of_quad(&stream, CpuLevel::best(), 7, rows.each_mut().map(Vec::as_mut_slice));
            rows
        };
        let (all, regions) = (draw(&Numbers::all(40)), [5, 6, 7, 30, 2, 3, 1]);
        let some = Numbers::of(&regions);
        assert_eq!(some.0, [(5, 3), (30, 1), (2, 2), (1, 1)]);
        assert!(some.iter().eq([5, 6, 7, 30, 2, 3, 1]));
        for (all, some) in all.iter().zip(draw(&some)) {
            assert_eq!(regions.map(|region| all[region]).to_vec(), some);
        }
    }
}
