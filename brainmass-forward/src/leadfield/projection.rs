//! Gains times samples.

use brainmass_core::{CpuLevel, Kernel};
use nalgebra::DMatrix;

/// How many channels stand side by side.
const WIDTH: usize = 8;
/// How many samples share what is read of the gains.
const GROUP: usize = 4;
/// Samples and sources that are worked on while they are in the caches.
const SAMPLES: usize = 64;
const SOURCES: usize = 256;

/// Gains, channels × sources, laid out for products with many samples.
///
/// ```text
/// channel_i = Σ_j gain_ij · source_j      from zero, over sources in ascending order, each product rounded
/// ```
///
/// One order for any number of samples at once and any CPU, so that the bits do not depend on either.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Projection {
    n_channels: usize,
    n_sources: usize,
    /// Eight channels of each source, then the next eight; zeros in place of channels that are not there.
    panels: Vec<[f64; WIDTH]>,
}

impl Projection {
    pub(super) fn new(gain: &DMatrix<f64>) -> Self {
        let (n_channels, n_sources) = gain.shape();
        let number =
            |channel: usize, source: usize| if channel < n_channels { gain[(channel, source)] } else { 0.0 };
        let panels = (0..n_channels.div_ceil(WIDTH))
            .flat_map(|panel| (0..n_sources).map(move |source| (WIDTH * panel, source)))
            .map(|(first, source)| std::array::from_fn(|k| number(first + k, source)));
        Self { n_channels, n_sources, panels: panels.collect() }
    }

    pub(super) fn n_sources(&self) -> usize {
        self.n_sources
    }

    /// Appends the channels of samples, which are whole: all sources of one, then those of the next.
    pub(super) fn apply(&self, samples: &[f64], channels: &mut Vec<f64>) {
        let begin = channels.len();
        channels.resize(begin + samples.len() / self.n_sources * self.n_channels, 0.0);
        CpuLevel::best().run(Project { gains: self, samples, channels: &mut channels[begin..] });
    }
}

struct Project<'a> {
    gains: &'a Projection,
    samples: &'a [f64],
    channels: &'a mut [f64],
}

impl Kernel for Project<'_> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        let (n_sources, n_channels) = (self.gains.n_sources, self.gains.n_channels);
        let blocks =
            self.samples.chunks(SAMPLES * n_sources).zip(self.channels.chunks_mut(SAMPLES * n_channels));
        for (samples, channels) in blocks {
            let mut from = 0;
            while from < n_sources {
                let to = usize::min(from + SOURCES, n_sources);
                for (panel, gains) in self.gains.panels.chunks_exact(n_sources).enumerate() {
                    add_panel(
                        &gains[from..to],
                        WIDTH * panel,
                        from,
                        (samples, n_sources),
                        (channels, n_channels),
                    );
                }
                from = to;
            }
        }
    }
}

/// Adds what some sources give to eight channels, for a block of samples.
#[inline(always)]
fn add_panel(
    gains: &[[f64; WIDTH]],
    channel: usize,
    source: usize,
    (samples, n_sources): (&[f64], usize),
    (channels, n_channels): (&mut [f64], usize),
) {
    let width = usize::min(WIDTH, n_channels - channel);
    let count = samples.len() / n_sources;
    let mut first = 0;
    while first < count {
        let group = usize::min(GROUP, count - first);
        let row = |k: usize| {
            let begin = (first + k) * n_sources + source;
            &samples[begin..begin + gains.len()]
        };
        // Of a group that is not full the last sample is worked on again, and not kept.
        let rows = [row(0), row(usize::min(1, group - 1)), row(usize::min(2, group - 1)), row(group - 1)];
        let mut sums = [[0.0; WIDTH]; GROUP];
        for k in 0..group {
            let begin = (first + k) * n_channels + channel;
            sums[k][..width].copy_from_slice(&channels[begin..begin + width]);
        }
        if group < GROUP {
            sums[GROUP - 1] = sums[group - 1];
        }
        sums = multiplied(gains, rows, sums);
        if group < GROUP {
            sums[group - 1] = sums[GROUP - 1];
        }
        for k in 0..group {
            let begin = (first + k) * n_channels + channel;
            channels[begin..begin + width].copy_from_slice(&sums[k][..width]);
        }
        first += group;
    }
}

/// Sums of four samples, with the products of some sources added.
#[inline(always)]
fn multiplied(
    gains: &[[f64; WIDTH]],
    [a, b, c, d]: [&[f64]; GROUP],
    mut sums: [[f64; WIDTH]; GROUP],
) -> [[f64; WIDTH]; GROUP] {
    for ((((gain, a), b), c), d) in gains.iter().zip(a).zip(b).zip(c).zip(d) {
        let sources = [*a, *b, *c, *d];
        for k in 0..GROUP {
            for lane in 0..WIDTH {
                sums[k][lane] += gain[lane] * sources[k];
            }
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;
    use brainmass_core::random::Stream;

    /// Any shape and any cut into blocks: the bits of one sum after the other.
    #[test]
    fn sums_are_those_of_a_plain_loop() {
        let stream = Stream::new(3, 0);
        for (n_channels, n_sources, n_samples) in
            [(1, 1, 1), (7, 3, 5), (8, 300, 66), (17, 80, 131), (64, 513, 9)]
        {
            let draw = |row: usize, column: usize| stream.normal(u32::try_from(row).unwrap(), column as u64);
            let gain = DMatrix::from_fn(n_channels, n_sources, draw);
            let samples: Vec<f64> = (0..n_samples * n_sources).map(|k| draw(1000, k)).collect();
            let mut plain = vec![0.0; n_samples * n_channels];
            for (sample, recorded) in samples.chunks(n_sources).zip(plain.chunks_mut(n_channels)) {
                for (source, column) in sample.iter().zip(gain.column_iter()) {
                    recorded.iter_mut().zip(&column).for_each(|(sum, weight)| *sum += weight * source);
                }
            }
            let projection = Projection::new(&gain);
            let mut whole = vec![f64::NAN];
            projection.apply(&samples, &mut whole);
            assert_eq!(whole[1..], plain, "{n_channels} × {n_sources}");
            let mut cut = Vec::new();
            samples.chunks(3 * n_sources).for_each(|block| projection.apply(block, &mut cut));
            assert_eq!(cut, plain);
        }
    }
}
