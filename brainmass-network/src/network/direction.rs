//! Directions in which what goes into a run is moved.

use brainmass_core::node::variable_index;
use brainmass_core::{Error, Node, Result, parameter_index};
use nalgebra::DMatrix;

use super::{Adjustable, Network};

/// A direction in which numbers of a network move, for derivatives along it: see
/// [`Simulator::push_forward`](crate::Simulator::push_forward).
///
/// ```
/// use brainmass_network::{Adjustable, Direction};
/// // τ_e of all regions by one number, and G against it.
/// let direction = Direction::along(Adjustable::parameter("tau_e"), vec![1.0])
///     .and(Adjustable::coupling(0, "g"), vec![-0.5]);
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[doc(alias = "tangent")]
pub struct Direction {
    parts: Vec<(Adjustable, Vec<f64>)>,
    weights: Option<DMatrix<f64>>,
}

impl Direction {
    /// The direction that moves something with a velocity in coherent SI: one for all regions, or one per region.
    pub fn along(what: Adjustable, velocity: Vec<f64>) -> Self {
        Self::default().and(what, velocity)
    }

    /// And something else with it.
    #[must_use]
    pub fn and(mut self, what: Adjustable, velocity: Vec<f64>) -> Self {
        self.parts.push((what, velocity));
        self
    }

    /// And the weights with it, those of all connections; `[(i, j)]` from j to i. A weight that is zero is no connection and
    /// stays where it is.
    #[must_use]
    pub fn and_weights(mut self, velocity: DMatrix<f64>) -> Self {
        self.weights = Some(match self.weights {
            Some(weights) if weights.shape() == velocity.shape() => weights + velocity,
            _ => velocity,
        });
        self
    }

    /// How fast something moves in a region.
    pub(crate) fn velocity(&self, what: &Adjustable, region: usize) -> f64 {
        let own = self.parts.iter().filter(|(moved, _)| moved == what);
        own.map(|(_, velocity)| if velocity.len() == 1 { velocity[0] } else { velocity[region] }).sum()
    }

    /// Whether the conduction speed of a connection moves.
    pub(crate) fn moves_speed(&self, connection: usize) -> bool {
        self.parts.iter().any(|(what, _)| *what == Adjustable::Speed(connection))
    }

    /// How fast the weights move.
    pub(crate) fn weights(&self) -> Option<&DMatrix<f64>> {
        self.weights.as_ref()
    }

    /// Checks that what is moved is there and has derivatives.
    pub(crate) fn check<N: Node>(&self, network: &Network<N>) -> Result<()> {
        let n = network.n_regions();
        for (what, velocity) in &self.parts {
            network.check_adjustable(what)?;
            network.check_differentiable(what)?;
            let name = format!("velocity of the {what}");
            let is_one = matches!(what, Adjustable::Speed(_) | Adjustable::InputNoiseTau(_));
            if velocity.len() != 1 && (is_one || velocity.len() != n) {
                let expected = if is_one { "1 value".to_owned() } else { format!("1 value or {n} values") };
                return Err(Error::shape(name, expected, format!("{} values", velocity.len())));
            }
            if !velocity.iter().all(|velocity| velocity.is_finite()) {
                return Err(Error::setting(name, "is not finite"));
            }
        }
        let Some(weights) = &self.weights else { return Ok(()) };
        if weights.shape() != (n, n) {
            let found = format!("{} × {}", weights.nrows(), weights.ncols());
            return Err(Error::shape("velocity of the weights", format!("{n} × {n}"), found));
        }
        brainmass_core::check::finite("velocity of the weights", weights)
    }
}

impl<N: Node> Network<N> {
    /// Checks that there is something that numbers can be put into.
    fn check_adjustable(&self, what: &Adjustable) -> Result<()> {
        let nth = |kind: &str, index: usize, n: usize| {
            (index < n).then_some(()).ok_or_else(|| Error::unknown(kind, &index.to_string(), 0..n))
        };
        match what {
            Adjustable::Parameter(name) => parameter_index::<N>(name).map(|_| ()),
            Adjustable::Initial(state) => variable_index("state variable", state, N::STATE).map(|_| ()),
            Adjustable::Drive(input) => variable_index("input", input, N::INPUT).map(|_| ()),
            Adjustable::Coupling(connection, name) => {
                nth("connection", *connection, self.connections.len())?;
                self.connections[*connection].coupling().parameter_index(name).map(|_| ())
            }
            Adjustable::Speed(connection) => nth("connection", *connection, self.connections.len()),
            Adjustable::InputNoiseSigma(noise)
            | Adjustable::InputNoiseMean(noise)
            | Adjustable::InputNoiseTau(noise) => nth("input noise", *noise, self.input_noise.len()),
            Adjustable::StateNoiseSigma(noise) => nth("state noise", *noise, self.state_noise.len()),
            Adjustable::InputProcessSigma(noise) => nth("input process", *noise, self.input_processes.len()),
            Adjustable::StateProcessSigma(noise) => nth("state process", *noise, self.state_processes.len()),
        }
    }
}
