//! The README's experiments on real connectomes, where `BRAINMASS_DATA` says that they are.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by panicking and says when it skips"
)]

use std::path::{Path, PathBuf};

use brainmass::Experiment;
use brainmass::experiment::Outcome;

fn run(file: &str, changes: &[&str]) -> Option<Outcome> {
    let Some(data) = std::env::var_os("BRAINMASS_DATA").map(PathBuf::from).filter(|data| data.exists())
    else {
        println!("skipped: BRAINMASS_DATA is not set to a folder");
        return None;
    };
    assert!(data.join("tvb_data").exists() && data.join("hcp_schaefer100").exists(), "{}", data.display());
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../experiments").join(file);
    let mut experiment = Experiment::open(&path).unwrap();
    for change in changes {
        experiment.set(change).unwrap();
    }
    Some(experiment.run(&mut |_| ()).unwrap())
}

/// 76 regions, 16384 vertices, 65 sensors of which two have no lead field.
#[test]
fn eeg_through_a_measured_lead_field() {
    let Some(outcome) = run("tvb76_eeg.toml", &["simulation.duration_ms=6000"]) else { return };
    let eeg = outcome.signal("eeg").unwrap();
    assert_eq!(eeg.absent_channels, ["IO1", "IO2"]);
    assert_eq!(eeg.series.sampling().n_channels(), 63);
    assert_eq!(outcome.parts[0].connectome.n_regions(), 76);
    // The reference: every sample sums to zero over the channels.
    let largest = eeg.series.values().amax();
    assert!(eeg.series.values().row_sum().amax() < 1e-12 * largest);
    // Scalp potentials of cortical alpha are some microvolts, not millivolts or picovolts.
    assert!((1e-8..1e-4).contains(&largest), "{largest}");
    let spectrum = &outcome.parts[0].spectra[0];
    assert!((8.0..=13.0).contains(&spectrum.peak.value_unsafe), "{:?}", spectrum.peak);
}

/// 100 regions, five minutes of BOLD, and the score that the README names.
#[test]
fn bold_on_the_schaefer_connectome() {
    let Some(outcome) = run("schaefer100_bold.toml", &[]) else { return };
    let bold = outcome.signal("bold").unwrap();
    assert_eq!(bold.series.values().shape(), (100, 417));
    let score = outcome.scored().unwrap();
    // Computed with another tool for these data: the weights alone correlate with FC by 0.26.
    assert!((score.structure_correlation.unwrap() - 0.26).abs() < 0.005);
    // The README's figure for this seed; another CPU may round the transcendental functions of the run differently.
    assert!((score.fc_correlation - 0.13).abs() < 0.02, "{}", score.fc_correlation);
}
