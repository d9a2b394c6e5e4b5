//! Derivatives of what a run records, along a few directions.

use brainmass_core::units::Second;
use brainmass_core::{Error, Node, Result, check};
use nalgebra::DMatrix;

use super::gradient::check_shape;
use super::{Monitor, Recording, Simulator};
use crate::engine::{TracedSteps, tangent};
use crate::network::Direction;

/// How fast what a run recorded moves along some directions; made by [`Simulator::push_forward`].
#[derive(Clone, Debug, PartialEq)]
pub struct Tangents {
    /// Of each monitor its name and, for each direction, regions × samples.
    monitors: Vec<(String, Vec<DMatrix<f64>>)>,
    n_directions: usize,
}

impl<N: Node> Simulator<'_, N> {
    /// Runs as [`run`](Self::run), and differentiates what is recorded along some directions while it runs.
    ///
    /// It needs no memory for the run, but its cost grows with the number of directions: some 2.0 runs and 1.1 for each, against 3.1 to 3.6
    /// by [`trace`](Self::trace) and [`Trace::pull_back`](super::Trace::pull_back), 4.3 with checkpoints, whatever the number
    /// (80 Wilson–Cowan regions with delays). What has derivatives is the same. On the plain engine the derivatives are those of
    /// dual numbers: it is what both ways of the fast one are tested against.
    ///
    /// ```
    /// use brainmass_core::units::{dimension::Dimensionless, hz, ms};
    /// use brainmass_network::{Adjustable, Direction, Integrator, Monitor, Network, Simulator};
    /// use brainmass_nodes::Linear;
    /// // dx/dt = γ x from 1: x after n steps of Euler is (1 + γ dt)^n, its derivative by γ is n dt (1 + γ dt)^(n − 1).
    /// let network = Network::single(Linear { gamma: hz(-10.0) }).with_initial("x", 1.0)?;
    /// let simulator = Simulator::new(&network, ms(1.0))?.with_integrator(Integrator::Euler);
    /// let by_gamma = Direction::along(Adjustable::parameter("gamma"), vec![1.0]);
    /// let (_, tangents) = simulator.push_forward(ms(50.0), ms(49.0), &[Monitor::of("x")], &[by_gamma])?;
    /// let expected = 50.0 * 1e-3 * 0.99_f64.powi(49);
    /// assert!((tangents.of("x", 0)?[(0, 0)] - expected).abs() < 1e-15);
    /// # Ok::<(), brainmass_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`run`](Self::run) and [`trace`](Self::trace); [`Error::Unknown`], [`Error::Shape`] and [`Error::Setting`] for
    /// directions of what is not there or has no derivative; [`Error::Setting`] for a derivative that is not finite.
    pub fn push_forward(
        &self,
        duration: Second,
        transient: Second,
        monitors: &[Monitor],
        directions: &[Direction],
    ) -> Result<(Recording, Tangents)> {
        self.check_moves()?;
        let network = self.network()?;
        directions.iter().try_for_each(|direction| direction.check(network))?;
        let (records, n_steps) = self.records(duration, transient, monitors)?;
        let mut found: Vec<(String, Vec<DMatrix<f64>>)> = records
            .iter()
            .map(|(name, record)| {
                let n_samples = n_steps / record.length - record.n_dropped;
                (name.clone(), vec![DMatrix::zeros(network.n_regions(), n_samples); directions.len()])
            })
            .collect();
        let mut run = self.start(duration, transient, monitors)?;
        let (rows, mut states) = (run.engine.step_rows(), Vec::new());
        run.engine.leave_states(&mut states);
        let mut tangent = tangent(network, &self.settings, rows.clone(), directions, &states)?;
        let mut steps = TracedSteps::new(rows.unwrap_or_default());
        while run.step() < n_steps {
            steps.chunks.clear();
            run.engine.leave_states(&mut steps.chunks);
            run.advance(1)?;
            run.engine.leave_step(&mut steps.chunks);
            tangent.follow(&steps);
            states.clear();
            run.engine.leave_states(&mut states);
            for ((_, record), (_, found)) in records.iter().zip(&mut found) {
                let Some((sample, share)) = record.sample_of(run.step()) else { continue };
                for (direction, found) in found.iter_mut().enumerate() {
                    let velocities = tangent.read(direction, record.source, &states);
                    let column = found.column_mut(sample);
                    column.into_iter().zip(velocities).for_each(|(sum, velocity)| *sum += share * velocity);
                }
            }
        }
        let tangents = Tangents { monitors: found, n_directions: directions.len() };
        tangents.check()?;
        Ok((run.finish()?, tangents))
    }
}

impl Tangents {
    /// How many directions there are.
    pub fn n_directions(&self) -> usize {
        self.n_directions
    }

    /// The derivative of what a monitor recorded along a direction: regions × samples.
    ///
    /// # Errors
    /// [`Error::Unknown`].
    pub fn of(&self, monitor: &str, direction: usize) -> Result<&DMatrix<f64>> {
        let all = self.recording(monitor)?;
        all.get(direction)
            .ok_or_else(|| Error::unknown("direction", &direction.to_string(), 0..self.n_directions))
    }

    /// The derivatives of a cost along each direction from those by the recorded samples: one matrix (regions × samples) for each
    /// monitor that the cost depends on.
    ///
    /// # Errors
    /// As [`Trace::pull_back`](super::Trace::pull_back).
    pub fn along(&self, cotangents: &[(&str, DMatrix<f64>)]) -> Result<Vec<f64>> {
        let mut sums = vec![0.0; self.n_directions];
        for (name, cotangent) in cotangents {
            for (sum, tangent) in sums.iter_mut().zip(self.recording(name)?) {
                check_shape(name, cotangent, tangent.shape())?;
                *sum += tangent.dot(cotangent);
            }
        }
        Ok(sums)
    }

    fn recording(&self, monitor: &str) -> Result<&[DMatrix<f64>]> {
        let names: Vec<&str> = self.monitors.iter().map(|(name, _)| name.as_str()).collect();
        Ok(&self.monitors[check::position("monitor", monitor, &names)?].1)
    }

    fn check(&self) -> Result<()> {
        let mut all = self.monitors.iter().flat_map(|(_, found)| found).flat_map(DMatrix::iter);
        if all.all(|derivative| derivative.is_finite()) {
            return Ok(());
        }
        Err(super::derivatives::not_finite())
    }
}
