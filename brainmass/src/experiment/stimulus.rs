//! What acts from outside and changes with time: the sections `[[stimulus]]`.

use std::path::Path;
use std::sync::Arc;

use brainmass_core::units::{Second, Unit, dimension, s};
use brainmass_core::{Connectome, Error, Result};
use brainmass_datasets::read_matrix;
use brainmass_network::drive::{
    Drive, Gaussian, Interpolation, Pulse, PulseTrain, Ramp, SHAPES, Samples, Shape, Sinusoid,
};

use super::section::Section;

/// A drive and the name of its input.
#[derive(Clone, Debug)]
pub(super) struct Stimulus {
    pub(super) input: String,
    pub(super) drive: Drive,
}

impl Stimulus {
    /// Reads a section; `folder` is where relative paths start.
    pub(super) fn read(section: Section<'_>, connectome: &Connectome, folder: &Path) -> Result<Self> {
        let input = section.required_text("input")?.to_owned();
        let kind = section.required_text("kind")?;
        let amplitude = section.any_quantity("amplitude")?;
        let amplitude = amplitude.ok_or_else(|| section.error("amplitude", "is missing"))?;
        let [height] = amplitude.as_slice() else {
            return Err(section.error("amplitude", "expected one number; regions differ by `weights`"));
        };
        let mut drive = Drive::with_unit(*height, amplitude.unit(), shape(&section, kind, folder)?);
        if let Some(weights) = weights(&section, connectome)? {
            drive = drive.with_weights(weights);
        }
        section.finish()?;
        Ok(Self { input, drive })
    }
}

fn shape(section: &Section<'_>, kind: &str, folder: &Path) -> Result<Arc<dyn Shape>> {
    let onset = || Ok::<Second, Error>(section.time("onset")?.unwrap_or(s(0.0)));
    Ok(match kind {
        "pulse" => Arc::new(Pulse::new(onset()?, section.required_time("duration")?)),
        "pulse_train" => {
            let (width, period) = (section.required_time("width")?, section.required_time("period")?);
            let train = PulseTrain::new(onset()?, width, period);
            Arc::new(section.whole("count")?.map_or(train, |count| train.with_count(count)))
        }
        "sinusoid" => {
            let frequency = section.single::<dimension::Hertz>("frequency")?;
            let frequency = frequency.ok_or_else(|| section.error("frequency_hz", "is missing"))?;
            let phase =
                section.single::<dimension::Dimensionless>("phase")?.map_or(0.0, |phase| phase.value_unsafe);
            let sine = Sinusoid::new(frequency).from(onset()?).with_phase(phase);
            Arc::new(section.time("duration")?.map_or(sine, |duration| sine.lasting(duration)))
        }
        "ramp" => Arc::new(Ramp::new(onset()?, section.required_time("duration")?)),
        "gaussian" => {
            Arc::new(Gaussian::new(section.required_time("centre")?, section.required_time("width")?))
        }
        "series" => Arc::new(series(section, onset()?, folder)?),
        other => return Err(Error::unknown("stimulus", other, SHAPES)),
    })
}

/// A file with a row for each sample, of one column or one for each region.
fn series(section: &Section<'_>, onset: Second, folder: &Path) -> Result<Samples> {
    let values = read_matrix(&crate::load::path(folder, section.required_text("file")?)?)?;
    let interpolation = match section.text("interpolation")? {
        None => Interpolation::Refused,
        Some("held") => Interpolation::Held,
        Some("linear") => Interpolation::Linear,
        Some(other) => return Err(Error::unknown("interpolation", other, ["held", "linear"])),
    };
    let period = section.required_time("period")?;
    Ok(Samples::new(values.transpose(), period).from(onset).with_interpolation(interpolation))
}

/// A weight for each region, or the regions where it acts.
fn weights(section: &Section<'_>, connectome: &Connectome) -> Result<Option<Vec<f64>>> {
    let weights = section.quantity("weights", Unit::DIMENSIONLESS)?;
    let regions = section.texts("regions")?;
    if regions.is_empty() {
        return Ok(weights.map(|weights| weights.as_slice().to_vec()));
    }
    if weights.is_some() {
        return Err(section.error("regions", "stands beside `weights`; one of them says where it acts"));
    }
    let mut weights = vec![0.0; connectome.n_regions()];
    for region in regions {
        weights[brainmass_core::check::position("region", region, connectome.labels())?] = 1.0;
    }
    Ok(Some(weights))
}
