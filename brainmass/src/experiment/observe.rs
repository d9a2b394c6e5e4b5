//! What is observed: from `[observe.*]` to monitors, and from recordings to signals.

use std::path::Path;

use brainmass_core::units::dimension::{Dimensionless, Hertz, Tesla, Volt};
use brainmass_core::units::{Dimension, Second, Unit, s, show};
use brainmass_core::{Connectome, Error, Node, Result, TimeSeries};
use brainmass_forward::{BalloonWindkessel, ConvolutionBold, Haemodynamics, hrf};
use brainmass_network::{Monitor, Recording};

use super::section::Section;
use super::sensors::Sensors;
use super::signal::AnySeries;

/// The models of `[observe.*]`.
pub const MODELS: [&str; 6] = ["series", "average", "bold", "balloon", "eeg", "meg"];

/// One `[observe.NAME]`.
#[derive(Clone, Debug)]
pub(super) struct Observation {
    pub(super) name: String,
    pub(super) source: String,
    model: Model,
}

#[derive(Clone, Debug)]
enum Model {
    Series { period: Option<Second> },
    Average { period: Second },
    Bold { kernel: String, repetition_time: Second, step: Second, transient: Second },
    Balloon { coefficients: Haemodynamics, repetition_time: Second, transient: Second },
    Eeg(Sensors<Volt>),
    Meg(Sensors<Tesla>),
}

/// How much of the beginning of BOLD is dropped unless the file says otherwise: the memory of the haemodynamics.
const HAEMODYNAMIC_TRANSIENT: Second = s(25.0);

fn transient(section: &Section<'_>) -> Result<Second> {
    let transient = section.time("transient")?.unwrap_or(HAEMODYNAMIC_TRANSIENT);
    if transient.value_unsafe >= 0.0 && transient.value_unsafe.is_finite() {
        return Ok(transient);
    }
    Err(section.error("transient_ms", format!("must be zero or more, but is {}", show(transient))))
}

fn bold(section: &Section<'_>) -> Result<Model> {
    let kernel = section.text("kernel")?.unwrap_or("gamma").to_owned();
    hrf::by_name(&kernel)?;
    Ok(Model::Bold {
        kernel,
        repetition_time: section.required_time("repetition_time")?,
        step: section.required_time("step")?,
        transient: transient(section)?,
    })
}

fn balloon(section: &Section<'_>) -> Result<Model> {
    let coefficients = match section.text("coefficients")? {
        None | Some("friston_2003") => Haemodynamics::friston_2003(),
        Some("stephan_2007") => Haemodynamics::stephan_2007(),
        Some(other) => {
            return Err(Error::unknown("set of coefficients", other, ["friston_2003", "stephan_2007"]));
        }
    };
    Ok(Model::Balloon {
        coefficients,
        repetition_time: section.required_time("repetition_time")?,
        transient: transient(section)?,
    })
}

/// What an observation gave.
#[derive(Clone, Debug)]
pub struct Signal {
    /// The name of the observation.
    pub name: String,
    /// The model: one of [`MODELS`].
    pub model: &'static str,
    /// The variable it observes.
    pub source: String,
    /// The series.
    pub series: AnySeries,
    /// For BOLD: how much of the beginning was dropped beyond the simulation's transient.
    pub dropped: Option<Dropped>,
    /// For EEG and MEG: the channels the lead field has no numbers for.
    pub absent_channels: Vec<String>,
}

/// The haemodynamic transient: what was asked for and what was dropped.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dropped {
    /// What was asked for.
    pub asked: Second,
    /// What was dropped: at most a quarter of the recorded time.
    pub dropped: Second,
}

impl Observation {
    pub(super) fn read(
        name: &str,
        section: Section<'_>,
        connectome: &Connectome,
        folder: &Path,
    ) -> Result<Self> {
        let source = section.required_text("source")?.to_owned();
        let model = match section.required_text("model")? {
            "series" => Model::Series { period: section.time("period")? },
            "average" => Model::Average { period: section.required_time("period")? },
            "bold" => bold(&section)?,
            "balloon" => balloon(&section)?,
            "eeg" => Model::Eeg(Sensors::eeg(&section, connectome, folder)?),
            "meg" => Model::Meg(Sensors::meg(&section, connectome, folder)?),
            other => return Err(Error::unknown("observation model", other, MODELS)),
        };
        section.finish()?;
        Ok(Self { name: name.to_owned(), source, model })
    }

    fn model_name(&self) -> &'static str {
        match &self.model {
            Model::Series { .. } => "series",
            Model::Average { .. } => "average",
            Model::Bold { .. } => "bold",
            Model::Balloon { .. } => "balloon",
            Model::Eeg(_) => "eeg",
            Model::Meg(_) => "meg",
        }
    }

    /// The monitor that records it during the run.
    pub(super) fn monitor<N: Node>(&self) -> Result<Monitor> {
        let (_, variable) = brainmass_core::node::source::<N>(&self.source)?;
        let monitor = Monitor::of(&self.source);
        let monitor = match &self.model {
            Model::Series { period: None } => monitor,
            Model::Series { period: Some(period) } => monitor.every(*period),
            Model::Average { period } => monitor.averaged(*period),
            Model::Bold { .. } | Model::Balloon { .. } => match variable.unit {
                unit if unit == Unit::of::<Dimensionless>() => self.haemodynamic::<Dimensionless>(monitor)?,
                unit if unit == Unit::of::<Hertz>() => self.haemodynamic::<Hertz>(monitor)?,
                unit if unit == Unit::of::<Volt>() => self.haemodynamic::<Volt>(monitor)?,
                unit => {
                    let problem =
                        format!("BOLD of a variable in {unit} is not offered; take a rate or a potential");
                    return Err(Error::setting(format!("[observe.{}] source", self.name), problem));
                }
            },
            Model::Eeg(sensors) => monitor.observed(sensors.sources()),
            Model::Meg(sensors) => monitor.observed(sensors.sources()),
        };
        Ok(monitor.named(&self.name))
    }

    fn haemodynamic<U: Dimension>(&self, monitor: Monitor) -> Result<Monitor> {
        Ok(match &self.model {
            Model::Bold { kernel, repetition_time, step, .. } => {
                monitor.observed(ConvolutionBold::<U>::new(hrf::by_name(kernel)?, *repetition_time, *step))
            }
            Model::Balloon { coefficients, repetition_time, .. } => monitor
                .observed(BalloonWindkessel::<U>::new(*coefficients).with_repetition_time(*repetition_time)),
            _ => monitor,
        })
    }

    /// The signal of a finished run; `number` counts the observations of a network.
    pub(super) fn signal<N: Node>(
        &self,
        recording: &mut Recording,
        run: &RunTimes,
        number: u32,
    ) -> Result<Signal> {
        let (_, variable) = brainmass_core::node::source::<N>(&self.source)?;
        let (series, dropped) = match &self.model {
            Model::Series { .. } | Model::Average { .. } => {
                (AnySeries::take(recording, &self.name, variable.unit)?, None)
            }
            Model::Bold { transient, .. } | Model::Balloon { transient, .. } => {
                let bold: TimeSeries<Dimensionless> = recording.take(&self.name)?;
                let quarter = (run.duration - run.transient) * 0.25;
                let dropped = if *transient > quarter { quarter } else { *transient };
                let series = AnySeries::Plain(bold).after(run.transient + dropped)?;
                (series, Some(Dropped { asked: *transient, dropped }))
            }
            Model::Eeg(sensors) => {
                (AnySeries::Potential(sensors.observe(&recording.take(&self.name)?, run.seed, number)?), None)
            }
            Model::Meg(sensors) => {
                (AnySeries::Field(sensors.observe(&recording.take(&self.name)?, run.seed, number)?), None)
            }
        };
        let source = self.source.clone();
        let absent_channels = match &self.model {
            Model::Eeg(sensors) => sensors.absent().to_vec(),
            Model::Meg(sensors) => sensors.absent().to_vec(),
            _ => Vec::new(),
        };
        Ok(Signal {
            name: self.name.clone(),
            model: self.model_name(),
            source,
            series,
            dropped,
            absent_channels,
        })
    }
}

/// The times of a run, and its seed.
#[derive(Clone, Copy, Debug)]
pub(super) struct RunTimes {
    pub(super) duration: Second,
    pub(super) transient: Second,
    pub(super) seed: u64,
}
