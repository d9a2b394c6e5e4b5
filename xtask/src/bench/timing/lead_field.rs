//! Lead fields: what a pair of source and sensor costs, and what a sample costs on its way to the sensors.

use std::hint::black_box;
use std::path::{Path, PathBuf};

use brainmass_core::random::Stream;
use brainmass_core::units::{Meter, SI, mm, ms};
use brainmass_core::{ObservationModel, Observer, Sampling};
use brainmass_datasets::{NpyArray, write_npy};
use brainmass_forward::{
    ComponentOrder, Eeg, ElectrodeSystem, Helmet, MegSensors, OrientedPoints, PickUp, Points, SphereModel,
    numbered,
};
use nalgebra::DMatrix;
use serde_json::{Value, json};

use super::super::clock::now;
use super::super::progress::Taken;
use super::super::report::{Report, Table, digits, times};
use super::measure::{Stopwatch, clocked};
use super::peers;
use crate::Result;

pub(super) const SCRIPT: &str = include_str!("mne_lead_field.py");
const N_SOURCES: usize = 20_000;
const N_ELECTRODES: usize = 64;
const N_COILS: usize = 300;
/// Sources and samples of the projection; a sample costs the same in a longer series.
const PROJECTION: (usize, usize) = (80, 20_000);

/// The job: sources throughout the brain, electrodes on the scalp, coils around it.
struct Job {
    head: SphereModel,
    sources: Points,
    electrodes: Points,
    coils: MegSensors<brainmass_core::units::dimension::Tesla>,
    coil_positions: DMatrix<f64>,
}

impl Job {
    fn new() -> Result<Self> {
        let head = SphereModel::four_shells(mm(90.0))?;
        let all = ElectrodeSystem::TenTen.on(&head)?;
        let electrodes = all.named(&all.names()[..N_ELECTRODES])?;
        let places = Helmet { n_places: N_COILS, ..Helmet::default() }.over(&head)?;
        let coil_positions = places.places().points().positions().value_unsafe;
        let coils = MegSensors::magnetometers(&places, PickUp::Point)?;
        Ok(Self { sources: sources()?, electrodes, coils, coil_positions, head })
    }

    fn dipoles(&self) -> OrientedPoints {
        self.sources.clone().freely_oriented(ComponentOrder::PerVertex)
    }
}

/// Evenly in a ball of 0.8 of the head's radius, without its inner quarter.
fn sources() -> Result<Points> {
    let stream = Stream::new(11, 0);
    let mut places = DMatrix::zeros(3, N_SOURCES);
    for (index, mut column) in places.column_iter_mut().enumerate() {
        column.copy_from_slice(&[0, 1, 2].map(|axis| stream.normal(axis, index as u64)));
        let part = (index as f64 + 0.5) / N_SOURCES as f64;
        let distance = 0.072 * (0.25f64.powi(3) * (1.0 - part) + part).cbrt();
        column *= distance / column.norm();
    }
    Ok(Points::new(numbered(N_SOURCES), Meter::new(places))?)
}

/// Adds lead fields, MNE-Python on the same job where an interpreter has it, and the projection of samples.
pub(super) fn add(stopwatch: &mut Stopwatch, pythons: &[PathBuf], report: &mut Report) -> Result<()> {
    let job = Job::new()?;
    let dipoles = job.dipoles();
    let pairs = [N_SOURCES * N_ELECTRODES, N_SOURCES * N_COILS];
    let mut per_pair = |name: &str, n: usize, make: &dyn Fn() -> Result<()>| {
        let nanoseconds = stopwatch.nanoseconds(name, || {
            let mut failed = None;
            let taken = clocked(1, || failed = make().err());
            failed.map_or(Ok(taken), Err)
        })?;
        Ok::<f64, crate::Error>(nanoseconds / n as f64)
    };
    let series = per_pair("EEG, series", pairs[0], &|| {
        black_box(job.head.eeg(&dipoles, &job.electrodes)?);
        Ok(())
    })?;
    let stand_ins = per_pair("EEG, stand-ins", pairs[0], &|| {
        black_box(job.head.eeg_by_stand_ins(&dipoles, &job.electrodes)?);
        Ok(())
    })?;
    let meg = per_pair("MEG", pairs[1], &|| {
        black_box(job.head.meg(&dipoles, &job.coils)?);
        Ok(())
    })?;
    let text = format!(
        "{N_SOURCES} sources in free orientation, three columns each: {N_ELECTRODES} electrodes on four shells, and \
         {N_COILS} point magnetometers. A pair is a source and a sensor. MNE-Python computes its EEG with the three \
         stand-in dipoles, in all of `make_forward_solution`; processor time of one core."
    );
    let mut table =
        Table::new("Lead fields", text, &["lead field", "ns per pair", "MNE-Python, ns", "ratio"]);
    let peer = pythons.first().map(|python| against(python, &job)).transpose()?;
    let mut figures = json!({ "eeg_series_ns": series, "eeg_stand_ins_ns": stand_ins, "meg_ns": meg });
    for (name, ours, kind, n) in [
        ("EEG, exact series", series, "eeg", pairs[0]),
        ("EEG, three stand-in dipoles", stand_ins, "eeg", pairs[0]),
        ("MEG", meg, "mag", pairs[1]),
    ] {
        let theirs = peer.as_ref().and_then(|peer| peer[kind]["processor_s"].as_f64());
        let theirs = theirs.map(|seconds| 1e9 * seconds / n as f64);
        let cell = |number: Option<String>| number.unwrap_or_else(|| "–".to_owned());
        table.row(vec![
            name.to_owned(),
            digits(ours),
            cell(theirs.map(digits)),
            cell(theirs.map(|t| times(t / ours))),
        ]);
    }
    figures["mne"] = peer.unwrap_or(Value::Null);
    report.add("lead_fields", &table, figures);
    add_projection(stopwatch, report)
}

/// What MNE takes, and whether its potentials are those of the stand-ins.
fn against(python: &Path, job: &Job) -> Result<Value> {
    let folder = tempfile::tempdir()?;
    let write = |name: &str, positions: DMatrix<f64>| {
        write_npy(&folder.path().join(name), &NpyArray::from_matrix(&positions.transpose()))
    };
    write("sources.npy", job.sources.positions().value_unsafe)?;
    write("electrodes.npy", job.electrodes.positions().value_unsafe)?;
    write("coils.npy", job.coil_positions.clone())?;
    let said = peers::run(python, SCRIPT, folder.path(), &[folder.path()])?;
    let timed: Value = serde_json::from_str(said.lines().last().unwrap_or_default())?;
    let first = job.sources.named(&job.sources.names()[..1])?.freely_oriented(ComponentOrder::PerVertex);
    let ours = job.head.eeg_by_stand_ins(&first, &job.electrodes)?;
    let meg = job.head.meg(&first, &job.coils)?;
    for (kind, gain) in [("eeg", ours.gain().value_unsafe), ("mag", meg.gain().value_unsafe)] {
        for axis in 0..3 {
            let theirs = timed[kind]["first"][axis].as_f64().ok_or("MNE gives no lead field")?;
            // It fits its dipoles with another descent and computes in single precision here and there.
            if (theirs - gain[(0, axis)]).abs() > 5e-3 * gain.amax() {
                return Err(format!("{kind}: MNE has {theirs:e}, here it is {:e}", gain[(0, axis)]).into());
            }
        }
    }
    Ok(timed)
}

fn add_projection(stopwatch: &mut Stopwatch, report: &mut Report) -> Result<()> {
    let (n_sources, n_samples) = PROJECTION;
    let stream = Stream::new(12, 0);
    let draw = |row: usize, column: usize| stream.normal(u32::try_from(row).unwrap_or(0), column as u64);
    let gain = DMatrix::from_fn(N_ELECTRODES, n_sources, draw);
    let samples = DMatrix::from_fn(n_sources, n_samples, draw);
    let eeg = Eeg::new(SI::new(gain.clone()), numbered(N_ELECTRODES), numbered(n_sources))?;
    let mut observer = eeg.observer(&Sampling::new(numbered(n_sources), ms(1.0), ms(1.0))?)?;
    let mut channels = Vec::with_capacity(N_ELECTRODES * n_samples);
    let ours = stopwatch.nanoseconds("projection", || {
        channels.clear();
        let since = now();
        observer.push(samples.as_slice(), &mut channels)?;
        let seconds = now() - since;
        black_box(&channels);
        Ok(Taken { n_steps: n_samples, seconds })
    })?;
    let mut product = DMatrix::zeros(N_ELECTRODES, n_samples);
    let theirs = stopwatch.nanoseconds("plain product", || {
        let since = now();
        product.gemm(1.0, &gain, &samples, 0.0);
        let seconds = now() - since;
        black_box(&product);
        Ok(Taken { n_steps: n_samples, seconds })
    })?;
    let flops = 2.0 * (N_ELECTRODES * n_sources) as f64;
    let text = format!(
        "{n_sources} sources to {N_ELECTRODES} sensors. Here sums have one order and each product is rounded, so that a \
         recording has the same bits on any CPU; the plain product of nalgebra may fuse."
    );
    let mut table = Table::new("Projection", text, &["product", "ns per sample", "GFLOP/s"]);
    for (name, nanoseconds) in [("lead field", ours), ("plain product", theirs)] {
        table.row(vec![name.to_owned(), digits(nanoseconds), digits(flops / nanoseconds)]);
    }
    report.add("projection", &table, json!({ "ns_per_sample": ours, "plain_ns_per_sample": theirs }));
    Ok(())
}
