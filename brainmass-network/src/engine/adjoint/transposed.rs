//! The transpose of a connection's weighted sums, in reversed time.

use brainmass_core::CpuLevel;

use super::correlation::Correlation;
use crate::engine::blocked::{Delayed, Instant, Layout, Row};
use crate::engine::pathways::{Pathway, Pathways};

/// From what the sums of a connection are worth to what the numbers sent are worth, the last step first.
///
/// ```text
/// S_i(t)  = Σ_j w_ij s_j(t − d_ij)
/// s̄_j(t) = Σ_i w_ij S̄_i(t + d_ij)        s̄ = ∂L/∂s, S̄ = ∂L/∂S
/// w̄_ij   = Σ_t S̄_i(t + d_ij) s_j(t)
/// ```
///
/// Against time the second line is a delayed sum over the transposed connectome, for which the kernel of the forward
/// run serves as it is.
#[derive(Debug)]
pub(super) struct Transposed {
    layout: Layout,
    delayed: Option<Delayed<f64>>,
    instant: Instant<f64>,
    /// Steps taken back.
    step: usize,
    weights: Option<Correlation>,
}

impl Transposed {
    /// The transpose of a connection; `wants_weights` if the derivatives by its weights are asked for.
    pub(super) fn new(pathways: &Pathways, n_sent: usize, layout: Layout, wants_weights: bool) -> Self {
        let transposed = transpose(pathways);
        Self {
            layout,
            delayed: Delayed::at_rest(&transposed, n_sent),
            instant: Instant::new(&transposed, layout),
            step: 0,
            weights: wants_weights.then(|| Correlation::new(pathways, n_sent)),
        }
    }

    /// Takes what the sums of a step are worth, and gives what the numbers sent in it are worth. `sent` are these numbers.
    pub(super) fn step_back(
        &mut self,
        level: CpuLevel,
        sent: &[Row<f64>],
        sums: &[Row<f64>],
        worth: &mut [Row<f64>],
    ) {
        match &mut self.delayed {
            Some(delayed) => delayed.arrive(level, self.step, sums, worth),
            None => worth.iter_mut().flatten().for_each(|chunk| chunk.fill(0.0)),
        }
        self.instant.arrive(level, self.layout, sums, worth);
        if let Some(weights) = &mut self.weights {
            weights.push(level, sent, sums);
        }
        self.step += 1;
    }

    /// w̄ of each pair: for each target its sources in ascending order.
    pub(super) fn weights(self, level: CpuLevel) -> Option<Vec<f64>> {
        self.weights.map(|weights| weights.finish(level))
    }
}

fn transpose(pathways: &Pathways) -> Pathways {
    let mut targets = vec![Vec::new(); pathways.targets.len()];
    for (target, pathway) in pathways.pairs() {
        targets[pathway.source].push(Pathway { source: target, ..*pathway });
    }
    Pathways::without_past(targets)
}

#[cfg(test)]
mod tests {
    use super::*;
    use brainmass_core::random::Stream;

    /// Both sums by their definition, for random weights, delays from 0 to 70 steps and gaps.
    #[test]
    fn sums_are_transposed() {
        let (n, n_steps) = (19, 200);
        let number = |stream: u32, i: usize, t: usize| {
            Stream::new(8, stream).normal(u32::try_from(i).unwrap(), t as u64)
        };
        let targets: Vec<Vec<Pathway>> = (0..n)
            .map(|i| {
                let pairs = (0..n).filter(|j| (i * 7 + j * 3) % 5 != 0);
                pairs
                    .map(|j| {
                        let (weight, delay) = (number(0, i, j), (i * 31 + j * 17) % 71);
                        Pathway { source: j, weight, delay, by_weight: 1.0, by_speed: 0.0 }
                    })
                    .collect()
            })
            .collect();
        let layout = Layout { n_regions: n, n_networks: 1 };
        let pathways = Pathways::without_past(targets);
        let mut transposed = Transposed::new(&pathways, 2, layout, true);
        let sent = |k: u32, j: usize, t: usize| number(1 + k, j, t);
        let sums = |k: u32, i: usize, t: usize| if t < n_steps { number(3 + k, i, t) } else { 0.0 };
        let mut worth = vec![layout.zeros(); 2];
        for t in (0..n_steps).rev() {
            let row = |f: &dyn Fn(u32, usize, usize) -> f64, k: u32| layout.row(|j, _| f(k, j, t));
            let (sent_now, sums_now) = ([row(&sent, 0), row(&sent, 1)], [row(&sums, 0), row(&sums, 1)]);
            transposed.step_back(CpuLevel::best(), &sent_now, &sums_now, &mut worth);
            for (k, worth) in (0..2_u32).zip(&worth) {
                for j in 0..n {
                    let expected: f64 = pathways
                        .pairs()
                        .filter(|(_, p)| p.source == j)
                        .map(|(i, p)| p.weight * sums(k, i, t + p.delay))
                        .sum();
                    // Nineteen terms of size one.
                    assert!((worth.as_flattened()[j] - expected).abs() < 1e-13, "{t} {k} {j}");
                }
            }
        }
        let found = transposed.weights(CpuLevel::best()).unwrap();
        for ((i, p), found) in pathways.pairs().zip(found) {
            let expected: f64 = (0..n_steps)
                .map(|t| (0..2).map(|k| sums(k, i, t + p.delay) * sent(k, p.source, t)).sum::<f64>())
                .sum();
            // Four hundred terms of size one.
            assert!((found - expected).abs() < 1e-12, "{i} {p:?}: {found} {expected}");
        }
    }
}
