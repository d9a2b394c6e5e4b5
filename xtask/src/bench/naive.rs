//! The naive engine: what one writes first, with a precomputed table of offsets.
//!
//! It pulls: each target sums over all sources, each taken from the row of the history that the delay says. The
//! past stands twice, so that no index wraps, and four sums hide the latency of an addition. It is the
//! yardstick of the benchmark, and computes the same numbers as the [`Simulator`](brainmass_network::Simulator).

use brainmass_core::random::Stream;
use brainmass_core::units::mm_per_ms;
use brainmass_core::{Connectome, Node, Parameterized, Real, Result};
use brainmass_network::Delays;
use brainmass_nodes::WilsonCowan;
use nalgebra::DMatrix;

use super::workload::{DRIVE, SIGMA, SPEED, STRENGTH, dt, tau};

/// Wilson–Cowan regions in motion.
pub(super) struct Naive<T: Real> {
    parameters: <WilsonCowan as Parameterized>::With<T>,
    n: usize,
    /// How many rows of the past there are.
    depth: usize,
    /// By target, then by source.
    weights: Vec<T>,
    /// Where the value of a source stands in the window of the past, by target, then by source.
    offsets: Vec<u32>,
    in_strength: Vec<T>,
    /// Rows of `r_e`, oldest first, from row `head` on; every row stands twice, `depth` rows apart.
    history: Vec<T>,
    head: usize,
    states: Vec<[T; 2]>,
    arriving: Vec<T>,
    noise: Vec<T>,
    stream: Stream,
    step: u64,
}

impl<T: Real<Mask = bool>> Naive<T> {
    /// The regions of a connectome at rest, with or without delays.
    pub(super) fn new(connectome: &Connectome, delayed: bool) -> Result<Self> {
        let n = connectome.n_regions();
        let steps = if delayed {
            Delays::at_speed(mm_per_ms(SPEED)).steps(connectome.tract_lengths(), dt())?
        } else {
            DMatrix::zeros(n, n)
        };
        let depth = steps.max() + 1;
        let pairs = || (0..n).flat_map(|i| (0..n).map(move |j| (i, j)));
        let weight = |pair: (usize, usize)| if pair.0 == pair.1 { 0.0 } else { connectome.weights()[pair] };
        let offset = |pair: (usize, usize)| u32::try_from((depth - 1 - steps[pair]) * n + pair.1);
        let strength = |i: usize| T::from_f64((0..n).map(|j| weight((i, j))).sum());
        Ok(Self {
            parameters: WilsonCowan::default().with(&mut |_, value| T::from_f64(value)),
            n,
            depth,
            weights: pairs().map(|pair| T::from_f64(weight(pair))).collect(),
            offsets: pairs().map(|pair| offset(pair).unwrap_or(u32::MAX)).collect(),
            in_strength: (0..n).map(strength).collect(),
            history: vec![T::zero(); 2 * depth * n],
            head: 0,
            states: vec![[T::zero(); 2]; n],
            arriving: vec![T::zero(); n],
            noise: vec![T::zero(); n],
            stream: Stream::new(1, 0),
            step: 0,
        })
    }

    /// Takes what the regions send and sums what arrives: the coupling alone.
    pub(super) fn couple(&mut self) {
        let (n, depth) = (self.n, self.depth);
        // The row that falls out of the past is that of the present now; the other copy is one window on.
        for (region, state) in self.states.iter().enumerate() {
            self.history[self.head * n + region] = state[0];
            self.history[(self.head + depth) * n + region] = state[0];
        }
        self.head = (self.head + 1) % depth;
        let window = &self.history[self.head * n..(self.head + depth) * n];
        let rows = self.weights.chunks_exact(n).zip(self.offsets.chunks_exact(n));
        for ((weights, offsets), arriving) in rows.zip(&mut self.arriving) {
            *arriving = pull(window, weights, offsets);
        }
    }

    /// Advances by one step of Euler's method.
    pub(super) fn advance(&mut self, noise: bool) {
        self.couple();
        if noise {
            self.draw();
        }
        let [dt, strength, drive] = [dt().value_unsafe, STRENGTH, DRIVE].map(T::from_f64);
        for (region, state) in self.states.iter_mut().enumerate() {
            let pulled = strength * (self.arriving[region] - self.in_strength[region] * state[0]);
            let input = [pulled + drive + self.noise[region], T::zero()];
            let slope = WilsonCowan::derivative(&self.parameters, state, &input);
            *state = [state[0] + dt * slope[0], state[1] + dt * slope[1]];
        }
        self.step += 1;
    }

    /// An Ornstein–Uhlenbeck process around zero in every region, one number after the other.
    fn draw(&mut self) {
        let steps = dt().value_unsafe / tau().value_unsafe;
        let decay = T::from_f64((-steps).exp());
        let kick = SIGMA * (1.0 - (-2.0 * steps).exp()).sqrt();
        for (region, noise) in (0..).zip(&mut self.noise) {
            *noise = *noise * decay + T::from_f64(kick * self.stream.normal(region, self.step));
        }
    }

    /// `r_e` of all regions.
    #[cfg(test)]
    fn rates(&self) -> Vec<T> {
        self.states.iter().map(|state| state[0]).collect()
    }
}

/// The weighted sum of values of the past.
#[inline]
fn pull<T: Real>(window: &[T], weights: &[T], offsets: &[u32]) -> T {
    let mut sums = [T::zero(); 4];
    let (weights, last_weights) = weights.as_chunks::<4>();
    let (offsets, last_offsets) = offsets.as_chunks::<4>();
    for (weights, offsets) in weights.iter().zip(offsets) {
        for k in 0..4 {
            sums[k] += weights[k] * window[offsets[k] as usize];
        }
    }
    for (weight, offset) in last_weights.iter().zip(last_offsets) {
        sums[0] += *weight * window[*offset as usize];
    }
    (sums[0] + sums[1]) + (sums[2] + sums[3])
}

#[cfg(test)]
mod tests {
    use brainmass_core::units::ms;
    use brainmass_network::Monitor;

    use super::super::workload::{Delayed, Parts, connectome, network, simulator};
    use super::*;

    /// The largest difference of `r_e` between the naive engine and the simulator, and its range.
    fn difference(delayed: bool, naive_delayed: bool) -> (f64, f64) {
        let network = network(13, Parts { coupling: Some(Delayed(delayed)), noise: false }).unwrap();
        let mut recording =
            simulator(&network).unwrap().run(ms(40.0), ms(0.0), &[Monitor::of("r_e")]).unwrap();
        let expected = recording.take::<brainmass_core::units::dimension::Dimensionless>("r_e").unwrap();
        let mut naive = Naive::<f64>::new(&connectome(13).unwrap(), naive_delayed).unwrap();
        let mut largest = 0.0_f64;
        for sample in expected.values().column_iter() {
            naive.advance(false);
            let errors = naive.rates().into_iter().zip(sample.iter()).map(|(a, b)| (a - b).abs());
            largest = errors.fold(largest, f64::max);
        }
        (largest, expected.values().max() - expected.values().min())
    }

    #[test]
    fn the_naive_engine_computes_what_the_simulator_computes() {
        for delayed in [false, true] {
            let (error, range) = difference(delayed, delayed);
            // Sums of twelve numbers in another order, over 400 steps.
            assert!(error < 1e-12 && range > 0.1, "{delayed}: {error} of {range}");
        }
        // The delays show.
        assert!(difference(true, false).0 > 1e-5);
    }

    #[test]
    fn its_noise_has_the_standard_deviation_of_the_workload() {
        let mut naive = Naive::<f64>::new(&connectome(40).unwrap(), true).unwrap();
        let mut squares = 0.0;
        for step in 0..4000 {
            naive.step = step;
            naive.draw();
            squares += naive.noise.iter().map(|x| x * x).sum::<f64>();
        }
        // 40 regions over 400 ms with a memory of 5 ms: some 1600 independent squares, an error of 2 %.
        let sigma = (squares / 160_000.0).sqrt();
        assert!((sigma / SIGMA - 1.0).abs() < 0.08, "{sigma}");
    }
}
