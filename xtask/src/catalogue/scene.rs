//! Short runs that pictures are made of.

use brainmass_core::units::{Dimension, Meter, Second, s};
use brainmass_core::{Connectome, Node, Sampling, TimeSeries};
use brainmass_network::{Integrator, Monitor, Network, Recording, Simulator};
use brainmass_viz::{Panel, PhasePortrait, TimeSeriesPlot};
use nalgebra::DMatrix;

use crate::Result;

/// A network with how long and how finely it is shown.
pub(super) struct Scene<N: Node> {
    pub(super) network: Network<N>,
    pub(super) dt: Second,
    /// What is kept: one sample per so much time.
    pub(super) every: Second,
    pub(super) transient: Second,
    pub(super) duration: Second,
}

impl<N: Node> Scene<N> {
    /// A scene from the start.
    pub(super) fn new(network: Network<N>, dt: Second, every: Second, duration: Second) -> Self {
        Self { network, dt, every, transient: s(0.0), duration }
    }

    /// The scene after a transient that is not shown; the duration counts from its end.
    pub(super) fn after(mut self, transient: Second) -> Self {
        self.transient = transient;
        self.duration += transient;
        self
    }

    /// Variables of all regions, by name.
    pub(super) fn run(&self, names: &[&str]) -> Result<Recording> {
        let simulator =
            Simulator::new(&self.network, self.dt)?.with_integrator(Integrator::Heun).with_seed(2);
        let monitors: Vec<Monitor> = names.iter().map(|name| Monitor::of(*name).every(self.every)).collect();
        Ok(simulator.run(self.duration, self.transient, &monitors)?)
    }

    /// One variable, a channel for each region, times from the end of the transient.
    pub(super) fn series<U: Dimension>(&self, name: &str) -> Result<TimeSeries<U>> {
        self.shifted(&self.run(&[name])?.take(name)?)
    }

    /// Several variables of one unit in the first region, each with the label of its channel.
    pub(super) fn together<U: Dimension>(&self, names: &[(&str, &str)]) -> Result<TimeSeries<U>> {
        let variables: Vec<&str> = names.iter().map(|(name, _)| *name).collect();
        let mut recording = self.run(&variables)?;
        let series =
            variables.iter().map(|name| Ok(recording.take::<U>(name)?)).collect::<Result<Vec<_>>>()?;
        let rows: Vec<_> = series.iter().map(|series| series.values().row(0).into_owned()).collect();
        let labels: Vec<String> = names.iter().map(|(_, label)| (*label).to_owned()).collect();
        let sampling = series[0].sampling().with_channels(labels)?;
        self.shifted(&TimeSeries::new(DMatrix::from_rows(&rows), sampling)?)
    }

    fn shifted<U: Dimension>(&self, series: &TimeSeries<U>) -> Result<TimeSeries<U>> {
        let start = series.start() - self.transient;
        let sampling = Sampling::new(series.channels().clone(), series.period(), start)?;
        Ok(TimeSeries::new(series.values().clone(), sampling)?)
    }

    /// One variable over another, an orbit for each region.
    pub(super) fn portrait<X: Dimension, Y: Dimension>(&self, x: [&str; 2], y: [&str; 2]) -> Result<Panel> {
        let mut recording = self.run(&[x[0], y[0]])?;
        let (first, second) = (recording.take::<X>(x[0])?, recording.take::<Y>(y[0])?);
        Ok(PhasePortrait::new((x[1], &first), (y[1], &second)).panel()?.sized(260.0, 240.0)?)
    }
}

/// Channels on one axis.
pub(super) fn overlaid<U: Dimension>(series: &TimeSeries<U>, quantity: &str) -> Result<Panel> {
    Ok(TimeSeriesPlot::new(series).quantity(quantity).overlaid().panel()?.sized(420.0, 220.0)?)
}

/// Channels one above the other.
pub(super) fn stacked<U: Dimension>(series: &TimeSeries<U>) -> Result<Panel> {
    Ok(TimeSeriesPlot::new(series).panel()?.sized(480.0, 80.0 * series.n_channels() as f64)?)
}

/// Regions with names and without connections.
pub(super) fn regions(labels: &[&str]) -> Result<Connectome> {
    let n = labels.len();
    let labels = labels.iter().map(|label| (*label).to_owned()).collect();
    Ok(Connectome::new(DMatrix::zeros(n, n), Meter::new(DMatrix::zeros(n, n)), labels)?)
}
