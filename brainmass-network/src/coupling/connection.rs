//! Which quantity acts on which input, through which coupling, how late.

use std::sync::Arc;

use brainmass_core::units::{Unit, Values};
use brainmass_core::{Coupling, Error, Result, parameter_index};

use crate::delays::Delays;

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
    kernel: Arc<dyn Kernel>,
    delays: Option<Delays>,
    self_connections: bool,
}

impl Connection {
    /// A connection without delays and without self-connections.
    pub fn new(source: impl Into<String>, input: impl Into<String>, coupling: impl Coupling) -> Self {
        let kernel = Arc::new(Regional { coupling, overrides: Vec::new() });
        Self { source: source.into(), input: input.into(), kernel, delays: None, self_connections: false }
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
            kernel: Arc::new(Regional { coupling: coupling.clone(), overrides }),
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

    pub(crate) fn kernel(&self) -> &Arc<dyn Kernel> {
        &self.kernel
    }
}

/// A coupling behind a pointer, so that a network may hold several kinds.
pub(crate) trait Kernel: std::fmt::Debug + Send + Sync {
    fn n_sent(&self) -> usize;
    fn arriving_unit(&self, source: Unit) -> Result<Unit>;
    fn check(&self, n_regions: usize) -> Result<()>;
    /// What one source sends.
    fn send(&self, region: usize, source: f64, sent: &mut [f64]);
    /// What arrives at one target.
    fn receive(&self, region: usize, target: f64, sums: &[f64], in_strength: f64) -> f64;
}

#[derive(Debug)]
struct Regional<C> {
    coupling: C,
    overrides: Vec<(usize, Values)>,
}

impl<C: Coupling> Regional<C> {
    fn parameters(&self, region: usize) -> C::With<f64> {
        self.coupling.with(&mut |index, value| {
            let regional = self.overrides.iter().find(|(overridden, _)| *overridden == index);
            regional.map_or(value, |(_, values)| values.at(region))
        })
    }
}

impl<C: Coupling> Kernel for Regional<C> {
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
}
