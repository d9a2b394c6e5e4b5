//! Coupling without delay: a product of the weights with what is sent now.

use std::ops::Range;

use brainmass_core::{CpuLevel, Kernel};

use super::layout::{LANES, Layout, Row, Scalar};
use super::panel::PANEL;
use crate::engine::pathways::Pathways;

/// How many targets are summed at once: eight sums of one vector each are in flight, as many as AVX2 has
/// registers for. Loading the weights is what takes the time.
const TARGETS: usize = 2 * LANES;
/// The same in a panel, where the sum of a target is two vectors: with one of what is sent, one of a weight and one of
/// a product, as many as AVX2 has registers for.
const PANEL_TARGETS: usize = 6;

/// The weights from one source to a block of targets, in whole lines of the cache: half of the vectors would otherwise
/// lie across two lines.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
pub(in crate::engine) struct Weights<T, const N: usize>([T; N]);

/// The pairs without delay. Sums run over sources in ascending order.
#[derive(Debug)]
pub(in crate::engine) enum Instant<T> {
    /// There are none.
    None,
    /// For each target the end of its pairs, and all pairs.
    Sparse { ends: Vec<usize>, sources: Vec<usize>, weights: Vec<T> },
    /// Blocks of targets; in each the weights from every source. The last targets have a block of half the width if
    /// they fit into it.
    Dense { blocks: Vec<Weights<T, TARGETS>>, last: Vec<Weights<T, LANES>> },
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
            _ if layout.n_networks == 1 => {
                let rest = n % TARGETS;
                let wide = if (1..=LANES).contains(&rest) { n - rest } else { n };
                Self::Dense {
                    blocks: dense(pathways, 0..wide).into_iter().map(Weights).collect(),
                    last: dense(pathways, wide..n).into_iter().map(Weights).collect(),
                }
            }
            _ => Self::Panel(dense(pathways, 0..n)),
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
                Self::Dense { blocks, last } => {
                    let n_wide = sums.len().min(blocks.len() / sent.len() * TARGETS);
                    let (wide, rest) = sums.split_at_mut(n_wide);
                    level.run(DenseProduct { weights: blocks, sent, sums: wide });
                    if !last.is_empty() {
                        level.run(DenseProduct { weights: last, sent, sums: rest });
                    }
                }
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

/// The weights of blocks of some targets, source by source; zero where there is no pair.
fn dense<T: Scalar, const N: usize>(pathways: &Pathways, targets: Range<usize>) -> Vec<[T; N]> {
    let n = pathways.targets.len();
    let mut weights = vec![[T::zero(); N]; targets.len().div_ceil(N) * n];
    for (target, sources) in pathways.targets[targets].iter().enumerate() {
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

struct DenseProduct<'a, T, const TARGETS: usize> {
    weights: &'a [Weights<T, TARGETS>],
    sent: &'a [T],
    sums: &'a mut [T],
}

impl<T: Scalar, const TARGETS: usize> Kernel for DenseProduct<'_, T, TARGETS> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let blocks = self.weights.chunks_exact(self.sent.len());
        for (sums, weights) in self.sums.chunks_mut(TARGETS).zip(blocks) {
            let mut total = [T::zero(); TARGETS];
            total[..sums.len()].copy_from_slice(sums);
            for (Weights(weights), sent) in weights.iter().zip(self.sent) {
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
            // Six names, not a loop over six: the compiler would keep its sums in memory.
            let [mut a, mut b, mut c, mut d, mut e, mut f] = total;
            for (weights, sent) in weights.iter().zip(sent) {
                add(&mut a, weights[0], sent);
                add(&mut b, weights[1], sent);
                add(&mut c, weights[2], sent);
                add(&mut d, weights[3], sent);
                add(&mut e, weights[4], sent);
                add(&mut f, weights[5], sent);
            }
            sums.copy_from_slice(&[a, b, c, d, e, f][..sums.len()]);
        }
    }
}

/// Adds what arrives at one target in all networks of a panel.
#[inline(always)]
fn add<T: Scalar>(total: &mut [T; PANEL], weight: T, sent: &[T; PANEL]) {
    for k in 0..PANEL {
        total[k] += weight * sent[k];
    }
}
