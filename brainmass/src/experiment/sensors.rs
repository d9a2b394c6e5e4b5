//! EEG and MEG of an experiment: the lead field, computed or read, and what is done with the recording.

use std::ops::{Add, Sub};
use std::path::Path;

use brainmass_core::random::Stream;
use brainmass_core::units::dimension::{AmpereMeter, Squared, Tesla, Volt};
use brainmass_core::units::{Dimension, Meter, SI, Second, mm, ms, siemens_per_meter};
use brainmass_core::{Connectome, Error, ObservationModel, Result, TemporalAverage, TimeSeries};
use brainmass_datasets::{read_matrix_with_missing, read_region_map, read_sensors};
use brainmass_forward::{
    LeadField, MegSensors, OrientedPoints, PickUp, Points, RegionMap, Rereference, SensorNoise, SphereModel,
    numbered,
};
use nalgebra::{DMatrix, Vector3};

use super::section::Section;
use crate::load;

/// The head of the built-in lead fields: a homogeneous sphere.
const HEAD_RADIUS: Meter = mm(90.0);
/// Where the magnetometers of the built-in lead field are.
const HELMET_RADIUS: Meter = mm(120.0);
/// How many sensors the built-in lead fields have.
const N_SENSORS: usize = 32;
/// The random numbers of sensors: far from the streams of the network's noise. Each observation has its own.
const NOISE_STREAM: u32 = 1 << 29;

/// The sensors of one `[observe.*]`: a lead field from source potentials, sampling, reference and noise.
#[derive(Clone, Debug)]
pub(super) struct Sensors<U> {
    field: LeadField<U, Volt>,
    absent: Vec<String>,
    period: Second,
    referenced: bool,
    /// The standard deviation of each sensor's noise, in the unit of the recording.
    noise: Option<f64>,
}

fn head() -> Result<SphereModel> {
    SphereModel::homogeneous(HEAD_RADIUS, siemens_per_meter(0.33))
}

impl Sensors<Volt> {
    pub(super) fn eeg(section: &Section<'_>, connectome: &Connectome, folder: &Path) -> Result<Self> {
        let referenced = match section.text("reference")? {
            None | Some("average") => true,
            Some("none") => false,
            Some(other) => return Err(Error::unknown("reference", other, ["average", "none"])),
        };
        let computed = |dipoles: &OrientedPoints| {
            let electrodes = Points::new(numbered_sensors("E"), upper_half(HEAD_RADIUS))?;
            head()?.eeg(dipoles, &electrodes)
        };
        Self::read(section, connectome, folder, referenced, &computed)
    }
}

impl Sensors<Tesla> {
    pub(super) fn meg(section: &Section<'_>, connectome: &Connectome, folder: &Path) -> Result<Self> {
        let computed = |dipoles: &OrientedPoints| {
            let coils = Points::new(numbered_sensors("M"), upper_half(HELMET_RADIUS))?.radially_oriented()?;
            let coils = MegSensors::magnetometers(&coils.with_upward_tangents(), PickUp::Point)?;
            head()?.meg(dipoles, &coils)
        };
        Self::read(section, connectome, folder, false, &computed)
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
        referenced: bool,
        computed: &dyn Fn(&OrientedPoints) -> Result<LeadField<U>>,
    ) -> Result<Self> {
        let scale = section.single("dipole")?.ok_or_else(|| {
            section.error("dipole_nam_per_mv", "is missing: the dipole moment a source potential stands for")
        })?;
        let (field, absent) = match section.required_text("lead_field")? {
            "sphere" => (computed(&dipoles(section, connectome)?)?, Vec::new()),
            file => given(section, connectome, folder, file)?,
        };
        let noise = section.single::<U>("noise")?;
        if let Some(noise) = noise {
            brainmass_core::check::positive(&format!("[{}] noise", section.place()), noise)?;
        }
        Ok(Self {
            field: field.of_potentials(scale)?,
            absent,
            period: section.time("period")?.unwrap_or(ms(1.0)),
            referenced,
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
        if self.referenced { Rereference::average().observe(&recorded) } else { Ok(recorded) }
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
    let gain = read_matrix_with_missing(&load::path(folder, file)?)?;
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

/// Dipoles at the centres of the regions, which must lie within the sphere around their origin.
fn dipoles(section: &Section<'_>, connectome: &Connectome) -> Result<OrientedPoints> {
    let missing = || section.error("lead_field", "the connectome has no centres to put dipoles at");
    let centres = connectome.centres().ok_or_else(missing)?.value_unsafe.clone();
    let points = Points::new(connectome.labels().to_vec(), Meter::new(centres.clone()))?;
    match section.text("orientation")?.unwrap_or("oblique") {
        "radial" => points.radially_oriented(),
        "oblique" => points.with_orientations(&oblique(&centres)),
        other => Err(Error::unknown("orientation", other, ["radial", "oblique"])),
    }
}

/// Directions halfway between outwards and upwards along the sphere: MEG is blind to radial dipoles.
fn oblique(centres: &DMatrix<f64>) -> DMatrix<f64> {
    let mut directions = centres.clone();
    for mut column in directions.column_iter_mut() {
        let outwards = Vector3::new(column[0], column[1], column[2]).normalize();
        let up = Vector3::z() - outwards * outwards.z;
        // At the poles every tangent will do.
        let tangent = up.try_normalize(1e-9).unwrap_or_else(Vector3::x);
        column.copy_from(&(outwards + tangent));
    }
    directions
}

fn numbered_sensors(prefix: &str) -> Vec<String> {
    (1..=N_SENSORS).map(|number| format!("{prefix}{number:02}")).collect()
}

/// Points spread evenly over the upper half of a sphere: a spiral in steps of the golden angle.
fn upper_half(radius: Meter) -> Meter<DMatrix<f64>> {
    let golden_angle = std::f64::consts::PI * (3.0 - 5f64.sqrt());
    let mut points = DMatrix::zeros(3, N_SENSORS);
    for (k, mut column) in points.column_iter_mut().enumerate() {
        let z = 1.0 - (k as f64 + 0.5) / N_SENSORS as f64;
        let (sin, cos) = (golden_angle * k as f64).sin_cos();
        let across = (1.0 - z * z).sqrt();
        column.copy_from(&(Vector3::new(across * cos, across * sin, z) * radius.value_unsafe));
    }
    Meter::new(points)
}
