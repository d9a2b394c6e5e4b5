//! Which quantity acts on which input, through which coupling, how late.

use std::any::Any;
use std::sync::Arc;

use brainmass_core::tape::{Tape, Traced};
use brainmass_core::units::{Unit, Values, show_value};
use brainmass_core::{
    Array, Coupling, Dual, Error, Result, Variable, check, parameter_index, parameter_values,
};

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
    reach: Reach,
    squared: bool,
}

/// Whom a connection joins to whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reach {
    /// Every region to every other.
    Others,
    /// Every region to every other and to itself.
    All,
    /// Every region to itself alone, with weight one.
    Within,
}

impl Connection {
    /// A connection without delays and without self-connections.
    pub fn new(source: impl Into<String>, input: impl Into<String>, coupling: impl Coupling) -> Self {
        let coupling = Arc::new(Regional { coupling, overrides: Vec::new() });
        Self {
            source: source.into(),
            input: input.into(),
            coupling,
            delays: None,
            reach: Reach::Others,
            squared: false,
        }
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
        self.reach = Reach::All;
        self
    }

    /// The connection from each region to itself alone, with weight one whatever the connectome says: what acts late
    /// within a region.
    ///
    /// ```
    /// use brainmass_core::units::{dimension::Dimensionless, hz, ms};
    /// use brainmass_network::{Additive, Connection, Delays, Monitor, Network, Simulator};
    /// use brainmass_nodes::Linear;
    /// // x′ = −100 x(t − 10 ms) from x = 1: 1 − 100 t as long as it is the past that arrives.
    /// let late = Connection::new("x", "x_input", Additive::new(hz(-100.0)))
    ///     .within_regions()
    ///     .with_delays(Delays::constant(ms(10.0)));
    /// let network = Network::single(Linear { gamma: hz(0.0) }).with_initial("x", 1.0)?.with_connection(late)?;
    /// let mut run = Simulator::new(&network, ms(0.1))?.run(ms(5.0), ms(4.9), &[Monitor::of("x")])?;
    /// assert!((run.take::<Dimensionless>("x")?.values()[(0, 0)] - 0.5).abs() < 1e-12);
    /// # Ok::<(), brainmass_core::Error>(())
    /// ```
    #[must_use]
    pub fn within_regions(mut self) -> Self {
        self.reach = Reach::Within;
        self
    }

    /// The connection with the squares of the weights: Σ w² of what is sent, as the variance of many independent inputs is.
    #[must_use]
    pub fn with_squared_weights(mut self) -> Self {
        self.squared = true;
        self
    }

    /// The connection with one value per region for a parameter of the coupling, or one for all.
    ///
    /// What arrives takes the target's value, what is sent the source's.
    ///
    /// ```
    /// use brainmass_core::units::{hz, Hertz};
    /// use brainmass_network::{Additive, Connection};
    /// let connection = Connection::new("x", "x_input", Additive::new(hz(1.0)));
    /// assert!(connection.clone().with_parameter("g", Hertz::new(vec![0.5, 1.5])).is_ok());
    /// let wrong = connection.with_parameter("g", vec![0.5, 1.5]).unwrap_err();
    /// assert_eq!(wrong.to_string(), "parameter `g` of the additive coupling: expected a quantity in Hz, found one in 1");
    /// ```
    ///
    /// # Errors
    /// [`Error::Unknown`] for a parameter that does not exist, [`Error::Unit`] for values in another unit than
    /// the coupling's own, [`Error::Setting`] for an offset that the coupling has not been given yet.
    pub fn with_parameter(mut self, parameter: &str, values: impl Into<Values>) -> Result<Self> {
        self.coupling = self.coupling.with_parameter(parameter, values.into())?;
        Ok(self)
    }

    /// The same with numbers in the unit the coupling wants.
    pub(crate) fn with_numbers(self, parameter: &str, numbers: Vec<f64>) -> Result<Self> {
        let unit = self.coupling.unit(self.coupling.parameter_index(parameter)?);
        self.with_parameter(parameter, Values::new(numbers, unit))
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
        self.reach == Reach::All
    }

    /// Whether each region acts on itself alone.
    pub fn is_within_regions(&self) -> bool {
        self.reach == Reach::Within
    }

    /// The weight of a pair whose weight in the connectome is `w`, and its derivative by that.
    pub(crate) fn weight(&self, target: usize, source: usize, w: f64) -> (f64, f64) {
        match self.reach {
            Reach::Within => (f64::from(u8::from(target == source)), 0.0),
            Reach::Others if target == source => (0.0, 0.0),
            Reach::Others | Reach::All if self.squared => (w * w, 2.0 * w),
            Reach::Others | Reach::All => (w, 1.0),
        }
    }

    /// Whether another one joins the same variables of the same regions, with the same weights.
    pub fn joins_as(&self, other: &Self) -> bool {
        (&self.source, &self.input, self.reach, self.squared)
            == (&other.source, &other.input, other.reach, other.squared)
    }

    /// Checks that what arrives is in the unit of the input.
    pub(crate) fn check(&self, source: &Variable, input: &Variable, n_regions: usize) -> Result<()> {
        let arriving = self.coupling.arriving_unit(source.unit)?;
        if arriving != input.unit {
            return Err(Error::Unit { what: self.what(), expected: input.unit, found: arriving });
        }
        self.coupling.check(n_regions)
    }

    /// What errors call it.
    pub(crate) fn what(&self) -> String {
        format!("coupling from `{}` to `{}`", self.source, self.input)
    }

    pub(crate) fn coupling(&self) -> &Arc<dyn ErasedCoupling> {
        &self.coupling
    }
}

/// A coupling behind a pointer, so that a network may hold several kinds.
pub(crate) trait ErasedCoupling: std::fmt::Debug + Any + Send + Sync {
    /// The same coupling with a parameter of one value, or one per region.
    fn with_parameter(&self, parameter: &str, values: Values) -> Result<Arc<dyn ErasedCoupling>>;
    fn n_sent(&self) -> usize;
    fn needs_target(&self) -> bool;
    fn n_parameters(&self) -> usize;
    fn parameter_names(&self) -> Box<dyn Iterator<Item = &'static str>>;
    fn parameter_index(&self, name: &str) -> Result<usize>;
    /// The unit of a parameter; none is known for an offset that was not given.
    fn unit(&self, index: usize) -> Unit;
    /// A parameter in a region.
    fn parameter(&self, index: usize, region: usize) -> f64;
    /// What is sent, from the parameters and the source; what arrives, from the parameters, the sum of weights, the target
    /// and the sums.
    fn tapes(&self) -> (Tape, Tape);
    fn arriving_unit(&self, source: Unit) -> Result<Unit>;
    fn check(&self, n_regions: usize) -> Result<()>;
    /// What one source sends.
    fn send(&self, region: usize, source: f64, sent: &mut [f64]);
    /// What arrives at one target.
    fn receive(&self, region: usize, target: f64, sums: &[f64], in_strength: f64) -> f64;
    /// The same with derivatives along a direction in which the parameters move.
    fn send_dual(&self, region: usize, velocities: &[f64], source: Dual<f64, 1>, sent: &mut [Dual<f64, 1>]);
    /// The same.
    fn receive_dual(
        &self,
        region: usize,
        velocities: &[f64],
        target: Dual<f64, 1>,
        sums: &[Dual<f64, 1>],
        in_strength: Dual<f64, 1>,
    ) -> Dual<f64, 1>;
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
    fn what(index: usize) -> String {
        super::parameter_of(C::NAME, C::PARAMETERS[index].name)
    }

    fn parameters(&self, region: usize) -> C::With<f64> {
        self.coupling.with(&mut |index, value| self.at(index, value, region))
    }

    fn duals(&self, region: usize, velocities: &[f64]) -> C::With<Dual<f64, 1>> {
        self.coupling.with(&mut |index, value| Dual {
            value: self.at(index, value, region),
            partials: [velocities[index]],
        })
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
    fn with_parameter(&self, parameter: &str, values: Values) -> Result<Arc<dyn ErasedCoupling>> {
        let index = parameter_index::<C>(parameter)?;
        let what = Self::what(index);
        let Some(expected) = self.coupling.parameter_unit(index) else {
            return Err(Error::setting(what, "the coupling itself must have one before it can be regional"));
        };
        if values.unit() != expected {
            return Err(Error::Unit { what, expected, found: values.unit() });
        }
        let mut overrides = self.overrides.clone();
        overrides.retain(|(overridden, _)| *overridden != index);
        overrides.push((index, values));
        Ok(Arc::new(Self { coupling: self.coupling.clone(), overrides }))
    }

    fn n_sent(&self) -> usize {
        C::N_SENT
    }

    fn needs_target(&self) -> bool {
        C::NEEDS_TARGET
    }

    fn n_parameters(&self) -> usize {
        C::PARAMETERS.len()
    }

    fn parameter_names(&self) -> Box<dyn Iterator<Item = &'static str>> {
        Box::new(C::PARAMETERS.iter().map(|parameter| parameter.name))
    }

    fn parameter_index(&self, name: &str) -> Result<usize> {
        parameter_index::<C>(name)
    }

    fn unit(&self, index: usize) -> Unit {
        self.coupling.parameter_unit(index).unwrap_or(Unit::DIMENSIONLESS)
    }

    fn parameter(&self, index: usize, region: usize) -> f64 {
        self.at(index, parameter_values(&self.coupling)[index], region)
    }

    fn tapes(&self) -> (Tape, Tape) {
        let n = C::PARAMETERS.len();
        let send = Tape::record(n + 1, |x| {
            let parameters = self.coupling.with(&mut |k, _| x[k]);
            C::send(&parameters, x[n]).as_ref().to_vec()
        });
        let receive = Tape::record(n + 2 + C::N_SENT, |x| {
            let parameters = self.coupling.with(&mut |k, _| x[k]);
            let sums = <C::Sent<Traced> as Array<Traced>>::from_fn(|k| x[n + 2 + k]);
            vec![C::receive(&parameters, x[n + 1], &sums, x[n])]
        });
        (send, receive)
    }

    fn arriving_unit(&self, source: Unit) -> Result<Unit> {
        self.coupling.arriving_unit(source)
    }

    fn check(&self, n_regions: usize) -> Result<()> {
        let own = parameter_values(&self.coupling).into_iter().enumerate();
        let own = own.map(|(index, value)| (index, Values::new(vec![value], self.unit(index))));
        for (index, values) in own.chain(self.overrides.iter().cloned()) {
            let what = Self::what(index);
            values.check(&what, values.unit(), n_regions)?;
            let (low, high) = C::PARAMETERS[index].range;
            if let Some(value) = values.as_slice().iter().find(|value| !(low..=high).contains(*value)) {
                let unit = values.unit();
                let requirement = format!("between {} and {}", show_value(low, unit), show_value(high, unit));
                return Err(check::out_of_range(&what, *value, unit, &requirement));
            }
        }
        Ok(())
    }

    fn send(&self, region: usize, source: f64, sent: &mut [f64]) {
        sent.copy_from_slice(C::send(&self.parameters(region), source).as_ref());
    }

    fn receive(&self, region: usize, target: f64, sums: &[f64], in_strength: f64) -> f64 {
        let sums = <C::Sent<f64> as Array<f64>>::from_fn(|k| sums[k]);
        C::receive(&self.parameters(region), target, &sums, in_strength)
    }

    fn send_dual(&self, region: usize, velocities: &[f64], source: Dual<f64, 1>, sent: &mut [Dual<f64, 1>]) {
        sent.copy_from_slice(C::send(&self.duals(region, velocities), source).as_ref());
    }

    fn receive_dual(
        &self,
        region: usize,
        velocities: &[f64],
        target: Dual<f64, 1>,
        sums: &[Dual<f64, 1>],
        in_strength: Dual<f64, 1>,
    ) -> Dual<f64, 1> {
        let sums = <C::Sent<Dual<f64, 1>> as Array<_>>::from_fn(|k| sums[k]);
        C::receive(&self.duals(region, velocities), target, &sums, in_strength)
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
