//! Lead fields, reductions, readouts and sensor noise.

use std::path::Path;

use brainmass_core::random::Stream;
use brainmass_core::units::dimension::{AmpereMeter, Dimensionless, Volt};
use brainmass_core::units::{SI, Second, ms, nanoampere_meter_per_mv};
use brainmass_core::{ObservationModel, TimeSeries};
use brainmass_datasets::{Npz, read_matrix_with_missing, read_region_map, read_sensors};
use brainmass_forward::{
    ComponentOrder, Eeg, LeadField, Meg, RegionMap, RowNorm, RowNormalizedReadout, SensorNoise, numbered,
};
use nalgebra::DMatrix;

use super::case::{Case, Check, Difference};
use super::tools::{REFERENCE, largest, largest_difference, reference};
use crate::Result;

const fn vectors(name: &'static str, what: &'static str, check: fn() -> Result<f64>) -> Case {
    let why = "sums of up to 27 products in another order";
    Case { name, what, source: REFERENCE, tolerance: 1e-12, why, check: Check::Alone(check) }
}

pub(super) const CASES: &[Case] = &[
    vectors("eeg", "EEG of four regions' potentials, relative to the largest", eeg),
    vectors("meg", "MEG of potentials and of dipoles, relative to the largest", meg),
    vectors("region-weights", "weights of oriented vertices: one-hot, by area, soft; relative", weights),
    vectors("region-lead-field", "lead field reduced to regions, relative to the largest", reduced),
    vectors("readouts", "rows normalised or not, less their mean or not, relative", readouts),
    Case {
        name: "sensor-noise-covariance",
        what: "covariance of 200 000 samples of noise, in standard errors; the reference's is that of Lᵀ \
               in place of L",
        source: "covariance asked for, in the reference vectors",
        tolerance: 5.0,
        why: "standard errors of 200 000 independent samples; five of them happen once in 1e6",
        check: Check::Difference(sensor_noise),
    },
    Case {
        name: "real-vertices-to-regions",
        what: "lead field of 63 present sensors and 16384 vertices reduced to 76 regions, against sums \
               over vertices, relative",
        source: "TVB's data set (tvb-data 3.0.0): projection_eeg_65_surface_16k, regionMapping_16k_76",
        tolerance: 1e-12,
        why: "sums of some 200 products in another order",
        check: Check::OnData(real),
    },
];

/// V/(nA·m) and T/(nA·m) in the file.
const PER_NANO: f64 = 1e9;

fn leadfield() -> Result<Npz> {
    reference("forward/leadfield")
}

fn transposed(data: &Npz, name: &str) -> Result<DMatrix<f64>> {
    Ok(data.matrix(name)?.transpose())
}

const PERIOD: Second = ms(1.0);

fn potentials(data: &Npz) -> Result<TimeSeries<Volt>> {
    Ok(TimeSeries::unnamed(transposed(data, "x")? * 1e-3, PERIOD, PERIOD)?)
}

fn eeg() -> Result<f64> {
    let data = leadfield()?;
    let field = Eeg::new(SI::new(transposed(&data, "L_eeg")? * PER_NANO), numbered(6), numbered(4))?;
    let found = field.of_potentials(nanoampere_meter_per_mv(1.0))?.observe(&potentials(&data)?)?;
    largest_difference(found.values(), &transposed(&data, "eeg")?)
}

fn meg() -> Result<f64> {
    let data = leadfield()?;
    let field = Meg::new(SI::new(transposed(&data, "L_meg")? * PER_NANO), numbered(6), numbered(4))?;
    let found = field.of_potentials(nanoampere_meter_per_mv(1.0))?.observe(&potentials(&data)?)?;
    let dipoles = TimeSeries::<AmpereMeter>::unnamed(transposed(&data, "dipoles")? * 1e-9, PERIOD, PERIOD)?;
    Ok(largest([
        largest_difference(found.values(), &transposed(&data, "meg")?)?,
        largest_difference(field.observe(&dipoles)?.values(), &transposed(&data, "meg_from_dipoles")?)?,
    ]))
}

fn maps(data: &Npz) -> Result<[(RegionMap, &'static str); 3]> {
    let one_hot = RegionMap::from_weights(data.matrix("parcel")?, numbered(4))?;
    let soft = RegionMap::from_weights(data.matrix("parcel_soft")?, numbered(4))?;
    let area = data.matrix("area")?;
    let by_area = one_hot.weighted_by(area.as_slice())?;
    Ok([(one_hot, "W_onehot"), (by_area, "W_area"), (soft.weighted_by(area.as_slice())?, "W_soft")])
}

/// With the identity in place of a lead field, what comes out is the library's weight matrix.
fn weights() -> Result<f64> {
    let data = leadfield()?;
    let identity = LeadField::<Volt>::new(SI::new(DMatrix::identity(27, 27)), numbered(27), numbered(27))?;
    let fixed = identity.with_fixed_orientations(&transposed(&data, "normals")?, ComponentOrder::Blocks)?;
    let error = |(map, name): (RegionMap, &str)| {
        largest_difference(fixed.reduced(&map)?.gain().value_unsafe, &data.matrix(name)?)
    };
    Ok(largest(maps(&data)?.into_iter().map(error).collect::<Result<Vec<f64>>>()?))
}

fn reduced() -> Result<f64> {
    let data = leadfield()?;
    let free = Eeg::new(SI::new(data.matrix("L_vertex")? * PER_NANO), numbered(6), numbered(27))?;
    let fixed = free.with_fixed_orientations(&transposed(&data, "normals")?, ComponentOrder::Blocks)?;
    let [_, (by_area, _), _] = maps(&data)?;
    let expected = data.matrix("L_region_MR")? * PER_NANO;
    largest_difference(fixed.reduced(&by_area)?.gain().value_unsafe, &expected)
}

fn readouts() -> Result<f64> {
    let data = leadfield()?;
    let x = TimeSeries::<Dimensionless>::unnamed(transposed(&data, "readout_x")?, PERIOD, PERIOD)?;
    let mut errors = Vec::new();
    for (name, norm) in [("l1", RowNorm::L1), ("l2", RowNorm::L2), ("False", RowNorm::None)] {
        for demeaned in [true, false] {
            let readout = RowNormalizedReadout::new(data.matrix("readout_lm")?, numbered(6), norm)?
                .with_offset(50.0, 0.3);
            let (readout, suffix) = if demeaned { (readout.demeaned(), "demean") } else { (readout, "raw") };
            let name = format!("readout_{name}_{suffix}");
            errors.push(largest_difference(readout.weights(), &data.matrix(&format!("{name}_L"))?)?);
            errors.push(largest_difference(readout.observe(&x)?.values(), &transposed(&data, &name)?)?);
        }
    }
    Ok(largest(errors))
}

fn sensor_noise() -> Result<Difference> {
    let data = leadfield()?;
    let right = data.matrix("noise_cov")?;
    let wrong = data.matrix("noise_cov_produced_by_brainmass_WRONG")?;
    let n_samples = 200_000;
    let silence = TimeSeries::<Volt>::unnamed(DMatrix::zeros(6, n_samples), PERIOD, PERIOD)?;
    let noise = SensorNoise::<Volt>::new(SI::new(right.clone()), Stream::new(4, 0))?.observe(&silence)?;
    let found = noise.values() * noise.values().transpose() / n_samples as f64;
    // Isserlis: the variance of x_i x_j is C_ii C_jj + C_ij².
    let distance = |expected: &DMatrix<f64>| {
        let variance = |i: usize, j: usize| right[(i, i)] * right[(j, j)] + right[(i, j)].powi(2);
        let error = |i: usize, j: usize| (variance(i, j) / n_samples as f64).sqrt();
        largest((0..36).map(|k| (found[k] - expected[k]).abs() / error(k / 6, k % 6)))
    };
    Ok(Difference { from_right: distance(&right), from_wrong: distance(&wrong) })
}

fn real(folder: &Path) -> Result<f64> {
    let folder = folder.join("tvb_data");
    let gain = read_matrix_with_missing(&folder.join("projectionMatrix/projection_eeg_65_surface_16k.npy"))?;
    let sensors = read_sensors(&folder.join("sensors/eeg_brainstorm_65.txt"))?;
    let map = read_region_map(&folder.join("regionMapping/regionMapping_16k_76.txt"), 76)?;
    let (vertices, absent) = Eeg::with_present_channels(SI::new(gain), sensors.labels, numbered(map.len()))?;
    if absent.len() != 2 {
        return Err(format!("{} absent channels where there are two: {absent:?}", absent.len()).into());
    }
    let regional = vertices.reduced(&RegionMap::new(&map, numbered(76))?)?;
    let gain = vertices.gain().value_unsafe;
    let mut expected = DMatrix::zeros(gain.nrows(), 76);
    for (vertex, region) in map.iter().enumerate() {
        let mut column = expected.column_mut(*region);
        column += gain.column(vertex);
    }
    largest_difference(regional.gain().value_unsafe, &expected)
}
