//! What is observed: from `[observe.*]` to monitors, and from recordings to signals.

mod protocol;

use std::path::Path;

use brainmass_core::units::dimension::{self, Dimensionless, Hertz, Tesla, TeslaPerMeter, Volt};
use brainmass_core::units::{Dimension, Second, Unit, Values, s, show};
use brainmass_core::{Connectome, Error, Parameterized, Result, TimeSeries, Variable};
use brainmass_forward::{BalloonWindkessel, ConvolutionBold, FieldStrength, Haemodynamics, SliceTiming, hrf};
use brainmass_network::{Monitor, Recording};

use super::head::Coils;
use super::section::Section;
use super::sensors::Sensors;
use super::signal::AnySeries;

/// The models of `[observe.*]`.
pub const MODELS: [&str; 7] = ["series", "average", "bold", "balloon", "eeg", "meg", "seeg"];

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
    Bold(Bold),
    Balloon(Balloon),
    Eeg(Sensors<Volt>),
    Magnetometers(Sensors<Tesla>),
    Gradiometers(Sensors<TeslaPerMeter>),
    Seeg(Sensors<Volt>),
}

/// BOLD by convolution as the file wants it.
#[derive(Clone, Debug)]
struct Bold {
    kernel: String,
    /// Parameters of the kernel by name: one value, or one per region.
    parameters: Vec<(String, Values)>,
    repetition_time: Second,
    step: Second,
    slices: Option<SliceTiming>,
    transient: Second,
}

impl Bold {
    fn model<U: Dimension>(&self) -> Result<ConvolutionBold<U>> {
        let kernel = hrf::by_name(&self.kernel)?;
        let mut model = ConvolutionBold::new(kernel, self.repetition_time, self.step);
        for (name, values) in &self.parameters {
            model = model.with_kernel_parameter(name, values.clone())?;
        }
        Ok(match &self.slices {
            None => model,
            Some(slices) => model.with_slice_timing(slices.clone()),
        })
    }
}

/// The Balloon–Windkessel model as the file wants it.
#[derive(Clone, Debug)]
struct Balloon {
    coefficients: Haemodynamics,
    /// Parameters by name: one value, or one per region.
    parameters: Vec<(&'static str, Values)>,
    positive: bool,
    repetition_time: Second,
    step: Option<Second>,
    slices: Option<SliceTiming>,
    transient: Second,
}

impl Balloon {
    fn model<U: Dimension>(&self) -> Result<BalloonWindkessel<U>> {
        let mut model = BalloonWindkessel::new(self.coefficients).with_repetition_time(self.repetition_time);
        for (name, values) in &self.parameters {
            model = model.with_parameter(name, values.clone())?;
        }
        if self.positive {
            model = model.with_positive_states();
        }
        if let Some(step) = self.step {
            model = model.with_step(step);
        }
        Ok(match &self.slices {
            None => model,
            Some(slices) => model.with_slice_timing(slices.clone()),
        })
    }
}

/// `slice_times_ms`: when each region is read within a repetition time.
fn slices(section: &Section<'_>) -> Result<Option<SliceTiming>> {
    let times = section.quantity("slice_times", Unit::of::<dimension::Second>())?;
    Ok(times.map(|times| SliceTiming::new(Second::new(times.as_slice().to_vec()))))
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
    let mut parameters = Vec::new();
    for scalar in hrf::by_name(&kernel)?.scalars() {
        if let Some(values) = section.quantity(&scalar.name, scalar.unit)? {
            parameters.push((scalar.name, values));
        }
    }
    Ok(Model::Bold(Bold {
        kernel,
        parameters,
        repetition_time: section.required_time("repetition_time")?,
        step: section.required_time("step")?,
        slices: slices(section)?,
        transient: transient(section)?,
    }))
}

fn balloon(section: &Section<'_>) -> Result<Model> {
    let mut coefficients = match section.text("coefficients")? {
        None | Some("friston_2003") => Haemodynamics::friston_2003(),
        Some("stephan_2007") => Haemodynamics::stephan_2007(),
        Some(other) => {
            return Err(Error::unknown("set of coefficients", other, ["friston_2003", "stephan_2007"]));
        }
    };
    if let Some(field) = section.single::<Tesla>("field_strength")? {
        coefficients = coefficients.with_field_strength(FieldStrength::of_tesla(field.value_unsafe)?);
    }
    let mut parameters = Vec::new();
    for parameter in Haemodynamics::PARAMETERS {
        if let Some(values) = section.quantity(parameter.name, parameter.unit)? {
            parameters.push((parameter.name, values));
        }
    }
    let positive = match section.text("integration")? {
        None | Some("heun") => false,
        Some("positive") => true,
        Some(other) => return Err(Error::unknown("integration of the Balloon", other, ["heun", "positive"])),
    };
    Ok(Model::Balloon(Balloon {
        coefficients,
        parameters,
        positive,
        repetition_time: section.required_time("repetition_time")?,
        step: section.time("step")?,
        slices: slices(section)?,
        transient: transient(section)?,
    }))
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
    /// For EEG, MEG and sEEG: the channels the lead field has no numbers for.
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
            "meg" => match Coils::of(&section)? {
                Coils::Magnetometers => {
                    Model::Magnetometers(Sensors::magnetometers(&section, connectome, folder)?)
                }
                coils => Model::Gradiometers(Sensors::gradiometers(&section, connectome, folder, coils)?),
            },
            "seeg" => Model::Seeg(Sensors::seeg(&section, connectome, folder)?),
            other => return Err(Error::unknown("observation model", other, MODELS)),
        };
        section.finish()?;
        Ok(Self { name: name.to_owned(), source, model })
    }

    fn model_name(&self) -> &'static str {
        match &self.model {
            Model::Series { .. } => "series",
            Model::Average { .. } => "average",
            Model::Bold(_) => "bold",
            Model::Balloon(_) => "balloon",
            Model::Eeg(_) => "eeg",
            Model::Magnetometers(_) | Model::Gradiometers(_) => "meg",
            Model::Seeg(_) => "seeg",
        }
    }

    /// The monitor that records it during the run.
    pub(super) fn monitor(&self, variable: &Variable) -> Result<Monitor> {
        let monitor = Monitor::of(&self.source);
        let monitor = match &self.model {
            Model::Series { period: None } => monitor,
            Model::Series { period: Some(period) } => monitor.every(*period),
            Model::Average { period } => monitor.averaged(*period),
            Model::Bold(_) | Model::Balloon(_) => match variable.unit {
                unit if unit == Unit::of::<Dimensionless>() => self.haemodynamic::<Dimensionless>(monitor)?,
                unit if unit == Unit::of::<Hertz>() => self.haemodynamic::<Hertz>(monitor)?,
                unit if unit == Unit::of::<Volt>() => self.haemodynamic::<Volt>(monitor)?,
                unit => {
                    let problem =
                        format!("BOLD of a variable in {unit} is not offered; take a rate or a potential");
                    return Err(Error::setting(format!("[observe.{}] source", self.name), problem));
                }
            },
            Model::Eeg(sensors) | Model::Seeg(sensors) => monitor.observed(sensors.sources()),
            Model::Magnetometers(sensors) => monitor.observed(sensors.sources()),
            Model::Gradiometers(sensors) => monitor.observed(sensors.sources()),
        };
        Ok(monitor.named(&self.name))
    }

    fn haemodynamic<U: Dimension>(&self, monitor: Monitor) -> Result<Monitor> {
        Ok(match &self.model {
            Model::Bold(bold) => monitor.observed(bold.model::<U>()?),
            Model::Balloon(balloon) => monitor.observed(balloon.model::<U>()?),
            _ => monitor,
        })
    }

    /// The signal of a finished run; `number` counts the observations of a network.
    pub(super) fn signal(
        &self,
        variable: &Variable,
        recording: &mut Recording,
        run: &RunTimes,
        number: u32,
    ) -> Result<Signal> {
        let (series, dropped) = match &self.model {
            Model::Series { .. } | Model::Average { .. } => {
                (AnySeries::take(recording, &self.name, variable.unit)?, None)
            }
            Model::Bold(Bold { transient, .. }) | Model::Balloon(Balloon { transient, .. }) => {
                let bold: TimeSeries<Dimensionless> = recording.take(&self.name)?;
                let dropped = run.dropped(*transient);
                let series = AnySeries::Plain(bold).after(run.transient + dropped)?;
                (series, Some(Dropped { asked: *transient, dropped }))
            }
            Model::Eeg(sensors) | Model::Seeg(sensors) => {
                (AnySeries::Potential(sensors.observe(&recording.take(&self.name)?, run.seed, number)?), None)
            }
            Model::Magnetometers(sensors) => {
                (AnySeries::Field(sensors.observe(&recording.take(&self.name)?, run.seed, number)?), None)
            }
            Model::Gradiometers(sensors) => {
                (AnySeries::Gradient(sensors.observe(&recording.take(&self.name)?, run.seed, number)?), None)
            }
        };
        let source = self.source.clone();
        let absent_channels = match &self.model {
            Model::Eeg(sensors) | Model::Seeg(sensors) => sensors.absent().to_vec(),
            Model::Magnetometers(sensors) => sensors.absent().to_vec(),
            Model::Gradiometers(sensors) => sensors.absent().to_vec(),
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

impl RunTimes {
    /// How much of a haemodynamic transient is dropped: at most a quarter of the recorded time.
    fn dropped(&self, asked: Second) -> Second {
        let quarter = (self.duration - self.transient) * 0.25;
        if asked > quarter { quarter } else { asked }
    }
}
