//! Networks of several kinds of nodes from a file.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use brainmass::Experiment;
use brainmass::experiment::AnySeries;

/// A linear cortex under a thalamus that holds 0.5: x = 5 Hz / 10 Hz on its own, an oscillator far below its threshold
/// beside it.
const FILE: &str = r#"
[network]
connectome = "weights.csv"
tract_lengths = "lengths.csv"
labels = "labels.txt"
[[network.coupling]]
kind = "additive"
source = "thalamus.x"
input = "cortex.x_input"
g_hz = 2.0
conduction_speed_mm_per_ms = 10.0
[[network.coupling]]
kind = "additive"
source = "cortex.x"
input = "cortex.x_input"
g_hz = 1.0

[population.cortex]
model = "linear"
regions = ["left..right"]
gamma_hz = [-20.0, -40.0]
[population.thalamus]
model = "linear"
regions = "thalamus"
drive = { x_input_hz = 4.0 }
[population.clock]
model = "stuart_landau"
regions = "clock"
a_hz = -5.0
initial = { x = 0.1 }
[population.clock.noise]
state = "x"
sigma = 0.0

[[stimulus]]
input = "thalamus.x_input"
kind = "ramp"
amplitude_hz = 1.0
duration_ms = 10.0

[simulation]
dt_ms = 1.0
duration_ms = 5000.0
transient_ms = 4990.0
seed = 3
[observe.cortex]
model = "series"
source = "cortex.x"
[observe.thalamus]
model = "series"
source = "thalamus.x"
[observe.clock]
model = "series"
source = "clock.x"
"#;

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        folder.write("weights.csv", "0,3,1,0\n3,0,0,0\n1,0,0,0\n0,0,0,0\n");
        folder.write("lengths.csv", "0,10,40,0\n10,0,0,0\n40,0,0,0\n0,0,0,0\n");
        folder.write("labels.txt", "left\nright\nthalamus\nclock\n");
        folder
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.0.path().join(name), text).unwrap();
    }

    /// The file with a text in place of another.
    fn experiment(&self, from: &str, to: &str) -> Experiment {
        assert!(FILE.contains(from), "{from}");
        self.write("experiment.toml", &FILE.replacen(from, to, 1));
        Experiment::open(&self.0.path().join("experiment.toml")).unwrap()
    }

    fn fail(&self, from: &str, to: &str) -> String {
        self.experiment(from, to).check().unwrap_err().to_string()
    }
}

#[test]
fn a_mixed_network_rests_where_its_equations_say() {
    let outcome = Folder::new().experiment("", "").run(&mut |_| ()).unwrap();
    let last = |name: &str| {
        let AnySeries::Plain(series) = &outcome.signal(name).unwrap().series else { panic!("{outcome:?}") };
        assert_eq!(series.n_samples(), 10);
        let values: Vec<f64> = series.values().column(9).iter().copied().collect();
        (series.channels().to_vec(), values)
    };
    let (channels, thalamus) = last("thalamus");
    assert_eq!(channels, ["thalamus"]);
    assert!((thalamus[0] - 0.5).abs() < 1e-12, "{thalamus:?}");
    // 0 = −20 l + 3 r + 2 · 0.5 and 0 = −40 r + 3 l, so l (20 − 9/40) = 1.
    let (channels, cortex) = last("cortex");
    assert_eq!(channels, ["left", "right"]);
    let left = 1.0 / (20.0 - 9.0 / 40.0);
    assert!((cortex[0] - left).abs() < 1e-12 && (cortex[1] - 3.0 * left / 40.0).abs() < 1e-12, "{cortex:?}");
    let (_, clock) = last("clock");
    assert!(clock[0].abs() < 1e-9, "decays: {clock:?}");
    assert_eq!(outcome.parts[0].model, "linear and stuart_landau");
    brainmass::report::summary(&outcome);
}

#[test]
fn what_does_not_fit_is_said_with_its_name() {
    let folder = Folder::new();
    let regions = r#"regions = "thalamus""#;
    assert_eq!(
        folder.fail(regions, r#"regions = "thalamos""#),
        "unknown region `thalamos`; there are: left, right, thalamus, clock"
    );
    assert_eq!(
        folder.fail(regions, r#"regions = ["thalamus..right"]"#),
        "[population.thalamus] regions: `thalamus..right` ends before it begins"
    );
    assert_eq!(
        folder.fail(regions, r#"regions = ["right..thalamus"]"#),
        "population `thalamus`: region `right` belongs to `cortex` already"
    );
    assert_eq!(
        folder
            .fail(
                r#"regions = ["left..right"]"#,
                r#"regions = "left"
"#
            )
            .as_str(),
        "parameter `gamma`: expected 1 value or 1, one per region, found 2 values"
    );
    let taken = folder.fail(r#"regions = "clock""#, r#"regions = ["clock", "clock"]"#);
    assert!(taken.contains("clock"), "{taken}");
    assert_eq!(folder.fail(regions, ""), "[population.thalamus] regions: is missing");
    assert!(folder.fail("\na_hz", "\nb_hz").contains("[population.clock]"));
    assert_eq!(
        folder.fail(r#"source = "thalamus.x""#, r#"source = "thalamos.x""#),
        "unknown population `thalamos`; there are: clock, cortex, thalamus"
    );
    assert!(folder.fail(r#"input = "cortex.x_input""#, r#"input = "cortex.e_input""#).contains("e_input"));
    assert!(
        folder.fail("[observe.clock]", "[node]\nmodel = 'linear'\n[observe.clock]").contains("[population]")
    );
    let scored = "[objective]\nsignal = 'cortex'\ntarget_fc = 'fc.csv'\n[observe.clock]";
    folder.write("fc.csv", "1,0,0,0\n0,1,0,0\n0,0,1,0\n0,0,0,1\n");
    assert_eq!(
        folder.fail("[observe.clock]", scored),
        "[objective] signal: `cortex` is of one population, not of all regions"
    );
}
