//! Coupling without delay: a product of the weights with what is sent now.

use brainmass_core::{CpuLevel, Kernel};

use super::layout::{LANES, Layout, Row, Scalar};
use super::panel::PANEL;
use crate::engine::pathways::Pathways;

/// How many targets are summed at once: eight sums of one vector each are in flight, as many as AVX2 has
/// registers for.
const TARGETS: usize = 2 * LANES;
/// The same in a panel, where the sum of a target is two vectors.
const PANEL_TARGETS: usize = 4;

/// The pairs without delay. Sums run over sources in ascending order.
#[derive(Debug)]
pub(in crate::engine) enum Instant<T> {
    /// There are none.
    None,
    /// For each target the end of its pairs, and all pairs.
    Sparse { ends: Vec<usize>, sources: Vec<usize>, weights: Vec<T> },
    /// Blocks of targets; in each the weights from every source.
    Dense(Vec<[T; TARGETS]>),
    /// The same for several networks side by side.
    Panel(Vec<[T; PANEL_TARGETS]>),
}

impl<T: Scalar> Instant<T> {
    pub(in crate::engine) fn new(pathways: &Pathways, layout: Layout) -> Self {
        let n = layout.n_regions;
        let pairs = pathways.targets.iter().flatten().filter(|pathway| pathway.delay == 0);
        match pairs.count() {
            0 => Self::None,
            // A third of all pairs is where skipping zeros no longer pays for looking sources up.
            count if 3 * count < n * n => sparse(pathways),
            _ if layout.n_networks == 1 => Self::Dense(dense(pathways)),
            _ => Self::Panel(dense(pathways)),
        }
    }

    /// Adds to the sums what arrives without delay.
    pub(in crate::engine) fn arrive(
        &self,
        level: CpuLevel,
        layout: Layout,
        sent: &[Row<T>],
        sums: &mut [Row<T>],
    ) {
        for (sent, sums) in sent.iter().zip(sums) {
            let (sent, sums) =
                (&sent.as_flattened()[..layout.len()], &mut sums.as_flattened_mut()[..layout.len()]);
            match self {
                Self::None => {}
                Self::Sparse { ends, sources, weights } if layout.n_networks == 1 => {
                    level.run(SparseProduct::<T, 1> { ends, sources, weights, sent, sums });
                }
                Self::Sparse { ends, sources, weights } => {
                    level.run(SparseProduct::<T, PANEL> { ends, sources, weights, sent, sums });
                }
                Self::Dense(weights) => level.run(DenseProduct { weights, sent, sums }),
                Self::Panel(weights) => level.run(PanelProduct { weights, sent, sums }),
            }
        }
    }
}

fn sparse<T: Scalar>(pathways: &Pathways) -> Instant<T> {
    let (mut ends, mut sources, mut weights) = (Vec::new(), Vec::new(), Vec::new());
    for target in &pathways.targets {
        for pathway in target.iter().filter(|pathway| pathway.delay == 0) {
            sources.push(pathway.source);
            weights.push(T::from_f64(pathway.weight));
        }
        ends.push(weights.len());
    }
    Instant::Sparse { ends, sources, weights }
}

/// The weights of blocks of targets, source by source; zero where there is no pair.
fn dense<T: Scalar, const N: usize>(pathways: &Pathways) -> Vec<[T; N]> {
    let n = pathways.targets.len();
    let mut weights = vec![[T::zero(); N]; n.div_ceil(N) * n];
    for (target, sources) in pathways.targets.iter().enumerate() {
        for pathway in sources.iter().filter(|pathway| pathway.delay == 0) {
            weights[target / N * n + pathway.source][target % N] = T::from_f64(pathway.weight);
        }
    }
    weights
}

struct SparseProduct<'a, T, const NETWORKS: usize> {
    ends: &'a [usize],
    sources: &'a [usize],
    weights: &'a [T],
    sent: &'a [T],
    sums: &'a mut [T],
}

impl<T: Scalar, const NETWORKS: usize> Kernel for SparseProduct<'_, T, NETWORKS> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let mut begin = 0;
        for (target, end) in self.ends.iter().enumerate() {
            let sums = &mut self.sums[target * NETWORKS..][..NETWORKS];
            let mut total = [T::zero(); NETWORKS];
            total.copy_from_slice(sums);
            for (source, weight) in self.sources[begin..*end].iter().zip(&self.weights[begin..*end]) {
                let sent = &self.sent[source * NETWORKS..][..NETWORKS];
                for k in 0..NETWORKS {
                    total[k] += *weight * sent[k];
                }
            }
            sums.copy_from_slice(&total);
            begin = *end;
        }
    }
}

struct DenseProduct<'a, T> {
    weights: &'a [[T; TARGETS]],
    sent: &'a [T],
    sums: &'a mut [T],
}

impl<T: Scalar> Kernel for DenseProduct<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let blocks = self.weights.chunks_exact(self.sent.len());
        for (sums, weights) in self.sums.chunks_mut(TARGETS).zip(blocks) {
            let mut total = [T::zero(); TARGETS];
            total[..sums.len()].copy_from_slice(sums);
            for (weights, sent) in weights.iter().zip(self.sent) {
                for k in 0..TARGETS {
                    total[k] += weights[k] * *sent;
                }
            }
            sums.copy_from_slice(&total[..sums.len()]);
        }
    }
}

struct PanelProduct<'a, T> {
    weights: &'a [[T; PANEL_TARGETS]],
    sent: &'a [T],
    sums: &'a mut [T],
}

impl<T: Scalar> Kernel for PanelProduct<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let (sent, _) = self.sent.as_chunks::<PANEL>();
        let (sums, _) = self.sums.as_chunks_mut::<PANEL>();
        let blocks = self.weights.chunks_exact(sent.len());
        for (sums, weights) in sums.chunks_mut(PANEL_TARGETS).zip(blocks) {
            let mut total = [[T::zero(); PANEL]; PANEL_TARGETS];
            total[..sums.len()].copy_from_slice(sums);
            for (weights, sent) in weights.iter().zip(sent) {
                for target in 0..PANEL_TARGETS {
                    for k in 0..PANEL {
                        total[target][k] += weights[target] * sent[k];
                    }
                }
            }
            sums.copy_from_slice(&total[..sums.len()]);
        }
    }
}
