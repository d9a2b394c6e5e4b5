//! EEG and MEG of an experiment: the lead field, computed or read, and what is done with the recording.

use std::ops::{Add, Sub};
use std::path::Path;

use brainmass_core::random::Stream;
use brainmass_core::units::dimension::{AmpereMeter, Squared, Tesla, TeslaPerMeter, Volt};
use brainmass_core::units::{Dimension, SI, Second, ms};
use brainmass_core::{Connectome, ObservationModel, Result, TemporalAverage, TimeSeries};
use brainmass_datasets::{read_matrix_with_missing, read_region_map, read_sensors};
use brainmass_forward::{
    LeadField, OrientedPoints, Reference, RegionMap, Rereference, SensorNoise, SphereModel, numbered,
};
use nalgebra::DMatrix;

use super::head::{self, Coils};
use super::section::Section;
use super::shafts;
use crate::load;

/// The random numbers of sensors: far from the streams of the network's noise. Each observation has its own.
const NOISE_STREAM: u32 = 1 << 29;

/// The sensors of one `[observe.*]`: a lead field from source potentials, sampling, reference and noise.
#[derive(Clone, Debug)]
pub(super) struct Sensors<U> {
    field: LeadField<U, Volt>,
    absent: Vec<String>,
    period: Second,
    /// Infinity where nothing is done.
    reference: Reference,
    /// The standard deviation of each sensor's noise, in the unit of the recording.
    noise: Option<f64>,
}

impl Sensors<Volt> {
    pub(super) fn eeg(section: &Section<'_>, connectome: &Connectome, folder: &Path) -> Result<Self> {
        let computed = |head: &SphereModel, dipoles: &OrientedPoints| {
            head.eeg(dipoles, &head::electrodes(section, head)?)
        };
        let mut sensors = Self::read(section, connectome, folder, &computed)?;
        sensors.reference = head::reference(section, sensors.field.channels(), Reference::Average)?;
        Ok(sensors)
    }

    /// Contacts of shafts, their potentials against infinity unless the file says otherwise.
    pub(super) fn seeg(section: &Section<'_>, connectome: &Connectome, folder: &Path) -> Result<Self> {
        let name = section.required_text("lead_field")?;
        let computed = shafts::lead_field(section, connectome, name)?;
        let mut sensors = Self::of(section, connectome, folder, computed)?;
        sensors.reference = head::reference(section, sensors.field.channels(), Reference::Infinity)?;
        Ok(sensors)
    }
}

impl Sensors<Tesla> {
    pub(super) fn magnetometers(
        section: &Section<'_>,
        connectome: &Connectome,
        folder: &Path,
    ) -> Result<Self> {
        let computed = |head: &SphereModel, dipoles: &OrientedPoints| {
            head.meg(dipoles, &head::magnetometers(section, head)?)
        };
        Self::read(section, connectome, folder, &computed)
    }
}

impl Sensors<TeslaPerMeter> {
    pub(super) fn gradiometers(
        section: &Section<'_>,
        connectome: &Connectome,
        folder: &Path,
        coils: Coils,
    ) -> Result<Self> {
        let computed = |head: &SphereModel, dipoles: &OrientedPoints| {
            head.meg(dipoles, &head::gradiometers(section, head, coils)?)
        };
        Self::read(section, connectome, folder, &computed)
    }
}

impl<U> Sensors<U>
where
    U: Dimension + Sub<AmpereMeter> + Add<U>,
    Squared<U>: Dimension,
{
    fn read(
        section: &Section<'_>,
        connectome: &Connectome,
        folder: &Path,
        computed: &dyn Fn(&SphereModel, &OrientedPoints) -> Result<LeadField<U>>,
    ) -> Result<Self> {
        let computed = match head::head(section.required_text("lead_field")?)? {
            Some(head) => Some(computed(&head, &head::dipoles(section, connectome)?)?),
            None => None,
        };
        Self::of(section, connectome, folder, computed)
    }

    /// The sensors of a lead field that is computed, or of the file that `lead_field` names.
    fn of(
        section: &Section<'_>,
        connectome: &Connectome,
        folder: &Path,
        computed: Option<LeadField<U>>,
    ) -> Result<Self> {
        let scale = section.single("dipole")?.ok_or_else(|| {
            section.error("dipole_nam_per_mv", "is missing: the dipole moment a source potential stands for")
        })?;
        let (field, absent) = match computed {
            Some(field) => (field, Vec::new()),
            None => given(section, connectome, folder, section.required_text("lead_field")?)?,
        };
        let noise = section.single::<U>("noise")?;
        if let Some(noise) = noise {
            brainmass_core::check::positive(&format!("[{}] noise", section.place()), noise)?;
        }
        Ok(Self {
            field: field.of_potentials(scale)?,
            absent,
            period: section.time("period")?.unwrap_or(ms(1.0)),
            reference: Reference::Infinity,
            noise: noise.map(|noise| noise.value_unsafe),
        })
    }

    /// The source potentials as the sensors sample them; averaging keeps what is faster from folding in.
    pub(super) fn sources(&self) -> TemporalAverage<Volt> {
        TemporalAverage::new(self.period)
    }

    /// The channels the lead field has no numbers for.
    pub(super) fn absent(&self) -> &[String] {
        &self.absent
    }

    /// The recording of source potentials by the observation with a number.
    pub(super) fn observe(
        &self,
        potential: &TimeSeries<Volt>,
        seed: u64,
        number: u32,
    ) -> Result<TimeSeries<U>> {
        let mut recorded = self.field.observe(potential)?;
        if let Some(noise) = self.noise {
            let n = recorded.n_channels();
            let covariance = SI::new(DMatrix::identity(n, n) * noise.powi(2));
            recorded =
                SensorNoise::new(covariance, Stream::new(seed, NOISE_STREAM + number))?.observe(&recorded)?;
        }
        match &self.reference {
            Reference::Infinity => Ok(recorded),
            reference => Rereference::to(reference.clone()).observe(&recorded),
        }
    }
}

/// A lead field from files: sensors × regions, or sensors × vertices with a map from vertices to regions.
fn given<U>(
    section: &Section<'_>,
    connectome: &Connectome,
    folder: &Path,
    file: &str,
) -> Result<(LeadField<U>, Vec<String>)>
where
    U: Dimension + Sub<AmpereMeter>,
{
    let path = load::path(folder, file)?;
    if !path.exists() && !file.contains(['.', '/']) {
        let problem =
            format!("`{file}` is neither a file nor computed; what is computed: {}", head::known_heads());
        return Err(section.error("lead_field", problem));
    }
    let gain = read_matrix_with_missing(&path)?;
    let channels = match section.text("sensors")? {
        Some(sensors) => read_sensors(&load::path(folder, sensors)?)?.labels.into(),
        None => numbered(gain.nrows()),
    };
    let regions = connectome.labels().to_vec();
    match section.text("region_map")? {
        None => LeadField::with_present_channels(SI::new(gain), channels, regions),
        Some(map) => {
            let map = read_region_map(&load::path(folder, map)?, regions.len())?;
            let vertices = numbered(gain.ncols());
            let (field, absent) = LeadField::with_present_channels(SI::new(gain), channels, vertices)?;
            // The dipole of a region is spread evenly over its vertices.
            let map = RegionMap::new(&map, regions)?.averaged()?;
            Ok((field.reduced(&map)?, absent))
        }
    }
}
