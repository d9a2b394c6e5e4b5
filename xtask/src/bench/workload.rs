//! The work that is timed: Wilson–Cowan regions on a random connectome, with delays and noise.

use brainmass_core::random::Stream;
use brainmass_core::units::{Meter, Second, mm_per_ms, ms};
use brainmass_core::{Connectome, Node, Result};
use brainmass_network::{
    Connection, Delays, Diffusive, Drive, Integrator, Monitor, Network, OrnsteinUhlenbeck, Simulator,
};
use brainmass_nodes::WilsonCowan;
use nalgebra::DMatrix;

/// The radius of the ball in which the regions lie, m.
const RADIUS: f64 = 0.07;
/// The length over which weights fall to 1/e, m.
const DECAY: f64 = 0.03;
/// The seed of the connectome.
const SEED: u64 = 1;
/// The strength of the diffusive coupling.
pub(super) const STRENGTH: f64 = 0.1;
/// What drives `e_input`: the mean of the noise, or a constant without noise.
pub(super) const DRIVE: f64 = 1.0;
/// The standard deviation of the noise on `e_input`.
pub(super) const SIGMA: f64 = 0.1;
/// The conduction speed, mm/ms.
pub(super) const SPEED: f64 = 10.0;

/// The step of all runs.
pub(super) fn dt() -> Second {
    ms(0.1)
}

/// The time constant of the noise.
pub(super) fn tau() -> Second {
    ms(5.0)
}

/// Regions uniform in a ball of 70 mm, weights e^(−d/30 mm) with a mean row sum of 1, lengths as the crow flies.
pub(super) fn connectome(n: usize) -> Result<Connectome> {
    let places: Vec<[f64; 3]> = (0..).take(n).map(place).collect();
    let lengths = DMatrix::from_fn(n, n, |i, j| {
        let squares = places[i].iter().zip(&places[j]).map(|(x, y)| (x - y) * (x - y));
        squares.sum::<f64>().sqrt()
    });
    let near = DMatrix::from_fn(n, n, |i, j| if i == j { 0.0 } else { (-lengths[(i, j)] / DECAY).exp() });
    let weights = &near / (near.sum() / n as f64);
    Connectome::new(weights, Meter::new(lengths), (0..n).map(|region| region.to_string()).collect())
}

/// Three of five coordinates of a uniform point on a sphere in five dimensions are uniform in a ball.
fn place(region: u32) -> [f64; 3] {
    let normals: [f64; 5] = std::array::from_fn(|k| {
        let stream = [0, 1, 2, 3, 4][k];
        Stream::new(SEED, stream).normal(region, 0)
    });
    let norm = normals.iter().map(|x| x * x).sum::<f64>().sqrt();
    [0, 1, 2].map(|k| RADIUS * normals[k] / norm)
}

/// What acts on the regions.
#[derive(Clone, Copy, Debug)]
pub(super) struct Parts {
    /// Whether regions are coupled, with or without delays.
    pub(super) coupling: Option<Delayed>,
    pub(super) noise: bool,
}

/// Whether a coupling has delays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Delayed(pub(super) bool);

/// The network of some regions with these parts.
pub(super) fn network(n: usize, parts: Parts) -> Result<Network<WilsonCowan>> {
    on(connectome(n)?, parts)
}

/// The network of a connectome with these parts.
pub(super) fn on(connectome: Connectome, parts: Parts) -> Result<Network<WilsonCowan>> {
    let mut network = Network::new(WilsonCowan::default(), connectome);
    if let Some(Delayed(delayed)) = parts.coupling {
        let connection = Connection::new("r_e", "e_input", Diffusive::new(STRENGTH));
        network = network.with_connection(if delayed {
            connection.with_delays(Delays::at_speed(mm_per_ms(SPEED)))
        } else {
            connection
        })?;
    }
    if parts.noise {
        network.with_input_noise("e_input", OrnsteinUhlenbeck::new(SIGMA, tau()).around(DRIVE))
    } else {
        network.with_drive("e_input", Drive::constant(DRIVE))
    }
}

/// Euler's method on one thread.
pub(super) fn simulator<N: Node>(network: &Network<N>) -> Result<Simulator<'_, N>> {
    Ok(Simulator::new(network, dt())?.with_integrator(Integrator::Euler).with_seed(SEED))
}

/// What is recorded of all runs: every region, every millisecond.
pub(super) fn monitors() -> [Monitor; 1] {
    [Monitor::of("r_e").every(ms(1.0))]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_connectome_is_that_of_regions_in_a_ball() {
        let connectome = connectome(400).unwrap();
        let (weights, lengths) = (connectome.weights(), connectome.tract_lengths().value_unsafe);
        assert!((weights.sum() / 400.0 - 1.0).abs() < 1e-12);
        assert!((0..400).all(|i| weights[(i, i)] == 0.0 && lengths[(i, i)] == 0.0));
        // The mean distance in a ball is 36/35 of its radius, 72 mm; the error of 400 regions is some 2 mm.
        let mean = lengths.sum() / (400.0 * 399.0);
        assert!((mean - RADIUS * 36.0 / 35.0).abs() < 0.004, "{mean}");
        assert!(lengths.max() <= 2.0 * RADIUS);
        let (near, far) = (weights[(0, 1)] / weights[(2, 3)], lengths[(2, 3)] - lengths[(0, 1)]);
        assert!((near.ln() - far / DECAY).abs() < 1e-9);
    }
}
