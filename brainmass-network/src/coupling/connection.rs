//! Which quantity acts on which input, through which coupling, how late.

use std::any::Any;
use std::sync::Arc;

use brainmass_core::units::{Unit, Values};
use brainmass_core::{Coupling, Error, Result, parameter_index, parameter_values};

use super::lanes::{Chunks, LaneCoupling};
use crate::delays::Delays;
use crate::engine::{Layout, Scalar};

/// A coupling from one state variable or output of every region to one input of every other.
///
/// ```
/// use brainmass_core::units::mm_per_ms;
/// use brainmass_network::{Connection, Delays, Diffusive};
/// let connection = Connection::new("r_e", "e_input", Diffusive::new(0.5))
///     .with_delays(Delays::at_speed(mm_per_ms(10.0)));
/// assert_eq!(connection.source(), "r_e");
/// ```
#[derive(Clone, Debug)]
pub struct Connection {
    source: String,
    input: String,
    coupling: Arc<dyn ErasedCoupling>,
    delays: Option<Delays>,
    self_connections: bool,
}

impl Connection {
    /// A connection without delays and without self-connections.
    pub fn new(source: impl Into<String>, input: impl Into<String>, coupling: impl Coupling) -> Self {
        let coupling = Arc::new(Regional { coupling, overrides: Vec::new() });
        Self { source: source.into(), input: input.into(), coupling, delays: None, self_connections: false }
    }

    /// The connection with delays from tract lengths.
    #[must_use]
    pub fn with_delays(mut self, delays: Delays) -> Self {
        self.delays = Some(delays);
        self
    }

    /// The connection with the diagonal of the weights, which is left out otherwise.
    #[must_use]
    pub fn with_self_connections(mut self) -> Self {
        self.self_connections = true;
        self
    }

    /// A connection like [`new`](Self::new) with one value per region for a parameter of the coupling.
    ///
    /// What arrives takes the target's value, what is sent the source's.
    ///
    /// # Errors
    /// [`Error::Unknown`] for a parameter that does not exist, [`Error::Unit`] for values in another unit than
    /// the coupling's own.
    pub fn with_regional_parameter<C: Coupling>(
        source: impl Into<String>,
        input: impl Into<String>,
        coupling: C,
        parameter: &str,
        values: impl Into<Values>,
    ) -> Result<Self> {
        let (index, values) = (parameter_index::<C>(parameter)?, values.into());
        let expected = coupling.parameter_unit(index);
        if values.unit() != expected {
            let what = format!("parameter `{parameter}` of the {} coupling", C::NAME);
            return Err(Error::Unit { what, expected, found: values.unit() });
        }
        let overrides = vec![(index, values)];
        Ok(Self {
            coupling: Arc::new(Regional { coupling: coupling.clone(), overrides }),
            ..Self::new(source, input, coupling)
        })
    }

    /// The state variable or output that is coupled.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The input where it arrives.
    pub fn input(&self) -> &str {
        &self.input
    }

    /// The delays, if there are any.
    pub fn delays(&self) -> Option<&Delays> {
        self.delays.as_ref()
    }

    /// Whether the diagonal of the weights counts.
    pub fn has_self_connections(&self) -> bool {
        self.self_connections
    }

    pub(crate) fn coupling(&self) -> &Arc<dyn ErasedCoupling> {
        &self.coupling
    }
}

/// A coupling behind a pointer, so that a network may hold several kinds.
pub(crate) trait ErasedCoupling: std::fmt::Debug + Any + Send + Sync {
    fn n_sent(&self) -> usize;
    fn arriving_unit(&self, source: Unit) -> Result<Unit>;
    fn check(&self, n_regions: usize) -> Result<()>;
    /// What one source sends.
    fn send(&self, region: usize, source: f64, sent: &mut [f64]);
    /// What arrives at one target.
    fn receive(&self, region: usize, target: f64, sums: &[f64], in_strength: f64) -> f64;
    /// The couplings of several networks of one structure, this one's among them, for regions in lanes; none
    /// if they are not of one kind.
    fn in_lanes(&self, peers: &[&dyn ErasedCoupling], layout: &Layout) -> Option<Box<dyn LaneCoupling<f64>>>;
    /// The same in single precision.
    fn in_single_lanes(
        &self,
        peers: &[&dyn ErasedCoupling],
        layout: &Layout,
    ) -> Option<Box<dyn LaneCoupling<f32>>>;
}

#[derive(Debug)]
pub(super) struct Regional<C> {
    coupling: C,
    overrides: Vec<(usize, Values)>,
}

impl<C: Coupling> Regional<C> {
    fn parameters(&self, region: usize) -> C::With<f64> {
        self.coupling.with(&mut |index, value| self.at(index, value, region))
    }

    /// A parameter of a region, `value` being that of the coupling itself.
    fn at(&self, index: usize, value: f64, region: usize) -> f64 {
        let regional = self.overrides.iter().find(|(overridden, _)| *overridden == index);
        regional.map_or(value, |(_, values)| values.at(region))
    }

    fn lanes<T: Scalar>(
        &self,
        peers: &[&dyn ErasedCoupling],
        layout: &Layout,
    ) -> Option<Box<dyn LaneCoupling<T>>> {
        let peers = peers.iter().map(|&peer| (peer as &dyn Any).downcast_ref::<Self>());
        let peers: Vec<&Self> = peers.collect::<Option<_>>()?;
        let values: Vec<Vec<f64>> = peers.iter().map(|peer| parameter_values(&peer.coupling)).collect();
        let value =
            |k: usize, region: usize, network: usize| peers[network].at(k, values[network][k], region);
        let uniform = peers.len() == 1 && self.overrides.is_empty();
        let n_chunks = if uniform { 1 } else { layout.n_chunks() };
        let numbers = (0..n_chunks).flat_map(|chunk| (0..C::PARAMETERS.len()).map(move |k| (k, chunk)));
        let lanes = numbers.map(|(k, chunk)| layout.lanes(chunk, |r, n| value(k, r, n)));
        Some(Box::new(Chunks::new(self.coupling.clone(), lanes.collect())))
    }
}

impl<C: Coupling> ErasedCoupling for Regional<C> {
    fn n_sent(&self) -> usize {
        C::N_SENT
    }

    fn arriving_unit(&self, source: Unit) -> Result<Unit> {
        self.coupling.arriving_unit(source)
    }

    fn check(&self, n_regions: usize) -> Result<()> {
        let mut value = Ok(());
        self.coupling.with::<f64>(&mut |index, number| {
            let uniform = Values::from(number);
            let what = format!("parameter `{}` of the {} coupling", C::PARAMETERS[index].name, C::NAME);
            if value.is_ok() {
                value = uniform.check(&what, Unit::DIMENSIONLESS, n_regions);
            }
            number
        });
        value?;
        for (index, values) in &self.overrides {
            let what = format!("parameter `{}` of the {} coupling", C::PARAMETERS[*index].name, C::NAME);
            values.check(&what, values.unit(), n_regions)?;
        }
        Ok(())
    }

    fn send(&self, region: usize, source: f64, sent: &mut [f64]) {
        sent.copy_from_slice(C::send(&self.parameters(region), source).as_ref());
    }

    fn receive(&self, region: usize, target: f64, sums: &[f64], in_strength: f64) -> f64 {
        let sums = <C::Sent<f64> as brainmass_core::Array<f64>>::from_fn(|k| sums[k]);
        C::receive(&self.parameters(region), target, &sums, in_strength)
    }

    fn in_lanes(&self, peers: &[&dyn ErasedCoupling], layout: &Layout) -> Option<Box<dyn LaneCoupling<f64>>> {
        self.lanes(peers, layout)
    }

    fn in_single_lanes(
        &self,
        peers: &[&dyn ErasedCoupling],
        layout: &Layout,
    ) -> Option<Box<dyn LaneCoupling<f32>>> {
        self.lanes(peers, layout)
    }
}
